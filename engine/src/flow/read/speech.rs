//! What is heard: a text, SSML, a sound file or a prompt of the catalogue, in one language or several.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    model::{Said, Spoken},
    nearest::nearest,
};

use super::{Finding, Reader, fields::Fields, values::shortened};

impl Reader<'_> {
    /// What is heard, in a field that must be there.
    pub(super) fn spoken(&mut self, fields: &Fields<'_>, name: &'static str) -> Option<Spoken> {
        let tree = self.required(fields, name, "write what the caller hears")?;
        self.spoken_in(tree, name)
    }

    /// What is heard.
    pub(super) fn spoken_in(&mut self, tree: &Tree, what: &str) -> Option<Spoken> {
        let language = self.language.clone();
        let Shape::Map(entries) = &tree.shape else {
            return self.said(tree, what).map(|said| Spoken::only(&language, said));
        };
        match entries.as_slice() {
            [(key, value)] if key.name == "prompt" => self.catalogued(value),
            [(key, _)] if matches!(key.name.as_str(), "ssml" | "file") => {
                self.said(tree, what).map(|said| Spoken::only(&language, said))
            }
            _ => self.in_languages(entries, tree.span, what),
        }
    }

    /// `{ en-US: "…", de-DE: "…" }`
    pub(super) fn in_languages(
        &mut self,
        entries: &[(Key, Tree)],
        at: Span,
        what: &str,
    ) -> Option<Spoken> {
        let covered = self.covers_languages(entries, at, &format!("`{what}`"));
        let variants: Option<BTreeMap<String, Said>> = entries
            .iter()
            .map(|(key, tree)| Some((key.name.clone(), self.said(tree, what)?)))
            .collect();
        let variants = variants.filter(|_| covered)?;
        Some(Spoken { language: self.language.clone(), variants })
    }

    /// One way to say something: a text, `{ ssml: … }` or `{ file: … }`.
    fn said(&mut self, tree: &Tree, what: &str) -> Option<Said> {
        let Shape::Map(entries) = &tree.shape else {
            return self.words(tree, what).map(Said::Text);
        };
        match entries.as_slice() {
            [(key, value)] if key.name == "ssml" => self.ssml(value),
            [(key, value)] if key.name == "file" => self.sound(value, what).map(Said::File),
            _ => {
                let message = format!("`{what}` must be a text, or a map with one of ssml, file");
                let hint =
                    "write a text, { ssml: \"<speak…\" }, { file: name.wav } or { prompt: name }";
                self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
                None
            }
        }
    }

    fn ssml(&mut self, tree: &Tree) -> Option<Said> {
        let text = self.words(tree, "ssml")?;
        let source = text.source().trim();
        if !source.starts_with("<speak") || !source.ends_with("</speak>") {
            let message = "this is no SSML: it does not begin with <speak and end with </speak>";
            self.report(
                Finding::error(Code::BadSsml, tree.span, message)
                    .hint("write <speak version=\"1.0\" …>…</speak>, or a plain text"),
            );
        }
        Some(Said::Ssml(text))
    }

    /// The relative path of a WAV file.
    pub(super) fn sound(&mut self, tree: &Tree, what: &str) -> Option<String> {
        let path = self.plain(tree, &format!("`{what}`"))?;
        let is_wav = path.strip_suffix(".wav").is_some_and(|stem| !stem.is_empty());
        if is_wav && is_inside(path) {
            return Some(path.to_owned());
        }
        let message = format!(
            "`{what}` is `{}`, which is no .wav file below the prompts' base",
            shortened(path)
        );
        self.report(
            Finding::error(Code::BadPath, tree.span, message)
                .hint("write a relative path, for example music/hold.wav"),
        );
        None
    }

    fn catalogued(&mut self, tree: &Tree) -> Option<Spoken> {
        let name = self.plain(tree, "`prompt`")?;
        if let Some(known) = self.prompts.get(name) {
            return Some(known.clone());
        }
        let message = format!("there is no prompt `{}`", shortened(name));
        let hint = nearest(name, self.prompts.keys().map(String::as_str)).map_or_else(
            || "add it to `prompts` at the head of the flow".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.report(Finding::error(Code::UnknownPrompt, tree.span, message).hint(hint));
        None
    }

    /// Whether the flow's own language is among the keys; findings for every other fault of them.
    pub(super) fn covers_languages(
        &mut self,
        entries: &[(Key, Tree)],
        at: Span,
        what: &str,
    ) -> bool {
        for (key, _) in entries {
            self.known_language(&key.name, key.span);
        }
        let has = |language: &str| entries.iter().any(|(key, _)| key.name == language);
        if !has(&self.language) {
            let message = format!("{what} lacks the flow's own language, {}", self.language);
            self.report(Finding::error(Code::MissingLanguage, at, message));
            return false;
        }
        let missing: Vec<String> =
            self.languages.iter().filter(|language| !has(language)).cloned().collect();
        if !missing.is_empty() {
            let message = format!("{what} lacks {}", missing.join(", "));
            let hint = format!("callers with that language hear {} here", self.language);
            self.report(Finding::warning(Code::MissingLanguage, at, message).hint(hint));
        }
        true
    }

    /// A language that the flow has.
    pub(super) fn known_language(&mut self, tag: &str, span: Span) {
        if tag == self.language || self.languages.iter().any(|known| known == tag) {
            return;
        }
        let message = format!("the flow has no language `{}`", shortened(tag));
        let hint = format!(
            "it has: {}; add others to `languages` at its head",
            [&self.language]
                .into_iter()
                .chain(&self.languages)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        );
        self.report(Finding::error(Code::UnknownLanguage, span, message).hint(hint));
    }
}

/// Whether a path ends like this. Folders of some systems know no capitals, others do: here small letters count.
pub(super) fn ends_in(path: &str, ending: &str) -> bool {
    path.strip_suffix(ending)
        .and_then(|stem| stem.strip_suffix('.'))
        .is_some_and(|stem| !stem.is_empty())
}

/// Whether a path stays below the folder it is relative to.
pub(super) fn is_inside(path: &str) -> bool {
    let plain =
        path.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    plain && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}
