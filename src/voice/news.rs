//! What a call is told of its web socket: inputs like any other, committed before anything follows from them.

use std::{sync::Arc, time::Duration};

use engine::call::{CallId, Input, Number, StreamNews};

use crate::ledger::{Arrival, Fate};

use super::door::Voice;

/// News that the ledger did not take are told again after this.
const AGAIN: Duration = Duration::from_millis(500);
/// Together with the ledger's own 2 s a try: half a minute.
const TRIES: u32 = 12;
/// The call is told so often that sound still comes (the engine waits for 35 s).
const ALIVE: Duration = Duration::from_secs(15);

/// Tells one call of one web socket.
pub(super) struct News {
    pub(super) voice: Arc<Voice>,
    pub(super) call: CallId,
    pub(super) number: Number,
}

/// Why a socket is to be closed though both sides would go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// This process stops.
    Stopping,
    /// The call has left the node.
    Left,
}

impl News {
    pub(super) fn new(voice: Arc<Voice>, call: CallId, number: Number) -> Self {
        Self { voice, call, number }
    }

    /// Tells the call, again and again if the ledger does not take it.
    pub(super) async fn tell(&self, news: StreamNews) {
        for attempt in 1..=TRIES {
            match self.try_to_tell(news.clone()).await {
                Ok(_) => return,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(call.id = %self.call, attempt, error, "news of a voice agent are not kept yet");
                }
            }
            self.voice.clock.sleep(AGAIN).await;
        }
        tracing::error!(call.id = %self.call, "news of a voice agent are lost: the call goes on by its own time");
    }

    async fn try_to_tell(&self, news: StreamNews) -> Result<Fate, crate::admission::Unkept> {
        let inputs = vec![Input::Streamed { number: self.number, news }];
        let arrival = Arrival {
            call: self.call.clone(),
            opens: false,
            // Told twice they change nothing: the call has left the node, or stays there.
            event: None,
            inputs,
            settles: None,
            now: self.voice.clock.now(),
        };
        self.voice.admission.keep(arrival).await
    }

    /// Tells that the talk has begun, and then now and then that it goes on; returns when it is to end.
    pub(super) async fn go_on(&self) -> Called {
        let watch = self.voice.watched.watch(&self.call);
        self.tell(StreamNews::Begun).await;
        loop {
            tokio::select! {
                () = self.voice.stopping.cancelled() => return Called::Stopping,
                () = self.voice.clock.sleep(ALIVE) => self.tell(StreamNews::Alive).await,
                () = watch.changed() => {}
            }
            if !self.voice.still_talks(&self.call, self.number).await {
                return Called::Left;
            }
        }
    }
}
