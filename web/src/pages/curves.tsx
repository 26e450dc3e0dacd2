import { useEffect, useMemo, useState } from 'preact/hooks';
import { get, reason, type About, type EnergyKey, type EnergyRow, type History } from '../api';
import { siteNow } from '../app';
import { BarChart, DayChart, type Curve } from '../chart';
import { addDays, clock, dateTime, dayOf, fixed, kwh, midnight, money, power } from '../format';
import { t } from '../i18n';
import { live, useLive } from '../live';
import { Card, Icon, Segmented } from '../ui';

type Span = 'day' | 'month' | 'year' | 'total';
const curvesOf: { point: string; also?: string; key: string; tone: string; scale: 'w' | 'pct' }[] = [
  { point: 'pv.power_w', key: 'pv', tone: 'pv', scale: 'w' },
  { point: 'load.power_w', also: 'home.power_w', key: 'home', tone: 'home', scale: 'w' },
  { point: 'grid.power_w', key: 'grid', tone: 'grid', scale: 'w' },
  { point: 'battery.power_w', key: 'battery', tone: 'battery', scale: 'w' },
  { point: 'battery.soc_pct', key: 'soc_short', tone: 'soc', scale: 'pct' },
];
const BOUND = 'battery.soc_bound_pct';
const flows: { key: EnergyKey; label: string; tone: string }[] = [
  { key: 'pv_kwh', label: 'produced', tone: 'pv' }, { key: 'load_kwh', label: 'used', tone: 'home' },
  { key: 'bought_kwh', label: 'bought', tone: 'grid' }, { key: 'sold_kwh', label: 'sold', tone: 'sold' },
  { key: 'charged_kwh', label: 'charged', tone: 'battery' }, { key: 'discharged_kwh', label: 'discharged', tone: 'discharged' },
];

function download(name: string, head: string[], rows: (string | number | null)[][]) {
  const body = [head, ...rows].map((row) => row.map((cell) => (cell === null ? '' : /[",\n]/.test(String(cell)) ? `"${String(cell).replace(/"/g, '""')}"` : cell)).join(',')).join('\r\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([body + '\r\n'], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const abs = (value: number | null) => (value === null ? null : Math.abs(value));

/** First and last day of the span around a day, and the same span before or after. */
function around(span: Span, day: string): { from: string; to: string } {
  if (span === 'month') {
    const from = `${day.slice(0, 7)}-01`;
    return { from, to: addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1) };
  }
  return span === 'year' ? { from: `${day.slice(0, 4)}-01-01`, to: `${day.slice(0, 4)}-12-31` } : { from: day, to: day };
}

function Legend({ items, onToggle }: { items: { key: string; label: string; tone: string; value: string; hidden?: boolean }[]; onToggle?: (key: string) => void }) {
  return (
    <ul class="legend">
      {items.map((item) => (
        <li key={item.key}>
          {onToggle ? <button type="button" aria-pressed={!item.hidden} onClick={() => onToggle(item.key)}><i class={`swatch ${item.tone}`} />{item.label}<b class="tnum">{item.value}</b></button>
            : <span><i class={`swatch ${item.tone}`} />{item.label}<b class="tnum">{item.value}</b></span>}
        </li>
      ))}
    </ul>
  );
}

function Day({ day, about }: { day: string; about: About | null }) {
  const zone = about?.timezone;
  const [history, setHistory] = useState<History | null>(null);
  const [error, setError] = useState('');
  const [hidden, setHidden] = useState<string[]>([]);
  const [hover, setHover] = useState<number | null>(null);
  const from = midnight(day, zone), to = midnight(addDays(day, 1), zone);
  const used = useMemo(() => curvesOf.map((curve) => ({ ...curve, point: curve.point in live.points || !curve.also ? curve.point : curve.also })).filter((curve) => curve.point in live.points), [day, Object.keys(live.points).length > 0]);
  useEffect(() => {
    let gone = false;
    const load = () => {
      if (!used.length) return;
      get<History>(`/api/history?point=${[...used.map((curve) => curve.point), ...(BOUND in live.points ? [BOUND] : [])].join(',')}&from=${from / 1000}&to=${to / 1000}&step=300`)
        .then((answer) => { if (!gone) { setHistory(answer); setError(''); } }, (refused) => !gone && setError(reason(refused)));
    };
    load();
    const timer = setInterval(() => { if (!document.hidden) load(); }, 60_000);
    return () => { gone = true; clearInterval(timer); };
  }, [day, from, used]);
  const times = useMemo(() => (history ? Array.from({ length: history.count }, (_, i) => history.from_s + i * history.step_s) : []), [history]);
  const curves: Curve[] = used.map((curve) => ({ label: t(curve.key), tone: curve.tone, unit: curve.scale === 'w' ? 'W' : '%', decimals: 0, scale: curve.scale, values: history?.points[curve.point]?.mean ?? [], hidden: hidden.includes(curve.key) }));
  const bound = history?.points[BOUND]?.mean, soc = history?.points['battery.soc_pct']?.mean;
  const band = bound && soc && !hidden.includes('soc_short') ? { low: soc.map((v, i) => (v === null || bound[i] == null ? null : Math.max(0, v - bound[i]!))), high: soc.map((v, i) => (v === null || bound[i] == null ? null : Math.min(100, v + bound[i]!))) } : undefined;
  const isEmpty = history !== null && curves.every((curve) => curve.values.every((v) => v === null));
  const at = hover ?? -1;
  const csv = () => history && download(`hearth-${day}.csv`, ['time', ...used.map((curve) => curve.point)], times.map((ts, i) => [new Date(ts * 1000).toISOString(), ...used.map((curve) => history.points[curve.point]?.mean[i] ?? null)]));
  const last = (values: (number | null)[]) => [...values].reverse().find((v) => v !== null) ?? null;
  return (
    <Card title={hover === null ? t('power') : clock((times[at] ?? 0) * 1000, zone)} aside={<span class="axis-note muted">kW · %</span>}>
      <p class="error" role="alert">{error}</p>
      <Legend items={curves.map((curve, i) => {
        const value = hover === null ? last(curve.values) : curve.values[at] ?? null;
        return { key: used[i]!.key, label: curve.label, tone: curve.tone, hidden: curve.hidden, value: value === null ? '—' : curve.scale === 'pct' ? `${fixed(value, 0)} %` : `${value < 0 ? '−' : ''}${power(value).join(' ')}` };
      })} onToggle={(key) => setHidden((was) => (was.includes(key) ? was.filter((k) => k !== key) : [...was, key]))} />
      {history === null ? <p class="empty">{error ? '' : t('loading')}</p> : isEmpty ? <p class="empty">{t('no_data')}</p>
        : <DayChart times={times} curves={curves} band={band} zone={zone} label={t('chart_of', { what: curves.map((curve) => curve.label).join(', ') })} onHover={setHover} />}
      <div class="card-foot"><button type="button" class="quiet" disabled={!history || isEmpty} onClick={csv}>{t('csv')}</button></div>
    </Card>
  );
}

function Energies({ span, day, about }: { span: Span; day: string; about: About | null }) {
  const [rows, setRows] = useState<EnergyRow[] | null>(null);
  const [error, setError] = useState('');
  const [hover, setHover] = useState<number | null>(null);
  const [hidden, setHidden] = useState<string[]>(['charged_kwh', 'discharged_kwh']);
  const { from, to } = around(span, day);
  useEffect(() => {
    let gone = false;
    setRows(null);
    setHover(null);
    const path = span === 'month' ? `by=day&from=${from}&to=${to}` : span === 'year' ? `by=month&from=${from}&to=${to}` : 'by=year';
    get<{ rows: EnergyRow[] }>(`/api/energy?${path}`).then((answer) => !gone && setRows(answer.rows), (refused) => !gone && setError(reason(refused)));
    return () => { gone = true; };
  }, [span, from]);
  const periods = useMemo(() => {
    if (span === 'total') return (rows ?? []).map((row) => row.period);
    if (span === 'year') return Array.from({ length: 12 }, (_, i) => `${day.slice(0, 4)}-${String(i + 1).padStart(2, '0')}`);
    return Array.from({ length: Number(to.slice(8)) }, (_, i) => addDays(from, i));
  }, [rows, span, from]);
  if (error) return <p class="error" role="alert">{error}</p>;
  if (!rows) return <p class="empty">{t('loading')}</p>;
  const find = (period: string) => rows.find((row) => row.period === period);
  const short = (period: string) => (span === 'month' ? String(Number(period.slice(8))) : span === 'year' ? dateTime(Date.parse(`${period}-15T12:00Z`), 'UTC', { month: 'short' }) : period);
  const visible = flows.filter((flow) => !hidden.includes(flow.key));
  const sum = (key: EnergyKey) => { const known = rows.map((row) => row[key]).filter((v): v is number => v !== null); return known.length ? known.reduce((a, b) => a + b, 0) : null; };
  const value = (key: EnergyKey) => (hover === null ? sum(key) : find(periods[hover]!)?.[key] ?? null);
  const csv = () => download(`hearth-${span}-${from}.csv`, ['period', ...flows.map((flow) => flow.key), 'cost'], rows.map((row) => [row.period, ...flows.map((flow) => row[flow.key]), row.cost]));
  return (
    <Card title={hover === null ? t('energy') : periods[hover]} aside={<span class="axis-note muted">kWh</span>}>
      <Legend onToggle={(key) => setHidden((was) => (was.includes(key) ? was.filter((k) => k !== key) : [...was, key]))}
        items={flows.map((flow) => ({ key: flow.key, label: t(flow.label), tone: flow.tone, hidden: hidden.includes(flow.key), value: kwh(value(flow.key)).join(' ') }))} />
      {rows.length === 0 ? <p class="empty">{t('no_data')}</p> : (
        <BarChart rows={periods.map((period) => ({ label: period, short: short(period), values: visible.map((flow) => find(period)?.[flow.key] ?? null) }))} tones={visible.map((flow) => flow.tone)} label={t('chart_of', { what: visible.map((flow) => t(flow.label)).join(', ') })} onHover={setHover} />
      )}
      <div class="card-foot">
        <span class="tnum">{t((value('cost') ?? 0) < 0 ? 'earned' : 'cost')}: <b>{money(abs(value('cost')), about?.currency)}</b></span>
        <button type="button" class="quiet" disabled={!rows.length} onClick={csv}>{t('csv')}</button>
      </div>
      {rows.length > 0 && (
        <details><summary>{t('table')}</summary>
          <div class="table-scroll" tabIndex={0} role="region" aria-label={t('energy')}><table class="tnum"><thead><tr><th scope="col">{t('period')}</th>{flows.map((flow) => <th scope="col" key={flow.key}>{t(flow.label)}</th>)}<th scope="col">{t('cost')}</th></tr></thead>
            <tbody>{rows.map((row) => <tr key={row.period}><th scope="row">{row.period}</th>{flows.map((flow) => <td key={flow.key}>{fixed(row[flow.key], 2)}</td>)}<td>{money(row.cost, about?.currency)}</td></tr>)}</tbody></table></div>
        </details>
      )}
    </Card>
  );
}

export function Curves({ about }: { about: About | null }) {
  useLive();
  const now = siteNow(about);
  const today = now === null ? null : dayOf(now, about?.timezone);
  const [span, setSpan] = useState<Span>('day');
  const [picked, setPicked] = useState<string | null>(null);
  const day = picked ?? today;
  if (day === null || today === null) return <p class="empty">{t('loading')}</p>;
  const { from, to } = around(span, day);
  const move = (n: number) => {
    const next = n < 0 ? addDays(from, -1) : addDays(to, 1);
    setPicked(next >= today ? null : next);
  };
  const noon = Date.parse(`${day}T12:00:00Z`);
  const title = span === 'day' ? dateTime(noon, 'UTC', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' })
    : span === 'month' ? dateTime(noon, 'UTC', { month: 'long', year: 'numeric' }) : span === 'year' ? day.slice(0, 4) : t('total');
  return (
    <div>
      <h1>{t('curves')}</h1>
      <div class="period-bar">
        <Segmented label={t('period')} value={span} options={[['day', t('day')], ['month', t('month')], ['year', t('year')], ['total', t('total')]]} onChange={setSpan} />
        {span !== 'total' && (
          <div class="period">
            <button type="button" class="tool" aria-label={t('previous')} onClick={() => move(-1)}><Icon name="left" size={18} /></button>
            <span class="tnum" aria-live="polite">{title}</span>
            <button type="button" class="tool" aria-label={t('next')} disabled={to >= today} onClick={() => move(1)}><Icon name="right" size={18} /></button>
          </div>
        )}
      </div>
      {span === 'day' ? <Day day={day} about={about} /> : <Energies span={span} day={day} about={about} />}
    </div>
  );
}
