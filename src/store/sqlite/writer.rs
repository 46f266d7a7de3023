//! The one thread that writes.
//!
//! What waits for it goes into one transaction, so that many connections share the cost of making
//! it durable; each request in a savepoint of its own, so that none undoes another's work. Nobody
//! hears of success before the commit.

use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Failure;

/// The most requests of one commit: what comes later shall not wait for ever.
const SHARED: usize = 256;

/// A door to the thread; it ends when this is dropped and its work is done.
pub(super) struct Writer {
    requests: Option<mpsc::Sender<Box<dyn Request>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(db: Connection) -> std::io::Result<Self> {
        let (requests, queue) = mpsc::channel();
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || serve(&db, &queue))?;
        Ok(Self { requests: Some(requests), thread: Some(thread) })
    }

    /// Does `work`, and returns when it is durable.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let request = Pending { work: Some(work), done: None, answer };
        if let Some(requests) = &self.requests {
            // Where the thread is gone, so is the answer.
            let _ = requests.send(Box::new(request));
        }
        answered.await.unwrap_or(Err(Failure::Stopped))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // It has answered everybody; what went wrong in it, they know.
            let _ = thread.join();
        }
    }
}

/// Work that waits for its commit.
trait Request: Send {
    /// Does the work; whether it is to be kept.
    fn work(&mut self, db: &Connection) -> bool;
    /// Why the work failed.
    fn failure(&self) -> Failure;
    /// Tells the caller how the work went, or why its commit did not.
    fn answer(self: Box<Self>, commit: &Result<(), Failure>);
}

struct Pending<T, W> {
    work: Option<W>,
    done: Option<Result<T, Failure>>,
    answer: oneshot::Sender<Result<T, Failure>>,
}

impl<T: Send, W: FnOnce(&Connection) -> Result<T, Failure> + Send> Request for Pending<T, W> {
    fn work(&mut self, db: &Connection) -> bool {
        self.done = self.work.take().map(|work| work(db));
        matches!(self.done, Some(Ok(_)))
    }

    fn failure(&self) -> Failure {
        match &self.done {
            Some(Err(failure)) => failure.again(),
            _ => Failure::RolledBack,
        }
    }

    fn answer(self: Box<Self>, commit: &Result<(), Failure>) {
        let answer = match (self.done, commit) {
            (Some(Err(failure)), _) => Err(failure),
            (_, Err(failure)) => Err(failure.again()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(Failure::Stopped),
        };
        // A caller that no longer listens was cancelled; its work is done all the same.
        let _ = self.answer.send(answer);
    }
}

fn serve(db: &Connection, queue: &mpsc::Receiver<Box<dyn Request>>) {
    while let Ok(first) = queue.recv() {
        let mut shared = vec![first];
        shared.extend(queue.try_iter().take(SHARED - 1));
        let commit = commit(db, &mut shared);
        for request in shared {
            request.answer(&commit);
        }
    }
}

fn commit(db: &Connection, shared: &mut [Box<dyn Request>]) -> Result<(), Failure> {
    run(db, "BEGIN IMMEDIATE")?;
    let done = work(db, shared).and_then(|()| Ok(run(db, "COMMIT")?));
    if done.is_err() {
        // Some errors (a full disk) have rolled it back already, and the first error tells more than the next.
        let _ = run(db, "ROLLBACK");
    }
    done
}

fn work(db: &Connection, shared: &mut [Box<dyn Request>]) -> Result<(), Failure> {
    if let [alone] = shared {
        // The transaction is its own.
        return if alone.work(db) { Ok(()) } else { Err(alone.failure()) };
    }
    shared.iter_mut().try_for_each(|request| isolated(db, request.as_mut()))
}

fn isolated(db: &Connection, request: &mut dyn Request) -> Result<(), Failure> {
    run(db, "SAVEPOINT request")?;
    let keep = request.work(db);
    // On some errors (a full disk) SQLite has rolled back all of the transaction, the work of the
    // others too; what came next would stand alone.
    if db.is_autocommit() {
        return Err(request.failure());
    }
    if !keep {
        run(db, "ROLLBACK TO request")?;
    }
    Ok(run(db, "RELEASE request")?)
}

/// Runs a statement that is prepared once: rusqlite's own transactions prepare theirs each time, which a commit that
/// takes a tenth of a millisecond feels.
fn run(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A writer on a table of notes, and a connection beside it.
    fn notes() -> (TempDir, Writer, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let db = Connection::open(folder.path().join("notes.db")).unwrap();
            db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS notes (text)").unwrap();
            db
        };
        let (writing, reading) = (open(), open());
        // Room for a few pages more, and then the disk is full.
        writing.pragma_update(None, "max_page_count", 10).unwrap();
        (folder, Writer::start(writing).unwrap(), reading)
    }

    fn count(db: &Connection) -> u64 {
        db.query_row("SELECT count(*) FROM notes", [], |row| row.get::<_, u32>(0)).unwrap().into()
    }

    fn note(db: &Connection, length: u32) -> Result<u64, Failure> {
        db.execute("INSERT INTO notes VALUES (zeroblob(?1))", [length])?;
        Ok(count(db))
    }

    /// Keeps the writer busy until `others` have been asked for once, so that they wait together.
    async fn together<T>(writer: &Writer, others: impl Future<Output = T>) -> T {
        let (starts, started) = oneshot::channel();
        let (busy, waiting) = mpsc::channel::<()>();
        let first = writer.write(move |_| {
            let _ = starts.send(());
            let _ = waiting.recv();
            Ok(())
        });
        let then = async {
            started.await.unwrap();
            tokio::join!(biased; others, async { drop(busy) }).0
        };
        let (first, others) = tokio::join!(first, then);
        assert!(first.is_ok());
        others
    }

    #[tokio::test]
    async fn what_waits_together_is_committed_together() {
        let (_folder, writer, reading) = notes();
        let last = writer.write(move |db| Ok((count(db), count(&reading))));
        let others = async {
            tokio::join!(biased; writer.write(|db| note(db, 1)), writer.write(|db| note(db, 1)), last)
        };
        let (first, second, last) = together(&writer, others).await;
        assert!(first.is_ok() && second.is_ok());
        // The last sees what nobody beside the writer has seen yet.
        assert!(matches!(last, Ok((2, 0))));
    }

    #[tokio::test]
    async fn who_fails_is_undone_alone() {
        let (_folder, writer, reading) = notes();
        let fails = writer.write(|db| {
            note(db, 1)?;
            Err::<u64, _>(Failure::Stopped)
        });
        let (one, failed, two) =
            tokio::join!(writer.write(|db| note(db, 1)), fails, writer.write(|db| note(db, 1)));
        assert!(one.is_ok() && failed.is_err() && matches!(two, Ok(2)));
        assert_eq!(count(&reading), 2);
    }

    #[tokio::test]
    async fn who_fails_without_company_is_undone_and_the_next_begins_anew() {
        let (_folder, writer, reading) = notes();
        let fails = writer.write(|db| {
            note(db, 1)?;
            Err::<u64, _>(Failure::Stopped)
        });
        assert!(fails.await.is_err());
        assert_eq!(count(&reading), 0);
        assert!(matches!(writer.write(|db| note(db, 1)).await, Ok(1)));
        assert_eq!(count(&reading), 1);
    }

    #[tokio::test]
    async fn a_full_disk_is_nobodys_success_and_nobodys_end() {
        let (_folder, writer, reading) = notes();
        let fits = writer.write(|db| note(db, 1));
        let does_not = writer.write(|db| note(db, 1_000_000));
        let after = writer.write(|db| note(db, 1));
        let others = async { tokio::join!(biased; fits, does_not, after) };
        let (fits, does_not, after) = together(&writer, others).await;
        assert!(does_not.is_err());
        // Whether SQLite took all back or only the one, nobody was told what is not so.
        let told = [&fits, &after].into_iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(count(&reading), told as u64);
        assert!(writer.write(|db| note(db, 1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_stops_nobody() {
        let (_folder, writer, reading) = notes();
        let (busy, waiting) = mpsc::channel::<()>();
        let slow = writer.write(move |db| {
            let _ = waiting.recv();
            note(db, 1)
        });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), slow).await.is_err());
        drop(busy);
        assert!(matches!(writer.write(|db| note(db, 1)).await, Ok(2)));
        assert_eq!(count(&reading), 2);
    }
}
