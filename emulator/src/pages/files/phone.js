// The phone: several lines, each a call of its own; dials, presses keys, speaks, hangs up.

import { $, attempt, clock, element, keyed, say, send } from './dom.js';
import { callOf, isLive, known, shortly, storeLines } from './state.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const SPOKEN = { '*': 'star', '#': 'hash' };
let reconnect = () => {};

export function startPhone(onNewLine) {
  reconnect = onNewLine;
  $('keypad').append(...KEYS.map((tone) =>
    element('button', { type: 'button', 'data-tone': tone, 'aria-label': SPOKEN[tone], disabled: true, onclick: () => press(tone) }, tone)));
  $('dial').addEventListener('submit', (event) => { event.preventDefault(); dial(); });
  $('say').addEventListener('submit', (event) => { event.preventDefault(); speak(); });
  $('hangup').addEventListener('click', hangUp);
  $('another').addEventListener('click', () => { show(null); $('to').focus(); });
  $('lines').addEventListener('change', (event) => show(event.target.value || null));
}

const line = () => callOf(known.line);

export async function dial() {
  if (known.line && isLive(line())) return;
  if (!$('dial').reportValidity()) return;
  const [to, from, name] = ['to', 'from', 'name'].map((id) => $(id).value.trim());
  const answer = await attempt('The call', () => send('POST', '/calls', { from, name, to }));
  if (!answer) return;
  known.lines.push(answer.call);
  show(answer.call);
  reconnect();
  $('screen').focus({ preventScroll: true });
}

function show(id) {
  known.line = id;
  storeLines();
  renderPhone();
}

/** Shows a call of the switchboard on the phone, as its caller. */
export function takeLine(id) {
  if (!known.lines.includes(id)) known.lines.push(id);
  show(id);
  reconnect();
  $('phone').scrollIntoView({ block: 'nearest' });
}

export async function press(tone) {
  if (line()?.state !== 'connected') return;
  const key = document.querySelector(`[data-tone="${CSS.escape(tone)}"]`);
  key.classList.add('pressed');
  setTimeout(() => key.classList.remove('pressed'), 160);
  await attempt('The key', () => send('POST', `/calls/${known.line}/press`, { tones: tone }));
}

async function speak() {
  const text = $('speech').value.trim();
  if (!text || !isLive(line())) return;
  $('speech').value = '';
  await attempt('Speaking', () => send('POST', `/calls/${known.line}/say`, { text }));
}

export async function hangUp() {
  if (!isLive(line())) return;
  await attempt('Hanging up', () => send('POST', `/calls/${known.line}/hangup`));
}

/** What the caller is told of the state. */
function doing(call) {
  if (!call) return known.line ? 'Forgotten by the emulator' : 'Ready';
  if (call.state === 'ended') return `Ended: ${call.end_reason ?? 'no reason'}`;
  if (call.state === 'ringing') return `Ringing ${clock(Date.now() - call.started)}`;
  return `Connected ${clock(Date.now() - call.started)}`;
}

export function renderTimer() {
  const call = line();
  say($('line-state'), doing(call));
}

export function renderPhone() {
  const [number = ''] = known.world.numbers;
  if (!$('to').value && number) $('to').value = number;
  if ($('numbers').children.length !== known.world.numbers.length) {
    $('numbers').replaceChildren(...known.world.numbers.map((one) => new Option(one, one)));
  }
  renderChoice();
  const call = line();
  const shown = Boolean(known.line);
  const live = isLive(call);
  $('dial').hidden = shown;
  $('screen').hidden = !shown;
  $('live-acts').hidden = !shown;
  $('hangup').hidden = !live;
  $('dial-button').hidden = shown;
  say($('another'), live ? 'Another line' : 'New call');
  $('phone').dataset.state = call?.state ?? 'idle';
  for (const key of $('keypad').children) key.disabled = call?.state !== 'connected';
  $('speech').disabled = $('say-button').disabled = call?.state !== 'connected';
  renderTimer();
  if (shown) renderScreen(call);
}

function renderChoice() {
  $('line-choice').hidden = known.lines.length < 2;
  const options = known.lines.map((id) => ({ id, call: callOf(id) }));
  keyed($('lines'), [{ id: '' }, ...options], (one) => one.id || 'new', () => new Option(), (option, one) => {
    const state = one.call?.state === 'ended' ? ' (ended)' : '';
    say(option, one.id ? (one.call ? shortly(one.call) + state : one.id) : 'New line');
    option.value = one.id;
  });
  if ($('lines').value !== (known.line ?? '')) $('lines').value = known.line ?? '';
}

function renderScreen(call) {
  const heard = call?.heard ?? [];
  const hearing = call?.hearing;
  const now = nowText(call, hearing);
  const earlier = (hearing ? heard.slice(0, -1) : heard).slice(-4);
  keyed($('earlier'), earlier, (one) => `${one.at}${one.text}`, (one) => element('li', {}, one.text), () => {});
  say($('now'), now);
  const lamps = [
    call?.listening && ['listening', 'Listening to you'],
    call?.recording && ['recording', 'Recording'],
    hearing?.kind === 'music' && ['music', 'Music'],
    call?.held && ['held', 'On hold'],
  ].filter(Boolean);
  keyed($('lamps'), lamps, ([kind]) => kind, ([kind, text]) => element('li', { class: `lamp ${kind}` }, text), () => {});
}

function nowText(call, hearing) {
  if (hearing) return hearing.text ?? `♪ ${fileName(hearing.file)}`;
  if (!call || call.state === 'ended') return '';
  if (call.state === 'ringing') return 'It rings …';
  const others = call.participants.filter((one) => one.kind === 'microsoftTeamsUser').map((one) => one.name);
  return others.length ? `You are talking to ${others.join(' and ')}` : 'Silence';
}

export const fileName = (address) => (address ?? '').split('/').pop() || 'a file';
