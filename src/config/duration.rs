//! Times and rates as people write them: `7 days`, `36h`, `600/min`.

use std::time::Duration;

/// The longest time that makes sense here, and that no date overflows from: ten years.
const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);

/// At most `messages` in each `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub messages: u32,
    /// In which time.
    pub per: Duration,
}

/// Reads `7 days`, `4 hours`, `36h`, `10 min`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, name) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = unit(name.trim()).ok_or_else(|| format!("{text:?} is no time: write a number and a unit"))?;
    let number: u32 = number.parse().map_err(|_| format!("{text:?} does not begin with a whole number"))?;
    let time = unit.checked_mul(number).filter(|time| *time <= LONGEST);
    time.ok_or_else(|| format!("{text:?} is longer than ten years"))
}

/// Reads a time that is longer than none.
pub(super) fn positive(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("it is no time at all".to_owned()),
        time => Ok(time),
    }
}

/// Reads `600/min`, `10/s`, `5000/hour`.
pub(super) fn rate(text: &str) -> Result<Rate, String> {
    let not_a_rate = || format!("{text:?} is no rate: write a number, a slash and a unit");
    let (number, name) = text.split_once('/').ok_or_else(not_a_rate)?;
    let per = unit(name.trim()).ok_or_else(not_a_rate)?;
    match number.trim().parse() {
        Ok(0) => Err("nothing would ever be sent".to_owned()),
        Ok(messages) => Ok(Rate { messages, per }),
        Err(_) => Err(not_a_rate()),
    }
}

/// One of a unit. A month is none, for months differ in length.
fn unit(name: &str) -> Option<Duration> {
    let seconds = match name {
        "s" | "sec" | "second" | "seconds" => 1,
        "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => 24 * 60 * 60,
        "w" | "week" | "weeks" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_a_number_and_a_unit() {
        for (text, seconds) in [
            ("7 days", 604_800),
            ("4 hours", 14_400),
            ("36h", 129_600),
            ("10 min", 600),
            (" 1 week ", 604_800),
            ("0 days", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "7", "days", "1 month", "-1 day", "1.5 h", "1h 30min", "99999999999 s", "4000 days"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
        assert!(positive("0 min").is_err());
    }

    #[test]
    fn rates_are_a_number_in_a_unit() {
        let second = Duration::from_secs(1);
        for (text, messages, per) in
            [("600/min", 600, second * 60), ("10/s", 10, second), ("5000 / hour", 5000, second * 3600)]
        {
            assert_eq!(rate(text), Ok(Rate { messages, per }), "{text}");
        }
        for text in ["600", "0/min", "/min", "600/fortnight", "-1/s"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
