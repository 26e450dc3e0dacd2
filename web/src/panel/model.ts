// A pack's front panel as /api/panel tells it, asked for once a second while it can be seen.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, post, Refused } from '../api';

export type ItemKind = 'splash' | 'icon' | 'value' | 'stop' | 'warn' | 'list' | 'choice' | 'button' | 'tool' | 'link' | 'option' | 'key';
export interface Item { id: string; kind: ItemKind; label: string; text: string; unit: string; hint: string; touchable: boolean; focused: boolean; on: boolean }
export interface Screen {
  lit: boolean; page: string; title: string; language: string; window: 'none' | 'list' | 'password'; window_title: string;
  message: string; typed: number; wait_s: number; items: Item[];
}
export interface PanelLamp { id: string; label: string; colour: string; pattern: string; lit: boolean }
export interface PanelModel { device: string; product: string; name: string; family: string; display: string; screen: Screen; lamps: PanelLamp[]; phase_ms: number; touched?: boolean }
export interface Touch { touch?: string; argument?: string; key?: string }

const POLL_MS = 1000;

/** The lamps' clock: one for the whole page, so that all flash in step. */
let phaseBase: number | null = null;
export const lampPhase = () => (phaseBase === null ? 0 : phaseBase + performance.now());

export function usePanel(device: string) {
  const [model, setModel] = useState<PanelModel | null>(null);
  const [absent, setAbsent] = useState(false);
  const [refusal, setRefusal] = useState('');
  const place = useRef<HTMLDivElement>(null);
  const turn = useRef(0); // answers that come late do not undo newer ones

  const take = useCallback((next: PanelModel, mine: number) => {
    if (mine < turn.current) return;
    turn.current = mine;
    phaseBase ??= next.phase_ms - performance.now();
    setModel(next);
  }, []);
  const asked = useRef(0);
  const look = useCallback(async () => {
    const mine = ++asked.current;
    try {
      take(await get<PanelModel>(`/api/panel/${device}`), mine);
    } catch (error) {
      if (error instanceof Refused && (error.problem.status === 409 || error.problem.status === 404)) setAbsent(true);
    }
  }, [device, take]);

  useEffect(() => {
    setModel(null); setAbsent(false); setRefusal('');
    turn.current = 0; asked.current = 0;
    let seen = true;
    const watch = new IntersectionObserver((entries) => { seen = entries.some((entry) => entry.isIntersecting); if (seen) void look(); });
    if (place.current) watch.observe(place.current);
    void look();
    const timer = setInterval(() => { if (seen && !document.hidden) void look(); }, POLL_MS);
    return () => { clearInterval(timer); watch.disconnect(); };
  }, [device, look]);

  const queue = useRef(Promise.resolve()); // digits arrive in the order they were typed
  const once = useCallback(async (what: Touch) => {
    const mine = ++asked.current;
    try {
      take({ ...await post<PanelModel>(`/api/panel/${device}`, what), touched: true }, mine);
      setRefusal('');
    } catch (error) {
      const problem = error instanceof Refused ? error.problem : null;
      // a wrong password is told by the panel itself
      setRefusal(problem === null || [401, 403].includes(problem.status) ? (problem?.detail ?? String(error)) : '');
      await look();
    }
  }, [device, look, take]);
  const touch = useCallback((what: Touch) => {
    queue.current = queue.current.then(() => once(what));
    return queue.current;
  }, [once]);

  return { model, absent, refusal, touch, place };
}
