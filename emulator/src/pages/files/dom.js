// Small helpers for elements, and the control API.

export const $ = (id) => document.getElementById(id);

/** Makes an element: `element('li', { class: 'row', onclick }, 'text', child)`. Text is never HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Changes a text only when it differs, so that screen readers are not told twice. */
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

export const clock = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

export const timeOfDay = (at) => {
  const time = new Date(at);
  return `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`;
};

/** Calls the control API; throws what it says to do. */
export async function send(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/control${path}`, options);
  const text = await response.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : {}; } catch { answer = {}; }
  if (!response.ok) throw new Error(answer.error ?? `the emulator answered ${response.status}`);
  return answer;
}

let noticeTimer = 0;
/** Does something; what goes wrong is told at the top and gives null. */
export async function attempt(what, work) {
  try {
    return (await work()) ?? {};
  } catch (error) {
    const notice = $('notice');
    notice.hidden = false;
    notice.textContent = `${what}: ${error.message}`;
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => { notice.hidden = true; }, 8000);
    return null;
  }
}

/** Runs at most one at a time, and once more if it was asked for meanwhile. */
export function coalesced(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    try { do { again = false; await work(); } while (again); } finally { running = false; }
  };
}

export async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => { button.textContent = label; }, 1400);
}

/** Updates a list in place: elements are kept by key, so that focus and selection survive. */
export function keyed(list, items, key, make, update) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let next = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) known.delete(name);
    else { child = make(item); child.dataset.key = name; }
    update(child, item);
    if (child === next) next = next.nextElementSibling;
    else list.insertBefore(child, next);
  }
  for (const child of known.values()) child.remove();
}
