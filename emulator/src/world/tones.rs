//! Keys beside recognition: the ones the application watches all the time, and the ones it sends.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{Event, ResultInformation};
use super::participants::context_body;
use super::timers::Timer;
use super::view::Heard;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{Identifier, OperationMeta, Refusal, SendTones, Tone, WatchTones};

/// How long one tone takes, with its pause.
pub(super) const TONE: Millis = 200;

const RECEIVED: ResultInformation =
    ResultInformation::new(200, 0, "DTMF tone received successfully.");
const STOPPED: ResultInformation =
    ResultInformation::new(200, 0, "Continuous DTMF Recognition stopped successfully.");
const SENT: ResultInformation = ResultInformation::new(200, 0, "Send DTMF completed successfully.");
const NOT_SENT: ResultInformation =
    ResultInformation::new(400, 8558, "Send DTMF couldn't be completed successfully.");

/// A person whose keys a leg watches.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Watched {
    raw_id: String,
    meta: OperationMeta,
    sequence: u32,
}

/// Tones on their way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Sending {
    number: u64,
    raw_id: String,
    meta: OperationMeta,
}

impl World {
    /// POST `:startContinuousDtmfRecognition`; a second start changes nothing but its context.
    pub(super) fn watch_tones(
        &mut self,
        connection: &str,
        mut request: WatchTones,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        check_has_keys(&request.who)?;
        let raw_id = request.who.raw();
        self.check_present(id, std::slice::from_ref(&raw_id))?;
        self.check_sub_is_free(id)?;
        let Some(bot) = self.bot_mut(connection) else {
            return Err(Refusal::not_found("The call connection"));
        };
        let known = bot.watched.iter_mut().find(|one| one.raw_id == raw_id);
        match known {
            Some(watched) => watched.meta = request.meta,
            None => bot.watched.push(Watched { raw_id, meta: request.meta, sequence: 0 }),
        }
        Ok(Reply::empty(200))
    }

    /// POST `:stopContinuousDtmfRecognition`.
    pub(super) fn unwatch_tones(
        &mut self,
        connection: &str,
        mut request: WatchTones,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        let raw_id = request.who.raw();
        let watched = self.bot_mut(connection).and_then(|bot| {
            let index = bot.watched.iter().position(|one| one.raw_id == raw_id)?;
            Some(bot.watched.remove(index))
        });
        if watched.is_none() {
            let text = "Continuous DTMF recognition does not run for this participant.";
            return Err(Refusal::wrong_state(text));
        }
        let event = Event::new("ContinuousDtmfRecognitionStopped").of(&request.meta);
        self.emit(id, event.result(STOPPED));
        Ok(Reply::empty(200))
    }

    /// A key that every leg that watches this person is told.
    pub(super) fn tone_is_heard(&mut self, id: CallId, raw_id: &str, tone: Tone) {
        let mut told = Vec::new();
        for bot in self.calls.get_mut(&id).map(|call| call.bots.as_mut_slice()).unwrap_or_default()
        {
            for watched in bot.watched.iter_mut().filter(|one| one.raw_id == raw_id) {
                watched.sequence += 1;
                told.push((watched.meta.clone(), watched.sequence));
            }
        }
        for (meta, sequence) in told {
            let event = Event::new("ContinuousDtmfRecognitionToneReceived").of(&meta);
            let event = event.result(RECEIVED).with("sequenceId", json!(sequence));
            self.emit(id, event.with("tone", json!(tone.name())));
        }
    }

    /// POST `:sendDtmfTones`.
    pub(super) fn send_tones(
        &mut self,
        connection: &str,
        mut request: SendTones,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        let raw_id = request.who.raw();
        self.check_present(id, std::slice::from_ref(&raw_id))?;
        self.check_sub_is_free(id)?;
        let number = self.next_number();
        let names: Vec<&str> = request.tones.iter().map(|tone| tone.name()).collect();
        let heard = Heard { at: self.now, text: format!("tones: {}", names.join(" ")) };
        let context = context_body(request.meta.context.as_deref());
        self.tones_sound(id, connection, &raw_id, &request.tones);
        if let Some(call) = self.calls.get_mut(&id) {
            call.heard.push(heard);
            call.sending = Some(Sending { number, raw_id, meta: request.meta });
        }
        let tones = Millis::try_from(names.len()).unwrap_or(1);
        self.later(tones * TONE, Timer::TonesSent { call: id, number });
        Ok(Reply::json(202, context))
    }

    /// The last tone is out.
    pub(super) fn tones_sent(&mut self, id: CallId, number: u64) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(sending) = call.sending.take_if(|one| one.number == number) else {
            return;
        };
        let there = call.has(&sending.raw_id);
        let (name, result) = if there {
            ("SendDtmfTonesCompleted", SENT)
        } else {
            ("SendDtmfTonesFailed", NOT_SENT)
        };
        self.emit(id, Event::new(name).of(&sending.meta).result(result));
    }
}

/// Users of Teams clients have no keys that the service hears; extensibility agents have.
pub(super) fn check_has_keys(who: &Identifier) -> Result<(), Refusal> {
    let extension = matches!(who, Identifier::Extension { .. });
    if extension || matches!(who, Identifier::Phone { .. } | Identifier::Acs { .. }) {
        return Ok(());
    }
    Err(Refusal::new(405, 8520, "Recognition of a Teams participant is not supported."))
}
