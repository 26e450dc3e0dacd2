// The inverter's segment display as /api/panel/inverter tells it, and its four keys.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, post, Refused, type Trial } from '../api';

export type KeyName = 'UP' | 'DOWN' | 'ESC' | 'ENTER';
export const keyNames: KeyName[] = ['UP', 'DOWN', 'ESC', 'ENTER'];
export interface Side { text: string; label: string; unit: string; quantity: string }
export interface LcdScreen {
  lit: boolean; mode: 'pages' | 'settings' | 'editing'; page: number; pages: number; number: string; left: Side; right: Side; blinking: boolean;
  icons: string[]; flashing: string[]; arrows: number[]; setting: { no: number; name: string; title: string } | null;
}
export interface LcdLamp { id: string; label: string; colour: string; state: 'off' | 'on' | 'flash'; half_ms: number }
export interface Code { code: string; kind: 'fault' | 'alarm'; name: string; advice: string }
export interface Written { name: string; result: Trial['result']; reason: string }
export interface LcdModel {
  product: string; name: string; screen: LcdScreen; lamps: LcdLamp[]; keys_down: KeyName[]; codes: Code[]; write: Written | null; trial: Trial | null; phase_ms: number;
  buzzer: { rhythm: 'off' | 'alarm' | 'fault' | 'reminder'; muted: boolean; reminded_ms_ago: number | null };
}

const LOOK_MS = 500;
const LOOK_HELD_MS = 150; // a key that is held: the menu opens, values run
const PATH = '/api/panel/inverter';

/** The display's clock, one for the page: everything that flashes does so in one phase. */
let phaseBase: number | null = null;
export const flashDelay = (periodMs: number) => `${-(((phaseBase ?? 0) + performance.now()) % periodMs)}ms`;

export function useLcd() {
  const [model, setModel] = useState<LcdModel | null>(null);
  const [absent, setAbsent] = useState('');
  const [refusal, setRefusal] = useState('');
  const [held, setHeld] = useState<KeyName[]>([]);
  const asked = useRef(0), shown = useRef(0); // answers that come late do not undo newer ones
  const take = useCallback((next: LcdModel, mine: number) => {
    if (mine < shown.current) return;
    shown.current = mine;
    phaseBase ??= next.phase_ms - performance.now();
    setModel(next);
  }, []);
  const look = useCallback(async () => {
    const mine = ++asked.current;
    try {
      take(await get<LcdModel>(PATH), mine);
    } catch (error) {
      if (error instanceof Refused && [404, 409].includes(error.problem.status)) setAbsent(error.problem.detail);
    }
  }, [take]);
  useEffect(() => {
    void look();
    const timer = setInterval(() => { if (!document.hidden) void look(); }, held.length ? LOOK_HELD_MS : LOOK_MS);
    return () => clearInterval(timer);
  }, [look, held.length > 0]);

  const queue = useRef(Promise.resolve()); // keys arrive in the order they were moved
  const move = useCallback((key: KeyName, action: 'down' | 'up' | 'cancel') => {
    queue.current = queue.current.then(async () => {
      const mine = ++asked.current;
      try {
        take(await post<LcdModel>(PATH, { key, action }), mine);
        if (action === 'down') setRefusal('');
      } catch (error) { setRefusal(error instanceof Refused ? error.problem.detail : String(error)); }
    });
  }, [take]);
  const down = useRef(new Set<KeyName>());
  const press = useCallback((key: KeyName) => {
    if (down.current.has(key)) return;
    down.current.add(key);
    setHeld([...down.current]);
    move(key, 'down');
  }, [move]);
  const letGo = useCallback((key: KeyName, action: 'up' | 'cancel') => {
    if (!down.current.delete(key)) return;
    setHeld([...down.current]);
    move(key, action);
  }, [move]);
  const release = useCallback((key: KeyName) => letGo(key, 'up'), [letGo]);
  const cancel = useCallback((key: KeyName) => letGo(key, 'cancel'), [letGo]); // the hand was taken away: no press
  useEffect(() => () => { for (const key of [...down.current]) cancel(key); }, [cancel]);
  return { model, absent, refusal, held, press, release, cancel };
}
