//! Stepped time stands still until everything that is due has happened.

use std::sync::Arc;

use super::{Shared, earliest};
use crate::clock::Millis;
use crate::delivery;

impl Shared {
    /// When something happens by itself next; `None` when nothing ever will.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        let due = {
            let state = self.lock();
            earliest(state.world.next_due(), state.courier.next_due())
        };
        earliest(due, self.clock.next_sleeper())
    }

    /// Lets everything that is due happen, and waits until it has. Callbacks are posted one by one,
    /// so that the logs are the same in each run. For stepped time, by one caller at a time.
    pub(crate) async fn settle(self: &Arc<Self>) {
        loop {
            let (attempts, _) = self.tick();
            self.work.idle().await;
            for attempt in attempts {
                delivery::start(self, vec![attempt]);
                self.work.idle().await;
            }
            let (now, busy) = (self.clock.now(), self.lock().courier.busy());
            if busy == 0 && self.next_due().is_none_or(|due| due > now) {
                return;
            }
        }
    }

    /// Settles whenever something was done, until the emulator stops.
    pub(super) async fn settle_often(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
            }
            let turn = self.stepping.lock().await;
            self.settle().await;
            drop(turn);
        }
    }
}
