#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's clients, written from the protocol documents alone, against `hearth emulate`.

foreign_clients.py HEARTH; prints TAP. Nothing here knows our code: each reader builds its request
bytes by hand, checks every length and checksum of the answer and reads the fields at the
documents' offsets.
"""
import os
import struct
import sys
import tempfile
import time

from clients import Emulator, Line, check, end, wait_for

# ---- YD/T 1363 ASCII frames

def ascii_frame(ver, adr, cid2, info="", cid1=0x46):
    length = len(info)
    lchk = (-((length >> 8 & 15) + (length >> 4 & 15) + (length & 15))) & 15
    body = f"{ver:02X}{adr:02X}{cid1:02X}{cid2:02X}{lchk:X}{length:03X}{info}"
    return f"~{body}{-sum(body.encode()) & 0xFFFF:04X}\r".encode()


def ascii_info(reply):
    """Checks a reply to the letter; (address, return code, INFO bytes)."""
    text = reply.decode("ascii")
    assert text[0] == "~" and text[-1] == "\r", text
    body, sum_ = text[1:-5], int(text[-5:-1], 16)
    assert text[1:-1] == text[1:-1].upper(), "not upper case"
    assert (-sum(body.encode())) & 0xFFFF == sum_, "CHKSUM"
    length = int(body[8:12], 16)
    lenid, lchk = length & 0xFFF, length >> 12
    assert (-((lenid >> 8) + (lenid >> 4 & 15) + (lenid & 15))) & 15 == lchk, "LCHKSUM"
    assert lenid == len(body) - 12, "LENID counts characters"
    return int(body[2:4], 16), int(body[6:8], 16), bytes.fromhex(body[12:])


def whole_ascii(data):
    return data.endswith(b"\r")


def pylon(line, adr, cid2, info=None):
    info = f"{adr:02X}" if info is None else info
    return ascii_info(line.ask(ascii_frame(0x20, adr, cid2, info), whole_ascii))


def u16(data, at):
    return struct.unpack_from(">H", data, at)[0]


def s16(data, at):
    return struct.unpack_from(">h", data, at)[0]


def check_pylon(line, n_packs):
    adr, rtn, info = pylon(line, 2, 0x42)
    cells = info[2]
    at = 3 + 2 * cells
    temps = info[at]
    tail = at + 1 + 2 * temps
    volts = [u16(info, 3 + 2 * i) for i in range(cells)]
    check("pylon 0x42: 16 cells near 3.3 V, 24-bit capacities of 100 Ah",
          adr == 2 and rtn == 0 and cells == 16 and all(3200 < v < 3400 for v in volts) and
          abs(sum(volts) - u16(info, tail + 2)) < 50 and info[tail + 6] == 4 and
          int.from_bytes(info[tail + 14:tail + 17], "big") == 100000 and
          len(info) == tail + 17, info.hex())
    check("pylon 0x42: temperatures from 2731",
          all(200 <= u16(info, at + 1 + 2 * i) - 2731 <= 300 for i in range(temps)), info.hex())
    _, rtn, info = pylon(line, 2, 0x92)
    check("pylon 0x92: limits and enables",
          rtn == 0 and len(info) == 10 and 56000 <= u16(info, 1) <= 59000 and
          s16(info, 5) > 0 and s16(info, 7) < 0 and info[9] & 0xC0 == 0xC0, info.hex())
    _, rtn, info = pylon(line, 2, 0x61, "")
    check("pylon 0x61: SOC of the system", rtn == 0 and info[4] == 60 and len(info) == 49, info.hex())
    _, rtn, info = pylon(line, 2, 0x63, "")
    check("pylon 0x63: limits of all packs",
          rtn == 0 and u16(info, 4) > 500 * n_packs, info.hex())
    _, rtn, _ = pylon(line, 2, 0x7F)
    check("pylon: an unknown command is return code 04", rtn == 4, str(rtn))
    broken = bytearray(ascii_frame(0x20, 2, 0x42, "02"))
    broken[15] ^= 1
    check("pylon: a broken checksum gets no values",
          b"2002460000" not in line.ask(bytes(broken), whole_ascii, 0.7)[:11])
    check("pylon: an address nobody has is silence",
          line.ask(ascii_frame(0x20, 9, 0x42, "09"), whole_ascii, 0.7) == b"")
    half = ascii_frame(0x20, 2, 0x42, "02")
    line.write(half[:7])
    time.sleep(0.3)
    check("pylon: half a frame, then a whole one, is answered",
          ascii_info(line.ask(half, whole_ascii))[1] == 0)


def check_pace(line, n_packs):
    reply = ascii_info(line.ask(ascii_frame(0x25, 1, 0x42, "FF"), whole_ascii))
    info = reply[2]
    check("pace 0x42 FF: all packs through the host",
          reply[1] == 0 and info[1] == n_packs and info[2] == 16, info.hex())
    check("pace 0x42: temperatures from 2730, capacity in 10 mAh",
          s16(info, 36) - 2730 == 250 and u16(info, 3 + 32 + 1 + 12 + 4) == 6000, info.hex())
    _, rtn, info = ascii_info(line.ask(ascii_frame(0x25, 1, 0xD1), whole_ascii))
    check("pace 0xD1: cell over-voltage alarm, protect, release, delay",
          rtn == 0 and info[0] == 1 and u16(info, 1) < u16(info, 3) and u16(info, 5) < u16(info, 3),
          info.hex())
    _, rtn, _ = ascii_info(line.ask(ascii_frame(0x25, 1, 0xD0, info.hex().upper()), whole_ascii))
    check("pace 0xD0: a write without the password changes nothing (same values are no change)",
          rtn in (0, 9), str(rtn))
    changed = bytearray(info)
    struct.pack_into(">H", changed, 1, u16(info, 1) - 50)
    _, rtn, _ = ascii_info(line.ask(ascii_frame(0x25, 1, 0xD0, changed.hex().upper()), whole_ascii))
    check("pace 0xD0: another value without the password is refused", rtn == 9, str(rtn))
    _, rtn, info = ascii_info(line.ask(ascii_frame(0x25, 1, 0xB1), whole_ascii))
    check("pace 0xB1: six bytes of clock", rtn == 0 and len(info) == 6 and info[1] in range(1, 13))


# ---- Modbus and its relatives

def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


def modbus_read(line, unit, start, count):
    request = struct.pack(">BBHH", unit, 3, start, count)
    reply = line.ask(request + crc16(request), lambda d: len(d) >= 5 + 2 * count or
                     (len(d) >= 5 and d[1] & 0x80), 1.5)
    assert crc16(reply[:-2]) == reply[-2:], reply.hex()
    assert reply[1] == 3 and reply[2] == 2 * count, reply.hex()
    return [u16(reply, 3 + 2 * i) for i in range(count)]


def check_growatt(line):
    values = modbus_read(line, 1, 0x13, 14)
    check("growatt-rs485: SOC, voltage in 10 mV, remaining of both packs in 10 mAh",
          values[2] == 60 and 5200 < values[3] < 5400 and values[7] == 12000, str(values))
    cells = modbus_read(line, 1, 0x71, 16)
    check("growatt-rs485: sixteen cells", all(3200 < c < 3400 for c in cells), str(cells))


def check_voltronic(line):
    request = struct.pack(">BBHH", 1, 3, 0x10, 1)
    reply = line.ask(request + crc16(request), lambda d: len(d) >= 8, 1.5)
    check("voltronic-rs485: the reply counts words in two bytes",
          reply[:4] == bytes([1, 3, 0, 1]) and u16(reply, 4) == 16 and
          crc16(reply[:-2]) == reply[-2:] and len(reply) == 8, reply.hex())
    request = struct.pack(">BBHH", 1, 3, 0x70, 7)
    reply = line.ask(request + crc16(request), lambda d: len(d) >= 20, 1.5)
    check("voltronic-rs485: limits in tenths, both enables",
          len(reply) == 20 and 560 <= u16(reply, 4) <= 590 and u16(reply, 12) & 0xC0 == 0xC0,
          reply.hex())


def check_pace_modbus(line):
    values = modbus_read(line, 1, 0, 8)
    check("pace-modbus: decimal registers 0 to 7",
          5200 < values[1] < 5400 and values[2] == 60 and values[4] == 6000 and values[5] == 10000,
          str(values))


def check_jbd(line):
    reply = line.ask(bytes.fromhex("DDA50300FFFD77"), lambda d: d.endswith(b"\x77"), 1.5)
    n = reply[3]
    total = (-(sum(reply[2:4 + n]))) & 0xFFFF
    check("jbd 0x03: checksum without the register, SOC, cells",
          reply[:3] == b"\xDD\x03\x00" and u16(reply, 4 + n) == total and reply[4 + 19] == 60 and
          reply[4 + 21] == 16 and 5200 < u16(reply, 4) < 5400, reply.hex())


# ---- slcan

def slcan_frames(line, wanted, seconds):
    """What came until a frame of each wanted id was there, or the time is over."""
    line.write(b"C\rS6\rO\r")
    data = line.read(lambda d: all(b"t%03X" % one in d[:d.rfind(b"\r")] for one in wanted), seconds)
    frames = {}
    for text in data[:data.rfind(b"\r")].replace(b"\a", b"\r").split(b"\r"):
        if text[:1] == b"t" and len(text) >= 5:
            length = int(text[4:5])
            assert len(text) == 5 + 2 * length, text
            frames[int(text[1:4], 16)] = bytes.fromhex(text[5:].decode())
    return frames


def check_can(line, dialect):
    wanted = {"growatt-can": (0x311, 0x313), "pylon-can": (0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E)}
    frames = slcan_frames(line, wanted.get(dialect, (0x351, 0x355, 0x356)), 15)
    little = struct.Struct("<HhhH")
    if dialect == "growatt-can":
        cvl, ccl, dcl, status = struct.unpack(">HHHH", frames[0x311])
        check("growatt-can: big endian limits and enables",
              560 <= cvl <= 590 and ccl > 0 and dcl > 0 and status & 0x60 == 0x60 and
              frames[0x313][6] == 60, str(frames))
        return
    cvl, ccl, dcl, _ = little.unpack(frames[0x351].ljust(8, b"\0"))
    soc = struct.unpack_from("<H", frames[0x355])[0]
    volts = struct.unpack_from("<h", frames[0x356])[0]
    check(f"{dialect}: CVL, CCL, DCL, SOC, voltage",
          560 <= cvl <= 590 and ccl > 0 and dcl > 0 and soc == 60 and 5200 < volts < 5400,
          str(frames))
    if dialect == "pylon-can":
        check("pylon-can: PN, enables, name",
              frames[0x359][5:7] == b"PN" and frames[0x35C][0] & 0xC0 == 0xC0 and
              frames[0x35E] == b"PYLON   ", str(frames))


def run_serial(hearth, folder):
    for name, looks in (("pylon-rs485", lambda l: check_pylon(l, 2)),
                        ("pace", lambda l: check_pace(l, 2)), ("growatt-rs485", check_growatt),
                        ("voltronic-rs485", check_voltronic), ("pace-modbus", check_pace_modbus),
                        ("jbd", check_jbd)):
        path = os.path.join(folder, name)
        emulator = Emulator(hearth, "es51_2_100lp", "--packs", "2", "--bus", f"pty:{path}",
                            "--protocol", name)
        try:
            wait_for(path)
            line = Line(path)
            looks(line)
            line.close()
        except (AssertionError, KeyError, IndexError, struct.error) as error:
            check(f"{name} answers as its document says", False, repr(error))
        check(f"{name}: the emulator ends when told", emulator.close() == 0)


def run_can(hearth, folder):
    for dialect in ("pylon-can", "sma-can", "victron-can", "growatt-can", "luxpower-can"):
        path = os.path.join(folder, dialect)
        emulator = Emulator(hearth, "es51_2_100lp", "--packs", "2", "--bus", f"pty:{path}",
                            "--protocol", dialect)
        try:
            wait_for(path)
            line = Line(path)
            check_can(line, dialect)
            line.close()
        except (AssertionError, KeyError, IndexError, struct.error) as error:
            check(f"{dialect} speaks as its document says", False, repr(error))
        emulator.close()


def run_tcp(hearth):
    port = 20000 + os.getpid() % 20000
    emulator = Emulator(hearth, "vt12040", "--bus", f"tcp:127.0.0.1:{port}", "--protocol",
                        "pylon-rs485")
    lines = []
    for _ in range(100):
        try:
            lines.append(Line(f"tcp:127.0.0.1:{port}"))
            break
        except OSError:
            time.sleep(0.05)
    lines += [Line(f"tcp:127.0.0.1:{port}") for _ in range(2)]
    request = ascii_frame(0x20, 2, 0x92, "02")
    for line in lines:
        line.write(request)
    replies = [line.read(whole_ascii) for line in lines]
    check("three masters at once over TCP are each answered",
          all(ascii_info(r)[1] == 0 for r in replies), str(replies))
    lines[0].write(b"\x00garbage~~~2002~" + request)
    check("garbage before a frame is survived", ascii_info(lines[0].read(whole_ascii))[1] == 0)
    said = emulator.tell("set pack1.cells_v 3.75")
    time.sleep(3.0)
    _, _, info = ascii_info(lines[1].ask(request, whole_ascii))
    check("over-voltage: the charge enable falls and the limit is 0",
          info[9] & 0x80 == 0 and s16(info, 5) == 0, f"{said} {info.hex()}")
    said = emulator.tell("set pack1.settings.nosuch 1")
    check("a wrong command is told and ends nothing", "is not a point" in said, said)
    for line in lines:
        line.close()
    emulator.close()


def main():
    hearth = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        run_serial(hearth, folder)
        run_can(hearth, folder)
        run_tcp(hearth)
    return end()


sys.exit(main())
