//! What can be struck.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    processes::{Postgres, Replica},
    proxy::Link,
};

use super::plan::{Planned, Way};

/// The links of one replica.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    pub(crate) inward: Link,
    pub(crate) outward: Link,
    pub(crate) database: Link,
}

/// Everything that can be struck. One fault at a time strikes each process and each link.
#[derive(Debug)]
pub(crate) struct Targets {
    pub(crate) replicas: Vec<Arc<Replica>>,
    pub(crate) links: Vec<Links>,
    pub(crate) database: Option<Arc<Postgres>>,
    busy: Vec<Arc<Mutex<()>>>,
}

impl Targets {
    /// These.
    pub(crate) fn new(
        replicas: Vec<Arc<Replica>>,
        links: Vec<Links>,
        database: Option<Arc<Postgres>>,
    ) -> Self {
        let busy = (0..=replicas.len() * 4).map(|_| Arc::default()).collect();
        Self { replicas, links, database, busy }
    }

    /// The link of a planned fault.
    pub(crate) fn link(&self, planned: Planned) -> Link {
        let links = &self.links[planned.replica];
        match planned.way {
            Way::Inward => links.inward.clone(),
            Way::Outward => links.outward.clone(),
            Way::Database => links.database.clone(),
        }
    }

    /// Waits until nothing else strikes this process or link; 0 is the database.
    pub(crate) async fn turn(&self, index: usize) -> OwnedMutexGuard<()> {
        self.busy[index].clone().lock_owned().await
    }
}
