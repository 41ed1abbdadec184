//! Connections that do nothing are closed. actix-web times idle connections and the first request's head (which
//! it answers with 408, so that is off), but neither the head of a later request that trickles in, nor an answer
//! that nobody reads (RELIABILITY.md finding 4).

use std::{
    any::Any,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
    rt,
};
use engine::Millis;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// Between two requests a connection may be idle for 15 s, and the next head may take 5 s, in ms.
const IDLE: Millis = 20_000;
/// A request may take so long, in ms: its body 10 s, the ledger and the last resort less.
const BUSY: Millis = 60_000;
/// Looks again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The open connections of a listener. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    clock: Clock,
    open: Arc<Mutex<Vec<Weak<Connection>>>>,
}

/// One connection, owned by the server's own record of it: a second handle of the socket, closed with it.
struct Connection {
    socket: TcpStream,
    /// When it was opened, or a request began or ended.
    since: AtomicI64,
    requests: AtomicU32,
    clock: Clock,
}

impl Connections {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, open: Arc::default() }
    }

    /// For `HttpServer::on_connect`.
    pub(super) fn opened(&self, io: &dyn Any, data: &mut Extensions) {
        let Some(socket) = second_handle(io) else { return };
        let since = AtomicI64::new(self.clock.now());
        let (requests, clock) = (AtomicU32::new(0), self.clock);
        let connection = Arc::new(Connection { socket, since, requests, clock });
        self.lock().push(Arc::downgrade(&connection));
        data.insert(connection);
    }

    /// Closes what does nothing, until stopped.
    pub(super) async fn sweep(self, stopping: CancellationToken) {
        while stopping.run_until_cancelled(self.clock.sleep(LOOK_AGAIN)).await.is_some() {
            let closed = self.close_silent(self.clock.now());
            if closed > 0 {
                tracing::info!(closed, "connections that did nothing were closed");
            }
        }
    }

    fn close_silent(&self, now: Millis) -> usize {
        let mut closed = 0;
        self.lock().retain(|connection| {
            let Some(connection) = connection.upgrade() else { return false };
            let silent = connection.is_silent(now);
            if silent {
                // An error means that the other side was quicker.
                let _ = connection.socket.shutdown(Shutdown::Both);
                closed += 1;
            }
            !silent
        });
        closed
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn is_silent(&self, now: Millis) -> bool {
        let limit = if self.requests.load(Ordering::Relaxed) == 0 { IDLE } else { BUSY };
        now.saturating_sub(self.since.load(Ordering::Relaxed)) > limit
    }

    fn touch(&self) {
        self.since.store(self.clock.now(), Ordering::Relaxed);
    }
}

/// The middleware that tells a connection of its requests.
pub(super) async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    let _under_way = connection.map(UnderWay::new);
    next.call(request).await
}

/// Keeps the connection of a request that goes on as a web socket: as long as this lives and is touched now and then.
pub(super) fn keep(request: &HttpRequest) -> Option<UnderWay> {
    request.conn_data::<Arc<Connection>>().cloned().map(UnderWay::new)
}

/// A request under way.
pub(super) struct UnderWay(Arc<Connection>);

impl UnderWay {
    /// Something came.
    pub(super) fn touch(&self) {
        self.0.touch();
    }

    fn new(connection: Arc<Connection>) -> Self {
        connection.requests.fetch_add(1, Ordering::Relaxed);
        connection.touch();
        Self(connection)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.touch();
    }
}

fn second_handle(io: &dyn Any) -> Option<TcpStream> {
    let plain = io.downcast_ref::<rt::net::TcpStream>();
    let tls = || io.downcast_ref::<TlsStream<rt::net::TcpStream>>().map(|tls| tls.get_ref().0);
    let socket = plain.or_else(tls)?.as_fd().try_clone_to_owned().ok()?;
    Some(TcpStream::from(socket))
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::AsyncReadExt as _,
        net::{TcpListener, TcpStream as Stream},
    };

    use super::*;

    /// A socket that the server's record owns, the record, and the other end.
    async fn open(connections: &Connections) -> (Stream, Extensions, Stream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Stream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let mut data = Extensions::new();
        connections.opened(&server, &mut data);
        (server, data, client)
    }

    #[tokio::test]
    async fn a_connection_that_does_nothing_is_closed_and_one_at_work_is_not() {
        let clock = Clock::start();
        let connections = Connections::new(clock);
        let (_server, _data, mut silent) = open(&connections).await;
        let (_server, data, mut working) = open(&connections).await;
        let request = UnderWay::new(data.get::<Arc<Connection>>().unwrap().clone());
        assert_eq!(connections.close_silent(clock.now() + IDLE), 0);
        assert_eq!(connections.close_silent(clock.now() + IDLE + 1_000), 1);
        assert_eq!(silent.read(&mut [0]).await.unwrap(), 0, "the end");
        assert!(futures_util::poll!(Box::pin(working.read(&mut [0]))).is_pending());
        drop(request);
        assert_eq!(connections.close_silent(clock.now() + IDLE + 1_000), 1);
        assert_eq!(working.read(&mut [0]).await.unwrap(), 0, "the end");
    }

    #[tokio::test]
    async fn a_connection_that_the_server_closed_is_forgotten_and_really_closed() {
        let clock = Clock::start();
        let connections = Connections::new(clock);
        let (server, data, mut client) = open(&connections).await;
        drop((server, data));
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "no second handle keeps it open");
        assert_eq!(connections.close_silent(clock.now()), 0);
        assert!(connections.lock().is_empty());
    }
}
