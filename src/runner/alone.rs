//! One input of a call after the other: whoever commits one is alone with the call until what follows from it is
//! handed on. Two tasks that commit one after the other may go on in either order, and the later one's commands
//! would reach the lane first: music ordered before a cancel would start after it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};

use engine::call::CallId;
use tokio::sync::OwnedMutexGuard;

type Busy = Arc<Mutex<HashMap<CallId, Arc<tokio::sync::Mutex<()>>>>>;

/// Who is alone with which call, in this process. Cheap to clone. Between replicas the ledger's locks decide.
#[derive(Clone, Default)]
pub(super) struct AloneWith {
    calls: Busy,
}

/// Nobody else commits an input of this call until this is dropped: after the commands were handed to dispatch.
pub struct Alone {
    calls: Busy,
    call: CallId,
    // An option only so that it can be let go before the entry is looked at.
    guard: Option<OwnedMutexGuard<()>>,
}

impl AloneWith {
    /// Waits until no other task is alone with this call; the first to ask is the first served. Whoever is alone
    /// with one call must not ask for another.
    pub(super) async fn of(&self, call: &CallId) -> Alone {
        let lock = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.entry(call.clone()).or_default().clone()
        };
        // Made before the wait: whoever gives up waiting leaves no entry either.
        let mut alone = Alone { calls: self.calls.clone(), call: call.clone(), guard: None };
        alone.guard = Some(lock.lock_owned().await);
        alone
    }

    /// The same without waiting; none where another task is alone with this call.
    pub(super) fn try_of(&self, call: &CallId) -> Option<Alone> {
        let lock = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.entry(call.clone()).or_default().clone()
        };
        let mut alone = Alone { calls: self.calls.clone(), call: call.clone(), guard: None };
        alone.guard = Some(lock.try_lock_owned().ok()?);
        Some(alone)
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.guard.take());
        // Nobody can ask meanwhile: a lock that nobody has or waits for is held by the map alone.
        if let Entry::Occupied(entry) = calls.entry(self.call.clone())
            && Arc::strong_count(entry.get()) == 1
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_second_input_waits_for_the_first_and_another_call_does_not() {
        let (doors, call) = (AloneWith::default(), CallId("a".to_owned()));
        let first = doors.of(&call).await;
        let mut second = Box::pin(doors.of(&call));
        drop(doors.of(&CallId("b".to_owned())).await);
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        assert!(doors.calls.lock().unwrap().is_empty(), "no trace of calls is left");
    }

    /// The first goes, the second is told that it may, and gives up before it looks.
    #[tokio::test]
    async fn who_gives_up_when_it_may_leaves_nothing() {
        let (doors, call) = (AloneWith::default(), CallId("a".to_owned()));
        let first = doors.of(&call).await;
        let mut second = Box::pin(doors.of(&call));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        drop(second);
        assert!(doors.calls.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_does_not_wait_is_told_so_and_leaves_nothing() {
        let (doors, call) = (AloneWith::default(), CallId("a".to_owned()));
        let first = doors.try_of(&call);
        assert!(first.is_some());
        assert!(doors.try_of(&call).is_none(), "two at a time");
        assert!(doors.try_of(&CallId("b".to_owned())).is_some());
        drop(first);
        assert!(doors.calls.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_nothing() {
        let (doors, call) = (AloneWith::default(), CallId("a".to_owned()));
        let first = doors.of(&call).await;
        tokio::select! {
            biased;
            _ = doors.of(&call) => panic!("two at a time"),
            () = yield_now() => {}
        }
        drop(first);
        assert!(doors.calls.lock().unwrap().is_empty());
    }
}
