// Numbers and times for people. What is not known is a dash, never a zero.
import { prefs } from './prefs';

const locale = () => ({ en: 'en-GB', de: 'de-DE', zh: 'zh-CN' })[prefs.lang];
export const DASH = '—';

export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const shown = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
  return shown.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace('-', '−');
}
export const unit = (value: number | null | undefined, decimals: number, u: string) =>
  value === null || value === undefined ? DASH : `${fixed(value, decimals)} ${u}`;

/** A state of charge in whole percent, rounded down as the battery's own screen and wires do. */
export const charge = (value: number | null | undefined) => unit(value === null || value === undefined ? value : Math.floor(value + 1e-6), 0, '%');

/** 640 W, 3.24 kW: number and unit apart, so that they can be set differently. */
export function power(watts: number | null): [string, string] {
  if (watts === null) return [DASH, ''];
  const abs = Math.abs(watts);
  return abs < 1000 ? [fixed(abs, 0), 'W'] : [fixed(abs / 1000, abs < 9995 ? 2 : 1), 'kW'];
}
export const kwh = (value: number | null): [string, string] => {
  if (value === null) return [DASH, ''];
  return Math.abs(value) >= 10_000 ? [fixed(value / 1000, 1), 'MWh'] : [fixed(value, value >= 1000 ? 0 : value >= 100 ? 1 : 2), 'kWh'];
};
export function money(value: number | null, currency: string | undefined): string {
  if (value === null) return DASH;
  try {
    return value.toLocaleString(locale(), { style: 'currency', currency: currency || 'EUR' });
  } catch { return `${fixed(value, 2)} ${currency}`; }
}

type DateParts = Intl.DateTimeFormatOptions;
export const dateTime = (ms: number, zone: string | undefined, parts: DateParts) =>
  new Intl.DateTimeFormat(locale(), { timeZone: zone || 'UTC', ...parts }).format(new Date(ms));
export const clock = (ms: number, zone?: string) => dateTime(ms, zone, { hour: '2-digit', minute: '2-digit', hour12: false });
export const clockS = (ms: number, zone?: string) => dateTime(ms, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
export const dayName = (ms: number, zone?: string) => dateTime(ms, zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });

/** Calendar day "2026-06-01" of a time in a zone. */
export function dayOf(ms: number, zone?: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone || 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(new Date(ms));
}
/** UTC of local midnight of a calendar day in a zone. */
export function midnight(day: string, zone?: string): number {
  const guess = Date.parse(`${day}T00:00:00Z`);
  let at = guess;
  for (let i = 0; i < 3; i++) at = guess - offset(at, zone);
  return at;
}
function offset(ms: number, zone?: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone || 'UTC', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(new Date(ms));
  const n = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) - Math.floor(ms / 1000) * 1000;
}
export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}
