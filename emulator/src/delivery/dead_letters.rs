//! Events that could not be delivered: kept, and written to a folder if there is one.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::schedule::{DEAD_LETTER_DELAY, Outcome, Reason, paced};
use crate::clock::{Millis, blob_hour, grid_time};
use crate::control::{DeadLetter, EnvelopeSchema, Subscription};
use crate::options::EventGridPolicy;
use crate::shared::Shared;

/// How the delivery of an event ended.
pub(super) struct Failure {
    pub(super) reason: Reason,
    pub(super) outcome: Outcome,
    pub(super) attempts: u32,
    pub(super) published: Millis,
    pub(super) last_attempt: Millis,
}

/// Stores an event that is given up, if the subscription keeps dead letters.
pub(super) fn store(
    shared: &Arc<Shared>,
    subscription: &Subscription,
    policy: &EventGridPolicy,
    event: Value,
    failure: &Failure,
) {
    if !subscription.dead_letter {
        return;
    }
    let delay = paced(policy, DEAD_LETTER_DELAY);
    let stored_at = failure.last_attempt + delay;
    let event = tell_why(event, subscription.schema, failure);
    let letter = {
        let mut state = shared.lock();
        let name = subscription.name.to_uppercase();
        let blob = format!("{name}/{}/{}.json", blob_hour(stored_at), state.ids.guid());
        let subscription = subscription.name.clone();
        let make = |n| DeadLetter { n, subscription, stored_at, blob, event };
        state.grid.dead_letters.add(make);
        let count = state.grid.dead_letters.count();
        state.grid.dead_letters.since(count - 1).pop()
    };
    let (Some(folder), Some(letter)) = (shared.options.dead_letter_dir.clone(), letter) else {
        return;
    };
    let late = Arc::clone(shared);
    shared.spawn(async move {
        late.clock.pause(delay).await;
        if let Err(error) = write(&folder, &letter) {
            tracing::error!(%error, "a dead letter could not be written; check dead_letter_dir");
        }
        late.changed();
    });
}

/// The members that a dead letter has more, as in the official samples.
fn tell_why(mut event: Value, schema: EnvelopeSchema, failure: &Failure) -> Value {
    let (reason, outcome) = (failure.reason.text(), failure.outcome.text());
    let published = grid_time(failure.published);
    match schema {
        EnvelopeSchema::EventGrid => {
            event["deadLetterReason"] = json!(reason);
            event["deliveryAttempts"] = json!(failure.attempts);
            event["lastDeliveryOutcome"] = json!(outcome);
            event["publishTime"] = json!(published);
            event["lastDeliveryAttemptTime"] = json!(grid_time(failure.last_attempt));
        }
        EnvelopeSchema::CloudEvents => {
            event["deadletterreason"] = json!(reason);
            event["deliveryattempts"] = json!(failure.attempts);
            event["lastdeliveryoutcome"] = json!(outcome);
            event["publishtime"] = json!(published);
        }
    }
    event
}

/// A blob holds an array of events; here each has its own.
fn write(folder: &Path, letter: &DeadLetter) -> std::io::Result<()> {
    let file = folder.join(&letter.blob);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    // A reader never sees half a blob.
    let fresh = file.with_extension("part");
    std::fs::write(&fresh, json!([letter.event]).to_string())?;
    std::fs::rename(fresh, file)
}
