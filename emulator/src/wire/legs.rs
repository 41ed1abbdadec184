//! Requests about people who are on a call: mute, hold, move, tones, and streams of the call.

use super::{Fields, Identifier, OperationMeta, PlaySource, Refusal, Tone};

/// The most tones in one request (how-to page of the operation).
const MOST_TONES: usize = 18;

/// `MuteParticipantsRequest`.
pub(crate) struct Mute {
    pub(crate) who: Vec<Identifier>,
    pub(crate) meta: OperationMeta,
}

/// `MoveParticipantsRequest`.
pub(crate) struct MoveHere {
    pub(crate) who: Vec<Identifier>,
    /// The call connection they leave.
    pub(crate) from: String,
    pub(crate) meta: OperationMeta,
}

/// `HoldRequest` and `UnholdRequest`.
pub(crate) struct Hold {
    pub(crate) who: Identifier,
    /// What the held person hears.
    pub(crate) music: Option<PlaySource>,
    pub(crate) meta: OperationMeta,
}

/// `ContinuousDtmfRecognitionRequest`.
pub(crate) struct WatchTones {
    pub(crate) who: Identifier,
    pub(crate) meta: OperationMeta,
}

/// `SendDtmfTonesRequest`.
pub(crate) struct SendTones {
    pub(crate) who: Identifier,
    pub(crate) tones: Vec<Tone>,
    pub(crate) meta: OperationMeta,
}

/// Start, stop or update of media streaming or transcription.
pub(crate) struct StreamChange {
    pub(crate) locale: Option<String>,
    pub(crate) meta: OperationMeta,
}

impl Mute {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self { who: some_people(fields)?, meta: OperationMeta::read(fields)? })
    }
}

impl MoveHere {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            who: some_people(fields)?,
            from: fields.required_text("fromCall")?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl Hold {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            who: fields.required_object("targetParticipant", Identifier::read)?,
            music: fields.object("playSourceInfo", PlaySource::read)?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl WatchTones {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let who = fields.required_object("targetParticipant", Identifier::read)?;
        Ok(Self { who, meta: OperationMeta::read(fields)? })
    }
}

impl SendTones {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let names = fields.texts("tones")?;
        if names.is_empty() {
            return Err(fields.refuse("tones", "must have from 1 to 18 tones"));
        }
        if names.len() > MOST_TONES {
            fields.complain("tones", "must have from 1 to 18 tones")?;
        }
        let member = fields.name("tones");
        let tones = names.iter().map(|name| Tone::from_name(&member, name));
        let who = fields.required_object("targetParticipant", Identifier::read)?;
        if !matches!(who, Identifier::Phone { .. }) {
            return Err(fields.refuse("targetParticipant", "must be a phone number"));
        }
        Ok(Self {
            who,
            tones: tones.collect::<Result<_, _>>()?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl StreamChange {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.ignore(&["speechModelEndpointId"]);
        Ok(Self { locale: fields.text("locale")?, meta: OperationMeta::read(fields)? })
    }
}

fn some_people(fields: &Fields<'_>) -> Result<Vec<Identifier>, Refusal> {
    let people = fields.objects("targetParticipants", Identifier::read)?;
    if people.is_empty() {
        return Err(fields.refuse("targetParticipants", "must have at least one participant"));
    }
    Ok(people)
}
