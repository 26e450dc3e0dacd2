// The start-up guide of the battery: steps in order, some with a wait, each with who and when.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { get, post, reason, type Auth } from '../../api';
import { clock, dayName } from '../../format';
import { guideStep, t } from '../../i18n';
import { live, useLive } from '../../live';
import { Card, Tag } from '../../ui';

interface Step { text: string; wait_s: number; done: boolean; at_ms?: number; by?: string }
interface Guide { model: string; next: number; wait_s: number; steps: Step[] }

export function GuidePage({ auth, zone }: { auth: Auth | null; zone?: string }) {
  useLive();
  const [guide, setGuide] = useState<Guide | null>(null);
  const [freeAt, setFreeAt] = useState(0); // site time at which the next step is released
  const [by, setBy] = useState('');
  const [error, setError] = useState('');
  const take = useCallback((next: Guide) => { setGuide(next); setFreeAt((live.nowMs ?? 0) + next.wait_s * 1000); }, []);
  useEffect(() => { get<Guide>('/api/guide').then(take, (refused) => setError(reason(refused))); }, [take]);
  const may = auth?.may_simulate === true;
  const order = async (body: { step?: number; by?: string; restart?: true }) => {
    try { take(await post<Guide>('/api/guide', body)); setError(''); } catch (refused) { setError(reason(refused)); }
  };
  if (!guide) return <Card title={t('tool_guide')} class="tool-card"><p class="empty">{error || t('loading')}</p></Card>;
  const left_s = Math.max(0, Math.ceil((freeAt - (live.nowMs ?? 0)) / 1000));
  const over = guide.next >= guide.steps.length;
  const note = (step: Step) => (step.wait_s === 0 ? '' : step.wait_s >= 60 ? t('guide_waits', { n: Math.round(step.wait_s / 60) }) : t('guide_waits_s', { n: step.wait_s }));
  return (
    <Card title={`${t('tool_guide')}: ${guide.model}`} class="tool-card" aside={<span class="axis-note muted tnum" role="status">{t('guide_done', { n: guide.next, all: guide.steps.length })}</span>}>
      <p class="muted lead-in">{t('guide_help', { model: guide.model })}</p>
      <label class="guide-by">{t('guide_by')}<input type="text" maxLength={40} autocomplete="name" value={by} onInput={(event) => setBy(event.currentTarget.value)} /></label>
      <ol class="guide">
        {guide.steps.map((step, i) => {
          const mine = i === guide.next;
          return (
            <li key={i} class={step.done ? 'is-done' : mine ? 'is-next' : ''} aria-current={mine ? 'step' : undefined}>
              <span class="guide-mark tnum" aria-hidden="true">{step.done ? '✓' : i + 1}</span>
              <span class="guide-text" lang={guideStep(step.text) === step.text ? 'en' : document.documentElement.lang}>{guideStep(step.text)}{note(step) && <small class="muted" lang={document.documentElement.lang}>{note(step)}</small>}
                {step.done && step.at_ms !== undefined && <small class="muted" lang={document.documentElement.lang}>{t('guide_step_done', { time: `${dayName(step.at_ms, zone)}, ${clock(step.at_ms, zone)}` })}{step.by ? ` · ${step.by}` : ''}</small>}
              </span>
              {mine && (left_s > 0 ? <Tag tone="warn">{t('guide_wait', { n: left_s })}</Tag>
                : <button type="button" class="primary" disabled={!may} onClick={() => void order({ step: i, by })}>{t('guide_confirm')}<span class="sr"> {i + 1}</span></button>)}
            </li>
          );
        })}
      </ol>
      <p class="saved" role="status">{over ? `✓ ${t('guide_all')}` : ''}</p>
      <p class="error" role="alert">{error}</p>
      {!may && <p class="muted axis-note">{t('guide_who')}</p>}
      {guide.next > 0 && <div class="card-foot"><button type="button" class="quiet small" disabled={!may} onClick={() => void order({ restart: true })}>{t('guide_again')}</button></div>}
    </Card>
  );
}
