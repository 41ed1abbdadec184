//! The public listener: webhooks, prompts, probes. Handlers translate; `intake` decides.

mod body;
mod connections;
mod health;
mod media;
mod prompts;
mod server;
mod webhooks;

pub use health::Health;
pub use server::{HttpError, Listener, ListenerOptions, listen};

use std::sync::Arc;

use actix_web::web;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::{intake::Intake, reload::CurrentFlow, voice::Voice};

/// What the routes share.
#[derive(Clone)]
pub struct Shared {
    /// Takes webhooks in.
    pub intake: Arc<Intake>,
    /// The runtime of the service: work started by a request goes on when the client is gone.
    pub runtime: Handle,
    /// Stopping waits for it.
    pub tracker: TaskTracker,
    /// What the probes tell.
    pub health: Health,
    /// The flow of new calls, with its sound files.
    pub flow: CurrentFlow,
    /// Web sockets to voice agents; none where the deployment has none.
    pub voice: Option<Arc<Voice>>,
}

/// All routes of the public listener.
pub fn routes(shared: Shared) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    move |config| {
        config
            .app_data(web::Data::new(shared.clone()))
            .service(
                web::resource("/webhooks/events")
                    .route(web::post().to(webhooks::event_grid))
                    .route(
                        web::method(actix_web::http::Method::OPTIONS)
                            .to(webhooks::event_grid_options),
                    ),
            )
            .service(
                web::resource("/webhooks/calls/{call}/{signature}")
                    .route(web::post().to(webhooks::callback)),
            )
            .route("/media/{call}/{signature}", web::get().to(media::socket))
            .route("/prompts/{path:.*}", web::get().to(prompts::sound))
            .route("/health/startup", web::get().to(health::startup))
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready));
    }
}
