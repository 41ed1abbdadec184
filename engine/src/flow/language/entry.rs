//! A file that chooses among flows.

use super::{Field, Takes, optional, required};

/// A file that begins with `entry:`.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The fields of the file.
    pub head: &'static [Field],
    /// The fields of a rule.
    pub rule: &'static [Field],
    /// A whole file. Its flows are `sales.yaml` and `support.yaml`.
    pub example: &'static str,
}

pub(super) const ENTRY: Entry = Entry {
    head: &[
        required("entry", Takes::Name, "The name of the whole."),
        required(
            "rules",
            Takes::Rules,
            "At most 50. The first whose conditions all hold takes the call. The last, and no other, has none: every call finds a flow.",
        ),
    ],
    rule: &[
        optional(
            "called",
            Takes::Numbers,
            "any number",
            "The number that was dialled is one of these, E.164: a text or a list of at most 500.",
        ),
        optional(
            "caller",
            Takes::Numbers,
            "anybody",
            "The caller's number begins with one of these. `unknown` stands for a caller without a number.",
        ),
        optional(
            "hours",
            Takes::Clock,
            "at any time",
            "It is open: `zone`, `week`, `holidays` and `calendar` as in an `hours` node.",
        ),
        optional(
            "language",
            Takes::Language,
            "the flow's own",
            "The language in which this caller is spoken to: one of the flow's.",
        ),
        required("flow", Takes::File(".yaml"), "The flow that takes the call, beside this file."),
    ],
    example: r#"entry: company
rules:
  - { called: "+18005550100", hours: { zone: America/New_York, week: { mon-fri: "09:00-17:00" } }, flow: sales.yaml }
  - { caller: ["+49", "+43"], language: de-DE, flow: support.yaml }
  - { flow: support.yaml }
"#,
};
