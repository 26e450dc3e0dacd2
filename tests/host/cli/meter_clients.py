#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's readers of smart meters, written from the document alone, against `hearth emulate`.

meter_clients.py HEARTH [MODBUS_CLIENT]; prints TAP. DDSU666 and DTSU666 as published: addresses,
float32 with the high word first, scales, configuration words, over a pty, TCP and Modbus TCP; two
meters on one line; keys; then `hearth get`, encode and decode. mbpoll, and a client made with
libmodbus (MODBUS_CLIENT), where they are there.
"""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from clients import Emulator, Line, check, end, wait_for


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return struct.pack("<H", crc)


class Master:
    """Modbus RTU on a line."""

    def __init__(self, line, unit=1):
        self.line, self.unit = line, unit

    def ask(self, pdu, seconds=1.0, unit=None):
        frame = bytes([self.unit if unit is None else unit]) + pdu
        self.line.write(frame + crc16(frame))
        whole = lambda d: len(d) >= 5 and d[-2:] == crc16(d[:-2])
        reply = self.line.read(whole, seconds)
        if not reply:
            return None
        assert whole(reply) and reply[0] == frame[0], reply.hex()
        return reply[1:-2]

    def read(self, start, count, function=3, unit=None):
        """Registers, or the exception as a number."""
        reply = self.ask(struct.pack(">BHH", function, start, count), unit=unit)
        if reply[0] & 0x80:
            return reply[1]
        assert reply[0] == function and reply[1] == 2 * count == len(reply) - 2, reply.hex()
        return list(struct.unpack(f">{count}H", reply[2:]))

    def write(self, start, *words):
        """0, or the exception."""
        pdu = struct.pack(">BHHB", 16, start, len(words), 2 * len(words))
        reply = self.ask(pdu + struct.pack(f">{len(words)}H", *words))
        assert reply[0] == 0x90 or reply == pdu[:5], reply.hex()
        return reply[1] if reply[0] == 0x90 else 0

    def floats(self, start, n, unit=None):
        words = self.read(start, 2 * n, unit=unit)
        return [round(f, 4) for f in struct.unpack(f">{n}f", struct.pack(f">{2 * n}H", *words))]


def check_ddsu(master, emulator, name):
    emulator.tell("set meter1.l1.voltage_v 230.5")
    emulator.tell("set meter1.power_w -1500")
    emulator.tell("set meter1.l1.current_a 6.6")
    emulator.tell("set meter1.frequency_hz 49.98")
    u, i, p, q, s, pf, _, hz = master.floats(0x2000, 8)
    check(f"{name}: V, A, kW, kvar, kVA, power factor, Hz at 2000 to 200E",
          (u, i, p, hz) == (230.5, 6.6, -1.5, 49.98) and q == 0.3 and abs(s - 1.5297) < 0.0002 and
          pf == -0.981, str((u, i, p, q, s, pf, hz)))
    check(f"{name}: 15 registers, and function 04", len(master.read(0x2000, 15)) == 15 and
          len(master.read(0x2000, 2, 4)) == 2)
    emulator.tell("set meter1.imported_kwh 123456.78")
    emulator.tell("set meter1.exported_kwh 56.78")
    imported = master.floats(0x4000, 6)
    check(f"{name}: energy at 4000 and 400A, 0 between",
          abs(imported[0] - 123456.78) < 0.01 and imported[1:5] == [0] * 4 and imported[5] == 56.78,
          str(imported))
    check(f"{name}: words as in the published dump",
          master.read(1, 12) == [504, 0, 166, 5, 5, 1, 10, 1, 5, 0, 166, 3])
    check(f"{name}: refusals: beyond the map 02, count 0 03, function 06 01, read only 02",
          [master.read(0x2010, 1), master.read(0x2000, 0), master.ask(b"\x06\0\x06\0\x02"),
           master.write(5, 5), master.write(6, 248)] == [2, 3, b"\x86\x01", 2, 3])
    emulator.tell("release meter1.imported_kwh")
    emulator.tell("release meter1.exported_kwh")
    check(f"{name}: ClrE clears the counters", master.write(2, 1) == 0 and
          (time.sleep(0.1) or master.floats(0x4000, 1)[0] < 0.01) and master.read(2, 1) == [0])


def check_dtsu(master, emulator):
    for phase, volts, watts in ((1, 230.1, 500), (2, 231.2, 900), (3, 229.8, -2000)):
        emulator.tell(f"set meter1.l{phase}.voltage_v {volts}")
        emulator.tell(f"set meter1.l{phase}.power_w {watts}")
    emulator.tell("set meter1.l1.current_a 2.345")
    emulator.tell("set meter1.frequency_hz 50.01")
    check("dtsu666: phase voltages at 2006, 0.1 V", master.floats(0x2006, 3) == [2301, 2312, 2298])
    check("dtsu666: current at 200C, 0.001 A", master.floats(0x200C, 1) == [2345])
    check("dtsu666: power at 2012, 0.1 W: total, A, B, C",
          master.floats(0x2012, 4) == [-6000, 5000, 9000, -20000])
    check("dtsu666: power factors at 202A, 0.001", master.floats(0x202A, 4)[1:] == [981, 981, -981])
    check("dtsu666: frequency at 2044, 0.01 Hz", master.floats(0x2044, 1) == [5001])
    check("dtsu666: counters at both places, the same with a ratio of 1",
          abs(master.floats(0x101E, 1)[0] - master.floats(0x401E, 1)[0]) < 0.02 and
          master.floats(0x1028, 1)[0] > 56 and master.floats(0x4028, 1)[0] > 56)
    check("dtsu666: words: password 701, IrAt 1, UrAt 10, N.1, 9600, address 1",
          master.read(1, 1) + master.read(6, 2) + master.read(0x2C, 3) == [701, 1, 10, 3, 3, 1])
    check("dtsu666: the clock is there", 0 < master.read(0x32, 2)[1] <= 12)
    check("dtsu666: a CT of 200/5", master.write(6, 40) == 0 and
          master.floats(0x2012, 1) == [-150] and master.write(6, 1) == 0)
    check("dtsu666: IrAt of 0 and 10000, function 04, Huawei's block",
          [master.write(6, 0), master.write(6, 10000), master.read(0x2000, 2, 4),
           master.read(0x0836, 2)] == [3, 3, 1, 2])


def check_frames(master):
    line = master.line
    frame = bytes([1, 3, 0x20, 0x12, 0, 8])
    frame += crc16(frame)
    whole = lambda d: len(d) >= 21
    line.write(frame[:3])
    time.sleep(0.04)
    line.write(frame[3:])
    check("a frame in two pieces", len(line.read(whole)) == 21)
    line.write(frame[:5])
    time.sleep(0.3)
    line.write(frame)
    check("half a frame, silence, a whole one", len(line.read(whole)) == 21)
    line.write(frame[:-1] + bytes([frame[-1] ^ 1]))
    check("a wrong sum gets silence", line.read(whole, 0.4) == b"")
    line.write(b"\x00\xFFgarbage" + frame)
    check("garbage before a frame", len(line.read(whole)) == 21)
    check("another address gets silence", master.ask(b"\x03\x20\x12\0\x08", 0.4, unit=9) is None)


def check_two(master, emulator):
    emulator.tell("set meter2.power_w -3000")
    check("two meters on one line, each by its address",
          master.floats(0x2012, 1) == [-6000] and master.floats(0x2012, 1, unit=2) == [-30000])
    emulator.tell("cut meter1")
    check("one that is cut is silent, the other is not",
          master.ask(b"\x03\x20\x12\0\x02", 0.4) is None and
          master.floats(0x2012, 1, unit=2) == [-30000])
    emulator.tell("mend meter1")
    check("and comes back", master.floats(0x2012, 1) == [-6000])


def check_keys(master, emulator):
    """Scenario 122 at the second meter, brought back from 2 to 1 while alone, and to 3."""
    def press(*keys):
        return [emulator.tell(f"press meter2 {key}") for key in keys][-1]
    press("SET", *["ARROW"] * 7, "SET", "SET", "ARROW", "SET", "SET", "SET", "SET", "SET")
    shown = press("ARROW")
    press("ESC")
    check("the printed keys raise the address by one", shown == "meter2 shows address" and
          press("ESC") == "meter2 shows measure" and master.floats(0x2012, 1, unit=3) == [-30000])
    check("writing 002E sets it too, answered at the old address", master.unit == 1 and
          Master(master.line, 3).write(0x2E, 2) == 0 and
          master.floats(0x2012, 1, unit=2) == [-30000])


def run(*words, text=None):
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60)


def check_commands(hearth, bus, protocol, watts):
    done = run(hearth, "get", bus, "--protocol", protocol, "--json")
    told = json.loads(done.stdout)
    check(f"get {protocol}: everything", done.returncode == 0 and
          told["meter1.power_w"] == watts and told["meter1.type"] == protocol and
          told["meter1.imported_kwh"] >= 0 and 40 < told["meter1.frequency_hz"] < 60, done.stdout)
    done = run(hearth, "get", bus, "--protocol", protocol, "--address", "1", "meter1.power_w")
    check(f"get {protocol}: what is named", done.stdout == f"meter1.power_w {watts}.0 W\n",
          done.stdout + done.stderr)
    check(f"get {protocol}: a name that is none, an address that is none, nobody there",
          [run(hearth, "get", bus, "--protocol", protocol, *words).returncode for words in
           (["nosuch"], ["--address", "248"], ["--address", "99"])] == [1, 2, 1])


def check_codec(hearth):
    for protocol in ("ddsu666", "dtsu666"):
        frames = run(hearth, "encode", protocol, "--set", "meter1.l1.power_w=-512.5",
                     "meter1.l1.voltage_v=229.9", "meter1.address=7").stdout
        done = run(hearth, "decode", protocol, "--json", text=frames)
        values = {}
        for line in done.stdout.splitlines():
            values.update(json.loads(line)["values"])
        check(f"decode {protocol}: what encode said", done.returncode == 0 and
              values.get("meter7.l1.power_w") == -512.5 and
              values.get("meter7.l1.voltage_v") == 229.9, done.stdout)
    done = run(hearth, "encode", "dtsu666", "--request", "0x2012:8")
    check("encode dtsu666: one request", done.stdout == "01 03 20 12 00 08 EF C9\n", done.stdout)
    done = run(hearth, "decode", "dtsu666", text="01 03 20 12 00 08 EF C8\n")
    check("decode dtsu666: a wrong sum is broken", done.returncode == 1 and "broken" in done.stdout)
    listed = run(hearth, "list", "protocols").stdout
    check("list protocols has both", re.search(r"^ddsu666 +meter", listed, re.M) and
          re.search(r"^dtsu666 +meter", listed, re.M))
    done = run(hearth, "monitor", "tcp:127.0.0.1:1", "--protocol", "dtsu666", "--once")
    check("a battery monitor says what a meter is", "spoken by a meter" in done.stderr, done.stderr)
    for words in (["--address", "0"], ["--address", "1,1"], ["--address", "1,2,3"],
                  ["--protocol", "pi30"]):
        done = run(hearth, "emulate", "dtsu666", "--bus", "pty:./never", *words)
        check(f"emulate refuses {' '.join(words)}", done.returncode == 2, done.stderr)


def check_others(port, client):
    if shutil.which("mbpoll"):
        done = run("mbpoll", "-m", "tcp", "-p", str(port), "-a", "1", "-0", "-1", "-B", "-t", "4:float",
                   "-r", str(0x2012), "127.0.0.1")
        check("mbpoll reads the total of a dtsu666", re.search(r"\[8210\]:\s+-6000", done.stdout),
              done.stdout + done.stderr)
    else:
        check("mbpoll reads the total of a dtsu666 # SKIP it is not installed", True)
    if client:
        done = run(client, "127.0.0.1", str(port))
        check("libmodbus reads, writes and is refused", done.returncode == 0,
              done.stdout + done.stderr)
    else:
        check("libmodbus reads, writes and is refused # SKIP it is not installed", True)


def main():
    hearth = sys.argv[1]
    client = sys.argv[2] if len(sys.argv) > 2 else None
    port = 41000 + os.getpid() % 10000
    check_codec(hearth)
    with tempfile.TemporaryDirectory() as folder:
        one, three = os.path.join(folder, "one"), os.path.join(folder, "three")
        single = Emulator(hearth, "ddsu666", "--bus", f"pty:{one}", f"ddsu666:tcp:127.0.0.1:{port}")
        double = Emulator(hearth, "dtsu666", "--address", "1,2", "--bus", f"pty:{three}",
                          f"dtsu666:modbus:127.0.0.1:{port + 1}")
        wait_for(one)
        wait_for(three)
        try:
            line = Line(one)
            check_ddsu(Master(line), single, "ddsu666 on a pty")
            line.close()
            line = Line(f"tcp:127.0.0.1:{port}")
            check_ddsu(Master(line), single, "ddsu666 over TCP")
            line.close()
            check_commands(hearth, f"serial:{one}", "ddsu666", -1500)
            line = Line(three)
            master = Master(line)
            check_dtsu(master, double)
            check_frames(master)
            check_two(master, double)
            check_keys(master, double)
            line.close()
            check_commands(hearth, f"serial:{three}", "dtsu666", -600)
            check_commands(hearth, f"modbus:127.0.0.1:{port + 1}", "dtsu666", -600)
            check_others(port + 1, client)
        except (AssertionError, IndexError, KeyError, TypeError, ValueError, struct.error) as error:
            check("the meters answer as the document says", False, repr(error))
        check("the emulators end when told", single.close() == 0 and double.close() == 0)
    return end()


sys.exit(main())
