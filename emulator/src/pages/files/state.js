// What the page knows. The world comes from the emulator; nothing of it is decided here.

export const known = {
  world: { numbers: [], users: [], calls: [], log: { requests: 0, deliveries: 0 }, totals: { calls: 0, live: 0 } },
  /** The lines of this page's phone, newest last, and the one it shows; null shows the form. */
  lines: [],
  line: null,
  ready: null,
};

const LINES = 'emulator.lines';

/** Lines survive a reload, but not the tab. */
export function loadLines() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(LINES) ?? '[]');
    known.lines = Array.isArray(stored) ? stored.slice(-9) : [];
  } catch { known.lines = []; }
  known.line = known.lines.at(-1) ?? null;
}

export function storeLines() {
  known.lines = known.lines.slice(-9);
  sessionStorage.setItem(LINES, JSON.stringify(known.lines));
}

export const callOf = (id) => known.world.calls.find((call) => call.id === id);
export const isLive = (call) => Boolean(call) && call.state !== 'ended';

/** How a call is named in short. */
export const shortly = (call) => `${call.id} · ${call.caller_name || call.from}`;
