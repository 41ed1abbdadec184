// The emulator's page: a phone, Teams clients, the switchboard, the log and the faults.
// What it knows comes from one event stream of its own origin; lists are bounded, so that thousands of calls do not hurt.

import { renderCallTimers, renderCalls } from './calls.js';
import { loadReady } from './connect.js';
import { $, say } from './dom.js';
import { loadFaults, startFaults } from './faults.js';
import { loadLog, noteCounters, startLog } from './log.js';
import { dial, hangUp, press, renderPhone, renderTimer, startPhone } from './phone.js';
import { known, loadLines } from './state.js';
import { startTabs } from './tabs.js';
import { renderTeams, renderTeamsTimers, startTeams } from './teams.js';
import { renderVoice, startVoice } from './voice.js';

/** Calls that the stream brings, besides the phone's own. */
const CALLS = 60;

let source = null;
let retry = 0;
let wasLive = false;
let drawing = false;

function connect() {
  clearTimeout(retry);
  source?.close();
  const keep = known.lines.length ? `&keep=${known.lines.join(',')}` : '';
  source = new EventSource(`/control/changes?calls=${CALLS}${keep}`);
  source.addEventListener('open', renderStream);
  source.addEventListener('error', () => {
    renderStream();
    // A refused stream is not tried again by the browser itself.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 1500);
  });
  source.addEventListener('world', (event) => observe(JSON.parse(event.data)));
}

/** A hidden tab gives its connection back: browsers allow six per host, all tabs together. */
function connectIfSeen() {
  if (!document.hidden && !source) connect();
  if (document.hidden && source) { source.close(); source = null; }
}

function observe(world) {
  known.world = { ...world, totals: world.totals ?? { calls: world.calls.length, live: 0 } };
  // At most one drawing for each frame, however many changes come.
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; render(); });
}

function renderStream() {
  const live = source?.readyState === EventSource.OPEN;
  const state = live ? 'live' : wasLive ? 'lost' : 'connecting';
  wasLive ||= live;
  $('stream').dataset.state = state;
  say($('stream'), { live: 'Live', lost: 'Reconnecting', connecting: 'Connecting' }[state]);
}

function render() {
  const { totals, log } = known.world;
  const counts = { live: totals.live, calls: totals.calls, requests: log.requests, deliveries: log.deliveries };
  for (const [name, count] of Object.entries(counts)) say($(`total-${name}`), count.toLocaleString('en'));
  renderPhone();
  renderVoice();
  renderTeams();
  if (!$('view-calls').hidden) renderCalls();
  noteCounters(log);
}

function renderTimers() {
  renderTimer();
  renderTeamsTimers();
  if (!$('view-calls').hidden) renderCallTimers();
}

/** Digits press keys, Enter dials, Escape hangs up, unless the key already means something where the focus is. */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const place = event.target;
  if (event.key === 'Escape' && place.tagName !== 'SELECT') hangUp();
  else if (/^[0-9*#]$/.test(event.key) && !place.closest('input, select, textarea')) press(event.key);
  else if (event.key === 'Enter' && !place.closest('input, select, button, a, summary, [role="tabpanel"]')) dial();
}

function onShown(name) {
  if (name === 'calls') renderCalls();
  if (name === 'log') loadLog();
  if (name === 'faults') loadFaults();
}

function start() {
  loadLines();
  startPhone(connect);
  startVoice();
  startTeams();
  startLog();
  startFaults();
  startTabs(onShown);
  document.addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', connectIfSeen);
  setInterval(renderTimers, 500);
  setInterval(loadFaults, 2000);
  renderPhone();
  loadReady();
  connectIfSeen();
}

start();
