// uPlot for the day, plain SVG bars for longer periods. Colours come from the page's own variables.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { fixed } from './format';
import { prefs } from './prefs';

export interface Curve { label: string; tone: string; unit: string; decimals: number; scale: 'w' | 'pct'; values: (number | null)[]; hidden?: boolean }
const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What a percentage may be off by, as a band around it. */
export interface Band { low: (number | null)[]; high: (number | null)[] }

export function DayChart({ times, curves, band, zone, label, onHover }: { times: number[]; curves: Curve[]; band?: Band; zone?: string; label: string; onHover: (index: number | null) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const key = curves.map((curve) => `${curve.label}${curve.hidden ? 0 : 1}`).join() + (band ? 'band' : '') + prefs.theme + prefs.lang;
  useEffect(() => {
    const host = box.current;
    if (!host) return;
    const width = () => host.clientWidth;
    const small = width() < 520;
    const axis = { stroke: css('--muted'), font: `12px ${css('--font')}`, grid: { stroke: css('--line'), width: 1 }, ticks: { show: false } };
    const plot = new uPlot({
      width: width(), height: small ? 260 : 340,
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zone || 'UTC'),
      legend: { show: false },
      cursor: { points: { size: 7 }, drag: { x: true, y: false } },
      scales: { x: { time: true }, w: { range: (_u, min, max) => [Math.min(0, min * 1.1), Math.max(500, max * 1.1)] }, pct: { range: [0, 100] } },
      axes: [
        { ...axis, size: 32, values: (_u, at) => at.map((ts) => new Intl.DateTimeFormat('en-GB', { timeZone: zone || 'UTC', hour: '2-digit', minute: '2-digit' }).format(new Date(ts * 1000))), space: small ? 70 : 80 },
        { ...axis, scale: 'w', size: 48, values: (_u, at) => at.map((w) => `${fixed(w / 1000, Math.max(...at) < 1000 ? 1 : at.some((v) => v % 1000) ? 1 : 0)}`) },
        { ...axis, scale: 'pct', side: 1, size: 40, grid: { show: false }, values: (_u, at) => at.map((p) => `${p}`) },
      ],
      series: [{}, ...curves.map((curve) => ({
        label: curve.label, scale: curve.scale, show: !curve.hidden, stroke: css(`--${curve.tone}`), width: curve.scale === 'pct' ? 1.5 : 2,
        dash: curve.scale === 'pct' ? [5, 4] : undefined, points: { show: false }, spanGaps: false,
        fill: curve.tone === 'pv' ? `${css('--pv')}22` : undefined,
      })), ...(band ? [{ scale: 'pct', points: { show: false } }, { scale: 'pct', points: { show: false } }] : [])],
      bands: band ? [{ series: [curves.length + 2, curves.length + 1], fill: `${css('--soc')}2e` }] : undefined,
      hooks: { setCursor: [(u) => onHover(u.cursor.idx ?? null)] },
    }, [times, ...curves.map((curve) => curve.values), ...(band ? [band.low, band.high] : [])] as uPlot.AlignedData, host);
    const watch = new ResizeObserver(() => { if (host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: host.clientWidth < 520 ? 260 : 340 }); });
    watch.observe(host);
    return () => { watch.disconnect(); plot.destroy(); };
  }, [times, key]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}

export interface Bars { label: string; short: string; values: (number | null)[] }

/** Groups of thin bars, one group per period. */
export function BarChart({ rows, tones, label, onHover }: { rows: Bars[]; tones: string[]; label: string; onHover: (index: number | null) => void }) {
  const width = 720, height = 260, left = 44, bottom = 26, top = 10;
  const max = Math.max(1, ...rows.flatMap((row) => row.values.map((v) => v ?? 0)));
  const raw = max / 4, unit = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].map((k) => k * unit).find((s) => s >= raw) ?? raw;
  const ticks = Array.from({ length: 5 }, (_, i) => i * step).filter((v) => v <= max * 1.02 + step / 2);
  const ceiling = Math.max(max, ticks[ticks.length - 1] ?? 1);
  const y = (v: number) => top + (height - top - bottom) * (1 - v / ceiling);
  const slot = (width - left) / Math.max(1, rows.length), group = Math.min(slot * 0.76, tones.length * 26), bar = group / tones.length;
  const every = Math.ceil(rows.length / 16);
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} onMouseLeave={() => onHover(null)}>
      {ticks.map((v) => <g key={v}><line x1={left} x2={width} y1={y(v)} y2={y(v)} class="grid-line" /><text x={left - 8} y={y(v) + 4} class="tick end">{fixed(v, step < 1 ? 1 : 0)}</text></g>)}
      {rows.map((row, i) => {
        const x = left + slot * i + (slot - group) / 2;
        return (
          <g key={row.label} onMouseEnter={() => onHover(i)} class="bar-group">
            <rect x={left + slot * i} y={top} width={slot} height={height - top - bottom} class="bar-hit" />
            {row.values.map((v, k) => v !== null && v > 0 && <rect key={k} x={x + bar * k + bar * 0.1} width={Math.max(1, bar * 0.8)} y={y(v)} height={Math.max(1, y(0) - y(v))} rx={Math.min(3, bar / 3)} class={`fill ${tones[k]}`} />)}
            {i % every === 0 && <text x={left + slot * (i + 0.5)} y={height - 8} class="tick mid">{row.short}</text>}
          </g>
        );
      })}
    </svg>
  );
}
