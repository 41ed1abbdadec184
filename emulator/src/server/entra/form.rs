//! Form fields and query parameters of Entra's endpoints.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Fields in their order; the first of a name counts.
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// A body, and the credentials in the Authorization header.
    pub(super) fn read(request: &HttpRequest, body: &[u8]) -> Self {
        let mut form = Self::parse(body);
        if let Some((id, secret)) = basic(request) {
            form.fields.push(("client_id".to_owned(), id));
            form.fields.push(("client_secret".to_owned(), secret));
        }
        form
    }

    pub(super) fn parse(text: &[u8]) -> Self {
        Self { fields: url::form_urlencoded::parse(text).into_owned().collect() }
    }

    /// A field, or nothing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// A field that is not empty.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(key, value)| key == name && !value.is_empty());
        field.map(|(_, value)| value.as_str())
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn basic(request: &HttpRequest) -> Option<(String, String)> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    // RFC 6749 has both form-encoded before they are joined.
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    Some((decode(id), decode(secret)))
}
