#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hearth check: the scenarios' forms, the limits of the manuals written here a second time, what a
form may not say, forms inside site files: installation.py HEARTH FORMS_FOLDER EXAMPLES_FOLDER"""
import csv
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile

from clients import check, end

HEARTH, FORMS, EXAMPLES = sys.argv[1:4]
PLACES = ("above", "below", "left", "right", "front")


def run(*arguments):
    return subprocess.run([HEARTH, *arguments], capture_output=True, text=True)


def judge(product, lines):
    """Exit status, standard error and the JSON of a form."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(f"product: {product}\ninstallation:\n" + "".join(f"  {l}\n" for l in lines))
        file.flush()
        done = run("check", file.name, "--json")
    return done.returncode, done.stderr, json.loads(done.stdout) if done.stdout else None


def worst(told, quantity):
    """The worst verdict on a quantity."""
    order = ["no rule", "advice", "ok", "warning", "refused"]
    results = [c["result"] for c in told["checks"] if c["quantity"] == quantity]
    return max(results, key=order.index) if results else None


def scenarios():
    for path in sorted(glob.glob(os.path.join(FORMS, "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            wanted = re.findall(r"^# expect: (\w+) (\S+)(?: (\S+))?$", file.read(), re.M)
        done = run("check", path, "--json")
        told = json.loads(done.stdout)
        well = bool(wanted) and done.returncode == (1 if any(w[0] == "refused" for w in wanted) else 0)
        for result, quantity, value in wanted:
            well &= worst(told, quantity) == result
            well &= not value or any(c["quantity"] == quantity and c["value"] == float(value)
                                     for c in told["checks"])
        table = run("check", path)
        well &= table.returncode == done.returncode and all(
            re.search(rf"^{r} +{re.escape(q)} ", table.stdout, re.M) for r, q, _ in wanted)
        check("scenario " + os.path.basename(path)[:-5], well, (done, table.stdout))


# quantity, the last values that pass, and the first that do not with what they get. The figures are
# those of the manuals, not read out of the program.
OFFGRID = [
    ("ac_cable_mm2", [10], [(9.9, "refused")]),
    ("earth_cable_mm2", [4, 6], [(3.9, "refused"), (6.1, "warning")]),
    ("ac_breaker_a", [35, 63], [(34, "warning"), (64, "warning")]),
    ("battery_lug_hole_mm", [5], [(4.9, "warning"), (6, "warning")]),
    ("battery_screw_m", [5], [(4, "warning"), (6, "warning")]),
    ("battery_lug_torque_kgf_cm", [18, 20, 22], [(17.9, "warning"), (22.1, "warning")]),
    ("battery_lug_torque_nm", [1.961], [(1.7, "warning"), (2.2, "warning")]),
    ("ac_torque_kgf_cm", [12], [(10, "warning"), (14, "warning")]),
    ("pv_torque_kgf_cm", [12], [(10, "warning"), (14, "warning")]),
    ("cover_torque_kgf_cm", [7], [(6, "warning"), (8, "warning")]),
    ("pv_string_voc_v", [120, 550], [(119.9, "refused"), (550.1, "refused")]),
    ("pv_string_vmpp_v", [90, 500], [(89.9, "warning"), (500.1, "warning")]),
    ("relay_a", [1], [(1.001, "refused")]),
    ("relay_v", [30], [(230.1, "refused")]),
    *[(f"clearance_{p}_mm", [500], [(499, "refused")]) for p in PLACES[:2]],
    *[(f"clearance_{p}_mm", [200], [(199, "refused")]) for p in PLACES[2:4]],
    ("wall_bolt_m", [6], [(5, "warning"), (8, "warning")]),
    ("humidity_pct", [5, 95], [(4.9, "refused"), (95.1, "refused")]),
    ("temperature_min_c", [-10], [(-10.1, "refused")]),
    ("temperature_max_c", [50], [(50.1, "refused")]),
    ("altitude_m", [4000], [(4001, "refused")]),
    *[(q, ["no"], [("yes", "refused")]) for q in ("in_sun", "in_rain", "flammable_nearby",
                                                  "dusty_or_greasy", "other_source_on_output")],
    *[(q, ["yes"], [("no", "refused")]) for q in ("battery_polarity_checked", "pv_polarity_checked",
                                                  "ac_ports_checked")],
]


def offgrid(cable, breaker, pv_cable, pv_breaker, isc, pv_w, units, charge):
    return OFFGRID + [
        ("battery_cable_mm2", [cable], [(cable - 0.1, "refused")]),
        ("battery_breaker_a", list(breaker), [(0, "refused"), (breaker[0] - 1, "warning"),
                                              (breaker[1] + 1, "warning")]),
        ("pv_cable_mm2", [pv_cable, 8], [(pv_cable - 0.1, "refused"), (8.1, "warning")]),
        ("pv_breaker_a", list(pv_breaker), [(pv_breaker[0] - 1, "warning"), (pv_breaker[1] + 1, "warning")]),
        ("pv_isc_a", [isc], [(isc + 0.01, "refused")]),
        ("pv_total_w", [pv_w], [(pv_w + 1, "warning")]),
        ("parallel_units", [units], [(units + 1, "refused")]),
        ("charge_a", [charge], [(charge + 1, "refused")]),
    ]


JSO = [
    ("ac_cable_mm2", [4], [(3.9, "refused")]),
    ("battery_cable_mm2", [60], [(53.5, "refused"), (59.9, "refused")]),
    ("pv_cable_mm2", [4, 6], [(3.9, "refused"), (6.1, "warning")]),
    ("battery_breaker_a", [240, 250], [(0, "refused"), (239, "warning"), (251, "warning")]),
    ("grid_breaker_a", [50, 80], [(0, "refused"), (49, "warning"), (81, "warning")]),
    ("backup_breaker_a", [18, 20], [(17, "warning"), (21, "warning")]),
    ("generator_breaker_a", [18, 20], [(17, "warning"), (21, "warning")]),
    ("pv_breaker_a", [1], [(0, "refused")]),
    ("battery_screw_m", [10], [(8, "warning"), (12, "warning")]),
    ("battery_lug_torque_nm", [22.05, 24.5], [(22.04, "warning"), (24.51, "refused")]),
    ("battery_lug_torque_kgf_cm", [249], [(250, "refused")]),
    ("ac_torque_nm", [1.2], [(1.21, "refused")]),
    ("ac_strip_mm", [10], [(9, "warning"), (11, "warning")]),
    ("pv_strip_mm", [7], [(6, "warning"), (8, "warning")]),
    ("pv_string_voc_v", [150.1, 800], [(150, "refused"), (800.1, "refused")]),
    ("pv_string_vmpp_v", [200, 650], [(199, "warning"), (651, "warning")]),
    ("pv_mppt1_a", [25], [(25.1, "warning")]),
    ("pv_mppt2_a", [12.5], [(12.6, "warning")]),
    ("pv_total_w", [15600], [(15601, "refused")]),
    ("strings", [3], [(4, "refused")]),
    ("strings_mppt1", [2], [(3, "refused")]),
    ("strings_mppt2", [1], [(2, "refused")]),
    ("charge_a", [240], [(241, "refused")]),
    *[(f"clearance_{p}_mm", [500], [(499, "refused")]) for p in PLACES[:4]],
    ("clearance_front_mm", [1000], [(999, "refused")]),
    ("wall_bolts", [4], [(3, "refused")]),
    ("wall_hole_depth_mm", [52, 60], [(51, "warning"), (61, "warning")]),
    ("humidity_pct", [95], [(95.1, "refused")]),
    ("temperature_min_c", [-25], [(-25.1, "refused")]),
    ("temperature_max_c", [45], [(45.1, "warning"), (60, "warning"), (60.1, "refused")]),
    ("altitude_m", [2000], [(2001, "refused")]),
    *[(q, ["no"], [("yes", "refused")]) for q in ("in_sun", "in_rain", "flammable_nearby",
                                                  "antenna_nearby", "in_cool_air", "pv_earthed")],
    *[(q, ["yes"], [("no", "refused")]) for q in ("battery_polarity_checked", "pv_polarity_checked",
                                                  "ac_ports_checked", "pv_surge_protection", "earthed")],
]
AS1 = [
    ("ac_cable_mm2", [2.5, 6], [(2.4, "refused"), (6.1, "refused")]),
    ("ac_breaker_a", [16], [(0, "refused")]),
    ("rcd_ma", [30], [(29, "warning")]),
    ("cover_torque_kgf_cm", [14], [(12, "warning"), (16, "warning")]),
    ("gland_torque_kgf_cm", [30], [(26, "warning"), (34, "warning")]),
    ("rj45_head_torque_kgf_cm", [30], [(26, "warning"), (34, "warning")]),
    *[(f"clearance_{p}_mm", [500], [(499, "refused")]) for p in ("above", "below", "front")],
    *[(f"clearance_{p}_mm", [300], [(299, "refused")]) for p in ("left", "right")],
    ("wall_bolts", [6], [(5, "refused")]),
    ("wall_hole_mm", [8], [(7, "warning"), (9, "warning")]),
    ("wall_hole_depth_mm", [50], [(49, "warning"), (51, "warning")]),
    ("tilt_deg", [0, 15], [(-0.1, "refused"), (15.1, "refused")]),
    ("humidity_pct", [85], [(85.1, "refused")]),
    ("temperature_min_c", [0.1], [(0, "refused")]),
    ("temperature_max_c", [45], [(45.1, "warning"), (50, "warning"), (50.1, "refused")]),
    *[(f"distance_{p}_mm", [600], [(599, "refused")]) for p in ("exit", "window", "appliance")],
    *[(q, ["no"], [("yes", "refused")]) for q in ("in_sun", "in_rain", "salty", "flooded", "in_ceiling",
                                                  "in_wall_cavity", "under_walkway", "other_make_of_battery")],
    ("on_roof", ["no"], [("yes", "warning")]),
    ("ac_ports_checked", ["yes"], [("no", "refused")]),
    ("storage_c", [18, 28], [(-20.1, "refused"), (50.1, "refused")]),
    ("storage_humidity_pct", [84.9], [(85, "refused")]),
    ("months_since_dispatch", [6], [(6.1, "warning")]),
]
UNITS = {"as1_3ks_5_1": 1, "as1_3ks_10_2": 2, "as1_3ks_15_3": 3, "as1_3ks_20_4": 4}
FACTS = {
    "offgrid_3000": offgrid(17.6, (80, 105), 3.6, (18, 20), 22.5, 3300, 1, 80),
    "offgrid_5000": offgrid(25.2, (115, 151), 5.4, (27, 30), 33.75, 6000, 9, 100),
    "offgrid_6000": offgrid(30, (137, 180), 5.4, (27, 30), 33.75, 7800, 9, 120),
    "jso12048156": JSO, **{product: AS1 for product in UNITS}}
# judged only beside others: conditions and what limits are told by
LEANING = {"battery_type", "battery_ah", "relay_dc", "storage_months", "parallel_gap_mm",
           "battery_in_same_cabinet"}


def rounds(facts):
    """Forms of one value of each quantity: {quantity: (value, result)}. Breakers stand apart, as they
    are judged by their cables too."""
    passing = [[(q, v, "ok") for v in good] for q, good, _ in facts]
    failing = [[(q, v, result) for v, result in bad] for q, _, bad in facts]
    for rows in (passing, failing):
        for breakers in (True, False):
            of_kind = [row for row in rows if row[0][0].endswith("breaker_a") == breakers]
            for i in range(max(map(len, of_kind), default=0)):
                yield {row[i][0]: row[i][1:] for row in of_kind if i < len(row)}


def limits():
    for product, facts in FACTS.items():
        wrong = []
        for said in rounds(facts):
            status, _, told = judge(product, [f"{q}: {v}" for q, (v, _) in said.items()])
            wrong += [(q, v, result, worst(told, q)) for q, (v, result) in said.items()
                      if worst(told, q) != result]
            if status != (1 if "refused" in [result for _, result in said.values()] else 0):
                wrong.append(("status", status, said))
        check(f"{product}: each limit of its manual, just kept and just broken", not wrong, wrong)
        listed = {re.sub(r"\[.*", "", r["quantity"])
                  for r in json.loads(run("list", "install", product, "--json").stdout)}
        known = {q for q, _, _ in facts} | LEANING | ({"dip", "end_plugs"} if product in UNITS else set())
        check(f"{product}: no rule that is not tested here", listed <= known, listed - known)


def verdicts(name, product, lines, wanted):
    _, error, told = judge(product, lines)
    got = {q: told and worst(told, q) for q in wanted}
    check(name, got == wanted, (got, error))
    return told


def together():
    cable = ["battery_cable_mm2: 30"]
    verdicts("180 A on 30 mm2 is too much for the cable", "offgrid_6000",
             cable + ["battery_breaker_a: 150"], {"battery_breaker_a": "warning"})
    verdicts("149 A on 30 mm2 is not", "offgrid_6000", cable + ["battery_breaker_a: 149"],
             {"battery_breaker_a": "ok"})
    verdicts("80 A on the printed 4 mm2 is warned of", "jso12048156",
             ["ac_cable_mm2: 4", "grid_breaker_a: 80"], {"ac_cable_mm2": "ok", "grid_breaker_a": "warning"})
    verdicts("80 A on 16 mm2 is not", "jso12048156", ["ac_cable_mm2: 16", "grid_breaker_a: 80"],
             {"grid_breaker_a": "ok"})
    verdicts("direct current: 30 V", "offgrid_3000", ["relay_v: 31", "relay_dc: yes"], {"relay_v": "refused"})
    verdicts("alternating current: 230 V", "offgrid_3000", ["relay_v: 31", "relay_dc: no"], {"relay_v": "ok"})
    verdicts("neither said: a warning", "offgrid_3000", ["relay_v: 31"], {"relay_v": "warning"})
    verdicts("a gap of 299 mm in parallel", "offgrid_5000", ["parallel_units: 2", "parallel_gap_mm: 299"],
             {"parallel_gap_mm": "refused"})
    verdicts("a gap of 300 mm in parallel", "offgrid_5000", ["parallel_units: 2", "parallel_gap_mm: 300"],
             {"parallel_gap_mm": "ok"})
    verdicts("alternating current: no more than 230 V", "offgrid_3000", ["relay_v: 230", "relay_dc: no"],
             {"relay_v": "ok"})
    for value, result in ((-20.1, "refused"), (-20, "ok"), (50, "ok"), (50.1, "refused")):
        verdicts(f"a month at {value} degC", "as1_3ks_5_1", ["storage_months: 1", f"storage_c: {value}"],
                 {"storage_c": result})
    verdicts("nobody knows how long at 30 degC: a warning", "as1_3ks_5_1", ["storage_c: 30"],
             {"storage_c": "warning"})
    verdicts("three months may be cold", "as1_3ks_5_1", ["storage_months: 3", "storage_c: 5"],
             {"storage_c": "ok"})
    for value, result in ((17.9, "warning"), (18, "ok"), (28, "ok"), (28.1, "warning")):
        verdicts(f"four months at {value} degC", "as1_3ks_5_1", ["storage_months: 4", f"storage_c: {value}"],
                 {"storage_c": result})
    for kind, amps in (("agm", 60), ("wet", 60), ("lithium", 150)):
        for value, result in ((amps, "ok"), (amps + 0.1, "warning")):
            verdicts(f"{value} A into 300 Ah, {kind}", "jso12048156",
                     [f"battery_type: {kind}", "battery_ah: 300", f"charge_a: {value}"], {"charge_a": result})
    for result, kind in (("refused", "wet"), ("no rule", "gel")):
        verdicts(f"{kind} battery in the same cabinet", "offgrid_6000",
                 [f"battery_type: {kind}", "battery_in_same_cabinet: yes"], {"battery_in_same_cabinet": result})
    for product, n in UNITS.items():
        dip = [n - 1, *range(1, n)]
        verdicts(f"{product}: DIP codes", product, [f"dip: {dip}"], {f"dip[{i + 1}]": "ok" for i in range(n)})
        verdicts(f"{product}: DIP codes, all wrong", product, [f"dip: {[4] * n}"],
                 {f"dip[{i + 1}]": "refused" for i in range(n)})
        plugs = {f"end_plugs[{i}]": "ok" for i in range(1, n)}
        verdicts(f"{product}: the plug in the last pack", product, [f"end_plugs: {[n - 1] if n > 1 else []}"], plugs)
        verdicts(f"{product}: no plug", product, ["end_plugs: []"],
                 {**plugs, **({f"end_plugs[{n - 1}]": "refused"} if n > 1 else {})})
    told = verdicts("what a product has no rule for", "offgrid_6000", ["tilt_deg: 40"], {"tilt_deg": "no rule"})
    check("nothing judged is well", told["result"] == "ok", told)
    told = judge("as1_3ks_20_4", ["dip: [3, 1, 2, 3]", "ac_torque_nm: 1"])[2]
    check("what is left out is named once", told["not_said"].count("end_plugs") == 1 and
          "dip" not in told["not_said"] and "ac_cable_mm2" in told["not_said"], told["not_said"])


def bad_input():
    for line, words in (
            ("ac_cable_awg: 7", ['unknown key "ac_cable_awg"', "ac_cable_mm2", "in mm2"]),
            ("clearance_above_cm: 50", ["clearance_above_mm"]),
            ("tilt: 4", ["tilt_deg", "degrees"]),
            ("nonsense: 1", ['unknown key "nonsense"', "hearth list install as1_3ks_15_3"]),
            ("ac_cable_mm2: 6mm2", ['"6mm2"', "0.1 to 500", "mm2"]),
            ("ac_cable_mm2: 0", [": 0 is", "0.1 to 500"]),
            ("ac_cable_mm2: [6]", ["not a number", "0.1 to 500"]),
            ("ac_cable_mm2:", ["missing", "0.1 to 500 mm2"]),
            ("ac_cable_mm2: 2.50001", ["2.50001", "three decimal places"]),
            ("pv_string_voc_v: 3000", ["3000", "0 to 2000"]),
            ("storage_c: warm", ['"warm"', "-90 to 100"]),
            ("in_sun: maybe", ['"maybe"', "on", "off"]),
            ("battery_type: nimh", ['"nimh"', "agm, gel, wet or lithium"]),
            ("end_plugs: [3]", ["3", "1 to 2"]),
            ("end_plugs: 2", ["list"]),
            ("dip: [1, 2]", ["2 values", "allowed: 3"]),
            ("dip: [1, 2, x]", ['"x"', "0 to 15"])):
        status, error, told = judge("as1_3ks_15_3", ["humidity_pct: 40", line])
        check(f"bad input: {line}", status == 2 and told is None and ".yaml:4:" in error and
              all(w in error for w in words), (status, error))
    for text, words in (("product: vt12040\n", ["vt12040", "no rules", "offgrid_6000"]),
                        ("product: nothing\ninstallation: {}\n", [":1:", "nothing", "jso12048156"]),
                        ("installation: {}\n", ["product", "missing"]),
                        ("product: offgrid_6000\n", ["installation", "missing"]),
                        ("product: offgrid_6000\ninstallation: 3\n", [":2:", "map"]),
                        ("product: offgrid_6000\ninstalation: {}\n", [":2:", "instalation", "installation"]),
                        ("", ["empty"])):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            done = run("check", file.name)
        check(f"bad form: {text.splitlines()[-1] if text else 'empty'}", done.returncode == 2 and
              done.stdout == "" and all(w in done.stderr for w in [file.name, *words]), done)
    for arguments in ([], ["no-such-file.yaml"], ["a.yaml", "b.yaml"], ["--csv", "a.yaml"]):
        done = run("check", *arguments)
        check(f"wrong usage: {arguments}", done.returncode == 2 and done.stderr and not done.stdout, done)


def in_site():
    with open(os.path.join(EXAMPLES, "house.yaml"), encoding="utf-8") as file:
        house = file.read()
    for name, keys, status in (("the site's inverter", "installation: {ac_cable_mm2: 6}\n", 1),
                               ("a product of its own", "product: as1_3ks_5_1\n"
                                "installation: {ac_cable_mm2: 6}\n", 0)):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(house + keys)
            file.flush()
            done = run("check", file.name)
            check(f"a form in a site file: {name}", done.returncode == status, done)
            done = run("sim", file.name, "--days", "1", "--step", "60")
            check(f"the site runs on with it: {name}", done.returncode == 0, done)


def lists():
    for product in FACTS:
        rows = json.loads(run("list", "install", product, "--json").stdout)
        same = list(csv.DictReader(io.StringIO(run("list", "install", product, "--csv").stdout)))
        check(f"list install {product}: JSON and CSV say the same", rows == same and len(rows) > 30, rows[:1])
        whole = all(r["severity"] in ("refused", "warning") and r["sentence"] and
                    re.fullmatch(r"00[013] \d+(\.\d+)*", r["manual"]) for r in rows)
        check(f"list install {product}: every rule has a severity, a sentence and a place", whole, rows)
    check("list install of a pack", run("list", "install", "vt12040").returncode == 1)
    check("list install of nothing", run("list", "install").returncode == 2)
    done = run("check", os.path.join(EXAMPLES, "installation.yaml"))
    check("the example is well", done.returncode == 0 and "0 refused, 0 warnings" in done.stdout, done)
    told = run("check", "--help").stdout
    check("--help has an example", "hearth check examples/installation.yaml" in told, told)


scenarios()
limits()
together()
bad_input()
in_site()
lists()
sys.exit(end())
