// The official JavaScript SDK's parsers, measured as benches/parse.rs measures ours.
// Arguments: the folder of the samples. Needs @azure/communication-call-automation and
// @azure/eventgrid in the working directory.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { parseCallAutomationEvent } = require("@azure/communication-call-automation");
const { EventGridDeserializer } = require("@azure/eventgrid");
const samples = process.argv[2];
const MEASURE = 2000;

// That parser takes one event, so the array around it is taken off beforehand: to its advantage.
const one = (path) => JSON.stringify(JSON.parse(readFileSync(`${samples}/${path}`, "utf8"))[0]);

async function timed(span, once) {
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < span) {
    for (let i = 0; i < 64; i++) await once();
    count += 64;
  }
  return count / ((performance.now() - begin) / 1000);
}

function timedSync(span, once) {
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < span) {
    for (let i = 0; i < 64; i++) once();
    count += 64;
  }
  return count / ((performance.now() - begin) / 1000);
}

for (const [name, path] of [
  ["CallConnected", "events/CallConnected.json"],
  ["ParticipantsUpdated", "events/ParticipantsUpdated.json"],
  ["RecognizeCompleted", "events/RecognizeCompleted.choices.json"],
]) {
  const body = one(path);
  const once = () => {
    if (parseCallAutomationEvent(body).kind !== name) throw new Error(name);
  };
  timedSync(MEASURE / 4, once);
  console.log(JSON.stringify({ name, per_second: Math.round(timedSync(MEASURE, once)) }));
}

const incoming = readFileSync(`${samples}/eventgrid/incoming-call.voip.event.json`, "utf8");
const deserializer = new EventGridDeserializer();
const once = async () => {
  const events = await deserializer.deserializeEventGridEvents(incoming);
  if (events.length !== 1) throw new Error("IncomingCall");
};
await timed(MEASURE / 4, once);
console.log(JSON.stringify({ name: "IncomingCall", per_second: Math.round(await timed(MEASURE, once)) }));
