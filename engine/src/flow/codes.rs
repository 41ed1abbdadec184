//! The rules of the checker, each with a code that never changes its meaning.

use std::fmt;

/// One line per rule: variant, code, what it says.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal: $explanation:literal,)*) => {
        /// A rule of the checker.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $text] #[doc = $explanation] $variant,)*
        }

        impl Code {
            /// All rules, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable text, for example `F001`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What the rule asks for, and why.
            pub const fn explain(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

codes! {
    Syntax = "F001": "The file is not YAML. Nothing behind the fault was looked at.",
    Shape = "F002": "A value has the wrong kind: a text where a map is wanted, a number without quotes where a key is wanted, and the like.",
    DuplicateKey = "F003": "A map names the same key twice. Nothing behind it was looked at.",
    UnknownField = "F004": "A field does not exist here.",
    MissingField = "F005": "A field without default is missing. Every node but `hangup` must say where the call goes in every case, so that no caller is lost.",
    UnknownKind = "F006": "A node is a map with one key, which is its kind. The findings name all kinds; docs/flows.md describes them.",
    BadName = "F007": "Names of flows, nodes and choices are 1 to 64 letters, digits, `_` and `-`. Variables are 1 to 64 small letters, digits and `_`, and start with a letter.",
    BadDuration = "F008": "A duration is a whole number with its unit: 500ms, 30s, 3m or 1h.",
    OutOfRange = "F009": "A number or duration is outside its limits, or no whole number of seconds where Call Automation takes seconds only.",
    BadTone = "F010": "A key is one of 0 to 9, *, #, A, B, C, D, in quotes.",
    UnknownStart = "F011": "`start` names a node that does not exist.",
    UnknownTarget = "F012": "A node leads to a node that does not exist.",
    Unreachable = "F013": "No path from `start` leads to this node.",
    CycleWithoutCaller = "F014": "These nodes lead round in a circle without asking the caller anything and without waiting: the call would never get out.",
    CycleInSilence = "F015": "A caller who says and presses nothing goes round for ever, as does a line that nobody hung up. Let one of the ways out lead to an end.",
    NoEnd = "F016": "No path from these nodes leads to an end: hangup, reject, redirect, or in a sub-flow return.",
    KeyClash = "F017": "Two choices of a menu have the same key.",
    PhraseClash = "F018": "Two phrases of a menu sound the same: they differ in capitals, blanks or signs only.",
    UnevenChoices = "F019": "Either all choices of a menu have a key or none has, and either all have phrases or none has: Call Automation takes no mixture.",
    Empty = "F020": "A text, list or map is empty where something is needed.",
    TextTooLong = "F021": "A text has more than 4,000 characters, more than text to speech takes.",
    ExpressionSyntax = "F022": "An expression is not CEL.",
    ExpressionBounds = "F023": "An expression is longer, deeper or larger than allowed: 1 KB, 16 levels, 100 items, one loop.",
    UnknownFunction = "F024": "An expression calls a function that does not exist, or calls it in the wrong way.",
    UnknownName = "F025": "An expression reads a name that does not exist here. There are caller, called, call, queue, vars and config, in `set` of an http node response, in `set` of a flow node result, and in `set` of a stream node handed.",
    NeverAssigned = "F026": "An expression reads a variable that no node sets and that has no start value.",
    BadLanguage = "F027": "A language is a tag like en-US.",
    BadUrl = "F028": "A URL starts with https:// and a host, or with an expression that reads `config` alone, followed by `/`: callers and their data must not choose the host.",
    BadPath = "F029": "A sound file is a relative path of a .wav file below the prompts' base, without `..`.",
    TooLarge = "F030": "A flow file has at most 256 KB and 500 nodes, with its sub-flows at most 2,000.",
    BadSsml = "F031": "SSML begins with `<speak` and ends with `</speak>`.",
    UnknownPrompt = "F032": "A text names a prompt that `prompts` does not have.",
    MissingLanguage = "F033": "A text lacks a language of the flow. Lacks it the flow's own, it is refused; lacks it another, callers with that language hear the flow's own.",
    UnknownLanguage = "F034": "A text, a list of phrases or a `set` names a language that the flow does not have: it is neither `language` nor one of `languages`.",
    BadHours = "F035": "Opening hours are `mon-fri: '09:00-17:00'`, or a list of such times; days are mon to sun, each at most once, and holidays are dates like 2026-12-25.",
    UnknownZone = "F036": "A time zone has a name like Europe/Berlin.",
    BadCalendar = "F037": "A calendar file cannot be read, or an event in it repeats in another way than every year.",
    MissingFile = "F038": "A file that the flow needs is not there: it is looked for beside the flow's own file.",
    BadSubFlow = "F039": "A sub-flow begins with `subflow: name`, must not enter itself, and can be entered eight deep; what a call begins with starts with `flow: name`. Only a sub-flow has params and return.",
    BadParameter = "F040": "A sub-flow's parameters must be given, and no others.",
    BadExit = "F041": "Each named return of a sub-flow needs its way in `exits`, and no other name can stand there.",
    AlreadyAnswered = "F042": "A call that was answered can no longer be redirected or refused: a node before this one speaks or listens.",
    BadTarget = "F043": "Whom to call is one of `phone`, `teams_user`, `teams_app` and `acs_user`, and its address may read `config` alone: callers must not choose whom we call.",
    BadType = "F044": "A variable's type is text, int, number, bool, list, map or any, and its start value fits it.",
    RecordingWithoutConsent = "F045": "A conversation is recorded only where the caller was told: by the queue's own sentence, or by a consent node on every way to it.",
    BadPattern = "F046": "A pattern of digits is a regular expression of at most 100 characters without letters: digits, and brackets, dots and other signs around them.",
    Sensitive = "F047": "What a caller types into a sensitive collect is kept nowhere. It can be read as `vars.NAME` alone, in `body` of an http node, and nowhere else; length and check digit are all that is looked at.",
    WrongType = "F048": "An expression can have no value whatever the call, or one of a kind that its place does not take: a text compared with a number, a condition that is no yes or no, a list that is to be spoken.",
    LateAnswer = "F049": "Endpoints are asked before the call is answered, and may take longer than 8 s together: the caller hears it ring meanwhile, and may hang up. After 8 s the call is answered, and the caller hears nothing until they are done.",
    UnknownLocale = "F050": "Azure's speech service does not speak this language, or does not understand it where callers are listened to, as far as this release knows.",
    UnknownVoice = "F051": "A voice speaks another language than the one that it is given for, or its name is none of Azure's speech service.",
    NotInProfile = "F052": "The deployment's kind of number does not allow this: with Teams Phone extensibility (`tpe`) there is no redirect, no hold, and no call to a Teams user by his object id.",
    BadEntry = "F053": "An entry file has rules. Each names the file of a flow that takes calls, numbers are written as +18005550100, and the last rule, and no other, has no conditions: every call finds a flow.",
    BadSecret = "F054": "A flow names secrets and never holds them: the name has 1 to 40 small letters and `_`, and the secret itself stands in the settings under `flow.secrets`.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_without_gap() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert_eq!(code.as_str(), format!("F{:03}", index + 1));
            assert!(code.explain().ends_with('.'), "{code}");
        }
    }
}
