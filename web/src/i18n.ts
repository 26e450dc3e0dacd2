// Texts: [English, German, Chinese]. A key that is missing shows itself, which a test looks for.
import { prefs, type Lang } from './prefs';
import { inverterTexts } from './texts/inverter';
import { codeNames, settingTitles } from './texts/offgrid';
import { siteTexts } from './texts/site';
import { guideTexts, toolTexts } from './texts/tools';
import { zhTexts } from './texts/zh';

const column: Record<Lang, number> = { en: 0, de: 1, zh: 2 };
const texts: Record<string, string[]> = { ...toolTexts, ...inverterTexts };
for (const key in siteTexts) texts[key] = [...siteTexts[key]!, zhTexts[key] ?? `⟦${key}⟧`];

export function t(key: string, values: Record<string, string | number> = {}): string {
  let out = texts[key]?.[column[prefs.lang]] ?? `⟦${key}⟧`;
  for (const [name, value] of Object.entries(values)) out = out.replace(`{${name}}`, String(value));
  return out;
}
/** What the site tells in English, in the reader's language; what nobody translated stays so. */
const told = (texts: Record<string, [string, string]>, key: string, english: string): string => (prefs.lang === 'en' ? english : texts[key]?.[column[prefs.lang] - 1] ?? english);
export const guideStep = (english: string): string => told(guideTexts, english, english);
export const settingTitle = (setting: { name: string; title: string }): string => told(settingTitles, setting.name, setting.title);
export const codeName = (code: { kind: string; code: string; name: string }): string => told(codeNames, `${code.kind} ${code.code}`, code.name);
/** A word of the contract (state, stage) in the reader's language; unknown words stay as they are. */
export const word = (prefix: string, value: string | null): string =>
  value === null ? '—' : texts[`${prefix}_${value}`] ? t(`${prefix}_${value}`) : value;
