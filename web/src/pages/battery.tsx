import { useState } from 'preact/hooks';
import type { About, Points } from '../api';
import { fixed, unit } from '../format';
import { t, word } from '../i18n';
import { FrontPanel } from '../panel/front';
import { flag, list, num, text, useLive } from '../live';
import { Card, Stat, Tag } from '../ui';

function packNumbers(points: Points): number[] {
  const found = new Set<number>();
  for (const name in points) {
    const match = /^pack(\d+)\./.exec(name);
    if (match) found.add(Number(match[1]));
  }
  return [...found].sort((a, b) => a - b);
}

const toneOf = (state: string | null) =>
  state === 'fault' || state === 'protect' ? 'bad' : state === 'charge' || state === 'discharge' ? 'good' : 'plain';

function Ring({ value, bound, size = 112 }: { value: number | null; bound?: number | null; size?: number }) {
  const r = 44, c = 2 * Math.PI * r;
  return (
    <svg class="ring" width={size} height={size} viewBox="0 0 104 104" role="img" aria-label={`${t('soc')}: ${unit(value, 0, '%')}`}>
      <circle cx="52" cy="52" r={r} class="rim faint" />
      {value !== null && <circle cx="52" cy="52" r={r} class="rim soc" stroke-dasharray={`${(value / 100) * c} ${c}`} transform="rotate(-90 52 52)" />}
      <text x="52" y={bound == null ? 60 : 55} class="ring-value">{fixed(value, 0)}<tspan class="unit" dx="1">{value === null ? '' : '%'}</tspan></text>
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

function Pack({ points, n, simulated }: { points: Points; n: number; simulated: boolean }) {
  const p = `pack${n}.`, of = (name: string) => num(points, p + name);
  const state = text(points, `${p}state`);
  const voltage = of('voltage_v'), current = of('current_a');
  const limit = (own: string, shared: string) => of(own) ?? num(points, shared);
  const sensors: [string, number | null][] = [];
  for (let i = 1; i <= 8 && `${p}temperature_${i}_c` in points; i++) sensors.push([t('sensor', { n: i }), of(`temperature_${i}_c`)]);
  if (`${p}mos_temperature_c` in points) sensors.push([t('mos'), of('mos_temperature_c')]);
  if (`${p}environment_temperature_c` in points) sensors.push([t('ambient'), of('environment_temperature_c')]);
  return (
    <div class={`pack ${simulated ? 'has-panel' : ''}`}>
      {simulated && <FrontPanel device={`pack${n}`}><Lamps points={points} n={n} /></FrontPanel>}
      <Card class="pack-main">
        <div class="pack-top">
          <Ring value={of('soc_pct')} bound={of('soc_bound_pct') ?? of('soc_error_pct')} />
          <div>
            <h2>{t('pack', { n })}</h2>
            <Tag tone={toneOf(state)}>{word('st', state)}</Tag>
          </div>
        </div>
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
          <Stat label={t('ccl')} value={fixed(limit('charge_limit_a', 'battery.charge_limit_a'), 0)} unit="A" />
          <Stat label={t('dcl')} value={fixed(limit('discharge_limit_a', 'battery.discharge_limit_a'), 0)} unit="A" />
          <Stat label={t('cvl')} value={fixed(of('charge_voltage_v') ?? limit('charge_voltage_v', 'battery.charge_voltage_v'), 1)} unit="V" />
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
        <Codes label={t('protections')} codes={list(points, `${p}protections`)} tone="bad" />
        <Codes label={t('alarms')} codes={list(points, `${p}alarms`)} tone="warn" />
      </Card>
      {!simulated && <Lamps points={points} n={n} />}
    </div>
  );
}

export function Battery({ about }: { about: About | null }) {
  const { points } = useLive();
  const numbers = packNumbers(points);
  const [chosen, choose] = useState(1);
  const shown = numbers.includes(chosen) ? chosen : numbers[0];
  return (
    <div>
      <h1>{t('battery')}</h1>
      {shown === undefined ? <p class="empty">{t('no_packs')}</p> : (
        <>
          {numbers.length > 1 && (
            <div class="chips" role="group" aria-label={t('packs')}>
              {numbers.map((n) => (
                <button type="button" key={n} aria-pressed={n === shown} onClick={() => choose(n)}>
                  <b>{t('pack', { n })}</b><span class="tnum">{unit(num(points, `pack${n}.soc_pct`), 0, '%')}</span>
                  <i class={`dot ${toneOf(text(points, `pack${n}.state`))}`} />
                </button>
              ))}
            </div>
          )}
          <Pack points={points} n={shown} simulated={about?.simulated === true} />
        </>
      )}
    </div>
  );
}
