//! The one thread that writes.
//!
//! What waits for it goes into one transaction, so that many connections share the cost of making
//! it durable; each request in a savepoint of its own, so that none undoes another's work. Nobody
//! hears of success before the commit.

use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, Transaction, TransactionBehavior};
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
    pub(super) fn start(mut db: Connection) -> std::io::Result<Self> {
        let (requests, queue) = mpsc::channel();
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || serve(&mut db, &queue))?;
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

fn serve(db: &mut Connection, queue: &mpsc::Receiver<Box<dyn Request>>) {
    while let Ok(first) = queue.recv() {
        let mut shared = vec![first];
        shared.extend(queue.try_iter().take(SHARED - 1));
        let commit = commit(db, &mut shared);
        for request in shared {
            request.answer(&commit);
        }
    }
}

fn commit(db: &mut Connection, shared: &mut [Box<dyn Request>]) -> Result<(), Failure> {
    let mut transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for request in shared {
        isolated(&mut transaction, request.as_mut())?;
    }
    transaction.commit()?;
    Ok(())
}

fn isolated(transaction: &mut Transaction<'_>, request: &mut dyn Request) -> Result<(), Failure> {
    let savepoint = transaction.savepoint()?;
    let keep = request.work(&savepoint);
    // On some errors (a full disk) SQLite has rolled back all of the transaction, the work of the
    // others too; what came next would stand alone.
    if savepoint.is_autocommit() {
        return Err(Failure::RolledBack);
    }
    if keep {
        savepoint.commit()?;
    } // Else it is rolled back as it is dropped.
    Ok(())
}
