// Parameters of a pack: what it holds, what this page holds, and files of them.
import { get, Refused } from '../../api';

export interface Parameter {
  name: string; page: 'setting' | 'config' | 'switch'; group: string; type: string; unit: string; file_unit: string;
  value: string; default: string; min: string; max: string; step: string; options: string[]; silent?: string[];
}
export interface Parameters { device: string; parameters: Parameter[]; written?: number; note?: string }
/** What the page holds where it is not what the pack holds. */
export type Edits = Record<string, string>;

export interface Desk { model: string; maker: string; version: string; serial: string; clock_ms: number | null; ahead_s: number | null; absent: string; wait_s: number }
export const readDesk = (n: number) => get<Desk>(`/api/packs/pack${n}`);

/** A pack that sleeps or is silent is not asked: why is said instead. */
export async function readParameters(n: number): Promise<Parameters> {
  const { absent } = await readDesk(n);
  if (absent) throw new Refused({ title: '', status: 409, detail: absent });
  return get<Parameters>(`/api/packs/pack${n}/parameters`);
}

const isNumber = (parameter: Parameter) => parameter.type === 'int' || parameter.type === 'decimal';
export const same = (parameter: Parameter, a: string, b: string) => a === b || (isNumber(parameter) && a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));

/** The page's value, and whether it differs from the pack's. */
export const shownOf = (parameter: Parameter, edits: Edits) => edits[parameter.name] ?? parameter.value;
export const differs = (parameter: Parameter, edits: Edits) => !same(parameter, shownOf(parameter, edits), parameter.value);

/** False for what the pack would refuse by its range; neighbours are the pack's to judge. */
export function allowed(parameter: Parameter, text: string): boolean {
  if (!isNumber(parameter)) return parameter.options.includes(text);
  if (!/^-?\d+(\.\d+)?$/.test(text.trim())) return false;
  const value = Number(text), min = Number(parameter.min), max = Number(parameter.max), step = Number(parameter.step);
  const steps = step > 0 ? (value - min) / step : 0;
  return value >= min - 1e-9 && value <= max + 1e-9 && Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** The page as a file: as host/monitor/params.h has it. */
export function fileOf(parameters: Parameter[], edits: Edits, cells: number): string {
  const lines = parameters.map((parameter) => `${parameter.name},${shownOf(parameter, edits)},${parameter.file_unit}`);
  return `# parameters of a battery, ${cells === 8 ? '8 cells' : '16 cells'}\n# parameter,value,unit\n${lines.join('\n')}\n`;
}

export function saveFile(name: string, text: string, type = 'text/csv') {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([text], { type }));
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
