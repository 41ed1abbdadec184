//! Inputs to a request, by the operation's id in the swagger: operations on whole calls.

use callautomation::{
    AnswerCall, AudioChannelType, AudioFormat, CallIntelligenceOptions, Connect, CreateCall,
    CustomCallingContext, GetCall, HangUp, InvalidRequest, MediaStreamingOptions, RedirectCall,
    RejectCall, RejectReason, Request, TeamsAppSource, TeamsPhoneCallDetails,
    TeamsPhoneCallerDetails, TeamsPhoneSourceDetails, Terminate, TranscriptionOptions,
    TransferToParticipant, UserSource,
};
use serde_json::Value;

use crate::{
    media,
    members::{Members, Problem},
    participants, recordings,
};

/// What a builder gives.
pub(crate) type Built = Result<Request, Problem>;

/// The request of an operation with these inputs.
pub(crate) fn build(operation: &str, inputs: Value) -> Built {
    Members::read(inputs, |inputs| by_name(operation, inputs))
}

fn by_name(operation: &str, inputs: &mut Members) -> Built {
    match operation {
        "CreateCall" => create(inputs),
        "AnswerCall" => answer(inputs),
        "RedirectCall" => redirect(inputs),
        "RejectCall" => reject(inputs),
        "Connect" => connect(inputs),
        "CallConnection_GetCall" => finish(GetCall::new(call(inputs)?).request()),
        "CallConnection_HangupCall" => finish(HangUp::new(call(inputs)?).request()),
        "CallConnection_TerminateCall" => finish(Terminate::new(call(inputs)?).request()),
        "CallConnection_TransferToParticipant" => transfer(inputs),
        _ if operation.starts_with("CallConnection_") => participants::build(operation, inputs),
        _ if operation.starts_with("CallMedia_") => media::build(operation, inputs),
        _ if operation.starts_with("CallRecording_") => recordings::build(operation, inputs),
        _ => unknown(operation),
    }
}

/// The answer to an operation that our client does not have.
pub(crate) fn unknown(operation: &str) -> Built {
    Err(format!("our client has no operation {operation}"))
}

/// The request, or in words which limit it breaks.
pub(crate) fn finish(request: Result<Request, InvalidRequest>) -> Built {
    request.map_err(|invalid| invalid.to_string())
}

/// The call that the operation is about.
pub(crate) fn call(inputs: &mut Members) -> Result<String, Problem> {
    inputs.need("callConnectionId")
}

fn create(inputs: &mut Members) -> Built {
    let mut create =
        CreateCall::new(inputs.identifiers("targets")?, inputs.need::<String>("callbackUri")?);
    create.source_caller_id_number = inputs.phone("sourceCallerIdNumber")?;
    create.source_display_name = inputs.get("sourceDisplayName")?;
    create.source = user_source(inputs, "source")?;
    create.operation_context = inputs.get("operationContext")?;
    create.call_intelligence_options = intelligence(inputs)?;
    create.media_streaming_options = media_streaming(inputs)?;
    create.transcription_options = transcription(inputs)?;
    create.teams_app_source = inputs.object("teamsAppSource", |source| {
        Ok(TeamsAppSource { app_id: source.need("appId")?, cloud: source.get("cloud")? })
    })?;
    finish(create.request())
}

fn answer(inputs: &mut Members) -> Built {
    let mut answer = AnswerCall::new(
        inputs.need::<String>("incomingCallContext")?,
        inputs.need::<String>("callbackUri")?,
    );
    answer.operation_context = inputs.get("operationContext")?;
    answer.call_intelligence_options = intelligence(inputs)?;
    answer.answered_by = user_source(inputs, "answeredBy")?;
    answer.media_streaming_options = media_streaming(inputs)?;
    answer.transcription_options = transcription(inputs)?;
    finish(answer.request())
}

fn connect(inputs: &mut Members) -> Built {
    let locator = inputs.object("callLocator", recordings::locator)?;
    let mut connect = Connect::new(
        locator.ok_or("callLocator is missing")?,
        inputs.need::<String>("callbackUri")?,
    );
    connect.operation_context = inputs.get("operationContext")?;
    connect.call_intelligence_options = intelligence(inputs)?;
    connect.media_streaming_options = media_streaming(inputs)?;
    connect.transcription_options = transcription(inputs)?;
    finish(connect.request())
}

fn redirect(inputs: &mut Members) -> Built {
    let context: String = inputs.need("incomingCallContext")?;
    finish(RedirectCall::new(context, inputs.need_identifier("target")?).request())
}

fn reject(inputs: &mut Members) -> Built {
    let mut reject =
        RejectCall::new(inputs.need::<String>("incomingCallContext")?, RejectReason::NoReason);
    reject.call_reject_reason = inputs.get("callRejectReason")?;
    finish(reject.request())
}

fn transfer(inputs: &mut Members) -> Built {
    let mut transfer =
        TransferToParticipant::new(call(inputs)?, inputs.need_identifier("targetParticipant")?);
    transfer.transferee = inputs.identifier("transferee")?;
    transfer.source_caller_id_number = inputs.phone("sourceCallerIdNumber")?;
    transfer.custom_calling_context = calling_context(inputs)?;
    transfer.operation_context = inputs.get("operationContext")?;
    transfer.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(transfer.request())
}

fn user_source(inputs: &mut Members, name: &str) -> Result<Option<UserSource>, Problem> {
    inputs.object(name, |source| Ok(UserSource { id: source.need("id")? }))
}

fn intelligence(inputs: &mut Members) -> Result<Option<CallIntelligenceOptions>, Problem> {
    inputs.object("callIntelligenceOptions", |options| {
        Ok(CallIntelligenceOptions::new(options.need::<String>("cognitiveServicesEndpoint")?))
    })
}

fn media_streaming(inputs: &mut Members) -> Result<Option<MediaStreamingOptions>, Problem> {
    inputs.object("mediaStreamingOptions", |options| {
        options.fixed("transportType", "websocket")?;
        options.fixed("contentType", "audio")?;
        let channel = match options.need::<String>("audioChannelType")?.as_str() {
            "mixed" => AudioChannelType::Mixed,
            "unmixed" => AudioChannelType::Unmixed,
            other => return Err(format!("audioChannelType {other} is unknown")),
        };
        let mut media =
            MediaStreamingOptions::new(options.need::<String>("transportUrl")?, channel);
        media.start_media_streaming = options.get("startMediaStreaming")?;
        media.enable_bidirectional = options.get("enableBidirectional")?;
        media.enable_dtmf_tones = options.get("enableDtmfTones")?;
        media.audio_format = match options.get::<String>("audioFormat")?.as_deref() {
            None => None,
            Some("pcm16KMono") => Some(AudioFormat::Pcm16KMono),
            Some("pcm24KMono") => Some(AudioFormat::Pcm24KMono),
            Some(other) => return Err(format!("audioFormat {other} is unknown")),
        };
        Ok(media)
    })
}

fn transcription(inputs: &mut Members) -> Result<Option<TranscriptionOptions>, Problem> {
    inputs.object("transcriptionOptions", |options| {
        options.fixed("transportType", "websocket")?;
        let locale: String = options.need("locale")?;
        let mut found = TranscriptionOptions::new(locale, options.need::<String>("transportUrl")?);
        found.speech_model_endpoint_id = options.get("speechModelEndpointId")?;
        found.start_transcription = options.get("startTranscription")?;
        found.enable_intermediate_results = options.get("enableIntermediateResults")?;
        Ok(found)
    })
}

/// What travels with an invitation or a transfer.
pub(crate) fn calling_context(
    inputs: &mut Members,
) -> Result<Option<CustomCallingContext>, Problem> {
    inputs.object("customCallingContext", |context| {
        Ok(CustomCallingContext {
            voip_headers: context.get("voipHeaders")?.unwrap_or_default(),
            sip_headers: context.get("sipHeaders")?.unwrap_or_default(),
            teams_phone_call_details: context.object("teamsPhoneCallDetails", call_details)?,
        })
    })
}

fn call_details(details: &mut Members) -> Result<TeamsPhoneCallDetails, Problem> {
    Ok(TeamsPhoneCallDetails {
        teams_phone_caller_details: details.object("teamsPhoneCallerDetails", |caller| {
            Ok(TeamsPhoneCallerDetails {
                caller: caller.need_identifier("caller")?,
                name: caller.need("name")?,
                phone_number: caller.need("phoneNumber")?,
                record_id: caller.get("recordId")?,
                screen_pop_url: caller.get("screenPopUrl")?,
                is_authenticated: caller.get("isAuthenticated")?,
                additional_caller_information: caller
                    .get("additionalCallerInformation")?
                    .unwrap_or_default(),
            })
        })?,
        teams_phone_source_details: details.object("teamsPhoneSourceDetails", |source| {
            Ok(TeamsPhoneSourceDetails {
                source: source.need_identifier("source")?,
                language: source.need("language")?,
                status: source.need("status")?,
                intended_targets: source.identifier_map("intendedTargets")?,
            })
        })?,
        session_id: details.get("sessionId")?,
        intent: details.get("intent")?,
        call_topic: details.get("callTopic")?,
        call_context: details.get("callContext")?,
        transcript_url: details.get("transcriptUrl")?,
        call_sentiment: details.get("callSentiment")?,
        suggested_actions: details.get("suggestedActions")?,
    })
}
