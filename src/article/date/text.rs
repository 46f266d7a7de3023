//! Dates as they are written in front matter: the shapes that Hugo takes, and, where the site is
//! not known to be Hugo's, those of [`loose`].
//!
//! Hugo tries the layouts of `spf13/cast` (`timeFormats` in its `time.go`) one by one. A text that
//! fits none of them is refused and never guessed at, for a wrong date mails the wrong articles.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use super::written::{Written, at, number, parts};
use super::{Moment, loose, resolve};
use crate::article::dialect::Dialect;

/// Reads a date; where it has a time but no offset, it is a time of `zone`.
#[must_use]
pub fn parse(text: &str, zone: Tz, dialect: Option<Dialect>) -> Option<Moment> {
    let text = text.trim();
    let other = || if dialect == Some(Dialect::Hugo) { None } else { loose::parse(text) };
    Some(match numeric(text).or_else(other).or_else(|| in_words(text))? {
        Written::Day(day) => Moment::Day(day),
        Written::Local(local) => Moment::Instant(resolve(local, zone)),
        Written::Instant(instant) => Moment::Instant(instant),
    })
}

/// Reads a number: to Hugo, the seconds since 1970. Where the site is not known to be Hugo's,
/// `20260113` is that day, as in Jekyll, what is far too large are JavaScript's milliseconds, and
/// what lies before 1973 is a mistake.
#[must_use]
pub fn from_number(number: i64, dialect: Option<Dialect>) -> Option<Moment> {
    let seconds =
        |seconds| DateTime::from_timestamp(seconds, 0).map(|instant| Moment::Instant(instant.fixed_offset()));
    if dialect == Some(Dialect::Hugo) {
        return seconds(number);
    }
    match number {
        10_000_000..100_000_000 => loose::day_of(i32::try_from(number).ok()?).map(Moment::Day),
        100_000_000..100_000_000_000 => seconds(number),
        100_000_000_000.. => seconds(number / 1000),
        _ => None,
    }
}

/// `2026-01-13`, alone or with a time after `T` or a blank (RFC 3339 and its neighbours).
fn numeric(text: &str) -> Option<Written> {
    let (date, rest) = text.split_at_checked(10)?;
    let [year, month, day] = parts(date, '-')?;
    if year.len() != 4 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(number(year)?, two_digits(month)?, two_digits(day)?)?;
    let (mark, rest) = match rest.chars().next() {
        None => return Some(Written::Day(date)),
        Some(mark @ ('T' | ' ')) => (mark, &rest[1..]),
        Some(_) => return None,
    };
    let end = rest.find(['Z', '+', '-', ' ']).unwrap_or(rest.len());
    // Hugo wants the seconds here.
    let local = date.and_time(time(&rest[..end]).filter(|_| end >= 8)?);
    match &rest[end..] {
        "" => Some(Written::Local(local)),
        "Z" => at(local, FixedOffset::east_opt(0)?),
        zone if !zone.starts_with(' ') => at(local, offset(zone)?),
        // Only after a blank may the offset stand apart, and a name follow it (Go's `Time.String`).
        zone if mark == ' ' => at(local, offset(zone[1..].split(' ').next()?)?),
        _ => None,
    }
}

/// The dates of mail (RFC 5322 §3.3, RFC 850) and of Unix: `Tue, 13 Jan 2026 10:20:30 +0200`,
/// `13 Jan 26 10:20 MST`, `Tue Jan 13 10:20:30 UTC 2026`, `13 Jan 2026`.
///
/// The day of the week is not looked at, as in Hugo.
fn in_words(text: &str) -> Option<Written> {
    let mut words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    if words.first().is_some_and(|word| is_weekday(word)) {
        words.remove(0);
    }
    // RFC 850 writes the day as one word.
    if let Some([day, month, year]) = words.first().and_then(|word| parts(word, '-')) {
        words.splice(..1, [day, month, year]);
    }
    match words[..] {
        [day, month, year] => calendar(day, month, year).map(Written::Day),
        [day, month, year, clock, zone] if number::<u32>(day).is_some() => {
            in_zone(calendar(day, month, year)?.and_time(time(clock)?), zone)
        }
        [month, day, clock, year] => Some(Written::Local(calendar(day, month, year)?.and_time(time(clock)?))),
        [month, day, clock, zone, year] => in_zone(calendar(day, month, year)?.and_time(time(clock)?), zone),
        _ => None,
    }
}

/// A local time with an offset, or with the name of a zone.
///
/// Names other than UTC's are not unique, so Hugo takes such a time for one of the site's zone.
fn in_zone(local: NaiveDateTime, zone: &str) -> Option<Written> {
    match zone {
        "UTC" | "GMT" | "UT" | "Z" => at(local, FixedOffset::east_opt(0)?),
        name if name.len() >= 3 && name.chars().all(|c| c.is_ascii_uppercase()) => {
            Some(Written::Local(local))
        }
        digits => at(local, offset(digits)?),
    }
}

fn calendar(day: &str, month: &str, year: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    let year = match (year.len(), number::<i32>(year)?) {
        (4, year) => year,
        // Go's rule for two digits.
        (2, year @ 69..) => 1900 + year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    let day = if day.len() <= 2 { number(day)? } else { return None };
    NaiveDate::from_ymd_opt(year, month, day)
}

/// `10:20` or `10:20:30`, the latter with any fraction. Neither 24:00 nor a leap second, as in Hugo.
fn time(text: &str) -> Option<NaiveTime> {
    let (text, nanos) = match text.split_once(['.', ',']) {
        Some((whole, digits)) if whole.len() == 8 && (1..=9).contains(&digits.len()) => {
            (whole, number::<u32>(digits)? * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?))
        }
        Some(_) => return None,
        None => (text, 0),
    };
    if let Some([hour, minute, second]) = parts(text, ':') {
        return NaiveTime::from_hms_nano_opt(
            two_digits(hour)?,
            two_digits(minute)?,
            two_digits(second)?,
            nanos,
        );
    }
    let (hour, minute) = text.split_once(':')?;
    NaiveTime::from_hms_opt(two_digits(hour)?, two_digits(minute)?, 0)
}

/// `+02:00` or `+0200`.
fn offset(text: &str) -> Option<FixedOffset> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match text.len() {
        5 => (text.get(1..3)?, text.get(3..)?),
        6 => text[1..].split_once(':')?,
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then(|| FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60))?
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    DAYS.iter().any(|day| *day == word || day[..3] == *word)
}

fn two_digits<N: std::str::FromStr>(digits: &str) -> Option<N> {
    if digits.len() == 2 { number(digits) } else { None }
}
