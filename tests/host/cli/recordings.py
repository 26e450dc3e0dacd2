#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a site that records: the rows of the seconds before are there, a new recording runs, the
start-up guide stands where it stood, and a recording that was ended stays ended. recordings.py HEARTH SITE"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(port, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        text = answer.read().decode()
    return text if path.startswith("/api/recordings/") else json.loads(text)


class Site:
    def __init__(self, hearth, site, store):
        self.port = free_port()
        self.daemon = subprocess.Popen([hearth, "run", site, "--port", str(self.port), "--store", store],
                                       stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.ask("/api/about")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("not ok - the site did not start")

    def ask(self, path, body=None):
        return ask(self.port, path, body)

    def kill(self):
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()


def check(hearth, path, folder):
    store = os.path.join(folder, "site.db")
    site = Site(hearth, path, store)
    site.ask("/api/guide", {"step": 0, "by": "Ada"})
    name = site.ask("/api/recordings", {"running": True, "interval_s": 1})["current"]["name"]
    time.sleep(4.5)
    rows = site.ask("/api/recordings")["current"]["rows"]
    site.kill()
    yield "rows come in once a second and pack", 6 <= rows <= 12
    site = Site(hearth, path, store)
    state = site.ask("/api/recordings")
    kept = {r["name"]: r["rows"] for r in state["recordings"]}
    yield "at most the last second is lost", kept.get(name, 0) >= rows - 2
    yield "a new recording goes on", state["running"] and state["current"]["name"] != name
    lines = site.ask(f"/api/recordings/{name}").splitlines()
    yield "the CSV has them all", len(lines) == 1 + kept.get(name, 0)
    guide = site.ask("/api/guide")
    yield "the guide stands where it stood", guide["next"] == 1 and guide["steps"][0]["by"] == "Ada"
    site.ask("/api/recordings", {"running": False})
    site.kill()
    site = Site(hearth, path, store)
    yield "what was ended stays ended", not site.ask("/api/recordings")["running"]
    site.kill()


def main():
    with tempfile.TemporaryDirectory() as folder:
        results = list(check(sys.argv[1], sys.argv[2], folder))
    print(f"1..{len(results)}")
    for i, (what, good) in enumerate(results, 1):
        print("ok" if good else "not ok", i, "-", what)
    return 0 if all(good for _, good in results) else 1


sys.exit(main())
