use std::collections::HashSet;
use std::sync::Mutex as SyncMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};

mod away;
mod holds;
mod refusals;

use super::*;
use crate::config::{List, Mail, Rate, Tls};
use crate::delivery::{Claim, Outcome, Reply};
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::message::Mailing;
use crate::sender::script::{Act, Server};
use crate::sender::{Memory, Stop, check, send_copy};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Ask, Channel, Counts, Entry, Step};
use crate::subscriber::{Status, Token, TokenKey};

/// A started issue to subscribers `s0@example.org`, `s1@example.org`, …
struct Started {
    store: Sqlite,
    key: IssueKey,
    issue: Issue,
    events: Arc<SyncMutex<Vec<Event>>>,
    _folder: tempfile::TempDir,
}

async fn started(subscribers: usize) -> Started {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("tidings.db"), Mode::ReadWrite).unwrap();
    let entries = (0..subscribers).map(|number| Entry {
        address: format!("s{number}@example.org").parse().unwrap(),
        name: None,
        status: Status::Confirmed,
    });
    store.import("main", entries.collect(), clock::wall()).await.unwrap();
    let link = format!("https://news.example.org/mail/unsubscribe/{}", Token::PLACEHOLDER);
    let issue = Issue {
        key: "weekly@2026-01-14".parse().unwrap(),
        subject: "News".to_owned(),
        preheader: String::new(),
        language: "en".to_owned(),
        composed: clock::wall(),
        articles: Vec::new(),
        cut: Vec::new(),
        dropped: Vec::new(),
        html: format!("<a href=\"{link}\">leave</a>"),
        text: format!("{link}\n"),
    };
    store.start(&issue, "main", Channel::Smtp, "example.org", clock::wall()).await.unwrap();
    Started { store, key: issue.key.clone(), issue, events: Arc::default(), _folder: folder }
}

impl Started {
    fn run(&self, transport: Transport, mail: &Mail) -> Run<Sqlite> {
        let list = List {
            name: "main".to_owned(),
            title: "The Post".to_owned(),
            id: "main.example.org".to_owned(),
            reason: String::new(),
            archive: None,
            subscribe: None,
        };
        let events = Arc::clone(&self.events);
        Run {
            store: self.store.clone(),
            key: self.key.clone(),
            claimant: clock::wall().timestamp_micros().unsigned_abs(),
            holder: "here".to_owned(),
            mailing: Mailing::new(&self.issue, mail, &list, None, None).unwrap(),
            tokens: TokenKey::new(b"secret"),
            transport,
            connections: mail.connections,
            rate: mail.rate,
            daily_limit: None,
            hours: None,
            limit: None,
            retry_for: mail.retry_for,
            stop: Stop::new(),
            watch: Box::new(move |event| events.lock().unwrap().push(event)),
        }
    }

    /// Delivers to `server` over two connections.
    async fn to(&self, server: &Server) -> Result<Report, Error> {
        deliver(self.over(server, 2)).await
    }

    fn over(&self, server: &Server, connections: usize) -> Run<Sqlite> {
        let mail = Mail { connections, ..server.mail(Tls::None, false) };
        self.run(Transport::Smtp(Arc::new(server.relay(Tls::None, false))), &mail)
    }

    /// What an earlier run, 1, claimed and died with.
    async fn claim(&self, limit: usize) -> Vec<Claim> {
        let lease = Lease { claimant: 1, holder: "here".to_owned(), until: clock::wall() };
        self.store.take(&self.key, lease, clock::wall()).await.unwrap();
        let ask = Ask { claimant: 1, limit, quota: None, at: clock::wall() };
        self.store.claim(&self.key, ask).await.unwrap().claims
    }

    async fn counts(&self) -> Counts {
        self.store.counts(&self.key).await.unwrap()
    }
}

fn counts(counts: &[(State, u64)]) -> Counts {
    Counts(counts.iter().copied().collect())
}

fn nonzero(counts: &Counts) -> Counts {
    Counts(counts.0.iter().filter(|(_, count)| **count > 0).map(|(state, count)| (*state, *count)).collect())
}

/// Whom the messages are to, in order.
fn recipients(messages: &[String]) -> Vec<&str> {
    let mut to: Vec<&str> = messages.iter().map(|message| header(message, "To: ")).collect();
    to.sort_unstable();
    to
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    message.lines().find_map(|line| line.strip_prefix(name)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_gets_one_message_and_the_run_ends() {
    let (started, server) = (started(120).await, Server::start(false, |_, _| None).await);
    let report = started.to(&server).await.unwrap();
    assert!(report.left.is_none());
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 120)]));
    let messages = server.messages();
    assert_eq!(recipients(&messages).into_iter().collect::<HashSet<_>>().len(), 120);
    assert_eq!(messages.len(), 120);
    let ids: HashSet<&str> = messages.iter().map(|message| header(message, "Message-ID: ")).collect();
    assert_eq!(ids.len(), 120);
    assert_eq!(server.connections(), 2);
    let events = started.events.lock().unwrap();
    assert!(events.iter().all(|event| !format!("{event:?}").contains("s1")), "addresses are masked");
}

#[tokio::test]
async fn a_run_with_nothing_open_connects_to_nobody() {
    let (started, server) = (started(0).await, Server::start(false, |_, _| None).await);
    assert!(started.to(&server).await.unwrap().left.is_none());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn who_is_deferred_gets_the_same_message_later_in_the_same_run() {
    let known = SyncMutex::new(HashSet::new());
    let server = Server::start(false, move |_, command| match command {
        // As greylisting does: not the first time.
        _ if command.starts_with("RCPT") && known.lock().unwrap().insert(command.to_owned()) => {
            Some(Act::Say("451 4.7.1 Greylisted\r\n"))
        }
        _ => None,
    })
    .await;
    let started = started(5).await;
    // The first pause is a quarter of a second: long after the others are tried.
    let run = Run { retry_for: Duration::from_mins(1), ..started.over(&server, 2) };
    let report = deliver(run).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 5)]));
    assert!(started.events.lock().unwrap().iter().any(|event| matches!(event, Event::Waiting { .. })));
    for delivery in started.store.deliveries(&started.key, None).await.unwrap() {
        assert_eq!(delivery.attempts, 2);
    }
}

#[tokio::test]
async fn a_later_attempt_has_the_date_and_the_id_of_the_first() {
    let server = Server::start(false, |number, command| match (number, command) {
        (1, ".") => Some(Act::Close("451 4.3.0 Later\r\n")),
        _ => None,
    })
    .await;
    let started = started(1).await;
    let id = started.claim(1).await[0].subscriber;
    let first: DateTime<Utc> = "2026-01-14T09:00:00Z".parse().unwrap();
    let steps = vec![
        Step::Begin { subscriber: id, at: first },
        Step::end(id, Outcome::Deferred { reply: Reply { code: None, text: String::new() }, due: first }),
    ];
    started.store.record(&started.key, 1, steps, first).await.unwrap();
    // The first attempt was long ago: this run has its own time for the next ones.
    let report = started.to(&server).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 1)]));
    let expected = crate::message::message_id(&started.issue.hash(), id, "example.org");
    let messages = server.messages();
    assert_eq!(messages.len(), 2);
    for message in &messages {
        assert_eq!(header(message, "Date: "), "Wed, 14 Jan 2026 09:00:00 +0000");
        assert_eq!(header(message, "Message-ID: "), format!("<{expected}>"));
    }
}

#[tokio::test]
async fn who_is_deferred_for_too_long_expires() {
    let server = Server::start(false, |_, command| {
        command.contains("s1@").then_some(Act::Say("450 4.2.1 Mailbox busy\r\n"))
    })
    .await;
    let started = started(3).await;
    let report = started.to(&server).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 2), (State::Expired, 1)]));
}

#[tokio::test]
async fn a_message_without_a_reply_is_held_as_uncertain_and_blocks_nobody() {
    let server =
        Server::start(false, |number, command| (number == 1 && command == ".").then_some(Act::Close("")))
            .await;
    let started = started(4).await;
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 3), (State::Uncertain, 1)]));
    assert_eq!(server.messages().len(), 4);
    let again = started.to(&server).await.unwrap();
    assert_eq!(again.counts, report.counts);
    assert_eq!(server.messages().len(), 4, "nothing is sent again");
}

#[tokio::test]
async fn an_attempt_is_in_the_store_before_the_server_has_the_message() {
    let server = Server::start(false, |_, command| (command == ".").then_some(Act::Stall)).await;
    let started = started(1).await;
    let run = tokio::spawn(deliver(started.over(&server, 1)));
    while server.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Attempting, 1)]));
    // Killed here, the next run finds it uncertain and does not send it.
    run.abort();
    let _ = run.await;
    let report = started.to(&server).await.unwrap();
    assert_eq!(report.found_uncertain, 1);
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn what_is_deferred_is_tried_when_it_is_due_and_not_after_the_queue() {
    let server = Server::start(false, |_, _| None).await;
    let started = started(3).await;
    let claims = started.claim(3).await;
    let late = claims[2].subscriber;
    let reply = Reply { code: Some(450), text: String::new() };
    let steps = vec![
        Step::end(claims[0].subscriber, Outcome::Released),
        Step::end(claims[1].subscriber, Outcome::Released),
        Step::end(late, Outcome::Deferred { reply, due: clock::wall() }),
    ];
    started.store.record(&started.key, 1, steps, clock::wall()).await.unwrap();
    deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(header(&server.messages()[0], "To: "), claims[2].address.to_string());
}

#[tokio::test]
async fn who_leaves_while_the_server_is_away_gets_nothing() {
    let back = Arc::new(AtomicUsize::new(usize::MAX));
    let away = Arc::clone(&back);
    let server = Server::start(false, move |number, command| {
        let away = number < away.load(Ordering::Relaxed) && command.is_empty();
        away.then_some(Act::Close("421 4.3.2 Down\r\n"))
    })
    .await;
    let started = started(3).await;
    let run = tokio::spawn(deliver(started.over(&server, 1)));
    while server.connections() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let address = "s1@example.org".parse().unwrap();
    assert!(started.store.unsubscribe("main", &address, clock::wall()).await.unwrap());
    // What is claimed now is given back before the server is there again.
    back.store(server.connections() + 3, Ordering::Relaxed);
    let report = run.await.unwrap().unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 2), (State::Withdrawn, 1)]));
}

#[tokio::test]
async fn an_issue_ended_beneath_the_run_ends_it() {
    let (started, server) = (started(3).await, Server::start(false, |_, _| None).await);
    started.store.close(&started.key, Stage::Abandoned, clock::wall()).await.unwrap();
    let report = tokio::time::timeout(Duration::from_secs(20), started.to(&server)).await;
    let report = report.expect("it does not wait for what nobody can claim").unwrap();
    assert!(report.left.is_some() && server.messages().is_empty());
}

#[tokio::test]
async fn a_maildir_run_killed_in_flight_doubles_and_holds_nothing() {
    let started = started(2).await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(false, |_, _| None).await;
    let run = || started.run(Transport::Maildir(folder.path().to_owned()), &server.mail(Tls::None, false));
    // One that arrived and one that did not, both without an outcome in the store.
    let claims = started.claim(2).await;
    let begun =
        claims.iter().map(|claim| Step::Begin { subscriber: claim.subscriber, at: clock::wall() }).collect();
    assert_eq!(started.store.record(&started.key, 1, begun, clock::wall()).await.unwrap(), [true, true]);
    let name = run().mailing.message_id(claims[0].subscriber);
    files::make_folder(&folder.path().join("cur")).unwrap();
    files::write(&folder.path().join(format!("cur/{name}:2,S")), b"seen").unwrap();
    let report = deliver(run()).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 2)]));
    assert_eq!(files::names_in(&folder.path().join("new")).unwrap().len(), 1);
}

#[tokio::test]
async fn a_stopped_run_ends_what_is_in_flight_and_gives_back_the_rest() {
    let started = started(100).await;
    let stop = Stop::new();
    let asked = stop.clone();
    let server = Server::start(false, move |_, command| {
        if command.contains("s3@") {
            asked.stop();
        }
        None
    })
    .await;
    let run = Run { stop, ..started.over(&server, 1) };
    let report = deliver(run).await.unwrap();
    assert!(report.left.is_some());
    let sent = server.messages().len() as u64;
    assert!((1..100).contains(&sent));
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, sent), (State::Queued, 100 - sent)]));
    assert!(started.to(&server).await.unwrap().left.is_none());
    assert_eq!(recipients(&server.messages()).into_iter().collect::<HashSet<_>>().len(), 100);
    assert_eq!(server.messages().len(), 100);
}

#[tokio::test]
async fn stopping_ends_every_wait() {
    let server = Server::start(false, |_, command| {
        command.starts_with("RCPT").then_some(Act::Say("450 4.2.1 Later\r\n"))
    })
    .await;
    let started = started(1).await;
    let run = Run { retry_for: Duration::from_hours(4), ..started.over(&server, 1) };
    let stop = run.stop.clone();
    let run = tokio::spawn(deliver(run));
    while started.counts().await.of(State::Deferred) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.stop();
    assert!(run.await.unwrap().unwrap().left.is_some());
}

#[tokio::test]
async fn a_pace_is_kept_by_all_connections_together() {
    let started = started(6).await;
    let memory = Memory::default();
    let mail = Server::start(false, |_, _| None).await.mail(Tls::None, false);
    let mut run = started.run(Transport::Memory(memory.clone()), &mail);
    (run.connections, run.rate) = (3, Some(Rate { messages: 20, per: Duration::from_secs(1) }));
    let start = Instant::now();
    deliver(run).await.unwrap();
    assert_eq!(memory.messages().len(), 6);
    assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_is_replaced_when_it_has_carried_enough() {
    let server = Server::start(false, |_, _| None).await;
    let started = started(10).await;
    let mut run = started.over(&server, 1);
    let mut relay = server.relay(Tls::None, false);
    relay.messages_per_connection = 4;
    run.transport = Transport::Smtp(Arc::new(relay));
    deliver(run).await.unwrap();
    assert_eq!(server.connections(), 3);
    assert_eq!(server.commands().iter().filter(|command| *command == "QUIT").count(), 3);
}

#[tokio::test]
async fn a_check_names_the_sender_and_sends_nothing() {
    let server = Server::start(false, |_, _| None).await;
    let transport = Transport::Smtp(Arc::new(server.relay(Tls::None, false)));
    let from = "news@example.org".parse().unwrap();
    check(&transport, &from, 100).await.unwrap();
    assert_eq!(server.commands()[1..], ["MAIL FROM:<news@example.org>", "RSET", "QUIT"]);

    let server = Server::start(false, |_, command| {
        command.starts_with("MAIL").then_some(Act::Say("550 5.7.1 Not your address\r\n"))
    })
    .await;
    let transport = Transport::Smtp(Arc::new(server.relay(Tls::None, false)));
    let error = check(&transport, &from, 100).await.unwrap_err();
    assert!(error.is_settings() && error.to_string().contains("mail.from"), "{error}");
}

#[tokio::test]
async fn a_copy_goes_out_by_itself() {
    let server = Server::start(false, |_, _| None).await;
    let transport = Transport::Smtp(Arc::new(server.relay(Tls::None, false)));
    let (from, to) = ("news@example.org".parse().unwrap(), "me@example.org".parse().unwrap());
    let reply = send_copy(&transport, (&from, &to), "1@example.org", b"Subject: a\r\n\r\n").await;
    assert_eq!(reply.unwrap().code, Some(250));
    assert_eq!(server.messages(), ["Subject: a\r\n\r\n"]);
}
