//! Hold, transfer, and people whom the flow names.

use engine::{
    Millis,
    call::{Number, SettlementFacts},
};
use webhooks::{CallEventKind, RawId};

use crate::{
    staff::{Client, Reached},
    told::Who,
};

use super::{Due, Line};

/// A transfer rings for so long at most, in ms (service limits).
const TRANSFER_RINGS: Millis = 60_000;
/// Who is nobody in Teams is not there to answer: unreachable (GRAPH-ENTRA-TEAMS.md 4.5).
const UNREACHABLE: (i64, i64) = (480, 8544);
/// Nobody can be taken out who is not in (contract 6.4).
const NOT_IN_THE_CALL: (i64, i64) = (400, 8558);

impl Line<'_> {
    /// Rings somebody whom the flow names. Only the people in Teams are there to answer.
    pub(super) fn invite_party(&mut self, number: Number, target: &RawId, ring: Millis) {
        if let Some(id) = self.in_teams(target) {
            return self.invite(number, &id, ring);
        }
        if self.is_up(number) {
            self.settle(number, SettlementFacts::default());
            self.tell(Who::Service, format!("rings {}, who cannot be reached", target.expose()));
            let kind = CallEventKind::AddParticipantFailed { participant: None };
            self.soon(kind, Some(number), Some(UNREACHABLE));
        }
    }

    /// Takes somebody out of the call, if he is in it.
    pub(super) fn take_out(&mut self, number: Number, target: &RawId) {
        if !self.is_up(number) {
            return;
        }
        self.settle(number, SettlementFacts::default());
        if !self.present.contains(target) {
            let kind = CallEventKind::RemoveParticipantFailed { participant: None };
            return self.soon(kind, Some(number), Some(NOT_IN_THE_CALL));
        }
        self.present.retain(|one| one != target);
        let id = self.in_teams(target);
        if let Some(colleague) = id.and_then(|id| self.around.staff.find(&id)) {
            colleague.client = Client::Quiet;
            let name = colleague.nickname.clone();
            self.tell(Who::Colleague(name), "is taken out of the call");
        }
        let kind = CallEventKind::RemoveParticipantSucceeded { participant: None };
        self.soon(kind, Some(number), None);
        self.roster();
    }

    /// Gives the caller to somebody else, if he takes him.
    pub(super) fn give_away(&mut self, number: Number, target: &RawId) {
        if !self.is_up(number) {
            return;
        }
        self.settle(number, SettlementFacts::default());
        let id = self.in_teams(target);
        let colleague = id.and_then(|id| self.around.staff.find(&id));
        let Some(colleague) = colleague else {
            self.tell(
                Who::Service,
                format!("transfers to {}, who cannot be reached", target.expose()),
            );
            return self.soon(CallEventKind::CallTransferFailed, Some(number), Some(UNREACHABLE));
        };
        let name = colleague.nickname.clone();
        if let Reached::Refused(code, sub_code) = colleague.invite(number) {
            self.tell(Who::Colleague(name), "cannot be called");
            let result = Some((code, sub_code));
            return self.soon(CallEventKind::CallTransferFailed, Some(number), result);
        }
        self.tell(Who::Colleague(name), "rings: the caller is being transferred");
        self.transfer = Some(number);
        self.agenda.put(self.now.saturating_add(TRANSFER_RINGS), Due::RingsOut(number));
    }

    /// Who rang for the transfer takes the caller: our leg is over.
    pub(super) fn given_away(&mut self, number: Number) {
        self.transfer = None;
        let kind = CallEventKind::CallTransferAccepted { transfer_target: None, transferee: None };
        self.soon(kind, Some(number), Some((200, 7015)));
        self.over_by(7015);
    }

    pub(super) fn hold(&mut self, number: Number, target: &RawId, music: &str) {
        if self.is_up(number) {
            self.tell(Who::Line, format!("♪ {music}"));
            self.held(number, target, true);
        }
    }

    pub(super) fn unhold(&mut self, number: Number, target: &RawId) {
        if self.is_up(number) {
            self.held(number, target, false);
        }
    }

    fn held(&mut self, number: Number, target: &RawId, on: bool) {
        let words = if on { "is put on hold" } else { "is taken back" };
        if *target == self.caller {
            self.tell(Who::Service, format!("the caller {words}"));
        }
        self.settle(number, SettlementFacts::default());
        self.roster();
    }

    /// The object id of somebody in Teams.
    fn in_teams(&self, target: &RawId) -> Option<String> {
        let id = target.expose().strip_prefix("8:orgid:")?;
        self.around.staff.knows(id).then(|| id.to_owned())
    }
}
