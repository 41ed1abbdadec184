//! Recordings and their files.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::chunks::Chunk;
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::audio::Sound;
use crate::clock::{Millis, grid_time};
use crate::wire::{RecordedCall, RecordingShape, Refusal, StartRecording};

/// How long the service takes to store a file (real: minutes).
const STORED_AFTER: Millis = 2_000;
/// How long a file is kept (call-recording.md; some of its versions say 48 hours).
const KEPT: Millis = 24 * 60 * 60 * 1_000;

/// A recording, running or not.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Recording {
    pub(super) call: CallId,
    pub(super) connection: String,
    pub(super) callback: Option<String>,
    pub(super) version: String,
    pub(super) started: Millis,
    pub(super) ended: Option<Millis>,
    pub(super) state: RecordingState,
    pub(super) shape: RecordingShape,
    /// When it was paused, and when resumed.
    pub(super) pauses: Vec<(Millis, Option<Millis>)>,
    /// Raw ids of those who were on the call, in the order they came.
    pub(super) people: Vec<String>,
    /// Its files, once it has ended.
    pub(super) chunks: Vec<Chunk>,
    /// What the files hold, once it has ended.
    pub(super) sounds: Vec<Sound>,
}

/// `recordingState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum RecordingState {
    Active,
    Inactive,
}

impl RecordingState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

impl World {
    /// POST `/calling/recordings`.
    pub(super) fn start_recording(
        &mut self,
        version: String,
        request: StartRecording,
    ) -> Result<Reply, Refusal> {
        if let Some(address) = &request.callback {
            self.check_address("recordingStateCallbackUri", address)?;
        }
        let (call, connection) = self.recorded_call(&request.call)?;
        if self.calls.get(&call).is_some_and(|call| call.recording.is_some()) {
            return Err(Refusal::new(400, 8553, "The call is being recorded already."));
        }
        let id = self.ids.token(48);
        let state = if request.paused { RecordingState::Inactive } else { RecordingState::Active };
        let recording = Recording {
            call,
            connection,
            callback: request.callback,
            version,
            started: self.now,
            ended: None,
            state,
            shape: request.shape,
            pauses: request.paused.then_some((self.now, None)).into_iter().collect(),
            people: Vec::new(),
            chunks: Vec::new(),
            sounds: Vec::new(),
        };
        self.recordings.insert(id.clone(), recording);
        if let Some(call) = self.calls.get_mut(&call) {
            call.recording = Some(id.clone());
            call.recorded = true;
        }
        self.recording_meets(call);
        self.emit_recording(&id);
        Ok(Reply::json(200, state_body(&id, state)))
    }

    fn recorded_call(&self, call: &RecordedCall) -> Result<(CallId, String), Refusal> {
        let found = match call {
            RecordedCall::Connection(id) => self.connections.get_key_value(id),
            RecordedCall::Server(id) => self.connections.iter().find(|(_, call)| {
                self.calls.get(call).is_some_and(|call| call.server_call_id == *id)
            }),
        };
        let (connection, call) = found.ok_or_else(|| Refusal::not_found("The call"))?;
        Ok((*call, connection.clone()))
    }

    fn running(&mut self, id: &str) -> Result<&mut Recording, Refusal> {
        let recording = self.recordings.get_mut(id).filter(|one| one.ended.is_none());
        recording.ok_or_else(|| Refusal::not_found("The recording"))
    }

    /// GET of a recording.
    pub(super) fn get_recording(&mut self, id: &str) -> Result<Reply, Refusal> {
        let state = self.running(id)?.state;
        Ok(Reply::json(200, state_body(id, state)))
    }

    /// DELETE of a recording: it ends and its file is stored.
    pub(super) fn stop_recording(&mut self, id: &str) -> Result<Reply, Refusal> {
        let call = self.running(id)?.call;
        self.recording_ends_with(call);
        Ok(Reply::empty(204))
    }

    /// POST `:pause`; pausing a paused one succeeds.
    pub(super) fn pause_recording(&mut self, id: &str) -> Result<Reply, Refusal> {
        let now = self.now;
        let recording = self.running(id)?;
        if recording.state == RecordingState::Active {
            recording.pauses.push((now, None));
        }
        recording.state = RecordingState::Inactive;
        self.emit_recording(id);
        Ok(Reply::empty(202))
    }

    /// POST `:resume`; resuming a running one succeeds.
    pub(super) fn resume_recording(&mut self, id: &str) -> Result<Reply, Refusal> {
        let now = self.now;
        let recording = self.running(id)?;
        recording.state = RecordingState::Active;
        recording.resumes(now);
        self.emit_recording(id);
        Ok(Reply::empty(202))
    }

    /// The recording of a call ends, if there is one.
    pub(super) fn recording_ends_with(&mut self, call: CallId) {
        let id = self.calls.get_mut(&call).and_then(|call| call.recording.take());
        let Some(id) = id else {
            return;
        };
        let now = self.now;
        let started = self.recordings.get(&id).map_or(now, |one| one.started);
        let sounds = self.calls.get(&call).map(|call| call.sounds.between(started, now));
        let chunks = self.cut_chunks(started, now);
        if let Some(recording) = self.recordings.get_mut(&id) {
            recording.state = RecordingState::Inactive;
            recording.ended = Some(now);
            recording.resumes(now);
            recording.chunks = chunks;
            // What is played to somebody alone is not for the others, and so not in the file.
            let sounds = sounds.unwrap_or_default().into_iter();
            recording.sounds = sounds.filter(|sound| sound.to.is_empty()).collect();
        }
        self.emit_recording(&id);
        self.later(STORED_AFTER, Timer::FileStored { recording: id });
    }

    /// Whoever is on a recorded call is part of the recording.
    pub(super) fn recording_meets(&mut self, call: CallId) {
        let Some(call) = self.calls.get(&call) else {
            return;
        };
        let recording = call.recording.as_ref().and_then(|id| self.recordings.get_mut(id));
        let Some(recording) = recording else {
            return;
        };
        for raw in call.participants.iter().map(|one| one.who.raw()) {
            if !recording.people.contains(&raw) {
                recording.people.push(raw);
            }
        }
    }

    /// The file is there: Event Grid tells.
    pub(super) fn file_stored(&mut self, id: &str) {
        let Some(recording) = self.recordings.get(id) else {
            return;
        };
        let Some(call) = self.calls.get(&recording.call) else {
            return;
        };
        let subject = format!(
            "/recording/call/{}/serverCallId/{}/recordingId/{id}",
            recording.connection, call.server_call_id
        );
        let data = self.file_data(recording);
        self.grid("Microsoft.Communication.RecordingFileStatusUpdated", subject, data);
        self.later(KEPT, Timer::FileExpires { recording: id.to_owned() });
    }

    /// The file is kept no longer.
    pub(super) fn file_expires(&mut self, id: &str) {
        self.recordings.remove(id);
    }

    fn file_data(&self, recording: &Recording) -> Value {
        let last = recording.chunks.len().saturating_sub(1);
        let chunks = recording.chunks.iter().enumerate().map(|(index, chunk)| {
            let root = format!("{}/v1/objects/{}", self.settings.content_root, chunk.document);
            let kind = if recording.shape.content == "audio" { "audio" } else { "video" };
            json!({
                "documentId": chunk.document,
                "index": index,
                "endReason": if index == last { "SessionEnded" } else { "ChunkMaximumSizeExceeded" },
                "contentLocation": format!("{root}/content/{kind}"),
                "metadataLocation": format!("{root}/content/acsmetadata"),
                "deleteLocation": root,
            })
        });
        json!({
            "recordingStorageInfo": {"recordingChunks": chunks.collect::<Vec<_>>()},
            "recordingStartTime": grid_time(recording.started),
            "recordingDurationMs": recording.duration(self.now),
            "sessionEndReason": "CallEnded",
        })
    }
}

impl Recording {
    fn duration(&self, now: Millis) -> Millis {
        self.ended.unwrap_or(now) - self.started
    }

    /// A pause is over.
    fn resumes(&mut self, now: Millis) {
        if let Some((_, until @ None)) = self.pauses.last_mut() {
            *until = Some(now);
        }
    }
}

fn state_body(id: &str, state: RecordingState) -> Value {
    json!({"recordingId": id, "recordingState": state.name(),
        "recordingKind": "azureCommunicationServices"})
}
