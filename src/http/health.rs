//! Probes. Liveness asks nothing but the event loop; readiness says whether new connections are wanted.
//! Neither fails when the database or ACS is down: an ingress that answers for us would lose callers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{HttpResponse, web::Data};

use super::Shared;

/// Whether the service wants new connections. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Health {
    ready: Arc<AtomicBool>,
}

impl Health {
    /// Sets what the readiness probe tells.
    pub fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }
}

/// `GET /health/live`
pub(super) async fn live() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().force_close().body("live\n")).await
}

/// `GET /health/ready`
pub(super) async fn ready(shared: Data<Shared>) -> HttpResponse {
    let response = if shared.health.ready.load(Ordering::Relaxed) {
        HttpResponse::Ok().force_close().body("ready\n")
    } else {
        HttpResponse::ServiceUnavailable().force_close().body("not ready\n")
    };
    std::future::ready(response).await
}
