// The demo page in headless Chromium: one call by keyboard alone, one by mouse, one by speech, and what must hold meanwhile.
//
//   node demo.mjs BASE_URL SCREENSHOT_DIR     against `switchboard demo`
//   node demo.mjs fake SCREENSHOT_DIR         against the fake of this folder
//
// Every wait is for a condition. The first failure ends the run, with failure.png in the directory.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { startFake } from './fake-server.mjs';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const PATIENCE = 30_000; // ms; a call in real time takes a few seconds between two things to see
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

const results = { passed: 0, failed: 0 };
const line = (text) => process.stdout.write(`${text}\n`);

async function check(name, work) {
  await work();
  results.passed += 1;
  line(`  ok  ${name}`);
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Replaces the browser's voice by one that only remembers. */
function rememberSpeech() {
  const log = { spoken: [], cancelled: 0 };
  window.speechLog = log;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voice = { pending: false, speak: (utterance) => log.spoken.push(utterance.text), cancel: () => { log.cancelled += 1; } };
  Object.defineProperty(window, 'speechSynthesis', { value: voice });
}

/** The page with words for what the test does with it. */
class Visitor {
  constructor(page, base, shots) {
    Object.assign(this, { page, base, shots, errors: [], strangers: [] });
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(base).origin) this.strangers.push(request.url());
    });
  }

  see(selector) {
    return this.page.locator(selector).first().waitFor({ state: 'visible' });
  }

  /** Waits until the text of `selector` matches. */
  async reads(selector, pattern) {
    const wanted = { selector, source: pattern.source, flags: pattern.flags };
    const found = ({ selector: where, source, flags }) => new RegExp(source, flags).test(document.querySelector(where)?.textContent ?? '');
    await this.page.waitForFunction(found, wanted).catch(async () => {
      const text = await this.page.locator(selector).first().textContent().catch(() => 'nothing');
      throw new Error(`${selector} should come to read ${pattern}, but reads: ${text}`);
    });
  }

  /** Presses Tab until the focus is on `selector`. */
  async tabTo(selector) {
    for (let step = 0; step < 80; step += 1) {
      await this.page.keyboard.press('Tab');
      if (await this.page.evaluate((where) => document.activeElement.matches(where), selector)) return;
    }
    throw new Error(`Tab does not reach ${selector}`);
  }

  async shot(name) {
    await this.settled();
    await this.page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  /** Waits until only what moves for ever still moves. */
  settled() {
    return this.page.waitForFunction(() => document.getAnimations().every((one) => one.effect.getComputedTiming().iterations === Infinity));
  }

  /** No serious finding of axe, and nothing wider than the window. */
  async sound(where) {
    await this.settled();
    const found = await this.page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ['violations'] })`);
    const serious = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact));
    const told = serious.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
    expect(serious.length === 0, `axe, ${where}: ${told.join('\n')}`);
    const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider <= 0, `${where}: the page is ${wider} px wider than the window`);
  }

  look(colorScheme, viewport = WIDE) {
    return Promise.all([this.page.emulateMedia({ colorScheme }), this.page.setViewportSize(viewport)]);
  }

  /** What the newest call of the world has heard so far. */
  heard() {
    return this.page.evaluate(async () => {
      const json = async (path) => (await fetch(path)).json();
      const { id } = (await json('/world/world')).calls.at(-1);
      return (await json(`/world/calls/${id}`)).heard.map((one) => one.text);
    });
  }

  speech() {
    return this.page.evaluate(() => window.speechLog);
  }
}

async function arrive(visitor) {
  const { page } = visitor;
  await page.goto(visitor.base);
  await check('the page opens and both streams are live', () => visitor.reads('#stream', /^Live$/));
  await check('the number is filled in and there are two or more Teams clients', async () => {
    await page.waitForFunction(() => /^\+[0-9]{5,15}$/.test(document.querySelector('#to').value));
    await page.waitForFunction(() => document.querySelectorAll('.client').length >= 2);
  });
  await check('everything fits one screen of 1280 by 800', async () => {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(height <= WIDE.height, `the page is ${height} px high`);
  });
  for (const scheme of ['light', 'dark']) {
    await visitor.look(scheme);
    await check(`accessible before a call, ${scheme}`, () => visitor.sound(`idle, ${scheme}`));
    await visitor.shot(`idle-${scheme}`);
  }
  await visitor.look('light');
}

async function callByKeyboard(visitor) {
  const { page } = visitor;
  await check('Enter dials and the greeting is heard', async () => {
    await page.keyboard.press('Enter');
    await visitor.reads('#call-state', /^Connected$/);
    await visitor.reads('#screen', /Welcome/);
  });
  await check('the greeting is read aloud', async () => {
    const { spoken } = await visitor.speech();
    expect(spoken.some((text) => text.includes('Welcome')), `read aloud: ${JSON.stringify(spoken)}`);
  });
  await check('the line listens and the trace grows', async () => {
    await visitor.see('#listening');
    await visitor.reads('#entries', /IncomingCall[^]*Answer[^]*CallConnected/);
  });
  await visitor.shot('menu-light');
  await check('0 rings a Teams client that shows the caller’s name', async () => {
    await page.keyboard.press('0');
    await visitor.see('.client[data-state="ringing"]');
    const name = await page.inputValue('#name');
    await visitor.reads('.client[data-state="ringing"] .doing', new RegExp(name));
    await visitor.reads('#hint', /ringing/);
  });
  await ringing(visitor);
  return acceptByKeyboard(visitor);
}

async function ringing(visitor) {
  const { page } = visitor;
  const moving = () => page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
  await check('ringing moves, and does not for who asked for less motion', async () => {
    expect(await moving() > 0, 'nothing moves');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving() === 0, 'something moves');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });
  await visitor.shot('ringing-light');
  await check('accessible while ringing', () => visitor.sound('ringing'));
}

async function acceptByKeyboard(visitor) {
  const { page } = visitor;
  const name = await page.locator('.client[data-state="ringing"] h3').textContent();
  await check(`${name} accepts, by keyboard`, async () => {
    await visitor.tabTo('.client[data-state="ringing"] [data-act="accept"]');
    await page.keyboard.press('Enter');
    await visitor.reads('.client[data-state="in_call"] h3', new RegExp(`^${name}$`));
  });
  await check('both are in the call: the phone, the client and the trace say so', async () => {
    await visitor.reads('#talking-text', new RegExp(name));
    await visitor.reads('#phase', /^Talking$/);
    await visitor.reads('#entries', /AddParticipantSucceeded/);
    await visitor.see('#recording');
  });
  return name;
}

async function picturesOf(visitor) {
  for (const [name, scheme, viewport] of [['light', 'light', WIDE], ['dark', 'dark', WIDE], ['narrow', 'light', NARROW], ['narrow-dark', 'dark', NARROW]]) {
    await visitor.look(scheme, viewport);
    await visitor.page.evaluate(() => window.scrollTo(0, 0));
    await check(`accessible and in shape in a call, ${name}`, () => visitor.sound(`in a call, ${name}`));
    await visitor.shot(`talking-${name}`);
    if (viewport !== NARROW) continue;
    for (const part of ['teams', 'trace']) {
      await visitor.page.locator(`#${part}`).evaluate((one) => one.scrollIntoView());
      await visitor.shot(`${part}-${name}`);
    }
  }
  await visitor.look('light');
}

async function endByKeyboard(visitor, name) {
  await check('Escape hangs up; the outcome names the colleague and the recording', async () => {
    const before = (await visitor.speech()).cancelled;
    await visitor.page.keyboard.press('Escape');
    await visitor.see('#outcome');
    await visitor.reads('#outcome-title', /^Connected$/);
    await visitor.reads('#outcome-text', new RegExp(name));
    await visitor.reads('#outcome-recording', /Recording \S+/);
    await visitor.reads('#call-state', /^Call ended/);
    await visitor.page.waitForFunction(() => document.activeElement.id === 'dial-button');
    expect((await visitor.speech()).cancelled > before, 'the voice was not stopped');
  });
  await check('every Teams client is free again', async () => {
    await visitor.page.waitForFunction(() => !document.querySelector('.client:not([data-state="idle"])'));
  });
  await check('accessible after a call', () => visitor.sound('after a call'));
  await visitor.shot('ended-light');
}

async function callByMouse(visitor) {
  const { page } = visitor;
  await check('sound off is remembered over a reload', async () => {
    await page.click('#sound');
    await page.reload();
    await visitor.reads('#stream', /^Live$/);
    expect(await page.getAttribute('#sound', 'aria-pressed') === 'false', 'sound is on again');
  });
  await check('a second call by mouse: a reload in the middle finds it again', async () => {
    await page.click('#dial-button');
    await visitor.see('#listening');
    await page.reload();
    await visitor.reads('#call-state', /^Connected$/);
    await visitor.reads('#screen', /Welcome/);
  });
  await check('declined by one colleague, it rings the next', async () => {
    await page.click('[data-tone="0"]');
    await visitor.see('.client[data-state="ringing"]');
    const first = await page.locator('.client[data-state="ringing"]').getAttribute('data-oid');
    await page.click('.client[data-state="ringing"] [data-act="decline"]');
    await visitor.see(`.client[data-state="ringing"]:not([data-oid="${first}"])`);
  });
  await check('hanging up while it rings frees the client; the outcome says who left', async () => {
    await page.click('#hangup');
    await visitor.reads('#outcome-title', /hung up/);
    await page.waitForFunction(() => !document.querySelector('.client:not([data-state="idle"])'));
  });
}

async function callBySpeech(visitor) {
  const { page } = visitor;
  const calls = Number(await page.locator('#calls-count').textContent());
  await check('a third call: what is said is understood', async () => {
    await page.click('#dial-button');
    await visitor.see('#listening');
    const before = await visitor.heard();
    await page.fill('#speech', 'baggage');
    await page.click('#say-button');
    await page.waitForFunction((texts) => {
      const now = document.querySelector('#now').textContent;
      return now !== '' && !texts.includes(now);
    }, before);
    const { spoken } = await visitor.speech();
    expect(spoken.length === 0, `read aloud with sound off: ${JSON.stringify(spoken)}`);
    await page.keyboard.press('Escape');
    await visitor.reads('#calls-count', new RegExp(`^${calls + 1}$`));
    await visitor.see('#outcome');
  });
}

async function afterwards(visitor, name) {
  const { page } = visitor;
  await check('the earlier call opens and its JSON is there', async () => {
    await page.click('#calls summary');
    await page.locator('#calls-list button', { hasText: 'Connected' }).first().click();
    await visitor.reads('#outcome-text', new RegExp(name));
    const link = await page.locator('#open-json').evaluate((one) => one.href);
    const trace = await page.evaluate(async (url) => (await fetch(url)).json(), link);
    expect(trace.outcome === 'connected' && trace.entries.length > 5, 'the JSON is not that call');
  });
  await check('a presence set in a client reaches the world', async () => {
    const select = page.locator('.client select').first();
    const before = await select.inputValue();
    for (const wanted of ['DoNotDisturb', before]) {
      await select.selectOption(wanted);
      await page.waitForFunction(async (value) => (await (await fetch('/world/world')).json()).users[0].availability === value, wanted);
    }
  });
  await check('no error in the console, no request to another origin', async () => {
    expect(visitor.errors.length === 0, `console: ${visitor.errors.join('\n')}`);
    expect(visitor.strangers.length === 0, `requests: ${visitor.strangers.join('\n')}`);
  });
}

async function outage(visitor, fake) {
  await check('a lost connection is told and comes back by itself', async () => {
    await fake.stop();
    await visitor.reads('#stream', /^Reconnecting$/);
    const again = await startFake(Number(new URL(fake.base).port));
    await visitor.reads('#stream', /^Live$/);
    await again.stop();
  });
}

async function main([target, shots]) {
  if (!target || !shots) throw new Error('usage: node demo.mjs BASE_URL|fake SCREENSHOT_DIR');
  await mkdir(shots, { recursive: true });
  const fake = target === 'fake' ? await startFake() : null;
  const browser = await chromium.launch(BROWSER);
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light' });
  await context.addInitScript(rememberSpeech);
  const visitor = new Visitor(await context.newPage(), fake?.base ?? target, shots);
  try {
    await arrive(visitor);
    const name = await callByKeyboard(visitor);
    await picturesOf(visitor);
    await endByKeyboard(visitor, name);
    await callByMouse(visitor);
    await callBySpeech(visitor);
    await afterwards(visitor, name);
    if (fake) await outage(visitor, fake);
  } catch (error) {
    await visitor.shot('failure').catch(() => {});
    for (const text of visitor.errors) line(`  console: ${text}`);
    throw error;
  } finally {
    await browser.close();
    await fake?.stop().catch(() => {});
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  results.failed += 1;
  line(`  FAILED  ${error.message}`);
}
line(`page: ${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed > 0 ? 1 : 0;
