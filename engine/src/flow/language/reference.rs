//! The reference for people.

use crate::flow::duration;

use super::{Entry, Field, Kind, Need, Takes, entry, head, kinds};

const BEFORE: &str = include_str!("before.md");
const ENTRY_WORDS: &str = include_str!("entry.md");
const AFTER: &str = include_str!("after.md");

/// `docs/flows.md`.
pub fn reference() -> String {
    let mut parts = vec![
        BEFORE.to_owned(),
        "\n## The head of a file\n\n".to_owned(),
        table(head()),
        "\n## Nodes\n".to_owned(),
    ];
    parts.extend(kinds().iter().map(section));
    let Entry { head, rule, example } = entry();
    parts.extend([
        ENTRY_WORDS.to_owned(),
        format!("```yaml\n{example}```\n\n"),
        table(head),
        "\nA rule:\n\n".to_owned(),
        table(rule),
        "\nThe flows lie beside the entry file and are bundled with it: a call keeps all of them as they were. Each speaks with its own voices and keeps its own variables. In traces, drawings and coverage its nodes have the name of its file before theirs: `support/greeting`.\n".to_owned(),
    ]);
    parts.extend(["\n".to_owned(), AFTER.to_owned()]);
    parts.concat()
}

fn section(kind: &Kind) -> String {
    let Kind { word, does, fields, example } = kind;
    let table = if fields.is_empty() { String::new() } else { format!("\n{}", table(fields)) };
    format!("\n### {word}\n\n{does}\n\n```yaml\n{example}\n```\n{table}")
}

fn table(fields: &[Field]) -> String {
    let mut rows = vec!["| field | takes | if left out | means |\n|---|---|---|---|\n".to_owned()];
    rows.extend(fields.iter().map(|field| {
        let otherwise = match field.need {
            Need::Required => "must be there",
            Need::Otherwise(words) => words,
        };
        let Field { name, takes, means, .. } = field;
        format!("| `{name}` | {} | {otherwise} | {means} |\n", words(*takes))
    }));
    rows.concat()
}

fn words(takes: Takes) -> String {
    let plain = match takes {
        Takes::Target => "a node",
        Takes::Targets => "nodes by name",
        Takes::Speech => "[speech](#speech)",
        Takes::Catalogue => "[speech](#speech) by name",
        Takes::Reply => "`{ say: `[speech](#speech)` }`",
        Takes::Text => "a text with `${…}`",
        Takes::Assignments => "expressions by name",
        Takes::Conditions => "a list of conditions",
        Takes::Choices => "choices by label",
        Takes::Choice => "`{ tone, phrases, next }`",
        Takes::Duration(from, to) => {
            return format!("{} to {}", duration::format(from), duration::format(to));
        }
        Takes::Whole(from, to) => return format!("{from} to {to}"),
        Takes::Flag => "true or false",
        Takes::Pattern => "a pattern of digits",
        Takes::Secret => "the name of a secret",
        Takes::Auth => "`{ bearer }` or `{ api_key }`",
        Takes::Model => "`{ url, model, auth, timeout }`",
        Takes::Confirm => "`{ prompt, yes, no }`",
        Takes::Tone => "a key in quotes",
        Takes::File(ending) => return format!("a `{ending}` file"),
        Takes::Sound => "a `.wav` file",
        Takes::Name => "a name",
        Takes::Language => "a tag like `en-US`",
        Takes::Languages => "voices by tag",
        Takes::Voice => "a neural voice",
        Takes::Variables => "types by name",
        Takes::Zone => "a name like `Europe/Berlin`",
        Takes::Week => "times by day",
        Takes::Dates => "a list of dates",
        Takes::Overflow => "`{ after, next }`",
        Takes::Record => "`{ consent }`",
        Takes::Callee => "an address",
        Takes::Callees => "a list of addresses",
        Takes::Word(words) => return words.join(", "),
        Takes::Rules => "a list of rules",
        Takes::Numbers => "a number in quotes, or a list",
        Takes::Clock => "`{ zone, week, holidays, calendar }`",
        Takes::Nodes => "the nodes",
    };
    plain.to_owned()
}
