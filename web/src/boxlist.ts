// The kept black boxes: asked for again when a protection or fault was told.
import { useEffect, useState } from 'preact/hooks';
import { get, type SiteEvent } from './api';
import { useLive } from './live';

export interface Box { id: number; device: string; trip: number; code: string; name: string; at_ms: number; samples: number }
export interface BoxData extends Box {
  time_s: number[]; current_a: number[]; voltage_v: number[]; cell_min_v: number[]; cell_max_v: number[]; soc_pct: number[]; cells_v: number[][];
}
const stops = (event: SiteEvent) => event.active && (event.kind === 'protection' || event.kind === 'fault') && event.device.startsWith('pack');

export function useBoxes(): Box[] | null {
  const { events } = useLive();
  const [boxes, setBoxes] = useState<Box[] | null>(null);
  const newest = events.find(stops)?.id ?? 0;
  useEffect(() => {
    get<{ boxes: Box[] }>('/api/blackbox').then((answer) => setBoxes(answer.boxes), () => undefined);
  }, [newest]);
  return boxes;
}

/** The box of an event: of the same pack and moment (rows that trip together share one). */
export const boxFor = (boxes: Box[] | null, event: SiteEvent): Box | undefined =>
  stops(event) ? boxes?.find((box) => box.device === event.device && box.at_ms === event.at_ms) : undefined;
