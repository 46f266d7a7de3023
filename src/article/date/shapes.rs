//! The spellings of dates in the wild, and what becomes of each.

use super::*;
use crate::article::dialect::Dialect;

/// A text, the date it is to Hugo and the one it is elsewhere, for a site in New York; nothing is
/// none. Then who takes it so, or why nobody should.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    ("2026-01-13", "2026-01-13", "2026-01-13", "Hugo"),
    ("2026-1-3", "", "2026-01-03", "Jekyll, Zola"),
    ("20260113", "", "2026-01-13", "Jekyll"),
    ("2026/01/13", "", "2026-01-13", "Jekyll, Astro, Eleventy"),
    ("13.01.2026", "", "", "which of the two is the month?"),
    ("01/13/2026", "", "", "American here, and elsewhere 01/02 is the first of February"),
    ("13/01/2026", "", "", "which of the two is the month?"),
    ("13-01-2026", "", "", "which of the two is the month?"),
    ("2026.01.13", "", "2026-01-13", "Jekyll"),
    ("2026-13-01", "", "", "there is no such day"),
    ("2021-02-29", "", "", "there is no such day"),
    ("22023-06-06", "", "", "a slip of the keyboard"),
    ("2026-01-13 10:20", "", "2026-01-13T10:20:00-05:00", "Jekyll, Zola"),
    (
        "2026-01-13 10:20:30",
        "2026-01-13T10:20:30-05:00",
        "2026-01-13T10:20:30-05:00",
        "no offset: the site's time",
    ),
    ("2026-01-13 10:20:30 +0200", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13 10:20:30 +02:00", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13 10:20:30+02:00", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13 10:20:30+0200", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13 10:20:30 -5", "", "2026-01-13T10:20:30-05:00", "Jekyll, Zola"),
    ("2026-01-13 10:20:30 UTC", "", "2026-01-13T10:20:30Z", "Jekyll"),
    ("2026-01-13 10:20:30 EST", "", "2026-01-13T10:20:30-05:00", "Jekyll, and RFC 5322"),
    ("2026-01-13 10:20:30 PST8PDT", "", "", "no zone of RFC 5322"),
    ("2026-01-13 10:20:30Z", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    (
        "2026-01-13 10:20:30.123456789 +0200 CEST",
        "2026-01-13T10:20:30.123456789+02:00",
        "2026-01-13T10:20:30.123456789+02:00",
        "Hugo",
    ),
    ("2026-01-13T10:20", "", "2026-01-13T10:20:00-05:00", "Jekyll, Zola"),
    (
        "2026-01-13T10:20:30",
        "2026-01-13T10:20:30-05:00",
        "2026-01-13T10:20:30-05:00",
        "no offset: the site's time",
    ),
    ("2026-01-13T10:20Z", "", "2026-01-13T10:20:00Z", "Jekyll, Zola"),
    ("2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    ("2026-01-13t10:20:30z", "", "2026-01-13T10:20:30Z", "RFC 3339, Zola"),
    ("2026-01-13T10:20:30.123Z", "2026-01-13T10:20:30.123Z", "2026-01-13T10:20:30.123Z", "Hugo"),
    ("2026-01-13T10:20:30+0200", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("2026-01-13T10:20:30+02", "", "2026-01-13T10:20:30+02:00", "Jekyll, Zola"),
    (
        "2026-01-13T10:20:30.123456789+02:00",
        "2026-01-13T10:20:30.123456789+02:00",
        "2026-01-13T10:20:30.123456789+02:00",
        "Hugo",
    ),
    ("2026-01-13T24:00:00Z", "", "", "there is no such time"),
    ("2026-01-13T10:20:60Z", "", "", "there is no such time"),
    ("2026-01-13T10:60:00Z", "", "", "there is no such time"),
    ("2015-12-31T23:59:60Z", "", "", "a leap second, which Go does not know"),
    ("Tue, 13 Jan 2026 10:20:30 +0200", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("Tue, 13 Jan 2026 10:20:30 GMT", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    (
        "Tue, 13 Jan 2026 10:20:30 EST",
        "2026-01-13T10:20:30-05:00",
        "2026-01-13T10:20:30-05:00",
        "Go knows no such zone: the site's",
    ),
    (
        "13 Jan 26 10:20 MST",
        "2026-01-13T10:20:00-05:00",
        "2026-01-13T10:20:00-05:00",
        "Go knows no such zone: the site's",
    ),
    ("13 Jan 26 10:20 -0700", "2026-01-13T10:20:00-07:00", "2026-01-13T10:20:00-07:00", "Hugo"),
    (
        "Mon, 13 Jan 2026 10:20:30 GMT",
        "2026-01-13T10:20:30Z",
        "2026-01-13T10:20:30Z",
        "it was a Tuesday, which nobody looks at",
    ),
    ("Tuesday, 13-Jan-26 10:20:30 GMT", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    (
        "Tue Jan 13 10:20:30 2026",
        "2026-01-13T10:20:30-05:00",
        "2026-01-13T10:20:30-05:00",
        "no offset: the site's time",
    ),
    ("Tue Jan 13 10:20:30 UTC 2026", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    ("Tue Jan 13 10:20:30 +0200 2026", "2026-01-13T10:20:30+02:00", "2026-01-13T10:20:30+02:00", "Hugo"),
    ("13 Jan 2026", "2026-01-13", "2026-01-13", "Hugo"),
    ("13 January 2026", "", "2026-01-13", "Jekyll, Astro, Eleventy"),
    ("Jan 13, 2026", "", "2026-01-13", "Jekyll, Astro, Eleventy"),
    ("January 13, 2026", "", "2026-01-13", "Jekyll, Astro, Eleventy"),
    ("Jan 13 2026", "", "2026-01-13", "Jekyll, Astro, Eleventy"),
    ("Jul 08 2022", "", "2022-07-08", "Astro's own template"),
    ("13 января 2026", "", "", "months are English, as in each generator but Ruby, which guesses"),
    ("2026", "", "", "a year, or seconds since 1970"),
    ("2026-01", "", "", "no day"),
    ("1768262400", "", "", "seconds, in quotes"),
    ("0", "", "", "seconds, in quotes"),
    ("-1", "", "", "seconds, in quotes"),
    ("now", "", "", "a word"),
    ("today", "", "", "a word"),
    ("10:20", "", "", "no day"),
    ("10:20:30", "", "", "no day"),
    ("3:04PM", "", "", "no day: Hugo makes it one of the year 0"),
    ("Jan 13 10:20:30", "", "", "no year: Hugo makes it one of the year 0"),
    ("", "", "", "nothing"),
    (" ", "", "", "nothing"),
    ("0000-00-00", "", "", "there is no such day"),
    ("0001-01-01", "0001-01-01", "0001-01-01", "Go's zero time, which front matter takes for no date"),
    ("1969-12-31", "1969-12-31", "1969-12-31", "Hugo"),
    ("9999-12-31", "9999-12-31", "9999-12-31", "Hugo"),
    ("10000-01-01", "", "", "a slip of the keyboard"),
    ("2026-01-13 ", "2026-01-13", "2026-01-13", "blanks say nothing"),
    ("２０２６-01-13", "", "", "digits are ASCII"),
    ("2026-W03-2", "", "", "ISO 8601 has weeks; no generator takes them"),
    ("2026-013", "", "", "ISO 8601 has days of the year; no generator but Jekyll takes them"),
    ("2026-01-13T10:20:30+25:00", "", "", "there is no such offset"),
    ("2026-01-13T10:20:30-00:00", "2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z", "Hugo"),
    ("2026-01-13T10:20:30Z[Europe/Oslo]", "", "", "two zones"),
    ("20260113T102030Z", "", "", "ISO 8601 without marks, which only Jekyll takes"),
    (
        "2026-01-13T10:20:30,5Z",
        "2026-01-13T10:20:30.500Z",
        "2026-01-13T10:20:30.500Z",
        "Go takes the comma too",
    ),
    (
        "2026-07-13 10:20:30",
        "2026-07-13T10:20:30-04:00",
        "2026-07-13T10:20:30-04:00",
        "the site's time, in summer",
    ),
    (
        "Tue Jan  3 10:20:30 UTC 2026",
        "2026-01-03T10:20:30Z",
        "2026-01-03T10:20:30Z",
        "Unix pads with a blank",
    ),
    ("2026-01-13T10:20:30 +0200", "", "2026-01-13T10:20:30+02:00", "Jekyll"),
    ("2026-01-13 9:05 PM", "", "2026-01-13T21:05:00-05:00", "Jekyll, Astro"),
    (
        "Tue Jan 13 2026 10:20:30 GMT+0100 (Central European Standard Time)",
        "",
        "2026-01-13T10:20:30+01:00",
        "JavaScript's own form",
    ),
    ("13th January 2026", "", "2026-01-13", "Jekyll"),
    ("Sept 3, 2026", "", "2026-09-03", "Jekyll, Astro, Eleventy"),
    ("2026-01-13 10:20 +0100", "", "2026-01-13T10:20:00+01:00", "Jekyll"),
    (
        "2026-01-13T10:20:30.123",
        "2026-01-13T10:20:30.123-05:00",
        "2026-01-13T10:20:30.123-05:00",
        "no offset: the site's time",
    ),
    ("12/31", "", "", "no year"),
    ("January 2026", "", "", "no day"),
    ("2026-01-13 25:00", "", "", "there is no such time"),
    ("2026-01-13 13:00 PM", "", "", "there is no such time"),
    ("2026-01-13 10:20:30 CET", "", "", "names of zones are not unique, but for those of RFC 5322"),
    ("1.2.2026", "", "", "which of the two is the month?"),
    (
        "2026-01-13T00:00:00Z",
        "2026-01-13T00:00:00Z",
        "2026-01-13T00:00:00Z",
        "midnight is an instant, and no day",
    ),
];

/// A date as in the table: to the day, or in RFC 3339.
fn shown(moment: Option<Moment>) -> String {
    match moment {
        None => String::new(),
        Some(Moment::Day(day)) => day.to_string(),
        Some(Moment::Instant(instant)) => instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
    }
}

#[test]
fn each_spelling_of_a_date_is_read_as_decided() {
    for (text, hugo, elsewhere, why) in SHAPES {
        let read = |dialect| shown(parse(text, chrono_tz::America::New_York, dialect));
        assert_eq!(read(Some(Dialect::Hugo)), *hugo, "{text:?} to Hugo ({why})");
        for dialect in [None, Some(Dialect::Jekyll), Some(Dialect::Zola), Some(Dialect::Astro)] {
            assert_eq!(read(dialect), *elsewhere, "{text:?} to {dialect:?} ({why})");
        }
    }
}

#[test]
fn numbers_are_dates_where_they_can_be() {
    for (number, hugo, elsewhere) in [
        (1_768_262_400, "2026-01-13T00:00:00Z", "2026-01-13T00:00:00Z"),
        (20_260_113, "1970-08-23T11:48:33Z", "2026-01-13"),
        (20_261_313, "1970-08-23T12:08:33Z", ""),
        (1_768_262_400_000, "+58004-01-03T00:00:00Z", "2026-01-13T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z", ""),
        (-1, "1969-12-31T23:59:59Z", ""),
        (2026, "1970-01-01T00:33:46Z", ""),
        (i64::MAX, "", ""),
    ] {
        assert_eq!(shown(from_number(number, Some(Dialect::Hugo))), hugo, "{number}");
        assert_eq!(shown(from_number(number, None)), elsewhere, "{number}");
    }
}
