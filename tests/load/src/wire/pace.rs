//! Work at a rate that does not heed the answers (open loop).

use std::time::Duration;

use crate::{
    time::{block_until, now},
    trouble::{Doing as _, Trouble},
};

use super::pool::{Job, Pool};

/// Hands over `rate` requests a second for `span`, evenly, each meant to leave at its own time. Blocks a thread of
/// its own: an event loop's clock is too coarse.
pub(crate) async fn pace(
    pool: &Pool,
    rate: u32,
    span: Duration,
    mut make: impl FnMut(std::time::Instant) -> Job + Send + 'static,
) -> Result<(), Trouble> {
    let pool = pool.clone();
    let (finished, done) = tokio::sync::oneshot::channel();
    let count = u64::from(rate) * u64::try_from(span.as_millis()).unwrap_or(0) / 1_000;
    let thread = std::thread::Builder::new().name("pace".to_owned()).spawn(move || {
        let began = now();
        for nth in 0..count {
            let intended = began + Duration::from_secs(1) * u32::try_from(nth).unwrap_or(0) / rate;
            block_until(intended);
            pool.send(make(intended));
        }
        // The measurement may have been given up.
        let _ = finished.send(());
    });
    thread.doing("start a thread")?;
    // An error means that the thread is gone, which is as good.
    let _ = done.await;
    Ok(())
}
