//! Steps: attempts begun and ended. The numbers in the SQL are those of `deliveries.state`, as the
//! first migration explains them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Result, named_params};

use super::Failure;
use super::columns::{code, millis};
use super::issues::{self, Number};
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
