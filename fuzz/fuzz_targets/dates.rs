//! Any text as a date: in each dialect and in zones whose clocks do what clocks can do.
#![no_main]

use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;
use tidings::article::{Dialect, Moment, date};

/// An hour forward and back; half an hour; a whole day skipped; years of odd seconds.
const ZONES: [Tz; 4] =
    [Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Pacific__Apia, Tz::Africa__Monrovia];

fuzz_target!(|text: &str| {
    for zone in ZONES {
        let unknown = read(text, zone, None);
        for (_, dialect) in Dialect::NAMES {
            let known = read(text, zone, Some(dialect));
            assert!(known.is_none() || unknown.is_some(), "{dialect:?} alone reads it as {known:?}");
        }
    }
});

/// Reads `text` both ways, and holds what comes of it to what can be said of any moment.
fn read(text: &str, zone: Tz, dialect: Option<Dialect>) -> Option<Moment> {
    let number = text.parse().ok().and_then(|number| date::from_number(number, dialect));
    let moment = date::parse(text, zone, dialect);
    for moment in [number, moment].into_iter().flatten() {
        assert!(moment.start(zone) <= moment.end(zone), "{moment:?} ends before it begins");
        assert!(
            moment.day(zone) == moment.start(zone).with_timezone(&zone).date_naive()
                || is_skipped(moment, zone)
        );
    }
    if let Some(moment) = moment {
        let printed = match moment {
            Moment::Day(day) => day.to_string(),
            Moment::Instant(instant) => instant.to_rfc3339(),
        };
        let again = date::parse(&printed, zone, dialect);
        assert_eq!(again, Some(moment), "printed as {printed:?} in {dialect:?}, {zone}");
    }
    moment
}

/// Whether a day was in no calendar of the zone, so that it begins on another one.
fn is_skipped(moment: Moment, zone: Tz) -> bool {
    moment.start(zone) == moment.end(zone)
}
