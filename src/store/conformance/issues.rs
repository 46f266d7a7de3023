//! Issues: what was started, what it carries, how it ends.

use super::{
    DOMAIN, Database, LIST, ME, accepted, address, at, begin, claim, claim_one, confirmed, counts, deferred,
    end, issue, key, rejected, said, sending, take,
};
use crate::delivery::{Outcome, State};
use crate::issue::{CarriedArticle, Issue};
use crate::store::{Channel, Error, Past, Stage, Started, Store};

pub(crate) async fn an_issue_starts_once(database: impl Database) {
    let store = sending(&database, 2).await;
    for again in [
        store.start(&issue("weekly@2026-01-14"), LIST, Channel::Maildir, DOMAIN, at(1)).await.map(drop),
        store.adopt(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(1)).await,
    ] {
        assert!(matches!(again, Err(Error::Started(started)) if started == key()));
    }
    assert_eq!(counts(&store).await, [(State::Queued, 2)]);
    store.start(&issue("weekly@2026-01-14-2"), LIST, Channel::Smtp, DOMAIN, at(2)).await.unwrap();
    store.start(&issue("daily@2026-01-14"), LIST, Channel::Smtp, DOMAIN, at(3)).await.unwrap();
    let names = |issues: Vec<Started>| issues.iter().map(|i| i.key.to_string()).collect::<Vec<_>>();
    assert_eq!(
        names(store.issues(None).await.unwrap()),
        ["daily@2026-01-14", "weekly@2026-01-14-2", "weekly@2026-01-14"]
    );
    assert_eq!(names(store.issues(Some("daily")).await.unwrap()), ["daily@2026-01-14"]);
}

pub(crate) async fn a_maildirs_issue_gives_way_to_the_one_that_is_mailed(database: impl Database) {
    let store = database.open();
    store.add(LIST, confirmed("a@example.org"), at(0)).await.unwrap();
    store.start(&issue("weekly@2026-01-14"), LIST, Channel::Maildir, DOMAIN, at(0)).await.unwrap();
    take(&store, ME, 0).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await);
    store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, DOMAIN, at(2)).await.unwrap();
    let started = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((started.channel, started.started), (Channel::Smtp, at(2)));
    assert_eq!(counts(&store).await, [(State::Queued, 1)]);
    assert!(matches!(
        store.start(&issue("weekly@2026-01-14"), LIST, Channel::Maildir, DOMAIN, at(3)).await,
        Err(Error::Started(_))
    ));
}

pub(crate) async fn a_frozen_issue_is_the_one_that_was_started(database: impl Database) {
    let store = sending(&database, 1).await;
    let issue = issue("weekly@2026-01-14");
    assert_eq!(store.frozen(&key()).await.unwrap().unwrap(), issue);
    let started = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((started.key, started.hash), (key(), issue.hash()));
    assert_eq!(
        (started.list.as_str(), started.channel, started.stage),
        (LIST, Channel::Smtp, Stage::Sending)
    );
    assert_eq!((started.articles, started.started, started.ended), (2, at(0), None));
    let unknown = "weekly@2026-01-15".parse().unwrap();
    assert_eq!(store.frozen(&unknown).await.unwrap(), None);
    assert_eq!(store.issue(&unknown).await.unwrap(), None);
    assert!(matches!(store.counts(&unknown).await, Err(Error::Unknown(_))));
}

pub(crate) async fn maildir_issues_count_as_carried_for_maildirs_only(database: impl Database) {
    let store = database.open();
    let mut tried = issue("weekly@2026-01-13");
    tried.articles.truncate(1);
    store.start(&tried, LIST, Channel::Maildir, DOMAIN, at(0)).await.unwrap();
    let mut mailed = issue("weekly@2026-01-14");
    mailed.articles.remove(0);
    store.start(&mailed, LIST, Channel::Smtp, DOMAIN, at(1)).await.unwrap();
    store.close(&mailed.key, Stage::Abandoned, at(2)).await.unwrap();
    let past = |issues: &[&Issue]| Past {
        carried: issues
            .iter()
            .flat_map(|issue| &issue.articles)
            .flat_map(CarriedArticle::identities)
            .collect(),
        dropped: issues.iter().flat_map(|issue| issue.dropped.clone()).collect(),
        cut: issues.iter().flat_map(|issue| issue.cut.clone()).collect(),
        mailed: issues.len() as u64,
        latest: issues.iter().map(|issue| issue.composed).max(),
        first_run: None,
    };
    assert_eq!(store.past("weekly", Channel::Smtp).await.unwrap(), past(&[&mailed]));
    assert_eq!(store.past("weekly", Channel::Maildir).await.unwrap(), past(&[&tried, &mailed]));
    assert_eq!(store.past("daily", Channel::Maildir).await.unwrap(), Past::default());
}

pub(crate) async fn the_first_run_of_a_digest_is_kept_and_a_maildirs_counts_for_maildirs_only(
    database: impl Database,
) {
    let store = database.open();
    let first_run = async |digest, channel| store.past(digest, channel).await.unwrap().first_run;
    store.note_run("weekly", Channel::Maildir, at(1)).await.unwrap();
    store.note_run("weekly", Channel::Maildir, at(2)).await.unwrap();
    assert_eq!(first_run("weekly", Channel::Maildir).await, Some(at(1)));
    assert_eq!(first_run("weekly", Channel::Smtp).await, None);
    store.note_run("weekly", Channel::Smtp, at(3)).await.unwrap();
    assert_eq!(first_run("weekly", Channel::Smtp).await, Some(at(3)));
    assert_eq!(first_run("daily", Channel::Smtp).await, None);
}

pub(crate) async fn what_was_told_is_told_again_as_far_back_as_asked(database: impl Database) {
    let store = database.open();
    for (day, channel) in [(13, Channel::Maildir), (14, Channel::Smtp)] {
        let mut issue = issue(&format!("weekly@2026-01-{day}"));
        issue.composed = at(day);
        issue.articles.truncate(1);
        store.start(&issue, LIST, channel, DOMAIN, at(20)).await.unwrap();
    }
    let told = async |digest: &str, channel, since| {
        let told = store.told(digest, channel, at(since)).await.unwrap();
        let titles = told.iter().map(|told| (told.issue.folder(), told.path.clone(), told.title.clone()));
        titles.collect::<Vec<_>>()
    };
    let of = |day: &str| (day.to_owned(), "b.md".to_owned(), "About b.md".to_owned());
    assert_eq!(told("weekly", Channel::Maildir, 13).await, [of("2026-01-13"), of("2026-01-14")]);
    assert_eq!(told("weekly", Channel::Smtp, 13).await, [of("2026-01-14")]);
    assert_eq!(told("weekly", Channel::Maildir, 14).await, [of("2026-01-14")]);
    assert_eq!(told("weekly", Channel::Maildir, 15).await, []);
    assert_eq!(told("daily", Channel::Maildir, 0).await, []);
}

pub(crate) async fn an_adopted_issue_counts_as_carried_and_delivers_nothing(database: impl Database) {
    let store = database.open();
    store.add(LIST, confirmed("a@example.org"), at(0)).await.unwrap();
    store.adopt(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(0)).await.unwrap();
    let adopted = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((adopted.stage, adopted.started, adopted.ended), (Stage::Finished, at(0), Some(at(0))));
    assert_eq!(store.past("weekly", Channel::Smtp).await.unwrap().carried.len(), 4);
    assert_eq!(claim(&store, 10, 1).await, []);
    assert_eq!(counts(&store).await, []);
}

pub(crate) async fn only_what_ended_undelivered_is_queued_again(database: impl Database) {
    let store = sending(&database, 5).await;
    let claims = claim(&store, 4, 1).await;
    for (claim, outcome) in
        claims.iter().zip([accepted(), rejected(), Outcome::Expired(said(451, "later")), deferred(at(9))])
    {
        assert!(begin(&store, claim.subscriber, 1).await);
        assert!(end(&store, claim.subscriber, outcome, 2).await);
    }
    let others = [address("a@example.org"), address("nobody@example.org")];
    assert_eq!(store.requeue(&key(), &[State::Rejected], Some(&others), at(3)).await.unwrap(), 0);
    let only = [address("B@example.org")];
    assert_eq!(store.requeue(&key(), &[State::Rejected], Some(&only), at(3)).await.unwrap(), 1);
    assert_eq!(store.requeue(&key(), &State::ALL, None, at(3)).await.unwrap(), 1);
    assert_eq!(counts(&store).await, [(State::Queued, 3), (State::Accepted, 1), (State::Deferred, 1)]);
    store.close(&key(), Stage::Abandoned, at(4)).await.unwrap();
    assert!(matches!(
        store.requeue(&key(), &State::ALL, None, at(5)).await,
        Err(Error::Closed { stage: Stage::Abandoned, .. })
    ));
}

pub(crate) async fn an_issue_with_open_deliveries_is_not_finished(database: impl Database) {
    let store = sending(&database, 1).await;
    let finish = async |minute| store.close(&key(), Stage::Finished, at(minute)).await;
    assert!(matches!(finish(1).await, Err(Error::Open { open: 1, .. })));
    let who = claim_one(&store, 1).await.subscriber;
    assert!(end(&store, who, rejected(), 2).await);
    finish(3).await.unwrap();
    finish(4).await.unwrap();
    assert_eq!(store.issue(&key()).await.unwrap().unwrap().ended, Some(at(3)));
    let abandoned = store.close(&key(), Stage::Abandoned, at(5)).await;
    assert!(matches!(abandoned, Err(Error::Closed { stage: Stage::Finished, .. })));
}

pub(crate) async fn an_abandoned_issue_gives_out_no_claims_and_begins_no_attempts(database: impl Database) {
    let store = sending(&database, 3).await;
    let claims = claim(&store, 2, 1).await;
    assert!(begin(&store, claims[0].subscriber, 1).await);
    store.close(&key(), Stage::Abandoned, at(2)).await.unwrap();
    assert_eq!(claim(&store, 1, 3).await, []);
    assert!(!begin(&store, claims[1].subscriber, 3).await);
    assert!(end(&store, claims[0].subscriber, accepted(), 3).await, "what was begun is recorded still");
}

pub(crate) async fn a_well_kept_store_has_nothing_wrong(database: impl Database) {
    let store = sending(&database, 3).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await);
    assert!(end(&store, who, accepted(), 2).await);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
