//! Sound to and from the streams of the application.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::call::Call;
use super::timers::Timer;
use super::view::Heard;
use super::{CallId, Effect, Noise, Reply, SocketOrder, World};
use crate::audio::{By, Sound, SoundFile, What};
use crate::clock::{Millis, frame_time};
use crate::wire::{Refusal, Tone};

/// The most participants of an unmixed stream (audio-streaming-concept.md: dominant speakers).
const MOST_SPEAKERS: usize = 4;
/// How far back it can be heard again what somebody heard.
const REMEMBERED: Millis = 10 * 60 * 1_000;

/// Audio of the application that is being heard.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Playout {
    since: Millis,
    until: Millis,
}

/// What a stream carries in a span of time.
pub(crate) struct StreamWindow {
    /// Raw ids of those whose voices it carries.
    pub(crate) people: Vec<String>,
    pub(crate) sounds: Vec<Sound>,
}

impl World {
    /// What a stream carries from then until then; `None` when it does not run.
    pub(crate) fn stream_window(
        &self,
        connection: &str,
        socket: u64,
        from: Millis,
        until: Millis,
    ) -> Option<StreamWindow> {
        let call = self.calls.get(self.connections.get(connection)?)?;
        let bot = call.bot(connection)?;
        bot.streaming.as_ref().filter(|stream| stream.runs_on(socket))?;
        let is_person = |sound: &Sound| matches!(sound.by, By::Person(_));
        let mut sounds = call.sounds.between(from, until);
        sounds.retain(is_person);
        let mut people: Vec<String> = call.participants.iter().map(|one| one.who.raw()).collect();
        // Those who speak come first, and the order of the others stays.
        people.sort_by_key(|raw| !sounds.iter().any(|sound| sound.by == By::Person(raw.clone())));
        people.truncate(MOST_SPEAKERS);
        Some(StreamWindow { people, sounds })
    }

    /// What somebody on a call hears from then until then; `None` when the person is not there.
    pub(crate) fn heard_by(
        &self,
        id: CallId,
        who: Option<&str>,
        from: Millis,
        until: Millis,
    ) -> Option<Vec<Sound>> {
        let raw = self.speaker(id, who).ok()?;
        let call = self.calls.get(&id)?;
        Some(call.heard_by(&raw, from, until))
    }

    /// What somebody has heard in the last ten minutes, also after the call.
    pub(crate) fn heard_file(
        &self,
        id: CallId,
        who: Option<&str>,
        now: Millis,
    ) -> Result<SoundFile, Refusal> {
        let call = self.calls.get(&id).ok_or_else(|| Refusal::not_found("The call"))?;
        let raw = who.map_or_else(|| call.caller().raw(), |who| self.who(who).raw());
        let from = call.started.max(now - REMEMBERED);
        let sounds = call.heard_by(&raw, from, now);
        let last = sounds.iter().map(|sound| sound.until).max().unwrap_or(from).min(now);
        Ok(SoundFile::of_one(from, last - from, sounds))
    }

    /// Whom the control API means on a call: the caller unless it says somebody else.
    fn speaker(&self, id: CallId, who: Option<&str>) -> Result<String, Refusal> {
        let caller = self.live_caller(id)?;
        let raw = who.map_or(caller, |who| self.who(who).raw());
        self.check_present(id, std::slice::from_ref(&raw))?;
        Ok(raw)
    }

    /// Somebody makes a noise; nobody hears the held and the muted.
    pub(super) fn make_sound(
        &mut self,
        id: CallId,
        who: Option<&str>,
        noise: Noise,
    ) -> Result<Reply, Refusal> {
        let raw = self.speaker(id, who)?;
        let now = self.now;
        match noise {
            Noise::Tone { hertz, length } => {
                self.person_sounds(id, &raw, length, What::Tone(hertz));
            }
            Noise::Samples(samples) => {
                if let Some(call) = self.calls.get_mut(&id).filter(|call| call.is_audible(&raw)) {
                    call.sounds.follow(&By::Person(raw), now, &samples);
                }
            }
        }
        Ok(Reply::empty(204))
    }

    /// Audio of the application, or `None` to take back what has not been heard.
    pub(super) fn stream_in(&mut self, connection: &str, socket: u64, audio: Option<Vec<i16>>) {
        let now = self.now;
        let Some(id) = self.connections.get(connection).copied() else {
            return;
        };
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let bot = call.bots.iter_mut().find(|bot| bot.connection == connection);
        let Some(bot) = bot else {
            return;
        };
        if !bot.streaming.as_ref().is_some_and(|stream| stream.runs_on(socket)) {
            return;
        }
        let by = By::Application(connection.to_owned());
        match audio {
            Some(samples) if samples.is_empty() => {}
            Some(samples) => {
                let until = call.sounds.follow(&by, now, &samples);
                if let Some(playout) = &mut bot.playout {
                    playout.until = until;
                    return;
                }
                let since = until - crate::audio::length_of(samples.len());
                bot.playout = Some(Playout { since, until });
                let connection = connection.to_owned();
                self.timers.set(until, Timer::StreamHeard { call: id, connection });
            }
            None => {
                call.sounds.flush(&by, now);
                if let Some(playout) = &mut bot.playout {
                    playout.until = playout.until.min(now);
                }
                self.stream_heard(id, connection);
            }
        }
    }

    /// All audio of the application may have been heard.
    pub(super) fn stream_heard(&mut self, id: CallId, connection: &str) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let bot = call.bots.iter_mut().find(|bot| bot.connection == connection);
        let Some(bot) = bot else {
            return;
        };
        let Some(playout) = bot.playout.clone() else {
            return;
        };
        if playout.until > now {
            let connection = connection.to_owned();
            self.timers.set(playout.until, Timer::StreamHeard { call: id, connection });
            return;
        }
        bot.playout = None;
        let length = (playout.until - playout.since).max(0);
        let text = format!("audio: {length} ms");
        call.heard.push(Heard { at: playout.since, text: text.clone() });
        self.effects.push(Effect::Heard { call: id, text });
    }

    /// A key that the streams which want keys are told.
    pub(super) fn stream_tone(&mut self, id: CallId, raw: &str, tone: Tone) {
        let Some(call) = self.calls.get(&id).filter(|call| call.is_audible(raw)) else {
            return;
        };
        let wanting = call.bots.iter().filter_map(|bot| bot.streaming.as_ref()?.socket_for_tones());
        let sockets: Vec<u64> = wanting.collect();
        for socket in sockets {
            // The official sample has the data alone; the .NET SDK also reads who and when.
            let data = json!({"data": tone.key().to_string(), "participantRawID": raw,
                "timestamp": frame_time(self.now)});
            let frame = json!({"kind": "DtmfData", "dtmfData": data});
            self.effects.push(Effect::Socket(SocketOrder::Send { socket, frame }));
        }
    }
}

impl Call {
    fn heard_by(&self, raw: &str, from: Millis, until: Millis) -> Vec<Sound> {
        let held = self.participants.iter().any(|one| one.on_hold && one.who.raw() == raw);
        let mut sounds = self.sounds.between(from, until);
        sounds.retain(|sound| sound.reaches(raw) && !(held && sound.to.is_empty()));
        sounds
    }
}
