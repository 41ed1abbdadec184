//! The request that starts a recording.

use serde::{Deserialize, Serialize};

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
    pub(crate) shape: RecordingShape,
}

/// What the file of a recording is to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RecordingShape {
    /// `audio` or `audioVideo`.
    pub(crate) content: String,
    /// A channel for each participant (`unmixed`), else one for all (`mixed`).
    pub(crate) unmixed: bool,
    /// `wav`, `mp3` or `mp4`.
    pub(crate) format: String,
    /// Raw ids by channel number, as far as the request says.
    pub(crate) channels: Vec<(usize, String)>,
}

/// The most channels of a file (call-recording.md).
const MOST_CHANNELS: usize = 5;

impl StartRecording {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.ignore(&["externalStorage"]);
        let shape = read_shape(fields)?;
        Ok(Self {
            call: read_call(fields)?,
            callback: callback(fields, "recordingStateCallbackUri")?,
            paused: fields.boolean("pauseOnStart")?.unwrap_or(false),
            shape,
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
fn read_shape(fields: &Fields<'_>) -> Result<RecordingShape, Refusal> {
    let or = |text: Option<String>, otherwise: &str| text.unwrap_or_else(|| otherwise.to_owned());
    let content = or(fields.text("recordingContentType")?, "audioVideo");
    let channel = or(fields.text("recordingChannelType")?, "mixed");
    let format = or(fields.text("recordingFormatType")?, "mp4");
    match (content.as_str(), channel.as_str(), format.as_str()) {
        ("audioVideo", "mixed", "mp4")
        | ("audio", "mixed", "mp3" | "wav")
        | ("audio", "unmixed", "wav") => {}
        _ => {
            return Err(
                fields.refuse("recordingFormatType", "does not fit the content and channel")
            );
        }
    }
    let unmixed = channel == "unmixed";
    Ok(RecordingShape { content, unmixed, format, channels: read_channels(fields)? })
}

/// `audioChannelParticipantOrdering` and `channelAffinity`; the latter names channels outright.
fn read_channels(fields: &Fields<'_>) -> Result<Vec<(usize, String)>, Refusal> {
    let ordered = fields.objects("audioChannelParticipantOrdering", Identifier::read)?;
    if ordered.len() > MOST_CHANNELS {
        let problem = format!("must have at most {MOST_CHANNELS} participants");
        return Err(fields.refuse("audioChannelParticipantOrdering", &problem));
    }
    let mut channels = fields.objects("channelAffinity", |one| {
        let channel = one.integer("channel", 0..=4)?;
        let channel = channel.ok_or_else(|| one.refuse("channel", "is required"))?;
        let who = one.required_object("participant", Identifier::read)?;
        Ok((usize::try_from(channel).unwrap_or(0), who.raw()))
    })?;
    for (number, who) in ordered.iter().map(Identifier::raw).enumerate() {
        if channels.iter().all(|(taken, known)| *taken != number && *known != who) {
            channels.push((number, who));
        }
    }
    Ok(channels)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Strict as _;
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
