// A pack's front: the face as it is built, its display and its lamps. Mouse, touch and keys work.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Card } from '../ui';
import { Hmi } from './hmi';
import { Bulb } from './lamps';
import { usePanel, type PanelModel, type Touch } from './model';
import { TouchScreen } from './touch';

const SWIPE_PX = 36;
const keyNames: Record<string, string> = { ArrowUp: 'UP', ArrowDown: 'DOWN', ArrowLeft: 'LEFT', ArrowRight: 'RIGHT', Escape: 'ESC' };

/** The glass: swipes turn pages, arrows walk the buttons, digits type the password. */
function Glass({ model, touch }: { model: PanelModel; touch: (what: Touch) => Promise<void> }) {
  const glass = useRef<HTMLDivElement>(null);
  const begin = useRef<number | null>(null);
  const swiped = useRef(false);
  const had = useRef(false); // the focus was in the glass: a button that goes leaves it to the next one
  const { screen } = model;
  const isTouch = model.family !== 'vt12040';
  const hand = (what: Touch) => { if (!swiped.current) void touch(what); };
  useLayoutEffect(() => { // after a touch of ours the panel's focus is the browser's
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    const inside = glass.current?.contains(document.activeElement) ?? false;
    if ((inside && model.touched) || (nowhere && (had.current || model.touched))) {
      glass.current?.querySelector<HTMLElement>('[data-focused], .dark-key, .enter, .cover')?.focus({ preventScroll: true });
    }
  }, [model]);
  const onOut = (event: FocusEvent) => { // a button that was taken away has not been left
    const target = event.target as Element;
    setTimeout(() => { if (target.isConnected && !glass.current?.contains(document.activeElement)) had.current = false; }, 0);
  };
  const onKey = (event: KeyboardEvent) => {
    const digit = screen.window === 'password' && /^\d$/.test(event.key);
    const erase = screen.window === 'password' && event.key === 'Backspace';
    const key = keyNames[event.key];
    if (!digit && !erase && !key) return;
    event.preventDefault();
    hand(digit ? { touch: event.key } : erase ? { touch: 'delete' } : { key });
  };
  const onUp = (event: PointerEvent) => {
    const dy = begin.current === null ? 0 : event.clientY - begin.current;
    begin.current = null;
    if (!isTouch || screen.window !== 'none' || Math.abs(dy) < SWIPE_PX || !screen.items.some((item) => item.id === '>>')) return;
    hand({ touch: dy < 0 ? '>>' : '<<' });
    swiped.current = true; // the click that ends a swipe touches nothing
    setTimeout(() => { swiped.current = false; }, 60);
  };
  return (
    <div ref={glass} class={`glass ${isTouch ? 'es' : 'vt'} ${screen.lit ? '' : 'is-dark'}`} lang={screen.language} role="group" aria-label={`${model.display}: ${screen.lit ? screen.title || screen.page : t('screen_dark')}`}
      onFocusIn={() => { had.current = true; }} onFocusOut={onOut} onKeyDown={onKey} onPointerDown={(event) => { begin.current = event.clientY; }} onPointerUp={onUp} onPointerCancel={() => { begin.current = null; }}>
      {!screen.lit && <button type="button" class="dark-key" onClick={() => hand({})}><span>{t('screen_dark')}</span></button>}
      {screen.lit && (isTouch ? <TouchScreen screen={screen} touch={hand} /> : <Hmi screen={screen} touch={hand} />)}
      {screen.lit && screen.page === 'Touch: Boot' && <button type="button" class="cover" aria-label={t('touch_screen')} onClick={() => hand({})} />}
      {screen.lit && screen.page === 'Touch: Main state' && <button type="button" class="enter" onClick={() => hand({})}>{t('touch_screen')}</button>}
    </div>
  );
}

const Port = ({ name, pins = 8 }: { name: string; pins?: number }) => (
  <span class="port"><i class={pins === 8 ? 'jack' : 'jack small'} /><small>{name}</small></span>
);

/** What is screwed into the face: drawn, not to be touched. */
function Sockets({ model }: { model: PanelModel }) {
  const n = Number(model.device.replace(/\D/g, '')) || 1;
  const dip = [1, 2, 4, 8].map((bit) => (n & bit) !== 0);
  const vt = model.family === 'vt12040';
  return (
    <div class="sockets" aria-hidden="true">
      <span class="port"><i class="reset" /><small>RST</small></span>
      <span class="port"><i class="dip">{dip.map((on) => <b class={on ? 'on' : ''} />)}</i><small>ADS</small></span>
      <Port name={vt ? 'CAN' : 'RS485/CAN'} /><Port name="RS232" pins={6} /><Port name="RS485" /><Port name="RS485" />
      <span class="port"><i class="rocker" /><small>{vt ? 'I / O' : 'ON / OFF'}</small></span>
    </div>
  );
}

function Face({ model, children }: { model: PanelModel; children: ComponentChildren }) {
  const soc = model.lamps.filter((lamp) => /^l\d$/.test(lamp.id)), others = model.lamps.filter((lamp) => !/^l\d$/.test(lamp.id));
  return (
    <div class={`face ${model.family === 'vt12040' ? 'vt' : 'es'}`}>
      <header class="face-head"><b>{model.name}</b><span>LiFePO₄</span></header>
      <div class="bezel">{children}</div>
      <div class="face-side">
        {soc.length > 0 && <div class="led-group" role="group" aria-label="SOC"><div class="led-row">{soc.map((lamp) => <Bulb key={lamp.id} lamp={lamp} size="bar" />)}</div><small aria-hidden="true">SOC</small></div>}
        <div class="led-row pair" role="group" aria-label={t('lamps')}>{others.map((lamp) => <Bulb key={lamp.id} lamp={lamp} />)}</div>
        <Sockets model={model} />
      </div>
    </div>
  );
}

/** `children` stand in where there is no panel to reach: a real pack shows its lamps only. */
export function FrontPanel({ device, children }: { device: string; children: ComponentChildren }) {
  const { model, absent, refusal, touch, place } = usePanel(device);
  if (absent) return <>{children}</>;
  return (
    <Card title={t('front_panel')} class="front">
      <div ref={place}>
        {model ? <Face model={model}><Glass key={device} model={model} touch={touch} /></Face> : <p class="empty">{t('loading')}</p>}
        <p class="error" role="alert">{refusal}</p>
        <p class="muted front-help">{t('front_help')}</p>
        <p class="sr" role="status">{model && (model.screen.lit ? `${model.screen.title} ${model.screen.message}` : t('screen_dark'))}</p>
      </div>
    </Card>
  );
}
