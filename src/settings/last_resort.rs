//! `[last_resort]`: what becomes of callers while no call can be taken.

use std::path::PathBuf;

use super::{
    section::{Key, Section},
    source::Node,
    value,
};

/// What becomes of new calls while the ledger is down or too slow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastResort {
    /// The number that takes the calls meanwhile, E.164. None: nobody does.
    pub redirect: Option<String>,
    /// Our own numbers, E.164: never a target, or a call would come back to us for ever.
    pub own_numbers: Vec<String>,
    /// Whether callers for whom nothing else is left hear the busy tone. Otherwise they hear it ring.
    pub reject: bool,
    /// Where calls that were turned away are noted until the ledger is there again. On a local disk.
    pub spool: PathBuf,
}

impl Default for LastResort {
    fn default() -> Self {
        let spool = PathBuf::from(".switchboard/turned-away");
        Self { redirect: None, own_numbers: Vec::new(), reject: true, spool }
    }
}

const REDIRECT: Key = Key {
    name: "redirect",
    write: "a number with its country code, like \"+442079460100\", that does not lead back here",
};
const OWN_NUMBERS: Key = Key {
    name: "own_numbers",
    write: "a list of the numbers whose calls this service takes, like [\"+18005550100\"]",
};
const REJECT: Key = Key { name: "reject", write: "true or false" };
const SPOOL: Key = Key { name: "spool", write: "the path of a file, on a local disk" };

pub(super) const KEYS: &[&Key] = &[&REDIRECT, &OWN_NUMBERS, &REJECT, &SPOOL];

pub(super) fn read(mut section: Section<'_>) -> LastResort {
    let default = LastResort::default();
    let redirect = section.optional(&REDIRECT, number);
    let own_numbers = section.or(&OWN_NUMBERS, numbers, default.own_numbers);
    if section.has(&REDIRECT) && !section.has(&OWN_NUMBERS) {
        section.reject(&OWN_NUMBERS, "this is missing beside redirect".to_owned());
    }
    if redirect.as_ref().is_some_and(|target| own_numbers.contains(target)) {
        section.reject(&REDIRECT, "this is one of own_numbers: calls would come back".to_owned());
    }
    LastResort {
        redirect,
        own_numbers,
        reject: section.or(&REJECT, value::flag, default.reject),
        spool: section.or(&SPOOL, value::path, default.spool),
    }
}

fn number(node: &Node) -> value::Read<String> {
    e164(&value::text(node)?)
}

fn numbers(node: &Node) -> value::Read<Vec<String>> {
    value::texts(node)?.iter().map(|text| e164(text)).collect()
}

/// Short codes and emergency numbers have no country code, so they are none of these.
fn e164(text: &str) -> value::Read<String> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let fits = (8..=15).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    if fits { Ok(text.to_owned()) } else { Err("this is not + and 8 to 15 digits".to_owned()) }
}
