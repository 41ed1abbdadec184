"""Every operation of the official Python SDK, unmodified, against `switchboard emulator`.

Run by tests/sdk/run. Prints one line for each operation, over http and https, and
`python: N passed, N failed`.
"""

import base64
import datetime
import io
import json
import socket
import sys
import tempfile
import urllib.parse
import wave

from azure.communication.callautomation import (
    CallAutomationClient, CommunicationUserIdentifier, DtmfTone, FileSource,
    MediaStreamingAudioChannelType, MediaStreamingContentType, MediaStreamingOptions,
    MicrosoftTeamsUserIdentifier, PhoneNumberIdentifier, RecognitionChoice,
    ServerCallLocator, SsmlSource, StreamingTransportType, TextSource, TranscriptionOptions)
from azure.core.credentials import AzureKeyCredential
from azure.core.messaging import CloudEvent

from sockets import Sockets, samples
from webhook import Emulator, Webhook, binary, connection_string

NUMBER, CALLER = "+18005550100", "+442079460123"
ADELE = "a1e1e000-0000-4000-8000-000000000001"
AI = "https://ai.example/"
# The SDK gives credentials to recording hosts of Microsoft only; this name is in the emulator's
# certificate and is this machine.
RECORDING_HOST = "emulator.asm.skype.com"
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve(
    "127.0.0.1" if host == RECORDING_HOST else host, *rest, **more)


class Suite:
    def __init__(self, emulator, webhook, sockets, scheme):
        self.emulator, self.webhook, self.sockets, self.scheme = emulator, webhook, sockets, scheme
        root = emulator.ready["https" if scheme == "https" else "http"]
        text = connection_string(emulator.ready, root)
        options = {"connection_verify": emulator.ready["ca_file"], "retry_total": 0}
        if scheme == "https":
            self.client = CallAutomationClient.from_connection_string(text, **options)
        else:
            # from_connection_string makes every endpoint https.
            key = AzureKeyCredential(text.split("accesskey=", 1)[1])
            self.client = CallAutomationClient(root.rstrip("/"), key, **options)
        self.callbacks = webhook.root + "/callbacks"
        self.rows = []

    def check(self, name, work, event=None, context=None):
        """Does it, waits for its event, and lets the SDK's own reader of events read that."""
        result, problem = None, ""
        try:
            result = work()
            if event:
                self.event(event, context)
        except Exception as error:  # every failure is a row of the table
            problem = f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"
        self.rows.append(problem)
        print(f"python {self.scheme:5} {name:36} {'ok' if not problem else 'FAILED ' + problem}", flush=True)
        return result

    def event(self, kind, context=None):
        fits = lambda event: context is None or event["data"].get("operationContext") == context
        body = self.webhook.wait(kind, fits)
        event = CloudEvent.from_dict(body[0])
        assert event.type == f"Microsoft.Communication.{kind}", event.type
        return event

    def incoming(self):
        call = self.emulator.control("POST", "/calls", {"from": CALLER, "name": "Ada", "to": NUMBER})
        body = self.webhook.wait("IncomingCall")
        return call["call"], body[0]["data"]["incomingCallContext"]

    def streams(self):
        media = MediaStreamingOptions(
            transport_url=f"{self.sockets.root}/media", transport_type=StreamingTransportType.WEBSOCKET,
            content_type=MediaStreamingContentType.AUDIO,
            audio_channel_type=MediaStreamingAudioChannelType.UNMIXED, start_media_streaming=False,
            enable_bidirectional=True, enable_dtmf_tones=True)
        text = TranscriptionOptions(
            transport_url=f"{self.sockets.root}/text", transport_type=StreamingTransportType.WEBSOCKET,
            locale="en-US", start_transcription=False)
        return {"media_streaming": media, "transcription": text}

    def created(self, who, name, context):
        options = {"source_caller_id_number": PhoneNumberIdentifier(NUMBER),
                   "operation_context": context, "cognitive_services_endpoint": AI}
        properties = self.check(name, lambda: self.client.create_call(who, self.callbacks, **options, **self.streams()))
        self.emulator.person(who.raw_id, "accept")
        self.check(name + " event", lambda: self.event("CallConnected", context))
        return self.client.get_call_connection(properties.call_connection_id)

    def incoming_operations(self):
        _, context = self.incoming()
        self.check("reject_call", lambda: self.client.reject_call(context, call_reject_reason="busy"))
        call, context = self.incoming()
        self.check("redirect_call", lambda: self.client.redirect_call(context, MicrosoftTeamsUserIdentifier(ADELE)))
        self.emulator.control("POST", f"/calls/{call}/hangup")
        call, context = self.incoming()
        answered = self.check(
            "answer_call", lambda: self.client.answer_call(
                context, self.callbacks, operation_context="answer", cognitive_services_endpoint=AI),
            "CallConnected", "answer")
        return call, self.client.get_call_connection(answered.call_connection_id)

    def media(self, call, connection):
        caller = PhoneNumberIdentifier(CALLER)
        text, ssml = TextSource(text="Welcome.", voice_name="en-US-JennyNeural"), SsmlSource(ssml_text="<speak>Hello</speak>")
        file = FileSource(url="https://files.example/a.wav")
        self.check("play_media", lambda: connection.play_media([text, ssml], operation_context="p1"), "PlayCompleted", "p1")
        self.check("play_media to one", lambda: connection.play_media(file, [caller], operation_context="p2"), "PlayCompleted", "p2")
        self.check("play_media_to_all", lambda: connection.play_media_to_all(file, loop=True, operation_context="p3"), "PlayStarted", "p3")
        self.check("cancel_all_media_operations", connection.cancel_all_media_operations, "PlayCanceled", "p3")
        self.recognise(call, connection, caller)
        self.check("start_continuous_dtmf_recognition", lambda: connection.start_continuous_dtmf_recognition(caller, operation_context="k"))
        self.emulator.control("POST", f"/calls/{call}/press", {"tones": "5"})
        self.check("tone received", lambda: self.event("ContinuousDtmfRecognitionToneReceived", "k"))
        self.check("stop_continuous_dtmf_recognition", lambda: connection.stop_continuous_dtmf_recognition(caller, operation_context="k"),
                   "ContinuousDtmfRecognitionStopped", "k")
        self.check("send_dtmf_tones", lambda: connection.send_dtmf_tones([DtmfTone.ONE, DtmfTone.POUND], caller, operation_context="t"),
                   "SendDtmfTonesCompleted", "t")
        held = lambda event: any(one["isOnHold"] for one in event["data"]["participants"])
        self.check("hold", lambda: (connection.hold(caller, play_source=file), self.webhook.wait("ParticipantsUpdated", held)))
        self.check("unhold", lambda: connection.unhold(caller), "ParticipantsUpdated")

    def recognise(self, call, connection, caller):
        kinds = [
            ("dtmf", {"dtmf_max_tones_to_collect": 1}, "press", {"tones": "1"}),
            ("choices", {"choices": [RecognitionChoice(label="yes", phrases=["yes"], tone=DtmfTone.ONE)]}, "say", {"text": "yes"}),
            ("speech", {}, "say", {"text": "hello"}),
            ("speechordtmf", {"dtmf_max_tones_to_collect": 1}, "press", {"tones": "2"}),
        ]
        for kind, options, verb, body in kinds:
            name = "speechOrDtmf" if kind == "speechordtmf" else kind
            work = lambda: connection.start_recognizing_media(
                name, caller, initial_silence_timeout=10, operation_context=kind, **options)

            def whole():
                work()
                self.emulator.wait(f"call:{call}:listening")
                self.emulator.control("POST", f"/calls/{call}/{verb}", body)

            self.check(f"start_recognizing_media {kind}", whole, "RecognizeCompleted", kind)

    def people(self, call, connection):
        adele, number = MicrosoftTeamsUserIdentifier(ADELE), PhoneNumberIdentifier(NUMBER)
        self.check("get_call_properties", connection.get_call_properties)
        self.check("list_participants", lambda: one_or_fail(list(connection.list_participants())))
        self.check("get_participant", lambda: connection.get_participant(PhoneNumberIdentifier(CALLER)))
        added = self.check("add_participant", lambda: connection.add_participant(adele, invitation_timeout=30, operation_context="a1"))
        self.check("cancel_add_participant_operation",
                   lambda: connection.cancel_add_participant_operation(added.invitation_id, operation_context="c1"),
                   "CancelAddParticipantSucceeded", "c1")
        connection.add_participant(adele, operation_context="a2")
        self.emulator.person("adele", "accept")
        self.check("add_participant event", lambda: self.event("AddParticipantSucceeded", "a2"))
        self.check("remove_participant", lambda: connection.remove_participant(adele, operation_context="r"),
                   "RemoveParticipantSucceeded", "r")
        ada = CommunicationUserIdentifier("8:acs:b6f2a3c4_ada")
        connection.add_participant(ada, operation_context="a3")
        self.emulator.person(ada.raw_id, "accept")
        self.event("AddParticipantSucceeded", "a3")
        self.check("mute_participant", lambda: connection.mute_participant(ada, operation_context="m"))
        other = self.created(PhoneNumberIdentifier("+442079460888"), "create_call", "create")
        self.check("move_participants",
                   lambda: other.move_participants([ada], connection._call_connection_id, operation_context="v"),
                   "MoveParticipantSucceeded", "v")
        self.streaming(other, self.emulator.control("GET", "/world")["calls"][-1]["id"])
        connected = self.check("connect_call", lambda: self.client.connect_call(
            self.callbacks, server_call_id=other.get_call_properties().server_call_id, operation_context="leg"),
            "CallConnected", "leg")
        leg = self.client.get_call_connection(connected.call_connection_id)
        self.check("hang_up one leg", lambda: leg.hang_up(False), "CallDisconnected")
        for name, where in (("group", {"group_call_id": "g-1"}), ("room", {"room_id": "r-1"})):
            self.check(f"connect_call {name}", lambda: self.client.connect_call(
                self.callbacks, operation_context=name, **where), "CallConnected", name)
        self.check("transfer_call_to_participant of a group", lambda: (other.transfer_call_to_participant(
            adele, transferee=ada, operation_context="tg"), self.emulator.person("adele", "accept")),
            "CallTransferAccepted", "tg")
        self.emulator.person("adele", "leave")
        self.check("hang_up everybody", lambda: other.hang_up(True), "CallDisconnected")

    def streamed(self, call, stem):
        """What people do reaches the application's socket, and its audio reaches them."""
        path = "/media" if stem == "media_streaming" else "/text"
        headers = self.sockets.headers[path]
        assert headers["authorization"].startswith("Bearer ") and headers["x-ms-call-connection-id"], headers
        self.emulator.control("POST", f"/calls/{call}/say", {"text": "Hello there"})
        if path == "/text":
            said = self.sockets.wait(path, lambda one: one["kind"] == "TranscriptionData")["transcriptionData"]
            assert (said["text"], said["resultStatus"]) == ("Hello there", "Final"), said
            return
        spoken = self.sockets.wait(path, lambda one: one["kind"] == "AudioData" and not one["audioData"]["silent"])
        assert len(samples(spoken)) == 640 and any(samples(spoken)), "20 ms at 16 kHz"
        self.emulator.control("POST", f"/calls/{call}/press", {"tones": "7"})
        self.sockets.wait(path, lambda one: one["kind"] == "DtmfData" and one["dtmfData"]["data"] == "7")
        sound = base64.b64encode(bytes([16]) * 6400).decode()
        self.sockets.send(path, {"Kind": "AudioData", "AudioData": {"Data": sound}, "StopAudio": None})
        self.emulator.wait(f"call:{call}:heard:audio: 200 ms")

    def streaming(self, connection, call):
        for stem, name in (("media_streaming", "MediaStreaming"), ("transcription", "Transcription")):
            start = getattr(connection, f"start_{stem}")
            self.check(f"start_{stem}", lambda: start(operation_context="s"), f"{name}Started", "s")
            self.check(f"{stem} frames", lambda: self.streamed(call, stem))
            if stem == "transcription":
                self.check("update_transcription", lambda: connection.update_transcription(locale="de-DE", operation_context="s"),
                           "TranscriptionUpdated", "s")
            stop = getattr(connection, f"stop_{stem}")
            self.check(f"stop_{stem}", lambda: stop(operation_context="s"), f"{name}Stopped", "s")

    def recordings(self, connection):
        properties = connection.get_call_properties()
        start = lambda: self.client.start_recording(
            ServerCallLocator(server_call_id=properties.server_call_id), recording_content_type="audio",
            recording_channel_type="mixed", recording_format_type="wav",
            recording_state_callback_url=self.callbacks)
        known = self.check("start_recording", start, "RecordingStateChanged")
        one = known.recording_id
        self.check("get_recording_properties", lambda: self.client.get_recording_properties(one))
        say = lambda text, context: (connection.play_media(TextSource(text=text), operation_context=context),
                                     self.event("PlayCompleted", context))
        say("This is kept.", "kept")
        self.check("pause_recording", lambda: self.client.pause_recording(one), "RecordingStateChanged")
        say("This is a secret.", "secret")
        self.check("resume_recording", lambda: self.client.resume_recording(one), "RecordingStateChanged")
        say("This is kept too.", "more")
        self.check("stop_recording", lambda: self.client.stop_recording(one), "RecordingStateChanged")
        told = self.webhook.wait("RecordingFileStatusUpdated")[0]["data"]
        file = told["recordingStorageInfo"]["recordingChunks"][0]

        def download():
            # Of 1.6.0 an HttpResponse comes back, not the documented iterator of bytes (its issue 42835).
            data = self.client.download_recording(at_microsoft(file["contentLocation"])).read()
            with wave.open(io.BytesIO(data)) as sound:
                shape = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
                frames = sound.readframes(sound.getnframes())
            assert shape == (16000, 2, 1), shape
            assert len(frames) == told["recordingDurationMs"] * 32, f"{len(frames)} bytes of sound"
            metadata = json.loads(self.client.download_recording(at_microsoft(file["metadataLocation"])).read())
            begin, pause = instant(metadata["chunkStartTime"]), metadata["pauseResumeIntervals"][0]
            since = round((instant(pause["startTime"]) - begin) * 1000)
            silent = frames[since * 32:(since + pause["duration"]) * 32]
            assert silent and not any(silent), "the paused part must be silent"
            assert any(frames[:since * 32]) and any(frames[(since + pause["duration"]) * 32:]), "no sound"
            part = self.client.download_recording(at_microsoft(file["contentLocation"]), offset=8, length=4).read()
            assert part[:4] == b"WAVE" and len(part) < len(data), f"{len(part)} bytes of a range"

        self.check("download_recording", download)
        self.check("delete_recording", lambda: self.client.delete_recording(at_microsoft(file["deleteLocation"])))

    def run(self):
        call, connection = self.incoming_operations()
        self.media(call, connection)
        self.people(call, connection)
        self.recordings(connection)
        group = [PhoneNumberIdentifier("+442079460777"), MicrosoftTeamsUserIdentifier(ADELE)]
        self.check("create_group_call", lambda: self.client.create_group_call(
            group, self.callbacks, source_caller_id_number=PhoneNumberIdentifier(NUMBER), operation_context="cg"))
        self.emulator.person("adele", "decline")
        self.emulator.person("4:+442079460777", "decline")
        self.check("create_group_call declined", lambda: self.event("CreateCallFailed", "cg"))
        adele = MicrosoftTeamsUserIdentifier(ADELE)
        self.check("transfer_call_to_participant", lambda: (connection.transfer_call_to_participant(
            adele, operation_context="x"), self.emulator.person("adele", "accept")), "CallTransferAccepted", "x")
        self.emulator.person("adele", "leave")
        return self.rows


def instant(text):
    return datetime.datetime.fromisoformat(text[:26] + "+00:00").timestamp()


def one_or_fail(people):
    assert people, "nobody is listed"
    return people


def at_microsoft(address):
    port = urllib.parse.urlsplit(address).port
    return address.replace(f"localhost:{port}", f"{RECORDING_HOST}:{port}", 1)


def main():
    with tempfile.TemporaryDirectory() as state:
        emulator = Emulator(binary(), state)
        try:
            webhook = Webhook(state)
            emulator.control("PUT", "/subscription", {"endpoint": webhook.root + "/events"})
            sockets, rows = Sockets(state), []
            for scheme in ("http", "https"):
                rows += Suite(emulator, webhook, sockets, scheme).run()
        finally:
            emulator.stop()
    failed = sum(1 for row in rows if row)
    print(f"python: {len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
