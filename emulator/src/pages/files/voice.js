// The phone's voice: microphone and loudspeaker over a web socket, 16-bit PCM both ways.

import { $, say } from './dom.js';
import { callOf, known } from './state.js';

const RATE = 16000;
/** Sound that is late is played at once; at most this far ahead, in seconds. */
const AHEAD = 0.4;

let line = null;

export function startVoice() {
  $('voice').addEventListener('click', () => (line ? stop() : start()));
}

/** Shown while there is somebody to talk to; ends with the call. */
export function renderVoice() {
  const connected = callOf(known.line)?.state === 'connected';
  $('voice').hidden = !connected || !window.AudioWorkletNode;
  if (line && (line.call !== known.line || !connected)) stop();
}

async function start() {
  const call = known.line;
  const context = new AudioContext({ sampleRate: RATE });
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/control/calls/${call}/audio?rate=${RATE}`);
  socket.binaryType = 'arraybuffer';
  line = { call, context, socket, due: 0, microphone: null };
  show('Voice on');
  socket.addEventListener('message', ({ data }) => hear(data));
  socket.addEventListener('close', stop);
  try {
    await context.audioWorklet.addModule('/pages/microphone.js');
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    if (line?.socket !== socket) { microphone.getTracks().forEach((track) => track.stop()); return; }
    line.microphone = microphone;
    const node = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => socket.readyState === WebSocket.OPEN && socket.send(data);
    context.createMediaStreamSource(microphone).connect(node);
  } catch {
    if (line?.socket === socket) show('Listening only');
  }
}

function hear(data) {
  if (!line || !(data instanceof ArrayBuffer)) return;
  const samples = new Int16Array(data);
  const buffer = line.context.createBuffer(1, Math.max(1, samples.length), RATE);
  buffer.getChannelData(0).set(Float32Array.from(samples, (sample) => sample / 32768));
  const source = line.context.createBufferSource();
  source.buffer = buffer;
  source.connect(line.context.destination);
  const now = line.context.currentTime;
  if (line.due < now || line.due > now + AHEAD) line.due = now + 0.04;
  source.start(line.due);
  line.due += buffer.duration;
}

function stop() {
  if (!line) return;
  const { context, socket, microphone } = line;
  line = null;
  microphone?.getTracks().forEach((track) => track.stop());
  socket.close();
  context.close();
  show('Voice');
}

function show(text) {
  say($('voice'), text);
  $('voice').setAttribute('aria-pressed', String(Boolean(line)));
}
