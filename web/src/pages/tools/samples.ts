// Rows of the live table: kept in columns of numbers, so that a day of them is some megabytes. They
// come in with the site's clock as long as the page is open, whichever page is shown.
import { linkOf, packNumbers } from '../../advice';
import type { Points } from '../../api';
import { live, num } from '../../live';

export interface Sample { at_ms: number; pack: number; voltage: number; current: number; soc: number; high: number; low: number; mos: number }
const MOST = 500_000;
const WIDTH = 6; // numbers of a row beside time and pack
const nan = (value: number | null) => (value === null ? NaN : value);

class Samples {
  interval_s = 1;
  count = 0;
  private room = 0;
  private times = new Float64Array(0);
  private packs = new Uint8Array(0);
  private values = new Float32Array(0);
  private last_ms = -Infinity;
  private listeners = new Set<() => void>();
  private pending = 0;

  row(i: number): Sample {
    const [voltage, current, soc, high, low, mos] = this.values.subarray(i * WIDTH, (i + 1) * WIDTH);
    return { at_ms: this.times[i]!, pack: this.packs[i]!, voltage: voltage!, current: current!, soc: soc!, high: high!, low: low!, mos: mos! };
  }
  clear() { this.count = 0; this.tell(); }

  take(points: Points, now_ms: number) {
    const early = now_ms > this.last_ms && now_ms - this.last_ms < this.interval_s * 1000 - 500;
    if (early || now_ms === this.last_ms) return;
    this.last_ms = now_ms;
    for (const n of packNumbers(points)) if (linkOf(points, n) === 'online') this.add(points, n, now_ms);
    this.tell();
  }

  private add(points: Points, n: number, at_ms: number) {
    const of = (name: string) => num(points, `pack${n}.${name}`);
    if (of('voltage_v') === null) return;
    let high = of('cell_max_v'), low = of('cell_min_v');
    if (high === null || low === null) { // not every way of reading tells them
      const cells: number[] = [];
      for (let k = 1; k <= 24 && `pack${n}.cell_${k}_v` in points; k++) cells.push(nan(of(`cell_${k}_v`)));
      [high, low] = cells.length ? [Math.max(...cells), Math.min(...cells)] : [null, null];
    }
    this.grow();
    this.times[this.count] = at_ms;
    this.packs[this.count] = n;
    this.values.set([of('voltage_v'), of('current_a'), of('soc_pct'), high, low, of('mos_temperature_c')].map(nan), this.count * WIDTH);
    this.count++;
  }

  /** Room for one more; at the bound the older half goes. */
  private grow() {
    if (this.count < this.room) return;
    if (this.room >= MOST) {
      const half = this.room / 2;
      this.times.copyWithin(0, half);
      this.packs.copyWithin(0, half);
      this.values.copyWithin(0, half * WIDTH);
      this.count = half;
      return;
    }
    this.room = Math.min(MOST, Math.max(4096, this.room * 2));
    const [times, packs, values] = [this.times, this.packs, this.values];
    this.times = new Float64Array(this.room);
    this.packs = new Uint8Array(this.room);
    this.values = new Float32Array(this.room * WIDTH);
    this.times.set(times);
    this.packs.set(packs);
    this.values.set(values);
  }

  private tell() {
    if (this.pending) return;
    this.pending = window.setTimeout(() => { this.pending = 0; this.listeners.forEach((listener) => listener()); }, 200);
  }
  subscribe(listener: () => void) {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }
}
export const samples = new Samples();
live.takers.add((points, now_ms) => samples.take(points, now_ms));
