// Every operation of the official JavaScript SDK, unmodified, against `switchboard emulator`.
// Run by tests/sdk/run. Each callback goes through parseCallAutomationEvent, each Event Grid event
// through isSystemEvent. Prints one line for each operation and `javascript: N passed, N failed`.

import dns from "node:dns";
import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import { createRequire } from "node:module";

const modules = createRequire(path.join(process.env.SDK_MODULES, "package.json"));
const { CallAutomationClient, StreamingData, parseCallAutomationEvent } = modules("@azure/communication-call-automation");
const { isSystemEvent } = modules("@azure/eventgrid");
const { WebSocketServer } = modules("ws");

const NUMBER = { phoneNumber: "+18005550100" };
const CALLER = { phoneNumber: "+442079460123" };
const ADELE = { microsoftTeamsUserId: "a1e1e000-0000-4000-8000-000000000001" };
const ADA = { communicationUserId: "8:acs:b6f2a3c4_ada" };
const AI = { callIntelligenceOptions: { cognitiveServicesEndpoint: "https://ai.example/" } };
const PATIENCE = 15_000;
// The SDK gives credentials to recording hosts of Microsoft only; this name is in the emulator's
// certificate and is this machine.
const RECORDING_HOST = "emulator.asm.skype.com";
const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host === RECORDING_HOST ? "127.0.0.1" : host, ...rest);

const state = process.env.SDK_STATE;
const ready = JSON.parse(process.env.SDK_READY);
const got = [];
let waiting = [];
const rows = [];
let unreadable = 0;
let read = 0;

function remember(url, body) {
  if (url.startsWith("/callbacks")) {
    const parsed = parseCallAutomationEvent(body);
    if (!parsed.kind || !parsed.callConnectionId) unreadable += 1;
    got.push({ kind: parsed.kind, event: parsed });
  } else {
    const event = JSON.parse(body)[0];
    const kind = event.eventType.split(".").pop();
    if (!isSystemEvent(event.eventType, event)) unreadable += 1;
    got.push({ kind, event: event.data });
  }
  read += 1;
  waiting.forEach((look) => look());
}

function serve() {
  const tls = { cert: fs.readFileSync(`${state}/webhook.pem`), key: fs.readFileSync(`${state}/webhook-key.pem`) };
  const server = https.createServer(tls, (request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const code = request.url === "/events" && JSON.parse(body)[0].data.validationCode;
      if (code) {
        response.end(JSON.stringify({ validationResponse: code }));
        return;
      }
      try {
        remember(request.url, body);
      } catch (error) {
        unreadable += 1;
        console.log(`javascript ${"unreadable event".padEnd(42)} ${error.message} ${body.slice(0, 300)}`);
      }
      response.end();
    });
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

function event(kind, fits = () => true) {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no ${kind} came`)), PATIENCE);
    const look = () => {
      const index = got.findIndex((one) => one.kind === kind && fits(one.event));
      if (index < 0) return;
      waiting = waiting.filter((other) => other !== look);
      clearTimeout(timer);
      done(got.splice(index, 1)[0].event);
    };
    waiting.push(look);
    look();
  });
}

const of = (context) => (one) => one.operationContext === context;

async function control(method, where, body) {
  const answer = await fetch(ready.control.replace(/\/$/, "") + where, {
    method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
const person = (who, verb) => control("POST", `/users/${encodeURIComponent(who)}/${verb}`);

async function check(scheme, name, work, kind, context) {
  let problem = "";
  let result;
  try {
    result = await work();
    if (kind) await event(kind, context ? of(context) : undefined);
  } catch (error) {
    problem = `FAILED ${error.name}: ${String(error.message).split("\n")[0].slice(0, 160)}`;
  }
  rows.push(problem);
  console.log(`javascript ${scheme.padEnd(5)} ${name.padEnd(36)} ${problem || "ok"}`);
  return result;
}

async function suite(scheme, callbacks) {
  const key = ready.connection_string.split("accesskey=")[1];
  const root = scheme === "https" ? ready.https : ready.http;
  const client = new CallAutomationClient(`endpoint=${root.replace(/\/$/, "")}/;accesskey=${key}`,
    { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });
  const does = (name, work, kind, context) => check(scheme, name, work, kind, context);
  const incoming = async () => {
    const { call } = await control("POST", "/calls", { from: CALLER.phoneNumber, name: "Ada", to: NUMBER.phoneNumber });
    return [call, (await event("IncomingCall")).incomingCallContext];
  };

  let [call, context] = await incoming();
  await does("rejectCall", () => client.rejectCall(context, { callRejectReason: "busy" }));
  [call, context] = await incoming();
  await does("redirectCall", () => client.redirectCall(context, { targetParticipant: ADELE }));
  await control("POST", `/calls/${call}/hangup`);
  [call, context] = await incoming();
  const { callConnection } = await does("answerCall",
    () => client.answerCall(context, callbacks, { operationContext: "answer", ...AI }), "CallConnected", "answer");

  await media(does, callConnection.getCallMedia(), call);
  await people(does, client, callConnection, callbacks);
  await recordings(does, client, callConnection, callbacks);
  await does("createGroupCall", () => client.createGroupCall([{ phoneNumber: "+442079460777" }, ADELE], callbacks,
    { sourceCallIdNumber: NUMBER, operationContext: "group" }));
  await person("adele", "decline");
  await person("4:+442079460777", "decline");
  await does("createGroupCall declined", () => event("CreateCallFailed", of("group")));
  await does("transferCallToParticipant", async () => {
    await callConnection.transferCallToParticipant(ADELE, { operationContext: "x" });
    await person("adele", "accept");
  }, "CallTransferAccepted", "x");
  await person("adele", "leave");
}

async function media(does, media, call) {
  const file = { kind: "fileSource", url: "https://files.example/a.wav" };
  const text = { kind: "textSource", text: "Welcome.", voiceName: "en-US-JennyNeural" };
  await does("play", () => media.play([file], [CALLER], { operationContext: "p1" }), "PlayCompleted", "p1");
  await does("playToAll", () => media.playToAll([text], { operationContext: "p2" }), "PlayCompleted", "p2");
  await does("playToAll in a loop", () => media.playToAll([file], { loop: true, operationContext: "p3" }), "PlayStarted", "p3");
  await does("cancelAllOperations", () => media.cancelAllOperations(), "PlayCanceled", "p3");
  const choices = [{ label: "yes", phrases: ["yes"], tone: "one" }];
  const kinds = [
    ["callMediaRecognizeDtmfOptions", { maxTonesToCollect: 1 }, "press", { tones: "1" }],
    ["callMediaRecognizeChoiceOptions", { choices }, "say", { text: "yes" }],
    ["callMediaRecognizeSpeechOptions", {}, "say", { text: "hello" }],
    ["callMediaRecognizeSpeechOrDtmfOptions", { maxTonesToCollect: 1 }, "press", { tones: "2" }],
  ];
  for (const [kind, more, verb, body] of kinds) {
    const name = kind.slice(18, -7);
    await does(`startRecognizing ${name}`, async () => {
      await media.startRecognizing(CALLER,
        { kind, initialSilenceTimeoutInSeconds: 10, operationContext: name, ...more });
      await control("GET", `/wait?timeout_ms=15000&condition=call:${call}:listening`);
      await control("POST", `/calls/${call}/${verb}`, body);
    }, "RecognizeCompleted", name);
  }
  await does("startContinuousDtmfRecognition", () => media.startContinuousDtmfRecognition(CALLER, { operationContext: "k" }));
  await control("POST", `/calls/${call}/press`, { tones: "5" });
  await does("tone received", () => event("ContinuousDtmfRecognitionToneReceived", of("k")));
  await does("stopContinuousDtmfRecognition", () => media.stopContinuousDtmfRecognition(CALLER, { operationContext: "k" }),
    "ContinuousDtmfRecognitionStopped", "k");
  await does("sendDtmfTones", () => media.sendDtmfTones(["one", "pound"], CALLER, { operationContext: "t" }),
    "SendDtmfTonesCompleted", "t");
  const held = (one) => one.participants.some((who) => who.isOnHold);
  await does("hold", async () => { await media.hold(CALLER, { playSource: file }); await event("ParticipantsUpdated", held); });
  await does("unhold", () => media.unhold(CALLER), "ParticipantsUpdated");
}

async function people(does, client, connection, callbacks) {
  await does("getCallConnectionProperties", () => connection.getCallConnectionProperties());
  await does("listParticipants", async () => {
    const { values } = await connection.listParticipants();
    if (!values?.length) throw new Error("nobody is listed");
  });
  await does("getParticipant", () => connection.getParticipant(CALLER));
  const added = await does("addParticipant", () => connection.addParticipant({ targetParticipant: ADELE },
    { operationContext: "a1", invitationTimeoutInSeconds: 30 }));
  await does("cancelAddParticipantOperation",
    () => connection.cancelAddParticipantOperation(added.invitationId, { operationContext: "c1" }),
    "CancelAddParticipantSucceeded", "c1");
  await connection.addParticipant({ targetParticipant: ADELE }, { operationContext: "a2" });
  await person("adele", "accept");
  await does("addParticipant event", () => event("AddParticipantSucceeded", of("a2")));
  await does("removeParticipant", () => connection.removeParticipant(ADELE, { operationContext: "r" }),
    "RemoveParticipantSucceeded", "r");
  await connection.addParticipant({ targetParticipant: ADA }, { operationContext: "a3" });
  await person(ADA.communicationUserId, "accept");
  await event("AddParticipantSucceeded", of("a3"));
  await does("muteParticipant", () => connection.muteParticipant(ADA, { operationContext: "m" }));
  const socket = { transportType: "websocket", transportUrl: callbacks.replace("https", "wss").replace("callbacks", "stream") };
  const created = await does("createCall", () => client.createCall(
    { targetParticipant: { phoneNumber: "+442079460888" }, sourceCallIdNumber: NUMBER }, callbacks,
    { operationContext: "create", ...AI, mediaStreamingOptions: { ...socket, audioChannelType: "unmixed", contentType: "audio", enableDtmfTones: true, enableBidirectional: true },
      transcriptionOptions: { ...socket, locale: "en-US" } }));
  await person("4:+442079460888", "accept");
  await does("createCall event", () => event("CallConnected", of("create")));
  const other = created.callConnection;
  const from = (await connection.getCallConnectionProperties()).callConnectionId;
  await does("moveParticipants", () => other.moveParticipants([ADA], from, { operationContext: "v" }),
    "MoveParticipantSucceeded", "v");
  await streams(does, other.getCallMedia(), (await control("GET", "/world")).calls.at(-1).id);
  const { serverCallId } = await other.getCallConnectionProperties();
  for (const [kind, id] of [["serverCallLocator", serverCallId], ["groupCallLocator", "g-2"], ["roomCallLocator", "r-2"]]) {
    const leg = await does(`connectCall ${kind}`,
      () => client.connectCall({ kind, id }, callbacks, { operationContext: kind }), "CallConnected", kind);
    await does(`hangUp ${kind}`, () => leg.callConnection.hangUp(false), "CallDisconnected");
  }
  await does("transferCallToParticipant of a group", async () => {
    await other.transferCallToParticipant(ADELE, { transferee: ADA, operationContext: "tg" });
    await person("adele", "accept");
  }, "CallTransferAccepted", "tg");
  await person("adele", "leave");
  await does("hangUp everybody", () => other.hangUp(true), "CallDisconnected");
}

// A frame of a web socket, which the SDK's StreamingData.parse has read.
const frame = (kind, fits) => event(`frame ${kind}`, fits);

async function heardThrough(call) {
  await frame("AudioMetadata", (data) => data.sampleRate === 16000 && data.encoding === "PCM");
  await control("POST", `/calls/${call}/say`, { text: "Hello there" });
  await frame("AudioData", (data) => !data.isSilent && data.participant.phoneNumber && Buffer.from(data.data, "base64").length === 640);
  await control("POST", `/calls/${call}/press`, { tones: "7" });
  await frame("DtmfData", (data) => data.data === "7");
}

async function writtenDown(call) {
  await frame("TranscriptionMetadata", (data) => data.locale === "en-US");
  await control("POST", `/calls/${call}/say`, { text: "Hello there" });
  const said = await frame("TranscriptionData", (data) => data.resultState === "Final");
  if (said.text !== "Hello there" || said.words.length !== 2) throw new Error(JSON.stringify(said));
}

async function streams(does, media, call) {
  const options = { operationContext: "s" };
  await does("startMediaStreaming", () => media.startMediaStreaming(options), "MediaStreamingStarted", "s");
  await does("StreamingData.parse of audio and keys", () => heardThrough(call));
  await does("stopMediaStreaming", () => media.stopMediaStreaming(options), "MediaStreamingStopped", "s");
  await does("startTranscription", () => media.startTranscription({ locale: "en-US", ...options }), "TranscriptionStarted", "s");
  await does("StreamingData.parse of a transcription", () => writtenDown(call));
  await does("updateTranscription", () => media.updateTranscription("de-DE", options), "TranscriptionUpdated", "s");
  await does("stopTranscription", () => media.stopTranscription(options), "TranscriptionStopped", "s");
}

async function recordings(does, client, connection, callbacks) {
  const recording = client.getCallRecording();
  const { serverCallId } = await connection.getCallConnectionProperties();
  const { recordingId } = await does("recording start", () => recording.start({
    callLocator: { kind: "serverCallLocator", id: serverCallId }, recordingContent: "audio", recordingChannel: "mixed",
    recordingFormat: "wav", recordingStateCallbackEndpointUrl: callbacks }), "RecordingStateChanged");
  await does("recording getState", () => recording.getState(recordingId));
  await does("recording pause", () => recording.pause(recordingId), "RecordingStateChanged");
  await does("recording resume", () => recording.resume(recordingId), "RecordingStateChanged");
  await connection.getCallMedia().playToAll([{ kind: "textSource", text: "This is kept." }], { operationContext: "kept" });
  await event("PlayCompleted", of("kept"));
  await does("recording stop", () => recording.stop(recordingId), "RecordingStateChanged");
  const file = (await event("RecordingFileStatusUpdated")).recordingStorageInfo.recordingChunks[0];
  const there = (address) => address.replace("//localhost:", `//${RECORDING_HOST}:`);
  await does("recording downloadToPath", async () => {
    await recording.downloadToPath(there(file.contentLocation), `${state}/file.wav`);
    if (fs.readFileSync(`${state}/file.wav`).subarray(0, 4).toString() !== "RIFF") throw new Error("no WAV");
  });
  await does("recording downloadStreaming of a range", async () => {
    const parts = [];
    for await (const part of await recording.downloadStreaming(there(file.contentLocation), { offset: 8, length: 4 })) parts.push(part);
    if (!Buffer.concat(parts).toString().startsWith("WAVE")) throw new Error("another range");
  });
  await does("recording delete", () => recording.delete(there(file.deleteLocation)));
}

const server = await serve();
new WebSocketServer({ server, path: "/stream" }).on("connection", (socket) => {
  socket.on("message", (message) => {
    const data = StreamingData.parse(message);
    got.push({ kind: `frame ${StreamingData.getStreamingKind()}`, event: data });
    waiting.forEach((look) => look());
  });
});
const root = `https://localhost:${server.address().port}`;
await control("PUT", "/subscription", { endpoint: `${root}/events` });
try {
  for (const scheme of ["http", "https"]) await suite(scheme, `${root}/callbacks`);
} catch (error) {
  rows.push(error.message);
  console.log(`javascript broke off: ${error.stack}`);
}
await check("both", `${read} events read by the SDK's parsers`, async () => {
  if (unreadable) throw new Error(`${unreadable} could not be read`);
});
const failed = rows.filter(Boolean).length;
console.log(`javascript: ${rows.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
