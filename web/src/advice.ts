// What a person should know about the stack, and what to do meanwhile. Pure: points in, texts out.
import type { Points } from './api';
import { fixed } from './format';
import { t } from './i18n';
import { flag, list, num, text } from './live';

export interface Advice { id: string; tone: 'bad' | 'warn' | 'plain'; title: string; text: string }

export function packNumbers(points: Points): number[] {
  const found = new Set<number>();
  for (const name in points) {
    const match = /^pack(\d+)\./.exec(name);
    if (match) found.add(Number(match[1]));
  }
  return [...found].sort((a, b) => a - b);
}

export type Link = 'online' | 'asleep' | 'silent' | 'unknown';
/** How a pack is reached; one that says nothing of it counts by its state. */
export function linkOf(points: Points, n: number): Link {
  const told = text(points, `pack${n}.link`);
  if (told === 'online' || told === 'asleep' || told === 'silent') return told;
  return text(points, `pack${n}.state`) === null ? 'unknown' : 'online';
}

const names = (numbers: number[]) => numbers.map((n) => t('pack', { n })).join(', ');

function partial(points: Points): Advice[] {
  const known = num(points, 'battery.packs_known'), counted = num(points, 'battery.pack_count');
  if (flag(points, 'battery.partial') !== true || known === null || counted === null) return [];
  const packs = packNumbers(points);
  const asleep = packs.filter((n) => linkOf(points, n) === 'asleep'), silent = packs.filter((n) => linkOf(points, n) === 'silent');
  const parts = [
    asleep.length > 0 && t('part_asleep', { packs: names(asleep) }),
    silent.length > 0 && t('part_silent', { packs: names(silent) }),
    counted > 0 ? t('part_meanwhile') : t('part_none'),
  ];
  return [{ id: 'partial', tone: counted > 0 ? 'warn' : 'bad', title: t('part_title', { count: counted, known }), text: parts.filter(Boolean).join(' ') }];
}

function conflict(points: Points): Advice[] {
  if (flag(points, 'battery.address_conflict') !== true) return [];
  const owners = new Map<number, number[]>();
  for (const n of packNumbers(points)) {
    const address = num(points, `pack${n}.address`);
    if (address !== null) owners.set(address, [...(owners.get(address) ?? []), n]);
  }
  const twice = [...owners].find(([, packs]) => packs.length > 1);
  return [{ id: 'conflict', tone: 'bad', title: t('conflict_title'), text: `${twice ? `${t('conflict_who', { packs: names(twice[1]), address: twice[0] })} ` : ''}${t('conflict_do')}` }];
}

const mixed = (points: Points): Advice[] =>
  flag(points, 'battery.mixed') === true ? [{ id: 'mixed', tone: 'bad', title: t('mixed_title'), text: t('mixed_do') }] : [];

/** A pack that is too far from the stack's voltage to be connected. */
function waiting(points: Points): Advice[] {
  const stack = num(points, 'battery.join_voltage_v'), window = num(points, 'battery.join_window_v');
  return packNumbers(points).flatMap((n) => {
    const volts = num(points, `pack${n}.voltage_v`);
    if (flag(points, `pack${n}.joined`) !== false || linkOf(points, n) !== 'online' || volts === null || stack === null || window === null) return [];
    const gap = volts - stack;
    if (Math.abs(gap) <= window) return []; // it is about to
    const aim = stack + Math.sign(gap) * window / 2;
    const values = { pack: t('pack', { n }), volts: fixed(volts, 1), stack: fixed(stack, 1), window: fixed(window, 1), aim: fixed(aim, 1) };
    return [{ id: `join${n}`, tone: 'warn' as const, title: t('join_title', values), text: `${t('join_why', values)} ${t(gap < 0 ? 'join_low' : 'join_high', values)}` }];
  });
}

function fullCharge(points: Points): Advice[] {
  const asking = packNumbers(points).filter((n) => flag(points, `pack${n}.full_charge_request`) === true);
  return asking.length ? [{ id: 'full', tone: 'plain', title: t('full_title', { packs: names(asking) }), text: t('full_do') }] : [];
}

export const stackAdvice = (points: Points): Advice[] =>
  [...conflict(points), ...mixed(points), ...partial(points), ...waiting(points), ...fullCharge(points)];

const warningKeys: Record<string, string> = { 'weak cell': 'weak', connection: 'loose', 'self-discharge': 'leak' };

/** Early warnings of all packs: "weak cell 7" of pack 2 … */
export function warningAdvice(points: Points): Advice[] {
  return packNumbers(points).flatMap((n) => (list(points, `pack${n}.warnings`) ?? []).map((warning) => {
    const [, kind = warning, cell = '?'] = /^(.*) (\d+)$/.exec(warning) ?? [];
    const key = warningKeys[kind], values = { pack: t('pack', { n }), cell };
    return { id: `${n}-${warning}`, tone: 'plain' as const, title: key ? t(`warn_${key}`, values) : `${t('pack', { n })}: ${warning}`, text: key ? t(`warn_${key}_do`, values) : '' };
  }));
}
