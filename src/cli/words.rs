//! Numbers and times in words, short: for lines that change while one reads them.

use std::time::Duration;

/// A number with its thousands apart: `12,345`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate: `1,234/min`, and `0.4/min` where it is slow.
pub(super) fn per_minute(rate: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is neither huge nor below 0"
    )]
    let whole = rate.round() as u64;
    if rate > 0.0 && rate < 9.5 { format!("{rate:.1}/min") } else { format!("{}/min", count(whole)) }
}

/// A time in its two largest units: `2 h 5 min`, `3 min`, `7 s`. From ten minutes on no seconds are told.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs_f64().round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no time is that long")]
    let seconds = seconds as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, seconds) if minutes < 10 && seconds > 0 => format!("{minutes} min {seconds} s"),
        (0, 0, minutes, _) => format!("{minutes} min"),
        (0, hours, 0, _) => format!("{hours} h"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, 0, ..) => format!("{days} d"),
        (days, hours, ..) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_told_as_people_read_them() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.44, 9.4, 12.6, 6000.0].map(per_minute),
            ["0/min", "0.4/min", "9.4/min", "13/min", "6,000/min"]
        );
        let spans = [7, 60, 185, 660, 3600, 7500, 86_400, 90_000].map(|time| span(Duration::from_secs(time)));
        assert_eq!(spans, ["7 s", "1 min", "3 min 5 s", "11 min", "1 h", "2 h 5 min", "1 d", "1 d 1 h"]);
    }
}
