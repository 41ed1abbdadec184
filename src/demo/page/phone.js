// The phone: dials, presses keys, speaks, hangs up, and shows what its caller hears.

import { $, attempt, changed, clock, coalesced, element, isFile, known, say, send } from './page.js';
import { sound } from './sound.js';

export const callOnPhone = () => known.world.calls.find((call) => call.id === known.call);
export const isLive = () => known.call !== null && known.ended === null;
export const colleagueOnLine = () => known.world.users.find((user) => user.client.state === 'in_call' && user.client.call === known.call);

export async function dial() {
  if (isLive() || !$('dial').reportValidity()) return;
  const [to, from, name] = ['to', 'from', 'name'].map((id) => $(id).value.trim());
  const answer = await attempt('The call', () => send('POST', '/world/calls', { from, name, to }));
  if (!answer) return;
  known.pinned = false;
  sound.hush();
  adopt(answer.call);
  $('screen').focus({ preventScroll: true });
}

/** From now on the phone shows this call. */
function adopt(id) {
  Object.assign(known, { call: id, heard: [], ended: null, hungUp: false, connectedAt: null });
  sessionStorage.setItem('switchboard.call', id);
  changed();
}

export async function press(tone) {
  const call = callOnPhone();
  if (!isLive() || call?.state !== 'connected') return;
  const key = document.querySelector(`[data-tone="${CSS.escape(tone)}"]`);
  key.classList.add('pressed');
  setTimeout(() => key.classList.remove('pressed'), 160);
  sound.key(tone);
  sound.interrupt(call.hearing?.text);
  await attempt('The key', () => send('POST', `/world/calls/${known.call}/press`, { tones: tone }));
}

export async function speak() {
  const text = $('speech').value.trim();
  if (!text || !isLive()) return;
  $('speech').value = '';
  sound.interrupt(callOnPhone()?.hearing?.text);
  await attempt('Speaking', () => send('POST', `/world/calls/${known.call}/say`, { text }));
}

export async function hangUp() {
  if (!isLive()) return;
  sound.hush();
  known.hungUp = true;
  await attempt('Hanging up', () => send('POST', `/world/calls/${known.call}/hangup`));
}

/** What the world says about the call on this phone. */
export function observeCall() {
  if (!isLive()) return;
  const call = callOnPhone();
  if (call?.state === 'connected') known.connectedAt ??= Date.now();
  if (sound.interrupting && call?.hearing?.text !== sound.interrupting) sound.hush();
  if (call && call.state !== 'ended') return;
  const talked = known.connectedAt ? ` after ${clock(Date.now() - known.connectedAt)}` : '';
  known.ended = `Call ended${talked}`;
  sessionStorage.removeItem('switchboard.call');
  sound.hush();
  // What had the focus is about to disappear; from here Enter dials again.
  if (known.hungUp || $('phone').contains(document.activeElement)) setTimeout(() => $('dial-button').focus({ preventScroll: true }));
}

export const loadHeard = coalesced(async () => {
  const id = known.call;
  if (!id || known.ended) return;
  const call = await send('GET', `/world/calls/${id}`);
  if (id !== known.call) return;
  known.heard = (call.heard ?? []).map((one) => one.text).filter(Boolean);
  renderPhone();
});

export function renderPhone() {
  const call = callOnPhone();
  const live = isLive();
  const connected = live && call?.state === 'connected';
  const state = connected ? 'connected' : live ? 'ringing' : 'idle';
  $('phone').dataset.state = state;
  say($('call-state'), { connected: 'Connected', ringing: 'Ringing', idle: known.ended ?? 'Ready' }[state]);
  $('dial').hidden = $('dial-button').hidden = live;
  $('screen').hidden = $('hangup').hidden = !live;
  for (const control of [...$('keypad').children, $('speech'), $('say-button')]) control.disabled = !connected;
  if (live) renderLine(call, connected);
}

function renderLine(call, connected) {
  const colleague = colleagueOnLine();
  const spoken = known.heard.filter((text) => !isFile(text));
  const music = connected && call.hearing?.kind === 'music';
  const current = connected && !music && !colleague ? (spoken.at(-1) ?? '') : '';
  const past = (current ? spoken.slice(0, -1) : spoken).slice(-6);
  if ($('earlier').dataset.texts !== past.join('\n')) {
    $('earlier').dataset.texts = past.join('\n');
    $('earlier').replaceChildren(...past.map((text) => element('li', '', text)));
  }
  say($('now'), connected ? current : `Calling ${call?.to ?? $('to').value}`);
  $('music').hidden = !music;
  $('talking').hidden = !colleague;
  say($('talking-text'), colleague ? `You are talking to ${colleague.name}` : '');
  $('listening').hidden = !(connected && call.listening);
  $('recording').hidden = !(connected && call.recording);
}

/** A prompt or a file begins on some call of the world. */
export function onHeard({ call, text }) {
  if (call !== known.call || known.ended) return;
  if (sound.interrupting) sound.hush();
  if (text) sound.read(text);
  loadHeard();
}
