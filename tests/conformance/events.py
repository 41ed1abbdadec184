"""Every event of the contract through our parser, and through the SDK's models where it has one."""

import json
from datetime import datetime, timezone

from azure.communication.callautomation._generated import models

from differences import compare
from driver import Refused
from specimens import GUID, Specimens

SECTION, SDK, INCOMING = "events", "events, SDK", "incoming call"
PREFIX = "Microsoft.Communication."
# Members that live events have and the contract does not.
LIVE_ONLY = ("version", "publicEventType")
# Of the kinds of result exactly one is there, and the type says which; a schema cannot say that.
RESULTS = {"dtmf": "dtmfResult", "choices": "choiceResult", "speech": "speechResult"}


def run(contract, driver, differences, report):
    """One check for each type with our parser, one with the SDK's model; one more for IncomingCall."""
    specimens = Specimens(contract)
    for name in contract.event_names():
        made = [_one_result(data) for data in specimens.all_of(name)]
        report.check(SECTION, name, _through_ours(contract, driver, differences, name, made))
        if hasattr(models, name):
            report.check(SDK, name, _through_sdk(contract, differences, name, made))
    made = specimens.all_of("IncomingCall")
    report.check(INCOMING, "IncomingCall", _incoming_call(contract, driver, differences, made))


def _one_result(data):
    if "recognitionType" not in data:
        return data
    left = set(RESULTS.values()) - {RESULTS[data["recognitionType"]]}
    return {name: value for name, value in data.items() if name not in left}


def envelope(name, data):
    """A callback's event as ACS sends it."""
    source = f"calling/callConnections/{GUID}"
    return {
        "id": "cb1f5d12-0e8a-4d3c-9d0d-8f0c4a0f3e5a", "source": source, "type": PREFIX + name,
        "data": data | {"version": "2026-03-12", "publicEventType": PREFIX + name},
        "time": "2026-11-21T08:00:00.1234567+00:00", "specversion": "1.0",
        "datacontenttype": "application/json", "subject": source}


def _through_ours(contract, driver, differences, name, made):
    events = [envelope(name, data) for data in made]
    try:
        found = driver.do("midCall", body=json.dumps(events))
    except Refused as problem:
        yield str(problem)
        return
    for event, read in zip(events, found, strict=True):
        if not read["known"] or read["name"] != name:
            yield f"our parser takes it for {read['name']}"
        for where, difference in compare(normal(event), normal(read["event"]), ("sent", "written")):
            if not differences.found("events", name, where, difference):
                yield f"{where}: {difference}"
        written = dict(read["event"]["data"])
        for member in LIVE_ONLY:
            written.pop(member, None)
        yield from (
            f"written, {where}: {problem}" for where, problem in contract.problems(name, written, closed=True))
    bare = envelope(name, {"callConnectionId": GUID, "serverCallId": "s", "correlationId": GUID})
    try:
        driver.do("midCall", body=json.dumps(bare))
    except Refused as problem:
        if not differences.found("events", name, "bare", str(problem)):
            yield f"with nothing but the three ids: {problem}"


def _through_sdk(contract, differences, name, made):
    model = getattr(models, name)
    for data in made:
        written = model.deserialize(data).serialize(keep_readonly=True)
        for where, difference in compare(normal(data), normal(written), ("sent", "the SDK's model")):
            if not differences.found("events", name, where, difference):
                yield f"{where}: {difference}"


def _incoming_call(contract, driver, differences, made):
    for data in made:
        yield from (f"{where}: {problem}" for where, problem in contract.problems("IncomingCall", data))
        event = {
            "id": GUID, "topic": "/subscriptions/s/resourceGroups/g/providers/p", "subject": "/caller/c",
            "eventType": PREFIX + "IncomingCall", "eventTime": "2026-11-21T08:00:00Z", "dataVersion": "1.0",
            "metadataVersion": "1", "data": data}
        try:
            read = driver.do("eventGrid", body=json.dumps([event]))
        except Refused as problem:
            yield str(problem)
            continue
        if not read["known"]:
            yield f"our parser does not know {read['name']}"
        for where, difference in compare(normal(event), normal(read["event"]), ("sent", "written")):
            if not differences.found("events", "IncomingCall", where, difference):
                yield f"{where}: {difference}"


def normal(value, name=None):
    """A value with times in one spelling (microseconds, UTC) and without members that are null."""
    match value:
        case dict():
            return {key: normal(part, key) for key, part in value.items() if part is not None}
        case list():
            return [normal(part) for part in value]
        case str() if name in ("time", "startDateTime", "eventTime"):
            time = datetime.fromisoformat(value).astimezone(timezone.utc)
            return time.isoformat()
    return value
