//! Whether a call is still there: when it is asked about, and when a denial is believed.

use crate::Millis;

use super::{
    state::{Call, PendingKind, Phase},
    talking::CHECK_EVERY,
};

/// Between two witnesses that a call is gone, in ms.
pub(super) const SECOND_LOOK: Millis = 1_000;
/// Who asks in vain whether a call is gone asks again after as long as he has asked, at most this, in ms.
const RARELY_ASKED: Millis = 16_000;
/// A call that was said to be gone is taken for gone when nothing but silence has followed for so long, in ms.
const BELIEVED_AFTER: Millis = 60_000;

impl Call {
    /// When Call Automation is asked how the call stands if nothing is heard until then. Before the
    /// connection and at the end, what is pending comes due sooner; a conversation has its own time.
    pub(super) fn looks_at(&self) -> Option<Millis> {
        match self.phase {
            Phase::InFlow { .. } | Phase::Waiting(_) if self.connected => {
                Some(self.heard_at.saturating_add(CHECK_EVERY))
            }
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }

    /// When Call Automation is asked again whether the call is gone: a caller whose call is taken for gone
    /// sits in silence, and one who has left costs nobody anything for this second.
    pub(super) fn looks_again_at(&self) -> Option<Millis> {
        let asked = |kind: &PendingKind| matches!(kind, PendingKind::Inspect { .. });
        let told = self.told_gone.filter(|_| self.has_time() && self.awaits(asked).is_none())?;
        let Some(in_vain) = self.asked_in_vain else {
            return Some(told.saturating_add(SECOND_LOOK));
        };
        let pause = in_vain.saturating_sub(told).clamp(SECOND_LOOK, RARELY_ASKED);
        Some(in_vain.saturating_add(pause))
    }

    /// Whether somebody hears prompts, music or another.
    pub(super) fn is_heard(&self) -> bool {
        matches!(self.phase, Phase::InFlow { .. } | Phase::Waiting(_) | Phase::Talking { .. })
    }

    /// Whether a denial is looked into with time: what denies a call that somebody hears, that comes up, or that is to
    /// end, may deny it twice at once. A line whose end was denied stays open for ever.
    pub(super) fn has_time(&self) -> bool {
        self.is_heard() || matches!(self.phase, Phase::Answering { .. } | Phase::Ending { .. })
    }

    /// Whether an answer that denies the call is the second of its kind.
    pub(super) fn is_denied_again(&self) -> bool {
        let long_ago = |told: Millis| self.now >= told.saturating_add(SECOND_LOOK);
        self.told_gone.is_some_and(|told| long_ago(told) || !self.has_time())
    }

    /// Whether nothing but silence has followed a denial for so long that it is believed.
    pub(super) fn is_silent_since_denied(&self) -> bool {
        self.told_gone.is_some_and(|told| self.now >= told.saturating_add(BELIEVED_AFTER))
    }

    /// Somebody else than an answer to a question says that the call is gone: the first answer that agrees counts.
    pub(super) fn note_told_gone(&mut self) {
        self.told_gone = Some(self.now.saturating_sub(SECOND_LOOK));
    }

    /// The call lives: whoever has denied it was wrong.
    pub(super) fn lives(&mut self) {
        self.told_gone = None;
        self.asked_in_vain = None;
        self.disconnected_at = None;
    }
}
