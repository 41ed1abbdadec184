// The Teams clients: one card for each user of the world.

import { $, attempt, known, say, send, words } from './page.js';

export const cards = new Map(); // by object id

function newCard(oid) {
  const card = $('client-template').content.firstElementChild.cloneNode(true);
  const find = (selector) => card.querySelector(selector);
  card.dataset.oid = oid;
  const act = (verb) => attempt(words(verb), () => send('POST', `/world/users/${oid}/${verb}`));
  for (const button of card.querySelectorAll('[data-act]')) button.addEventListener('click', () => act(button.dataset.act));
  find('select').addEventListener('change', (event) => {
    const body = { availability: event.target.value };
    attempt('The presence', () => send('PUT', `/world/users/${oid}/presence`, body));
  });
  const made = {
    card, find, since: null,
    name: find('h3'), doing: find('.doing'), select: find('select'),
    ringing: find('.acts.ringing'), talking: find('.acts.talking'), timer: find('.timer'),
  };
  cards.set(oid, made);
  $('clients').append(card);
  return made;
}

export function renderClients() {
  const users = known.world.users;
  for (const [oid, one] of cards) {
    if (users.some((user) => user.oid === oid)) continue;
    one.card.remove();
    cards.delete(oid);
  }
  for (const user of users) renderClient(user, cards.get(user.oid) ?? newCard(user.oid));
  const ringing = users.filter((user) => user.client.state === 'ringing');
  say($('announce'), ringing.map((user) => `${user.name}: incoming call from ${user.client.from_name ?? 'a caller'}.`).join(' '));
  $('jump-teams').classList.toggle('urgent', ringing.length > 0);
  say($('jump-teams'), ringing.length > 0 ? 'Teams: ringing' : 'Teams');
}

function renderClient(user, one) {
  const { state, from_name: from, call } = user.client;
  const had = one.card.contains(document.activeElement) && document.activeElement.dataset.act;
  one.card.dataset.state = state;
  one.card.dataset.presence = user.availability;
  say(one.name, user.name);
  say(one.find('.initials'), user.name.split(/\s+/).map((part) => part[0]).slice(0, 2).join(''));
  say(one.find('.presence .hidden-text'), `Presence of ${user.name}`);
  for (const button of one.card.querySelectorAll('[data-act]')) button.setAttribute('aria-label', `${words(button.dataset.act)}, ${user.name}`);
  renderPresence(one.select, user.availability);
  one.ringing.hidden = state !== 'ringing';
  one.talking.hidden = state !== 'in_call';
  one.since = state === 'in_call' ? (one.since ?? Date.now()) : null;
  const caller = from ?? known.world.calls.find((other) => other.id === call)?.caller_name ?? 'a caller';
  const closed = user.client.open === false ? 'Teams is closed' : '';
  say(one.doing, { ringing: `${caller} is calling`, in_call: `In a call with ${caller}` }[state] ?? closed);
  if (had === 'accept' && state === 'in_call') one.find('[data-act="leave"]').focus({ preventScroll: true });
  else if (had && state === 'idle') one.select.focus({ preventScroll: true });
}

function renderPresence(select, availability) {
  if (![...select.options].some((option) => option.value === availability)) {
    select.append(new Option(availability.replace(/(?<=[a-z])(?=[A-Z])/g, ' '), availability));
  }
  if (select.value !== availability) select.value = availability;
}
