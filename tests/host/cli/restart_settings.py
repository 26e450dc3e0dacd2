#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an inverter was set to and what it counted are there after a restart, in whatever order the
settings depend on each other. restart_settings.py HEARTH SITE"""
import http.cookiejar
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

PASSWORD = "correct horse battery"
# in an order that is taken one by one, and that the alphabet (and the site file's own values) is not
WANTED = {"ORD": "60", "OSD": "50", "GRD": "90", "GSD": "70", "GTB": "58", "BTG": "52", "SOCC": "95",
          "POF": "OFF", "PMD": "PAL", "PDT": "SAL", "ICV": "58", "FLV": "57.2"}


class Site:
    def __init__(self, hearth, site, store):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.http = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.process = subprocess.Popen([hearth, "run", site, "--port", str(self.port), "--speed",
                                         "600", "--store", store], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.ask("GET", "/api/about")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("not ok - the site did not start")

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with self.http.open(request, data, timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def login(self):
        self.ask("POST", "/api/auth/setup", {"password": PASSWORD})
        self.ask("POST", "/api/auth/login", {"role": "owner", "password": PASSWORD})
        self.ask("PUT", "/api/auth/password", {"role": "installer", "password": PASSWORD})
        return self.ask("POST", "/api/auth/login", {"role": "installer", "password": PASSWORD})

    def settings(self):
        return {one["name"]: one["value"] for one in
                self.ask("GET", "/api/settings/inverter")["settings"]}

    def hold(self, key, ms=40):
        self.ask("POST", "/api/panel/inverter", {"key": key, "hold_ms": ms})
        time.sleep(ms / 1000 + 0.25)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()


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
    return [float(word) for word in text.split(" inverter ")[1].split()]


def main():
    hearth, example = sys.argv[1], sys.argv[2]
    checks = []
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "site.db")
        site = Site(hearth, example, store)
        checks.append(("the installer is in", site.login().get("role") == "installer"))
        for name, value in WANTED.items():
            answer = site.ask("PUT", f"/api/settings/inverter/{name}", {"value": value})
            if "value" not in answer or answer.get("status", 200) != 200:
                print("#", name, answer)
        told = site.ask("GET", "/api/settings/inverter/PMD?try=3P1")
        checks.append(("a choice that is not here yet says so", told["result"] == "accepted" and
                       "not controlled yet" in told["reason"]))
        site.hold("ENTER", 2200)
        for _ in range(3):
            site.hold("UP")  # round to [48] (50, 49, 48)
        shown = site.ask("GET", "/api/panel/inverter")["screen"]
        checks.append(("the menu is at [48]", (shown["setting"] or {}).get("no") == 48))
        for key in ("ENTER", "UP", "ENTER"):
            site.hold(key)
        wrote = site.ask("GET", "/api/panel/inverter")["write"]
        checks.append(("the keys stored it", wrote is not None and wrote["name"] == "GPC" and
                       wrote["result"] == "accepted"))
        before = site.settings()
        wrong = {k: before[k] for k, v in WANTED.items() if number(before[k]) != number(v)}
        checks.append((f"all are set {wrong or ''}", not wrong))
        time.sleep(1.5)
        site.stop()
        energy = counted(store)
        site = Site(hearth, example, store)
        after = site.settings()
        lost = {k: (v, after[k]) for k, v in before.items() if after[k] != v}
        checks.append((f"none is lost over a restart {lost or ''}", not lost))
        events = site.ask("GET", "/api/events?limit=200")["events"]
        dropped = [e["text"] for e in events if e["code"] == "dropped"]
        checks.append((f"nothing was dropped {dropped or ''}", not dropped))
        time.sleep(1.5)
        site.stop(signal.SIGKILL)
        later = counted(store)
        checks.append(("its counters go on", sum(energy[3::2]) > 0 and len(later) == len(energy) and
                       all(b >= a for a, b in zip(energy[3::2], later[3::2]))))
        checks.append(("a day that was begun is not counted anew", later[1] > energy[1] or
                       later[0] > energy[0]))
    print(f"1..{len(checks)}")
    for i, (name, good) in enumerate(checks, 1):
        print(f"{'ok' if good else 'not ok'} {i} - {name}")
    return 0 if all(good for _, good in checks) else 1


sys.exit(main())
