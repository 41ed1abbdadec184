//! Plays and recognitions from request to result.

use serde_json::json;

use super::call::{Call, Phase};
use super::events::{Event, ResultInformation};
use super::media::{MediaOperation, Slot, Stage, Work, duration};
use super::recognition::{Outcome, Recognition, Taken};
use super::sounding::Played;
use super::timers::Timer;
use super::tones::check_has_keys;
use super::view::{Heard, Hearing};
use super::{CallId, Effect, Reply, World};
use crate::wire::{Identifier, Play, PlaySource, Recognize, Refusal, Tone};

impl World {
    /// POST `:play`.
    pub(super) fn play(&mut self, connection: &str, mut request: Play) -> Result<Reply, Refusal> {
        self.operation(connection, &mut request.meta)?;
        let id = self.media_call(connection, &request.sources)?;
        let to: Vec<String> = request.to.iter().map(Identifier::raw).collect();
        self.check_present(id, &to)?;
        let slot = if to.is_empty() { Slot::Main } else { Slot::Sub };
        self.check_slot(id, slot)?;
        let operation = MediaOperation {
            number: self.next_number(),
            meta: request.meta,
            work: Work::Play { looped: request.looped, to },
            sources: request.sources,
            source: 0,
            stage: Stage::Queued,
            hearing: None,
        };
        self.place(id, slot, operation, request.interrupt);
        Ok(Reply::empty(202))
    }

    /// POST `:recognize`.
    pub(super) fn recognize(
        &mut self,
        connection: &str,
        mut request: Recognize,
    ) -> Result<Reply, Refusal> {
        self.operation(connection, &mut request.meta)?;
        let id = self.media_call(connection, &request.prompts)?;
        check_has_keys(&request.target)?;
        self.check_present(id, &[request.target.raw()])?;
        let alone = self.calls.get(&id).is_some_and(Call::is_one_to_one);
        let slot = if alone { Slot::Main } else { Slot::Sub };
        self.check_slot(id, slot)?;
        let operation = MediaOperation {
            number: self.next_number(),
            work: Work::Recognize(Recognition::new(&request)),
            meta: request.meta,
            sources: request.prompts,
            source: 0,
            stage: Stage::Queued,
            hearing: None,
        };
        self.place(id, slot, operation, request.interrupt);
        Ok(Reply::empty(202))
    }

    /// POST `:cancelAllMediaOperations`.
    pub(super) fn cancel_media(&mut self, connection: &str) -> Result<Reply, Refusal> {
        let id = self.media_call(connection, &[])?;
        self.drop_media(id);
        Ok(Reply::empty(202))
    }

    /// The call of a media operation, if it may have one now.
    pub(super) fn media_call(
        &self,
        connection: &str,
        sources: &[PlaySource],
    ) -> Result<CallId, Refusal> {
        let id = self.connected(connection)?;
        let call = self.calls.get(&id).ok_or_else(|| Refusal::not_found("The call"))?;
        let bot = call.bot(connection).filter(|bot| bot.up);
        let speaks = bot.ok_or_else(Refusal::not_established)?.speaks;
        if !speaks && sources.iter().any(PlaySource::is_spoken) {
            let text =
                "Text needs callIntelligenceOptions.cognitiveServicesEndpoint in the answer.";
            return Err(Refusal::new(400, 8567, text));
        }
        Ok(id)
    }

    /// 400/8501 while the call is being set up.
    pub(super) fn check_connected(&self, id: CallId) -> Result<(), Refusal> {
        let connected = |call: &Call| call.phase == Phase::Connected;
        let connected = self.calls.get(&id).is_some_and(connected);
        if connected { Ok(()) } else { Err(Refusal::not_established()) }
    }

    pub(super) fn check_present(&self, id: CallId, raw_ids: &[String]) -> Result<(), Refusal> {
        let call = self.calls.get(&id);
        let absent = |raw: &String| !call.is_some_and(|call| call.has(raw));
        if raw_ids.iter().any(absent) {
            return Err(Refusal::not_in_call());
        }
        Ok(())
    }

    /// A sub operation beside a sub operation is refused.
    fn check_slot(&self, id: CallId, slot: Slot) -> Result<(), Refusal> {
        if slot == Slot::Sub { self.check_sub_is_free(id) } else { Ok(()) }
    }

    /// 412/8583 while a play to chosen people, a recognition in a group or tones to somebody run.
    pub(super) fn check_sub_is_free(&self, id: CallId) -> Result<(), Refusal> {
        let taken = |call: &Call| call.media.sub.is_some() || call.sending.is_some();
        if self.calls.get(&id).is_some_and(taken) {
            let text = "Not allowed beside the media operation that runs.";
            return Err(Refusal::new(412, 8583, text));
        }
        Ok(())
    }

    /// Starts an operation, queues it, or makes room for it.
    fn place(&mut self, id: CallId, slot: Slot, operation: MediaOperation, interrupt: bool) {
        if slot == Slot::Main && interrupt {
            self.cancel_main(id);
        }
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if slot == Slot::Main && call.media.main.is_some() {
            call.media.queue.push_back(operation);
            return;
        }
        self.begin(id, slot, operation);
    }

    fn begin(&mut self, id: CallId, slot: Slot, mut operation: MediaOperation) {
        operation.stage = Stage::Playing;
        let (number, meta) = (operation.number, operation.meta.clone());
        let silent = operation.sources.is_empty();
        if let Some(call) = self.calls.get_mut(&id) {
            *call.media.slot_mut(slot) = Some(operation);
        }
        if silent {
            self.listen(id, number);
            return;
        }
        let started = Event::new("PlayStarted").of(&meta).result(ResultInformation::DONE);
        self.emit(id, started);
        self.begin_source(id, number, true);
    }

    /// One source begins to be heard.
    fn begin_source(&mut self, id: CallId, number: u64, first_round: bool) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(operation) = call.media.running_mut(number) else {
            return;
        };
        let index = operation.source;
        let Some(source) = operation.sources.get(index).cloned() else {
            return;
        };
        if !is_playable(&source) {
            self.source_fails(id, number, index);
            return;
        }
        let kind = operation.hearing_kind();
        let (words, file) = (source.words(), file_of(&source));
        let text = words.clone().unwrap_or_else(|| file_name(file.as_deref()));
        operation.hearing = Some(Hearing { text: words, file, kind, since: now });
        let played = Played::new(operation, &source);
        if first_round {
            call.heard.push(Heard { at: now, text: text.clone() });
            self.effects.push(Effect::Heard { call: id, text });
        }
        self.sound_begins(id, played, first_round);
        let operation = number;
        self.later(duration(&source), Timer::SourceEnds { call: id, operation });
    }

    /// A source was heard to its end: the next one, the loop again, or what comes after.
    pub(super) fn source_ends(&mut self, id: CallId, number: u64) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(operation) = call.media.running_mut(number) else {
            return;
        };
        if operation.stage != Stage::Playing {
            return;
        }
        operation.source += 1;
        if operation.source < operation.sources.len() {
            self.begin_source(id, number, true);
            return;
        }
        match &operation.work {
            Work::Play { looped: true, .. } => {
                operation.source = 0;
                self.begin_source(id, number, false);
            }
            Work::Play { looped: false, .. } => {
                let event = Event::new("PlayCompleted").result(ResultInformation::DONE);
                self.finish(id, number, event);
            }
            Work::Recognize(_) => self.listen(id, number),
        }
    }

    /// The prompt is over: silence counts from here.
    fn listen(&mut self, id: CallId, number: u64) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(operation) = call.media.running_mut(number) else {
            return;
        };
        operation.stage = Stage::Listening;
        let Work::Recognize(recognition) = &operation.work else {
            return;
        };
        let silence = recognition.initial_silence;
        operation.hearing = None;
        call.sounds.cut(number, self.now);
        let operation = number;
        self.later(silence, Timer::InitialSilence { call: id, operation });
    }

    /// The caller presses keys.
    pub(super) fn press(&mut self, id: CallId, keys: &str) -> Result<Reply, Refusal> {
        let tones: Option<Vec<Tone>> = keys.chars().map(Tone::from_key).collect();
        let Some(tones) = tones.filter(|tones| !tones.is_empty()) else {
            return Err(Refusal::member("tones", "must be keys of a phone, such as 1 or 42#"));
        };
        let caller = self.live_caller(id)?;
        self.keys_sound(id, &caller, &tones);
        for tone in tones {
            self.stream_tone(id, &caller, tone);
            self.tone_is_heard(id, &caller, tone);
            self.input(id, |recognition| recognition.key(tone));
        }
        Ok(Reply::empty(204))
    }

    /// The caller speaks.
    pub(super) fn say(&mut self, id: CallId, text: &str) -> Result<Reply, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::member("text", "must not be empty"));
        }
        let caller = self.live_caller(id)?;
        let length = self.speech_sounds(id, &caller, text);
        self.transcribe(id, &caller, text, length);
        let muted =
            |call: &Call| call.participants.iter().any(|one| one.muted && one.who.raw() == caller);
        if !self.calls.get(&id).is_some_and(muted) {
            self.input(id, |recognition| recognition.words(text));
        }
        Ok(Reply::empty(204))
    }

    pub(super) fn live_caller(&self, id: CallId) -> Result<String, Refusal> {
        let call = self.calls.get(&id).filter(|call| !call.is_over());
        let call = call.ok_or_else(|| Refusal::not_found("The call"))?;
        Ok(call.caller().raw())
    }

    /// Input of the caller goes to the recognition that takes it; else it is lost.
    fn input(&mut self, id: CallId, take: impl FnOnce(&mut Recognition) -> Taken) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let caller = call.caller().raw();
        if call.participants.iter().any(|one| one.on_hold && one.who.raw() == caller) {
            return;
        }
        let Some(operation) = call.media.listening_to(&caller) else {
            return;
        };
        let number = operation.number;
        let Work::Recognize(recognition) = &mut operation.work else {
            return;
        };
        match take(recognition) {
            Taken::Ignored => {}
            Taken::More(tones) => {
                let gap = recognition.inter_tone;
                operation.stage = Stage::Listening;
                operation.hearing = None;
                call.sounds.cut(number, self.now);
                let timer = Timer::InterTone { call: id, operation: number, tones };
                self.later(gap, timer);
            }
            Taken::Done(outcome) => self.recognized(id, number, outcome),
        }
    }

    pub(super) fn initial_silence(&mut self, id: CallId, number: u64) {
        if let Some(outcome) = self.recognition(id, number).and_then(Recognition::silence) {
            self.recognized(id, number, outcome);
        }
    }

    pub(super) fn inter_tone(&mut self, id: CallId, number: u64, tones: usize) {
        let recognition = self.recognition(id, number);
        if let Some(outcome) = recognition.and_then(|recognition| recognition.gap(tones)) {
            self.recognized(id, number, outcome);
        }
    }

    fn recognition(&mut self, id: CallId, number: u64) -> Option<&Recognition> {
        let operation = self.calls.get_mut(&id)?.media.running_mut(number)?;
        match &operation.work {
            Work::Recognize(recognition) => Some(recognition),
            Work::Play { .. } => None,
        }
    }

    fn recognized(&mut self, id: CallId, number: u64, outcome: Outcome) {
        let name = if outcome.completed { "RecognizeCompleted" } else { "RecognizeFailed" };
        let mut event = Event::new(name).result(outcome.result);
        for (member, value) in outcome.members {
            event = event.with(&member, value);
        }
        self.finish(id, number, event);
    }

    fn source_fails(&mut self, id: CallId, number: u64, index: usize) {
        let recognises = self.recognition(id, number).is_some();
        let event = if recognises {
            let text = "Action failed, encountered failure while trying to play the prompt.";
            Event::new("RecognizeFailed").result(ResultInformation::new(500, 8511, text))
        } else {
            let text = "Action failed, file could not be downloaded.";
            Event::new("PlayFailed").result(ResultInformation::new(400, 8536, text))
        };
        self.finish(id, number, event.with("failedPlaySourceIndex", json!(index)));
    }

    /// An operation is over: its last event, and the next of the queue.
    fn finish(&mut self, id: CallId, number: u64, event: Event) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(slot) = call.media.slot_of(number) else {
            return;
        };
        let Some(operation) = call.media.slot_mut(slot).take() else {
            return;
        };
        let next = if slot == Slot::Main { call.media.queue.pop_front() } else { None };
        call.sounds.cut(number, self.now);
        self.emit(id, event.of(&operation.meta));
        if let Some(next) = next {
            self.begin(id, Slot::Main, next);
        }
    }

    /// Everything on the main slot and its queue is cancelled.
    fn cancel_main(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let running = call.media.main.take();
        let cancelled: Vec<_> = running.into_iter().chain(call.media.queue.drain(..)).collect();
        self.tell_cancelled(id, &cancelled);
    }

    /// What one leg has started is cancelled.
    pub(super) fn drop_media_of_leg(&mut self, id: CallId, connection: &str) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let cancelled =
            call.media.take_where(|one| one.meta.connection.as_deref() == Some(connection));
        self.tell_cancelled(id, &cancelled);
        self.next_of_queue(id);
    }

    /// Begins what waits for the main slot, if that is free.
    fn next_of_queue(&mut self, id: CallId) {
        let next = self.calls.get_mut(&id).and_then(|call| {
            let goes_on = call.media.main.is_none() && !call.participants.is_empty();
            if goes_on { call.media.queue.pop_front() } else { None }
        });
        if let Some(next) = next {
            self.begin(id, Slot::Main, next);
        }
    }

    /// Everything that runs or waits is cancelled.
    pub(super) fn drop_media(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let cancelled = call.media.take_all();
        self.tell_cancelled(id, &cancelled);
    }

    /// Someone has left: what was only for that person is cancelled.
    pub(super) fn cancel_media_of(&mut self, id: CallId, raw_id: &str) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let mut cancelled = Vec::new();
        for slot in [Slot::Main, Slot::Sub] {
            let running = call.media.slot_mut(slot);
            cancelled.extend(running.take_if(|operation| operation.is_only_for(raw_id)));
        }
        self.tell_cancelled(id, &cancelled);
        self.next_of_queue(id);
    }

    fn tell_cancelled(&mut self, id: CallId, cancelled: &[MediaOperation]) {
        for operation in cancelled {
            if let Some(call) = self.calls.get_mut(&id) {
                call.sounds.cut(operation.number, self.now);
            }
            let event = Event::new(operation.cancelled_event());
            self.emit(id, event.of(&operation.meta).result(ResultInformation::CANCELLED));
        }
    }
}

/// Whether the service could fetch it; the emulator fetches nothing.
pub(super) fn is_playable(source: &PlaySource) -> bool {
    match source {
        PlaySource::File { uri } => uri.starts_with("https://") || uri.starts_with("http://"),
        PlaySource::Text { .. } | PlaySource::Ssml { .. } => true,
    }
}

pub(super) fn file_of(source: &PlaySource) -> Option<String> {
    match source {
        PlaySource::File { uri } => Some(uri.clone()),
        PlaySource::Text { .. } | PlaySource::Ssml { .. } => None,
    }
}

/// The last segment of an address, without its query.
pub(super) fn file_name(file: Option<&str>) -> String {
    let path = file.unwrap_or_default().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
