//! Our own TCP proxy: connections are spread over upstreams by turns, and each upstream's link can be made
//! to fail as networks do.

mod link;
mod pump;

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

pub(crate) use link::{Link, Trouble};

/// Where a proxy leads to.
#[derive(Debug, Clone)]
pub(crate) struct Upstream {
    pub(crate) port: u16,
    pub(crate) link: Link,
}

/// A proxy on a port of this machine.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
}

impl Proxy {
    /// Listens, and takes connections as long as the tracker's runtime lives. A connection goes to the next
    /// upstream in turn; one that refuses is passed over, as a load balancer does.
    pub(crate) async fn start(
        upstreams: Vec<Upstream>,
        tasks: &TaskTracker,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let turn = Arc::new(AtomicUsize::new(0));
        let inner = tasks.clone();
        tasks.spawn(async move {
            loop {
                if let Ok((client, _)) = listener.accept().await {
                    inner.spawn(serve(client, upstreams.clone(), turn.clone()));
                }
            }
        });
        Ok(Self { port })
    }
}

async fn serve(client: TcpStream, upstreams: Vec<Upstream>, turn: Arc<AtomicUsize>) {
    let first = turn.fetch_add(1, Ordering::Relaxed);
    for offset in 0..upstreams.len() {
        let upstream = &upstreams[(first + offset) % upstreams.len()];
        if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream.port)).await {
            pump::both(client, server, &upstream.link).await;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::clock::{now, pause};

    /// An upstream that echoes, with its name before the first bytes.
    async fn echo(name: &'static [u8], tasks: &TaskTracker) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.write_all(name).await.unwrap();
                tokio::io::split(stream);
            }
        });
        port
    }

    /// An upstream that sends back what it gets.
    async fn mirror(tasks: &TaskTracker) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = tasks.clone();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                inner.spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        port
    }

    async fn connect(proxy: &Proxy) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port)).await.unwrap()
    }

    async fn there_and_back(stream: &mut TcpStream) -> std::io::Result<[u8; 1]> {
        stream.write_all(b"x").await?;
        let mut one = [0];
        stream.read_exact(&mut one).await?;
        Ok(one)
    }

    #[tokio::test]
    async fn connections_take_turns_and_pass_over_who_refuses() {
        let tasks = TaskTracker::new();
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let nobody = closed.local_addr().unwrap().port();
        drop(closed);
        let ports = [echo(b"a", &tasks).await, nobody, echo(b"b", &tasks).await];
        let upstreams = ports.map(|port| Upstream { port, link: Link::default() }).to_vec();
        let proxy = Proxy::start(upstreams, &tasks).await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let mut one = [0];
            connect(&proxy).await.read_exact(&mut one).await.unwrap();
            seen.extend(one);
        }
        assert_eq!(seen, b"abb");
    }

    async fn troubled() -> (TaskTracker, Link, TcpStream) {
        let tasks = TaskTracker::new();
        let (port, link) = (mirror(&tasks).await, Link::default());
        let upstream = Upstream { port, link: link.clone() };
        let proxy = Proxy::start(vec![upstream], &tasks).await.unwrap();
        let mut stream = connect(&proxy).await;
        there_and_back(&mut stream).await.unwrap();
        (tasks, link, stream)
    }

    #[tokio::test]
    async fn a_reset_ends_what_is_open_at_once() {
        let (_tasks, link, mut stream) = troubled().await;
        link.reset();
        let error = stream.read(&mut [0]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn latency_delays_each_way_and_ends() {
        let (_tasks, link, mut stream) = troubled().await;
        link.set(Trouble::Latency(60));
        let start = now();
        there_and_back(&mut stream).await.unwrap();
        assert!(now() - start >= 120, "{}", now() - start);
        link.set(Trouble::None);
        assert_eq!(there_and_back(&mut stream).await.unwrap(), *b"x");
    }

    #[tokio::test]
    async fn half_open_takes_bytes_and_gives_none_then_resets() {
        let (tasks, link, mut stream) = troubled().await;
        link.set(Trouble::HalfOpen);
        stream.write_all(b"x").await.unwrap();
        let silent = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut [0])).await;
        assert!(silent.is_err(), "{silent:?}");
        let healed = link.clone();
        tasks.spawn(async move {
            pause(10).await;
            healed.set(Trouble::None);
        });
        assert!(matches!(stream.read(&mut [0]).await, Ok(0) | Err(_)));
    }

    #[tokio::test]
    async fn a_slow_close_is_seen_late() {
        let (_tasks, link, mut stream) = troubled().await;
        link.set(Trouble::SlowClose(80));
        let start = now();
        stream.shutdown().await.unwrap();
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        assert!(now() - start >= 80, "{}", now() - start);
    }
}
