//! A store in an SQLite file: one thread writes, readers read beside it.

mod columns;
mod connection;
mod lists;
mod issues;
mod sent;
mod runs;
mod claims;
mod steps;
mod deliveries;
mod care;
mod readers;
mod writer;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode};

use super::{
    Added, Ask, Channel, Claims, Counts, Entry, Error, Imported, Lease, ListCount, Past, Stage, Started,
    Step, Store, Suppression,
};
use crate::delivery::{Delivery, State};
use crate::issue::{Issue, IssueKey, Told};
use crate::subscriber::{NoRandomness, Status, Subscriber, SubscriberId};
use readers::Readers;
use writer::Writer;

/// What a caller is going to do with the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Change it: it is made where there is none, and brought up to date where it is old.
    ReadWrite,
    /// Look at it: no row changes, and where there is no file, none appears. A missing store is an
    /// empty one.
    ReadOnly,
}

/// A store in an SQLite file. Clones share it.
#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    path: PathBuf,
    readers: Readers,
    /// None where the store is only looked at.
    writer: Option<Writer>,
}

impl Sqlite {
    /// Opens the store at `path`.
    ///
    /// # Errors
    /// When the file cannot be opened or made, is not a store, or was made by a later tidings.
    pub fn open(path: &Path, mode: Mode) -> Result<Self, Error> {
        let open = || -> Result<Inner, Failure> {
            let (readers, writer) = match mode {
                Mode::ReadOnly => (Readers::looking(path)?, None),
                Mode::ReadWrite => {
                    let writer = Writer::start(connection::writing(path)?).map_err(|_| Failure::Stopped)?;
                    (Readers::of(path), Some(writer))
                }
            };
            Ok(Inner { path: path.to_owned(), readers, writer })
        };
        open().map(|inner| Self(Arc::new(inner))).map_err(|failure| failure.of(path))
    }

    /// Does `work` on the writer's thread, and returns when it is durable.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        let Inner { path, writer, .. } = &*self.0;
        let Some(writer) = writer else {
            return Err(Error::ReadOnly { store: path.display().to_string() });
        };
        writer.write(work).await.map_err(|failure| failure.of(path))
    }

    /// Does `work` on one moment of the store, off the runtime's threads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        let inner = Arc::clone(&self.0);
        let read = tokio::task::spawn_blocking(move || inner.readers.read(work)).await;
        read.unwrap_or(Err(Failure::Stopped)).map_err(|failure| failure.of(&self.0.path))
    }
}

impl Store for Sqlite {
    async fn secret(&self) -> Result<Vec<u8>, Error> {
        self.read(|db| {
            Ok(db.query_row("SELECT value FROM secrets WHERE purpose = 'tokens'", [], |row| row.get(0))?)
        })
        .await
    }

    async fn add(&self, list: &str, entry: Entry, at: DateTime<Utc>) -> Result<Added, Error> {
        let list = list.to_owned();
        self.write(move |db| lists::add(db, &list, &entry, at)).await
    }

    async fn import(&self, list: &str, entries: Vec<Entry>, at: DateTime<Utc>) -> Result<Imported, Error> {
        let list = list.to_owned();
        self.write(move |db| lists::import(db, &list, &entries, at)).await
    }

    async fn unsubscribe(
        &self,
        list: &str,
        address: &lettre::Address,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let (list, address) = (list.to_owned(), address.clone());
        self.write(move |db| Ok(lists::unsubscribe(db, &list, &address, at)?)).await
    }

    async fn unsubscribe_id(&self, id: SubscriberId, at: DateTime<Utc>) -> Result<Option<Subscriber>, Error> {
        self.write(move |db| Ok(lists::unsubscribe_id(db, id, at)?)).await
    }

    async fn suppress(
        &self,
        address: &lettre::Address,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let (address, reason) = (address.clone(), reason.to_owned());
        self.write(move |db| Ok(lists::suppress(db, &address, &reason, at)?)).await
    }

    async fn lift(&self, address: &lettre::Address) -> Result<bool, Error> {
        let address = address.clone();
        self.write(move |db| Ok(lists::lift(db, &address)?)).await
    }

    async fn suppressions(&self) -> Result<Vec<Suppression>, Error> {
        self.read(|db| Ok(lists::suppressions(db)?)).await
    }

    async fn subscribers(&self, list: &str, status: Option<Status>) -> Result<Vec<Subscriber>, Error> {
        let list = list.to_owned();
        self.read(move |db| Ok(lists::subscribers(db, &list, status)?)).await
    }

    async fn lists(&self) -> Result<Vec<ListCount>, Error> {
        self.read(|db| Ok(lists::lists(db)?)).await
    }

    async fn recipients(&self, list: &str) -> Result<u64, Error> {
        let list = list.to_owned();
        self.read(move |db| Ok(lists::recipients(db, &list)?)).await
    }

    async fn has_recipients(&self, list: &str) -> Result<bool, Error> {
        let list = list.to_owned();
        self.read(move |db| Ok(lists::has_recipients(db, &list)?)).await
    }

    async fn start(
        &self,
        issue: &Issue,
        list: &str,
        channel: Channel,
        domain: &str,
        at: DateTime<Utc>,
    ) -> Result<u64, Error> {
        let (issue, list, domain) = (issue.clone(), list.to_owned(), domain.to_owned());
        self.write(move |db| issues::start(db, &issue, &list, channel, &domain, at)).await
    }

    async fn adopt(
        &self,
        issue: &Issue,
        list: &str,
        channel: Channel,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (issue, list) = (issue.clone(), list.to_owned());
        self.write(move |db| issues::insert(db, &issue, &list, channel, Stage::Finished, at).map(drop)).await
    }

    async fn issue(&self, key: &IssueKey) -> Result<Option<Started>, Error> {
        let key = key.clone();
        self.read(move |db| Ok(issues::started(db, &key)?)).await
    }

    async fn frozen(&self, key: &IssueKey) -> Result<Option<Issue>, Error> {
        let key = key.clone();
        self.read(move |db| Ok(issues::frozen(db, &key)?)).await
    }

    async fn issues(&self, digest: Option<&str>) -> Result<Vec<Started>, Error> {
        let digest = digest.map(str::to_owned);
        self.read(move |db| Ok(issues::all_started(db, digest.as_deref())?)).await
    }

    async fn note_run(&self, digest: &str, channel: Channel, at: DateTime<Utc>) -> Result<(), Error> {
        let digest = digest.to_owned();
        self.write(move |db| Ok(issues::note_run(db, &digest, channel, at)?)).await
    }

    async fn past(&self, digest: &str, channel: Channel) -> Result<Past, Error> {
        let digest = digest.to_owned();
        self.read(move |db| Ok(issues::past(db, &digest, channel)?)).await
    }

    async fn told(&self, digest: &str, channel: Channel, since: DateTime<Utc>) -> Result<Vec<Told>, Error> {
        let digest = digest.to_owned();
        self.read(move |db| Ok(issues::told(db, &digest, channel, since)?)).await
    }

    async fn close(&self, key: &IssueKey, stage: Stage, at: DateTime<Utc>) -> Result<(), Error> {
        let key = key.clone();
        self.write(move |db| issues::close(db, &key, stage, at)).await
    }

    async fn take(&self, key: &IssueKey, lease: Lease, at: DateTime<Utc>) -> Result<u64, Error> {
        let key = key.clone();
        self.write(move |db| runs::take(db, &key, &lease, at)).await
    }

    async fn renew(&self, key: &IssueKey, claimant: u64, until: DateTime<Utc>) -> Result<bool, Error> {
        let key = key.clone();
        self.write(move |db| runs::renew(db, &key, claimant, until)).await
    }

    async fn leave(&self, key: &IssueKey, claimant: u64) -> Result<(), Error> {
        let key = key.clone();
        self.write(move |db| runs::leave(db, &key, claimant)).await
    }

    async fn pause(&self, key: &IssueKey, paused: bool, at: DateTime<Utc>) -> Result<bool, Error> {
        let key = key.clone();
        self.write(move |db| runs::pause(db, &key, paused, at)).await
    }

    async fn claim(&self, key: &IssueKey, ask: Ask) -> Result<Claims, Error> {
        let key = key.clone();
        self.write(move |db| claims::claim(db, &key, ask)).await
    }

    async fn record(
        &self,
        key: &IssueKey,
        claimant: u64,
        steps: Vec<Step>,
        at: DateTime<Utc>,
    ) -> Result<Vec<bool>, Error> {
        let key = key.clone();
        self.write(move |db| steps::record(db, &key, claimant, &steps, at)).await
    }

    async fn requeue(
        &self,
        key: &IssueKey,
        states: &[State],
        only: Option<&[lettre::Address]>,
        at: DateTime<Utc>,
    ) -> Result<u64, Error> {
        let (key, states, only) = (key.clone(), states.to_owned(), only.map(<[_]>::to_vec));
        self.write(move |db| deliveries::requeue(db, &key, &states, only.as_deref(), at)).await
    }

    async fn take_back(
        &self,
        key: &IssueKey,
        addresses: &[lettre::Address],
        since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (key, addresses) = (key.clone(), addresses.to_vec());
        self.write(move |db| deliveries::take_back(db, &key, &addresses, (since, at))).await
    }

    async fn next_due(&self, key: &IssueKey) -> Result<Option<DateTime<Utc>>, Error> {
        let key = key.clone();
        self.read(move |db| deliveries::next_due(db, &key)).await
    }

    async fn sent(
        &self,
        key: Option<&IssueKey>,
        since: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, u64)>, Error> {
        let key = key.cloned();
        self.read(move |db| sent::by_minute(db, key.as_ref(), since)).await
    }

    async fn counts(&self, key: &IssueKey) -> Result<Counts, Error> {
        let key = key.clone();
        self.read(move |db| deliveries::counts(db, &key)).await
    }

    async fn deliveries(&self, key: &IssueKey, state: Option<State>) -> Result<Vec<Delivery>, Error> {
        let key = key.clone();
        self.read(move |db| deliveries::deliveries(db, &key, state)).await
    }

    async fn slowest(&self, key: &IssueKey, limit: usize) -> Result<Vec<Delivery>, Error> {
        let key = key.clone();
        self.read(move |db| deliveries::slowest(db, &key, limit)).await
    }

    async fn check(&self) -> Result<Vec<String>, Error> {
        self.read(|db| Ok(care::check(db)?)).await
    }

    async fn backup(&self, to: &Path) -> Result<(), Error> {
        let to = to.to_owned();
        self.read(move |db| care::backup(db, &to)).await
    }
}

/// Why work in the database failed, before its file is named.
enum Failure {
    Sql(rusqlite::Error),
    Refused(Error),
    /// What others did in the same commit made SQLite take back all of it.
    RolledBack,
    /// The thread that was to do the work is gone.
    Stopped,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::Refused(error.into())
    }
}

impl Failure {
    fn of(self, path: &Path) -> Error {
        let store = path.display().to_string();
        match self {
            Self::Refused(error) => error,
            Self::RolledBack => {
                Error::Database { store, message: "the transaction was rolled back".to_owned() }
            }
            Self::Stopped => {
                Error::Database { store, message: "the thread that serves it is gone".to_owned() }
            }
            Self::Sql(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { store },
                Some(ErrorCode::DiskFull) => Error::Full { store },
                Some(ErrorCode::ReadOnly) => Error::ReadOnly { store },
                Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Error::Denied { store },
                Some(ErrorCode::NotADatabase) => Error::Foreign { store },
                Some(ErrorCode::DatabaseCorrupt) => Error::Damaged { store, message: error.to_string() },
                _ => Error::Database { store, message: error.to_string() },
            },
        }
    }

    /// The same, for one more of those who shared a commit.
    fn again(&self) -> Self {
        match self {
            Self::Sql(rusqlite::Error::SqliteFailure(error, text)) => {
                Self::Sql(rusqlite::Error::SqliteFailure(*error, text.clone()))
            }
            Self::Stopped => Self::Stopped,
            _ => Self::RolledBack,
        }
    }
}
