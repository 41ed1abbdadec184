"""Microsoft's own samples: the examples of the swagger, and the events of the documentation and of the SDKs' tests.

An example's request is built by our types from its members and compared with the example; its answer is read by our
types, written again and compared. A sample of an event or of a web socket's frame is parsed, written again and
compared.
"""

import json

from contract import HERE, SUCCESS
from differences import compare
from driver import Refused
from events import PREFIX, normal
from specimens import Specimens

SECTION, ANSWERS = "samples", "answers"
EVENTS = HERE.parents[1] / "webhooks" / "tests" / "samples"

# Examples that the swagger does not refer to. None: an operation that this version does not have.
UNREFERENCED = {
    "CallMedia_SummarizeCall.json": None,
    "CallRecording_StartRecording_WithConnectionId.json": "CallRecording_StartRecording",
}
# What our client wants and an example lacks, or has as the word "string".
SUPPLIED = {
    "AnswerCall.json": {"callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://contoso.example.com/"}},
    "CreateCall.json": {"callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://contoso.example.com/"}},
    "CallConnection_AddParticipant.json": {"invitationTimeoutInSeconds": 30},
    "CallMedia_Play.json": {"interruptCallMediaOperation": False},
    "CallMedia_Recognize.json": {"interruptCallMediaOperation": False},
}
# Samples that are no event: a part of one, an answer to a handshake.
NO_EVENT = {"ResultInformation.sip.json", "IncomingCall.data.teamsphone.json"}


def run(contract, driver, differences, report):
    """One check for each sample; one for the answer to each operation, made from its schema."""
    for name, (owner, example) in contract.examples().items():
        operation = contract.by_id.get(UNREFERENCED.get(name, owner))
        if operation is not None:
            check = _example(contract, driver, operation, name, example)
            report.check(SECTION, f"examples/{name}", _unlisted(differences, f"examples/{name}", check))
    for folder in "events", "eventgrid":
        for path in sorted((EVENTS / folder).glob("*.json")):
            if path.name not in NO_EVENT and "esponse" not in path.name:
                name, body = f"{folder}/{path.name}", path.read_text(encoding="utf-8")
                report.check(SECTION, name, _unlisted(differences, name, _event(driver, body)))
    for path in sorted((EVENTS / "frames").glob("*.json")):
        name, text = f"frames/{path.name}", path.read_text(encoding="utf-8")
        report.check(SECTION, name, _unlisted(differences, name, _frame(driver, path.name, text)))
    _teams_phone(driver, differences, report)
    specimens = Specimens(contract)
    for operation in contract.operations:
        check = _answer(contract, driver, specimens, operation)
        report.check(ANSWERS, operation.id, _unlisted(differences, operation.id, check, "answers"))


def _unlisted(differences, name, found, part="samples"):
    for where, words in found:
        if not differences.found(part, name, where, words):
            yield f"{where}: {words}"


def _example(contract, driver, operation, name, example):
    parameters = {
        key: value for key, value in example["parameters"].items() if key not in ("endpoint", "api-version")}
    bodies = [key for key, value in parameters.items() if isinstance(value, dict)]
    body = parameters.pop(bodies[0]) if bodies else None
    if bodies and bodies != [operation.body_parameter]:
        yield "request", f"has its body under {bodies[0]}, the swagger names it {operation.body_parameter}"
    if body is not None:
        for where, problem in contract.problems(operation.body_schema, body, closed=True):
            yield f"request.{where}", f"breaks the schema: {problem}"
    try:
        ours = driver.do("build", operation=operation.id, inputs=parameters | (body or {}) | SUPPLIED.get(name, {}))
        yield from compare(body or {}, ours["body"] or {}, ("example", "ours"), "request")
    except Refused as problem:
        yield "request", str(problem)
    declared = {status for status in SUCCESS if status in operation.responses}
    if not declared & set(example["responses"]):
        yield "responses", f"has none of {sorted(declared)}"
    for status, response in example["responses"].items():
        schema = operation.response_schema(status)
        if ("body" in response) != (schema is not None):
            yield f"responses.{status}", f"a body is there: {'body' in response}; by the swagger: {schema is not None}"
        if "body" in response:
            for where, problem in contract.problems(schema, response["body"], closed=True):
                yield f"responses.{status}.{where}", f"breaks the schema: {problem}"
        yield from _read(driver, operation, status, response.get("body"), "example", f"responses.{status}")


def _read(driver, operation, status, body, left, at):
    text = "" if body is None else json.dumps(body)
    try:
        read = driver.do("answer", operation=operation.id, status=int(status), body=text)
    except Refused as problem:
        yield at, str(problem)
    else:
        yield from compare(body, read, (left, "ours"), at)


def _answer(contract, driver, specimens, operation):
    """Every answer that the schemas allow, one for each choice in them."""
    for status in SUCCESS:
        if status in operation.responses:
            schema = operation.response_schema(status)
            for body in specimens.all_of(schema) if schema else [None]:
                yield from _read(driver, operation, status, body, "sent", status)


def _event(driver, text):
    event = json.loads(text)
    event = event[0] if isinstance(event, list) else event
    kind = event.get("type") or event.get("eventType")
    mid_call = "specversion" in event and event.get("source", "").lstrip("/").startswith("calling/")
    try:
        if mid_call:
            (read,) = driver.do("midCall", body=text)
        else:
            read = driver.do("eventGrid", body=text)
    except Refused as problem:
        yield "event", str(problem)
        return
    if kind.removeprefix(PREFIX) != read["name"].removeprefix(PREFIX):
        yield "type", f"is {kind}, our parser says {read['name']}"
    if not read["known"]:
        yield "type", f"{kind} is unknown to our parser"
    yield from compare(normal(event), normal(read["event"]), ("sample", "ours"))


def _frame(driver, name, text):
    outgoing = name.startswith("ws.out.")
    # The page has a word where sound in base64 belongs.
    text = text.replace('"buffer"', '"AQID"') if outgoing else text
    try:
        yield from compare(json.loads(text), driver.do("frame", text=text, outgoing=outgoing), ("sample", "ours"))
    except Refused as problem:
        yield "frame", str(problem)


def _teams_phone(driver, differences, report):
    """The one sample that is an incoming call's data without its envelope."""
    name = "events/IncomingCall.data.teamsphone.json"
    event = {
        "id": "1", "source": "/subscriptions/s", "type": PREFIX + "IncomingCall", "specversion": "1.0",
        "data": json.loads((EVENTS / name).read_text(encoding="utf-8"))}
    report.check(SECTION, name, _unlisted(differences, name, _event(driver, json.dumps(event))))
