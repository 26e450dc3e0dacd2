// The colour touch screen of the ES series.
import type { Item } from './model';
import { itemOf, itemsOf, Key, Note, Window, type Hand } from './parts';

const glyphs: Record<string, string> = {
  pack_info: 'M3 8h15v9H3zM21 11v3M6.5 10.5v4M10 10.5v4M13.5 10.5v4',
  bms_status: 'M3 13h4l2-6 4 11 2.5-7 1.5 2h4',
  protocol: 'M4 8h13l-3-3M20 16H7l3 3',
  system: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1',
};
const Glyph = ({ name }: { name: string }) => <svg viewBox="0 0 24 24" class="glyph" aria-hidden="true"><path d={glyphs[name] ?? ''} /></svg>;

function Bar({ screen, touch }: Hand) {
  const grid = itemOf(screen, 'nine-square_grid_(top_left)'), battery = itemOf(screen, 'battery_icon');
  return (
    <header class="es-bar">
      {grid ? <Key item={grid} touch={touch} class="tool-key"><svg viewBox="0 0 24 24" aria-hidden="true">{[4, 10, 16].flatMap((x) => [4, 10, 16].map((y) => <rect x={x} y={y} width="4" height="4" rx="1" />))}</svg></Key> : <span />}
      <strong>{screen.title}</strong>
      {battery ? <Key item={battery} touch={touch} class="tool-key"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 7h15v10H3zM19.5 10h2v4h-2z" class="outline" /><rect x="5" y="9" width="8" height="6" /></svg></Key> : <span />}
    </header>
  );
}

function Turn({ screen, touch }: Hand) {
  const back = itemOf(screen, '<<'), next = itemOf(screen, '>>');
  if (!back || !next) return null;
  return <footer class="es-foot"><Key item={back} touch={touch} class="turn">≪</Key><i aria-hidden="true" /><Key item={next} touch={touch} class="turn">≫</Key></footer>;
}

const Row = ({ item }: { item: Item | undefined }) => (item ? <div><dt>{item.label}</dt><dd class="tnum">{item.text}{item.unit && <small> {item.unit.replace('degC', '°C')}</small>}</dd></div> : null);

function Main({ screen, touch }: Hand) {
  const soc = itemOf(screen, 'total_soc'), warranty = itemOf(screen, 'warranty');
  const share = Math.max(0, Math.min(100, Number(soc?.text) || 0)), length = 2 * Math.PI * 54 * 0.75;
  return (
    <div class="es-main" onClick={(event) => { if (!(event.target as Element).closest('button')) touch({}); }}>
      <svg viewBox="0 0 140 126" class="gauge" aria-hidden="true">
        <path d="M31.8 108.2a54 54 0 1 1 76.4 0" class="gauge-rim" />
        <path d="M31.8 108.2a54 54 0 1 1 76.4 0" class={`gauge-fill ${share < 20 ? 'low' : ''}`} stroke-dasharray={`${(length * share) / 100} 400`} />
        <text x="70" y="78" class="gauge-value">{soc?.text}<tspan class="gauge-unit">%</tspan></text>
        <text x="70" y="100" class="gauge-label">{soc?.label}</text>
      </svg>
      <p class="sr">{soc?.label} {soc?.text} %</p>
      <dl class="es-rows big"><Row item={itemOf(screen, 'voltage')} /><Row item={itemOf(screen, 'current')} /><Row item={warranty} /></dl>
    </div>
  );
}

function Pack({ screen }: Hand) {
  const cells = itemOf(screen, 'cell_voltage'), temps = itemOf(screen, 'temperature');
  const volts = cells?.text.split(' ') ?? [], degrees = temps?.text.split(' ') ?? [];
  return (
    <div class="es-pack">
      <dl class="es-rows"><Row item={itemOf(screen, 'pack_v')} /><Row item={itemOf(screen, 'im')} /><Row item={itemOf(screen, 'cell_capacity')} /></dl>
      <section><h4>{temps?.label} <small>°C</small></h4><ol class="es-grid six">{degrees.map((text, i) => <li key={i}><span>{['T1', 'T2', 'T3', 'T4', 'MOS', 'Env'][i]}</span><b class="tnum">{text}</b></li>)}</ol></section>
      <section><h4>{cells?.label} <small>V</small></h4><ol class="es-grid">{volts.map((text, i) => <li key={i}><span>{i + 1}</span><b class="tnum">{text}</b></li>)}</ol></section>
    </div>
  );
}

const tones: Record<string, string> = { protect: 'bad', fault: 'bad', warning: 'warn' };
const Status = ({ screen }: Hand) => (
  <dl class="es-rows lines">
    {itemsOf(screen, 'list').map((item) => <div key={item.id} class={item.on ? (tones[item.id] ?? '') : ''}><dt>{item.label}</dt><dd>{item.text}</dd></div>)}
  </dl>
);

function Body(hand: Hand) {
  const { screen, touch } = hand;
  const buttons = itemsOf(screen, 'button'), choices = itemsOf(screen, 'choice');
  if (screen.page === 'Touch: Boot') return <div class="es-boot"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 5c1 5 7 7 7 13a7 7 0 0 1-14 0c0-3 2-5 3-7 1 2 2 3 3 3 1-3 0-6 1-9z" /></svg><b>{itemOf(screen, 'splash')?.text}</b></div>;
  if (screen.page === 'Touch: Main state') return <Main {...hand} />;
  if (buttons.length) return <div class="es-tiles">{buttons.map((item) => <Key key={item.id} item={item} touch={touch} class="tile" label={item.label}><Glyph name={item.id} /><span>{item.label}</span></Key>)}</div>;
  if (screen.page === 'Touch: PACK Info') return <Pack {...hand} />;
  if (screen.page === 'Touch: BMS Status') return <Status {...hand} />;
  return (
    <div class="es-form">
      <dl class="es-rows lines">{itemsOf(screen, 'value').map((item) => <Row key={item.id} item={item} />)}</dl>
      {choices.map((item) => (
        <Key key={item.id} item={item} touch={touch} class="choice" label={`${item.label}: ${item.text}`}><span>{item.label}</span><b>{item.text}</b><i aria-hidden="true">▾</i></Key>
      ))}
    </div>
  );
}

export function TouchScreen(hand: Hand) {
  const bare = hand.screen.page === 'Touch: Boot';
  return (
    <>
      {!bare && <Bar {...hand} />}
      <div class="es-body" inert={hand.screen.window !== 'none' || undefined}><Body {...hand} /></div>
      <Note screen={hand.screen} />
      <Window {...hand} />
      {!bare && <Turn {...hand} />}
    </>
  );
}
