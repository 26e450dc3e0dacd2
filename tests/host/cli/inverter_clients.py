#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's readers of inverters, written from the documents alone, against `hearth emulate`.

inverter_clients.py HEARTH; prints TAP. PI30 after the published command list (frames, sums, columns
of each reply), the SRNE map after V1.96 (addresses, scales, exceptions), over a pty, TCP and Modbus
TCP; then `hearth get` and `hearth set` as the reader of the same inverter.
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

# ---- PI30

def xmodem(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return bytes(b + 1 if b in (0x28, 0x0D, 0x0A) else b for b in (crc >> 8, crc & 0xFF))


def pi30(line, text, seconds=2.0):
    """The text of the reply, its frame checked to the letter."""
    command = text.encode()
    line.write(command + xmodem(command) + b"\r")
    reply = line.read(lambda d: d.endswith(b"\r"), seconds)
    assert reply[:1] == b"(" and reply[-1:] == b"\r", reply
    assert reply.count(b"\r") == 1 and xmodem(reply[:-3]) == reply[-3:-1], reply
    return reply[1:-3].decode("ascii")


QPIGS = re.compile(r"\d{3}\.\d \d\d\.\d \d{3}\.\d \d\d\.\d \d{4} \d{4} \d{3} \d{3} \d\d\.\d\d \d{3} "
                   r"\d{3} \d{4} \d{4} \d{3}\.\d \d\d\.\d\d \d{5} [01]{8} \d\d \d\d \d{5} [01]{3}")
QPIRI = re.compile(r"\d{3}\.\d \d\d\.\d \d{3}\.\d \d\d\.\d \d\d\.\d \d{4} \d{4} \d\d\.\d \d\d\.\d "
                   r"\d\d\.\d \d\d\.\d \d\d\.\d \d \d{2,3} \d{3} \d \d \d \d (00|01|10) [01] \d "
                   r"\d\d\.\d [01] [01]")


def check_pi30_queries(line, emulator):
    check("pi30 QPI", pi30(line, "QPI") == "PI30")
    status = pi30(line, "QPIGS")
    check("pi30 QPIGS: 21 columns of the published widths", QPIGS.fullmatch(status) is not None, status)
    f = status.split()
    check("pi30 QPIGS: grid 230 V 50 Hz, load 800 W, PV 1500 W, battery near 53 V charging",
          f[0] == "230.0" and f[1] == "50.0" and f[5] == "0800" and f[19] == "01500" and
          52 < float(f[8]) < 54 and int(f[9]) > 10 and f[15] == "00000" and
          f[16][3] == "1" and f[16][5:] == "110", status)
    ratings = pi30(line, "QPIRI")
    check("pi30 QPIRI: 25 columns of the published widths", QPIRI.fullmatch(ratings) is not None,
          ratings)
    r = ratings.split()
    check("pi30 QPIRI: 6 kW, 48 V, utility first, solar and utility, Pylontech",
          r[5] == r[6] == "6000" and r[7] == "48.0" and r[12] == "3" and r[16] == "0" and r[17] == "2",
          ratings)
    check("pi30 QMOD on the grid: line", pi30(line, "QMOD") == "L")
    warnings = pi30(line, "QPIWS")
    check("pi30 QPIWS: 32 flags, none", warnings == "0" * 32, warnings)
    flags = pi30(line, "QFLAG")
    check("pi30 QFLAG", re.fullmatch(r"E[a-z]*D[a-z]*", flags) and
          set(flags) - set("ED") == set("abjuvy"), flags)
    check("pi30 QDI, QID, QVFW, QMCHGCR",
          len(pi30(line, "QDI").split()) == 26 and pi30(line, "QID").isdigit() and
          re.fullmatch(r"VERFW:\d{5}\.\d\d", pi30(line, "QVFW")) is not None and
          pi30(line, "QMCHGCR").split()[-1] == "120")
    emulator.tell("set grid.present 0")
    time.sleep(1.5)
    check("pi30: without a grid the mode is battery and the line fails",
          pi30(line, "QMOD") == "B" and pi30(line, "QPIWS")[5] == "1" and
          pi30(line, "QPIGS").startswith("000.0 00.0 230.0 50.0"))
    emulator.tell("release grid.present")


def check_pi30_orders(line):
    check("pi30 POP02 is taken and read back",
          pi30(line, "POP02") == "ACK" and pi30(line, "QPIRI").split()[16] == "2")
    check("pi30 PCP01, MCHGC040, MUCHGC030, PGR00, PBCV48.0, PBDV55.0",
          all(pi30(line, text) == "ACK" for text in
              ("PCP01", "MCHGC040", "MUCHGC030", "PGR00", "PBDV55.0", "PBCV48.0")))
    r = pi30(line, "QPIRI").split()
    check("pi30: they are read back",
          r[17] == "1" and r[14] == "040" and int(r[13]) == 30 and r[15] == "0" and
          r[8] == "48.0" and r[22] == "55.0", str(r))
    check("pi30 PDa, PEaj: switches",
          pi30(line, "PDa") == "ACK" and "a" in pi30(line, "QFLAG").split("D")[1] and
          pi30(line, "PEaj") == "ACK" and "j" in pi30(line, "QFLAG").split("D")[0])
    check("pi30: values out of its range, orders without a counterpart, unknown ones: NAK",
          all(pi30(line, text) == "NAK" for text in
              ("PBDV00.0", "PSDV30.0", "PCP00", "POP07", "PBT05", "F55", "PEx", "QXYZ", "MCHGC140")))


def check_pi30_frames(line):
    good = b"QPI" + xmodem(b"QPI") + b"\r"
    line.write(good[:2])
    time.sleep(0.2)
    line.write(good[2:])
    check("pi30: a frame in two pieces", line.read(lambda d: d.endswith(b"\r"))[:5] == b"(PI30")
    line.write(good + b"QMOD" + xmodem(b"QMOD") + b"\r")
    check("pi30: two frames in one write",
          line.read(lambda d: d.count(b"\r") == 2).count(b"(") == 2)
    line.write(b"QPI\x00\x00\r")
    check("pi30: a wrong sum is refused", line.read(lambda d: d.endswith(b"\r")) == b"(NAKss\r")
    line.write(b"(ACK9 \r")
    check("pi30: somebody's reply gets silence", line.read(lambda d: d, 0.5) == b"")
    line.write(good[:3])
    time.sleep(0.8)
    line.write(good)
    check("pi30: half a frame, a pause, a whole one",
          line.read(lambda d: d.endswith(b"\r"))[:5] == b"(PI30")


# ---- SRNE

def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


class Rtu:
    """Modbus RTU over a byte line."""

    def __init__(self, line):
        self.line = line

    def ask(self, pdu, unit=1, seconds=2.0):
        frame = bytes([unit]) + pdu
        self.line.write(frame + crc16(frame))
        reply = self.line.read(lambda d: len(d) >= 5 and crc16(d[:-2]) == d[-2:], seconds)
        if not reply:
            return None
        assert crc16(reply[:-2]) == reply[-2:], reply.hex()
        self.unit = reply[0]
        return reply[1:-2]


class Tcp:
    """Modbus TCP: the seven bytes of MBAP are checked."""

    def __init__(self, line):
        self.line, self.transaction = line, 0

    def ask(self, pdu, unit=1, seconds=2.0):
        self.transaction += 1
        self.line.write(struct.pack(">HHHB", self.transaction, 0, len(pdu) + 1, unit) + pdu)
        reply = self.line.read(lambda d: len(d) >= 6 and len(d) == 6 + d[5], seconds)
        if not reply:
            return None
        transaction, zero, length, self.unit = struct.unpack(">HHHB", reply[:7])
        assert (transaction, zero, length) == (self.transaction, 0, len(reply) - 6), reply.hex()
        return reply[7:]


def read(master, start, count, unit=1):
    reply = master.ask(struct.pack(">BHH", 3, start, count), unit)
    if reply is None or reply[0] & 0x80:
        return reply
    assert reply[:2] == bytes([3, 2 * count]) and len(reply) == 2 + 2 * count, reply.hex()
    return list(struct.unpack(f">{count}H", reply[2:]))


def write(master, address, value):
    pdu = struct.pack(">BHH", 6, address, value)
    reply = master.ask(pdu)
    return 0 if reply == pdu else reply[1]


def signed(word):
    return word - 0x10000 if word & 0x8000 else word


def check_srne(master, name):
    dc = read(master, 0x0100, 18)
    check(f"{name} 0x0100: SOC, battery V and A (+ discharges), PV V A W",
          55 < dc[0] < 65 and 520 < dc[1] < 540 and signed(dc[2]) < -100 and dc[7] == 3600 and
          dc[9] == dc[10] == 1500 and dc[11] == 1, str(dc))
    ac = read(master, 0x0210, 22)
    check(f"{name} 0x0210: mains, 230.0 V, 50.00 Hz, load 800 W",
          ac[0] == 4 and ac[3] == 2300 and ac[5] == 5000 and ac[6] == 2300 and ac[11] == 800, str(ac))
    grid = signed(read(master, 0x023A, 1)[0])
    check(f"{name} 0x023A: power of the grid, + exports", -800 < grid < 0, str(grid))
    serial = "".join(chr(w & 0xFF) for w in read(master, 0x0035, 20) if w)
    check(f"{name} 0x0035: a serial number in low bytes", serial.isdigit() and len(serial) == 14, serial)
    battery = read(master, 0xE003, 12)
    check(f"{name} 0xE003: 48 V; voltages per 12 V block: 60.0 V is 150, 56.8 V 142",
          battery[0] == 48 and battery[2] == 150 and battery[5] == 142, str(battery))
    years = read(master, 0x020C, 3)
    check(f"{name} 0x020C: a clock", years[0] >> 8 == time.localtime().tm_year % 100 and
          1 <= years[0] & 0xFF <= 12, str(years))
    check(f"{name}: energy, two registers with the low word first", len(read(master, 0xF02C, 30)) == 30)
    check(f"{name}: registers beyond the areas 02, more than 32 0A, another function 01",
          read(master, 0x0300, 1) == b"\x83\x02" and read(master, 0x0100, 33) == b"\x83\x0A" and
          master.ask(struct.pack(">BHH", 4, 0x0100, 1)) == b"\x84\x01")
    check(f"{name}: FF is answered by the real address, another one not at all",
          len(read(master, 0x0100, 1, 0xFF)) == 1 and master.unit == 1 and
          master.ask(struct.pack(">BHH", 3, 0x0100, 1), 9, 0.4) is None)
    check(f"{name} writes: taken, out of range 03, read only 07, not while running 08, not now 04",
          [write(master, 0xE204, 2), write(master, 0xE204, 7), write(master, 0x0100, 1),
           write(master, 0xE201, 1), write(master, 0xE007, 140)] == [0, 3, 7, 8, 4])
    check(f"{name}: it is read back", read(master, 0xE204, 1) == [2])
    pdu = struct.pack(">BHHBHH", 0x10, 0xE01F, 2, 4, 40, 80)
    check(f"{name} function 10: both SOC limits at once",
          master.ask(pdu) == pdu[:5] and read(master, 0xE01F, 2) == [40, 80])
    pdu = struct.pack(">BHHBHH", 0x10, 0xE204, 2, 4, 1, 9999)
    check(f"{name} function 10: one wrong value, nothing is written",
          master.ask(pdu) == b"\x90\x03" and read(master, 0xE204, 1) == [2])
    write(master, 0xE204, 1)


def check_srne_frames(line):
    frame = bytes([1, 3, 1, 0, 0, 2])
    frame += crc16(frame)
    whole = lambda d: len(d) >= 9
    line.write(frame[:3])
    time.sleep(0.04)
    line.write(frame[3:])
    check("srne: a frame in two pieces", len(line.read(whole)) == 9)
    line.write(frame[:5])
    time.sleep(0.4)
    line.write(frame)
    check("srne: half a frame, silence, a whole one", len(line.read(whole)) == 9)
    broken = bytearray(frame)
    broken[3] ^= 1
    line.write(bytes(broken))
    check("srne: a wrong sum gets silence", line.read(whole, 0.5) == b"")
    line.write(b"\x00\xFFgarbage" + frame)
    check("srne: garbage before a frame", len(line.read(whole)) == 9)


# ---- hearth get, hearth set

def run(hearth, *words):
    return subprocess.run([hearth, *words], capture_output=True, text=True, timeout=60)


def check_commands(hearth, emulator, bus, protocol, amperes):
    done = run(hearth, "get", bus, "--protocol", protocol, "--json")
    told = json.loads(done.stdout)
    check(f"get {protocol}: points and settings", done.returncode == 0 and
          told["grid.voltage_v"] == 230 and told["settings.MCC"] > 0 and
          told["inverter.faults"] == [] and told["inverter.state"] == "bypass", done.stdout)
    done = run(hearth, "get", bus, "--protocol", protocol, "WFM", "load.power_w")
    check(f"get {protocol}: what is named", done.returncode == 0 and
          done.stdout.split("\n")[1] == "load.power_w 800 W", done.stdout + done.stderr)
    check(f"get {protocol}: a name that is none",
          run(hearth, "get", bus, "--protocol", protocol, "nosuch").returncode == 1)
    done = run(hearth, "set", bus, "--protocol", protocol, f"MCC={amperes}",
               f"GTB={amperes + 21.5}", "BTG=52")
    check(f"set {protocol}: three settings", done.returncode == 0 and
          "MCC:" in done.stdout and emulator.tell("get settings.MCC").endswith(f"{amperes}") and
          emulator.tell("get settings.GTB").endswith(f"{amperes + 21.5}"), done.stdout + done.stderr)
    done = run(hearth, "set", bus, "--protocol", protocol, f"MCC={amperes}")
    check(f"set {protocol}: what is there is not written",
          done.returncode == 0 and "already" in done.stdout, done.stdout)
    done = run(hearth, "set", bus, "--protocol", protocol, "MCC=50", "BTG=60")
    check(f"set {protocol}: a refusal has its reason, and nothing is written",
          done.returncode == 1 and "allowed 44.0 to 52.0 V" in done.stderr and
          run(hearth, "set", bus, "--protocol", protocol, "MCC=1000000000").stderr.startswith(
              "hearth set: MCC: 1000000000 is out of range (allowed 1 to 120 A") and
          emulator.tell("get settings.MCC").endswith(f"{amperes}"), done.stderr)
    done = run(hearth, "set", bus, "--protocol", protocol, "BTE=DIS")
    check(f"set {protocol}: what the protocol cannot say", done.returncode == 1, done.stderr)


def check_explained(hearth, emulator, bus, protocol):
    """What is allowed but senseless, or not controlled yet, is said before anything is written."""
    words = ["set", bus, "--protocol", protocol]

    def stored(*names):
        return [emulator.tell(f"get settings.{name}").split()[-1] for name in names]

    before = stored("ICV", "FLV", "LVR", "BLV")
    done = run(hearth, *words, "ICV=56", "FLV=57.6")
    check(f"set {protocol}: float above boost is explained, and nothing is written",
          done.returncode == 1 and "FLV: 57.6 is allowed, but: It should be below ICV (56.0 V): "
          "float would be higher than boost." in done.stderr and "--yes" in done.stderr and
          done.stdout == "" and stored("ICV", "FLV", "LVR", "BLV") == before, done.stdout + done.stderr)
    done = run(hearth, *words, "FLV=57.6", "ICV=58.4")
    check(f"set {protocol}: judged together, in any order, this pair is fine",
          done.returncode == 0 and done.stderr == "", done.stdout + done.stderr)
    if protocol == "srne-modbus":
        done = run(hearth, *words, "LVR=50", "BLV=51.6")
        check(f"set {protocol}: both sides of a contradiction", done.returncode == 1 and
              "LVR: 50.0 is allowed, but" in done.stderr and "BLV: 51.6 is allowed, but" in done.stderr and
              stored("LVR", "BLV") == before[2:], done.stderr)
    done = run(hearth, *words, "ICV=56", "--yes")
    check(f"set {protocol}: --yes writes, and still says it", done.returncode == 0 and
          "float would be higher than boost" in done.stderr and stored("ICV") == ["56.0"],
          done.stdout + done.stderr)
    done = run(hearth, *words, "ICV=56")
    check(f"set {protocol}: what is in place already is no question",
          done.returncode == 0 and done.stderr == "" and "already" in done.stdout, done.stderr)
    run(hearth, *words, f"ICV={before[0]}", f"FLV={before[1]}", "--yes")


def check_later(hearth, emulator, bus):
    """What nobody controls yet: asked at a terminal, refused to a script."""
    words = ["set", bus, "--protocol", "srne-modbus", "PMD=PAL"]
    done = run(hearth, *words, "POF=OFF")
    check("set: what nobody controls yet is not written unsaid", done.returncode == 1 and
          "PMD: PAL is allowed, but" in done.stderr and
          emulator.tell("get settings.POF").endswith("ON"), done.stderr)
    emulator.tell("set settings.POF OFF")
    time.sleep(1)
    for answer, status, value in (("n\n", 1, "SIG"), ("\n", 1, "SIG"), ("y\n", 0, "PAL")):
        ours, theirs = os.openpty()
        process = subprocess.Popen([hearth, *words], stdin=theirs, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        os.write(ours, answer.encode())
        told = process.communicate(timeout=60)
        check(f"set: a person at the terminal answers {answer!r}", process.returncode == status and
              "[y/N]" in told[1] and emulator.tell("get settings.PMD").endswith(value), str(told))
        os.close(ours)
        os.close(theirs)


def piped(hearth, words, text):
    done = subprocess.run([hearth, *words], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def check_decode(hearth):
    """What encode makes, decode tells; published text without its sum is taken too."""
    for protocol in ("pi30", "srne-modbus"):
        _, frames = piped(hearth, ["encode", protocol, "--set", "battery.voltage_v=52.5",
                                   "grid.voltage_v=229.9", "battery.current_a=-12", "WFM=SBU",
                                   "settings.MCC=60"], "")
        status, told = piped(hearth, ["decode", protocol, "--json"], frames)
        values = {}
        for line in told.splitlines():
            values.update(json.loads(line)["values"])
        check(f"decode {protocol}: what encode said", status == 0 and
              values.get("battery.voltage_v") == 52.5 and values.get("grid.voltage_v") == 229.9 and
              values.get("battery.current_a") == -12 and values.get("settings.WFM") == "SBU" and
              values.get("settings.MCC") == 60, told)
    status, told = piped(hearth, ["decode", "pi30"],
                         "> QPIGS\n< (000.0 00.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 "
                         "103.8 57.45 00000 00110110 00 00 00856 010\n> POP02\n< (ACK\n")
    check("decode pi30: text as people write it down", status == 0 and "pv.power_w 856 W" in told and
          'POP02: settings.WFM "SBU"' in told and "taken of POP02" in told, told)
    status, told = piped(hearth, ["decode", "pi30"], "28 4E 41 4B 73 74 0D\n")
    check("decode pi30: a wrong sum is broken", status == 1 and "broken" in told, told)
    status, told = piped(hearth, ["encode", "srne-modbus", "--request", "0xE204=2"], "")
    check("encode srne-modbus: one request", told == "01 06 E2 04 00 02 7F B2\n", told)


def main():
    hearth = sys.argv[1]
    port = 20000 + os.getpid() % 20000
    check_decode(hearth)
    with tempfile.TemporaryDirectory() as folder:
        pty = os.path.join(folder, "link")
        rs485 = os.path.join(folder, "rs485")
        emulator = Emulator(hearth, "offgrid_6000", "--packs", "2", "--bus", f"pty:{pty}",
                            "--protocol", "pi30", f"srne-modbus:pty:{rs485}",
                            f"pi30:tcp:127.0.0.1:{port}", f"srne-modbus:modbus:127.0.0.1:{port + 1}")
        wait_for(pty)
        try:
            tcp = Line(f"tcp:127.0.0.1:{port}")
            check_pi30_queries(tcp, emulator)
            time.sleep(7)  # the grid is believed again
            line = Line(pty)
            check_pi30_orders(line)
            check_pi30_frames(line)
            check("pi30: two masters on two buses",
                  pi30(tcp, "QPIRI") == pi30(line, "QPIRI"))
            pi30(line, "PF")  # as delivered, then as the emulator's house was
            emulator.tell("set settings.BTP LIT")
            emulator.tell("set settings.BMS CAN")
            time.sleep(8)
            line.close()
            check_srne(Tcp(Line(f"tcp:127.0.0.1:{port + 1}")), "srne-modbus over Modbus TCP")
            line = Line(rs485)
            check_srne(Rtu(line), "srne-modbus over RTU")
            check_srne_frames(line)
            line.close()
            if shutil.which("mbpoll"):
                done = run("mbpoll", "-m", "tcp", "-p", str(port + 1), "-a", "1", "-0", "-1", "-r",
                           str(0xE20A), "127.0.0.1")
                check("mbpoll reads", "[57866]:" in done.stdout, done.stdout)
            check_commands(hearth, emulator, f"serial:{pty}", "pi30", 35)
            check_commands(hearth, emulator, f"modbus:127.0.0.1:{port + 1}", "srne-modbus", 36)
            check_commands(hearth, emulator, f"serial:{rs485}", "srne-modbus", 34)
            emulator.tell("set settings.BMS DIS")  # volts rule
            emulator.tell("set settings.BTP USE")
            check_explained(hearth, emulator, f"serial:{pty}", "pi30")
            check_explained(hearth, emulator, f"modbus:127.0.0.1:{port + 1}", "srne-modbus")
            check_later(hearth, emulator, f"modbus:127.0.0.1:{port + 1}")
        except (AssertionError, IndexError, KeyError, TypeError, ValueError, struct.error) as error:
            check("the inverter answers as its documents say", False, repr(error))
        check("the emulator ends when told", emulator.close() == 0)
    return end()


sys.exit(main())
