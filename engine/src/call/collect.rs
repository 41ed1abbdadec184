//! Digits that the caller types, and whether they are right.

use webhooks::Recognition;

use crate::flow::{Collect, Question, pattern::luhn};

use super::{
    command::{Prompt, RecognizeKind},
    media::{Asked, Unusable, keys},
    speech::joined,
    state::{Number, Withheld},
    step::Stepper,
    withheld::{counted, typed},
};

impl Stepper<'_> {
    /// Digits came, or something else did: kept, and confirmed where the flow says so.
    pub(super) fn collected(
        &mut self,
        name: &str,
        (number, attempt): (Number, u8),
        collect: &Collect,
        recognition: &Recognition,
    ) {
        let kept = if collect.sensitive {
            self.withhold(name, number, collect, recognition)
        } else {
            self.keep_digits(collect, recognition)
        };
        if !kept {
            return self.ask_again(name, attempt, Unusable::NoMatch);
        }
        if collect.confirm.is_some() {
            self.ask_to_confirm(name, attempt, 1, None);
        } else {
            self.took("next");
            self.enter(&collect.next);
        }
    }

    fn keep_digits(&mut self, collect: &Collect, recognition: &Recognition) -> bool {
        let Some(digits) = keys(recognition, collect.stop).filter(|digits| fit(collect, digits))
        else {
            return false;
        };
        self.note(format!("the caller gave {} digits", digits.len()));
        self.keep(&collect.into, digits.into())
    }

    /// Notes where digits are that nobody may read.
    fn withhold(
        &mut self,
        name: &str,
        number: Number,
        collect: &Collect,
        recognition: &Recognition,
    ) -> bool {
        // Keys in clear come only from somebody who plays this without the service's doors.
        let counted = match recognition {
            Recognition::Withheld { .. } => recognition.clone(),
            Recognition::Dtmf { .. }
            | Recognition::Choice { .. }
            | Recognition::Speech { .. }
            | Recognition::Unknown { .. } => counted(typed(recognition).as_deref()),
        };
        let Recognition::Withheld { digits, luhn } = counted else { return false };
        if !(collect.min..=collect.max).contains(&digits) || (collect.luhn && !luhn) {
            return false;
        }
        self.note(format!("the caller gave {digits} digits, which are kept from everybody"));
        let variable = format!("{}{}", self.prefix(), collect.into);
        let before = self.call.withheld.get(&variable);
        let asked_again = before.is_some_and(|before| before.asked_again);
        let withheld = Withheld { number, node: name.to_owned(), asked_again };
        self.call.withheld.insert(variable, withheld);
        true
    }

    /// Asks, for the `time`-th time, whether the digits are right.
    pub(super) fn ask_to_confirm(
        &mut self,
        name: &str,
        attempt: u8,
        time: u8,
        preface: Option<Prompt>,
    ) {
        let Some(Question::Collect(collect)) = self.question(name) else {
            return self.fail("digits are to be confirmed in a node that asks for none");
        };
        let (Some(confirm), Some(target)) = (&collect.confirm, self.call.caller.clone()) else {
            return self.enter(&collect.retry.otherwise);
        };
        let scope = self.scope();
        let asked = self.prompt(&confirm.prompt, &scope);
        let prompt =
            joined(preface.into_iter().chain(asked)).unwrap_or_else(|| Prompt::Several(Vec::new()));
        let kind = RecognizeKind::Digits { max: 1, stop: None, between: 2_000 };
        let language = self.language().to_owned();
        let asked = Asked { target, prompt, kind, language, sensitive: false };
        self.listen(name, asked, collect.retry.silence, attempt, time);
    }

    /// The caller pressed a key that says whether the digits are right.
    pub(super) fn confirmed(
        &mut self,
        name: &str,
        attempt: u8,
        time: u8,
        recognition: &Recognition,
    ) {
        let Some(Question::Collect(collect)) = self.question(name) else {
            return self.fail("digits were confirmed in a node that asks for none");
        };
        let key = keys(recognition, None).and_then(|keys| keys.chars().next());
        let confirm = collect.confirm.as_ref();
        if key.is_some() && key == confirm.map(|confirm| confirm.yes) {
            self.note("the caller confirmed the digits");
            self.took("next");
            return self.enter(&collect.next);
        }
        if key.is_some() && key == confirm.map(|confirm| confirm.no) {
            let variable = format!("{}{}", self.prefix(), collect.into);
            self.call.vars.remove(&variable);
            self.call.withheld.remove(&variable);
            return self.ask_again(name, attempt, Unusable::Wrong);
        }
        self.not_confirmed(name, attempt, time, Unusable::NoMatch);
    }

    /// Whether the digits are right was not said: asked again, as often as for the digits themselves.
    pub(super) fn not_confirmed(&mut self, name: &str, attempt: u8, time: u8, unusable: Unusable) {
        let Some(Question::Collect(collect)) = self.question(name) else {
            return self.fail("digits are to be confirmed in a node that asks for none");
        };
        let retry = &collect.retry;
        self.note(format!("{} when asked to confirm (time {time})", unusable.words()));
        if time >= retry.attempts {
            self.took("otherwise");
            return self.enter(&retry.otherwise);
        }
        let scope = self.scope();
        let preface = match unusable {
            Unusable::NoInput => self.prompt(&retry.no_input, &scope),
            Unusable::NoMatch | Unusable::Technical | Unusable::Wrong => None,
        };
        self.ask_to_confirm(name, attempt, time.saturating_add(1), preface);
    }
}

/// Whether digits are what the flow wants.
fn fit(collect: &Collect, digits: &str) -> bool {
    let count = usize::from(collect.min)..=usize::from(collect.max);
    count.contains(&digits.len())
        && digits.chars().all(|key| key.is_ascii_digit())
        && collect.pattern.as_ref().is_none_or(|pattern| pattern.fits(digits))
        && (!collect.luhn || luhn(digits))
}
