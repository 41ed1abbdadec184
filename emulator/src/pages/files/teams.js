// Teams clients: presence, what rings, accept, decline, ignore, leave.

import { $, attempt, clock, element, keyed, say, send } from './dom.js';
import { callOf, known } from './state.js';

/** Cards shown at once; the field finds the others. */
const MOST = 40;
const FIELD_FROM = 8;
const WORDS = {
  Available: 'Available', Busy: 'Busy', DoNotDisturb: 'Do not disturb', BeRightBack: 'Be right back', Away: 'Away', Offline: 'Offline',
};
const since = new Map();

export function startTeams() {
  $('people-filter').addEventListener('input', renderTeams);
}

const initials = (name) => name.split(/\s+/).map((word) => word[0] ?? '').join('').slice(0, 2).toUpperCase();
const act = (user, verb) => attempt(user.name, () => send('POST', `/users/${encodeURIComponent(user.oid)}/${verb}`));

/** Those who ring come first, then those who talk. */
function ordered(users) {
  const rank = { ringing: 0, in_call: 1, idle: 2 };
  const text = $('people-filter').value.trim().toLowerCase();
  return users
    .filter((user) => !text || `${user.name} ${user.nickname}`.toLowerCase().includes(text))
    .map((user, place) => ({ user, place }))
    .sort((a, b) => (users.length > FIELD_FROM ? rank[a.user.client.state] - rank[b.user.client.state] : 0) || a.place - b.place)
    .map(({ user }) => user);
}

export function renderTeams() {
  const users = known.world.users;
  $('people-filter').hidden = users.length <= FIELD_FROM;
  const found = ordered(users);
  keyed($('clients'), found.slice(0, MOST), (user) => user.oid, make, update);
  $('people-more').hidden = found.length <= MOST;
  say($('people-more'), `and ${found.length - MOST} more: type a name to find somebody`);
  const ringing = users.filter((user) => user.client.state === 'ringing');
  say($('teams-state'), ringing.length ? `${ringing.length} ringing` : 'answer here');
  $('jump-teams').classList.toggle('urgent', ringing.length > 0);
  say($('announce'), ringing.map((user) => `${user.name} rings`).join(', '));
}

function make(user) {
  const select = element('select', { 'aria-label': `Presence of ${user.name}` },
    ...Object.entries(WORDS).map(([value, text]) => new Option(text, value)));
  select.addEventListener('change', () =>
    attempt('The presence', () => send('PUT', `/users/${encodeURIComponent(user.oid)}/presence`, { availability: select.value })));
  const open = element('input', { type: 'checkbox' });
  open.addEventListener('change', () =>
    attempt('The client', () => send('PUT', `/users/${encodeURIComponent(user.oid)}/client`, { open: open.checked })));
  const button = (verb, text, kind) => element('button', { type: 'button', class: kind, onclick: () => act(user, verb) }, text);
  return element('article', { class: 'client' },
    element('div', { class: 'who' },
      element('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(user.name), element('i', { class: 'dot' })),
      element('div', { class: 'naming' }, element('h3', {}, user.name), element('p', { class: 'doing' })),
      element('div', { class: 'settings' }, select, element('label', { class: 'open' }, open, 'open'))),
    element('div', { class: 'acts ringing', hidden: true }, button('accept', 'Accept', 'go'), button('decline', 'Decline', 'stop'), button('ignore', 'Ignore', 'plain')),
    element('div', { class: 'acts talking', hidden: true }, element('span', { class: 'timer' }), button('leave', 'Leave', 'stop')));
}

function update(card, user) {
  const { client } = user;
  card.dataset.state = client.state;
  card.dataset.presence = user.availability;
  say(card.querySelector('h3'), user.name);
  const select = card.querySelector('select');
  if (!(user.availability in WORDS) && ![...select.options].some((one) => one.value === user.availability)) {
    select.add(new Option(user.availability, user.availability));
  }
  if (document.activeElement !== select && select.value !== user.availability) select.value = user.availability;
  const open = card.querySelector('input');
  if (open.checked !== client.open) open.checked = client.open;
  const call = callOf(client.call);
  const caller = client.from_name || call?.caller_name || call?.from || 'somebody';
  const doing = { idle: client.open ? '' : 'Client closed', ringing: `${caller} calls`, in_call: `In a call with ${caller}` };
  say(card.querySelector('.doing'), doing[client.state] ?? '');
  card.querySelector('.acts.ringing').hidden = client.state !== 'ringing';
  card.querySelector('.acts.talking').hidden = client.state !== 'in_call';
  if (client.state !== 'in_call') since.delete(user.oid);
  else if (!since.has(user.oid)) since.set(user.oid, Date.now());
}

export function renderTeamsTimers() {
  for (const card of $('clients').children) {
    const began = since.get(card.dataset.key);
    if (began) say(card.querySelector('.timer'), clock(Date.now() - began));
  }
}
