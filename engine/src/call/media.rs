//! Prompts, menus and digits.

use std::collections::BTreeMap;

use webhooks::{RawId, Recognition, Tone};

use crate::{
    Millis,
    flow::{Callback, Collect, Consent, Menu, Node, Question},
};

use super::{
    command::{Action, ChoiceSpec, Lane, Prompt, RecognizeKind},
    speech::joined,
    state::{Agreement, Doing, Kept, Number, PendingKind, Phase},
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
/// Who says in his own words what he wants is done this long after he began, in ms.
const MS_TO_TELL: Millis = 30_000;
/// Waiting beyond what was reckoned, in ms.
pub(super) const SLACK: Millis = 3_000;
/// A sound file that asks a question is no longer than this, in ms.
const PROMPT_FILE: Millis = 60_000;

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

/// What is asked, and what is listened for.
pub(super) struct Asked {
    pub(super) target: RawId,
    pub(super) prompt: Prompt,
    pub(super) kind: RecognizeKind,
    pub(super) language: String,
    pub(super) sensitive: bool,
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
            Phase::Waiting(_) => {
                self.stop_what_plays_on(end);
                self.waiting_play_over(number, end);
            }
            Phase::Talking { .. } => {
                self.stop_what_plays_on(end);
                self.talking_play_over(number, end);
            }
            Phase::InFlow { node, doing: Doing::Inviting { .. } } => {
                let node = node.clone();
                self.inviting_play_over(&node, end);
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Ending { .. }
            | Phase::Ended => {}
        }
    }

    /// What was refused, or of which nothing is heard, has not interrupted the loop before it: that plays on for ever,
    /// and what comes next waits behind it.
    pub(super) fn stop_what_plays_on(&mut self, end: PlayEnd) {
        match end {
            PlayEnd::Failed | PlayEnd::Lost => self.clear_media(),
            PlayEnd::Completed | PlayEnd::Canceled => {}
        }
    }

    fn spoken(&mut self, name: &str, end: PlayEnd) {
        if end != PlayEnd::Completed {
            self.note(format!("the prompt ended as {end:?}: the flow goes on"));
        }
        let Some(node) = self.flow().and_then(|flow| flow.nodes.get(name)) else {
            return self.fail("a prompt ended in a node that is not there");
        };
        let Some(speech) = node.speech() else {
            return self.fail("a prompt ended in a node that has none");
        };
        match node {
            Node::Voicemail(voicemail) if end != PlayEnd::Failed => {
                return self.after_prompt(name, voicemail);
            }
            Node::Consent(_) if end == PlayEnd::Completed => {
                self.note("the caller was told of the recording");
                self.call.consent = Agreement::Given;
            }
            Node::Consent(_) => return self.enter(speech.failed),
            Node::Say(_)
            | Node::Play(_)
            | Node::Menu(_)
            | Node::Collect(_)
            | Node::Callback(_)
            | Node::Ask(_)
            | Node::Set(_)
            | Node::Http(_)
            | Node::Branch(_)
            | Node::Hours(_)
            | Node::Queue(_)
            | Node::Record(_)
            | Node::Transfer(_)
            | Node::Ring(_)
            | Node::Add(_)
            | Node::Remove(_)
            | Node::Hold(_)
            | Node::Stream(_)
            | Node::Voicemail(_)
            | Node::Flow(_)
            | Node::Return(_)
            | Node::Redirect(_)
            | Node::Reject(_)
            | Node::Hangup => {}
        }
        self.enter(if end == PlayEnd::Failed { speech.failed } else { speech.next });
    }

    /// Asks the caller: the `attempt`-th time, after a word about the last one.
    pub(super) fn ask(&mut self, name: &str, attempt: u8, preface: Option<Prompt>) {
        let Some(question) = self.question(name) else {
            return self.fail("a question in a node that has none");
        };
        let retry = question.retry();
        let Some(target) = self.call.caller.clone() else {
            self.note("there is nobody to listen to");
            return self.enter(&retry.otherwise);
        };
        let scope = self.scope();
        let asked = self.prompt(question.prompt(), &scope);
        let prompt =
            joined(preface.into_iter().chain(asked)).unwrap_or_else(|| Prompt::Several(Vec::new()));
        let (kind, language) = self.listening(question);
        let sensitive = matches!(question, Question::Collect(collect) if collect.sensitive);
        if sensitive && self.call.may_be_recorded() {
            return self.ask_unrecorded(name);
        }
        let asked = Asked { target, prompt, kind, language, sensitive };
        self.listen(name, asked, retry.silence, attempt, 0);
    }

    /// Speaks and listens as the main media operation, interrupting the one that runs.
    pub(super) fn listen(
        &mut self,
        name: &str,
        asked: Asked,
        silence: Millis,
        attempt: u8,
        confirming: u8,
    ) {
        let Asked { target, prompt, kind, language, sensitive } = asked;
        let patience = super::speech::patience(&prompt, PROMPT_FILE)
            .saturating_add(silence)
            .saturating_add(typing(&kind));
        let interrupt = self.call.media.is_some();
        self.forget_media();
        let action =
            Action::Recognize { target, prompt, kind, silence, language, interrupt, sensitive };
        let number = self.order(Lane::Media, action, PendingKind::Recognize, patience);
        self.call.media = Some(number);
        self.call.phase = Phase::InFlow {
            node: name.to_owned(),
            doing: Doing::Asking { number, attempt, again: false, confirming },
        };
    }

    /// What is listened for, and in which language.
    fn listening(&self, question: Question<'_>) -> (RecognizeKind, String) {
        let language = self.language();
        match question {
            Question::Menu(menu) => {
                let language = menu.listens_in(language, &menu.prompt.language);
                (menu_kind(menu, language), language.to_owned())
            }
            Question::Ask(ask) => {
                let kind = RecognizeKind::Speech { end_silence: ask.end_silence, stop: None };
                (kind, ask.listens_in(language).to_owned())
            }
            Question::Collect(collect) => {
                let Collect { max, stop, between, .. } = *collect;
                (RecognizeKind::Digits { max, stop, between }, language.to_owned())
            }
            Question::Callback(callback) => {
                let kind = RecognizeKind::Digits {
                    max: callback.max,
                    stop: Some(Callback::STOP),
                    between: callback.between,
                };
                (kind, language.to_owned())
            }
        }
    }

    pub(super) fn question(&self, name: &str) -> Option<Question<'a>> {
        self.flow()?.nodes.get(name)?.question()
    }

    /// The node that asks this question, the attempt, and which time it asks whether the answer is right.
    pub(super) fn asking(&self, number: Number) -> Option<(String, u8, u8)> {
        match &self.call.phase {
            Phase::InFlow {
                node,
                doing: Doing::Asking { number: awaited, attempt, confirming, .. },
            } if *awaited == number => Some((node.clone(), *attempt, *confirming)),
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
        let Some((name, attempt, confirming)) = self.asking(number) else {
            return self.note("input for a question the call has left: no effect");
        };
        if self.message_heard(&name, recognition) {
            return;
        }
        if confirming > 0 {
            return self.second_answer(&name, attempt, confirming, recognition);
        }
        let next = match self.question(&name) {
            Some(Question::Menu(menu)) => self.choice(&name, menu, recognition),
            Some(Question::Collect(collect)) => {
                return self.collected(&name, (number, attempt), collect, recognition);
            }
            Some(Question::Callback(callback)) => self.wish(callback, recognition),
            Some(Question::Ask(ask)) => return self.asked(&name, attempt, ask, recognition),
            None => return self.fail("input in a node that asks nothing"),
        };
        match next {
            Some(next) => self.enter(&next),
            None => self.ask_again(&name, attempt, Unusable::NoMatch),
        }
    }

    fn choice(&mut self, name: &str, menu: &Menu, recognition: &Recognition) -> Option<String> {
        let (label, next) = chosen(menu, recognition)?;
        self.note(format!("the caller chose {label}"));
        let asks_consent =
            matches!(self.flow().and_then(|flow| flow.nodes.get(name)), Some(Node::Consent(_)));
        self.took(if asks_consent { label.clone() } else { format!("choices.{label}") });
        if asks_consent {
            let agrees = label == Consent::YES;
            self.call.consent = if agrees { Agreement::Given } else { Agreement::Refused };
        }
        Some(next)
    }

    /// The number at which the caller wishes to be called back: his own, or one that he types.
    fn wish(&mut self, callback: &Callback, recognition: &Recognition) -> Option<String> {
        let keys = keys(recognition, Some(Callback::STOP))?;
        let number = if keys == callback.own.to_string() {
            let own = self.call.caller.as_ref().and_then(|raw| raw.expose().strip_prefix("4:"));
            own.map(str::to_owned).filter(|number| number.starts_with('+'))?
        } else {
            let fits =
                (usize::from(callback.min)..=usize::from(callback.max)).contains(&keys.len());
            (fits && keys.chars().all(|key| key.is_ascii_digit())).then_some(keys)?
        };
        self.took("next");
        self.note("the caller wishes to be called back: nothing is dialled by this release");
        self.call.callback = Some(Kept(number.into()));
        Some(callback.next.clone())
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
        match self.asking(number) {
            Some((name, _, _)) if self.message_not_heard(&name, unusable) => {}
            Some((name, attempt, 0)) => self.ask_again(&name, attempt, unusable),
            Some((name, attempt, time)) => self.second_failed(&name, attempt, time, unusable),
            None => {}
        }
    }

    pub(super) fn ask_again(&mut self, name: &str, attempt: u8, unusable: Unusable) {
        let Some(question) = self.question(name) else {
            return self.fail("a question in a node that has none");
        };
        let retry = question.retry();
        self.note(format!("{} (attempt {attempt} of {})", unusable.words(), retry.attempts));
        let last = attempt >= retry.attempts;
        if let Question::Ask(ask) = question
            && (last || (unusable == Unusable::Technical && ask.keys.is_some()))
        {
            return self.not_understood(name, attempt, ask);
        }
        if last {
            self.took("otherwise");
            return self.enter(&retry.otherwise);
        }
        let scope = self.scope();
        let preface = match unusable {
            Unusable::NoInput => self.prompt(&retry.no_input, &scope),
            Unusable::NoMatch => self.prompt(&retry.no_match, &scope),
            Unusable::Technical | Unusable::Wrong => None,
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
    /// The caller says that he typed something else.
    Wrong,
}

impl Unusable {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NoInput => "no input",
            Self::NoMatch => "no match",
            Self::Technical => "the question failed technically",
            Self::Wrong => "not confirmed",
        }
    }
}

/// How long the caller may take once he has begun.
fn typing(kind: &RecognizeKind) -> Millis {
    match kind {
        RecognizeKind::Digits { max, between, .. } => between.saturating_mul(Millis::from(*max)),
        RecognizeKind::Choices(_) => MS_TO_CHOOSE,
        RecognizeKind::Speech { .. } => MS_TO_TELL,
    }
}

/// A menu without phrases goes out as plain keys: that needs no speech resource.
fn menu_kind(menu: &Menu, language: &str) -> RecognizeKind {
    if menu.choices.values().all(|choice| choice.phrases.is_empty()) {
        return RecognizeKind::Digits { max: 1, stop: None, between: 2_000 };
    }
    let specs: BTreeMap<_, _> = menu
        .choices
        .iter()
        .map(|(label, choice)| {
            let phrases = choice.phrases.get(language).cloned().unwrap_or_default();
            (label.clone(), ChoiceSpec { tone: choice.tone, phrases })
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
        Recognition::Speech { .. } | Recognition::Withheld { .. } | Recognition::Unknown { .. } => {
            None
        }
    };
    found.map(|(label, choice)| (label.clone(), choice.next.clone()))
}

/// The keys pressed, without the one that ends the input.
pub(super) fn keys(recognition: &Recognition, stop: Option<char>) -> Option<String> {
    let Recognition::Dtmf { tones } = recognition else {
        return None;
    };
    Some(tones.iter().filter_map(Tone::digit).filter(|key| Some(*key) != stop).collect())
}
