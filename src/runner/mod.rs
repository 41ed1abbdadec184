//! What happens without anybody asking: deadlines, backlogs, queues, and the follow-up of every commit.

mod alone;
mod consequences;
mod deadlines;
mod deciding;
mod queues;

pub use alone::Alone;
pub use consequences::{Consequences, Wakes};
pub use deadlines::run_deadlines;
pub use deciding::{Bundles, FlowDecider};
pub use queues::run_queues;
