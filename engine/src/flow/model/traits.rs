//! What nodes need and say, and leading them elsewhere.

use crate::{Millis, flow::text::Text};

use super::{
    Add, Callback, ChangeRecording, Collect, Consent, Credential, Hold, Http, Node, NodeName, Play,
    Question, Remove, Ring, Say, Set, Spoken, Stream, Target, Voicemail,
};

/// How long a sound file is taken to be where the flow does not say, in ms.
const FILE_LENGTH: Millis = 60_000;

/// What a node speaks, without asking anything.
#[derive(Debug, Clone, Copy)]
pub struct Speech<'n> {
    /// What is heard.
    pub what: &'n Spoken,
    /// How long a sound file in it is at most, in ms.
    pub length: Millis,
    /// Where the call goes when it was heard.
    pub next: &'n NodeName,
    /// Where the call goes when it could not be played.
    pub failed: &'n NodeName,
}

impl Node {
    /// Whether it needs an answered call.
    pub fn needs_media(&self) -> bool {
        match self {
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Ask(_)
            | Self::Queue(_)
            | Self::Record(_)
            | Self::Transfer(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Hold(_)
            | Self::Stream(_)
            | Self::Voicemail(_) => true,
            Self::Set(_)
            | Self::Http(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Redirect(_)
            | Self::Reject(_)
            | Self::Hangup => false,
        }
    }

    /// Whether the call may end here, without going on to another node.
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Hangup
                | Self::Reject(_)
                | Self::Redirect(_)
                | Self::Transfer(_)
                | Self::Return(_)
        )
    }

    /// Whether it needs the speech service: text to speech, or phrases.
    pub fn needs_speech(&self) -> bool {
        let phrases = match self.question() {
            Some(Question::Menu(menu)) => {
                menu.choices.values().any(|choice| !choice.phrases.is_empty())
            }
            Some(Question::Collect(_) | Question::Callback(_)) => false,
            Some(Question::Ask(_)) => true,
            // Silence after speech ends a message: speech is listened for.
            None => matches!(self, Self::Voicemail(voicemail) if voicemail.message.is_some()),
        };
        phrases || self.heard().iter().any(|spoken| spoken.texts().next().is_some())
    }

    /// What it speaks without asking anything.
    pub fn speech(&self) -> Option<Speech<'_>> {
        let speech = |what, next, failed| Some(Speech { what, length: FILE_LENGTH, next, failed });
        match self {
            Self::Say(say) => speech(&say.text, &say.next, &say.failed),
            Self::Play(play) => Some(Speech {
                what: &play.file,
                length: play.length,
                next: &play.next,
                failed: &play.failed,
            }),
            Self::Voicemail(voicemail) => {
                speech(&voicemail.prompt, &voicemail.next, &voicemail.failed)
            }
            Self::Consent(Consent::Told { text, next, failed }) => speech(text, next, failed),
            Self::Consent(Consent::Asked(_))
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Callback(_)
            | Self::Ask(_)
            | Self::Set(_)
            | Self::Http(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Queue(_)
            | Self::Record(_)
            | Self::Transfer(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Hold(_)
            | Self::Stream(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Redirect(_)
            | Self::Reject(_)
            | Self::Hangup => None,
        }
    }

    /// What it asks the caller.
    pub fn question(&self) -> Option<Question<'_>> {
        match self {
            Self::Menu(menu) | Self::Consent(Consent::Asked(menu)) => Some(Question::Menu(menu)),
            Self::Collect(collect) => Some(Question::Collect(collect)),
            Self::Callback(callback) => Some(Question::Callback(callback)),
            Self::Ask(ask) => Some(Question::Ask(ask)),
            Self::Consent(Consent::Told { .. })
            | Self::Say(_)
            | Self::Play(_)
            | Self::Set(_)
            | Self::Http(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Queue(_)
            | Self::Record(_)
            | Self::Transfer(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Hold(_)
            | Self::Stream(_)
            | Self::Voicemail(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Redirect(_)
            | Self::Reject(_)
            | Self::Hangup => None,
        }
    }

    /// Everything that can be heard in it.
    pub fn heard(&self) -> Vec<&Spoken> {
        if let Some(speech) = self.speech() {
            return vec![speech.what];
        }
        if let Some(question) = self.question() {
            let retry = question.retry();
            let second = match question {
                Question::Collect(collect) => {
                    collect.confirm.as_ref().map(|confirm| &confirm.prompt)
                }
                Question::Ask(ask) => ask.keys.as_ref(),
                Question::Menu(_) | Question::Callback(_) => None,
            };
            let asked = [question.prompt(), &retry.no_input, &retry.no_match];
            return asked.into_iter().chain(second).collect();
        }
        let Self::Queue(queue) = self else { return Vec::new() };
        let consent = queue.record.as_ref().and_then(|record| record.consent.as_ref());
        queue.announce.iter().chain(consent).collect()
    }

    /// The sound files that it plays, by their paths below the prompts' base.
    pub fn sounds(&self) -> Vec<&str> {
        let music = if let Self::Queue(queue) = self {
            queue.music.as_deref()
        } else if let Self::Ring(Ring { music, .. })
        | Self::Add(Add { music, .. })
        | Self::Hold(Hold { music, .. }) = self
        {
            Some(music.as_str())
        } else {
            None
        };
        self.heard().into_iter().flat_map(Spoken::files).chain(music).collect()
    }

    /// Whom it calls or takes out.
    pub fn callees(&self) -> Vec<&Target> {
        match self {
            Self::Redirect(redirect) => vec![&redirect.to],
            Self::Transfer(transfer) => vec![&transfer.to],
            Self::Ring(ring) => ring.people.iter().collect(),
            Self::Add(Add { who, .. }) | Self::Remove(Remove { who, .. }) => vec![who],
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Ask(_)
            | Self::Hold(_)
            | Self::Stream(_)
            | Self::Record(_)
            | Self::Voicemail(_)
            | Self::Set(_)
            | Self::Http(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Queue(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Reject(_)
            | Self::Hangup => Vec::new(),
        }
    }

    /// The endpoint that it asks.
    pub fn endpoint(&self) -> Option<&Text> {
        match self {
            Self::Http(http) => Some(&http.url),
            Self::Ask(ask) => ask.model.as_ref().map(|model| &model.url),
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Queue(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Hold(_)
            | Self::Transfer(_)
            | Self::Record(_)
            | Self::Stream(_)
            | Self::Voicemail(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Redirect(_)
            | Self::Reject(_)
            | Self::Hangup => None,
        }
    }

    /// The secrets of the settings that it needs, by name.
    pub fn secrets(&self) -> Vec<&str> {
        let (credential, sign) = match self {
            Self::Http(http) => (http.credential.as_ref(), http.sign.as_deref()),
            Self::Ask(ask) => {
                (ask.model.as_ref().and_then(|model| model.credential.as_ref()), None)
            }
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Hours(_)
            | Self::Queue(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Hold(_)
            | Self::Transfer(_)
            | Self::Record(_)
            | Self::Stream(_)
            | Self::Voicemail(_)
            | Self::Flow(_)
            | Self::Return(_)
            | Self::Redirect(_)
            | Self::Reject(_)
            | Self::Hangup => (None, None),
        };
        credential.map(Credential::secret).into_iter().chain(sign).collect()
    }

    /// Where the call goes when this node cannot be carried out; none where it ends.
    pub fn way_of_failure(&self) -> Option<&NodeName> {
        if let Some(speech) = self.speech() {
            return Some(speech.failed);
        }
        if let Some(question) = self.question() {
            return Some(&question.retry().otherwise);
        }
        match self {
            Self::Set(set) => Some(&set.failed),
            Self::Http(http) => Some(&http.failed),
            Self::Branch(branch) => Some(&branch.otherwise),
            Self::Hours(hours) => Some(&hours.closed),
            Self::Queue(queue) => Some(&queue.unavailable),
            Self::Flow(sub) => Some(&sub.failed),
            Self::Redirect(redirect) => Some(&redirect.failed),
            Self::Record(record) => Some(&record.failed),
            Self::Ring(ring) => Some(&ring.otherwise),
            Self::Add(add) => Some(&add.failed),
            Self::Remove(remove) => Some(&remove.failed),
            Self::Hold(hold) => Some(&hold.failed),
            Self::Transfer(transfer) => Some(&transfer.failed),
            Self::Stream(stream) => Some(&stream.failed),
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Ask(_)
            | Self::Voicemail(_)
            | Self::Return(_)
            | Self::Reject(_)
            | Self::Hangup => None,
        }
    }

    /// Leads every way out to the node of the same name in a sub-flow that was entered by the node `under`.
    pub(crate) fn relocate(&mut self, under: &str) {
        for target in self.targets_mut() {
            *target = format!("{under}/{target}");
        }
    }

    fn targets_mut(&mut self) -> Vec<&mut NodeName> {
        match self {
            Self::Say(Say { next, failed, .. })
            | Self::Play(Play { next, failed, .. })
            | Self::Consent(Consent::Told { next, failed, .. })
            | Self::Set(Set { next, failed, .. })
            | Self::Http(Http { next, failed, .. })
            | Self::Voicemail(Voicemail { next, failed, .. })
            | Self::Record(ChangeRecording { next, failed, .. })
            | Self::Add(Add { next, failed, .. })
            | Self::Remove(Remove { next, failed, .. })
            | Self::Hold(Hold { next, failed, .. }) => vec![next, failed],
            Self::Ring(ring) => vec![&mut ring.otherwise],
            Self::Transfer(transfer) => vec![&mut transfer.failed],
            Self::Stream(Stream { next, failed, hand_over, .. }) => {
                hand_over.values_mut().chain([next, failed]).collect()
            }
            Self::Menu(menu) | Self::Consent(Consent::Asked(menu)) => {
                let choices = menu.choices.values_mut().map(|choice| &mut choice.next);
                choices.chain([&mut menu.retry.otherwise]).collect()
            }
            Self::Ask(ask) => {
                let intents = ask.intents.values_mut().map(|intent| &mut intent.next);
                intents.chain([&mut ask.retry.otherwise]).collect()
            }
            Self::Collect(Collect { next, retry, .. })
            | Self::Callback(Callback { next, retry, .. }) => vec![next, &mut retry.otherwise],
            Self::Branch(branch) => {
                let when = branch.when.iter_mut().map(|(_, to)| to);
                when.chain([&mut branch.otherwise]).collect()
            }
            Self::Hours(hours) => vec![&mut hours.open, &mut hours.closed, &mut hours.holiday],
            Self::Queue(queue) => vec![&mut queue.overflow, &mut queue.unavailable],
            Self::Flow(sub) => {
                let ways = [&mut sub.start, &mut sub.next, &mut sub.failed];
                ways.into_iter().chain(sub.exits.values_mut()).collect()
            }
            Self::Redirect(redirect) => vec![&mut redirect.failed],
            Self::Return(_) | Self::Reject(_) | Self::Hangup => Vec::new(),
        }
    }
}
