#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The panel on a terminal of 80 by 24: keys, a click, the end. panel_tty.py HEARTH"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


class Terminal:
    def __init__(self, *command):
        self.process, self.line = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8",
                              ASAN_OPTIONS="detect_leaks=0")
            os.execv(command[0], command)
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = ""

    def until(self, text, seconds=20):
        """Waits until `text` has been drawn since the last key."""
        end = time.monotonic() + seconds
        while text not in self.seen and time.monotonic() < end:
            if select.select([self.line], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.line, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        return text in self.seen

    def send(self, keys):
        self.seen = ""
        os.write(self.line, keys.encode())

    def status(self):
        self.until("\0never", 1)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def inverter(hearth):
    """The segment display: its keys by keyboard and mouse."""
    terminal = Terminal(hearth, "panel", "offgrid_6000", "--speed", "60")
    checks = [("an inverter's display", terminal.until("INPUT BATT"))]
    terminal.send("\x1bOB")
    checks.append(("down turns the page", terminal.until("PV OUTPUT")))
    terminal.send("m")
    checks.append(("m holds ENTER: the settings", terminal.until("POF")))
    terminal.send("\x1bOB")
    checks.append(("down goes to the next one", terminal.until("WFM")))
    terminal.send("\x1b")
    checks.append(("Esc leaves the menu", terminal.until("PAGE")))
    row, column = 18, 42  # ENTER, counted from 1
    terminal.send(f"\x1b[<0;{column};{row}M")
    checks.append(("ENTER held with the mouse opens it too", terminal.until("POF")))
    terminal.send(f"\x1b[<0;{column};{row}m")
    terminal.send("q")
    checks.append(("q ends the inverter's too", terminal.status() == 0))
    return checks


def main():
    terminal = Terminal(sys.argv[1], "panel", "es51_2_100lp")
    checks = [("it boots", terminal.until("HEARTH"))]
    terminal.send("\r")
    checks.append(("Enter during the logo opens the menu", terminal.until("PACK-INFO")))
    terminal.send("\x1bOB\r")
    checks.append(("down and Enter show the status", terminal.until("Protect")))
    terminal.send("\x1b")
    checks.append(("Esc goes back", terminal.until("PROTOCOL")))
    row, column = 5, 8  # the first button, counted from 1
    terminal.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
    checks.append(("a click touches", terminal.until("Pack V")))
    terminal.send("+")
    checks.append(("+ doubles the speed", terminal.until("2")))
    terminal.send("q")
    checks.append(("q ends it", terminal.status() == 0))
    checks += inverter(sys.argv[1])
    print(f"1..{len(checks)}")
    for i, (name, good) in enumerate(checks, 1):
        print(f"{'ok' if good else 'not ok'} {i} - {name}")
    return 0


sys.exit(main())
