//! What the caller wants, in his own words: by phrases, by a key, or by what a language model makes of it.

use webhooks::{Recognition, Speech};

use crate::{
    Millis,
    flow::{Ask, LanguageModel, Question},
};

use super::{
    command::{Action, Lane, Prompt, RecognizeKind, Sent},
    completion::{Understood, request, understood},
    input::FetchResult,
    media::{Asked, Unusable, keys},
    speech::joined,
    state::{Doing, Kept, PendingKind, Phase},
    step::Stepper,
};

/// Waiting for dispatch beyond the model's own limit, in ms: the caller hears nothing meanwhile (V12).
const SLACK: Millis = 1_000;

impl Stepper<'_> {
    /// The caller said something, or pressed a key.
    pub(super) fn asked(&mut self, name: &str, attempt: u8, ask: &Ask, heard: &Recognition) {
        let said = match heard {
            Recognition::Speech { text, .. } => text.expose(),
            Recognition::Dtmf { .. }
            | Recognition::Choice { .. }
            | Recognition::Withheld { .. }
            | Recognition::Unknown { .. } => {
                return match intent_by_key(ask, heard) {
                    Some(label) => self.wants(ask, label),
                    None => self.ask_again(name, attempt, Unusable::NoMatch),
                };
            }
        };
        if let Some(into) = &ask.into {
            self.keep(into, said.into());
        }
        let language = ask.listens_in(self.language());
        if let Some(label) = ask.intent_of(said, language) {
            return self.wants(ask, label);
        }
        match &ask.model {
            Some(model) if said.chars().any(char::is_alphanumeric) => {
                self.ask_model(name, attempt, ask, model, said);
            }
            Some(_) | None => self.ask_again(name, attempt, Unusable::NoMatch),
        }
    }

    fn wants(&mut self, ask: &Ask, label: &str) {
        let Some(intent) = ask.intents.get(label) else {
            return self.fail("an intent that the node does not have");
        };
        self.note(format!("the caller wants {label}"));
        self.took(format!("intents.{label}"));
        self.enter(&intent.next);
    }

    fn ask_model(&mut self, name: &str, attempt: u8, ask: &Ask, model: &LanguageModel, said: &str) {
        let rendered = model.url.render_url(&self.scope());
        if let Some(failure) = rendered.failures.first() {
            self.note(format!("the model's address could not be written: {failure}"));
            return self.not_understood(name, attempt, ask);
        }
        self.note("no phrase decides: a language model is asked");
        let body = request(ask, model, said, ask.listens_in(self.language()));
        let action = Action::Fetch {
            method: "POST".to_owned(),
            url: Speech::new(rendered.text),
            timeout: model.timeout,
            body: body.into_iter().map(|(key, value)| (key, Sent::Value(Kept(value)))).collect(),
            first: None,
            sign: None,
            credential: model.credential.clone(),
        };
        let patience = model.timeout.saturating_add(SLACK);
        let number = self.order(Lane::Fetch, action, PendingKind::Fetch, patience);
        self.call.phase =
            Phase::InFlow { node: name.to_owned(), doing: Doing::Fetching { number, attempt } };
    }

    /// What the model made of it. It can choose an intent or none, and nothing else.
    pub(super) fn understood(&mut self, ask: &Ask, result: &FetchResult) {
        let (name, attempt) = match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Fetching { attempt, .. } } => {
                (node.clone(), *attempt)
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => return self.note("a model's answer nobody waits for: no effect"),
        };
        match understood(ask, result) {
            Understood::Intent(label) => {
                self.note("the language model decides");
                self.wants(ask, label);
            }
            Understood::None => {
                self.note("the language model finds no intent");
                self.ask_again(&name, attempt, Unusable::NoMatch);
            }
            Understood::Failed(cause) => {
                self.note(format!("the language model failed: {cause}"));
                self.not_understood(&name, attempt, ask);
            }
        }
    }

    /// Speech or model have failed, or all attempts at words are used: by keys, or on without an answer. It is not the
    /// caller's fault, so he is not told of one.
    pub(super) fn not_understood(&mut self, name: &str, attempt: u8, ask: &Ask) {
        if ask.keys.is_some() {
            self.note("the caller is asked by keys");
            return self.ask_by_key(name, attempt, 1, None);
        }
        self.took("otherwise");
        self.enter(&ask.retry.otherwise);
    }

    /// Asks, for the `time`-th time, the second question of a node: an intent by key, or whether digits are right.
    pub(super) fn ask_second(
        &mut self,
        name: &str,
        attempt: u8,
        time: u8,
        preface: Option<Prompt>,
    ) {
        match self.question(name) {
            Some(Question::Ask(_)) => self.ask_by_key(name, attempt, time, preface),
            Some(Question::Menu(_) | Question::Collect(_) | Question::Callback(_)) | None => {
                self.ask_to_confirm(name, attempt, time, preface);
            }
        }
    }

    /// An answer to the second question of a node.
    pub(super) fn second_answer(
        &mut self,
        name: &str,
        attempt: u8,
        time: u8,
        recognition: &Recognition,
    ) {
        let Some(Question::Ask(ask)) = self.question(name) else {
            return self.confirmed(name, attempt, time, recognition);
        };
        match intent_by_key(ask, recognition) {
            Some(label) => self.wants(ask, label),
            None => self.no_key(name, attempt, time, ask, Unusable::NoMatch),
        }
    }

    /// The second question of a node brought nothing usable.
    pub(super) fn second_failed(&mut self, name: &str, attempt: u8, time: u8, unusable: Unusable) {
        match self.question(name) {
            Some(Question::Ask(ask)) => self.no_key(name, attempt, time, ask, unusable),
            Some(Question::Menu(_) | Question::Collect(_) | Question::Callback(_)) | None => {
                self.not_confirmed(name, attempt, time, unusable);
            }
        }
    }

    fn ask_by_key(&mut self, name: &str, attempt: u8, time: u8, preface: Option<Prompt>) {
        let Some(Question::Ask(ask)) = self.question(name) else {
            return self.fail("an intent is asked for in a node that has none");
        };
        let Some(target) = self.call.caller.clone() else {
            self.note("there is nobody to listen to");
            return self.enter(&ask.retry.otherwise);
        };
        let scope = self.scope();
        let asked = ask.keys.as_ref().and_then(|keys| self.prompt(keys, &scope));
        let prompt =
            joined(preface.into_iter().chain(asked)).unwrap_or_else(|| Prompt::Several(Vec::new()));
        let kind = RecognizeKind::Digits { max: 1, stop: None, between: 2_000 };
        let language = self.language().to_owned();
        let asked = Asked { target, prompt, kind, language, sensitive: false };
        self.listen(name, asked, ask.retry.silence, attempt, time);
    }

    fn no_key(&mut self, name: &str, attempt: u8, time: u8, ask: &Ask, unusable: Unusable) {
        let retry = &ask.retry;
        self.note(format!("{} when asked by keys (time {time})", unusable.words()));
        if time >= retry.attempts {
            self.took("otherwise");
            return self.enter(&retry.otherwise);
        }
        let scope = self.scope();
        let preface = match unusable {
            Unusable::NoInput => self.prompt(&retry.no_input, &scope),
            Unusable::NoMatch => self.prompt(&retry.no_match, &scope),
            Unusable::Technical | Unusable::Wrong => None,
        };
        self.ask_by_key(name, attempt, time.saturating_add(1), preface);
    }
}

fn intent_by_key<'a>(ask: &'a Ask, recognition: &Recognition) -> Option<&'a str> {
    let key = keys(recognition, None)?.chars().next()?;
    ask.intent_of_key(key)
}
