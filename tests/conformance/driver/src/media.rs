//! Inputs to a request: what is played and heard.

use callautomation::{
    CancelAllMediaOperations, Choice, DtmfOptions, Hold, Play, PlaySource, Prompt, Recognize,
    RecognizeInput, SendDtmfTones, SpeechOptions, StartContinuousDtmf, StartMediaStreaming,
    StartTranscription, StopContinuousDtmf, StopMediaStreaming, StopTranscription, TextPrompt,
    Unhold, UpdateTranscription,
};

use webhooks::{Identifier, Tone};

use crate::{
    members::{Members, Problem},
    requests::{Built, call, finish, unknown},
};

/// Takes the two members that most operations have, and makes the request.
macro_rules! with_context {
    ($operation:ident, $inputs:ident) => {{
        let mut operation = $operation;
        operation.operation_context = $inputs.get("operationContext")?;
        operation.operation_callback_uri = $inputs.get("operationCallbackUri")?;
        finish(operation.request())
    }};
}

/// The request of an operation whose id starts with `CallMedia_`.
pub(crate) fn build(operation: &str, inputs: &mut Members) -> Built {
    match operation {
        "CallMedia_Play" => play(inputs),
        "CallMedia_Recognize" => recognize(inputs),
        "CallMedia_CancelAllMediaOperations" => {
            finish(CancelAllMediaOperations::new(call(inputs)?).request())
        }
        "CallMedia_StartContinuousDtmfRecognition" => {
            let start = StartContinuousDtmf::new(call(inputs)?, target(inputs)?);
            with_context!(start, inputs)
        }
        "CallMedia_StopContinuousDtmfRecognition" => {
            let stop = StopContinuousDtmf::new(call(inputs)?, target(inputs)?);
            with_context!(stop, inputs)
        }
        "CallMedia_SendDtmfTones" => {
            let tones: Vec<Tone> = inputs.need("tones")?;
            let send = SendDtmfTones::new(call(inputs)?, target(inputs)?, tones);
            with_context!(send, inputs)
        }
        "CallMedia_Hold" => {
            let mut hold = Hold::new(call(inputs)?, target(inputs)?);
            hold.music = inputs.object("playSourceInfo", play_source)?;
            with_context!(hold, inputs)
        }
        "CallMedia_Unhold" => {
            let unhold = Unhold::new(call(inputs)?, target(inputs)?);
            with_context!(unhold, inputs)
        }
        _ => stream(operation, inputs),
    }
}

/// Web sockets for audio and for the transcript.
fn stream(operation: &str, inputs: &mut Members) -> Built {
    match operation {
        "CallMedia_StartMediaStreaming" => {
            let start = StartMediaStreaming::new(call(inputs)?);
            with_context!(start, inputs)
        }
        "CallMedia_StopMediaStreaming" => {
            let stop = StopMediaStreaming::new(call(inputs)?);
            with_context!(stop, inputs)
        }
        "CallMedia_StopTranscription" => {
            let stop = StopTranscription::new(call(inputs)?);
            with_context!(stop, inputs)
        }
        "CallMedia_StartTranscription" => {
            let mut start = StartTranscription::new(call(inputs)?, "");
            start.locale = inputs.get("locale")?;
            start.speech_model_endpoint_id = inputs.get("speechModelEndpointId")?;
            with_context!(start, inputs)
        }
        "CallMedia_UpdateTranscription" => {
            let mut update = UpdateTranscription::new(call(inputs)?, "");
            update.locale = inputs.get("locale")?;
            update.speech_model_endpoint_id = inputs.get("speechModelEndpointId")?;
            with_context!(update, inputs)
        }
        _ => unknown(operation),
    }
}

fn target(inputs: &mut Members) -> Result<Identifier, Problem> {
    inputs.need_identifier("targetParticipant")
}

fn play(inputs: &mut Members) -> Built {
    let mut play = Play::new(call(inputs)?, inputs.objects("playSources", play_source)?);
    play.play_to = inputs.identifiers("playTo")?;
    let repeat = inputs.object("playOptions", |options| options.need("loop"))?;
    play.repeat = repeat.unwrap_or_default();
    if let Some(interrupt) = inputs.get("interruptCallMediaOperation")? {
        play.interrupt_call_media_operation = interrupt;
    }
    play.operation_context = inputs.get("operationContext")?;
    play.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(play.request())
}

/// One prompt.
pub(crate) fn play_source(source: &mut Members) -> Result<PlaySource, Problem> {
    let prompt = match source.need::<String>("kind")?.as_str() {
        "file" => source.object("file", |file| file.need("uri"))?.map(Prompt::File),
        "text" => source.object("text", text_prompt)?.map(Prompt::Text),
        "ssml" => source.object("ssml", |ssml| {
            Ok(Prompt::Ssml {
                ssml_text: ssml.need("ssmlText")?,
                custom_voice_endpoint_id: ssml.get("customVoiceEndpointId")?,
            })
        })?,
        other => return Err(format!("kind {other} is unknown")),
    };
    let mut play_source = PlaySource::from(prompt.ok_or("a prompt has no content")?);
    play_source.cache_id = source.get("playSourceCacheId")?;
    Ok(play_source)
}

fn text_prompt(text: &mut Members) -> Result<TextPrompt, Problem> {
    Ok(TextPrompt {
        text: text.need("text")?,
        source_locale: text.get("sourceLocale")?,
        voice_kind: text.get("voiceKind")?,
        voice_name: text.get("voiceName")?,
        custom_voice_endpoint_id: text.get("customVoiceEndpointId")?,
    })
}

fn recognize(inputs: &mut Members) -> Built {
    let call = call(inputs)?;
    let kind: String = inputs.need("recognizeInputType")?;
    let mut recognize = inputs
        .object("recognizeOptions", |options| recognize_options(call, &kind, options))?
        .ok_or("recognizeOptions is missing")?;
    recognize.prompts = inputs.objects("playPrompts", play_source)?;
    recognize.prompts.extend(inputs.object("playPrompt", play_source)?);
    if let Some(interrupt) = inputs.get("interruptCallMediaOperation")? {
        recognize.interrupt_call_media_operation = interrupt;
    }
    recognize.operation_context = inputs.get("operationContext")?;
    recognize.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(recognize.request())
}

fn recognize_options(
    call: String,
    kind: &str,
    options: &mut Members,
) -> Result<Recognize, Problem> {
    let dtmf = options.object("dtmfOptions", dtmf_options)?;
    let speech = options.object("speechOptions", |speech| {
        Ok(SpeechOptions { end_silence_timeout_in_ms: speech.get("endSilenceTimeoutInMs")? })
    })?;
    let choices = options.objects("choices", |choice| {
        let (label, phrases): (String, Vec<String>) =
            (choice.need("label")?, choice.need("phrases")?);
        Ok(Choice::new(label, phrases, choice.get("tone")?))
    })?;
    let input = match (kind, dtmf, speech) {
        ("dtmf", Some(dtmf), None) => RecognizeInput::Dtmf(dtmf),
        ("speech", None, Some(speech)) => RecognizeInput::Speech(speech),
        ("speechOrDtmf", Some(dtmf), Some(speech)) => RecognizeInput::SpeechOrDtmf(speech, dtmf),
        ("choices", None, None) => RecognizeInput::Choices(choices),
        _ => return Err(format!("recognizeInputType {kind} does not go with the options")),
    };
    let target = options.need_identifier("targetParticipant")?;
    let mut recognize = Recognize::new(call, target, input);
    if let Some(interrupt) = options.get("interruptPrompt")? {
        recognize.interrupt_prompt = interrupt;
    }
    recognize.initial_silence_timeout_in_seconds = options.get("initialSilenceTimeoutInSeconds")?;
    recognize.speech_language = options.get("speechLanguage")?;
    recognize.speech_recognition_model_endpoint_id =
        options.get("speechRecognitionModelEndpointId")?;
    Ok(recognize)
}

fn dtmf_options(dtmf: &mut Members) -> Result<DtmfOptions, Problem> {
    let mut options = DtmfOptions::up_to(dtmf.need("maxTonesToCollect")?);
    options.inter_tone_timeout_in_seconds = dtmf.get("interToneTimeoutInSeconds")?;
    options.stop_tones = dtmf.get("stopTones")?.unwrap_or_default();
    Ok(options)
}
