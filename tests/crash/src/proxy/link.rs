//! What ails a link.

use tokio::sync::watch;

use crate::clock::Millis;

/// A lasting trouble.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// None.
    #[default]
    None,
    /// Bytes are so many ms late in each direction.
    Latency(Millis),
    /// Bytes are taken and go nowhere; who waits for them is reset when it ends.
    HalfOpen,
    /// The other side learns so many ms late that one has closed.
    SlowClose(Millis),
}

/// The link to an upstream, shared with whoever makes trouble.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    trouble: watch::Sender<Trouble>,
    resets: watch::Sender<u64>,
}

impl Default for Link {
    fn default() -> Self {
        Self { trouble: watch::Sender::new(Trouble::None), resets: watch::Sender::new(0) }
    }
}

impl Link {
    /// Makes trouble, or ends it.
    pub(crate) fn set(&self, trouble: Trouble) {
        self.trouble.send_replace(trouble);
    }

    /// Ends all connections with a reset.
    pub(crate) fn reset(&self) {
        self.resets.send_modify(|count| *count += 1);
    }

    pub(super) fn trouble(&self) -> watch::Receiver<Trouble> {
        self.trouble.subscribe()
    }

    pub(super) fn resets(&self) -> watch::Receiver<u64> {
        self.resets.subscribe()
    }
}
