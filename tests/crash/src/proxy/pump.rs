//! Carries the bytes of one connection.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
};

use crate::clock::pause;

use super::link::{Link, Trouble};

/// How a direction came to its end.
enum End {
    /// One side closed in order.
    Closed,
    /// Both sides are to see a reset.
    Broken,
}

/// Carries both directions until both are closed, or one breaks.
pub(super) async fn both(mut client: TcpStream, mut server: TcpStream, link: &Link) {
    let mut resets = link.resets();
    let broken = {
        let (client_read, client_write) = client.split();
        let (server_read, server_write) = server.split();
        let there = one_way(client_read, server_write, link.trouble());
        let back = one_way(server_read, client_write, link.trouble());
        let carried = async {
            tokio::pin!(there, back);
            tokio::select! {
                end = &mut there => match end { End::Closed => back.await, End::Broken => End::Broken },
                end = &mut back => match end { End::Closed => there.await, End::Broken => End::Broken },
            }
        };
        tokio::select! {
            end = carried => matches!(end, End::Broken),
            _ = resets.changed() => true,
        }
    };
    if broken {
        // Without lingering, a close is a reset.
        let _ = client.set_zero_linger();
        let _ = server.set_zero_linger();
    }
}

async fn one_way(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut trouble: watch::Receiver<Trouble>,
) -> End {
    let mut buffer = vec![0; 16 * 1_024];
    loop {
        let Ok(count) = from.read(&mut buffer).await else { return End::Broken };
        let now = *trouble.borrow();
        match now {
            Trouble::Latency(ms) => pause(ms).await,
            Trouble::HalfOpen => {
                let _ = trouble.wait_for(|trouble| *trouble != Trouble::HalfOpen).await;
                return End::Broken;
            }
            Trouble::SlowClose(ms) if count == 0 => pause(ms).await,
            Trouble::None | Trouble::SlowClose(_) => {}
        }
        if count == 0 {
            let _ = to.shutdown().await;
            return End::Closed;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return End::Broken;
        }
    }
}
