//! Front matter: the YAML, TOML or JSON block at the head of an article, by Hugo's rules.
//!
//! Keys are compared without regard to case. Fields that Hugo itself defines must have the type
//! that Hugo documents; `link`, `source` and `image` are sites' own and are taken where they fit.

mod fence;
mod fields;
mod yaml;

pub use fence::{Block, Format, Found, find};

use chrono::DateTime;
use chrono_tz::Tz;

use super::date::{self, Moment};
use fields::{Fields, Value};

/// The most bytes a block may have.
pub const LIMIT: usize = 64 * 1024;

/// Where Hugo looks for each date, first to last (`resources/page/pagemeta/page_frontmatter.go`).
const DATE: [&str; 6] = ["date", "publishdate", "pubdate", "published", "lastmod", "modified"];
const PUBLISH_DATE: [&str; 3] = ["publishdate", "pubdate", "published"];
const EXPIRY_DATE: [&str; 2] = ["expirydate", "unpublishdate"];

/// What the front matter of an article says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// `title`
    pub title: Option<String>,
    /// `date`, else the dates that Hugo takes instead.
    pub date: Option<Moment>,
    /// `publishDate` and its aliases; not `date`.
    pub publish_date: Option<Moment>,
    /// `expiryDate` and its alias.
    pub expiry_date: Option<Moment>,
    /// `draft`, else the opposite of a `published` that is true or false.
    pub draft: bool,
    /// `description`
    pub description: Option<String>,
    /// `summary`
    pub summary: Option<String>,
    /// `slug`
    pub slug: Option<String>,
    /// `url`
    pub url: Option<String>,
    /// The first of `images`, else `image`.
    pub image: Option<String>,
    /// `link`
    pub link: Option<String>,
    /// `source`
    pub source: Option<String>,
    /// `categories`, else `category`, else Zola's `taxonomies.categories`.
    pub categories: Vec<String>,
    /// `tags`, else `tag`, else Zola's `taxonomies.tags`.
    pub tags: Vec<String>,
    /// `weight`
    pub weight: i64,
}

/// Front matter that cannot be read as an article's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The line of the file, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Error {
    /// The block that begins on this line has no end.
    #[must_use]
    pub fn unclosed(format: Format, line: usize) -> Self {
        let (name, end) = format.words();
        Self { line: Some(line), message: format!("the {name} front matter has no end: close it with {end}") }
    }
}

impl FrontMatter {
    /// Reads a block; times without an offset are times of `zone`.
    ///
    /// # Errors
    /// When the block is not UTF-8, too large, not what its format allows, or when a field of
    /// Hugo's does not have its type.
    pub fn parse(block: &Block<'_>, zone: Tz) -> Result<Self, Error> {
        let text = text_of(block)?;
        let mut fields = parse(block.format, text)
            .map_err(|(line, message)| Error { line: line.map(|line| line + block.line - 1), message })?;
        // In JSON the last one counts, as in Go.
        if block.format == Format::Json {
            fields.twice = None;
        }
        Self::from_fields(&mut fields, zone).map_err(|wrong| Error {
            line: line_of(text, wrong.key).map(|line| line + block.line - 1),
            message: format!("`{}` {}", wrong.key, wrong.message),
        })
    }

    fn from_fields(fields: &mut Fields, zone: Tz) -> Result<Self, Wrong> {
        if let Some(key) = fields.twice {
            return Err(Wrong::new(key, "stands twice: keep one of them"));
        }
        Ok(Self {
            date: moment(fields, &DATE, zone)?,
            publish_date: moment(fields, &PUBLISH_DATE, zone)?,
            expiry_date: moment(fields, &EXPIRY_DATE, zone)?,
            draft: draft(fields)?,
            title: text(fields, "title")?,
            description: text(fields, "description")?,
            summary: text(fields, "summary")?,
            slug: text(fields, "slug")?,
            url: text(fields, "url")?,
            image: fields.take("images").and_then(picture).or_else(|| fields.take("image").and_then(picture)),
            link: own(fields, "link"),
            source: own(fields, "source"),
            categories: terms(fields, "categories", "category")?,
            tags: terms(fields, "tags", "tag")?,
            weight: weight(fields)?,
        })
    }
}

/// A field that does not have its type.
struct Wrong {
    key: &'static str,
    message: String,
}

impl Wrong {
    fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }

    fn kind(key: &'static str, wanted: &str, value: &Value) -> Self {
        Self::new(key, format!("must be {wanted}, and is {}", value.kind()))
    }
}

/// The block as text.
fn text_of<'a>(block: &Block<'a>) -> Result<&'a str, Error> {
    if block.bytes.len() > LIMIT {
        return Err(Error {
            line: Some(block.line),
            message: format!(
                "the front matter is longer than {} KB: shorten it, or close it earlier",
                LIMIT / 1024
            ),
        });
    }
    str::from_utf8(block.bytes).map_err(|error| Error {
        line: Some(block.line + fence::line_breaks(&block.bytes[..error.valid_up_to()])),
        message:
            "the front matter is not UTF-8: save the file as UTF-8 (it may be Latin-1 or Windows-1252), \
                  or mend the text where it was cut inside a character"
                .to_owned(),
    })
}

/// The fields of a block, or what is wrong with it and on which of its lines.
fn parse(format: Format, text: &str) -> Result<Fields, (Option<usize>, String)> {
    match format {
        Format::Yaml => yaml::fields(text),
        Format::Toml => toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| 1 + fence::line_breaks(&text.as_bytes()[..span.start]));
            (line, error.message().replace('\n', ", "))
        }),
        Format::Json => serde_json::from_str(text).map_err(|error| {
            let told = error.to_string();
            (Some(error.line()), told.split(" at line ").next().unwrap_or(&told).to_owned())
        }),
    }
    .map_err(|(line, message)| (line, format!("{} front matter: {message}", format.words().0)))
}

/// The line of a block on which a key stands last, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let stands = |line: &str| {
        let line = line.trim_start_matches([' ', '{', ',', '"', '\'']);
        let (name, rest) = line.split_at_checked(key.len())?;
        (name.eq_ignore_ascii_case(key)
            && rest.trim_start_matches(['"', '\'']).trim_start().starts_with([':', '=']))
        .then_some(())
    };
    text.lines().zip(1..).filter(|(line, _)| stands(line).is_some()).last().map(|(_, number)| number)
}

/// A text on one value; blank is none.
fn text(fields: &mut Fields, key: &'static str) -> Result<Option<String>, Wrong> {
    let Some(value) = fields.take(key) else { return Ok(None) };
    let text = value.into_text().map_err(|value| Wrong::kind(key, "a text", &value))?;
    Ok(filled(text))
}

/// A field that sites define for themselves: what is no text there means something else to them.
fn own(fields: &mut Fields, key: &str) -> Option<String> {
    fields.take(key)?.into_text().ok().and_then(filled)
}

/// The address of a picture: a text, the first of a list, or the address in a table.
fn picture(value: Value) -> Option<String> {
    match value {
        Value::List(values) => values.into_iter().find_map(picture),
        Value::Map(entries) => entries
            .into_iter()
            .find(|(key, _)| ["src", "url", "path", "image"].contains(&key.as_str()))
            .and_then(|(_, value)| picture(value)),
        value => value.into_text().ok().and_then(filled),
    }
}

fn filled(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.len() == text.len() { Some(text) } else { Some(trimmed.to_owned()) }
        .filter(|text| !text.is_empty())
}

/// The first date among these keys. A date that is there and cannot be read is an error, not a
/// reason to look at the next key: Hugo reports it as well, and a wrong date mails a wrong article.
fn moment(fields: &Fields, keys: &[&'static str], zone: Tz) -> Result<Option<Moment>, Wrong> {
    for key in keys {
        let moment = match fields.get(key) {
            None => continue,
            Some(Value::Text(text)) if text.trim().is_empty() => continue,
            Some(Value::Text(text)) => date::parse(text, zone).ok_or_else(|| unreadable(key, text))?,
            Some(Value::Integer(seconds)) => DateTime::from_timestamp(*seconds, 0)
                .map(|instant| Moment::Instant(instant.fixed_offset()))
                .ok_or_else(|| unreadable(key, &seconds.to_string()))?,
            // `published` may say whether, instead of when.
            Some(Value::Bool(_)) if *key == "published" => continue,
            Some(value) => return Err(Wrong::kind(key, "a date like 2026-01-13", value)),
        };
        if !moment.is_zero() {
            return Ok(Some(moment));
        }
    }
    Ok(None)
}

fn unreadable(key: &'static str, text: &str) -> Wrong {
    let shown: String = text.chars().take(80).collect();
    Wrong::new(
        key,
        format!("is {shown:?}, which is no date: write 2026-01-13, or 2026-01-13T10:20:30+02:00 with a time"),
    )
}

/// Whether the article is a draft. Words are read as Go's `ParseBool` reads them, and YAML 1.1's
/// `yes` and `on` count too: who writes them means it, and Hugo heeded them for years.
fn draft(fields: &mut Fields) -> Result<bool, Wrong> {
    let says = |value: &Value| match value {
        Value::Bool(value) => Some(*value),
        Value::Integer(value) => Some(*value != 0),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    };
    match fields.take("draft") {
        Some(value @ (Value::List(_) | Value::Map(_))) => Err(Wrong::kind("draft", "true or false", &value)),
        // Other words are no draft, as in Hugo: the article is on the site.
        Some(value) => Ok(says(&value).unwrap_or(false)),
        None => Ok(fields.get("published").and_then(says).is_some_and(|published| !published)),
    }
}

/// The terms of a taxonomy. A text is one term and is never split, as in Hugo.
fn terms(fields: &mut Fields, key: &'static str, singular: &'static str) -> Result<Vec<String>, Wrong> {
    let (key, value) = match fields.take(key) {
        Some(value) => (key, value),
        None => match fields.take(singular) {
            Some(value) => (singular, value),
            None => ("taxonomies", zola(fields, key)),
        },
    };
    let mut terms = Vec::new();
    gather(value, &mut terms).map_err(|value| Wrong::kind(key, "a text or a list of texts", &value))?;
    Ok(terms)
}

/// What Zola keeps under `[taxonomies]`.
fn zola(fields: &Fields, key: &str) -> Value {
    match fields.get("taxonomies") {
        Some(Value::Map(entries)) => entries
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map_or(Value::Null, |(_, value)| value.clone()),
        _ => Value::Null,
    }
}

/// Lists in lists are flat, and nothing is no term.
fn gather(value: Value, terms: &mut Vec<String>) -> Result<(), Value> {
    match value {
        Value::List(values) => values.into_iter().try_for_each(|value| gather(value, terms)),
        value => {
            terms.extend(filled(value.into_text()?));
            Ok(())
        }
    }
}

fn weight(fields: &mut Fields) -> Result<i64, Wrong> {
    match fields.take("weight") {
        None => Ok(0),
        Some(Value::Integer(weight)) => Ok(weight),
        // Hugo's weights are whole, and lose what stands after the point.
        #[expect(clippy::cast_possible_truncation, reason = "this saturates, which is as good as exact")]
        Some(Value::Float(weight)) => Ok(weight as i64),
        Some(Value::Text(text)) if text.trim().is_empty() => Ok(0),
        Some(Value::Text(text)) => text.trim().parse().map_err(|_| {
            Wrong::new("weight", format!("is {text:?}, which is no number: write one without quotes"))
        }),
        Some(value) => Err(Wrong::kind("weight", "a number", &value)),
    }
}
