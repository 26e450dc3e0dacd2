import { stackAdvice } from '../advice';
import type { About } from '../api';
import { Flow, type Flows } from '../flow';
import { fixed, kwh, money, unit } from '../format';
import { t, word } from '../i18n';
import { flag, list, num, text, useLive } from '../live';
import type { Points } from '../api';
import { Card, Icon, Stat } from '../ui';

const QUIET_W = 30;

/** One sentence that says where the power comes from and goes to. */
function sentence(f: Flows): string {
  if (f.load === null || (f.pv === null && f.grid === null && f.battery === null)) return t('say_unknown');
  const pv = (f.pv ?? 0) > QUIET_W, buy = (f.grid ?? 0) > QUIET_W, sell = (f.grid ?? 0) < -QUIET_W;
  const charge = (f.battery ?? 0) < -QUIET_W, discharge = (f.battery ?? 0) > QUIET_W;
  if (f.gridPresent === false) return t('say_island');
  if (pv && !buy && !discharge) return t(charge ? (sell ? 'say_pv_charge_sell' : 'say_pv_charge') : sell ? 'say_pv_sell' : 'say_pv');
  if (pv && discharge && !buy) return t('say_pv_battery');
  if (pv && buy) return t('say_pv_grid');
  if (discharge) return t(buy ? 'say_battery_grid' : 'say_battery');
  if (buy) return t(charge ? 'say_grid_charge' : 'say_grid');
  return t('say_idle');
}

interface Trouble { tone: string; key: string; device: string; codes: string[] }
export function troubles(points: Points): Trouble[] {
  const out: Trouble[] = [];
  const add = (tone: string, key: string, device: string, name: string) => {
    const codes = list(points, name);
    if (codes && codes.length) out.push({ tone, key, device, codes });
  };
  add('bad', 'fault_now', t('inverter'), 'inverter.faults');
  add('warn', 'alarm_now', t('inverter'), 'inverter.alarms');
  for (let n = 1; n <= 16; n++) {
    add('bad', 'fault_now', t('pack', { n }), `pack${n}.faults`);
    add('bad', 'protect_now', t('pack', { n }), `pack${n}.protections`);
    add('warn', 'alarm_now', t('pack', { n }), `pack${n}.alarms`);
  }
  return out;
}

function Why() {
  const { points, events } = useLive();
  const all = troubles(points);
  return (
    <div aria-live="polite" class="why-list">
      {stackAdvice(points).filter((advice) => advice.tone !== 'plain').map((advice) => (
        <div class={`why ${advice.tone}`} key={advice.id}><Icon name="battery" /><p><strong>{advice.title}</strong></p><a href="#/battery">{t('battery')}</a></div>
      ))}
      {all.map((trouble) => {
        const told = events.find((event) => event.active && trouble.codes.includes(event.code));
        return (
          <div class={`why ${trouble.tone}`} key={trouble.device + trouble.key}>
            <Icon name="warn" />
            <p><strong>{t(trouble.key, { device: trouble.device, codes: trouble.codes.join(', ') })}</strong>{told?.text && <span>{told.text}</span>}</p>
            <a href="#/events">{t('show_events')}</a>
          </div>
        );
      })}
    </div>
  );
}

function source(points: Points): string {
  const told = text(points, 'inverter.source');
  return told === null ? '—' : told.split('+').map((part) => word('src', part)).join(' + ');
}

function Today({ points, about }: { points: Points; about: About | null }) {
  const of = (name: string) => kwh(num(points, name));
  const row = (label: string, name: string, tone: string) => { const [value, u] = of(name); return <Stat label={label} value={value} unit={u} tone={tone} />; };
  const used = num(points, 'load.energy_today_kwh') ?? num(points, 'home.energy_today_kwh');
  const bought = num(points, 'grid.bought_today_kwh');
  const free = used !== null && used > 0.05 && bought !== null ? Math.max(0, Math.min(100, 100 * (1 - bought / used))) : null;
  const cost = num(points, 'site.cost_today');
  const usedName = num(points, 'load.energy_today_kwh') === null ? 'home.energy_today_kwh' : 'load.energy_today_kwh';
  return (
    <Card title={t('today')} class="today">
      <dl class="stats two">
        {row(t('produced'), 'pv.energy_today_kwh', 'pv')}
        {row(t('used'), usedName, 'home')}
        {row(t('bought'), 'grid.bought_today_kwh', 'grid')}
        {row(t('sold'), 'grid.sold_today_kwh', 'sold')}
        {row(t('charged'), 'battery.charged_today_kwh', 'battery')}
        {row(t('discharged'), 'battery.discharged_today_kwh', 'battery')}
        <Stat label={cost !== null && cost < 0 ? t('earned') : t('cost')} value={money(cost === null ? null : Math.abs(cost), about?.currency)} />
        <Stat label={t('self_sufficient')} value={fixed(free, 0)} unit="%" help={t('self_help')} />
      </dl>
    </Card>
  );
}

export function Overview({ about }: { about: About | null }) {
  const { points, status } = useLive();
  const flows: Flows = {
    pv: num(points, 'pv.power_w'), grid: num(points, 'grid.power_w'), battery: num(points, 'battery.power_w'),
    load: num(points, 'home.power_w') ?? num(points, 'load.power_w'), soc: num(points, 'battery.soc_pct'),
    gridPresent: flag(points, 'grid.present'), inverter: word('st', text(points, 'inverter.state')),
  };
  return (
    <div class="overview">
      <h1 class="sentence">{sentence(flows)}</h1>
      <Why />
      <div class="overview-grid">
        <Card class="flow-card"><Flow flows={flows} isStale={status === 'lost'} /></Card>
        <div class="column">
          <Today points={points} about={about} />
          <Card title={t('inverter')}>
            <dl class="stats two">
              <Stat label={t('state')} value={word('st', text(points, 'inverter.state'))} />
              <Stat label={t('source')} value={source(points)} />
              <Stat label={t('stage')} value={word('st', text(points, 'inverter.charge_stage'))} />
              <Stat label={t('temperature')} value={unit(num(points, 'inverter.temperature_c'), 1, '°C')} />
              <Stat label={t('grid')} value={unit(num(points, 'grid.voltage_v') ?? num(points, 'grid.l1.voltage_v'), 1, 'V')} />
              <Stat label={t('battery')} value={unit(num(points, 'battery.voltage_v'), 2, 'V')} />
            </dl>
          </Card>
        </div>
      </div>
    </div>
  );
}
