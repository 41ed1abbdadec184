// A small stand-in for `switchboard demo`, to work on the page without the service.
// It serves the page's files and plays one airline call after the other over the same two APIs.
// It is a drawing board, not a judge: `demo.mjs` counts against the real demo.
//
//   node fake-server.mjs [port]        prints its address

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const PAGE = new URL('../../src/demo/page/', import.meta.url);
const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
const POLICY = "default-src 'self'; style-src 'self'; script-src 'self'";
const MS_PER_CHARACTER = 25;

const MENU = 'For your flight’s status, press 1. For baggage, press 2. For a person, press 0. To hear this again, press 9.';
const colleague = (digit, name, availability) => ({
  oid: `${String(digit).repeat(8)}-0000-4000-8000-000000000000`,
  name, availability, activity: availability,
  client: { open: true, state: 'idle', from_name: null, call: null },
});

/** The world and the service of the fake, in one. */
class Fake {
  constructor() {
    this.numbers = ['+18005550100'];
    this.users = [colleague(1, 'Adele Vance', 'Available'), colleague(2, 'Megan Bowen', 'Available'), colleague(3, 'Alex Wilber', 'Away')];
    this.calls = [];
    this.traces = [];
    this.readers = { world: new Set(), trace: new Set() };
  }

  emit(stream, event, data) {
    for (const reader of this.readers[stream]) reader.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  world() {
    const calls = this.calls.map(({ timer, line, tried, ...call }) => call);
    return { numbers: this.numbers, users: this.users, calls };
  }

  changed() {
    this.emit('world', 'world', this.world());
  }

  later(call, ms, work) {
    clearTimeout(call.timer);
    call.timer = setTimeout(() => call.state !== 'ended' && work(), ms);
  }

  tell(call, kind, from, to, text, detail = null) {
    const trace = call.line;
    const at = Date.now();
    trace.entries.push({ seq: trace.entries.length + 1, at: new Date(at).toISOString(), ms: at - Date.parse(trace.started_at), kind, from, to, text, detail });
    this.emit('trace', 'call', { id: trace.id });
  }

  dial({ from, name, to }) {
    const started_at = new Date().toISOString();
    const line = { id: `01FAKE${String(this.traces.length + 1).padStart(20, '0')}`, phase: 'ringing', outcome: null, agent: null, agent_name: null, recording: null, started_at, ended_at: null, entries: [] };
    const call = { id: `call-${this.calls.length + 1}`, from, to, caller_name: name, state: 'ringing', participants: [], hearing: null, listening: false, recording: false, end_reason: null, heard: [], line, tried: [] };
    this.calls.push(call);
    this.traces.push(line);
    this.tell(call, 'event', 'caller', 'switchboard', `IncomingCall from ${name} ${from} to ${to}`);
    this.tell(call, 'decision', null, null, 'now answering at greeting');
    this.tell(call, 'command', 'switchboard', 'acs', 'Answer');
    this.changed();
    this.later(call, 250, () => this.connect(call));
    return call;
  }

  connect(call) {
    call.state = 'connected';
    call.participants.push({ raw_id: `4:${call.from}`, name: call.caller_name, kind: 'phoneNumber' });
    this.tell(call, 'event', 'acs', 'switchboard', 'CallConnected');
    call.line.phase = 'in flow';
    this.play(call, `Welcome to Contoso Airlines, ${call.caller_name}.`, 'say', () => this.menu(call));
  }

  play(call, text, kind, next) {
    call.hearing = { text, file: null, kind, since: Date.now() };
    call.listening = kind === 'prompt';
    call.heard.push({ at: Date.now(), text });
    const order = kind === 'prompt' ? 'Recognize a key' : 'Play';
    this.tell(call, 'command', 'switchboard', 'caller', `${order}: “${text}”`);
    this.emit('world', 'heard', { call: call.id, text });
    this.changed();
    this.later(call, 600 + text.length * MS_PER_CHARACTER, () => {
      call.hearing = null;
      this.tell(call, 'event', 'acs', 'switchboard', 'PlayCompleted');
      this.changed();
      next?.();
    });
  }

  menu(call) {
    this.tell(call, 'decision', null, null, 'now in flow at menu');
    this.play(call, MENU, 'prompt');
  }

  press(call, tones) {
    if (!call.listening) return;
    call.listening = false;
    call.hearing = null;
    this.tell(call, 'event', 'caller', 'switchboard', `RecognizeCompleted: key ${tones}`);
    if (tones === '0') return this.seek(call);
    if (tones === '1') {
      this.tell(call, 'command', 'switchboard', 'http', 'GET /flights/1');
      this.tell(call, 'result', 'http', 'switchboard', 'HTTP 200 {"status":"on time"}');
      return this.play(call, 'Your flight is on time.', 'say', () => this.menu(call));
    }
    if (tones === '2') return this.play(call, 'Your bags come on belt 4, next to the big clock.', 'say', () => this.menu(call));
    return this.menu(call);
  }

  seek(call) {
    call.line.phase = 'waiting';
    this.tell(call, 'decision', null, null, 'now waiting at people');
    this.tell(call, 'command', 'switchboard', 'queue', 'Seek an agent in support');
    this.play(call, 'One moment, I will find a colleague for you.', 'say', () => this.wait(call));
    this.offer(call);
  }

  wait(call) {
    call.hearing = { text: null, file: 'music/hold.wav', kind: 'music', since: Date.now() };
    call.heard.push({ at: Date.now(), text: 'hold.wav' });
    this.tell(call, 'command', 'switchboard', 'caller', 'Play music/hold.wav in a loop');
    this.changed();
    this.later(call, 20000, () => {
      this.silence(call);
      this.play(call, 'Nobody is free right now. Please call again later. Goodbye.', 'say', () => this.end(call, 'voicemail', 'ended by the service'));
    });
  }

  offer(call) {
    const user = this.users.find((one) => one.availability === 'Available' && one.client.state === 'idle' && !call.tried.includes(one.oid));
    if (!user) return this.tell(call, 'event', 'queue', 'switchboard', 'nobody is available in support');
    call.tried.push(user.oid);
    this.tell(call, 'event', 'queue', 'switchboard', `Offered ${user.name} (presence 2 s old)`, { ranked: [user.name], why: 'longest idle' });
    this.tell(call, 'command', 'switchboard', 'agent', `AddParticipant ${user.name} (rings 20 s)`);
    user.client = { open: true, state: 'ringing', from_name: call.caller_name, call: call.id };
    this.changed();
    return undefined;
  }

  act(user, verb) {
    const call = this.calls.find((one) => one.id === user.client.call);
    const idle = { open: true, state: 'idle', from_name: null, call: null };
    if (!call) return;
    if (verb === 'accept') {
      clearTimeout(call.timer);
      user.client = { ...user.client, state: 'in_call' };
      Object.assign(call, { hearing: null, recording: true });
      call.participants.push({ raw_id: `8:orgid:${user.oid}`, name: user.name, kind: 'microsoftTeamsUser' });
      Object.assign(call.line, { phase: 'talking', agent: user.oid, agent_name: user.name, recording: 'eyJQbGF0Zm9ybUVuZHBvaW50SWQiOiI0In0' });
      this.tell(call, 'event', 'agent', 'switchboard', 'AddParticipantSucceeded');
      this.tell(call, 'command', 'switchboard', 'acs', 'CancelAllMediaOperations');
      this.tell(call, 'event', 'acs', 'switchboard', `ParticipantsUpdated: ${call.from}, ${user.name}`);
      this.tell(call, 'decision', null, null, `talking to ${user.name}; now talking at people`);
      this.tell(call, 'command', 'switchboard', 'acs', 'StartRecording');
      this.tell(call, 'result', 'acs', 'switchboard', 'accepted, recording eyJQbGF0Zm9ybUVuZHBvaW50SWQiOiI0In0');
      this.tell(call, 'note', null, null, 'the bot stays silent while they talk');
    } else if (verb === 'leave') {
      user.client = idle;
      this.end(call, 'connected', 'the colleague left');
    } else {
      user.client = idle;
      this.tell(call, 'event', 'agent', 'switchboard', 'AddParticipantFailed 603/0');
      this.offer(call);
    }
    this.changed();
  }

  silence(call) {
    for (const user of this.users) {
      if (user.client.call === call.id) user.client = { open: true, state: 'idle', from_name: null, call: null };
    }
  }

  end(call, outcome, reason) {
    clearTimeout(call.timer);
    this.silence(call);
    Object.assign(call, { state: 'ended', hearing: null, listening: false, recording: false, end_reason: reason });
    this.tell(call, 'event', 'acs', 'switchboard', 'CallDisconnected');
    Object.assign(call.line, { phase: 'ended', outcome, ended_at: new Date().toISOString() });
    this.tell(call, 'decision', null, null, `outcome ${outcome}; now ended`);
    this.changed();
  }

  hangUp(call) {
    if (call.state === 'ended') return;
    this.tell(call, 'event', 'caller', 'switchboard', 'ParticipantsUpdated: the caller left');
    this.tell(call, 'command', 'switchboard', 'acs', 'Terminate');
    this.end(call, call.line.agent ? 'connected' : 'abandoned', 'the caller hung up');
  }

  /** Answers one request: `[status, JSON]`. */
  answer(method, path, body) {
    const [, area, kind, id, verb] = path.split('/');
    if (area === 'trace' && kind === 'calls') {
      if (!id) return [200, this.traces.map((one) => ({ id: one.id, created_at: one.started_at, phase: one.phase, outcome: one.outcome, ended_at: one.ended_at }))];
      const trace = this.traces.find((one) => one.id === id);
      return trace ? [200, trace] : [404, { title: 'no such call' }];
    }
    if (path === '/world/world') return [200, this.world()];
    if (path === '/world/calls' && method === 'POST') return [201, { call: this.dial(body).id }];
    if (area === 'world' && kind === 'users') return this.answerUser(id, verb, body);
    const call = area === 'world' && kind === 'calls' && this.world().calls.find((one) => one.id === id);
    if (!call) return [404, { title: 'not found' }];
    const real = this.calls.find((one) => one.id === id);
    if (verb === 'press') this.press(real, body.tones);
    else if (verb === 'say') this.press(real, /person|agent/i.test(body.text) ? '0' : '2');
    else if (verb === 'hangup') this.hangUp(real);
    return [200, call];
  }

  answerUser(oid, verb, body) {
    const user = this.users.find((one) => one.oid === oid);
    if (!user) return [404, { title: 'no such user' }];
    if (verb === 'presence') Object.assign(user, { availability: body.availability, activity: body.availability });
    else this.act(user, verb);
    this.changed();
    return [200, {}];
  }
}

async function file(response, path) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  if (!/^[a-z]+\.(html|css|js|svg)$/.test(name)) return response.writeHead(404).end();
  try {
    const body = await readFile(new URL(name, PAGE));
    return response.writeHead(200, { 'content-type': `${TYPES[name.split('.')[1]]}; charset=utf-8`, 'content-security-policy': POLICY }).end(body);
  } catch {
    return response.writeHead(404).end();
  }
}

async function read(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text ? JSON.parse(text) : {};
}

/** Starts the fake on a loopback port (0: any) and returns its base URL and a way to stop it. */
export async function startFake(port = 0) {
  const fake = new Fake();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const stream = /^\/(world|trace)\/changes$/.exec(path)?.[1];
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': open\n\n');
      fake.readers[stream].add(response);
      request.on('close', () => fake.readers[stream].delete(response));
    } else if (/^\/(world|trace)\//.test(path)) {
      const [status, answer] = fake.answer(request.method, path, await read(request));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else {
      await file(response, path);
    }
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  const stop = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  return { base: `http://localhost:${server.address().port}`, stop };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { base } = await startFake(Number(process.argv[2] ?? 0));
  process.stdout.write(`${base}\n`);
}
