//! An Event Grid subscription of the resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EventFilter;
use crate::options::EventGridPolicy;

/// Static headers that a subscription may add (delivery-properties.md).
const MOST_HEADERS: usize = 10;
/// The longest value of such a header, bytes.
const LONGEST_HEADER: usize = 4_096;

/// Where events go, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Sent upper case in `aeg-subscription-name`.
    #[serde(default = "default_name")]
    pub name: String,
    /// The webhook, https (http is not refused, so that a service can be tried without TLS).
    pub endpoint: String,
    /// The envelope.
    #[serde(default)]
    pub schema: EnvelopeSchema,
    /// Entra protection of the webhook; none when absent.
    #[serde(default)]
    pub entra: Option<EntraTarget>,
    /// The topic (or CloudEvents source); the resource's path when absent.
    #[serde(default)]
    pub topic: Option<String>,
    /// Which events are delivered, in the words of ARM; all when absent.
    #[serde(default)]
    pub filter: EventFilter,
    /// The retry policy; the emulator's (`Options::event_grid`) when absent.
    #[serde(default)]
    pub retry: Option<RetryPolicy>,
    /// Whether undeliverable events are kept for `GET /dead-letters`.
    #[serde(default)]
    pub dead_letter: bool,
    /// Several events in one request; one event a request when absent.
    #[serde(default)]
    pub batch: Option<Batch>,
    /// Static headers of every delivery, at most 10.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Holds back new events for some time after a failure, as Event Grid does.
    #[serde(default)]
    pub probation: bool,
    /// `WebHook-Request-Rate` of the `CloudEvents` handshake, requests a minute; not sent when absent.
    #[serde(default)]
    pub request_rate: Option<u32>,
}

impl Subscription {
    /// The retry policy in force, with the emulator's where it has none of its own.
    pub(crate) fn policy(&self, mut usual: EventGridPolicy) -> EventGridPolicy {
        if let Some(retry) = self.retry {
            usual.max_attempts = retry.max_attempts;
            usual.time_to_live_ms = i64::from(retry.ttl_minutes) * 60_000;
        }
        usual
    }

    /// What is wrong with the settings themselves.
    pub(crate) fn problem(&self) -> Option<String> {
        let retry = self.retry.as_ref();
        let batch = self.batch.as_ref();
        let wrong = [
            (!is_name(&self.name), "name must be 1 to 64 letters, digits or hyphens"),
            (
                !self.endpoint.starts_with("https://") && !self.endpoint.starts_with("http://"),
                "endpoint must be an https address",
            ),
            (
                retry.is_some_and(|policy| !(1..=30).contains(&policy.max_attempts)),
                "retry.max_attempts must be from 1 to 30",
            ),
            (
                retry.is_some_and(|policy| !(1..=1_440).contains(&policy.ttl_minutes)),
                "retry.ttl_minutes must be from 1 to 1440",
            ),
            (
                batch.is_some_and(|batch| !(1..=5_000).contains(&batch.max_events)),
                "batch.max_events must be from 1 to 5000",
            ),
            (
                batch.is_some_and(|batch| !(1..=1_024).contains(&batch.preferred_kilobytes)),
                "batch.preferred_kilobytes must be from 1 to 1024",
            ),
            (
                self.headers.len() > MOST_HEADERS
                    || self.headers.iter().any(|(name, value)| !is_header(name, value)),
                "headers must be at most 10 valid ones of at most 4096 bytes, none of them aeg-*",
            ),
        ];
        let found = wrong.iter().find(|(is_wrong, _)| *is_wrong);
        found.map(|(_, problem)| (*problem).to_owned()).or_else(|| self.filter.problem())
    }
}

fn is_name(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(known)
}

fn is_header(name: &str, value: &str) -> bool {
    let is_token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_value = value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
    let reserved = name.to_ascii_lowercase().starts_with("aeg-");
    is_token && is_value && !reserved && value.len() <= LONGEST_HEADER
}

/// A subscription's retry policy (delivery-and-retry.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryPolicy {
    /// Attempts in all, 1 to 30.
    pub max_attempts: u32,
    /// Minutes after which no further attempt is made, 1 to 1440.
    pub ttl_minutes: u32,
}

/// Output batching: what waits while a request is under way goes together in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The most events of a request, 1 to 5000.
    pub max_events: u32,
    /// A request grows to about this size and not beyond, unless one event is larger; 1 to 1024.
    #[serde(default = "default_kilobytes")]
    pub preferred_kilobytes: u32,
}

fn default_kilobytes() -> u32 {
    64
}

impl Subscription {
    /// Events in Event Grid's own schema to an endpoint that Entra does not protect.
    pub fn plain(endpoint: impl Into<String>) -> Self {
        Self {
            name: default_name(),
            endpoint: endpoint.into(),
            schema: EnvelopeSchema::EventGrid,
            entra: None,
            topic: None,
            filter: EventFilter::default(),
            retry: None,
            dead_letter: false,
            batch: None,
            headers: BTreeMap::new(),
            probation: false,
            request_rate: None,
        }
    }
}

fn default_name() -> String {
    "switchboard".to_owned()
}

/// The delivery schema of a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvelopeSchema {
    /// Event Grid's own: an array of one.
    #[default]
    EventGrid,
    /// CloudEvents 1.0: one object.
    CloudEvents,
}

/// The application that an Entra-protected webhook stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntraTarget {
    /// Tenant, GUID.
    pub tenant: String,
    /// The application id or app-id URI: the token's `aud`.
    pub audience: String,
    /// The token's version; the application's manifest decides it, and 1 is the default.
    #[serde(default)]
    pub version: TokenVersion,
}

/// The version of an Entra token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenVersion {
    /// `iss` is `https://sts.windows.net/{tenant}/`, the caller is `appid`.
    #[default]
    V1,
    /// `iss` is `https://login.microsoftonline.com/{tenant}/v2.0`, the caller is `azp`.
    V2,
}

/// What the handshake with a webhook gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handshake {
    /// Whether events will be delivered.
    pub validated: bool,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// What is wrong.
    pub problem: Option<String>,
    /// The webhook answered 200 without the code (Event Grid schema) or without an allowed origin
    /// (`CloudEvents`): the subscription begins when somebody fetches the validation link, within
    /// 10 minutes.
    pub awaits_manual_action: bool,
    /// `WebHook-Allowed-Rate` of the answer (`CloudEvents`).
    pub allowed_rate: Option<String>,
}

/// How far a subscription is, in the words of ARM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ProvisioningState {
    /// Events are delivered.
    Succeeded,
    /// The validation link is awaited.
    AwaitingManualAction,
    /// The link was not fetched within 10 minutes.
    Failed,
}

/// A subscription and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubscriptionView {
    /// The subscription.
    #[serde(flatten)]
    pub subscription: Subscription,
    /// How far it is.
    pub provisioning_state: ProvisioningState,
}

/// An event that could not be delivered, as Event Grid would store it in a blob.
#[derive(Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// Its number, from 1.
    pub n: u64,
    /// The subscription's name.
    pub subscription: String,
    /// When it is stored, milliseconds since 1970: 5 minutes after the last attempt, in the pace of
    /// Event Grid's retries.
    pub stored_at: i64,
    /// The path of the blob in its container.
    pub blob: String,
    /// The event in the subscription's schema, with the members that tell why.
    pub event: serde_json::Value,
}

impl std::fmt::Debug for DeadLetter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DeadLetter({} of {})", self.n, self.subscription)
    }
}
