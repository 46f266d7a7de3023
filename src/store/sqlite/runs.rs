//! Runs: which one has an issue in hand, and what it finds of those before it.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Result, params};

use super::Failure;
use super::columns::{Columns as _, code, millis};
use super::issues::{self, Number};
use super::sent;
use crate::delivery::State;
use crate::issue::IssueKey;
use crate::store::{Error, Lease, Stage};

const LOST: &str = "the run ended between the message and its reply; it may have arrived";

pub(super) fn take(
    db: &Connection,
    key: &IssueKey,
    lease: &Lease,
    at: DateTime<Utc>,
) -> Result<u64, Failure> {
    let number = issues::known(db, key)?;
    if let Some(Lease { holder, until, .. }) = lease_of(db, number)?
        && holder != lease.holder
        && until > at
    {
        return Err(Error::Held { key: key.clone(), holder, until }.into());
    }
    db.prepare_cached("UPDATE issues SET claimant = ?2, holder = ?3, leased = ?4 WHERE issue = ?1")?
        .execute(params![number.0, lease.claimant.cast_signed(), lease.holder, millis(lease.until)])?;
    Ok(recover(db, number, at)?)
}

/// Takes over what an earlier run left claimed.
fn recover(db: &Connection, number: Number, at: DateTime<Utc>) -> Result<u64> {
    let Number(issue) = number;
    // The claimant stays, for its late reply settles what is uncertain.
    let uncertain = db
        .prepare_cached(
            "UPDATE deliveries SET state = ?2, code = NULL, reply = ?3, waited = NULL, changed = ?4
             WHERE issue = ?1 AND state < 3 AND claimant IS NOT NULL AND state = ?5",
        )?
        .execute(params![issue, code(State::Uncertain), LOST, millis(at), code(State::Attempting)])?;
    let uncertain = uncertain as u64;
    if uncertain > 0 {
        sent::count(db, number, uncertain, at)?;
    }
    db.prepare_cached(
        "UPDATE deliveries SET claimant = NULL WHERE issue = ?1 AND state < 3 AND claimant IS NOT NULL",
    )?
    .execute([issue])?;
    Ok(uncertain)
}

pub(super) fn renew(
    db: &Connection,
    key: &IssueKey,
    claimant: u64,
    until: DateTime<Utc>,
) -> Result<bool, Failure> {
    let Number(issue) = issues::known(db, key)?;
    let renewed = db
        .prepare_cached("UPDATE issues SET leased = ?3 WHERE issue = ?1 AND claimant = ?2")?
        .execute(params![issue, claimant.cast_signed(), millis(until)])?;
    Ok(renewed > 0)
}

pub(super) fn leave(db: &Connection, key: &IssueKey, claimant: u64) -> Result<(), Failure> {
    let Number(issue) = issues::known(db, key)?;
    db.prepare_cached("UPDATE issues SET leased = 0 WHERE issue = ?1 AND claimant = ?2")?
        .execute(params![issue, claimant.cast_signed()])?;
    Ok(())
}

pub(super) fn pause(
    db: &Connection,
    key: &IssueKey,
    paused: bool,
    at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let number = issues::known(db, key)?;
    let stage = issues::stage_of(db, number)?;
    if stage != Stage::Sending {
        return Err(Error::Closed { key: key.clone(), stage }.into());
    }
    let changed = db
        .prepare_cached("UPDATE issues SET paused = ?2 WHERE issue = ?1 AND (paused IS NOT NULL) <> ?3")?
        .execute(params![number.0, paused.then(|| millis(at)), paused])?;
    Ok(changed > 0)
}

fn lease_of(db: &Connection, Number(issue): Number) -> Result<Option<Lease>> {
    db.prepare_cached("SELECT claimant, holder, leased FROM issues WHERE issue = ?1")?
        .query_row([issue], |row| row.lease())
}
