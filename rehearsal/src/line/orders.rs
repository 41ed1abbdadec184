//! What the engine orders, carried out.

use engine::{
    Millis,
    call::{
        Action, Command, FetchResult, Input, Inspection, Number, Prompt, Refusal, Rejection, Sent,
        Settlement, SettlementFacts,
    },
};
use serde_json::{Map, Value};
use webhooks::{
    CallConnectionId, CallEventKind, Identifier, InvitationId, Participant, RawId, RecordingId,
    RecordingState,
};

use crate::{staff::Reached, told::Who};

use super::{
    Asked, CONNECTION, Due, Leg, Line, Media, NEWS, Seeking,
    media::{length, words},
};

/// What is settled is heard of after this, in ms.
const SETTLES: Millis = 50;
/// The member of a request that only language models are sent.
const FORMAT: &str = "response_format";
/// From the accepted answer until our leg is up, in ms.
const CONNECTS: Millis = 300;

impl Line<'_> {
    pub(super) fn carry_out(&mut self, command: Command) {
        let Command { number, action, .. } = command;
        if let Some(name) = operation(&action)
            && let Some((status, sub_code)) = self.refusal(name)
        {
            self.tell(Who::Why, format!("{name} is refused with {status}"));
            return self.refuse(number, status, Some(sub_code));
        }
        match action {
            Action::Answer { .. } => self.take_the_call(number),
            Action::Reject { reason, .. } => self.turn_away(number, reason),
            Action::Redirect { target, .. } => self.send_elsewhere(number, target.as_ref()),
            Action::Play { prompt, repeat, interrupt } => {
                self.speak(number, &prompt, repeat, interrupt);
            }
            Action::Recognize { prompt, kind, silence, interrupt, sensitive, .. } => {
                let media = Media::question(number, kind, silence, sensitive);
                self.begin(number, &prompt, media, false, interrupt);
            }
            Action::CancelMedia => {
                self.stop_media();
                self.settle(number, SettlementFacts::default());
            }
            Action::AddAgent { agent, ring, .. } => self.invite(number, &agent.id, ring),
            Action::AddParty { target, ring, .. } => self.invite_party(number, &target, ring),
            Action::Transfer { target } => self.give_away(number, &target),
            Action::Hold { target, music } => self.hold(number, &target, &music),
            Action::Unhold { target } => self.unhold(number, &target),
            Action::CancelAdd { invitation } => self.stop_ringing(number, &invitation),
            Action::Remove { target } => self.take_out(number, &target),
            Action::StartRecording => self.record(number, RecordingState::Active, "begins"),
            Action::PauseRecording { .. } => {
                self.record(number, RecordingState::Inactive, "is paused");
            }
            Action::ResumeRecording { .. } => {
                self.record(number, RecordingState::Active, "goes on");
            }
            Action::StopRecording { .. } => self.record(number, RecordingState::Inactive, "ends"),
            Action::StartStreaming => self.start_stream(number),
            Action::StopStreaming => self.stop_stream(number),
            Action::Terminate => self.end_for_everybody(number),
            Action::Inspect => self.look(number),
            Action::Fetch { method, url, timeout, body, .. } => {
                self.ask_endpoint(number, method, url.expose(), timeout, &body);
            }
            Action::Seek { queue, since, tried } => {
                let waits_already = !tried.is_empty();
                if !waits_already {
                    self.tell(Who::Service, format!("the caller waits in queue {queue}"));
                }
                self.seeking = Some(Seeking::new(queue, since, tried));
            }
            Action::LeaveQueue => self.seeking = None,
            Action::Release { agent, after } => {
                let rested = self.around.staff.release(&agent, after, self.now);
                // Whoever waits may be offered to him then.
                if let Some(at) = rested.filter(|_| !self.call.is_over()) {
                    self.agenda.put(at, Due::Rested);
                }
            }
        }
    }

    pub(super) fn settle(&mut self, number: Number, facts: SettlementFacts) {
        let input = Input::Settled { number, result: Settlement::Done(facts) };
        self.agenda.put(self.now.saturating_add(SETTLES), Due::Input(Box::new(input)));
    }

    pub(super) fn refuse(&mut self, number: Number, status: u16, sub_code: Option<i64>) {
        let result = Settlement::Refused(Refusal { status, sub_code });
        let input = Input::Settled { number, result };
        self.agenda.put(self.now.saturating_add(SETTLES), Due::Input(Box::new(input)));
    }

    /// Whether our leg is up; refuses the command if it is not (contract 4.4: 404, 8522).
    pub(super) fn is_up(&mut self, number: Number) -> bool {
        if self.leg != Leg::Up {
            self.refuse(number, 404, Some(8522));
        }
        self.leg == Leg::Up
    }

    fn take_the_call(&mut self, number: Number) {
        if self.leg == Leg::Over {
            return self.refuse(number, 400, Some(8523));
        }
        let connection = Some(CallConnectionId::new(CONNECTION));
        self.settle(number, SettlementFacts { connection, ..SettlementFacts::default() });
        self.agenda.put(self.now.saturating_add(CONNECTS), Due::Connects(number));
    }

    pub(super) fn connects(&mut self, number: Number) {
        if self.leg == Leg::Over {
            return self.event(CallEventKind::AnswerFailed, Some(number), Some((487, 0)));
        }
        self.leg = Leg::Up;
        self.present.push(self.caller.clone());
        self.tell(Who::Service, "answers");
        self.event(CallEventKind::CallConnected, None, Some((200, 0)));
        self.roster();
    }

    /// Everybody who is in the call, as it is told to the service.
    pub(super) fn roster(&mut self) {
        self.rosters += 1;
        let participant = |raw_id: &RawId| Participant {
            identifier: Identifier::Unknown { raw_id: raw_id.clone() },
            is_muted: false,
            is_on_hold: false,
        };
        let participants = self.present.iter().map(participant).collect();
        let kind =
            CallEventKind::ParticipantsUpdated { participants, sequence_number: self.rosters };
        self.soon(kind, None, None);
    }

    fn turn_away(&mut self, number: Number, reason: Rejection) {
        let words = match reason {
            Rejection::None => "refuses the call",
            Rejection::Busy => "refuses the call: busy",
            Rejection::Forbidden => "refuses the call: forbidden",
        };
        self.tell(Who::Service, words);
        self.leg = Leg::Over;
        self.settle(number, SettlementFacts::default());
    }

    /// Without a target it is the deployment's fallback number, and here there is none.
    fn send_elsewhere(&mut self, number: Number, target: Option<&RawId>) {
        let Some(target) = target else {
            return self.refuse(number, 400, None);
        };
        self.tell(Who::Service, format!("sends the call to {}", target.expose()));
        self.leg = Leg::Over;
        self.settle(number, SettlementFacts::default());
    }

    fn speak(&mut self, number: Number, prompt: &Prompt, repeat: bool, interrupt: bool) {
        self.begin(number, prompt, Media::play(number), repeat, interrupt);
    }

    /// Begins a main media operation. One that runs already stops only if the order says so (contract 7.5).
    fn begin(
        &mut self,
        number: Number,
        prompt: &Prompt,
        media: Media,
        repeat: bool,
        interrupt: bool,
    ) {
        if !self.is_up(number) {
            return;
        }
        if self.media.is_some() && !interrupt {
            return self.refuse(number, 412, Some(8583));
        }
        self.stop_media();
        self.media = Some(media);
        for heard in words(prompt) {
            self.tell(Who::Line, heard);
        }
        self.settle(number, SettlementFacts::default());
        self.soon(CallEventKind::PlayStarted, Some(number), None);
        if !repeat {
            let ends = self.now.saturating_add(NEWS).saturating_add(length(prompt));
            self.agenda.put(ends, Due::PromptEnds(number));
        }
    }

    pub(super) fn invite(&mut self, number: Number, id: &str, ring: Millis) {
        if !self.is_up(number) {
            return;
        }
        let Some(colleague) = self.around.staff.find(id) else {
            return self.refuse(number, 404, None);
        };
        let name = colleague.nickname.clone();
        let (reached, voicemail) = (colleague.invite(number), colleague.voicemail_after);
        let invitation = Some(InvitationId::new(number.to_string()));
        self.settle(number, SettlementFacts { invitation, ..SettlementFacts::default() });
        let words = match reached {
            Reached::Rings => "rings",
            Reached::Silence => "is called, and no client rings",
            Reached::Refused(code, sub_code) => {
                let kind = CallEventKind::AddParticipantFailed { participant: None };
                self.soon(kind, Some(number), Some((code, sub_code)));
                "cannot be called"
            }
        };
        self.tell(Who::Colleague(name), words);
        if !matches!(reached, Reached::Refused(..)) {
            let at = |after: Millis| self.now.saturating_add(after);
            let (out, voicemail) = (at(ring), voicemail.map(at));
            self.agenda.put(out, Due::RingsOut(number));
            if let Some(takes) = voicemail {
                self.agenda.put(takes, Due::VoicemailTakes(number));
            }
        }
    }

    fn stop_ringing(&mut self, number: Number, invitation: &InvitationId) {
        let invited = invitation.as_str().parse().ok();
        let found = invited.and_then(|of| self.around.staff.invited(of));
        let Some(colleague) = found else {
            let kind = CallEventKind::CancelAddParticipantFailed { invitation_id: None };
            return self.soon(kind, Some(number), None);
        };
        colleague.client = crate::staff::Client::Quiet;
        let name = colleague.nickname.clone();
        self.tell(Who::Colleague(name), "is no longer rung");
        let kind = CallEventKind::CancelAddParticipantSucceeded {
            invitation_id: Some(invitation.clone()),
        };
        self.settle(number, SettlementFacts::default());
        self.soon(kind, Some(number), None);
    }

    fn record(&mut self, number: Number, state: RecordingState, words: &str) {
        if !self.is_up(number) {
            return;
        }
        self.recorded = true;
        self.tell(Who::Service, format!("the recording {words}"));
        let recording = Some(RecordingId::new("rehearsal"));
        self.settle(number, SettlementFacts { recording, ..SettlementFacts::default() });
        let kind = CallEventKind::RecordingStateChanged {
            recording_id: Some(RecordingId::new("rehearsal")),
            state,
            start_date_time: None,
            recording_kind: None,
        };
        self.soon(kind, None, None);
    }

    fn end_for_everybody(&mut self, number: Number) {
        if !self.is_up(number) {
            return;
        }
        self.tell(Who::Service, "hangs up");
        self.settle(number, SettlementFacts::default());
        self.over();
    }

    /// Nobody is in the call any more.
    pub(super) fn over(&mut self) {
        self.over_by(0);
    }

    pub(super) fn over_by(&mut self, sub_code: i64) {
        self.leg = Leg::Over;
        self.media = None;
        self.stream = None;
        self.present.clear();
        self.around.staff.all_quiet();
        self.soon(CallEventKind::CallDisconnected, None, Some((200, sub_code)));
    }

    fn look(&mut self, number: Number) {
        let view = match self.leg {
            Leg::Up => Inspection::Live {
                state: "connected".to_owned(),
                participants: self.present.clone(),
            },
            Leg::Rings | Leg::Over => Inspection::Gone,
        };
        let input = Input::Inspected { number, view };
        self.agenda.put(self.now.saturating_add(SETTLES), Due::Input(Box::new(input)));
    }

    fn ask_endpoint(
        &mut self,
        number: Number,
        method: String,
        url: &str,
        timeout: Millis,
        body: &[(String, Sent)],
    ) {
        let names: Vec<&str> = body.iter().map(|(name, _)| name.as_str()).collect();
        let with =
            if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) };
        let model = if names.contains(&FORMAT) { ", a language model," } else { "" };
        self.tell(Who::Service, format!("asks {method} {url}{model}{with}"));
        let at = |after: Millis| self.now.saturating_add(after);
        match self.around.answer(url, &self.sent(body)) {
            Some((after, result)) if after <= timeout => {
                self.agenda.put(at(after), Due::Answered(number, result));
            }
            None if self.around.asks_for_answers => {
                self.asked = Some(Asked { number, method, url: url.to_owned() });
            }
            Some(_) => {
                let cause = "no answer in time".to_owned();
                let late = FetchResult::Failed { cause };
                self.agenda.put(at(timeout), Due::Answered(number, late));
            }
            None => {
                let nothing = crate::around::result(0, Value::Null);
                self.agenda.put(at(SETTLES), Due::Answered(number, nothing));
            }
        }
    }

    /// What is sent, with the digits that only this line knows.
    fn sent(&self, body: &[(String, Sent)]) -> Map<String, Value> {
        let value = |sent: &Sent| match sent {
            Sent::Value(kept) => kept.0.clone(),
            Sent::Withheld(question) => {
                self.withheld.get(question).cloned().unwrap_or_default().into()
            }
        };
        body.iter().map(|(name, sent)| (name.clone(), value(sent))).collect()
    }
}

/// The operation's name, as scenarios order faults for it; none for what goes elsewhere.
fn operation(action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::Answer { .. } => "answer",
        Action::Reject { .. } => "reject",
        Action::Redirect { .. } => "redirect",
        Action::Play { .. } => "play",
        Action::Recognize { .. } => "recognize",
        Action::CancelMedia => "cancelAllMediaOperations",
        Action::AddAgent { .. } | Action::AddParty { .. } => "addParticipant",
        Action::Transfer { .. } => "transferToParticipant",
        Action::Hold { .. } => "hold",
        Action::Unhold { .. } => "unhold",
        Action::CancelAdd { .. } => "cancelAddParticipant",
        Action::Remove { .. } => "removeParticipant",
        Action::StartRecording => "startRecording",
        Action::PauseRecording { .. } => "pauseRecording",
        Action::ResumeRecording { .. } => "resumeRecording",
        Action::StopRecording { .. } => "stopRecording",
        Action::StartStreaming => "startMediaStreaming",
        Action::StopStreaming => "stopMediaStreaming",
        Action::Terminate => "terminate",
        Action::Inspect => "getCall",
        Action::Fetch { .. }
        | Action::Seek { .. }
        | Action::LeaveQueue
        | Action::Release { .. } => {
            return None;
        }
    })
}
