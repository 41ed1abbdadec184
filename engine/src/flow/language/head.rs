//! The head of a file.

use super::{Field, Takes, optional, required};

pub(super) const FIELDS: &[Field] = &[
    optional(
        "flow",
        Takes::Name,
        "`subflow` stands there",
        "The name of the flow. A call can begin with it.",
    ),
    optional(
        "subflow",
        Takes::Name,
        "`flow` stands there",
        "The name of a sub-flow: other flows enter it, no call begins with it.",
    ),
    optional("language", Takes::Language, "`en-US`", "How we speak and listen."),
    optional("voice", Takes::Voice, "the service chooses", "Who speaks this language."),
    optional(
        "languages",
        Takes::Languages,
        "none",
        "The other languages that callers can have, with their voices. A `set` node gives a caller his language.",
    ),
    optional(
        "params",
        Takes::Variables,
        "none",
        "What the flow that enters this sub-flow gives it, read as `vars.NAME`. One with a start value may be left out.",
    ),
    optional(
        "vars",
        Takes::Variables,
        "none",
        "Variables with a type: `tries: { type: int, start: 0 }`, or `name: text` without a start value. Others need no declaration and may hold anything.",
    ),
    optional(
        "prompts",
        Takes::Catalogue,
        "none",
        "What is said in several places, by name. Used as `{ prompt: name }`.",
    ),
    required("start", Takes::Target, "The first node."),
    required("nodes", Takes::Nodes, "All nodes by name, at most 500 in a file."),
];
