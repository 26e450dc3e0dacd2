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
/** Opens the menu and goes to a setting's number. */
async function toSetting(page, no) {
  await holdMouse(page, 'ENTER', 2300);
  await until('the menu', async () => (await mode(page)) === 'settings');
  for (let i = 0; i < 60 && (await lcd(page)).screen.setting.no !== no; i++) await key(page, no > 25 ? 'UP' : 'DOWN').click();
  expect((await lcd(page)).screen.setting.no === no, `at setting ${no}`);
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
