//! Delivers what the world causes: callbacks to the application, events through Event Grid.

mod callbacks;
mod event_grid;
mod problem;
mod schedule;
mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;

pub(crate) use event_grid::handshake;
pub(crate) use tokens::{callback as callback_token, event_grid as event_grid_token};

use crate::shared::Shared;
use crate::world::{CallId, Callback, Effect};

/// Hands effects to those who carry them out, until the emulator stops.
pub(crate) async fn run(shared: Arc<Shared>, mut effects: mpsc::UnboundedReceiver<Effect>) {
    let mut calls: BTreeMap<CallId, mpsc::UnboundedSender<Callback>> = BTreeMap::new();
    while let Some(effect) = effects.recv().await {
        match effect {
            Effect::Callback(callback) => queue(&shared, &mut calls, callback),
            Effect::EventGrid(event) => event_grid::deliver(&shared, &event),
            Effect::Heard { .. } => {}
        }
    }
}

/// The events of one call are posted one after the other; calls do not wait for each other.
fn queue(
    shared: &Arc<Shared>,
    calls: &mut BTreeMap<CallId, mpsc::UnboundedSender<Callback>>,
    callback: Callback,
) {
    let (call, last) = (callback.call, callback.name == "CallDisconnected");
    let sender = calls.entry(call).or_insert_with(|| {
        let (sender, receiver) = mpsc::unbounded_channel();
        shared.spawn(callbacks::run(Arc::clone(shared), receiver));
        sender
    });
    // The receiver lives as long as its sender, unless the emulator stops.
    let _ = sender.send(callback);
    if last {
        calls.remove(&call);
    }
}
