// Multi Monitoring: all packs as they come in, and recordings that go on without this page.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { get, post, reason, type Auth } from '../../api';
import { clockS, dayName, fixed } from '../../format';
import { t } from '../../i18n';
import { flag, useLive } from '../../live';
import { Card, Tag } from '../../ui';
import { LiveTable } from './livetable';
import { samples } from './samples';

interface Recording { name: string; began_s: number; rows: number }
interface State { available: boolean; running: boolean; recordings: Recording[]; current?: Recording; interval_s?: number }
const INTERVALS = [1, 2, 5, 10, 30, 60];
const LOOK_MS = 2000;
const SHOWN = 10;
/** Times of recordings are local already. */
const began = (recording: Recording) => `${dayName(recording.began_s * 1000, 'UTC')}, ${clockS(recording.began_s * 1000, 'UTC')}`;

function useRecordings() {
  const [state, setState] = useState<State | null>(null);
  const [error, setError] = useState('');
  const look = useCallback(() => get<State>('/api/recordings').then(setState, (refused) => setError(reason(refused))), []);
  useEffect(() => { void look(); }, [look]);
  useEffect(() => {
    if (!state?.running) return undefined;
    const timer = setInterval(() => { if (!document.hidden) void look(); }, LOOK_MS);
    return () => clearInterval(timer);
  }, [state?.running, look]);
  const run = async (running: boolean, interval_s: number) => {
    try { setState(await post<State>('/api/recordings', { running, interval_s })); setError(''); } catch (refused) { setError(reason(refused)); void look(); }
  };
  return { state, error, run };
}

function List({ state }: { state: State }) {
  const [all, setAll] = useState(false);
  const list = all ? state.recordings : state.recordings.slice(0, SHOWN);
  return (
    <>
      {list.length === 0 ? <p class="empty">{t('rec_none')}</p> : (
        <ul class="recordings">
          {list.map((recording) => {
            const runs = state.running && state.current?.name === recording.name;
            return (
              <li key={recording.name}>
                <span><b class="tnum">{began(recording)}</b> <code>{recording.name}</code></span>
                <span class="tnum muted">{t('rec_rows', { n: fixed(recording.rows, 0) })}</span>
                {runs ? <Tag tone="bad">● {t('rec_now')}</Tag> : <span />}
                <a class="quiet link-button small" href={`/api/recordings/${recording.name}`} download={`${recording.name}.csv`} aria-label={t('rec_export', { name: recording.name })}>{t('csv')}</a>
              </li>
            );
          })}
        </ul>
      )}
      {state.recordings.length > SHOWN && !all && <div class="card-foot"><button type="button" class="quiet small" onClick={() => setAll(true)}>{t('older')}</button></div>}
    </>
  );
}

export function MultiPage({ auth, zone }: { auth: Auth | null; zone?: string }) {
  const { points } = useLive();
  const { state, error, run } = useRecordings();
  const [bottom, setBottom] = useState(true);
  const [interval, setInterval] = useState(samples.interval_s);
  const [, tick] = useState(0);
  useEffect(() => samples.subscribe(() => tick((n) => n + 1)), []);
  const may = auth?.may_simulate === true;
  const choose = (seconds: number) => { samples.interval_s = seconds; setInterval(seconds); };
  return (
    <>
      <Card title={t('tool_multi')} class="tool-card" aside={<span class="axis-note muted tnum">{t('multi_rows', { n: fixed(samples.count, 0) })}</span>}>
        <p class="muted lead-in">{t('multi_help')}</p>
        <div class="tool-bar">
          <label class="inline">{t('multi_every')}
            <select value={String(interval)} onChange={(event) => choose(Number(event.currentTarget.value))}>{INTERVALS.map((s) => <option key={s} value={String(s)}>{t('span_s', { n: s })}</option>)}</select>
          </label>
          <label class="check"><input type="checkbox" checked={bottom} onChange={(event) => setBottom(event.currentTarget.checked)} /> {t('multi_bottom')}</label>
          <button type="button" class="quiet" onClick={() => samples.clear()}>{t('multi_clear')}</button>
          <span class="bar-gap" />
          {state?.running && state.current && <span class="rec-state" role="status"><i aria-hidden="true" /><span>{t('rec_running', { name: state.current.name })}: <b class="tnum">{t('rec_rows', { n: fixed(state.current.rows, 0) })}</b></span></span>}
          <button type="button" class={state?.running ? 'quiet' : 'primary'} disabled={!may || !state?.available} title={may ? undefined : t('rec_who')} onClick={() => void run(!state?.running, interval)}>{state?.running ? t('rec_stop') : t('rec_start')}</button>
        </div>
        <p class="error" role="alert">{error}{state && !state.available ? t('rec_nowhere') : ''}</p>
        {flag(points, 'site.paused') === true && <p class="muted axis-note">{t('multi_paused')}</p>}
        <LiveTable bottom={bottom} setBottom={setBottom} zone={zone} />
      </Card>
      <Card title={t('recordings')} class="tool-card">
        <p class="muted lead-in">{t('rec_help')}</p>
        {state ? <List state={state} /> : <p class="empty">{error ? '' : t('loading')}</p>}
      </Card>
    </>
  );
}
