// SPDX-License-Identifier: Apache-2.0
// The battery page beyond its figures: the stack, silent packs, event memory, black boxes, knobs.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { api, expect, open, PASSWORD, PHONE, turn, until } from './specs.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(path.join(root, 'web/package.json'));
const TOOLS = 'correct tools';

async function axeHere(page, axe) {
  await page.evaluate(await readFile(axe, 'utf8'));
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  const found = result.violations.map((v) => `${v.id}: ${v.nodes.map((node) => `${node.target} ${node.failureSummary?.split('\n')[1] ?? ''}`).slice(0, 3).join(' | ')}`);
  expect(found.length === 0, found.join('\n'));
}
const fits = async (page) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, `scrolls sideways by ${wide} px`);
};
const points = (page, prefix) => api(page, 'GET', `/api/points?prefix=${prefix}`).then((answer) => answer.json);

/** The page's own advice, on points of ours. */
async function advice(page, name, given) {
  const { buildSync } = require('esbuild');
  const built = buildSync({ entryPoints: [path.join(root, 'web/src/advice.ts')], bundle: true, write: false, format: 'iife', globalName: 'advice', jsx: 'automatic', jsxImportSource: 'preact', nodePaths: [path.join(root, 'web/node_modules')] });
  return page.evaluate(`(() => { ${built.outputFiles[0].text}; return advice.${name}(${JSON.stringify(given)}); })()`);
}
async function installer(page) {
  await api(page, 'POST', '/api/auth/setup', { password: PASSWORD });
  await api(page, 'POST', '/api/auth/login', { role: 'owner', password: PASSWORD });
  await api(page, 'PUT', '/api/auth/password', { role: 'installer', password: TOOLS });
  const answer = await api(page, 'POST', '/api/auth/login', { role: 'installer', password: TOOLS });
  expect(answer.status === 200, `installer: ${JSON.stringify(answer.json)}`);
  await page.reload();
  await page.locator('main h1').waitFor();
}
/** A protection of pack 1 by a hot sensor, and its black box. */
async function trip(page) {
  const before = (await api(page, 'GET', '/api/blackbox')).json.boxes.length;
  await turn(page, { 'sensor.pack1.temperature_1_c': 85 });
  await until('a black box', async () => (await api(page, 'GET', '/api/blackbox')).json.boxes.length > before, 20000);
  await turn(page, { 'sensor.pack1.temperature_1_c': null });
}
const stack = { 'battery.packs_known': 3, 'battery.pack_count': 3, 'battery.partial': false, 'battery.join_voltage_v': 52.9, 'battery.join_window_v': 0.992 };
const pack = (n, more = {}) => Object.fromEntries(Object.entries({ link: 'online', joined: true, voltage_v: 52.9, address: n, warnings: [], ...more }).map(([key, value]) => [`pack${n}.${key}`, value]));
const fakeRecord = (sequence) => ({ sequence, at_ms: 1780300000000 + sequence * 1000, event: 'COCP set', text: `Record ${sequence}`, state: 'charge', current_a: 1, voltage_v: 52, soc_pct: 50, cells_v: [3.3, 3.31], temperatures_c: [], protections: ['COCP'], faults: [], alarms: [] });

export const batterySpecs = [
  { name: 'advice says what is the matter and what to do meanwhile', run: async ({ page, url }) => {
    await open(page, url, 'battery');
    const all = { ...stack, ...pack(1), ...pack(2), ...pack(3) };
    expect((await advice(page, 'stackAdvice', all)).length === 0, 'nothing to say of a whole stack');
    const [low] = await advice(page, 'stackAdvice', { ...all, ...pack(3, { joined: false, voltage_v: 51.2 }) });
    expect(low.text === 'Pack 3 is at 51.2 V, the stack at 52.9 V. It joins by itself within 1.0 V. Until then: let the others discharge, or charge this pack alone to 52.4 V.', low.text);
    const [high] = await advice(page, 'stackAdvice', { ...all, ...pack(3, { joined: false, voltage_v: 55 }) });
    expect(/let the others charge, or discharge this pack alone to 53\.4 V\./.test(high.text), high.text);
    expect((await advice(page, 'stackAdvice', { ...all, ...pack(3, { joined: false, voltage_v: 52.5 }) })).length === 0, 'a pack about to join is no news');
    const [part] = await advice(page, 'stackAdvice', { ...all, 'battery.partial': true, 'battery.pack_count': 1, ...pack(2, { link: 'asleep' }), ...pack(3, { link: 'silent' }) });
    expect(part.title === '1 of 3 packs are in the totals' && /Pack 2 sleeps/.test(part.text) && /Pack 3 does not answer/.test(part.text) && /Meanwhile/.test(part.text), JSON.stringify(part));
    const [none] = await advice(page, 'stackAdvice', { ...all, 'battery.partial': true, 'battery.pack_count': 0 });
    expect(none.tone === 'bad' && /No pack is in the totals/.test(none.text), JSON.stringify(none));
    const [twice] = await advice(page, 'stackAdvice', { ...all, 'battery.address_conflict': true, ...pack(3, { address: 2 }) });
    expect(/Pack 2, Pack 3 both say 2\./.test(twice.text) && /RST for 7 s/.test(twice.text), twice.text);
    const [other] = await advice(page, 'stackAdvice', { ...all, 'battery.mixed': true });
    expect(/another model/.test(other.title), other.title);
    const warnings = await advice(page, 'warningAdvice', { ...all, ...pack(2, { warnings: ['weak cell 7', 'connection 3', 'self-discharge 16', 'something new 1'] }) });
    expect(warnings.length === 4 && /Pack 2: cell 7 is weaker/.test(warnings[0].title) && /something new/.test(warnings[3].title), JSON.stringify(warnings));
  } },
  { name: 'a sleeping pack is asleep; its values are old, never fresh and never zero', context: { colorScheme: 'light' }, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    await until('pack 2 is heard', async () => (await points(page, 'pack2.voltage'))['pack2.voltage_v'] !== null);
    await turn(page, { 'pack2.switch': 'off' });
    try {
      await until('the button says it', async () => /Asleep/.test(await page.getByRole('group', { name: 'Packs' }).getByRole('button', { name: /Pack 2/ }).innerText()), 30000);
      expect((await points(page, 'pack2.voltage'))['pack2.voltage_v'] === null, 'no live value of a sleeping pack');
      await page.getByRole('button', { name: /Pack 2/ }).click();
      await until('the note with an age', async () => /The pack sleeps\. Its values are from \d\d:\d\d, .* ago\./.test(await page.locator('.old-note').innerText()));
      const volts = await page.locator('.pack-main .stat', { hasText: 'Voltage' }).first().locator('dd').innerText();
      expect(/5\d\.\d/.test(volts), `the last voltage: ${volts}`);
      expect((await page.locator('.pack.is-old').count()) === 1, 'marked as old');
      await until('the stack is told as a part', async () => /1 of 2 packs/.test(await page.locator('.stack-count').innerText()), 30000);
      expect(/Pack 2 sleeps/.test(await page.locator('[data-advice=partial]').innerText()), 'what to do');
      await axeHere(page, axe);
      await shot('battery-asleep');
    } finally { await turn(page, { 'pack2.switch': 'on' }); }
    await until('it is back', async () => (await page.locator('.old-note').count()) === 0 && (await page.locator('[data-advice=partial]').count()) === 0, 30000);
  } },
  { name: 'early warnings are cards', context: { ...PHONE, colorScheme: 'dark' }, tolerate: ['stream', 'EventSource'], run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    const live = { ...(await points(page, '')), 'pack1.warnings': ['weak cell 7', 'connection 3'] };
    await page.route('**/api/stream', (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body: `event: snapshot\ndata: ${JSON.stringify(live)}\n\n` }));
    await page.reload();
    await until('two cards', async () => (await page.locator('[data-warning]').count()) === 2);
    expect(/cell 7 is weaker/.test(await page.locator('.warnings').innerText()), 'in words');
    await fits(page);
    await page.evaluate(() => document.querySelector('.shell').classList.remove('stale')); // our stream ends at once
    await axeHere(page, axe);
    await shot('phone-warnings');
  } },
  { name: 'an event leads to the minute before it', context: { colorScheme: 'dark' }, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'events');
    await trip(page);
    const link = page.getByRole('link', { name: /Black box pack1/ }).first();
    await link.waitFor({ timeout: 20000 });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('.box-shown .box-charts canvas').nth(1).waitFor();
    expect(/the minute before/.test(await page.locator('.box-shown h3').innerText()), 'its title');
    expect(/at the protection/.test(await page.locator('.box-values').innerText()), 'the values of the moment');
    expect(/Highest cell\s*\d\.\d{3} V/.test((await page.locator('.box-values').innerText()).replace(/\n/g, ' ')), 'cells in volts');
    await until('the cursor tells another moment', async () => {
      await page.locator('.box-charts .u-over').first().hover();
      return /\d s before/.test(await page.locator('.box-values').innerText());
    });
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.box-shown a[download]').click()]);
    expect((await readFile(await file.path(), 'utf8')).startsWith('time_s,current_a,voltage_v'), 'a CSV');
    await axeHere(page, axe);
    await shot('blackbox');
  } },
  { name: 'a black box on a phone; one that is gone is said', context: PHONE, tolerate: ['404'], run: async ({ page, url, shot }) => {
    await open(page, url, 'battery');
    if (!(await api(page, 'GET', '/api/blackbox')).json.boxes.length) await trip(page);
    await page.reload();
    await page.locator('.box-line a').first().tap();
    await page.locator('.box-shown canvas').nth(1).waitFor();
    await page.waitForTimeout(300);
    await fits(page);
    await shot('phone-blackbox');
    await page.goto(`${url}#/battery?box=999999`);
    await until('it is said', async () => /no such black box/.test(await page.locator('.memory .error', { hasText: /./ }).innerText()));
  } },
  { name: 'the event memory: words, a CSV, deleted by the installer after a question', tolerate: ['401', '403', '409', '422', 'ERR_INCOMPLETE'], run: async ({ page, url, shot }) => {
    await open(page, url, 'battery');
    if (!(await api(page, 'GET', '/api/records/pack1?max=1')).json.count) await trip(page);
    await page.locator('.records tbody tr').first().waitFor();
    expect(await page.getByRole('button', { name: 'Delete records' }).isDisabled(), 'not by just anybody');
    const refused = await api(page, 'DELETE', '/api/records/pack1');
    expect(refused.status === 401 || refused.status === 403, `refused: ${refused.status}`);
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.memory a[download*=records]').click()]);
    expect((await readFile(await file.path(), 'utf8')).startsWith('sequence,time,event,text'), 'a CSV');
    await installer(page);
    await page.getByRole('button', { name: 'Delete records' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    expect((await page.locator('.records tbody tr').count()) > 0, 'nothing was deleted yet');
    await page.getByRole('button', { name: 'Delete records' }).click();
    await shot('records-delete');
    await page.getByRole('button', { name: /^Delete \d+ records$/ }).click();
    await until('they are gone', async () => (await page.locator('.records tbody tr').count()) < 3);
  } },
  { name: '500 records stay light: 50 rows at a time', run: async ({ page, url }) => {
    await page.route('**/api/records/**', (route) => {
      const query = new URL(route.request().url()).searchParams;
      const from = Number(query.get('from') ?? 1), most = Number(query.get('max') ?? 100);
      const records = Array.from({ length: Math.max(0, Math.min(most, 501 - from)) }, (_, i) => fakeRecord(from + i));
      return route.fulfill({ json: { oldest: 1, newest: 500, count: 500, records, end: from + most > 500 } });
    });
    await open(page, url, 'battery');
    const rows = page.locator('.records tbody tr');
    await until('a page of rows', async () => (await rows.count()) === 50);
    expect(/Record 500/.test(await rows.first().innerText()), 'the newest first');
    const began = Date.now();
    for (let i = 1; i < 10; i++) {
      await page.getByRole('button', { name: 'Older', exact: true }).click();
      await until(`page ${i + 1}`, async () => new RegExp(`Record ${500 - 50 * i}$`, 'm').test(await rows.first().locator('th').innerText()));
    }
    expect(Date.now() - began < 8000, `nine pages took ${Date.now() - began} ms`);
    expect(await page.getByRole('button', { name: 'Older', exact: true }).isDisabled(), 'the end');
    expect(/451 to 500 of 500/.test(await page.locator('.pager').innerText()), 'where one is');
  } },
  { name: 'packs can be tampered with: switch, RST, address, cells, charge', run: async ({ page, url }) => {
    await open(page, url, 'simulation');
    const card = page.getByRole('region', { name: 'Pack 2' });
    await card.waitFor();
    await card.getByRole('combobox', { name: 'Weak cell in pack 2' }).selectOption('7');
    await until('it holds', async () => (await api(page, 'GET', '/api/simulation')).json.knobs.find((knob) => knob.name === 'pack2.weak_cell').value === '7');
    await card.getByRole('combobox', { name: 'Weak cell in pack 2' }).selectOption('none');
    await card.getByRole('group', { name: 'Hold RST of pack 2' }).getByRole('button', { name: '7s' }).click();
    await until('the finger goes', async () => (await api(page, 'GET', '/api/simulation')).json.knobs.find((knob) => knob.name === 'pack2.rst').value === 'none', 20000);
    await until('the pack tells of it', async () => (await api(page, 'GET', '/api/events?device=pack2&limit=20')).json.events.some((event) => event.code === 'reset'));
    const refused = await turn(page, { 'pack2.dip': '99' });
    expect(refused.status === 422, 'no such address');
  }, tolerate: ['422'] },
];
