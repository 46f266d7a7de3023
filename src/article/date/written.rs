//! What the text of a date says, and the pieces that it is read in.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone as _};

/// What a text says, before a time zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A day.
    Day(NaiveDate),
    /// A day and a time, and no offset.
    Local(NaiveDateTime),
    /// All of it.
    Instant(DateTime<FixedOffset>),
}

/// A local time at an offset.
pub(super) fn at(local: NaiveDateTime, offset: FixedOffset) -> Option<Written> {
    offset.from_local_datetime(&local).single().map(Written::Instant)
}

/// The three parts of a text; `None` where there are more or fewer.
pub(super) fn parts(text: &str, mark: char) -> Option<[&str; 3]> {
    let mut parts = text.split(mark);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

/// A number of ASCII digits; no sign, no blank.
pub(super) fn number<N: std::str::FromStr>(digits: &str) -> Option<N> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}
