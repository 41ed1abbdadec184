//! Nodes that bring people into the call, and take them out.

use crate::{Millis, flow::text::Text};

use super::NodeName;

/// Ring named people, one after the other: who answers talks to the caller.
#[derive(Debug, Clone)]
pub struct Ring {
    /// Whom, in order; at least one, at most ten.
    pub people: Vec<Target>,
    /// How long each rings, in ms (5,000 to 180,000, whole seconds). Default 20,000.
    pub ring: Millis,
    /// What the caller hears meanwhile, looped: a WAV file relative to the prompts' base.
    pub music: String,
    /// Where the call goes when nobody took it.
    pub otherwise: NodeName,
}

/// Add somebody to the call: the flow goes on with both.
#[derive(Debug, Clone)]
pub struct Add {
    /// Whom.
    pub who: Target,
    /// How long it rings, in ms (5,000 to 180,000, whole seconds). Default 20,000.
    pub ring: Millis,
    /// What the caller hears meanwhile, looped.
    pub music: String,
    /// Where the call goes when the other is in.
    pub next: NodeName,
    /// Where the call goes when he is not.
    pub failed: NodeName,
}

/// Take somebody out of the call.
#[derive(Debug, Clone)]
pub struct Remove {
    /// Whom. Never the caller.
    pub who: Target,
    /// Where the call goes when he is out.
    pub next: NodeName,
    /// Where the call goes when he could not be taken out: mostly because he was not in.
    pub failed: NodeName,
}

/// Put the caller on hold: he hears and speaks to nobody.
#[derive(Debug, Clone)]
pub struct Hold {
    /// How long, in ms (1,000 to 600,000).
    pub length: Millis,
    /// What he hears meanwhile: a WAV file relative to the prompts' base.
    pub music: String,
    /// Where the call goes when he was taken back.
    pub next: NodeName,
    /// Where the call goes when he could not be held, or not be taken back.
    pub failed: NodeName,
}

/// Give the caller to somebody else and leave the call.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// To whom.
    pub to: Target,
    /// Where the call goes when the other did not take it.
    pub failed: NodeName,
}

/// Somebody who can be called. Chosen by the flow and the deployment's constants only: no caller chooses whom we call.
#[derive(Debug, Clone)]
pub struct Target {
    /// What kind of address it is.
    pub kind: TargetKind,
    /// The address; its expressions read `config` alone.
    pub address: Text,
}

impl Target {
    /// The kind and the beginning of the address, for drawings: nobody reads the whole of an object id.
    pub fn gist(&self) -> String {
        let kinds = TargetKind::NAMES.iter();
        let kind = kinds.clone().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| *name);
        let address = self.address.source();
        let is_id = self.address.expressions().next().is_none() && address.len() > 20;
        let shown = address.get(..8).filter(|_| is_id).map(|begin| format!("{begin}…"));
        format!("{kind} {}", shown.unwrap_or_else(|| address.to_owned()))
    }
}

/// Kinds of address (contract 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A telephone number, E.164.
    Phone,
    /// A person in Teams, by Entra object id.
    TeamsUser,
    /// A resource account of Teams (call queue, auto attendant), by Entra object id.
    TeamsApp,
    /// A user of the ACS resource, by raw id (`8:acs:…`).
    AcsUser,
}

impl TargetKind {
    /// All kinds by the names that flows write.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("phone", Self::Phone),
        ("teams_user", Self::TeamsUser),
        ("teams_app", Self::TeamsApp),
        ("acs_user", Self::AcsUser),
    ];

    /// The raw id of an address; none where it is no address of this kind (contract 3).
    pub fn raw_id(self, address: &str) -> Option<String> {
        let is_uuid = || {
            let parts: Vec<usize> = address.split('-').map(str::len).collect();
            parts == [8, 4, 4, 4, 12]
                && address.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
        };
        let number = || address.strip_prefix('+').is_some_and(is_number);
        match self {
            Self::Phone => number().then(|| format!("4:{address}")),
            Self::TeamsUser => is_uuid().then(|| format!("8:orgid:{address}")),
            Self::TeamsApp => is_uuid().then(|| format!("28:orgid:{address}")),
            Self::AcsUser => address.starts_with("8:acs:").then(|| address.to_owned()),
        }
    }
}

fn is_number(digits: &str) -> bool {
    (3..=15).contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_digit())
}
