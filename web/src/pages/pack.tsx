// One pack: charge, limits, cells, temperatures, switches. What is not heard any more is shown as old.
import { linkOf, type Link } from '../advice';
import type { Points } from '../api';
import { charge, clock, fixed, unit } from '../format';
import { t, word } from '../i18n';
import { flag, list, num, text, useLive } from '../live';
import { age, useLast } from '../last';
import { FrontPanel } from '../panel/front';
import { Card, Icon, Stat, Tag } from '../ui';

export const toneOf = (state: string | null) =>
  state === 'fault' || state === 'protect' ? 'bad' : state === 'charge' || state === 'discharge' ? 'good' : 'plain';

export function Ring({ value, bound, size = 112 }: { value: number | null; bound?: number | null; size?: number }) {
  const r = 44, c = 2 * Math.PI * r;
  return (
    <svg class="ring" width={size} height={size} viewBox="0 0 104 104" role="img" aria-label={`${t('soc')}: ${charge(value)}`}>
      <circle cx="52" cy="52" r={r} class="rim faint" />
      {value !== null && <circle cx="52" cy="52" r={r} class="rim soc" stroke-dasharray={`${(value / 100) * c} ${c}`} transform="rotate(-90 52 52)" />}
      <text x="52" y={bound == null ? 60 : 55} class="ring-value">{value === null ? fixed(value, 0) : fixed(Math.floor(value + 1e-6), 0)}<tspan class="unit" dx="1">{value === null ? '' : '%'}</tspan></text>
      {bound != null && <text x="52" y="72" class="ring-bound">± {fixed(bound, 1)}</text>}
    </svg>
  );
}

function Cells({ points, n }: { points: Points; n: number }) {
  const cells: (number | null)[] = [];
  for (let i = 1; i <= 32 && `pack${n}.cell_${i}_v` in points; i++) cells.push(num(points, `pack${n}.cell_${i}_v`));
  const known = cells.filter((v): v is number => v !== null);
  if (!cells.length) return null;
  const max = Math.max(...known), min = Math.min(...known), middle = (max + min) / 2;
  const half = Math.max(0.05, (max - min) * 0.75);
  const spread = known.length ? (max - min) * 1000 : null;
  return (
    <Card title={t('cells')} aside={<span class="axis-note muted tnum">{t('spread')} {unit(spread, 0, 'mV')}</span>}>
      <ol class="cells">
        {cells.map((v, i) => {
          const is = v === null ? '' : known.length > 1 && max > min ? (i === cells.indexOf(max) ? 'max' : i === cells.indexOf(min) ? 'min' : '') : '';
          const share = v === null ? 0 : Math.max(4, Math.min(100, ((v - (middle - half)) / (2 * half)) * 100));
          return (
            <li key={i} class={is}>
              <span class="cell-n tnum">{i + 1}</span>
              <span class="cell-bar" aria-hidden="true"><i style={{ width: `${share}%` }} /></span>
              <span class="cell-v tnum">{v === null ? '—' : Math.round(v * 1000)}<small>{v === null ? '' : ' mV'}</small></span>
              <span class="cell-mark">{is === 'max' ? t('highest') : is === 'min' ? t('lowest') : ''}</span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

const Lamp = ({ state, tone, label }: { state: string | null; tone: string; label: string }) => (
  <span class="lamp"><i class={`bulb ${tone} ${state ?? 'unknown'}`} /><b>{label}</b><span class="sr">{state ?? '—'}</span></span>
);

function Lamps({ points, n }: { points: Points; n: number }) {
  const soc = (text(points, `pack${n}.led.soc`) ?? '').replace(/[\s,|]/g, '').padEnd(6, '?').slice(0, 6).split('');
  return (
    <Card title={t('lamps')}>
      <div class="panel">
        <div class="lamp-row">
          {soc.map((mark, i) => <Lamp key={i} label={`L${6 - i}`} tone="green" state={mark === '1' ? 'on' : mark === 'F' ? 'flash' : mark === '-' || mark === '0' ? 'off' : null} />)}
        </div>
        <div class="lamp-row">
          <Lamp label="ALM" tone="red" state={text(points, `pack${n}.led.alm`)} />
          <Lamp label="RUN" tone="green" state={text(points, `pack${n}.led.run`)} />
        </div>
      </div>
    </Card>
  );
}

function Codes({ label, codes, tone }: { label: string; codes: string[] | null; tone: string }) {
  const { events } = useLive();
  return (
    <div class="codes">
      <h3>{label}</h3>
      {codes === null ? <p>—</p> : codes.length === 0 ? <p class="muted">{t('none')}</p> : (
        <ul>{codes.map((code) => <li key={code}><Tag tone={tone}>{code}</Tag> {events.find((event) => event.code === code)?.text ?? ''}</li>)}</ul>
      )}
    </div>
  );
}

function Switch({ label, closed }: { label: string; closed: boolean | null }) {
  return (
    <div class="mos">
      <svg viewBox="0 0 60 24" width="60" height="24" aria-hidden="true"><path d={closed === false ? 'M2 14h16L38 4M42 14h16' : 'M2 14h56'} class={closed === null ? 'unknown' : closed ? 'closed' : 'open'} /><circle cx="18" cy="14" r="3" /><circle cx="42" cy="14" r="3" /></svg>
      <span>{label}</span><b>{closed === null ? '—' : t(closed ? 'closed' : 'open')}</b>
    </div>
  );
}

const linkTag: Record<Link, [string, string] | null> = { online: null, asleep: ['plain', 'asleep'], silent: ['warn', 'silent'], unknown: ['plain', 'st_none'] };

/** Asleep, silent or waiting comes before what it last said of itself. */
export function StateTag({ points, n }: { points: Points; n: number }) {
  const link = linkTag[linkOf(points, n)], state = text(points, `pack${n}.state`);
  if (link && link[1] !== 'st_none') return <Tag tone={link[0]}>{t(link[1])}</Tag>;
  if (flag(points, `pack${n}.joined`) === false) return <Tag tone="warn">{t('waits')}</Tag>;
  return <Tag tone={toneOf(state)}>{word('st', state)}</Tag>;
}

function Old({ link, at, now, zone }: { link: Link; at: number | null; now: number | null; zone?: string }) {
  if (link === 'online') return null;
  return <p class="old-note" role="status"><Icon name="warn" size={18} />{at === null ? t('old_unknown') : t(link === 'asleep' ? 'old_asleep' : 'old_silent', { time: clock(at, zone), age: age(now === null ? 0 : now - at) })}</p>;
}

export function Pack({ live, n, simulated, zone, now }: { live: Points; n: number; simulated: boolean; zone?: string; now: number | null }) {
  const link = linkOf(live, n);
  const last = useLast(n, link);
  const points = last ? { ...live, ...last.points } : live;
  const p = `pack${n}.`, of = (name: string) => num(points, p + name);
  const voltage = of('voltage_v'), current = of('current_a');
  const sensors: [string, number | null][] = [];
  for (let i = 1; i <= 8 && `${p}temperature_${i}_c` in points; i++) sensors.push([t('sensor', { n: i }), of(`temperature_${i}_c`)]);
  if (`${p}mos_temperature_c` in points) sensors.push([t('mos'), of('mos_temperature_c')]);
  if (`${p}environment_temperature_c` in points) sensors.push([t('ambient'), of('environment_temperature_c')]);
  return (
    <div class={`pack ${simulated ? 'has-panel' : ''} ${link === 'online' ? '' : 'is-old'}`}>
      {simulated && <FrontPanel device={`pack${n}`}><Lamps points={points} n={n} /></FrontPanel>}
      <Card class="pack-main">
        <div class="pack-top">
          <Ring value={of('soc_pct')} bound={of('soc_bound_pct') ?? of('soc_error_pct')} />
          <div>
            <h2>{t('pack', { n })}</h2>
            <StateTag points={live} n={n} />
          </div>
        </div>
        <Old link={link} at={last?.at ?? null} now={now} zone={zone} />
        <dl class="stats three">
          <Stat label={t('voltage')} value={fixed(voltage, 2)} unit="V" />
          <Stat label={t('current')} value={fixed(current, 1)} unit="A" />
          <Stat label={t('power')} value={fixed(voltage !== null && current !== null ? voltage * current : null, 0)} unit="W" />
          <Stat label={t('remaining')} value={fixed(of('remaining_ah'), 1)} unit="Ah" />
          <Stat label={t('soh')} value={fixed(of('soh_pct'), 1)} unit="%" />
          <Stat label={t('cycles')} value={fixed(of('cycles'), 0)} />
        </dl>
        <h3 class="sub">{t('limits')}</h3>
        <dl class="stats three">
          <Stat label={t('ccl')} value={fixed(of('charge_limit_a'), 0)} unit="A" />
          <Stat label={t('dcl')} value={fixed(of('discharge_limit_a'), 0)} unit="A" />
          <Stat label={t('cvl')} value={fixed(of('charge_voltage_v'), 1)} unit="V" />
          <Stat label={t('address')} value={fixed(of('address'), 0)} />
          {flag(points, `${p}precharge`) === true && <Stat label={t('pre_charge')} value={t('on')} />}
          {flag(points, `${p}limiter`) === true && <Stat label={t('limiter')} value={t('on')} />}
          {(of('wake_failures') ?? 0) > 0 && <Stat label={t('wake_failures')} value={fixed(of('wake_failures'), 0)} />}
        </dl>
      </Card>
      <Cells points={points} n={n} />
      <Card title={t('temperatures')}>
        <dl class="stats three">{sensors.map(([label, value]) => <Stat key={label} label={label} value={fixed(value, 1)} unit="°C" />)}</dl>
      </Card>
      <Card title={t('health')}>
        <div class="switches">
          <Switch label={t('charge_mos')} closed={flag(points, `${p}charge_mos`)} />
          <Switch label={t('discharge_mos')} closed={flag(points, `${p}discharge_mos`)} />
        </div>
        {(list(points, `${p}faults`) ?? []).length > 0 && <Codes label={t('faults')} codes={list(points, `${p}faults`)} tone="bad" />}
        <Codes label={t('protections')} codes={list(points, `${p}protections`)} tone="bad" />
        <Codes label={t('alarms')} codes={list(points, `${p}alarms`)} tone="warn" />
      </Card>
      {!simulated && <Lamps points={points} n={n} />}
    </div>
  );
}
