#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page has a name in German and Chinese for every setting, fault and alarm of the off-grid
family, and none too many: page_names.py HEARTH web/src/texts/offgrid.ts"""
import csv
import io
import re
import subprocess
import sys

from clients import check, end

ROW = re.compile(r"^  '?([\w ]+)'?: \['([^']+)', '([^']+)'\],$", re.M)


def listed(hearth, what, product):
    text = subprocess.run([hearth, "list", what, product, "--csv"], check=True, capture_output=True,
                          text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def table(source, name):
    body = source.split(f"export const {name}", 1)[1].split("\n};", 1)[0]
    rows = ROW.findall(body)
    lines = [line for line in body.splitlines()[1:] if line.strip()]
    check(f"{name}: every row has two languages", len(rows) == len(lines),
          [line for line in lines if not ROW.match(line)])
    return {key: (german, chinese) for key, german, chinese in rows}


def main():
    hearth = sys.argv[1]
    with open(sys.argv[2], encoding="utf-8") as file:
        source = file.read()
    for name, what, key in (("settingTitles", "settings", lambda r: r["mnemonic"]),
                            ("codeNames", "faults", lambda r: f"{r['class']} {r['code']}")):
        rows = table(source, name)
        wanted = {key(row): row["name"] for product in ("offgrid_3000", "offgrid_5000", "offgrid_6000")
                  for row in listed(hearth, what, product)}
        check(f"{name}: none is missing", not wanted.keys() - rows.keys(), wanted.keys() - rows.keys())
        check(f"{name}: none is left over", not rows.keys() - wanted.keys(), rows.keys() - wanted.keys())
        plain = [k for k, (_, chinese) in rows.items() if not re.search("[\u4e00-\u9fff]", chinese)]
        check(f"{name}: Chinese is Chinese", not plain, plain)
        for i, language in ((0, "German"), (1, "Chinese")):
            names = [row[i] for row in rows.values()]
            check(f"{name}: no two are the same in {language}", len(set(names)) == len(names),
                  {n for n in names if names.count(n) > 1})
    return end()


sys.exit(main())
