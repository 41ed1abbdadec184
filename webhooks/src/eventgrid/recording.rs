//! A recording that can be fetched.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::fields::{DataError, Fields, Read, put, put_str};
use crate::ids::{RecordingId, ServerCallId};

/// A recording that can be fetched (`RecordingFileStatusUpdated`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFileStatus {
    /// Which recording. Only the event's subject tells.
    pub recording_id: Option<RecordingId>,
    /// Which call. Only the event's subject tells, and not in all of them.
    pub server_call_id: Option<ServerCallId>,
    /// Its pieces. A long recording has several.
    pub chunks: Vec<RecordingChunk>,
    /// When it began.
    pub start_time: Option<Timestamp>,
    /// How long it is, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Why it ended, such as `CallEnded`.
    pub session_end_reason: Option<String>,
}

/// A piece of a recording. The addresses need the resource's own credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingChunk {
    /// Id of the stored document.
    pub document_id: Option<String>,
    /// Its place in the recording, counted from 0.
    pub index: Option<i64>,
    /// Why it ended, such as `SessionEnded`.
    pub end_reason: Option<String>,
    /// Where the sound or picture is.
    pub content_location: Option<String>,
    /// Where the description is.
    pub metadata_location: Option<String>,
    /// Where it can be deleted. Older events have none.
    pub delete_location: Option<String>,
}

impl RecordingFileStatus {
    pub(super) fn read(data: &Fields<'_>, subject: Option<&str>) -> Result<Self, DataError> {
        let storage = data.object("recordingStorageInfo")?;
        let storage = data.required("recordingStorageInfo", storage)?;
        let chunks = storage.list("recordingChunks")?;
        let from_subject = |name| subject.and_then(|subject| segment_after(subject, name));
        Ok(Self {
            recording_id: from_subject("recordingId").map(RecordingId::from),
            server_call_id: from_subject("serverCallId").map(ServerCallId::from),
            chunks: storage.required("recordingChunks", chunks)?,
            start_time: data.timestamp("recordingStartTime")?,
            duration_ms: data.integer("recordingDurationMs")?,
            session_end_reason: data.text("sessionEndReason")?,
        })
    }
}

impl RecordingFileStatus {
    /// The data. Which recording and call it is stands in the subject only.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let chunks: Vec<_> = self.chunks.iter().map(RecordingChunk::to_json).collect();
        let mut map = Map::new();
        put(&mut map, "recordingStorageInfo", Some(json!({ "recordingChunks": chunks })));
        put(&mut map, "recordingStartTime", self.start_time.map(|time| time.to_string()));
        put(&mut map, "recordingDurationMs", self.duration_ms);
        put_str(&mut map, "sessionEndReason", self.session_end_reason.as_ref());
        map
    }
}

impl RecordingChunk {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        put_str(&mut map, "documentId", self.document_id.as_ref());
        put(&mut map, "index", self.index);
        put_str(&mut map, "endReason", self.end_reason.as_ref());
        put_str(&mut map, "contentLocation", self.content_location.as_ref());
        put_str(&mut map, "metadataLocation", self.metadata_location.as_ref());
        put_str(&mut map, "deleteLocation", self.delete_location.as_ref());
        Value::Object(map)
    }
}

impl Read for RecordingChunk {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            document_id: fields.text("documentId")?,
            index: fields.integer("index")?,
            end_reason: fields.text("endReason")?,
            content_location: fields.text("contentLocation")?,
            metadata_location: fields.text("metadataLocation")?,
            delete_location: fields.text("deleteLocation")?,
        })
    }
}

/// The part of a path that follows the part with this name.
fn segment_after<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = path.split('/').skip_while(|segment| *segment != name);
    segments.nth(1).filter(|segment| !segment.is_empty())
}
