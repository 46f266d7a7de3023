//! Front matter: the YAML, TOML or JSON block at the head of an article, by Hugo's rules.
//!
//! Keys are compared without regard to case. Fields that the generators define must have the type
//! that Hugo documents; `link`, `source` and `image` are sites' own and are taken where they fit.

mod fence;
mod names;
mod dates;
mod fields;
mod yaml;
mod typed;
mod cascade;

pub use cascade::{Cascade, Section};
pub use dates::{Dates, NoSource};
pub use fence::{Block, Format, Found, find, line_breaks};
pub use names::FieldNames;

use std::cmp::Reverse;

use chrono_tz::Tz;
use serde::de::DeserializeSeed as _;

use super::date::Moment;
use super::dialect::Dialect;
use super::newsletter::Newsletter;
use dates::Source;
pub(in crate::article) use fields::Value;
use fields::{Fields, FieldsSeed};
use typed::{
    Wrong, draft, flag, is_listed, is_rendered, moment, newsletter, own, picture, split, stated, terms, text,
    weight,
};

/// The most bytes a block may have.
pub const LIMIT: usize = 64 * 1024;

/// Refuses what is encoded so that nothing in it can be seen.
pub(super) fn refuse_utf16(head: &[u8]) -> Result<(), Error> {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(Error { line: None, message: "the file is UTF-16: save it as UTF-8".to_owned() });
    }
    Ok(())
}

/// What the front matter of an article says.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontMatter {
    /// `title`
    pub title: Option<String>,
    /// `date`, else the dates that Hugo takes instead.
    pub date: Option<Moment>,
    /// Whether that is the date of the file's name, and the site has it looked for there.
    pub dated_by_name: bool,
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
    /// What its dialect calls the article's address: `url`, `permalink` or `path`; as written.
    pub address: Option<String>,
    /// Whether it has a page of its own: not where `build.render`, Zola's `render` or Eleventy's
    /// `permalink` says no.
    pub rendered: bool,
    /// Whether it stands in lists of articles: not where `build.list` or `headless` says no, or
    /// Eleventy's `eleventyExcludeFromCollections`.
    pub listed: bool,
    /// The dialect that it is in, where that is known.
    pub dialect: Option<Dialect>,
    /// The first of `images`, else `image`.
    pub image: Option<String>,
    /// `link`
    pub link: Option<String>,
    /// `source`
    pub source: Option<String>,
    /// `categories`, else `category`, else Zola's `taxonomies.categories`; in Jekyll, both.
    pub categories: Vec<String>,
    /// `tags`, else `tag`, else Zola's `taxonomies.tags`.
    pub tags: Vec<String>,
    /// `weight`
    pub weight: i64,
    /// `featured`
    pub featured: bool,
    /// `newsletter`
    pub newsletter: Newsletter,
}

impl Default for FrontMatter {
    /// What a file without front matter says: nothing that hides it.
    fn default() -> Self {
        Self {
            title: None,
            date: None,
            dated_by_name: false,
            publish_date: None,
            expiry_date: None,
            draft: false,
            description: None,
            summary: None,
            slug: None,
            address: None,
            rendered: true,
            listed: true,
            dialect: None,
            image: None,
            link: None,
            source: None,
            categories: Vec::new(),
            tags: Vec::new(),
            weight: 0,
            featured: false,
            newsletter: Newsletter::default(),
        }
    }
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
    /// The block that begins on this line does not end in the first `read` bytes of its file.
    #[must_use]
    pub fn endless(format: Format, line: usize, read: usize) -> Self {
        let (name, end) = format.words();
        let message = if read < LIMIT {
            format!("the {name} front matter is not closed: close it with {end}")
        } else {
            let limit = LIMIT / 1024;
            format!("the {name} front matter does not end within {limit} KB: close it with {end}")
        };
        Self { line: Some(line), message }
    }
}

/// What reading front matter needs to know of the site.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The zone of times without an offset.
    pub zone: Tz,
    /// The dialect, where it is known before the front matter is.
    pub dialect: Option<Dialect>,
    /// What the site calls its fields.
    pub names: &'a FieldNames,
    /// What the sections above give to the article, the nearest first.
    pub cascades: &'a [&'a Cascade],
    /// Where the site looks for dates.
    pub dates: &'a Dates,
    /// The day at the head of the file's name.
    pub named: Option<Moment>,
}

impl FrontMatter {
    /// Reads a block; where there is none, what the sections above say.
    ///
    /// # Errors
    /// When the block is not UTF-8, too large, not what its format allows, or when a field does
    /// not have its type.
    pub fn parse(block: Option<&Block<'_>>, rules: &Rules<'_>) -> Result<Self, Error> {
        let mut fields =
            block.map_or_else(|| Ok(Fields::default()), |block| fields_of(block, rules.names))?;
        join(&mut fields, rules);
        for cascade in rules.cascades {
            fields.fill(&cascade.fields);
        }
        let signs = || {
            let is_toml = block.is_some_and(|block| block.format == Format::Toml);
            let is_zola =
                fields.look_like_zola() || (is_toml && (fields.has("template") || fields.has("path")));
            is_zola.then_some(Dialect::Zola)
        };
        let dialect = rules.dialect.or_else(signs);
        Self::from_fields(&mut fields, dialect, rules).map_err(|wrong| Error {
            line: block.and_then(|block| {
                let text = text_of(block).ok()?;
                line_of(text, wrong.key).map(|line| line + block.line - 1)
            }),
            message: format!("`{}` {}", wrong.key, wrong.message),
        })
    }

    fn from_fields(fields: &mut Fields, dialect: Option<Dialect>, rules: &Rules<'_>) -> Result<Self, Wrong> {
        // Jekyll's parser takes the last one, and says nothing.
        if let Some(key) = fields.twice.filter(|_| dialect != Some(Dialect::Jekyll)) {
            return Err(Wrong::new(key, "stands twice: keep one of them"));
        }
        let Rules { dates, named, zone, .. } = *rules;
        let find = |sources| moment(fields, sources, named, zone, dialect);
        let date = find(&dates.date)?;
        Ok(Self {
            date: date.map(|(date, _)| date),
            dated_by_name: date.is_some_and(|(_, source)| source == Source::Name),
            publish_date: find(&dates.publish_date)?.map(|(date, _)| date),
            expiry_date: find(&dates.expiry_date)?.map(|(date, _)| date),
            draft: draft(fields)?,
            title: text(fields, "title")?,
            description: text(fields, "description")?,
            summary: text(fields, "summary")?,
            slug: text(fields, "slug")?,
            rendered: is_rendered(fields),
            listed: is_listed(fields),
            address: stated(fields, dialect)?,
            dialect,
            image: fields.take("images").and_then(picture).or_else(|| fields.take("image").and_then(picture)),
            link: own(fields, "link"),
            source: own(fields, "source"),
            categories: terms(fields, "categories", "category", dialect)?,
            tags: terms(fields, "tags", "tag", dialect)?,
            weight: weight(fields)?,
            featured: flag(fields, "featured")?.unwrap_or(false),
            newsletter: newsletter(fields)?,
        })
    }
}

/// Joins the terms of an article with those given to it, where the dialect does not let the one
/// replace the other: in Jekyll, categories and the nearest that are given
/// (`Document#merge_categories!`); in Eleventy, all lists (its deep merge of data).
fn join(fields: &mut Fields, rules: &Rules<'_>) {
    let (keys, given): (&[&'static str], _) = match rules.dialect {
        Some(Dialect::Jekyll) => (&["categories"], 1),
        Some(Dialect::Eleventy) => (&["tags", "categories"], usize::MAX),
        _ => return,
    };
    for key in keys {
        let given = rules.cascades.iter().filter_map(|cascade| cascade.fields.get(key)).take(given);
        fields.join(key, given, |value| split(value, rules.dialect));
    }
}

/// Reads a file of a generator's configuration; `None` where it cannot be read.
pub(in crate::article) fn value(text: &str, format: Format) -> Option<Value> {
    match format {
        Format::Yaml => yaml::value(text),
        Format::Toml => toml::from_str(text).ok(),
        Format::Json => serde_json::from_str(text).ok(),
    }
}

/// Finds the front matter of an article. Only Jekyll ends YAML with `...`; where the dialect is not
/// known, that is taken where nothing else ends it.
#[must_use]
pub fn find_in(head: &[u8], dialect: Option<Dialect>) -> Found<'_> {
    match dialect {
        Some(dialect) => find(head, dialect == Dialect::Jekyll),
        None => match find(head, false) {
            Found::Unclosed(Format::Yaml, _) => find(head, true),
            found => found,
        },
    }
}

/// The fields of a block.
fn fields_of(block: &Block<'_>, names: &FieldNames) -> Result<Fields, Error> {
    let mut fields = parse(block.format, text_of(block)?, names)
        .map_err(|(line, message)| Error { line: line.map(|line| line + block.line - 1), message })?;
    // In JSON the last one counts, as in Go.
    if block.format == Format::Json {
        fields.twice = None;
    }
    Ok(fields)
}

/// The block as text.
fn text_of<'a>(block: &Block<'a>) -> Result<&'a str, Error> {
    if block.bytes.len() > LIMIT {
        return Err(Error::endless(block.format, block.line, block.bytes.len()));
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
fn parse(format: Format, text: &str, names: &FieldNames) -> Result<Fields, (Option<usize>, String)> {
    match format {
        Format::Yaml => yaml::fields(text, names),
        Format::Toml => toml::Deserializer::parse(text)
            .and_then(|toml| FieldsSeed(names).deserialize(toml))
            .map_err(|error| {
                let line = error.span().map(|span| 1 + line_breaks(&text.as_bytes()[..span.start]));
                (line, error.message().replace('\n', ", "))
            }),
        Format::Json => {
            let mut json = serde_json::Deserializer::from_str(text);
            let fields = FieldsSeed(names).deserialize(&mut json);
            fields.and_then(|fields| json.end().map(|()| fields)).map_err(|error| {
                let told = error.to_string();
                (Some(error.line()), told.split(" at line ").next().unwrap_or(&told).to_owned())
            })
        }
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
