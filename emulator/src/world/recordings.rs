//! Recordings and their files.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::clock::{Millis, grid_time};
use crate::wire::{RecordedCall, Refusal, StartRecording};

/// How long the service takes to store a file (real: minutes).
const STORED_AFTER: Millis = 2_000;

/// A recording, running or not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Recording {
    pub(super) call: CallId,
    pub(super) connection: String,
    pub(super) callback: Option<String>,
    pub(super) version: String,
    pub(super) started: Millis,
    pub(super) ended: Option<Millis>,
    pub(super) state: RecordingState,
    document: String,
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
            document: format!("0-emu-{}", self.ids.guid()),
        };
        self.recordings.insert(id.clone(), recording);
        if let Some(call) = self.calls.get_mut(&call) {
            call.recording = Some(id.clone());
            call.recorded = true;
        }
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
        self.running(id)?.state = RecordingState::Inactive;
        self.emit_recording(id);
        Ok(Reply::empty(202))
    }

    /// POST `:resume`; resuming a running one succeeds.
    pub(super) fn resume_recording(&mut self, id: &str) -> Result<Reply, Refusal> {
        self.running(id)?.state = RecordingState::Active;
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
        if let Some(recording) = self.recordings.get_mut(&id) {
            recording.state = RecordingState::Inactive;
            recording.ended = Some(now);
        }
        self.emit_recording(&id);
        self.later(STORED_AFTER, Timer::FileStored { recording: id });
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
    }

    fn file_data(&self, recording: &Recording) -> Value {
        let root = format!("{}/v1/objects/{}", self.settings.content_root, recording.document);
        json!({
            "recordingStorageInfo": {"recordingChunks": [{
                "documentId": recording.document,
                "index": 0,
                "endReason": "SessionEnded",
                "contentLocation": format!("{root}/content/audio"),
                "metadataLocation": format!("{root}/content/acsmetadata"),
                "deleteLocation": root,
            }]},
            "recordingStartTime": grid_time(recording.started),
            "recordingDurationMs": recording.duration(self.now),
            "sessionEndReason": "CallEnded",
        })
    }

    /// Length of the recording that a document belongs to, milliseconds; `None` when there is no
    /// such document.
    pub(crate) fn document_length(&self, document: &str) -> Option<Millis> {
        let mut all = self.recordings.values();
        let recording = all.find(|one| one.document == document && one.ended.is_some())?;
        Some(recording.duration(self.now))
    }

    /// Deletes a document; false when there is none.
    pub(crate) fn delete_document(&mut self, document: &str) -> bool {
        let before = self.recordings.len();
        self.recordings.retain(|_, one| one.document != document || one.ended.is_none());
        self.recordings.len() < before
    }
}

impl Recording {
    fn duration(&self, now: Millis) -> Millis {
        self.ended.unwrap_or(now) - self.started
    }
}

fn state_body(id: &str, state: RecordingState) -> Value {
    json!({"recordingId": id, "recordingState": state.name(),
        "recordingKind": "azureCommunicationServices"})
}
