//! Requests that begin a call or a further leg of one: create and connect, and the media options
//! that create, connect and answer have in common.

use super::requests::callback;
use super::{Fields, Identifier, Refusal};
use serde::{Deserialize, Serialize};

/// `mediaStreamingOptions`, as far as the emulator acts on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StreamOptions {
    /// Where the socket would go; without one streaming fails when it starts.
    pub(crate) transport_url: Option<String>,
    /// Whether it starts by itself once the call is up.
    pub(crate) start: bool,
    /// Language, of a transcription only.
    pub(crate) locale: Option<String>,
    /// Whether intermediate results are wanted, of a transcription only.
    pub(crate) intermediate: bool,
    /// `speechModelEndpointId`, of a transcription only.
    pub(crate) model: Option<String>,
    /// Of media only.
    pub(crate) audio: AudioOptions,
}

/// How audio is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AudioOptions {
    /// A frame for each participant instead of one for all.
    pub(crate) unmixed: bool,
    /// Samples per second.
    pub(crate) rate: u32,
    /// Whether the application may send audio.
    pub(crate) bidirectional: bool,
    /// Whether keys are sent.
    pub(crate) tones: bool,
}

impl StreamOptions {
    fn new(fields: &Fields<'_>, start: bool) -> Result<Self, Refusal> {
        Ok(Self {
            transport_url: transport_url(fields)?,
            start,
            locale: None,
            intermediate: false,
            model: None,
            audio: AudioOptions {
                unmixed: false,
                rate: 16_000,
                bidirectional: false,
                tones: false,
            },
        })
    }
}

/// Everything the application says about its own leg.
pub(crate) struct Leg {
    pub(crate) callback: String,
    pub(crate) context: Option<String>,
    /// The AI resource, without which text cannot be spoken.
    pub(crate) cognitive_endpoint: Option<String>,
    pub(crate) streaming: Option<Box<StreamOptions>>,
    pub(crate) transcription: Option<Box<StreamOptions>>,
}

/// `CreateCallRequest`.
pub(crate) struct CreateCall {
    pub(crate) targets: Vec<Identifier>,
    pub(crate) caller_number: Option<String>,
    pub(crate) display_name: Option<String>,
    /// The Teams resource account the call is from.
    pub(crate) teams_app: Option<String>,
    /// The ACS user the call is from.
    pub(crate) source: Option<String>,
    pub(crate) leg: Leg,
}

/// The `callLocator` of a connect.
pub(crate) enum CallLocator {
    /// A running call.
    Server(String),
    /// A group call, made by whoever comes first.
    Group(String),
    /// A room, made by whoever comes first.
    Room(String),
}

/// `ConnectRequest`.
pub(crate) struct Connect {
    pub(crate) locator: CallLocator,
    pub(crate) leg: Leg,
}

impl Leg {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let cognitive = |options: &Fields<'_>| options.text("cognitiveServicesEndpoint");
        Ok(Self {
            callback: callback(fields, "callbackUri")?
                .ok_or_else(|| fields.refuse("callbackUri", "is required"))?,
            context: fields.text("operationContext")?,
            cognitive_endpoint: fields.object("callIntelligenceOptions", cognitive)?.flatten(),
            streaming: fields.object("mediaStreamingOptions", read_streaming)?,
            transcription: fields.object("transcriptionOptions", read_transcription)?,
        })
    }
}

impl CreateCall {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let targets = fields.objects("targets", Identifier::read)?;
        if targets.is_empty() {
            return Err(fields.refuse("targets", "must have at least one target"));
        }
        let caller_number = fields.object("sourceCallerIdNumber", Identifier::read_number)?;
        let teams_app = fields.object("teamsAppSource", |app| {
            app.ignore(&["cloud"]);
            app.required_text("appId")
        })?;
        Ok(Self {
            teams_app,
            targets,
            caller_number,
            display_name: fields.text("sourceDisplayName")?,
            source: fields.object("source", |by| by.required_text("id"))?,
            leg: Leg::read(fields)?,
        })
    }
}

impl Connect {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            locator: fields.required_object("callLocator", CallLocator::read)?,
            leg: Leg::read(fields)?,
        })
    }
}

impl CallLocator {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let kind = fields.text("kind")?;
        let (server, group) = (fields.text("serverCallId")?, fields.text("groupCallId")?);
        let found = match (server, group, fields.text("roomId")?) {
            (Some(id), None, None) => Self::Server(id),
            (None, Some(id), None) => Self::Group(id),
            (None, None, Some(id)) => Self::Room(id),
            _ => {
                let problem = "must have one of serverCallId, groupCallId and roomId";
                return Err(fields.refuse("serverCallId", problem));
            }
        };
        if kind.is_some_and(|kind| kind != found.kind()) {
            return Err(fields.refuse("kind", "does not fit the id"));
        }
        Ok(found)
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Server(_) => "serverCallLocator",
            Self::Group(_) => "groupCallLocator",
            Self::Room(_) => "roomCallLocator",
        }
    }
}

fn one_of(
    fields: &Fields<'_>,
    member: &'static str,
    known: &[&str],
    required: bool,
) -> Result<(), Refusal> {
    let problem = format!("must be one of {}", known.join(", "));
    match fields.text(member)? {
        Some(text) if known.contains(&text.as_str()) => Ok(()),
        Some(text) if known.iter().any(|one| one.eq_ignore_ascii_case(&text)) => {
            fields.complain(member, &problem)
        }
        None if !required => Ok(()),
        Some(_) | None => Err(fields.refuse(member, &problem)),
    }
}

/// An absolute `wss` address (`ws` is for the emulator's own tests).
fn transport_url(fields: &Fields<'_>) -> Result<Option<String>, Refusal> {
    let Some(text) = fields.text("transportUrl")? else {
        return Ok(None);
    };
    match url::Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "wss" | "ws") && url.has_host() => Ok(Some(text)),
        _ => Err(fields.refuse("transportUrl", "must be an absolute wss address")),
    }
}

fn read_streaming(fields: &Fields<'_>) -> Result<Box<StreamOptions>, Refusal> {
    one_of(fields, "transportType", &["websocket"], true)?;
    one_of(fields, "audioChannelType", &["mixed", "unmixed"], true)?;
    one_of(fields, "contentType", &["audio"], false)?;
    one_of(fields, "audioFormat", &["pcm16KMono", "pcm24KMono"], false)?;
    let start = fields.boolean("startMediaStreaming")?.unwrap_or(false);
    let fast = fields.text("audioFormat")?.is_some_and(|format| format == "pcm24KMono");
    let audio = AudioOptions {
        unmixed: fields.text("audioChannelType")?.is_some_and(|channel| channel == "unmixed"),
        rate: if fast { 24_000 } else { 16_000 },
        bidirectional: fields.boolean("enableBidirectional")?.unwrap_or(false),
        tones: fields.boolean("enableDtmfTones")?.unwrap_or(false),
    };
    Ok(Box::new(StreamOptions { audio, ..StreamOptions::new(fields, start)? }))
}

fn read_transcription(fields: &Fields<'_>) -> Result<Box<StreamOptions>, Refusal> {
    one_of(fields, "transportType", &["websocket"], true)?;
    let start = fields.boolean("startTranscription")?.unwrap_or(false);
    Ok(Box::new(StreamOptions {
        locale: Some(fields.required_text("locale")?),
        intermediate: fields.boolean("enableIntermediateResults")?.unwrap_or(false),
        model: fields.text("speechModelEndpointId")?,
        ..StreamOptions::new(fields, start)?
    }))
}
