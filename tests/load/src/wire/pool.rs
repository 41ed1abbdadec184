//! Many keep-alive connections that send what they are given. The time of an answer counts from when the
//! request was meant to leave, whether or not a connection was free (no coordinated omission).

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{io::AsyncWriteExt as _, net::TcpStream, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::time::pause;

use super::message::Inflow;

/// A connection that was refused is tried again after this.
const RECONNECT: Duration = Duration::from_millis(20);

/// What an answer is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A call that begins.
    New,
    /// An event of a call that is live.
    MidCall,
}

/// A request to send.
pub(crate) struct Job {
    /// The whole request.
    pub(crate) bytes: Vec<u8>,
    /// When it was meant to leave.
    pub(crate) intended: Instant,
    /// What its answer is counted under.
    pub(crate) kind: Kind,
    /// When it is answered, the pool's source makes the next.
    pub(crate) endless: bool,
}

/// How a request went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// What it was.
    pub(crate) kind: Kind,
    /// The answer's status; 0 if there was none.
    pub(crate) status: u16,
    /// From when it was meant to leave to the answer.
    pub(crate) took: Duration,
}

type Source = Box<dyn FnMut() -> Option<Job> + Send>;

/// Connections to one service or to several replicas. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    waiting: Mutex<VecDeque<Job>>,
    ready: Semaphore,
    samples: Mutex<Vec<Sample>>,
    source: Mutex<Option<Source>>,
    open: AtomicUsize,
    measuring: AtomicBool,
    closing: CancellationToken,
}

impl Pool {
    /// Opens `connections` in all, spread over the targets.
    pub(crate) fn open(targets: &[SocketAddr], connections: usize, tracker: &TaskTracker) -> Self {
        let inner = Arc::new(Inner {
            waiting: Mutex::default(),
            ready: Semaphore::new(0),
            samples: Mutex::default(),
            source: Mutex::default(),
            open: AtomicUsize::new(0),
            measuring: AtomicBool::new(false),
            closing: CancellationToken::new(),
        });
        for target in targets.iter().cycle().take(connections) {
            let (inner, target) = (inner.clone(), *target);
            tracker.spawn(async move {
                let closing = inner.closing.clone();
                closing.run_until_cancelled(inner.work(target)).await;
            });
        }
        Self { inner }
    }

    /// Hands a request over; a free connection takes it at once.
    pub(crate) fn send(&self, job: Job) {
        self.inner.open.fetch_add(1, Ordering::Relaxed);
        lock(&self.inner.waiting).push_back(job);
        self.inner.ready.add_permits(1);
    }

    /// Keeps `at_once` requests under way: each answer brings the next, until the source has none or
    /// [`Pool::rest`].
    pub(crate) fn saturate(
        &self,
        at_once: usize,
        mut source: impl FnMut() -> Option<Job> + Send + 'static,
    ) {
        let first: Vec<Job> = (0..at_once).filter_map(|_| source()).collect();
        *lock(&self.inner.source) = Some(Box::new(source));
        for job in first {
            self.send(job);
        }
    }

    /// No more from the source.
    pub(crate) fn rest(&self) {
        lock(&self.inner.source).take();
    }

    /// Requests handed over and not yet answered.
    pub(crate) fn under_way(&self) -> usize {
        self.inner.open.load(Ordering::Relaxed)
    }

    /// Forgets what was noted so far, and notes from now on.
    pub(crate) fn begin_noting(&self) {
        lock(&self.inner.samples).clear();
        self.inner.measuring.store(true, Ordering::Relaxed);
    }

    /// Ends noting; what was noted.
    pub(crate) fn noted(&self) -> Vec<Sample> {
        self.inner.measuring.store(false, Ordering::Relaxed);
        std::mem::take(&mut *lock(&self.inner.samples))
    }

    /// Closes all connections; what waits is dropped.
    pub(crate) fn close(&self) {
        self.rest();
        self.inner.closing.cancel();
    }
}

impl Inner {
    async fn work(&self, target: SocketAddr) {
        let mut connection = None;
        while let Ok(permit) = self.ready.acquire().await {
            permit.forget();
            let Some(job) = lock(&self.waiting).pop_front() else { continue };
            let mut status = 0;
            if let Ok((answered, kept)) = exchange(connection.take(), target, &job.bytes).await {
                (status, connection) = (answered, kept);
            } else {
                pause(RECONNECT).await;
            }
            self.done(&job, status);
        }
    }

    fn done(&self, job: &Job, status: u16) {
        if self.measuring.load(Ordering::Relaxed) {
            let took = job.intended.elapsed();
            lock(&self.samples).push(Sample { kind: job.kind, status, took });
        }
        let next =
            if job.endless { lock(&self.source).as_mut().and_then(|next| next()) } else { None };
        match next {
            Some(next) => {
                lock(&self.waiting).push_back(next);
                self.ready.add_permits(1);
            }
            None => _ = self.open.fetch_sub(1, Ordering::Relaxed),
        }
    }
}

struct Connection {
    socket: TcpStream,
    inflow: Inflow,
}

/// Sends and waits for the answer. A connection that the other side had closed meanwhile is opened anew, once.
async fn exchange(
    kept: Option<Connection>,
    target: SocketAddr,
    bytes: &[u8],
) -> io::Result<(u16, Option<Connection>)> {
    if let Some(connection) = kept
        && let Ok(answered) = ask(connection, bytes).await
    {
        return Ok(answered);
    }
    let socket = TcpStream::connect(target).await?;
    socket.set_nodelay(true)?;
    ask(Connection { socket, inflow: Inflow::default() }, bytes).await
}

async fn ask(mut connection: Connection, bytes: &[u8]) -> io::Result<(u16, Option<Connection>)> {
    connection.socket.write_all(bytes).await?;
    let message = connection.inflow.next(&mut connection.socket).await?;
    let message = message.ok_or_else(|| io::Error::other("closed without an answer"))?;
    let status = message.first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status"))?;
    Ok((status, (!message.closes).then_some(connection)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
