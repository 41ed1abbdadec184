//! The language described: one table, of which the reference for people (`docs/flows.md`) and the JSON Schema for editors
//! (`docs/flow.schema.json`) are made. Tests compare both files, and hold the table against what the checker accepts.
//!
//! | module | what it holds |
//! |---|---|
//! | `nodes`, `questions`, `head`, `entry` | the table: nodes, nodes that ask, the head of a file, a file that chooses among flows |
//! | `schema`, `reference` | what is made of it |

mod entry;
mod head;
mod nodes;
mod questions;
mod reference;
mod schema;

pub use entry::Entry;
pub use reference::reference;
pub use schema::schema;

use crate::Millis;

/// A kind of node.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its word.
    pub word: &'static str,
    /// What it does, in a sentence or two.
    pub does: &'static str,
    /// Its fields, in the order in which they are best written.
    pub fields: &'static [Field],
    /// One node of this kind, as a flow has it.
    pub example: &'static str,
}

/// A field of a node, or of the head of a file.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be there.
    pub need: Need,
    /// What it is for.
    pub means: &'static str,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Always.
    Required,
    /// It may be left out; then this holds, in words.
    Otherwise(&'static str),
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// The name of a node.
    Target,
    /// Names of nodes, by name.
    Targets,
    /// What is heard.
    Speech,
    /// What is heard, by name.
    Catalogue,
    /// `{ say: speech }`
    Reply,
    /// A text with `${…}` in it.
    Text,
    /// Expressions, by variable.
    Assignments,
    /// `[{ if: expression, next: node }]`
    Conditions,
    /// Choices by label.
    Choices,
    /// One choice: tone, phrases, next.
    Choice,
    /// A duration, from and to in ms.
    Duration(Millis, Millis),
    /// A whole number, from and to.
    Whole(u8, u8),
    /// True or false.
    Flag,
    /// A pattern of digits.
    Pattern,
    /// The name of a secret.
    Secret,
    /// `{ bearer: secret }` or `{ api_key: secret }`
    Auth,
    /// `{ url, model, auth, timeout }`
    Model,
    /// `{ prompt: speech, yes: key, no: key }`
    Confirm,
    /// A key of a telephone.
    Tone,
    /// A relative path with this ending.
    File(&'static str),
    /// A relative path of a `.wav` file, or one for each language.
    Sound,
    /// A name.
    Name,
    /// A language tag.
    Language,
    /// Voices by language tag.
    Languages,
    /// The name of a voice.
    Voice,
    /// Types, or types and start values, by variable.
    Variables,
    /// The name of a time zone.
    Zone,
    /// Times of day, by day.
    Week,
    /// Dates.
    Dates,
    /// `{ after: duration, next: node }`
    Overflow,
    /// `{ consent: speech }`
    Record,
    /// Whom to call.
    Callee,
    /// A list of whom to call.
    Callees,
    /// One of several words.
    Word(&'static [&'static str]),
    /// Rules that choose among flows.
    Rules,
    /// Numbers, or how they begin.
    Numbers,
    /// `{ zone, week, holidays, calendar }`
    Clock,
    /// The nodes of the flow.
    Nodes,
}

/// All kinds of node, in the order in which a beginner meets them.
pub fn kinds() -> Vec<Kind> {
    nodes::SPEAKING
        .iter()
        .chain(questions::ASKING)
        .chain(nodes::DECIDING)
        .chain(nodes::PEOPLE)
        .chain(nodes::ENDING)
        .copied()
        .collect()
}

/// The fields at the head of a file.
pub fn head() -> &'static [Field] {
    head::FIELDS
}

/// A file that chooses among flows.
pub fn entry() -> Entry {
    entry::ENTRY
}

const fn field(name: &'static str, takes: Takes, need: Need, means: &'static str) -> Field {
    Field { name, takes, need, means }
}

const fn required(name: &'static str, takes: Takes, means: &'static str) -> Field {
    field(name, takes, Need::Required, means)
}

const fn optional(
    name: &'static str,
    takes: Takes,
    otherwise: &'static str,
    means: &'static str,
) -> Field {
    field(name, takes, Need::Otherwise(otherwise), means)
}

const NEXT: Field = required("next", Takes::Target, "Where the call goes then.");
const FAILED: Field =
    required("failed", Takes::Target, "Where the call goes when that is not possible.");
const FAILED_OR_NEXT: Field =
    optional("failed", Takes::Target, "`next`", "Where the call goes when it could not be played.");
