//! `[site]` and `[brand]`: the site the articles belong to, and what makes the mail look like it.

use std::cell::RefCell;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use chrono_tz::{TZ_VARIANTS, Tz};
use url::Url;

use super::address::base;
use super::duration::duration;
use super::problem::Wrong;
use super::reader::{Table, Value};
use crate::article::Dialect;
use crate::article::front_matter::FieldNames;
use crate::article::permalink::Permalink;
use crate::term;

/// `[site]`: the site the articles belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Its title: the masthead of the mail.
    pub title: String,
    /// Its address, with a slash at the end; needed where articles have no link of their own.
    pub url: Option<Url>,
    /// The folders of its articles.
    pub content: Vec<PathBuf>,
    /// Its time zone: of dates without offset, of windows, of the dates of issues.
    pub timezone: Tz,
    /// Whether config.toml states it; else that of a generator's configuration goes before it, for
    /// dates without offset.
    pub timezone_is_stated: bool,
    /// Its language, as in BCP 47.
    pub language: String,
    /// How it makes the addresses of its articles; `None` is as the dialect of each makes them.
    pub permalink: Option<Permalink>,
    /// What it is made with; `None` is to be found out.
    pub dialect: Option<Dialect>,
    /// What it calls the fields of front matter.
    pub fields: FieldNames,
    /// For how long a file has to be still before it is read.
    pub settle: Duration,
}

impl Site {
    pub(super) fn read(table: Option<Table<'_>>) -> Option<Self> {
        let mut table = table?;
        let default_content = vec![table.folder().join("content")];
        let title = table.need("title", r#"title = "The Border Post""#, Value::line);
        let url = table.may("url", r#"url = "https://news.example.org/""#, |value| value.parse(base));
        let content = table.or("content", r#"content = ["content"]"#, default_content, folders);
        let timezone =
            table.may("timezone", r#"timezone = "America/New_York""#, |value| value.parse(timezone));
        let language =
            table.or("language", r#"language = "en""#, "en".to_owned(), |value| value.parse(language));
        let permalink =
            table.may("permalink", r#"permalink = "/:sections/:slug/""#, |value| value.parse(permalink));
        let dialect = table.or("dialect", r#"dialect = "hugo""#, None, |value| {
            let names = Dialect::NAMES.map(|(name, dialect)| (name, Some(dialect)));
            value.choice(&[&[("auto", None)], &names[..]].concat())
        });
        let settle =
            table.or("settle", r#"settle = "10 min""#, Duration::ZERO, |value| value.parse(duration));
        let fields = table.table("fields").and_then(fields);
        Some(Self {
            title: title?,
            url: url?,
            content: content?,
            timezone: timezone?.unwrap_or(Tz::UTC),
            timezone_is_stated: timezone?.is_some(),
            language: language?,
            permalink: permalink?,
            dialect: dialect?,
            fields: fields?,
            settle: settle?,
        })
    }
}

fn folders(value: Value<'_>) -> Option<Vec<PathBuf>> {
    if value.is_empty_array() {
        value.wrong("it names no folder".into());
        return None;
    }
    let earlier = RefCell::new(Vec::<PathBuf>::new());
    value.array(|value| {
        let folder = value.path_that(|folder| {
            let earlier = earlier.borrow();
            earlier.iter().try_for_each(|other| is_apart(other, folder))
        })?;
        earlier.borrow_mut().push(folder.clone());
        Some(folder)
    })
}

/// Refuses a folder in another: what it holds would be two articles, by two paths.
fn is_apart(one: &Path, other: &Path) -> Result<(), Wrong> {
    let (outer, inner) = match (is_in(other, one), is_in(one, other)) {
        (true, _) => (one, other),
        (false, true) => (other, one),
        (false, false) => return Ok(()),
    };
    let why = format!("{} is in {}, which is read with all that is in it", inner.display(), outer.display());
    Err(Wrong { help: Some("name only one of the two".to_owned()), ..why.into() })
}

/// Whether a folder is another one, or in it, as they are written.
fn is_in(inner: &Path, outer: &Path) -> bool {
    let plain = |path: &Path| {
        path.components().fold(PathBuf::new(), |mut plain, part| {
            match part {
                Component::CurDir => {}
                Component::ParentDir if plain.file_name().is_some() => {
                    plain.pop();
                }
                part => plain.push(part),
            }
            plain
        })
    };
    plain(inner).starts_with(plain(outer))
}

fn timezone(text: &str) -> Result<Tz, Wrong> {
    text.parse().map_err(|_| {
        let nearest = term::nearest(text, TZ_VARIANTS.iter().map(|zone| zone.name()));
        Wrong::with_nearest(format!("{text:?} is no time zone of the IANA database"), nearest)
    })
}

/// Whether a text looks like a tag of BCP 47.
#[must_use]
pub fn is_language(text: &str) -> bool {
    language(text).is_ok()
}

/// A tag that looks like one of BCP 47: subtags of up to eight letters and digits, the first a
/// language's two or three letters, 35 characters in all (RFC 5646 §4.4.1), for it stands in a header.
pub(super) fn language(text: &str) -> Result<String, Wrong> {
    let mut subtags = text.split('-');
    let is_language =
        |tag: &str| (2..=3).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphabetic());
    let is_subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric());
    if text.len() <= 35 && subtags.next().is_some_and(is_language) && subtags.all(is_subtag) {
        return Ok(text.to_owned());
    }
    let dashed = text.replace('_', "-");
    let why = format!("{text:?} is no language tag (BCP 47)");
    if dashed != text && language(&dashed).is_ok() {
        return Err(Wrong::with_nearest(why, Some(&dashed)));
    }
    Err(why.into())
}

fn permalink(text: &str) -> Result<Permalink, Wrong> {
    Permalink::parse(text).map_err(|wrong| wrong.to_string().into())
}

/// `[site.fields]`: the keys that stand for our fields in the site's front matter.
fn fields(mut table: Table<'_>) -> Option<FieldNames> {
    let mut names = FieldNames::default();
    let mut is_good = true;
    for (field, key) in FieldNames::FIELDS {
        match table.may(field, r#"date = "published_on""#, Value::line) {
            Some(Some(name)) => names.rename(key, name),
            Some(None) => {}
            None => is_good = false,
        }
    }
    is_good.then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_in_another_however_they_are_written() {
        for (inner, outer, expected) in [
            ("content/n", "content", true),
            ("content", "./content/", true),
            ("content/../content/n", "content", true),
            ("contents", "content", false),
            ("content", "content/n", false),
            ("../content", "content", false),
        ] {
            assert_eq!(is_in(Path::new(inner), Path::new(outer)), expected, "{inner} {outer}");
        }
    }

    #[test]
    fn languages_look_like_bcp_47() {
        for text in ["en", "en-US", "zh-Hant-TW", "gsw", "de-CH-1996", "en-x-a"] {
            assert!(language(text).is_ok(), "{text}");
        }
        for text in ["", "e", "english", "en-", "en US", "e1", &"en-abcdefgh".repeat(4)] {
            assert!(language(text).is_err(), "{text}");
        }
        assert_eq!(language("en_US").unwrap_err().help.as_deref(), Some("did you mean `en-US`?"));
    }
}
