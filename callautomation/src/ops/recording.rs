//! Recordings.

use serde::Serialize;
use webhooks::{Identifier, RecordingId};

use crate::{
    CallLocator, ChannelAffinity, ExternalStorage, InvalidRequest, Method, Operation,
    RecordingChannel, RecordingContent, RecordingFormat, RecordingScope, Request, limits::Check,
    redact::debug_only, request::segment,
};

const RECORDINGS: &str = "/calling/recordings";

/// Begins a recording (`POST /calling/recordings`).
#[derive(Clone)]
pub struct StartRecording {
    /// Which call.
    pub scope: RecordingScope,
    /// `https` address for `RecordingStateChanged` and `StartRecordingFailed`.
    pub recording_state_callback_uri: Option<String>,
    /// Sound alone or with picture. The defaults of this and the next two are not in the
    /// contract, so all three are always sent.
    pub recording_content_type: RecordingContent,
    /// One channel or one per participant.
    pub recording_channel_type: RecordingChannel,
    /// File format.
    pub recording_format_type: RecordingFormat,
    /// Unmixed only: who is recorded in which channel, by order of the list; at most 5.
    pub audio_channel_participant_ordering: Vec<Identifier>,
    /// Unmixed only: who is recorded in which channel, by number; at most 5.
    pub channel_affinity: Vec<ChannelAffinity>,
    /// Begin paused.
    pub pause_on_start: bool,
    /// Where the file goes; `None` is the service's own storage.
    pub external_storage: Option<ExternalStorage>,
}

debug_only!(StartRecording {
    scope,
    recording_content_type,
    recording_channel_type,
    recording_format_type,
    pause_on_start,
});

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    call_locator: Option<&'a CallLocator>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_connection_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording_state_callback_uri: Option<&'a str>,
    recording_content_type: RecordingContent,
    recording_channel_type: RecordingChannel,
    recording_format_type: RecordingFormat,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    audio_channel_participant_ordering: &'a [Identifier],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    channel_affinity: &'a [ChannelAffinity],
    pause_on_start: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_storage: Option<&'a ExternalStorage>,
}

impl StartRecording {
    /// Records sound in one channel, as WAV, into the service's own storage.
    pub fn new(scope: RecordingScope) -> Self {
        Self {
            scope,
            recording_state_callback_uri: None,
            recording_content_type: RecordingContent::Audio,
            recording_channel_type: RecordingChannel::Mixed,
            recording_format_type: RecordingFormat::Wav,
            audio_channel_participant_ordering: Vec::new(),
            channel_affinity: Vec::new(),
            pause_on_start: false,
            external_storage: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::StartRecording);
        self.check_scope(check)?;
        if let Some(uri) = &self.recording_state_callback_uri {
            check.callback("recordingStateCallbackUri", uri)?;
        }
        self.check_kind(check)?;
        self.external_storage.as_ref().map_or(Ok(()), |storage| storage.check(check))?;
        let (call_locator, call_connection_id) = match &self.scope {
            RecordingScope::Connection(id) => (None, Some(id.as_str())),
            RecordingScope::Locator(locator) => (Some(locator), None),
        };
        let body = StartBody {
            call_locator,
            call_connection_id,
            recording_state_callback_uri: self.recording_state_callback_uri.as_deref(),
            recording_content_type: self.recording_content_type,
            recording_channel_type: self.recording_channel_type,
            recording_format_type: self.recording_format_type,
            audio_channel_participant_ordering: &self.audio_channel_participant_ordering,
            channel_affinity: &self.channel_affinity,
            pause_on_start: self.pause_on_start,
            external_storage: self.external_storage.as_ref(),
        };
        Request::post_json(Operation::StartRecording, RECORDINGS.to_owned(), &body)
    }

    fn check_scope(&self, check: Check) -> Result<(), InvalidRequest> {
        match &self.scope {
            RecordingScope::Connection(id) => check.not_empty("callConnectionId", id.as_str()),
            RecordingScope::Locator(CallLocator::RoomCall { .. }) => check.that(
                false,
                "callLocator",
                "is a room; recording takes a server or group call",
            ),
            RecordingScope::Locator(locator) => locator.check(check),
        }
    }

    /// Content, channel and format go together in four ways only (contract section 9).
    fn check_kind(&self, check: Check) -> Result<(), InvalidRequest> {
        let unmixed = self.recording_channel_type == RecordingChannel::Unmixed;
        let possible = match (self.recording_content_type, self.recording_format_type) {
            (RecordingContent::AudioVideo, RecordingFormat::Mp4)
            | (RecordingContent::Audio, RecordingFormat::Mp3) => !unmixed,
            (RecordingContent::Audio, RecordingFormat::Wav) => true,
            (RecordingContent::AudioVideo, RecordingFormat::Mp3 | RecordingFormat::Wav)
            | (RecordingContent::Audio, RecordingFormat::Mp4) => false,
        };
        check.that(
            possible,
            "recordingFormatType",
            "does not go with content and channel; use audioVideo mixed mp4, audio mixed mp3 or \
             wav, or audio unmixed wav",
        )?;
        let ordered = self.audio_channel_participant_ordering.len();
        let fixed = self.channel_affinity.len();
        check.that(ordered <= 5, "audioChannelParticipantOrdering", "has more than 5 entries")?;
        check.that(fixed <= 5, "channelAffinity", "has more than 5 entries")?;
        let mixed_with_channels = !unmixed && ordered + fixed > 0;
        check.that(
            !mixed_with_channels,
            "channelAffinity",
            "needs recordingChannelType unmixed",
        )?;
        self.channel_affinity.iter().try_for_each(|affinity| affinity.check(check))
    }
}

macro_rules! by_recording_id {
    ($($(#[$doc:meta])* $name:ident, $method:ident, $action:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Which recording.
            pub recording_id: RecordingId,
        }

        impl $name {
            /// Names the recording.
            pub fn new(recording: impl Into<RecordingId>) -> Self {
                Self { recording_id: recording.into() }
            }

            /// Makes the request.
            pub fn request(&self) -> Result<Request, InvalidRequest> {
                let operation = Operation::$name;
                let id = segment(operation, "recordingId", self.recording_id.as_str())?;
                let path = format!(concat!("{}/{}", $action), RECORDINGS, id);
                Ok(Request::new(operation, Method::$method, path, None))
            }
        }
    )*};
}

by_recording_id! {
    /// Reads a recording's state (`GET /calling/recordings/{id}`).
    GetRecording, Get, "";
    /// Ends a recording (`DELETE /calling/recordings/{id}`); the file is announced later through
    /// Event Grid.
    StopRecording, Delete, "";
    /// Pauses a recording (`POST /calling/recordings/{id}:pause`).
    PauseRecording, Post, ":pause";
    /// Goes on with a recording (`POST /calling/recordings/{id}:resume`).
    ResumeRecording, Post, ":resume";
}
