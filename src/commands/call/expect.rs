//! What is expected of the call, as conditions of the control API.

use std::str::FromStr;

/// One expectation: `KEY=VALUE` or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expectation {
    /// As it was written.
    pub(super) text: String,
    /// The condition, with `{call}` for the call's id.
    condition: String,
}

/// The text is no expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "write heard=TEXT, with=WHO, rings=WHO, event=NAME, request=OPERATION, outcome=REASON, connected, listening, recording, \
     recorded or ended; any other KEY=VALUE is looked for in what the application sent"
)]
pub(super) struct BadExpectation;

impl FromStr for Expectation {
    type Err = BadExpectation;

    fn from_str(text: &str) -> Result<Self, BadExpectation> {
        let condition = match text.split_once('=') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => pair(key, value),
            Some(_) => return Err(BadExpectation),
            None => word(text)?,
        };
        Ok(Self { text: text.to_owned(), condition })
    }
}

fn pair(key: &str, value: &str) -> String {
    match key {
        "heard" => format!("call:{{call}}:heard:{value}"),
        "with" | "connected-to" => format!("call:{{call}}:with:{value}"),
        "rings" => format!("user:{value}:ringing"),
        "event" => format!("call:{{call}}:event:{value}"),
        "request" => format!("call:{{call}}:request:{value}"),
        "outcome" => format!("call:{{call}}:outcome:{value}"),
        _ => format!("call:{{call}}:told:{key}={value}"),
    }
}

fn word(text: &str) -> Result<String, BadExpectation> {
    const KNOWN: [&str; 5] = ["connected", "listening", "recording", "recorded", "ended"];
    let known = KNOWN.contains(&text);
    known.then(|| format!("call:{{call}}:{text}")).ok_or(BadExpectation)
}

impl Expectation {
    /// The condition for a call.
    pub(super) fn condition(&self, call: &str) -> String {
        self.condition.replacen("{call}", call, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_are_conditions() {
        let cases = [
            ("heard=a {call} = b", "call:call-1:heard:a {call} = b"),
            ("with=adele", "call:call-1:with:adele"),
            ("connected-to=adele", "call:call-1:with:adele"),
            ("rings=adele", "user:adele:ringing"),
            ("event=PlayCompleted", "call:call-1:event:PlayCompleted"),
            ("request=addParticipant", "call:call-1:request:addParticipant"),
            ("outcome=caller hung up", "call:call-1:outcome:caller hung up"),
            ("queue=support", "call:call-1:told:queue=support"),
            ("ended", "call:call-1:ended"),
        ];
        for (text, condition) in cases {
            let expectation: Expectation = text.parse().expect(text);
            assert_eq!(expectation.condition("call-1"), condition);
        }
        for text in ["", "sings", "=x", "heard="] {
            assert!(text.parse::<Expectation>().is_err(), "{text}");
        }
    }
}
