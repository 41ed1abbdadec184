//! Presence, read tolerantly: Graph's two documented vocabularies differ in case and content
//! (GRAPH-ENTRA-TEAMS.md 1.3), so values are strings and unknown ones mean "do not offer".

use serde::{Deserialize, Serialize};

/// What a presence means for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Free.
    Free,
    /// Free, but without input for some minutes: second choice.
    Idle,
    /// In a call or meeting: may become free within a wait.
    Busy,
    /// Never offered: calls would go to voicemail.
    DoNotDisturb,
    /// Not at the desk.
    Away,
    /// No client.
    Offline,
    /// Not readable, or not yet read.
    Unknown,
}

impl Availability {
    /// Reads Graph's `availability`, whatever its case.
    pub fn from_graph(availability: &str) -> Self {
        match availability.to_ascii_lowercase().as_str() {
            "available" => Self::Free,
            "availableidle" | "availableinactive" => Self::Idle,
            "busy" | "busyidle" | "inacall" | "inameeting" => Self::Busy,
            "donotdisturb" | "focusing" | "presenting" => Self::DoNotDisturb,
            "away" | "berightback" => Self::Away,
            "offline" => Self::Offline,
            _ => Self::Unknown,
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Free => "available",
            Self::Idle => "available, idle",
            Self::Busy => "busy",
            Self::DoNotDisturb => "do not disturb",
            Self::Away => "away",
            Self::Offline => "offline",
            Self::Unknown => "presence unknown",
        }
    }
}
