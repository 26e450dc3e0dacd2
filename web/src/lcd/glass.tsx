// The glass of the segment display: every icon and arrow at its place, dark ones as ghosts.
import { useMemo } from 'preact/hooks';
import { flashDelay, type LcdScreen } from './model';
import { Digits } from './segments';

const leftWords: [string, number][] = [['AC', 38], ['PV', 72], ['INPUT', 106], ['BATT', 168]];
const rightWords: [string, number][] = [['AC', 424], ['PV', 454], ['INV', 484], ['OUTPUT', 522], ['LOAD', 594], ['BATT', 648]];
const leftUnits: [string, number, number][] = [['V', 264, 296], ['A', 264, 319], ['kW', 264, 342], ['Hz', 264, 365]];
const rightUnits: [string, number, number][] = [
  ['V', 648, 296], ['A', 648, 314], ['kW', 648, 332], ['kVA', 648, 350], ['Hz', 648, 368],
  ['%', 682, 296], ['W', 682, 314], ['s', 682, 332], ['min', 682, 350], ['day', 682, 368],
];
/** Where each arrow runs; the manual's number 5 is never shown. */
const arrows: Record<number, [string, string]> = {
  1: ['M128 92H282M420 92H556', 'M554 84l16 8-16 8z'],
  2: ['M246 100V138', 'M238 136l8 16 8-16z'],
  3: ['M128 182H192', 'M190 174l16 8-16 8z'],
  4: ['M294 182H330', 'M328 174l16 8-16 8z'],
  6: ['M446 182H478', 'M476 174l16 8-16 8z'],
  7: ['M574 182H630V164', 'M622 166l8-16 8 16z'],
};
const pylon = 'M58 130 72 62h20l14 68M62 108h40M66 88h32M72 62l28 46M92 62 66 108M52 76h60M60 68l-8 8M104 68l8 8';

export function Glass({ screen }: { screen: LcdScreen }) {
  const on = (name: string) => (screen.lit && screen.icons.includes(name) ? `on ${screen.flashing.includes(name) ? 'blink' : ''}` : '');
  const word = (label: string, text: string) => (screen.lit && label.split(' ').includes(text) ? 'seg on' : 'seg');
  const lit = (yes: boolean) => (screen.lit && yes ? 'seg on' : 'seg');
  const inMenu = screen.mode !== 'pages';
  const beats = screen.lit && (screen.blinking || screen.flashing.length > 0);
  const delay = useMemo(() => flashDelay(1000), [beats]); // one beat for all that blinks, from the display's clock
  return (
    <svg viewBox="0 0 720 392" class={`lcd-svg ${screen.lit ? '' : 'is-dark'} ${beats ? 'beats' : ''}`} style={{ animationDelay: delay }} aria-hidden="true" focusable="false">
      {/* what it is doing, what is wrong */}
      <g class={`seg ${on('settings')}`}><path d="M44 15.500a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z" fill-rule="evenodd" /><path d="M42.300 11h3.400v5h-3.400zM42.300 31h3.400v5h-3.400zM31.500 21.800v-3.400h5v3.400zM51.500 28.600v-3.400h5v3.400zM31.500 28.600v-3.400h5v3.400zM51.500 21.800v-3.400h5v3.400z" /><text x="64" y="29">SETTING</text></g>
      <g class={`seg ${on('energy_saving')}`}><path d="M176 33c-8-12 2-20 24-19-1 15-9 24-20 18 3-5 7-8 12-10-8 1-13 6-16 11z" /><text x="205" y="29">ECO</text></g>
      <g class={`seg ${on('host')}`}><rect x="262" y="13" width="56" height="22" rx="4" class="hollow" /><text x="290" y="29" class="mid small">HOST</text></g>
      <g class={`seg ${on('mute')}`}><path d="M352 20h7l9-7v22l-9-7h-7z" /><path d="M373 18l14 13M387 18l-14 13" class="line" /></g>
      <g class={`seg ${on('overload')}`}><text x="412" y="29">OVERLOAD</text></g>
      <g class={`seg ${on('alarm')}`}><path d="M540 12l15 25h-30zM538.400 20.500v8h3.200v-8zM538.400 30.600v3.200h3.200v-3.200z" fill-rule="evenodd" /></g>
      <g class={`seg ${on('error')}`}><rect x="572" y="12" width="118" height="25" rx="4" /><text x="631" y="30" class="mid knocked">ERROR</text></g>
      {/* where the power flows */}
      <path d={pylon} class={`seg line ${on('ac_input')}`} />
      <text x="30" y="146" class={`seg small ${on('apl')}`}>APL</text>
      <g class={`seg ${on('bypass')}`}><rect x="292" y="72" width="118" height="40" rx="6" class="hollow" /><text x="351" y="97" class="mid">BYPASS</text></g>
      <g class={`seg ${on('pv')}`}><path d="M44 208 58 160h62l-14 48zM50.600 186h62.700M74 160l-10 48M95 160l-10 48" class="line" /></g>
      <g class={`seg ${on('charging')}`}><rect x="212" y="158" width="76" height="48" rx="6" class="hollow" /><path d="M218 200 282 164" class="line" /><path d="M222 172h14M222 177h14" class="line" /><path d="M258 193c3-5 6-5 9 0s6 5 9 0" class="line" /></g>
      <rect x="350" y="160" width="86" height="46" rx="6" class={`seg line ${lit(screen.icons.some((name) => name.startsWith('battery_') || name === 'low_batt'))}`} />
      <rect x="437" y="173" width="6" height="20" rx="2" class={`seg ${lit(screen.icons.some((name) => name.startsWith('battery_') || name === 'low_batt'))}`} />
      {[1, 2, 3, 4].map((n) => <rect key={n} x={338 + n * 19} y="167" width="15" height="32" rx="2" class={lit([n, n + 1, n + 2, n + 3].some((k) => screen.icons.includes(`battery_${k}`)))} />)}
      <text x="393" y="224" class={`seg small mid ${on('low_batt')}`}>LOW BATT.</text>
      <g class={`seg ${on('inverter')}`}><rect x="498" y="158" width="72" height="48" rx="6" class="hollow" /><path d="M504 200 564 164" class="line" /><path d="M508 172h14M508 177h14" class="line" /><path d="M541 193c3-5 6-5 9 0s6 5 9 0" class="line" /></g>
      <path d="M580 98 630 56l50 42M590 92v52h80V92" class={`seg line ${on('ac_output')}`} />
      {[1, 2, 3, 4].map((n) => <rect key={n} x={583 + n * 16.500} y={138 - n * 9} width="12" height={n * 9} rx="1.500" class={lit([n, n + 1, n + 2, n + 3].some((k) => screen.icons.includes(`load_${k}`)))} />)}
      {Object.entries(arrows).map(([n, [line, head]]) => (
        <g key={n} data-arrow={n} class={lit(screen.arrows.includes(Number(n)))}><path d={line} class="line flow" /><path d={head} /></g>
      ))}
      <path d="M20 236H700" class="rule" />
      {/* figures */}
      {leftWords.map(([text, x]) => <text key={text} x={x} y="264" class={`${word(screen.left.label, text)} small`}>{text}</text>)}
      <Digits text={screen.lit ? screen.left.text : ''} n={4} x={42} y={284} />
      {leftUnits.map(([text, x, y]) => <text key={text} x={x} y={y} class={`${lit(screen.left.unit === text)} unit`}>{text}</text>)}
      <rect x="318" y="284" width="80" height="62" rx="8" class={`${lit(true)} line thin`} />
      <Digits text={screen.lit ? screen.number : ''} n={2} x={331} y={292} size={0.640} />
      <text x="358" y="368" class={`${lit(inMenu)} small mid`}>SET</text>
      {rightWords.map(([text, x]) => <text key={text} x={x} y="264" class={`${word(screen.right.label, text)} small`}>{text}</text>)}
      <Digits text={screen.lit ? screen.right.text : ''} n={4} x={424} y={284} class={screen.blinking ? 'blink' : ''} />
      {rightUnits.map(([text, x, y]) => <text key={text} x={x} y={y} class={`${lit(screen.right.unit === text)} unit small`}>{text}</text>)}
    </svg>
  );
}
