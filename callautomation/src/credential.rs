//! Who we are to the service.

use std::{fmt, sync::Arc};

use azure_core::credentials::TokenCredential;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _};
use sha2::Sha256;

/// The scope a token is asked for. The double slash is what the official clients send.
pub const TOKEN_SCOPE: &str = "https://communication.azure.com//.default";

/// How requests are authorized.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The resource's access key; each request is signed.
    AccessKey(AccessKey),
    /// A Microsoft Entra identity; each request carries a bearer token. Never over plain http.
    Token(Arc<dyn TokenCredential>),
}

/// An access key of the resource. `Debug` does not show it.
#[derive(Clone)]
pub struct AccessKey(pub(crate) Hmac<Sha256>);

impl AccessKey {
    /// Reads the key as the portal shows it, in base64.
    ///
    /// # Errors
    ///
    /// Text that is not base64, or nothing.
    pub fn from_base64(text: &str) -> Result<Self, AccessKeyError> {
        let key = STANDARD.decode(text.trim()).map_err(|_| AccessKeyError::NotBase64)?;
        if key.is_empty() {
            return Err(AccessKeyError::Empty);
        }
        Hmac::new_from_slice(&key).map(Self).map_err(|_| AccessKeyError::Empty)
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey")
    }
}

/// Why an access key is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessKeyError {
    /// Not base64.
    #[error("the access key is not base64; copy it from the Keys page of the resource")]
    NotBase64,
    /// No bytes.
    #[error("the access key is empty; copy it from the Keys page of the resource")]
    Empty,
}
