//! What the caller hears, in his language.

use webhooks::Speech;

use crate::{
    Millis,
    flow::{Flow, Said, Scope, Spoken, Text},
};

use super::{command::Prompt, media::speech_patience, step::Stepper};

impl<'a> Stepper<'a> {
    /// The language that the caller is spoken to in.
    pub(super) fn language(&self) -> &str {
        let own = self.flow().map_or("en-US", |flow: &'a Flow| flow.language.as_str());
        self.call.language.as_deref().unwrap_or(own)
    }

    /// What is heard; none where it is nothing.
    pub(super) fn prompt(&mut self, spoken: &Spoken, scope: &Scope) -> Option<Prompt> {
        let language = self.language().to_owned();
        let (language, said) = spoken.in_language(&language)?;
        match said {
            Said::Text(text) => {
                let text = self.render(text, scope);
                let at = self.at.as_deref().or_else(|| self.call.phase.node()).unwrap_or_default();
                let voice = self.flow().and_then(|flow| flow.voice_of(at, language));
                (!text.trim().is_empty()).then(|| Prompt::Text {
                    text: Speech::new(text),
                    language: language.to_owned(),
                    voice: voice.map(str::to_owned),
                })
            }
            Said::Ssml(text) => {
                let text = self.rendered(text.render_ssml(scope));
                Some(Prompt::Ssml { text: Speech::new(text) })
            }
            Said::File(path) => Some(Prompt::File { path: path.clone() }),
        }
    }

    fn render(&mut self, text: &Text, scope: &Scope) -> String {
        let rendered = text.render(scope);
        self.rendered(rendered)
    }

    fn rendered(&mut self, rendered: crate::flow::Rendered) -> String {
        for failure in rendered.failures {
            self.note(format!("text left out a part: {failure}"));
        }
        rendered.text
    }
}

/// Several as one, in order: texts of one voice are one text, so that they are spoken without a break.
pub(super) fn joined(prompts: impl IntoIterator<Item = Prompt>) -> Option<Prompt> {
    let mut all: Vec<Prompt> = Vec::new();
    for prompt in prompts {
        match (all.last_mut(), prompt) {
            (
                Some(Prompt::Text { text: before, language: tag, voice: speaker }),
                Prompt::Text { text, language, voice },
            ) if *tag == language && *speaker == voice => {
                let whole = [before.expose(), text.expose()].join(" ");
                *before = Speech::new(whole.trim().to_owned());
            }
            (_, prompt) => all.push(prompt),
        }
    }
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Prompt::Several(all)),
    }
}

/// How long the end of a prompt is awaited, in ms; a sound file in it is `file` long at most.
pub(super) fn patience(prompt: &Prompt, file: Millis) -> Millis {
    match prompt {
        Prompt::Text { text, .. } | Prompt::Ssml { text } => speech_patience(text.expose()),
        Prompt::File { .. } => file.saturating_add(super::media::SLACK),
        Prompt::Several(parts) => {
            parts.iter().fold(0, |all, part| patience(part, file).saturating_add(all))
        }
    }
}
