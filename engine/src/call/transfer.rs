//! The caller is given to somebody else, or put on hold.

use webhooks::RawId;

use crate::{
    Millis,
    flow::{Hold, Node, Transfer},
};

use super::{
    command::{Action, Lane},
    state::{EndReason, Number, PendingKind},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

/// Who a caller is given to rings for a minute at most (service limits); this long its end is awaited, in ms.
const TO_TRANSFER: Millis = 75_000;
/// From being told that the transfer was taken until our leg is gone, in ms; also from a list without the caller until
/// we are told why.
const TO_LEAVE: Millis = 5_000;
/// The sub-code of a call that ended because it was transferred (contract 6.4).
const TRANSFERRED: i64 = 7015;
/// How long the answer to holding is awaited, in ms: the caller hears nothing meanwhile (V12).
const TO_HOLD: Millis = 3_500;

impl<'a> Stepper<'a> {
    pub(super) fn transfer(&mut self, at: &str, transfer: &'a Transfer) {
        let Some(target) = self.address_of(&transfer.to) else {
            self.took("failed");
            return self.enter(&transfer.failed);
        };
        let action = Action::Transfer { target };
        let number = self.order_invitation(action, PendingKind::Transfer, TO_TRANSFER);
        self.act(at, number);
    }

    /// `CallTransferAccepted`: our leg goes by itself.
    pub(super) fn transfer_taken(&mut self, number: Option<Number>) {
        let now = self.now();
        let leave = now.saturating_add(TO_LEAVE);
        match number.and_then(|number| self.call.pending.get_mut(&number)) {
            Some(pending) if pending.kind == PendingKind::Transfer => pending.deadline = leave,
            Some(_) | None => return self.note("a transfer that is no longer awaited: no effect"),
        }
        self.note("the transfer was taken");
        self.call.transferred_at = Some(now);
    }

    /// `CallTransferFailed`, or a refusal: the caller is still ours.
    pub(super) fn transfer_failed(&mut self, number: Option<Number>) {
        let is_transfer = |kind: &PendingKind| *kind == PendingKind::Transfer;
        let Some((number, _)) = self.settle_kind(number, is_transfer) else {
            return self.note("the failure of a transfer that is no longer awaited: no effect");
        };
        self.call.transferred_at = None;
        self.not_transferred(number);
    }

    fn not_transferred(&mut self, number: Number) {
        let Some(node) = self.acting(number) else { return };
        self.note("the transfer was not taken");
        if let Some(Node::Transfer(transfer)) = self.flow().and_then(|flow| flow.nodes.get(&node)) {
            self.took("failed");
            self.enter(&transfer.failed);
        }
    }

    /// The call is gone: whether because it was transferred is told by the sub-code, too.
    pub(super) fn gone_by(&mut self, sub_code: Option<i64>) {
        let awaited = self.call.awaits(|kind| *kind == PendingKind::Transfer).is_some();
        if awaited && sub_code == Some(TRANSFERRED) {
            self.call.transferred_at.get_or_insert(self.call.now);
        }
    }

    /// The caller is not listed any more while he is being transferred: true where we wait to be told why.
    pub(super) fn leaves_by_transfer(&mut self) -> bool {
        let Some(number) = self.call.awaits(|kind| *kind == PendingKind::Transfer) else {
            return false;
        };
        let soon = self.now().saturating_add(TO_LEAVE);
        let Some(pending) = self.call.pending.get_mut(&number) else { return false };
        // Asked about, it is seen to there.
        if !(pending.uncertain && pending.accepted) {
            pending.deadline = pending.deadline.min(soon);
            self.note("the caller has left while he is being transferred");
        }
        true
    }

    /// Nothing was heard of a transfer, or our leg is still there after it: Call Automation has said who is in the call. It
    /// is not ordered again.
    pub(super) fn transfer_resolved(&mut self, number: Number, participants: &[RawId]) {
        let here = self.call.caller.as_ref().is_some_and(|caller| participants.contains(caller));
        if here {
            self.call.transferred_at = None;
            return self.not_transferred(number);
        }
        if self.call.transferred_at.is_some() {
            self.note("our leg is still there after the transfer: it is ended");
            return self.end(EndReason::Transferred);
        }
        self.note("the caller has left");
        self.end(EndReason::CallerLeft);
    }

    /// Nobody could say who is in the call: taken as it was told so far. What is wrong comes out with the next command.
    pub(super) fn transfer_unresolved(&mut self, number: Number) {
        if self.call.transferred_at.is_some() {
            return self.end(EndReason::Transferred);
        }
        self.not_transferred(number);
    }

    pub(super) fn hold(&mut self, at: &str, hold: &'a Hold) {
        let Some(target) = self.call.caller.clone() else {
            self.note("there is nobody to hold");
            self.took("failed");
            return self.enter(&hold.failed);
        };
        let action = Action::Hold { target, music: hold.music.clone() };
        let number = self.order(Lane::Media, action, PendingKind::Hold, TO_HOLD);
        self.act(at, number);
    }

    /// The caller is held: for as long as the flow says.
    pub(super) fn held(&mut self, number: Number) {
        let node = self.acting(number).and_then(|node| self.flow()?.nodes.get(&node));
        let Some(Node::Hold(hold)) = node else { return };
        let until = self.now().saturating_add(hold.length);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.deadline = until;
            pending.estimate = until;
        }
    }

    /// The hold is over, or nobody knows whether it began: taken back in both cases.
    pub(super) fn take_back(&mut self, number: Number, held: bool) {
        self.settle(number);
        let (Some(node), Some(target)) = (self.acting(number), self.call.caller.clone()) else {
            return;
        };
        let kind = PendingKind::Unhold { held };
        let number = self.order(Lane::Media, Action::Unhold { target }, kind, CONTROL_PATIENCE);
        self.act(&node, number);
    }

    /// The call leaves a node that holds the caller before his time: on hold he would not hear what comes.
    pub(super) fn let_go(&mut self) {
        let held = self.call.awaits(|kind| *kind == PendingKind::Hold);
        if let (Some(number), Some(target)) = (held, self.call.caller.clone()) {
            self.settle(number);
            let kind = PendingKind::Unhold { held: false };
            self.order(Lane::Media, Action::Unhold { target }, kind, CONTROL_PATIENCE);
        }
    }

    /// `HoldFailed`, or a refusal: he hears us as before.
    pub(super) fn not_held(&mut self, number: Option<Number>) {
        let is_hold = |kind: &PendingKind| *kind == PendingKind::Hold;
        if let Some((number, _)) = self.settle_kind(number, is_hold) {
            self.note("the caller could not be put on hold");
            self.hold_over(number, false);
        }
    }

    /// The hold is behind the caller.
    pub(super) fn hold_over(&mut self, number: Number, done: bool) {
        let Some(node) = self.acting(number) else { return };
        if let Some(Node::Hold(hold)) = self.flow().and_then(|flow| flow.nodes.get(&node)) {
            self.took(if done { "next" } else { "failed" });
            self.enter(if done { &hold.next } else { &hold.failed });
        }
    }
}
