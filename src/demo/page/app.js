// The demo page: a phone, Teams clients and the live trace.
// What it knows comes from two event streams of its own origin; it keeps no state of the call itself.

import { cards, renderClients } from './clients.js';
import { renderHint } from './hint.js';
import { $, clock, coalesced, known, onChange, say, send } from './page.js';
import { dial, hangUp, isLive, loadHeard, observeCall, onHeard, press, renderPhone, speak } from './phone.js';
import { renderRing, renderSound, sound } from './sound.js';
import { copyTrace, followNewest, keepNewest, loadCalls, loadTrace, noteScroll, onTraceGrew } from './trace.js';

const loadWorld = coalesced(async () => observe(await send('GET', '/world/world')));

function observe(world) {
  known.world = world;
  observeCall();
  render();
}

const streams = [
  { url: '/world/changes', opened: () => { loadWorld(); loadHeard(); }, events: { world: observe, heard: onHeard } },
  { url: '/trace/changes', opened: () => { loadCalls(); loadTrace(); }, events: { call: onTraceGrew } },
];

function connect(stream) {
  const source = new EventSource(stream.url);
  stream.source = source;
  source.addEventListener('open', () => { renderStreams(); stream.opened(); });
  source.addEventListener('error', () => {
    renderStreams();
    // A refused stream is not tried again by the browser itself.
    if (source.readyState === EventSource.CLOSED) stream.retry = setTimeout(() => connect(stream), 1500);
  });
  for (const [name, handle] of Object.entries(stream.events)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
}

/** A hidden tab gives its connections back: browsers allow six per host, all tabs together. */
function connectIfSeen() {
  const wanted = !document.hidden || isLive();
  for (const stream of streams) {
    if (wanted && !stream.source) connect(stream);
    if (wanted || !stream.source) continue;
    clearTimeout(stream.retry);
    stream.source.close();
    stream.source = null;
  }
}

let wasLive = false;
function renderStreams() {
  const live = streams.every((stream) => stream.source?.readyState === EventSource.OPEN);
  const state = live ? 'live' : wasLive ? 'lost' : 'connecting';
  wasLive ||= live;
  $('stream').dataset.state = state;
  say($('stream'), { live: 'Live', lost: 'Reconnecting', connecting: 'Connecting' }[state]);
}

function render() {
  const [number = ''] = known.world.numbers;
  if (!$('to').value && number) $('to').value = number;
  if ($('numbers').children.length !== known.world.numbers.length) {
    $('numbers').replaceChildren(...known.world.numbers.map((one) => new Option(one, one)));
  }
  renderPhone();
  renderClients();
  renderRing();
  renderHint();
  renderTimers();
}

function renderTimers() {
  say($('call-timer'), isLive() && known.connectedAt ? clock(Date.now() - known.connectedAt) : '');
  for (const one of cards.values()) say(one.timer, one.since ? clock(Date.now() - one.since) : '');
}

/** Digits press keys, Enter dials, Escape hangs up, unless the key already means something where the focus is. */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const place = event.target;
  if (event.key === 'Escape') {
    if ($('calls').open) $('calls').open = false;
    else if (place.tagName !== 'SELECT') hangUp();
  } else if (/^[0-9*#]$/.test(event.key) && !place.closest('input, select')) {
    press(event.key);
  } else if (event.key === 'Enter' && !place.closest('input, select, button, a, summary')) {
    dial();
  }
}

function start() {
  onChange(render);
  $('dial').addEventListener('submit', (event) => { event.preventDefault(); dial(); });
  $('say').addEventListener('submit', (event) => { event.preventDefault(); speak(); });
  $('hangup').addEventListener('click', hangUp);
  $('keypad').addEventListener('click', (event) => event.target.dataset.tone && press(event.target.dataset.tone));
  $('sound').addEventListener('click', () => sound.set(!sound.on));
  $('copy').addEventListener('click', copyTrace);
  $('newest').addEventListener('click', followNewest);
  $('log').addEventListener('scroll', noteScroll, { passive: true });
  new ResizeObserver(keepNewest).observe($('entries'));
  new ResizeObserver(keepNewest).observe($('log'));
  document.addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', connectIfSeen);
  window.addEventListener('pagehide', () => sound.hush());
  setInterval(renderTimers, 500);
  renderSound();
  renderHint();
  connectIfSeen();
}

start();
