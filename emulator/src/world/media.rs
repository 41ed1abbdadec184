//! What is played and listened to on a call: one main and one sub slot, and a queue for the main
//! one (contract section 7.5).

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

use super::recognition::Recognition;
use super::view::{Hearing, HearingKind};
use crate::clock::Millis;
use crate::wire::{OperationMeta, PlaySource};

/// The shortest speech.
const SHORTEST_SPEECH: Millis = 600;
/// Speech per character.
const PER_CHARACTER: Millis = 60;
/// Every file.
const FILE: Millis = 3_000;

/// Which of the two slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Play to all; recognise in a one-to-one call.
    Main,
    /// Play to chosen participants; recognise in a group call.
    Sub,
}

/// A play or a recognition.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MediaOperation {
    pub(super) number: u64,
    pub(super) meta: OperationMeta,
    pub(super) work: Work,
    pub(super) sources: Vec<PlaySource>,
    /// Index of the source being heard.
    pub(super) source: usize,
    pub(super) stage: Stage,
    /// What is being heard of it.
    pub(super) hearing: Option<Hearing>,
}

/// What the operation does.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Work {
    Play { looped: bool, to: Vec<String> },
    Recognize(Recognition),
}

/// Where the operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Waiting in the queue.
    Queued,
    /// Its sources are being heard.
    Playing,
    /// It listens.
    Listening,
}

/// The slots of a call.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Media {
    pub(super) main: Option<MediaOperation>,
    pub(super) queue: VecDeque<MediaOperation>,
    pub(super) sub: Option<MediaOperation>,
}

impl Media {
    pub(super) fn slot_mut(&mut self, slot: Slot) -> &mut Option<MediaOperation> {
        match slot {
            Slot::Main => &mut self.main,
            Slot::Sub => &mut self.sub,
        }
    }

    /// The slot of a running operation.
    pub(super) fn slot_of(&self, number: u64) -> Option<Slot> {
        let runs = |slot: &Option<MediaOperation>| {
            slot.as_ref().is_some_and(|operation| operation.number == number)
        };
        if runs(&self.main) {
            return Some(Slot::Main);
        }
        runs(&self.sub).then_some(Slot::Sub)
    }

    /// The running operation with this number.
    pub(super) fn running_mut(&mut self, number: u64) -> Option<&mut MediaOperation> {
        let slot = self.slot_of(number)?;
        self.slot_mut(slot).as_mut()
    }

    /// Whether keys or words would be taken now.
    pub(super) fn takes_input(&self) -> bool {
        let slots = [self.main.as_ref(), self.sub.as_ref()];
        slots.into_iter().flatten().any(MediaOperation::takes_input)
    }

    /// What is being heard: what is for one person covers what is for all.
    pub(super) fn hearing(&self) -> Option<Hearing> {
        let slots = [self.sub.as_ref(), self.main.as_ref()];
        slots.into_iter().flatten().find_map(|operation| operation.hearing.clone())
    }

    /// What this person hears: what is played to the person alone, else what everybody hears.
    pub(super) fn heard_by(&self, raw_id: &str) -> Option<Hearing> {
        let slots = [self.sub.as_ref(), self.main.as_ref()];
        let reach = slots.into_iter().flatten().filter(|operation| operation.reaches(raw_id));
        reach.into_iter().find_map(|operation| operation.hearing.clone())
    }

    /// The recognition that takes input of this person.
    pub(super) fn listening_to(&mut self, raw_id: &str) -> Option<&mut MediaOperation> {
        let slots = [&mut self.main, &mut self.sub];
        slots.into_iter().flatten().find(|operation| operation.listens_to(raw_id))
    }

    /// What fits, running first.
    pub(super) fn take_where(
        &mut self,
        fits: impl Fn(&MediaOperation) -> bool,
    ) -> Vec<MediaOperation> {
        let main = self.main.take_if(|one| fits(one));
        let sub = self.sub.take_if(|one| fits(one));
        let (cancelled, kept): (Vec<_>, Vec<_>) = self.queue.drain(..).partition(fits);
        self.queue = kept.into();
        main.into_iter().chain(sub).chain(cancelled).collect()
    }

    /// Everything, running first.
    pub(super) fn take_all(&mut self) -> Vec<MediaOperation> {
        let running = [self.main.take(), self.sub.take()];
        running.into_iter().flatten().chain(self.queue.drain(..)).collect()
    }
}

impl MediaOperation {
    fn takes_input(&self) -> bool {
        match (&self.work, self.stage) {
            (Work::Recognize(_), Stage::Listening) => true,
            (Work::Recognize(recognition), Stage::Playing) => recognition.interrupt_prompt,
            (Work::Play { .. }, _) | (Work::Recognize(_), Stage::Queued) => false,
        }
    }

    /// Whether this input goes to it: its recognition hears the person and would take input.
    fn listens_to(&self, raw_id: &str) -> bool {
        let hears = match &self.work {
            Work::Recognize(recognition) => recognition.target == raw_id,
            Work::Play { .. } => false,
        };
        hears && self.takes_input()
    }

    /// Whether this person hears it.
    fn reaches(&self, raw_id: &str) -> bool {
        match &self.work {
            Work::Recognize(recognition) => recognition.target == raw_id,
            Work::Play { to, .. } => to.is_empty() || to.iter().any(|one| one == raw_id),
        }
    }

    /// Whether it has to do with this person alone.
    pub(super) fn is_only_for(&self, raw_id: &str) -> bool {
        match &self.work {
            Work::Recognize(recognition) => recognition.target == raw_id,
            Work::Play { to, .. } => to.as_slice() == [raw_id],
        }
    }

    pub(super) fn hearing_kind(&self) -> HearingKind {
        match self.work {
            Work::Recognize(_) => HearingKind::Prompt,
            Work::Play { looped: true, .. } => HearingKind::Music,
            Work::Play { looped: false, .. } => HearingKind::Say,
        }
    }

    /// The event that says it was cancelled.
    pub(super) fn cancelled_event(&self) -> &'static str {
        match self.work {
            Work::Recognize(_) => "RecognizeCanceled",
            Work::Play { .. } => "PlayCanceled",
        }
    }
}

/// How long a source is heard, real time.
pub(super) fn duration(source: &PlaySource) -> Millis {
    source.words().map_or(FILE, |words| speech_length(&words))
}

/// How long these words take, real time.
pub(super) fn speech_length(words: &str) -> Millis {
    let characters = Millis::try_from(words.chars().count()).unwrap_or(Millis::MAX);
    characters.saturating_mul(PER_CHARACTER).max(SHORTEST_SPEECH)
}
