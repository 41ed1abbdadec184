//! Inputs to a request: recordings.

use callautomation::{
    CallLocator, ChannelAffinity, ExternalStorage, GetRecording, PauseRecording, RecordingChannel,
    RecordingContent, RecordingFormat, RecordingScope, ResumeRecording, StartRecording,
    StopRecording,
};

use crate::{
    members::{Members, Problem},
    requests::{Built, finish, unknown},
};

/// The request of an operation whose id starts with `CallRecording_`.
pub(crate) fn build(operation: &str, inputs: &mut Members) -> Built {
    if operation == "CallRecording_StartRecording" {
        return start(inputs);
    }
    let recording: String = inputs.need("recordingId")?;
    match operation {
        "CallRecording_GetRecordingProperties" => finish(GetRecording::new(recording).request()),
        "CallRecording_StopRecording" => finish(StopRecording::new(recording).request()),
        "CallRecording_PauseRecording" => finish(PauseRecording::new(recording).request()),
        "CallRecording_ResumeRecording" => finish(ResumeRecording::new(recording).request()),
        _ => unknown(operation),
    }
}

fn start(inputs: &mut Members) -> Built {
    let locator = inputs.object("callLocator", locator)?;
    let connection: Option<String> = inputs.get("callConnectionId")?;
    let scope = match (locator, connection) {
        (Some(locator), None) => RecordingScope::Locator(locator),
        (None, Some(connection)) => RecordingScope::Connection(connection.into()),
        _ => return Err("a recording needs one of callLocator and callConnectionId".to_owned()),
    };
    let mut start = StartRecording::new(scope);
    start.recording_state_callback_uri = inputs.get("recordingStateCallbackUri")?;
    if let Some(content) = inputs.get::<String>("recordingContentType")? {
        start.recording_content_type = match content.as_str() {
            "audio" => RecordingContent::Audio,
            "audioVideo" => RecordingContent::AudioVideo,
            other => return Err(format!("recordingContentType {other} is unknown")),
        };
    }
    if let Some(channel) = inputs.get::<String>("recordingChannelType")? {
        start.recording_channel_type = match channel.as_str() {
            "mixed" => RecordingChannel::Mixed,
            "unmixed" => RecordingChannel::Unmixed,
            other => return Err(format!("recordingChannelType {other} is unknown")),
        };
    }
    if let Some(format) = inputs.get::<String>("recordingFormatType")? {
        start.recording_format_type = match format.as_str() {
            "wav" => RecordingFormat::Wav,
            "mp3" => RecordingFormat::Mp3,
            "mp4" => RecordingFormat::Mp4,
            other => return Err(format!("recordingFormatType {other} is unknown")),
        };
    }
    start.audio_channel_participant_ordering =
        inputs.identifiers("audioChannelParticipantOrdering")?;
    start.channel_affinity = inputs.objects("channelAffinity", |affinity| {
        Ok(ChannelAffinity {
            channel: affinity.need("channel")?,
            participant: affinity.need_identifier("participant")?,
        })
    })?;
    if let Some(pause) = inputs.get("pauseOnStart")? {
        start.pause_on_start = pause;
    }
    start.external_storage = inputs.object("externalStorage", storage)?;
    finish(start.request())
}

/// A call that is no connection of ours.
pub(crate) fn locator(locator: &mut Members) -> Result<CallLocator, Problem> {
    match locator.need::<String>("kind")?.as_str() {
        "serverCallLocator" => {
            let id: String = locator.need("serverCallId")?;
            Ok(CallLocator::ServerCall { server_call_id: id.into() })
        }
        "groupCallLocator" => {
            Ok(CallLocator::GroupCall { group_call_id: locator.need("groupCallId")? })
        }
        "roomCallLocator" => Ok(CallLocator::RoomCall { room_id: locator.need("roomId")? }),
        other => Err(format!("our client has no locator of kind {other}")),
    }
}

fn storage(storage: &mut Members) -> Result<ExternalStorage, Problem> {
    match storage.need::<String>("recordingStorageKind")?.as_str() {
        "azureCommunicationServices" => Ok(ExternalStorage::AzureCommunicationServices),
        "azureBlobStorage" => Ok(ExternalStorage::AzureBlobStorage {
            recording_destination_container_url: storage
                .need("recordingDestinationContainerUrl")?,
        }),
        other => Err(format!("recordingStorageKind {other} is unknown")),
    }
}
