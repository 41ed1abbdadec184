// What every part of the page stands on: what is known, and small tools for the document and the server.
// Text from the server is only ever set as text, never as markup.

export const $ = (id) => document.getElementById(id);

/** Everything the page knows. `world` and `trace` are the server's JSON as received. */
export const known = {
  world: { numbers: [], users: [], calls: [] },
  call: sessionStorage.getItem('switchboard.call'), // the world's id of the call this phone made
  heard: [], // texts and files heard on it, in order
  ended: null, // how it ended, in words
  hungUp: false, // on this phone
  connectedAt: null, // this browser's clock, ms
  calls: [], // the service's calls
  shown: null, // id of the call in the trace panel
  pinned: false, // the reader chose that call; do not jump to a newer one
  trace: null,
};

let redraw = () => {};

/** Names the one function that draws the page from what is known. */
export function onChange(draw) {
  redraw = draw;
}

/** Draws the page again. */
export const changed = () => redraw();

export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function drawing(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Sets text only when it differs, so that live regions do not repeat themselves. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A stable name of the service in words: `in_flow` becomes `In flow`. */
export function words(name) {
  const text = String(name ?? '').replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const isFile = (text) => /^\S+\.(wav|mp3|ogg)$/i.test(text);

export async function send(method, path, body) {
  const headers = body ? { 'content-type': 'application/json' } : {};
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  let answer = null;
  try {
    answer = JSON.parse(text);
  } catch {
    // an empty or plain answer: the status says enough
  }
  if (response.ok) return answer;
  const reason = answer?.detail ?? answer?.error?.message ?? answer?.title ?? (text.slice(0, 160) || response.statusText);
  throw new Error(`${reason} (${response.status})`);
}

let noticeTimer;
/** Does something on the server and tells the reader when it fails. */
export async function attempt(what, work) {
  try {
    return await work();
  } catch (error) {
    say($('notice'), `${what} failed: ${error.message}`);
    $('notice').hidden = false;
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => { $('notice').hidden = true; }, 8000);
    return null;
  }
}

/** Runs `load` once at a time; calls that come meanwhile share one more run. */
export function coalesced(load) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      try {
        await load();
      } catch {
        // the stream's state tells the reader; the next change loads again
      }
    }
    running = false;
  };
}
