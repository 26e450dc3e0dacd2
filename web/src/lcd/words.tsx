// The display in words: for whoever cannot see it, and for whoever does not know its signs.
import { codeName, settingTitle, t, word } from '../i18n';
import { Tag } from '../ui';
import type { LcdModel, Side } from './model';

const valueOf = (side: Side) => `${side.text}${side.unit && side.unit !== '-' ? ` ${side.unit}` : ''}`;

/** One sentence: what a screen reader says of the glass. */
export function sentence({ screen }: LcdModel): string {
  if (!screen.lit) return t('lcd_dark');
  if (screen.setting) {
    const values = { no: screen.setting.no, name: screen.setting.name, title: settingTitle(screen.setting), value: valueOf(screen.right) };
    return t(screen.right.text === 'Err' ? 'lcd_say_refused' : screen.mode === 'editing' ? 'lcd_say_editing' : 'lcd_say_setting', values);
  }
  const sides = [screen.left, screen.right].filter((side) => side.text !== '').map((side) => `${word('lcdq', side.quantity)} ${valueOf(side)}`);
  return `${t('lcd_say_page', { page: screen.page, pages: screen.pages })} ${sides.join('; ')}.`;
}

export function Words({ model }: { model: LcdModel }) {
  const { screen } = model;
  const sides = screen.setting || !screen.lit ? [] : [screen.left, screen.right].filter((side) => side.text !== '');
  return (
    <div class="lcd-words">
      <p id="lcd-words" class={sides.length ? 'sr' : 'lcd-now'}>{sentence(model)}</p>
      {sides.length > 0 && (
        <dl class="stats two" aria-hidden="true">
          {sides.map((side) => <div class="stat" key={side.quantity}><dt>{word('lcdq', side.quantity)}</dt><dd class="tnum">{side.text}{side.unit && <small> {side.unit}</small>}</dd></div>)}
        </dl>
      )}
      {model.codes.length > 0 && (
        <section><h3>{t('lcd_codes')}</h3>
          <ul class="lcd-codes">{model.codes.map((code) => <li key={code.code}><Tag tone={code.kind === 'fault' ? 'bad' : 'warn'}>{code.code}</Tag><span>{codeName(code)}<small class="muted">{code.advice}</small></span></li>)}</ul>
        </section>
      )}
      <section><h3>{t('lcd_flow')}</h3>
        {screen.arrows.length ? <ul class="lcd-list">{screen.arrows.map((n) => <li key={n}><b class="arrow-no" aria-hidden="true">{n}</b>{t(`lcd_arrow_${n}`)}</li>)}</ul> : <p class="muted">{t('lcd_no_flow')}</p>}
      </section>
      <section><h3>{t('lcd_lamps')}</h3>
        <ul class="lcd-list">{model.lamps.map((lamp) => <li key={lamp.id}><i class={`lamp-key ${lamp.colour} ${lamp.state}`} aria-hidden="true" /><span><b>{lamp.label}</b> {t(lamp.state === 'off' ? 'lcd_lamp_off' : `lcd_means_${lamp.id}_${lamp.state}`)}</span></li>)}</ul>
      </section>
      <section><h3>{t('lcd_signs')}</h3>
        {screen.icons.length ? <p class="lcd-tags">{screen.icons.map((name) => <Tag key={name} tone="plain">{t(`lcd_icon_${name}`)}</Tag>)}</p> : <p class="muted">{t('none')}</p>}
      </section>
    </div>
  );
}
