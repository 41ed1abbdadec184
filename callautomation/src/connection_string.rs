//! Connection strings, as the portal shows them: `endpoint=https://…/;accesskey=…`.

use url::Url;

use crate::{AccessKey, AccessKeyError};

/// Splits a connection string into endpoint and key. Names in any case, in any order; unknown
/// ones are ignored.
///
/// # Errors
///
/// A part that is missing or cannot be read; the text of the error never holds the key.
pub fn parse_connection_string(text: &str) -> Result<(Url, AccessKey), ConnectionStringError> {
    let (mut endpoint, mut key) = (None, None);
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or(ConnectionStringError::Shape)?;
        let name = name.trim();
        if name.eq_ignore_ascii_case("endpoint") {
            endpoint = Some(value.trim());
        } else if name.eq_ignore_ascii_case("accesskey") {
            key = Some(value.trim());
        }
    }
    let endpoint = endpoint.ok_or(ConnectionStringError::Missing("endpoint"))?;
    let key = key.ok_or(ConnectionStringError::Missing("accesskey"))?;
    let endpoint = Url::parse(endpoint)?;
    // `http` is for a server on this machine; the client refuses it elsewhere.
    if !matches!(endpoint.scheme(), "https" | "http") || !endpoint.has_host() {
        return Err(ConnectionStringError::NoHost);
    }
    Ok((endpoint, AccessKey::from_base64(key)?))
}

/// Why a connection string cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionStringError {
    /// A part without `=`.
    #[error("the connection string must be endpoint=https://…;accesskey=…")]
    Shape,
    /// A name that must be there.
    #[error("the connection string has no {0}")]
    Missing(&'static str),
    /// The endpoint is not an address.
    #[error("the endpoint of the connection string is not an address")]
    Endpoint(#[from] url::ParseError),
    /// The endpoint is an address of another kind.
    #[error("the endpoint of the connection string is not https:// and a host")]
    NoHost,
    /// The key is not one.
    #[error("the access key of the connection string cannot be used")]
    Key(#[from] AccessKeyError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_portal_shows() {
        let text = "endpoint=https://contoso.communication.azure.com/;accesskey=a2V5PT0=";
        let (endpoint, _) = parse_connection_string(text).unwrap();
        assert_eq!(endpoint.as_str(), "https://contoso.communication.azure.com/");
        assert!(parse_connection_string("AccessKey=a2V5 ; Endpoint=http://127.0.0.1:8;").is_ok());
    }

    #[test]
    fn names_what_is_wrong_and_never_the_key() {
        for (text, wrong) in [
            ("", "no endpoint"),
            ("endpoint=https://x.example", "no accesskey"),
            ("endpoint;accesskey=a2V5", "must be endpoint="),
            ("endpoint=nowhere;accesskey=a2V5", "not an address"),
            ("endpoint=bhttps:/-x;accesskey=a2V5", "https:// and a host"),
            ("endpoint=mailto:a@b;accesskey=a2V5", "https:// and a host"),
            ("endpoint=https://x.example;accesskey=CANARY!", "cannot be used"),
        ] {
            let error = parse_connection_string(text).unwrap_err();
            assert!(error.to_string().contains(wrong), "{text}: {error}");
            assert!(!format!("{error:?}").contains("CANARY"));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*", key in "[A-Za-z0-9+/=]{0,60}") {
            let _ = parse_connection_string(&text);
            let whole = format!("endpoint=https://x.example/{text};accesskey={key}");
            if let Err(error) = parse_connection_string(&whole) {
                let told = format!("{error:?} {error}");
                proptest::prop_assert!(key.len() < 4 || !told.contains(&key));
            }
        }
    }
}
