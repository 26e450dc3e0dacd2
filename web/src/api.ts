// The contract with the daemon: /openapi.json. Every refusal arrives as a Problem.
export interface Problem { title: string; status: number; detail: string; field?: string; value?: string; allowed?: string }
export class Refused extends Error {
  constructor(public problem: Problem) { super(problem.detail); }
}

export type Value = number | string | boolean | string[] | null;
export type Points = Record<string, Value>;
export interface SiteEvent { id: number; at_ms: number; device: string; kind: string; code: string; active: boolean; text: string }
export interface About { name?: string; timezone?: string; currency?: string; simulated: boolean; version: string; now_ms: number }
export interface Auth { state: 'setup' | 'login' | 'in'; role: string | null; may_read: boolean; may_simulate: boolean; may_write: boolean; needs_code: boolean; accounts: string[] }
export interface Setting {
  name: string; title: string; type: string; options: string[]; unit: string; effect: string; applies: string;
  access: string; writable: boolean; value: string; default: string; min: string; max: string; step: string; silent?: boolean; warning?: string; sent?: boolean;
}
export interface Trial { result: 'accepted' | 'warned' | 'refused'; reason: string }
export interface Knob { name: string; title: string; type: string; options: string[]; unit: string; min: number; max: number; step: number; value: string }
export interface Series { mean: (number | null)[]; min: (number | null)[]; max: (number | null)[] }
export interface History { from_s: number; step_s: number; count: number; points: Record<string, Series> }
export type EnergyKey = 'pv_kwh' | 'load_kwh' | 'bought_kwh' | 'sold_kwh' | 'charged_kwh' | 'discharged_kwh' | 'cost';
export type EnergyRow = { period: string } & Record<EnergyKey, number | null>;

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const json = await answer.json().catch(() => null);
  if (!answer.ok) {
    throw new Refused(json ?? { title: answer.statusText, status: answer.status, detail: answer.statusText });
  }
  return json as T;
}
export const get = <T>(path: string) => call<T>('GET', path);
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body);
export const post = <T>(path: string, body: unknown) => call<T>('POST', path, body);

export const reason = (error: unknown) => (error instanceof Refused ? error.problem.detail : String(error));
