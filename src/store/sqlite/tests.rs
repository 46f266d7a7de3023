//! What is SQLite's own: the file, its versions, its commits. The rest is in the suite.

use std::os::unix::fs::PermissionsExt as _;

use rusqlite::ffi;
use tempfile::TempDir;

use super::*;
use crate::delivery::{Outcome, Reply};
use crate::files;
use crate::store::conformance::{Database, conformance};

struct OnDisk(TempDir);

impl OnDisk {
    fn path(&self) -> PathBuf {
        self.0.path().join("tidings.db")
    }

    fn look(&self) -> Result<Sqlite, Error> {
        Sqlite::open(&self.path(), Mode::ReadOnly)
    }

    /// Past the store, as a hand with `sqlite3` would.
    fn meddle(&self, sql: &str) {
        Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
    }

    /// The names and bytes of all files beside the store.
    fn snapshot(&self) -> Vec<(String, Vec<u8>)> {
        let names = files::names_in(self.0.path()).unwrap();
        names
            .into_iter()
            .map(|name| (name.clone(), files::read(&self.0.path().join(name)).unwrap()))
            .collect()
    }
}

impl Database for OnDisk {
    type Store = Sqlite;

    fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.path(), Mode::ReadWrite).unwrap()
    }
}

conformance!(OnDisk);

fn now() -> DateTime<Utc> {
    "2026-01-14T09:00:00Z".parse().unwrap()
}

fn key() -> IssueKey {
    "weekly@2026-01-14".parse().unwrap()
}

fn ask(limit: usize) -> Ask {
    Ask { claimant: 1, limit, quota: None, at: now() }
}

/// A store with an issue started for two, one of them accepted.
async fn sending() -> (OnDisk, Sqlite) {
    let database = OnDisk::fresh();
    let store = database.open();
    let confirmed =
        |text: &str| Entry { address: text.parse().unwrap(), name: None, status: Status::Confirmed };
    let entries = vec![confirmed("a@example.org"), confirmed("b@example.org")];
    store.import("main", entries, now()).await.unwrap();
    let issue = Issue {
        key: key(),
        subject: "The week".to_owned(),
        preheader: String::new(),
        language: "en".to_owned(),
        composed: now(),
        articles: Vec::new(),
        cut: Vec::new(),
        dropped: Vec::new(),
        html: "<p>Hello</p>".to_owned(),
        text: "Hello".to_owned(),
    };
    store.start(&issue, "main", Channel::Smtp, "example.org", now()).await.unwrap();
    let lease = Lease { claimant: 1, holder: "here".to_owned(), until: now() };
    store.take(&key(), lease, now()).await.unwrap();
    let who = store.claim(&key(), ask(1)).await.unwrap().claims[0].subscriber;
    let accepted = Outcome::Accepted(Reply { code: Some(250), text: "ok".to_owned() });
    store
        .record(&key(), 1, vec![Step::Begin { subscriber: who, at: now() }, Step::end(who, accepted)], now())
        .await
        .unwrap();
    (database, store)
}

#[tokio::test]
async fn only_its_owner_may_read_the_store_and_its_log() {
    let (database, _store) = sending().await;
    let names = files::names_in(database.0.path()).unwrap();
    assert_eq!(names, ["tidings.db", "tidings.db-shm", "tidings.db-wal"]);
    for name in names {
        let mode = std::fs::metadata(database.0.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_was_answered_is_on_the_disk() {
    let (database, store) = sending().await;
    let level = store.write(|db| Ok(db.pragma_query_value(None, "synchronous", |row| row.get::<_, i32>(0))?));
    assert_eq!(level.await.unwrap(), 2, "FULL, or a power cut forgets what was accepted");
    // The files as they are while the store is at work: all that a killed process would leave.
    let found = OnDisk::fresh();
    for (name, bytes) in database.snapshot() {
        files::write(&found.0.path().join(name), &bytes).unwrap();
    }
    let counts = found.open().counts(&key()).await.unwrap();
    assert_eq!((counts.of(State::Accepted), counts.of(State::Queued)), (1, 1));
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let (database, store) = sending().await;
    store.counts(&key()).await.unwrap();
    drop(store);
    assert_eq!(files::names_in(database.0.path()).unwrap(), ["tidings.db"]);
}

#[tokio::test]
async fn who_looks_at_a_missing_store_finds_it_empty_and_makes_no_file() {
    let database = OnDisk::fresh();
    let store = database.look().unwrap();
    assert_eq!(store.lists().await.unwrap(), []);
    assert_eq!(store.issues(None).await.unwrap(), []);
    assert_eq!(store.secret().await.unwrap().len(), 32);
    let address = "a@example.org".parse().unwrap();
    assert!(matches!(store.suppress(&address, "", now()).await, Err(Error::ReadOnly { .. })));
    drop(store);
    assert_eq!(database.snapshot(), []);
}

#[tokio::test]
async fn who_looks_at_a_store_changes_nothing() {
    let (database, store) = sending().await;
    drop(store);
    let before = database.snapshot();
    let store = database.look().unwrap();
    assert_eq!(store.counts(&key()).await.unwrap().total(), 2);
    assert!(matches!(store.claim(&key(), ask(1)).await, Err(Error::ReadOnly { .. })));
    drop(store);
    assert!(database.snapshot() == before);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let (database, store) = sending().await;
    for store in [store, database.look().unwrap(), OnDisk::fresh().look().unwrap()] {
        let written = store.read(|db| Ok(db.execute("DELETE FROM secrets", [])?)).await;
        assert!(matches!(written, Err(Error::ReadOnly { .. })));
    }
}

#[tokio::test]
async fn who_looks_while_another_sends_sees_what_is_durable() {
    let (database, store) = sending().await;
    let looking = database.look().unwrap();
    assert_eq!(looking.counts(&key()).await.unwrap().of(State::Queued), 1);
    store.claim(&key(), ask(1)).await.unwrap();
    store.unsubscribe("main", &"b@example.org".parse().unwrap(), now()).await.unwrap();
    assert_eq!(looking.recipients("main").await.unwrap(), 1);
}

#[tokio::test]
async fn an_old_store_is_brought_up_to_date_but_not_by_looking_at_it() {
    let database = OnDisk::fresh();
    assert!(files::make_private(&database.path()).unwrap());
    let before = database.snapshot();
    assert_eq!(database.look().unwrap().lists().await.unwrap(), []);
    assert!(database.snapshot() == before);
    assert_eq!(database.open().lists().await.unwrap(), []);
    assert!(database.snapshot() != before);
}

#[test]
fn what_is_no_store_or_a_later_one_is_refused_and_left_alone() {
    for (sql, bytes, says) in [
        ("CREATE TABLE notes (text)", &b""[..], "is no store of tidings"),
        ("", b"Dear diary, this is a long enough text, and no database at all.\n", "is no store of tidings"),
        (
            "PRAGMA application_id = 1414087753; PRAGMA user_version = 1000",
            b"",
            "was made by a later tidings",
        ),
    ] {
        let database = OnDisk::fresh();
        files::write(&database.path(), bytes).unwrap();
        if bytes.is_empty() {
            database.meddle(sql);
        }
        let before = database.snapshot();
        for mode in [Mode::ReadWrite, Mode::ReadOnly] {
            let error = Sqlite::open(&database.path(), mode).err().unwrap().to_string();
            assert!(error.contains(says) && error.contains("tidings.db"), "{error}");
        }
        assert!(database.snapshot() == before, "{says}");
    }
}

#[test]
fn many_may_open_a_new_store_at_once() {
    let database = OnDisk::fresh();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| database.open());
        }
    });
}

#[tokio::test]
async fn a_backup_is_a_private_store_of_its_own_and_replaces_no_file() {
    let (database, store) = sending().await;
    let copy = database.0.path().join("copies/tidings.db");
    store.backup(&copy).await.unwrap();
    let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let restored = Sqlite::open(&copy, Mode::ReadWrite).unwrap();
    assert_eq!(restored.counts(&key()).await.unwrap(), store.counts(&key()).await.unwrap());
    assert_eq!(restored.secret().await.unwrap(), store.secret().await.unwrap());
    assert_eq!(restored.check().await.unwrap(), Vec::<String>::new());
    assert!(matches!(store.backup(&copy).await, Err(Error::Exists(path)) if path == copy));
}

#[tokio::test]
async fn a_check_says_what_contradicts_itself() {
    for (sql, says) in [
        ("DELETE FROM secrets", "the secret of the unsubscribe links is missing"),
        (
            "UPDATE issues SET stage = 'finished', ended = 1",
            "weekly@2026-01-14 is finished, yet 1 of its deliveries",
        ),
        (
            "UPDATE deliveries SET state = 2, claimant = 1, attempts = 1;
             UPDATE issues SET stage = 'abandoned', ended = 1",
            "weekly@2026-01-14 is abandoned, yet 2 of its deliveries are being attempted",
        ),
        (
            "UPDATE subscribers SET list = 'other' WHERE subscriber = 1",
            "1 deliveries to subscribers of other lists",
        ),
        ("UPDATE deliveries SET state = 3, attempts = 0", "2 deliveries accepted without an attempt"),
        ("UPDATE deliveries SET attempts = 1, first_attempt = NULL", "2 attempts without a time"),
        ("UPDATE issues SET html = 'forged'", "the bytes of weekly@2026-01-14 are not those"),
        (
            "UPDATE subscribers SET address = 'nobody' WHERE subscriber = 1",
            "\"nobody\" on list \"main\" is no mail",
        ),
        ("UPDATE subscribers SET address_key = 'A@x.org' WHERE subscriber = 1", "is filed under another"),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM subscribers WHERE subscriber = 1",
            "1 rows of deliveries name a row",
        ),
    ] {
        let (database, store) = sending().await;
        // Where a constraint would stop the hand, damage would not.
        database.meddle(&format!("PRAGMA ignore_check_constraints = ON; {sql}"));
        let wrong = store.check().await.unwrap();
        assert!(wrong.iter().any(|sentence| sentence.contains(says)), "{sql}: {wrong:?}");
    }
}

#[tokio::test]
async fn damage_is_found() {
    let (database, store) = sending().await;
    drop(store);
    let mut bytes = files::read(&database.path()).unwrap();
    let (from, to) = (2 * 4096, 10 * 4096);
    bytes[from..to].fill(0xa5);
    files::write(&database.path(), &bytes).unwrap();
    match database.look() {
        Ok(store) => match store.check().await {
            Ok(wrong) => assert!(!wrong.is_empty()),
            Err(error) => assert!(matches!(error, Error::Damaged { .. }), "{error}"),
        },
        Err(error) => assert!(matches!(error, Error::Damaged { .. }), "{error}"),
    }
}

#[tokio::test]
async fn an_address_spoilt_in_the_store_costs_only_its_own_delivery() {
    let (database, store) = sending().await;
    database
        .meddle("UPDATE deliveries SET state = 0; UPDATE subscribers SET address = 'x' WHERE subscriber = 1");
    let claims = store.claim(&key(), ask(9)).await.unwrap();
    assert_eq!(claims.claims.len(), 1);
    assert_eq!(store.counts(&key()).await.unwrap().of(State::Rejected), 1);
}

#[tokio::test]
async fn a_claim_reads_only_what_is_waiting() {
    let (database, _store) = sending().await;
    let db = Connection::open(database.path()).unwrap();
    for (so, due) in claims::WAITING.into_iter().zip(["due>? AND due<?", "due=?"]) {
        let plan: Vec<String> = db
            .prepare(&format!("EXPLAIN QUERY PLAN {}", claims::waiting(so)))
            .unwrap()
            .query_map([1, 1, 1], |row| row.get("detail"))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(
            plan[0],
            format!("SEARCH d USING INDEX deliveries_open (issue=? AND claimant=? AND {due})")
        );
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{plan:?}");
    }
}

#[test]
fn what_sqlite_says_becomes_what_to_do() {
    for (code, says) in [
        (ffi::SQLITE_BUSY, "locked by another process: wait"),
        (ffi::SQLITE_FULL, "its disk is full: make room"),
        (ffi::SQLITE_READONLY, "can only be read here: look at the permissions"),
        (ffi::SQLITE_CANTOPEN, "cannot be opened: look at the permissions"),
        (ffi::SQLITE_NOTADB, "is no store of tidings: name another file"),
        (ffi::SQLITE_CORRUPT, "is damaged"),
        (ffi::SQLITE_IOERR, "disk I/O error"),
    ] {
        let failure = Failure::Sql(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        let error = failure.again().of(Path::new("/srv/tidings.db"));
        assert!(error.to_string().contains(says) && error.to_string().contains("/srv/tidings.db"), "{error}");
        assert_eq!(error.is_transient(), code == ffi::SQLITE_BUSY);
    }
}
