//! Opens a web socket of the application.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::handshake::client::Request;
use tungstenite::http::HeaderValue;
use tungstenite::protocol::WebSocketConfig;
use url::Url;

use crate::crypto::KeyError;
use crate::delivery::socket_token;
use crate::shared::Shared;
use crate::world::SocketPlan;

/// The largest message of the application: half a minute of audio at once.
const LARGEST: usize = 2 * 1024 * 1024;

/// A connection, with TLS or, for tests on loopback, without.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

pub(super) type Socket = WebSocketStream<Box<dyn Wire>>;

/// Why a socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    #[error("transportUrl has no host that can be dialled")]
    Address,
    #[error("the socket's token cannot be signed")]
    Token(#[from] KeyError),
    #[error("an extra root certificate cannot be read")]
    Root(#[from] rustls::pki_types::pem::Error),
    #[error("TLS failed; is the server's certificate issued by a trusted authority?")]
    Tls(#[from] rustls::Error),
    #[error("the server cannot be reached")]
    Connect(#[from] std::io::Error),
    #[error("the server did not accept the web socket")]
    Refused(#[source] Box<tungstenite::Error>),
    #[error("the server did not answer in time")]
    Slow,
}

/// Dials the address of a plan, with the headers of contract section 8.1.
pub(super) async fn dial(shared: &Shared, plan: &SocketPlan) -> Result<Socket, DialError> {
    let url = Url::parse(&plan.address).map_err(|_| DialError::Address)?;
    let host = url.host_str().ok_or(DialError::Address)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port_or_known_default().ok_or(DialError::Address)?;
    let request = request(shared, plan)?;
    let stream = TcpStream::connect((host.as_str(), port)).await?;
    // Frames are small and must not wait for each other.
    stream.set_nodelay(true)?;
    let wire: Box<dyn Wire> = if url.scheme() == "wss" {
        let name = ServerName::try_from(host).map_err(|_| DialError::Address)?;
        let connector = TlsConnector::from(Arc::new(tls(shared)?));
        Box::new(connector.connect(name, stream).await?)
    } else {
        Box::new(stream)
    };
    let config =
        WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
    let opened = tokio_tungstenite::client_async_with_config(request, wire, Some(config)).await;
    let (socket, _) = opened.map_err(|error| DialError::Refused(Box::new(error)))?;
    Ok(socket)
}

fn request(shared: &Shared, plan: &SocketPlan) -> Result<Request, DialError> {
    let request = plan.address.as_str().into_client_request();
    let mut request = request.map_err(|error| DialError::Refused(Box::new(error)))?;
    let headers = request.headers_mut();
    let bearer = format!("Bearer {}", socket_token(shared)?);
    let values = [
        ("authorization", bearer.as_str()),
        ("x-ms-call-correlation-id", plan.correlation.as_str()),
        ("x-ms-call-connection-id", plan.connection.as_str()),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| DialError::Address)?);
    }
    Ok(request)
}

/// Trusts what deliveries trust: the emulator's own authority and the extra roots.
fn tls(shared: &Shared) -> Result<ClientConfig, DialError> {
    let mut roots = RootCertStore::empty();
    let extra = shared.options.extra_roots.iter().map(String::as_str);
    for pem in extra.chain([shared.authority.pem()]) {
        for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(root?)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
