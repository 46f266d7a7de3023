//! The address of an article on its own site: what its front matter says, else a pattern of tokens,
//! Hugo's (<https://gohugo.io/configuration/permalinks/#tokens>) or Jekyll's
//! (<https://jekyllrb.com/docs/permalinks/#placeholders>), else the rule of its dialect.

mod tokens;

use std::borrow::Cow;

use chrono::NaiveDateTime;
use url::Url;

use super::dialect::Dialect;
use super::place::{Kind, Place};
use super::slug::{self, Slugs};
use crate::term;
use tokens::{Piece, expand, pieces};

/// The tokens of a pattern, each written after a colon. First Hugo's, then those of Jekyll that
/// Hugo does not have.
const TOKENS: [&str; 38] = [
    "year",
    "month",
    "monthname",
    "day",
    "weekday",
    "weekdayname",
    "yearday",
    "section",
    "sections",
    "title",
    "slug",
    "filename",
    "slugorfilename",
    "contentbasename",
    "slugorcontentbasename",
    "sectionslug",
    "sectionslugs",
    "categories",
    "slugified_categories",
    "short_year",
    "short_month",
    "long_month",
    "i_month",
    "i_day",
    "y_day",
    "short_day",
    "long_day",
    "w_year",
    "week",
    "w_day",
    "hour",
    "minute",
    "second",
    "collection",
    "path",
    "name",
    "basename",
    "output_ext",
];

/// Jekyll's own patterns, by the names that it knows them by
/// (<https://jekyllrb.com/docs/permalinks/#built-in-formats>).
const STYLES: [(&str, &str); 5] = [
    ("date", "/:categories/:year/:month/:day/:title:output_ext"),
    ("pretty", "/:categories/:year/:month/:day/:title/"),
    ("ordinal", "/:categories/:year/:y_day/:title:output_ext"),
    ("weekdate", "/:categories/:year/W:week/:short_day/:title:output_ext"),
    ("none", "/:categories/:title:output_ext"),
];

/// How a site makes the addresses of its articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permalink {
    /// As a dialect makes them, unless told otherwise.
    Of(Dialect),
    /// By a pattern of tokens, which mean what they mean in the article's dialect.
    Pattern(String),
    /// By one of Jekyll's own patterns.
    Style(&'static str),
}

/// A permalink that is neither a pattern nor a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPermalink {
    /// It does not begin with a slash, and is no name that is known.
    #[error(
        "{0:?} neither begins with `/` nor is one of {names}",
        names = names().collect::<Vec<_>>().join(", ")
    )]
    UnknownName(String),
    /// A pattern with a token that neither Hugo nor Jekyll has.
    #[error("the permalink holds :{0}, which is no token of Hugo's or Jekyll's{meant}", meant = meant(.0))]
    UnknownToken(String),
}

fn meant(token: &str) -> String {
    term::nearest(token, TOKENS).map_or_else(
        || format!(": take one of :{}", TOKENS.join(" :")),
        |near| format!(": did you mean :{near}?"),
    )
}

/// The names of permalinks: those of dialects, and Jekyll's styles.
fn names() -> impl Iterator<Item = &'static str> {
    let dialects = Dialect::NAMES.iter().map(|(name, _)| *name);
    dialects.chain(STYLES.iter().map(|(name, _)| *name))
}

impl Permalink {
    /// Reads a pattern, `/:sections/:slug/`, or a name, `pretty` or `zola`.
    ///
    /// # Errors
    /// When it is neither, or a pattern holds a token that nobody knows.
    pub fn parse(text: &str) -> Result<Self, NoPermalink> {
        if text.starts_with('/') {
            let unknown = pieces(text).find_map(|piece| match piece {
                Piece::Token { name, .. } if !TOKENS.contains(&name) => Some(name.to_owned()),
                _ => None,
            });
            return unknown.map_or_else(
                || Ok(Self::Pattern(text.to_owned())),
                |token| Err(NoPermalink::UnknownToken(token)),
            );
        }
        let dialect = Dialect::NAMES.iter().find(|(name, _)| *name == text);
        let style = STYLES.iter().find(|(name, _)| *name == text);
        dialect
            .map(|(_, dialect)| Self::Of(*dialect))
            .or_else(|| style.map(|(_, pattern)| Self::Style(pattern)))
            .ok_or_else(|| NoPermalink::UnknownName(text.to_owned()))
    }
}

/// What addresses are made from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// By whose rules; `None` is Hugo's, as far as they are alike.
    pub dialect: Option<Dialect>,
    /// Where its file stands.
    pub place: Place<'a>,
    /// Its title.
    pub title: &'a str,
    /// How many of its folders are sections, which are those that an `_index` makes, and the first;
    /// `None` is all.
    pub sections: Option<usize>,
    /// The slug of its front matter.
    pub slug: Option<&'a str>,
    /// The name that stands for it where it has no slug.
    pub name: &'a str,
    /// Its categories, as written.
    pub categories: &'a [String],
    /// The day and time it is dated, where the dialect looks at them: in Hugo as written, in
    /// Jekyll in the zone of the site.
    pub time: Option<NaiveDateTime>,
    /// The folder of its language, where that has one.
    pub language: Option<&'a str>,
    /// How names are written.
    pub slugs: Slugs,
    /// Whether it is a file of its own, and no folder: Hugo's `uglyURLs`.
    pub ugly: bool,
}

/// The address of an article: `stated` by its front matter, where there is any, else the site's
/// permalink, else the rule of its dialect.
///
/// `None` where it cannot be known: a date is needed and there is none, or the front matter holds
/// a template.
#[must_use]
pub fn address(
    site: &Url,
    permalink: Option<&Permalink>,
    stated: Option<&str>,
    parts: &Parts<'_>,
) -> Option<Url> {
    if let Some(absolute) = stated.and_then(web_address) {
        return Some(absolute);
    }
    let path = match stated {
        Some(text) => said(&filled(text, parts)?, parts)?,
        None => in_language(&ugly(ruled(permalink, parts)?, parts), parts),
    };
    let mut address = site.clone();
    address.set_query(None);
    address.set_fragment(None);
    // What Hugo makes by a rule is a folder, whatever dots are in its name.
    let is_folder = stated.is_none() && parts.dialect == Some(Dialect::Hugo) && !parts.ugly;
    let end = if is_folder { "/" } else { "" };
    address.set_path(&tidy(&format!("{}/{path}{end}", site.path()), parts.dialect));
    Some(address)
}

/// An absolute `http` or `https` address.
#[must_use]
pub fn web_address(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// A template with what Eleventy says of a page's name filled in; `None` where it holds more, which only the
/// generator can fill.
fn filled<'t>(template: &'t str, parts: &Parts<'_>) -> Option<Cow<'t, str>> {
    let mut text = Cow::Borrowed(template);
    while let Some((before, rest)) = text.split_once("{{") {
        let (name, after) = rest.split_once("}}")?;
        let name = match name.trim_matches(['-', ' ']) {
            "page.fileSlug" => parts.place.undated_name().to_owned(),
            "page.filePathStem" => format!("/{}/{}", parts.place.folders, parts.place.undated_name()),
            _ => return None,
        };
        text = Cow::Owned(format!("{before}{name}{after}"));
    }
    (!text.contains("{%")).then_some(text)
}

/// The path that front matter states.
fn said(text: &str, parts: &Parts<'_>) -> Option<String> {
    match parts.dialect {
        // Zola and Eleventy take it to the letter, and Zola for a folder.
        Some(Dialect::Zola) => Some(format!("{text}/")),
        Some(Dialect::Eleventy) => Some(text.to_owned()),
        Some(Dialect::Jekyll) => expand(text, parts),
        // In Hugo it is below the language, unless it begins with a slash.
        _ if text.starts_with('/') => expand(text, parts),
        _ => Some(in_language(&expand(text, parts)?, parts)),
    }
}

/// The path that the site's rule gives.
fn ruled(permalink: Option<&Permalink>, parts: &Parts<'_>) -> Option<String> {
    match permalink {
        Some(Permalink::Pattern(pattern)) => expand(pattern, parts),
        Some(Permalink::Style(pattern)) => {
            expand(pattern, &Parts { dialect: Some(Dialect::Jekyll), ..*parts })
        }
        Some(Permalink::Of(dialect)) => default_path(*dialect, parts),
        None => default_path(parts.dialect.unwrap_or(Dialect::Hugo), parts),
    }
}

/// The path that a dialect gives, unless told otherwise.
fn default_path(dialect: Dialect, parts: &Parts<'_>) -> Option<String> {
    let place = parts.place;
    Some(match dialect {
        Dialect::Hugo => format!("/{}/{}/", tokens::folders(place.folders, parts.slugs), tokens::last(parts)),
        Dialect::Zola => {
            format!("/{}/{}/", place.folders, parts.slugs.zola(parts.slug.unwrap_or(parts.name)))
        }
        Dialect::Jekyll => {
            return expand(jekyll_default(place.kind), &Parts { dialect: Some(dialect), ..*parts });
        }
        Dialect::Eleventy => format!("/{}/{}/", place.folders, parts.name),
        // A slug stands for all of the path below the collection.
        Dialect::Astro => match (parts.slug, place.folders.split_once('/')) {
            (Some(slug), Some((collection, _))) => format!("/{collection}/{slug}/"),
            (Some(slug), None) => format!("/{}/{slug}/", place.folders),
            (None, _) => {
                let segments = place.folders.split('/').chain([parts.name]).map(slug::astro);
                format!("/{}/", segments.collect::<Vec<_>>().join("/"))
            }
        },
    })
}

/// Jekyll's pattern for posts, and for what else it makes pages of.
fn jekyll_default(kind: Kind<'_>) -> &'static str {
    match kind {
        Kind::Post | Kind::Draft => STYLES[0].1,
        Kind::Document(_) => "/:collection/:path:output_ext",
        Kind::Page => "/:path:output_ext",
    }
}

/// A path as that of a file, if the site makes files.
fn ugly(path: String, parts: &Parts<'_>) -> String {
    let file = path.trim_end_matches('/');
    if parts.ugly && !file.is_empty() { format!("{file}.html") } else { path }
}

/// A path below the folder of the article's language, if that is not the site's. A site whose
/// folders are languages has it there already.
fn in_language(path: &str, parts: &Parts<'_>) -> String {
    let trimmed = path.trim_start_matches('/');
    match parts.language {
        Some(language) if trimmed.split('/').next() != Some(language) => format!("{language}/{trimmed}"),
        _ => path.to_owned(),
    }
}

/// One slash where there are several, and one at the end of what is no file: Jekyll and Eleventy
/// serve a path without it under its own name.
fn tidy(path: &str, dialect: Option<Dialect>) -> String {
    // Browsers, and `Url`, take a backslash for a slash.
    let path = &path.replace('\\', "%5C");
    let mut tidy = String::with_capacity(path.len() + 2);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        tidy.push('/');
        tidy.push_str(segment);
    }
    // Servers show a folder's index at the folder's address.
    let is_index = dialect == Some(Dialect::Eleventy) && tidy.ends_with("/index.html");
    if is_index {
        tidy.truncate(tidy.len() - "index.html".len());
        return tidy;
    }
    let last = tidy.rsplit('/').next().unwrap_or_default();
    let is_literal = matches!(dialect, Some(Dialect::Jekyll | Dialect::Eleventy));
    if path.ends_with('/') || tidy.is_empty() || (!is_literal && !last.contains('.')) {
        tidy.push('/');
    }
    tidy
}

#[cfg(test)]
mod tests;
