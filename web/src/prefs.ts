// What this browser remembers: language and theme. Stored locally, never sent.
import { useEffect, useState } from 'preact/hooks';

export type Lang = 'en' | 'de' | 'zh';
export const languages: [Lang, string, string][] = [['en', 'English', 'EN'], ['de', 'Deutsch', 'DE'], ['zh', '中文', '中']];
export type Theme = 'auto' | 'light' | 'dark';
const read = (key: string) => { try { return localStorage.getItem(key); } catch { return null; } };
const write = (key: string, value: string) => { try { localStorage.setItem(key, value); } catch { /* private mode */ } };

export const prefs = {
  lang: languages.find(([code]) => code === (read('hearth.lang') ?? navigator.language.slice(0, 2)))?.[0] ?? 'en',
  theme: (read('hearth.theme') ?? 'auto') as Theme,
};
/** The language after this one. */
export const nextLang = () => languages[(languages.findIndex(([code]) => code === prefs.lang) + 1) % languages.length]!;
const listeners = new Set<() => void>();
function apply() {
  document.documentElement.lang = prefs.lang;
  document.documentElement.dataset.theme = prefs.theme;
  listeners.forEach((listener) => listener());
}
export function setLang(lang: Lang) { prefs.lang = lang; write('hearth.lang', lang); apply(); }
export function setTheme(theme: Theme) { prefs.theme = theme; write('hearth.theme', theme); apply(); }
apply();

export function usePrefs() {
  const [, tick] = useState(0);
  useEffect(() => { const listener = () => tick((n) => n + 1); listeners.add(listener); return () => { listeners.delete(listener); }; }, []);
  return prefs;
}
export const isDark = () =>
  prefs.theme === 'dark' || (prefs.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
