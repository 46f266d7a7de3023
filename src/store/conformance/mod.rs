//! What every store has to do, whatever its database: one suite, run for each implementation by
//! [`conformance!`].

pub(crate) mod deliveries;
pub(crate) mod issues;
pub(crate) mod lists;

use chrono::{DateTime, TimeDelta, Utc};
use lettre::Address;

use super::{Ask, Channel, Entry, Lease, Step, Store};
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
    ($database:ty: $($part:ident: $($rule:ident)*;)*) => {
        $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            $crate::store::conformance::$part::$rule(<$database>::fresh()).await;
        })*)*
    };
    ($database:ty) => {
        $crate::store::conformance::conformance! { $database:
            lists:
                the_secret_stays_the_same
                an_address_is_on_a_list_once_whatever_its_case_and_kept_as_written
                adding_confirms_the_pending_and_brings_back_who_left
                an_import_revives_nobody
                a_suppressed_address_is_not_added_until_lifted
                unsubscribing_works_by_address_and_by_id_and_only_once
                lists_are_counted_by_status
                recipients_are_those_confirmed_and_not_suppressed_at_the_start;
            issues:
                an_issue_starts_once
                a_maildirs_issue_gives_way_to_the_one_that_is_mailed
                a_frozen_issue_is_the_one_that_was_started
                maildir_issues_count_as_carried_for_maildirs_only
                the_first_run_of_a_digest_is_kept_and_a_maildirs_counts_for_maildirs_only
                what_was_told_is_told_again_as_far_back_as_asked
                an_adopted_issue_counts_as_carried_and_delivers_nothing
                only_what_ended_undelivered_is_queued_again
                an_issue_with_open_deliveries_is_not_finished
                an_abandoned_issue_gives_out_no_claims_and_begins_no_attempts
                a_well_kept_store_has_nothing_wrong;
            deliveries:
                what_is_claimed_at_once_is_claimed_once
                an_issue_is_in_the_hands_of_one_run_until_its_lease_ends
                a_run_that_was_taken_for_dead_neither_claims_nor_begins_but_settles_what_it_began
                a_paused_issue_gives_out_no_claims_and_begins_no_attempts
                a_quota_counts_what_was_mailed_and_what_is_claimed
                a_maildirs_messages_count_for_no_quota
                who_is_undeliverable_is_rejected_and_suppressed
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
                requests_that_share_a_commit_do_not_undo_each_other
                deliveries_are_listed_by_address_with_their_reply
                the_slowest_answers_come_first_and_those_not_timed_not_at_all;
        }
    };
}
pub(crate) use conformance;

const LIST: &str = "main";
const DOMAIN: &str = "example.org";
/// How long leases last, in minutes.
const LEASE: i64 = 5;
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
        also: Vec::new(),
    };
    let mut copied = article("b.md", Some("https://example.com/b"));
    copied.also = vec![
        Identity { path: "z.md".to_owned(), link: None },
        Identity { path: "y.md".to_owned(), link: Some("https://example.com/y".to_owned()) },
    ];
    Issue {
        key: key.parse().unwrap(),
        subject: "The week: ünïcode 🗞".to_owned(),
        preheader: "What mattered".to_owned(),
        language: "en".to_owned(),
        composed: at(-5),
        articles: vec![copied, article("a.md", None)],
        cut: vec![Identity { path: "c.md".to_owned(), link: Some("https://example.com/c".to_owned()) }],
        dropped: Vec::new(),
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
    let started = store.start(&issue("weekly@2026-01-14"), LIST, Channel::Smtp, DOMAIN, at(0)).await.unwrap();
    assert_eq!(started, u64::from(recipients));
    take(&store, ME, 0).await;
    store
}

/// A run's hold on the issue, taken at a minute.
fn lease(claimant: u64, holder: &str, minute: i64) -> Lease {
    Lease { claimant, holder: holder.to_owned(), until: at(minute + LEASE) }
}

/// Takes the issue as who holds its lock.
async fn take(store: &impl Store, claimant: u64, minute: i64) -> u64 {
    store.take(&key(), lease(claimant, "here", minute), at(minute)).await.unwrap()
}

fn ask(claimant: u64, limit: usize, minute: i64) -> Ask {
    Ask { claimant, limit, quota: None, at: at(minute) }
}

async fn claim(store: &impl Store, limit: usize, minute: i64) -> Vec<Claim> {
    store.claim(&key(), ask(ME, limit, minute)).await.unwrap().claims
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
    step(store, ME, Step::Begin { subscriber, at: at(minute) }, minute).await
}

async fn end(store: &impl Store, subscriber: SubscriberId, outcome: Outcome, minute: i64) -> bool {
    step(store, ME, Step::end(subscriber, outcome), minute).await
}

/// How many deliveries are in each state that any is in.
async fn counts(store: &impl Store) -> Vec<(State, u64)> {
    store.counts(&key()).await.unwrap().0.into_iter().collect()
}

async fn status_of(store: &impl Store, text: &str) -> Status {
    let subscribers = store.subscribers(LIST, None).await.unwrap();
    subscribers.iter().find(|subscriber| subscriber.address == address(text)).unwrap().status
}
