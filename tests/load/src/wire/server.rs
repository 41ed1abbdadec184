//! Answers requests over TLS, each connection in a task of its own.

use std::{net::SocketAddr, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::trouble::{Doing as _, Trouble, made};

use super::message::{Inflow, Message};

/// A request, without its headers: nobody here asks for them.
#[derive(Debug)]
pub(crate) struct Request {
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// The path without the query.
    pub(crate) path: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// What to answer. None keeps the request waiting until the other side gives up.
pub(crate) type Answer = Option<(u16, String)>;

/// Whom the service is told to trust.
pub(crate) struct Authority {
    /// Its certificate, PEM.
    pub(crate) pem: String,
    tls: Arc<ServerConfig>,
}

impl Authority {
    /// A new one, with a certificate for `localhost`.
    pub(crate) fn new() -> Result<Self, Trouble> {
        let certificate = "a certificate";
        let mut params = CertificateParams::new(Vec::new()).map_err(made(certificate))?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().map_err(made(certificate))?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(made(certificate))?;
        let key = KeyPair::generate().map_err(made(certificate))?;
        let params = CertificateParams::new(vec!["localhost".to_owned()]);
        let leaf = params.and_then(|params| params.signed_by(&key, &issuer));
        let leaf = leaf.map_err(made(certificate))?;
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        Ok(Self { pem: issuer.pem(), tls: Arc::new(tls.map_err(made("a TLS server"))?) })
    }
}

/// Serves on a free port of this machine.
pub(crate) async fn serve(
    authority: &Authority,
    tracker: &TaskTracker,
    answer: impl Fn(Request) -> Answer + Send + Sync + 'static,
) -> Result<SocketAddr, Trouble> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.doing("listen")?;
    let address = listener.local_addr().doing("listen")?;
    let acceptor = TlsAcceptor::from(authority.tls.clone());
    let (answer, connections) = (Arc::new(answer), tracker.clone());
    tracker.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, answer) = (acceptor.clone(), answer.clone());
            connections.spawn(async move {
                // The service closes connections as it likes.
                let _ = connection(socket, acceptor, &*answer).await;
            });
        }
    });
    Ok(address)
}

async fn connection(
    socket: TcpStream,
    acceptor: TlsAcceptor,
    answer: &(impl Fn(Request) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut io = acceptor.accept(socket).await?;
    let mut inflow = Inflow::default();
    while let Some(message) = inflow.next(&mut io).await? {
        match answer(request(message)) {
            Some((status, body)) => io.write_all(written(status, &body).as_bytes()).await?,
            None => std::future::pending().await,
        }
    }
    Ok(())
}

fn request(message: Message) -> Request {
    let mut words = message.first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default().to_owned();
    Request { method, path, body: message.body }
}

fn written(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
