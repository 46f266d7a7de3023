//! The ledger of an issue: what became of its deliveries, and what is to be tried once more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Address;
use rusqlite::{Connection, Result, Row, params};

use super::Failure;
use super::columns::{Columns as _, code, millis};
use super::issues::{self, Number};
use crate::delivery::{Delivery, Reply, State};
use crate::issue::IssueKey;
use crate::store::{Counts, Error, Stage};
use crate::subscriber::{SubscriberId, address_key};

pub(super) fn requeue(
    db: &Connection,
    key: &IssueKey,
    states: &[State],
    only: Option<&[Address]>,
    at: DateTime<Utc>,
) -> Result<u64, Failure> {
    let number = issues::known(db, key)?;
    let stage = issues::stage_of(db, number)?;
    if stage == Stage::Abandoned {
        return Err(Error::Closed { key: key.clone(), stage }.into());
    }
    let states =
        [State::Rejected, State::Uncertain, State::Expired].into_iter().filter(|one| states.contains(one));
    let codes: Vec<String> = states.map(|state| code(state).to_string()).collect();
    let mut requeue = db.prepare(&format!(
        "UPDATE deliveries SET state = 0, due = 0, claimant = NULL, changed = ?2
         WHERE issue = ?1 AND state IN ({}) AND (?3 IS NULL OR subscriber =
             (SELECT subscriber FROM subscribers JOIN issues USING (list) WHERE issue = ?1 AND address_key = ?3))",
        codes.join(", ")
    ))?;
    let mut update = |address: Option<String>| requeue.execute(params![number.0, millis(at), address]);
    let requeued = match only {
        None => update(None)?,
        Some(addresses) => {
            addresses.iter().map(|one| update(Some(address_key(one)))).sum::<Result<usize>>()?
        }
    };
    if requeued > 0 {
        db.execute("UPDATE issues SET stage = 'sending', ended = NULL WHERE issue = ?1", [number.0])?;
    }
    Ok(requeued as u64)
}

pub(super) fn take_back(
    db: &Connection,
    key: &IssueKey,
    addresses: &[Address],
    (since, at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Failure> {
    let Number(issue) = issues::known(db, key)?;
    let mut lift = db.prepare(
        "DELETE FROM suppressions WHERE address_key = ?2 AND at >= ?3 AND reason =
             (SELECT concat_ws(' ', code, reply) FROM deliveries JOIN subscribers AS s USING (subscriber)
              WHERE issue = ?1 AND state = 4 AND s.address_key = ?2)",
    )?;
    for address in addresses {
        lift.execute(params![issue, address_key(address), millis(since)])?;
    }
    requeue(db, key, &[State::Rejected], Some(addresses), at)?;
    Ok(())
}

pub(super) fn next_due(db: &Connection, key: &IssueKey) -> Result<Option<DateTime<Utc>>, Failure> {
    let Number(issue) = issues::known(db, key)?;
    let due = db
        .prepare_cached(
            "SELECT min(due) AS due FROM deliveries
             WHERE issue = ?1 AND state < 3 AND claimant IS NULL AND due > 0",
        )?
        .query_row([issue], |row| row.instant_if_any("due"))?;
    Ok(due)
}

pub(super) fn counts(db: &Connection, key: &IssueKey) -> Result<Counts, Failure> {
    let Number(issue) = issues::known(db, key)?;
    let counts = db
        .prepare_cached("SELECT state, count(*) AS count FROM deliveries WHERE issue = ?1 GROUP BY state")?
        .query_map([issue], |row| Ok((row.state("state")?, row.count("count")?)))?
        .collect::<Result<_>>()?;
    Ok(Counts(counts))
}

pub(super) fn deliveries(
    db: &Connection,
    key: &IssueKey,
    state: Option<State>,
) -> Result<Vec<Delivery>, Failure> {
    let Number(issue) = issues::known(db, key)?;
    let deliveries = db
        .prepare_cached(&format!(
            "{DELIVERY} WHERE d.issue = ?1 AND (?2 IS NULL OR d.state = ?2) ORDER BY s.address_key"
        ))?
        .query_map(params![issue, state.map(code)], read_delivery)?
        .collect::<Result<_>>()?;
    Ok(deliveries)
}

pub(super) fn slowest(db: &Connection, key: &IssueKey, limit: usize) -> Result<Vec<Delivery>, Failure> {
    let Number(issue) = issues::known(db, key)?;
    // The inner query sorts numbers only: of a million rows a few are joined.
    let slowest = db
        .prepare_cached(&format!(
            "{DELIVERY} WHERE d.issue = ?1 AND d.subscriber IN (SELECT subscriber FROM deliveries
                 WHERE issue = ?1 AND waited IS NOT NULL ORDER BY waited DESC, subscriber LIMIT ?2)
             ORDER BY d.waited DESC, d.subscriber"
        ))?
        .query_map(params![issue, i64::try_from(limit).unwrap_or(i64::MAX)], read_delivery)?
        .collect::<Result<_>>()?;
    Ok(slowest)
}

const DELIVERY: &str =
    "SELECT s.id, s.address, d.state, d.attempts, d.first_attempt, d.changed, d.due, d.code, d.reply, d.waited
    FROM deliveries AS d JOIN subscribers AS s USING (subscriber)";

fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
    let state = row.state("state")?;
    let (code, text) = (row.get("code")?, row.get::<_, Option<String>>("reply")?);
    Ok(Delivery {
        subscriber: SubscriberId(row.get("id")?),
        address: row.parsed("address")?,
        state,
        attempts: row.get("attempts")?,
        first_attempt: row.instant_if_any("first_attempt")?,
        changed: row.instant_if_any("changed")?,
        due: if state == State::Deferred { Some(row.instant("due")?) } else { None },
        reply: text.map(|text| Reply { code, text }),
        waited: row.get::<_, Option<u32>>("waited")?.map(|millis| Duration::from_millis(millis.into())),
    })
}
