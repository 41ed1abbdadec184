//! The life of one web socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::SplitSink;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::Work;
use super::audio::{Frames, Incoming, read};
use super::dial::{DialError, Socket, dial};
use crate::shared::{DeliveryEntry, Shared};
use crate::world::{Action, SocketNews, SocketPlan};

/// How long opening may take, and how long a frame may wait for a slow application.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The world closed it.
    Closed,
    /// The application closed it, or it broke.
    Lost,
}

/// Opens a socket, tells the world, and serves it until one side closes it.
pub(super) async fn run(
    shared: Arc<Shared>,
    plan: SocketPlan,
    work: mpsc::UnboundedReceiver<Work>,
) {
    let dialled = tokio::time::timeout(PATIENCE, dial(&shared, &plan)).await;
    let dialled = dialled.unwrap_or(Err(DialError::Slow));
    note(&shared, &plan, dialled.as_ref().err());
    let Ok(socket) = dialled else {
        return tell(&shared, &plan, SocketNews::Failed);
    };
    tell(&shared, &plan, SocketNews::Opened);
    if talk(&shared, &plan, socket, work).await == End::Lost {
        tell(&shared, &plan, SocketNews::Lost);
    }
}

async fn talk(
    shared: &Shared,
    plan: &SocketPlan,
    socket: Socket,
    mut work: mpsc::UnboundedReceiver<Work>,
) -> End {
    let (mut sink, mut messages) = socket.split();
    let mut frames = plan.audio.map(|audio| Frames::new(audio, shared.clock.now()));
    if !send(&mut sink, &plan.metadata).await {
        return End::Lost;
    }
    loop {
        let due = async {
            match &frames {
                Some(frames) => shared.clock.until(frames.due()).await,
                None => std::future::pending().await,
            }
        };
        let sent = tokio::select! {
            order = work.recv() => match order {
                Some(Work::Send(frame)) => send(&mut sink, &frame).await,
                Some(Work::Close) | None => {
                    let _ = tokio::time::timeout(PATIENCE, sink.close()).await;
                    return End::Closed;
                }
            },
            message = messages.next() => match message {
                Some(Ok(Message::Text(text))) => take(shared, plan, &text),
                Some(Ok(Message::Binary(bytes))) => {
                    std::str::from_utf8(&bytes).map_or(true, |text| take(shared, plan, text))
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => true,
                Some(Ok(Message::Close(_)) | Err(_)) | None => false,
            },
            () = due => {
                let mut sent = true;
                for frame in frames.as_mut().map(|one| one.next(shared, plan)).unwrap_or_default() {
                    sent = sent && send(&mut sink, &frame).await;
                }
                sent
            }
        };
        if !sent {
            return End::Lost;
        }
    }
}

/// False when the frame could not be sent in time.
async fn send(sink: &mut SplitSink<Socket, Message>, frame: &Value) -> bool {
    let sending = sink.send(Message::text(frame.to_string()));
    matches!(tokio::time::timeout(PATIENCE, sending).await, Ok(Ok(())))
}

/// A message of the application. What cannot be read is left alone, as nothing is documented of it.
fn take(shared: &Shared, plan: &SocketPlan, text: &str) -> bool {
    let Some(audio) = plan.audio.filter(|audio| audio.bidirectional) else {
        return true;
    };
    let audio = match read(text, audio.rate) {
        Some(Incoming::Audio(samples)) => Some(samples),
        Some(Incoming::Stop) => None,
        None => return true,
    };
    let is_stop = audio.is_none();
    let connection = plan.connection.clone();
    let action = Action::StreamIn { connection, socket: plan.socket, audio };
    // A stream that has just been stopped takes nothing more. Audio changes nothing that can be
    // seen until it has been heard; taking it back does.
    let _ = if is_stop { shared.apply(action) } else { shared.apply_quietly(action) };
    true
}

fn tell(shared: &Shared, plan: &SocketPlan, news: SocketNews) {
    let connection = plan.connection.clone();
    // The call may be over by now; then nobody is told.
    let _ = shared.apply(Action::Socket { connection, socket: plan.socket, news });
}

/// One line in the log of deliveries.
fn note(shared: &Shared, plan: &SocketPlan, error: Option<&DialError>) {
    let problem = error.map(|error| crate::delivery::chain(error));
    if let Some(problem) = &problem {
        tracing::warn!(problem, "the web socket of a stream cannot be opened");
    }
    let at = shared.clock.now();
    let kind = if plan.audio.is_some() { "mediaStreaming" } else { "transcription" };
    shared.lock().deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "socket",
        event: kind.to_owned(),
        subject: plan.connection.clone(),
        attempt: 1,
        status: problem.is_none().then_some(101),
        lost: problem.is_some(),
        problem,
    });
    shared.changed();
}
