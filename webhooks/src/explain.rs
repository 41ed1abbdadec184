//! Cause and remedy of sub-codes.
//!
//! Sources: contract 4.4 and 6.4; `GRAPH-ENTRA-TEAMS.md` 4.5; the documents' tables of codes for
//! Call Automation, call end and the telephone network (`voice-video-calling/includes/codes`).
//! The wording is ours. The remedies of sub-codes that the documents only name are advice.

mod table;

use table::TABLE;

use crate::event::ResultInformation;

/// What a sub-code means and what to do. For people and logs: it holds nothing personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The sub-code; of a family of the telephone network, its first.
    pub sub_code: i64,
    /// Why it happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Cause and remedy of a sub-code, in results of events and in errors of operations. `None` if no
/// document names it.
///
/// Sub-codes that begin with 540 or 560 and end with a SIP status come from the telephone network
/// even if they are not listed one by one.
///
/// ```
/// let told = webhooks::explain(8501).unwrap();
/// assert_eq!(told.cause, "The call is not established.");
/// assert!(webhooks::explain(-1).is_none());
/// ```
pub fn explain(sub_code: i64) -> Option<&'static Explanation> {
    let listed = TABLE.binary_search_by_key(&sub_code, |row| row.sub_code);
    match listed {
        Ok(at) => TABLE.get(at),
        Err(_) if (540_100..=540_699).contains(&sub_code) => Some(&INBOUND),
        Err(_) if (560_100..=560_699).contains(&sub_code) => Some(&OUTBOUND),
        Err(_) => None,
    }
}

/// All sub-codes that are listed one by one, in rising order.
pub fn explained() -> &'static [Explanation] {
    TABLE
}

impl ResultInformation {
    /// Cause and remedy. A sub-code of 0 tells nothing by itself, so the code counts then.
    pub fn explain(&self) -> Option<&'static Explanation> {
        match (self.code, self.sub_code) {
            (487, 0) => Some(&CANCELLED),
            (603, 0) => Some(&DECLINED),
            (0 | 200..=299, _) | (_, 1..) => explain(self.sub_code),
            _ => None,
        }
    }
}

const CANCELLED: Explanation = Explanation {
    sub_code: 0,
    cause: "The call was cancelled before it was answered.",
    remedy: "Nothing to do: the caller hung up, or we cancelled.",
};
const DECLINED: Explanation =
    Explanation { sub_code: 0, cause: "The party declined.", remedy: "Ring another party." };
const INBOUND: Explanation = Explanation {
    sub_code: 540_100,
    cause: "The telephone network ended an inbound call with the SIP status at the end.",
    remedy: "With direct routing look at the SBC's logs; otherwise try again.",
};
const OUTBOUND: Explanation = Explanation {
    sub_code: 560_100,
    cause: "The telephone network ended an outbound call with the SIP status at the end.",
    remedy: "With direct routing look at the SBC's logs; otherwise check the number and try again.",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i64, sub_code: i64) -> Option<&'static str> {
        ResultInformation { code, sub_code, ..ResultInformation::default() }
            .explain()
            .map(|told| told.cause)
    }

    #[test]
    fn the_table_is_sorted_unique_and_complete_sentences() {
        assert!(TABLE.is_sorted_by(|a, b| a.sub_code < b.sub_code));
        for row in TABLE {
            assert!(row.cause.ends_with('.') && row.remedy.ends_with('.'), "{row:?}");
            assert_eq!(explain(row.sub_code), Some(row));
        }
    }

    #[test]
    fn every_generic_sub_code_of_the_documents_is_explained() {
        let ranges = [
            0..=0,
            7000..=7000,
            7500..=7502,
            7504..=7510,
            7600..=7606,
            8500..=8506,
            8508..=8573,
            8578..=8583,
            8585..=8589,
            8594..=8594,
            8603..=8610,
            8613..=8613,
            9001..=9003,
            9998..=9999,
        ];
        let mut count = 0;
        for sub_code in ranges.into_iter().flatten() {
            assert!(explain(sub_code).is_some(), "{sub_code}");
            count += 1;
        }
        assert_eq!(count, 118);
    }

    #[test]
    fn the_code_counts_if_the_sub_code_tells_nothing() {
        assert_eq!(of(603, 0), Some("The party declined."));
        assert_eq!(of(487, 0), Some(CANCELLED.cause));
        assert_eq!(of(200, 0), explain(0).map(|told| told.cause));
        assert_eq!(of(500, 0), None);
        assert_eq!(of(400, 8532), Some("The caller paused too long between keys."));
        assert_eq!(of(503, 560_488), Some(OUTBOUND.cause));
        assert_eq!(of(503, 540_488), Some(INBOUND.cause));
        assert_eq!(of(400, 123_456), None);
    }
}
