//! What Graph knows of people beyond their presence.

use serde::{Deserialize, Serialize};

use crate::world::Name;

/// The word of a plan, its id, its name in licence details and its service.
pub(crate) const TEAMS_PLANS: [(&str, &str, &str, &str); 2] = [
    ("teams", "57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1", "TeamspaceAPI"),
    ("phone", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "MCOEV", "MicrosoftCommunicationsOnline"),
];
/// The domain of people without an address of their own.
const DOMAIN: &str = "contoso.example";

/// Members of Graph's user object that the world itself has no use for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryEntry {
    /// `userPrincipalName`; `{nickname}@contoso.example` when absent.
    #[serde(default)]
    pub upn: Option<String>,
    /// `mail`; the same as `upn` when absent.
    #[serde(default)]
    pub mail: Option<String>,
    /// `department`. `Microsoft Communication Application Instance` marks a resource account.
    #[serde(default)]
    pub department: Option<String>,
    /// `jobTitle`.
    #[serde(default)]
    pub job_title: Option<String>,
    /// `businessPhones`.
    #[serde(default)]
    pub business_phones: Vec<String>,
    /// `accountEnabled`, true when absent.
    #[serde(default)]
    pub account_enabled: Option<bool>,
    /// Whether the person is a guest (`userType`).
    #[serde(default)]
    pub guest: bool,
    /// Service plans of the licences, as `assignedPlans` shows them: `teams` and `phone` stand for
    /// Teams and Teams Phone, anything else is a plan id. Both when absent.
    #[serde(default)]
    pub plans: Option<Vec<String>>,
}

impl DirectoryEntry {
    /// Whether a plan for Teams is there.
    pub(crate) fn has_teams(&self) -> bool {
        let is_teams = |plan: &String| plan == "teams" || plan == TEAMS_PLANS[0].1;
        self.plans.as_ref().is_none_or(|plans| plans.iter().any(is_teams))
    }
}

/// Somebody as Graph and Entra see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) oid: String,
    pub(crate) name: String,
    pub(crate) upn: String,
    pub(crate) entry: DirectoryEntry,
    /// Whether the world knows a Teams Phone licence.
    licensed: bool,
}

impl Person {
    pub(super) fn new(known: Name, entry: DirectoryEntry) -> Self {
        let Name { oid, nickname, display: name, licensed } = known;
        let upn = entry.upn.clone().unwrap_or_else(|| format!("{nickname}@{DOMAIN}"));
        Self { oid, name, upn, entry, licensed }
    }

    /// The service plans: those that were given, else Teams, and Teams Phone for the licensed.
    pub(crate) fn plans(&self) -> Vec<String> {
        if let Some(plans) = &self.entry.plans {
            return plans.clone();
        }
        let phone = self.licensed.then_some("phone");
        ["teams"].into_iter().chain(phone).map(str::to_owned).collect()
    }

    /// Whether an object id or user principal name means this person.
    pub(crate) fn is(&self, who: &str) -> bool {
        self.oid.eq_ignore_ascii_case(who) || self.upn.eq_ignore_ascii_case(who)
    }
}
