import { useEffect, useState } from 'preact/hooks';
import { get, post, reason, type About, type Auth, type Knob } from '../api';
import { clockS, dayName } from '../format';
import { t } from '../i18n';
import { siteNow } from '../app';
import { useLive } from '../live';
import { Card, Icon, Segmented } from '../ui';

const speeds = [1, 10, 60, 300, 900, 3600];
const isOn = (value: string) => ['true', 'on', '1', 'yes'].includes(value);
type Turn = (name: string, value: string | number | boolean | null) => void;

const optionWord = (option: string) => (['on', 'off', 'cut', 'outage', 'auto', 'whole', 'none'].includes(option) ? t(option) : option);

function Number_({ knob, turn }: { knob: Knob; turn: Turn }) {
  const auto = knob.value === 'auto';
  const [draft, setDraft] = useState<string | null>(null);
  const middle = String(knob.min + (knob.max - knob.min) / 2);
  const shown = draft ?? (auto ? middle : knob.value);
  const id = `k-${knob.name}`.replace(/[^\w-]/g, '_');
  return (
    <div class="knob">
      <label for={id}>{knob.title || knob.name}</label>
      <output class="tnum" for={id}>{auto && draft === null ? t('auto') : `${shown} ${knob.unit}`}</output>
      <input id={id} type="range" min={knob.min} max={knob.max} step={knob.step || 'any'} value={shown} class={auto && draft === null ? 'is-auto' : ''}
        aria-valuetext={auto && draft === null ? t('auto') : `${shown} ${knob.unit}`}
        onInput={(event) => setDraft(event.currentTarget.value)} onChange={(event) => { turn(knob.name, Number(event.currentTarget.value)); setDraft(null); }} />
      <button type="button" class="quiet small" style={{ visibility: auto || knob.name.endsWith('.soc') ? 'hidden' : 'visible' }} onClick={() => turn(knob.name, 'auto')} aria-label={`${knob.title || knob.name}: ${t('give_back')}`}>{t('auto')}</button>
    </div>
  );
}

function KnobRow({ knob, turn }: { knob: Knob; turn: Turn }) {
  if (knob.type === 'choice' || knob.type === 'flag') {
    const options = knob.type === 'flag' ? ['false', 'true'] : knob.options;
    const value = knob.type === 'flag' ? String(isOn(knob.value)) : knob.value;
    const names = (option: string) => (knob.type === 'flag' ? t(option === 'true' ? 'on' : 'off') : optionWord(option));
    return (
      <div class="knob choice">
        <span>{knob.title || knob.name}</span>
        {options.length > 5
          ? <select aria-label={knob.title || knob.name} value={value} onChange={(event) => turn(knob.name, event.currentTarget.value)}>{options.map((option) => <option key={option} value={option}>{names(option)}</option>)}</select>
          : <Segmented label={knob.title || knob.name} value={value} options={options.map((option) => [option, names(option)])} onChange={(option) => turn(knob.name, knob.type === 'flag' ? option === 'true' : option)} />}
      </div>
    );
  }
  return <Number_ knob={knob} turn={turn} />;
}

function Clock({ knobs, turn, about }: { knobs: Knob[]; turn: Turn; about: About | null }) {
  useLive();
  const speed = knobs.find((knob) => knob.name === 'speed');
  const paused = knobs.find((knob) => knob.name === 'paused');
  const skip = knobs.find((knob) => knob.name === 'skip');
  const now = siteNow(about);
  const stands = paused ? isOn(paused.value) : false;
  if (!speed && !paused) return null;
  return (
    <Card title={t('clock')}>
      <div class="sim-clock">
        {now !== null && <p class="tnum"><b>{clockS(now, about?.timezone)}</b><span class="muted">{dayName(now, about?.timezone)}</span></p>}
        {paused && <button type="button" class="primary" onClick={() => turn('paused', !stands)}>{t(stands ? 'resume' : 'pause')}</button>}
        {speed && <Segmented label={speed.title || 'speed'} value={String(Number(speed.value))} options={speeds.filter((x) => x <= speed.max).map((x) => [String(x), `${x}×`])} onChange={(x) => turn('speed', Number(x))} />}
        {skip && <div class="skips" role="group" aria-label={skip.title}><span class="muted">{skip.title}</span>{skip.options.filter((span) => span !== 'none').map((span) => <button type="button" class="quiet small" key={span} onClick={() => turn('skip', span)}>{span}</button>)}</div>}
      </div>
    </Card>
  );
}

const packOf = (name: string) => Number(/(?:^|\.)pack(\d+)\b/.exec(name)?.[1] ?? 0);
const groupOf = (name: string) =>
  packOf(name) > 0 ? `pack${packOf(name)}` : name === 'speed' || name === 'paused' || name === 'skip' ? 'clock' : name.startsWith('sensor') ? 'sensors' : name.startsWith('wire') || name === 'grid' || name.startsWith('grid.') ? 'grid_wires'
    : /cloud|load|sun|shade|temp|weather|wind|ambient/.test(name) ? 'weather_load' : 'other';

const packsOf = (knobs: Knob[]) => [...new Set(knobs.map((knob) => packOf(knob.name)))].filter((n) => n > 0).sort((a, b) => a - b);

export function Simulation({ about, auth, onLogin }: { about: About | null; auth: Auth | null; onLogin: () => void }) {
  const [knobs, setKnobs] = useState<Knob[] | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    const load = () => get<{ knobs: Knob[] }>('/api/simulation').then((answer) => setKnobs(answer.knobs), (refused) => setError(reason(refused)));
    void load();
    const timer = setInterval(() => { if (!document.hidden) void load(); }, 5000);
    return () => clearInterval(timer);
  }, []);
  const turn: Turn = (name, value) => {
    post<{ knobs: Knob[] }>('/api/simulation', { [name]: value }).then((answer) => { setKnobs(answer.knobs); setError(''); }, (refused) => setError(reason(refused)));
  };
  const may = auth?.may_simulate !== false;
  return (
    <div>
      <h1>{t('simulation')}</h1>
      {about?.simulated === false ? <p class="empty">{t('not_simulated')}</p> : (
        <>
          <p class="muted lead">{t('sim_help')}</p>
          {!may && <div class="why plain"><Icon name="lock" /><p>{t('login_to_change')}</p><button type="button" class="quiet" onClick={onLogin}>{t('login')}</button></div>}
          <p class="error" role="alert">{error}</p>
          {knobs === null ? <p class="empty">{t('loading')}</p> : (
            <fieldset class="sim-grid" disabled={!may}>
              <Clock knobs={knobs} turn={turn} about={about} />
              {['weather_load', 'grid_wires', 'sensors', 'other', ...packsOf(knobs).map((n) => `pack${n}`)].map((group) => {
                const mine = knobs.filter((knob) => groupOf(knob.name) === group);
                return mine.length > 0 && <Card key={group} title={group.startsWith('pack') ? t('pack', { n: Number(group.slice(4)) }) : t(group)}>{mine.map((knob) => <KnobRow key={knob.name} knob={knob} turn={turn} />)}</Card>;
              })}
            </fieldset>
          )}
        </>
      )}
    </div>
  );
}
