//! What travels with an invitation or a transfer (`CustomCallingContext`).

use std::collections::BTreeMap;

use serde::Serialize;
use webhooks::Identifier;

use crate::{InvalidRequest, limits::Check, redact::debug_only};

/// Headers and Teams details for whoever receives the call; they arrive in the `customContext` of
/// their `IncomingCall` event. Contract section 7.8.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomCallingContext {
    /// For ACS users: at most 1,000 headers, names up to 64 characters, values up to 1,024.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub voip_headers: BTreeMap<String, String>,
    /// For phone numbers: `User-To-User` and at most 5 more, names starting with `X-` (64
    /// characters with the prefix), values up to 256.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sip_headers: BTreeMap<String, String>,
    /// For Teams users: what their client shows about the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams_phone_call_details: Option<TeamsPhoneCallDetails>,
}

debug_only!(CustomCallingContext { teams_phone_call_details });

/// What Teams shows the person whose client rings (`TeamsPhoneCallDetails`, new in 2026-03-12).
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsPhoneCallDetails {
    /// Who calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams_phone_caller_details: Option<TeamsPhoneCallerDetails>,
    /// Where the call comes from, such as a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams_phone_source_details: Option<TeamsPhoneSourceDetails>,
    /// Id of the conversation in the sender's own system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// What the caller wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// A short title, at most 48 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_topic: Option<String>,
    /// A summary of what happened so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_context: Option<String>,
    /// Address of a transcript.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcript_url: Option<String>,
    /// How the caller feels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_sentiment: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_actions: Option<String>,
}

debug_only!(TeamsPhoneCallDetails {});

/// Who calls (`TeamsPhoneCallerDetails`).
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsPhoneCallerDetails {
    /// The caller's identifier.
    pub caller: Identifier,
    /// The name to show.
    pub name: String,
    /// The number to show, E.164.
    pub phone_number: String,
    /// Id of the caller's record in a customer system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// Page to open when the call is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen_pop_url: Option<String>,
    /// Whether the caller proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_authenticated: Option<bool>,
    /// Further facts to show, at most 10: the service ignores more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub additional_caller_information: BTreeMap<String, String>,
}

debug_only!(TeamsPhoneCallerDetails { is_authenticated });

/// Where the call comes from (`TeamsPhoneSourceDetails`).
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsPhoneSourceDetails {
    /// Identifier of the source.
    pub source: Identifier,
    /// Language of the caller, ISO 639.
    pub language: String,
    /// State of the source.
    pub status: String,
    /// Whom the call was meant for, by a name of the sender's choice.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub intended_targets: BTreeMap<String, Identifier>,
}

debug_only!(TeamsPhoneSourceDetails { language, status });

impl CustomCallingContext {
    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        let voip = self.voip_headers.len();
        check.that(voip <= 1_000, "voipHeaders", format!("has {voip} headers; at most 1000"))?;
        check.headers("voipHeaders", &self.voip_headers, 1_024)?;
        self.check_sip(check)?;
        self.teams_phone_call_details.as_ref().map_or(Ok(()), |details| details.check(check))
    }

    fn check_sip(&self, check: Check) -> Result<(), InvalidRequest> {
        let custom = || self.sip_headers.keys().filter(|name| !is_user_to_user(name));
        let named = custom().all(|name| is_extension(name));
        check.that(named, "sipHeaders", "may hold only User-To-User and names starting with X-")?;
        let count = custom().count();
        check.that(count <= 5, "sipHeaders", format!("has {count} custom headers; at most 5"))?;
        check.headers("sipHeaders", &self.sip_headers, 256)
    }
}

fn is_user_to_user(name: &str) -> bool {
    name.eq_ignore_ascii_case("User-To-User")
}

impl TeamsPhoneCallDetails {
    fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        if let Some(topic) = &self.call_topic {
            check.at_most_chars("callTopic", topic, 48)?;
        }
        if let Some(caller) = &self.teams_phone_caller_details {
            check.not_empty("teamsPhoneCallerDetails.name", &caller.name)?;
            check.not_empty("teamsPhoneCallerDetails.phoneNumber", &caller.phone_number)?;
            let facts = caller.additional_caller_information.len();
            let problem = format!("has {facts} entries; at most 10 are shown");
            check.that(facts <= 10, "additionalCallerInformation", problem)?;
        }
        if let Some(source) = &self.teams_phone_source_details {
            check.not_empty("teamsPhoneSourceDetails.language", &source.language)?;
            check.not_empty("teamsPhoneSourceDetails.status", &source.status)?;
        }
        Ok(())
    }
}

/// `X-` and at least one more character.
fn is_extension(name: &str) -> bool {
    name.len() > 2 && name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"))
}
