//! Media streaming and transcription: their options, states and events. Sockets are opened by
//! `sockets`, which tells what became of them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::Bot;
use super::events::{Event, ResultInformation};
use super::{AudioPlan, CallId, Effect, Reply, SocketNews, SocketOrder, SocketPlan, World};
use crate::wire::{AudioOptions, OperationMeta, Refusal, StreamChange, StreamOptions};

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
    options: Box<StreamOptions>,
    /// No socket outlives the process.
    #[serde(skip)]
    state: StreamState,
    /// Of the operation that started it.
    start: OperationMeta,
}

/// How far a stream is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum StreamState {
    #[default]
    Off,
    /// The socket with this number is being opened.
    Opening(u64),
    /// It runs over the socket with this number.
    On(u64),
}

impl Stream {
    fn socket(&self) -> Option<u64> {
        match self.state {
            StreamState::Off => None,
            StreamState::Opening(socket) | StreamState::On(socket) => Some(socket),
        }
    }

    /// Whether it runs.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.state, StreamState::On(_))
    }

    /// Whether it runs over this socket.
    pub(super) fn runs_on(&self, socket: u64) -> bool {
        self.state == StreamState::On(socket)
    }

    fn running(&self) -> Option<u64> {
        self.socket().filter(|_| self.is_on())
    }

    /// The socket that keys are sent to.
    pub(super) fn socket_for_tones(&self) -> Option<u64> {
        self.running().filter(|_| self.options.audio.tones)
    }

    /// The socket that results are sent to.
    pub(super) fn socket_for_text(&self, is_final: bool) -> Option<u64> {
        self.running().filter(|_| is_final || self.options.intermediate)
    }
}

const BROKEN: ResultInformation =
    ResultInformation::new(500, 8603, "Action failed, the websocket connection was interrupted.");
const NO_SOCKET: ResultInformation =
    ResultInformation::new(500, 8603, "Action failed, not able to establish websocket connection.");

impl World {
    /// The streams a leg has by its options.
    pub(super) fn streams_of(
        &mut self,
        streaming: Option<Box<StreamOptions>>,
        transcription: Option<Box<StreamOptions>>,
    ) -> (Option<Stream>, Option<Stream>) {
        let mut stream = |options| Stream {
            id: self.ids.guid(),
            options,
            state: StreamState::Off,
            start: OperationMeta::default(),
        };
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
        if start != (stream.state == StreamState::Off) {
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
                // Without a context of its own it has that of the start (recorded live traffic).
                request.meta.context = request.meta.context.or(stream.start.context.clone());
                let socket = stream.socket();
                stream.state = StreamState::Off;
                self.close_socket(socket);
                self.tell_stream(id, verb, "Stopped", "subscriptionStopped", &request.meta);
            }
            StreamVerb::UpdateTranscription => {
                request.meta.context = request.meta.context.or(stream.start.context.clone());
                self.tell_stream(id, verb, "Updated", "transcriptionLocaleUpdated", &request.meta);
            }
        }
        Ok(Reply::empty(202))
    }

    fn start_stream(&mut self, id: CallId, verb: StreamVerb, meta: &OperationMeta) {
        let connection = meta.connection.clone().unwrap_or_default();
        let socket = self.next_number();
        let correlation = self.calls.get(&id).map(|call| call.correlation_id.clone());
        let correlation = correlation.unwrap_or_default();
        let Some(bot) = self.bot_mut(&connection) else {
            return;
        };
        let understands = bot.speaks || verb.is_media();
        let Some(stream) = bot.stream_mut(verb) else {
            return;
        };
        stream.start = meta.clone();
        let details = match &stream.options.transport_url {
            Some(address) if understands => {
                let address = address.clone();
                let (metadata, audio) = stream.first_frame(verb, &connection, &correlation);
                stream.state = StreamState::Opening(socket);
                let plan = SocketPlan { socket, connection, correlation, address, metadata, audio };
                self.effects.push(Effect::Socket(SocketOrder::Open(Box::new(plan))));
                return;
            }
            Some(_) => "speechServicesConnectionError",
            None => "streamUrlMissing",
        };
        self.tell_stream(id, verb, "Failed", details, meta);
    }

    /// A socket is open, could not be opened, or broke.
    pub(super) fn socket_news(&mut self, connection: &str, socket: u64, news: SocketNews) {
        let Some(id) = self.connections.get(connection).copied() else {
            return;
        };
        let Some(bot) = self.bot_mut(connection) else {
            return;
        };
        let verbs = [StreamVerb::StartMedia, StreamVerb::StartTranscription];
        let mut streams = verbs.into_iter().filter_map(|verb| {
            let stream = bot.stream(verb).filter(|stream| stream.socket() == Some(socket));
            stream.map(|_| verb)
        });
        let Some(verb) = streams.next() else {
            return;
        };
        let Some(stream) = bot.stream_mut(verb) else {
            return;
        };
        let (state, outcome, details) = match news {
            SocketNews::Opened => (StreamState::On(socket), "Started", "subscriptionStarted"),
            SocketNews::Failed => (StreamState::Off, "Failed", "streamConnectionUnsuccessful"),
            SocketNews::Lost => (StreamState::Off, "Failed", "streamConnectionInterrupted"),
        };
        stream.state = state;
        let start = stream.start.clone();
        if news != SocketNews::Opened {
            self.close_socket(Some(socket));
        }
        self.tell_stream(id, verb, outcome, details, &start);
    }

    fn close_socket(&mut self, socket: Option<u64>) {
        if let Some(socket) = socket {
            self.effects.push(Effect::Socket(SocketOrder::Close { socket }));
        }
    }

    /// The streams of a leg that leaves end with it.
    pub(super) fn close_sockets(&mut self, bot: &Bot) {
        for stream in [&bot.streaming, &bot.transcription].into_iter().flatten() {
            self.close_socket(stream.socket());
        }
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
        let result = match (outcome, details) {
            ("Failed", "streamConnectionInterrupted") => BROKEN,
            ("Failed", _) => NO_SOCKET,
            _ => ResultInformation::DONE,
        };
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

impl Stream {
    /// The first frame of the socket (the official samples `ws.*Metadata.json`), and how audio
    /// goes through it.
    fn first_frame(
        &self,
        verb: StreamVerb,
        connection: &str,
        correlation: &str,
    ) -> (Value, Option<AudioPlan>) {
        if !verb.is_media() {
            let mut data = json!({"subscriptionId": self.id, "locale": self.options.locale,
                "callConnectionId": connection, "correlationId": correlation});
            if let Some(model) = &self.options.model {
                data["speechRecognitionModelEndpointId"] = json!(model);
            }
            let frame = json!({"kind": "TranscriptionMetadata", "transcriptionMetadata": data});
            return (frame, None);
        }
        let AudioOptions { rate, unmixed, bidirectional, .. } = self.options.audio;
        let bytes = rate / 50 * 2;
        let data = json!({"subscriptionId": self.id, "encoding": "PCM", "sampleRate": rate,
            "channels": 1, "length": bytes});
        let frame = json!({"kind": "AudioMetadata", "audioMetadata": data});
        (frame, Some(AudioPlan { rate, unmixed, bidirectional }))
    }
}

impl Bot {
    fn stream(&self, verb: StreamVerb) -> Option<&Stream> {
        if verb.is_media() { self.streaming.as_ref() } else { self.transcription.as_ref() }
    }

    fn stream_mut(&mut self, verb: StreamVerb) -> Option<&mut Stream> {
        if verb.is_media() { self.streaming.as_mut() } else { self.transcription.as_mut() }
    }

    /// `mediaStreamingSubscription` and `transcriptionSubscription` of the properties.
    pub(super) fn write_subscriptions(&self, properties: &mut Value) {
        let state = |stream: &Stream| if stream.is_on() { "active" } else { "inactive" };
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
