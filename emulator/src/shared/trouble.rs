//! What a fault means for one request, with the side of the effect settled.

use super::faults::{FaultAction, Moment};
use super::strikes::Strike;
use crate::clock::Millis;
use crate::wire::Refusal;

/// An answer that a fault gives in place of the true one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) status: u16,
    pub(crate) sub_code: u32,
    /// `Retry-After`, seconds.
    pub(crate) retry_after: Option<u32>,
}

impl Denial {
    /// In the words of Call Automation.
    pub(crate) fn refusal(&self, after: bool) -> Refusal {
        let text = if after {
            "Done, but answered as failed by a fault rule."
        } else {
            "Refused by a fault rule."
        };
        Refusal::new(self.status, self.sub_code, text)
    }
}

/// The troubles of one request; [`Trouble::default`] is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// It is executed this much later.
    pub(crate) wait_before: Millis,
    /// It is not executed; this is answered.
    pub(crate) deny: Option<Denial>,
    /// It is not executed; the connection is closed.
    pub(crate) reset_before: bool,
    /// It is executed; this is answered.
    pub(crate) deny_after: Option<Denial>,
    /// It is answered this much later.
    pub(crate) wait_after: Millis,
    /// It is executed; the connection is closed.
    pub(crate) reset_after: bool,
    /// The answer's bytes take this long.
    pub(crate) slow: Millis,
    /// The clock is off by this much.
    pub(crate) skew: Millis,
    /// The signing keys change first.
    pub(crate) rotate: bool,
}

impl Trouble {
    /// What a strike means; none when nothing struck or it is about events.
    pub(crate) fn of(strike: Option<Strike>) -> Self {
        let mut trouble = Self::default();
        let Some(Strike { action, when }) = strike else {
            return trouble;
        };
        let after = |otherwise| when.unwrap_or(otherwise) == Moment::After;
        let mut deny = |denial, after| {
            let place = if after { &mut trouble.deny_after } else { &mut trouble.deny };
            *place = Some(denial);
        };
        match action {
            FaultAction::Refuse { status, sub_code, retry_after } => {
                let sub_code = sub_code.unwrap_or(9999);
                deny(Denial { status, sub_code, retry_after }, after(Moment::Before));
            }
            FaultAction::FailAfter { status } => {
                let denial = Denial { status, sub_code: 9999, retry_after: None };
                deny(denial, after(Moment::After));
            }
            FaultAction::Delay { ms } => trouble.wait(ms, after(Moment::Before)),
            FaultAction::Hang { ms } => trouble.wait(ms, after(Moment::After)),
            FaultAction::Reset if after(Moment::Before) => trouble.reset_after = true,
            FaultAction::Reset => trouble.reset_before = true,
            FaultAction::Slow { ms } => trouble.slow = ms.into(),
            FaultAction::Skew { ms } => trouble.skew = ms,
            FaultAction::RotateKeys => trouble.rotate = true,
            FaultAction::Drop
            | FaultAction::Duplicate
            | FaultAction::Copies { .. }
            | FaultAction::Reorder
            | FaultAction::Forge { .. }
            | FaultAction::Alter { .. } => {}
        }
        trouble
    }

    fn wait(&mut self, ms: u32, after: bool) {
        let wait = if after { &mut self.wait_after } else { &mut self.wait_before };
        *wait = ms.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(action: FaultAction, when: Option<Moment>) -> Trouble {
        Trouble::of(Some(Strike { action, when }))
    }

    #[test]
    fn a_rule_may_move_a_fault_to_the_other_side_of_the_effect() {
        let refuse = FaultAction::Refuse { status: 500, sub_code: None, retry_after: None };
        let denial = Some(Denial { status: 500, sub_code: 9999, retry_after: None });
        assert_eq!(of(refuse.clone(), None).deny, denial);
        let after = of(refuse, Some(Moment::After));
        assert_eq!((after.deny, after.deny_after), (None, denial.clone()));
        assert_eq!(of(FaultAction::FailAfter { status: 500 }, None).deny_after, denial);
        assert!(of(FaultAction::Reset, None).reset_before);
        assert!(of(FaultAction::Reset, Some(Moment::After)).reset_after);
        assert_eq!(of(FaultAction::Delay { ms: 5 }, None).wait_before, 5);
        assert_eq!(of(FaultAction::Hang { ms: 5 }, None).wait_after, 5);
        assert_eq!(of(FaultAction::Hang { ms: 5 }, Some(Moment::Before)).wait_before, 5);
        assert_eq!(Trouble::of(None), Trouble::default());
    }
}
