//! No article missed, none repeated: 400 days of a site, three digests and many mishaps, against a
//! model of the rules and against the promise itself.
//!
//! A run of the tests draws a few timelines, `PROPTEST_CASES` sets how many. One that fails is made
//! as small as can be, and printed with the seed that brings it back.

mod calendar;
mod model;
mod program;
mod promise;
mod site;
mod timeline;

use std::cell::Cell;
use std::hash::{BuildHasher as _, RandomState};

use chrono_tz::Tz;
use proptest::prop_oneof;
use proptest::strategy::{Just, Strategy};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use calendar::{Calendar, DAY, Instant};
use model::{Model, Outcome, is_same};
use program::{Digest, Program};
use promise::Kept;
use site::Version;
use timeline::{Bounds, Run, Timeline};

const DIGESTS: [Digest; 3] = [("daily", DAY), ("weekly", 7 * DAY), ("irregular", 10 * DAY)];

/// Without limits.
const FREE: Bounds =
    Bounds { min_articles: 1, limit: None, per_source: None, per_tag: None, leftovers: false };

#[test]
fn in_new_york_no_article_is_missed_and_none_repeated() {
    hold(Tz::America__New_York, (2, 400), &[20, 80], Just(FREE));
}

/// Whose clocks change by half an hour, and the other way round.
#[test]
fn on_lord_howe_island_no_article_is_missed_and_none_repeated() {
    hold(Tz::Australia__Lord_Howe, (2, 400), &[20, 80], Just(FREE));
}

/// Where midnight itself is skipped, and repeated.
#[test]
fn in_havana_no_article_is_missed_and_none_repeated() {
    hold(Tz::America__Havana, (2, 400), &[20, 80], Just(FREE));
}

#[test]
fn what_limits_cut_is_passed_over_for_good_or_waits_and_nothing_else_is_missed() {
    hold(Tz::America__New_York, (2, 400), &[20, 80], limited());
}

/// Few weeks with many articles, which share links, are edited and moved.
#[test]
fn on_a_crowded_site_no_article_is_missed_and_none_repeated() {
    hold(Tz::Australia__Lord_Howe, (8, 40), &[3, 10, 40], prop_oneof![Just(FREE), limited()]);
}

fn limited() -> impl Strategy<Value = Bounds> {
    let cap = || proptest::option::of(1..4_usize);
    let drawn = (1..4_usize, 0..5_usize, cap(), cap(), proptest::bool::ANY);
    drawn.prop_map(|(min_articles, more, per_source, per_tag, leftovers)| Bounds {
        min_articles,
        limit: Some(min_articles + more),
        per_source,
        per_tag,
        leftovers,
    })
}

/// Holds the program to the model and to the promise, over some timelines of some days in a zone.
fn hold(zone: Tz, (cases, days): (u32, u16), links: &'static [u8], bounds: impl Strategy<Value = Bounds>) {
    let mut config = Config { failure_persistence: None, max_shrink_iters: 10_000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_MAX_SHRINK_TIME").is_none() {
        config.max_shrink_time = 100_000;
    }
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one(0),
    };
    config.rng_seed = RngSeed::Fixed(seed);
    println!("PROPTEST_RNG_SEED={seed} PROPTEST_CASES={}", config.cases);
    let calendar = Calendar::new(zone);
    let changes = calendar.changes();
    let timelines = Timeline::any(days, &changes, links, bounds);
    let promised = Cell::new(0);
    let result = TestRunner::new(config).run(&timelines, |timeline| {
        promised.set(promised.get() + simulate(&calendar, &timeline).map_err(TestCaseError::fail)?);
        Ok(())
    });
    match result {
        Ok(()) => assert!(promised.get() > 0, "nothing was promised, so nothing was tested"),
        Err(TestError::Fail(reason, timeline)) => panic!("{reason}\nin {timeline:#?}\nof the seed {seed}"),
        Err(error) => panic!("{error}"),
    }
}

/// Lives through a timeline. How many articles were promised, or what went wrong.
fn simulate(calendar: &Calendar, timeline: &Timeline) -> Result<usize, String> {
    let versions: Vec<Version> = (0..)
        .zip(&timeline.lives)
        .flat_map(|(number, life)| Version::all_of(life, number, timeline.links, calendar))
        .collect();
    let mut program = Program::new(calendar.zone, &DIGESTS, timeline.grace, timeline.bounds);
    let mut models = DIGESTS.map(|(_, window)| Model::new(window, timeline.grace, timeline.bounds));
    let mut sent = 0;
    for (now, digest, run) in agenda(calendar, timeline) {
        let there: Vec<&Version> = versions.iter().filter(|version| version.is_there(now)).collect();
        program.place(&there);
        let is = program.run(DIGESTS[digest].0, run, now);
        let ought = models[digest].run(run, now, &there);
        if is != ought {
            let shown = calendar::instant(now).with_timezone(&calendar.zone);
            let run = format!("{run:?} of {} at {shown}, minute {now}", DIGESTS[digest].0);
            return Err(told(&run, &is, &ought, &there));
        }
        sent += usize::from(matches!(is, Outcome::Sent(_)) && run != Run::Killed);
    }
    if program.mailed() != sent {
        return Err(format!("{} messages are mailed of {sent}", program.mailed()));
    }
    let mut promised = 0;
    for model in &models {
        if let Some(begun) = model.begun() {
            let (window, grace) = (model.window(), timeline.grace);
            let bounds = timeline.bounds;
            promised += Kept { begun, window, grace, bounds, issues: &model.started }.hold(&versions)?;
        }
    }
    Ok(promised)
}

/// What is run, in order of time: the instant, the digest, and what becomes of it.
fn agenda(calendar: &Calendar, timeline: &Timeline) -> Vec<(Instant, usize, Run)> {
    let mut agenda = Vec::new();
    for (digest, every) in [(0, 1), (1, 7)] {
        for nth in 0..(timeline.days + every - 1) / every {
            let mishap = timeline.mishaps.iter().find(|mishap| mishap.befalls(digest, nth));
            let run = mishap.map_or(Run::Send, |mishap| mishap.run);
            agenda.push((calendar.first_showing(nth * every * DAY + timeline.begins), digest, run));
        }
    }
    let irregular = timeline.irregular.iter().filter(|(day, ..)| *day < timeline.days);
    agenda.extend(irregular.map(|(day, minute, run)| (calendar.first_showing(day * DAY + minute), 2, *run)));
    agenda.retain(|(_, digest, run)| timeline.digests[*digest] && *run != Run::Missed);
    agenda.sort_by_key(|(now, digest, _)| (*now, *digest));
    agenda
}

/// Tells a difference between program and model, with the files it is about.
fn told(run: &str, is: &Outcome, ought: &Outcome, there: &[&Version]) -> String {
    let (has, wants) = (is.articles(), ought.articles());
    let odd: Vec<&Version> =
        there.iter().copied().filter(|one| has.contains(&one.path) != wants.contains(&one.path)).collect();
    let about = there.iter().filter(|one| odd.iter().any(|other| is_same(one, other)));
    let files: Vec<String> = about.map(|version| format!("{version:?}")).collect();
    format!("{run}: {is:?}, and by the rules {ought:?}\nwith {}", files.join("\nand "))
}
