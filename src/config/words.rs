//! `languages/LANGUAGE.toml`: the fixed words of a mail and the form of its dates, one catalogue a language.
//!
//! Those of `templates/languages/` are built in. A file of that name in the folder `languages` beside config.toml says
//! some of it otherwise, or, for a language that is not built in, all of it. A region (`de-AT`) says what it says
//! otherwise than its language (`de`).

mod pattern;

mod dates;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, NaiveDate};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

use super::Problems;
use super::problem::{Problem, Wrong};
use super::reader::{Reader, Table, Value};
use crate::files;
use dates::Dates;
use pattern::Pattern;

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
    /// The link to the issue on the web.
    pub on_the_web: String,
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
    /// What stands around the number of an issue.
    issue_number: Pattern,
    /// How many articles there are, by plural form.
    stories: BTreeMap<PluralCategory, Pattern>,
    dates: Dates,
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
        let on_the_web =
            line("on_the_web", r#"on_the_web = "Read on the web""#, base.map(|base| &base.on_the_web));
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
        let issue_number = over(
            &mut table,
            "issue_number",
            r#"issue_number = "No. {number}""#,
            base.map(|base| &base.issue_number),
            |value| value.parse(|text| Pattern::with(text, &["number"], "number")),
        );
        let stories =
            table.table("stories").and_then(|table| stories(table, language, base.map(|base| &base.stories)));
        let dates = table.table("dates").and_then(|table| Dates::read(table, base.map(|base| &base.dates)));
        Some(Self {
            language: language.to_owned(),
            read_on: read_on?,
            on_the_web: on_the_web?,
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
            issue_number: issue_number?,
            stories: stories?,
            dates: dates?,
        })
    }

    /// What stands before and after the names of others that tell the same.
    #[must_use]
    pub fn also_at(&self) -> (&str, &str) {
        self.also_at.0.split_once("{sources}").unwrap_or((&self.also_at.0, ""))
    }

    /// The number of an issue: `No. 12`.
    #[must_use]
    pub fn issue_number(&self, number: u64) -> String {
        self.issue_number.fill(&[("number", &self.dates.number(number))])
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

/// A mark between words, whose blanks count.
fn mark(text: &str) -> Result<String, Wrong> {
    super::reader::line(text)?;
    Ok(text.to_owned())
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
