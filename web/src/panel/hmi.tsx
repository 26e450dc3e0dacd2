// The HMI of the VT-12040: five pages behind a row of links.
import type { Item } from './model';
import { itemOf, itemsOf, Key, Note, Window, type Hand } from './parts';

const linkGlyphs: Record<string, string> = {
  Home: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9',
  'Battery Information': 'M4 8h13v9H4zM20 11v3M7 10.5v4M10.5 10.5v4M14 10.5v4',
  'Protection Status': 'M12 4l7 3v5c0 4.5-3 7-7 8.5-4-1.5-7-4-7-8.5V7z',
  'Alarm Status': 'M12 5 3.5 19.5h17zM12 10.5v4.5M12 17v.6',
  'System Information': 'M5 7h8M17 7h2M15 5v4M5 12h2M11 12h8M9 10v4M5 17h8M17 17h2M15 15v4',
};

/** Icon n of the home page: bars of a battery, an empty one crossed. */
function BatteryIcon({ n, label }: { n: number; label: string }) {
  const bars = n === 5 ? 0 : n;
  return (
    <svg viewBox="0 0 220 116" class={`vt-battery ${bars <= 1 ? 'low' : ''}`} role="img" aria-label={label}>
      <rect x="6" y="10" width="188" height="96" rx="14" class="case" /><rect x="198" y="40" width="16" height="36" rx="6" class="pole" />
      {[0, 1, 2, 3].map((i) => <rect key={i} x={20 + i * 42} y="24" width="34" height="68" rx="6" class={i < bars ? 'bar on' : 'bar'} />)}
      {n === 5 && <path d="M60 30l80 56M140 30L60 86" class="cross" />}
    </svg>
  );
}

function HomePage({ screen }: Hand) {
  const icons = itemsOf(screen, 'icon'), alarm = itemOf(screen, 'icon_6');
  const shown = icons.findIndex((item) => item.on && item.id !== 'icon_6');
  return (
    <div class="vt-home">
      <BatteryIcon n={shown + 1} label={icons[shown]?.hint ?? ''} />
      <p class={alarm?.on ? 'vt-alarm on' : 'vt-alarm'}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4 2.5 20h19zM12 10v5M12 17.5v.5" /></svg>
        <span class={alarm?.on ? '' : 'sr'}>{alarm?.label}{alarm?.on ? '' : ': –'}</span>
      </p>
    </div>
  );
}

function Information({ screen }: Hand) {
  const values = itemsOf(screen, 'value');
  const cells = values.filter((item) => item.id.startsWith('cell_')), others = values.filter((item) => !item.id.startsWith('cell_'));
  const show = (item: Item) => <div key={item.id}><dt>{item.label}</dt><dd class="tnum">{item.text}<small> {item.unit.replace('degC', '°C')}</small></dd></div>;
  return <div class="vt-info"><dl>{others.map(show)}</dl><dl class="cells-16">{cells.map(show)}</dl></div>;
}

const Marks = ({ items, tone }: { items: Item[]; tone: string }) => (
  <ol class={`vt-marks ${tone} ${items.length > 14 ? 'three' : ''}`}>
    {items.map((item) => (
      <li key={item.id} class={item.on ? 'on' : ''} title={item.hint}>
        <i aria-hidden="true" /><span>{item.label}</span><span class="sr">{item.text}</span>
      </li>
    ))}
  </ol>
);

function Body(hand: Hand) {
  const { screen, touch } = hand;
  const stops = itemsOf(screen, 'stop'), warns = itemsOf(screen, 'warn'), choices = itemsOf(screen, 'choice');
  if (itemsOf(screen, 'icon').length) return <HomePage {...hand} />;
  if (stops.length) return <Marks items={stops} tone="bad" />;
  if (warns.length) return <Marks items={warns} tone="warn" />;
  if (!choices.length) return <Information {...hand} />;
  return (
    <div class="vt-system">
      {choices.map((item) => (
        <Key key={item.id} item={item} touch={touch} class="choice" label={`${item.label}: ${item.text}`}><span>{item.label}</span><b>{item.text}</b><i aria-hidden="true">▾</i></Key>
      ))}
    </div>
  );
}

export function Hmi(hand: Hand) {
  return (
    <>
      <header class="vt-bar"><strong>{hand.screen.title}</strong></header>
      <div class="vt-body" inert={hand.screen.window !== 'none' || undefined}><Body {...hand} /></div>
      <Note screen={hand.screen} />
      <Window {...hand} />
      <div class="vt-links" role="group" aria-label={hand.screen.title}>
        {itemsOf(hand.screen, 'link').map((item) => (
          <Key key={item.id} item={item} touch={hand.touch} class="link" label={item.label}><svg viewBox="0 0 24 24" aria-hidden="true"><path d={linkGlyphs[item.id] ?? ''} /></svg></Key>
        ))}
      </div>
    </>
  );
}
