//! The two ways in which Event Grid asks whether we want its events (contract 5.4), as pure
//! decisions. Nothing is fetched: `validationUrl` and `WebHook-Request-Callback` are not used.
//!
//! Check the token first: an unauthenticated sender must not see its code echoed.

use serde::Serialize;

use crate::envelope::EventError;
use crate::eventgrid::{GridEvent, GridEventKind};
use crate::sensitive::Secret;

/// The longest validation code, in characters. Real ones are GUIDs.
const MAX_CODE: usize = 200;
/// The longest origin, in bytes.
const MAX_ORIGIN: usize = 255;
/// What we allow if the sender asks for no rate, in requests a minute.
const DEFAULT_RATE: u32 = 6000;

/// What an Event Grid POST is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A subscription wants to know whether we want its events: answer 200 (202 is refused).
    Validation(ValidationAnswer),
    /// Events: keep each, answer 200.
    Events(Vec<Result<GridEvent, EventError>>),
    /// The subscription is gone: answer 200 and tell an operator.
    Unsubscribed,
    /// The delivery contradicts itself: keep it aside, answer 200, tell an operator. An incoming
    /// call among the events is a caller all the same.
    Refused {
        /// Why.
        refusal: HandshakeRefusal,
        /// What the body held.
        events: Vec<Result<GridEvent, EventError>>,
    },
}

/// The body of the answer to a validation, `{"validationResponse":"…"}`. Send it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationAnswer {
    /// The code that came.
    pub validation_response: Secret,
}

/// Why a delivery contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeRefusal {
    /// A validation event has company in its array.
    #[error("a subscription validation came together with other events")]
    NotAlone,
    /// The header `aeg-event-type` and the body say different things.
    #[error("the header aeg-event-type and the type of the event do not agree")]
    HeaderMismatch,
    /// The code is empty, longer than 200 characters or has control characters.
    #[error("the validation code is empty, longer than 200 characters or not plain text")]
    Code,
}

/// Sorts an authenticated POST; `aeg_event_type` is the header of that name.
pub fn classify(
    aeg_event_type: Option<&str>,
    events: Vec<Result<GridEvent, EventError>>,
) -> Delivery {
    let says_deleted =
        is(aeg_event_type, "SubscriptionDeletion") || is(aeg_event_type, "Unsubscribe");
    if says_deleted && (events.is_empty() || only_deleted(&events)) {
        return Delivery::Unsubscribed;
    }
    if says_deleted {
        // A caller among the events is a caller all the same.
        return Delivery::Refused { refusal: HandshakeRefusal::HeaderMismatch, events };
    }
    let validations = events.iter().filter_map(validation_code).count();
    match validation(aeg_event_type, &events, validations) {
        Some(Ok(answer)) => Delivery::Validation(answer),
        Some(Err(refusal)) => Delivery::Refused { refusal, events },
        None if only_deleted(&events) => Delivery::Unsubscribed,
        None => Delivery::Events(events),
    }
}

/// `None` if neither the header nor the body speaks of a validation.
fn validation(
    header: Option<&str>,
    events: &[Result<GridEvent, EventError>],
    validations: usize,
) -> Option<Result<ValidationAnswer, HandshakeRefusal>> {
    let expected = is(header, "SubscriptionValidation");
    if validations == 0 {
        return expected.then_some(Err(HandshakeRefusal::HeaderMismatch));
    }
    if header.is_some() && !expected {
        return Some(Err(HandshakeRefusal::HeaderMismatch));
    }
    if events.len() > 1 {
        return Some(Err(HandshakeRefusal::NotAlone));
    }
    events.first().and_then(validation_code).map(answer)
}

fn answer(code: &Secret) -> Result<ValidationAnswer, HandshakeRefusal> {
    let text = code.expose();
    let plain = !text.is_empty() && !text.chars().any(char::is_control);
    if !plain || text.chars().count() > MAX_CODE {
        return Err(HandshakeRefusal::Code);
    }
    Ok(ValidationAnswer { validation_response: code.clone() })
}

fn validation_code(event: &Result<GridEvent, EventError>) -> Option<&Secret> {
    match event {
        Ok(GridEvent {
            kind: GridEventKind::SubscriptionValidation { validation_code, .. },
            ..
        }) => Some(validation_code),
        Ok(_) | Err(_) => None,
    }
}

fn only_deleted(events: &[Result<GridEvent, EventError>]) -> bool {
    let deleted = |event: &Result<GridEvent, EventError>| {
        matches!(event, Ok(GridEvent { kind: GridEventKind::SubscriptionDeleted, .. }))
    };
    !events.is_empty() && events.iter().all(deleted)
}

fn is(header: Option<&str>, value: &str) -> bool {
    header.is_some_and(|header| header.trim().eq_ignore_ascii_case(value))
}

/// The answer to an OPTIONS request of the `CloudEvents` handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionsAnswer {
    /// 200 if the origin may send, otherwise 405.
    pub status: u16,
    /// The headers to answer with.
    pub headers: Vec<(&'static str, String)>,
}

/// Decides on an OPTIONS request.
///
/// `origins` are the values of all `WebHook-Request-Origin` headers, `rate` the value of
/// `WebHook-Request-Rate` in requests a minute. An origin is allowed only by name, in `allowed`
/// (such as `eventgrid.azure.net`); the answer never holds `*`.
pub fn answer_options<'a>(
    origins: impl IntoIterator<Item = &'a str>,
    rate: Option<&str>,
    allowed: &[impl AsRef<str>],
) -> OptionsAnswer {
    let allow = ("Allow", "POST".to_owned());
    let mut origins = origins.into_iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return OptionsAnswer { status: 405, headers: vec![allow] };
    };
    let known = |name: &str| name != "*" && name.eq_ignore_ascii_case(origin);
    if origin.len() > MAX_ORIGIN || !allowed.iter().any(|name| known(name.as_ref())) {
        return OptionsAnswer { status: 405, headers: vec![allow] };
    }
    let rate = rate.and_then(|rate| rate.trim().parse::<u32>().ok()).filter(|rate| *rate > 0);
    OptionsAnswer {
        status: 200,
        headers: vec![
            allow,
            ("WebHook-Allowed-Origin", origin.to_owned()),
            ("WebHook-Allowed-Rate", rate.unwrap_or(DEFAULT_RATE).to_string()),
        ],
    }
}
