//! What every store has to do, whatever its database: one suite, run for each implementation by
//! [`conformance!`].

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use lettre::Address;

use super::{Added, Channel, Entry, Error, Imported, Past, Stage, Step, Store};
use crate::article::Identity;
use crate::delivery::{Claim, Outcome, Reply, State};
use crate::issue::{CarriedArticle, Issue, IssueKey};
use crate::subscriber::{Status, SubscriberId};

/// A database of one test's own.
pub(crate) trait Database: Sized {
    type Store: Store;
    /// An empty one.
    fn fresh() -> Self;
    /// A store on it, as a new process would open it.
    fn open(&self) -> Self::Store;
}

/// Makes each rule a test of the database.
macro_rules! conformance {
    ($database:ty: $($rule:ident)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            $crate::store::conformance::$rule(<$database>::fresh()).await;
        })*
    };
    ($database:ty) => {
        $crate::store::conformance::conformance! { $database:
            the_secret_stays_the_same
            an_address_is_on_a_list_once_whatever_its_case_and_kept_as_written
            adding_confirms_the_pending_and_brings_back_who_left
            an_import_revives_nobody
            a_suppressed_address_is_not_added_until_lifted
            unsubscribing_works_by_address_and_by_id_and_only_once
            lists_are_counted_by_status
            recipients_are_those_confirmed_and_not_suppressed_at_the_start
            an_issue_starts_once
            a_frozen_issue_is_the_one_that_was_started
            maildir_issues_count_as_carried_for_maildirs_only
            an_adopted_issue_counts_as_carried_and_delivers_nothing
            two_claimants_never_get_the_same_delivery
            who_left_or_is_suppressed_since_the_start_is_withdrawn_at_the_claim
            an_attempt_is_counted_when_it_begins_and_keeps_its_first_time
            a_step_applies_only_for_its_claimant_and_only_once
            a_deferred_delivery_is_claimed_when_it_is_due
            a_refusal_before_the_message_counts_as_an_attempt
            a_released_attempt_did_not_happen
            a_released_claim_waits_as_before
            a_crash_leaves_what_was_attempted_uncertain_and_the_rest_waiting
            a_late_reply_settles_what_is_uncertain
            uncertain_deliveries_are_held_until_they_are_queued_again
            only_what_ended_undelivered_is_queued_again
            an_issue_with_open_deliveries_is_not_finished
            an_abandoned_issue_gives_out_no_claims_and_begins_no_attempts
            requests_that_share_a_commit_do_not_undo_each_other
            deliveries_are_listed_by_address_with_their_reply
            a_well_kept_store_has_nothing_wrong
        }
    };
}
pub(crate) use conformance;

const LIST: &str = "main";
const ME: u64 = u64::MAX - 7;
const OTHER: u64 = 7;

fn at(minute: i64) -> DateTime<Utc> {
    "2026-01-14T09:00:00.123Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn entry(text: &str, status: Status) -> Entry {
    Entry { address: address(text), name: None, status }
}

fn confirmed(text: &str) -> Entry {
    entry(text, Status::Confirmed)
}

fn issue(key: &str) -> Issue {
    let article = |path: &str, link: Option<&str>| CarriedArticle {
        path: path.to_owned(),
        link: link.map(str::to_owned),
        title: format!("About {path}"),
        url: format!("https://news.example.org/{path}"),
    };
    Issue {
        key: key.parse().unwrap(),
        subject: "The week: ünïcode 🗞".to_owned(),
        preheader: "What mattered".to_owned(),
        language: "en".to_owned(),
        composed: at(-5),
        articles: vec![article("b.md", Some("https://example.com/b")), article("a.md", None)],
        cut: vec![Identity { path: "c.md".to_owned(), link: Some("https://example.com/c".to_owned()) }],
        html: "<p>Hello</p>\n".to_owned(),
        text: "Hello\r\n".to_owned(),
    }
}

fn key() -> IssueKey {
    issue("weekly@2026-01-14").key
}

fn said(code: u16, text: &str) -> Reply {
    Reply { code: Some(code), text: text.to_owned() }
}

fn accepted() -> Outcome {
    Outcome::Accepted(said(250, "2.0.0 queued as 1"))
}

fn rejected() -> Outcome {
    Outcome::Rejected(said(550, "5.1.1 no such user"))
}

fn deferred(due: DateTime<Utc>) -> Outcome {
    Outcome::Deferred { reply: said(451, "4.3.0 later"), due }
}

/// A store with an issue started for `a@` to whatever `recipients` says, in that order.
async fn sending<D: Database>(database: &D, recipients: u8) -> D::Store {
    let store = database.open();
    let entries = (b'a'..).take(recipients.into()).map(|c| confirmed(&format!("{}@example.org", c as char)));
    store.import(LIST, entries.collect(), at(-10)).await.unwrap();
    let started = store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(0)).await.unwrap();
    assert_eq!(started, u64::from(recipients));
    store
}

async fn claim(store: &impl Store, limit: usize, minute: i64) -> Vec<Claim> {
    store.claim(&key(), ME, limit, at(minute)).await.unwrap()
}

async fn claim_one(store: &impl Store, minute: i64) -> Claim {
    let mut claims = claim(store, 1, minute).await;
    assert_eq!(claims.len(), 1);
    claims.remove(0)
}

async fn step(store: &impl Store, claimant: u64, step: Step, minute: i64) -> bool {
    store.record(&key(), claimant, vec![step], at(minute)).await.unwrap() == [true]
}

async fn begin(store: &impl Store, subscriber: SubscriberId, minute: i64) -> bool {
    step(store, ME, Step::Begin(subscriber), minute).await
}

async fn end(store: &impl Store, subscriber: SubscriberId, outcome: Outcome, minute: i64) -> bool {
    step(store, ME, Step::End(subscriber, outcome), minute).await
}

/// How many deliveries are in each state that any is in.
async fn counts(store: &impl Store) -> Vec<(State, u64)> {
    store.counts(&key()).await.unwrap().0.into_iter().collect()
}

async fn status_of(store: &impl Store, text: &str) -> Status {
    let subscribers = store.subscribers(LIST, None).await.unwrap();
    subscribers.iter().find(|subscriber| subscriber.address == address(text)).unwrap().status
}

pub(crate) async fn the_secret_stays_the_same(database: impl Database) {
    let secret = database.open().secret().await.unwrap();
    assert!(secret.len() >= 32);
    assert_eq!(database.open().secret().await.unwrap(), secret);
}

pub(crate) async fn an_address_is_on_a_list_once_whatever_its_case_and_kept_as_written(
    database: impl Database,
) {
    let store = database.open();
    assert_eq!(store.add(LIST, confirmed("Ann@Example.org"), at(0)).await.unwrap(), Added::New);
    assert_eq!(store.add("other", confirmed("ann@example.org"), at(0)).await.unwrap(), Added::New);
    let twins =
        vec![confirmed("ANN@example.org"), confirmed("Bea@example.org"), confirmed("bea@example.ORG")];
    let imported = store.import(LIST, twins, at(1)).await.unwrap();
    assert_eq!(imported, Imported { added: 1, already: 2, ..Imported::default() });
    let addresses: Vec<_> =
        store.subscribers(LIST, None).await.unwrap().iter().map(|s| s.address.to_string()).collect();
    assert_eq!(addresses, ["Ann@Example.org", "Bea@example.org"]);
}

pub(crate) async fn adding_confirms_the_pending_and_brings_back_who_left(database: impl Database) {
    use Status::{Confirmed, Pending, Unsubscribed};
    let store = database.open();
    for (before, asked, added, after) in [
        (Pending, Confirmed, Added::Changed(Pending), Confirmed),
        (Unsubscribed, Confirmed, Added::Changed(Unsubscribed), Confirmed),
        (Unsubscribed, Pending, Added::Changed(Unsubscribed), Pending),
        (Confirmed, Pending, Added::Already, Confirmed),
        (Confirmed, Confirmed, Added::Already, Confirmed),
        (Confirmed, Unsubscribed, Added::Changed(Confirmed), Unsubscribed),
    ] {
        let who = format!("{}-{}@example.org", before.name(), asked.name());
        store.import(LIST, vec![entry(&who, before)], at(0)).await.unwrap();
        assert_eq!(store.add(LIST, entry(&who, asked), at(1)).await.unwrap(), added, "{who}");
        assert_eq!(status_of(&store, &who).await, after, "{who}");
    }
}

pub(crate) async fn an_import_revives_nobody(database: impl Database) {
    use Status::{Confirmed, Pending, Unsubscribed};
    let store = database.open();
    store.add(LIST, entry("left@example.org", Unsubscribed), at(0)).await.unwrap();
    store.add(LIST, entry("waits@example.org", Pending), at(0)).await.unwrap();
    store.add(LIST, entry("here@example.org", Confirmed), at(0)).await.unwrap();
    store.suppress(&address("Bounced@example.org"), "bounced", at(0)).await.unwrap();
    let entries = vec![
        confirmed("LEFT@example.org"),
        confirmed("bounced@example.org"),
        confirmed("waits@example.org"),
        entry("here@example.org", Unsubscribed),
        entry("gone@example.org", Unsubscribed),
        confirmed("gone@example.org"),
        confirmed("new@example.org"),
        entry("new@example.org", Pending),
    ];
    let imported = store.import(LIST, entries, at(1)).await.unwrap();
    assert_eq!(imported, Imported { added: 1, changed: 2, already: 1, unsubscribed: 3, suppressed: 1 });
    for (who, status) in [
        ("left@example.org", Unsubscribed),
        ("waits@example.org", Confirmed),
        ("here@example.org", Unsubscribed),
        ("gone@example.org", Unsubscribed),
        ("new@example.org", Confirmed),
    ] {
        assert_eq!(status_of(&store, who).await, status, "{who}");
    }
    assert_eq!(store.subscribers(LIST, None).await.unwrap().len(), 5);
}

pub(crate) async fn a_suppressed_address_is_not_added_until_lifted(database: impl Database) {
    let store = database.open();
    let ann = address("Ann@example.org");
    assert!(store.suppress(&ann, "complained", at(0)).await.unwrap());
    assert!(!store.suppress(&address("ann@example.org"), "bounced", at(1)).await.unwrap());
    let suppressions = store.suppressions().await.unwrap();
    assert_eq!((suppressions.len(), suppressions[0].reason.as_str()), (1, "complained"));
    assert_eq!(store.add(LIST, confirmed("ann@example.org"), at(2)).await.unwrap(), Added::Suppressed);
    assert!(store.lift(&ann).await.unwrap());
    assert!(!store.lift(&ann).await.unwrap());
    assert_eq!(store.add(LIST, confirmed("ann@example.org"), at(3)).await.unwrap(), Added::New);
}

pub(crate) async fn unsubscribing_works_by_address_and_by_id_and_only_once(database: impl Database) {
    let store = database.open();
    store
        .import(LIST, vec![confirmed("Ann@example.org"), confirmed("bea@example.org")], at(0))
        .await
        .unwrap();
    let id = store.subscribers(LIST, None).await.unwrap()[1].id;
    assert!(store.unsubscribe(LIST, &address("ann@EXAMPLE.org"), at(1)).await.unwrap());
    assert!(!store.unsubscribe(LIST, &address("ann@example.org"), at(1)).await.unwrap());
    assert!(!store.unsubscribe("other", &address("bea@example.org"), at(1)).await.unwrap());
    for _ in 0..2 {
        let gone = store.unsubscribe_id(id, at(1)).await.unwrap().unwrap();
        assert_eq!(
            (gone.address.to_string().as_str(), gone.status),
            ("bea@example.org", Status::Unsubscribed)
        );
    }
    assert_eq!(store.unsubscribe_id(SubscriberId([0; 16]), at(1)).await.unwrap(), None);
    assert_eq!(store.recipients(LIST).await.unwrap(), 0);
}

pub(crate) async fn lists_are_counted_by_status(database: impl Database) {
    let store = database.open();
    assert_eq!(store.lists().await.unwrap(), []);
    store.add("b", confirmed("a@example.org"), at(0)).await.unwrap();
    store.add("a", confirmed("a@example.org"), at(0)).await.unwrap();
    store.add("a", entry("b@example.org", Status::Pending), at(0)).await.unwrap();
    store.add("a", entry("c@example.org", Status::Unsubscribed), at(0)).await.unwrap();
    let lists = store.lists().await.unwrap();
    assert_eq!(lists.iter().map(|list| list.list.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((lists[0].pending, lists[0].confirmed, lists[0].unsubscribed), (1, 1, 1));
    let pending = store.subscribers("a", Some(Status::Pending)).await.unwrap();
    assert_eq!((pending.len(), pending[0].address.to_string().as_str()), (1, "b@example.org"));
}

pub(crate) async fn recipients_are_those_confirmed_and_not_suppressed_at_the_start(database: impl Database) {
    let store = database.open();
    store.add(LIST, confirmed("in@example.org"), at(0)).await.unwrap();
    store.add(LIST, confirmed("Bounced@example.org"), at(0)).await.unwrap();
    store.add(LIST, entry("waits@example.org", Status::Pending), at(0)).await.unwrap();
    store.add(LIST, entry("left@example.org", Status::Unsubscribed), at(0)).await.unwrap();
    store.add("other", confirmed("elsewhere@example.org"), at(0)).await.unwrap();
    store.suppress(&address("bounced@example.org"), "bounced", at(0)).await.unwrap();
    assert_eq!(store.recipients(LIST).await.unwrap(), 1);
    assert_eq!(store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(1)).await.unwrap(), 1);
    // Joiners never get a started issue.
    store.add(LIST, confirmed("late@example.org"), at(2)).await.unwrap();
    let claims = claim(&store, 10, 3).await;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].address, address("in@example.org"));
}

pub(crate) async fn an_issue_starts_once(database: impl Database) {
    let store = sending(&database, 2).await;
    for again in [
        store.start(&issue("weekly@2026-01-14"), LIST, Channel::Maildir, at(1)).await.map(drop),
        store.adopt(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(1)).await,
    ] {
        assert!(matches!(again, Err(Error::Started(started)) if started == key()));
    }
    assert_eq!(counts(&store).await, [(State::Queued, 2)]);
    store.start(&issue("weekly@2026-01-14-2"), LIST, Channel::Smtp, at(2)).await.unwrap();
    store.start(&issue("daily@2026-01-14"), LIST, Channel::Smtp, at(3)).await.unwrap();
    let names = |issues: Vec<super::Started>| issues.iter().map(|i| i.key.to_string()).collect::<Vec<_>>();
    assert_eq!(
        names(store.issues(None).await.unwrap()),
        ["daily@2026-01-14", "weekly@2026-01-14-2", "weekly@2026-01-14"]
    );
    assert_eq!(names(store.issues(Some("daily")).await.unwrap()), ["daily@2026-01-14"]);
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
    store.start(&tried, LIST, Channel::Maildir, at(0)).await.unwrap();
    let mut mailed = issue("weekly@2026-01-14");
    mailed.articles.remove(0);
    store.start(&mailed, LIST, Channel::Smtp, at(1)).await.unwrap();
    store.close(&mailed.key, Stage::Abandoned, at(2)).await.unwrap();
    let past = |issues: &[&Issue]| Past {
        carried: issues.iter().flat_map(|issue| &issue.articles).map(CarriedArticle::identity).collect(),
        cut: issues.iter().flat_map(|issue| issue.cut.clone()).collect(),
        latest: issues.iter().map(|issue| issue.composed).max(),
    };
    assert_eq!(store.past("weekly", Channel::Smtp).await.unwrap(), past(&[&mailed]));
    assert_eq!(store.past("weekly", Channel::Maildir).await.unwrap(), past(&[&tried, &mailed]));
    assert_eq!(store.past("daily", Channel::Maildir).await.unwrap(), Past::default());
}

pub(crate) async fn an_adopted_issue_counts_as_carried_and_delivers_nothing(database: impl Database) {
    let store = database.open();
    store.add(LIST, confirmed("a@example.org"), at(0)).await.unwrap();
    store.adopt(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(0)).await.unwrap();
    let adopted = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((adopted.stage, adopted.started, adopted.ended), (Stage::Finished, at(0), Some(at(0))));
    assert_eq!(store.past("weekly", Channel::Smtp).await.unwrap().carried.len(), 2);
    assert_eq!(claim(&store, 10, 1).await, []);
    assert_eq!(counts(&store).await, []);
}

pub(crate) async fn two_claimants_never_get_the_same_delivery(database: impl Database) {
    let first = sending(&database, 26).await;
    let second = database.open();
    let (mine, others) = tokio::join!(claim_all(&first, ME), claim_all(&second, OTHER));
    let distinct: HashSet<_> = mine.iter().chain(&others).collect();
    assert_eq!((mine.len() + others.len(), distinct.len()), (26, 26));
}

async fn claim_all(store: &impl Store, claimant: u64) -> Vec<SubscriberId> {
    let mut all = Vec::new();
    loop {
        let claims = store.claim(&key(), claimant, 3, at(1)).await.unwrap();
        if claims.is_empty() {
            return all;
        }
        all.extend(claims.into_iter().map(|claim| claim.subscriber));
    }
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
    assert!(!step(&store, OTHER, Step::Begin(who), 1).await);
    assert!(!end(&store, who, accepted(), 1).await, "nothing was attempted");
    assert!(!end(&store, who, Outcome::Uncertain { why: String::new() }, 1).await, "nothing was attempted");
    assert!(begin(&store, who, 2).await);
    assert!(!begin(&store, who, 2).await);
    assert!(!step(&store, OTHER, Step::End(who, accepted()), 3).await);
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
    let steps = vec![Step::Begin(claims[0].subscriber), Step::Begin(claims[1].subscriber)];
    store.record(&key(), ME, steps, at(1)).await.unwrap();
    assert!(end(&store, claims[0].subscriber, accepted(), 2).await);
    drop(store);
    let store = database.open();
    assert_eq!(store.recover(&key(), at(60)).await.unwrap(), 1);
    assert_eq!(counts(&store).await, [(State::Queued, 2), (State::Accepted, 1), (State::Uncertain, 1)]);
    let rest: Vec<_> =
        store.claim(&key(), OTHER, 9, at(61)).await.unwrap().into_iter().map(|claim| claim.address).collect();
    assert_eq!(rest, [address("c@example.org"), address("d@example.org")]);
    assert_eq!(store.recover(&key(), at(62)).await.unwrap(), 0);
}

pub(crate) async fn a_late_reply_settles_what_is_uncertain(database: impl Database) {
    let store = sending(&database, 3).await;
    let claims = claim(&store, 3, 1).await;
    for claim in &claims {
        assert!(begin(&store, claim.subscriber, 1).await);
    }
    assert!(end(&store, claims[0].subscriber, Outcome::Uncertain { why: "timeout".to_owned() }, 2).await);
    assert_eq!(store.recover(&key(), at(3)).await.unwrap(), 2);
    assert!(!step(&store, OTHER, Step::End(claims[0].subscriber, accepted()), 4).await);
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
    assert_eq!(store.requeue(&key(), &[State::Uncertain], at(601)).await.unwrap(), 1);
    let started = store.issue(&key()).await.unwrap().unwrap();
    assert_eq!((started.stage, started.ended), (Stage::Sending, None));
    // The reply to the attempt that was given up comes too late.
    assert!(!end(&store, who, accepted(), 602).await);
    let again = claim_one(&store, 603).await;
    assert_eq!((again.attempts, again.first_attempt), (1, Some(at(1))));
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
    assert_eq!(store.requeue(&key(), &[State::Rejected], at(3)).await.unwrap(), 1);
    assert_eq!(store.requeue(&key(), &State::ALL, at(3)).await.unwrap(), 1);
    assert_eq!(counts(&store).await, [(State::Queued, 3), (State::Accepted, 1), (State::Deferred, 1)]);
    store.close(&key(), Stage::Abandoned, at(4)).await.unwrap();
    assert!(matches!(
        store.requeue(&key(), &State::ALL, at(5)).await,
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

pub(crate) async fn requests_that_share_a_commit_do_not_undo_each_other(database: impl Database) {
    let store = sending(&database, 20).await;
    let claims = claim(&store, 20, 1).await;
    let unknown: IssueKey = "weekly@1999-01-01".parse().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for claim in claims {
        let (store, unknown) = (store.clone(), unknown.clone());
        tasks.spawn(async move {
            let issue = issue("weekly@2026-01-14");
            let fails = store.record(&unknown, ME, vec![Step::Begin(claim.subscriber)], at(1));
            let works = store.record(&issue.key, ME, vec![Step::Begin(claim.subscriber)], at(1));
            let twice = store.start(&issue, LIST, Channel::Smtp, at(1));
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
    store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, at(0)).await.unwrap();
    let claims = claim(&store, 2, 1).await;
    assert!(end(&store, claims[0].subscriber, rejected(), 1).await);
    let unreachable = Reply { code: None, text: "could not connect".to_owned() };
    assert!(end(&store, claims[1].subscriber, Outcome::Deferred { reply: unreachable, due: at(9) }, 1).await);
    let deliveries = store.deliveries(&key(), None).await.unwrap();
    let shown: Vec<_> = deliveries.iter().map(|d| (d.address.to_string(), d.reply.as_deref())).collect();
    assert_eq!(
        shown,
        [
            ("a@example.org".to_owned(), None),
            ("b@example.org".to_owned(), Some("550 5.1.1 no such user")),
            ("C@example.org".to_owned(), Some("could not connect")),
        ]
    );
    let rejected = store.deliveries(&key(), Some(State::Rejected)).await.unwrap();
    assert_eq!(rejected, [deliveries[1].clone()]);
}

pub(crate) async fn a_well_kept_store_has_nothing_wrong(database: impl Database) {
    let store = sending(&database, 3).await;
    let who = claim_one(&store, 1).await.subscriber;
    assert!(begin(&store, who, 1).await);
    assert!(end(&store, who, accepted(), 2).await);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
