//! Headers of the request with which ACS opens a web socket.

use crate::ids::{CallConnectionId, CorrelationId};
use crate::sensitive::Secret;

/// Headers of the request with which ACS opens a web socket (contract 8.1).
///
/// Check [`authorization`](Self::authorization) with a `CallbackValidator` that is
/// `for_web_sockets` before you accept: the token is new for each connection and lives 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpgradeHeaders {
    /// The values of all `Authorization` headers; there has to be one.
    pub authorization: Vec<Secret>,
    /// `x-ms-call-connection-id`: our leg of the call.
    pub call_connection_id: Option<CallConnectionId>,
    /// `x-ms-call-correlation-id`: the conversation.
    pub correlation_id: Option<CorrelationId>,
}

impl UpgradeHeaders {
    /// Reads names and values of a request's headers; the case of names does not matter. An id
    /// that is empty, or there twice with different values, is `None`.
    pub fn read<'h>(headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Self {
        let (mut authorization, mut connection, mut correlation) = (vec![], vec![], vec![]);
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("authorization") {
                authorization.push(Secret::new(value));
            } else if name.eq_ignore_ascii_case("x-ms-call-connection-id") {
                connection.push(value.trim());
            } else if name.eq_ignore_ascii_case("x-ms-call-correlation-id") {
                correlation.push(value.trim());
            }
        }
        Self {
            authorization,
            call_connection_id: only(&connection).map(CallConnectionId::from),
            correlation_id: only(&correlation).map(CorrelationId::from),
        }
    }
}

fn only<'h>(values: &[&'h str]) -> Option<&'h str> {
    let first = *values.first()?;
    (!first.is_empty() && values.iter().all(|value| *value == first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_are_found_whatever_their_case() {
        let read = UpgradeHeaders::read([
            ("AUTHORIZATION", "Bearer x"),
            ("X-MS-Call-Connection-Id", " 1-2 "),
            ("x-ms-call-correlation-id", "c"),
            ("host", "h"),
        ]);
        assert_eq!(read.authorization[0].expose(), "Bearer x");
        assert_eq!(read.call_connection_id, Some("1-2".into()));
        assert_eq!(read.correlation_id, Some("c".into()));
        assert!(!format!("{read:?}").contains("Bearer"));
    }

    #[test]
    fn an_id_that_contradicts_itself_is_none() {
        let name = "x-ms-call-connection-id";
        assert_eq!(UpgradeHeaders::read([(name, "a"), (name, "b")]).call_connection_id, None);
        assert_eq!(UpgradeHeaders::read([(name, "")]).call_connection_id, None);
    }
}
