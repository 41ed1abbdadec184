//! `[http]`: where we listen, and where we are reached.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use url::Url;

use super::{
    section::{Key, Section},
    value,
};

/// Where we listen, and where we are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where ACS and Event Grid reach us: https; may have a path if an ingress adds one.
    pub public_url: Url,
    /// Our certificate; None means plain HTTP behind an ingress that ends TLS.
    pub tls: Option<ServerTls>,
    /// Requests are answered for so long after SIGTERM, while the load balancer learns of it. At most 14 s.
    pub drain: Duration,
}

impl Http {
    /// The public address without a slash at its end, ready for a path.
    pub fn public_base(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }
}

/// The certificate that we show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTls {
    /// A PEM file: our certificate, then its intermediates.
    pub certificate: PathBuf,
    /// A PEM file: its private key.
    pub key: PathBuf,
}

const LISTEN: Key = Key { name: "listen", write: "an address and a port, like \"0.0.0.0:8443\"" };
const PUBLIC_URL: Key =
    Key { name: "public_url", write: "the https address at which Azure reaches this service" };
const CERTIFICATE: Key = Key {
    name: "tls_certificate",
    write: "the path of a PEM file with the certificate chain, together with tls_key, or neither",
};
const KEY: Key = Key {
    name: "tls_key",
    write: "the path of a PEM file with the private key, together with tls_certificate, or neither",
};

const DRAIN: Key = Key { name: "drain", write: "a time up to \"14s\"" };
/// Longest `drain`: a stop takes less than 25 s in all.
const LONGEST_DRAIN: Duration = Duration::from_secs(14);

pub(super) const KEYS: &[&Key] = &[&LISTEN, &PUBLIC_URL, &CERTIFICATE, &KEY, &DRAIN];

pub(super) fn read(mut section: Section<'_>) -> Option<Http> {
    let listen = section.or(&LISTEN, value::socket, SocketAddr::from(([0; 4], 8443)));
    let public_url = section.required(&PUBLIC_URL, value::https);
    let certificate = section.optional(&CERTIFICATE, value::readable);
    let key = section.optional(&KEY, value::readable);
    match (section.has(&CERTIFICATE), section.has(&KEY)) {
        (true, false) => section.reject(&KEY, "this is missing beside tls_certificate".to_owned()),
        (false, true) => section.reject(&CERTIFICATE, "this is missing beside tls_key".to_owned()),
        (true, true) | (false, false) => {}
    }
    let tls = certificate.zip(key).map(|(certificate, key)| ServerTls { certificate, key });
    let drain = value::between(Duration::ZERO, LONGEST_DRAIN);
    let drain = section.or(&DRAIN, drain, Duration::from_secs(10));
    Some(Http { listen, public_url: public_url?, tls, drain })
}
