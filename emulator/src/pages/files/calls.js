// The switchboard: calls with who is on them and what happens there, the newest and the live ones first.

import { $, attempt, clock, element, keyed, say, send } from './dom.js';
import { showLogOf } from './log.js';
import { fileName, takeLine } from './phone.js';
import { isLive, known } from './state.js';

/** Cards shown at once. */
const MOST = 60;
const KINDS = { phoneNumber: 'phone', communicationUser: 'ACS', microsoftTeamsUser: 'Teams', microsoftTeamsApp: 'app' };

export function renderCalls() {
  const { calls, totals } = known.world;
  const shown = [...calls].reverse().sort((a, b) => isLive(b) - isLive(a)).slice(0, MOST);
  $('calls-empty').hidden = calls.length > 0;
  keyed($('calls'), shown, (call) => call.id, make, update);
  const more = totals.calls - shown.length;
  $('calls-more').hidden = more <= 0;
  say($('calls-more'), `${more.toLocaleString('en')} more calls are not shown`);
}

function make(call) {
  const button = (text, onclick, label) => element('button', { type: 'button', class: 'quiet', onclick, 'aria-label': `${label} ${call.id}` }, text);
  return element('li', { class: 'line' },
    element('div', { class: 'line-head' },
      element('span', { class: 'badge' }), element('strong', { class: 'line-title' }), element('span', { class: 'timer small' })),
    element('ul', { class: 'people' }),
    element('p', { class: 'line-now' }),
    element('div', { class: 'line-foot' },
      element('span', { class: 'small line-id' }),
      button('Log', () => showLogOf(call.id), 'Log of'),
      button('On my phone', () => takeLine(call.id), 'Take on my phone'),
      element('button', { type: 'button', class: 'quiet end', 'aria-label': `Hang up ${call.id}`,
        onclick: () => attempt('Hanging up', () => send('POST', `/calls/${call.id}/hangup`)) }, 'Hang up')));
}

function update(card, call) {
  const part = (name) => card.querySelector(name);
  card.dataset.state = call.state;
  say(part('.badge'), call.state);
  say(part('.line-title'), `${call.caller_name || call.from} → ${call.to}`);
  say(part('.line-id'), [call.id, call.connection?.slice(0, 8)].filter(Boolean).join(' · '));
  keyed(part('.people'), call.participants, (one) => one.raw_id, () => element('li', {}), (item, one) => {
    const marks = [one.muted && 'muted', one.held && 'held', one.on_hold && 'held'].filter(Boolean);
    say(item, [one.name || one.raw_id, KINDS[one.kind] ?? one.kind, ...marks].join(' · '));
    item.classList.toggle('marked', marks.length > 0);
  });
  say(part('.line-now'), happening(call));
  card.classList.toggle('recorded', call.recording);
  part('.end').hidden = !isLive(call);
  updateTimer(card, call);
}

/** One line: what runs on the call. */
function happening(call) {
  if (call.state === 'ended') return `Over: ${call.end_reason ?? 'no reason'}${call.recorded ? '; was recorded' : ''}`;
  const parts = [];
  if (call.hearing) {
    const what = call.hearing.text ? `“${call.hearing.text}”` : fileName(call.hearing.file);
    parts.push(`${{ say: 'Plays', music: 'Loops', prompt: 'Asks' }[call.hearing.kind] ?? 'Plays'} ${what}`);
  }
  if (call.listening) parts.push('listens');
  if (call.recording) parts.push('records');
  const text = parts.join(' · ');
  return (text && text[0].toUpperCase() + text.slice(1)) || (call.state === 'ringing' ? 'Waits for the application to answer' : 'Nothing runs');
}

function updateTimer(card, call) {
  if (isLive(call)) say(card.querySelector('.timer'), clock(Date.now() - call.started));
  else say(card.querySelector('.timer'), '');
}

export function renderCallTimers() {
  const calls = new Map(known.world.calls.map((call) => [call.id, call]));
  for (const card of $('calls').children) {
    const call = calls.get(card.dataset.key);
    if (call) updateTimer(card, call);
  }
}
