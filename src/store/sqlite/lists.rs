//! Subscribers and suppressions.

use chrono::{DateTime, Utc};
use lettre::Address;
use rusqlite::{Connection, OptionalExtension as _, Result, named_params, params};

use super::Failure;
use super::columns::{Columns as _, millis};
use crate::store::{Added, Entry, Imported, ListCount, Suppression};
use crate::subscriber::{Status, Subscriber, SubscriberId, address_key};

/// The recipients of list `?1`. Read in the order in which the rows lie: the index by list and address
/// would lead to each row of a large list at another place, which takes three times as long.
pub(super) const RECIPIENTS: &str = "subscribers AS s NOT INDEXED
     WHERE list = ?1 AND status = 'confirmed'
         AND NOT EXISTS (SELECT 1 FROM suppressions AS x WHERE x.address_key = s.address_key)";

/// KiB of the database to keep in memory during an import. Addresses and random ids come in no order of their
/// indexes, and pages that had to leave would be written to the log again and again.
const CACHE: i64 = 64 * 1024;
/// The same at other times: what SQLite takes by itself.
const USUAL_CACHE: i64 = 2000;

pub(super) fn add(db: &Connection, list: &str, entry: &Entry, at: DateTime<Utc>) -> Result<Added, Failure> {
    let key = address_key(&entry.address);
    if is_suppressed(db, &key)? {
        return Ok(Added::Suppressed);
    }
    let Some(before) = status_of(db, list, &key)? else {
        insert(db, list, entry, &key, at)?;
        return Ok(Added::New);
    };
    // Who asks again to join stays confirmed.
    let after =
        if before == Status::Confirmed && entry.status == Status::Pending { before } else { entry.status };
    db.prepare_cached(
        "UPDATE subscribers SET address = :address, name = coalesce(:name, name), status = :status,
             changed = iif(status = :status, changed, :at)
         WHERE list = :list AND address_key = :key",
    )?
    .execute(named_params! {
        ":list": list, ":key": key, ":address": entry.address.as_ref() as &str, ":name": entry.name,
        ":status": after.name(), ":at": millis(at),
    })?;
    Ok(if after == before { Added::Already } else { Added::Changed(before) })
}

pub(super) fn import(
    db: &Connection,
    list: &str,
    entries: &[Entry],
    at: DateTime<Utc>,
) -> Result<Imported, Failure> {
    db.pragma_update(None, "cache_size", -CACHE)?;
    let done = import_each(db, list, entries, at);
    db.pragma_update(None, "cache_size", -USUAL_CACHE)?;
    done
}

fn import_each(
    db: &Connection,
    list: &str,
    entries: &[Entry],
    at: DateTime<Utc>,
) -> Result<Imported, Failure> {
    let mut done = Imported::default();
    for entry in entries {
        let key = address_key(&entry.address);
        let before = status_of(db, list, &key)?;
        let counter = match (before, entry.status) {
            (Some(Status::Unsubscribed), Status::Unsubscribed) => &mut done.already,
            (Some(Status::Unsubscribed), _) => &mut done.unsubscribed,
            (Some(_), Status::Unsubscribed) => {
                set_status(db, list, &key, entry.status, at)?;
                &mut done.changed
            }
            (None, Status::Unsubscribed) => {
                insert(db, list, entry, &key, at)?;
                &mut done.unsubscribed
            }
            (_, _) if is_suppressed(db, &key)? => &mut done.suppressed,
            (None, _) => {
                insert(db, list, entry, &key, at)?;
                &mut done.added
            }
            (Some(Status::Pending), Status::Confirmed) => {
                set_status(db, list, &key, entry.status, at)?;
                &mut done.changed
            }
            (Some(_), _) => &mut done.already,
        };
        *counter += 1;
    }
    Ok(done)
}

pub(super) fn unsubscribe(db: &Connection, list: &str, address: &Address, at: DateTime<Utc>) -> Result<bool> {
    set_status(db, list, &address_key(address), Status::Unsubscribed, at)
}

pub(super) fn unsubscribe_id(
    db: &Connection,
    id: SubscriberId,
    at: DateTime<Utc>,
) -> Result<Option<Subscriber>> {
    db.prepare_cached(
        "UPDATE subscribers SET changed = iif(status = 'unsubscribed', changed, ?2), status = 'unsubscribed'
         WHERE id = ?1 RETURNING *",
    )?
    .query_row(params![id.0, millis(at)], |row| row.subscriber())
    .optional()
}

pub(super) fn subscribers(db: &Connection, list: &str, status: Option<Status>) -> Result<Vec<Subscriber>> {
    db.prepare_cached(
        "SELECT * FROM subscribers WHERE list = ?1 AND (?2 IS NULL OR status = ?2) ORDER BY subscriber",
    )?
    .query_map(params![list, status.map(Status::name)], |row| row.subscriber())?
    .collect()
}

pub(super) fn lists(db: &Connection) -> Result<Vec<ListCount>> {
    db.prepare_cached(
        "SELECT list, count(*) FILTER (WHERE status = 'pending') AS pending,
             count(*) FILTER (WHERE status = 'confirmed') AS confirmed,
             count(*) FILTER (WHERE status = 'unsubscribed') AS unsubscribed
         FROM subscribers GROUP BY list ORDER BY list",
    )?
    .query_map([], |row| {
        Ok(ListCount {
            list: row.get("list")?,
            pending: row.count("pending")?,
            confirmed: row.count("confirmed")?,
            unsubscribed: row.count("unsubscribed")?,
        })
    })?
    .collect()
}

pub(super) fn recipients(db: &Connection, list: &str) -> Result<u64> {
    db.prepare_cached(&format!("SELECT count(*) AS count FROM {RECIPIENTS}"))?
        .query_row([list], |row| row.count("count"))
}

pub(super) fn has_recipients(db: &Connection, list: &str) -> Result<bool> {
    db.prepare_cached(&format!("SELECT 1 FROM {RECIPIENTS} LIMIT 1"))?.exists([list])
}

pub(super) fn suppress(db: &Connection, address: &Address, reason: &str, at: DateTime<Utc>) -> Result<bool> {
    let added = db
        .prepare_cached("INSERT OR IGNORE INTO suppressions (address_key, reason, at) VALUES (?1, ?2, ?3)")?
        .execute(params![address_key(address), reason, millis(at)])?;
    Ok(added > 0)
}

pub(super) fn lift(db: &Connection, address: &Address) -> Result<bool> {
    let removed = db
        .prepare_cached("DELETE FROM suppressions WHERE address_key = ?1")?
        .execute([address_key(address)])?;
    Ok(removed > 0)
}

pub(super) fn suppressions(db: &Connection) -> Result<Vec<Suppression>> {
    db.prepare_cached("SELECT address_key, reason, at FROM suppressions ORDER BY at, address_key")?
        .query_map([], |row| {
            Ok(Suppression {
                address: row.parsed("address_key")?,
                reason: row.get("reason")?,
                at: row.instant("at")?,
            })
        })?
        .collect()
}

fn insert(db: &Connection, list: &str, entry: &Entry, key: &str, at: DateTime<Utc>) -> Result<(), Failure> {
    db.prepare_cached(
        "INSERT INTO subscribers (id, list, address, address_key, name, status, joined, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )?
    .execute(params![
        SubscriberId::random()?.0,
        list,
        entry.address.as_ref() as &str,
        key,
        entry.name,
        entry.status.name(),
        millis(at)
    ])?;
    Ok(())
}

fn status_of(db: &Connection, list: &str, key: &str) -> Result<Option<Status>> {
    db.prepare_cached("SELECT status FROM subscribers WHERE list = ?1 AND address_key = ?2")?
        .query_row([list, key], |row| row.status())
        .optional()
}

/// Whether that changed anything.
fn set_status(db: &Connection, list: &str, key: &str, status: Status, at: DateTime<Utc>) -> Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE subscribers SET status = ?3, changed = ?4
             WHERE list = ?1 AND address_key = ?2 AND status <> ?3",
        )?
        .execute(params![list, key, status.name(), millis(at)])?;
    Ok(changed > 0)
}

fn is_suppressed(db: &Connection, key: &str) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM suppressions WHERE address_key = ?1")?.exists([key])
}
