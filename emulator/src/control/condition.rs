//! Conditions to wait for, so that nobody has to sleep.

use std::str::FromStr;

use crate::world::{CallId, CallView, ClientState, UserView, WorldView};

/// Something that becomes true in the world.
///
/// As text: `call:{id}:ringing|connected|ended|listening|recording|heard:{text}`,
/// `call:{id}:with:{who}` (that person is on the call), `call:any` (there is one), and
/// `user:{oid or nickname}:idle|ringing|in_call`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
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
    /// Something with this text has been heard, case apart.
    Heard(CallId, String),
    /// This person is on the call: object id, nickname or raw id.
    With(CallId, String),
    /// The Teams client is in this state.
    Client(String, ClientState),
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
            _ => None,
        };
    }
    match what {
        "ringing" => Some(Condition::CallRinging(call)),
        "connected" => Some(Condition::Connected(call)),
        "ended" => Some(Condition::Ended(call)),
        "listening" => Some(Condition::Listening(call)),
        "recording" => Some(Condition::Recording(call)),
        _ => None,
    }
}

impl Condition {
    /// Whether it is true now.
    pub fn holds(&self, world: &WorldView) -> bool {
        let call = |id: &CallId| world.calls.iter().find(|call| call.id == *id);
        let that = |id: &CallId, check: &dyn Fn(&CallView) -> bool| call(id).is_some_and(check);
        match self {
            Self::AnyCall => !world.calls.is_empty(),
            Self::CallRinging(id) => that(id, &|call| call.state == "ringing"),
            Self::Connected(id) => that(id, &|call| call.state == "connected"),
            Self::Ended(id) => that(id, &|call| call.state == "ended"),
            Self::Listening(id) => that(id, &|call| call.listening),
            Self::Recording(id) => that(id, &|call| call.recording),
            Self::Heard(id, text) => that(id, &|call| has_heard(call, text)),
            Self::With(id, who) => {
                let raw = raw_id(world, who);
                that(id, &|call| call.participants.iter().any(|one| one.raw_id.expose() == raw))
            }
            Self::Client(who, state) => {
                find_user(world, who).is_some_and(|user| user.client.state == *state)
            }
        }
    }
}

fn has_heard(call: &CallView, text: &str) -> bool {
    let text = text.to_lowercase();
    call.heard.iter().any(|heard| heard.text.to_lowercase().contains(&text))
}

/// A user by object id or nickname.
pub(super) fn find_user<'a>(world: &'a WorldView, who: &str) -> Option<&'a UserView> {
    let is_who = |user: &&UserView| user.oid.eq_ignore_ascii_case(who) || user.nickname == who;
    world.users.iter().find(is_who)
}

fn raw_id(world: &WorldView, who: &str) -> String {
    if who.contains(':') {
        return who.to_owned();
    }
    let oid = find_user(world, who).map_or(who, |user| user.oid.as_str());
    format!("8:orgid:{oid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let call = CallId(1);
        let cases = [
            ("call:any", Condition::AnyCall),
            ("call:call-1:ended", Condition::Ended(call)),
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
}
