//! Moments: dates to the day, and instants.

mod written;
mod loose;
mod text;

pub use text::{from_number, parse};

use chrono::{
    DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
    Timelike,
};
use chrono_tz::Tz;

/// When something is dated: to the day, or to the instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A whole day of the site's time zone.
    Day(NaiveDate),
    /// An instant, with the offset it was written with (or the site's, where none was).
    Instant(DateTime<FixedOffset>),
}

impl Moment {
    /// Its first instant.
    #[must_use]
    pub fn start(self, zone: Tz) -> DateTime<FixedOffset> {
        match self {
            Self::Day(day) => resolve(day.and_time(NaiveTime::MIN), zone),
            Self::Instant(instant) => instant,
        }
    }

    /// The first instant after it: the next midnight of a day, the instant itself otherwise.
    #[must_use]
    pub fn end(self, zone: Tz) -> DateTime<FixedOffset> {
        match self {
            Self::Day(day) => {
                let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
                resolve(next.and_time(NaiveTime::MIN), zone)
            }
            Self::Instant(instant) => instant,
        }
    }

    /// The day it falls on in `zone`.
    #[must_use]
    pub fn day(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Instant(instant) => instant.with_timezone(&zone).date_naive(),
        }
    }

    /// The day that is written, whatever the zone: that of Hugo's addresses.
    #[must_use]
    pub fn written_day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Instant(instant) => instant.date_naive(),
        }
    }

    /// Whether it is the first day of the year 1: Go's zero time, which Hugo takes for no date.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.day(Tz::UTC) == NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()
    }
}

/// A local time of `zone` as an instant: where the clocks were turned back, the earlier of the two;
/// where they were turned forward over it, the first instant after the gap.
#[must_use]
pub fn resolve(local: NaiveDateTime, zone: Tz) -> DateTime<FixedOffset> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => writable(instant.fixed_offset()),
        LocalResult::None => after_gap(local, zone),
    }
}

/// The same local time at an offset of whole minutes, for RFC 3339 (§5.6) can write no other. Clocks
/// that went by the sun had seconds in theirs; it is the later instant, so that it is in the same day.
fn writable(instant: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let minutes = instant.offset().local_minus_utc().div_euclid(60);
    FixedOffset::east_opt(minutes * 60)
        .and_then(|offset| offset.from_local_datetime(&instant.naive_local()).single())
        .unwrap_or(instant)
}

/// The first instant after the gap in which `local` lies: gaps end on whole minutes, within a day.
fn after_gap(local: NaiveDateTime, zone: Tz) -> DateTime<FixedOffset> {
    let minute = local.with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or(local);
    (1..=24 * 60)
        .find_map(|later| zone.from_local_datetime(&(minute + TimeDelta::minutes(later))).earliest())
        .map_or_else(|| local.and_utc().fixed_offset(), |instant| writable(instant.fixed_offset()))
}

#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn clocks_turned_back_give_the_earlier_instant_and_forward_the_first_after_the_gap() {
        let zone = chrono_tz::America::New_York;
        assert_eq!(resolve(local("2026-11-01T01:30:00"), zone).to_rfc3339(), "2026-11-01T01:30:00-04:00");
        assert_eq!(resolve(local("2026-03-08T02:30:15"), zone).to_rfc3339(), "2026-03-08T03:00:00-04:00");
        assert_eq!(resolve(local("2026-03-08T03:00:00"), zone).to_rfc3339(), "2026-03-08T03:00:00-04:00");
    }

    #[test]
    fn an_instant_of_a_clock_that_went_by_the_sun_is_the_same_when_it_is_written_and_read_again() {
        for zone in [chrono_tz::America::New_York, chrono_tz::Europe::Amsterdam, chrono_tz::Pacific::Apia] {
            let written = resolve(local("1880-01-01T00:00:00"), zone).to_rfc3339();
            assert!(written.starts_with("1880-01-01T00:00:00"), "{written}");
            assert_eq!(
                parse(&written, zone, None),
                Some(Moment::Instant(resolve(local("1880-01-01T00:00:00"), zone)))
            );
        }
    }

    #[test]
    fn a_day_lasts_from_midnight_to_midnight_where_the_site_is() {
        let zone = chrono_tz::America::Santiago; // Midnight does not exist on 2026-09-06 here.
        let day = Moment::Day(NaiveDate::from_ymd_opt(2026, 9, 6).unwrap());
        assert_eq!(day.start(zone).to_rfc3339(), "2026-09-06T01:00:00-03:00");
        assert_eq!(day.end(zone).to_rfc3339(), "2026-09-07T00:00:00-03:00");
    }
}
