// The energy picture: five places, four lines, dots that run as fast as the power flows.
import { useEffect, useRef } from 'preact/hooks';
import { charge, power } from './format';
import { t } from './i18n';

export interface Flows { pv: number | null; grid: number | null; battery: number | null; load: number | null; soc: number | null; gridPresent: boolean | null; inverter: string }
interface Line { id: string; x: number; y: number; power: number; tone: string }

const HUB = { x: 236, y: 214 };
const R = 56, R_HUB = 27, QUIET_W = 15;
const places = { pv: { x: 236, y: 60 }, grid: { x: 60, y: 214 }, home: { x: 412, y: 214 }, battery: { x: 236, y: 368 } };

/** Positive power runs from the place to the hub. */
function linesOf(flows: Flows): Line[] {
  return [
    { id: 'pv', ...places.pv, power: flows.pv ?? 0, tone: 'pv' },
    { id: 'grid', ...places.grid, power: flows.grid ?? 0, tone: 'grid' },
    { id: 'battery', ...places.battery, power: flows.battery ?? 0, tone: 'battery' },
    { id: 'home', ...places.home, power: -(flows.load ?? 0), tone: 'home' },
  ];
}

function ends(line: Line) {
  const dx = HUB.x - line.x, dy = HUB.y - line.y, length = Math.hypot(dx, dy);
  const ux = dx / length, uy = dy / length;
  return { x1: line.x + ux * R, y1: line.y + uy * R, x2: HUB.x - ux * R_HUB, y2: HUB.y - uy * R_HUB };
}

const DOTS = 3;
function useDots(lines: Line[]) {
  const group = useRef<SVGGElement>(null);
  const now = useRef(lines);
  now.current = lines;
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const phase: Record<string, number> = {};
    let frame = 0, before = performance.now();
    const step = (at: number) => {
      const dt = Math.min(0.1, (at - before) / 1000);
      before = at;
      now.current.forEach((line, i) => {
        const active = Math.abs(line.power) > QUIET_W;
        const speed = 0.12 + 0.5 * Math.min(1, Math.abs(line.power) / 5000);
        phase[line.id] = ((phase[line.id] ?? 0) + speed * dt) % 1;
        const { x1, y1, x2, y2 } = ends(line);
        for (let k = 0; k < DOTS; k++) {
          const dot = group.current?.children[i * DOTS + k] as SVGCircleElement | undefined;
          const along = (phase[line.id]! + k / DOTS) % 1;
          const s = line.power > 0 ? along : 1 - along;
          dot?.setAttribute('cx', String(x1 + (x2 - x1) * s));
          dot?.setAttribute('cy', String(y1 + (y2 - y1) * s));
          dot?.setAttribute('opacity', active ? String(Math.min(1, 6 * Math.min(along, 1 - along))) : '0');
        }
      });
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, []);
  return group;
}

function Place({ at, tone, icon, value, label, word, ring }: { at: { x: number; y: number }; tone: string; icon: string; value: [string, string]; label: string; word: string; ring?: number | null }) {
  const circumference = 2 * Math.PI * R;
  return (
    <g class={`place ${tone}`} transform={`translate(${at.x} ${at.y})`}>
      <circle r={R} class="disc" />
      {ring === undefined ? <circle r={R} class="rim" /> : (
        <>
          <circle r={R} class="rim faint" />
          {ring !== null && <circle r={R} class="rim soc" stroke-dasharray={`${(ring / 100) * circumference} ${circumference}`} transform="rotate(-90)" />}
        </>
      )}
      <path d={icon} class="glyph" transform="translate(-11 -41) scale(0.92)" />
      <text class="value" y="8">{value[0]}<tspan class="unit" dx="3">{value[1]}</tspan></text>
      <text class="label" y="25">{label}</text>
      <text class="word" y="38">{word}</text>
    </g>
  );
}

const glyphs = {
  pv: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  grid: 'M9 21 12 3l3 18M7 8h10M6 12h12M10 15l4 3M14 15l-4 3',
  home: 'M4 11.5 12 5l8 6.5M6 10v9h12v-9M10 19v-5h4v5',
  battery: 'M5 7.5h14v11H5zM9 5.5h6M12 10l-2 3.2h4L12 16.5',
};

export function Flow({ flows, isStale }: { flows: Flows; isStale: boolean }) {
  const lines = linesOf(flows);
  const dots = useDots(isStale ? lines.map((line) => ({ ...line, power: 0 })) : lines);
  const gridWord = flows.gridPresent === false ? t('no_grid') : flows.grid === null ? '' : flows.grid > QUIET_W ? t('buying') : flows.grid < -QUIET_W ? t('selling') : t('idle');
  const batteryWord = flows.battery === null ? '' : flows.battery > QUIET_W ? t('discharging') : flows.battery < -QUIET_W ? t('charging') : t('idle');
  const pvWord = flows.pv === null ? '' : flows.pv > QUIET_W ? t('producing') : t('night');
  const say = (name: string, value: number | null, what: string) => `${name}: ${power(value).join(' ')} ${what}`;
  const words = [say(t('pv'), flows.pv, pvWord), say(t('grid'), flows.grid, gridWord), say(t('battery'), flows.battery, `${batteryWord}, ${charge(flows.soc)}`), say(t('home'), flows.load, '')];
  return (
    <svg class="flow" viewBox="0 0 472 428" role="img" aria-label={words.join('. ')}>
      {lines.map((line) => {
        const e = ends(line), active = Math.abs(line.power) > QUIET_W;
        const width = active ? 2 + 3.5 * Math.min(1, Math.abs(line.power) / 5000) : 1.5;
        const towards = line.power > 0;
        const mx = (e.x1 + e.x2) / 2, my = (e.y1 + e.y2) / 2;
        const angle = (Math.atan2(e.y2 - e.y1, e.x2 - e.x1) * 180) / Math.PI + (towards ? 0 : 180);
        return (
          <g key={line.id} class={`line ${line.tone} ${active ? 'active' : ''}`} data-flow={active ? (towards ? 'in' : 'out') : 'none'} data-line={line.id}>
            <line {...e} stroke-width={width} />
            {active && <path class="arrow" d="M-4-5 4 0-4 5" transform={`translate(${mx} ${my}) rotate(${angle})`} />}
          </g>
        );
      })}
      <g ref={dots} class="dots">
        {lines.flatMap((line) => Array.from({ length: DOTS }, (_, k) => <circle key={line.id + k} class={line.tone} r="4.2" opacity="0" />))}
      </g>
      <g class="hub" transform={`translate(${HUB.x} ${HUB.y})`}>
        <rect x={-R_HUB} y={-R_HUB} width={2 * R_HUB} height={2 * R_HUB} rx="14" />
        <path class="glyph" d="M-9 2c3-9 6-9 9 0s6 9 9 0" />
        <title>{t('inverter')}: {flows.inverter}</title>
      </g>
      <Place at={places.pv} tone="pv" icon={glyphs.pv} value={power(flows.pv)} label={t('pv')} word={pvWord} />
      <Place at={places.grid} tone="grid" icon={glyphs.grid} value={power(flows.grid)} label={t('grid')} word={gridWord} />
      <Place at={places.home} tone="home" icon={glyphs.home} value={power(flows.load)} label={t('home')} word="" />
      <Place at={places.battery} tone="battery" icon={glyphs.battery} value={power(flows.battery)} label={flows.soc === null ? t('battery') : `${charge(flows.soc)}`} word={batteryWord} ring={flows.soc} />
    </svg>
  );
}
