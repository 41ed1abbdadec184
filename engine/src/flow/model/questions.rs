//! Nodes that ask the caller.

use std::collections::BTreeMap;

use crate::{Millis, flow::pattern::Pattern};

use super::{Ask, NodeName, Spoken, speech::closest};

/// What is spoken when a caller gave no usable answer, before the prompt comes again.
#[derive(Debug, Clone)]
pub struct Retry {
    /// After silence. Default: "I did not hear you."
    pub no_input: Spoken,
    /// After a wrong key, or words that are no choice. Default: one sentence for menus, one for digits.
    pub no_match: Spoken,
    /// How many times the prompt is offered in all, 1 to 10. Default 3.
    pub attempts: u8,
    /// How long to wait for the caller after the prompt, in ms (whole seconds; 1,000 to 20,000 where
    /// phrases are listened for, else to 300,000; contract 7.6). Default 5,000.
    pub silence: Millis,
    /// Where the call goes when all attempts are used.
    pub otherwise: NodeName,
}

/// Choices by key or phrase.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What is spoken; the caller may answer before its end.
    pub prompt: Spoken,
    /// By label. Either all have a tone or none has, and either all have phrases or none has (contract 7.6).
    pub choices: BTreeMap<String, Choice>,
    /// What happens without a usable answer.
    pub retry: Retry,
}

impl Menu {
    /// The language in which this menu listens to a caller: his own or the nearest that has phrases, else `default`.
    pub fn listens_in<'m>(&'m self, wanted: &'m str, default: &'m str) -> &'m str {
        if self.choices.values().all(|choice| choice.phrases.is_empty()) {
            return wanted;
        }
        listened_for(&self.choices, wanted, default)
    }
}

/// The language of phrases that is nearest to a caller's, else `default`.
pub(super) fn listened_for<'m>(
    choices: &'m BTreeMap<String, Choice>,
    wanted: &str,
    default: &'m str,
) -> &'m str {
    let known = choices.values().flat_map(|choice| choice.phrases.keys());
    closest(wanted, known).map_or(default, String::as_str)
}

/// One choice of a menu, or one intent of an ask.
#[derive(Debug, Clone)]
pub struct Choice {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    pub tone: Option<char>,
    /// What the caller may say, by language; empty in a menu by key alone.
    pub phrases: BTreeMap<String, Vec<String>>,
    /// Where the choice leads.
    pub next: NodeName,
}

/// Digits typed by the caller.
#[derive(Debug, Clone)]
pub struct Collect {
    /// What is spoken.
    pub prompt: Spoken,
    /// The variable that receives the digits as text: read as `vars.NAME`.
    pub into: String,
    /// Fewest digits accepted, at least 1, which is the default.
    pub min: u8,
    /// Most digits, at most 50; collection ends when they are in.
    pub max: u8,
    /// The key that ends the input early. Default `#`.
    pub stop: Option<char>,
    /// Longest pause between two keys, in ms (1,000 to 60,000, whole seconds). Default 3,000.
    pub between: Millis,
    /// What the digits must look like, all of them.
    pub pattern: Option<Pattern>,
    /// Whether the last digit must be the check digit of the others (ISO/IEC 7812, "Luhn").
    pub luhn: bool,
    /// Whether the caller is asked if he typed the right digits.
    pub confirm: Option<Confirm>,
    /// Whether the digits are kept from everybody but the endpoint that an `http` node gives them to.
    pub sensitive: bool,
    /// What happens without a usable answer.
    pub retry: Retry,
    /// Where the call goes with the digits.
    pub next: NodeName,
}

/// Whether the caller typed the right digits.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What is spoken; it may read the digits, unless they are sensitive.
    pub prompt: Spoken,
    /// The key that says yes. Default `1`.
    pub yes: char,
    /// The key that says no: he types again, which counts as an attempt. Default `2`.
    pub no: char,
}

/// Whether the caller knows of a recording and agrees. The call keeps it as `call.consent`.
#[derive(Debug, Clone)]
pub enum Consent {
    /// A sentence that tells of the recording: heard to its end, the caller who stays agrees.
    Told {
        /// What is spoken.
        text: Spoken,
        /// Where the call goes when it was heard to its end.
        next: NodeName,
        /// Where the call goes when it was not.
        failed: NodeName,
    },
    /// The caller is asked; the choices of the menu are `yes` and `no`.
    Asked(Menu),
}

impl Consent {
    /// The label of the choice that agrees.
    pub const YES: &'static str = "yes";
    /// The label of the choice that does not.
    pub const NO: &'static str = "no";
}

/// A number at which the caller wishes to be called back. The wish is the call's outcome; nothing is dialled.
#[derive(Debug, Clone)]
pub struct Callback {
    /// What is spoken.
    pub prompt: Spoken,
    /// The key that means the number the caller calls from. Default `1`.
    pub own: char,
    /// Fewest digits of another number, 3 to 15. Default 5.
    pub min: u8,
    /// Most digits of another number, 3 to 15. Default 15 (E.164).
    pub max: u8,
    /// Longest pause between two keys, in ms (1,000 to 60,000, whole seconds). Default 4,000.
    pub between: Millis,
    /// What happens without a usable answer.
    pub retry: Retry,
    /// Where the call goes when the wish is noted.
    pub next: NodeName,
}

impl Callback {
    /// The key that ends the number early.
    pub const STOP: char = '#';
}

/// What a node asks the caller.
#[derive(Debug, Clone, Copy)]
pub enum Question<'n> {
    /// One of several choices.
    Menu(&'n Menu),
    /// Digits.
    Collect(&'n Collect),
    /// A number to be called back at.
    Callback(&'n Callback),
    /// What he wants, in his own words.
    Ask(&'n Ask),
}

impl<'n> Question<'n> {
    /// What is spoken.
    pub fn prompt(self) -> &'n Spoken {
        match self {
            Self::Menu(menu) => &menu.prompt,
            Self::Collect(collect) => &collect.prompt,
            Self::Callback(callback) => &callback.prompt,
            Self::Ask(ask) => &ask.prompt,
        }
    }

    /// What happens without a usable answer.
    pub fn retry(self) -> &'n Retry {
        match self {
            Self::Menu(menu) => &menu.retry,
            Self::Collect(collect) => &collect.retry,
            Self::Callback(callback) => &callback.retry,
            Self::Ask(ask) => &ask.retry,
        }
    }
}
