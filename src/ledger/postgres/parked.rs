//! Inputs of a call that somebody else had locked for too long: kept at once, taken up by whoever has the
//! lock next.

use engine::{
    Millis,
    call::{CallId, Input},
};
use tokio_postgres::Row;

use crate::{
    ledger::{
        port::{Arrival, Claim, Fate, LedgerError, Recorded},
        rows::{
            convert::{Sealed, from_json, to_bytes},
            entry::Entry,
            journal::Happening,
        },
    },
    sealing::{CallKey, Place},
};

use super::{
    batch::Job,
    link::{Tx, column},
    store::Inner,
    unit::Unit,
};

/// What waits for calls, by their ids, in the order in which it came. The last column tells whether the
/// event came into the journal another way.
pub(super) const OF_CALLS: &str = "SELECT call.id, parked.id, event, at, number, owner, sealed,
        event IS NOT NULL AND EXISTS (SELECT 1 FROM journal WHERE journal.event = parked.event)
    FROM parked JOIN call ON call.row = parked.call
    WHERE call.id = ANY($1) ORDER BY parked.id";

/// A row of `parked`.
pub(super) struct Parked {
    pub(super) call: CallId,
    pub(super) id: i64,
    event: Option<[u8; 16]>,
    at: Millis,
    claim: Option<Claim>,
    sealed: Vec<u8>,
    is_known: bool,
}

impl Parked {
    /// From a row of [`OF_CALLS`].
    pub(super) fn read(row: &Row) -> Result<Self, LedgerError> {
        let event: Option<&[u8]> = column(row, 2)?;
        let (number, owner): (Option<i64>, Option<i64>) = (column(row, 4)?, column(row, 5)?);
        let number = number.and_then(|number| u32::try_from(number).ok());
        Ok(Self {
            call: CallId(column(row, 0)?),
            id: column(row, 1)?,
            event: event.and_then(|event| event.try_into().ok()),
            at: column(row, 3)?,
            claim: number.zip(owner).map(|(number, owner)| Claim { number, owner }),
            sealed: column(row, 6)?,
            is_known: column(row, 7)?,
        })
    }
}

/// Keeps arrivals of one call without its lock. What comes back are those of a new call whose row is not
/// there: another replica makes it right now and may yet fail, or the lock was somewhere else. A caller
/// must not be told that he is unknown.
pub(super) async fn park(inner: &Inner, jobs: Vec<Job>) -> Vec<Job> {
    let mut left = Vec::new();
    for job in jobs {
        let parked = match park_one(inner, &job.arrival).await {
            Ok(None) if job.arrival.opens => {
                left.push(job);
                continue;
            }
            Ok(fate) => {
                let (fate, call) =
                    (fate.unwrap_or(Fate::UnknownCall), Some(job.arrival.call.clone()));
                Ok(Recorded { fate, call, ..Recorded::default() })
            }
            Err(error) => Err(error),
        };
        // Nobody may be waiting for it; there are no commands to lose.
        let _ = job.reply.send(parked);
    }
    left
}

/// None if the call has no row.
async fn park_one(inner: &Inner, arrival: &Arrival) -> Result<Option<Fate>, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let call = arrival.call.as_str();
    let sql = "SELECT row, wrapped_key FROM call WHERE id = $1";
    let Some(found) = tx.query_opt(sql, &[&call], "look for a call").await? else {
        tx.rollback().await;
        return Ok(None);
    };
    let (row, wrapped): (i64, Option<Vec<u8>>) = (column(&found, 0)?, column(&found, 1)?);
    let Some(wrapped) = wrapped else {
        tx.rollback().await;
        return Ok(Some(Fate::UnknownCall));
    };
    let key = CallKey::unwrap(&inner.keys, call, &wrapped).sealed()?;
    let sealed = key.seal(place(call, arrival.now), &to_bytes(&arrival.inputs)?).sealed()?;
    let event = arrival.event.map(Vec::from);
    let number = arrival.settles.map(|claim| i64::from(claim.number));
    let owner = arrival.settles.map(|claim| claim.owner);
    let kept = tx
        .execute(
            "INSERT INTO parked (call, event, at, number, owner, sealed)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE NOT EXISTS (SELECT 1 FROM journal WHERE event = $2)
             ON CONFLICT (event) DO NOTHING",
            &[&row, &event, &arrival.now, &number, &owner, &sealed],
            "keep an input of a locked call",
        )
        .await?;
    tx.commit().await?;
    Ok(Some(if kept == 0 { Fate::Duplicate } else { Fate::Unapplied }))
}

impl Unit<'_> {
    /// Puts what was parked into the journal, before anything else of the call.
    pub(super) async fn take_up(
        &mut self,
        entry: &mut Entry,
        parked: Vec<Parked>,
        now: Millis,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        for one in parked {
            self.writes.unparked.push(one.id);
            if one.is_known || self.is_fenced(entry.row, one.claim).await? {
                continue;
            }
            let call = entry.call.id.clone();
            let bytes = entry.key.open(place(call.as_str(), one.at), &one.sealed).sealed()?;
            let inputs: Vec<Input> = from_json(&bytes, || format!("parked {call}/{}", one.id))?;
            let mut event = one.event;
            for input in &inputs {
                let happening = Happening { input, event: event.take(), at: now };
                self.take(entry, happening, recorded).await?;
            }
        }
        Ok(())
    }

    /// Whether the command of a claim is somebody else's now. If not, it is settled.
    async fn is_fenced(&mut self, row: i64, claim: Option<Claim>) -> Result<bool, LedgerError> {
        let Some(Claim { number, owner }) = claim else { return Ok(false) };
        let number = i64::from(number);
        let sql = "SELECT
            (SELECT owner FROM outbox WHERE call = $1 AND number = $2),
            EXISTS (SELECT 1 FROM replica WHERE owner = $3)";
        let told = self.tx.query_opt(sql, &[&row, &number, &owner], "look for a claim").await?;
        let Some(told) = told else { return Ok(true) };
        let (sender, lives): (Option<i64>, bool) = (column(&told, 0)?, column(&told, 1)?);
        match sender {
            None => Ok(!lives),
            Some(sender) if sender == owner => {
                self.writes.settled.add(row, number, owner);
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }
}

fn place(call: &str, at: Millis) -> Place<'_> {
    Place { table: "parked", call, row: at }
}
