#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the running site without warning, again and again: its clock and its energy totals go on from
where they were, and no event it had told is lost. restart.py HEARTH SITE"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime, timedelta


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return json.load(answer)


def look(port):
    points = get(port, "/api/points")
    events = get(port, "/api/events?limit=1000")["events"]
    return points["house.time"], points["load.energy_total_kwh"], {e["id"] for e in events}


def wait_for(port):
    for _ in range(200):
        try:
            return look(port)
        except OSError:
            time.sleep(0.05)
    raise SystemExit("not ok - the site did not start")


def main():
    hearth, site = sys.argv[1], sys.argv[2]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        before = ("", 0.0, set())
        for run in range(6):
            port = free_port()
            daemon = subprocess.Popen(
                [hearth, "run", site, "--port", str(port), "--speed", "3600",
                 "--store", os.path.join(folder, "site.db")], stdout=subprocess.DEVNULL)
            first = wait_for(port)
            # at most the last second of real time: an hour at this speed
            back = run > 0 and datetime.fromisoformat(before[0]) - datetime.fromisoformat(first[0])
            if back and back > timedelta(minutes=75):
                wrong.append(f"run {run}: the clock went back from {before[0]} to {first[0]}")
            if first[1] + 1.5 < before[1]:
                wrong.append(f"run {run}: the load fell from {before[1]} to {first[1]} kWh")
            if not before[2] <= first[2]:
                wrong.append(f"run {run}: events lost: {sorted(before[2] - first[2])}")
            time.sleep(1.3)
            before = look(port)
            daemon.send_signal(signal.SIGKILL)
            daemon.wait()
        print("1..1")
        for line in wrong:
            print("#", line)
        print("not ok 1" if wrong else "ok 1", "- a site killed without warning goes on where it was")
        print(f"# after six lives: {before[0]}, {before[1]} kWh, {len(before[2])} events")
    return 1 if wrong else 0


sys.exit(main())
