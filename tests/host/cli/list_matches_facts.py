#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what `hearth list` prints with the fact tables it was written from.

list_matches_facts.py HEARTH FACTS_FOLDER; says so and is skipped when the tables are not there.
Numbers are compared as numbers, prose columns (name of a source, notes) are left out where our
wording is shorter than the table's.
"""
import csv
import io
import os
import subprocess
import sys

PACKS = ["vt12040", "es25_6_100lp", "es25_6_230lp", "es51_2_100lp", "es51_2_230lp", "b1_5_1_48"]
PROTECTION_COLUMNS = ["code", "name", "kind", "quantity", "alarm_threshold", "alarm_recover", "protect_threshold",
                      "protect_delay_s", "protect_recover", "action", "release_rule", "unit",
                      "alarm_delay_s", "lock_rule", "hmi_no", "notes", "source"]


def printed(hearth, *arguments):
    text = subprocess.run([hearth, "list", *arguments, "--csv"], check=True, capture_output=True,
                          text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def table(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text):
    """Our rows name the place of a resolution differently, and a mnemonic has no remark."""
    for remark in ("see ", "README ", "docs/decisions.md ", " (no mnemonic printed)"):
        text = text.replace(remark, "")
    return text.strip()


def same(a, b):
    a, b = plain(a), plain(b)
    try:
        return abs(float(a) - float(b)) < 1e-9
    except ValueError:
        return a == b


def compare(what, ours, facts, columns, skip=()):
    wrong = 0
    if len(ours) != len(facts):
        print(f"# {what}: {len(ours)} rows, the facts have {len(facts)}")
        wrong += 1
    for i, (mine, theirs) in enumerate(zip(ours, facts)):
        for column in columns:
            if column not in skip and not same(mine[column], theirs[column]):
                key = theirs.get("code") or theirs.get("mnemonic") or theirs.get("parameter")
                print(f"# {what} row {i + 1} ({key}), {column}: \"{mine[column]}\", "
                      f"the facts say \"{theirs[column]}\"")
                wrong += 1
    return wrong


def compare_all(what, ours, facts):
    """Every cell of every row, as text."""
    wrong = 0
    for i in range(max(len(ours), len(facts))):
        mine = ours[i] if i < len(ours) else None
        theirs = {k: v or "" for k, v in facts[i].items()} if i < len(facts) else None
        if mine != theirs:
            print(f"# {what} row {i + 1}: {mine}, the facts say {theirs}")
            wrong += 1
    return wrong




def main():
    hearth, folder = sys.argv[1], sys.argv[2]
    if not os.path.isdir(folder):
        print("1..0 # SKIP no fact tables beside the tree")
        return 0
    wrong = []
    facts = table(folder, "batteries/protections.csv")
    for pack in PACKS:
        theirs = [r for r in facts if r["product"] == pack]
        wrong.append(("protections " + pack,
                      compare(pack, printed(hearth, "protections", pack), theirs, PROTECTION_COLUMNS)))
    parameters = table(folder, "batteries/parameters.csv")
    for pack in PACKS:
        if pack not in parameters[0]:
            continue  # the facts name no parameters of this one
        theirs = [dict(r, default=r[pack]) for r in parameters if r[pack] not in ("", "-")]
        ours = {r["parameter"]: r for r in printed(hearth, "parameters", pack)}
        n = 0
        for row in theirs:
            mine = ours.get(row["parameter"])
            if mine is None:
                print(f"# {pack}: no parameter {row['parameter']}")
                n += 1
            else:
                columns = ["unit"] + (["step"] if row["step"] else [])
                columns += ["default"]
                n += compare(pack, [mine], [row], columns)
        wrong.append(("parameters " + pack, n))
    settings = table(folder, "inverters/offgrid-settings.csv")
    wrong.append(("settings offgrid_6000",
                  compare("offgrid_6000", printed(hearth, "settings", "offgrid_6000"), settings,
                          [c for c in settings[0] if c != "product"])))
    for inverter in ("offgrid_3000", "offgrid_5000", "offgrid_6000"):
        for what in ("faults", "panel-pages"):
            facts = table(folder, f"inverters/offgrid-{what}.csv")
            ours = printed(hearth, what.replace("panel-", ""), inverter)
            wrong.append((f"{what} {inverter}",
                          [{k: v for k, v in r.items() if k != "product"} for r in ours] !=
                          [{k: (v or "").strip() for k, v in r.items() if k != "product"}
                           for r in facts]))
    for product, name in (("jso12048156", "jso12048156"), ("as1_3ks_5_1", "as1"),
                          ("as1_3ks_20_4", "as1")):
        for what in ("settings", "faults"):
            facts = table(folder, f"inverters/{name}-{what}.csv")
            wrong.append((f"{what} {product}",
                          compare(product, printed(hearth, what, product), facts,
                                  [c for c in facts[0] if c != "product"])))
    for what, name in (("pages", "hmi-fields"), ("leds", "led-patterns"), ("soc-leds", "soc-leds")):
        facts = table(folder, f"batteries/{name}.csv")
        wrong.append((what, compare_all(what, printed(hearth, what), facts)))
        for pack in PACKS:
            family = {"vt12040": pack, "b1_5_1_48": "b1_5_1_48 / as1"}.get(pack, "es_series")
            theirs = [r for r in facts if r["product"] in (family, "all")]
            wrong.append((f"{what} {pack}",
                          compare_all(what, printed(hearth, what, pack), theirs)))
    for what, name in (("compat", "compat"), ("pins", "pinouts")):
        facts = [{k: (v or "").strip() for k, v in r.items()}
                 for r in table(folder, f"batteries/{name}.csv")]
        ours = printed(hearth, what)
        order = {r["product"]: i for i, r in enumerate(printed(hearth, "products"))}
        facts.sort(key=lambda r: order.get(r["battery_product"], 0) if what == "compat" else 0)
        wrong.append((what, compare_all(what, ours, facts)))
    sako = printed(hearth, "pins", "es51_2_100lp", "--brand", "sako")
    wrong.append(("pins of one brand", [(r["battery_pin"], r["inverter_pin"]) for r in sako] !=
                  [("1 or 8", "3"), ("2 or 7", "5")]))
    nameless = subprocess.run([hearth, "list", "pins", "es51_2_100lp", "--brand", ""], capture_output=True)
    wrong.append(("a brand without a name is refused", nameless.returncode != 1 or nameless.stdout != b""))
    print(f"1..{len(wrong)}")
    for i, (name, n) in enumerate(wrong, 1):
        print(f"{'ok' if n == 0 else 'not ok'} {i} - {name}")
    return 0


sys.exit(main())
