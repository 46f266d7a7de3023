//! The calendar of a zone, found by looking at its clock at each minute of 500 days.
//!
//! It asks the zone only what its clocks show at an instant, which has one answer, and works out
//! the rest itself: which instant a written time is, and where a day begins.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

/// An instant, in minutes since midnight UTC of the [first day](FIRST).
pub(super) type Instant = i64;

/// What a clock on the wall shows, in minutes since it showed midnight of the first day.
pub(super) type Shown = i64;

pub(super) const HOUR: i64 = 60;
pub(super) const DAY: i64 = 24 * HOUR;

/// The first day: the clocks of north and south change both ways in the 400 days after it.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2025, 9, 1).unwrap();

/// The days looked at before the first one, and all of them.
const BEFORE: i64 = 50;
const DAYS: i64 = 500;

pub(super) struct Calendar {
    pub(super) zone: Tz,
    /// For each minute, the latest that the clock has shown by then.
    latest: Vec<Shown>,
}

impl Calendar {
    pub(super) fn new(zone: Tz) -> Self {
        let mut latest = Shown::MIN;
        let minutes = -BEFORE * DAY..(DAYS - BEFORE) * DAY;
        let shown = minutes.map(|minute| {
            let shown = instant(minute).with_timezone(&zone).naive_local() - midnight();
            latest = latest.max(shown.num_minutes());
            latest
        });
        Self { zone, latest: shown.collect() }
    }

    /// The first instant at which the clock shows `shown`, or more where it skips that.
    pub(super) fn first_showing(&self, shown: Shown) -> Instant {
        let index = self.latest.partition_point(|latest| *latest < shown);
        i64::try_from(index).unwrap() - BEFORE * DAY
    }

    /// The days that are longer or shorter than 24 hours.
    pub(super) fn changes(&self) -> Vec<i64> {
        let length = |day: &i64| self.first_showing((day + 1) * DAY) - self.first_showing(day * DAY);
        (0..DAYS - BEFORE - 1).filter(|day| length(day) != DAY).collect()
    }

    /// What the clock shows at an instant; where it repeats an hour, the end of it.
    pub(super) fn shown(&self, at: Instant) -> Shown {
        self.latest[usize::try_from(at + BEFORE * DAY).unwrap()]
    }
}

fn midnight() -> NaiveDateTime {
    FIRST.and_hms_opt(0, 0, 0).unwrap()
}

/// The instant, in the program's type.
pub(super) fn instant(at: Instant) -> DateTime<chrono::Utc> {
    (midnight() + TimeDelta::minutes(at)).and_utc()
}

/// What a clock shows, as it is written.
pub(super) fn written(shown: Shown) -> NaiveDateTime {
    midnight() + TimeDelta::minutes(shown)
}

/// A day by its number, as it is written.
pub(super) fn day(number: i64) -> NaiveDate {
    FIRST + TimeDelta::days(number)
}

#[test]
fn a_skipped_time_is_the_end_of_the_gap_and_a_repeated_one_its_first() {
    let calendar = Calendar::new(Tz::America__New_York);
    let at = |text: &str| {
        let shown = text.parse::<NaiveDateTime>().unwrap() - midnight();
        instant(calendar.first_showing(shown.num_minutes())).to_rfc3339()
    };
    assert_eq!(at("2026-03-08T01:59:00"), "2026-03-08T06:59:00+00:00");
    assert_eq!(at("2026-03-08T02:30:00"), "2026-03-08T07:00:00+00:00");
    assert_eq!(at("2025-11-02T01:30:00"), "2025-11-02T05:30:00+00:00");
    assert_eq!(at("2025-11-02T02:00:00"), "2025-11-02T07:00:00+00:00");
}
