//! What happens by itself after a while.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{CallId, World};
use crate::clock::Millis;

/// A thing that is due. A timer whose object has gone, or gone on, does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Timer {
    /// The caller does not wait for an answer any longer.
    CallerGivesUp { call: CallId },
    /// The application's leg is up.
    Connected { call: CallId, connection: String },
    /// The last of the tones for a participant is out.
    TonesSent { call: CallId, number: u64 },
    /// A source of a prompt has been heard to its end.
    SourceEnds { call: CallId, operation: u64 },
    /// Nothing was said or pressed.
    InitialSilence { call: CallId, operation: u64 },
    /// No further key was pressed after this many.
    InterTone { call: CallId, operation: u64, tones: usize },
    /// Nobody took the invitation.
    InvitationEnds { call: CallId, invitation: String },
    /// Voicemail takes the call that rings.
    VoicemailAnswers { call: CallId, invitation: String },
    /// Voicemail has recorded enough.
    VoicemailEnds { call: CallId, raw_id: String },
    /// The invitation could not be delivered.
    Unreachable { call: CallId, invitation: String },
    /// What the application sent through its stream has been heard.
    StreamHeard { call: CallId, connection: String },
    /// More of a sentence has been understood.
    Understood { call: CallId, sentence: u64 },
    /// The recording's file is stored.
    FileStored { recording: String },
    /// The recording's file is kept no longer.
    FileExpires { recording: String },
}

/// Timers by due time; equal times keep their order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Timers {
    #[serde(with = "as_list")]
    due: BTreeMap<(Millis, u64), Timer>,
    order: u64,
}

/// Keys of JSON are texts: the timers are kept as a list.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::Timer;
    use crate::clock::Millis;

    type Due = BTreeMap<(Millis, u64), Timer>;

    pub(super) fn serialize<S: Serializer>(due: &Due, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(due)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Due, D::Error> {
        let list = Vec::<((Millis, u64), Timer)>::deserialize(deserializer)?;
        Ok(list.into_iter().collect())
    }
}

impl Timers {
    pub(super) fn set(&mut self, at: Millis, timer: Timer) {
        self.order += 1;
        self.due.insert((at, self.order), timer);
    }

    pub(super) fn next_due(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn pop_due(&mut self, now: Millis) -> Option<(Millis, Timer)> {
        let entry = self.due.first_entry()?;
        let at = entry.key().0;
        (at <= now).then(|| (at, entry.remove()))
    }
}

impl World {
    /// Sets a timer `real` milliseconds from now in this world's pace.
    pub(super) fn later(&mut self, real: Millis, timer: Timer) {
        let at = self.now + self.pace(real);
        self.timers.set(at, timer);
    }

    pub(super) fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::CallerGivesUp { call } => self.caller_gives_up(call),
            Timer::Connected { call, connection } => self.bot_is_connected(call, &connection),
            Timer::TonesSent { call, number } => self.tones_sent(call, number),
            Timer::SourceEnds { call, operation } => self.source_ends(call, operation),
            Timer::InitialSilence { call, operation } => self.initial_silence(call, operation),
            Timer::InterTone { call, operation, tones } => self.inter_tone(call, operation, tones),
            Timer::InvitationEnds { call, invitation } => self.no_answer(call, &invitation),
            Timer::VoicemailAnswers { call, invitation } => {
                self.voicemail_answers(call, &invitation);
            }
            Timer::VoicemailEnds { call, raw_id } => self.voicemail_ends(call, &raw_id),
            Timer::Unreachable { call, invitation } => self.unreachable(call, &invitation),
            Timer::StreamHeard { call, connection } => self.stream_heard(call, &connection),
            Timer::Understood { call, sentence } => self.understood(call, sentence),
            Timer::FileStored { recording } => self.file_stored(&recording),
            Timer::FileExpires { recording } => self.file_expires(&recording),
        }
    }
}
