// The event memory of a pack: pages of 50, the newest first, so that 500 rows stay light.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { call, get, reason, type Auth } from '../api';
import { clockS, dateTime, fixed } from '../format';
import { t } from '../i18n';
import { Card, Dialog, Tag } from '../ui';
import { RangeReader } from './tools/range';

export interface Entry {
  sequence: number; at_ms: number; event: string; text: string; state: string; current_a: number; voltage_v: number; soc_pct: number;
  cells_v: number[]; temperatures_c: number[]; protections: string[]; faults: string[]; alarms: string[];
}
export interface Page { oldest: number; newest: number; count: number; records: Entry[]; end: boolean }
const ROWS = 50;

const Row = ({ entry, zone }: { entry: Entry; zone?: string }) => (
  <tr>
    <td class="tnum">{entry.sequence}</td>
    <td class="tnum">{dateTime(entry.at_ms, zone, { day: '2-digit', month: '2-digit', year: '2-digit' })} {clockS(entry.at_ms, zone)}</td>
    <th scope="row" title={entry.event}>{entry.text}</th>
    <td class="tnum">{fixed(entry.current_a, 1)} A</td>
    <td class="tnum">{fixed(entry.voltage_v, 2)} V</td>
    <td class="tnum">{fixed(entry.soc_pct, 1)} %</td>
    <td class="tnum">{entry.cells_v.length ? `${fixed(Math.min(...entry.cells_v), 3)}–${fixed(Math.max(...entry.cells_v), 3)} V` : '—'}</td>
    <td>{[...entry.faults, ...entry.protections].map((code) => <Tag key={code} tone="bad">{code}</Tag>)}{entry.alarms.map((code) => <Tag key={code} tone="warn">{code}</Tag>)}</td>
  </tr>
);

export const RecordTable = ({ rows, zone, label }: { rows: Entry[]; zone?: string; label: string }) => (
  <div class="table-scroll records" tabIndex={0} role="region" aria-label={label}>
    <table><thead><tr><th scope="col">#</th><th scope="col">{t('time')}</th><th scope="col">{t('what')}</th><th scope="col">{t('current')}</th><th scope="col">{t('voltage')}</th><th scope="col">{t('soc_short')}</th><th scope="col">{t('cells')}</th><th scope="col">{t('codes')}</th></tr></thead>
      <tbody>{rows.map((entry) => <Row key={entry.sequence} entry={entry} zone={zone} />)}</tbody></table>
  </div>
);

function Ask({ n, count, onClose, onDone }: { n: number; count: number; onClose: () => void; onDone: () => void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const remove = () => {
    setBusy(true);
    call('DELETE', `/api/records/pack${n}`).then(onDone, (refused) => { setError(reason(refused)); setBusy(false); });
  };
  return (
    <Dialog title={t('delete_sure', { pack: t('pack', { n }) })} onClose={onClose}>
      <p class="muted">{t('delete_help')}</p>
      <p class="error" role="alert">{error}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={onClose}>{t('cancel')}</button>
        <button type="button" class="primary" disabled={busy} onClick={remove}>{t('delete_yes', { n: count })}</button>
      </div>
    </Dialog>
  );
}

export function Records({ n, count, zone, auth }: { n: number; count: number | null; zone?: string; auth: Auth | null }) {
  const [page, setPage] = useState<Page | null>(null);
  const [back, setBack] = useState(0); // rows newer than the first one shown
  const [error, setError] = useState('');
  const [asks, setAsks] = useState(false);
  const load = useCallback(async () => {
    try {
      const span = await get<Page>(`/api/records/pack${n}?from=4294967295&max=1`);
      const last = span.newest - back, first = Math.max(span.oldest, last - ROWS + 1);
      setPage(span.count > 0 && last >= first ? await get<Page>(`/api/records/pack${n}?from=${first}&max=${last - first + 1}`) : span);
      setError('');
    } catch (refused) { setError(reason(refused)); }
  }, [n, back]);
  useEffect(() => { void load(); }, [load, count]);
  const rows = page ? [...page.records].reverse() : [];
  const total = page?.count ?? 0;
  const installer = auth?.role === 'installer';
  return (
    <Card title={t('records')} class="memory" aside={<span class="axis-note muted tnum">{page ? t('n_records', { n: total }) : ''}</span>}>
      <p class="muted">{t('records_help')}</p>
      <p class="error" role="alert">{error}</p>
      {page === null ? <p class="empty">{error ? '' : t('loading')}</p> : rows.length === 0 ? <p class="empty">{t('no_records')}</p> : (
        <RecordTable rows={rows} zone={zone} label={`${t('records')}: ${t('pack', { n })}`} />
      )}
      <div class="card-foot">
        {total > ROWS && (
          <div class="pager">
            <button type="button" class="quiet small" disabled={back === 0} onClick={() => setBack(Math.max(0, back - ROWS))}>{t('newer')}</button>
            <span class="tnum muted" aria-live="polite">{t('rows_of', { from: back + 1, to: Math.min(total, back + ROWS), n: total })}</span>
            <button type="button" class="quiet small" disabled={back + ROWS >= total} onClick={() => setBack(back + ROWS)}>{t('older')}</button>
          </div>
        )}
        {total > 0 && <a class="quiet link-button" href={`/api/records/pack${n}?format=csv`} download={`pack${n}-records.csv`}>{t('csv')}</a>}
        {total > 0 && <button type="button" class="quiet" disabled={!installer} title={installer ? undefined : t('delete_who')} onClick={() => setAsks(true)}>{t('delete_records')}</button>}
      </div>
      {total > 0 && !installer && <p class="axis-note muted foot-note">{t('delete_who')}</p>}
      {page && total > 0 && <RangeReader n={n} oldest={page.oldest} newest={page.newest} zone={zone} />}
      {asks && <Ask n={n} count={total} onClose={() => setAsks(false)} onDone={() => { setAsks(false); setBack(0); void load(); }} />}
    </Card>
  );
}
