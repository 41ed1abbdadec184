//! New calls take their turn newest first: the newest caller is the one who still listens.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::clock::Clock;

/// New calls on their way into the ledger at once. The rest of the ledger's queue is for calls in progress.
const AT_ONCE: usize = 64;

/// Turns for new calls.
#[derive(Debug)]
pub(super) struct Newest {
    clock: Clock,
    stack: Mutex<Stack>,
}

#[derive(Debug)]
struct Stack {
    free: usize,
    waiting: Vec<oneshot::Sender<()>>,
}

/// A turn, given back when dropped.
#[derive(Debug)]
pub(super) struct Place<'a>(&'a Newest);

impl Newest {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, stack: Mutex::new(Stack { free: AT_ONCE, waiting: Vec::new() }) }
    }

    /// Waits for a turn; none within `patience`: newer callers were quicker.
    pub(super) async fn enter(&self, patience: Duration) -> Option<Place<'_>> {
        let turn = {
            let mut stack = self.stack();
            if stack.free > 0 {
                stack.free -= 1;
                return Some(Place(self));
            }
            let (sender, turn) = oneshot::channel();
            // Those who gave up lie at the bottom.
            stack.waiting.retain(|waiting| !waiting.is_closed());
            stack.waiting.push(sender);
            turn
        };
        let mut turn = Turn { newest: self, turn };
        tokio::select! {
            biased;
            given = &mut turn.turn => given.ok().map(|()| Place(self)),
            () = self.clock.sleep(patience) => None,
        }
    }

    fn give_back(&self) {
        let mut stack = self.stack();
        while let Some(newest) = stack.waiting.pop() {
            if newest.send(()).is_ok() {
                return;
            }
        }
        stack.free += 1;
    }

    fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

/// A turn that may come in the moment in which its taker gives up.
struct Turn<'a> {
    newest: &'a Newest,
    turn: oneshot::Receiver<()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turn.close();
        if self.turn.try_recv().is_ok() {
            self.newest.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn the_newest_goes_first_and_no_turn_is_lost() {
        let newest = Newest::new(Clock::start());
        let mut held: Vec<_> = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(newest.enter(Duration::ZERO).await.unwrap());
        }
        assert!(newest.enter(Duration::ZERO).await.is_none());
        let mut older = Box::pin(newest.enter(LONG));
        let mut newer = Box::pin(newest.enter(LONG));
        assert!(futures_util::poll!(&mut older).is_pending());
        assert!(futures_util::poll!(&mut newer).is_pending());
        held.pop();
        assert!(futures_util::poll!(&mut older).is_pending());
        let place = newer.await.unwrap();
        // Given to the older one, who is gone.
        drop(place);
        drop(older);
        drop(held);
        assert_eq!(newest.stack().free, AT_ONCE);
    }
}
