//! Why a token is not believed.

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token is bad. Answer 401.
    #[error("the token was refused")]
    Refused(#[source] Refusal),
    /// The token says the right things and names a key that is not in the set. The key may be new:
    /// ask [`KeyCache::unknown_key`](super::KeyCache::unknown_key).
    #[error("the token is signed with a key that is not known; fetch the keys again")]
    UnknownKey {
        /// The key's id, at most 200 characters of the sender's choice.
        kid: String,
    },
}

impl From<Refusal> for TokenError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// No `Authorization` header.
    #[error("there is no Authorization header")]
    Missing,
    /// More than one `Authorization` header.
    #[error("there are several Authorization headers")]
    SeveralHeaders,
    /// The scheme is not `Bearer`, or nothing or too much follows it.
    #[error("the Authorization header is not Bearer and one token")]
    NotBearer,
    /// Longer than 16 KB.
    #[error("the token is longer than 16384 bytes")]
    TooLong,
    /// Not three parts of base64url with JSON objects in the first two.
    #[error("the token is not a signed token in compact form")]
    Malformed,
    /// A member twice in the header or in the claims.
    #[error("the token says the same thing twice")]
    DuplicateMember,
    /// An algorithm other than RS256.
    #[error("the token is not signed with RS256")]
    Algorithm,
    /// No key id, or one that is no string or longer than 200 characters.
    #[error("the token has no usable key id")]
    KeyId,
    /// The header brings its own key, or asks for an extension.
    #[error(
        "the header of the token has a member that is not allowed: crit, b64, jwk, jku, x5u or x5c"
    )]
    ForbiddenHeader,
    /// The signature is not that of the key.
    #[error("the signature of the token is wrong")]
    Signature,
    /// Issued by somebody else.
    #[error("the token has another issuer; check the issuer in the settings")]
    Issuer,
    /// Issued for somebody else, for several, or for nobody.
    #[error("the token is not for us; check the audience in the settings")]
    Audience,
    /// Issued by another Entra tenant.
    #[error("the token is from another tenant; check the tenant in the settings")]
    Tenant,
    /// Not issued to Event Grid.
    #[error("the token was not issued to Event Grid")]
    Caller,
    /// Without the role that Event Grid needs.
    #[error("the token lacks the role; assign the app role to Event Grid's service principal")]
    Role,
    /// A claim is missing or has the wrong type.
    #[error("a claim of the token is missing or has the wrong type")]
    Claims,
    /// Expired more than 60 s ago.
    #[error("the token has expired; if this goes on, check the clock")]
    Expired,
    /// Valid or issued only more than 60 s from now.
    #[error("the token is from the future; if this goes on, check the clock")]
    NotYetValid,
    /// Valid for longer than its issuer makes tokens valid.
    #[error("the token is valid for longer than such tokens are")]
    LivesTooLong,
}

impl Refusal {
    /// A short stable name for metrics and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "token.missing",
            Self::SeveralHeaders => "token.several_headers",
            Self::NotBearer => "token.not_bearer",
            Self::TooLong => "token.too_long",
            Self::Malformed => "token.malformed",
            Self::DuplicateMember => "token.duplicate_member",
            Self::Algorithm => "token.algorithm",
            Self::KeyId => "token.key_id",
            Self::ForbiddenHeader => "token.forbidden_header",
            Self::Signature => "token.signature",
            Self::Issuer => "token.issuer",
            Self::Audience => "token.audience",
            Self::Tenant => "token.tenant",
            Self::Caller => "token.caller",
            Self::Role => "token.role",
            Self::Claims => "token.claims",
            Self::Expired => "token.expired",
            Self::NotYetValid => "token.not_yet_valid",
            Self::LivesTooLong => "token.lives_too_long",
        }
    }

    /// True if a wrong clock, here or there, may be the cause.
    pub fn suggests_clock(self) -> bool {
        matches!(self, Self::Expired | Self::NotYetValid)
    }
}
