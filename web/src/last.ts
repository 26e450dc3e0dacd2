// Values of a pack that says nothing any more: the last ones, apart from the live ones, with their age.
import { useEffect, useState } from 'preact/hooks';
import type { Link } from './advice';
import { get, type Points, type Value } from './api';
import { t } from './i18n';

export interface Last { points: Points; at: number }
const AGAIN_MS = 10_000;

export function useLast(n: number, link: Link): Last | null {
  const [last, setLast] = useState<{ n: number; value: Last | null }>({ n, value: null });
  useEffect(() => {
    setLast({ n, value: null });
    if (link === 'online') return undefined;
    let gone = false;
    const load = () => get<Record<string, { value: Value; at_ms: number }>>(`/api/last?prefix=pack${n}.`).then((all) => {
      const points: Points = {};
      for (const name in all) points[name] = all[name]!.value;
      const at = Math.max(...Object.values(all).map((one) => one.at_ms));
      if (!gone) setLast({ n, value: Number.isFinite(at) ? { points, at } : null });
    }, () => undefined);
    void load();
    const timer = setInterval(() => { if (!document.hidden) void load(); }, AGAIN_MS);
    return () => { gone = true; clearInterval(timer); };
  }, [n, link]);
  return last.n === n ? last.value : null;
}

/** 40 s, 5 min, 3 h, 2 days. */
export function age(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 90) return t('age_s', { n: s });
  if (s < 90 * 60) return t('age_min', { n: Math.round(s / 60) });
  return s < 36 * 3600 ? t('age_h', { n: Math.round(s / 3600) }) : t('age_d', { n: Math.round(s / 86400) });
}
