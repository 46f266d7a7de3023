//! Deliveries: claims, attempts, and what is known of them after a crash.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DurationRound as _, TimeDelta};

use super::{
    DOMAIN, Database, LEASE, LIST, ME, OTHER, accepted, address, ask, at, begin, claim, claim_one, confirmed,
    counts, deferred, end, issue, key, lease, rejected, said, sending, step, take,
};
use crate::delivery::{Outcome, Reply, State};
use crate::issue::IssueKey;
use crate::store::{Ask, Channel, Claims, Error, Hold, Quota, Stage, Step, Store};
use crate::subscriber::SubscriberId;

pub(crate) async fn what_is_claimed_at_once_is_claimed_once(database: impl Database) {
    let first = sending(&database, 26).await;
    let second = database.open();
    let (some, others) = tokio::join!(claim_all(&first), claim_all(&second));
    let distinct: HashSet<_> = some.iter().chain(&others).collect();
    assert_eq!((some.len() + others.len(), distinct.len()), (26, 26));
}

async fn claim_all(store: &impl Store) -> Vec<SubscriberId> {
    let mut all = Vec::new();
    loop {
        let claims = claim(store, 3, 1).await;
        if claims.is_empty() {
            return all;
        }
        all.extend(claims.into_iter().map(|claim| claim.subscriber));
    }
}

pub(crate) async fn an_issue_is_in_the_hands_of_one_run_until_its_lease_ends(database: impl Database) {
    let store = sending(&database, 1).await;
    let take = async |claimant, holder, minute| {
        store.take(&key(), lease(claimant, holder, minute), at(minute)).await
    };
    let holder = |taken| match taken {
        Err(Error::Held { holder, until, .. }) => (holder, until),
        other => panic!("{other:?}"),
    };
    assert_eq!(holder(take(OTHER, "elsewhere", LEASE - 1).await), ("here".to_owned(), at(LEASE)));
    assert!(store.renew(&key(), ME, at(2 * LEASE)).await.unwrap());
    assert_eq!(holder(take(OTHER, "elsewhere", LEASE).await).1, at(2 * LEASE));
    // Who holds the same lock knows that the run is dead.
    assert!(take(3, "here", LEASE).await.is_ok());
    assert!(!store.renew(&key(), ME, at(9 * LEASE)).await.unwrap(), "it is no longer this run's");
    assert!(take(OTHER, "elsewhere", 2 * LEASE).await.is_ok());
    store.leave(&key(), ME).await.unwrap();
    assert!(take(4, "here", 2 * LEASE).await.is_err(), "who has lost it cannot leave it");
    store.leave(&key(), OTHER).await.unwrap();
    assert!(take(4, "here", 2 * LEASE).await.is_ok());
    let run = store.issue(&key()).await.unwrap().unwrap().run.unwrap();
    assert_eq!(run, lease(4, "here", 2 * LEASE));
}

pub(crate) async fn a_run_that_was_taken_for_dead_neither_claims_nor_begins_but_settles_what_it_began(
    database: impl Database,
) {
    let store = sending(&database, 4).await;
    let claims = claim(&store, 2, 1).await;
    assert!(begin(&store, claims[0].subscriber, 1).await);
    assert_eq!(store.take(&key(), lease(OTHER, "elsewhere", 60), at(60)).await.unwrap(), 1);
    assert_eq!(
        store.claim(&key(), ask(ME, 9, 61)).await.unwrap(),
        Claims { claims: vec![], hold: Some(Hold::Over) }
    );
    assert!(!begin(&store, claims[1].subscriber, 61).await);
    assert!(end(&store, claims[0].subscriber, accepted(), 61).await);
    let theirs = store.claim(&key(), ask(OTHER, 9, 61)).await.unwrap().claims;
    assert_eq!(theirs.len(), 3);
    assert!(!end(&store, claims[1].subscriber, deferred(at(99)), 62).await, "it is another's claim now");
}

pub(crate) async fn a_paused_issue_gives_out_no_claims_and_begins_no_attempts(database: impl Database) {
    let store = sending(&database, 3).await;
    let claims = claim(&store, 2, 1).await;
    assert!(begin(&store, claims[0].subscriber, 1).await);
    assert!(store.pause(&key(), true, at(2)).await.unwrap());
    assert!(!store.pause(&key(), true, at(3)).await.unwrap());
    assert_eq!(store.issue(&key()).await.unwrap().unwrap().paused, Some(at(2)));
    let none = Claims { claims: vec![], hold: Some(Hold::Paused) };
    assert_eq!(store.claim(&key(), ask(ME, 9, 3)).await.unwrap(), none);
    assert!(!begin(&store, claims[1].subscriber, 3).await);
    assert!(end(&store, claims[0].subscriber, accepted(), 3).await, "what is in flight ends as it does");
    assert!(store.pause(&key(), false, at(4)).await.unwrap());
    assert!(!store.pause(&key(), false, at(4)).await.unwrap());
    assert!(begin(&store, claims[1].subscriber, 4).await);
    assert_eq!(claim(&store, 9, 4).await.len(), 1);
    store.close(&key(), Stage::Abandoned, at(5)).await.unwrap();
    assert!(matches!(store.pause(&key(), true, at(6)).await, Err(Error::Closed { .. })));
}

pub(crate) async fn a_quota_counts_what_was_mailed_and_what_is_claimed(database: impl Database) {
    let store = sending(&database, 8).await;
    let claim = async |messages, since, minute| {
        let quota = Some(Quota { messages, since: at(since) });
        let claims = store.claim(&key(), Ask { quota, ..ask(ME, 9, minute) }).await.unwrap();
        (claims.claims, claims.hold)
    };
    let (claims, hold) = claim(4, 0, 1).await;
    assert_eq!((claims.len(), hold), (4, Some(Hold::Spent)));
    assert_eq!(claim(4, 0, 1).await, (vec![], Some(Hold::Spent)), "what is claimed counts");
    let outcomes = [accepted(), Outcome::Uncertain { why: "gone".to_owned() }, rejected(), deferred(at(30))];
    for (claim, outcome) in claims.iter().zip(outcomes) {
        assert!(begin(&store, claim.subscriber, 2).await);
        assert!(end(&store, claim.subscriber, outcome, 2).await);
    }
    assert_eq!(
        store.sent(None, at(0)).await.unwrap(),
        [(at(2).duration_trunc(TimeDelta::minutes(1)).unwrap(), 2)]
    );
    // A late reply is no second message.
    assert!(end(&store, claims[1].subscriber, accepted(), 3).await);
    let (more, hold) = claim(4, 0, 3).await;
    assert_eq!(
        (more.len(), hold),
        (2, Some(Hold::Spent)),
        "what may have been taken counts, a refusal does not"
    );
    for claim in &more {
        assert!(begin(&store, claim.subscriber, 3).await);
    }
    // Of a run that died, each attempt may have been taken.
    assert_eq!(take(&store, ME, 4).await, 2);
    assert_eq!(claim(4, 0, 4).await, (vec![], Some(Hold::Spent)));
    assert_eq!(claim(4, 60 * 24, 60 * 24 + 4).await.0.len(), 3, "a day later all is forgotten");
}

pub(crate) async fn a_maildirs_messages_count_for_no_quota(database: impl Database) {
    let store = database.open();
    store.import(LIST, vec![confirmed("a@example.org"), confirmed("b@example.org")], at(-10)).await.unwrap();
    store.start(&issue("weekly@2026-01-14"), LIST, Channel::Maildir, DOMAIN, at(0)).await.unwrap();
    take(&store, ME, 0).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await && end(&store, who, accepted(), 1).await);
    assert_eq!(store.sent(None, at(0)).await.unwrap(), []);
    assert_eq!(store.sent(Some(&key()), at(0)).await.unwrap().len(), 1);
    let quota = Some(Quota { messages: 1, since: at(0) });
    assert_eq!(store.claim(&key(), Ask { quota, ..ask(ME, 9, 2) }).await.unwrap().claims.len(), 1);
}

pub(crate) async fn who_is_undeliverable_is_rejected_and_suppressed(database: impl Database) {
    let store = sending(&database, 2).await;
    let claims = claim(&store, 2, 1).await;
    assert!(
        end(&store, claims[0].subscriber, Outcome::Undeliverable(said(550, "5.1.1 no such user")), 2).await
    );
    assert!(end(&store, claims[1].subscriber, rejected(), 2).await);
    assert_eq!(counts(&store).await, [(State::Rejected, 2)]);
    let suppressed = store.suppressions().await.unwrap();
    let shown: Vec<_> = suppressed.iter().map(|one| (one.address.to_string(), one.reason.as_str())).collect();
    assert_eq!(shown, [("a@example.org".to_owned(), "550 5.1.1 no such user")]);
}

pub(crate) async fn who_left_or_is_suppressed_since_the_start_is_withdrawn_at_the_claim(
    database: impl Database,
) {
    let store = sending(&database, 4).await;
    store.unsubscribe(LIST, &address("a@example.org"), at(1)).await.unwrap();
    store.suppress(&address("b@example.org"), "bounced", at(1)).await.unwrap();
    // Who left and came back before the claim has not left.
    store.unsubscribe(LIST, &address("c@example.org"), at(1)).await.unwrap();
    store.add(LIST, confirmed("c@example.org"), at(1)).await.unwrap();
    let claims = claim(&store, 1, 2).await;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].address, address("c@example.org"));
    assert_eq!(counts(&store).await, [(State::Queued, 2), (State::Withdrawn, 2)]);
}

pub(crate) async fn an_attempt_is_counted_when_it_begins_and_keeps_its_first_time(database: impl Database) {
    let store = sending(&database, 1).await;
    let first = claim_one(&store, 1).await;
    assert_eq!((first.attempts, first.first_attempt), (0, None));
    assert!(begin(&store, first.subscriber, 2).await);
    assert_eq!(counts(&store).await, [(State::Attempting, 1)]);
    assert!(end(&store, first.subscriber, deferred(at(10)), 3).await);
    let second = claim_one(&store, 10).await;
    assert_eq!((second.attempts, second.first_attempt), (1, Some(at(2))));
    assert!(begin(&store, first.subscriber, 11).await);
    assert!(end(&store, first.subscriber, accepted(), 12).await);
    let delivery = store.deliveries(&key(), None).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.attempts, delivery.changed), (State::Accepted, 2, Some(at(12))));
}

pub(crate) async fn a_step_applies_only_for_its_claimant_and_only_once(database: impl Database) {
    let store = sending(&database, 1).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(!step(&store, OTHER, Step::Begin { subscriber: who, at: at(1) }, 1).await);
    assert!(!end(&store, who, accepted(), 1).await, "nothing was attempted");
    assert!(!end(&store, who, Outcome::Uncertain { why: String::new() }, 1).await, "nothing was attempted");
    assert!(begin(&store, who, 2).await);
    assert!(!begin(&store, who, 2).await);
    assert!(!step(&store, OTHER, Step::end(who, accepted()), 3).await);
    assert!(end(&store, who, accepted(), 3).await);
    for outcome in [accepted(), rejected(), deferred(at(9)), Outcome::Released] {
        assert!(!end(&store, who, outcome, 4).await);
    }
    assert!(!begin(&store, SubscriberId([0; 16]), 4).await, "nobody");
    assert_eq!(counts(&store).await, [(State::Accepted, 1)]);
    assert_eq!(claim(&store, 1, 5).await, []);
}

pub(crate) async fn a_deferred_delivery_is_claimed_when_it_is_due(database: impl Database) {
    let store = sending(&database, 2).await;
    assert_eq!(store.next_due(&key()).await.unwrap(), None);
    for (claim, due) in claim(&store, 2, 1).await.iter().zip([30, 20]) {
        assert!(begin(&store, claim.subscriber, 1).await);
        assert!(end(&store, claim.subscriber, deferred(at(due)), 2).await);
    }
    assert_eq!(store.next_due(&key()).await.unwrap(), Some(at(20)));
    assert_eq!(claim(&store, 2, 19).await, []);
    assert_eq!(claim_one(&store, 20).await.address, address("b@example.org"));
    assert_eq!(store.next_due(&key()).await.unwrap(), Some(at(30)));
    assert!(store.deliveries(&key(), None).await.unwrap().iter().all(|delivery| delivery.due.is_some()));
}

pub(crate) async fn a_refusal_before_the_message_counts_as_an_attempt(database: impl Database) {
    let store = sending(&database, 3).await;
    let claims = claim(&store, 3, 1).await;
    for (claim, outcome) in
        claims.iter().zip([deferred(at(9)), rejected(), Outcome::Expired(said(451, "4.3.0 later"))])
    {
        assert!(end(&store, claim.subscriber, outcome, 2).await);
    }
    let deliveries = store.deliveries(&key(), None).await.unwrap();
    let attempts: Vec<_> = deliveries.iter().map(|delivery| (delivery.state, delivery.attempts)).collect();
    // What expired was not tried once more.
    assert_eq!(attempts, [(State::Deferred, 1), (State::Rejected, 1), (State::Expired, 0)]);
    assert_eq!(claim_one(&store, 9).await.first_attempt, Some(at(2)));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn a_released_attempt_did_not_happen(database: impl Database) {
    let store = sending(&database, 1).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await);
    assert!(end(&store, who, Outcome::Released, 2).await);
    assert_eq!(counts(&store).await, [(State::Queued, 1)]);
    let again = claim_one(&store, 3).await;
    assert_eq!((again.subscriber, again.attempts, again.first_attempt), (who, 0, None));
}

pub(crate) async fn a_released_claim_waits_as_before(database: impl Database) {
    let store = sending(&database, 2).await;
    let claims = claim(&store, 2, 1).await;
    assert!(end(&store, claims[0].subscriber, deferred(at(5)), 2).await);
    assert!(end(&store, claims[1].subscriber, Outcome::Released, 2).await);
    assert_eq!(counts(&store).await, [(State::Queued, 1), (State::Deferred, 1)]);
    for claim in claim(&store, 2, 6).await {
        assert!(end(&store, claim.subscriber, Outcome::Released, 6).await);
    }
    assert_eq!(counts(&store).await, [(State::Queued, 1), (State::Deferred, 1)]);
    assert_eq!(store.next_due(&key()).await.unwrap(), Some(at(5)));
}

pub(crate) async fn a_crash_leaves_what_was_attempted_uncertain_and_the_rest_waiting(
    database: impl Database,
) {
    let store = sending(&database, 4).await;
    let claims = claim(&store, 3, 1).await;
    let steps = vec![
        Step::Begin { subscriber: claims[0].subscriber, at: at(1) },
        Step::Begin { subscriber: claims[1].subscriber, at: at(1) },
    ];
    store.record(&key(), ME, steps, at(1)).await.unwrap();
    assert!(end(&store, claims[0].subscriber, accepted(), 2).await);
    drop(store);
    let store = database.open();
    assert_eq!(take(&store, OTHER, 60).await, 1);
    assert_eq!(counts(&store).await, [(State::Queued, 2), (State::Accepted, 1), (State::Uncertain, 1)]);
    let claims = store.claim(&key(), ask(OTHER, 9, 61)).await.unwrap().claims;
    let rest: Vec<_> = claims.into_iter().map(|claim| claim.address).collect();
    assert_eq!(rest, [address("c@example.org"), address("d@example.org")]);
    assert_eq!(take(&store, OTHER, 62).await, 0);
}

pub(crate) async fn a_late_reply_settles_what_is_uncertain(database: impl Database) {
    let store = sending(&database, 3).await;
    let claims = claim(&store, 3, 1).await;
    for claim in &claims {
        assert!(begin(&store, claim.subscriber, 1).await);
    }
    assert!(end(&store, claims[0].subscriber, Outcome::Uncertain { why: "timeout".to_owned() }, 2).await);
    assert_eq!(take(&store, OTHER, 3).await, 2);
    assert!(!step(&store, OTHER, Step::end(claims[0].subscriber, accepted()), 4).await);
    assert!(end(&store, claims[0].subscriber, accepted(), 4).await);
    assert!(end(&store, claims[1].subscriber, rejected(), 4).await);
    assert!(!end(&store, claims[2].subscriber, deferred(at(9)), 4).await);
    assert!(!end(&store, claims[2].subscriber, Outcome::Released, 4).await);
    assert_eq!(counts(&store).await, [(State::Accepted, 1), (State::Rejected, 1), (State::Uncertain, 1)]);
}

pub(crate) async fn uncertain_deliveries_are_held_until_they_are_queued_again(database: impl Database) {
    let store = sending(&database, 1).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await);
    assert!(end(&store, who, Outcome::Uncertain { why: "timeout".to_owned() }, 2).await);
    assert_eq!(claim(&store, 1, 600).await, []);
    store.close(&key(), Stage::Finished, at(600)).await.unwrap();
    assert_eq!(store.requeue(&key(), &[State::Uncertain], None, at(601)).await.unwrap(), 1);
    let started = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((started.stage, started.ended), (Stage::Sending, None));
    // The reply to the attempt that was given up comes too late.
    assert!(!end(&store, who, accepted(), 602).await);
    let again = claim_one(&store, 603).await;
    assert_eq!((again.attempts, again.first_attempt), (1, Some(at(1))));
}

pub(crate) async fn requests_that_share_a_commit_do_not_undo_each_other(database: impl Database) {
    let store = sending(&database, 20).await;
    let claims = claim(&store, 20, 1).await;
    let unknown: IssueKey = "weekly@1999-01-01".parse().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for claim in claims {
        let (store, unknown) = (store.clone(), unknown.clone());
        tasks.spawn(async move {
            let issue = issue("weekly@2026-01-14");
            let fails = store.record(
                &unknown,
                ME,
                vec![Step::Begin { subscriber: claim.subscriber, at: at(1) }],
                at(1),
            );
            let works = store.record(
                &issue.key,
                ME,
                vec![Step::Begin { subscriber: claim.subscriber, at: at(1) }],
                at(1),
            );
            let twice = store.start(&issue, LIST, Channel::Smtp, DOMAIN, at(1));
            let (failed, worked, twice) = tokio::join!(fails, works, twice);
            assert!(matches!(failed, Err(Error::Unknown(_))));
            assert!(matches!(twice, Err(Error::Started(_))));
            assert_eq!(worked.unwrap(), [true]);
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    assert_eq!(counts(&store).await, [(State::Attempting, 20)]);
}

pub(crate) async fn deliveries_are_listed_by_address_with_their_reply(database: impl Database) {
    let store = database.open();
    let entries = ["b@example.org", "C@example.org", "a@example.org"].map(confirmed);
    store.import(LIST, entries.to_vec(), at(0)).await.unwrap();
    store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, DOMAIN, at(0)).await.unwrap();
    take(&store, ME, 0).await;
    let claims = claim(&store, 2, 1).await;
    assert!(end(&store, claims[0].subscriber, rejected(), 1).await);
    let unreachable = Reply { code: None, text: "could not connect".to_owned() };
    assert!(end(&store, claims[1].subscriber, Outcome::Deferred { reply: unreachable, due: at(9) }, 1).await);
    let deliveries = store.deliveries(&key(), None).await.unwrap();
    let shown: Vec<_> = deliveries
        .iter()
        .map(|d| (d.address.to_string(), d.reply.as_ref().map(ToString::to_string)))
        .collect();
    assert_eq!(
        shown,
        [
            ("a@example.org".to_owned(), None),
            ("b@example.org".to_owned(), Some("550 5.1.1 no such user".to_owned())),
            ("C@example.org".to_owned(), Some("could not connect".to_owned())),
        ]
    );
    let rejected = store.deliveries(&key(), Some(State::Rejected)).await.unwrap();
    assert_eq!(rejected, [deliveries[1].clone()]);
}

pub(crate) async fn the_slowest_answers_come_first_and_those_not_timed_not_at_all(database: impl Database) {
    let store = sending(&database, 4).await;
    let waits = [Some(20), Some(3000), None, Some(400)];
    for (claim, waited) in claim(&store, 4, 1).await.iter().zip(waits) {
        assert!(begin(&store, claim.subscriber, 1).await);
        let waited = waited.map(Duration::from_millis);
        let ended = Step::End { subscriber: claim.subscriber, outcome: accepted(), waited };
        assert!(step(&store, ME, ended, 2).await);
    }
    let slowest = store.slowest(&key(), 2).await.unwrap();
    let slowest: Vec<_> = slowest.iter().map(|one| (one.address.to_string(), one.waited)).collect();
    let millis = |wait| Some(Duration::from_millis(wait));
    assert_eq!(
        slowest,
        [("b@example.org".to_owned(), millis(3000)), ("d@example.org".to_owned(), millis(400))]
    );
    assert_eq!(store.slowest(&key(), 9).await.unwrap().len(), 3);
}
