//! Work that its asker may leave, and that goes on all the same.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// A future that is not lost when it is dropped: what is left of it then becomes a task of the service's runtime.
/// Until then it costs no task and no other thread.
pub struct GoingOn<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    work: Option<Pin<Box<F>>>,
    tracker: TaskTracker,
    runtime: Handle,
}

impl<F> GoingOn<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    /// Work that goes on in `runtime`, where stopping waits for it through `tracker`.
    pub fn new(tracker: &TaskTracker, runtime: &Handle, work: F) -> Self {
        let work = Some(Box::pin(work));
        Self { work, tracker: tracker.clone(), runtime: runtime.clone() }
    }
}

impl<F> Future for GoingOn<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let polled = {
            // The asker may live in another runtime: timers and tasks belong to the service's.
            let runtime = self.runtime.clone();
            let _entered = runtime.enter();
            match &mut self.work {
                Some(work) => work.as_mut().poll(context),
                // Asked again after the end, which nobody may do.
                None => Poll::Pending,
            }
        };
        if polled.is_ready() {
            self.work = None;
        }
        polled
    }
}

impl<F> Drop for GoingOn<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn drop(&mut self) {
        // One that panics is not asked again.
        if let Some(work) = self.work.take().filter(|_| !std::thread::panicking()) {
            self.tracker.spawn_on(work, &self.runtime);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_left_of_it_is_done_when_nobody_waits_any_more() {
        let (tracker, runtime) = (TaskTracker::new(), Handle::current());
        let (go, told) = oneshot::channel::<u8>();
        let (done, seen) = oneshot::channel();
        let mut work = Box::pin(GoingOn::new(&tracker, &runtime, async move {
            let _ = done.send(told.await);
        }));
        assert!(futures_util::poll!(&mut work).is_pending());
        drop(work);
        go.send(7).unwrap();
        assert_eq!(seen.await.unwrap().unwrap(), 7);
        tracker.close();
        tracker.wait().await;
    }

    #[tokio::test]
    async fn who_waits_hears_of_it_and_nothing_is_done_twice() {
        let (tracker, runtime) = (TaskTracker::new(), Handle::current());
        assert_eq!(GoingOn::new(&tracker, &runtime, async { 7 }).await, 7);
        assert!(tracker.is_empty());
    }
}
