//! Connections that only read, beside the one that writes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::Failure;
use super::connection::{self, Looking};

/// Where reads go.
pub(super) enum Readers {
    /// To the file; as many connections as there were reads at a time wait for the next.
    File { path: PathBuf, idle: Mutex<Vec<Connection>> },
    /// To a copy in memory, which is one connection's own.
    Copy(Mutex<Connection>),
}

impl Readers {
    pub(super) fn of(path: &Path) -> Self {
        Self::File { path: path.to_owned(), idle: Mutex::default() }
    }

    pub(super) fn looking(path: &Path) -> Result<Self, Failure> {
        Ok(match connection::looking(path)? {
            Looking::AtFile(db) => Self::File { path: path.to_owned(), idle: Mutex::new(vec![db]) },
            Looking::AtCopy(db) => Self::Copy(Mutex::new(db)),
        })
    }

    /// Reads from one moment of the store.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        match self {
            Self::Copy(db) => work(&held(db)),
            Self::File { path, idle } => {
                let waiting = held(idle).pop();
                let db = waiting.map_or_else(|| connection::reading(path), Ok)?;
                let moment = db.unchecked_transaction()?;
                let read = work(&moment);
                drop(moment);
                held(idle).push(db);
                read
            }
        }
    }
}

/// A thread that panicked while it held a connection has left it as it was: it only read.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
