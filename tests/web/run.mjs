// SPDX-License-Identifier: Apache-2.0
// The page in a real browser: node tests/web/run.mjs (or npm test in web/). TAP out, exit status.
//   HEARTH_URL     a running Hearth with a simulated site; without it the fake server is started
//   HEARTH_FAKE    that server (default: build-web or build, tests/host/web/fake_server)
//   HEARTH_PASSWORD the owner's password, set on the first visit if there is none yet
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { specs } from './specs.mjs';
import { batterySpecs } from './specs_battery.mjs';
import { inverterSpecs } from './specs_inverter.mjs';
import { toolSpecs } from './specs_tools.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const require = createRequire(path.join(root, 'web/package.json'));
const { chromium } = require('playwright-core');
const only = process.argv[2];

async function startFake() {
  const candidates = [process.env.HEARTH_FAKE, ...['build-web', 'build'].map((b) => path.join(root, b, 'tests/host/web/fake_server'))];
  const program = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!program) throw new Error('no HEARTH_URL and no fake_server built');
  const folder = mkdtempSync(path.join(tmpdir(), 'hearth-web-'));
  const child = spawn(program, ['--port', '0', '--db', path.join(folder, 'h.db'), '--history', '9'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => resolve(String(data).split(' ')[0].trim()));
    child.on('exit', () => reject(new Error('the fake server ended')));
  });
  return { url, stop: () => { child.kill('SIGTERM'); rmSync(folder, { recursive: true, force: true }); } };
}

const server = process.env.HEARTH_URL ? { url: process.env.HEARTH_URL, stop: () => undefined } : await startFake();
const url = server.url.replace(/\/?$/, '/');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const shots = path.join(root, 'screenshots');
mkdirSync(shots, { recursive: true });

let failed = 0, n = 0;
const chosen = [...specs, ...batterySpecs, ...toolSpecs, ...inverterSpecs].filter((spec) => !only || spec.name.includes(only));
console.log('TAP version 13');
console.log(`1..${chosen.length}`);
for (const spec of chosen) {
  n++;
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', ...spec.context });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !(spec.tolerate ?? []).some((text) => message.text().includes(text))) trouble.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => trouble.push(`page: ${error.message}`));
  page.on('request', (request) => { if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) trouble.push(`foreign request: ${request.url()}`); });
  page.setDefaultTimeout(8000);
  try {
    await spec.run({ page, context, url, shot: (name) => page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true }), axe: require.resolve('axe-core/axe.min.js') });
    if (trouble.length) throw new Error(trouble.join('\n'));
    console.log(`ok ${n} - ${spec.name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${n} - ${spec.name}`);
    console.log(String(error.stack ?? error).split('\n').slice(0, 14).map((line) => `# ${line}`).join('\n'));
    await page.screenshot({ path: path.join(shots, `failed-${n}.png`) }).catch(() => undefined);
  }
  await context.close();
}
await browser.close();
server.stop();
console.log(`# ${chosen.length - failed} of ${chosen.length} passed`);
process.exit(failed ? 1 : 0);
