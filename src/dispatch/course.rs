//! A command's course: from its turn over its tries to its settlement in the ledger.

use std::time::Duration;

use callautomation::{Class, Operation};
use engine::{
    Millis,
    call::{CallId, FetchResult, Input, Inspection, Settlement},
};

use crate::{
    ids,
    ledger::{Arrival, Claim, Fate, Holding, Outgoing},
    sealing::Malformed,
};

use super::{
    gate::Gate,
    lanes::{Dispatch, Inner},
    payload::Payload,
    retry::{REPEATABLE_FOR, Situation, Try, Verdict, judge},
    transmit::Answer,
    turns::Health,
    urgency::Urgency,
};

/// Pause before a result is offered to an unwilling ledger again.
const LEDGER_PAUSE: Duration = Duration::from_millis(500);
/// Pause before it is asked again whether a command is still this process's.
const CLAIM_PAUSE: Duration = Duration::from_millis(50);
/// One try takes no longer than this (RELIABILITY.md F38), in ms.
const LONGEST_TRY: Millis = 3_000;
/// Nor is it cut off earlier, however soon the command expires, in ms.
const SHORTEST_TRY: Millis = 500;
/// Reading state and participants takes two requests or more, in ms.
const LONGEST_INSPECTION: Millis = 6_000;
/// What became of an answer is asked for so long, in ms.
const FATE_IS_ASKED: Millis = 8_000;
/// After so long in line the call may have ended, in ms.
const LONG_IN_LINE: Millis = 1_000;

/// What came of waiting for a turn and trying once.
enum Tried {
    Answer(Answer),
    /// No turn came while the command was worth sending.
    TooLate,
    /// The command was forgotten meanwhile, or the service stops.
    Forgotten,
}

impl Dispatch {
    /// Tries until the command is settled.
    pub(super) async fn see_through(&self, mut command: Outgoing) {
        let payload: Payload = match serde_json::from_slice(&command.payload) {
            Ok(payload) => payload,
            Err(error) => Payload::Unrenderable { why: Malformed::from(error).to_string() },
        };
        let class = class_of(&payload);
        if command.orphan && class == Class::Neither {
            let cause = "the service was restarted".to_owned();
            return self.settle_as(&command, &payload, Settlement::Unknown { cause }).await;
        }
        if command.orphan && is_answer(&payload) {
            self.give_time_for_its_fate(&mut command);
        }
        let gate = self.inner.gates.of(&payload);
        let urgency = Urgency::of(&payload);
        loop {
            let outcome = match self.try_in_turn(&command, &payload, &gate, urgency).await {
                Tried::Answer(Answer::Settled(outcome)) => outcome,
                Tried::Answer(Answer::Input(input)) => return self.settle(&command, input).await,
                Tried::TooLate => {
                    let result = too_late(&command, &payload);
                    return self.settle_as(&command, &payload, result).await;
                }
                Tried::Forgotten => return,
            };
            match judge(outcome, &self.situation(&command, class)) {
                Verdict::Settle(result) => return self.settle_as(&command, &payload, result).await,
                Verdict::Retry { after, otherwise } => {
                    let now = self.inner.clock.now();
                    let longest = command.expires.saturating_sub(now).saturating_sub(after);
                    let Some(more) = gate.repeat(urgency, longest) else {
                        return self.settle_as(&command, &payload, otherwise).await;
                    };
                    command.attempts += 1;
                    let until = now.saturating_add(after).saturating_add(more);
                    if !self.pause(&command, until).await {
                        return;
                    }
                }
            }
            if self.inner.stopping.is_cancelled() {
                return;
            }
        }
    }

    /// An answer of a dead process may have had its effect: then the caller hears nothing, and only the
    /// reply, which comes again for the same Repeatability id, names the leg that can be spoken to or ended.
    fn give_time_for_its_fate(&self, command: &mut Outgoing) {
        let now = self.inner.clock.now();
        if now <= command.first_sent.saturating_add(REPEATABLE_FOR) {
            command.expires = command.expires.max(now.saturating_add(FATE_IS_ASKED));
        }
    }

    async fn try_in_turn(
        &self,
        command: &Outgoing,
        payload: &Payload,
        gate: &Gate,
        urgency: Urgency,
    ) -> Tried {
        let Inner { clock, stopping, sender, .. } = &*self.inner;
        let stood = clock.now();
        let until = in_line_until(command, payload, gate, stood);
        let permit = loop {
            if !self.is_ours(command, class_of(payload)).await {
                return Tried::Forgotten;
            }
            if clock.now() > command.expires {
                return Tried::TooLate;
            }
            let turn = stopping.run_until_cancelled(gate.enter(urgency, until)).await;
            let Some(turn) = turn else { return Tried::Forgotten };
            let Some(permit) = turn else {
                return no_turn(command, payload);
            };
            // The line may have been long.
            match self.is_ours_now(command, class_of(payload)) {
                Some(true) => break permit,
                Some(false) => return Tried::Forgotten,
                None => drop(permit),
            }
        };
        let started = clock.now();
        if started.saturating_sub(stood) >= LONG_IN_LINE && !self.is_wanted(command).await {
            return Tried::Forgotten;
        }
        if command.attempts == 0 {
            gate.first_try(urgency);
        }
        let answer = tokio::select! {
            biased;
            answer = sender.attempt(command, payload) => answer,
            () = clock.sleep(limit(command, payload, started)) => {
                Answer::Settled(Try::Uncertain { cause: "no answer in time".to_owned() })
            }
        };
        permit.tell(health(&answer));
        if let Answer::Settled(outcome) = &answer {
            tell_of_clocks(command, class_of(payload), outcome);
            log(command, outcome, clock.now().saturating_sub(started));
        }
        Tried::Answer(answer)
    }

    /// False: another process has taken the command over, and sends it or has told its fate. As long as
    /// that is not sure, what must not be sent twice waits.
    async fn is_ours(&self, command: &Outgoing, class: Class) -> bool {
        let Inner { clock, stopping, .. } = &*self.inner;
        loop {
            if let Some(ours) = self.is_ours_now(command, class) {
                return ours;
            }
            if stopping.run_until_cancelled(clock.sleep(CLAIM_PAUSE)).await.is_none() {
                return false;
            }
        }
    }

    fn is_ours_now(&self, command: &Outgoing, class: Class) -> Option<bool> {
        let Inner { ledger, clock, .. } = &*self.inner;
        match ledger.holding(command.claim()) {
            Holding::Sure => Some(true),
            Holding::Lost => Some(false),
            Holding::Unsure if class != Class::Neither || clock.now() > command.expires => {
                Some(true)
            }
            Holding::Unsure => None,
        }
    }

    fn situation(&self, command: &Outgoing, class: Class) -> Situation {
        Situation {
            class,
            attempts: command.attempts,
            first_sent: command.first_sent,
            expires: command.expires,
            now: self.inner.clock.now(),
            spread: spread(&command.call),
        }
    }

    /// Waits for the next try; false if the command was forgotten meanwhile: its call has ended.
    async fn pause(&self, command: &Outgoing, until: Millis) -> bool {
        let Inner { clock, stopping, .. } = &*self.inner;
        let wanted = self.is_wanted(command).await;
        if wanted {
            stopping.run_until_cancelled(clock.sleep_until(until)).await;
        }
        wanted
    }

    /// Notes the tries so far; false if the command's row is gone: its call has ended.
    async fn is_wanted(&self, command: &Outgoing) -> bool {
        let ledger = &self.inner.ledger;
        let noted = ledger.postpone(&command.call, command.claim(), command.attempts).await;
        noted.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a retry could not be noted");
            true
        })
    }

    async fn settle_as(&self, command: &Outgoing, payload: &Payload, result: Settlement) {
        self.settle(command, settlement(command, payload, result)).await;
    }

    /// Tells the ledger, for as long as it takes: the outbox row goes in the same transaction.
    async fn settle(&self, command: &Outgoing, input: Input) {
        let Inner { ledger, clock, stopping, consequences, .. } = &*self.inner;
        loop {
            let arrival = Arrival {
                call: command.call.clone(),
                opens: false,
                event: Some(told_as(command)),
                inputs: vec![input.clone()],
                settles: Some(command.claim()),
                now: clock.now(),
            };
            let alone = consequences.alone_with(&command.call).await;
            match ledger.record(arrival).await {
                Ok(recorded) => {
                    let waits = recorded.fate == Fate::Unapplied;
                    consequences.follow(recorded);
                    drop(alone);
                    if waits {
                        self.until_applied(command).await;
                    }
                    return;
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "a result could not be kept"
                    );
                    if error.is_unreadable() {
                        // The row stays for a start that can read the call.
                        return;
                    }
                }
            }
            if stopping.run_until_cancelled(clock.sleep(LEDGER_PAUSE)).await.is_none() {
                return;
            }
        }
    }

    /// A result that was kept beside a locked call leaves the command's row where it is until somebody has
    /// the lock. What follows in the lane must not leave before: an heir takes everything behind the first
    /// row of a lane for unsent.
    async fn until_applied(&self, command: &Outgoing) {
        let Inner { ledger, clock, stopping, .. } = &*self.inner;
        loop {
            let there = ledger.postpone(&command.call, command.claim(), command.attempts).await;
            let pause = match there {
                Ok(false) => return,
                Ok(true) => CLAIM_PAUSE,
                Err(_) => LEDGER_PAUSE,
            };
            if stopping.run_until_cancelled(clock.sleep(pause)).await.is_none() {
                return;
            }
        }
    }
}

/// How long a command waits for its turn. A company endpoint that looks broken is not waited for: the
/// caller does, and the flow has a way out.
fn in_line_until(command: &Outgoing, payload: &Payload, gate: &Gate, now: Millis) -> Millis {
    match payload {
        Payload::Fetch { .. } if gate.is_broken() => now,
        Payload::Fetch { timeout, .. } => now.saturating_add(*timeout).min(command.expires),
        Payload::CallAutomation(_) | Payload::Inspect { .. } | Payload::Unrenderable { .. } => {
            command.expires
        }
    }
}

fn no_turn(command: &Outgoing, payload: &Payload) -> Tried {
    match payload {
        Payload::Fetch { .. } => {
            let cause = "the host does not answer these days: not asked".to_owned();
            let result = FetchResult::Failed { cause };
            Tried::Answer(Answer::Input(Input::Fetched { number: command.number, result }))
        }
        Payload::CallAutomation(_) | Payload::Inspect { .. } | Payload::Unrenderable { .. } => {
            Tried::TooLate
        }
    }
}

/// How long a try may take: the last one not much longer than its result is awaited.
fn limit(command: &Outgoing, payload: &Payload, now: Millis) -> Duration {
    let left = command.expires.saturating_sub(now);
    let limit = match payload {
        Payload::CallAutomation(_) | Payload::Unrenderable { .. } => left.min(LONGEST_TRY),
        Payload::Inspect { .. } => left.min(LONGEST_INSPECTION),
        Payload::Fetch { timeout, .. } => timeout.saturating_add(SHORTEST_TRY),
    };
    Duration::from_millis(u64::try_from(limit.max(SHORTEST_TRY)).unwrap_or(0))
}

/// What a try tells of its dependency.
fn health(answer: &Answer) -> Health {
    match answer {
        Answer::Settled(outcome) => outcome.health(),
        Answer::Input(Input::Fetched { result: FetchResult::Failed { .. }, .. }) => Health::Broken,
        Answer::Input(_) => Health::Answered,
    }
}

/// "First sent" was refused: it was too long ago, or the clocks differ. The engine looks what became of it
/// (RELIABILITY.md F37).
fn tell_of_clocks(command: &Outgoing, class: Class, outcome: &Try) {
    if class == Class::Repeatable && matches!(outcome, Try::Answered { status: 412, .. }) {
        tracing::error!(
            alert = "clock",
            call.id = %command.call,
            command.name = command.name,
            "Call Automation does not take the time of a command: check the clock of this machine"
        );
    }
}

fn log(command: &Outgoing, outcome: &Try, took: Millis) {
    tracing::info!(
        call.id = %command.call,
        command.number = command.number,
        command.name = command.name,
        command.attempt = command.attempts,
        outcome = outcome.name(),
        took_ms = took,
        "command tried"
    );
}

/// The input that tells a command's fate, in the words of its kind.
fn settlement(command: &Outgoing, payload: &Payload, result: Settlement) -> Input {
    let number = command.number;
    let cause = || match &result {
        Settlement::Unknown { cause } => cause.clone(),
        Settlement::Expired => "it was too late to ask".to_owned(),
        Settlement::Refused(refusal) => format!("refused {}", refusal.status),
        Settlement::Done(_) => "nothing was told".to_owned(),
    };
    match payload {
        Payload::Fetch { .. } => {
            Input::Fetched { number, result: FetchResult::Failed { cause: cause() } }
        }
        Payload::Inspect { .. } => {
            Input::Inspected { number, view: Inspection::Unknown { cause: cause() } }
        }
        Payload::CallAutomation(_) | Payload::Unrenderable { .. } => {
            Input::Settled { number, result }
        }
    }
}

/// A command that is not worth sending any more. One of a dead process may have been sent by it. A recording that was
/// tried to be started may have begun: who takes it for not sent asks for digits that would be in it.
fn too_late(command: &Outgoing, payload: &Payload) -> Settlement {
    let tried = command.attempts > 0 && is_operation(payload, Operation::StartRecording);
    let cause = match (command.orphan, tried) {
        (true, _) => "the service was restarted, and it is too late to ask",
        (false, true) => "it was tried, and it is too late to try again",
        (false, false) => return Settlement::Expired,
    };
    Settlement::Unknown { cause: cause.to_owned() }
}

fn is_answer(payload: &Payload) -> bool {
    is_operation(payload, Operation::AnswerCall)
}

fn is_operation(payload: &Payload, operation: Operation) -> bool {
    matches!(payload, Payload::CallAutomation(request) if request.operation() == operation)
}

/// A GET of the company's endpoint may be repeated; other fetches may not.
fn class_of(payload: &Payload) -> Class {
    match payload {
        Payload::CallAutomation(request) => request.operation().class(),
        Payload::Inspect { .. } => Class::Idempotent,
        Payload::Fetch { method, .. } if method == "GET" => Class::Idempotent,
        Payload::Fetch { .. } | Payload::Unrenderable { .. } => Class::Neither,
    }
}

/// Told twice because nobody knew whether the first was kept, a result is one event.
fn told_as(command: &Outgoing) -> [u8; 16] {
    let Claim { number, owner } = command.claim();
    ids::event_key("settlement", &format!("{}/{number}/{owner}", command.call))
}

fn spread(call: &CallId) -> Millis {
    let key = ids::event_key("spread", call.as_str());
    Millis::from(u16::from_be_bytes([key[0], key[1]])) % 1_000
}
