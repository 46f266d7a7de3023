//! The tokens of patterns, and what each stands for.

use chrono::Datelike as _;

use super::Parts;
use crate::article::dialect::Dialect;
use crate::article::place::{Kind, Place};
use crate::article::slug::{self, Slugs};

/// A pattern with its tokens replaced.
pub(super) fn expand(pattern: &str, parts: &Parts<'_>) -> Option<String> {
    let mut path = String::with_capacity(pattern.len() + 64);
    for piece in pieces(pattern) {
        match piece {
            Piece::Text(text) => path.push_str(text),
            Piece::Token { name, range } => path.push_str(&value(name, range, parts)?),
        }
    }
    Some(path)
}

/// What a token stands for; itself, if it is unknown (see [`Permalink::parse`]).
fn value(token: &str, range: &str, parts: &Parts<'_>) -> Option<String> {
    let place = parts.place;
    let time = parts.time;
    let is_page = parts.dialect == Some(Dialect::Jekyll) && place.kind == Kind::Page;
    if is_page && !matches!(token, "path" | "basename" | "output_ext") {
        // Jekyll fills no others in for pages.
        return Some(format!(":{token}{range}"));
    }
    let formatted = |format: &str| Some(time?.format(format).to_string());
    match token {
        "year" => formatted("%Y"),
        "month" => formatted("%m"),
        "monthname" | "long_month" => formatted("%B").map(|name| cased(name, parts)),
        "day" => formatted("%d"),
        "weekday" => formatted("%w"),
        "weekdayname" | "long_day" => formatted("%A").map(|name| cased(name, parts)),
        "yearday" => Some(time?.ordinal().to_string()),
        "y_day" => formatted("%j"),
        "short_year" => formatted("%y"),
        "short_month" => formatted("%b"),
        "short_day" => formatted("%a"),
        "i_month" => formatted("%-m"),
        "i_day" => formatted("%-d"),
        "w_year" => formatted("%G"),
        "week" => formatted("%V"),
        "w_day" => formatted("%u"),
        "hour" => formatted("%H"),
        "minute" => formatted("%M"),
        "second" => formatted("%S"),
        "section" | "sectionslug" => Some(urlize(&place.section().replace(' ', "-"), parts)),
        "sections" | "sectionslugs" => Some(sections(parts, range)),
        "categories" => Some(categories(parts.categories, str::to_lowercase)),
        "slugified_categories" => Some(categories(parts.categories, slug::jekyll)),
        "collection" if matches!(place.kind, Kind::Post | Kind::Draft) => Some("posts".to_owned()),
        "collection" => Some(place.section().to_owned()),
        "path" if place.kind == Kind::Page => Some(jekyll_page(&place)),
        "path" => Some(jekyll_document(&place)),
        "name" if parts.dialect == Some(Dialect::Jekyll) => Some(slug::jekyll(place.file_name)),
        "name" | "basename" => Some(place.file_name.to_owned()),
        // A page that is a folder's index has the folder's address.
        "output_ext" if place.kind == Kind::Page && place.file_name == "index" => Some(String::new()),
        "output_ext" => Some(".html".to_owned()),
        _ => Some(named(token, range, parts)),
    }
}

/// Hugo writes months and weekdays as it writes other names, Jekyll as in English.
fn cased(name: String, parts: &Parts<'_>) -> String {
    if parts.dialect == Some(Dialect::Jekyll) { name } else { parts.slugs.urlize(&name) }
}

/// The path of a page in Jekyll, without an extension.
fn jekyll_page(place: &Place<'_>) -> String {
    let folder = [place.folders, place.name.trim_end_matches('.')].join("/");
    if place.file_name == "index" { folder + "/" } else { folder }
}

/// The path of a document in its collection, without an extension (`Document#cleaned_relative_path`).
fn jekyll_document(place: &Place<'_>) -> String {
    let path = match place.kind {
        Kind::Post => place.whole.replacen("_posts", "", 1),
        Kind::Draft | Kind::Page => place.whole.to_owned(),
        Kind::Document(collection) => place.whole.get(collection.len() + 1..).unwrap_or_default().to_owned(),
    };
    path.trim_end_matches('.').to_owned()
}

/// What stands for the article itself. Where nothing of a slug or title can stand in an address, it
/// is the name, so that the address is not that of the folder.
fn named(token: &str, range: &str, parts: &Parts<'_>) -> String {
    let urlize = |text: &str| urlize(text, parts);
    let filled = |text: String| (!text.is_empty()).then_some(text);
    if parts.dialect == Some(Dialect::Jekyll) {
        // Jekyll's title is no title, but the slug with its case.
        let source = parts.slug.unwrap_or(parts.name);
        match token {
            "title" => return slug::jekyll_title(source),
            "slug" => return slug::jekyll(source),
            _ => {}
        }
    }
    let slug = || parts.slug.and_then(|slug| filled(urlize(slug).trim_matches('-').to_owned()));
    let name = || urlize(parts.name);
    let title = || filled(urlize(&parts.title.replace(['/', '\\'], "-"))).unwrap_or_else(name);
    match token {
        "title" => title(),
        "slug" => slug().unwrap_or_else(title),
        "filename" => urlize(parts.place.name),
        "slugorfilename" => slug().unwrap_or_else(|| urlize(parts.place.name)),
        "contentbasename" => name(),
        "slugorcontentbasename" => slug().unwrap_or_else(name),
        unknown => format!(":{unknown}{range}"),
    }
}

/// Text as Hugo fills it in: read as an address, in which a `+` is a blank, and a `#` at the end none.
fn urlize(text: &str, parts: &Parts<'_>) -> String {
    let slug = parts.slugs.urlize(&text.replace('+', " "));
    slug.strip_suffix('#').map(str::to_owned).unwrap_or(slug)
}

/// Folders as Hugo has them in addresses that no pattern makes: each blank is a `-`, but where names
/// keep their case.
pub(super) fn folders(folders: &str, slugs: Slugs) -> String {
    if slugs.cased { slugs.urlize(folders) } else { slugs.urlize(&folders.replace(' ', "-")) }
}

/// The slug or the name as Hugo has it in addresses that no pattern makes.
pub(super) fn last(parts: &Parts<'_>) -> String {
    let slug = parts.slug.map(|slug| parts.slugs.urlize(slug).trim_matches('-').to_owned());
    slug.filter(|slug| !slug.is_empty()).unwrap_or_else(|| folders(parts.name, parts.slugs))
}

/// Categories as folders, each once.
fn categories(written: &[String], shape: impl Fn(&str) -> String) -> String {
    let mut folders: Vec<String> = Vec::new();
    for folder in written.iter().map(|category| shape(category)) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders.join("/")
}

/// Some of the folders: all of them, `[1]`, `[1:]`, `[:2]`, `[:last]`, `[last]`; as in Hugo, `last`
/// is the last one's index and what is out of range is nothing.
fn sections(parts: &Parts<'_>, range: &str) -> String {
    let folders = parts.place.folders.split('/').take(parts.sections.unwrap_or(usize::MAX));
    let section = |folder: &str| urlize(&folder.replace(' ', "-"), parts).to_lowercase();
    let all: Vec<String> = folders.map(section).collect();
    let last = all.len().saturating_sub(1);
    let index = |text: &str, default: usize| match text {
        "" => default,
        "last" => last,
        digits => digits.parse().unwrap_or(default),
    };
    let (from, to) = match range.trim_matches(['[', ']']).split_once(':') {
        _ if range.is_empty() => (0, all.len()),
        Some((from, to)) => (index(from, 0), index(to, all.len()).min(all.len())),
        None => {
            let one = index(range.trim_matches(['[', ']']), all.len());
            (one, (one + 1).min(all.len()))
        }
    };
    all.get(from..to).unwrap_or_default().join("/")
}

/// A part of a pattern.
pub(super) enum Piece<'a> {
    Text(&'a str),
    Token { name: &'a str, range: &'a str },
}

/// A pattern's parts, in order.
pub(super) fn pieces(pattern: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix(':') {
            let end = after.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(after.len());
            // A `_` at the end is no part of a name.
            let name = after[..end].trim_end_matches('_');
            let after = &after[name.len()..];
            let end = if after.starts_with('[') { after.find(']').map_or(0, |at| at + 1) } else { 0 };
            let (range, after) = after.split_at(end);
            rest = after;
            return Some(if name.is_empty() { Piece::Text(":") } else { Piece::Token { name, range } });
        }
        let (text, after) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
        rest = after;
        Some(Piece::Text(text))
    })
}
