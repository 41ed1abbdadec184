//! What can be done for a caller without the ledger: redirect, reject, or nothing. Stateless: the
//! Repeatability id comes from the call's id, so that two deliveries or two replicas do one thing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use callautomation::{InvalidRequest, RedirectCall, RejectCall, RejectReason, Request};
use engine::{
    Millis,
    call::{CallId, Incoming, Lane, Number, Resort, TurnedAway},
};
use tokio::sync::Semaphore;
use webhooks::{Identifier, IncomingCallContext};

use crate::{
    clock::Clock,
    dispatch::{Answer, Payload, Transmit, Try},
    ledger::Outgoing,
    settings,
};

use super::{
    door::{Door, tried_again},
    spool::{Spool, Spooled},
};

/// Numbers that the engine, which counts from 1, never gives.
const REDIRECT: Number = 0;
const REJECT: Number = Number::MAX;
/// Callers helped at once. More than that and Event Grid is told to try again.
const AT_ONCE: usize = 128;
/// All tries for one caller take no longer. Then Event Grid is told to try again: it waits for an answer,
/// and the line still rings.
const LIMIT: Duration = Duration::from_millis(1_500);
/// Between the two tries of a redirect.
const PAUSE: Duration = Duration::from_millis(200);

/// Helps callers whom the ledger cannot take.
pub struct LastResort {
    world: Arc<dyn Transmit>,
    clock: Clock,
    settings: settings::LastResort,
    spool: Spool,
    at_once: Semaphore,
    helped: AtomicU64,
}

/// A caller whose call is not in the ledger.
#[derive(Debug, Clone)]
pub struct Stranded {
    /// The event.
    pub incoming: Incoming,
    /// The event's identity, for the ledger's de-duplication.
    pub event: [u8; 16],
}

impl Stranded {
    /// What the ledger is told of it. Without the capability to answer: it is used up.
    pub(super) fn turned_away(&self, how: Resort) -> TurnedAway {
        let mut incoming = self.incoming.clone();
        incoming.context = IncomingCallContext::new("");
        TurnedAway { incoming, how, why: "the ledger could take no call".to_owned() }
    }
}

/// What a try did.
enum Effect {
    Done,
    /// Refused for good: somebody else took the call, or the caller is gone.
    Refused,
    /// Nobody knows, or later.
    Failed,
}

impl LastResort {
    /// Sends through `world`, and notes in `spool`.
    pub fn new(
        world: Arc<dyn Transmit>,
        clock: Clock,
        settings: settings::LastResort,
        spool: Spool,
    ) -> Self {
        let (at_once, helped) = (Semaphore::new(AT_ONCE), AtomicU64::new(0));
        Self { world, clock, settings, spool, at_once, helped }
    }

    /// Does what can be done; none if that is nothing, or if the call may go into the ledger instead.
    pub(super) async fn help(
        &self,
        call: &CallId,
        stranded: &Stranded,
        way: Door,
        age: Millis,
    ) -> Option<Resort> {
        let _place = self.at_once.try_acquire().ok()?;
        let how = tokio::select! {
            biased;
            how = self.by(call, stranded, way, age) => how?,
            () = self.clock.sleep(LIMIT) => return None,
        };
        let spooled = Spooled::new(call, stranded, how, self.clock.now());
        self.spool.note(spooled).await;
        // The 1st, 2nd, 4th, 8th … time, so that an outage does not fill the log.
        let count = self.helped.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_power_of_two() {
            tracing::error!(call.id = %call, ?how, count, "calls are turned away: the ledger is down or slow");
        }
        Some(how)
    }

    async fn by(
        &self,
        call: &CallId,
        stranded: &Stranded,
        way: Door,
        age: Millis,
    ) -> Option<Resort> {
        match way {
            Door::In => None,
            Door::Elsewhere => self.elsewhere(call, stranded, age).await,
            Door::Busy => self.reject(call, stranded).await,
            Door::Nowhere => Some(Resort::Dropped),
        }
    }

    async fn elsewhere(&self, call: &CallId, stranded: &Stranded, age: Millis) -> Option<Resort> {
        if let Some(target) = self.target(stranded) {
            let redirect = || {
                let context = stranded.incoming.context.clone();
                RedirectCall::new(context, Identifier::phone(target)).request()
            };
            match self.twice(call, stranded, REDIRECT, "RedirectCall", redirect).await {
                Effect::Done => return Some(Resort::Redirected),
                Effect::Refused | Effect::Failed => {}
            }
        }
        // A call for which Event Grid will try again may still be taken then.
        if tried_again(age) { None } else { self.reject(call, stranded).await }
    }

    async fn reject(&self, call: &CallId, stranded: &Stranded) -> Option<Resort> {
        if !self.settings.reject {
            return None;
        }
        let reject =
            || RejectCall::new(stranded.incoming.context.clone(), RejectReason::Busy).request();
        match self.twice(call, stranded, REJECT, "RejectCall", reject).await {
            Effect::Done => Some(Resort::Rejected),
            Effect::Refused => Some(Resort::Dropped),
            Effect::Failed => None,
        }
    }

    /// The fallback number, unless it is the one that was dialled.
    fn target(&self, stranded: &Stranded) -> Option<&str> {
        let target = self.settings.redirect.as_deref()?;
        let dialled = stranded.incoming.to.as_ref().and_then(|to| to.expose().strip_prefix("4:"));
        (dialled != Some(target)).then_some(target)
    }

    /// Tries, and tries again if nobody knows: the same bytes under the same id.
    async fn twice(
        &self,
        call: &CallId,
        stranded: &Stranded,
        number: Number,
        name: &str,
        request: impl Fn() -> Result<Request, InvalidRequest>,
    ) -> Effect {
        let Ok(request) = request() else { return Effect::Refused };
        let payload = Payload::CallAutomation(request);
        let rang_at = stranded.incoming.rang_at;
        let mut command = Outgoing {
            call: call.clone(),
            number,
            // In no ledger.
            owner: 0,
            lane: Lane::Control,
            expires: Millis::MAX,
            // Not the time of this try: every replica must say the same.
            first_sent: rang_at,
            attempts: 0,
            orphan: false,
            name: name.to_owned(),
            payload: Vec::new(),
        };
        loop {
            let effect = match self.world.attempt(&command, &payload).await {
                Answer::Settled(outcome) => effect(&outcome),
                Answer::Input(_) => Effect::Failed,
            };
            if !matches!(effect, Effect::Failed) || command.attempts > 0 {
                return effect;
            }
            command.attempts += 1;
            self.clock.sleep(PAUSE).await;
        }
    }
}

fn effect(outcome: &Try) -> Effect {
    match outcome {
        Try::Done(_) => Effect::Done,
        Try::Answered { status: 408 | 429 | 500..=599, .. }
        | Try::NotSent { .. }
        | Try::Uncertain { .. } => Effect::Failed,
        Try::Answered { .. } | Try::Unrenderable { .. } => Effect::Refused,
    }
}

#[cfg(test)]
#[path = "last_resort_tests.rs"]
mod tests;
