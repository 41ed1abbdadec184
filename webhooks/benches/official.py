"""The official Python SDK's parsers, measured as benches/parse.rs measures ours.

Argument: the folder of the samples. The Call Automation package has no parser of events of its own;
its documents use CloudEvent of azure-core, and EventGridEvent of azure-eventgrid for IncomingCall.
Both leave `data` an untyped dict.
"""

import json
import sys
import time

from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent

MEASURE = 2.0
SAMPLES = sys.argv[1]


def read(path):
    with open(f"{SAMPLES}/{path}", encoding="utf-8") as file:
        return file.read()


def timed(span, once):
    begin = time.perf_counter()
    count = 0
    while time.perf_counter() - begin < span:
        for _ in range(64):
            once()
        count += 64
    return count / (time.perf_counter() - begin)


def report(name, once):
    timed(MEASURE / 10, once)
    print(json.dumps({"name": name, "per_second": round(timed(MEASURE, once))}))


for name, path in [
    ("CallConnected", "events/CallConnected.json"),
    ("ParticipantsUpdated", "events/ParticipantsUpdated.json"),
    ("RecognizeCompleted", "events/RecognizeCompleted.choices.json"),
]:
    body = read(path)
    report(name, lambda: [CloudEvent.from_dict(event) for event in json.loads(body)])

body = read("eventgrid/incoming-call.voip.event.json")
report("IncomingCall", lambda: [EventGridEvent.from_dict(event) for event in json.loads(body)])
