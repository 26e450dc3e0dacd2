#!/usr/bin/env python3
"""Prints line, branch and MC/DC coverage per file from llvm-cov's JSON, and each condition that was
not shown to decide alone. Ends with 1 when a file named after `--whole` is not whole.

MC/DC of a decision with one condition is both its outcomes: those are the branches."""
import json
import os
import sys


def text_of(lines, l0, c0, l1, c1):
    if l0 == l1:
        return lines[l0 - 1][c0 - 1:c1 - 1]
    parts = [lines[l0 - 1][c0 - 1:]] + lines[l0:l1 - 1] + [lines[l1 - 1][:c1 - 1]]
    return " ".join(part.strip() for part in parts)


def missed_conditions(file, lines):
    """(line, text) of conditions without an independence pair."""
    for record in file["mcdc_records"]:
        l0, c0, l1, c1 = record[:4]
        shown = record[-1]
        inside = sorted(set(tuple(b[:4]) for b in file["branches"]
                            if (l0, c0) <= (b[0], b[1]) and (b[2], b[3]) <= (l1, c1)))
        for i, covered in enumerate(shown):
            if not covered:
                known = len(inside) == len(shown)
                yield l0, (text_of(lines, *inside[i]) if known else f"condition {i + 1}") + \
                    "   in   " + text_of(lines, l0, c0, l1, c1)


def missed_branches(file, lines):
    for b in file["branches"]:
        if lines[b[0] - 1][:b[1] - 1].endswith("switch ("):
            continue  # the default that a switch over a whole enum does not have
        for count, side in ((b[4], "true"), (b[5], "false")):
            if count == 0:
                yield b[0], f"never {side}: " + text_of(lines, *b[:4])


def percent(part):
    return 100.0 if part["count"] == 0 else 100.0 * part["covered"] / part["count"]


def main():
    whole = sys.argv[sys.argv.index("--whole") + 1:]
    files = [f for f in json.load(sys.stdin)["data"][0]["files"] if f["summary"]["lines"]["count"]]
    lacking = []
    print(f"{'file':<16}{'lines':>14}{'branches':>16}{'MC/DC':>16}")
    for file in sorted(files, key=lambda f: f["filename"]):
        name = os.path.basename(file["filename"])
        parts = [file["summary"][key] for key in ("lines", "branches", "mcdc")]
        cells = [f"{p['covered']}/{p['count']} {percent(p):5.1f}%" for p in parts]
        print(f"{name:<16}{cells[0]:>14}{cells[1]:>16}{cells[2]:>16}")
    for file in sorted(files, key=lambda f: f["filename"]):
        name = os.path.basename(file["filename"])
        with open(file["filename"], encoding="utf-8") as source:
            lines = source.read().split("\n")
        missed = [f"{name}:{line}: alone never decides: {what}"
                  for line, what in missed_conditions(file, lines)]
        missed += [f"{name}:{line}: {what}" for line, what in missed_branches(file, lines)]
        print("".join(what + "\n" for what in missed), end="")
        if missed and name in whole:
            lacking.append(name)
    unknown = [name for name in whole if name not in [os.path.basename(f["filename"]) for f in files]]
    if lacking or unknown:
        print("not whole: " + " ".join(lacking + unknown))
    return 1 if lacking or unknown else 0


sys.exit(main())
