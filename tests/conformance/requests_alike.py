"""Both clients through the same operations, against the recorder; each request against the other and the swagger."""

import base64
import hashlib
import json
import re
import uuid
from email.utils import parsedate_to_datetime

from azure.communication.callautomation._shared import policy
from azure.core.credentials import AzureKeyCredential
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest

import cases
from contract import API_VERSION
from differences import compare
from driver import Refused
from recorder import Recorder
from sdk import Official

KEY = base64.b64encode(b"the access key of the conformance suite").decode()
FIRST_SENT = "2026-11-21T08:00:00Z"

# They say who sends and how the connection is used, not what is asked for.
OF_THE_CONNECTION = {"user-agent", "connection", "accept-encoding", "host"}
SIGNED_HEADERS = "x-ms-date;host;x-ms-content-sha256"
SECTION, SIGNATURES = "requests", "signatures"


def run(contract, driver, differences, report):
    """Every case with both clients. Each case is a check, and so is each request's signature."""
    recorder = Recorder(contract)
    try:
        official = Official(recorder.endpoint, KEY)
        for name, operation, inputs in cases.all_cases():
            problems, theirs, ours = [], [], []
            try:
                theirs = _official(official, recorder, operation, inputs)
                ours = _ours(driver, recorder, operation, inputs)
            except Refused as problem:
                recorder.take()
                if not differences.found("requests", name, "request", str(problem)):
                    problems.append(f"we refuse it: {problem}")
            else:
                problems += _compare(contract, differences, name, operation, theirs, ours)
            for who, requests in ("the SDK's", theirs), ("ours", ours):
                for number, request in enumerate(requests):
                    if request.header("Host") != recorder.host:
                        problems.append(f"{who}: the Host header is {request.header('Host')}")
                    label = f"{name}, {who}" + (f", page {number + 1}" if number else "")
                    verify = verified_by_us if requests is theirs else verified_by_sdk
                    report.check(SIGNATURES, label, verify(request, driver, recorder.host))
            report.check(SECTION, name, problems)
    finally:
        recorder.close()


def operations_compared(report):
    """Operations of which a case passed and none failed."""
    failed = report.failed_names(SECTION)
    by_operation = {}
    for name, operation, _ in cases.all_cases():
        by_operation.setdefault(operation, []).append(name)
    return [operation for operation, names in by_operation.items() if not failed & set(names)]


def _official(official, recorder, operation, inputs):
    official.run(operation, json.loads(json.dumps(inputs)))
    return recorder.take()


def _ours(driver, recorder, operation, inputs):
    driver.do(
        "send", endpoint=recorder.endpoint, key=KEY, operation=operation, inputs=inputs,
        repeatabilityId=str(uuid.uuid4()), firstSent=FIRST_SENT)
    return recorder.take()


def _compare(contract, differences, name, operation, theirs, ours):
    if len(theirs) != len(ours) or not ours:
        yield f"the SDK sends {len(theirs)} requests, we send {len(ours)}"
    for their, our in zip(theirs, ours):
        for who, request in ("the SDK", their), ("we", our):
            found = contract.operation_of(request.method, request.path)
            if found is None or found.id != operation:
                yield f"{who}: {request.method} {request.path} is not {operation}"
                continue
            for where, problem in against_swagger(contract, found, request):
                if who == "we" or not differences.found("swagger", name, where, problem):
                    yield f"{who}: {where}: {problem}"
        for where, found in compare(shape(their), shape(our), ("sdk", "ours")):
            if not differences.found("requests", name, where, found):
                yield f"{where}: {found}"


def against_swagger(contract, operation, request):
    """Where a request breaks the swagger: parameters, body."""
    if f"api-version={API_VERSION}" not in request.query.split("&"):
        yield "query", f"has no api-version={API_VERSION}"
    if operation.body_schema is None:
        if request.body:
            yield "body", "is there, and the operation has none"
    else:
        body = json.loads(request.body) if request.body else None
        yield from (("body." + where, problem) for where, problem in contract.problems(
            operation.body_schema, body, closed=True))
    pair = [request.header("Repeatability-Request-ID"), request.header("Repeatability-First-Sent")]
    if not operation.repeatable and any(pair):
        yield "headers", "have Repeatability-*, which the operation does not take"
    if (pair[0] is None) != (pair[1] is None):
        yield "headers", "have one of the two Repeatability-* headers"


def shape(request):
    """A request for comparison: what differs from run to run is replaced by a word for its shape."""
    headers = {}
    for name, value in request.headers:
        name = name.lower()
        if name not in OF_THE_CONNECTION:
            headers[name] = _shape_of_header(name, value, request.body)
    body = json.loads(request.body) if request.body else None
    return {
        "method": request.method, "path": request.path, "query": request.query, "headers": headers,
        "body": {} if body is None else body, "body is there": body is not None}


def _shape_of_header(name, value, body):
    known = {
        "content-length": lambda: value == str(len(body)),
        "x-ms-content-sha256": lambda: value == base64.b64encode(hashlib.sha256(body).digest()).decode(),
        "repeatability-request-id": lambda: uuid.UUID(value).version == 4 and value == str(uuid.UUID(value)),
        "x-ms-client-request-id": lambda: value == str(uuid.UUID(value)),
        "repeatability-first-sent": lambda: _is_http_date(value),
        "x-ms-date": lambda: _is_http_date(value),
    }
    try:
        if name in known and known[name]():
            return f"<a right {name}>"
    except ValueError:
        return value
    if name == "authorization":
        return re.sub(r"Signature=[A-Za-z0-9+/]{43}=$", "Signature=<32 bytes>", value)
    return value


def _is_http_date(value):
    return parsedate_to_datetime(value).strftime("%a, %d %b %Y %H:%M:%S GMT") == value


def verified_by_us(request, driver, host):
    """The SDK's request signed again by our key."""
    ours = driver.do(
        "sign", key=KEY, method=request.method, target=request.target, host=host,
        date=request.header("x-ms-date"), body=request.body.decode())
    for name, value in ours.items():
        if request.header(name) != value:
            yield f"{name} is {request.header(name)}, we make it {value}"


def verified_by_sdk(request, _driver, host):
    """Our request signed again by the SDK's own policy, at our time."""
    again = HttpRequest(request.method, f"http://{host}{request.target}")
    again.body = request.body.decode() or None
    now, policy.get_current_utc_time = policy.get_current_utc_time, lambda: request.header("x-ms-date")
    try:
        signer = policy.HMACCredentialsPolicy(f"http://{host}", AzureKeyCredential(KEY))
        signer.on_request(PipelineRequest(again, PipelineContext(None)))
    finally:
        policy.get_current_utc_time = now
    for name in "x-ms-content-sha256", "Authorization":
        if request.header(name) != again.headers[name]:
            yield f"{name} is {request.header(name)}, the SDK makes it {again.headers[name]}"
    if f"SignedHeaders={SIGNED_HEADERS}&" not in request.header("Authorization"):
        yield f"the signed headers are not {SIGNED_HEADERS}"

