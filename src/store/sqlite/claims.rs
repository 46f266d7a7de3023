//! Claims: who works on which delivery.

use chrono::{DateTime, Utc};
use lettre::Address;
use rusqlite::{Connection, Result, Row, params};

use super::Failure;
use super::columns::{Columns as _, code, millis};
use super::issues::{self, Number};
use super::sent;
use crate::delivery::{Claim, State};
use crate::issue::IssueKey;
use crate::store::{Ask, Claims, Hold, Stage};
use crate::subscriber::SubscriberId;

/// What is waiting and due, in the order of its claims: what was deferred is tried again when it is
/// due, not after all that is queued (which is due at 0), or it would expire first. `state < 3` is the
/// condition of the index `deliveries_open`, word for word: without it SQLite would read the ended
/// deliveries too. What is open and unclaimed is queued or deferred, for an attempt has its claimant.
pub(super) const WAITING: [&str; 2] = ["d.due > 0", "d.due = 0"];

/// The query for what is [`WAITING`] so.
pub(super) fn waiting(so: &str) -> String {
    format!(
        "SELECT d.subscriber, s.id, s.address, s.name, d.attempts, d.first_attempt,
             s.status = 'confirmed'
                 AND NOT EXISTS (SELECT 1 FROM suppressions AS x WHERE x.address_key = s.address_key) AS wants
         FROM deliveries AS d JOIN subscribers AS s USING (subscriber)
         WHERE d.issue = ?1 AND d.state < 3 AND d.claimant IS NULL AND d.due <= ?2 AND {so}
         ORDER BY d.due, d.subscriber LIMIT ?3"
    )
}

/// A waiting delivery, and what is to become of it.
enum Waiting {
    Wanted(Claim),
    /// The subscriber has left, or is suppressed.
    Unwanted,
    /// What stands in the store is no address; that costs this delivery only.
    Unaddressed(String),
}

pub(super) fn claim(db: &Connection, key: &IssueKey, ask: Ask) -> Result<Claims, Failure> {
    let number = issues::known(db, key)?;
    let mut hold = hold(db, number, ask.claimant)?;
    let mut limit = if hold.is_some() { 0 } else { ask.limit };
    if hold.is_none()
        && let Some(quota) = ask.quota
    {
        let left = quota.messages.saturating_sub(sent::since(db, quota.since, ask.at)?);
        limit = limit.min(usize::try_from(left).unwrap_or(usize::MAX));
    }
    let mut claims = Vec::new();
    for query in WAITING.map(waiting) {
        // Once the limit is reached it would ask for none.
        while claims.len() < limit {
            let wanted = i64::try_from(limit - claims.len()).unwrap_or(i64::MAX);
            let found: Vec<(i64, Waiting)> = db
                .prepare_cached(&query)?
                .query_map(params![number.0, millis(ask.at), wanted], read_waiting)?
                .collect::<Result<_>>()?;
            if found.is_empty() {
                break;
            }
            for (subscriber, waiting) in found {
                claims.extend(take(db, number, subscriber, waiting, ask.claimant, ask.at)?);
            }
        }
    }
    if hold.is_none() && claims.len() == limit && limit < ask.limit {
        hold = Some(Hold::Spent);
    }
    Ok(Claims { claims, hold })
}

/// Why a run may claim nothing of an issue.
fn hold(db: &Connection, Number(issue): Number, claimant: u64) -> Result<Option<Hold>> {
    db.prepare_cached("SELECT stage, paused, claimant FROM issues WHERE issue = ?1")?.query_row(
        [issue],
        |row| {
            let is_ours = row.get::<_, Option<i64>>("claimant")? == Some(claimant.cast_signed());
            Ok(if row.stage()? != Stage::Sending || !is_ours {
                Some(Hold::Over)
            } else {
                row.instant_if_any("paused")?.map(|_| Hold::Paused)
            })
        },
    )
}

/// Claims a delivery that is wanted, and ends another.
fn take(
    db: &Connection,
    issue: Number,
    subscriber: i64,
    waiting: Waiting,
    claimant: u64,
    at: DateTime<Utc>,
) -> Result<Option<Claim>> {
    match waiting {
        Waiting::Wanted(claim) => {
            db.prepare_cached("UPDATE deliveries SET claimant = ?3 WHERE issue = ?1 AND subscriber = ?2")?
                .execute(params![issue.0, subscriber, claimant.cast_signed()])?;
            return Ok(Some(claim));
        }
        Waiting::Unwanted => end_unclaimed(db, issue, subscriber, State::Withdrawn, None, at)?,
        Waiting::Unaddressed(why) => {
            end_unclaimed(db, issue, subscriber, State::Rejected, Some(&why), at)?;
        }
    }
    Ok(None)
}

fn read_waiting(row: &Row<'_>) -> Result<(i64, Waiting)> {
    let subscriber = row.get("subscriber")?;
    if !row.get::<_, bool>("wants")? {
        return Ok((subscriber, Waiting::Unwanted));
    }
    let Ok(address) = row.get::<_, String>("address")?.parse::<Address>() else {
        let why = "what the store has is no mail address; `tidings store check` names it".to_owned();
        return Ok((subscriber, Waiting::Unaddressed(why)));
    };
    let claim = Claim {
        subscriber: SubscriberId(row.get("id")?),
        address,
        name: row.get("name")?,
        attempts: row.get("attempts")?,
        first_attempt: row.instant_if_any("first_attempt")?,
    };
    Ok((subscriber, Waiting::Wanted(claim)))
}

fn end_unclaimed(
    db: &Connection,
    Number(issue): Number,
    subscriber: i64,
    state: State,
    why: Option<&str>,
    at: DateTime<Utc>,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE deliveries SET state = ?3, due = 0, changed = ?4, reply = coalesce(?5, reply)
         WHERE issue = ?1 AND subscriber = ?2",
    )?
    .execute(params![issue, subscriber, code(state), millis(at), why])?;
    Ok(())
}
