//! Writes the state after each change, but not more often than is good.

use std::sync::Arc;

use super::StateFolder;
use super::file::snapshot;
use crate::clock::Millis;
use crate::shared::Shared;

/// The least time between two snapshots: what a `kill -9` can lose.
const SHORTEST: Millis = 50;
/// Writing takes at most one part in this many of the time.
const SHARE: Millis = 10;

/// Keeps the state until the emulator stops, and once more then.
pub(crate) async fn keep(shared: Arc<Shared>, folder: StateFolder) {
    let mut versions = shared.versions();
    let folder = Arc::new(folder);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => break,
            changed = versions.changed() => if changed.is_err() { break },
        }
        versions.borrow_and_update();
        let rest = write(&shared, &folder).await.saturating_mul(SHARE).max(SHORTEST);
        let pause = shared.clock.rest(rest);
        tokio::select! {
            () = shared.stop.cancelled() => break,
            () = pause => {}
        }
    }
    write(&shared, &folder).await;
}

/// One snapshot; how long it took.
async fn write(shared: &Arc<Shared>, folder: &Arc<StateFolder>) -> Millis {
    let started = shared.clock.wall();
    let (inner, folder) = (Arc::clone(shared), Arc::clone(folder));
    let work = move || {
        let bytes = snapshot(&inner.lock());
        match bytes.map(|bytes| folder.write(&bytes)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = %Told(&error), "the state is not kept"),
            Err(error) => tracing::error!(%error, "the state cannot be written as JSON"),
        }
    };
    // Fails only when the work panics, which it does not.
    let _ = tokio::task::spawn_blocking(work).await;
    shared.clock.wall() - started
}

/// An error with its cause.
struct Told<'a>(&'a super::StateError);

impl std::fmt::Display for Told<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cause = std::error::Error::source(self.0);
        write!(formatter, "{}", self.0)?;
        cause.map_or(Ok(()), |cause| write!(formatter, ": {cause}"))
    }
}
