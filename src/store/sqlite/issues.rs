//! Started issues and what they carry.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Result, Row, named_params, params};

use super::Failure;
use super::columns::{Columns as _, millis};
use super::lists;
use crate::article::Identity;
use crate::issue::{CarriedArticle, Issue, IssueKey, Told};
use crate::store::{Channel, Error, Past, Stage, Started};

/// The number that other tables know an issue by.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) i64);

pub(super) fn number(db: &Connection, key: &IssueKey) -> Result<Option<Number>> {
    db.prepare_cached("SELECT issue FROM issues WHERE digest = ?1 AND date = ?2 AND number = ?3")?
        .query_row(params![key.digest, key.date.to_string(), key.number], |row| row.get(0).map(Number))
        .optional()
}

pub(super) fn known(db: &Connection, key: &IssueKey) -> Result<Number, Failure> {
    number(db, key)?.ok_or_else(|| Error::Unknown(key.clone()).into())
}

/// Keeps the issue, and queues a delivery for each recipient.
pub(super) fn start(
    db: &Connection,
    issue: &Issue,
    list: &str,
    channel: Channel,
    domain: &str,
    at: DateTime<Utc>,
) -> Result<u64, Failure> {
    let Number(number) = insert(db, issue, list, channel, Stage::Sending, at)?;
    db.execute("UPDATE issues SET domain = ?2 WHERE issue = ?1", params![number, domain])?;
    let recipients = db
        .prepare_cached(&format!(
            "INSERT INTO deliveries (issue, subscriber) SELECT ?2, subscriber FROM {} ORDER BY subscriber",
            lists::RECIPIENTS
        ))?
        .execute(params![list, number])?;
    Ok(recipients as u64)
}

pub(super) fn insert(
    db: &Connection,
    issue: &Issue,
    list: &str,
    channel: Channel,
    stage: Stage,
    at: DateTime<Utc>,
) -> Result<Number, Failure> {
    match started(db, &issue.key)? {
        Some(trial) if trial.channel.is_maildir() && channel == Channel::Smtp => forget(db, &issue.key)?,
        Some(_) => return Err(Error::Started(issue.key.clone()).into()),
        None => {}
    }
    db.prepare_cached(
        "INSERT INTO issues (digest, date, number, list, channel, stage, hash, subject, preheader, language,
             html, text, composed, started, ended)
         VALUES (:digest, :date, :number, :list, :channel, :stage, :hash, :subject, :preheader, :language,
             :html, :text, :composed, :started, :ended)",
    )?
    .execute(named_params! {
        ":digest": issue.key.digest, ":date": issue.key.date.to_string(), ":number": issue.key.number,
        ":list": list, ":channel": channel.name(), ":stage": stage.name(), ":hash": issue.hash(),
        ":subject": issue.subject, ":preheader": issue.preheader, ":language": issue.language,
        ":html": issue.html, ":text": issue.text, ":composed": millis(issue.composed),
        ":started": millis(at), ":ended": (stage != Stage::Sending).then(|| millis(at)),
    })?;
    let number = db.last_insert_rowid();
    let mut article = db.prepare_cached("INSERT INTO issue_articles VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut copies = db.prepare_cached("INSERT INTO issue_copies VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (position, carried) in (1_i64..).zip(&issue.articles) {
        let CarriedArticle { path, link, title, url, also } = carried;
        article.execute(params![number, position, path, link, title, url])?;
        for (copy, Identity { path, link }) in (1_i64..).zip(also) {
            copies.execute(params![number, position, copy, path, link])?;
        }
    }
    for (copy, Identity { path, link }) in (1_i64..).zip(&issue.dropped) {
        copies.execute(params![number, DROPPED, copy, path, link])?;
    }
    let mut cut = db.prepare_cached("INSERT INTO issue_cuts VALUES (?1, ?2, ?3, ?4)")?;
    for (position, Identity { path, link }) in (1_i64..).zip(&issue.cut) {
        cut.execute(params![number, position, path, link])?;
    }
    Ok(Number(number))
}

/// Removes an issue and all that hangs on it.
fn forget(db: &Connection, key: &IssueKey) -> Result<(), Failure> {
    let Number(number) = known(db, key)?;
    for table in ["sent", "deliveries", "issue_copies", "issue_articles", "issue_cuts", "issues"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE issue = ?1"))?.execute([number])?;
    }
    Ok(())
}

pub(super) fn started(db: &Connection, key: &IssueKey) -> Result<Option<Started>> {
    let Some(Number(number)) = number(db, key)? else { return Ok(None) };
    db.prepare_cached(&format!("{STARTED} WHERE issue = ?1"))?.query_row([number], read_started).optional()
}

pub(super) fn all_started(db: &Connection, digest: Option<&str>) -> Result<Vec<Started>> {
    db.prepare_cached(&format!(
        "{STARTED} WHERE ?1 IS NULL OR digest = ?1 ORDER BY started DESC, issue DESC"
    ))?
    .query_map([digest], read_started)?
    .collect()
}

const STARTED: &str =
    "SELECT digest, date, number, list, channel, stage, hash, subject, composed, started, ended, paused,
    domain, claimant, holder, leased,
    (SELECT count(*) FROM issue_articles AS a WHERE a.issue = issues.issue) AS articles FROM issues";

fn read_started(row: &Row<'_>) -> Result<Started> {
    Ok(Started {
        key: row.key()?,
        list: row.get("list")?,
        channel: row.channel()?,
        stage: row.stage()?,
        hash: row.get("hash")?,
        subject: row.get("subject")?,
        articles: row.count("articles")?,
        composed: row.instant("composed")?,
        started: row.instant("started")?,
        ended: row.instant_if_any("ended")?,
        paused: row.instant_if_any("paused")?,
        run: row.lease()?,
        domain: row.get("domain")?,
    })
}

pub(super) fn frozen(db: &Connection, key: &IssueKey) -> Result<Option<Issue>> {
    let Some(Number(number)) = number(db, key)? else { return Ok(None) };
    let articles = db
        .prepare_cached(
            "SELECT position, path, link, title, url FROM issue_articles WHERE issue = ?1 ORDER BY position",
        )?
        .query_map([number], |row| {
            Ok(CarriedArticle {
                path: row.get("path")?,
                link: row.get("link")?,
                title: row.get("title")?,
                url: row.get("url")?,
                also: copies(db, number, row.get("position")?)?,
            })
        })?
        .collect::<Result<_>>()?;
    let cut = db
        .prepare_cached("SELECT path, link FROM issue_cuts WHERE issue = ?1 ORDER BY position")?
        .query_map([number], read_identity)?
        .collect::<Result<_>>()?;
    db.prepare_cached(
        "SELECT subject, preheader, language, composed, html, text FROM issues WHERE issue = ?1",
    )?
    .query_row([number], |row| {
        Ok(Issue {
            key: key.clone(),
            subject: row.get("subject")?,
            preheader: row.get("preheader")?,
            language: row.get("language")?,
            composed: row.instant("composed")?,
            articles,
            cut,
            dropped: copies(db, number, DROPPED)?,
            html: row.get("html")?,
            text: row.get("text")?,
        })
    })
    .optional()
}

/// The position of what an editor dropped, which counts as carried without being so.
const DROPPED: i64 = 0;

/// The articles carried with the one at `position`.
fn copies(db: &Connection, number: i64, position: i64) -> Result<Vec<Identity>> {
    db.prepare_cached("SELECT path, link FROM issue_copies WHERE issue = ?1 AND position = ?2 ORDER BY copy")?
        .query_map([number, position], read_identity)?
        .collect()
}

fn read_identity(row: &Row<'_>) -> Result<Identity> {
    Ok(Identity { path: row.get("path")?, link: row.get("link")? })
}

pub(super) fn past(db: &Connection, digest: &str, channel: Channel) -> Result<Past> {
    let identities = |table: &str| -> Result<Vec<Identity>> {
        db.prepare_cached(&format!(
            "SELECT path, link FROM {table} JOIN issues USING (issue)
             WHERE digest = ?1 AND channel IN ('smtp', ?2) ORDER BY issue, position, copy"
        ))?
        .query_map([digest, channel.name()], read_identity)?
        .collect()
    };
    let (mailed, latest) = db
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE text <> '') AS mailed, max(composed) AS latest FROM issues
             WHERE digest = ?1 AND channel IN ('smtp', ?2)",
        )?
        .query_row([digest, channel.name()], |row| {
            Ok((row.count("mailed")?, row.instant_if_any("latest")?))
        })?;
    let carried = format!(
        "(SELECT issue, position, 0 AS copy, path, link FROM issue_articles
        UNION ALL SELECT issue, position, copy, path, link FROM issue_copies WHERE position <> {DROPPED})"
    );
    let dropped = format!("(SELECT * FROM issue_copies WHERE position = {DROPPED})");
    let cut = "(SELECT issue, position, 0 AS copy, path, link FROM issue_cuts)";
    let first_run = db
        .prepare_cached("SELECT min(at) AS at FROM first_runs WHERE digest = ?1 AND channel IN ('smtp', ?2)")?
        .query_row([digest, channel.name()], |row| row.instant_if_any("at"))?;
    Ok(Past {
        carried: identities(&carried)?,
        dropped: identities(&dropped)?,
        cut: identities(cut)?,
        mailed,
        latest,
        first_run,
    })
}

pub(super) fn told(
    db: &Connection,
    digest: &str,
    channel: Channel,
    since: DateTime<Utc>,
) -> Result<Vec<Told>> {
    db.prepare_cached(
        "SELECT digest, date, number, path, link, title FROM issue_articles JOIN issues USING (issue)
         WHERE digest = ?1 AND channel IN ('smtp', ?2) AND composed >= ?3 AND text <> '' ORDER BY issue, position",
    )?
    .query_map(params![digest, channel.name(), millis(since)], |row| {
        Ok(Told {
            issue: row.key()?,
            path: row.get("path")?,
            link: row.get("link")?,
            title: row.get("title")?,
        })
    })?
    .collect()
}

pub(super) fn note_run(db: &Connection, digest: &str, channel: Channel, at: DateTime<Utc>) -> Result<()> {
    db.prepare_cached("INSERT INTO first_runs VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![digest, channel.name(), millis(at)])?;
    Ok(())
}

pub(super) fn close(db: &Connection, key: &IssueKey, stage: Stage, at: DateTime<Utc>) -> Result<(), Failure> {
    let Number(number) = known(db, key)?;
    let before = stage_of(db, Number(number))?;
    if before == stage {
        return Ok(());
    }
    if before != Stage::Sending {
        return Err(Error::Closed { key: key.clone(), stage: before }.into());
    }
    let open = db
        .prepare_cached("SELECT count(*) AS open FROM deliveries WHERE issue = ?1 AND state < 3")?
        .query_row([number], |row| row.count("open"))?;
    if stage == Stage::Finished && open > 0 {
        return Err(Error::Open { key: key.clone(), open }.into());
    }
    db.prepare_cached("UPDATE issues SET stage = ?2, ended = ?3, paused = NULL WHERE issue = ?1")?
        .execute(params![number, stage.name(), millis(at)])?;
    Ok(())
}

pub(super) fn stage_of(db: &Connection, Number(number): Number) -> Result<Stage> {
    db.prepare_cached("SELECT stage FROM issues WHERE issue = ?1")?.query_row([number], |row| row.stage())
}
