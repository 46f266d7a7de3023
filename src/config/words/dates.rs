//! `[dates]` of a catalogue: how dates and numbers are written.

use chrono::{Datelike as _, NaiveDate};

use super::over;
use super::pattern::Pattern;
use crate::config::problem::Wrong;
use crate::config::reader::{Table, Value};

/// How dates are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dates {
    months: Vec<String>,
    weekdays: Vec<String>,
    first: Option<String>,
    digits: Option<Vec<char>>,
    pub(super) long: Pattern,
    pub(super) full: Pattern,
    pub(super) short: Pattern,
    pub(super) near: Pattern,
}

impl Dates {
    pub(super) fn read(mut table: Table<'_>, base: Option<&Self>) -> Option<Self> {
        let months =
            over(&mut table, "months", r#"months = ["January", …]"#, base.map(|b| &b.months), |v| {
                names(v, 12)
            });
        let weekdays =
            over(&mut table, "weekdays", r#"weekdays = ["Monday", …]"#, base.map(|b| &b.weekdays), |v| {
                names(v, 7)
            });
        let first =
            table.or("first", r#"first = "1st""#, base.and_then(|base| base.first.clone()), |value| {
                value.line().map(Some)
            });
        let digits = table.or(
            "digits",
            r#"digits = "٠١٢٣٤٥٦٧٨٩""#,
            base.and_then(|base| base.digits.clone()),
            |value| value.parse(digits).map(Some),
        );
        let mut date = |key, example, said: Option<&Pattern>| {
            over(&mut table, key, example, said, |value| {
                value.parse(|text| Pattern::of(text, &["weekday", "day", "month", "year"]))
            })
        };
        let long = date("long", r#"long = "{weekday}, {day} {month} {year}""#, base.map(|base| &base.long));
        let full = date("full", r#"full = "{day} {month} {year}""#, base.map(|base| &base.full));
        let short = date("short", r#"short = "{day} {month}""#, base.map(|base| &base.short));
        let near = date("near", r#"near = "{weekday}""#, base.map(|base| &base.near));
        Some(Self {
            months: months?,
            weekdays: weekdays?,
            first: first?,
            digits: digits?,
            long: long?,
            full: full?,
            short: short?,
            near: near?,
        })
    }

    pub(super) fn write(&self, pattern: &Pattern, date: NaiveDate) -> String {
        fn name(names: &[String], at: u32) -> &str {
            names.get(at as usize).map_or("", String::as_str)
        }
        let day = match &self.first {
            Some(first) if date.day() == 1 => first.clone(),
            _ => self.number(date.day()),
        };
        pattern.fill(&[
            ("weekday", name(&self.weekdays, date.weekday().num_days_from_monday())),
            ("day", &day),
            ("month", name(&self.months, date.month0())),
            ("year", &self.number(date.year())),
        ])
    }

    /// A number in the language's digits.
    pub(super) fn number(&self, number: impl std::fmt::Display) -> String {
        let number = format!("{number}");
        match &self.digits {
            Some(digits) => {
                let own = |c: char| c.to_digit(10).and_then(|digit| digits.get(digit as usize)).copied();
                number.chars().map(|c| own(c).unwrap_or(c)).collect()
            }
            None => number,
        }
    }
}

/// As many lines as there are months, or days in a week.
fn names(value: Value<'_>, count: usize) -> Option<Vec<String>> {
    if value.length().is_some_and(|found| found != count) {
        value.wrong(format!("it has not {count} names").into());
        return None;
    }
    value.array(Value::line)
}

/// Ten digits.
fn digits(text: &str) -> Result<Vec<char>, Wrong> {
    let digits: Vec<char> = text.chars().collect();
    match digits.len() {
        10 => Ok(digits),
        found => Err(format!("it has {found} characters and not ten, from nought to nine").into()),
    }
}
