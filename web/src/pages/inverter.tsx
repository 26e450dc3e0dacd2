// The inverter's own panel, live and to be pressed, and what it means; of a real one what it tells.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { About, Auth } from '../api';
import { DASH, unit } from '../format';
import { codeName, t, word } from '../i18n';
import { Face } from '../lcd/face';
import { useLcd, type LcdModel } from '../lcd/model';
import { useBuzzer } from '../lcd/sound';
import { sentence, Words } from '../lcd/words';
import { useLive } from '../live';
import { Card, Icon, Stat } from '../ui';

/** What ENTER would lead to while a value is edited; else what the last key stored, or why not. */
function Written({ model }: { model: LcdModel }) {
  const { write, trial } = model;
  const told = trial ?? write;
  const text = trial ? trial.reason : write ? write.reason || t('lcd_stored', { name: write.name }) : '';
  if (!told || !text) return null;
  const tone = told.result === 'refused' ? 'bad' : told.reason ? 'warn' : 'good';
  return <p class={`lcd-note ${tone}`} data-result={told.result} data-stored={!trial}>{text}</p>;
}

/** Said aloud after a hand's key and when a fault comes; pages that turn by themselves are not. */
function useAnnouncement(model: LcdModel | null, pressed: boolean): string {
  const [said, setSaid] = useState('');
  const waits = useRef(false);
  const codes = useRef('');
  useEffect(() => {
    if (pressed) waits.current = true;
    if (!model) return;
    const now = model.codes.map((code) => `${code.code} ${codeName(code)}`).join(', ');
    if (now !== codes.current) { codes.current = now; if (now) setSaid(now); }
    else if (waits.current && !pressed) { waits.current = false; setSaid(`${sentence(model)} ${model.trial?.reason ?? ''}`); }
  }, [model, pressed]);
  return said;
}

const UNITS: Record<string, [string, number]> = { v: ['V', 1], a: ['A', 1], w: ['W', 0], va: ['VA', 0], hz: ['Hz', 2], c: ['°C', 1], pct: ['%', 0], kwh: ['kWh', 2], ah: ['Ah', 0] };

/** What a real inverter tells of itself, by the points' names. */
function Readings() {
  const { points } = useLive();
  const names = Object.keys(points).filter((name) => /^(inverter|pv1)\.|^grid\.(voltage|frequency|current|power)_/.test(name)).sort();
  const shown = (name: string): string => {
    const value = points[name];
    if (value === null || value === undefined) return DASH;
    if (typeof value === 'boolean') return t(value ? 'on' : 'off');
    if (Array.isArray(value)) return value.length ? value.join(', ') : t('none');
    if (typeof value === 'string') return word('st', value);
    const [of, decimals] = UNITS[name.slice(name.lastIndexOf('_') + 1)] ?? ['', 2];
    return unit(value, decimals, of);
  };
  return (
    <Card title={t('readings')}>
      <dl class="stats two">{names.map((name) => <Stat key={name} label={name.replace(/^inverter\./, '').replace(/_(v|a|w|va|hz|c|pct|kwh|ah)$/, '').replace(/[._]/g, ' ')} value={shown(name)} />)}</dl>
    </Card>
  );
}

export function Inverter(props: { about: About | null; auth: Auth | null; onLogin: () => void }) {
  return props.about?.simulated === false ? <div><h1>{t('inverter')}</h1><Readings /></div> : <Front {...props} />;
}

function Front({ auth, onLogin }: { about: About | null; auth: Auth | null; onLogin: () => void }) {
  const { model, absent, refusal, held, press, release, cancel } = useLcd();
  const buzzer = useBuzzer(model?.buzzer);
  const said = useAnnouncement(model, held.length > 0);
  const may = auth?.may_simulate === true;
  return (
    <div>
      <h1>{t('inverter')}</h1>
      {absent ? <p class="empty">{absent}</p> : (
        <div class="inverter-grid">
          <Card title={t('front_panel')} class="lcd-card" aside={model && (
            <button type="button" class="quiet small" aria-pressed={buzzer.on} onClick={() => buzzer.setOn(!buzzer.on)}>{t(buzzer.on ? 'lcd_sound_on' : 'lcd_sound_off')}</button>
          )}>
            {model ? <Face model={model} held={held} press={press} release={release} cancel={cancel} disabled={!may} /> : <p class="empty">{t('loading')}</p>}
            {model && <p class="lcd-buzzer" data-buzzer={model.buzzer.rhythm}><span class="muted">{t('lcd_buzzer')}:</span> {t(model.buzzer.muted ? 'lcd_buzzer_muted' : `lcd_buzzer_${model.buzzer.rhythm}`)}</p>}
            {model && <Written model={model} />}
            {refusal && <div class="why plain"><Icon name="lock" /><p role="alert">{refusal}</p>{!auth?.may_write && <button type="button" class="quiet" onClick={onLogin}>{t('login')}</button>}</div>}
            <p class="muted front-help">{t(may ? 'lcd_help' : 'lcd_help_viewer')}</p>
            <p class="sr" role="status">{said}</p>
          </Card>
          {model && <Card title={t('lcd_in_words')}><Words model={model} /></Card>}
        </div>
      )}
    </div>
  );
}
