//! Steps: attempts begun and ended. The numbers in the SQL are those of `deliveries.state`, as the
//! first migration explains them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Result, named_params, params};

use super::Failure;
use super::columns::{code, millis};
use super::issues::{self, Number};
use super::sent;
use crate::delivery::{Outcome, Reply, State};
use crate::issue::IssueKey;
use crate::store::Step;
use crate::subscriber::SubscriberId;

pub(super) fn record(
    db: &Connection,
    key: &IssueKey,
    claimant: u64,
    steps: &[Step],
    at: DateTime<Utc>,
) -> Result<Vec<bool>, Failure> {
    let issue = issues::known(db, key)?;
    let mut applied = Vec::with_capacity(steps.len());
    let mut mailed = 0;
    for step in steps {
        applied.push(match step {
            Step::Begin { subscriber, at: first } => begin(db, issue, *subscriber, claimant, (*first, at))?,
            Step::End { subscriber, outcome, waited } => {
                let ended = end(db, issue, *subscriber, claimant, (outcome, *waited), at)?;
                // What may have been taken counts as what was, and a late reply to it tells of nothing new.
                let is_mail = matches!(outcome, Outcome::Accepted(_) | Outcome::Uncertain { .. });
                mailed += u64::from(is_mail && ended == Ended::Now);
                ended != Ended::No
            }
        });
    }
    if mailed > 0 {
        sent::count(db, issue, mailed, at)?;
    }
    Ok(applied)
}

/// Only in an issue that is being sent, and by this run: one abandoned, paused or taken by another meanwhile begins no
/// attempt.
fn begin(
    db: &Connection,
    Number(issue): Number,
    subscriber: SubscriberId,
    claimant: u64,
    (first, at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE deliveries SET state = 2, attempts = attempts + 1,
                 first_attempt = coalesce(first_attempt, :first), changed = :at
             WHERE issue = :issue AND subscriber = (SELECT subscriber FROM subscribers WHERE id = :id)
                 AND claimant = :claimant AND state IN (0, 1)
                 AND EXISTS (SELECT 1 FROM issues WHERE issue = :issue
                     AND stage = 'sending' AND paused IS NULL AND claimant = :claimant)",
        )?
        .execute(named_params! {
            ":issue": issue, ":id": subscriber.0, ":claimant": claimant.cast_signed(), ":first": millis(first), ":at": millis(at),
        })?;
    Ok(changed > 0)
}

/// What an outcome makes of a row.
struct End<'a> {
    state: State,
    /// The states that it ends, as an SQL list: nothing else is changed by it.
    from: &'static str,
    /// Whether, coming late, it settles what was left uncertain.
    settles: bool,
    code: Option<u16>,
    reply: Option<&'a str>,
    due: i64,
    /// Whether the claimant stays, so that a late reply can settle it.
    held: bool,
}

impl<'a> End<'a> {
    /// Attempting, or claimed only: the server may have refused before the message.
    const CLAIMED: &'static str = "(0, 1, 2)";

    /// `None` for what ended nothing.
    fn of(outcome: &'a Outcome) -> Option<Self> {
        let state = outcome.state();
        let answered = |from, reply: &'a Reply| Self {
            state,
            from,
            settles: matches!(state, State::Accepted | State::Rejected),
            code: reply.code,
            reply: Some(&reply.text),
            due: 0,
            held: false,
        };
        Some(match outcome {
            Outcome::Accepted(reply) => answered("(2)", reply),
            Outcome::Rejected(reply) | Outcome::Undeliverable(reply) | Outcome::Expired(reply) => {
                answered(Self::CLAIMED, reply)
            }
            Outcome::Deferred { reply, due } => Self { due: millis(*due), ..answered(Self::CLAIMED, reply) },
            Outcome::Uncertain { why } => {
                Self { state, from: "(2)", settles: false, code: None, reply: Some(why), due: 0, held: true }
            }
            Outcome::Released => return None,
        })
    }
}

fn end(
    db: &Connection,
    issue: Number,
    subscriber: SubscriberId,
    claimant: u64,
    (outcome, waited): (&Outcome, Option<Duration>),
    at: DateTime<Utc>,
) -> Result<Ended> {
    let Some(end) = End::of(outcome) else {
        return release(db, issue, subscriber, claimant, at).map(Ended::when);
    };
    // A server that says no before the message was tried nonetheless: that counts as an attempt.
    let tried =
        matches!(outcome, Outcome::Deferred { .. } | Outcome::Rejected(_) | Outcome::Undeliverable(_));
    let update = |from: &str| {
        db.prepare_cached(&format!(
            "UPDATE deliveries SET state = :state, code = :code, reply = :reply, due = :due, changed = :at, waited = :waited,
                 attempts = attempts + (:tried AND state IN (0, 1)),
                 first_attempt = iif(:tried, coalesce(first_attempt, :at), first_attempt),
                 claimant = iif(:held, claimant, NULL)
             WHERE issue = :issue AND subscriber = (SELECT subscriber FROM subscribers WHERE id = :id)
                 AND claimant = :claimant AND state IN {from}",
        ))?
        .execute(named_params! {
            ":issue": issue.0, ":id": subscriber.0, ":claimant": claimant.cast_signed(), ":at": millis(at),
            ":state": code(end.state), ":code": end.code, ":reply": end.reply, ":due": end.due,
            ":tried": tried, ":held": end.held,
            ":waited": waited.map(|time| u32::try_from(time.as_millis()).unwrap_or(u32::MAX)),
        })
    };
    let ended = match (update(end.from)?, end.settles) {
        (1.., _) => Ended::Now,
        (0, true) if update("(5)")? > 0 => Ended::Late,
        _ => Ended::No,
    };
    if let (Ended::Now | Ended::Late, Outcome::Undeliverable(reply)) = (ended, outcome) {
        suppress(db, issue, subscriber, reply, at)?;
    }
    Ok(ended)
}

/// Whether an outcome changed its row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// No: the row is not this run's, or has ended.
    No,
    /// Yes.
    Now,
    /// Yes: it was uncertain until now.
    Late,
}

impl Ended {
    fn when(is_ended: bool) -> Self {
        if is_ended { Self::Now } else { Self::No }
    }
}

/// Suppresses the address of a subscriber, which a mail server says does not exist.
fn suppress(
    db: &Connection,
    Number(issue): Number,
    subscriber: SubscriberId,
    reply: &Reply,
    at: DateTime<Utc>,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO suppressions SELECT address_key, ?3, ?4 FROM subscribers WHERE id = ?1
             AND (SELECT channel FROM issues WHERE issue = ?2) = 'smtp' ON CONFLICT DO NOTHING",
    )?
    .execute(params![subscriber.0, issue, reply.to_string(), millis(at)])?;
    Ok(())
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
