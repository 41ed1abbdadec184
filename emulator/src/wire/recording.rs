//! The request that starts a recording.

use super::requests::callback;
use super::{Fields, Identifier, Refusal};

/// Which call is recorded.
pub(crate) enum RecordedCall {
    /// By `callConnectionId`.
    Connection(String),
    /// By the `serverCallId` of a call locator.
    Server(String),
}

/// `StartCallRecordingRequest`.
pub(crate) struct StartRecording {
    pub(crate) call: RecordedCall,
    pub(crate) callback: Option<String>,
    pub(crate) paused: bool,
}

impl StartRecording {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.ignore(&["channelAffinity", "externalStorage"]);
        fields.objects("audioChannelParticipantOrdering", Identifier::read)?;
        check_format(fields)?;
        Ok(Self {
            call: read_call(fields)?,
            callback: callback(fields, "recordingStateCallbackUri")?,
            paused: fields.boolean("pauseOnStart")?.unwrap_or(false),
        })
    }
}

fn read_call(fields: &Fields<'_>) -> Result<RecordedCall, Refusal> {
    let connection = fields.text("callConnectionId")?;
    let server = fields.object("callLocator", |locator| {
        locator.ignore(&["kind", "groupCallId", "roomId"]);
        locator.required_text("serverCallId")
    })?;
    match (connection, server) {
        (Some(connection), None) => Ok(RecordedCall::Connection(connection)),
        (None, Some(server)) => Ok(RecordedCall::Server(server)),
        (Some(_), Some(_)) => Err(fields.refuse("callLocator", "excludes callConnectionId")),
        (None, None) => Err(fields.refuse("callLocator", "or callConnectionId is required")),
    }
}

/// Contract section 9: the combinations that exist. Absent members mean the video default.
fn check_format(fields: &Fields<'_>) -> Result<(), Refusal> {
    let or = |text: Option<String>, otherwise: &str| text.unwrap_or_else(|| otherwise.to_owned());
    let content = or(fields.text("recordingContentType")?, "audioVideo");
    let channel = or(fields.text("recordingChannelType")?, "mixed");
    let format = or(fields.text("recordingFormatType")?, "mp4");
    match (content.as_str(), channel.as_str(), format.as_str()) {
        ("audioVideo", "mixed", "mp4")
        | ("audio", "mixed", "mp3" | "wav")
        | ("audio", "unmixed", "wav") => Ok(()),
        _ => Err(fields.refuse("recordingFormatType", "does not fit the content and channel")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_existing_formats_are_accepted() {
        let cases = [
            ("audio", "mixed", "mp3", true),
            ("audio", "unmixed", "wav", true),
            ("audio", "unmixed", "mp3", false),
            ("audioVideo", "unmixed", "mp4", false),
            ("audio", "mixed", "mp4", false),
        ];
        for (content, channel, format, accepted) in cases {
            let body = json!({"callConnectionId": "c", "recordingContentType": content,
                "recordingChannelType": channel, "recordingFormatType": format});
            assert_eq!(StartRecording::parse(&body).is_ok(), accepted, "{content} {format}");
        }
    }

    #[test]
    fn one_way_to_name_the_call() {
        let both = json!({"callConnectionId": "c", "callLocator": {"serverCallId": "s"}});
        assert!(StartRecording::parse(&both).is_err());
        assert!(StartRecording::parse(&json!({})).is_err());
    }
}
