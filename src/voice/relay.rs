//! Frames from one socket to the other. Each direction waits for its own receiver, so that a slow one slows its sender.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use actix_ws::{AggregatedMessage, AggregatedMessageStream, MessageStream, Session};
use engine::call::{Passed, StreamEnd, StreamNews, Talk};
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::clock::Clock;

use super::{
    agent::AgentSocket,
    frames::{HandOver, Said, of_call, read},
    news::{Called, News},
};

/// Call Automation sends fifty frames a second, also of silence: one that sends none for so long is gone.
const SILENT: Duration = Duration::from_secs(10);
/// A receiver that takes no frame for so long is dead.
const STUCK: Duration = Duration::from_secs(10);
/// After the end Call Automation closes its socket by itself, because it was told to; we do so after this.
const TO_CLOSE: Duration = Duration::from_secs(5);
/// The longest frame of Call Automation, in bytes; a usual one has less than 2 KB.
const LONGEST: usize = 256 * 1024;

/// Told of each frame of Call Automation, so that the connection does not count as silent.
pub type Touch = Box<dyn Fn()>;

/// An agent that has accepted a call, and waits for the sound of it.
pub struct Link {
    news: News,
    talk: Talk,
    agent: AgentSocket,
}

/// How the talk ended.
enum End {
    HandedOver(HandOver),
    Other(StreamEnd),
}

/// What has gone through.
#[derive(Default)]
struct Counts {
    to_agent: AtomicU64,
    from_agent: AtomicU64,
}

impl Counts {
    fn passed(&self) -> Passed {
        Passed {
            to_agent: self.to_agent.load(Ordering::Relaxed),
            from_agent: self.from_agent.load(Ordering::Relaxed),
        }
    }
}

impl Link {
    pub(super) fn new(news: News, talk: Talk, agent: AgentSocket) -> Self {
        Self { news, talk, agent }
    }

    /// Passes frames until one side or the call itself ends it, and tells the call.
    pub async fn run(self, session: Session, messages: MessageStream, touch: Touch) {
        let Self { news, talk, agent } = self;
        let clock = news.voice.clock;
        let counts = Counts::default();
        let messages = messages.max_frame_size(LONGEST).aggregate_continuations();
        let (mut to_agent, from_agent) = agent.split();
        let mut call =
            CallSide { session, messages: messages.max_continuation_size(LONGEST), touch };
        let end = {
            let mut back = call.session.clone();
            let first = of_call(&news.call, &talk);
            let to_the_agent = call.pass_on(&mut to_agent, first, &counts, clock);
            let from_the_agent = to_call(from_agent, &mut back, &counts, clock);
            tokio::select! {
                end = to_the_agent => End::Other(end),
                end = from_the_agent => end,
                called = news.go_on() => End::Other(match called {
                    Called::Stopping => StreamEnd::Stopping,
                    Called::Left => StreamEnd::Left,
                }),
            }
        };
        let passed = counts.passed();
        tracing::info!(call.id = %news.call, agent = talk.agent, to_agent = passed.to_agent, from_agent = passed.from_agent, "the talk with a voice agent is over");
        news.tell(told(end, passed)).await;
        // The agent hears that it was no accident. It may have gone first.
        let _ = within(clock, STUCK, to_agent.send(Message::Close(Some(done())))).await;
        call.close(clock).await;
    }
}

fn told(end: End, passed: Passed) -> StreamNews {
    match end {
        End::HandedOver(HandOver { to, set }) => StreamNews::HandedOver { to, set, passed },
        End::Other(end) => StreamNews::Over { end, passed },
    }
}

fn done() -> CloseFrame {
    CloseFrame { code: CloseCode::Normal, reason: "".into() }
}

/// The socket of Call Automation.
struct CallSide {
    session: Session,
    messages: AggregatedMessageStream,
    touch: Touch,
}

impl CallSide {
    /// From the call to the agent.
    async fn pass_on(
        &mut self,
        agent: &mut SplitSink<AgentSocket, Message>,
        first: String,
        counts: &Counts,
        clock: Clock,
    ) -> StreamEnd {
        if !takes(agent, first, clock).await {
            return stuck();
        }
        loop {
            match self.next(clock).await {
                Some(AggregatedMessage::Text(text)) => {
                    if !takes(agent, text.to_string(), clock).await {
                        return stuck();
                    }
                    counts.to_agent.fetch_add(1, Ordering::Relaxed);
                }
                Some(AggregatedMessage::Ping(bytes)) => {
                    if self.session.pong(&bytes).await.is_err() {
                        return StreamEnd::Call;
                    }
                }
                // All frames are text (contract 8.1).
                Some(AggregatedMessage::Binary(_) | AggregatedMessage::Pong(_)) => {}
                Some(AggregatedMessage::Close(_)) | None => return StreamEnd::Call,
            }
        }
    }

    /// The next message; none where the socket is at its end or silent.
    async fn next(&mut self, clock: Clock) -> Option<AggregatedMessage> {
        let message = within(clock, SILENT, self.messages.next()).await??.ok()?;
        (self.touch)();
        Some(message)
    }

    /// Nothing passes any more; Call Automation closes as it was told to, or we do.
    async fn close(mut self, clock: Clock) {
        let closing = async {
            while let Some(message) = self.next(clock).await {
                if matches!(message, AggregatedMessage::Close(_)) {
                    break;
                }
            }
        };
        within(clock, TO_CLOSE, closing).await;
        let _ = self.session.close(None).await;
    }
}

/// From the agent to the call.
async fn to_call(
    mut agent: SplitStream<AgentSocket>,
    call: &mut Session,
    counts: &Counts,
    clock: Clock,
) -> End {
    let broken = |cause: &str| End::Other(StreamEnd::Broken { cause: cause.to_owned() });
    loop {
        let text = match agent.next().await {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Ok(Message::Binary(_))) => return broken("it sent a binary frame"),
            Some(Ok(Message::Close(frame))) => return closed(frame.as_ref()),
            Some(Err(Error::Capacity(_))) => return broken("it sent a frame of more than 1 MB"),
            Some(Err(_)) => return broken("the connection broke"),
            None => return broken("the connection ended without a word"),
        };
        match read(&text) {
            Said::HandOver(handed) => return End::HandedOver(handed),
            Said::Unreadable => return broken("its HandOver frame has no handOver.to"),
            Said::Pass => {}
        }
        match within(clock, STUCK, call.text(text.to_string())).await {
            Some(Ok(())) => counts.from_agent.fetch_add(1, Ordering::Relaxed),
            Some(Err(_)) | None => return End::Other(StreamEnd::Call),
        };
    }
}

/// An agent that is done says 1000, or nothing; another code is a failure.
fn closed(frame: Option<&CloseFrame>) -> End {
    let code = frame.map_or(CloseCode::Normal, |frame| frame.code);
    if code == CloseCode::Normal {
        return End::Other(StreamEnd::Agent);
    }
    End::Other(StreamEnd::Broken { cause: format!("it closed with code {}", u16::from(code)) })
}

fn stuck() -> StreamEnd {
    StreamEnd::Broken { cause: "it takes no frames".to_owned() }
}

async fn takes(agent: &mut SplitSink<AgentSocket, Message>, text: String, clock: Clock) -> bool {
    matches!(within(clock, STUCK, agent.send(Message::text(text))).await, Some(Ok(())))
}

/// What comes of it; none where it takes too long.
async fn within<T>(clock: Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = clock.sleep(limit) => None,
    }
}
