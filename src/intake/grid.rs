//! Event Grid: `POST` and `OPTIONS /webhooks/events`.

use engine::call::{Incoming, Input};
use futures_util::future::join_all;
use webhooks::{
    Delivery, EventError, GridEvent, GridEventKind, IncomingCall, OptionsAnswer,
    RecordingFileStatus, answer_options, classify, parse_event_grid,
};

use crate::{
    admission::{Stranded, Unkept},
    clock::timestamp,
    ids,
    ledger::{Arrival, Fate},
};

use super::{
    Intake, Reply,
    callbacks::{Faults, unable, with_causes},
};

/// An event of another resource.
#[derive(Debug, thiserror::Error)]
#[error("the event is of another topic than event_grid.topic")]
struct ForeignTopic;

impl Intake {
    /// Whether a delivery may be read: it comes from Event Grid, for us. [`Reply::Taken`] means yes.
    pub async fn admit_grid(&self, authorization: &[&str]) -> Reply {
        let now = timestamp(self.clock.now());
        match self.event_grid.verify(authorization, now).await {
            Ok(()) => Reply::Taken,
            Err(unverified) => self.refuse("event grid", &unverified),
        }
    }

    /// Takes an admitted delivery in either schema, or its handshake.
    pub async fn take_grid(
        &self,
        event_type: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Reply {
        match self.keep_delivery(event_type, content_type, body).await {
            Ok(reply) => reply,
            Err(error) => unable(&error),
        }
    }

    /// The CloudEvents handshake; it carries no token, and tells nothing that is not public.
    pub fn grid_options(&self, origins: &[&str], rate: Option<&str>) -> OptionsAnswer {
        answer_options(origins.iter().copied(), rate, &self.allowed_origins)
    }

    async fn keep_delivery(
        &self,
        event_type: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Reply, Unkept> {
        let events = match parse_event_grid(body, content_type) {
            Ok(events) => events,
            Err(webhooks::EnvelopeError::ContentType) => return Ok(Reply::WrongType),
            Err(error) => {
                self.quarantine(None, &with_causes(&error), body).await?;
                return Ok(Reply::Taken);
            }
        };
        let mut faults = Faults::default();
        let events = self.of_our_topic(events, &mut faults);
        let events = match classify(event_type, events) {
            Delivery::Validation(answer) if faults.is_empty() => {
                tracing::info!("an Event Grid subscription was confirmed");
                return Ok(Reply::Json(serde_json::to_string(&answer).unwrap_or_default()));
            }
            Delivery::Validation(_) => Vec::new(),
            Delivery::Unsubscribed => {
                tracing::error!("the Event Grid subscription was removed: no more calls will come");
                return Ok(Reply::Taken);
            }
            Delivery::Refused { refusal, events } => {
                faults.add(&refusal);
                events
            }
            Delivery::Events(events) => events,
        };
        // Events of different calls: none waits for another, and one that cannot be kept stops none.
        let keeping = events.into_iter().filter_map(|event| {
            event.map_err(|error| faults.add(&error)).ok().map(|event| self.keep_grid_event(event))
        });
        let kept: Vec<_> = keeping.collect();
        let kept: Result<(), Unkept> = join_all(kept).await.into_iter().collect();
        kept?;
        self.quarantine_faults(None, &faults, body).await?;
        Ok(Reply::Taken)
    }

    /// A token proves Event Grid, not our resource.
    fn of_our_topic(
        &self,
        events: Vec<Result<GridEvent, EventError>>,
        faults: &mut Faults,
    ) -> Vec<Result<GridEvent, EventError>> {
        let Some(ours) = &self.topic else { return events };
        let (kept, foreign): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| {
            event.as_ref().map_or(true, |event| event.topic.eq_ignore_ascii_case(ours))
        });
        for _ in foreign {
            faults.add(&ForeignTopic);
        }
        kept
    }

    async fn keep_grid_event(&self, event: GridEvent) -> Result<(), Unkept> {
        // An unreadable id must not make two callers one.
        let identity = match &event.kind {
            GridEventKind::IncomingCall(call) if event.id.as_str().is_empty() => {
                call.incoming_call_context.expose()
            }
            GridEventKind::IncomingCall(_)
            | GridEventKind::RecordingFileStatusUpdated(_)
            | GridEventKind::CallStarted(_)
            | GridEventKind::CallEnded(_)
            | GridEventKind::CallParticipantAdded(_)
            | GridEventKind::CallParticipantRemoved(_)
            | GridEventKind::SubscriptionValidation { .. }
            | GridEventKind::SubscriptionDeleted
            | GridEventKind::Unknown { .. } => event.id.as_str(),
        };
        let key = ids::event_key(&event.topic, identity);
        let rang_at = event.time.map_or_else(|| self.clock.now(), jiff::Timestamp::as_millisecond);
        match event.kind {
            GridEventKind::IncomingCall(call) => self.keep_incoming(key, rang_at, call).await,
            GridEventKind::RecordingFileStatusUpdated(file) => {
                self.keep_recording_file(key, &file).await
            }
            GridEventKind::CallStarted(_)
            | GridEventKind::CallEnded(_)
            | GridEventKind::CallParticipantAdded(_)
            | GridEventKind::CallParticipantRemoved(_)
            | GridEventKind::SubscriptionValidation { .. }
            | GridEventKind::SubscriptionDeleted
            | GridEventKind::Unknown { .. } => {
                tracing::debug!(event.name = event.event_type, "an event of no use here");
                Ok(())
            }
        }
    }

    async fn keep_incoming(
        &self,
        key: [u8; 16],
        rang_at: i64,
        call: IncomingCall,
    ) -> Result<(), Unkept> {
        let id = ids::call_id(rang_at, &self.resource_id, call.incoming_call_context.expose());
        let unreadable = call.unreadable.join(", ");
        let now = self.clock.now();
        // The id stays with the event's time, so that two replicas agree; a ring from the future is one of now.
        let incoming = Incoming {
            rang_at: rang_at.min(now),
            context: call.incoming_call_context,
            from: call.from.map(|from| from.raw_id()),
            to: call.to.map(|to| to.raw_id()),
            caller_name: call.caller_display_name,
            server_call_id: call.server_call_id,
            correlation_id: call.correlation_id,
        };
        let chosen = Input::FlowChosen { bundle: self.flow.hash(), config: self.config.clone() };
        let stranded = Stranded { incoming: incoming.clone(), event: key };
        let arrival = Arrival {
            call: id.clone(),
            opens: true,
            event: Some(key),
            inputs: vec![Input::IncomingCall(Box::new(incoming)), chosen],
            settles: None,
            now: self.clock.now(),
        };
        let fate = self.admission.keep_call(arrival, stranded).await?;
        tracing::info!(call.id = %id, event.fate = ?fate, unreadable, "incoming call");
        if fate == Fate::Duplicate && self.ledger.call(&id).await?.is_none() {
            // The first one wins (RELIABILITY.md F9); to try again would not help.
            tracing::error!(
                alert = "duplicate",
                call.id = %id,
                "a ring came under an event id that another had: it is not answered; look at what publishes to the Event Grid topic"
            );
        }
        Ok(())
    }

    async fn keep_recording_file(
        &self,
        key: [u8; 16],
        file: &RecordingFileStatus,
    ) -> Result<(), Unkept> {
        let Some(server_call) = &file.server_call_id else { return Ok(()) };
        let Some(call) = self.ledger.call_of_server_call(server_call.as_str()).await? else {
            tracing::warn!("a recording of a call that is not known here");
            return Ok(());
        };
        let chunks = u32::try_from(file.chunks.len()).unwrap_or(u32::MAX);
        let arrival = Arrival {
            call,
            opens: false,
            event: Some(key),
            inputs: vec![Input::RecordingFile { chunks, duration: file.duration_ms }],
            settles: None,
            now: self.clock.now(),
        };
        self.admission.keep(arrival).await?;
        Ok(())
    }
}
