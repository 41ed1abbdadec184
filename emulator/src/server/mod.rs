//! The listeners: Call Automation, Graph, Entra, keys and recordings over HTTPS; the same and the
//! control API over plain HTTP on loopback.

mod acs;
mod bearer;
mod body;
mod entra;
mod graph;
mod grid;
mod keys;
mod listeners;
#[cfg(test)]
mod recorded;
mod recordings;
mod render;
mod troubled;

pub(crate) use graph::presences_body;
pub(crate) use listeners::{ListenError, Listeners, Serving};
pub(crate) use recordings::wav_body;

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use crate::shared::{RequestEntry, Shared};

/// The largest body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// All stand-in services.
fn services(shared: Arc<Shared>) -> impl Fn(&mut ServiceConfig) + Clone + Send {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::from(Arc::clone(&shared)))
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .configure(keys::routes)
            .configure(acs::routes)
            .configure(recordings::routes)
            .configure(graph::routes)
            .configure(grid::routes)
            .configure(entra::routes);
    }
}

/// Notes a request of the small services, which have no sub-codes.
fn note(shared: &Shared, method: &str, operation: &str, status: u16) {
    let at = shared.clock.now();
    shared.lock().requests.add(|n| RequestEntry {
        n,
        at,
        method: method.to_owned(),
        operation: operation.to_owned(),
        subject: None,
        status,
        sub_code: None,
        repeated: false,
        unknown_members: Vec::new(),
        forgiven: Vec::new(),
    });
    shared.changed();
}
