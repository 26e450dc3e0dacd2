#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a write would lead to, asked before it is stored: of inverter and packs over HTTP, of the
display while a value is edited, there and in the terminal; a key that is cancelled; texts without
our papers."""
import os
import subprocess
import sys
import tempfile
import urllib.parse

from clients import Site, check, end


def attempt(site, device, name, value):
    return site.ask("GET", f"/api/settings/{device}/{urllib.parse.quote(name)}?try={value}")


def all_of(site, device):
    return site.ask("GET", f"/api/settings/{device}")["settings"]


def check_packs(site):
    before = all_of(site, "pack1")
    high = attempt(site, "pack1", "Cell OV Alarm", "9.9")
    check("a pack says that a value is out of range", high["result"] == "refused" and
          "out of range (allowed" in high["reason"], high)
    huge = attempt(site, "pack1", "Cell OV Alarm", "1000000000000")
    check("also of a number that no field holds", "out of range" in huge["reason"], huge)
    odd = attempt(site, "pack1", "Cell OV Alarm", "high")
    check("and that a word is none", odd["result"] == "refused" and "is not a value" in odd["reason"], odd)
    row = next(one for one in before if one["name"] == "Cell OV Alarm")
    value = f"{float(row['value']) - float(row['step']):.3f}"
    good = attempt(site, "pack1", "Cell OV Alarm", value)
    check("what it would take is accepted", good == {"result": "accepted", "reason": ""}, good)
    check("nothing is stored", all_of(site, "pack1") == before)
    put = site.ask("PUT", "/api/settings/pack1/Cell%20OV%20Alarm", {"value": "9.9"})
    check("the write gives the same sentence", put["detail"] == high["reason"], put)
    check("there is no such parameter", attempt(site, "pack1", "Nothing", "1")["status"] == 404)


def check_inverter(site):
    huge = attempt(site, "inverter", "MCC", "1000000000")
    check("a number too large is out of range, with the range", huge["result"] == "refused" and
          huge["reason"] == "MCC: 1000000000 is out of range (allowed 1 to 120 A in steps of 1).", huge)
    body = site.ask("PUT", "/api/settings/inverter", [1])
    check("a list for a body is a plain sentence",
          body["detail"] == "The body is a JSON list; it must be an object.", body)


def check_display(site):
    site.hold("ESC")
    site.hold("ENTER", 2100)
    for _ in range(27):
        site.hold("DOWN")
    site.hold("ENTER")
    screen = site.ask("GET", "/api/panel/inverter")
    check("a value as it is leads to nothing", screen["screen"]["mode"] == "editing" and
          screen["trial"] == {"result": "accepted", "reason": ""}, screen["trial"])
    site.hold("UP")
    trial = site.ask("GET", "/api/panel/inverter")["trial"]
    check("an edited value is explained before ENTER", "not controlled yet" in trial["reason"], trial)
    check("and as its setting says", trial == attempt(site, "inverter", "OSP", "ENA"), trial)
    site.ask("POST", "/api/panel/inverter", {"key": "ENTER", "action": "down"})
    screen = site.ask("POST", "/api/panel/inverter", {"key": "ENTER", "action": "cancel"})
    check("a key that is cancelled stores nothing", screen["screen"]["mode"] == "editing" and
          screen["keys_down"] == [] and site.settings()["OSP"] == "DIS", screen)
    up = site.ask("POST", "/api/panel/inverter", {"key": "ENTER", "action": "up"})
    check("nor does its up, when that comes late", up["screen"]["mode"] == "editing", up)
    site.hold("ESC")
    check("nothing is told of a value that is left", site.ask("GET", "/api/panel/inverter")["trial"] is None)


def check_texts(site):
    papers = ("docs/", ".csv", "README", "O-0", "O-1", "see O", "[PACE", "VT manual", "ES manual")
    found = [(one["name"], text) for device in ("inverter", "pack1") for one in all_of(site, device)
             for text in (one["title"], one["effect"], one["applies"]) if any(p in text for p in papers)]
    check("no text for people names our papers", not found, found)
    rows = {one["name"]: one for one in all_of(site, "inverter")}
    check("what is left of them reads well", rows["BTG"]["applies"].startswith("WFM=SBU (and SOL);") and
          rows["BTP"]["effect"] == "loads the charging preset of the type", rows["BTG"])


def check_terminal(hearth):
    def picture(*keys):
        done = subprocess.run([hearth, "panel", "offgrid_6000", "--once", "--keys", ", ".join(keys)],
                              capture_output=True, text=True, timeout=60)
        return done.stdout.splitlines()

    to_cutoff = ["ENTER 2100ms", *["DOWN"] * 8, "ENTER", *["UP"] * 7, "ENTER",  # BTP=USE
                 *["DOWN"] * 5, "ENTER", *["UP"] * 60]  # BLV at its end
    lines = picture(*to_cutoff)
    whole = " ".join(" ".join(lines).split())
    check("the terminal says all of it before ENTER, over as many rows as it takes",
          "BLV: 52.0 is allowed, but: It should be below LVR (52.0 V): the battery would count as "
          "recovered" in whole and whole.endswith("the alarm comes after the output is off."), lines)
    check("in 24 rows of 80 columns", len(lines) == 24 and max(map(len, lines)) <= 80, lines)
    check("with the keys still to be seen", any("ENTER  ]" in line for line in lines), lines)
    check("and nothing of a value that is left", "allowed" not in " ".join(picture(*to_cutoff, "ESC")))


def main():
    hearth, example = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        site = Site(hearth, example, os.path.join(folder, "h.db"))
        try:
            site.login()
            check_packs(site)
            check_inverter(site)
            check_display(site)
            check_texts(site)
            check_terminal(hearth)
        finally:
            site.stop()
    return end()


sys.exit(main())
