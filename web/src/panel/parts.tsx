// What both displays are made of: buttons that touch, an open list, the password's window.
import type { ComponentChildren } from 'preact';
import type { Item, Screen, Touch } from './model';

export interface Hand { screen: Screen; touch: (what: Touch) => void }
export const itemsOf = (screen: Screen, kind: Item['kind']) => screen.items.filter((item) => item.kind === kind);
export const itemOf = (screen: Screen, id: string) => screen.items.find((item) => item.id === id);

export function Key({ item, touch, class: extra = '', children, label }: { item: Item; touch: Hand['touch']; class?: string; children?: ComponentChildren; label?: string }) {
  return (
    <button type="button" class={`key ${extra} ${item.on ? 'is-on' : ''}`} data-id={item.id} data-focused={item.focused || undefined}
      aria-label={label ?? (children ? item.label : undefined)} aria-current={item.kind === 'link' && item.on ? 'page' : undefined}
      aria-pressed={item.kind === 'option' ? item.on : undefined} onClick={() => touch({ touch: item.id })}>
      {children ?? item.label}
    </button>
  );
}

/** A list over the page; under an entry the document or the brands it stands for. */
function OpenList({ screen, touch }: Hand) {
  const cancel = itemOf(screen, 'cancel');
  return (
    <div class="window" role="group" aria-label={screen.window_title}>
      <p class="window-title">{screen.window_title}</p>
      <div class="options">
        {itemsOf(screen, 'option').map((item) => (
          <Key key={item.id} item={item} touch={touch} class="option" label={item.hint ? `${item.label}, ${item.hint}` : item.label}>
            <span class="tick" aria-hidden="true">{item.on ? '●' : '○'}</span><span><b>{item.label}</b>{item.hint && item.hint !== item.label && <small>{item.hint}</small>}</span>
          </Key>
        ))}
      </div>
      {cancel && <Key item={cancel} touch={touch} class="wide" />}
    </div>
  );
}

function Keypad({ screen, touch }: Hand) {
  const dots = '●'.repeat(screen.typed).padEnd(6, '○');
  return (
    <div class="window password" role="group" aria-label={screen.window_title}>
      <p class="window-title">{screen.window_title}</p>
      <p class="dots"><span aria-hidden="true">{dots}</span><span class="sr">{screen.typed} / 6</span></p>
      <p class="window-message" role="alert">{screen.message}{screen.wait_s > 0 ? ` ${screen.wait_s} s` : ''}</p>
      <div class="keypad">
        {itemsOf(screen, 'key').map((item) => (
          <Key key={item.id} item={item} touch={touch} class={/^\d$/.test(item.id) ? 'digit' : item.id} label={item.label}>
            {item.id === 'delete' ? '⌫' : item.label}
          </Key>
        ))}
      </div>
    </div>
  );
}

/** What the last touch was answered, where no window says it. */
export const Note = ({ screen }: { screen: Screen }) => (screen.window === 'none' && screen.message ? <p class="screen-note">{screen.message}</p> : null);

export function Window(hand: Hand) {
  if (hand.screen.window === 'list') return <OpenList {...hand} />;
  if (hand.screen.window === 'password') return <Keypad {...hand} />;
  return null;
}
