//! The fixed words of a mail, all in one place; a language is a catalogue of them.

use chrono::{Datelike, NaiveDate};

/// What a mail says in its own voice, in one language. Dates are patterns of chrono's.
pub(super) struct Words {
    /// The link after a summary.
    pub(super) read_on: &'static str,
    /// What stands before the names of others that tell the same.
    pub(super) also_at: &'static str,
    /// The link that leaves the list.
    pub(super) unsubscribe: &'static str,
    /// What a picture is called that has no description and is a link.
    pub(super) picture: &'static str,
    /// What a link to a video is called, before its title or host.
    pub(super) video: &'static str,
    /// The same for sound.
    pub(super) audio: &'static str,
    /// The same for a post on a social network.
    pub(super) post: &'static str,
    /// The same for code.
    pub(super) code: &'static str,
    /// The same for anything else that a page shows within itself.
    pub(super) embedded: &'static str,
    /// The heading of the stories that became headlines for want of room.
    pub(super) more_headlines: &'static str,
    /// A single story, counted.
    one_story: &'static str,
    /// What follows the number of several.
    stories: &'static str,
    /// A date in full.
    long_date: &'static str,
    /// A date with its year.
    date: &'static str,
    /// A date of the same year.
    day_and_month: &'static str,
    /// A date of the last days.
    weekday: &'static str,
}

/// English: the only catalogue so far, so that an issue of any language speaks it.
pub(super) const ENGLISH: Words = Words {
    read_on: "Read on",
    also_at: "Also at",
    unsubscribe: "Unsubscribe",
    picture: "Picture",
    video: "Video",
    audio: "Audio",
    post: "Post",
    code: "Code",
    embedded: "Open",
    more_headlines: "More headlines",
    one_story: "1 story",
    stories: "stories",
    long_date: "%A, %-d %B %Y",
    date: "%-d %B %Y",
    day_and_month: "%-d %B",
    weekday: "%A",
};

impl Words {
    /// How many stories there are: `6 stories`.
    pub(super) fn stories(&self, count: usize) -> String {
        if count == 1 { self.one_story.to_owned() } else { format!("{count} {}", self.stories) }
    }

    /// A date as the masthead has it: `Tuesday, 13 January 2026`.
    pub(super) fn long_date(&self, day: NaiveDate) -> String {
        day.format(self.long_date).to_string()
    }

    /// A date as a subject has it: `13 January 2026`.
    pub(super) fn date(&self, day: NaiveDate) -> String {
        day.format(self.date).to_string()
    }

    /// A date as seen on `today`: the weekday within the six days before, else the day and the
    /// month, with the year where it is another one.
    pub(super) fn near_date(&self, day: NaiveDate, today: NaiveDate) -> String {
        let pattern = match (today - day).num_days() {
            0..=6 => self.weekday,
            _ if day.year() == today.year() => self.day_and_month,
            _ => self.date,
        };
        day.format(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_story_is_dated_by_weekday_within_six_days_and_in_full_beyond() {
        let today = day("2026-01-13");
        for (date, shown) in [
            ("2026-01-13", "Tuesday"),
            ("2026-01-07", "Wednesday"),
            ("2026-01-06", "6 January"),
            ("2026-01-14", "14 January"),
            ("2025-12-31", "31 December 2025"),
        ] {
            assert_eq!(ENGLISH.near_date(day(date), today), shown, "{date}");
        }
        assert_eq!(ENGLISH.near_date(day("2025-12-31"), day("2026-01-01")), "Wednesday");
        assert_eq!(ENGLISH.long_date(today), "Tuesday, 13 January 2026");
        assert_eq!(ENGLISH.date(today), "13 January 2026");
    }

    #[test]
    fn one_story_is_not_stories() {
        assert_eq!(ENGLISH.stories(1), "1 story");
        assert_eq!(ENGLISH.stories(12), "12 stories");
    }
}
