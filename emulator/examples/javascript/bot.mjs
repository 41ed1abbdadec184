// A call bot: answers every call, plays a menu, takes a key, says goodbye. Only the official SDK is in it.

import http from "node:http";
import { CallAutomationClient, parseCallAutomationEvent } from "@azure/communication-call-automation";

const client = new CallAutomationClient(process.env.ACS_CONNECTION_STRING);
const root = new URL(process.env.BOT_URL ?? "http://localhost:5000");
const callbacks = new URL("/callbacks", root).href;
const speech = (text) => ({ kind: "textSource", text, voiceName: "en-US-NancyNeural" });
const MENU = "Welcome to Contoso. For sales, press 1. For support, press 2.";
const ANSWERS = { one: "Sales it is. Goodbye.", two: "Support it is. Goodbye." };
const callers = new Map();

async function incoming({ incomingCallContext, from }) {
  const options = { callIntelligenceOptions: { cognitiveServicesEndpoint: "https://ai.example/" } };
  const answered = await client.answerCall(incomingCallContext, callbacks, options);
  callers.set(answered.callConnectionProperties.callConnectionId, { phoneNumber: from.phoneNumber.value });
}

async function midCall(event) {
  const call = client.getCallConnection(event.callConnectionId);
  if (event.kind === "CallConnected") {
    await call.getCallMedia().startRecognizing(callers.get(event.callConnectionId), {
      kind: "callMediaRecognizeDtmfOptions", maxTonesToCollect: 1, playPrompts: [speech(MENU)],
    });
  } else if (event.kind === "RecognizeCompleted") {
    const [tone] = event.dtmfResult.tones;
    await call.getCallMedia().playToAll([speech(ANSWERS[tone] ?? "Goodbye.")]);
  } else if (["PlayCompleted", "RecognizeFailed"].includes(event.kind)) {
    await call.hangUp(true);
  }
}

async function take(url, body) {
  if (url === "/callbacks") return midCall(parseCallAutomationEvent(body));
  const [event] = JSON.parse(body);
  if (event.eventType.endsWith(".IncomingCall")) return incoming(event.data);
  return { validationResponse: event.data.validationCode };
}

http.createServer(async (request, response) => {
  const body = (await request.setEncoding("utf8").toArray()).join("");
  try {
    response.end(JSON.stringify(await take(request.url, body)));
  } catch (error) {
    console.error(request.url, error.message);
    response.writeHead(500).end(); // the sender tries again
  }
}).listen(root.port, root.hostname);
