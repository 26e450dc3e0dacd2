// SPDX-License-Identifier: Apache-2.0
// The inverter's segment display and its keys; settings that are explained before they are stored.
import { api, expect, open, PHONE, turn, until } from './specs.mjs';
import { axeHere, fits, login } from './specs_tools.mjs';

const TOLERATE = ['401', '403', '409', '422', 'ERR_INCOMPLETE'];
const NARROW = { ...PHONE, viewport: { width: 390, height: 844 } };
const lcd = (page) => api(page, 'GET', '/api/panel/inverter').then((answer) => answer.json);
const mode = async (page) => (await lcd(page)).screen.mode;
const pageNo = async (page) => (await lcd(page)).screen.page;
const key = (page, name) => page.locator(`[data-key=${name}]`);
const press = (page, name, hold_ms = 30) => api(page, 'POST', '/api/panel/inverter', { key: name, hold_ms });
const words = (page) => page.locator('#lcd-words').textContent();

/** The page, with the display on its first one and no menu open. */
async function begin(page, url) {
  await open(page, url, 'inverter');
  await page.locator('.lcd-svg').waitFor();
  for (let i = 0; i < 4 && (await mode(page)) !== 'pages'; i++) { await press(page, 'ESC'); await page.waitForTimeout(200); }
  await press(page, 'ESC');
  await page.waitForTimeout(200);
}
async function holdMouse(page, name, ms) {
  await key(page, name).hover();
  await page.mouse.down();
  await page.waitForTimeout(ms);
  await page.mouse.up();
}
/** The owner before the list of settings. */
async function toMenu(page, url) {
  await open(page, url, 'inverter');
  await login(page, 'owner');
  await begin(page, url);
  await holdMouse(page, 'ENTER', 2300);
  await until('the menu', async () => (await mode(page)) === 'settings');
}
/** Opens the menu and goes to a setting's number. */
async function toSetting(page, no) {
  await holdMouse(page, 'ENTER', 2300);
  await until('the menu', async () => (await mode(page)) === 'settings');
  const at = async () => (await lcd(page)).screen.setting.no;
  for (let i = 0, was = await at(); i < 60 && was !== no; i++, was = await at()) {
    await key(page, no > 25 ? 'UP' : 'DOWN').click();
    await until('the next setting', async () => (await at()) !== was); // a busy machine is late
  }
  expect((await lcd(page)).screen.setting.no === no, `at setting ${no}`);
}

/** The owner, changing a setting's value. */
async function edit(page, url, no) {
  await open(page, url, 'inverter');
  await login(page, 'owner');
  await begin(page, url);
  await toSetting(page, no);
  await key(page, 'ENTER').click();
  await until('it is edited', async () => (await mode(page)) === 'editing' && (await page.locator('.lcd-svg .blink').count()) > 0);
}

export const inverterSpecs = [
  { name: 'the inverter’s display shows what the API says, by day', context: { colorScheme: 'light' }, tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'inverter');
    await login(page, 'owner');
    await begin(page, url);
    await key(page, 'DOWN').click();
    await until('page 2', async () => (await pageNo(page)) === 2 && /^Page 2 of 15/.test(await words(page)));
    await key(page, 'UP').click();
    await key(page, 'UP').click();
    await until('round to page 15', async () => (await pageNo(page)) === 15);
    await key(page, 'ESC').click();
    await until('the first', async () => (await pageNo(page)) === 1);
    const { screen } = await lcd(page);
    const lit = await page.locator('.lcd-svg [data-arrow].on').evaluateAll((all) => all.map((one) => Number(one.dataset.arrow)));
    expect(JSON.stringify(lit) === JSON.stringify(screen.arrows), `arrows ${lit}, told ${screen.arrows}`);
    expect((await page.locator('.lcd-svg .seg:not(.on)').count()) > 40, 'ghosts of what is dark');
    expect((await page.locator('.lcd-lamps [data-lamp]').count()) === 4, 'four lamps');
    await axeHere(page, axe);
    await shot('inverter-light');
  } },
  { name: 'the inverter’s keys by keyboard; ENTER held opens the settings', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'inverter');
    await login(page, 'owner');
    await begin(page, url);
    await page.getByRole('application', { name: 'Display of the inverter' }).focus();
    expect((await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)) !== 'none', 'the focus can be seen');
    await page.keyboard.press('ArrowDown');
    await until('page 2', async () => (await pageNo(page)) === 2);
    await page.keyboard.down('Enter');
    await page.waitForTimeout(2300);
    await until('the menu while it is held', async () => (await mode(page)) === 'settings');
    await page.keyboard.up('Enter');
    await page.keyboard.press('ArrowDown');
    await until('in words', async () => /^Setting 2, WFM/.test(await words(page)));
    await page.keyboard.press('Enter');
    await until('it is edited', async () => (await mode(page)) === 'editing' && (await page.locator('.lcd-svg .blink').count()) > 0);
    await axeHere(page, axe);
    await shot('inverter-menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await until('out of the menu', async () => (await mode(page)) === 'pages');
    await key(page, 'UP').focus(); // the keys of the panel are buttons too
    await page.keyboard.press('Space');
    await until('a page back', async () => (await pageNo(page)) === 15);
  } },
  { name: 'the inverter’s display on a phone, by finger, dark', context: { ...NARROW, colorScheme: 'dark' }, tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'inverter');
    await login(page, 'owner');
    await begin(page, url);
    await key(page, 'DOWN').tap();
    await until('page 2', async () => (await pageNo(page)) === 2);
    const box = await key(page, 'ENTER').boundingBox();
    expect(box.width >= 44 && box.height >= 44, 'keys are large enough for a finger');
    await fits(page);
    await axeHere(page, axe);
    await shot('inverter-phone');
  } },
  { name: 'a setting is stored at the inverter’s keys by the owner only, and told', tolerate: TOLERATE, run: async ({ page, context, url }) => {
    await open(page, url, 'inverter');
    await login(page, 'owner');
    await begin(page, url);
    const was = (await api(page, 'GET', '/api/settings/inverter/BAL')).json.value;
    await toSetting(page, 24);
    await key(page, 'ENTER').click();
    await key(page, 'UP').click();
    await context.clearCookies();
    await page.reload();
    await key(page, 'ENTER').waitFor();
    await key(page, 'ENTER').click();
    await until('it is said', async () => /log in as the owner/.test(await page.locator('.lcd-card [role=alert]').innerText()));
    expect((await api(page, 'GET', '/api/settings/inverter/BAL')).json.value === was, 'nothing is stored');
    expect((await mode(page)) === 'editing', 'and no trace left');
    await login(page, 'owner');
    await key(page, 'ENTER').click();
    await until('stored', async () => (await api(page, 'GET', '/api/settings/inverter/BAL')).json.value !== was);
    await until('said', async () => /BAL is stored/.test(await page.locator('.lcd-note').innerText()));
    const { events } = (await api(page, 'GET', '/api/events?device=inverter&kind=setting&limit=1')).json;
    expect(/BAL/.test(events[0]?.text), 'an event');
    await api(page, 'PUT', '/api/settings/inverter/BAL', { value: was });
    await begin(page, url);
  } },
  { name: 'a fault is on the display, in words, and heard only after sound was turned on', context: { colorScheme: 'dark' }, tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await page.addInitScript(() => { const Real = window.AudioContext; window.players = 0; window.AudioContext = class extends Real { constructor() { super(); window.players++; } }; });
    await open(page, url, 'inverter');
    await login(page, 'owner');
    await begin(page, url);
    await turn(page, { 'wire.can0': 'cut' });
    try {
      await until('the fault', async () => /307/.test(await page.locator('.lcd-codes').innerText().catch(() => '')), 60000);
      await until('its lamp', async () => (await page.locator('[data-lamp=fault]').getAttribute('data-state')) === 'on');
      await until('its page', async () => (await pageNo(page)) === 15);
      expect((await page.evaluate(() => window.players)) === 0, 'no sound yet');
      await page.getByRole('button', { name: 'Sound: off' }).click();
      await until('sound', () => page.evaluate(() => window.players === 1));
      await page.waitForTimeout(600);
      await axeHere(page, axe);
      await shot('inverter-fault');
    } finally { await turn(page, { 'wire.can0': 'whole' }); }
  } },
  { name: 'what blinks on the inverter’s display is in one phase, also when the value changes', tolerate: TOLERATE, run: async ({ page, url }) => {
    await edit(page, url, 8);
    const look = page.evaluate(() => new Promise((done) => {
      const frames = [], end = performance.now() + 4000;
      const frame = () => {
        frames.push([...new Set([...document.querySelectorAll('.lcd-svg .blink .seg.on')].map((one) => getComputedStyle(one).opacity))]);
        if (performance.now() < end) requestAnimationFrame(frame); else done(frames);
      };
      frame();
    }));
    for (const pause of [130, 370, 610, 290, 450, 210]) { await page.waitForTimeout(pause); await key(page, 'UP').click(); }
    const frames = await look;
    expect(frames.every((opacities) => opacities.length === 1), `of one moment: ${JSON.stringify(frames.find((opacities) => opacities.length !== 1))}`);
    const halves = [...new Set(frames.flat())].sort().join(' ');
    expect(halves === '0.07 0.94', `the halves of the beat: ${halves}`);
    await begin(page, url);
  } },
  { name: 'a value that is edited stands still and readable where motion is unwanted', context: { reducedMotion: 'reduce' }, tolerate: TOLERATE, run: async ({ page, url }) => {
    await edit(page, url, 8);
    for (let i = 0; i < 12; i++) {
      const opacities = await page.locator('.lcd-svg .blink .seg.on').evaluateAll((all) => all.map((one) => Number(getComputedStyle(one).opacity)));
      expect(opacities.length > 0 && opacities.every((opacity) => opacity > 0.9), `opacities ${opacities}`);
      await page.waitForTimeout(100);
    }
    await begin(page, url);
  } },
  { name: 'what a value would lead to is said while it is edited, before ENTER', tolerate: [...TOLERATE, '404'], run: async ({ page, url, shot, axe }) => {
    await edit(page, url, 28);
    await key(page, 'UP').click();
    const note = page.locator('.lcd-note[data-stored=false]');
    await until('the reason', async () => (await note.count()) > 0 && (await note.innerText()) === (await lcd(page)).trial?.reason);
    expect((await note.innerText()).length > 10, 'a sentence');
    const stored = await api(page, 'GET', '/api/settings/inverter/OSP');
    expect(stored.status !== 200 || stored.json.value === 'DIS', 'nothing is stored');
    await axeHere(page, axe);
    await shot('inverter-explained');
    await key(page, 'ESC').click();
    await until('it is gone with the value', async () => (await note.count()) === 0);
    await begin(page, url);
  } },
  { name: 'a touch that the system takes away presses no key', context: NARROW, tolerate: TOLERATE, run: async ({ page, context, url }) => {
    await toMenu(page, url);
    const box = await key(page, 'ENTER').boundingBox();
    const cdp = await context.newCDPSession(page);
    const touch = (type, touchPoints = []) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    const there = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    const down = async () => (await lcd(page)).keys_down.length;
    await touch('touchStart', there);
    await until('the key is down', async () => (await down()) === 1);
    await touch('touchCancel');
    await until('the key is up', async () => (await down()) === 0);
    expect((await mode(page)) === 'settings', `nothing was entered: ${await mode(page)}`);
    await touch('touchStart', there);
    await touch('touchEnd');
    await until('a whole touch presses', async () => (await mode(page)) === 'editing');
    await begin(page, url);
  } },
  ...[320, 390, 1021, 1600].map((width) => ({ name: `the inverter’s front fits its card, ${width} px wide`, context: { viewport: { width, height: 800 } }, tolerate: TOLERATE, run: async ({ page, url, shot }) => {
    await open(page, url, 'inverter');
    await page.locator('.lcd-svg').waitFor();
    await fits(page);
    const out = await page.evaluate(() => {
      const face = document.querySelector('.lcd-face').getBoundingClientRect();
      return [...document.querySelectorAll('.lcd-face *:not(.led-how):not(.lcd-svg *)')].filter((one) => { const box = one.getBoundingClientRect(); return box.width > 0 && (box.right > face.right - 4 || box.left < face.left + 4); }).map((one) => one.className);
    });
    expect(out.length === 0, `outside: ${out}`);
    if (width === 320) await shot('inverter-320');
  } })),
  { name: 'settings and codes have names in the reader’s language', context: { locale: 'de-DE' }, tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'settings');
    const title = page.locator('.setting', { has: page.locator('code', { hasText: /^WFM$/ }) }).locator('label');
    await until('German', async () => (await title.innerText()) === 'Vorrang der Versorgung');
    await page.getByRole('searchbox').fill('Vorrang der');
    await until('found by it', async () => (await page.locator('.setting').count()) >= 1 && (await title.count()) === 1);
  } },
  { name: 'a pack’s setting is judged before it is stored', tolerate: TOLERATE, run: async ({ page, url }) => {
    await open(page, url, 'settings');
    await login(page, 'installer');
    await open(page, url, 'settings');
    await page.getByRole('button', { name: 'pack1' }).or(page.getByLabel('pack1')).first().click();
    const form = page.locator('.setting', { has: page.locator('input[type=number]') }).first();
    await form.waitFor();
    const asked = [];
    page.on('request', (request) => { if (request.url().includes('/api/settings/pack1/')) asked.push(request.method() + (request.url().includes('?try=') ? ' try' : '')); });
    await form.locator('input').fill('99999999');
    await form.getByRole('button', { name: 'Save' }).click();
    await until('the reason', async () => /99999999/.test(await form.locator('.error').innerText()));
    expect(asked.join() === 'GET try', `asked: ${asked}`);
  } },
  { name: 'the inverter’s lamps stand still with a word where motion is unwanted', context: { reducedMotion: 'reduce' }, run: async ({ page, url }) => {
    await open(page, url, 'inverter');
    await page.locator('.lcd-lamps .led').first().waitFor();
    expect(await page.locator('.lcd-lamps .led-bulb').evaluateAll((all) => all.every((bulb) => getComputedStyle(bulb).animationName === 'none')), 'nothing flashes');
    expect((await page.locator('.lcd-lamps .led-how').first().boundingBox()).width > 4, 'the state is a word');
  } },
  { name: 'a setting is explained before it is stored: undo, or store anyway', tolerate: TOLERATE, run: async ({ page, url, shot, axe }) => {
    await open(page, url, 'settings');
    await login(page, 'installer');
    await open(page, url, 'settings');
    await page.locator('.setting').first().waitFor();
    const form = page.locator('.setting', { has: page.locator('code', { hasText: /^OSP$/ }) });
    const stored = async () => (await api(page, 'GET', '/api/settings/inverter/OSP')).json.value;
    await form.locator('select').selectOption('ENA');
    await form.getByRole('button', { name: 'Save' }).click();
    await until('the reason', async () => /split-phase output is not controlled yet/.test(await form.locator('.setting-warning').innerText()));
    expect((await stored()) === 'DIS', 'nothing is stored yet');
    await axeHere(page, axe);
    await shot('settings-explained');
    await form.getByRole('button', { name: 'Undo' }).click();
    await until('the question is gone', async () => (await form.locator('.setting-warning').textContent()) === '');
    await form.locator('select').selectOption('ENA');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('button', { name: 'Store anyway' }).click();
    await until('stored', async () => (await stored()) === 'ENA');
    await api(page, 'PUT', '/api/settings/inverter/OSP', { value: 'DIS' });
  } },
];
