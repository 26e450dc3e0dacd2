// Parameters of a pack as the PC tool's Parameter Setting and System Config: nothing is written until "Write".
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { post, put, reason, Refused, type Auth } from '../../api';
import { t } from '../../i18n';
import { live } from '../../live';
import { Card, Dialog, Segmented } from '../../ui';
import { AdminBox, refusal, type Admin } from './admin';
import { allowed, differs, fileOf, readParameters, same, saveFile, shownOf, type Edits, type Parameter, type Parameters } from './params';
import { ParameterTable } from './paramtable';

const FILE_MOST = 24_000;

function Ask({ n, onClose, onYes }: { n: number; onClose: () => void; onYes: () => void }) {
  return (
    <Dialog title={t('params_ask', { pack: t('pack', { n }) })} onClose={onClose}>
      <p class="muted">{t('params_ask_help')}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={onClose}>{t('cancel')}</button>
        <button type="button" class="primary" onClick={onYes}>{t('params_ask_yes')}</button>
      </div>
    </Dialog>
  );
}

/** What the pack holds; asked for again when somebody wrote to it. */
function useParameters(n: number | null) {
  const [all, setAll] = useState<Parameter[] | null>(null);
  const [error, setError] = useState('');
  const read = useCallback(async () => {
    if (n === null) { setAll(null); return; }
    try { setAll((await readParameters(n)).parameters); setError(''); } catch (refused) { setAll(null); setError(reason(refused)); }
  }, [n]);
  useEffect(() => { setAll(null); void read(); }, [read]);
  useEffect(() => {
    let newest = live.events[0]?.id ?? 0;
    return live.subscribe(() => {
      const told = live.events.some((event) => event.id > newest && event.kind === 'setting' && event.device === `pack${n}`);
      newest = live.events[0]?.id ?? newest;
      if (told) void read();
    });
  }, [n, read]);
  return { all, setAll, error, read };
}

export function ParametersPage({ n, numbers, auth, admin, edits, setEdits }: { n: number; numbers: number[]; auth: Auth | null; admin: Admin; edits: Edits; setEdits: (edits: Edits) => void }) {
  const { all, setAll, error, read } = useParameters(n);
  const [other, setOther] = useState<number | null>(null);
  const beside = useParameters(other === n ? null : other);
  const [page, setPage] = useState<'setting' | 'config'>('setting');
  const [only, setOnly] = useState(false);
  const [find, setFind] = useState('');
  const [said, setSaid] = useState('');
  const [wrong, setWrong] = useState('');
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const say = (good: string, bad = '') => { setSaid(good); setWrong(bad); };
  useEffect(() => say(''), [n]);

  const changed = useMemo(() => (all ?? []).filter((parameter) => differs(parameter, edits)), [all, edits]);
  const bad = changed.filter((parameter) => !allowed(parameter, shownOf(parameter, edits)));
  const installer = auth?.role === 'installer';
  const words = find.toLowerCase();
  const apart = (parameter: Parameter) => {
    const one = beside.all?.find((candidate) => candidate.name === parameter.name);
    return one !== undefined && !same(parameter, one.value, shownOf(parameter, edits));
  };
  const listed = (all ?? []).filter((parameter) => (words ? parameter.name.toLowerCase().includes(words) : (parameter.page === 'setting') === (page === 'setting'))
    && (!only || differs(parameter, edits) || apart(parameter)));

  const took = (answer: Parameters, good: string) => {
    setAll(answer.parameters);
    setEdits({});
    say([good, answer.note].filter(Boolean).join(' '));
  };
  const order = async (what: () => Promise<void>) => {
    setBusy(true);
    try { await what(); } catch (refused) { say('', `${refusal(refused, admin)} ${t('params_none_written')}`); } finally { setBusy(false); }
  };
  const write = () => order(async () => {
    const values = Object.fromEntries(changed.map((parameter) => [parameter.name, shownOf(parameter, edits).trim()]));
    const answer = await put<Parameters>(`/api/packs/pack${n}/parameters`, { password: admin.password, values });
    took(answer, answer.written ? t('params_written', { n: answer.written }) : t('params_same'));
  });
  const restore = () => order(async () => {
    setAsks(false);
    const answer = await post<Parameters>(`/api/packs/pack${n}/defaults`, { password: admin.password });
    took(answer, t('params_restored', { n: answer.written ?? 0 }));
  });
  const take = async (chosen: File) => {
    if (chosen.size > FILE_MOST) { say('', t('params_too_long', { name: chosen.name })); return; }
    try {
      const { values } = await post<{ values: Edits }>(`/api/packs/pack${n}/import`, { name: chosen.name, text: await chosen.text() });
      const next = { ...edits, ...values };
      setEdits(next);
      say(t('params_imported', { n: Object.keys(values).length, m: (all ?? []).filter((parameter) => differs(parameter, next)).length }));
    } catch (refused) { say('', `${t('params_import_failed')}\n${refused instanceof Refused ? refused.problem.detail : String(refused)}`); }
  };
  const cells = `pack${n}.cell_9_v` in live.points ? 16 : 8;
  return (
    <Card title={`${t('tool_parameters')}: ${t('pack', { n })}`} class="tool-card" aside={<span class="axis-note muted tnum" role="status">{changed.length ? t('params_n_changed', { n: changed.length }) : all ? t('params_none_changed') : ''}</span>}>
      <p class="muted lead-in">{t('params_help')}</p>
      <AdminBox n={n} auth={auth} admin={admin} />
      <div class="tool-bar">
        <button type="button" class="primary" disabled={busy || !installer || !admin.password || changed.length === 0 || bad.length > 0} onClick={() => void write()}>{changed.length ? t('params_write_n', { n: changed.length }) : t('params_write')}</button>
        <button type="button" class="quiet" disabled={changed.length === 0} onClick={() => { setEdits({}); say(''); }}>{t('undo')}</button>
        <button type="button" class="quiet" onClick={() => void read()}>{t('params_read')}</button>
        <button type="button" class="quiet" disabled={busy || !installer || !admin.password} onClick={() => setAsks(true)}>{t('params_restore')}</button>
        <span class="bar-gap" />
        <input ref={file} type="file" accept=".csv,.txt,text/*" class="sr" tabIndex={-1} aria-hidden="true" onChange={(event) => { const chosen = event.currentTarget.files?.[0]; event.currentTarget.value = ''; if (chosen) void take(chosen); }} />
        <button type="button" class="quiet" disabled={!all} onClick={() => file.current?.click()}>{t('params_import')}</button>
        <button type="button" class="quiet" disabled={!all} onClick={() => all && saveFile(`pack${n}-parameters.csv`, fileOf(all, edits, cells))}>{t('params_export')}</button>
      </div>
      <p class="saved" role="status">{said}</p>
      <p class="error import-errors" role="alert">{wrong || error}{bad.length > 0 ? ` ${t('params_bad_n', { n: bad.length })}: ${bad.map((parameter) => parameter.name).join(', ')}` : ''}</p>
      <div class="filters tool-filters">
        <Segmented label={t('params_show')} value={page} options={[['setting', t('params_setting')], ['config', t('params_config')]]} onChange={(next) => { setPage(next); setFind(''); }} />
        <label class="grow"><span class="sr">{t('params_find')}</span><input type="search" placeholder={t('params_find')} value={find} onInput={(event) => setFind(event.currentTarget.value)} /></label>
        {numbers.length > 1 && (
          <label>{t('params_compare')}
            <select value={other === null || other === n ? '' : String(other)} onChange={(event) => setOther(Number(event.currentTarget.value) || null)}>
              <option value="">{t('params_nobody')}</option>
              {numbers.filter((one) => one !== n).map((one) => <option key={one} value={String(one)}>{t('pack', { n: one })}</option>)}
            </select>
          </label>
        )}
        <label class="check"><input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} /> {t('params_only')}</label>
      </div>
      {beside.error && <p class="error">{beside.error}</p>}
      {all === null ? <p class="empty">{error ? '' : t('loading')}</p> : listed.length === 0 ? <p class="empty">{t('params_empty')}</p>
        : <ParameterTable parameters={listed} edits={edits} beside={other === n ? null : beside.all} besideName={other === null ? '' : t('pack', { n: other })} readOnly={!installer} onEdit={(name, value) => setEdits({ ...edits, [name]: value })} />}
      {asks && <Ask n={n} onClose={() => setAsks(false)} onYes={() => void restore()} />}
    </Card>
  );
}
