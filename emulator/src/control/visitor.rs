//! Who may use the control API over HTTP.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::{Control, ControlError};

/// The control of the world, for a request that no foreign web page has made: browsers send an
/// `Origin`, and it must be the host that was asked. Programs send none. A browser must have asked
/// for this machine by its own names: a name of somebody else's that leads here (DNS rebinding) is a
/// foreign page too.
pub(super) struct Visitor(pub(super) Control);

impl Deref for Visitor {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.0
    }
}

impl FromRequest for Visitor {
    type Error = ControlError;
    type Future = Ready<Result<Self, ControlError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admit(request))
    }
}

fn admit(request: &HttpRequest) -> Result<Visitor, ControlError> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header("origin").is_some_and(|origin| !is_same(origin, header("host"))) {
        let message = "pages of other origins may not move the world".to_owned();
        return Err(ControlError { status: 403, message });
    }
    let is_browser = header("origin").or(header("sec-fetch-site")).is_some();
    if is_browser && !header("host").is_some_and(is_local) {
        let message = "open the page as localhost or by an IP address".to_owned();
        return Err(ControlError { status: 403, message });
    }
    let control = request.app_data::<Data<Control>>();
    let control = control.ok_or_else(|| ControlError {
        status: 500,
        message: "the control API is mounted without its control".to_owned(),
    })?;
    Ok(Visitor(control.get_ref().clone()))
}

fn is_same(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == host
}

fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::{is_local, is_same};

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["localhost:8090", "127.0.0.1:8090", "[::1]:8090", "localhost", "10.0.0.2:80"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["evil.example:8090", "localhost.evil.example", ""] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_the_host_or_foreign() {
        assert!(is_same("http://localhost:8080", Some("localhost:8080")));
        assert!(!is_same("http://localhost:8081", Some("localhost:8080")));
        assert!(!is_same("https://evil.example", Some("localhost:8080")));
        assert!(!is_same("null", Some("localhost:8080")));
        assert!(!is_same("http://localhost", None));
    }
}
