//! What the caller wants, in his own words.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Shape, Tree},
    model::{Ask, Choice, Credential, LanguageModel, Node, Spoken},
};

use super::{Finding, Reader, Receiver, fields::Fields, prompts::Reply, values::DurationRule};

const FIELDS: &[&str] = &[
    "prompt",
    "intents",
    "keys",
    "into",
    "end_silence",
    "model",
    "attempts",
    "silence",
    "no_input",
    "no_match",
    "otherwise",
];

impl Reader<'_> {
    pub(super) fn ask(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "an ask", FIELDS)?;
        let prompt = self.spoken(&fields, "prompt");
        let intents = self.intents(&fields);
        let keys = fields.get("keys").map(|tree| self.by_keys(tree, intents.as_ref()));
        let into = fields.get("into").map(|tree| self.heard_into(tree));
        let rule = DurationRule {
            name: "end_silence",
            default: 1_000,
            limits: 300..=5_000,
            whole_seconds: false,
        };
        let end_silence = self.duration(&fields, &rule);
        let model = fields.get("model").map(|tree| self.language_model(tree));
        let retry = self.retry(&fields, Reply::Words, true);
        Some(Node::Ask(Ask {
            prompt: prompt?,
            intents: intents?,
            keys: given(keys)?,
            into: given(into)?,
            end_silence,
            model: given(model)?,
            retry: retry?,
        }))
    }

    fn intents(&mut self, fields: &Fields<'_>) -> Option<BTreeMap<String, Choice>> {
        let hint = "write what the caller may want";
        let tree = self.required(fields, "intents", hint)?;
        let example = "of label: { phrases: [\"word\"], next: node }";
        let entries = self.entries(tree, "`intents`", example)?;
        if entries.is_empty() {
            self.open = true;
            self.report(Finding::error(Code::Empty, tree.span, "`intents` is empty").hint(hint));
            return None;
        }
        if let Some((key, _)) = entries.iter().find(|(key, _)| key.name == LanguageModel::NONE) {
            let message = "no intent can be called `none`: that is what a model says of no intent";
            self.report(Finding::error(Code::BadName, key.span, message));
        }
        let intents = self.all_choices(entries.iter())?;
        // Where some have phrases, those that have none are reported as uneven.
        if intents.values().all(|intent| intent.phrases.is_empty()) {
            let message = "no intent has phrases: nobody can say what he wants";
            let hint = "add phrases: [\"word\"] to each, or write a menu";
            self.report(Finding::error(Code::MissingField, tree.span, message).hint(hint));
        }
        Some(intents)
    }

    /// `keys: speech`: how he is asked by keys.
    fn by_keys(
        &mut self,
        tree: &Tree,
        intents: Option<&BTreeMap<String, Choice>>,
    ) -> Option<Spoken> {
        let spoken = self.spoken_in(tree, "keys");
        if intents.is_some_and(|intents| intents.values().all(|intent| intent.tone.is_none())) {
            let message = "no intent has a key: nobody can be asked by keys";
            let hint = "add tone: \"1\" to each intent, or leave `keys` out";
            self.report(Finding::error(Code::MissingField, tree.span, message).hint(hint));
        }
        spoken
    }

    /// The variable that receives what was said.
    fn heard_into(&mut self, tree: &Tree) -> Option<String> {
        let name = self.plain(tree, "`into`")?.to_owned();
        self.variable(&name, tree.span);
        let node = self.node.clone();
        self.receivers.push(Receiver {
            name: name.clone(),
            span: tree.span,
            node,
            sensitive: false,
        });
        Some(name)
    }

    /// `model: { url, model, auth, timeout }`
    fn language_model(&mut self, tree: &Tree) -> Option<LanguageModel> {
        let known = &["url", "model", "auth", "timeout"];
        let fields = self.fields(tree, tree.span, "a model", known)?;
        let url = self.url(&fields);
        let model = self
            .required(&fields, "model", "write the model's name, or the deployment's")
            .and_then(|tree| self.plain(tree, "`model`").map(str::to_owned));
        let credential = self.credential(&fields);
        let rule = DurationRule {
            name: "timeout",
            default: 2_500,
            limits: 500..=3_000,
            whole_seconds: false,
        };
        let timeout = self.duration(&fields, &rule);
        Some(LanguageModel { url: url?, model: model?, credential: credential?, timeout })
    }

    /// `auth: { bearer: secret }` or `auth: { api_key: secret }`: names of secrets, never secrets. None where it is wrong.
    #[expect(clippy::option_option, reason = "wrong, left out, or there")]
    pub(super) fn credential(&mut self, fields: &Fields<'_>) -> Option<Option<Credential>> {
        let Some(tree) = fields.get("auth") else { return Some(None) };
        let inner = self.fields(tree, tree.span, "an auth", &["bearer", "api_key"])?;
        match (inner.get("bearer"), inner.get("api_key")) {
            (Some(name), None) => Some(Some(Credential::Bearer(self.secret(name, "bearer")?))),
            (None, Some(name)) => Some(Some(Credential::ApiKey(self.secret(name, "api_key")?))),
            // What is none of the two was reported as such.
            (None, None) if !is_empty(tree) => None,
            (Some(_), Some(_)) | (None, None) => {
                let message = "an auth is one of bearer and api_key";
                let hint = "write auth: { bearer: name }, the name of a secret in the settings";
                self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
                None
            }
        }
    }

    /// The name of a secret. What stands there instead may be one, and is not repeated.
    pub(super) fn secret(&mut self, tree: &Tree, what: &str) -> Option<String> {
        let name = self.plain(tree, &format!("`{what}`"))?;
        let is_name = (1..=40).contains(&name.len())
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
        if is_name {
            return Some(name.to_owned());
        }
        let message = format!("`{what}` is no name of a secret");
        let hint = "write a name of small letters and _, and the secret itself into the settings: flow.secrets.NAME";
        self.report(Finding::error(Code::BadSecret, tree.span, message).hint(hint));
        None
    }
}

fn is_empty(tree: &Tree) -> bool {
    matches!(&tree.shape, Shape::Map(entries) if entries.is_empty())
}

/// What was left out is none; what is there must have been read.
#[expect(clippy::option_option, reason = "wrong, left out, or there")]
fn given<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}
