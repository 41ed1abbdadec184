//! The one place that builds HTTP clients.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use azure_core::http::Transport;
use reqwest::{Certificate, Client, Response, redirect::Policy};

use crate::settings::Settings;

/// To connect, TLS included.
const CONNECT: Duration = Duration::from_secs(3);
/// Between two pieces of an answer.
const READ: Duration = Duration::from_secs(10);
/// A whole request; callers set shorter ones.
const TOTAL: Duration = Duration::from_secs(30);
/// Shorter than load balancers keep idle connections, so that a request does not meet a closed one.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// Clients or credentials cannot be built from the settings.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file of roots cannot be read.
    #[error("tls.extra_root {path} cannot be read: check the path and its permissions")]
    RootFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file of roots holds no certificate.
    #[error("tls.extra_root {path} is not a PEM file with at least one certificate")]
    RootNotPem {
        /// The file.
        path: PathBuf,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built: check tls.extra_root and the system's certificates")]
    Client(#[source] reqwest::Error),
    /// The credential cannot be built.
    #[error("the [entra] settings cannot be used")]
    Credential(#[source] azure_core::Error),
}

/// Builds the client for everything that goes out: rustls with the system's roots and those of
/// `tls.extra_root`, no redirects, at most 30 s for a request, idle connections for 15 s.
///
/// # Errors
/// When the roots cannot be used.
pub fn http_client(settings: &Settings) -> Result<Client, IdentityError> {
    Client::builder()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .tls_certs_merge(extra_roots(settings)?)
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .timeout(TOTAL)
        .pool_idle_timeout(POOL_IDLE)
        .redirect(Policy::none())
        .build()
        .map_err(IdentityError::Client)
}

/// A client for requests that go on as another protocol, as web sockets do: HTTP/1.1, and nothing ends a connection but its
/// users.
///
/// # Errors
/// When the roots cannot be used.
pub fn upgrading_client(settings: &Settings) -> Result<Client, IdentityError> {
    Client::builder()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .tls_certs_merge(extra_roots(settings)?)
        .connect_timeout(CONNECT)
        .redirect(Policy::none())
        .http1_only()
        .build()
        .map_err(IdentityError::Client)
}

/// The client as the transport of an Azure pipeline.
pub fn transport(client: &Client) -> Transport {
    Transport::new(Arc::new(client.clone()))
}

/// The roots to trust beside those of the system.
fn extra_roots(settings: &Settings) -> Result<Vec<Certificate>, IdentityError> {
    settings.tls.extra_root.as_deref().map_or_else(|| Ok(Vec::new()), roots)
}

fn roots(path: &Path) -> Result<Vec<Certificate>, IdentityError> {
    let pem = std::fs::read(path)
        .map_err(|source| IdentityError::RootFile { path: path.to_owned(), source })?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(roots) if !roots.is_empty() => Ok(roots),
        Ok(_) | Err(_) => Err(IdentityError::RootNotPem { path: path.to_owned() }),
    }
}

/// The body of an answer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is too long; reading stopped.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes after decompression.
        limit: usize,
    },
    /// The connection broke.
    #[error("the answer broke off")]
    BrokeOff(#[source] reqwest::Error),
}

/// Reads a body, but not more than `limit` bytes after decompression.
///
/// # Errors
/// When it is longer or breaks off.
pub async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(BodyError::BrokeOff)? {
        if body.len() + piece.len() > limit {
            return Err(BodyError::TooLong { limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_of_roots_that_is_none_is_named() {
        let missing = roots(Path::new("/no/such.pem"));
        assert!(matches!(missing, Err(IdentityError::RootFile { .. })));
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for content in ["", "not PEM", key] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(content.as_bytes()).unwrap();
            let refused = roots(file.path());
            assert!(matches!(refused, Err(IdentityError::RootNotPem { .. })), "{content}");
        }
    }
}
