//! Tokens that were found good, remembered for as long as they are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::bearer::bearer;

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who issued it.
    pub issuer: String,
    /// Which of our audiences it is for.
    pub audience: String,
    /// The key that signed it.
    pub key_id: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Good tokens by SHA-256, so that one that comes again need not be checked again. Event Grid uses
/// a token for many deliveries.
///
/// One cache belongs to one validator; the token itself is not kept.
#[derive(Debug, Clone)]
pub struct VerifiedTokens {
    capacity: usize,
    by_hash: BTreeMap<[u8; 32], Verified>,
    by_end: BTreeSet<(Timestamp, [u8; 32])>,
}

impl VerifiedTokens {
    /// Remembers at most `capacity` tokens, about 300 bytes each.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, by_hash: BTreeMap::new(), by_end: BTreeSet::new() }
    }

    /// What was found for the token of this request, unless it has ended. `authorization` are the
    /// values of all `Authorization` headers.
    pub fn get<'h>(
        &self,
        authorization: impl IntoIterator<Item = &'h str>,
        now: Timestamp,
    ) -> Option<&Verified> {
        let token = bearer(authorization).ok()?;
        self.by_hash.get(&hash(token)).filter(|verified| now < verified.expires_at)
    }

    /// Remembers a good token. If there is no room, the one that ends first goes.
    pub fn insert<'h>(
        &mut self,
        authorization: impl IntoIterator<Item = &'h str>,
        verified: Verified,
        now: Timestamp,
    ) {
        let Ok(token) = bearer(authorization) else {
            return;
        };
        if self.capacity == 0 || verified.expires_at <= now {
            return;
        }
        let hash = hash(token);
        if let Some(old) = self.by_hash.remove(&hash) {
            self.by_end.remove(&(old.expires_at, hash));
        }
        while self.by_end.first().is_some_and(|(end, _)| *end <= now)
            || self.by_hash.len() >= self.capacity
        {
            let Some((_, first)) = self.by_end.pop_first() else {
                break;
            };
            self.by_hash.remove(&first);
        }
        self.by_end.insert((verified.expires_at, hash));
        self.by_hash.insert(hash, verified);
    }

    /// Forgets all, because the keys have changed.
    pub fn clear(&mut self) {
        self.by_hash.clear();
        self.by_end.clear();
    }

    /// How many tokens are remembered.
    pub fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// True if no token is remembered.
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
