# SPDX-License-Identifier: Apache-2.0
"""What the clients of these tests share: a line to an emulator, an emulator, a site over HTTP."""
import http.cookiejar
import json
import os
import select
import signal
import socket
import subprocess
import termios
import time
import tty
import urllib.error
import urllib.request

PASSWORD = "correct horse battery"
checks = []


def check(name, well, told=""):
    checks.append(well)
    print(f"{'ok' if well else 'not ok'} {len(checks)} - {name}")
    if not well:
        print(f"# {told}")


def end():
    """The plan of the checks made; the exit status."""
    print(f"1..{len(checks)}")
    return 0 if all(checks) else 1


class Line:
    """A pty or a TCP connection as a byte line."""

    def __init__(self, where):
        self.sock = None
        if where.startswith("tcp:"):
            host, port = where[4:].rsplit(":", 1)
            for _ in range(100):
                try:
                    self.sock = socket.create_connection((host, int(port)), timeout=5)
                    break
                except OSError:
                    time.sleep(0.05)
            self.fd = self.sock.fileno()
        else:
            self.fd = os.open(where, os.O_RDWR | os.O_NOCTTY)
            tty.setraw(self.fd, termios.TCSANOW)

    def close(self):
        self.sock.close() if self.sock else os.close(self.fd)

    def write(self, data):
        os.write(self.fd, data)

    def read(self, enough, seconds=2.0):
        data, end = b"", time.time() + seconds
        while time.time() < end and not enough(data):
            if select.select([self.fd], [], [], 0.05)[0]:
                got = os.read(self.fd, 4096)
                if not got:
                    break
                data += got
        return data

    def ask(self, request, enough, seconds=2.0):
        self.write(request)
        return self.read(enough, seconds)


class Emulator:
    def __init__(self, hearth, *arguments):
        self.process = subprocess.Popen([hearth, "emulate", *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        return self.process.wait(timeout=20)


def wait_for(path):
    for _ in range(200):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{path} never came")


class Site:
    """hearth run of a site file, spoken to over HTTP."""

    def __init__(self, hearth, site, store, *options):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.http = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.process = subprocess.Popen([hearth, "run", site, "--port", str(self.port), "--store",
                                         store, *options], stdout=subprocess.DEVNULL)
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
