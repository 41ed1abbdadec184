// The trace panel: the calls of the service, the entries of one, and its outcome.

import { newEntry } from './entry.js';
import { $, attempt, coalesced, element, known, say, send, words } from './page.js';

let following = true; // the newest entry stays in sight

export const loadCalls = coalesced(async () => {
  known.calls = (await send('GET', '/trace/calls')).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const newest = known.calls[0]?.id ?? null;
  if (!known.pinned && newest !== known.shown) show(newest);
  renderCalls();
});

export const loadTrace = coalesced(async () => {
  const id = known.shown;
  if (!id) return;
  const trace = await send('GET', `/trace/calls/${encodeURIComponent(id)}`);
  if (id !== known.shown) return;
  known.trace = trace;
  renderTrace();
});

function show(id) {
  known.shown = id;
  known.trace = null;
  following = !known.pinned;
  $('entries').replaceChildren();
  $('log').scrollTop = 0;
  renderTrace();
  loadTrace();
}

function renderCalls() {
  $('calls').hidden = known.calls.length === 0;
  say($('calls-count'), String(known.calls.length));
  const focused = $('calls-list').contains(document.activeElement) && document.activeElement.value;
  $('calls-list').replaceChildren(...known.calls.slice(0, 50).map((call) => {
    const time = new Date(call.created_at).toLocaleTimeString([], { hour12: false });
    const button = element('button', '', time, element('span', '', words(call.outcome ?? call.phase)));
    button.type = 'button';
    button.value = call.id;
    if (call.id === known.shown) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => openCall(call.id));
    return element('li', '', button);
  }));
  // The list was drawn anew: the reader's place in it stays.
  if (focused) $('calls-list').querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
}

function openCall(id) {
  known.pinned = id !== known.calls[0]?.id;
  $('calls').open = false;
  $('calls').querySelector('summary').focus();
  show(id);
  renderCalls();
}

function renderTrace() {
  const { trace, shown } = known;
  $('empty').hidden = shown !== null;
  $('copy').hidden = $('open-json').hidden = !trace;
  if (shown) $('open-json').href = `/trace/calls/${encodeURIComponent(shown)}`;
  say($('phase'), trace ? (known.pinned ? `Earlier call: ${trace.phase}` : words(trace.phase)) : '');
  if (trace) renderEntries(trace.entries);
  renderOutcome(trace);
}

/** Appends what is new; replaces an entry only if it changed. */
function renderEntries(entries) {
  const list = $('entries');
  const fresh = list.children.length > 0;
  entries.forEach((entry, index) => {
    const source = JSON.stringify(entry);
    const old = list.children[index];
    if (old?.source === source) return;
    const item = newEntry(entry);
    item.source = source;
    if (old) old.replaceWith(item);
    else list.append(item);
    if (fresh) item.classList.add('fresh');
  });
  while (list.children.length > entries.length) list.lastElementChild.remove();
  keepNewest();
  renderNewest();
}

const OUTCOMES = {
  connected: ['good', 'Connected'],
  completed: ['calm', 'Completed without an agent'],
  voicemail: ['calm', 'Nobody was free'],
  abandoned: ['calm', 'The caller hung up first'],
};

function renderOutcome(trace) {
  const over = Boolean(trace?.outcome) && trace.phase === 'ended';
  $('outcome').hidden = !over;
  if (!over) return;
  const [tone, title] = OUTCOMES[trace.outcome] ?? ['bad', words(trace.outcome)];
  const length = trace.entries.at(-1)?.ms;
  $('outcome').dataset.tone = tone;
  say($('outcome-title'), title);
  say($('outcome-text'), [trace.agent ? `with ${trace.agent_name ?? trace.agent}` : '', length ? `${(length / 1000).toFixed(1)} s in all` : ''].filter(Boolean).join(', '));
  say($('outcome-recording'), trace.recording ? `Recording ${trace.recording}` : '');
  keepNewest();
}

const atEnd = () => $('log').scrollHeight - $('log').scrollTop - $('log').clientHeight < 24;

function renderNewest() {
  $('newest').hidden = following || atEnd();
}

/** The reader asks for the newest entry and follows from there. */
export function followNewest() {
  following = true;
  $('log').scrollTop = $('log').scrollHeight;
  renderNewest();
}

let lastTop = 0;
/** Following stops when the reader scrolls up and starts again at the end. */
export function noteScroll() {
  const top = $('log').scrollTop;
  if (atEnd()) following = true;
  else if (top < lastTop) following = false;
  lastTop = top;
  renderNewest();
}

/** The panel got another size: the newest entry stays in sight. */
export function keepNewest() {
  if (following) $('log').scrollTop = $('log').scrollHeight;
}

export async function copyTrace() {
  const done = await attempt('Copying', async () => {
    await navigator.clipboard.writeText(JSON.stringify(known.trace, null, 2));
    return true;
  });
  if (!done) return;
  say($('copy'), 'Copied');
  setTimeout(() => say($('copy'), 'Copy JSON'), 1500);
}

/** The service says that a call's trace grew. */
export function onTraceGrew({ id }) {
  loadCalls();
  if (id === known.shown) loadTrace();
}
