//! Elsewhere before the answer.

use webhooks::RawId;

use crate::{Millis, flow::Redirect};

use super::{
    command::{Action, Lane},
    state::{PendingKind, Phase},
    step::Stepper,
};

/// How long the answer to a redirect is awaited, in ms: the caller hears it ring meanwhile.
const TO_REDIRECT: Millis = 5_000;
/// The call is answered this much later if nothing comes of it, in ms.
const THEN_ANSWER: Millis = 1_000;

impl Stepper<'_> {
    pub(super) fn redirect(&mut self, at: &str, redirect: &Redirect) {
        let rendered = redirect.to.address.render(&self.scope());
        let raw_id = redirect.to.kind.raw_id(rendered.text.trim());
        let context = self.call.context.clone().filter(|_| !self.call.connected);
        let (Some(raw_id), Some(context)) = (raw_id, context) else {
            self.note("the call cannot be redirected: it was answered, or the address is none");
            return self.enter(&redirect.failed);
        };
        let action = Action::Redirect { context, target: Some(RawId::new(raw_id)) };
        self.order(Lane::Control, action, PendingKind::Redirect, TO_REDIRECT);
        let answer_by = self.now().saturating_add(TO_REDIRECT).saturating_add(THEN_ANSWER);
        self.call.phase = Phase::Ringing { node: at.to_owned(), answer_by };
    }

    /// Refused, or nobody knows: the flow goes on with the caller who still rings, as far as we know.
    pub(super) fn not_redirected(&mut self, node: &str) {
        self.note("the call was not redirected");
        match self.flow().and_then(|flow| flow.nodes.get(node)?.way_of_failure()) {
            Some(way) => self.enter(way),
            None => self.fail("a redirect in a node that has none"),
        }
    }
}
