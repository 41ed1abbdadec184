//! A caller's message.

use webhooks::Recognition;

use crate::{
    Millis,
    flow::{Node, RecordingChange, Voicemail},
};

use super::{
    command::{Prompt, RecognizeKind},
    media::{Asked, Unusable},
    speech::{joined, patience},
    state::{Doing, Phase, RecordingPhase},
    step::Stepper,
};

/// The sound after which a message begins; the service has it.
pub const BEEP: &str = "music/beep.wav";
/// How long it is at most, in ms.
const BEEP_LENGTH: Millis = 1_000;
/// Who says nothing for so long leaves no message, in ms.
const SAYS_NOTHING: Millis = 10_000;
/// A sound file in the prompt is no longer than this, in ms.
const PROMPT_FILE: Millis = 60_000;

impl<'a> Stepper<'a> {
    /// Speaks the prompt, and where a message is taken the beep.
    pub(super) fn voicemail(&mut self, at: &str, voicemail: &Voicemail) {
        let scope = self.scope();
        let words = self.prompt(&voicemail.prompt, &scope);
        let beep = voicemail.message.as_ref().map(|_| Prompt::File { path: BEEP.to_owned() });
        let longest = words.as_ref().map_or(0, |words| patience(words, PROMPT_FILE));
        let Some(prompt) = joined(words.into_iter().chain(beep)) else {
            self.note("nothing to say");
            return self.enter(&voicemail.next);
        };
        let number = self.play_prompt(prompt, false, longest.saturating_add(BEEP_LENGTH));
        self.call.phase =
            Phase::InFlow { node: at.to_owned(), doing: Doing::Speaking { number, again: false } };
    }

    /// The prompt was heard: a message is recorded, or the goodbye was all.
    pub(super) fn after_prompt(&mut self, at: &str, voicemail: &'a Voicemail) {
        if voicemail.message.is_none() {
            self.call.left_message = true;
            return self.enter(&voicemail.next);
        }
        if let Some(number) = self.recording_under_way() {
            return self.wait_behind(at, number);
        }
        let change = match self.call.recording {
            RecordingPhase::On { .. } if self.recording_ends() => {
                self.note("the recording that runs is to end: no message is taken");
                return self.enter(&voicemail.failed);
            }
            // The message becomes part of the recording that runs.
            RecordingPhase::On { .. } | RecordingPhase::Starting => {
                return self.take_message(at, voicemail);
            }
            RecordingPhase::Paused { .. } => {
                self.note(format!("{}: the caller leaves a message", crate::invariants::GOES_ON));
                RecordingChange::Resume
            }
            RecordingPhase::Off | RecordingPhase::Failed | RecordingPhase::Stopped { .. } => {
                self.call.records_for = Some(at.to_owned());
                RecordingChange::Start
            }
        };
        if !self.change_and_wait(at, change) {
            self.enter(&voicemail.failed);
        }
    }

    /// The recording runs: the caller is listened to until he is silent, presses the key, or has said enough.
    pub(super) fn take_message(&mut self, at: &str, voicemail: &Voicemail) {
        let (Some(message), Some(target)) = (&voicemail.message, self.call.caller.clone()) else {
            self.note("there is nobody to listen to");
            return self.enter(&voicemail.failed);
        };
        let kind = RecognizeKind::Speech { end_silence: message.silence, stop: Some(message.stop) };
        let (language, prompt) = (self.language().to_owned(), Prompt::Several(Vec::new()));
        let asked = Asked { target, prompt, kind, language, sensitive: false };
        // Most callers end a message by hanging up.
        self.call.left_message = true;
        self.listen(at, asked, SAYS_NOTHING, 1, 0);
        let longest = self.now().saturating_add(message.max);
        if let Some(pending) = self.call.media.and_then(|number| self.call.pending.get_mut(&number))
        {
            pending.deadline = longest;
            pending.estimate = longest;
        }
    }

    fn voicemail_node(&self, name: &str) -> Option<&'a Voicemail> {
        let Node::Voicemail(voicemail) = self.flow()?.nodes.get(name)? else { return None };
        Some(voicemail)
    }

    /// Listens once more where the fate of listening is unknown; false where no message is taken.
    pub(super) fn take_message_again(&mut self, at: &str) -> bool {
        let voicemail = self.voicemail_node(at);
        if let Some(voicemail) = voicemail {
            self.take_message(at, voicemail);
        }
        voicemail.is_some()
    }

    /// Speech or a key ended the message; false where none is taken.
    pub(super) fn message_heard(&mut self, at: &str, recognition: &Recognition) -> bool {
        let how = match recognition {
            Recognition::Dtmf { .. } => "a key",
            Recognition::Choice { .. }
            | Recognition::Speech { .. }
            | Recognition::Withheld { .. }
            | Recognition::Unknown { .. } => "silence",
        };
        self.message_over(at, true, how)
    }

    /// Nothing usable was heard; false where no message is taken.
    pub(super) fn message_not_heard(&mut self, at: &str, unusable: Unusable) -> bool {
        match unusable {
            Unusable::NoInput => self.message_over(at, false, "silence from the first"),
            // Something was said that nobody could write down: it is in the recording.
            Unusable::NoMatch | Unusable::Wrong => self.message_over(at, true, "silence"),
            Unusable::Technical => self.message_over(at, false, "a technical failure"),
        }
    }

    /// The longest message is over; false where none is taken.
    pub(super) fn message_is_full(&mut self, at: &str) -> bool {
        if self.voicemail_node(at).is_none() {
            return false;
        }
        self.clear_media();
        self.message_over(at, true, "its longest time")
    }

    fn message_over(&mut self, at: &str, left: bool, how: &str) -> bool {
        let Some(voicemail) = self.voicemail_node(at) else { return false };
        self.note(format!("the message was ended by {how}"));
        self.call.left_message = left;
        if self.call.records_for.take().is_some() {
            self.stop_recording();
        }
        self.took(if left { "next" } else { "failed" });
        self.enter(if left { &voicemail.next } else { &voicemail.failed });
        true
    }
}
