//! Front matter: the YAML, TOML or JSON block at the head of an article, by Hugo's rules.
//!
//! Keys are compared without regard to case. Fields that Hugo itself defines must have the type
//! that Hugo documents; `link`, `source` and `image` are sites' own and are taken where they fit.

mod fence;
mod fields;
mod typed;
mod yaml;

pub use fence::{Block, Format, Found, find, line_breaks};

use std::cmp::Reverse;

use chrono_tz::Tz;

use super::date::Moment;
use fields::Fields;
use typed::{Wrong, draft, moment, own, picture, terms, text, weight};

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
    /// The block that begins on this line does not end where it should.
    #[must_use]
    pub fn endless(format: Format, line: usize) -> Self {
        let (name, end) = format.words();
        let limit = LIMIT / 1024;
        let message = format!("the {name} front matter does not end within {limit} KB: close it with {end}");
        Self { line: Some(line), message }
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

/// The block as text.
fn text_of<'a>(block: &Block<'a>) -> Result<&'a str, Error> {
    if block.bytes.len() > LIMIT {
        return Err(Error::endless(block.format, block.line));
    }
    str::from_utf8(block.bytes).map_err(|error| Error {
        line: Some(block.line + line_breaks(&block.bytes[..error.valid_up_to()])),
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
            let line = error.span().map(|span| 1 + line_breaks(&text.as_bytes()[..span.start]));
            (line, error.message().replace('\n', ", "))
        }),
        Format::Json => serde_json::from_str(text).map_err(|error| {
            let told = error.to_string();
            (Some(error.line()), told.split(" at line ").next().unwrap_or(&told).to_owned())
        }),
    }
    .map_err(|(line, message)| (line, format!("{} front matter: {message}", format.words().0)))
}

/// The line of a block on which a key stands, counted from 1: the least indented, and the last.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let names_it = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '{', ',', '"', '\'']);
        line.split_at_checked(key.len()).is_some_and(|(name, rest)| {
            name.eq_ignore_ascii_case(key)
                && rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with([':', '='])
        })
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines = text.lines().zip(1..).filter(|(line, _)| names_it(line));
    lines.min_by_key(|(line, number)| (indent(line), Reverse(*number))).map(|(_, number)| number)
}

#[cfg(test)]
mod tests;
