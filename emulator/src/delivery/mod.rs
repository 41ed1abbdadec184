//! Delivers what the world causes: callbacks to the application, events through Event Grid.

mod callbacks;
mod courier;
mod dead_letters;
mod envelope;
mod event_grid;
mod grid;
mod handshake;
mod odd;
mod problem;
mod replay;
mod schedule;
mod tokens;

use std::sync::Arc;

use tokio::sync::mpsc;

pub(crate) use callbacks::{CONTENT_TYPE, Outcome, PATIENCE, note};
pub(crate) use courier::{Attempt, Courier, Load, Rules};
pub(crate) use event_grid::{Notification, PATIENCE as EVENT_GRID_PATIENCE, notification, wants};
pub(crate) use grid::Grid;
pub(crate) use handshake::{confirm, handshake};
pub(crate) use problem::chain;
pub(crate) use replay::replay;
pub(crate) use tokens::{
    callback as callback_token, event_grid as event_grid_token, socket as socket_token,
};

use crate::clock::Millis;
use crate::shared::{DeliveryEntry, FaultAction, Faults, Log, Shared, Strike, Struck};
use crate::sockets::Sockets;
use crate::world::{Callback, Effect};
use callbacks::note_dropped;

/// Hands Event Grid's events to those who deliver them, until the emulator stops.
pub(crate) async fn run(shared: Arc<Shared>, mut effects: mpsc::UnboundedReceiver<Effect>) {
    let mut sockets = Sockets::default();
    while let Some(effect) = effects.recv().await {
        match effect {
            Effect::EventGrid(event) => {
                event_grid::deliver(&shared, &event);
                shared.work.end();
            }
            Effect::Socket(order) => sockets.take(&shared, order),
            Effect::Callback(_) | Effect::Heard { .. } => {}
        }
    }
}

/// What is on its way, what goes wrong with it, and the log of it.
pub(crate) struct Outgoing<'a> {
    pub(crate) courier: &'a mut Courier,
    pub(crate) faults: &'a mut Faults,
    pub(crate) deliveries: &'a mut Log<DeliveryEntry>,
}

impl Outgoing<'_> {
    /// Puts a callback on its way, with the fault that strikes it. True when the fault wants new
    /// signing keys first.
    pub(crate) fn callback(&mut self, now: Millis, callback: Callback) -> bool {
        let strike = self.faults.strike(Struck::Event, callback.name);
        self.push(now, Load::Callback(callback), strike)
    }

    /// Puts a load on its way, or into the log as dropped.
    pub(crate) fn push(&mut self, now: Millis, load: Load, strike: Option<Strike>) -> bool {
        let fault = strike.map(|strike| strike.action);
        if let Some(dropped) = self.courier.push(now, load, fault.as_ref()) {
            note_dropped(self.deliveries, now, &dropped);
        }
        fault == Some(FaultAction::RotateKeys)
    }
}

/// Starts the attempts that are due.
pub(crate) fn start(shared: &Arc<Shared>, due: Vec<Attempt>) {
    for attempt in due {
        shared.spawn_delivery(callbacks::attempt(Arc::clone(shared), attempt));
    }
}
