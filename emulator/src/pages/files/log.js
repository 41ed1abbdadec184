// The log: requests of the application and deliveries to it, newest first; a row opens to its bytes.

import { $, attempt, coalesced, copy, element, say, send, timeOfDay } from './dom.js';
import { known, shortly } from './state.js';
import { select } from './tabs.js';

/** Entries kept and rows shown; older ones are in the control API. */
const KEPT = 2000;
const SHOWN = 250;

let entries = [];
let seen = { requests: 0, deliveries: 0 };
let open = new Set();
let details = new Map();
let paused = false;

export function startLog() {
  $('log-call').addEventListener('change', refetch);
  $('log-kind').addEventListener('change', renderRows);
  $('log-text').addEventListener('input', renderRows);
  $('log-filters').addEventListener('submit', (event) => event.preventDefault());
  $('log-pause').addEventListener('click', () => {
    paused = !paused;
    $('log-pause').setAttribute('aria-pressed', String(paused));
    say($('log-pause'), paused ? 'Go on' : 'Pause');
    if (!paused) renderRows();
  });
}

export function showLogOf(call) {
  fillCalls(call);
  $('log-call').value = call;
  refetch();
  select('log');
}

function refetch() {
  entries = [];
  seen = { requests: 0, deliveries: 0 };
  open = new Set();
  details = new Map();
  loadLog();
}

const visible = () => !$('view-log').hidden;

/** Fetches what is new, while somebody looks. */
export const loadLog = coalesced(async () => {
  if (!visible()) return;
  const call = $('log-call').value;
  const fetchOne = async (kind) => {
    const query = new URLSearchParams({ since: seen[kind], limit: 1000 });
    if (call) query.set('call', call);
    const found = await send('GET', `/${kind}?${query}`);
    if (found.length) seen[kind] = found.at(-1).n;
    return found.map((entry) => ({ ...entry, log: kind }));
  };
  const found = await attempt('The log', async () => (await Promise.all([fetchOne('requests'), fetchOne('deliveries')])).flat());
  if (!found || call !== $('log-call').value) return;
  if (Array.isArray(found) && found.length) {
    entries = [...entries, ...found].sort((a, b) => a.at - b.at || a.n - b.n).slice(-KEPT);
  }
  if (!paused) renderRows();
});

/** Looks again when the counters say that there is more. */
export function noteCounters({ requests, deliveries }) {
  if (visible() && (requests > seen.requests || deliveries > seen.deliveries)) loadLog();
  if (visible()) fillCalls();
}

function fillCalls(wanted = $('log-call').value) {
  const calls = known.world.calls.slice(-50).reverse();
  const options = calls.map((call) => new Option(shortly(call), call.id));
  if (wanted && !calls.some((call) => call.id === wanted)) options.unshift(new Option(wanted, wanted));
  const before = [...$('log-call').options].map((one) => one.value).join();
  const all = [new Option('all', ''), ...options];
  if (before === all.map((one) => one.value).join()) return;
  $('log-call').replaceChildren(...all);
  $('log-call').value = wanted;
}

const isProblem = (entry) => (entry.log === 'requests' ? entry.status >= 400 : entry.lost || !entry.status || entry.status >= 300);
const nameOf = (entry) => (entry.log === 'requests' ? entry.operation : entry.event);

function matches(entry, kind, text) {
  if (kind === 'problems' && !isProblem(entry)) return false;
  if ((kind === 'requests' || kind === 'deliveries') && entry.log !== kind) return false;
  return !text || `${nameOf(entry)} ${entry.status} ${entry.subject ?? ''} ${entry.problem ?? ''} ${entry.sub_code ?? ''}`.toLowerCase().includes(text);
}

export function renderRows() {
  if (!visible()) return;
  const kind = $('log-kind').value;
  const text = $('log-text').value.trim().toLowerCase();
  const found = entries.filter((entry) => matches(entry, kind, text));
  const shown = found.slice(-SHOWN).reverse();
  const focused = document.activeElement?.closest?.('.row')?.dataset.key;
  const known = new Map([...$('rows').children].map((row) => [row.dataset.key, row]));
  const rows = shown.map((entry) => known.get(keyOf(entry)) ?? makeRow(entry));
  if (rows.length !== $('rows').children.length || rows.some((row, place) => row !== $('rows').children[place])) {
    $('rows').replaceChildren(...rows);
    if (focused) [...$('rows').children].find((row) => row.dataset.key === focused)?.querySelector('summary')?.focus({ preventScroll: true });
  }
  const more = found.length > SHOWN ? `, the newest ${SHOWN} shown` : '';
  say($('log-state'), entries.length ? `${found.length} of ${entries.length} entries${more}` : 'Nothing was asked or delivered yet.');
}

const keyOf = (entry) => `${entry.log}-${entry.n}`;

function makeRow(entry) {
  const key = keyOf(entry);
  const request = entry.log === 'requests';
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.classList.add('icon');
  icon.setAttribute('aria-hidden', 'true');
  icon.append(document.createElementNS('http://www.w3.org/2000/svg', 'use'));
  icon.firstChild.setAttribute('href', request ? '#i-in' : '#i-out');
  const row = element('details', { open: open.has(key) },
    element('summary', {},
      icon, element('span', { class: 'hidden-text' }, request ? 'request' : 'delivery'),
      element('time', {}, timeOfDay(entry.at)),
      element('strong', {}, nameOf(entry)),
      element('span', { class: 'status' }, statusOf(entry)),
      element('span', { class: 'note small' }, noteOf(entry))),
    element('div', { class: 'detail' }));
  row.addEventListener('toggle', () => {
    if (!row.open) { open.delete(key); return; }
    open.add(key);
    fill(row.querySelector('.detail'), entry);
  });
  if (row.open) fill(row.querySelector('.detail'), entry);
  return element('li', { class: 'row', 'data-key': key, 'data-log': entry.log, 'data-problem': isProblem(entry) }, row);
}

const statusOf = (entry) => [entry.status ?? 'no answer', entry.sub_code].filter(Boolean).join(' / ');

function noteOf(entry) {
  if (entry.log === 'requests') {
    return [entry.repeated && 'answered before', entry.unknown_members.length && `unknown: ${entry.unknown_members.join(', ')}`].filter(Boolean).join(' · ');
  }
  const kind = { callback: '', event_grid: 'Event Grid', handshake: 'handshake', replay: 'replay' }[entry.kind] ?? entry.kind;
  return [kind, entry.attempt > 1 && `attempt ${entry.attempt}`, entry.lost && 'given up', entry.problem].filter(Boolean).join(' · ');
}

async function fill(place, entry) {
  const key = keyOf(entry);
  if (!details.has(key)) {
    const found = await attempt('The entry', () => send('GET', `/${entry.log}/${entry.n}`));
    if (!found) return;
    details.set(key, found);
  }
  const detail = details.get(key);
  const blocks = [
    ['Address', detail.target && `${detail.method} ${detail.target}`],
    ['Body', pretty(detail.body)],
    ['Answer', pretty(detail.answer)],
    ['Headers', (detail.headers ?? []).map(([name, value]) => `${name}: ${value}`).join('\n')],
  ].filter(([, text]) => text);
  const buttons = element('p', { class: 'row-acts' });
  if (entry.log === 'deliveries' && detail.target) {
    buttons.append(element('button', { type: 'button', class: 'act', onclick: () => replay(entry) }, 'Replay this webhook'));
  }
  if (detail.target) {
    buttons.append(element('button', { type: 'button', class: 'quiet', onclick: (event) => copy(curl(entry, detail), event.target) }, 'Copy as curl'));
  }
  buttons.append(element('button', { type: 'button', class: 'quiet', onclick: (event) => copy(pretty(detail), event.target) }, 'Copy JSON'));
  place.replaceChildren(buttons, ...blocks.map(([title, text]) =>
    element('section', {}, element('h4', {}, title), element('pre', { class: 'code', tabindex: '0' }, element('code', {}, text)))));
}

const pretty = (value) => {
  if (value === null || value === undefined || value === '') return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
};

async function replay(entry) {
  const again = await attempt('The replay', () => send('POST', `/deliveries/${entry.n}/replay`));
  if (again) loadLog();
}

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A shell command that sends the same again; secrets come from the emulator's well-known ones. */
function curl(entry, detail) {
  const request = entry.log === 'requests';
  const ready = known.ready ?? {};
  const lines = [];
  if (request) {
    lines.push(`TOKEN=$(curl -s --cacert ${quoted(ready.ca_file)} ${quoted(`${ready.authority}/${ready.tenant_id}/oauth2/v2.0/token`)} \\
  -d grant_type=client_credentials -d client_id=${ready.client_id} -d client_secret=${ready.client_secret} \\
  -d scope=https://communication.azure.com/.default | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`);
  }
  const address = request ? `${ready.https}${detail.target}` : detail.target;
  const parts = [`curl -i -X ${detail.method} ${quoted(address)}`];
  if (address.startsWith('https')) parts.push(`--cacert ${quoted(ready.ca_file)}`);
  if (request) parts.push('-H "authorization: Bearer $TOKEN"');
  const skipped = ['authorization', 'x-ms-content-sha256', 'x-ms-date', 'host', 'content-length', 'connection', 'accept-encoding', 'user-agent'];
  for (const [name, value] of detail.headers ?? []) {
    if (!skipped.includes(name.toLowerCase())) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  const body = typeof detail.body === 'string' ? detail.body : detail.body && JSON.stringify(detail.body);
  if (body) parts.push(`-d ${quoted(body)}`);
  lines.push(parts.join(' \\\n  '));
  return lines.join('\n');
}
