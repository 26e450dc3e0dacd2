// A range of the event memory, read piece by piece as over the line: it can be paused and saved.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, reason } from '../../api';
import { t } from '../../i18n';
import { RecordTable, type Entry, type Page } from '../records';

const PIECE = 20, GAP_MS = 120, SHOWN = 50;
type State = 'idle' | 'reading' | 'paused' | 'over';

export function RangeReader({ n, oldest, newest, zone }: { n: number; oldest: number; newest: number; zone?: string }) {
  const [start, setStart] = useState('');
  const [last, setLast] = useState('');
  const [state, setState] = useState<State>('idle');
  const [rows, setRows] = useState<Entry[]>([]);
  const [back, setBack] = useState(0);
  const [error, setError] = useState('');
  const range = useRef({ next: 0, last: 0, first: 0 });
  const from = Number(start || oldest), to = Number(last || newest);
  const good = Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= from;

  useEffect(() => {
    if (state !== 'reading') return undefined;
    let gone = false;
    const timer = setTimeout(() => {
      const { next, last: end } = range.current, most = Math.min(PIECE, end - next + 1);
      get<Page>(`/api/records/pack${n}?from=${next}&max=${most}`).then((page) => {
        if (gone) return; // it was paused meanwhile: read again when it goes on
        const mine = page.records.filter((entry) => entry.sequence <= end);
        range.current.next = mine.length ? mine[mine.length - 1]!.sequence + 1 : end + 1;
        setRows((was) => [...was, ...mine]);
        if (page.end || mine.length === 0 || range.current.next > end) setState('over');
      }, (refused) => { if (!gone) { setError(reason(refused)); setState('paused'); } });
    }, rows.length ? GAP_MS : 0);
    return () => { gone = true; clearTimeout(timer); };
  }, [state, rows, n]);

  const read = (event: Event) => {
    event.preventDefault();
    if (!good) { setError(t('mem_bad', { oldest, newest })); return; }
    range.current = { next: Math.max(from, oldest), first: from, last: to };
    setError(''); setRows([]); setBack(0); setState('reading');
  };
  const shown = rows.slice(back, back + SHOWN);
  const at = rows.length ? rows[rows.length - 1]!.sequence : range.current.next;
  return (
    <details class="range">
      <summary>{t('mem_range')}</summary>
      <form class="tool-bar" onSubmit={read} noValidate>
        <label class="inline">{t('mem_start')}<input type="number" inputMode="numeric" min={1} placeholder={String(oldest)} value={start} onInput={(event) => setStart(event.currentTarget.value)} /></label>
        <label class="inline">{t('mem_max')}<input type="number" inputMode="numeric" min={1} placeholder={String(newest)} value={last} onInput={(event) => setLast(event.currentTarget.value)} /></label>
        <button type="submit" class="primary" disabled={state === 'reading'}>{t('mem_read')}</button>
        <button type="button" class="quiet" disabled={state === 'idle' || state === 'over'} onClick={() => setState(state === 'reading' ? 'paused' : 'reading')}>{t(state === 'paused' ? 'mem_continue' : 'mem_pause')}</button>
        {rows.length > 0 && <a class="quiet link-button" href={`/api/records/pack${n}?format=csv&from=${rows[0]!.sequence}&max=${Math.min(500, rows.length)}`} download={`pack${n}-records-${rows[0]!.sequence}-${at}.csv`}>{t('mem_save')}</a>}
      </form>
      <p class="muted tnum range-state" role="status">{state === 'idle' ? '' : state === 'over' ? t('mem_end', { n: rows.length }) : t('mem_progress', { n: rows.length, at })}</p>
      <p class="error" role="alert">{error}</p>
      {shown.length > 0 && <RecordTable rows={shown} zone={zone} label={t('mem_list')} />}
      {rows.length > SHOWN && (
        <div class="pager">
          <button type="button" class="quiet small" disabled={back === 0} onClick={() => setBack(Math.max(0, back - SHOWN))}>{t('previous')}</button>
          <span class="tnum muted">{t('rows_of', { from: back + 1, to: Math.min(rows.length, back + SHOWN), n: rows.length })}</span>
          <button type="button" class="quiet small" disabled={back + SHOWN >= rows.length} onClick={() => setBack(back + SHOWN)}>{t('next')}</button>
        </div>
      )}
    </details>
  );
}
