// The inverter's panel as it is built: the glass, four lamps, four keys that go down and up.
import { useMemo, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Glass } from './glass';
import { flashDelay, keyNames, type KeyName, type LcdLamp, type LcdModel } from './model';

function Lamp({ lamp }: { lamp: LcdLamp }) {
  const period = lamp.half_ms * 2;
  const delay = useMemo(() => flashDelay(period), [lamp.state, period]);
  return (
    <li class="led" data-lamp={lamp.id} data-state={lamp.state}>
      <i class={`led-bulb ${lamp.colour} ${lamp.state}`} style={{ animationDelay: delay, animationDuration: `${period}ms` }} aria-hidden="true" />
      <b>{lamp.label}</b>
      <span class="led-how">{t(`lcd_lamp_${lamp.state}`)}</span>
    </li>
  );
}

const glyphs: Record<KeyName, string> = { UP: 'M12 7l7 9H5z', DOWN: 'M12 17l7-9H5z', ESC: 'M8 8l8 8M16 8l-8 8', ENTER: 'M18 6v6a2 2 0 0 1-2 2H6M9.500 10 6 14l3.500 4' };

interface Hand { held: KeyName[]; press: (key: KeyName) => void; release: (key: KeyName) => void; cancel: (key: KeyName) => void; disabled: boolean }

function Key({ name, held, press, release, cancel, disabled }: Hand & { name: KeyName }) {
  const own = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter';
  return (
    <button type="button" class={`lcd-key ${held.includes(name) ? 'is-down' : ''}`} disabled={disabled} data-key={name}
      onPointerDown={(event) => { if (event.button === 0) { event.currentTarget.setPointerCapture(event.pointerId); press(name); } }}
      onPointerUp={() => release(name)} onPointerCancel={() => cancel(name)} onLostPointerCapture={() => cancel(name)} onBlur={() => cancel(name)}
      onKeyDown={(event) => { if (own(event)) { event.preventDefault(); event.stopPropagation(); press(name); } }}
      onKeyUp={(event) => { if (own(event)) { event.preventDefault(); event.stopPropagation(); release(name); } }}
      onClick={(event) => { if (event.detail === 0) { press(name); release(name); } /* of a screen reader */ }}
      onContextMenu={(event) => event.preventDefault()}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d={glyphs[name]} class={name === 'UP' || name === 'DOWN' ? 'full' : ''} /></svg>
      <span>{name}</span>
    </button>
  );
}

const boardKeys: Record<string, KeyName> = { ArrowUp: 'UP', ArrowDown: 'DOWN', Escape: 'ESC', Enter: 'ENTER' };

export function Face({ model, held, press, release, cancel, disabled }: Hand & { model: LcdModel }) {
  const key = (event: KeyboardEvent) => (disabled || event.ctrlKey || event.altKey || event.metaKey ? undefined : boardKeys[event.key]);
  const typed = useRef(new Set<KeyName>()); // on the keyboard: its up goes elsewhere with the focus
  const hand = { held, press, release, cancel, disabled };
  return (
    <div class="lcd-face" onKeyDown={(event) => { const name = key(event); if (name) { event.preventDefault(); typed.current.add(name); press(name); } }}
      onKeyUp={(event) => { const name = key(event); if (name) { event.preventDefault(); typed.current.delete(name); release(name); } }}
      onFocusOut={() => { typed.current.forEach(cancel); typed.current.clear(); }}>
      <header class="lcd-head" aria-hidden="true"><b>{model.name}</b><span>{t('lcd_kind')}</span></header>
      <div class={`lcd-bezel ${model.screen.lit ? '' : 'is-dark'}`} role="application" tabIndex={0} aria-label={t('lcd_display')} aria-describedby="lcd-words">
        <Glass screen={model.screen} />
        {!model.screen.lit && <p class="lcd-dark">{t('lcd_dark')}</p>}
      </div>
      <ul class="lcd-lamps" aria-label={t('lamps')}>{model.lamps.map((lamp) => <Lamp key={lamp.id} lamp={lamp} />)}</ul>
      <div class="lcd-keys" role="group" aria-label={t('lcd_keys')}>{keyNames.map((name) => <Key key={name} name={name} {...hand} />)}</div>
    </div>
  );
}
