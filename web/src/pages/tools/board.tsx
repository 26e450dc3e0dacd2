// The pack's board: versions, serial number, clock, and its switches.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { put, reason, type Auth } from '../../api';
import { clockS, dayName } from '../../format';
import { t } from '../../i18n';
import { useLive } from '../../live';
import { Card, Stat } from '../../ui';
import { AdminBox, refusal, type Admin } from './admin';
import { readDesk, readParameters, type Desk, type Parameter, type Parameters } from './params';

const SWITCHES = ['CHG Circuit', 'DISCHG Circuit', 'Sound Alarm', 'LED Alarm', 'Charge Limiter Switch'];
const LOOK_MS = 5000;
const NEAR_S = 2;

function span(s: number): string {
  if (s < 120) return t('span_s', { n: s });
  if (s < 7200) return t('span_min', { n: Math.round(s / 60) });
  return s < 172_800 ? t('span_h', { n: Math.round(s / 3600) }) : t('span_d', { n: Math.round(s / 86400) });
}
const offset = (ahead_s: number) => (Math.abs(ahead_s) <= NEAR_S ? t('clock_same') : t(ahead_s > 0 ? 'clock_ahead' : 'clock_behind', { age: span(Math.abs(ahead_s)) }));

function ClockSetter({ n, auth, onSet }: { n: number; auth: Auth | null; onSet: (desk: Desk) => void }) {
  const [said, setSaid] = useState('');
  const [error, setError] = useState('');
  if (!auth?.may_write) return <p class="muted axis-note">{t('clock_who')}</p>;
  const set = async (body: { time?: string }) => {
    try {
      onSet(await put<Desk>(`/api/packs/pack${n}/clock`, body));
      setSaid(`✓ ${t('clock_set')}`); setError('');
      setTimeout(() => setSaid(''), 4000);
    } catch (refused) { setSaid(''); setError(reason(refused)); }
  };
  return (
    <>
      <span class="setting-actions">
        <button type="button" class="quiet small" onClick={() => void set({})}>{t('clock_site')}</button>
        <button type="button" class="quiet small" onClick={() => void set({ time: new Date().toISOString() })}>{t('clock_browser')}</button>
      </span>
      <p class="saved" role="status">{said}</p><p class="error" role="alert">{error}</p>
    </>
  );
}

function Switches({ n, auth, admin, all, setAll }: { n: number; auth: Auth | null; admin: Admin; all: Parameter[]; setAll: (all: Parameter[]) => void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState('');
  const may = auth?.role === 'installer' && admin.password !== '';
  const flip = async (name: string, on: boolean) => {
    setBusy(name);
    try {
      setAll((await put<Parameters>(`/api/packs/pack${n}/switches`, { name, on, password: admin.password })).parameters);
      setError('');
    } catch (refused) { setError(refusal(refused, admin)); } finally { setBusy(''); }
  };
  return (
    <div class="board-switches">
      <h3>{t('board_switches')}</h3>
      <ul>
        {SWITCHES.map((name) => {
          const on = all.find((one) => one.name === name)?.value === 'on';
          return (
            <li key={name}>
              <span id={`switch-${n}-${name.replace(/\W/g, '')}`}>{t(`switch_${name}`)}</span>
              <button type="button" role="switch" class="toggle" aria-checked={on} aria-labelledby={`switch-${n}-${name.replace(/\W/g, '')}`} disabled={!may || busy !== ''} onClick={() => void flip(name, !on)}><i aria-hidden="true" /><b>{t(on ? 'on' : 'off')}</b></button>
            </li>
          );
        })}
      </ul>
      <p class="error" role="alert">{error}</p>
      <AdminBox n={n} auth={auth} admin={admin} />
    </div>
  );
}

export function Board({ n, auth, admin, zone }: { n: number; auth: Auth | null; admin: Admin; zone?: string }) {
  const { events, nowMs } = useLive();
  const [desk, setDesk] = useState<Desk | null>(null);
  const [all, setAll] = useState<Parameter[] | null>(null);
  const newest = events.find((event) => event.device === `pack${n}`)?.id ?? 0;
  const look = useCallback(() => {
    void readDesk(n).then(setDesk, () => undefined);
    void readParameters(n).then((answer) => setAll(answer.parameters), () => setAll(null));
  }, [n]);
  useEffect(look, [look, newest]);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) void readDesk(n).then(setDesk, () => undefined); }, LOOK_MS);
    return () => clearInterval(timer);
  }, [n]);
  if (!desk) return null;
  const now = nowMs !== null && desk.ahead_s !== null ? nowMs + desk.ahead_s * 1000 : desk.clock_ms; /* it runs on between two looks */
  return (
    <Card title={t('board')} class="board">
      <div class="board-grid">
        <dl class="stats">
          <Stat label={t('board_model')} value={desk.model} />
          <Stat label={t('board_version')} value={desk.version || '—'} />
          <Stat label={t('board_serial')} value={desk.serial || '—'} />
          <div class="stat clock">
            <dt>{t('board_clock')}</dt>
            <dd class="tnum">{now === null ? '—' : <>{dayName(now, zone)}, {clockS(now, zone)}</>}{desk.ahead_s !== null && <small class={Math.abs(desk.ahead_s) <= NEAR_S ? '' : 'is-off'}> {offset(desk.ahead_s)}</small>}</dd>
          </div>
        </dl>
        <div class="clock-set">
          {desk.absent ? <p class="muted">{desk.absent}</p> : <ClockSetter n={n} auth={auth} onSet={setDesk} />}
        </div>
      </div>
      {all && !desk.absent && <Switches n={n} auth={auth} admin={admin} all={all} setAll={setAll} />}
    </Card>
  );
}
