//! Dates as people write them: shapes that Hugo refuses, that other generators take, and that can
//! be read in one way only. `01/02/2026` is none of them, and neither is `2026-01`.

use chrono::{FixedOffset, NaiveDate, NaiveTime};

use super::written::{Written, at, number, parts};

/// Reads a day, the year or the month's name first or last, then perhaps a time and a zone.
pub(super) fn parse(text: &str) -> Option<Written> {
    // What JavaScript adds in parentheses is the zone's name once more.
    let text = text.split('(').next().unwrap_or(text).trim();
    let text = spaced(text);
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let first = words.next()?;
    let date = if let Some(date) = by_numbers(first) {
        date
    } else {
        let first = if is_weekday(first) { words.next()? } else { first };
        by_name(first, words.next()?, words.next()?)?
    };
    let Some(clock) = words.next() else { return Some(Written::Day(date)) };
    let mut rest: Vec<&str> = words.collect();
    let half = rest.first().and_then(|word| half_of_day(word));
    if half.is_some() {
        rest.remove(0);
    }
    let local = date.and_time(time(clock, half)?);
    match rest[..] {
        [] => Some(Written::Local(local)),
        [zone] => at(local, offset(zone)?),
        _ => None,
    }
}

/// The text with a blank before the time and before the zone, where they are joined to what is
/// before them: `2026-01-13T10:20+02` is `2026-01-13 10:20 +02`.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    let mut colon = false;
    for (at, c) in text.char_indices() {
        let after_digit = spaced.ends_with(|c: char| c.is_ascii_digit());
        let before_digit = text[at + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        colon |= c == ':';
        match c {
            'T' | 't' if after_digit && before_digit && !colon => spaced.push(' '),
            '+' | '-' | 'Z' | 'z' if after_digit && colon => spaced.extend([' ', c]),
            _ => spaced.push(c),
        }
    }
    spaced
}

/// `2026-1-3`, `2026/01/03`, `2026.01.03`, `20260103`.
fn by_numbers(word: &str) -> Option<NaiveDate> {
    if word.len() == 8
        && let Some(digits) = number::<i32>(word)
    {
        return day_of(digits);
    }
    let [year, month, day] = ['-', '/', '.'].into_iter().find_map(|mark| parts(word, mark))?;
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    if fits { NaiveDate::from_ymd_opt(number(year)?, number(month)?, number(day)?) } else { None }
}

/// A day written as one number: 20260113.
pub(super) fn day_of(digits: i32) -> Option<NaiveDate> {
    let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
    (1900..2200)
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?))?
}

/// `13 January 2026`, `Jan 13 2026`, `January 13th 2026`.
fn by_name(first: &str, second: &str, year: &str) -> Option<NaiveDate> {
    let (month, day) = match month(second) {
        Some(month) => (month, first),
        None => (month(first)?, second),
    };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let fits = year.len() == 4 && (1..=2).contains(&day.len());
    if fits { NaiveDate::from_ymd_opt(number(year)?, month, number(day)?) } else { None }
}

/// The number of a month by its English name, whole or its first three letters.
fn month(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_it =
        |month: &str| month == name || month[..3] == *name || (name == "sept" && month == "september");
    MONTHS.iter().position(|month| is_it(month)).and_then(|at| u32::try_from(at + 1).ok())
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_ascii_lowercase();
    DAYS.iter().any(|day| *day == word || day[..3] == *word)
}

/// Hours to add to those before noon.
fn half_of_day(word: &str) -> Option<u32> {
    match word.to_ascii_lowercase().as_str() {
        "am" => Some(0),
        "pm" => Some(12),
        _ => None,
    }
}

/// `9:05`, `09:05:30`, with any fraction; of one half of the day, if there is one.
fn time(text: &str, half: Option<u32>) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or("00");
    if parts.next().is_some()
        || hour.is_empty()
        || minute.len() != 2
        || second.len() != 2
        || fraction.len() > 9
    {
        return None;
    }
    let nanos = if fraction.is_empty() { 0 } else { number::<u32>(&format!("{fraction:0<9}"))? };
    let hour: u32 = number(hour)?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    NaiveTime::from_hms_nano_opt(hour, number(minute)?, number(second)?, nanos)
}

/// `Z`, `+02:00`, `+0200`, `+02`, `-5`, `GMT+0200`, and the names that mail has for zones (RFC 5322 §4.3).
fn offset(word: &str) -> Option<FixedOffset> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "UT" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return digits(word.strip_prefix("GMT").or_else(|| word.strip_prefix("UTC")).unwrap_or(word)),
    };
    FixedOffset::east_opt(hours * 3600)
}

fn digits(word: &str) -> Option<FixedOffset> {
    let (sign, rest) = match word.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, word.strip_prefix('-')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => rest.split_at_checked(2)?,
        None => (rest, "00"),
    };
    let fits = (1..=2).contains(&hours.len()) && minutes.len() == 2;
    let (hours, minutes): (i32, i32) = (number(hours)?, number(minutes)?);
    (fits && hours < 24 && minutes < 60).then(|| FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60))?
}
