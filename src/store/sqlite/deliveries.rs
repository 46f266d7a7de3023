//! Deliveries: claims, steps, and how they went.

use chrono::{DateTime, Utc};
use lettre::Address;
use rusqlite::{Connection, Result, Row, named_params, params};

use super::Failure;
use super::columns::{Columns as _, code, millis};
use super::issues::{self, Number};
use crate::delivery::{Claim, Delivery, Outcome, Reply, State};
use crate::issue::IssueKey;
use crate::store::{Counts, Error, Stage, Step};
use crate::subscriber::SubscriberId;

/// What is waiting and due, in the order of its claims. `state < 3` is the condition of the index
/// `deliveries_open`, word for word: without it SQLite would read the ended deliveries too. What is
/// open and unclaimed is queued or deferred, for an attempt has its claimant.
pub(super) const WAITING: &str = "SELECT d.subscriber, s.id, s.address, s.name, d.attempts, d.first_attempt,
         s.status = 'confirmed'
             AND NOT EXISTS (SELECT 1 FROM suppressions AS x WHERE x.address_key = s.address_key) AS wants
     FROM deliveries AS d JOIN subscribers AS s USING (subscriber)
     WHERE d.issue = ?1 AND d.state < 3 AND d.claimant IS NULL AND d.due <= ?2
     ORDER BY d.due, d.subscriber LIMIT ?3";

const LOST: &str = "the run ended between the message and its reply; it may have arrived";

/// A waiting delivery, and what is to become of it.
enum Waiting {
    Wanted(Claim),
    /// The subscriber has left, or is suppressed.
    Unwanted,
    /// What stands in the store is no address; that costs this delivery only.
    Unaddressed(String),
}

pub(super) fn recover(db: &Connection, key: &IssueKey, at: DateTime<Utc>) -> Result<u64, Failure> {
    let Number(issue) = issues::known(db, key)?;
    // The claimant stays, for its late reply settles what is uncertain.
    let uncertain = db
        .prepare_cached(
            "UPDATE deliveries SET state = ?2, code = NULL, reply = ?3, changed = ?4
             WHERE issue = ?1 AND state < 3 AND claimant IS NOT NULL AND state = ?5",
        )?
        .execute(params![issue, code(State::Uncertain), LOST, millis(at), code(State::Attempting)])?;
    db.prepare_cached(
        "UPDATE deliveries SET claimant = NULL WHERE issue = ?1 AND state < 3 AND claimant IS NOT NULL",
    )?
    .execute([issue])?;
    Ok(uncertain as u64)
}

pub(super) fn claim(
    db: &Connection,
    key: &IssueKey,
    claimant: u64,
    limit: usize,
    at: DateTime<Utc>,
) -> Result<Vec<Claim>, Failure> {
    let number = issues::known(db, key)?;
    let mut claims = Vec::new();
    if issues::stage_of(db, number)? != Stage::Sending {
        return Ok(claims);
    }
    loop {
        let wanted = i64::try_from(limit - claims.len()).unwrap_or(i64::MAX);
        let waiting: Vec<(i64, Waiting)> = db
            .prepare_cached(WAITING)?
            .query_map(params![number.0, millis(at), wanted], read_waiting)?
            .collect::<Result<_>>()?;
        if waiting.is_empty() {
            return Ok(claims);
        }
        for (subscriber, waiting) in waiting {
            match waiting {
                Waiting::Wanted(claim) => {
                    db.prepare_cached(
                        "UPDATE deliveries SET claimant = ?3 WHERE issue = ?1 AND subscriber = ?2",
                    )?
                    .execute(params![number.0, subscriber, claimant.cast_signed()])?;
                    claims.push(claim);
                }
                Waiting::Unwanted => end_unclaimed(db, number, subscriber, State::Withdrawn, None, at)?,
                Waiting::Unaddressed(why) => {
                    end_unclaimed(db, number, subscriber, State::Rejected, Some(&why), at)?;
                }
            }
        }
    }
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

pub(super) fn record(
    db: &Connection,
    key: &IssueKey,
    claimant: u64,
    steps: &[Step],
    at: DateTime<Utc>,
) -> Result<Vec<bool>, Failure> {
    let issue = issues::known(db, key)?;
    let mut applied = Vec::with_capacity(steps.len());
    for step in steps {
        applied.push(match step {
            Step::Begin(subscriber) => begin(db, issue, *subscriber, claimant, at)?,
            Step::End(subscriber, outcome) => end(db, issue, *subscriber, claimant, outcome, at)?,
        });
    }
    Ok(applied)
}

/// Only in an issue that is being sent: one abandoned meanwhile begins no attempt.
fn begin(
    db: &Connection,
    Number(issue): Number,
    subscriber: SubscriberId,
    claimant: u64,
    at: DateTime<Utc>,
) -> Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE deliveries SET state = 2, attempts = attempts + 1,
                 first_attempt = coalesce(first_attempt, :at), changed = :at
             WHERE issue = :issue AND subscriber = (SELECT subscriber FROM subscribers WHERE id = :id)
                 AND claimant = :claimant AND state IN (0, 1)
                 AND (SELECT stage FROM issues WHERE issue = :issue) = 'sending'",
        )?
        .execute(named_params! {
            ":issue": issue, ":id": subscriber.0, ":claimant": claimant.cast_signed(), ":at": millis(at),
        })?;
    Ok(changed > 0)
}

/// What an outcome makes of a row.
struct End<'a> {
    state: State,
    /// The states that it ends, as an SQL list: nothing else is changed by it.
    from: &'static str,
    code: Option<u16>,
    reply: Option<&'a str>,
    due: i64,
    /// Whether the claimant stays, so that a late reply can settle it.
    held: bool,
}

impl<'a> End<'a> {
    /// Attempting, or claimed only: the server may have refused before the message.
    const CLAIMED: &'static str = "(0, 1, 2)";
    /// Attempting, or left uncertain and settled by a late reply.
    const BEGUN: &'static str = "(2, 5)";

    /// `None` for what ended nothing.
    fn of(outcome: &'a Outcome) -> Option<Self> {
        let answered = |state, from, reply: &'a Reply| Self {
            state,
            from,
            code: reply.code,
            reply: Some(&reply.text),
            due: 0,
            held: false,
        };
        Some(match outcome {
            Outcome::Accepted(reply) => answered(State::Accepted, Self::BEGUN, reply),
            Outcome::Rejected(reply) => answered(State::Rejected, "(0, 1, 2, 5)", reply),
            Outcome::Expired(reply) => answered(State::Expired, Self::CLAIMED, reply),
            Outcome::Deferred { reply, due } => {
                Self { due: millis(*due), ..answered(State::Deferred, Self::CLAIMED, reply) }
            }
            Outcome::Uncertain { why } => Self {
                state: State::Uncertain,
                from: "(2)",
                code: None,
                reply: Some(why),
                due: 0,
                held: true,
            },
            Outcome::Released => return None,
        })
    }
}

fn end(
    db: &Connection,
    issue: Number,
    subscriber: SubscriberId,
    claimant: u64,
    outcome: &Outcome,
    at: DateTime<Utc>,
) -> Result<bool> {
    let Some(end) = End::of(outcome) else {
        return release(db, issue, subscriber, claimant, at);
    };
    // A server that says no before the message was tried nonetheless: that counts as an attempt.
    let tried = matches!(outcome, Outcome::Deferred { .. } | Outcome::Rejected(_));
    let changed = db
        .prepare_cached(&format!(
            "UPDATE deliveries SET state = :state, code = :code, reply = :reply, due = :due, changed = :at,
                 attempts = attempts + (:tried AND state IN (0, 1)),
                 first_attempt = iif(:tried, coalesce(first_attempt, :at), first_attempt),
                 claimant = iif(:held, claimant, NULL)
             WHERE issue = :issue AND subscriber = (SELECT subscriber FROM subscribers WHERE id = :id)
                 AND claimant = :claimant AND state IN {}",
            end.from
        ))?
        .execute(named_params! {
            ":issue": issue.0, ":id": subscriber.0, ":claimant": claimant.cast_signed(), ":at": millis(at),
            ":state": code(end.state), ":code": end.code, ":reply": end.reply, ":due": end.due,
            ":tried": tried, ":held": end.held,
        })?;
    Ok(changed > 0)
}

/// An attempt taken back did not happen: no octet of the message was sent.
fn release(
    db: &Connection,
    Number(issue): Number,
    subscriber: SubscriberId,
    claimant: u64,
    at: DateTime<Utc>,
) -> Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE deliveries SET claimant = NULL,
                 attempts = attempts - (state = 2),
                 first_attempt = iif(state = 2 AND attempts = 1, NULL, first_attempt),
                 due = iif(state = 2, 0, due),
                 changed = iif(state = 2, :at, changed),
                 state = iif(state = 2, 0, state)
             WHERE issue = :issue AND subscriber = (SELECT subscriber FROM subscribers WHERE id = :id)
                 AND claimant = :claimant AND state IN (0, 1, 2)",
        )?
        .execute(named_params! {
            ":issue": issue, ":id": subscriber.0, ":claimant": claimant.cast_signed(), ":at": millis(at),
        })?;
    Ok(changed > 0)
}

pub(super) fn requeue(
    db: &Connection,
    key: &IssueKey,
    states: &[State],
    at: DateTime<Utc>,
) -> Result<u64, Failure> {
    let number = issues::known(db, key)?;
    let stage = issues::stage_of(db, number)?;
    if stage == Stage::Abandoned {
        return Err(Error::Closed { key: key.clone(), stage }.into());
    }
    let mut requeued = 0;
    for state in [State::Rejected, State::Uncertain, State::Expired] {
        if states.contains(&state) {
            requeued += db
                .prepare_cached(
                    "UPDATE deliveries SET state = 0, due = 0, claimant = NULL, changed = ?3
                     WHERE issue = ?1 AND state = ?2",
                )?
                .execute(params![number.0, code(state), millis(at)])?;
        }
    }
    if requeued > 0 {
        db.execute("UPDATE issues SET stage = 'sending', ended = NULL WHERE issue = ?1", [number.0])?;
    }
    Ok(requeued as u64)
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
        .prepare_cached(
            "SELECT s.address, d.state, d.attempts, d.changed, d.due, d.code, d.reply
             FROM deliveries AS d JOIN subscribers AS s USING (subscriber)
             WHERE d.issue = ?1 AND (?2 IS NULL OR d.state = ?2) ORDER BY s.address_key",
        )?
        .query_map(params![issue, state.map(code)], read_delivery)?
        .collect::<Result<_>>()?;
    Ok(deliveries)
}

fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
    let state = row.state("state")?;
    let (code, text) = (row.get::<_, Option<u16>>("code")?, row.get::<_, Option<String>>("reply")?);
    Ok(Delivery {
        address: row.parsed("address")?,
        state,
        attempts: row.get("attempts")?,
        changed: row.instant_if_any("changed")?,
        due: if state == State::Deferred { Some(row.instant("due")?) } else { None },
        reply: text.map(|text| code.map_or_else(|| text.clone(), |code| format!("{code} {text}"))),
    })
}
