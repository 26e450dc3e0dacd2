#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hearth firmware: what is signed is taken in the manual's time, what was changed is not."""
import os
import subprocess
import sys
import tempfile

HEARTH = sys.argv[1]
SIZES = {"MDSP_BAaaXX07XX.hex": 283648, "SDSP_BAaaXXXX06.hex": 128000, "ABAA0001.bin": 524288}
passed = failed = 0


def hearth(*words):
    done = subprocess.run([HEARTH, "firmware", *words], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def check(name, good, told=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"{'ok' if good else 'not ok'} {passed + failed} - {name}")
    if not good:
        print("# " + told.replace("\n", "\n# "))


def drive(folder):
    for name, size in SIZES.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(bytes((i * 31 + size) % 251 for i in range(size)))


def spoil(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


with tempfile.TemporaryDirectory() as folder:
    key, usb = os.path.join(folder, "key"), os.path.join(folder, "usb")
    os.mkdir(usb)
    drive(usb)
    status, told = hearth("keys", key)
    check("keys are made, the secret one for its owner alone",
          status == 0 and os.stat(key).st_mode & 0o777 == 0o600, told)
    status, told = hearth("keys", key)
    check("an older key is not overwritten", status == 1 and "exists" in told, told)
    hearth("keys", os.path.join(folder, "other"))
    status, told = hearth("try", usb, "--public", key + ".pub")
    check("a drive without its list is refused", status == 1 and "Upgrading.INI" in told, told)
    status, told = hearth("sign", usb, "--key", key, "--version", "1.05")
    check("a drive is signed", status == 0, told)
    list_bytes = os.path.getsize(os.path.join(usb, "Upgrading.INI"))
    check("its list is within the manual's 1 KB", list_bytes <= 1024, str(list_bytes))
    status, told = hearth("check", usb, "--public", key + ".pub")
    check("what was signed is whole", status == 0, told)
    status, told = hearth("try", usb, "--public", key + ".pub")
    last = told.strip().splitlines()[-1]
    check("it is taken in some 145 s and its versions run",
          status == 0 and 130 <= float(last.split()[0]) <= 160 and last.count("1.05") == 3, told)
    check("the FAULT lamp flashes meanwhile", "FAULT lamp flash" in told, told)
    status, told = hearth("check", usb, "--public", os.path.join(folder, "other.pub"))
    check("another maker's key refuses it", status == 1 and "signature" in told, told)
    for name in SIZES:
        spoil(os.path.join(usb, name), SIZES[name] - 1)
        status, told = hearth("check", usb, "--public", key + ".pub")
        check(f"a changed bit of {name} is found", status == 1 and name in told, told)
        spoil(os.path.join(usb, name), SIZES[name] - 1)
    os.truncate(os.path.join(usb, "ABAA0001.bin"), 524287)
    status, told = hearth("try", usb, "--public", key + ".pub")
    check("a file cut off is refused", status == 1 and "cut off" in told, told)
    drive(usb)
    for what, name, size, wanted in (("an empty part", "ABAA0001.bin", 0, "0 bytes (allowed 1 to"),
                                     ("a part larger than its bank", "ABAA0001.bin", 524289, "524289 bytes"),
                                     ("a name the list cannot say", "MDSP_BA a.hex", 9, "letters"),
                                     ("a name too long", f"MDSP_BA{'a' * 30}.hex", 9, "31 letters"),
                                     ("a list of another spelling", "upgrading.ini", 0, "upgrading.ini"),
                                     ("a second file of one part", "ABAA0002.bin", 9, "2 files")):
        other = os.path.join(folder, what.replace(" ", "-"))
        os.mkdir(other)
        for part, bytes_ in {name: size, "SDSP_BAaaXXXX06.hex": 9, **({"ABAA0001.bin": 9} if name != "ABAA0001.bin" else {})}.items():
            with open(os.path.join(other, part), "wb") as file:
                file.write(b"x" * bytes_)
        status, told = hearth("sign", other, "--key", key, "--version", "1.05")
        check(f"{what} is not signed", status == 1 and wanted in told and
              not os.path.exists(os.path.join(other, "Upgrading.INI")), told)
    other = os.path.join(folder, "empty list")
    os.mkdir(other)
    for part, bytes_ in (("SDSP_BAaaXXXX06.hex", 9), ("Upgrading.INI", 0)):
        with open(os.path.join(other, part), "wb") as file:
            file.write(b"x" * bytes_)
    told = hearth("sign", other, "--key", key, "--version", "1.05")[1]
    status, told = hearth("check", other, "--public", key + ".pub")
    check("an empty list of its own name is replaced", status == 0, told)
    for words, wanted in ((("sign", usb), 2), (("sign", usb, "--key", key, "--version", "x"), 2),
                          (("check", usb), 2), (("nothing", usb), 2), ((), 2),
                          (("check", usb, "--public", key), 1),
                          (("sign", usb, "--key", key, "--version", "1", "--product", "vt12040"), 1)):
        status, told = hearth(*words)
        check(f"{' '.join(words[:1])} with {len(words)} words ends with {wanted}",
              status == wanted and told.startswith("hearth firmware:"), f"{status} {told}")

print(f"1..{passed + failed}")
sys.exit(failed > 0)
