// How to point a program at this emulator.

import { $, attempt, copy, element, send } from './dom.js';
import { known } from './state.js';

export async function loadReady() {
  known.ready = await attempt('The connection', () => send('GET', '/ready'));
  if (!known.ready) return;
  const ready = known.ready;
  const number = ready.numbers?.[0] ?? '+18005550100';
  $('shell-call').textContent = `switchboard call ${number} --control ${ready.control} --press 1`;
  const rows = [
    ['Connection string', ready.connection_string],
    ['Certificate authority', ready.ca_file],
    ['Environment for Python', `export ACS_CONNECTION_STRING=${quote(ready.connection_string)} REQUESTS_CA_BUNDLE=${quote(ready.ca_file)}`],
    ['Environment for JavaScript', `export ACS_CONNECTION_STRING=${quote(ready.connection_string)} NODE_EXTRA_CA_CERTS=${quote(ready.ca_file)}`],
    ['Subscribe a webhook to IncomingCall', `curl -X PUT ${ready.control}/subscription -d '{"endpoint": "https://localhost:8443/events"}'`],
    ['Entra authority, tenant, client', `${ready.authority} ${ready.tenant_id} ${ready.client_id}`],
    ['Microsoft Graph', ready.graph],
    ['Callback tokens: issuer, keys, audience', `${ready.callback_issuer} ${ready.callback_keys} ${ready.resource_id}`],
    ['Control API', ready.control],
  ];
  $('connect').replaceChildren(...rows.map(([title, text]) =>
    element('section', { class: 'setting' },
      element('h3', {}, title),
      element('pre', { class: 'code', tabindex: '0' }, element('code', {}, text)),
      element('button', { type: 'button', class: 'quiet', 'aria-label': `Copy: ${title}`, onclick: (event) => copy(text, event.target) }, 'Copy'))));
}

const quote = (text) => `'${text}'`;
