//! An arrival: de-duplicated, then its inputs one after another.

use crate::ledger::{
    port::{Arrival, Fate, LedgerError, Recorded},
    rows::entry::Entry,
};

use super::{calls::Found, journal::Happening, session::Session};

impl Session<'_> {
    /// The port's `record`.
    pub(super) fn record(&mut self, arrival: &Arrival) -> Result<Recorded, LedgerError> {
        let fate =
            |fate| Recorded { fate, call: Some(arrival.call.clone()), ..Recorded::default() };
        if let Some(event) = &arrival.event
            && self.knows_event(event)?
        {
            return Ok(fate(Fate::Duplicate));
        }
        let mut entry = match self.find(&arrival.call)? {
            Found::Here(entry) => *entry,
            Found::Unknown if arrival.opens => self.create(&arrival.call, arrival.now)?,
            Found::Unknown | Found::Erased => return Ok(fate(Fate::UnknownCall)),
        };
        if let Some(claim) = arrival.settles {
            self.settle(entry.row, claim.number)?;
        }
        let mut recorded = fate(Fate::Applied);
        let mut event = arrival.event;
        for input in &arrival.inputs {
            let happening = Happening { input, event: event.take(), at: arrival.now };
            self.take(&mut entry, happening, &mut recorded)?;
        }
        self.close_record(entry, arrival.now, recorded)
    }

    /// Writes the call's row and says when it is due.
    pub(super) fn close_record(
        &mut self,
        entry: Entry,
        now: engine::Millis,
        mut recorded: Recorded,
    ) -> Result<Recorded, LedgerError> {
        recorded.next_due = entry.call.next_deadline().map(|(at, _)| at);
        self.save(entry, now)?;
        Ok(recorded)
    }
}
