#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws docs/img/inputs.svg: generated inputs beside measured ones.

usage: tools/plot_inputs.py BUILD/bench/inputs_series DATA_FOLDER > docs/img/inputs.svg

Python's standard library only. Measured: REFIT house 20 (Murray et al. 2017, CC BY 4.0),
Aachen 2021 (Deutscher Wetterdienst, CC BY 4.0).
"""
import calendar
import datetime
import gzip
import math
import subprocess
import sys

INK, SOFT, GRID, MEASURED, MADE = "#1f2933", "#697586", "#e6eaee", "#2f5d8a", "#e07a2f"
WIDTH, HEIGHT, LEFT, TOP, GAP_X, GAP_Y = 472, 262, 64, 132, 96, 106
SEEDS = (1, 2, 3, 4, 5)


def generated(tool, kind, what, seed, start, days, step):
    out = subprocess.check_output(
        [tool, kind, str(what), str(seed), str(start), str(days), str(step)], text=True)
    return [[float(x) for x in line.split(",")] for line in out.split()]


def lines_of(path, skip):
    with gzip.open(path, "rt") as file:
        return [line.split(",") for line in file.read().split("\n")[skip:] if line]


class Panel:
    """A plot with its own scales; collects SVG."""

    def __init__(self, column, row, title, subtitle, x, y, log=False):
        self.x0 = LEFT + column * (WIDTH + GAP_X)
        self.y0 = TOP + row * (HEIGHT + GAP_Y)
        self.x, self.y, self.log = x, y, log
        self.out = []
        self.text(self.x0, self.y0 - 32, title, 15, INK, weight=600)
        self.text(self.x0, self.y0 - 13, subtitle, 12, SOFT)

    def px(self, v):
        return self.x0 + (v - self.x[0]) / (self.x[1] - self.x[0]) * WIDTH

    def py(self, v):
        low, high = self.y
        if self.log:
            v, low, high = math.log(max(v, low)), math.log(low), math.log(high)
        return self.y0 + HEIGHT - (v - low) / (high - low) * HEIGHT

    def text(self, x, y, words, size, color, anchor="start", weight=400):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" '
                        f'text-anchor="{anchor}" font-weight="{weight}">{words}</text>')

    def axes(self, x_ticks, y_ticks):
        for value, label in y_ticks:
            y = self.py(value)
            self.out.append(f'<line x1="{self.x0}" x2="{self.x0 + WIDTH}" y1="{y:.1f}" '
                            f'y2="{y:.1f}" stroke="{GRID}"/>')
            self.text(self.x0 - 9, y + 4, label, 11, SOFT, "end")
        for value, label in x_ticks:
            self.text(self.px(value), self.y0 + HEIGHT + 19, label, 11, SOFT, "middle")
        bottom = self.y0 + HEIGHT
        self.out.append(f'<line x1="{self.x0}" x2="{self.x0 + WIDTH}" y1="{bottom}" '
                        f'y2="{bottom}" stroke="{SOFT}" stroke-width="1"/>')

    def path(self, points):
        return "M" + "L".join(f"{self.px(x):.1f} {self.py(y):.1f}" for x, y in points)

    def line(self, points, color, width=1.8, opacity=1.0):
        self.out.append(f'<path d="{self.path(points)}" fill="none" stroke="{color}" '
                        f'stroke-width="{width}" stroke-opacity="{opacity}" '
                        'stroke-linejoin="round"/>')

    def area(self, points, color, opacity):
        base = [(points[-1][0], self.y[0]), (points[0][0], self.y[0])]
        self.out.append(f'<path d="{self.path(points + base)}Z" fill="{color}" '
                        f'fill-opacity="{opacity}"/>')

    def band(self, low, high, color):
        self.out.append(f'<path d="{self.path(low + high[::-1])}Z" fill="{color}" '
                        'fill-opacity="0.22"/>')

    def label(self, x, y, words, color, anchor="start"):
        self.text(self.px(x), self.py(y), words, 12, color, anchor, 600)


def curve(values, shares, descending):
    ordered = sorted(values, reverse=descending)
    return [(100 * s, ordered[min(int(s * len(ordered)), len(ordered) - 1)]) for s in shares]


def envelope(curves):
    low = [(c[0][0], min(p[1] for p in c)) for c in zip(*curves)]
    high = [(c[0][0], max(p[1] for p in c)) for c in zip(*curves)]
    return low, high


def load_duration(real, made):
    panel = Panel(0, 0, "Load duration curve", "one-minute means, W; both houses use 3277 kWh a year",
                  (0, 100), (50, 12000), log=True)
    panel.axes([(x, f"{x} %") for x in range(0, 101, 20)],
               [(v, f"{v:,}".replace(",", " ")) for v in (50, 100, 200, 500, 1000, 2000, 5000, 10000)])
    shares = [i / 400 for i in range(21)] + [0.0525 + i / 200 for i in range(190)]
    low, high = envelope([curve(m, shares, True) for m in made])
    panel.band(low, high, MADE)
    panel.line(curve(real, shares, True), MEASURED, 2.2)
    panel.label(16, 900, "measured: REFIT house 20", MEASURED)
    panel.label(16, 640, f"generated: {len(made)} seeds", MADE)
    return panel


def day_trace(real, made, day):
    panel = Panel(1, 0, "A day at home", "one-minute means, kW; a Tuesday in winter, measured above, "
                  "generated below", (0, 24), (-4.6, 4.6))
    panel.axes([(h, f"{h}:00") for h in range(0, 25, 4)],
               [(v, f"{abs(v):g}") for v in (-4, -2, 0, 2, 4)])
    up = [(i / 60, min(v / 1000, 4.6)) for i, v in enumerate(real[day * 1440:(day + 1) * 1440])]
    down = [(i / 60, -min(v / 1000, 4.6)) for i, v in enumerate(made[day * 1440:(day + 1) * 1440])]
    for points, color in ((up, MEASURED), (down, MADE)):
        base = [(24, 0), (0, 0)]
        panel.out.append(f'<path d="{panel.path(points + base)}Z" fill="{color}" '
                         'fill-opacity="0.25"/>')
        panel.line(points, color, 1.1)
    panel.label(0.4, 4.0, "measured", MEASURED)
    panel.label(0.4, -4.3, "generated", MADE)
    return panel


def clear_sums(latitude, longitude, days):
    """Cloudless daily GHI, kWh/m2, by Haurwitz: only a yardstick, the same for both."""
    sums = []
    for n in range(days):
        declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + n + 1) / 365)
        lat, total = math.radians(latitude), 0
        for k in range(144):
            hour = 2 * math.pi * (k / 144 - 0.5)
            up = math.sin(lat) * math.sin(declination) + math.cos(lat) * math.cos(declination) * math.cos(hour)
            total += 1098 * up * math.exp(-0.057 / up) / 6000 if up > 0.01 else 0
        sums.append(total)
    return sums


def clearness(real_days, made_years):
    clear = clear_sums(50.775, 6.083, 365)
    panel = Panel(0, 1, "How clear the days are", "daily light over that of a cloudless day; "
                  "all days of a year in order", (0, 100), (0, 1.2))
    panel.axes([(x, f"{x} %") for x in range(0, 101, 20)],
               [(v / 10, f"{v / 10:.1f}") for v in range(0, 13, 2)])
    shares = [i / 364 for i in range(365)]
    curves = [curve([d / c for d, c in zip(y, clear)], shares, False) for y in made_years]
    low, high = envelope(curves)
    panel.band(low, high, MADE)
    panel.line(curve([d / c for d, c in zip(real_days, clear)], shares, False), MEASURED, 2.2)
    panel.label(38, 0.27, "measured: Aachen 2021", MEASURED)
    panel.label(38, 0.17, f"generated: {len(made_years)} seeds", MADE)
    return panel


def light_trace(real, made, first, days):
    panel = Panel(1, 1, "A week of light in May", "ten-minute means, W/m²; measured above, generated "
                  "below", (0, days), (-1080, 1080))
    panel.axes([(d + 0.5, f"day {d + 1}") for d in range(days)],
               [(v, f"{abs(v)}") for v in (-1000, -500, 0, 500, 1000)])
    for values, color, sign in ((real, MEASURED, 1), (made, MADE, -1)):
        points = [(i / 144, sign * v) for i, v in enumerate(values[first * 144:(first + days) * 144])]
        panel.out.append(f'<path d="{panel.path([(0, 0)] + points + [(days, 0)])}Z" '
                         f'fill="{color}" fill-opacity="0.25"/>')
        panel.line(points, color, 1.1)
    panel.label(0.05, 960, "measured", MEASURED)
    panel.label(0.05, -1040, "generated", MADE)
    return panel


def draw(panels):
    width = LEFT + 2 * WIDTH + GAP_X + 36
    height = TOP + 2 * HEIGHT + GAP_Y + 66
    body = "\n".join(piece for panel in panels for piece in panel.out)
    return f'''<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif" role="img" aria-labelledby="title">
<title id="title">Generated inputs beside measured ones</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{LEFT}" y="40" font-size="21" font-weight="700" fill="{INK}">Generated inputs beside measured ones</text>
<text x="{LEFT}" y="62" font-size="13" fill="{SOFT}">Hearth's household and weather generators; <tspan fill="{MEASURED}" font-weight="600">blue is measured</tspan>, <tspan fill="{MADE}" font-weight="600">orange is generated</tspan></text>
{body}
<text x="{LEFT}" y="{height - 20}" font-size="11" fill="{SOFT}">Measured: REFIT house 20, April 2014 to March 2015 (Murray et al. 2017, CC BY 4.0; clipped at 6 kW). Aachen 2021 (Deutscher Wetterdienst, CC BY 4.0).</text>
</svg>
'''


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tool, data = sys.argv[1:]
    start_2014 = calendar.timegm(datetime.date(2014, 4, 1).timetuple())
    start_2021 = calendar.timegm(datetime.date(2021, 1, 1).timetuple())
    real_load = [float(r[1]) for r in
                 lines_of(f"{data}/load/refit_house20_1min_2014-04_2015-03.csv.gz", 1)]
    made_load = [[v[0] for v in generated(tool, "load", 3277, s, start_2014, 365, 60)]
                 for s in SEEDS]
    real_light = [float(r[10]) for r in lines_of(f"{data}/weather/dwd_aachen_2021_10min.csv.gz", 3)]
    made_light = [[v[0] for v in generated(tool, "weather", "50.775,6.083", s, start_2021, 365, 600)]
                  for s in SEEDS]

    def daily(values):
        return [sum(values[d * 144:(d + 1) * 144]) / 6000 for d in range(365)]

    winter_tuesday = (datetime.date(2015, 1, 20) - datetime.date(2014, 4, 1)).days
    print(draw([
        load_duration(real_load, made_load),
        day_trace(real_load, made_load[1], winter_tuesday),
        clearness(daily(real_light), [daily(m) for m in made_light]),
        light_trace(real_light, made_light[0], 128, 7),
    ]), end="")


main()
