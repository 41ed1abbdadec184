//! Mid-call callbacks: `POST /webhooks/calls/{call}/{signature}`.

use engine::call::{CallId, Input};
use webhooks::{CallEvent, parse_call_events};

use crate::{
    clock::timestamp,
    ids,
    ledger::{Arrival, Fate, LedgerError},
};

use super::{Intake, Reply, Unverified};

impl Intake {
    /// Takes the events of one call. The path's signature binds the call, the token proves the sender.
    pub async fn take_callback(
        &self,
        call: &str,
        signature: &str,
        authorization: &[&str],
        body: &[u8],
    ) -> Reply {
        if !ids::is_call_id(call) || !self.signer.verify(call, signature) {
            tracing::warn!(reason = "path-signature", "callback refused");
            return Reply::Refused;
        }
        let now = timestamp(self.clock.now());
        match self.callbacks.verify(authorization, now).await {
            Ok(()) => {}
            Err(unverified) => return refuse("callback", &unverified),
        }
        let call = CallId(call.to_owned());
        match self.keep_events(&call, body).await {
            Ok(()) => Reply::Taken,
            Err(error) => unable(&error),
        }
    }

    async fn keep_events(&self, call: &CallId, body: &[u8]) -> Result<(), LedgerError> {
        let events = match parse_call_events(body) {
            Ok(events) => events,
            Err(error) => return self.quarantine(Some(call), &error, body).await,
        };
        for event in events {
            match event {
                Ok(event) => self.keep_event(call, event).await?,
                Err(error) => self.quarantine(Some(call), &error, body).await?,
            }
        }
        Ok(())
    }

    async fn keep_event(&self, call: &CallId, event: CallEvent) -> Result<(), LedgerError> {
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
        let recorded = self.ledger.record(arrival).await?;
        let fate = recorded.fate;
        tracing::info!(call.id = %call, event.name = name, event.fate = ?fate, "event taken");
        if fate != Fate::UnknownCall {
            self.consequences.follow(recorded);
        }
        Ok(())
    }

    pub(super) async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &(dyn std::error::Error + Sync),
        body: &[u8],
    ) -> Result<(), LedgerError> {
        let text = with_causes(reason);
        tracing::warn!(call.id = ?call, reason = text, "a body that cannot be used is in quarantine");
        self.ledger.quarantine(call, &text, body, self.clock.now()).await
    }
}

/// An error and its causes in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

pub(super) fn refuse(what: &'static str, unverified: &Unverified) -> Reply {
    let (reason, clock) = match unverified {
        Unverified::Refused(refusal) => (refusal.code(), refusal.suggests_clock()),
        Unverified::UnknownKey => ("unknown-key", false),
        Unverified::NoKeys => ("no-keys", false),
    };
    tracing::warn!(what, reason, clock, "delivery not believed");
    if *unverified == Unverified::NoKeys { Reply::Unable } else { Reply::Refused }
}

pub(super) fn unable(error: &LedgerError) -> Reply {
    tracing::error!(error = error as &dyn std::error::Error, "a delivery could not be kept");
    Reply::Unable
}
