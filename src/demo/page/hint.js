// The line that says what to try now.

import { $, element, known } from './page.js';
import { callOnPhone, colleagueOnLine, isLive } from './phone.js';

/** What to try now: text and, in one-element lists, keys. */
function hintNow() {
  const users = known.world.users;
  const first = (user) => user.name.split(' ')[0];
  const call = callOnPhone();
  const ringing = users.find((user) => user.client.state === 'ringing');
  if (ringing) return { urgent: true, parts: [`${first(ringing)}’s Teams is ringing: accept, decline or ignore the call there.`] };
  if (!isLive()) return { parts: idleHint(users) };
  if (call?.state !== 'connected') return { parts: ['Ringing. Switchboard answers in a moment.'] };
  const colleague = colleagueOnLine();
  if (colleague) return { parts: [`You reached ${first(colleague)}. Hang up `, ['Esc'], ' and see how the trace ends.'] };
  if (call.hearing?.kind === 'music') {
    const free = users.some((user) => user.availability === 'Available');
    return { parts: [free ? 'You are in the queue. Switchboard is looking for a free colleague.' : 'You are in the queue. Set a colleague to Available to be put through.'] };
  }
  return { parts: ['Press ', ['0'], ' for a person. ', ['1'], ' and ', ['2'], ' work too, or say “baggage”.'] };
}

function idleHint(users) {
  if (known.ended) return ['Dial again ', ['Enter'], ' and try another way: decline, ignore, or set everyone to Offline.'];
  if (!users.some((user) => user.availability === 'Available')) return ['Nobody is available. Dial anyway, or set a colleague to Available.'];
  return ['Call the airline: press Dial ', ['Enter'], '. Then ', ['0'], ' brings you to a person.'];
}

export function renderHint() {
  const { parts, urgent = false } = hintNow();
  $('hint').classList.toggle('urgent', urgent);
  if ($('hint').textContent === parts.flat().join('')) return;
  $('hint').replaceChildren(...parts.map((part) => (Array.isArray(part) ? element('kbd', part[0].length > 1 ? 'board' : '', part[0]) : part)));
}
