//! Servers that are away, or take no more connections.

use super::*;

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_waited_for() {
    let server = Server::start(false, |number, command| match command {
        "" if number <= 3 => Some(Act::Close("421 4.3.2 Back soon\r\n")),
        _ if number <= 5 && command.starts_with("MAIL") => Some(Act::Close("")),
        _ => None,
    })
    .await;
    let started = started(5).await;
    let report = started.to(&server).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 5)]));
    assert_eq!(server.messages().len(), 5);
    for delivery in started.store.deliveries(&started.key, None).await.unwrap() {
        assert_eq!(delivery.attempts, 1, "no attempt is spent on it");
    }
}

#[tokio::test]
async fn a_server_that_stays_away_ends_the_run_with_everything_queued() {
    let server =
        Server::start(false, |_, command| command.is_empty().then_some(Act::Close("421 4.3.2 Down\r\n")))
            .await;
    let started = started(5).await;
    let mut run = started.over(&server, 2);
    run.retry_for = Duration::from_millis(300);
    let error = deliver(run).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Queued, 5)]));
}

#[tokio::test]
async fn one_connection_refused_leaves_the_work_to_the_others() {
    let server = Server::start(false, |number, command| {
        (number > 1 && command.is_empty()).then_some(Act::Close("421 4.7.0 Too many connections\r\n"))
    })
    .await;
    let started = started(20).await;
    // However slow the machine: the other connection has not failed.
    let run = Run { retry_for: Duration::from_mins(5), ..started.over(&server, 2) };
    let report = deliver(run).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 20)]));
}
