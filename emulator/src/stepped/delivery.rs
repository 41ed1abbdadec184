//! A delivery as it would go over the wire.

use crate::clock::whole_millis;
use crate::delivery::{
    Attempt, CONTENT_TYPE, EVENT_GRID_PATIENCE, Load, Notification, PATIENCE, notification,
};
use crate::private::Private;
use crate::world::CallId;

/// What is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryKind {
    /// A mid-call event, posted by Call Automation.
    Callback,
    /// An event of a subscription, posted by Event Grid.
    EventGrid,
}

/// One POST that the world makes, as bytes.
#[derive(Clone)]
pub struct Delivery {
    /// Names it for [`crate::Stepped::delivered`].
    pub id: u64,
    /// Who posts it.
    pub kind: DeliveryKind,
    /// The event, without `Microsoft.Communication.`.
    pub event: &'static str,
    /// The call of a callback.
    pub call: Option<CallId>,
    /// The webhook's address; its path may hold a secret.
    pub url: Private,
    /// Names in lower case, and values. There is no token.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// When it was due, milliseconds since 1970.
    pub due: i64,
    /// How long the sender waits for an answer, milliseconds.
    pub patience_ms: i64,
}

impl Delivery {
    pub(super) fn new(topic: &str, attempt: Attempt) -> Self {
        let Attempt { id, load, number, due, .. } = attempt;
        match load {
            Load::Callback(callback) => Self {
                id,
                kind: DeliveryKind::Callback,
                event: callback.name,
                call: Some(callback.call),
                url: Private::new(callback.address),
                headers: vec![("content-type", CONTENT_TYPE.to_owned())],
                body: callback.body.to_string().into_bytes(),
                attempt: number,
                due,
                patience_ms: whole_millis(PATIENCE),
            },
            Load::Grid { subscription, event, .. } => {
                let sent = notification(topic, &subscription, &event, number);
                let Notification { headers, body } = sent;
                Self {
                    id,
                    kind: DeliveryKind::EventGrid,
                    event: event.short_name(),
                    call: None,
                    url: Private::new(subscription.endpoint.clone()),
                    headers,
                    body: body.into_bytes(),
                    attempt: number,
                    due,
                    patience_ms: whole_millis(EVENT_GRID_PATIENCE),
                }
            }
        }
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Delivery({} {}, attempt {})", self.id, self.event, self.attempt)
    }
}
