"""The official client, given the inputs of `cases.py`."""

import warnings

from azure.communication.callautomation import (
    AzureBlobContainerRecordingStorage,
    AzureCommunicationsRecordingStorage,
    CallAutomationClient,
    ChannelAffinity,
    CommunicationCloudEnvironment,
    CommunicationUserIdentifier,
    FileSource,
    MediaStreamingOptions,
    MicrosoftTeamsAppIdentifier,
    MicrosoftTeamsUserIdentifier,
    PhoneNumberIdentifier,
    RecognitionChoice,
    SsmlSource,
    TeamsExtensionUserIdentifier,
    TeamsPhoneCallDetails,
    TeamsPhoneCallerDetails,
    TeamsPhoneSourceDetails,
    TextSource,
    TranscriptionOptions,
)
from azure.core.credentials import AzureKeyCredential

# It warns of its own deprecated classes.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="azure")


class Inputs:
    """The inputs of one case. Each is taken once; what is left was not given to the client."""

    def __init__(self, inputs):
        self.left = dict(inputs)

    def take(self, name, make=lambda value: value, default=None):
        return make(self.left.pop(name)) if name in self.left else default

    def keywords(self, **names):
        """Keyword arguments for those of the inputs that are there: keyword=name or keyword=(name, make)."""
        found = {}
        for keyword, name in names.items():
            name, make = name if isinstance(name, tuple) else (name, lambda value: value)
            if name in self.left:
                found[keyword] = make(self.left.pop(name))
        return found

    def later(self):
        return self.keywords(
            operation_context="operationContext", operation_callback_url="operationCallbackUri")


class Official:
    """A client of the official SDK for plain http on loopback; each send is tried once."""

    def __init__(self, endpoint, key, **options):
        self._make = lambda **more: CallAutomationClient(
            endpoint, AzureKeyCredential(key), retry_total=0, **options, **more)
        self.client = self._make()

    def run(self, operation, inputs):
        """Runs one operation. Gives what the client gives, a list of participants for a paged one."""
        inputs = Inputs(inputs)
        name = operation.replace("CallConnection_", "").replace("CallMedia_", "").replace("CallRecording_", "")
        result = getattr(self, name)(inputs)
        if inputs.left:
            raise ValueError(f"{operation}: nothing here gives {sorted(inputs.left)} to the SDK")
        return result

    def _call(self, inputs):
        return self.client.get_call_connection(inputs.take("callConnectionId"))

    def CreateCall(self, inputs):
        source = inputs.take("source", lambda user: CommunicationUserIdentifier(user["id"]))
        targets = inputs.take("targets", _parties)
        return (self._make(source=source) if source else self.client).create_call(
            targets[0] if len(targets) == 1 else targets, inputs.take("callbackUri"),
            **inputs.keywords(
                source_caller_id_number=("sourceCallerIdNumber", PhoneNumberIdentifier),
                source_display_name="sourceDisplayName",
                teams_app_source=("teamsAppSource", lambda app: MicrosoftTeamsAppIdentifier(app["appId"]))),
            **_media_options(inputs))

    def AnswerCall(self, inputs):
        source = inputs.take("answeredBy", lambda user: CommunicationUserIdentifier(user["id"]))
        return (self._make(source=source) if source else self.client).answer_call(
            inputs.take("incomingCallContext"), inputs.take("callbackUri"), **_media_options(inputs))

    def RedirectCall(self, inputs):
        return self.client.redirect_call(inputs.take("incomingCallContext"), inputs.take("target", _party))

    def RejectCall(self, inputs):
        return self.client.reject_call(
            inputs.take("incomingCallContext"), **inputs.keywords(call_reject_reason="callRejectReason"))

    def Connect(self, inputs):
        return self.client.connect_call(
            inputs.take("callbackUri"), **inputs.take("callLocator", _locator), **_media_options(inputs))

    def GetCall(self, inputs):
        return self._call(inputs).get_call_properties()

    def HangupCall(self, inputs):
        return self._call(inputs).hang_up(is_for_everyone=False)

    def TerminateCall(self, inputs):
        return self._call(inputs).hang_up(is_for_everyone=True)

    def TransferToParticipant(self, inputs):
        return self._call(inputs).transfer_call_to_participant(
            inputs.take("targetParticipant", _party),
            **inputs.keywords(
                transferee=("transferee", _party),
                source_caller_id_number=("sourceCallerIdNumber", PhoneNumberIdentifier)),
            **inputs.take("customCallingContext", _calling_context, {}), **inputs.later())

    def GetParticipants(self, inputs):
        return list(self._call(inputs).list_participants())

    def GetParticipant(self, inputs):
        return self._call(inputs).get_participant(inputs.take("participantRawId", _party))

    def AddParticipant(self, inputs):
        return self._call(inputs).add_participant(
            inputs.take("participantToAdd", _party),
            **inputs.keywords(
                source_caller_id_number=("sourceCallerIdNumber", PhoneNumberIdentifier),
                source_display_name="sourceDisplayName", invitation_timeout="invitationTimeoutInSeconds"),
            **inputs.take("customCallingContext", _calling_context, {}), **inputs.later())

    def CancelAddParticipant(self, inputs):
        return self._call(inputs).cancel_add_participant_operation(inputs.take("invitationId"), **inputs.later())

    def RemoveParticipant(self, inputs):
        return self._call(inputs).remove_participant(inputs.take("participantToRemove", _party), **inputs.later())

    def Mute(self, inputs):
        (target,) = inputs.take("targetParticipants", _parties)
        return self._call(inputs).mute_participant(target, **inputs.later())

    def MoveParticipants(self, inputs):
        return self._call(inputs).move_participants(
            inputs.take("targetParticipants", _parties), inputs.take("fromCall"), **inputs.later())

    def Play(self, inputs):
        call, audience = self._call(inputs), inputs.take("playTo", _parties)
        sources = [_source(source) for source in inputs.take("playSources")]
        loop, interrupt = inputs.take("playOptions")["loop"], inputs.take("interruptCallMediaOperation")
        # For some of the participants the client has no such keyword and sends false.
        more = {} if audience and not interrupt else {"interrupt_call_media_operation": interrupt}
        return call.play_media(
            sources[0] if len(sources) == 1 else sources, audience or "all", loop=loop, **more, **inputs.later())

    def Recognize(self, inputs):
        call, options = self._call(inputs), Inputs(inputs.take("recognizeOptions"))
        keys = Inputs(options.take("dtmfOptions", default={}))
        speech = options.take("speechOptions", lambda speech: speech["endSilenceTimeoutInMs"] // 1000)
        prompt = inputs.take("playPrompt", _source) or inputs.take(
            "playPrompts", lambda sources: [_source(source) for source in sources])
        result = call.start_recognizing_media(
            inputs.take("recognizeInputType"), options.take("targetParticipant", _party), play_prompt=prompt,
            end_silence_timeout=speech,
            **inputs.keywords(interrupt_call_media_operation="interruptCallMediaOperation"),
            **options.keywords(
                initial_silence_timeout="initialSilenceTimeoutInSeconds", interrupt_prompt="interruptPrompt",
                speech_language="speechLanguage", choices=("choices", _choices),
                speech_recognition_model_endpoint_id="speechRecognitionModelEndpointId"),
            **keys.keywords(
                dtmf_inter_tone_timeout="interToneTimeoutInSeconds",
                dtmf_max_tones_to_collect="maxTonesToCollect", dtmf_stop_tones="stopTones"),
            **inputs.later())
        inputs.left |= options.left | keys.left
        return result

    def CancelAllMediaOperations(self, inputs):
        return self._call(inputs).cancel_all_media_operations()

    def StartContinuousDtmfRecognition(self, inputs):
        return self._call(inputs).start_continuous_dtmf_recognition(
            inputs.take("targetParticipant", _party), **inputs.later())

    def StopContinuousDtmfRecognition(self, inputs):
        return self._call(inputs).stop_continuous_dtmf_recognition(
            inputs.take("targetParticipant", _party), **inputs.later())

    def SendDtmfTones(self, inputs):
        return self._call(inputs).send_dtmf_tones(
            inputs.take("tones"), inputs.take("targetParticipant", _party), **inputs.later())

    def Hold(self, inputs):
        return self._call(inputs).hold(
            inputs.take("targetParticipant", _party), play_source=inputs.take("playSourceInfo", _source),
            **inputs.later())

    def Unhold(self, inputs):
        return self._call(inputs).unhold(inputs.take("targetParticipant", _party), **inputs.later())

    def StartMediaStreaming(self, inputs):
        return self._call(inputs).start_media_streaming(**inputs.later())

    def StopMediaStreaming(self, inputs):
        return self._call(inputs).stop_media_streaming(**inputs.later())

    def StartTranscription(self, inputs):
        return self._call(inputs).start_transcription(**_speech_model(inputs), **inputs.later())

    def StopTranscription(self, inputs):
        return self._call(inputs).stop_transcription(**inputs.later())

    def UpdateTranscription(self, inputs):
        return self._call(inputs).update_transcription(**_speech_model(inputs), **inputs.later())

    def StartRecording(self, inputs):
        return self.client.start_recording(
            **inputs.take("callLocator", _locator, {}),
            **inputs.keywords(
                call_connection_id="callConnectionId", pause_on_start="pauseOnStart",
                recording_state_callback_url="recordingStateCallbackUri",
                recording_content_type="recordingContentType", recording_channel_type="recordingChannelType",
                recording_format_type="recordingFormatType", recording_storage=("externalStorage", _storage),
                audio_channel_participant_ordering=("audioChannelParticipantOrdering", _parties),
                channel_affinity=("channelAffinity", _affinity)))

    def GetRecordingProperties(self, inputs):
        return self.client.get_recording_properties(inputs.take("recordingId"))

    def StopRecording(self, inputs):
        return self.client.stop_recording(inputs.take("recordingId"))

    def PauseRecording(self, inputs):
        return self.client.pause_recording(inputs.take("recordingId"))

    def ResumeRecording(self, inputs):
        return self.client.resume_recording(inputs.take("recordingId"))


CLOUDS = {
    "orgid": CommunicationCloudEnvironment.PUBLIC,
    "dod": CommunicationCloudEnvironment.DOD,
    "gcch": CommunicationCloudEnvironment.GCCH,
}


def _party(raw_id):
    """The identifier as a program would write it, by the class of its kind."""
    match raw_id.split(":"):
        case ["4", number]:
            return PhoneNumberIdentifier(number)
        case ["8", "acs", user] if user.count("_") == 2:
            resource, tenant, user = user.split("_")
            return TeamsExtensionUserIdentifier(user_id=user, tenant_id=tenant, resource_id=resource)
        case ["8", "acs", _]:
            return CommunicationUserIdentifier(raw_id)
        case ["8", cloud, user]:
            return MicrosoftTeamsUserIdentifier(user, cloud=CLOUDS[cloud])
        case ["28", cloud, app]:
            return MicrosoftTeamsAppIdentifier(app, cloud=CLOUDS[cloud])
        case _:
            raise ValueError(f"no case uses an identifier like {raw_id}")


def _parties(raw_ids):
    return [_party(raw_id) for raw_id in raw_ids]


def _locator(locator):
    names = {"serverCallId": "server_call_id", "groupCallId": "group_call_id", "roomId": "room_id"}
    return {names[name]: value for name, value in locator.items() if name != "kind"}


def _media_options(inputs):
    return inputs.keywords(
        operation_context="operationContext", media_streaming=("mediaStreamingOptions", _streaming),
        transcription=("transcriptionOptions", _transcription),
        cognitive_services_endpoint=("callIntelligenceOptions", lambda ai: ai["cognitiveServicesEndpoint"]))


def _streaming(options):
    return MediaStreamingOptions(
        transport_url=options["transportUrl"], transport_type=options["transportType"],
        content_type=options["contentType"], audio_channel_type=options["audioChannelType"],
        start_media_streaming=options["startMediaStreaming"],
        enable_bidirectional=options["enableBidirectional"], audio_format=options["audioFormat"],
        enable_dtmf_tones=options["enableDtmfTones"])


def _transcription(options):
    return TranscriptionOptions(
        transport_url=options["transportUrl"], transport_type=options["transportType"], locale=options["locale"],
        start_transcription=options["startTranscription"],
        speech_recognition_model_endpoint_id=options["speechModelEndpointId"],
        enable_intermediate_results=options["enableIntermediateResults"])


def _calling_context(context):
    names = {
        "sipHeaders": ("sip_headers", dict), "voipHeaders": ("voip_headers", dict),
        "teamsPhoneCallDetails": ("teams_phone_call_details", _details)}
    return {names[name][0]: names[name][1](value) for name, value in context.items()}


def _details(details):
    details = dict(details)
    caller, source = details.pop("teamsPhoneCallerDetails"), details.pop("teamsPhoneSourceDetails")
    return TeamsPhoneCallDetails(
        teams_phone_caller=TeamsPhoneCallerDetails(
            caller=_party(caller["caller"]), name=caller["name"], phone_number=caller["phoneNumber"],
            record_id=caller["recordId"], screen_pop_url=caller["screenPopUrl"],
            is_authenticated=caller["isAuthenticated"],
            additional_caller_information=caller["additionalCallerInformation"]),
        teams_phone_source=TeamsPhoneSourceDetails(
            source=_party(source["source"]), language=source["language"], status=source["status"],
            intended_targets={name: _party(who) for name, who in source["intendedTargets"].items()}),
        session_id=details.pop("sessionId"), intent=details.pop("intent"), call_topic=details.pop("callTopic"),
        call_context=details.pop("callContext"), transcript_url=details.pop("transcriptUrl"),
        call_sentiment=details.pop("callSentiment"), suggested_actions=details.pop("suggestedActions"), **details)


def _source(source):
    cache = {"play_source_cache_id": source["playSourceCacheId"]} if "playSourceCacheId" in source else {}
    match source["kind"]:
        case "file":
            return FileSource(source["file"]["uri"], **cache)
        case "ssml":
            ssml = source["ssml"]
            return SsmlSource(
                ssml_text=ssml["ssmlText"], custom_voice_endpoint_id=ssml.get("customVoiceEndpointId"), **cache)
        case "text":
            text = source["text"]
            return TextSource(
                text=text["text"], source_locale=text.get("sourceLocale"), voice_kind=text.get("voiceKind"),
                voice_name=text.get("voiceName"), custom_voice_endpoint_id=text.get("customVoiceEndpointId"),
                **cache)
        case other:
            raise ValueError(f"no prompt is of kind {other}")


def _choices(choices):
    return [
        RecognitionChoice(label=choice["label"], phrases=choice["phrases"], tone=choice.get("tone"))
        for choice in choices]


def _speech_model(inputs):
    return inputs.keywords(locale="locale", speech_recognition_model_endpoint_id="speechModelEndpointId")


def _storage(storage):
    if storage["recordingStorageKind"] == "azureBlobStorage":
        return AzureBlobContainerRecordingStorage(container_url=storage["recordingDestinationContainerUrl"])
    return AzureCommunicationsRecordingStorage()


def _affinity(affinity):
    return [
        ChannelAffinity(channel=entry["channel"], target_participant=_party(entry["participant"]))
        for entry in affinity]
