//! What a server says no to, and what stops the run.

use super::*;

#[tokio::test]
async fn a_refused_recipient_costs_only_itself() {
    let server = Server::start(false, |_, command| {
        command.contains("s1@").then_some(Act::Say("550 5.1.1 No such user\r\n"))
    })
    .await;
    let started = started(4).await;
    let report = started.to(&server).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 3), (State::Rejected, 1)]));
    let rejected = started.store.deliveries(&started.key, Some(State::Rejected)).await.unwrap();
    assert_eq!(rejected[0].address.to_string(), "s1@example.org");
    assert!(rejected[0].reply.as_ref().unwrap().text.contains("5.1.1 No such user"), "{rejected:?}");
}

#[tokio::test]
async fn a_refused_recipient_costs_only_itself_where_the_server_hangs_up_too() {
    let server = Server::start(false, |_, command| {
        command.contains("s1@").then_some(Act::Close("550 5.1.1 No such user\r\n"))
    })
    .await;
    let started = started(3).await;
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 2), (State::Rejected, 1)]));
}

#[tokio::test]
async fn what_the_server_refuses_everyone_stops_the_run_and_costs_nobody() {
    for (on, say) in [
        ("MAIL", "550 5.7.1 Not your address\r\n"),
        ("EHLO", "550 5.7.1 Go away\r\n"),
        ("RCPT", "530 5.7.0 Log in first\r\n"),
    ] {
        let server =
            Server::start(false, move |_, command| command.starts_with(on).then_some(Act::Say(say))).await;
        let started = started(5).await;
        let error = started.to(&server).await.unwrap_err();
        assert!(error.to_string().contains(say.trim_end()), "{error}");
        assert!(!error.is_temporary());
        assert_eq!(nonzero(&started.counts().await), counts(&[(State::Queued, 5)]), "{on}");
        assert!(server.messages().is_empty());
    }
}

#[tokio::test]
async fn refusals_of_policy_in_a_row_stop_the_run_before_all_are_lost() {
    let server = Server::start(false, |_, command| {
        command.starts_with("RCPT").then_some(Act::Say("550 5.7.1 Relay access denied\r\n"))
    })
    .await;
    let started = started(40).await;
    let error = started.to(&server).await.unwrap_err();
    assert!(error.to_string().contains("refused 5 recipients in a row"), "{error}");
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Queued, 40)]), "it was not about them");
}

#[tokio::test]
async fn refusals_of_everyone_stop_the_run_also_where_the_server_does_not_say_why() {
    let server = Server::start(false, |_, command| {
        command.starts_with("RCPT").then_some(Act::Say("550 relay not permitted <S1@EXAMPLE.ORG>\r\n"))
    })
    .await;
    let started = started(80).await;
    let error = started.to(&server).await.unwrap_err();
    assert!(matches!(error, Error::RefusesAll { count: 50.., .. }), "{error}");
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Queued, 80)]), "it was not about them");
}

#[tokio::test]
async fn dead_addresses_are_suppressed_and_stop_nothing_unless_all_are() {
    let gone = || Act::Say("550 5.1.1 No such user\r\n");
    let server = Server::start(false, move |_, command| {
        (command.starts_with("RCPT") && !command.contains("s1@")).then(gone)
    })
    .await;
    let some = started(60).await;
    some.to(&server).await.unwrap();
    assert_eq!(nonzero(&some.counts().await), counts(&[(State::Accepted, 1), (State::Rejected, 59)]));
    assert_eq!(some.store.suppressions().await.unwrap().len(), 59);
    let server = Server::start(false, move |_, command| command.starts_with("RCPT").then(gone)).await;
    for (recipients, stops) in [(4, false), (60, true), (120, true)] {
        let all = started(recipients).await;
        let stopped = all.to(&server).await.is_err();
        assert_eq!(stopped, stops, "{recipients}");
        let state = if stops { State::Queued } else { State::Rejected };
        assert_eq!(
            nonzero(&all.counts().await),
            counts(&[(state, recipients as u64)]),
            "it was not about them"
        );
        assert_eq!(all.store.suppressions().await.unwrap().is_empty(), stops, "{recipients}");
    }
}

#[tokio::test]
async fn a_server_that_answers_no_message_stops_the_run_before_all_are_uncertain() {
    let server = Server::start(false, |_, command| (command == ".").then_some(Act::Close(""))).await;
    let started = started(40).await;
    let error = started.to(&server).await.unwrap_err();
    assert!(matches!(error, Error::Silent { .. }), "{error}");
    let uncertain = started.counts().await.of(State::Uncertain);
    assert!((10..=12).contains(&uncertain), "{uncertain}");
}

#[tokio::test]
async fn what_a_server_repeats_of_an_address_is_masked() {
    let server = Server::start(false, |_, command| {
        command.starts_with("RCPT").then_some(Act::Say("550 5.1.1 <S0@Example.org> is unknown\r\n"))
    })
    .await;
    let started = started(1).await;
    started.to(&server).await.unwrap();
    let told = format!("{:?}", started.events.lock().unwrap()).to_lowercase();
    assert!(told.contains("is unknown") && !told.contains("s0@"), "{told}");
}

#[tokio::test]
async fn a_reply_that_is_no_answer_to_the_message_is_none() {
    let server =
        Server::start(false, |_, command| (command == ".").then_some(Act::Say("354 Go on\r\n"))).await;
    let started = started(1).await;
    started.to(&server).await.unwrap();
    assert_eq!(nonzero(&started.counts().await), counts(&[(State::Uncertain, 1)]));
}

#[tokio::test]
async fn a_reply_before_its_question_is_not_taken_for_the_next_ones() {
    let server = Server::start(false, |number, command| {
        (number == 1 && command == "DATA").then_some(Act::Say("354 Go on\r\n250 2.0.0 Taken\r\n"))
    })
    .await;
    let started = started(2).await;
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 2)]));
    assert_eq!(server.messages().len(), 2, "what was accepted has arrived");
}

#[tokio::test]
async fn refusals_of_policy_among_accepted_messages_stop_nothing() {
    let server = Server::start(false, |_, command| {
        let odd = ["1@", "3@", "5@", "7@", "9@"].iter().any(|odd| command.contains(odd));
        odd.then_some(Act::Say("550 5.7.1 Not for this one\r\n"))
    })
    .await;
    let started = started(60).await;
    let report = deliver(started.over(&server, 1)).await.unwrap();
    assert_eq!(nonzero(&report.counts), counts(&[(State::Accepted, 30), (State::Rejected, 30)]));
}
