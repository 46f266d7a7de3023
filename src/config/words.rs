//! `languages/LANGUAGE.toml`: the fixed words of a mail and the form of its dates, one catalogue a language.
//!
//! Those of `templates/languages/` are built in. A file of that name in the folder `languages` beside config.toml says
//! some of it otherwise, or, for a language that is not built in, all of it. A region (`de-AT`) says what it says
//! otherwise than its language (`de`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

use super::Problems;
use super::problem::{Problem, Wrong};
use super::reader::{Reader, Table, Value};
use crate::files;

/// The catalogues that are built in.
const BUILT_IN: [(&str, &str); 7] = [
    ("en", include_str!("../../templates/languages/en.toml")),
    ("en-us", include_str!("../../templates/languages/en-US.toml")),
    ("de", include_str!("../../templates/languages/de.toml")),
    ("fr", include_str!("../../templates/languages/fr.toml")),
    ("es", include_str!("../../templates/languages/es.toml")),
    ("ar", include_str!("../../templates/languages/ar.toml")),
    ("ja", include_str!("../../templates/languages/ja.toml")),
];

/// The plural forms there are (CLDR), each with its key.
const FORMS: [(&str, PluralCategory); 6] = [
    ("zero", PluralCategory::Zero),
    ("one", PluralCategory::One),
    ("two", PluralCategory::Two),
    ("few", PluralCategory::Few),
    ("many", PluralCategory::Many),
    ("other", PluralCategory::Other),
];

/// What a mail says in its own voice, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The language of the words, as in BCP 47: English where there is no catalogue.
    pub language: String,
    /// The link after a summary.
    pub read_on: String,
    /// The link that leaves the list.
    pub unsubscribe: String,
    /// What a picture is called that has no description and is a link.
    pub picture: String,
    /// What a link to a video is called, before its title or host.
    pub video: String,
    /// The same for sound.
    pub audio: String,
    /// The same for a post on a social network.
    pub post: String,
    /// The same for code.
    pub code: String,
    /// The same for anything else that a page shows within itself.
    pub embedded: String,
    /// The heading of the articles that became headlines for want of room.
    pub more_headlines: String,
    /// What parts the names of a list, with its blank.
    pub comma: String,
    /// What ends the line above an address.
    pub colon: String,
    /// What stands around the names of others that tell the same.
    also_at: Pattern,
    /// How many articles there are, by plural form.
    stories: BTreeMap<PluralCategory, Pattern>,
    dates: Dates,
}

/// How dates are written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dates {
    months: Vec<String>,
    weekdays: Vec<String>,
    first: Option<String>,
    digits: Option<Vec<char>>,
    long: Pattern,
    full: Pattern,
    short: Pattern,
    near: Pattern,
}

impl Words {
    /// The built-in words of a language, or English ones where there are none.
    ///
    /// # Errors
    /// When a catalogue is broken, which a test of the built-in ones excludes.
    pub fn built_in(language: &str) -> Result<Self, Problems> {
        Self::over(language, Vec::new())
    }

    /// The words of a language: the built-in ones, and what the catalogues in `folder` say otherwise.
    ///
    /// # Errors
    /// When a catalogue cannot be read, or with everything that is wrong in it.
    pub fn load(folder: &Path, language: &str) -> Result<Self, Problems> {
        let names = files::names_in(folder).map_err(|error| unreadable(folder, &error))?;
        let mut own = Vec::new();
        for tag in general_first(language) {
            // On some file systems names differ by case and on others they do not: no two are told apart by it.
            let name = names.iter().find(|name| name.eq_ignore_ascii_case(&format!("{tag}.toml")));
            if let Some(name) = name {
                let path = folder.join(name);
                let text = files::read_text(&path).map_err(|error| unreadable(&path, &error))?;
                own.push((tag, path, text));
            }
        }
        Self::over(language, own)
    }

    /// The built-in words of `language`, then each of the user's own catalogues over them.
    fn over(language: &str, own: Vec<(String, PathBuf, String)>) -> Result<Self, Problems> {
        let mut words = None;
        for tag in general_first(language) {
            if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == tag) {
                let path = Path::new("templates/languages").join(name).with_extension("toml");
                words = Some(Self::parse(text, &path, language, words.as_ref())?);
            }
        }
        for (_, path, text) in own {
            words = Some(Self::parse(&text, &path, language, words.as_ref())?);
        }
        match words {
            Some(words) => Ok(words),
            None => Self::parse(BUILT_IN[0].1, Path::new("templates/languages/en.toml"), "en", None),
        }
    }

    /// Reads a catalogue, which says all that `base` does not say.
    fn parse(text: &str, path: &Path, language: &str, base: Option<&Self>) -> Result<Self, Problems> {
        let reader = Reader::new(text, Path::new(""));
        let words = reader.root().and_then(|root| Self::read(root, language, base));
        match (words, reader.into_problems()) {
            (Some(words), problems) if problems.is_empty() => Ok(words),
            (_, problems) => Err(Problems { path: path.to_owned(), text: text.to_owned(), problems }),
        }
    }

    fn read(mut table: Table<'_>, language: &str, base: Option<&Self>) -> Option<Self> {
        let mut line =
            |key, example, said: Option<&String>| over(&mut table, key, example, said, Value::line);
        let read_on = line("read_on", r#"read_on = "Read on""#, base.map(|base| &base.read_on));
        let unsubscribe =
            line("unsubscribe", r#"unsubscribe = "Unsubscribe""#, base.map(|base| &base.unsubscribe));
        let picture = line("picture", r#"picture = "Picture""#, base.map(|base| &base.picture));
        let video = line("video", r#"video = "Video""#, base.map(|base| &base.video));
        let audio = line("audio", r#"audio = "Audio""#, base.map(|base| &base.audio));
        let post = line("post", r#"post = "Post""#, base.map(|base| &base.post));
        let code = line("code", r#"code = "Code""#, base.map(|base| &base.code));
        let embedded = line("embedded", r#"embedded = "Open""#, base.map(|base| &base.embedded));
        let more_headlines = line(
            "more_headlines",
            r#"more_headlines = "More headlines""#,
            base.map(|base| &base.more_headlines),
        );
        let mut mark = |key, example, said: Option<&String>| {
            over(&mut table, key, example, said, |value| value.parse(mark))
        };
        let comma = mark("comma", r#"comma = ", ""#, base.map(|base| &base.comma));
        let colon = mark("colon", r#"colon = ":""#, base.map(|base| &base.colon));
        let also_at = over(
            &mut table,
            "also_at",
            r#"also_at = "Also at {sources}""#,
            base.map(|base| &base.also_at),
            |value| value.parse(|text| Pattern::with(text, &["sources"], "sources")),
        );
        let stories =
            table.table("stories").and_then(|table| stories(table, language, base.map(|base| &base.stories)));
        let dates = table.table("dates").and_then(|table| Dates::read(table, base.map(|base| &base.dates)));
        Some(Self {
            language: language.to_owned(),
            read_on: read_on?,
            unsubscribe: unsubscribe?,
            picture: picture?,
            video: video?,
            audio: audio?,
            post: post?,
            code: code?,
            embedded: embedded?,
            more_headlines: more_headlines?,
            comma: comma?,
            colon: colon?,
            also_at: also_at?,
            stories: stories?,
            dates: dates?,
        })
    }

    /// What stands before and after the names of others that tell the same.
    #[must_use]
    pub fn also_at(&self) -> (&str, &str) {
        self.also_at.0.split_once("{sources}").unwrap_or((&self.also_at.0, ""))
    }

    /// How many articles there are: `6 stories`.
    #[must_use]
    pub fn stories(&self, count: usize) -> String {
        let form = form_of(rules(&self.language).as_ref(), count);
        let pattern = self.stories.get(&form).or_else(|| self.stories.get(&PluralCategory::Other));
        pattern.map(|pattern| pattern.fill(&[("count", &self.dates.number(count))])).unwrap_or_default()
    }

    /// A date as the masthead has it: `Tuesday, 13 January 2026`.
    #[must_use]
    pub fn long_date(&self, day: NaiveDate) -> String {
        self.dates.write(&self.dates.long, day)
    }

    /// A date as a subject has it: `13 January 2026`.
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        self.dates.write(&self.dates.full, day)
    }

    /// A date as seen on `today`: the weekday within the six days before, else the day and the
    /// month, with the year where it is another one.
    #[must_use]
    pub fn near_date(&self, day: NaiveDate, today: NaiveDate) -> String {
        let pattern = match (today - day).num_days() {
            0..=6 => &self.dates.near,
            _ if day.year() == today.year() => &self.dates.short,
            _ => &self.dates.full,
        };
        self.dates.write(pattern, day)
    }
}

impl Dates {
    fn read(mut table: Table<'_>, base: Option<&Self>) -> Option<Self> {
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

    fn write(&self, pattern: &Pattern, date: NaiveDate) -> String {
        let name = |names: &[String], at: u32| names.get(at as usize).cloned().unwrap_or_default();
        let day = match &self.first {
            Some(first) if date.day() == 1 => first.clone(),
            _ => self.number(date.day()),
        };
        pattern.fill(&[
            ("weekday", &name(&self.weekdays, date.weekday().num_days_from_monday())),
            ("day", &day),
            ("month", &name(&self.months, date.month0())),
            ("year", &self.number(date.year())),
        ])
    }

    /// A number in the language's digits.
    fn number(&self, number: impl std::fmt::Display) -> String {
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

/// Text with names in braces, each of which something takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern(String);

impl Pattern {
    /// A line with no other names in it than these.
    fn of(text: &str, names: &[&str]) -> Result<Self, Wrong> {
        let line = super::reader::line(text)?;
        let bare = names.iter().fold(line.clone(), |bare, name| bare.replace(&format!("{{{name}}}"), ""));
        if bare.contains(['{', '}']) {
            let known: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
            let why = format!("{text:?} has braces around what is not known here");
            return Err(Wrong::with_help(why, format!("what can be named is {}", known.join(", "))));
        }
        Ok(Self(line))
    }

    /// The same, with one of the names in it exactly once.
    fn with(text: &str, names: &[&str], needed: &str) -> Result<Self, Wrong> {
        let pattern = Self::of(text, names)?;
        if pattern.0.matches(&format!("{{{needed}}}")).count() == 1 {
            return Ok(pattern);
        }
        Err(Wrong::with_help(format!("{text:?} does not name {{{needed}}} once"), "write it where it stands"))
    }

    fn fill(&self, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.0.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

/// A value of a catalogue, which may be missing where another catalogue below says it.
fn over<'a, T: Clone>(
    table: &mut Table<'a>,
    key: &'static str,
    example: &'static str,
    said: Option<&T>,
    read: impl FnOnce(Value<'a>) -> Option<T>,
) -> Option<T> {
    match said {
        Some(said) => table.or(key, example, said.clone(), read),
        None => table.need(key, example, read),
    }
}

/// `[stories]`: each plural form that numbers of articles have in the language.
fn stories(
    mut table: Table<'_>,
    language: &str,
    base: Option<&BTreeMap<PluralCategory, Pattern>>,
) -> Option<BTreeMap<PluralCategory, Pattern>> {
    const EXAMPLE: &str = r#"other = "{count} stories""#;
    let rules = rules(language);
    // No issue has so many articles that a larger number would have a form of its own.
    let needed: Vec<PluralCategory> = (1..=200).map(|count| form_of(rules.as_ref(), count)).collect();
    let mut stories = BTreeMap::new();
    let mut is_good = true;
    for (key, form) in FORMS {
        let said = base.and_then(|base| base.get(&form)).cloned();
        let may_be_missing = said.is_some() || (form != PluralCategory::Other && !needed.contains(&form));
        let read = |value: Value<'_>| value.parse(|text| Pattern::of(text, &["count"])).map(Some);
        let pattern = if may_be_missing {
            table.or(key, EXAMPLE, said, read)
        } else {
            table.need(key, example_of(form), read)
        };
        match pattern {
            Some(Some(pattern)) => drop(stories.insert(form, pattern)),
            Some(None) => {}
            None => is_good = false,
        }
    }
    is_good.then_some(stories)
}

/// A line to paste for a plural form that is missing.
fn example_of(form: PluralCategory) -> &'static str {
    match form {
        PluralCategory::Zero => r#"zero = "no stories""#,
        PluralCategory::One => r#"one = "{count} story""#,
        PluralCategory::Two => r#"two = "{count} stories""#,
        PluralCategory::Few => r#"few = "{count} stories""#,
        PluralCategory::Many => r#"many = "{count} stories""#,
        PluralCategory::Other => r#"other = "{count} stories""#,
    }
}

/// The plural rules of a language.
fn rules(language: &str) -> Option<PluralRules> {
    let locale = Locale::try_from_str(language).ok()?;
    PluralRules::try_new_cardinal((&locale).into()).ok()
}

fn form_of(rules: Option<&PluralRules>, count: usize) -> PluralCategory {
    rules.map_or(PluralCategory::Other, |rules| rules.category_for(count))
}

/// The tags that a language is called by, the most general first: `zh`, `zh-hant`, `zh-hant-tw`.
fn general_first(language: &str) -> Vec<String> {
    let language = language.to_ascii_lowercase();
    let ends = language.match_indices('-').map(|(at, _)| at).chain([language.len()]);
    ends.map(|end| language[..end].to_owned()).collect()
}

/// As many lines as there are months, or days in a week.
fn names(value: Value<'_>, count: usize) -> Option<Vec<String>> {
    if value.length().is_some_and(|found| found != count) {
        value.wrong(format!("it has not {count} names").into());
        return None;
    }
    value.array(Value::line)
}

/// A mark between words, whose blanks count.
fn mark(text: &str) -> Result<String, Wrong> {
    super::reader::line(text)?;
    Ok(text.to_owned())
}

/// Ten digits.
fn digits(text: &str) -> Result<Vec<char>, Wrong> {
    let digits: Vec<char> = text.chars().collect();
    match digits.len() {
        10 => Ok(digits),
        found => Err(format!("it has {found} characters and not ten, from nought to nine").into()),
    }
}

/// That a file cannot be read.
fn unreadable(path: &Path, error: &files::Error) -> Problems {
    let message = format!("it cannot be read: {}", error.source);
    let problem =
        Problem { place: None, message, help: "it must be a UTF-8 file that you may read".to_owned() };
    Problems { path: path.to_owned(), text: String::new(), problems: vec![problem] }
}

#[cfg(test)]
mod tests;
