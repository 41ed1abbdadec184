// The emulator's page in headless Chromium: a call by keyboard, one that Teams takes, a replay, a fault, and thousands of calls.
//
//   node emulator.mjs BASE_URL SCREENSHOT_DIR     against `switchboard emulator` with a bot of emulator/examples subscribed
//
// Every wait is for a condition. The first failure ends the run, with failure.png in the directory.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const PATIENCE = 30_000;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const MANY = 2_000;
const [base, shots] = process.argv.slice(2);
const results = { passed: 0, failed: 0 };
const errors = [];
const strangers = [];

async function check(name, work) {
  await work();
  results.passed += 1;
  process.stdout.write(`  ok  ${name}\n`);
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function control(method, path, body) {
  const response = await fetch(`${base}/control${path}`, { method, body: body && JSON.stringify(body) });
  expect(response.ok, `${method} ${path} answered ${response.status}: ${await response.clone().text()}`);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

async function open(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => new URL(request.url()).origin !== new URL(base).origin && strangers.push(request.url()));
  await page.goto(base);
  await page.locator('#stream[data-state="live"]').waitFor();
  await page.waitForFunction(() => document.querySelector('#to').value !== '');
  return page;
}

async function accessible(page, label) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  const told = violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
  expect(told.length === 0, `${label}: axe finds ${told.join('; ')}`);
}

const shot = (page, name) => page.screenshot({ path: join(shots, `emulator-${name}.png`) });
const tab = (page, name) => page.click(`#tab-${name}`);

async function byKeyboard(page) {
  await page.keyboard.press('Enter');
  await page.locator('#now', { hasText: 'Welcome to Contoso' }).waitFor();
  await page.locator('.lamp.listening').waitFor();
  await accessible(page, 'a call');
  await shot(page, 'call');
  await page.keyboard.press('2');
  await page.locator('#now, #earlier', { hasText: 'Support it is' }).first().waitFor();
  await page.locator('#line-state', { hasText: 'Ended' }).waitFor();
}

async function tabsByKeyboard(page) {
  await page.focus('#tab-calls');
  for (const name of ['log', 'faults', 'connect', 'calls']) {
    await page.keyboard.press('ArrowRight');
    const chosen = await page.evaluate(() => document.activeElement.id);
    expect(chosen === `tab-${name}`, `the focus is on ${chosen}, not on ${name}`);
    await page.locator(`#view-${name}`).waitFor({ state: 'visible' });
    await accessible(page, name);
  }
}

async function replay(page) {
  await tab(page, 'log');
  await page.selectOption('#log-kind', 'deliveries');
  await page.fill('#log-text', 'CallConnected');
  const row = page.locator('.row', { hasText: 'CallConnected' });
  await row.first().waitFor();
  const before = await row.count();
  await row.first().locator('summary').click();
  await row.first().locator('.detail pre', { hasText: 'Microsoft.Communication.CallConnected' }).waitFor();
  await accessible(page, 'an open entry');
  await shot(page, 'log');
  await row.first().getByRole('button', { name: 'Replay this webhook' }).click();
  await page.waitForFunction((count) => document.querySelectorAll('.row').length > count, before);
  await page.locator('.row .note', { hasText: 'replay' }).first().waitFor();
  await page.selectOption('#log-kind', '');
  await page.fill('#log-text', '');
}

async function hidden(page) {
  await page.selectOption('#log-kind', 'requests');
  await page.fill('#log-text', 'answer');
  const row = page.locator('.row', { hasText: 'answer' }).first();
  await row.locator('summary').click();
  await row.locator('.detail pre', { hasText: '"incomingCallContext": "[hidden]"' }).waitFor();
  const text = await row.locator('.detail').innerText();
  expect(/authorization: \[hidden\]/i.test(text), 'the authorization is not hidden');
  await page.selectOption('#log-kind', '');
  await page.fill('#log-text', '');
}

async function fault(page) {
  await tab(page, 'faults');
  await page.fill('#fault-on', 'answer');
  await page.selectOption('#fault-what', 'refuse');
  await page.fill('#fault-values [name="status"]', '429');
  await page.selectOption('#fault-often', 'nth');
  await page.fill('#fault-number', '1');
  await page.getByRole('button', { name: 'Order this fault' }).click();
  await page.locator('.rule', { hasText: 'answer' }).waitFor();
  const { call } = await control('POST', '/calls', { from: '+442079460124', name: 'Bob Caller', to: '+18005550100' });
  await page.locator('.rule .counts', { hasText: 'struck 1 of' }).waitFor();
  await accessible(page, 'a fault in force');
  await shot(page, 'faults');
  await page.getByRole('button', { name: 'Withdraw the fault on answer' }).click();
  await page.locator('#rules-empty').waitFor();
  await control('POST', `/calls/${call}/hangup`).catch(() => {});
}

/** A card of each client answers by its own buttons; the ring itself is the application's, here a created call. */
async function presence(page) {
  const card = page.locator('.client', { hasText: 'Megan Bowen' });
  await card.getByRole('combobox').selectOption('DoNotDisturb');
  await page.waitForFunction(async () => {
    const world = await (await fetch('/control/world')).json();
    return world.users.find((user) => user.nickname === 'megan').availability === 'DoNotDisturb';
  });
  await card.getByRole('checkbox').uncheck();
  await card.locator('.doing', { hasText: 'Client closed' }).waitFor();
  await card.getByRole('checkbox').check();
  await card.getByRole('combobox').selectOption('Available');
}

async function many(page) {
  await tab(page, 'calls');
  for (let sent = 0; sent < MANY; sent += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) =>
      control('POST', '/calls', { from: `+4420${String(10_000_000 + sent + index)}`, name: `Caller ${sent + index}`, to: '+18005550100' })));
  }
  await page.waitForFunction((least) => Number(document.querySelector('#total-calls').textContent.replaceAll(',', '')) >= least, MANY);
  const cards = await page.locator('#calls > li').count();
  expect(cards <= 60, `${cards} cards are shown`);
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(elements < 8_000, `the page has ${elements} elements`);
  // It still answers a hand: a frame and a click within a second.
  const began = Date.now();
  await tab(page, 'log');
  await page.locator('.row').first().waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const rows = await page.locator('.row').count();
  expect(rows <= 250, `${rows} rows are shown`);
  process.stdout.write(`      ${MANY} calls: ${cards} cards, ${elements} elements, the log opens in ${Date.now() - began} ms\n`);
}

async function narrow(browser) {
  const page = await open(browser, { viewport: NARROW, colorScheme: 'dark' });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width <= NARROW.width, `the page is ${width} wide`);
  await accessible(page, 'narrow and dark');
  await shot(page, 'narrow');
  await page.close();
}

async function run(browser) {
  const page = await open(browser, { viewport: WIDE });
  await check('the page opens and is accessible', () => accessible(page, 'empty'));
  await check('a call by keyboard alone: dial, press, hear', () => byKeyboard(page));
  await check('tabs by arrow keys, each accessible', () => tabsByKeyboard(page));
  await check('presence and client of a Teams user', () => presence(page));
  await check('a webhook is replayed from the log', () => replay(page));
  await check('secrets are hidden in an open entry', () => hidden(page));
  await check('a fault is ordered, strikes, and is withdrawn', () => fault(page));
  await check('narrow and dark', () => narrow(browser));
  await check(`${MANY} calls do not hurt`, () => many(page));
  await check('nothing came from elsewhere, and no error was told', async () => {
    expect(strangers.length === 0, `it went to ${strangers.join(', ')}`);
    expect(errors.length === 0, `it told ${errors.join(' | ')}`);
  });
}

await mkdir(shots, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await run(browser);
} catch (error) {
  results.failed += 1;
  process.stdout.write(`  FAILED  ${error.stack}\n`);
  for (const context of browser.contexts()) for (const page of context.pages()) await shot(page, 'failure').catch(() => {});
} finally {
  await browser.close();
}
process.stdout.write(`pages: ${results.passed} passed, ${results.failed} failed\n`);
process.exitCode = results.failed ? 1 : 0;
