//! Media streaming and transcription: their options, states and events.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::Bot;
use super::events::{Event, ResultInformation};
use super::{CallId, Reply, World};
use crate::wire::{OperationMeta, Refusal, StreamChange, StreamOptions};

/// What is done to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamVerb {
    StartMedia,
    StopMedia,
    StartTranscription,
    StopTranscription,
    UpdateTranscription,
}

impl StreamVerb {
    fn is_media(self) -> bool {
        match self {
            Self::StartMedia | Self::StopMedia => true,
            Self::StartTranscription | Self::StopTranscription | Self::UpdateTranscription => false,
        }
    }
}

/// One stream of a leg.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stream {
    /// `id` of the subscription in the properties.
    id: String,
    options: StreamOptions,
    active: bool,
}

const NO_SOCKET: ResultInformation =
    ResultInformation::new(500, 8603, "Action failed, not able to establish websocket connection.");

impl World {
    /// The streams a leg has by its options.
    pub(super) fn streams_of(
        &mut self,
        streaming: Option<StreamOptions>,
        transcription: Option<StreamOptions>,
    ) -> (Option<Stream>, Option<Stream>) {
        let mut stream = |options| Stream { id: self.ids.guid(), options, active: false };
        let streaming = streaming.map(&mut stream);
        (streaming, transcription.map(&mut stream))
    }

    /// Streams that begin by themselves when the leg is up.
    pub(super) fn start_streams(&mut self, id: CallId, connection: &str) {
        let connection = connection.to_owned();
        let Some(bot) = self.bot_mut(&connection) else {
            return;
        };
        let starts = |stream: &Option<Stream>| stream.as_ref().is_some_and(|one| one.options.start);
        let (media, transcription) = (starts(&bot.streaming), starts(&bot.transcription));
        let context = bot.context.clone();
        let meta = OperationMeta { context, callback: None, connection: Some(connection) };
        if media {
            self.start_stream(id, StreamVerb::StartMedia, &meta);
        }
        if transcription {
            self.start_stream(id, StreamVerb::StartTranscription, &meta);
        }
    }

    /// POST of the five stream operations.
    pub(super) fn change_stream(
        &mut self,
        connection: &str,
        verb: StreamVerb,
        mut request: StreamChange,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        let bot = self.bot_mut(connection);
        if bot.as_ref().is_some_and(|bot| !bot.speaks && verb == StreamVerb::StartTranscription) {
            let text = "Transcription needs callIntelligenceOptions.cognitiveServicesEndpoint.";
            return Err(Refusal::new(400, 8567, text));
        }
        let Some(stream) = bot.and_then(|bot| bot.stream_mut(verb)) else {
            let text = "The call was set up without options for this stream.";
            return Err(Refusal::new(405, 8522, text));
        };
        let start = matches!(verb, StreamVerb::StartMedia | StreamVerb::StartTranscription);
        if start == stream.active {
            let text = if start { "The stream runs already." } else { "The stream does not run." };
            return Err(Refusal::wrong_state(text));
        }
        if let Some(locale) = request.locale {
            stream.options.locale = Some(locale);
        } else if verb == StreamVerb::UpdateTranscription {
            return Err(Refusal::member("locale", "is required"));
        }
        match verb {
            StreamVerb::StartMedia | StreamVerb::StartTranscription => {
                self.start_stream(id, verb, &request.meta);
            }
            StreamVerb::StopMedia | StreamVerb::StopTranscription => {
                stream.active = false;
                self.tell_stream(id, verb, "Stopped", "subscriptionStopped", &request.meta);
            }
            StreamVerb::UpdateTranscription => {
                self.tell_stream(id, verb, "Updated", "transcriptionLocaleUpdated", &request.meta);
            }
        }
        Ok(Reply::empty(202))
    }

    fn start_stream(&mut self, id: CallId, verb: StreamVerb, meta: &OperationMeta) {
        let connection = meta.connection.clone().unwrap_or_default();
        let Some(bot) = self.bot_mut(&connection) else {
            return;
        };
        let understands = bot.speaks || verb.is_media();
        let Some(stream) = bot.stream_mut(verb) else {
            return;
        };
        let (outcome, details) = match &stream.options.transport_url {
            None => ("Failed", "streamUrlMissing"),
            Some(_) if !understands => ("Failed", "speechServicesConnectionError"),
            Some(_) => ("Started", "subscriptionStarted"),
        };
        stream.active = outcome == "Started";
        self.tell_stream(id, verb, outcome, details, meta);
    }

    fn tell_stream(
        &mut self,
        id: CallId,
        verb: StreamVerb,
        outcome: &'static str,
        details: &'static str,
        meta: &OperationMeta,
    ) {
        let name = event_name(verb, outcome);
        let result = if outcome == "Failed" { NO_SOCKET } else { ResultInformation::DONE };
        let kind = if verb.is_media() { "mediaStreaming" } else { "transcription" };
        let mut update = json!({});
        update[format!("{kind}Status")] = json!(format!("{kind}{outcome}"));
        update[format!("{kind}StatusDetails")] = json!(details);
        if verb.is_media() {
            update["contentType"] = json!("Audio");
        }
        let member = format!("{kind}Update");
        self.emit(id, Event::new(name).of(meta).result(result).with(&member, update));
    }
}

fn event_name(verb: StreamVerb, outcome: &str) -> &'static str {
    match (verb.is_media(), outcome) {
        (true, "Started") => "MediaStreamingStarted",
        (true, "Stopped") => "MediaStreamingStopped",
        (true, _) => "MediaStreamingFailed",
        (false, "Started") => "TranscriptionStarted",
        (false, "Stopped") => "TranscriptionStopped",
        (false, "Updated") => "TranscriptionUpdated",
        (false, _) => "TranscriptionFailed",
    }
}

impl Bot {
    fn stream_mut(&mut self, verb: StreamVerb) -> Option<&mut Stream> {
        if verb.is_media() { self.streaming.as_mut() } else { self.transcription.as_mut() }
    }

    /// `mediaStreamingSubscription` and `transcriptionSubscription` of the properties.
    pub(super) fn write_subscriptions(&self, properties: &mut Value) {
        let state = |stream: &Stream| if stream.active { "active" } else { "inactive" };
        if let Some(stream) = &self.streaming {
            properties["mediaStreamingSubscription"] = json!({"id": stream.id,
                "state": state(stream), "subscribedContentTypes": ["audio"]});
        }
        if let Some(stream) = &self.transcription {
            let mut kinds = vec!["final"];
            if stream.options.intermediate {
                kinds.push("intermediate");
            }
            properties["transcriptionSubscription"] = json!({"id": stream.id,
                "state": state(stream), "subscribedResultTypes": kinds,
                "locale": stream.options.locale});
        }
    }
}
