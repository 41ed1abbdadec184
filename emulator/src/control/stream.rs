//! `GET /changes`: the world as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Query};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::visitor::Visitor;
use super::{Change, Control};
use crate::clock::Millis;
use crate::world::{CallView, WorldView};

/// The least time between two pictures of the world.
const LEAST_BETWEEN: Millis = 100;

/// Answers with the world now, the world after each change (at most ten a second), and what is
/// heard.
pub(super) async fn changes(control: Visitor, wanted: Query<Wanted>) -> HttpResponse {
    let listener = Listener {
        wanted: wanted.into_inner(),
        changes: control.changes(),
        control: control.0.clone(),
        world_due: true,
        next_world: 0,
        ready: VecDeque::new(),
    };
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-cache"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream(listener))
}

/// Which calls the pictures have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// At most so many, the newest; live ones first.
    calls: Option<usize>,
    /// These in any case, separated by commas.
    #[serde(default)]
    keep: String,
}

impl Wanted {
    /// The world with the calls that are wanted, oldest first, and how many there are in all.
    fn picture(&self, mut world: WorldView) -> Value {
        let live = world.calls.iter().filter(|call| call.state != "ended").count();
        let totals = json!({"calls": world.calls.len(), "live": live});
        if let Some(most) = self.calls {
            self.select(&mut world.calls, most, live);
        }
        let mut picture = json!(world);
        picture["totals"] = totals;
        picture
    }

    /// Live calls first, from the newest, then those that are over.
    fn select(&self, calls: &mut Vec<CallView>, most: usize, live: usize) {
        let kept: Vec<&str> = self.keep.split(',').collect();
        let mut over = most.saturating_sub(live);
        let mut going = most.min(live);
        calls.reverse();
        calls.retain(|call| {
            let room = if call.state == "ended" { &mut over } else { &mut going };
            let fits = *room > 0;
            *room = room.saturating_sub(1);
            fits || kept.contains(&call.id.to_string().as_str())
        });
        calls.reverse();
    }
}

struct Listener {
    wanted: Wanted,
    control: Control,
    changes: broadcast::Receiver<Change>,
    /// The world has changed since the last picture.
    world_due: bool,
    /// No picture before this time.
    next_world: Millis,
    ready: VecDeque<Bytes>,
}

fn stream(listener: Listener) -> impl Stream<Item = Result<Bytes, Infallible>> {
    unfold(listener, |mut listener| async move {
        let stopping = listener.control.stopping();
        let event = stopping.run_until_cancelled(listener.next()).await??;
        Some((Ok(event), listener))
    })
}

impl Listener {
    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let wait = self.next_world - self.control.now();
            if self.world_due && wait <= 0 {
                self.world_due = false;
                self.next_world = self.control.now() + LEAST_BETWEEN;
                return Some(event("world", &self.wanted.picture(self.control.world())));
            }
            let change = if self.world_due {
                tokio::select! {
                    change = self.changes.recv() => Some(change),
                    () = self.control.rest(wait) => None,
                }
            } else {
                Some(self.changes.recv().await)
            };
            self.take(change)?;
        }
    }

    fn take(&mut self, change: Option<Result<Change, RecvError>>) -> Option<()> {
        match change {
            None => {}
            Some(Ok(Change::World) | Err(RecvError::Lagged(_))) => self.world_due = true,
            Some(Ok(Change::Heard { call, text })) => {
                self.ready.push_back(event("heard", &json!({"call": call, "text": text})));
            }
            Some(Err(RecvError::Closed)) => return None,
        }
        Some(())
    }
}

fn event(name: &str, data: &serde_json::Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
