// The live values: one EventSource for the whole page, re-rendered at most four times a second.
// A silent connection is a lost one: values are never shown as fresh when nothing arrives.
import { useEffect, useState } from 'preact/hooks';
import type { Points, SiteEvent } from './api';

export type Status = 'connecting' | 'live' | 'lost';
const SILENT_MS = 6_000;
const FORGET_MS = 60_000;
const RENDER_MS = 250;

class Live {
  points: Points = {};
  events: SiteEvent[] = [];
  status: Status = 'connecting';
  lastAt = 0;
  nowMs: number | null = null;
  private source: EventSource | null = null;
  /** Called with each tick of the site's clock. */
  takers = new Set<(points: Points, nowMs: number) => void>();
  private listeners = new Set<() => void>();
  private pending = 0;
  private retry = 0;

  start() {
    if (this.source) return;
    this.open();
    setInterval(() => this.watch(), 1000);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.status === 'lost') this.open();
    });
  }
  restart() { if (this.source) this.open(); }

  private open() {
    this.source?.close();
    clearTimeout(this.retry);
    const source = new EventSource('/api/stream');
    this.source = source;
    const heard = (merge: (data: string) => void) => (message: MessageEvent) => {
      this.lastAt = Date.now();
      this.status = 'live';
      merge(message.data);
      this.changed();
    };
    source.addEventListener('snapshot', heard((data) => { this.points = JSON.parse(data); }));
    source.addEventListener('points', heard((data) => { this.points = { ...this.points, ...JSON.parse(data) }; }));
    source.addEventListener('event', heard((data) => { this.events = [JSON.parse(data), ...this.events].slice(0, 200); }));
    source.addEventListener('clock', heard((data) => {
      this.nowMs = JSON.parse(data).now_ms;
      if (this.nowMs !== null) for (const take of this.takers) take(this.points, this.nowMs);
    }));
    source.onerror = () => {
      this.lose();
      if (source.readyState === EventSource.CLOSED) this.retry = window.setTimeout(() => this.open(), 3000);
    };
  }
  private lose() {
    if (this.status !== 'lost') { this.status = 'lost'; this.changed(); }
  }
  private watch() {
    if (this.status === 'live' && Date.now() - this.lastAt > SILENT_MS) { this.lose(); this.open(); }
    if (this.status === 'lost' && this.lastAt && Date.now() - this.lastAt > FORGET_MS && Object.keys(this.points).length) {
      this.points = {};
      this.changed();
    }
  }
  private changed() {
    if (this.pending) return;
    this.pending = window.setTimeout(() => { this.pending = 0; this.listeners.forEach((listener) => listener()); }, RENDER_MS);
  }
  subscribe(listener: () => void) {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }
}
export const live = new Live();

/** Re-renders when values, events or the connection change. */
export function useLive(): Live {
  const [, tick] = useState(0);
  useEffect(() => live.subscribe(() => tick((n) => n + 1)), []);
  return live;
}

export const num = (points: Points, name: string): number | null => {
  const value = points[name];
  return typeof value === 'number' ? value : null;
};
export const text = (points: Points, name: string): string | null => {
  const value = points[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
export const flag = (points: Points, name: string): boolean | null => {
  const value = points[name];
  return typeof value === 'boolean' ? value : typeof value === 'number' ? value !== 0 : null;
};
export const list = (points: Points, name: string): string[] | null => {
  const value = points[name];
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(/[ ,]+/).filter(Boolean) : null;
};
