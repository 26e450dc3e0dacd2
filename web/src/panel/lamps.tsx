// Lamps with the manuals' patterns, exact to the millisecond and in step with each other.
import { useMemo } from 'preact/hooks';
import { t } from '../i18n';
import { lampPhase, type PanelLamp } from './model';

const PERIOD_MS = 4000; // every pattern's period divides it

export function Bulb({ lamp, size = '' }: { lamp: PanelLamp; size?: string }) {
  const delay = useMemo(() => `${-(lampPhase() % PERIOD_MS)}ms`, [lamp.pattern]);
  return (
    <span class={`led ${size}`} data-pattern={lamp.pattern}>
      <i class={`led-bulb ${lamp.colour} ${lamp.pattern}`} style={{ animationDelay: delay }} aria-hidden="true" />
      <b>{lamp.label}</b>
      <span class="led-how">{t(`lamp_${lamp.pattern}`)}</span>
    </span>
  );
}
