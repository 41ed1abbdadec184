//! Listening, with TLS or behind an ingress.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware, web};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::clock::Clock;

use super::connections::{self, Connections};

/// A request's head may take so long where nobody else closes silent connections.
const HEAD: Duration = Duration::from_secs(5);

/// Where and how to listen.
#[derive(Clone)]
pub struct ListenerOptions {
    /// Address; port 0 takes a free one.
    pub address: SocketAddr,
    /// Certificate chain and key, PEM. None listens without TLS, behind an ingress or on loopback.
    pub tls: Option<(Vec<u8>, Vec<u8>)>,
    /// Worker threads.
    pub workers: usize,
    /// Closes connections that do nothing, until cancelled. Not for answers that go on for long.
    pub close_silent: Option<(Clock, CancellationToken)>,
}

/// A listener that runs.
pub struct Listener {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
}

/// A listener could not be started.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: choose another address or port")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The certificate or key cannot be used.
    #[error("the TLS certificate and key cannot be used: both must be PEM and belong together")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Listener {
    /// Stops: idle connections close, requests in flight are finished.
    pub async fn stop(&self) {
        self.handle.stop(true).await;
    }
}

/// Starts listening with the given routes.
///
/// # Errors
/// When the address or the certificate cannot be used.
pub fn listen(
    options: &ListenerOptions,
    tracker: &TaskTracker,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> Result<Listener, HttpError> {
    let connections = options.close_silent.as_ref().map(|(clock, stopping)| {
        let connections = Connections::new(*clock);
        tracker.spawn(connections.clone().sweep(stopping.clone()));
        connections
    });
    let server = HttpServer::new(move || {
        App::new()
            .wrap(middleware::from_fn(connections::watch))
            .wrap(
                middleware::DefaultHeaders::new()
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Cache-Control", "no-store"))
                    .add(("Referrer-Policy", "no-referrer")),
            )
            .configure(routes.clone())
    })
    .on_connect(move |io, data| {
        if let Some(connections) = &connections {
            connections.opened(io, data);
        }
    })
    .workers(options.workers)
    .max_connections(2_000)
    // Its own timer answers 408, which makes Event Grid wait longer than a caller rings (a process that stood
    // still for a moment finds it run out). Where we close silent connections ourselves, it is off.
    .client_request_timeout(if options.close_silent.is_some() { Duration::ZERO } else { HEAD })
    .keep_alive(Duration::from_secs(15))
    .shutdown_timeout(5)
    .disable_signals();
    let address = options.address;
    let bind_error = |source| HttpError::Bind { address, source };
    let server = match &options.tls {
        Some((chain, key)) => {
            server.bind_rustls_0_23(address, tls_config(chain, key)?).map_err(bind_error)?
        }
        None => server.bind(address).map_err(bind_error)?,
    };
    let bound = server.addrs().first().copied().unwrap_or(address);
    let running = server.run();
    let handle = running.handle();
    tracker.spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(error = &error as &dyn std::error::Error, "a listener failed");
        }
    });
    Ok(Listener { address: bound, handle })
}

fn tls_config(chain: &[u8], key: &[u8]) -> Result<ServerConfig, HttpError> {
    let tls = |error: Box<dyn std::error::Error + Send + Sync>| HttpError::Tls(error);
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|e| tls(e.into()))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| tls(e.into()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| tls(e.into()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| tls(e.into()))
}
