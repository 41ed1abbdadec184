//! The limits of the contract (`CALL-AUTOMATION.md` sections 4.2, 7 and 12), as checks.

use std::{collections::BTreeMap, ops::RangeInclusive};

use url::Url;
use webhooks::{Identifier, IdentifierKind, PhoneNumber, Tone};

use crate::{InvalidRequest, Operation};

/// Longest operation context, in characters. The service publishes none; this is what we keep to.
const OPERATION_CONTEXT: usize = 256;
/// Longest callback address, in bytes. The service publishes none.
const CALLBACK_URI: usize = 2_048;
/// Longest text of one prompt, in characters.
const PROMPT_TEXT: usize = 4_000;
/// Most prompts in one operation. The service publishes none.
const PROMPTS: usize = 10;

/// Checks for one operation; remembers its name for the message.
#[derive(Clone, Copy)]
pub(crate) struct Check(pub(crate) Operation);

type Checked = Result<(), InvalidRequest>;

impl Check {
    pub(crate) fn that(
        self,
        holds: bool,
        field: &'static str,
        problem: impl Into<String>,
    ) -> Checked {
        if holds { Ok(()) } else { Err(InvalidRequest::new(self.0, field, problem)) }
    }

    pub(crate) fn not_empty(self, field: &'static str, text: &str) -> Checked {
        self.that(!text.is_empty(), field, "is empty")
    }

    pub(crate) fn within<T>(
        self,
        field: &'static str,
        value: T,
        range: RangeInclusive<T>,
    ) -> Checked
    where
        T: PartialOrd + Copy + std::fmt::Display,
    {
        let problem = || format!("is {value}; allowed are {} to {}", range.start(), range.end());
        self.that(range.contains(&value), field, problem())
    }

    pub(crate) fn at_most_chars(self, field: &'static str, text: &str, most: usize) -> Checked {
        let length = text.chars().count();
        let problem = format!("has {length} characters; at most {most} are allowed");
        self.that(length <= most, field, problem)
    }

    pub(crate) fn operation_context(self, context: Option<&str>) -> Checked {
        context.map_or(Ok(()), |context| {
            self.not_empty("operationContext", context)?;
            self.at_most_chars("operationContext", context, OPERATION_CONTEXT)
        })
    }

    /// An address ACS will post events to: absolute and https, or the service refuses it.
    pub(crate) fn callback(self, field: &'static str, uri: &str) -> Checked {
        let problem = format!("has {} bytes; at most {CALLBACK_URI} are allowed", uri.len());
        self.that(uri.len() <= CALLBACK_URI, field, problem)?;
        self.absolute(field, uri, &["https"])
    }

    pub(crate) fn optional_callback(self, uri: Option<&str>) -> Checked {
        uri.map_or(Ok(()), |uri| self.callback("operationCallbackUri", uri))
    }

    /// What nearly every operation on a call may carry.
    pub(crate) fn correlation(self, context: Option<&str>, callback: Option<&str>) -> Checked {
        self.operation_context(context)?;
        self.optional_callback(callback)
    }

    /// Keys and speech of Teams users cannot be listened to.
    pub(crate) fn can_be_listened_to(self, who: &Identifier) -> Checked {
        self.identifier("targetParticipant", who)?;
        let teams = who.kind() == IdentifierKind::TeamsUser;
        self.that(!teams, "targetParticipant", "is a Teams user, who cannot be listened to")
    }

    /// An absolute address with one of the schemes, without user name or password.
    pub(crate) fn absolute(
        self,
        field: &'static str,
        uri: &str,
        schemes: &'static [&'static str],
    ) -> Checked {
        let plain = |url: &Url| {
            schemes.contains(&url.scheme())
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        };
        let good = Url::parse(uri).is_ok_and(|url| plain(&url));
        self.that(good, field, format!("must be an absolute {} address", schemes.join(" or ")))
    }

    pub(crate) fn prompt_text(self, field: &'static str, text: &str) -> Checked {
        self.that(!text.trim().is_empty(), field, "is empty")?;
        self.at_most_chars(field, text, PROMPT_TEXT)
    }

    pub(crate) fn prompt_count(self, field: &'static str, count: usize) -> Checked {
        self.that(count <= PROMPTS, field, format!("has {count} prompts; at most {PROMPTS}"))
    }

    /// Names and values of a header map, by length in characters.
    pub(crate) fn headers(
        self,
        field: &'static str,
        headers: &BTreeMap<String, String>,
        value_most: usize,
    ) -> Checked {
        for (name, value) in headers {
            self.not_empty(field, name)?;
            self.at_most_chars(field, name, 64)?;
            self.at_most_chars(field, value, value_most)?;
        }
        Ok(())
    }

    /// Keys that the service knows.
    pub(crate) fn tones<'a>(
        self,
        field: &'static str,
        tones: impl IntoIterator<Item = &'a Tone>,
    ) -> Checked {
        let unknown = tones.into_iter().any(|tone| matches!(tone, Tone::Other(_)));
        self.that(!unknown, field, "has a tone that the service does not know")
    }

    /// Somebody who is in a call: any identifier that is not empty.
    pub(crate) fn identifier(self, field: &'static str, who: &Identifier) -> Checked {
        let raw_id = who.raw_id();
        let named = raw_id.expose().split(':').next_back().is_some_and(|last| !last.is_empty());
        self.that(named, field, "names nobody: the id is empty")
    }

    /// Somebody who is to be called: a phone number must be E.164. (Who is in a call already may
    /// be anonymous, or an extension behind a trunk.)
    pub(crate) fn dialled(self, field: &'static str, who: &Identifier) -> Checked {
        self.identifier(field, who)?;
        if let Identifier::PhoneNumber(number) = who {
            return self.e164(field, number);
        }
        Ok(())
    }

    fn e164(self, field: &'static str, number: &PhoneNumber) -> Checked {
        let digits = number.value.expose().strip_prefix('+').unwrap_or_default();
        let good = (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        self.that(good, field, "must be an E.164 number: + and 2 to 15 digits")
    }

    /// Calling a phone number needs a number to call from.
    pub(crate) fn caller_id(
        self,
        called: &[Identifier],
        caller_id: Option<&PhoneNumber>,
    ) -> Checked {
        let phone = called.iter().any(|one| one.kind() == IdentifierKind::PhoneNumber);
        let field = "sourceCallerIdNumber";
        self.that(!phone || caller_id.is_some(), field, "is required to call a phone number")?;
        caller_id.map_or(Ok(()), |number| self.e164(field, number))
    }
}
