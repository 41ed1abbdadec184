//! Who is offered to a waiting caller: by the engine's own assignment.

use engine::{
    Millis,
    call::{Input, Offer},
    queue::{Verdict, Waiting, assign},
};

use super::Line;

/// The caller stands in a queue.
pub(super) struct Seeking {
    queue: String,
    since: Millis,
    tried: Vec<String>,
    /// The queue has not looked since something changed.
    fresh: bool,
}

impl Seeking {
    pub(super) fn new(queue: String, since: Millis, tried: Vec<String>) -> Self {
        Self { queue, since, tried, fresh: true }
    }
}

impl Line<'_> {
    /// Something about the people has changed.
    pub(super) fn look_for_agents(&mut self) {
        if let Some(seeking) = &mut self.seeking {
            seeking.fresh = true;
        }
        self.route();
    }

    /// Looks once after every change whether somebody can take the call.
    pub(super) fn route(&mut self) {
        let Some(seeking) = self.seeking.as_mut().filter(|seeking| seeking.fresh) else { return };
        seeking.fresh = false;
        let call = self.call.id.clone();
        let waiting = Waiting { call, since: seeking.since, tried: seeking.tried.clone() };
        let queue = seeking.queue.clone();
        let agents = self.around.staff.states(self.around.queues.get(&queue));
        for verdict in assign(&[waiting], &agents, self.now) {
            match verdict {
                Verdict::Offer { agent, presence_age, why, .. } => {
                    self.seeking = None;
                    self.around.staff.reserve(&agent.id);
                    let offer = Offer { queue: queue.clone(), agent, presence_age, why };
                    self.feed(&Input::Offered(Box::new(offer)));
                }
                Verdict::Unavailable { why, .. } => {
                    self.seeking = None;
                    self.feed(&Input::Unavailable { queue: queue.clone(), why });
                }
                Verdict::Wait { .. } => {}
            }
        }
    }
}
