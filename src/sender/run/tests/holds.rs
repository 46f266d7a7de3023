//! What keeps a run from more, and what it does then.

use chrono::{TimeDelta, Timelike as _};

use super::*;
use crate::config::Hours;
use crate::sender::Left;
use crate::store::{Lease, Stage};

const PIPELINING: &str = "250-localhost\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING\r\n";

/// A polite server that takes commands together.
async fn pipelining() -> Server {
    Server::start(false, |_, command| command.starts_with("EHLO").then_some(Act::Say(PIPELINING))).await
}

#[tokio::test]
async fn the_next_envelope_follows_a_message_and_a_refused_one_costs_only_itself() {
    let server = Server::start(false, |_, command| match command {
        _ if command.starts_with("EHLO") => Some(Act::Say(PIPELINING)),
        _ if command.contains("s1@") => Some(Act::Say("550 5.1.1 No such user\r\n")),
        _ => None,
    })
    .await;
    let started = started(4).await;
    // The script takes DATA after a refused recipient, as no server would: that ends the connection.
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 3), (State::Rejected, 1)]));
    assert_eq!(recipients(&server.messages()), ["s0@example.org", "s2@example.org", "s3@example.org"]);
}

#[tokio::test]
async fn a_run_attempts_no_more_than_its_limit() {
    let (started, server) = (started(9).await, pipelining().await);
    let limited = |limit| Run { limit: Some(limit), ..started.over(&server, 2) };
    let report = deliver(limited(4)).await.unwrap();
    assert_eq!(report.left, Some(Left::Limit));
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 4), (State::Queued, 5)]));
    assert_eq!(deliver(limited(5)).await.unwrap().left, None);
    assert_eq!(server.messages().len(), 9);
}

#[tokio::test]
async fn a_daily_limit_ends_the_run_and_a_day_later_it_goes_on() {
    let (started, server) = (started(9).await, pipelining().await);
    let run = || Run { daily_limit: Some(4), ..started.over(&server, 2) };
    for _ in 0..2 {
        let report = deliver(run()).await.unwrap();
        assert_eq!(report.left, Some(Left::Quota));
        assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 4), (State::Queued, 5)]));
    }
    assert_eq!(server.messages().len(), 4);
}

#[tokio::test]
async fn outside_its_hours_a_run_waits_and_can_be_stopped() {
    let (started, server) = (started(3).await, pipelining().await);
    // Two hours from now, for an hour.
    let hour = (clock::wall() + TimeDelta::hours(2)).hour();
    let text = format!("{hour:02}:00-{:02}:00", (hour + 1) % 24);
    let hours: Hours = crate::config::Hours::parse(&text).unwrap();
    let stop = Stop::new();
    let run = Run { hours: Some((hours, chrono_tz::UTC)), stop: stop.clone(), ..started.over(&server, 1) };
    let run = tokio::spawn(deliver(run));
    let events = Arc::clone(&started.events);
    while !events.lock().unwrap().iter().any(|event| matches!(event, Event::Waiting { why: Wait::Hours, .. }))
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.stop();
    assert_eq!(run.await.unwrap().unwrap().left, Some(Left::Stopped));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_paused_run_waits_for_the_word_to_go_on() {
    let (started, server) = (started(4).await, pipelining().await);
    started.store.pause(&started.key, true, clock::wall()).await.unwrap();
    let run = tokio::spawn(deliver(started.over(&server, 1)));
    let has = |wanted: Event| started.events.lock().unwrap().contains(&wanted);
    while !has(Event::Paused) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(server.messages().is_empty());
    started.store.pause(&started.key, false, clock::wall()).await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().left, None);
    assert!(has(Event::Resumed));
    assert_eq!(server.messages().len(), 4);
}

#[tokio::test]
async fn abandoned_while_it_waits_a_run_ends() {
    let (started, server) = (started(4).await, pipelining().await);
    started.store.pause(&started.key, true, clock::wall()).await.unwrap();
    let run = tokio::spawn(deliver(started.over(&server, 1)));
    tokio::time::sleep(Duration::from_millis(50)).await;
    started.store.close(&started.key, Stage::Abandoned, clock::wall()).await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().left, Some(Left::Over));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_run_whose_issue_another_one_has_taken_sends_nothing_more() {
    let taken = Arc::new(AtomicUsize::new(0));
    let (asked, holds) = (Arc::clone(&taken), Arc::clone(&taken));
    let server = Server::start(false, move |_, command| match command {
        _ if command.starts_with("EHLO") => Some(Act::Say(PIPELINING)),
        "." if asked.fetch_add(1, Ordering::Relaxed) == 2 => {
            // Until the other one has taken it.
            tokio::task::block_in_place(|| {
                while holds.load(Ordering::Relaxed) < 100 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            None
        }
        _ => None,
    })
    .await;
    let started = started(40).await;
    let run = tokio::spawn(deliver(started.over(&server, 1)));
    while taken.load(Ordering::Relaxed) < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let later = clock::wall() + TimeDelta::minutes(5);
    let lease = Lease { claimant: 7, holder: "elsewhere".to_owned(), until: later + TimeDelta::minutes(1) };
    assert_eq!(started.store.take(&started.key, lease, later).await.unwrap(), 1);
    taken.store(100, Ordering::Relaxed);
    assert_eq!(run.await.unwrap().unwrap().left, Some(Left::Over));
    // The reply that came late has settled what was in flight.
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Accepted, 3), (State::Queued, 37)]));
    assert_eq!(server.messages().len(), 3);
}

#[tokio::test]
async fn paused_amid_its_work_a_run_loses_nothing() {
    let (started, server) = (started(60).await, pipelining().await);
    let rate = Some(Rate { messages: 100, per: Duration::from_secs(1) });
    let run = tokio::spawn(deliver(Run { rate, ..started.over(&server, 3) }));
    let has = |wanted: Event| started.events.lock().unwrap().contains(&wanted);
    while server.messages().len() < 5 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    started.store.pause(&started.key, true, clock::wall()).await.unwrap();
    while !has(Event::Paused) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let connections = server.connections();
    assert!(connections < 12, "{connections} connections, and not one for each claim");
    started.store.pause(&started.key, false, clock::wall()).await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().left, None);
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Accepted, 60)]));
    assert_eq!(recipients(&server.messages()).into_iter().collect::<HashSet<_>>().len(), 60);
    assert_eq!(server.messages().len(), 60);
}

#[tokio::test]
async fn a_server_that_closes_after_every_few_messages_gets_them_all() {
    let accepted = AtomicUsize::new(0);
    let server = Server::start(false, move |_, command| match command {
        _ if command.starts_with("EHLO") => Some(Act::Say(PIPELINING)),
        "." if accepted.fetch_add(1, Ordering::Relaxed) % 3 == 2 => Some(Act::Close("250 2.0.0 Queued\r\n")),
        _ => None,
    })
    .await;
    let started = started(10).await;
    let run = Run { retry_for: Duration::from_secs(20), ..started.over(&server, 1) };
    let report = deliver(run).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 10)]));
    assert_eq!(server.messages().len(), 10);
}

#[tokio::test]
async fn what_is_deferred_under_a_daily_limit_is_tried_again_where_there_is_room() {
    let known = SyncMutex::new(HashSet::new());
    let server = Server::start(false, move |_, command| match command {
        _ if command.contains("s1@") && known.lock().unwrap().insert(command.to_owned()) => {
            Some(Act::Say("451 4.7.1 Greylisted\r\n"))
        }
        _ => None,
    })
    .await;
    let started = started(4).await;
    let run = Run { daily_limit: Some(5), ..started.over(&server, 1) };
    let report = deliver(run).await.unwrap();
    assert_eq!((report.left, nonzero(&report.counts)), (None, counts(&[(State::Accepted, 4)])));
}

#[tokio::test]
async fn dead_addresses_before_a_refusal_of_policy_stop_nothing() {
    let server = Server::start(false, |_, command| match command {
        _ if command.contains("s4@") => Some(Act::Say("550 5.7.1 Not for me\r\n")),
        _ if command.starts_with("RCPT") && !command.contains("s5@") => {
            Some(Act::Say("550 5.1.1 No such user\r\n"))
        }
        _ => None,
    })
    .await;
    let started = started(6).await;
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 1), (State::Rejected, 5)]));
    assert_eq!(started.store.suppressions().await.unwrap().len(), 4);
}
