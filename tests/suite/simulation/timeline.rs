//! Timelines: what happens to the articles and the runs of a site, drawn at random and made to
//! shrink: fewer days, fewer articles, fewer changes, plainer runs.

use proptest::collection::vec;
use proptest::num::usize::BinarySearch;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::NewTree;
use proptest::test_runner::TestRunner;

use super::calendar::{DAY, HOUR};

/// The most mishaps, irregular runs and articles.
const MISHAPS: usize = 40;
const IRREGULAR: usize = 60;
const LIVES: usize = 160;

/// What happens, and when, as clocks of the site show it.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    /// It ends after these many days.
    pub(super) days: i64,
    /// Which of the digests are run at all.
    pub(super) digests: [bool; 3],
    /// How late an article may come, in minutes.
    pub(super) grace: i64,
    /// What a digest may hold.
    pub(super) bounds: Bounds,
    /// How many links there are for all articles.
    pub(super) links: u8,
    pub(super) lives: Vec<Life>,
    /// When the daily and the weekly run begin, in minutes of the day.
    pub(super) begins: i64,
    /// What becomes of some of those runs.
    pub(super) mishaps: Vec<Mishap>,
    /// The runs of the third digest: day, minute of the day, and what becomes of them.
    pub(super) irregular: Vec<(i64, i64, Run)>,
}

/// What a digest may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) min_articles: usize,
    pub(super) limit: Option<usize>,
    pub(super) per_source: Option<usize>,
    pub(super) per_tag: Option<usize>,
    pub(super) leftovers: bool,
}

/// The life of an article.
#[derive(Debug, Clone)]
pub(super) struct Life {
    /// The day and the minute of it that the article comes.
    pub(super) arrives: (i64, i64),
    pub(super) dated: Dated,
    /// When it is to be published, if that is said.
    pub(super) published: Option<Dated>,
    /// How long after its arrival it expires, in minutes.
    pub(super) expires: Option<i64>,
    /// Its link, by number modulo [`Timeline::links`]; articles may share one.
    pub(super) link: Option<u8>,
    /// What happens to it later: minutes after what happened before, and what.
    pub(super) changes: Vec<(i64, Change)>,
}

/// How an article is dated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated {
    /// How long before it is written; negative where it is dated ahead.
    pub(super) ago: i64,
    pub(super) precision: Precision,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Precision {
    /// `2026-03-08`
    Day,
    /// `2026-03-08T02:30:00`, which clocks may skip or repeat.
    Local,
    /// `2026-03-08T07:30:00Z`
    Instant,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Delete,
    /// It comes back as it was.
    Restore,
    /// The digests' tag is taken from it.
    Untag,
    /// And given to it.
    Tag,
    Draft,
    Publish,
    Redate(Dated),
    Relink(Option<u8>),
    /// Its file moves to another folder, and back.
    Move,
}

/// What becomes of `length` runs in a row of the daily (0) or the weekly (1) digest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mishap {
    pub(super) digest: usize,
    pub(super) nth: i64,
    pub(super) length: i64,
    pub(super) run: Run,
}

impl Mishap {
    /// Whether the `nth` run of a digest is one of those. The weekly one has 57 in 400 days.
    pub(super) fn befalls(&self, digest: usize, nth: i64) -> bool {
        let first = if self.digest == 0 { self.nth } else { self.nth % 57 };
        self.digest == digest && (first..first + self.length).contains(&nth)
    }
}

/// What is run, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// `tidings send DIGEST`
    Send,
    /// Nothing: the machine was off.
    Missed,
    /// `send`, killed as the first message was about to go.
    Killed,
    /// `send`, killed before the issue was started.
    KilledEarly,
    /// `send`, killed when its draft was written and the issue not yet started.
    KilledAtDraft,
    /// `send`, and the mail server is not to be reached.
    Unreachable,
    /// `compose`: a draft, for review.
    Compose,
    /// The draft's folder is deleted.
    Discard,
    /// `send --compose`
    Anew,
    /// `abandon` of the issue that was not finished.
    Abandon,
}

impl Timeline {
    /// Timelines of `days`, some of which are `changes` of the clocks; few articles or many share a
    /// link.
    pub(super) fn any(
        days: u16,
        changes: &[i64],
        links: &'static [u8],
        bounds: impl Strategy<Value = Bounds>,
    ) -> impl Strategy<Value = Self> {
        let all = usize::from(days);
        let days = i64::from(days);
        let grace = prop_oneof![3 => Just(2 * DAY), 1 => Just(0), 1 => Just(12 * HOUR), 1 => Just(10 * DAY)];
        // What comes first is made small first, so halves go before single ones.
        let digests = [Whole(1), Whole(1), Whole(1)].prop_map(|are_run| are_run.map(|is_run| is_run > 0));
        let kept = (Whole(MISHAPS), Whole(IRREGULAR), Whole(LIVES));
        let runs =
            (vec(mishap(days), 0..MISHAPS), vec((day(days, changes), minute_of_day(), run()), 0..IRREGULAR));
        // Each may be made none.
        let lives = vec(weighted(0.97, life(days, changes)), LIVES / 2..LIVES);
        let setting = (grace, bounds, select(links), minute_of_day());
        (Whole(all), digests, kept, runs, lives, setting).prop_map(
            move |(left, digests, kept, (mut mishaps, mut irregular), mut lives, setting)| {
                let (grace, bounds, links, begins) = setting;
                mishaps.truncate(kept.0);
                irregular.truncate(kept.1);
                lives.truncate(kept.2);
                let lives = lives.into_iter().flatten().collect();
                Self {
                    days: left.try_into().unwrap(),
                    digests,
                    grace,
                    bounds,
                    links,
                    lives,
                    begins,
                    mishaps,
                    irregular,
                }
            },
        )
    }
}

/// All of a number, made smaller by halves.
#[derive(Debug)]
struct Whole(usize);

impl Strategy for Whole {
    type Tree = BinarySearch;
    type Value = usize;

    fn new_tree(&self, _: &mut TestRunner) -> NewTree<Self> {
        Ok(BinarySearch::new(self.0))
    }
}

/// A minute of the day; the small hours, when clocks change, and the hour of many runs are likelier.
fn minute_of_day() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(7 * HOUR), 1 => Just(0), 4 => 0..3 * HOUR + 1, 2 => 0..DAY]
}

/// A day; those when clocks change are likelier.
fn day(days: i64, changes: &[i64]) -> impl Strategy<Value = i64> + use<> {
    let changes: Vec<i64> = changes.iter().copied().filter(|day| *day < days).collect();
    prop_oneof![3 => 0..days, 1 => select(changes)]
}

fn dated() -> impl Strategy<Value = Dated> {
    let days = (0..14_i64).prop_map(|days| days * DAY);
    let ago = prop_oneof![3 => 0..3 * HOUR, 2 => 0..3 * DAY, 2 => days, 1 => -3 * DAY..0, 1 => 0..12 * DAY];
    let precision =
        prop_oneof![2 => Just(Precision::Day), 2 => Just(Precision::Local), 1 => Just(Precision::Instant)];
    (ago, precision).prop_map(|(ago, precision)| Dated { ago, precision })
}

fn link() -> impl Strategy<Value = Option<u8>> {
    weighted(0.6, any::<u8>())
}

fn life(days: i64, changes: &[i64]) -> impl Strategy<Value = Life> + use<> {
    let arrives = (day(days, changes), minute_of_day());
    let expires = weighted(0.1, 0..10 * DAY);
    let changes = vec((0..6 * DAY, change()), 0..4);
    (arrives, dated(), weighted(0.15, dated()), expires, link(), changes).prop_map(
        |(arrives, dated, published, expires, link, changes)| Life {
            arrives,
            dated,
            published,
            expires,
            link,
            changes,
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Delete),
        Just(Change::Restore),
        Just(Change::Untag),
        Just(Change::Tag),
        Just(Change::Draft),
        Just(Change::Publish),
        dated().prop_map(Change::Redate),
        link().prop_map(Change::Relink),
        Just(Change::Move),
    ]
}

fn run() -> impl Strategy<Value = Run> {
    prop_oneof![
        6 => Just(Run::Send),
        2 => Just(Run::Missed),
        2 => Just(Run::Killed),
        1 => Just(Run::KilledEarly),
        1 => Just(Run::KilledAtDraft),
        1 => Just(Run::Unreachable),
        3 => Just(Run::Compose),
        2 => Just(Run::Discard),
        2 => Just(Run::Anew),
        1 => Just(Run::Abandon),
    ]
}

fn mishap(days: i64) -> impl Strategy<Value = Mishap> {
    let length = prop_oneof![3 => Just(1_i64), 1 => 1..12_i64];
    (0..2_usize, 0..days, length, run()).prop_map(|(digest, nth, length, run)| Mishap {
        digest,
        nth,
        length,
        run,
    })
}
