#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an inverter was set to and what it counted are there after a restart, in whatever order the
settings depend on each other. restart_settings.py HEARTH SITE"""
import os
import signal
import sys
import tempfile
import time

from clients import Site, check, end

# in an order that is taken one by one, and that the alphabet (and the site file's own values) is not
WANTED = {"ORD": "60", "OSD": "50", "GRD": "90", "GSD": "70", "GTB": "58", "BTG": "52", "SOCC": "95",
          "POF": "OFF", "PMD": "PAL", "PDT": "SAL", "ICV": "58", "FLV": "57.2"}


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def counted(store):
    """The inverter's own counters, as they stand in the store."""
    import sqlite3
    with sqlite3.connect(store) as db:
        text = db.execute("SELECT value FROM kv WHERE key = 'sim.state'").fetchone()[0]
    return [float(word) for word in text.split(" inverter ")[1].split(" today ")[0].split()]


def main():
    hearth, example = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "site.db")
        site = Site(hearth, example, store, "--speed", "600")
        check("the installer is in", site.login().get("role") == "installer")
        for name, value in WANTED.items():
            answer = site.ask("PUT", f"/api/settings/inverter/{name}", {"value": value})
            if "value" not in answer or answer.get("status", 200) != 200:
                print("#", name, answer)
        told = site.ask("GET", "/api/settings/inverter/PMD?try=3P1")
        check("a choice that is not here yet says so", told["result"] == "accepted" and
                       "not controlled yet" in told["reason"])
        site.hold("ENTER", 2200)
        for _ in range(3):
            site.hold("UP")  # round to [48] (50, 49, 48)
        shown = site.ask("GET", "/api/panel/inverter")["screen"]
        check("the menu is at [48]", (shown["setting"] or {}).get("no") == 48)
        for key in ("ENTER", "UP", "ENTER"):
            site.hold(key)
        wrote = site.ask("GET", "/api/panel/inverter")["write"]
        check("the keys stored it", wrote is not None and wrote["name"] == "GPC" and
                       wrote["result"] == "accepted")
        before = site.settings()
        wrong = {k: before[k] for k, v in WANTED.items() if number(before[k]) != number(v)}
        check(f"all are set {wrong or ''}", not wrong)
        time.sleep(1.5)
        site.stop()
        energy = counted(store)
        site = Site(hearth, example, store, "--speed", "600")
        after = site.settings()
        lost = {k: (v, after[k]) for k, v in before.items() if after[k] != v}
        check(f"none is lost over a restart {lost or ''}", not lost)
        events = site.ask("GET", "/api/events?limit=200")["events"]
        dropped = [e["text"] for e in events if e["code"] == "dropped"]
        check(f"nothing was dropped {dropped or ''}", not dropped)
        time.sleep(1.5)
        site.stop(signal.SIGKILL)
        later = counted(store)
        check("its counters go on", sum(energy[3::2]) > 0 and len(later) == len(energy) and
                       all(b >= a for a, b in zip(energy[3::2], later[3::2])))
        check("a day that was begun is not counted anew", later[1] > energy[1] or
                       later[0] > energy[0])
    return end()


sys.exit(main())
