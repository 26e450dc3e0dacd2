// The battery: the stack as a whole, what a person should know of it, then one pack and its memory.
import { useEffect, useState } from 'preact/hooks';
import { linkOf, packNumbers, stackAdvice, warningAdvice, type Advice } from '../advice';
import type { About, Auth, Points } from '../api';
import { siteNow } from '../app';
import { charge, fixed, kwh, power } from '../format';
import { t } from '../i18n';
import { flag, num, text, useLive } from '../live';
import { Card, Icon, Stat } from '../ui';
import { Boxes } from './boxes';
import { Pack, Ring, StateTag, toneOf } from './pack';
import { Records } from './records';
import { Board } from './tools/board';
import { GuidePage } from './tools/guide';
import { MultiPage } from './tools/multi';
import { ParametersPage } from './tools/parameters';
import type { Edits } from './tools/params';

function Banners({ all }: { all: Advice[] }) {
  return (
    <div aria-live="polite" class="why-list">
      {all.map((advice) => <div class={`why ${advice.tone}`} key={advice.id} data-advice={advice.id}><Icon name="warn" /><p><strong>{advice.title}</strong><span>{advice.text}</span></p></div>)}
    </div>
  );
}

function Warnings({ all }: { all: Advice[] }) {
  if (!all.length) return null;
  return (
    <Card title={t('warnings')} class="warnings">
      <p class="muted">{t('warnings_help')}</p>
      <ul>{all.map((warning) => <li key={warning.id} data-warning={warning.id}><h3>{warning.title}</h3><p>{warning.text}</p></li>)}</ul>
    </Card>
  );
}

function packsText(points: Points): string {
  const known = num(points, 'battery.packs_known'), count = num(points, 'battery.pack_count');
  if (known === null || count === null) return '';
  if (count < known) return t('n_of_packs', { count, known });
  return known === 1 ? t('one_pack') : t('all_packs', { known });
}

/** What the inverter is told of all packs together. */
function Stack({ points }: { points: Points }) {
  const of = (name: string) => num(points, `battery.${name}`);
  const watts = of('power_w'), [shown, u] = power(watts);
  const [capacity, cu] = kwh(of('capacity_wh') === null ? null : of('capacity_wh')! / 1000);
  const flow = watts === null ? '' : watts < -20 ? t('charging') : watts > 20 ? t('discharging') : t('idle');
  const bound = of('soc_bound_pct');
  return (
    <Card class="stack-card">
      <div class="stack-head">
        <Ring value={of('soc_pct')} bound={bound} />
        <div>
          <h2>{t('stack')}</h2>
          <p class={flag(points, 'battery.partial') === true ? 'stack-count is-part' : 'stack-count'}>{packsText(points)}</p>
          <p class="muted tnum">{shown} {u} {flow}</p>
        </div>
      </div>
      <dl class="stats stack-stats">
        <Stat label={t('voltage')} value={fixed(of('voltage_v'), 2)} unit="V" />
        <Stat label={t('current')} value={fixed(of('current_a') === null ? null : -of('current_a')!, 1)} unit="A" />
        <Stat label={t('capacity')} value={capacity} unit={cu} />
        <Stat label={t('ccl_max')} value={fixed(of('charge_limit_a'), 0)} unit="A" />
        <Stat label={t('dcl_max')} value={fixed(of('discharge_limit_a'), 0)} unit="A" />
        <Stat label={t('cvl_max')} value={fixed(of('charge_voltage_v'), 1)} unit="V" />
      </dl>
    </Card>
  );
}

function Chips({ points, numbers, shown, choose }: { points: Points; numbers: number[]; shown: number; choose: (n: number) => void }) {
  if (numbers.length < 2) return null;
  return (
    <div class="chips" role="group" aria-label={t('packs')}>
      {numbers.map((n) => (
        <button type="button" key={n} aria-pressed={n === shown} onClick={() => choose(n)}>
          <b>{t('pack', { n })}</b>
          {linkOf(points, n) === 'online' ? <><span class="tnum">{charge(num(points, `pack${n}.soc_pct`))}</span>{flag(points, `pack${n}.joined`) === false ? <StateTag points={points} n={n} /> : <i class={`dot ${toneOf(text(points, `pack${n}.state`))}`} />}</>
            : <StateTag points={points} n={n} />}
        </button>
      ))}
    </div>
  );
}

const views = ['status', 'parameters', 'multi', 'guide'] as const;
type View = (typeof views)[number];
const realViews: readonly View[] = ['status', 'multi']; // the rest is the service port's, or a simulation's
const viewOf = (hash: string): View => views.find((view) => hash.startsWith(`#/battery/${view}`)) ?? 'status';

function Tabs({ view, simulated }: { view: View; simulated: boolean }) {
  return (
    <nav class="tabs" aria-label={t('tools_of')}>
      <ul>{(simulated ? views : realViews).map((one) => <li key={one}><a href={one === 'status' ? '#/battery' : `#/battery/${one}`} aria-current={one === view ? 'page' : undefined}>{t(`tool_${one}`)}</a></li>)}</ul>
    </nav>
  );
}

/** The black box that the address asks for: #/battery?box=12 */
const boxOf = (hash: string) => Number(/[?&]box=(\d+)/.exec(hash)?.[1] ?? 0) || null;

export function Battery({ about, auth }: { about: About | null; auth: Auth | null }) {
  const { points } = useLive();
  const numbers = packNumbers(points);
  const [chosen, choose] = useState(1);
  const [box, setBox] = useState(boxOf(location.hash));
  const [asked, setView] = useState(viewOf(location.hash));
  const simulated = about?.simulated === true;
  const view = simulated || realViews.includes(asked) ? asked : 'status';
  const [passwords, setPasswords] = useState<Record<number, string>>({}); // of packs, while this page is open
  const [edits, setEdits] = useState<Record<number, Edits>>({});
  useEffect(() => {
    const go = () => { setBox(boxOf(location.hash)); setView(viewOf(location.hash)); };
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, []);
  const shown = numbers.includes(chosen) ? chosen : numbers[0];
  const zone = about?.timezone;
  const admin = { password: shown === undefined ? '' : passwords[shown] ?? '', set: (password: string) => setPasswords((was) => ({ ...was, [shown ?? 0]: password })) };
  const boxes = <Boxes key="boxes" chosen={box} choosePack={choose} zone={zone} />;
  const hasStack = num(points, 'battery.packs_known') !== null;
  return (
    <div>
      <h1>{t('battery')}</h1>
      <Tabs view={view} simulated={simulated} />
      {shown === undefined ? <p class="empty">{t('no_packs')}</p> : (
        <>
          <Banners all={stackAdvice(points)} />
          <div class="battery-grid">
            {view === 'status' && hasStack && <Stack points={points} />}
            {view === 'status' && <Warnings all={warningAdvice(points)} />}
            {view === 'status' && box !== null && boxes}
            {(view === 'status' || view === 'parameters') && <Chips points={points} numbers={numbers} shown={shown} choose={choose} />}
            {view === 'status' && <Pack key={shown} live={points} n={shown} simulated={simulated} zone={zone} now={siteNow(about)} />}
            {view === 'status' && simulated && <Board key={`board${shown}`} n={shown} auth={auth} admin={admin} zone={zone} />}
            {view === 'status' && simulated && <Records key={`records${shown}`} n={shown} count={num(points, `pack${shown}.record_count`)} zone={zone} auth={auth} />}
            {view === 'status' && box === null && boxes}
            {view === 'parameters' && <ParametersPage key={`parameters${shown}`} n={shown} numbers={numbers} auth={auth} admin={admin} edits={edits[shown] ?? {}} setEdits={(next) => setEdits((was) => ({ ...was, [shown]: next }))} />}
            {view === 'multi' && <MultiPage auth={auth} zone={zone} />}
            {view === 'guide' && <GuidePage auth={auth} zone={zone} />}
          </div>
        </>
      )}
    </div>
  );
}
