// One entry of the trace, with its arrow between the lanes.

import { drawing, element } from './page.js';

const LANES = { caller: 0, acs: 1, switchboard: 2, agent: 3 };
const SIDES = { graph: 'Graph', queue: 'Queue', http: 'HTTP', voice: 'Voice agent' }; // stand beside Switchboard, without a lane
const NAMES = { caller: 'Caller', acs: 'ACS', switchboard: 'Switchboard', agent: 'Agent', ...SIDES };

export function newEntry(entry) {
  const time = element('time', '', Number(entry.ms).toLocaleString('en-US'));
  time.dateTime = entry.at;
  time.title = entry.at;
  const kind = NAMES[entry.kind] ?? entry.kind;
  const icon = drawing('svg', { class: 'icon', 'aria-hidden': 'true' }, drawing('use', { href: `#i-${entry.kind}` }));
  const route = [entry.from, entry.to].filter(Boolean).map((party) => NAMES[party] ?? party).join(' to ');
  const text = element('div', 'text', element('span', 'kind', icon, kind), element('span', 'hidden-text', route ? `${route}: ` : ''), entry.text);
  if (entry.detail) text.append(newDetail(entry.detail));
  const item = element('li', 'entry', time, element('div', 'ladder', newArrow(entry)), text);
  item.dataset.kind = entry.kind;
  return item;
}

function newDetail(detail) {
  const body = element('pre', '', typeof detail === 'string' ? detail : JSON.stringify(detail, null, 2));
  return element('details', '', element('summary', 'small', 'Detail'), body);
}

/** The arrow of one entry between the lanes; what stays inside Switchboard is a mark on its lane. */
function newArrow(entry) {
  const x = (party) => (party in SIDES ? 2.62 : (LANES[party] ?? 2)) * 60 + 30;
  const [start, end] = [x(entry.from ?? 'switchboard'), x(entry.to ?? 'switchboard')];
  const svg = drawing('svg', { viewBox: '0 0 240 30', 'aria-hidden': 'true' });
  if (start === end) {
    const diamond = `${start},9 ${start + 6},15 ${start},21 ${start - 6},15`;
    svg.append(entry.kind === 'decision' ? drawing('polygon', { points: diamond }) : drawing('circle', { cx: start, cy: 15, r: 4 }));
    return svg;
  }
  const way = Math.sign(end - start);
  svg.append(
    drawing('circle', { cx: start, cy: 15, r: 2.5 }),
    drawing('line', { x1: start, y1: 15, x2: end - way * 6, y2: 15 }),
    drawing('polygon', { points: `${end},15 ${end - way * 8},10.5 ${end - way * 8},19.5` }),
  );
  const side = SIDES[entry.from] ?? SIDES[entry.to];
  if (side) svg.append(drawing('text', { x: x('queue') + 5, y: 19 }, side));
  return svg;
}
