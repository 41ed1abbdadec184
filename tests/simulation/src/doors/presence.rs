//! Graph.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard::graph::{GraphError, Presence, PresenceSource};

use crate::{plan::GraphTrouble, world::World};

/// Presence of the world's users, as Graph tells it.
pub struct PresenceDoor {
    /// The world.
    pub world: Arc<World>,
}

#[async_trait]
impl PresenceSource for PresenceDoor {
    async fn presences(
        &self,
        ids: &[String],
        within: Duration,
    ) -> Result<Vec<Presence>, GraphError> {
        let answer = tokio::time::timeout(within, self.ask(ids)).await;
        answer.unwrap_or(Err(GraphError::Late(within)))
    }
}

impl PresenceDoor {
    async fn ask(&self, ids: &[String]) -> Result<Vec<Presence>, GraphError> {
        let (trouble, latency) = {
            let mut world = self.world.lock();
            (world.graph_trouble(), world.latency(20, 120))
        };
        self.world.pause(latency).await;
        let unavailable = |status| GraphError::Failed { status, request_id: String::new() };
        match trouble {
            Some(GraphTrouble::Down) => return Err(unavailable(503)),
            Some(GraphTrouble::Throttles) => {
                return Err(GraphError::Throttled(Duration::from_secs(2)));
            }
            Some(GraphTrouble::Slow(ms)) => self.world.pause(ms).await,
            None => {}
        }
        let body = self.world.lock().stepped.presences(ids).ok_or(unavailable(500))?;
        read(&body).ok_or(GraphError::Unreadable)
    }
}

fn read(body: &[u8]) -> Option<Vec<Presence>> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = |one: &serde_json::Value, name: &str| Some(one.get(name)?.as_str()?.to_owned());
    let people = body.get("value")?.as_array()?.iter();
    people
        .map(|one| {
            Some(Presence {
                id: text(one, "id")?,
                availability: text(one, "availability")?,
                activity: text(one, "activity")?,
                sequence_number: text(one, "sequenceNumber"),
            })
        })
        .collect()
}
