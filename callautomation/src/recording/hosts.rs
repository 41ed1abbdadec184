//! Which hosts may see the resource's credential.

use url::{Host, Url};

use super::DownloadError;

/// Microsoft's storage of recordings, by the end of the host name. Source: the official clients.
const MICROSOFT: [&str; 3] =
    [".asm.skype.com", ".asyncgw.teams.microsoft.com", ".ams.gov.teams.microsoft.us"];

/// What a client allows beyond Microsoft's hosts.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordingHosts {
    /// `host` or `host:port`.
    pub(crate) extra: Vec<String>,
    /// Plain http to loopback, for the hosts of `extra`.
    pub(crate) http_loopback: bool,
}

impl RecordingHosts {
    pub(super) fn check(&self, location: &Url) -> Result<(), DownloadError> {
        let bare = location.username().is_empty() && location.password().is_none();
        let https = location.scheme() == "https";
        if bare && (https && is_microsofts(location) || self.is_extra(location)) {
            return Ok(());
        }
        let host = location.host_str().unwrap_or_default().to_owned();
        Err(DownloadError::UntrustedHost { host })
    }

    fn is_extra(&self, location: &Url) -> bool {
        let secure = match location.scheme() {
            "https" => true,
            "http" => self.http_loopback && is_loopback(location),
            _ => false,
        };
        let Some(host) = location.host_str() else { return false };
        let with_port = location.port_or_known_default().map(|port| format!("{host}:{port}"));
        let known = |one: &String| one == host || Some(one) == with_port.as_ref();
        secure && self.extra.iter().any(known)
    }
}

fn is_microsofts(location: &Url) -> bool {
    let Some(Host::Domain(host)) = location.host() else { return false };
    location.port().is_none() && MICROSOFT.iter().any(|end| host.ends_with(end))
}

fn is_loopback(location: &Url) -> bool {
    match location.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(hosts: &RecordingHosts, location: &str) -> bool {
        hosts.check(&Url::parse(location).unwrap()).is_ok()
    }

    #[test]
    fn credentials_go_to_microsofts_storage_only() {
        let hosts = RecordingHosts::default();
        for good in [
            "https://us-storage.asm.skype.com/v1/objects/x/content/video",
            "https://eu-prod.asyncgw.teams.microsoft.com/v1/x",
            "https://a.ams.gov.teams.microsoft.us/x",
            "https://A.ASM.Skype.com:443/x",
        ] {
            assert!(allows(&hosts, good), "{good}");
        }
        for bad in [
            "http://us-storage.asm.skype.com/x",
            "https://us-storage.asm.skype.com:8443/x",
            "https://asm.skype.com/x",
            "https://evilasm.skype.com/x",
            "https://us.asm.skype.com.evil.example/x",
            "https://evil.example/.asm.skype.com",
            "https://evil.example#.asm.skype.com",
            "https://user:pass@us.asm.skype.com/x",
            "https://us.asm.skype.com@evil.example/x",
            "https://127.0.0.1/x",
            "ftp://us.asm.skype.com/x",
            "file:///etc/passwd",
        ] {
            assert!(!allows(&hosts, bad), "{bad}");
        }
    }

    #[test]
    fn others_must_be_named() {
        let hosts = |http_loopback| RecordingHosts {
            extra: vec!["localhost:7000".to_owned(), "storage.example".to_owned()],
            http_loopback,
        };
        for good in ["https://localhost:7000/x", "https://storage.example:9/x"] {
            assert!(allows(&hosts(false), good), "{good}");
        }
        assert!(allows(&hosts(true), "http://localhost:7000/x"));
        assert!(!allows(&hosts(false), "http://localhost:7000/x"));
        for bad in ["http://storage.example/x", "https://localhost:7001/x"] {
            assert!(!allows(&hosts(true), bad), "{bad}");
        }
    }
}
