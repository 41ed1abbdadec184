//! Conditions to wait for, so that nobody has to sleep.

use std::str::FromStr;

use serde::Deserialize;

use super::Control;
use crate::world::{CallId, CallView, ClientState, ParticipantView, UserView, WorldView};

/// Something that becomes true in the world.
///
/// As text: `call:{id}:ringing|connected|ended|listening|recording|recorded|heard:{text}`,
/// `call:{id}:with:{who}` (that person is on the call), `call:{id}:outcome:{text}` (it ended, and
/// the reason has this text), `call:{id}:event:{name}` (taken by the application),
/// `call:{id}:request:{operation}` (done by it), `call:{id}:told:{key}={value}` (it sent such a
/// member, inside an operation context too, or such a custom header), `call:any` (there is one), `subscribed` (a webhook gets Event Grid's
/// events), and `user:{oid or nickname}:idle|ringing|in_call`. As JSON also `{"any": […]}`, `{"all": […]}` and
/// `{"not": …}` of conditions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Condition {
    /// At least one webhook is subscribed.
    Subscribed,
    /// There is a call.
    AnyCall,
    /// The call has been answered by the application.
    Connected(CallId),
    /// The call rings.
    CallRinging(CallId),
    /// The call is over.
    Ended(CallId),
    /// Keys or speech would be taken now.
    Listening(CallId),
    /// A recording runs.
    Recording(CallId),
    /// A recording runs or ran.
    Recorded(CallId),
    /// The call is over, and the reason has this text, case apart.
    Outcome(CallId, String),
    /// An event of this name was taken by the application, on this call.
    Event(CallId, String),
    /// The application has done this operation, on this call.
    Request(CallId, String),
    /// The application has sent a member of this name and value, on this call.
    Told(CallId, String, String),
    /// Something with this text has been heard, case apart.
    Heard(CallId, String),
    /// This person is on the call: object id, nickname or raw id.
    With(CallId, String),
    /// The Teams client is in this state.
    Client(String, ClientState),
    /// One of these is true.
    Any(Vec<Self>),
    /// All of these are true.
    All(Vec<Self>),
    /// This is not true.
    Not(Box<Self>),
}

/// A condition as JSON.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a condition as text, {\"any\": []}, {\"all\": []} or {\"not\": …}"
)]
enum Written {
    Text(String),
    Compound(Compound),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Compound {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
}

impl TryFrom<Written> for Condition {
    type Error = BadCondition;

    fn try_from(written: Written) -> Result<Self, BadCondition> {
        match written {
            Written::Text(text) => text.parse(),
            Written::Compound(Compound::Any(conditions)) => Ok(Self::Any(conditions)),
            Written::Compound(Compound::All(conditions)) => Ok(Self::All(conditions)),
            Written::Compound(Compound::Not(condition)) => Ok(Self::Not(condition)),
        }
    }
}

/// The text names no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a condition; write for example call:call-1:ended or user:adele:ringing")]
pub struct BadCondition(String);

impl FromStr for Condition {
    type Err = BadCondition;

    fn from_str(text: &str) -> Result<Self, BadCondition> {
        read(text).ok_or_else(|| BadCondition(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Condition> {
    if text == "subscribed" {
        return Some(Condition::Subscribed);
    }
    if text == "call:any" {
        return Some(Condition::AnyCall);
    }
    if let Some(rest) = text.strip_prefix("user:") {
        let (who, state) = rest.rsplit_once(':')?;
        let state = match state {
            "idle" => ClientState::Idle,
            "ringing" => ClientState::Ringing,
            "in_call" => ClientState::InCall,
            _ => return None,
        };
        return Some(Condition::Client(who.to_owned(), state));
    }
    let (call, what) = text.strip_prefix("call:")?.split_once(':')?;
    let call: CallId = call.parse().ok()?;
    if let Some((kind, rest)) = what.split_once(':') {
        return match kind {
            "heard" => Some(Condition::Heard(call, rest.to_owned())),
            "with" => Some(Condition::With(call, rest.to_owned())),
            "event" => Some(Condition::Event(call, rest.to_owned())),
            "request" => Some(Condition::Request(call, rest.to_owned())),
            "told" => {
                let (key, value) = rest.split_once('=')?;
                Some(Condition::Told(call, key.to_owned(), value.to_owned()))
            }
            "outcome" => Some(Condition::Outcome(call, rest.to_owned())),
            _ => None,
        };
    }
    match what {
        "ringing" => Some(Condition::CallRinging(call)),
        "connected" => Some(Condition::Connected(call)),
        "ended" => Some(Condition::Ended(call)),
        "listening" => Some(Condition::Listening(call)),
        "recording" => Some(Condition::Recording(call)),
        "recorded" => Some(Condition::Recorded(call)),
        _ => None,
    }
}

impl Condition {
    /// Whether it is true of this world, which is `control`'s of this moment.
    pub(super) fn holds(&self, world: &WorldView, control: &Control) -> bool {
        let call = |id: &CallId| world.calls.iter().find(|call| call.id == *id);
        let that = |id: &CallId, check: &dyn Fn(&CallView) -> bool| call(id).is_some_and(check);
        match self {
            Self::Subscribed => control.is_subscribed(),
            Self::AnyCall => !world.calls.is_empty(),
            Self::CallRinging(id) => that(id, &|call| call.state == "ringing"),
            Self::Connected(id) => that(id, &|call| call.state == "connected"),
            Self::Ended(id) => that(id, &|call| call.state == "ended"),
            Self::Listening(id) => that(id, &|call| call.listening),
            Self::Recording(id) => that(id, &|call| call.recording),
            Self::Recorded(id) => that(id, &|call| call.recorded),
            Self::Outcome(id, text) => that(id, &|call| {
                let reason = call.end_reason.unwrap_or_default().to_lowercase();
                call.state == "ended" && reason.contains(&text.to_lowercase())
            }),
            Self::Event(id, name) => control.has_happened(*id, name).0,
            Self::Request(id, name) => control.has_happened(*id, name).1,
            Self::Told(id, key, value) => control.was_told(*id, key, value),
            Self::Heard(id, text) => that(id, &|call| has_heard(call, text)),
            Self::With(id, who) => {
                let raw = raw_id(world, who);
                let is_who = |one: &ParticipantView| is_identity_of(one.raw_id.expose(), &raw);
                that(id, &|call| call.participants.iter().any(is_who))
            }
            Self::Client(who, state) => {
                find_user(&world.users, who).is_some_and(|user| user.client.state == *state)
            }
            Self::Any(conditions) => conditions.iter().any(|one| one.holds(world, control)),
            Self::All(conditions) => conditions.iter().all(|one| one.holds(world, control)),
            Self::Not(condition) => !condition.holds(world, control),
        }
    }
}

fn has_heard(call: &CallView, text: &str) -> bool {
    let text = text.to_lowercase();
    call.heard.iter().any(|heard| heard.text.to_lowercase().contains(&text))
}

/// A user by object id or nickname.
pub(crate) fn find_user<'a>(users: &'a [UserView], who: &str) -> Option<&'a UserView> {
    let is_who = |user: &&UserView| user.oid.eq_ignore_ascii_case(who) || user.nickname == who;
    users.iter().find(is_who)
}

fn raw_id(world: &WorldView, who: &str) -> String {
    if who.contains(':') {
        return who.to_owned();
    }
    let oid = find_user(&world.users, who).map_or(who, |user| user.oid.as_str());
    format!("8:orgid:{oid}")
}

/// Whether a raw id is this one, or the extension user (`8:acs:{resource}_{tenant}_{object id}`) of
/// the same Teams user.
fn is_identity_of(raw: &str, wanted: &str) -> bool {
    let user = || wanted.strip_prefix("8:orgid:").filter(|_| raw.starts_with("8:acs:"));
    raw == wanted || user().is_some_and(|oid| raw.rsplit('_').next() == Some(oid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let call = CallId(1);
        let cases = [
            ("call:any", Condition::AnyCall),
            ("subscribed", Condition::Subscribed),
            ("call:call-1:ended", Condition::Ended(call)),
            ("call:call-1:recorded", Condition::Recorded(call)),
            ("call:call-1:outcome:hung up", Condition::Outcome(call, "hung up".to_owned())),
            ("call:call-1:event:PlayCompleted", Condition::Event(call, "PlayCompleted".to_owned())),
            ("call:call-1:request:play", Condition::Request(call, "play".to_owned())),
            (
                "call:call-1:told:queue=a=b",
                Condition::Told(call, "queue".to_owned(), "a=b".to_owned()),
            ),
            ("call:call-1:listening", Condition::Listening(call)),
            ("call:call-1:heard:At: last", Condition::Heard(call, "At: last".to_owned())),
            ("call:call-1:with:adele", Condition::With(call, "adele".to_owned())),
            ("user:adele:ringing", Condition::Client("adele".to_owned(), ClientState::Ringing)),
        ];
        for (text, condition) in cases {
            assert_eq!(text.parse(), Ok(condition));
        }
        for text in ["", "call:1:ended", "call:call-1:sings", "user:adele", "user:adele:gone"] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }

    #[test]
    fn conditions_are_read_from_json() {
        let text = r#"{"any": ["call:any", {"all": []}, {"not": "call:call-1:ended"}]}"#;
        let condition: Condition = serde_json::from_str(text).expect("a condition");
        let not = Condition::Not(Box::new(Condition::Ended(CallId(1))));
        assert_eq!(
            condition,
            Condition::Any(vec![Condition::AnyCall, Condition::All(Vec::new()), not])
        );
        for text in [r#""sings""#, r#"{"any": ["sings"]}"#, r#"{"some": []}"#, "7"] {
            assert!(serde_json::from_str::<Condition>(text).is_err(), "{text}");
        }
    }
}
