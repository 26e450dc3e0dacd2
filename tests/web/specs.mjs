// SPDX-License-Identifier: Apache-2.0
// What must be true of the page. Only the contract is assumed: a simulated site on loopback, with
// the points, settings and knobs of design.md; nothing of the fake server's own numbers.
const PAGES = ['overview', 'battery', 'inverter', 'curves', 'events', 'settings', 'simulation'];
export const PASSWORD = process.env.HEARTH_PASSWORD ?? 'correct horse battery';
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

export const expect = (condition, what) => { if (!condition) throw new Error(what); };
export const until = async (what, check, ms = 8000) => {
  const end = Date.now() + ms;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Opens the page; where the site wants a password, sets or gives it. */
export async function open(page, url, at = 'overview') {
  await page.goto(`${url}#/${at}`);
  await page.locator('main h1, dialog[open]').first().waitFor();
  if (await page.locator('dialog[open]').count()) await giveAccess(page);
  await page.locator('main h1').waitFor();
}
async function giveAccess(page) {
  await page.locator('dialog input[name=password]').fill(PASSWORD);
  await page.locator('dialog button[type=submit]').click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
}
async function login(page) {
  const button = page.locator('.head-tools').getByRole('button', { name: /^(Log in|Anmelden)$/ });
  await page.locator('.head-tools .wide').waitFor();
  if (!(await button.count())) return;
  await button.click();
  await giveAccess(page);
  await page.locator('.head-tools').getByRole('button', { name: /Log out|Abmelden/ }).waitFor();
}
const settled = (page) => until('live values', () => page.evaluate(() => !document.querySelector('.shell.stale')));
export const api = (page, method, path, body) => page.evaluate(async ([m, p, b]) => {
  const answer = await fetch(p, { method: m, headers: b ? { 'Content-Type': 'application/json' } : {}, body: b ? JSON.stringify(b) : undefined });
  return { status: answer.status, json: await answer.json().catch(() => null) };
}, [method, path, body]);
export const turn = (page, knobs) => api(page, 'POST', '/api/simulation', knobs);

const glass = (page) => page.locator('.glass');
const shown = (page) => api(page, 'GET', '/api/panel/pack1').then((answer) => answer.json.screen.page);
/** The battery page with the panel resting on its first page. */
async function begin(page, url) {
  await open(page, url, 'battery');
  await glass(page).waitFor();
  for (let i = 0; i < 5; i++) {
    const { screen } = (await api(page, 'GET', '/api/panel/pack1')).json;
    if (screen.lit && screen.page === 'Touch: Main state') break;
    await api(page, 'POST', '/api/panel/pack1', screen.lit && screen.page !== 'Touch: Boot' ? { key: 'ESC' } : {});
  }
  await until('the main state', async () => /Main state/.test(await glass(page).innerText()));
}

async function everyPage(page, url, shot, prefix) {
  for (const name of PAGES) {
    await open(page, url, name);
    await settled(page);
    await page.waitForTimeout(name === 'curves' ? 1200 : 700);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide <= 0, `${name} scrolls sideways by ${wide} px`);
    expect(!(await page.locator('body').innerText()).includes('⟦'), `${name} shows a text key`);
    await shot(`${prefix}-${name}`);
  }
}
async function axeClean(page, url, axe) {
  for (const name of PAGES) {
    await open(page, url, name);
    await page.waitForTimeout(700);
    await page.evaluate(await (await import('node:fs/promises')).readFile(axe, 'utf8'));
    const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
    const found = result.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((node) => `${node.target} ${node.failureSummary?.split('\n')[1] ?? ''}`).slice(0, 3).join(' | ')}`);
    expect(found.length === 0, found.join('\n'));
  }
}

export const specs = [
  { name: 'a new user sees the simulated site at once', run: async ({ page, url }) => {
    await page.goto(url);
    await page.locator('svg.flow').waitFor();
    await until('a power in the picture', async () => /\d/.test(await page.locator('.place.pv .value').innerText().catch(() => page.locator('.place.pv .value').textContent())));
    expect((await page.locator('.sim-note').innerText()).length > 0, 'says that it is simulated');
  } },
  { name: 'every page on a desktop, light', context: { colorScheme: 'light' }, run: async ({ page, url, shot }) => everyPage(page, url, shot, 'desktop-light') },
  { name: 'every page on a desktop, dark', context: { colorScheme: 'dark' }, run: async ({ page, url, shot }) => everyPage(page, url, shot, 'desktop-dark') },
  { name: 'every page on a phone, light', context: { ...PHONE, colorScheme: 'light' }, run: async ({ page, url, shot }) => everyPage(page, url, shot, 'phone-light') },
  { name: 'every page on a phone, dark', context: { ...PHONE, colorScheme: 'dark' }, run: async ({ page, url, shot }) => everyPage(page, url, shot, 'phone-dark') },
  { name: 'axe finds nothing, light', context: { colorScheme: 'light' }, run: async ({ page, url, axe }) => axeClean(page, url, axe) },
  { name: 'axe finds nothing, dark, on a phone', context: { ...PHONE, colorScheme: 'dark' }, run: async ({ page, url, axe }) => axeClean(page, url, axe) },
  { name: 'flows point where the signs say', run: async ({ page, url }) => {
    await open(page, url);
    const check = async () => {
      const points = (await api(page, 'GET', '/api/points')).json;
      const flow = async (id) => page.locator(`[data-line=${id}]`).getAttribute('data-flow');
      const want = (watts, inwards) => (Math.abs(watts ?? 0) < 40 ? null : (watts > 0) === inwards ? 'in' : 'out');
      const pairs = [['pv', want(points['pv.power_w'], true)], ['grid', want(points['grid.power_w'], true)], ['battery', want(points['battery.power_w'], true)], ['home', want(points['home.power_w'] ?? points['load.power_w'], false)]];
      for (const [id, wanted] of pairs) if (wanted && (await flow(id)) !== wanted) return false;
      return true;
    };
    await until('directions agree with the points', check);
  } },
  { name: 'the page in German', run: async ({ page, url, shot }) => {
    await open(page, url);
    await page.getByRole('button', { name: /Language/ }).click();
    await page.getByRole('link', { name: 'Übersicht' }).waitFor();
    expect((await page.locator('html').getAttribute('lang')) === 'de', 'lang=de');
    await page.waitForTimeout(500);
    await shot('german-overview');
    await page.reload();
    await page.getByRole('link', { name: 'Übersicht' }).waitFor();
  } },
  { name: 'theme can be switched and is remembered', context: { colorScheme: 'light' }, run: async ({ page, url }) => {
    await open(page, url);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await page.getByRole('button', { name: /Theme/ }).click();
    await page.getByRole('button', { name: /Theme/ }).click();
    await until('the ground is dark', async () => (await ground()) !== before);
    await page.reload();
    expect((await ground()) !== before, 'dark after reloading');
  } },
  { name: 'the keyboard alone reaches every page', run: async ({ page, url }) => {
    await open(page, url);
    await page.keyboard.press('Tab');
    expect((await page.evaluate(() => document.activeElement?.className)) === 'skip', 'first the skip link');
    for (const name of PAGES.slice(1)) {
      for (let i = 0; i < 30 && (await page.evaluate(() => document.activeElement?.getAttribute('href'))) !== `#/${name}`; i++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await until(`on ${name}`, () => page.evaluate((n) => location.hash === `#/${n}` && document.querySelector('.nav [aria-current]')?.getAttribute('href') === `#/${n}`, name));
      const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      expect(ring !== 'none', 'the focus can be seen');
    }
  } },
  { name: 'the battery page shows every pack, its cells, lamps and words', run: async ({ page, url }) => {
    await open(page, url, 'battery');
    const points = (await api(page, 'GET', '/api/points')).json;
    const packs = new Set(Object.keys(points).map((name) => /^pack(\d+)\./.exec(name)?.[1]).filter(Boolean));
    if (packs.size > 1) await until('a button per pack', async () => (await page.locator('.chips button').count()) === packs.size);
    await until('cells', async () => (await page.locator('.cells li').count()) === Object.keys(points).filter((name) => /^pack1\.cell_\d+_v$/.test(name)).length);
    const panel = (await api(page, 'GET', '/api/panel/pack1')).json;
    await until('the lamps of the panel', async () => (await page.locator('.led').count()) === panel.lamps.length);
    expect(!(await page.locator('.pack').innerText()).includes('NaN'), 'no NaN');
  } },
  { name: 'curves: day, month, year and total, and a CSV', run: async ({ page, url }) => {
    await open(page, url, 'curves');
    await page.locator('.chart canvas').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    const text = await (await import('node:fs/promises')).readFile(await file.path(), 'utf8');
    expect(text.startsWith('time,pv.power_w'), `CSV begins ${text.slice(0, 40)}`);
    for (const span of ['Month', 'Year', 'Total']) {
      await page.getByRole('button', { name: span, exact: true }).click();
      await page.locator('.bars, .empty').first().waitFor();
    }
    await page.getByRole('button', { name: 'Day', exact: true }).click();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.locator('.chart canvas, .empty').first().waitFor();
  } },
  { name: 'bars of a month', run: async ({ page, url, shot }) => {
    await open(page, url, 'curves');
    await page.getByRole('button', { name: 'Month', exact: true }).click();
    await page.locator('.bars, .empty').first().waitFor();
    await page.waitForTimeout(400);
    await shot('desktop-month');
  } },
  { name: 'settings need the owner, then save, and refusals are shown beside the field', tolerate: ['401', '403', '422'], run: async ({ page, url, shot }) => {
    await open(page, url, 'settings');
    await page.locator('.setting').first().waitFor();
    await login(page);
    await page.locator('.setting input[type=number]:enabled').first().waitFor();
    const row = page.locator('.setting', { has: page.locator('input[type=number]:enabled') }).first();
    const field = row.locator('input[type=number]');
    const before = await field.inputValue();
    await field.fill('999999');
    await row.getByRole('button', { name: 'Save' }).click();
    await until('a refusal in words', async () => (await row.locator('.error').innerText()).length > 10);
    await shot('settings-refused');
    await row.getByRole('button', { name: 'Undo' }).click();
    expect((await field.inputValue()) === before, 'undo gives the old value back');
    const choice = page.locator('.setting', { has: page.locator('select:enabled') }).first();
    const select = choice.locator('select');
    const was = await select.inputValue();
    const options = await select.locator('option').evaluateAll((list) => list.map((o) => o.value));
    await select.selectOption(options.find((o) => o !== was));
    await choice.getByRole('button', { name: 'Save' }).click();
    await until('saved, or refused in words', async () => /Saved/.test(await choice.innerText()) || (await choice.locator('.error').innerText()).length > 10);
    await select.selectOption(was);
    const save = choice.getByRole('button', { name: 'Save' });
    if (await save.count()) await save.click();
    await until('it is as it was', async () => (await save.count()) === 0);
  } },
  { name: 'a wrong password is said, and the dialog is closed by Escape', tolerate: ['401', '429'], run: async ({ page, url }) => {
    await open(page, url);
    await page.locator('.head-tools .wide').waitFor();
    const button = page.locator('.head-tools').getByRole('button', { name: 'Log in' });
    if (!(await button.count())) return;
    await button.click();
    if (await page.getByText('Welcome to Hearth').count()) { await page.keyboard.press('Escape'); return; }
    await page.locator('dialog input[name=password]').fill('surely not this one');
    await page.locator('dialog button[type=submit]').click();
    await until('it is said', async () => /wrong/i.test(await page.locator('#access-error').innerText()));
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  } },
  { name: 'simulation: speed, an outage and its banner', run: async ({ page, url, shot }) => {
    await open(page, url, 'simulation');
    await page.getByRole('button', { name: '60×' }).click();
    await until('the speed is told', async () => /60× speed/.test(await page.locator('.head').innerText()));
    const grid = page.getByRole('group', { name: 'Grid', exact: true });
    const outage = grid.getByRole('button', { name: /^(outage|off)$/ });
    if (await outage.count()) {
      await outage.first().click();
      await page.getByRole('link', { name: 'Overview' }).click();
      await until('the picture says so', async () => /no grid/.test(await page.locator('.place.grid').textContent()), 20000);
      await page.waitForTimeout(600);
      await shot('outage-overview');
      await page.getByRole('link', { name: 'Simulation' }).click();
      await grid.getByRole('button').first().click();
    }
    await page.getByRole('button', { name: '1×', exact: true }).click();
  } },
  { name: 'what is not known is a dash, never a zero', run: async ({ page, url, shot }) => {
    await open(page, url);
    await page.route('**/api/stream', (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body: 'event: snapshot\ndata: {"pv.power_w": 1200, "pack1.state": null, "pack1.soc_pct": null}\n\n' }));
    await page.reload();
    await until('what is known', async () => /1\.20/.test(await page.locator('.place.pv .value').textContent()));
    expect((await page.locator('.place.battery .value').textContent()) === '—', 'a dash for the battery');
    expect(!/\b0 W/.test(await page.locator('svg.flow').textContent()), 'no zero');
    await shot('unknown-overview');
  }, tolerate: ['stream', 'EventSource'] },
  { name: 'a dropped connection is said, and values come back', tolerate: ['ERR_', 'Failed to load'], run: async ({ page, url, shot }) => {
    await open(page, url);
    await settled(page);
    const answer = await api(page, 'GET', '/api/points');
    let cut = true; // the line gives one snapshot and breaks, again and again
    await page.route('**/api/stream', (route) => (cut ? route.fulfill({ status: 200, contentType: 'text/event-stream', body: `retry: 500\nevent: snapshot\ndata: ${JSON.stringify(answer.json)}\n\n` }) : route.continue()));
    await page.reload();
    await until('the banner', async () => /Connection lost/.test(await page.locator('.connection').innerText()), 20000);
    await shot('lost-overview');
    cut = false;
    await until('the banner goes', async () => (await page.locator('.connection').innerText()) === '', 20000);
  } },
  { name: 'reduced motion: no dots run, arrows stay', context: { reducedMotion: 'reduce' }, run: async ({ page, url }) => {
    await open(page, url);
    await until('a line is active', async () => (await page.locator('.line.active').count()) > 0);
    expect((await page.locator('.dots circle:not([opacity="0"])').count()) === 0, 'no dot moves');
    expect((await page.locator('.line .arrow').count()) > 0, 'arrows show the direction');
  } },
  { name: 'events: new ones appear, filters hold', run: async ({ page, url }) => {
    await open(page, url, 'events');
    const grid = (await api(page, 'GET', '/api/simulation')).json.knobs.find((knob) => knob.name === 'grid');
    await turn(page, { grid: grid.options.find((option) => /outage|off/.test(option)) });
    await page.waitForTimeout(1500);
    await turn(page, { grid: grid.value });
    await page.locator('.event').first().waitFor();
    await page.getByLabel('Kind').selectOption('fault');
    await page.waitForTimeout(400);
    expect(!/Access|Info/.test(await page.locator('main').innerText().then((text) => text.split('\n').slice(12).join('\n'))), 'only faults are left');
    await page.getByLabel('Kind').selectOption('');
    await page.getByLabel('Search').fill('no such event at all');
    await page.locator('.empty').waitFor();
  } },
  { name: 'the front panel: pages by mouse, the same as the pack says', run: async ({ page, url, shot }) => {
    await begin(page, url);
    await glass(page).click();
    await until('the menu', async () => (await shown(page)) === 'Touch: Home');
    await glass(page).locator('[data-id=pack_info]').click();
    await until('PACK Info', async () => (await shown(page)) === 'Touch: PACK Info');
    const items = (await api(page, 'GET', '/api/panel/pack1')).json.screen.items;
    const volts = items.find((item) => item.id === 'cell_voltage').text.split(' ');
    await until('as many cells as the pack has', async () => (await glass(page).locator('.es-grid:not(.six) li').count()) === volts.length);
    await glass(page).locator('[data-id=">>"]').click();
    await until('the next page', async () => (await shown(page)) === 'Touch: BMS Status');
    await shot('panel-status');
    await glass(page).locator('[data-id^=nine]').click();
    await until('the menu again', async () => (await shown(page)) === 'Touch: Home');
  } },
  { name: 'the front panel by keyboard: arrows walk, Enter touches, Esc goes back', run: async ({ page, url }) => {
    await begin(page, url);
    await glass(page).getByRole('button', { name: 'Touch the screen' }).focus();
    await page.keyboard.press('Enter');
    await until('the menu', async () => (await shown(page)) === 'Touch: Home');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
    await until('the first button has the focus', async () => (await focused()) === 'pack_info');
    await page.keyboard.press('ArrowDown');
    await until('the second one', async () => (await focused()) === 'bms_status');
    expect((await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)) !== 'none', 'the focus can be seen');
    await page.keyboard.press('Enter');
    await until('the status', async () => /STATUS/.test(await glass(page).locator('.es-bar strong').innerText()));
    await page.keyboard.press('ArrowRight');
    await until('the page after it', async () => (await shown(page)) === 'Touch: PROTOCOL');
    await page.keyboard.press('Escape');
    await until('back in the menu', async () => (await shown(page)) === 'Touch: Home');
  } },
  { name: 'the front panel by finger: a swipe turns the page', context: PHONE, run: async ({ page, url, shot }) => {
    await begin(page, url);
    await glass(page).tap();
    await until('the menu', async () => (await shown(page)) === 'Touch: Home');
    const swipe = async (from, to) => {
      await glass(page).scrollIntoViewIfNeeded();
      const box = await glass(page).boundingBox(); // what stands above it may have grown
      await page.evaluate(([x, a, b]) => {
        const at = document.elementFromPoint(x, a);
        for (const [type, y] of [['pointerdown', a], ['pointerup', b]]) at.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, pointerType: 'touch' }));
      }, [box.x + box.width / 2, box.y + from, box.y + to]);
    };
    await swipe(200, 100);
    await until('one further', async () => (await shown(page)) === 'Touch: PACK Info');
    await shot('phone-panel');
    await page.waitForTimeout(100);
    await swipe(100, 200);
    await until('and back', async () => (await shown(page)) === 'Touch: Home');
  } },
  { name: 'a protocol is changed on the panel by the owner with its password only', tolerate: ['401', '403', '422', '404'], run: async ({ page, url, shot }) => {
    await begin(page, url);
    await login(page);
    const was = (await api(page, 'GET', '/api/panel/pack1')).json;
    expect(was.family === 'es_series', 'the example has a touch screen');
    await glass(page).click();
    await glass(page).locator('[data-id=protocol]').click();
    await glass(page).locator('[data-id=can]').click();
    await until('the list', async () => (await glass(page).locator('.option').count()) === 5);
    await shot('panel-list');
    await glass(page).locator('[data-id^=SMA]').click();
    await glass(page).locator('.keypad').waitFor();
    await page.keyboard.type('00000');
    await glass(page).locator('[data-id="0"]').click();
    await until('six digits', async () => (await glass(page).locator('.dots .sr').innerText()).startsWith('6'));
    await shot('panel-password');
    await glass(page).locator('[data-id=ok]').click();
    await until('it is said', async () => /Wrong password/.test(await glass(page).locator('.window-message').innerText()));
    for (const digit of '123456') await glass(page).locator(`[data-id="${digit}"]`).click();
    await until('six digits', async () => (await glass(page).locator('.dots .sr').innerText()).startsWith('6'));
    await glass(page).locator('[data-id=ok]').click();
    await until('chosen', async () => /SMA/.test(await glass(page).locator('[data-id=can]').innerText()));
    await api(page, 'POST', '/api/panel/pack1', { touch: 'can', argument: 'PYLON' });
  } },
  { name: 'lamps flash with the exact patterns, or stand still with a word', context: { reducedMotion: 'reduce' }, run: async ({ page, url }) => {
    await begin(page, url);
    await page.locator('.led').first().waitFor();
    expect((await page.locator('.led-bulb').evaluateAll((all) => all.every((bulb) => getComputedStyle(bulb).animationName === 'none'))), 'nothing flashes');
    expect((await page.locator('.led-how').first().boundingBox()).width > 4, 'the pattern is a word');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    const flashing = await page.locator('.led-bulb[class*=flash]').evaluateAll((all) => all.map((bulb) => [bulb.className.match(/flash\d/)[0], getComputedStyle(bulb).animationDuration]));
    const period = { flash1: '4s', flash2: '1s', flash3: '2s' };
    expect(flashing.every(([pattern, duration]) => period[pattern] === duration), `periods ${JSON.stringify(flashing)}`);
  } },
];
