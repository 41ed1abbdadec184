"""What both clients are asked to do: an operation of the swagger and its inputs.

Inputs carry the names of the wire. An identifier is its raw id, a phone number its E.164 text; each client makes of it
what it makes. `sdk.py` gives the same inputs to the official client, `driver/` to ours.
"""

CALL = "411f0b00-c3b5-4d4d-9a40-3b7e9b8f0001"
OTHER_CALL = "411f0b00-c3b5-4d4d-9a40-3b7e9b8f0002"
RECORDING = "eyJQbGF0Zm9ybUVuZHBvaW50SWQiOiI4YjlkYmFkMSIsIlJlc291cmNlIjoiOGI5ZCJ9+/A=="
CALLBACK = "https://bot.example.com/api/callbacks/abc?x=1&y=%20z"
OPERATION_CALLBACK = "https://bot.example.com/op"
SPEECH = "https://contoso.cognitiveservices.azure.com/"
CONTEXT = "eyJhbGciOiJub25lIn0.H4sIAAAA+/_-."
RESOURCE = "b9614373-fd0b-480c-8fd2-cb58b70eab9f"
GUID = "00000000-0000-0000-0000-0000000000aa"

PHONE = "+14255550123"
CALLER_ID = "+18005550100"
PHONE_ID = f"4:{PHONE}"
USER = f"8:acs:{RESOURCE}_0f50d091-5bd3-448b-884d-44be7037d9b9"
TEAMS = f"8:orgid:{GUID}"
TEAMS_DOD = f"8:dod:{GUID}"
TEAMS_GCCH = f"8:gcch:{GUID}"
APP = f"28:orgid:{GUID}"
EXTENSION = f"8:acs:{RESOURCE}_00000000-0000-0000-0000-0000000000bb_{GUID}"

AI = {"cognitiveServicesEndpoint": SPEECH}
STREAMING = {
    "transportUrl": "wss://bot.example.com/media?a=b",
    "transportType": "websocket",
    "contentType": "audio",
    "audioChannelType": "unmixed",
    "startMediaStreaming": True,
    "enableBidirectional": True,
    "audioFormat": "pcm24KMono",
    "enableDtmfTones": False,
}
TRANSCRIPTION = {
    "transportUrl": "wss://bot.example.com/text",
    "transportType": "websocket",
    "locale": "en-CA",
    "speechModelEndpointId": GUID,
    "startTranscription": False,
    "enableIntermediateResults": True,
}
LATER = {"operationContext": "attempt 2 of \"ä ✓ </>\"", "operationCallbackUri": OPERATION_CALLBACK}
TEXT = {
    "kind": "text",
    "playSourceCacheId": "greeting",
    "text": {
        "text": "Grüß Gott, \"you\" <3 ✓",
        "sourceLocale": "de-AT",
        "voiceKind": "female",
        "voiceName": "de-AT-IngridNeural",
        "customVoiceEndpointId": GUID,
    },
}
PLAIN_TEXT = {"kind": "text", "text": {"text": "Hello"}}
FILE = {"kind": "file", "playSourceCacheId": "f", "file": {"uri": "https://cdn.example.com/a%20b.wav?x=1"}}
SSML = {
    "kind": "ssml",
    "playSourceCacheId": "s",
    "ssml": {"ssmlText": "<speak version=\"1.0\">hi</speak>", "customVoiceEndpointId": GUID},
}
DETAILS = {
    "teamsPhoneCallerDetails": {
        "caller": PHONE_ID,
        "name": "Ada",
        "phoneNumber": PHONE,
        "recordId": "crm-1",
        "screenPopUrl": "https://crm.example.com/1",
        "isAuthenticated": True,
        "additionalCallerInformation": {"tier": "gold"},
    },
    "teamsPhoneSourceDetails": {
        "source": APP,
        "language": "en",
        "status": "active",
        "intendedTargets": {"agent": TEAMS},
    },
    "sessionId": "s-1",
    "intent": "billing",
    "callTopic": "Invoice 7",
    "callContext": "She asked twice.",
    "transcriptUrl": "https://bot.example.com/t/1",
    "callSentiment": "calm",
    "suggestedActions": "refund",
}


def _setup():
    answer = {"incomingCallContext": CONTEXT, "callbackUri": CALLBACK}
    media = {"mediaStreamingOptions": STREAMING, "transcriptionOptions": TRANSCRIPTION}
    phone = {"targets": [PHONE_ID], "callbackUri": CALLBACK, "sourceCallerIdNumber": CALLER_ID}
    yield "create_phone", "CreateCall", phone | {"operationContext": "c", "sourceDisplayName": "Bot"}
    yield "create_user", "CreateCall", {"targets": [USER], "callbackUri": CALLBACK}
    yield "create_teams", "CreateCall", {"targets": [TEAMS], "callbackUri": CALLBACK}
    yield "create_teams_dod", "CreateCall", {"targets": [TEAMS_DOD], "callbackUri": CALLBACK}
    yield "create_extension_user", "CreateCall", {"targets": [EXTENSION], "callbackUri": CALLBACK}
    yield "create_group", "CreateCall", phone | {"targets": [PHONE_ID, USER, TEAMS]}
    yield "create_media", "CreateCall", phone | media | {"callIntelligenceOptions": AI}
    yield "create_as_user", "CreateCall", phone | {"source": {"id": USER}}
    yield "create_as_app", "CreateCall", {
        "targets": [TEAMS], "callbackUri": CALLBACK, "teamsAppSource": {"appId": GUID, "cloud": "public"}}
    yield "answer", "AnswerCall", answer
    yield "answer_media", "AnswerCall", answer | media | {"operationContext": "a", "callIntelligenceOptions": AI}
    yield "answer_as_user", "AnswerCall", answer | {"answeredBy": {"id": USER}}
    for name, target in ("phone", PHONE_ID), ("user", USER), ("teams", TEAMS), ("app", APP), ("gcch", TEAMS_GCCH):
        yield f"redirect_{name}", "RedirectCall", {"incomingCallContext": CONTEXT, "target": target}
    for reason in "none", "busy", "forbidden":
        yield f"reject_{reason}", "RejectCall", {"incomingCallContext": CONTEXT, "callRejectReason": reason}
    yield "reject", "RejectCall", {"incomingCallContext": CONTEXT}
    room = {"kind": "roomCallLocator", "roomId": "99434917639286209"}
    yield "connect_room", "Connect", {"callLocator": room, "callbackUri": CALLBACK}
    yield "connect_group", "Connect", media | {
        "callLocator": {"kind": "groupCallLocator", "groupCallId": GUID}, "callbackUri": CALLBACK,
        "operationContext": "j", "callIntelligenceOptions": AI}
    yield "connect_server_call", "Connect", {
        "callLocator": {"kind": "serverCallLocator", "serverCallId": "aHR0cHM6Ly9h"}, "callbackUri": CALLBACK}


def _call():
    here = {"callConnectionId": CALL}
    yield "get_call", "CallConnection_GetCall", here
    yield "hang_up", "CallConnection_HangupCall", here
    yield "terminate", "CallConnection_TerminateCall", here
    yield "transfer_phone", "CallConnection_TransferToParticipant", here | LATER | {
        "targetParticipant": PHONE_ID, "transferee": USER, "sourceCallerIdNumber": CALLER_ID,
        "customCallingContext": {
            "sipHeaders": {"User-To-User": "0123;encoding=hex", "X-MS-Custom-k": "v"}, "voipHeaders": {"k": "v"}}}
    yield "transfer_teams", "CallConnection_TransferToParticipant", here | {"targetParticipant": TEAMS}
    yield "transfer_app", "CallConnection_TransferToParticipant", here | {
        "targetParticipant": APP,
        "customCallingContext": {"voipHeaders": {"k": "v"}, "teamsPhoneCallDetails": DETAILS}}


def _participants():
    here = {"callConnectionId": CALL}
    connection = "CallConnection_"
    yield "list_participants", connection + "GetParticipants", here
    for name, who in ("phone", PHONE_ID), ("user", USER), ("teams", TEAMS), ("extension_user", EXTENSION):
        yield f"get_{name}", connection + "GetParticipant", here | {"participantRawId": who}
    phone = here | {
        "participantToAdd": PHONE_ID, "sourceCallerIdNumber": CALLER_ID, "invitationTimeoutInSeconds": 30}
    yield "add_phone", connection + "AddParticipant", phone | LATER | {
        "customCallingContext": {"sipHeaders": {"X-Custom": "v"}}}
    yield "add_teams", connection + "AddParticipant", here | {
        "participantToAdd": TEAMS, "sourceDisplayName": "Ada", "invitationTimeoutInSeconds": 180,
        "customCallingContext": {"voipHeaders": {"k": "v"}, "teamsPhoneCallDetails": DETAILS}}
    yield "add_extension_user", connection + "AddParticipant", here | {
        "participantToAdd": EXTENSION, "invitationTimeoutInSeconds": 20}
    yield "cancel_add", connection + "CancelAddParticipant", here | LATER | {"invitationId": GUID}
    yield "cancel_add_plain", connection + "CancelAddParticipant", here | {"invitationId": GUID}
    yield "remove", connection + "RemoveParticipant", here | LATER | {"participantToRemove": TEAMS}
    yield "remove_plain", connection + "RemoveParticipant", here | {"participantToRemove": PHONE_ID}
    yield "mute", connection + "Mute", here | {"targetParticipants": [USER], "operationContext": "m"}
    yield "mute_plain", connection + "Mute", here | {"targetParticipants": [USER]}
    yield "move", connection + "MoveParticipants", here | LATER | {
        "targetParticipants": [PHONE_ID, USER], "fromCall": OTHER_CALL}
    yield "move_plain", connection + "MoveParticipants", here | {
        "targetParticipants": [PHONE_ID], "fromCall": OTHER_CALL}


def _media():
    here = {"callConnectionId": CALL}
    once = {"playOptions": {"loop": False}}
    to_all = here | once | {"playTo": []}
    yield "play_text", "CallMedia_Play", to_all | LATER | {
        "playSources": [TEXT], "interruptCallMediaOperation": True}
    yield "play_file_to_some", "CallMedia_Play", here | {
        "playSources": [FILE], "playTo": [PHONE_ID, TEAMS], "playOptions": {"loop": True},
        "interruptCallMediaOperation": False}
    yield "play_ssml", "CallMedia_Play", to_all | {"playSources": [SSML], "interruptCallMediaOperation": False}
    yield "play_several", "CallMedia_Play", to_all | {
        "playSources": [PLAIN_TEXT, FILE, SSML], "interruptCallMediaOperation": False}
    yield from _recognize(here)
    yield "cancel_all", "CallMedia_CancelAllMediaOperations", here
    target = here | {"targetParticipant": PHONE_ID}
    yield "start_keys", "CallMedia_StartContinuousDtmfRecognition", target | {"operationContext": "k"}
    yield "start_keys_plain", "CallMedia_StartContinuousDtmfRecognition", target
    yield "stop_keys", "CallMedia_StopContinuousDtmfRecognition", target | LATER
    yield "send_keys", "CallMedia_SendDtmfTones", target | LATER | {
        "tones": ["zero", "nine", "a", "d", "pound", "asterisk"]}
    yield "send_keys_plain", "CallMedia_SendDtmfTones", target | {"tones": ["one"]}
    yield "hold", "CallMedia_Hold", target
    yield "hold_with_text", "CallMedia_Hold", target | LATER | {"playSourceInfo": PLAIN_TEXT}
    yield "hold_with_file", "CallMedia_Hold", target | {"playSourceInfo": FILE}
    yield "unhold", "CallMedia_Unhold", target
    yield "unhold_with_context", "CallMedia_Unhold", target | LATER
    for verb in "Start", "Stop":
        yield f"{verb.lower()}_streaming", f"CallMedia_{verb}MediaStreaming", here
        yield f"{verb.lower()}_streaming_with_context", f"CallMedia_{verb}MediaStreaming", here | LATER
    model = {"locale": "fr-FR", "speechModelEndpointId": GUID}
    yield "start_transcription", "CallMedia_StartTranscription", here
    yield "start_transcription_with_model", "CallMedia_StartTranscription", here | LATER | model
    yield "stop_transcription", "CallMedia_StopTranscription", here
    yield "stop_transcription_with_context", "CallMedia_StopTranscription", here | LATER
    yield "update_transcription", "CallMedia_UpdateTranscription", here | {"locale": "fr-FR"}
    yield "update_transcription_with_model", "CallMedia_UpdateTranscription", here | LATER | model


def _recognize(here):
    def recognize(kind, options, **more):
        return here | {
            "recognizeInputType": kind, "interruptCallMediaOperation": False,
            "recognizeOptions": {"targetParticipant": PHONE_ID, "interruptPrompt": False} | options} | more

    keys = {"interToneTimeoutInSeconds": 3, "maxTonesToCollect": 5, "stopTones": ["pound", "asterisk"]}
    yield "recognize_keys", "CallMedia_Recognize", LATER | recognize(
        "dtmf", {"dtmfOptions": keys, "interruptPrompt": True, "initialSilenceTimeoutInSeconds": 300},
        playPrompt=TEXT, interruptCallMediaOperation=True)
    yield "recognize_one_key", "CallMedia_Recognize", recognize("dtmf", {"dtmfOptions": {"maxTonesToCollect": 1}})
    choices = [
        {"label": "yes", "phrases": ["yes", "sure"], "tone": "one"},
        {"label": "no", "phrases": ["no"], "tone": "two"}]
    yield "recognize_choices", "CallMedia_Recognize", recognize(
        "choices", {"choices": choices, "speechLanguage": "en-US", "initialSilenceTimeoutInSeconds": 20},
        playPrompts=[PLAIN_TEXT, FILE])
    yield "recognize_spoken_choices", "CallMedia_Recognize", recognize(
        "choices", {"choices": [{"label": "yes", "phrases": ["yes"]}]}, playPrompt=SSML)
    yield "recognize_speech", "CallMedia_Recognize", recognize(
        "speech", {
            "speechOptions": {"endSilenceTimeoutInMs": 2000}, "speechLanguage": "de-DE",
            "speechRecognitionModelEndpointId": GUID}, playPrompt=FILE)
    yield "recognize_speech_or_keys", "CallMedia_Recognize", recognize(
        "speechOrDtmf", {"speechOptions": {"endSilenceTimeoutInMs": 1000}, "dtmfOptions": keys})


def _recordings():
    connection = {"callConnectionId": CALL}
    server = {"callLocator": {"kind": "serverCallLocator", "serverCallId": "aHR0cHM6Ly9h"}}
    sound = {"recordingContentType": "audio", "recordingChannelType": "unmixed", "recordingFormatType": "wav"}
    plain = sound | {"recordingChannelType": "mixed", "pauseOnStart": False}
    start = "CallRecording_StartRecording"
    yield "record_connection", start, connection | plain
    yield "record_with_defaults", start, connection
    yield "record_in_order", start, server | sound | {
        "audioChannelParticipantOrdering": [PHONE_ID, USER], "pauseOnStart": True,
        "recordingStateCallbackUri": CALLBACK}
    yield "record_with_affinity", start, server | sound | {
        "channelAffinity": [{"channel": 0, "participant": PHONE_ID}, {"channel": 4, "participant": USER}],
        "pauseOnStart": False}
    yield "record_group", start, plain | {
        "callLocator": {"kind": "groupCallLocator", "groupCallId": GUID}, "recordingFormatType": "mp3"}
    yield "record_room", start, plain | {
        "callLocator": {"kind": "roomCallLocator", "roomId": "99434917639286209"},
        "recordingContentType": "audioVideo", "recordingFormatType": "mp4"}
    yield "record_to_blob", start, connection | plain | {
        "externalStorage": {
            "recordingStorageKind": "azureBlobStorage",
            "recordingDestinationContainerUrl": "https://contoso.blob.core.windows.net/recordings"}}
    yield "record_to_acs", start, connection | plain | {
        "externalStorage": {"recordingStorageKind": "azureCommunicationServices"}}
    for name, operation in (
            ("get", "GetRecordingProperties"), ("stop", "StopRecording"),
            ("pause", "PauseRecording"), ("resume", "ResumeRecording")):
        yield f"{name}_recording", f"CallRecording_{operation}", {"recordingId": RECORDING}


def all_cases():
    """Every case as (name, operationId, inputs)."""
    cases = [*_setup(), *_call(), *_participants(), *_media(), *_recordings()]
    names = [name for name, _, _ in cases]
    assert len(names) == len(set(names)), "two cases have the same name"
    return cases
