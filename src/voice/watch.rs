//! Hints of calls that changed, for the sockets of those calls: one listener for all of them, or every input of any call
//! would wake every socket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::call::CallId;
use tokio::sync::{
    Notify,
    broadcast::{Receiver, error::RecvError},
};
use tokio_util::sync::CancellationToken;

type Waiting = HashMap<String, Vec<Arc<Notify>>>;

/// Who wants to know of which call. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Watched {
    by_call: Arc<Mutex<Waiting>>,
}

/// A socket that is told when its call changed, as long as this lives.
pub(super) struct Watch {
    watched: Watched,
    call: String,
    changed: Arc<Notify>,
}

impl Watched {
    pub(super) fn watch(&self, call: &CallId) -> Watch {
        let (call, changed) = (call.as_str().to_owned(), Arc::new(Notify::new()));
        self.lock().entry(call.clone()).or_default().push(changed.clone());
        Watch { watched: self.clone(), call, changed }
    }

    /// Passes hints on until stopped.
    pub async fn run(self, mut grown: Receiver<String>, stopping: CancellationToken) {
        while let Some(hint) = stopping.run_until_cancelled(grown.recv()).await {
            match hint {
                Ok(call) => wake(self.lock().get(&call).into_iter().flatten()),
                // Which calls changed is not known any more: each looks for itself.
                Err(RecvError::Lagged(_)) => wake(self.lock().values().flatten()),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.by_call.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake<'a>(those: impl Iterator<Item = &'a Arc<Notify>>) {
    those.for_each(|one| one.notify_one());
}

impl Watch {
    /// The call may have changed since the last time.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut waiting = self.watched.lock();
        if let Some(sockets) = waiting.get_mut(&self.call) {
            sockets.retain(|one| !Arc::ptr_eq(one, &self.changed));
            if sockets.is_empty() {
                waiting.remove(&self.call);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;

    #[tokio::test]
    async fn a_hint_wakes_the_sockets_of_its_call_and_no_others() {
        let (watched, stopping) = (Watched::default(), CancellationToken::new());
        let one = watched.watch(&CallId("a".to_owned()));
        let other = watched.watch(&CallId("b".to_owned()));
        let (grown, hints) = broadcast::channel(2);
        let mut running = Box::pin(watched.clone().run(hints, stopping.clone()));
        grown.send("a".to_owned()).unwrap();
        assert!(futures_util::poll!(&mut running).is_pending());
        one.changed().await;
        assert!(futures_util::poll!(Box::pin(other.changed())).is_pending());
        // Hints that were lost could have been of any call.
        for _ in 0..3 {
            grown.send("c".to_owned()).unwrap();
        }
        assert!(futures_util::poll!(&mut running).is_pending());
        tokio::join!(one.changed(), other.changed());
        stopping.cancel();
        running.await;
        drop((one, other));
        assert!(watched.lock().is_empty(), "no trace of calls is left");
    }
}
