//! Prompts, menus and digits.

use std::collections::BTreeMap;

use webhooks::{Recognition, Tone};

use crate::{
    Millis,
    flow::{Collect, Menu, Node, Retry},
};

use super::{
    command::{Action, ChoiceSpec, Lane, RecognizeKind},
    state::{Doing, Kept, Number, PendingKind, Phase},
    step::Stepper,
};

/// Alphabets take about this for one character, in ms: 15 characters a second.
const MS_PER_LETTER: Millis = 65;
/// A digit is a word.
const MS_PER_DIGIT: Millis = 350;
/// Chinese, Japanese and Korean take less than this.
const MS_PER_SYLLABLE: Millis = 260;
/// From the order until the first sound, in ms.
const MS_TO_BEGIN: Millis = 500;
/// Somebody who chooses by voice is done this long after he began, in ms.
const MS_TO_CHOOSE: Millis = 6_000;
/// Waiting beyond what was reckoned, in ms.
const SLACK: Millis = 3_000;

/// How a prompt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlayEnd {
    Completed,
    Failed,
    Canceled,
    /// Its event did not come; the call was found alive.
    Lost,
}

/// How long the end of a spoken text is awaited: estimated speech × 1.5 + 3 s (DESIGN.md section 4). If the
/// event of its end is lost, the caller hears nothing from the end of the speech until then.
pub(super) fn speech_patience(text: &str) -> Millis {
    let speech = text.chars().map(ms_of).fold(MS_TO_BEGIN, Millis::saturating_add);
    (speech.saturating_mul(3) / 2).saturating_add(SLACK)
}

fn ms_of(character: char) -> Millis {
    match character {
        '0'..='9' => MS_PER_DIGIT,
        '\u{2e80}'.. => MS_PER_SYLLABLE,
        _ => MS_PER_LETTER,
    }
}

impl<'a> Stepper<'a> {
    /// A prompt has begun, so its command was accepted whatever became of the answer.
    pub(super) fn play_started(&mut self, number: Option<Number>) {
        if let Some(pending) = number.and_then(|number| self.call.pending.get_mut(&number)) {
            pending.accepted = true;
            pending.uncertain = false;
            pending.deadline = pending.estimate.max(self.call.now);
        }
    }

    pub(super) fn play_event(&mut self, number: Option<Number>, end: PlayEnd) {
        let Some((number, _)) = self.settle_kind(number, is_play) else {
            return self.note("the end of a prompt that is no longer awaited: no effect");
        };
        self.play_over(number, end);
    }

    /// A prompt is over, one way or another; it is no longer pending.
    pub(super) fn play_over(&mut self, number: Number, end: PlayEnd) {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Speaking { number: awaited, .. } }
                if *awaited == number =>
            {
                let node = node.clone();
                self.spoken(&node, end);
            }
            Phase::Waiting(_) => self.waiting_play_over(end),
            Phase::Talking { .. } => self.talking_play_over(end),
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Ending { .. }
            | Phase::Ended => {}
        }
    }

    fn spoken(&mut self, name: &str, end: PlayEnd) {
        if end != PlayEnd::Completed {
            self.note(format!("the prompt ended as {end:?}: the flow goes on"));
        }
        match self.flow().and_then(|flow| flow.nodes.get(name)) {
            Some(Node::Say(say)) => self.enter(&say.next),
            Some(Node::Voicemail(voicemail)) => {
                self.call.left_message = true;
                self.enter(&voicemail.next);
            }
            Some(
                Node::Menu(_)
                | Node::Collect(_)
                | Node::Http(_)
                | Node::Branch(_)
                | Node::Queue(_)
                | Node::Hangup,
            )
            | None => self.fail("a prompt ended in a node that has none"),
        }
    }

    /// Asks the caller: the `attempt`-th time, after a word about the last one.
    pub(super) fn ask(&mut self, name: &str, attempt: u8, preface: Option<String>) {
        let Some(question) = self.question(name) else {
            return self.fail("a question in a node that has none");
        };
        let Some(target) = self.call.caller.clone() else {
            self.note("there is nobody to listen to");
            return self.enter(&question.retry.otherwise);
        };
        let scope = self.scope();
        let prompt = self.render(question.prompt, &scope);
        let text = [preface.unwrap_or_default(), prompt].join(" ").trim().to_owned();
        let patience = speech_patience(&text)
            .saturating_add(question.retry.silence)
            .saturating_add(question.typing());
        let interrupt = self.call.media.is_some();
        self.forget_media();
        let action = Action::Recognize {
            target,
            prompt: self.prompt(text),
            kind: question.kind.clone(),
            silence: question.retry.silence,
            language: self.flow().map_or_else(String::new, |flow| flow.language.clone()),
            interrupt,
        };
        let number = self.order(Lane::Media, action, PendingKind::Recognize, patience);
        self.call.media = Some(number);
        self.call.phase = Phase::InFlow {
            node: name.to_owned(),
            doing: Doing::Asking { number, attempt, again: false },
        };
    }

    fn question(&self, name: &str) -> Option<Question<'a>> {
        match self.flow()?.nodes.get(name)? {
            Node::Menu(menu) => {
                Some(Question { prompt: &menu.prompt, retry: &menu.retry, kind: menu_kind(menu) })
            }
            Node::Collect(collect) => Some(Question {
                prompt: &collect.prompt,
                retry: &collect.retry,
                kind: RecognizeKind::Digits {
                    max: collect.max,
                    stop: collect.stop,
                    between: collect.between,
                },
            }),
            Node::Say(_)
            | Node::Http(_)
            | Node::Branch(_)
            | Node::Queue(_)
            | Node::Voicemail(_)
            | Node::Hangup => None,
        }
    }

    fn asking(&self, number: Number) -> Option<(String, u8)> {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Asking { number: awaited, attempt, .. } }
                if *awaited == number =>
            {
                Some((node.clone(), *attempt))
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }

    pub(super) fn recognized(&mut self, number: Option<Number>, recognition: &Recognition) {
        let Some((number, _)) = self.settle_kind(number, is_recognize) else {
            return self.note("input that is no longer awaited: no effect");
        };
        let Some((name, attempt)) = self.asking(number) else {
            return self.note("input for a question the call has left: no effect");
        };
        match self.flow().and_then(|flow| flow.nodes.get(&name)) {
            Some(Node::Menu(menu)) => match chosen(menu, recognition) {
                Some((label, next)) => {
                    self.note(format!("the caller chose {label}"));
                    self.enter(&next);
                }
                None => self.ask_again(&name, attempt, Unusable::NoMatch),
            },
            Some(Node::Collect(collect)) => match digits(collect, recognition) {
                Some(text) => {
                    self.note(format!("the caller gave {} digits", text.len()));
                    self.call.vars.insert(collect.into.clone(), Kept(text.into()));
                    self.enter(&collect.next);
                }
                None => self.ask_again(&name, attempt, Unusable::NoMatch),
            },
            Some(
                Node::Say(_)
                | Node::Http(_)
                | Node::Branch(_)
                | Node::Queue(_)
                | Node::Voicemail(_)
                | Node::Hangup,
            )
            | None => self.fail("input in a node that asks nothing"),
        }
    }

    pub(super) fn recognize_failed(&mut self, number: Option<Number>, sub_code: i64) {
        let Some((number, _)) = self.settle_kind(number, is_recognize) else {
            return self.note("the end of a question that is no longer awaited: no effect");
        };
        // Contract 6.4: 8510 silence; 8534, 8547, 8563 and 8570 are input that fits nothing.
        let unusable = match sub_code {
            8510 => Unusable::NoInput,
            8534 | 8547 | 8563 | 8570 => Unusable::NoMatch,
            _ => Unusable::Technical,
        };
        self.question_failed(number, unusable);
    }

    /// The question brought nothing usable; it is no longer pending.
    pub(super) fn question_failed(&mut self, number: Number, unusable: Unusable) {
        if let Some((name, attempt)) = self.asking(number) {
            self.ask_again(&name, attempt, unusable);
        }
    }

    fn ask_again(&mut self, name: &str, attempt: u8, unusable: Unusable) {
        let Some(question) = self.question(name) else {
            return self.fail("a question in a node that has none");
        };
        self.note(format!(
            "{} (attempt {attempt} of {})",
            unusable.words(),
            question.retry.attempts
        ));
        if attempt >= question.retry.attempts {
            return self.enter(&question.retry.otherwise);
        }
        let scope = self.scope();
        let preface = match unusable {
            Unusable::NoInput => Some(self.render(&question.retry.no_input, &scope)),
            Unusable::NoMatch => Some(self.render(&question.retry.no_match, &scope)),
            Unusable::Technical => None,
        };
        self.ask(name, attempt.saturating_add(1), preface);
    }
}

fn is_play(kind: &PendingKind) -> bool {
    matches!(kind, PendingKind::Play { .. })
}

fn is_recognize(kind: &PendingKind) -> bool {
    matches!(kind, PendingKind::Recognize)
}

/// Why a question brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    NoInput,
    NoMatch,
    Technical,
}

impl Unusable {
    fn words(self) -> &'static str {
        match self {
            Self::NoInput => "no input",
            Self::NoMatch => "no match",
            Self::Technical => "the question failed technically",
        }
    }
}

/// What a node asks.
struct Question<'a> {
    prompt: &'a crate::flow::Text,
    retry: &'a Retry,
    kind: RecognizeKind,
}

impl Question<'_> {
    /// How long the caller may take once he has begun.
    fn typing(&self) -> Millis {
        match &self.kind {
            RecognizeKind::Digits { max, between, .. } => {
                between.saturating_mul(Millis::from(*max))
            }
            RecognizeKind::Choices(_) => MS_TO_CHOOSE,
        }
    }
}

/// A menu without phrases goes out as plain keys: that needs no speech resource.
fn menu_kind(menu: &Menu) -> RecognizeKind {
    if menu.choices.values().all(|choice| choice.phrases.is_empty()) {
        return RecognizeKind::Digits { max: 1, stop: None, between: 2_000 };
    }
    let specs: BTreeMap<_, _> = menu
        .choices
        .iter()
        .map(|(label, choice)| {
            (label.clone(), ChoiceSpec { tone: choice.tone, phrases: choice.phrases.clone() })
        })
        .collect();
    RecognizeKind::Choices(specs)
}

fn chosen(menu: &Menu, recognition: &Recognition) -> Option<(String, String)> {
    let found = match recognition {
        Recognition::Choice { label, .. } => menu.choices.get_key_value(label),
        Recognition::Dtmf { tones } => {
            let key = tones.first().and_then(Tone::digit);
            menu.choices.iter().find(|(_, choice)| choice.tone.is_some() && choice.tone == key)
        }
        Recognition::Speech { .. } | Recognition::Unknown { .. } => None,
    };
    found.map(|(label, choice)| (label.clone(), choice.next.clone()))
}

/// The digits typed, without the stop key, if there are enough of them.
fn digits(collect: &Collect, recognition: &Recognition) -> Option<String> {
    let Recognition::Dtmf { tones } = recognition else {
        return None;
    };
    let text: String =
        tones.iter().filter_map(Tone::digit).filter(|key| Some(*key) != collect.stop).collect();
    let enough = text.len() >= usize::from(collect.min) && text.len() <= usize::from(collect.max);
    (enough && text.chars().all(|key| key.is_ascii_digit())).then_some(text)
}
