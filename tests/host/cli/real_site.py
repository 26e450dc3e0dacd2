#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A site of real devices, played by `hearth emulate`: it is read, written, missed and found again.

real_site.py HEARTH; prints TAP.
"""
import os
import sys
import tempfile
import time

from clients import Emulator, Site, check, end, wait_for

SITE = "site: {{name: Cabin, timezone: Europe/Berlin}}\n{battery}{inverter}"
PACKS = 'battery: {{packs: 2, bus: "serial:{0}/bms", protocol: pylon-rs485}}\n'
CAN = 'battery: {{bus: "slcan:{0}/can", protocol: pylon-can}}\n'
INVERTER = 'inverter: {{product: offgrid_6000, bus: "serial:{0}/{1}", protocol: {2}}}\n'


def write(folder, name, **sections):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(SITE.format(**{"battery": "", "inverter": "", **sections}))
    return path


def until(look, seconds=15.0):
    """Waits until `look()` is true; its last answer."""
    stop = time.time() + seconds
    while time.time() < stop and not look():
        time.sleep(0.2)
    return look()


def points(site):
    return site.ask("GET", "/api/points")


def point(site, name):
    return points(site).get(name)


def said(site, device):
    return [event["text"] for event in site.ask("GET", "/api/events?limit=200")["events"]
            if event["device"] == device]


def put(site, name, value):
    return site.ask("PUT", f"/api/settings/inverter/{name}", {"value": value})


def settled(site, name, value):
    return until(lambda: site.settings().get(name) == value, 60.0)


def check_settings(site):
    sent = put(site, "MCC", "30")
    check("a write is sent on, and says so", sent.get("sent") is True, sent)
    check("the device has it then", settled(site, "MCC", "30"), said(site, "inverter"))
    again = put(site, "MCC", "30")
    check("what is in place is not written again", "sent" not in again, again)
    refused = put(site, "MCC", "999")
    check("out of range is refused here", refused.get("status") == 422 and "1 to 120" in
          refused["detail"], refused)
    trial = site.ask("GET", "/api/settings/inverter/MCC?try=999")
    check("and may be tried", trial.get("result") == "refused", trial)
    unknown = site.settings().get("BTE")
    check("a setting it does not tell is not known", unknown == "", unknown)


def run_pi30(hearth, folder):
    battery = Emulator(hearth, "es51_2_100lp", "--packs", "2", "--protocol", "pylon-rs485", "--bus",
                       f"pty:{folder}/bms")
    inverter = Emulator(hearth, "offgrid_6000", "--protocol", "pi30", "--bus", f"pty:{folder}/inv")
    wait_for(f"{folder}/bms")
    wait_for(f"{folder}/inv")
    path = write(folder, "pi30.yaml", battery=PACKS.format(folder),
                 inverter=INVERTER.format(folder, "inv", "pi30"))
    store = os.path.join(folder, "pi30.db")
    site = Site(hearth, path, store)
    check("nothing is shown before the login", site.ask("GET", "/api/points").get("status") == 401)
    site.login()
    about = site.ask("GET", "/api/about")
    check("it is no simulation", about.get("simulated") is False, about)
    check("the inverter is read", until(lambda: point(site, "inverter.state") == "bypass"))
    check("both packs are read", until(lambda: point(site, "pack2.cell_16_v") is not None))
    until(lambda: point(site, "battery.charge_limit_a") == 200.0)
    now = points(site)
    check("what both know the battery tells", now["battery.current_a"] == 0.0 and
          now["battery.charge_limit_a"] == 200.0, now)
    check("what nobody tells is not known, not zero", now["grid.bought_total_kwh"] is None)
    check("the display of a real inverter is not here",
          site.ask("GET", "/api/panel/inverter").get("status", 200) != 200)
    check_settings(site)
    inverter.tell("set settings.MCC 40")
    check("what somebody sets at the device is seen", settled(site, "MCC", "40"))
    used = until(lambda: (point(site, "load.energy_total_kwh") or 0) > 0.0015) and \
        point(site, "load.energy_total_kwh")
    check("energy is summed", used, used)
    inverter.close()
    check("a silent inverter's values are not known",
          until(lambda: point(site, "inverter.state") is None and point(site, "pv.power_w") is None))
    check("it is told", until(
        lambda: any("does not answer" in text for text in said(site, "inverter"))),
        said(site, "inverter"))
    refused = put(site, "MCC", "50")
    check("nothing can be written to it", refused.get("status") == 502, refused)
    check("its settings are not known", site.settings().get("MCC") == "")
    check("the battery is still read", point(site, "pack1.voltage_v") is not None)
    inverter = Emulator(hearth, "offgrid_6000", "--protocol", "pi30", "--bus", f"pty:{folder}/inv")
    check("it is found again", until(lambda: point(site, "inverter.state") == "bypass", 40.0),
          said(site, "inverter"))
    battery.tell("set pack1.cells_v 3.75")
    check("a protection of a pack is shown and told",
          until(lambda: "cell over-voltage" in str(said(site, "battery")).lower() or
                point(site, "pack1.protections")), said(site, "battery"))
    battery.close()
    check("a silent battery's values are not known",
          until(lambda: point(site, "battery.voltage_v") is None and
                point(site, "pack1.soc_pct") is None and point(site, "pack1.link") == "silent"))
    before = point(site, "load.energy_total_kwh")
    time.sleep(1.2)
    site.stop()
    site = Site(hearth, path, store)
    site.login()
    after = point(site, "load.energy_total_kwh")
    check("the sums go on after a restart", until(
        lambda: (point(site, "load.energy_total_kwh") or 0) >= before), (before, after))
    today = point(site, "load.energy_today_kwh")
    check("and the day's with them", today is not None and today >= 0.001, today)
    site.stop()
    inverter.close()


def run_can(hearth, folder):
    battery = Emulator(hearth, "es51_2_100lp", "--protocol", "pylon-can", "--bus", f"pty:{folder}/can")
    inverter = Emulator(hearth, "offgrid_6000", "--protocol", "srne-modbus", "--bus",
                        f"pty:{folder}/srne")
    wait_for(f"{folder}/can")
    wait_for(f"{folder}/srne")
    site = Site(hearth, write(folder, "can.yaml", battery=CAN.format(folder),
                              inverter=INVERTER.format(folder, "srne", "srne-modbus")),
                os.path.join(folder, "can.db"))
    site.login()
    check("a battery on CAN is heard", until(lambda: point(site, "battery.soc_pct") == 60 and
                                             point(site, "battery.charge_voltage_v") == 58.4),
          points(site))
    check("the inverter is read over Modbus", until(lambda: point(site, "inverter.state") == "bypass"))
    check_settings(site)
    battery.close()
    site.stop()
    inverter.close()


def run_virtual(hearth, folder):
    """A simulated site whose inverter answers on a real bus, read by another site."""
    path = os.path.join(folder, "virtual.yaml")
    with open(path, "w") as file:
        file.write("site: {name: Twin}\nbattery: {product: lead_acid}\ninverter: {product: offgrid_6000}\n"
                   "simulation: {load: 500}\n"
                   f'wires: [{{bus: "pty:{folder}/twin", protocol: srne-modbus}}]\n')
    twin = Site(hearth, path, os.path.join(folder, "virtual.db"))
    twin.login()
    wait_for(f"{folder}/twin")
    site = Site(hearth, write(folder, "reader.yaml",
                              inverter=INVERTER.format(folder, "twin", "srne-modbus")),
                os.path.join(folder, "reader.db"))
    site.login()
    check("a virtual inverter is read through its bus",
          until(lambda: point(site, "load.power_w") == 500), points(site))
    put(site, "MCC", "30")
    check("and written", until(lambda: twin.settings()["MCC"] == "30"))
    check("which is told there", until(lambda: "MCC set to 30" in said(twin, "inverter")),
          said(twin, "inverter"))
    twin.stop()
    twin = Site(hearth, path, os.path.join(folder, "virtual.db"))
    twin.login()
    check("and kept", twin.settings()["MCC"] == "30")
    site.stop()
    twin.stop()


def main():
    hearth = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        run_pi30(hearth, folder)
        run_can(hearth, folder)
        run_virtual(hearth, folder)
    return end()


sys.exit(main())
