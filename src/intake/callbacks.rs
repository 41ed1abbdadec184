//! Mid-call callbacks: `POST /webhooks/calls/{call}/{signature}`.

use engine::call::{
    CallId, Input,
    withheld::{is_marked, withhold},
};
use webhooks::{CallEvent, parse_call_events};

use crate::{admission::Unkept, clock::timestamp, ids, ledger::Arrival};

use super::{Intake, Reply, Unverified};

/// What is in quarantine in the place of a body with the answer to a sensitive question.
const HELD_BACK: &[u8] = b"held back: the body may hold sensitive digits";

impl Intake {
    /// Whether a callback may be read: the path's signature binds the call, the token proves the sender.
    /// [`Reply::Taken`] means yes.
    pub async fn admit_callback(
        &self,
        call: &str,
        signature: &str,
        authorization: &[&str],
    ) -> Reply {
        if !ids::is_call_id(call) || !self.signer.verify(call, signature) {
            self.refusals.tell("callback", "path-signature", self.clock.now());
            return Reply::Refused;
        }
        let now = timestamp(self.clock.now());
        match self.callbacks.verify(authorization, now).await {
            Ok(()) => Reply::Taken,
            Err(unverified) => self.refuse("callback", &unverified),
        }
    }

    /// Takes the events of one call, which was admitted.
    pub async fn take_callback(&self, call: &str, body: &[u8]) -> Reply {
        let call = CallId(call.to_owned());
        match self.keep_events(&call, body).await {
            Ok(()) => Reply::Taken,
            Err(error) => unable(&error),
        }
    }

    async fn keep_events(&self, call: &CallId, body: &[u8]) -> Result<(), Unkept> {
        let events = match parse_call_events(body) {
            Ok(events) => events,
            Err(error) => return self.quarantine(Some(call), &with_causes(&error), body).await,
        };
        let mut faults = Faults::default();
        for event in events {
            match event {
                Ok(event) => self.keep_event(call, event).await?,
                Err(error) => faults.add(&error),
            }
        }
        self.quarantine_faults(Some(call), &faults, body).await
    }

    async fn keep_event(&self, call: &CallId, mut event: CallEvent) -> Result<(), Unkept> {
        // Before anything is written. The step that follows may send them at once.
        if let Some((question, digits)) = withhold(&mut event) {
            self.withheld.keep(call, question, digits, self.clock.now());
        }
        let name = event.kind.name().to_owned();
        let key = ids::event_key(&event.source, event.id.as_str());
        let arrival = Arrival {
            call: call.clone(),
            opens: false,
            event: Some(key),
            inputs: vec![Input::Event(Box::new(event))],
            settles: None,
            now: self.clock.now(),
        };
        let fate = self.admission.keep(arrival).await?;
        tracing::info!(call.id = %call, event.name = name, event.fate = ?fate, "event taken");
        Ok(())
    }

    /// Keeps a body once, however many of its events cannot be used.
    pub(super) async fn quarantine_faults(
        &self,
        call: Option<&CallId>,
        faults: &Faults,
        body: &[u8],
    ) -> Result<(), Unkept> {
        match faults.reason() {
            Some(reason) => self.quarantine(call, &reason, body).await,
            None => Ok(()),
        }
    }

    pub(super) async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
    ) -> Result<(), Unkept> {
        tracing::warn!(call.id = ?call, reason, "a body that cannot be used is in quarantine");
        // It may hold digits that nobody may read.
        let body = if is_marked(body) { HELD_BACK } else { body };
        Ok(self.ledger.quarantine(call, reason, body, self.clock.now()).await?)
    }

    pub(super) fn refuse(&self, what: &'static str, unverified: &Unverified) -> Reply {
        let reason = match unverified {
            Unverified::Refused(refusal) => refusal.code(),
            Unverified::UnknownKey => "unknown-key",
            Unverified::NoKeys => "no-keys",
        };
        self.refusals.tell(what, reason, self.clock.now());
        if *unverified == Unverified::NoKeys { Reply::Unable } else { Reply::Refused }
    }
}

/// What is wrong with events of one body: the first fault and how many there are.
#[derive(Default)]
pub(super) struct Faults {
    first: Option<String>,
    count: usize,
}

impl Faults {
    pub(super) fn add(&mut self, error: &dyn std::error::Error) {
        self.count += 1;
        self.first.get_or_insert_with(|| with_causes(error));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn reason(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(if self.count == 1 {
            first.clone()
        } else {
            format!("{first} (and {} more)", self.count - 1)
        })
    }
}

/// An error and its causes in one line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

pub(super) fn unable(error: &Unkept) -> Reply {
    tracing::error!(error = error as &dyn std::error::Error, "a delivery could not be kept");
    Reply::Unable
}
