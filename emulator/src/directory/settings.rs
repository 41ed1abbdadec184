//! How Graph behaves where Microsoft documents nothing, and its limits.

use serde::{Deserialize, Serialize};

/// The switches of Graph. A JSON may leave any out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GraphSettings {
    /// Presence requests per 30 s, application and tenant (cloud-communications pages: 1,500).
    pub presence_limit: u32,
    /// Resource units of users and groups per 10 s (throttling-limits.md: 3,500 for a small tenant).
    pub directory_limit: u32,
    /// `Retry-After` of a throttled answer, seconds; none when absent.
    pub retry_after: Option<u32>,
    /// Writes availability and activity in the camelCase of the newer vocabulary.
    pub camel_case: bool,
    /// Leaves out what the documentation's samples leave out: only id, availability and activity.
    pub abridged: bool,
    /// The availability and activity of everybody, to try values nobody knows.
    pub availability: Option<String>,
    /// An id that nobody has, in `getPresencesByUserId`.
    pub unknown_ids: Listed,
    /// An id asked for twice.
    pub duplicate_ids: Duplicates,
    /// No id at all, or more than 650.
    pub wrong_count: WrongCount,
    /// Guests, in `getPresencesByUserId`.
    pub guests: Listed,
    /// People without a plan for Teams, in `getPresencesByUserId`.
    pub unlicensed: Listed,
}

impl Default for GraphSettings {
    fn default() -> Self {
        Self {
            presence_limit: 1_500,
            directory_limit: 3_500,
            retry_after: Some(10),
            camel_case: false,
            abridged: false,
            availability: None,
            unknown_ids: Listed::Omitted,
            duplicate_ids: Duplicates::Each,
            wrong_count: WrongCount::Refused,
            guests: Listed::Presence,
            unlicensed: Listed::Presence,
        }
    }
}

/// How an unusual id is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// Not in the answer.
    Omitted,
    /// With what is known of it; `PresenceUnknown` for an id that nobody has.
    Presence,
    /// `PresenceUnknown`.
    Unknown,
    /// The whole request is 404.
    NotFound,
}

/// How an id that comes twice is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// As often as it was asked.
    Each,
    /// Once.
    Once,
    /// The whole request is 400.
    Refused,
}

/// How a request without ids or with too many is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongCount {
    /// 400.
    Refused,
    /// An empty list, or the first 650.
    Served,
}
