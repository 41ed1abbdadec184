//! What the service's sub-codes mean and what to do about them.
//!
//! Source of the numbers: Microsoft's troubleshooting tables for Call Automation (most common and
//! generic sub-codes), for ends of calls and for the telephone network, and the events' result
//! codes in the how-to pages (contract sections 4.4 and 6.4). The words are ours. The same numbers
//! come in refusals and in the `resultInformation` of events.

mod table;

use table::TABLE;

/// Cause and remedy of a sub-code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The sub-code.
    pub sub_code: i64,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// The explanation of a sub-code, if it is a documented one.
pub fn explain(sub_code: i64) -> Option<&'static Explanation> {
    let at = TABLE.binary_search_by_key(&sub_code, |known| known.sub_code).ok()?;
    TABLE.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generic sub-codes of Microsoft's page on Call Automation codes, as ranges.
    const DOCUMENTED: [(i64, i64); 20] = [
        (0, 0),
        (7000, 7000),
        (7500, 7502),
        (7504, 7510),
        (7600, 7606),
        (8500, 8506),
        (8508, 8573),
        (8578, 8583),
        (8585, 8589),
        (8594, 8594),
        (8603, 8610),
        (8613, 8613),
        (9001, 9003),
        (9998, 9999),
        // From the tables of ends of calls and of the telephone network.
        (10003, 10004),
        (10076, 10078),
        (301_004, 301_005),
        (510_403, 510_403),
        (560_403, 560_404),
        (560_603, 560_603),
    ];

    #[test]
    fn each_documented_sub_code_is_explained() {
        for (first, last) in DOCUMENTED {
            for sub_code in first..=last {
                assert!(explain(sub_code).is_some(), "{sub_code}");
            }
        }
    }

    #[test]
    fn the_table_is_in_order_and_each_row_is_found() {
        assert!(TABLE.is_sorted_by(|one, next| one.sub_code < next.sub_code));
        for known in TABLE {
            assert_eq!(explain(known.sub_code), Some(known));
            assert!(!known.cause.is_empty() && !known.remedy.is_empty());
        }
        for unknown in [-1, 1, 7503, 8507, 8574, 8584, 8590, 10_000, i64::MAX] {
            assert_eq!(explain(unknown), None);
        }
    }
}
