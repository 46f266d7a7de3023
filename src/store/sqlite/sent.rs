//! What was mailed, by the minute.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Result, params};

use super::Failure;
use super::columns::{Columns as _, millis};
use super::issues::{self, Number};
use crate::issue::IssueKey;

const MINUTE: i64 = 60_000;

/// Counts messages that a server took, or may have taken.
pub(super) fn count(db: &Connection, Number(issue): Number, messages: u64, at: DateTime<Utc>) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO sent VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET messages = messages + ?3",
    )?
    .execute(params![millis(at) / MINUTE, issue, messages.cast_signed()])?;
    Ok(())
}

/// How many were mailed since then, to the whole minute, and how many are about to be: those that
/// runs have claimed which are alive.
pub(super) fn since(db: &Connection, since: DateTime<Utc>, at: DateTime<Utc>) -> Result<u64> {
    db.prepare_cached(
        "SELECT coalesce((SELECT sum(messages) FROM sent JOIN issues USING (issue)
                WHERE minute >= ?1 AND channel = 'smtp'), 0)
            + (SELECT count(*) FROM issues AS i JOIN deliveries AS d USING (issue)
                WHERE i.stage = 'sending' AND i.channel = 'smtp' AND i.leased > ?2 AND d.state < 3 AND d.claimant IS NOT NULL) AS count",
    )?
    .query_row([millis(since) / MINUTE, millis(at)], |row| row.count("count"))
}

pub(super) fn by_minute(
    db: &Connection,
    key: Option<&IssueKey>,
    since: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, u64)>, Failure> {
    let issue = key.map(|key| issues::known(db, key)).transpose()?.map(|Number(issue)| issue);
    let sent = db
        .prepare_cached(
            "SELECT minute * 60000 AS at, sum(messages) AS messages FROM sent JOIN issues USING (issue)
             WHERE minute >= ?1 AND (issue = ?2 OR ?2 IS NULL AND channel = 'smtp') GROUP BY minute ORDER BY minute",
        )?
        .query_map(params![millis(since) / MINUTE, issue], |row| {
            Ok((row.instant("at")?, row.count("messages")?))
        })?
        .collect::<Result<_>>()?;
    Ok(sent)
}
