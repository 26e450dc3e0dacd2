// The minute before a protection: current and pack voltage above, lowest and highest cell below.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { BoxData } from './boxlist';
import { fixed } from './format';
import { t } from './i18n';
import { prefs, usePrefs } from './prefs';

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
interface Line { label: string; tone: string; scale: string; values: number[] }

/** Bounds with some air; a flat line still gets a scale. */
const room = (least: number) => (_u: uPlot, min: number, max: number): [number, number] => {
  const middle = (min + max) / 2, half = Math.max((max - min) * 0.6, least);
  return [middle - half, middle + half];
};

function draw(host: HTMLElement, times: number[], lines: Line[], height: number, key: string, onHover: (index: number | null) => void): uPlot {
  const axis = { stroke: css('--muted'), font: `12px ${css('--font')}`, grid: { stroke: css('--line'), width: 1 }, ticks: { show: false } };
  const scales = [...new Set(lines.map((line) => line.scale))];
  const decimals: Record<string, number> = { A: 0, V: 1, cell: 3 };
  return new uPlot({
    width: host.clientWidth, height, legend: { show: false },
    cursor: { points: { size: 7 }, drag: { x: true, y: false }, sync: { key } },
    scales: { x: { time: false }, A: { range: room(2) }, V: { range: room(0.25) }, cell: { range: room(0.01) } },
    axes: [
      { ...axis, size: 30, values: (_u, at) => at.map((s) => `${fixed(s, 0)} s`) },
      ...scales.map((scale, i) => ({ ...axis, scale, side: (i === 0 ? 3 : 1) as uPlot.Axis.Side, size: 58, grid: { show: i === 0, stroke: css('--line'), width: 1 }, values: (_u: uPlot, at: number[]) => at.map((v) => `${fixed(v, decimals[scale] ?? 1)} ${scale === 'A' ? 'A' : 'V'}`) })),
    ],
    series: [{}, ...lines.map((line) => ({ label: line.label, scale: line.scale, stroke: css(`--${line.tone}`), width: 2, points: { show: false } }))],
    hooks: { setCursor: [(u) => onHover(u.cursor.idx ?? null)] },
  }, [times, ...lines.map((line) => line.values)] as uPlot.AlignedData, host);
}

export function BoxChart({ box, onHover }: { box: BoxData; onHover: (index: number | null) => void }) {
  usePrefs();
  const above = useRef<HTMLDivElement>(null), below = useRef<HTMLDivElement>(null);
  const last = box.time_s.length - 1;
  useEffect(() => {
    if (!above.current || !below.current) return undefined;
    const key = `box${box.id}`;
    const plots = [
      draw(above.current, box.time_s, [{ label: t('current'), tone: 'grid', scale: 'A', values: box.current_a }, { label: t('voltage'), tone: 'battery', scale: 'V', values: box.voltage_v }], 220, key, onHover),
      draw(below.current, box.time_s, [{ label: t('cell_high'), tone: 'pv', scale: 'cell', values: box.cell_max_v }, { label: t('cell_low'), tone: 'home', scale: 'cell', values: box.cell_min_v }], 180, key, onHover),
    ];
    const watch = new ResizeObserver(() => plots.forEach((plot) => { const host = plot.root.parentElement!; if (host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: plot.height }); }));
    watch.observe(above.current);
    return () => { watch.disconnect(); plots.forEach((plot) => plot.destroy()); };
  }, [box.id, prefs.theme, prefs.lang]);
  const told = `${t('current')} ${fixed(box.current_a[last], 1)} A, ${t('voltage')} ${fixed(box.voltage_v[last], 2)} V, ${t('cell_low')} ${fixed(box.cell_min_v[last], 3)} V, ${t('cell_high')} ${fixed(box.cell_max_v[last], 3)} V ${t('at_trip')}`;
  return (
    <div class="box-charts" role="img" aria-label={`${t('chart_of', { what: `${t('current')}, ${t('voltage')}, ${t('cells')}` })}: ${told}`}>
      <div ref={above} /><div ref={below} />
    </div>
  );
}
