"""Our emulator under the official client: each answer, each refusal and each event against the swagger."""

import json

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import RequestsTransport

import cases
from sdk import Official
from world import World

SECTION, EVENTS = "emulator answers", "emulator events"
ADELE, MEGAN = "adele", "megan"
PREFIX = "Microsoft.Communication."


class Overheard(RequestsTransport):
    """A transport that keeps what was answered."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def send(self, request, **kwargs):
        answer = super().send(request, **kwargs)
        self.heard.append((request.method, request.url, answer))
        return answer


def run(contract, differences, report):
    """One check for each operation, whatever it was answered, and one for each type of event that came."""
    world = World()
    try:
        tour = _Tour(contract, world)
        try:
            tour.go()
        except (AttributeError, OSError, StopIteration) as problem:
            # A step went wrong that the next ones need. What was heard until then is checked all the same.
            report.check(SECTION, "the tour", [f"ended early: {problem!r}"])
        tour.check(differences, report)
        _check_events(contract, world, differences, report)
    finally:
        world.close()


class _Tour:
    """Calls on which every operation is tried at least once."""

    def __init__(self, contract, world):
        self.contract, self.world = contract, world
        # Operations that must succeed at least once; of the others a refusal is enough.
        self.required = {operation.id for operation in contract.operations}
        self.transport = Overheard()
        self.official = Official(world.endpoint, world.key, transport=self.transport)
        users = world.control("GET", "/world")["users"]
        self.raw_ids = {user["nickname"]: f"8:orgid:{user['oid']}" for user in users}
        world.control("PUT", "/subscription", {"endpoint": world.webhook})

    def do(self, operation, **inputs):
        """Runs an operation; what the client gives, or None if it was refused."""
        try:
            return self.official.run(operation, inputs)
        except HttpResponseError:
            return None

    def answered(self, number, **more):
        """A call from a number, answered: its id in the world, its connection id."""
        call, event = self.world.dial(number)
        answer = self.do(
            "AnswerCall", incomingCallContext=event["incomingCallContext"], callbackUri=self.world.webhook,
            operationContext="a", callIntelligenceOptions={"cognitiveServicesEndpoint": cases.SPEECH}, **more)
        self.world.wait(f"call:{call}:connected")
        connection = answer.call_connection_id
        self.world.wait_for_event(
            PREFIX + "CallConnected", lambda data: data["callConnectionId"] == connection)
        return call, connection

    def go(self):
        self._talk()
        self._set_up()
        self.required = {self._operation(method, url).id for method, url, _ in self.transport.heard}
        for operation, inputs in self._rest():
            self.do(operation, **inputs)
        self._refusals()

    def _talk(self):
        caller = "+14255550101"
        call, connection = self.answered(caller)
        here = {"callConnectionId": connection}
        self.do("CallConnection_GetCall", **here)
        self.do("CallConnection_GetParticipants", **here)
        self.do("CallConnection_GetParticipant", **here, participantRawId=f"4:{caller}")
        self._hear(call, here, caller)
        self._people(here)
        self._record(here)
        self.do("CallConnection_HangupCall", **here)
        self.world.wait(f"call:{call}:ended")

    def _hear(self, call, here, caller):
        text = {"kind": "text", "text": {"text": "Welcome.", "voiceName": "en-US-JennyNeural"}}
        self.do(
            "CallMedia_Play", **here, playSources=[text], playTo=[], playOptions={"loop": False},
            interruptCallMediaOperation=False, operationContext="play")
        self.world.wait_for_event(PREFIX + "PlayCompleted")
        self.do(
            "CallMedia_Recognize", **here, recognizeInputType="dtmf", interruptCallMediaOperation=True,
            operationContext="ask", playPrompt=text,
            recognizeOptions={
                "targetParticipant": f"4:{caller}", "interruptPrompt": True, "initialSilenceTimeoutInSeconds": 60,
                "dtmfOptions": {"maxTonesToCollect": 1}})
        self.world.wait(f"call:{call}:listening")
        self.world.control("POST", f"/calls/{call}/press", {"tones": "1"})
        self.world.wait_for_event(PREFIX + "RecognizeCompleted")
        self.do(
            "CallMedia_Play", **here, playSources=[text], playTo=[], playOptions={"loop": True},
            interruptCallMediaOperation=False, operationContext="music")
        self.do("CallMedia_CancelAllMediaOperations", **here)
        self.world.wait_for_event(PREFIX + "PlayCanceled")

    def _people(self, here):
        invite = {"invitationTimeoutInSeconds": 120, "sourceDisplayName": "Ada"}
        added = self.do(
            "CallConnection_AddParticipant", **here, participantToAdd=self.raw_ids[ADELE], operationContext="x",
            **invite)
        self.world.wait(f"user:{ADELE}:ringing")
        self.do("CallConnection_CancelAddParticipant", **here, invitationId=added.invitation_id)
        self.world.wait_for_event(PREFIX + "CancelAddParticipantSucceeded")
        self.do(
            "CallConnection_AddParticipant", **here, participantToAdd=self.raw_ids[MEGAN], operationContext="y",
            **invite)
        self.world.wait(f"user:{MEGAN}:ringing")
        self.world.control("POST", f"/users/{MEGAN}/accept")
        self.world.wait_for_event(PREFIX + "AddParticipantSucceeded")
        self.do("CallConnection_GetParticipants", **here)
        self.do("CallConnection_RemoveParticipant", **here, participantToRemove=self.raw_ids[MEGAN])
        self.world.wait_for_event(PREFIX + "RemoveParticipantSucceeded")

    def _record(self, here):
        started = self.do(
            "CallRecording_StartRecording", **here, recordingContentType="audio", recordingChannelType="mixed",
            recordingFormatType="wav", recordingStateCallbackUri=self.world.webhook)
        recording = {"recordingId": started.recording_id}
        for verb in "GetRecordingProperties", "PauseRecording", "ResumeRecording", "StopRecording":
            self.do(f"CallRecording_{verb}", **recording)
        self.world.wait_for_event(PREFIX + "RecordingStateChanged", lambda data: data["state"] == "inactive")

    def _set_up(self):
        _, event = self.world.dial("+14255550102")
        self.do("RejectCall", incomingCallContext=event["incomingCallContext"], callRejectReason="busy")
        _, event = self.world.dial("+14255550103")
        self.do("RedirectCall", incomingCallContext=event["incomingCallContext"], target=self.raw_ids[ADELE])
        _, connection = self.answered("+14255550104")
        self.do(
            "CallConnection_TransferToParticipant", callConnectionId=connection,
            targetParticipant=self.raw_ids[MEGAN], operationContext="t")
        self.world.wait(f"user:{MEGAN}:ringing")
        self.world.control("POST", f"/users/{MEGAN}/accept")
        self.world.wait_for_event(PREFIX + "CallTransferAccepted")
        call, connection = self.answered("+14255550105")
        self.do("CallConnection_TerminateCall", callConnectionId=connection)
        self.world.wait(f"call:{call}:ended")

    def _rest(self):
        """What the emulator may not do yet, on calls where it would have to succeed."""
        caller, other = "+14255550106", "+14255550107"
        _, connection = self.answered(caller, mediaStreamingOptions=cases.STREAMING,
                                      transcriptionOptions=cases.TRANSCRIPTION)
        _, elsewhere = self.answered(other)
        here, target = {"callConnectionId": connection}, {"targetParticipant": f"4:{caller}"}
        server_call = self.do("CallConnection_GetCall", **here).server_call_id
        back = {"callbackUri": self.world.webhook}
        yield "CreateCall", back | {"targets": ["4:+14255550108"], "sourceCallerIdNumber": self.world.number}
        yield "Connect", back | {"callLocator": {"kind": "serverCallLocator", "serverCallId": server_call}}
        for verb in "StartContinuousDtmfRecognition", "StopContinuousDtmfRecognition", "Hold", "Unhold":
            yield f"CallMedia_{verb}", here | target
        yield "CallMedia_SendDtmfTones", here | target | {"tones": ["one"]}
        for verb in "StartMediaStreaming", "StopMediaStreaming":
            yield f"CallMedia_{verb}", here
        yield "CallMedia_StartTranscription", here | {"locale": "en-US"}
        yield "CallMedia_UpdateTranscription", here | {"locale": "fr-FR"}
        yield "CallMedia_StopTranscription", here
        yield "CallConnection_Mute", here | {"targetParticipants": [cases.USER]}
        yield "CallConnection_MoveParticipants", here | {"targetParticipants": [f"4:{other}"], "fromCall": elsewhere}

    def _refusals(self):
        gone = {"callConnectionId": cases.OTHER_CALL}
        self.do("CallConnection_GetCall", **gone)
        self.do("AnswerCall", incomingCallContext="no such context", callbackUri=self.world.webhook)
        self.do("CallMedia_Play", **gone, playSources=[], playTo=[], playOptions={"loop": False},
                interruptCallMediaOperation=False)
        self.official = Official(self.world.endpoint, "bm90IHRoZSBrZXk=", transport=self.transport)
        self.do("CallConnection_GetCall", **gone)

    def _operation(self, method, url):
        return self.contract.operation_of(method, "/" + url.split("/", 3)[3].partition("?")[0])

    def check(self, differences, report):
        heard = {operation.id: [] for operation in self.contract.operations}
        for method, url, answer in self.transport.heard:
            heard[self._operation(method, url).id].append(answer)
        for name, answers in heard.items():
            problems = []
            if min((answer.status_code for answer in answers), default=400) >= 400:
                report.remark(SECTION, name)
                if name in self.required:
                    problems.append(f"was never answered with success, only {[a.status_code for a in answers]}")
            for answer in answers:
                for where, problem in _against_swagger(self.contract, self.contract.by_id[name], answer):
                    if not differences.found("emulator", name, where, problem):
                        problems.append(f"{answer.status_code} {where}: {problem}")
            report.check(SECTION, name, problems)


def _against_swagger(contract, operation, answer):
    status, text = answer.status_code, answer.text()
    if status < 400 and str(status) not in operation.responses:
        yield "status", f"{status} is none of {sorted(operation.responses)}"
        return
    schema = operation.response_schema(status)
    if schema is None:
        if text:
            yield "body", "is there, and the contract has none"
        return
    if answer.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        yield "content-type", f"is {answer.headers.get('Content-Type')}"
    yield from contract.problems(schema, json.loads(text), closed=True)


def _check_events(contract, world, differences, report):
    found = {}
    names = set(contract.event_names()) | {"IncomingCall"}
    for event in world.deliveries:
        name = (event.get("type") or event["eventType"]).removeprefix(PREFIX)
        if name not in names:
            continue
        problems = found.setdefault(name, [])
        data = {key: value for key, value in event["data"].items() if key not in ("version", "publicEventType")}
        for where, problem in contract.problems(name, data, closed=True):
            if not differences.found("emulator", name, where, problem):
                problems.append(f"{where}: {problem}")
    for name, problems in sorted(found.items()):
        report.check(EVENTS, name, problems)
