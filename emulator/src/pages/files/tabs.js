// Tabs, moved through with the arrow keys.

import { $ } from './dom.js';

const names = ['calls', 'log', 'faults', 'connect'];
let shown = () => {};

export function startTabs(onShown) {
  shown = onShown;
  $('tabs').addEventListener('click', (event) => {
    const name = event.target.id?.replace('tab-', '');
    if (names.includes(name)) select(name);
  });
  $('tabs').addEventListener('keydown', (event) => {
    const place = names.findIndex((name) => $(`tab-${name}`).getAttribute('aria-selected') === 'true');
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    select(names[(next + names.length) % names.length]);
    $(`tab-${names[(next + names.length) % names.length]}`).focus();
  });
  const wanted = location.hash.slice(1);
  select(names.includes(wanted) ? wanted : 'calls');
}

export function select(wanted) {
  for (const name of names) {
    const chosen = name === wanted;
    $(`tab-${name}`).setAttribute('aria-selected', String(chosen));
    $(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    $(`view-${name}`).hidden = !chosen;
  }
  history.replaceState(null, '', `#${wanted}`);
  shown(wanted);
}
