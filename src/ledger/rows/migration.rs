//! Migrations: numbered, forward only, and known again by their hash.

use sha2::{Digest, Sha256};

use crate::ledger::port::LedgerError;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(in crate::ledger) struct Migration {
    /// From 1, without gaps.
    pub(in crate::ledger) number: i64,
    /// What it does, in one transaction.
    pub(in crate::ledger) sql: &'static str,
    /// The number of the oldest schema whose release can still work on the result.
    pub(in crate::ledger) oldest_release: i64,
}

/// A migration that a database has seen.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct Applied {
    pub(in crate::ledger) number: i64,
    pub(in crate::ledger) hash: String,
    pub(in crate::ledger) oldest_release: i64,
}

impl Migration {
    /// SHA-256 of what it does, hex.
    pub(in crate::ledger) fn hash(&self) -> String {
        Sha256::digest(self.sql)
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}

/// What is still to be done, in order. A database of a newer release is fine as long as its migrations
/// say that this release can work on it.
///
/// # Errors
/// When it is too new, or was made by something else than these migrations.
pub(in crate::ledger) fn pending<'a>(
    known: &'a [Migration],
    applied: &[Applied],
) -> Result<&'a [Migration], LedgerError> {
    let newest = known.last().map_or(0, |migration| migration.number);
    for one in applied {
        if one.oldest_release > newest {
            return Err(LedgerError::Newer { found: one.number, known: newest });
        }
        let same = |migration: &&Migration| migration.number == one.number;
        if let Some(migration) = known.iter().find(same)
            && migration.hash() != one.hash
        {
            return Err(LedgerError::Foreign { number: one.number });
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Migration; 2] = [
        Migration { number: 1, sql: "one", oldest_release: 1 },
        Migration { number: 2, sql: "two", oldest_release: 1 },
    ];

    fn applied(number: i64, sql: &'static str, oldest_release: i64) -> Applied {
        let hash = Migration { number, sql, oldest_release }.hash();
        Applied { number, hash, oldest_release }
    }

    #[test]
    fn what_is_missing_is_done_in_order() {
        assert_eq!(pending(&KNOWN, &[]).unwrap().len(), 2);
        let rest = pending(&KNOWN, &[applied(1, "one", 1)]).unwrap();
        assert_eq!(rest.iter().map(|one| one.number).collect::<Vec<_>>(), [2]);
        assert!(pending(&KNOWN, &[applied(1, "one", 1), applied(2, "two", 1)]).unwrap().is_empty());
    }

    #[test]
    fn the_next_release_may_be_at_work_beside_this_one_but_not_a_later_one() {
        let all = [applied(1, "one", 1), applied(2, "two", 1)];
        let next = [&all[..], &[applied(3, "three", 2)]].concat();
        assert!(pending(&KNOWN, &next).unwrap().is_empty());
        let later = [&next[..], &[applied(4, "four", 3)]].concat();
        assert!(matches!(pending(&KNOWN, &later), Err(LedgerError::Newer { found: 4, known: 2 })));
    }

    #[test]
    fn tables_of_another_origin_are_refused() {
        let foreign = pending(&KNOWN, &[applied(1, "something else", 1)]);
        assert!(matches!(foreign, Err(LedgerError::Foreign { number: 1 })));
    }
}
