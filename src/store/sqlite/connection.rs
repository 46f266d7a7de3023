//! Opening an SQLite file: how it is kept, and how old ones are brought up to date.

use std::path::Path;
use std::thread;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::Failure;
use crate::files;
use crate::store::Error;
use crate::subscriber::NoRandomness;

/// What brings a store to the next version: the first makes version 1. Never to be changed once
/// released, only added to.
const MIGRATIONS: [&str; LATEST as usize] = [
    include_str!("migrations/0001_subscribers_issues_deliveries.sql"),
    include_str!("migrations/0002_first_runs.sql"),
    include_str!("migrations/0003_copies.sql"),
    include_str!("migrations/0004_runs.sql"),
];

/// The version that the migrations lead to.
const LATEST: u16 = 4;

/// Says that an SQLite file is ours: "TIDI" (<https://www.sqlite.org/pragma.html#pragma_application_id>).
const APPLICATION_ID: i32 = 0x5449_4449;

/// How long to wait for another process that writes: an import of a million takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait between two tries, where SQLite does not wait itself.
const PAUSE: Duration = Duration::from_millis(10);

/// Opens the store to write into it; makes it where there is none.
pub(super) fn writing(path: &Path) -> Result<Connection, Failure> {
    files::make_private(path).map_err(Error::from)?;
    let mut db = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    db.busy_timeout(PATIENCE)?;
    refuse_foreign(&db, path)?;
    write_ahead(&db)?;
    // FULL, for a forgotten "accepted" would be a message sent twice.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    migrate(&mut db, path)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Readers and the writer do not wait for each other (<https://www.sqlite.org/wal.html>). Where
/// another process is about to do the same, SQLite would not wait either, so this does.
fn write_ahead(db: &Connection) -> rusqlite::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < PATIENCE => {
                thread::sleep(PAUSE);
                waited += PAUSE;
            }
            done => return done,
        }
    }
}

/// Opens the store beside the writer, to read from it only.
///
/// For SQLite the file is open for writing nonetheless: a mere reader would leave behind the files
/// of the write-ahead log that it has to make.
pub(super) fn reading(path: &Path) -> Result<Connection, Failure> {
    let db = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

/// Opens what is at `path` to look at it: the file itself, or where that is missing or of an
/// earlier version, an up to date copy in memory, of which there is one connection only.
pub(super) fn looking(path: &Path) -> Result<Looking, Failure> {
    let mut memory = Connection::open_in_memory()?;
    if files::exists(path).map_err(Error::from)? {
        let db = reading(path)?;
        refuse_foreign(&db, path)?;
        if version(&db)? == LATEST {
            return Ok(Looking::AtFile(db));
        }
        copy(&db, &mut memory)?;
    }
    migrate(&mut memory, path)?;
    memory.pragma_update(None, "query_only", true)?;
    Ok(Looking::AtCopy(memory))
}

pub(super) enum Looking {
    AtFile(Connection),
    AtCopy(Connection),
}

/// Copies a database as it is at one moment.
pub(super) fn copy(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    Backup::new(from, to)?.run_to_completion(i32::MAX, Duration::ZERO, None)
}

fn flags(access: OpenFlags) -> OpenFlags {
    // A connection stays with one thread at a time, so SQLite need not lock.
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn version(db: &Connection) -> rusqlite::Result<u16> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn refuse_foreign(db: &Connection, path: &Path) -> Result<(), Failure> {
    // One statement sees one moment, though another process makes the store meanwhile.
    let (id, version, tables): (i32, i64, i64) = db.query_row(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
         FROM pragma_application_id, pragma_user_version",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let store = path.display().to_string();
    if id != APPLICATION_ID && tables > 0 {
        return Err(Error::Foreign { store }.into());
    }
    if version > LATEST.into() {
        return Err(Error::Newer { store }.into());
    }
    Ok(())
}

fn migrate(db: &mut Connection, path: &Path) -> Result<(), Failure> {
    if version(db)? == LATEST {
        return Ok(());
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    refuse_foreign(&transaction, path)?;
    let from = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(from.into()) {
        transaction.execute_batch(migration)?;
    }
    if from == 0 {
        transaction.execute("INSERT INTO secrets VALUES ('tokens', ?1)", [secret()?])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.pragma_update(None, "user_version", LATEST)?;
    transaction.commit()?;
    Ok(())
}

fn secret() -> Result<[u8; 32], Failure> {
    let mut secret = [0; 32];
    SystemRandom::new().fill(&mut secret).map_err(|_| NoRandomness)?;
    Ok(secret)
}
