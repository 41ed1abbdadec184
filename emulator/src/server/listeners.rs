//! Binds and runs the two listeners.

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::body::whole;
use super::services;
use super::troubled::troubled;
use crate::control::{Control, control_routes};
use crate::crypto::Certificate;
use crate::shared::Shared;

/// Why the listeners cannot run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("port {port} of {address} cannot be bound; is another emulator running?")]
    Bind { address: IpAddr, port: u16, source: std::io::Error },
    #[error("the HTTPS listener's certificate is not usable")]
    Certificate(#[source] rustls::Error),
    #[error("the HTTPS listener's certificate cannot be read")]
    Pem(#[source] rustls::pki_types::pem::Error),
    #[error("the server cannot start")]
    Start(#[source] std::io::Error),
}

/// Bound, not yet serving: the ports are known before anything is told of them.
pub(crate) struct Listeners {
    secure: TcpListener,
    plain: TcpListener,
    pub(crate) https_port: u16,
    pub(crate) http_port: u16,
}

/// The running servers.
pub(crate) struct Serving {
    handles: [ServerHandle; 2],
}

impl Listeners {
    /// Binds both ports; 0 takes a free one.
    pub(crate) fn bind(address: IpAddr, https: u16, http: u16) -> Result<Self, ListenError> {
        let (secure, secure_port) = bind(address, https)?;
        let (plain, plain_port) = bind(address, http)?;
        Ok(Self { secure, plain, https_port: secure_port, http_port: plain_port })
    }

    /// Starts serving.
    pub(crate) fn serve(
        self,
        shared: &Arc<Shared>,
        certificate: &Certificate,
    ) -> Result<Serving, ListenError> {
        let tls = server_config(certificate)?;
        let stand_ins = services(Arc::clone(shared));
        let secure = {
            let stand_ins = stand_ins.clone();
            HttpServer::new(move || {
                App::new().wrap(from_fn(troubled)).wrap(from_fn(whole)).configure(stand_ins.clone())
            })
        };
        let secure = secure.workers(1).disable_signals().shutdown_timeout(1);
        let secure = secure.listen_rustls_0_23(self.secure, tls).map_err(ListenError::Start)?;
        let control = control_routes(Control::new(Arc::clone(shared)));
        let plain = HttpServer::new(move || {
            let control = web::scope("/control").configure(control.clone());
            App::new()
                .wrap(from_fn(troubled))
                .wrap(from_fn(whole))
                .configure(crate::pages::routes)
                .service(control)
                .configure(stand_ins.clone())
        });
        let plain = plain.workers(1).disable_signals().shutdown_timeout(1);
        let plain = plain.listen(self.plain).map_err(ListenError::Start)?;
        let (secure, plain) = (secure.run(), plain.run());
        let handles = [secure.handle(), plain.handle()];
        for server in [secure, plain] {
            shared.tasks.spawn_on(
                async move {
                    if let Err(error) = server.await {
                        tracing::error!(%error, "a listener of the emulator failed");
                    }
                },
                &shared.runtime,
            );
        }
        Ok(Serving { handles })
    }
}

impl Serving {
    /// Stops both listeners; open requests get a moment.
    pub(crate) async fn stop(self) {
        for handle in self.handles {
            handle.stop(true).await;
        }
    }
}

fn bind(address: IpAddr, port: u16) -> Result<(TcpListener, u16), ListenError> {
    let failed = |source| ListenError::Bind { address, port, source };
    let listener = TcpListener::bind((address, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?.port();
    Ok((listener, bound))
}

fn server_config(certificate: &Certificate) -> Result<ServerConfig, ListenError> {
    let chain = CertificateDer::pem_slice_iter(certificate.cert_pem.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(ListenError::Pem)?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes());
    let key = key.map_err(ListenError::Pem)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(ListenError::Certificate)
}
