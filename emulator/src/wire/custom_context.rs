//! `CustomCallingContext`: what an application sends along with an invitation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Fields, Refusal};

/// Custom SIP headers besides `User-To-User`, at most (how-to page custom-context.md).
const MOST_SIP: usize = 5;
/// `VoIP` headers, at most.
const MOST_VOIP: usize = 1_000;
/// Characters of a header's name, its prefix counted.
const LONGEST_NAME: usize = 64;
const LONGEST_SIP: usize = 256;
const LONGEST_VOIP: usize = 1_024;
/// Characters of `callTopic` (swagger).
const LONGEST_TOPIC: usize = 48;
/// Entries of `additionalCallerInformation`; further ones are dropped (swagger).
const MOST_INFORMATION: usize = 10;
/// The one SIP header without a prefix.
const USER_TO_USER: &str = "User-To-User";

/// Headers and details that travel with an invitation, an incoming call or a transfer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CustomContext {
    sip: BTreeMap<String, String>,
    voip: BTreeMap<String, String>,
    /// `teamsPhoneCallDetails`, checked.
    details: Option<Value>,
}

impl CustomContext {
    /// Headers that a caller's own network sends: `User-To-User` and `X-…`.
    pub(crate) fn of_caller(
        sip: BTreeMap<String, String>,
        voip: BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        check_sip("sip_headers", &sip)?;
        check_voip("voip_headers", &voip)?;
        Ok(Self { sip, voip, details: None })
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let sip = fields.pairs("sipHeaders")?;
        let voip = fields.pairs("voipHeaders")?;
        check_sip(&fields.name("sipHeaders"), &sip)?;
        check_voip(&fields.name("voipHeaders"), &voip)?;
        let details = fields.object("teamsPhoneCallDetails", read_details)?;
        Ok(Self { sip, voip, details })
    }

    /// Whether nothing came along.
    pub(crate) fn is_empty(&self) -> bool {
        self.sip.is_empty() && self.voip.is_empty() && self.details.is_none()
    }

    /// `customContext` of `IncomingCall`. The samples write `User-To-User` as `userToUser`.
    pub(crate) fn json(&self) -> Value {
        let mut context = json!({});
        if !self.sip.is_empty() {
            let named = |(name, value): (&String, &String)| {
                let name =
                    if name.eq_ignore_ascii_case(USER_TO_USER) { "userToUser" } else { name };
                (name.to_owned(), json!(value))
            };
            context["sipHeaders"] = self.sip.iter().map(named).collect::<Map<_, _>>().into();
        }
        if !self.voip.is_empty() {
            context["voipHeaders"] = json!(self.voip);
        }
        if let Some(details) = &self.details {
            context["teamsPhoneCallDetails"] = details.clone();
        }
        context
    }

    /// `callTopic`, which a Teams client shows with the call that rings.
    pub(crate) fn topic(&self) -> Option<&str> {
        self.details.as_ref()?["callTopic"].as_str()
    }
}

fn check_sip(member: &str, headers: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let is_custom = |name: &&String| !name.eq_ignore_ascii_case(USER_TO_USER);
    if headers.keys().filter(is_custom).count() > MOST_SIP {
        return Err(Refusal::member(member, "must have at most 5 custom headers"));
    }
    let foreign = |name: &&String| is_custom(name) && !name.to_ascii_uppercase().starts_with("X-");
    if headers.keys().any(|name| foreign(&name)) {
        let problem = "must have names that begin with X-MS-Custom- or X-, or User-To-User";
        return Err(Refusal::member(member, problem));
    }
    check_lengths(member, headers, LONGEST_SIP)
}

fn check_voip(member: &str, headers: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if headers.len() > MOST_VOIP {
        return Err(Refusal::member(member, "must have at most 1000 headers"));
    }
    check_lengths(member, headers, LONGEST_VOIP)
}

fn check_lengths(
    member: &str,
    headers: &BTreeMap<String, String>,
    longest: usize,
) -> Result<(), Refusal> {
    let is_long = |(name, value): (&String, &String)| {
        name.chars().count() > LONGEST_NAME || value.chars().count() > longest
    };
    if headers.iter().any(is_long) {
        let problem = format!("must have names up to 64 and values up to {longest} characters");
        return Err(Refusal::member(member, &problem));
    }
    Ok(())
}

/// Checks what the swagger requires; the JSON itself travels on.
fn read_details(fields: &Fields<'_>) -> Result<Value, Refusal> {
    const TEXTS: [&str; 6] = [
        "sessionId",
        "intent",
        "callContext",
        "transcriptUrl",
        "callSentiment",
        "suggestedActions",
    ];
    let mut details = fields.json();
    for member in TEXTS {
        fields.text(member)?;
    }
    let topic = fields.text("callTopic")?.unwrap_or_default();
    if topic.chars().count() > LONGEST_TOPIC {
        return Err(fields.refuse("callTopic", "must have at most 48 characters"));
    }
    fields.object("teamsPhoneCallerDetails", read_caller)?;
    fields.object("teamsPhoneSourceDetails", read_source)?;
    let caller = details.get_mut("teamsPhoneCallerDetails");
    let more = caller.and_then(|caller| caller.get_mut("additionalCallerInformation"));
    if let Some(Value::Object(information)) = more {
        let dropped: Vec<_> = information.keys().skip(MOST_INFORMATION).cloned().collect();
        for name in dropped {
            information.remove(&name);
        }
    }
    Ok(details)
}

fn read_caller(fields: &Fields<'_>) -> Result<(), Refusal> {
    fields.required_object("caller", super::Identifier::read)?;
    fields.required_text("name")?;
    fields.required_text("phoneNumber")?;
    fields.text("recordId")?;
    fields.text("screenPopUrl")?;
    fields.boolean("isAuthenticated")?;
    fields.pairs("additionalCallerInformation").map(|_| ())
}

fn read_source(fields: &Fields<'_>) -> Result<(), Refusal> {
    fields.required_object("source", super::Identifier::read)?;
    fields.required_text("language")?;
    fields.required_text("status")?;
    fields.ignore(&["intendedTargets"]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::notes::Notes;
    use super::*;

    fn read(value: &Value) -> Result<CustomContext, Refusal> {
        let notes = Notes::default();
        CustomContext::read(&Fields::body(value, &notes)?)
    }

    #[test]
    fn headers_and_details_travel_in_the_shape_of_the_samples() {
        let sent = json!({
            "sipHeaders": {"User-To-User": "616d;encoding=hex", "X-MS-Custom-a": "1", "X-b": "2"},
            "voipHeaders": {"customHeader": "customValue"},
            "teamsPhoneCallDetails": {"callTopic": "Lost luggage", "teamsPhoneCallerDetails": {
                "caller": {"rawId": "4:+14255550123"}, "name": "Ada", "phoneNumber": "+14255550123"}},
        });
        let context = read(&sent).expect("read");
        let shown = context.json();
        assert_eq!(shown["sipHeaders"]["userToUser"], "616d;encoding=hex");
        assert_eq!(shown["sipHeaders"]["X-MS-Custom-a"], "1");
        assert_eq!(shown["voipHeaders"], sent["voipHeaders"]);
        assert_eq!(shown["teamsPhoneCallDetails"], sent["teamsPhoneCallDetails"]);
        assert_eq!(context.topic(), Some("Lost luggage"));
        assert!(read(&json!({})).expect("read").is_empty());
    }

    #[test]
    fn the_limits_of_the_documentation_hold() {
        let many = |most: usize, value: &str| {
            (0..most).map(|n| (format!("X-{n}"), json!(value))).collect::<Map<_, _>>()
        };
        let details = |details: Value| json!({"teamsPhoneCallDetails": details});
        assert!(read(&json!({"sipHeaders": many(5, &"v".repeat(256))})).is_ok());
        assert!(read(&json!({"voipHeaders": many(1_000, "v")})).is_ok());
        let wrong = [
            (json!({"sipHeaders": many(6, "v")}), "sipHeaders"),
            (json!({"sipHeaders": {"Via": "v"}}), "sipHeaders"),
            (json!({"sipHeaders": {"X-a": "v".repeat(257)}}), "sipHeaders"),
            (json!({"sipHeaders": {"X-a": 1}}), "sipHeaders"),
            (json!({"voipHeaders": many(1_001, "v")}), "voipHeaders"),
            (json!({"voipHeaders": {"n".repeat(65): "v"}}), "voipHeaders"),
            (json!({"voipHeaders": {"n": "v".repeat(1_025)}}), "voipHeaders"),
            (details(json!({"callTopic": "t".repeat(49)})), "teamsPhoneCallDetails.callTopic"),
            (
                details(json!({"teamsPhoneCallerDetails": {"name": "Ada", "phoneNumber": "+1"}})),
                "teamsPhoneCallDetails.teamsPhoneCallerDetails.caller",
            ),
        ];
        for (body, member) in wrong {
            let refusal = read(&body).err().expect(member);
            assert_eq!(refusal.target.as_deref(), Some(member));
        }
    }
}
