//! Sign-ins under way: authorization codes and refresh tokens.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// How long a code can be redeemed (about 10 minutes by the documentation).
const CODE_LASTS: Millis = 10 * 60 * 1_000;
/// How long a refresh token can be used.
const REFRESH_LASTS: Millis = 90 * 24 * 60 * 60 * 1_000;
/// Codes and refresh tokens kept; the oldest are forgotten.
const KEPT: usize = 1_000;

/// What somebody agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) oid: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
}

/// A code that was sent to a redirect URI.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    /// `code_challenge`, S256.
    pub(crate) challenge: String,
}

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadCode {
    Unknown,
    Expired,
    Redeemed,
}

/// Codes and refresh tokens by their text, with the moment they end.
#[derive(Default)]
pub(crate) struct Grants {
    /// A redeemed code stays, without its content, to tell a second use from an unknown code.
    codes: BTreeMap<String, (Millis, Option<Code>)>,
    refresh: BTreeMap<String, (Millis, Grant)>,
}

impl Grants {
    pub(crate) fn add_code(&mut self, now: Millis, text: String, code: Code) {
        shorten(&mut self.codes);
        self.codes.insert(text, (now + CODE_LASTS, Some(code)));
    }

    /// A code for its one use.
    pub(crate) fn redeem(&mut self, now: Millis, text: &str) -> Result<Code, BadCode> {
        let (until, code) = self.codes.get_mut(text).ok_or(BadCode::Unknown)?;
        if now > *until {
            return Err(BadCode::Expired);
        }
        code.take().ok_or(BadCode::Redeemed)
    }

    pub(crate) fn add_refresh(&mut self, now: Millis, text: String, grant: Grant) {
        shorten(&mut self.refresh);
        self.refresh.insert(text, (now + REFRESH_LASTS, grant));
    }

    /// What a refresh token stands for; it stays good.
    pub(crate) fn refresh(&self, now: Millis, text: &str) -> Option<Grant> {
        let (until, grant) = self.refresh.get(text)?;
        (now <= *until).then(|| grant.clone())
    }
}

/// Makes room for one more.
fn shorten<T>(all: &mut BTreeMap<String, (Millis, T)>) {
    while all.len() >= KEPT {
        let oldest = all.iter().min_by_key(|(_, (until, _))| *until).map(|(text, _)| text.clone());
        let Some(oldest) = oldest else {
            return;
        };
        all.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            client_id: "app".to_owned(),
            oid: "adele".to_owned(),
            scope: "openid".to_owned(),
            nonce: None,
        }
    }

    fn code() -> Code {
        Code { grant: grant(), redirect_uri: String::new(), challenge: String::new() }
    }

    #[test]
    fn a_code_is_good_once_and_for_ten_minutes() {
        let mut grants = Grants::default();
        grants.add_code(0, "a".to_owned(), code());
        grants.add_code(0, "b".to_owned(), code());
        assert_eq!(grants.redeem(0, "c").err(), Some(BadCode::Unknown));
        assert!(grants.redeem(CODE_LASTS, "a").is_ok());
        assert_eq!(grants.redeem(CODE_LASTS, "a").err(), Some(BadCode::Redeemed));
        assert_eq!(grants.redeem(CODE_LASTS + 1, "b").err(), Some(BadCode::Expired));
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut grants = Grants::default();
        for number in 0..=KEPT {
            let now = Millis::try_from(number).expect("small");
            grants.add_refresh(now, number.to_string(), grant());
        }
        assert_eq!(grants.refresh(0, "0"), None);
        assert_eq!(grants.refresh(0, "1"), Some(grant()));
        assert_eq!(grants.refresh(REFRESH_LASTS + 2, "1"), None);
    }
}
