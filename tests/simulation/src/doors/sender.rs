//! What the service sends: order and expiry are checked, the company's endpoint answers.

use std::sync::Arc;

use async_trait::async_trait;
use engine::call::{FetchResult, Input};
use serde_json::json;
use switchboard::{
    dispatch::{Answer, Payload, Sender, Transmit},
    ledger::Outgoing,
};

use crate::{plan::EndpointTrouble, world::World};

/// The real sender, with the world instead of the network.
pub struct SenderDoor {
    /// The real one: its Call Automation client has [`super::TransportDoor`] for a transport.
    pub inner: Sender,
    /// The world.
    pub world: Arc<World>,
}

#[async_trait]
impl Transmit for SenderDoor {
    async fn attempt(&self, command: &Outgoing, payload: &Payload) -> Answer {
        self.world.alive().await;
        self.world.lock().sending(command);
        let _under_way = UnderWay { world: &self.world, command };
        let answer = if let Payload::Fetch { url, timeout, .. } = payload {
            let result = self.fetch(url.expose(), *timeout).await;
            Answer::Input(Input::Fetched { number: command.number, result })
        } else {
            self.inner.attempt(command, payload).await
        };
        self.world.alive().await;
        answer
    }
}

/// A try that is under way; over when it is dropped, since the service may cut it off.
struct UnderWay<'w> {
    world: &'w World,
    command: &'w Outgoing,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.world.lock().sent(self.command);
    }
}

impl SenderDoor {
    /// Flights with an even number are known.
    async fn fetch(&self, url: &str, timeout: i64) -> FetchResult {
        let (trouble, latency) = self.world.lock().endpoint();
        self.world.pause(latency).await;
        let number = url.rsplit('/').next().unwrap_or_default();
        match trouble {
            Some(EndpointTrouble::Fails) => FetchResult::Answer { status: 500, body: json!(null) },
            Some(EndpointTrouble::Hangs) => {
                self.world.pause(timeout).await;
                FetchResult::Failed { cause: "no answer in time".to_owned() }
            }
            Some(EndpointTrouble::Garbage) => FetchResult::Answer { status: 200, body: json!([1]) },
            None if number.ends_with(['0', '2', '4', '6', '8']) => {
                let body = json!({ "status": "on time", "city": "Oslo", "gate": "B7" });
                FetchResult::Answer { status: 200, body }
            }
            None => FetchResult::Answer { status: 200, body: json!({}) },
        }
    }
}
