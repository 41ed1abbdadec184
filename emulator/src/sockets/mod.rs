//! The web sockets of media streaming and transcription: the emulator dials the application, sends
//! frames and takes audio (contract section 8).

mod audio;
mod dial;
mod talk;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::shared::Shared;
use crate::world::SocketOrder;

/// What a socket is to do.
enum Work {
    Send(Value),
    Close,
}

/// The sockets that are open, or being opened, by their number.
#[derive(Default)]
pub(crate) struct Sockets {
    open: BTreeMap<u64, mpsc::UnboundedSender<Work>>,
}

impl Sockets {
    /// Carries out an order. One for a socket that has gone does nothing.
    pub(crate) fn take(&mut self, shared: &Arc<Shared>, order: SocketOrder) {
        match order {
            SocketOrder::Open(plan) => {
                let (sender, work) = mpsc::unbounded_channel();
                self.open.insert(plan.socket, sender);
                shared.spawn(talk::run(Arc::clone(shared), *plan, work));
            }
            SocketOrder::Send { socket, frame } => {
                if let Some(sender) = self.open.get(&socket) {
                    let _ = sender.send(Work::Send(frame));
                }
            }
            SocketOrder::Close { socket } => {
                if let Some(sender) = self.open.remove(&socket) {
                    let _ = sender.send(Work::Close);
                }
            }
        }
    }
}
