//! What an emulator is started with.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::delivery::Rules;
use crate::private::Private;

/// The access key of an emulator nobody gave one: base64 of a text that says so.
const DEVELOPMENT_KEY: &str = "c3dpdGNoYm9hcmQtZW11bGF0b3ItZGV2ZWxvcG1lbnQta2V5";
const DEVELOPMENT_SECRET: &str = "switchboard-emulator-development-secret";

/// How an emulator is started. [`Options::default`] is a world on free loopback ports in real
/// time, with one number and three Teams users.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address both listeners bind to.
    pub bind: IpAddr,
    /// Port of the HTTPS listener (ACS, Graph, Entra, recordings); 0 takes a free one.
    pub https_port: u16,
    /// Port of the plain listener (ACS for SDKs with an access key, and the control API); 0 takes
    /// a free one.
    pub http_port: u16,
    /// Whether time passes by itself.
    pub time: Time,
    /// Makes the ids of the world the same in every run; `None` draws them by chance.
    pub seed: Option<u64>,
    /// Divides the durations of speech, rings, silence and scripted pauses. Must be above 0.
    /// Token lifetimes and Event Grid's retries stay in real time.
    pub speed: f64,
    /// The numbers and Teams users that exist at the start.
    pub people: People,
    /// Where the certificate authority and the world are kept over a restart: people, calls,
    /// recordings, subscriptions, answers to repeated requests. `None` keeps the world in memory and
    /// the authority in a temporary folder.
    pub state_dir: Option<PathBuf>,
    /// The resource's access key, base64.
    pub access_key: Private,
    /// The immutable id (GUID) of the ACS resource: the audience of callback tokens.
    pub resource_id: String,
    /// The Entra tenant (GUID).
    pub tenant_id: String,
    /// The one client id that Entra accepts.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Private,
    /// The application roles in tokens for Microsoft Graph.
    pub graph_roles: Vec<String>,
    /// PEM certificates that deliveries trust besides the emulator's own authority.
    pub extra_roots: Vec<String>,
    /// Accepts a callback address without TLS on loopback; ACS itself refuses it.
    pub allow_http_callbacks: bool,
    /// The longest chunk of a recording, milliseconds. The service's own is four hours.
    pub recording_chunk_ms: i64,
    /// How often a mid-call callback is tried before it is lost. Not documented by Microsoft.
    pub callback_attempts: u32,
    /// How Event Grid retries.
    pub event_grid: EventGridPolicy,
    /// Where dead letters are written besides `GET /dead-letters`; nowhere when `None`.
    pub dead_letter_dir: Option<PathBuf>,
    /// How many ended calls the world remembers; each for at least 10 s.
    pub ended_calls_kept: usize,
    /// Which rules of Call Automation hold.
    pub profile: Profile,
    /// Passes over harmless mistakes of requests, and tells them: in the request log, in the header
    /// `x-emulator-forgiven`, and with `GET /forgiven`.
    pub lenient: bool,
}

impl Options {
    /// How events are retried.
    pub(crate) fn delivery_rules(&self) -> Rules {
        Rules { callback_attempts: self.callback_attempts, event_grid: self.event_grid }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            https_port: 0,
            http_port: 0,
            time: Time::Real,
            seed: None,
            speed: 1.0,
            people: People::default(),
            state_dir: None,
            access_key: Private::new(DEVELOPMENT_KEY),
            resource_id: "b6f2a3c4-5d1e-4f80-9a7b-1c2d3e4f5a6b".to_owned(),
            tenant_id: "3f9d0c6e-7a41-4b52-8c1d-9e2f6a7b8c0d".to_owned(),
            client_id: "7c1e5a92-4b3d-4e6f-8a90-b1c2d3e4f506".to_owned(),
            client_secret: Private::new(DEVELOPMENT_SECRET),
            graph_roles: vec!["Presence.Read.All".to_owned()],
            extra_roots: Vec::new(),
            allow_http_callbacks: false,
            recording_chunk_ms: 4 * 60 * 60 * 1_000,
            callback_attempts: 3,
            event_grid: EventGridPolicy::default(),
            dead_letter_dir: None,
            ended_calls_kept: 1_000,
            profile: Profile::Classic,
            lenient: false,
        }
    }
}

/// Which rules of Call Automation the resource is under.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Numbers of the ACS resource; agents are ordinary Teams users, by object id.
    #[default]
    Classic,
    /// Teams Phone extensibility: numbers of Teams resource accounts; agents are extension users
    /// (`8:acs:{resource}_{tenant}_{object id}`). No redirect, hold or mute, and nobody in an ordinary
    /// Teams client (teams-phone-extensibility-capabilities.md).
    Tpe,
}

impl std::str::FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "classic" => Ok(Self::Classic),
            "tpe" => Ok(Self::Tpe),
            _ => Err("write classic or tpe".to_owned()),
        }
    }
}

/// Whether the world's time passes by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Time {
    /// As on the wall.
    #[default]
    Real,
    /// It begins at 2026-01-01T00:00:00Z and stands still until the control API moves it. Signatures
    /// and tokens keep the real time, because their other side has a real clock.
    Stepped,
}

/// Event Grid's retry policy of a subscription; the default is the one Microsoft recommends for
/// `IncomingCall` (incoming-call-notification.md): 2 attempts, 1 minute.
#[derive(Debug, Clone, Copy)]
pub struct EventGridPolicy {
    /// Attempts in all, 1 to 30.
    pub max_attempts: u32,
    /// Milliseconds after which no further attempt is made, looked at when it is due.
    pub time_to_live_ms: i64,
    /// Divides the retry schedule; 1 is Event Grid's own.
    pub speed: f64,
}

impl Default for EventGridPolicy {
    fn default() -> Self {
        Self { max_attempts: 2, time_to_live_ms: 60_000, speed: 1.0 }
    }
}

/// Who and what exists in the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Numbers of the ACS resource, E.164.
    #[serde(default)]
    pub numbers: Vec<Private>,
    /// The Teams users of the tenant.
    #[serde(default)]
    pub users: Vec<Person>,
}

/// One Teams user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Entra object id (GUID).
    pub oid: String,
    /// A short name for scripts, lower case: `adele`. The first word of the name when empty.
    #[serde(default)]
    pub nickname: String,
    /// The display name.
    pub name: String,
    /// Graph availability: `Available`, `Away`, `DoNotDisturb`, `Offline` and so on; `Available`
    /// when a JSON leaves it out.
    #[serde(default = "available")]
    pub availability: String,
    /// Graph activity; the availability's plain one when absent.
    #[serde(default)]
    pub activity: Option<String>,
    /// Whether the user has a Teams Phone licence and Enterprise Voice; without, no invitation of
    /// Call Automation reaches the user.
    #[serde(default = "yes")]
    pub licensed: bool,
    /// Whether the tenant's federation and the user's policy let the ACS resource call the user.
    #[serde(default = "yes")]
    pub federated: bool,
    /// After how many milliseconds of ringing voicemail answers; at once for somebody who does not
    /// ring at all (Do Not Disturb, offline, client closed). `None` has no voicemail.
    #[serde(default)]
    pub voicemail_after_ms: Option<u32>,
    /// Where calls go instead of ringing here: object id, nickname or raw id.
    #[serde(default)]
    pub forward_to: Option<String>,
    /// Whether the user is in a call outside of this world.
    #[serde(default)]
    pub on_another_call: bool,
}

impl Default for Person {
    /// Nobody yet: Available, licensed, federated, without voicemail.
    fn default() -> Self {
        Self {
            oid: String::new(),
            nickname: String::new(),
            name: String::new(),
            availability: available(),
            activity: None,
            licensed: true,
            federated: true,
            voicemail_after_ms: None,
            forward_to: None,
            on_another_call: false,
        }
    }
}

/// What changes in how calls to a Teams user are treated; what is absent stays. See [`Person`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatmentChange {
    /// Teams Phone licence.
    #[serde(default)]
    pub licensed: Option<bool>,
    /// Federation and policy.
    #[serde(default)]
    pub federated: Option<bool>,
    /// Voicemail; null takes it away.
    #[serde(default, deserialize_with = "given")]
    pub voicemail_after_ms: Option<Option<u32>>,
    /// Forwarding; null takes it away.
    #[serde(default, deserialize_with = "given")]
    pub forward_to: Option<Option<String>>,
    /// Whether the user is in a call outside of this world.
    #[serde(default)]
    pub on_another_call: Option<bool>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn yes() -> bool {
    true
}

fn available() -> String {
    "Available".to_owned()
}

impl Default for People {
    fn default() -> Self {
        let person = |oid: &str, nickname: &str, name: &str, availability: &str| Person {
            oid: oid.to_owned(),
            nickname: nickname.to_owned(),
            name: name.to_owned(),
            availability: availability.to_owned(),
            ..Person::default()
        };
        Self {
            numbers: vec![Private::new("+18005550100")],
            users: vec![
                person("a1e1e000-0000-4000-8000-000000000001", "adele", "Adele Vance", "Available"),
                person("a1e1e000-0000-4000-8000-000000000002", "megan", "Megan Bowen", "Available"),
                person("a1e1e000-0000-4000-8000-000000000003", "alex", "Alex Wilber", "Away"),
            ],
        }
    }
}
