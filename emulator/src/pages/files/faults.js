// The fault panel: order what goes wrong, see how often it struck, take it back.

import { $, attempt, coalesced, element, keyed, say, send } from './dom.js';

const OPERATIONS = ['answer', 'createCall', 'connect', 'redirect', 'reject', 'getCall', 'hangUp', 'terminate', 'transfer', 'play', 'recognize',
  'cancelMedia', 'addParticipant', 'removeParticipant', 'cancelAddParticipant', 'mute', 'hold', 'unhold', 'sendTones', 'startRecording', 'stopRecording'];
const EVENTS = ['IncomingCall', 'CallConnected', 'CallDisconnected', 'ParticipantsUpdated', 'PlayStarted', 'PlayCompleted', 'RecognizeCompleted',
  'RecognizeFailed', 'AddParticipantSucceeded', 'AddParticipantFailed', 'RecordingStateChanged', 'CallTransferAccepted'];
const FAMILIES = ['*', 'graph', 'token', 'keys'];

/** Name, words, values with their defaults, and what it strikes. */
const ACTIONS = [
  ['drop', 'is never posted', {}, 'An event is lost.'],
  ['duplicate', 'is posted twice', {}, 'An event comes twice, with the same id.'],
  ['reorder', 'is overtaken by the next', {}, 'An event waits until the next one of its call has passed it.'],
  ['delay', 'comes late', { ms: 1000 }, 'An event is posted, or a request executed, this many milliseconds later.'],
  ['refuse', 'is refused', { status: 503, sub_code: '', retry_after: '' }, 'A request has no effect and is answered with this status.'],
  ['fail_after', 'is done, but answered as failed', { status: 500 }, 'A request takes effect; its answer says it did not.'],
  ['hang', 'is answered late', { ms: 5000 }, 'A request takes effect at once; its answer comes this many milliseconds later.'],
  ['reset', 'gets no answer: connection closed', {}, 'The connection of a request breaks before its effect.'],
  ['slow', 'is answered drop by drop', { ms: 3000 }, 'The bytes of an answer come over this many milliseconds.'],
  ['rotate_keys', 'comes with new signing keys', {}, 'All signing keys change just before.'],
  ['skew', 'comes from a clock that is off', { ms: 600000 }, 'Times and tokens are off by this many milliseconds; negative is earlier.'],
];

export function startFaults() {
  $('fault-names').append(...[...FAMILIES, ...OPERATIONS, ...EVENTS].map((name) => new Option(name)));
  $('fault-what').append(...ACTIONS.map(([name, words]) => new Option(words, name)));
  $('fault-what').addEventListener('change', renderValues);
  $('fault-often').addEventListener('change', renderOften);
  $('fault').addEventListener('submit', (event) => { event.preventDefault(); order(); });
  $('rules-clear').addEventListener('click', async () => { await attempt('Withdrawing', () => send('DELETE', '/faults')); loadFaults(); });
  renderValues();
  renderOften();
}

const chosen = () => ACTIONS.find(([name]) => name === $('fault-what').value);

function renderValues() {
  const [, , values, help] = chosen();
  $('fault-values').replaceChildren(...Object.entries(values).map(([name, value]) =>
    element('label', {}, name.replace('_', ' '), element('input', { type: 'number', name, value, placeholder: value === '' ? 'none' : null }))));
  say($('fault-help'), help);
}

function renderOften() {
  const often = $('fault-often').value;
  $('fault-number-label').hidden = often === 'each';
  say($('fault-number-text'), { nth: 'Which', every: 'How many', probability: '0 to 1' }[often] ?? '');
  if (often === 'probability' && Number($('fault-number').value) > 1) $('fault-number').value = '0.2';
}

async function order() {
  const [name] = chosen();
  const values = {};
  for (const input of $('fault-values').querySelectorAll('input')) {
    if (input.value !== '') values[input.name] = Number(input.value);
  }
  const rule = { on: $('fault-on').value.trim(), action: Object.keys(values).length ? { [name]: values } : name };
  const often = $('fault-often').value;
  if (often !== 'each') rule[often] = Number($('fault-number').value);
  if (await attempt('The fault', () => send('POST', '/faults', rule))) {
    $('fault-on').value = '';
    loadFaults();
  }
}

/** The rules in force; looked at again while the panel is open. */
export const loadFaults = coalesced(async () => {
  if ($('view-faults').hidden) return;
  const rules = await attempt('The faults', () => send('GET', '/faults'));
  if (!Array.isArray(rules)) return;
  keyed($('rules'), rules, (one) => one.id, make, (item, one) => say(item.querySelector('.counts'), counts(one)));
  $('rules-empty').hidden = rules.length > 0;
  $('rules-clear').hidden = rules.length === 0;
});

const ruleOf = (one) => one.rule ?? one;
const counts = (one) => `struck ${one.struck ?? 0} of ${one.counted ?? 0}`;

function make(one) {
  const rule = ruleOf(one);
  const [name, values] = typeof rule.action === 'string' ? [rule.action, {}] : Object.entries(rule.action)[0];
  const words = ACTIONS.find(([known]) => known === name)?.[1] ?? name;
  const often = rule.nth ? `time ${rule.nth}` : rule.every ? `every ${rule.every}` : rule.probability !== undefined ? `with probability ${rule.probability}` : 'each time';
  const extra = Object.entries(values).filter(([, value]) => value !== null).map(([key, value]) => `${key.replace('_', ' ')} ${value}`).join(', ');
  return element('li', { class: 'rule' },
    element('span', {}, element('strong', {}, rule.on), ` ${words}${extra ? ` (${extra})` : ''}, ${often}`),
    element('span', { class: 'counts small' }),
    element('button', { type: 'button', class: 'quiet', 'aria-label': `Withdraw the fault on ${rule.on}`,
      onclick: async () => { await attempt('Withdrawing', () => send('DELETE', `/faults/${one.id}`)); loadFaults(); } }, 'Withdraw'));
}
