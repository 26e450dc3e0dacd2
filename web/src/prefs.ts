// What this browser remembers: language and theme. Stored locally, never sent.
import { useEffect, useState } from 'preact/hooks';

export type Lang = 'en' | 'de';
export type Theme = 'auto' | 'light' | 'dark';
const read = (key: string) => { try { return localStorage.getItem(key); } catch { return null; } };
const write = (key: string, value: string) => { try { localStorage.setItem(key, value); } catch { /* private mode */ } };

export const prefs = {
  lang: (read('hearth.lang') ?? (navigator.language.startsWith('de') ? 'de' : 'en')) as Lang,
  theme: (read('hearth.theme') ?? 'auto') as Theme,
};
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
