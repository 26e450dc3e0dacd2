// SPDX-License-Identifier: Apache-2.0
// The battery's tools: parameters, live table and recordings, board, range of records, guide.
import { readFile } from 'node:fs/promises';
import { api, expect, open, PASSWORD, PHONE, turn, until } from './specs.mjs';

const TOOLS = 'correct tools';
const ADMIN = '123456'; // the manuals' default, of a pack nobody has changed
const TOLERATE = ['401', '403', '409', '422', '429', 'ERR_INCOMPLETE'];

export async function axeHere(page, axe) {
  await page.evaluate(await readFile(axe, 'utf8'));
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  const found = result.violations.map((v) => `${v.id}: ${v.nodes.map((node) => `${node.target} ${node.failureSummary?.split('\n')[1] ?? ''}`).slice(0, 3).join(' | ')}`);
  expect(found.length === 0, found.join('\n'));
}
export const fits = async (page) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, `scrolls sideways by ${wide} px`);
  expect(!(await page.locator('body').innerText()).includes('⟦'), 'shows a text key');
};
export async function login(page, role) {
  await api(page, 'POST', '/api/auth/setup', { password: PASSWORD });
  await api(page, 'POST', '/api/auth/login', { role: 'owner', password: PASSWORD });
  if (role === 'installer') await api(page, 'PUT', '/api/auth/password', { role, password: TOOLS });
  const answer = await api(page, 'POST', '/api/auth/login', { role, password: role === 'owner' ? PASSWORD : TOOLS });
  expect(answer.status === 200, `${role}: ${JSON.stringify(answer.json)}`);
  await page.reload();
  await page.locator('main h1').waitFor();
}
const view = async (page, url, name) => { await open(page, url, `battery/${name}`); await page.locator('.tool-card').first().waitFor(); };
const row = (page, name) => page.locator(`[data-parameter="${name}"]`);
const field = (page, name) => row(page, name).locator('input, select');
const held = async (page, name, n = 1) => (await api(page, 'GET', `/api/packs/pack${n}/parameters`)).json.parameters.find((one) => one.name === name).value;
async function administrator(page) {
  await page.getByLabel('Administrator password').fill(ADMIN);
  await page.keyboard.press('Enter');
  await page.locator('.admin-box.is-right').waitFor();
}
/** All of a pack as it was delivered, and nobody waiting for a password. */
async function asDelivered(page, n = 1) {
  const { json } = await api(page, 'GET', `/api/packs/pack${n}`);
  if (json.wait_s > 0) await until('the pack takes passwords again', async () => (await api(page, 'GET', `/api/packs/pack${n}`)).json.wait_s === 0, 40_000);
  expect((await api(page, 'POST', `/api/packs/pack${n}/defaults`, { password: ADMIN })).status === 200, 'defaults');
}

export const toolSpecs = [
  { name: 'every tool, light', context: { colorScheme: 'light' }, run: async ({ page, url, shot, axe }) => everyTool(page, url, shot, axe, 'desktop-light') },
  { name: 'every tool, dark', context: { colorScheme: 'dark' }, run: async ({ page, url, shot, axe }) => everyTool(page, url, shot, axe, 'desktop-dark') },
  { name: 'every tool on a phone, light', context: { ...PHONE, colorScheme: 'light' }, run: async ({ page, url, shot, axe }) => everyTool(page, url, shot, axe, 'phone-light') },
  { name: 'every tool on a phone, dark', context: { ...PHONE, colorScheme: 'dark' }, run: async ({ page, url, shot, axe }) => everyTool(page, url, shot, axe, 'phone-dark') },
  { name: 'parameters: nothing is written before Write; then all, in an order the pack takes', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await view(page, url, 'parameters');
    await field(page, 'Cell OV Alarm').fill('3.75');
    await field(page, 'Cell OV Protect').fill('3.8');
    expect((await page.locator('tr.is-changed').count()) === 2, 'two are marked');
    expect(await page.getByRole('button', { name: 'Write 2' }).isDisabled(), 'not without the password');
    await administrator(page);
    expect((await held(page, 'Cell OV Alarm')) === '3.650', 'the pack is as it was');
    await axeHere(page, axe);
    await shot('parameters-changed');
    await page.getByRole('button', { name: 'Write 2' }).click();
    await page.getByText('2 written; the pack has them now.').waitFor();
    expect((await held(page, 'Cell OV Protect')) === '3.800', 'both are there');
    expect((await page.locator('tr.is-changed').count()) === 0, 'nothing differs');
    await field(page, 'Cell OV Alarm').fill('3.6');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect((await field(page, 'Cell OV Alarm').inputValue()) === '3.750', 'undone');
    await asDelivered(page);
  } },
  { name: 'parameters: a range, a contradiction and a wrong password are said; nothing is written', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await view(page, url, 'parameters');
    await page.getByLabel('Administrator password').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('Wrong administrator password (1 in a row).').waitFor();
    await administrator(page);
    await field(page, 'Cell OV Alarm').fill('9');
    await page.getByText('1 not allowed: Cell OV Alarm').waitFor();
    expect(await page.getByRole('button', { name: 'Write 1' }).isDisabled(), 'out of range');
    await field(page, 'Cell OV Alarm').fill('3.75');
    await field(page, 'SOC Low Alarm').fill('20');
    await page.getByRole('button', { name: 'Write 2' }).click();
    await page.getByText(/must not be above Cell OV Protect \(3\.700 V\).*Nothing was written/).waitFor();
    expect((await held(page, 'SOC Low Alarm')) !== '20', 'all or none');
    expect((await field(page, 'SOC Low Alarm').inputValue()) === '20', 'the page keeps what was typed');
  } },
  { name: 'parameters: defaults come back after a question', tolerate: TOLERATE, run: async ({ page, url, shot }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await api(page, 'PUT', '/api/packs/pack1/parameters', { password: ADMIN, values: { 'Cell OV Alarm': '3.600' } });
    await view(page, url, 'parameters');
    await administrator(page);
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    await shot('parameters-defaults');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await held(page, 'Cell OV Alarm')) === '3.600', 'nothing yet');
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Restore defaults' }).click();
    await page.getByText('The defaults are back').waitFor();
    expect((await held(page, 'Cell OV Alarm')) === '3.650', 'the default');
  } },
  { name: 'parameters: a file goes out and comes in again, onto the page only', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await view(page, url, 'parameters');
    await field(page, 'Cell OV Alarm').fill('3.6');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    const text = await readFile(await file.path(), 'utf8');
    expect(/^# parameters of a battery, 16 cells\n# parameter,value,unit\nCell OV Alarm,3\.6,V\nCell OV Protect,3\.700,V\n/.test(text), text.slice(0, 200));
    expect(text.includes('\nSound Alarm,off,on/off\n') && text.includes('\nCAN Protocol,PYLON,code\n'), 'switches and codes too');
    await page.getByRole('button', { name: 'Undo' }).click();
    const take = (content) => page.locator('input[type=file]').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await take(text);
    await page.getByText(/72 values taken onto this page, 1 of them differ/).waitFor();
    expect((await held(page, 'Cell OV Alarm')) === '3.650', 'not written');
    await take('Cell OV Alarm,9,V\nColour,1,V\n');
    await page.getByText('mine.csv:1: Cell OV Alarm: 9 is out of range (allowed 2.500 to 4.500 V)').waitFor();
    await page.getByText('mine.csv:2: there is no parameter "Colour"').waitFor();
    expect((await field(page, 'Cell OV Alarm').inputValue()) === '3.600', 'the page is as it was');
    await take('x'.repeat(30_000));
    await page.getByText('longer than 24 kB').waitFor();
  } },
  { name: 'parameters: packs are compared, differences can be shown alone', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await asDelivered(page, 2);
    await api(page, 'PUT', '/api/packs/pack2/parameters', { password: ADMIN, values: { 'Cell OV Alarm': '3.600', 'Sound Alarm': 'on' } });
    await view(page, url, 'parameters');
    await page.getByLabel('Compare with').selectOption({ label: 'Pack 2' });
    await until('marked', async () => (await page.locator('tr.is-apart').count()) === 1);
    expect(/3\.600\s*V\s*differs/.test((await row(page, 'Cell OV Alarm').locator('.beside').innerText()).replace(/\n/g, ' ')), 'the other value');
    await page.getByLabel('Differences only').check();
    expect((await page.locator('[data-parameter]').count()) === 1, 'one row left');
    await page.getByRole('button', { name: 'System config' }).click();
    expect((await page.locator('[data-parameter]').count()) === 1, 'the sound alarm');
    await asDelivered(page, 2);
  } },
  { name: 'a protocol without a source says that nothing is spoken', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    await view(page, url, 'parameters');
    await administrator(page);
    await page.getByRole('button', { name: 'System config' }).click();
    await field(page, 'RS485 Protocol').selectOption('LUXPOWER');
    await page.getByText('There is no source for LUXPOWER: nothing is spoken on the RS485 bus').waitFor();
    await axeHere(page, axe);
    await page.getByRole('button', { name: 'Write 1' }).click();
    await page.locator('.saved', { hasText: /nothing is spoken/i }).waitFor();
    await shot('parameters-silent');
    await until('an event says it', async () => (await api(page, 'GET', '/api/events?kind=setting&limit=5')).json.events.some((event) => /LUXPOWER; nothing is spoken on the RS485 bus now/.test(event.text)));
    await asDelivered(page);
  } },
  { name: 'the panel says so too', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    await login(page, 'installer');
    await asDelivered(page);
    const hand = (what) => api(page, 'POST', '/api/panel/pack1', what);
    for (const what of [{}, {}, { touch: 'protocol' }, { touch: 'rs485', argument: 'USER_485_LUXPOWER' }]) await hand(what);
    const { json } = await hand({ password: ADMIN });
    expect(/bus is silent now/.test(json.screen.message), json.screen.message);
    await page.locator('.screen-note', { hasText: 'No source: this bus is silent now' }).waitFor();
    await axeHere(page, axe);
    await page.locator('.front').scrollIntoViewIfNeeded();
    await shot('panel-silent');
    await hand({ touch: '>>' });
    await page.locator('.screen-note').waitFor({ state: 'detached' });
    await asDelivered(page);
  } },
  { name: 'a viewer and an owner see the parameters and cannot write', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'battery');
    await login(page, 'owner');
    await view(page, url, 'parameters');
    await page.getByText('Only the installer can write to a pack').waitFor();
    expect(await field(page, 'Cell OV Alarm').isDisabled(), 'no editing');
    expect((await api(page, 'PUT', '/api/packs/pack1/parameters', { password: ADMIN, values: { 'Cell OV Alarm': '3.6' } })).status === 403, 'refused by the server');
    expect(await page.getByRole('button', { name: 'Export' }).isEnabled(), 'a file may be taken home');
  } },
  { name: 'a pack that sleeps is not asked: why is said, and nothing is wrong in the console', run: async ({ page, url }) => {
    await open(page, url, 'battery');
    await turn(page, { 'pack2.switch': 'off' });
    try {
      await until('asleep', async () => (await api(page, 'GET', '/api/packs/pack2')).json.absent !== '', 20_000);
      await view(page, url, 'parameters');
      await page.locator('.chips button').nth(1).click();
      await page.getByText('The pack sleeps').waitFor();
    } finally { await turn(page, { 'pack2.switch': 'on' }); }
    await until('awake', async () => (await api(page, 'GET', '/api/packs/pack2')).json.absent === '', 20_000);
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await row(page, 'Cell OV Alarm').waitFor();
  } },
  { name: 'the live table: rows of all packs, to the bottom, clear', run: async ({ page, url }) => {
    await view(page, url, 'multi');
    const rows = page.locator('.live-table tbody tr[data-index]');
    await until('rows of both packs', async () => (await rows.count()) >= 4, 15_000);
    const packs = new Set(await rows.locator('th').allInnerTexts());
    expect(packs.has('1') && packs.has('2'), [...packs].join());
    expect(/^5\d\.\d\d$/.test(await rows.first().locator('td').nth(1).innerText()), 'volts');
    await page.getByRole('button', { name: 'Clear' }).click();
    await until('cleared', async () => (await rows.count()) <= 2);
  } },
  { name: 'a day of rows stays smooth', tolerate: ['stream', 'EventSource'], run: async ({ page, url }) => {
    await open(page, url, 'battery');
    const live = await page.evaluate(() => fetch('/api/points').then((answer) => answer.json()));
    const packs = new Set(Object.keys(live).map((name) => /^pack(\d+)\./.exec(name)?.[1]).filter(Boolean)).size;
    const begin = 1_780_300_000_000, ticks = Math.ceil(172_800 / packs);
    const clocks = Array.from({ length: ticks }, (_, i) => `event: clock\ndata: {"now_ms":${begin + i * 1000}}\n\n`).join('');
    await page.route('**/api/stream', (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body: `retry: 600000\n\nevent: snapshot\ndata: ${JSON.stringify(live)}\n\n${clocks}` }));
    await page.goto(`${url}#/battery/multi`);
    await page.reload();
    const count = page.locator('.tool-card .card-head .tnum').first();
    await until('a day of rows', async () => Number((await count.innerText()).replace(/\D/g, '')) >= 172_800, 30_000);
    expect((await page.locator('.live-table tr').count()) < 60, 'only what is seen is in the page');
    expect((await page.locator('.live-table table').getAttribute('aria-rowcount')) === String(ticks * packs + 1), 'how many there are');
    const slow = await page.evaluate(async () => { // the longest wait for a frame while scrolling through the day
      const box = document.querySelector('.live-table');
      let worst = 0, last = performance.now();
      for (let i = 0; i < 60; i++) {
        box.scrollTop = (box.scrollHeight * (60 - i)) / 60;
        await new Promise(requestAnimationFrame);
        worst = Math.max(worst, performance.now() - last);
        last = performance.now();
      }
      return worst;
    });
    expect(slow < 400, `a frame took ${slow} ms`);
    expect(!(await page.getByLabel('To the bottom').isChecked()), 'a hand that scrolls up stays where it is');
    const shown = await page.locator('.live-table tbody tr[data-index]').first().getAttribute('data-index');
    expect(Number(shown) < 6000, `near the top: ${shown}`);
  } },
  { name: 'a recording goes on without the page, is listed and comes as CSV', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await view(page, url, 'multi');
    if ((await api(page, 'GET', '/api/recordings')).json.running) await api(page, 'POST', '/api/recordings', { running: false });
    await page.reload();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByText(/^Recording \d{8}_\d{6}/).waitFor();
    const rows = async () => (await api(page, 'GET', '/api/recordings')).json.current?.rows ?? 0;
    await until('rows', async () => (await rows()) >= 4, 15_000);
    await axeHere(page, axe);
    await shot('multi-recording');
    const before = await rows();
    await page.goto('about:blank');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await view(page, url, 'multi');
    expect((await rows()) > before, 'it went on');
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.recordings a[download]').first().click()]);
    expect(/^\d{8}_\d{6}\.csv$/.test(file.suggestedFilename()), file.suggestedFilename());
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
    expect(lines[0].startsWith('time,pack,current_a,voltage_v') && lines.length > before, `${lines.length} lines`);
  } },
  { name: 'the board: clock by the owner, switches by the installer with the password', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'battery');
    await page.locator('.board').waitFor();
    expect(/Firmware\s*\S+.*Serial number\s*\S+/s.test(await page.locator('.board').innerText()), 'version and number');
    await login(page, 'owner');
    await page.getByRole('button', { name: 'Set to this computer’s time' }).click();
    await page.locator('.clock .is-off').waitFor();
    await page.getByRole('button', { name: 'Set to the site’s time' }).click();
    await page.locator('.clock', { hasText: 'as the site' }).waitFor();
    expect(await page.getByRole('switch', { name: 'Sound alarm' }).isDisabled(), 'not the owner');
    await login(page, 'installer');
    await asDelivered(page);
    await page.locator('.board').getByLabel('Administrator password').fill(ADMIN);
    await page.keyboard.press('Enter');
    const sound = page.getByRole('switch', { name: 'Sound alarm' });
    await until('it may be turned', () => sound.isEnabled());
    await sound.focus();
    await page.keyboard.press('Space');
    await until('on', async () => (await sound.getAttribute('aria-checked')) === 'true');
    expect((await held(page, 'Sound Alarm')) === 'on', 'in the pack');
    await page.getByRole('switch', { name: 'Charge circuit' }).first().click();
    await until('off', async () => (await held(page, 'CHG Circuit')) === 'off');
    await page.getByRole('switch', { name: 'Discharge circuit' }).click();
    await page.getByText('cannot both be off').waitFor();
    await axeHere(page, axe);
    await shot('board');
    await asDelivered(page);
  } },
  { name: 'a range of records: read in pieces, paused, continued, to the end', run: async ({ page, url }) => {
    await page.route('**/api/records/**', (route) => {
      const query = new URL(route.request().url()).searchParams;
      const from = Math.max(1, Number(query.get('from') ?? 1)), most = Number(query.get('max') ?? 100);
      const records = Array.from({ length: Math.max(0, Math.min(most, 301 - from)) }, (_, i) => ({ sequence: from + i, at_ms: 1780300000000, event: 'e', text: `Record ${from + i}`, state: 'charge', current_a: 1, voltage_v: 52, soc_pct: 50, cells_v: [3.3], temperatures_c: [], protections: [], faults: [], alarms: [] }));
      return route.fulfill({ json: { oldest: 1, newest: 300, count: 300, records, end: from + most > 300 } });
    });
    await open(page, url, 'battery');
    await page.getByText('Read a range').click();
    const range = page.locator('.range');
    await range.getByLabel('From number').fill('200');
    await range.getByLabel('To number').fill('100');
    await page.keyboard.press('Enter');
    await range.getByText('Numbers from 1 to 300').waitFor();
    await range.getByLabel('To number').fill('290');
    await range.getByRole('button', { name: 'Read records' }).click();
    await range.getByText(/\d+ read, at number/).waitFor();
    await range.getByRole('button', { name: 'Pause' }).click();
    await page.waitForTimeout(200);
    const state = await range.locator('.range-state').innerText();
    await page.waitForTimeout(500);
    expect((await range.locator('.range-state').innerText()) === state, 'it stands still');
    await range.getByRole('button', { name: 'Continue' }).click();
    await range.getByText('91 read. No more data.').waitFor();
    expect(/Record 200/.test(await range.locator('tbody tr').first().innerText()), 'from the first');
    expect((await range.locator('tbody tr').count()) === 50, 'paged');
    expect(/from=200&max=91/.test(await range.getByRole('link', { name: 'Save as file' }).getAttribute('href')), 'the same as a file');
  } },
  { name: 'the start-up guide: one step after the other, with a wait', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'battery/guide');
    await api(page, 'POST', '/api/guide', { restart: true });
    await view(page, url, 'guide');
    await page.reload();
    const steps = page.locator('.guide li');
    await steps.first().waitFor();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: /Confirm/ }).click();
    await steps.first().getByText(/Ada/).waitFor();
    expect((await page.locator('.guide li.is-done').count()) === 1, 'one is done');
    const { json } = await api(page, 'POST', '/api/guide', { step: (await steps.count()) - 1 });
    expect(/wait|one after the other|Not yet/i.test(json.detail ?? '') || json.next, JSON.stringify(json));
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await until('none is done', async () => (await page.locator('.guide li.is-done').count()) === 0);
  } },
  { name: 'the page in Chinese has no text left over', run: async ({ page, url, shot }) => {
    await open(page, url, 'battery');
    await page.getByRole('button', { name: /Language/ }).click();
    await page.getByRole('button', { name: /Sprache/ }).click();
    await page.getByRole('link', { name: '电池' }).waitFor();
    expect((await page.locator('html').getAttribute('lang')) === 'zh', 'lang=zh');
    for (const name of ['overview', 'battery', 'battery/parameters', 'battery/multi', 'battery/guide', 'curves', 'events', 'settings', 'simulation']) {
      await page.goto(`${url}#/${name}`);
      await page.waitForTimeout(500);
      await fits(page);
    }
    await page.goto(`${url}#/battery/parameters`);
    await page.locator('.params').waitFor();
    await shot('chinese-parameters');
  } },
];

async function everyTool(page, url, shot, axe, prefix) {
  for (const name of ['parameters', 'multi', 'guide']) {
    await view(page, url, name);
    await page.waitForTimeout(900);
    await fits(page);
    await axeHere(page, axe);
    await shot(`${prefix}-${name}`);
  }
}
