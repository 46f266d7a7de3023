//! Hours of the day: `hours = "08:00-20:00"`.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::problem::Wrong;

/// The hours of each day in which messages go out; over midnight where they end before they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: NaiveTime,
    to: NaiveTime,
}

impl Hours {
    /// Reads `08:00-20:00`; `None` where it is no span of hours.
    #[cfg(test)]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        hours(text).ok()
    }

    /// When they begin next, if it is not one of them in `zone` now.
    #[must_use]
    pub fn opens(&self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let Self { from, to } = *self;
        let local = now.with_timezone(&zone).naive_local();
        let time = local.time();
        let is_open = if from < to { (from..to).contains(&time) } else { time >= from || time < to };
        if is_open {
            return None;
        }
        let day = if time < from { local.date() } else { local.date() + Days::new(1) };
        // In the hour that a change of clocks leaves out, an hour later; in one that it repeats, the one to come.
        let [this, later] = [TimeDelta::zero(), TimeDelta::hours(1)]
            .map(|by| (day.and_time(from) + by).and_local_timezone(zone));
        let opens =
            [this.earliest(), this.latest(), later.earliest()].into_iter().flatten().find(|at| *at > now)?;
        Some(opens.to_utc())
    }
}

/// Reads `08:00-20:00`.
pub(super) fn hours(text: &str) -> Result<Hours, Wrong> {
    let help = r#"write it as `hours = "08:00-20:00"`, in the time zone of [site]"#;
    let wrong = |why: String| Wrong::with_help(why, help);
    let (from, to) =
        text.split_once(['-', '–']).ok_or_else(|| wrong(format!("{text:?} names no span of hours")))?;
    let time = |text: &str| {
        let text = text.trim();
        let midnight = (text == "24:00").then_some(NaiveTime::MIN);
        let parsed = midnight.map_or_else(|| NaiveTime::parse_from_str(text, "%H:%M"), Ok);
        parsed.map_err(|_| wrong(format!("{text:?} is no time of day")))
    };
    let hours = Hours { from: time(from)?, to: time(to)? };
    if hours.from == hours.to {
        return Err(wrong("it begins when it ends".to_owned()));
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn they_tell_when_they_begin_next_where_the_site_is() {
        let zone = chrono_tz::America::New_York;
        for (text, now, opens) in [
            ("08:00-20:00", "2026-01-14T13:00:00Z", None),
            ("08:00-20:00", "2026-01-14T12:59:59Z", Some("2026-01-14T13:00:00Z")),
            ("08:00 - 20:00", "2026-01-15T01:00:00Z", Some("2026-01-15T13:00:00Z")),
            ("22:00-06:00", "2026-01-15T04:00:00Z", None),
            ("22:00-06:00", "2026-01-15T11:00:00Z", Some("2026-01-16T03:00:00Z")),
            ("08:00-24:00", "2026-01-15T04:59:00Z", None),
            // The clocks go from 2:00 to 3:00.
            ("02:30-09:00", "2026-03-08T05:00:00Z", Some("2026-03-08T07:30:00Z")),
            // From 1:59 to 1:00, and it is the second time.
            ("01:30-20:00", "2026-11-01T06:15:00Z", Some("2026-11-01T06:30:00Z")),
        ] {
            assert_eq!(hours(text).unwrap().opens(at(now), zone), opens.map(at), "{text} at {now}");
        }
        for text in ["8", "08:00", "08:00-08:00", "08:00-25:00", "a-b"] {
            assert!(hours(text).is_err(), "{text}");
        }
    }
}
