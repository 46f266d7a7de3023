//! The address of an article on its own site, from a pattern of Hugo's tokens
//! (<https://gohugo.io/configuration/permalinks/#tokens>).

use chrono::{Datelike as _, NaiveDate};
use unicode_segmentation::UnicodeSegmentation as _;
use url::Url;

use crate::term;

/// The tokens of a pattern, each written after a colon.
const TOKENS: [&str; 17] = [
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
];

/// The codes of languages (ISO 639-1), of two letters each.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie \
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk \
    ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se \
    sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo \
    xh yi yo za zh zu";

/// A token that no pattern has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the permalink holds :{token}, which is no token of Hugo's{}", meant(token))]
pub struct UnknownToken {
    /// What follows the colon.
    pub token: String,
}

fn meant(token: &str) -> String {
    term::nearest(token, TOKENS).map_or_else(
        || format!(": take one of :{}", TOKENS.join(" :")),
        |near| format!(": did you mean :{near}?"),
    )
}

/// Looks at a pattern for tokens that are unknown.
///
/// # Errors
/// With the first of them.
pub fn check(pattern: &str) -> Result<(), UnknownToken> {
    let unknown = pieces(pattern).find_map(|piece| match piece {
        Piece::Token { name, .. } if !TOKENS.contains(&name) => Some(name.to_owned()),
        _ => None,
    });
    unknown.map_or(Ok(()), |token| Err(UnknownToken { token }))
}

/// Where an article's file stands, in Hugo's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The folders above it, with `/`; those of a page bundle (`trip/index.md`) are the folders
    /// above the bundle's own.
    pub folders: &'a str,
    /// The file's name without its extension and language: `trip` of `trip.de.md`.
    pub file_name: &'a str,
    /// The same, but for a page bundle the name of its folder.
    pub name: &'a str,
}

impl<'a> Place<'a> {
    /// Takes a path apart.
    #[must_use]
    pub fn of(path: &'a str) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let file_name = match stem.rsplit_once('.') {
            Some((name, suffix)) if is_language(suffix) => name,
            _ => stem,
        };
        if file_name == "index" {
            let (folders, name) = folders.rsplit_once('/').unwrap_or(("", folders));
            return Self { folders, file_name, name };
        }
        Self { folders, file_name, name: file_name }
    }

    /// The first of its folders; empty at the top.
    #[must_use]
    pub fn section(&self) -> &'a str {
        self.folders.split('/').next().unwrap_or_default()
    }
}

/// Whether this is a language as it stands in file names: `de`, `pt-br`.
fn is_language(suffix: &str) -> bool {
    let (language, region) = suffix.split_once(['-', '_']).unwrap_or((suffix, ""));
    language.len() == 2
        && LANGUAGES.split(' ').any(|code| code.eq_ignore_ascii_case(language))
        && region.len() <= 4
        && region.chars().all(char::is_alphanumeric)
}

/// What tokens stand for.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Where its file stands.
    pub place: Place<'a>,
    /// Its title.
    pub title: &'a str,
    /// The slug of its front matter.
    pub slug: Option<&'a str>,
    /// The day it is dated.
    pub day: Option<NaiveDate>,
}

/// The address of an article: `url` of its front matter where there is one, else the pattern's.
///
/// `None` when the pattern needs a date and there is none.
#[must_use]
pub fn address(site: &Url, pattern: &str, url: Option<&str>, parts: &Parts<'_>) -> Option<Url> {
    if let Some(absolute) = url.and_then(web_address) {
        return Some(absolute);
    }
    let path = expand(url.unwrap_or(pattern), parts)?;
    let mut address = site.clone();
    address.set_query(None);
    address.set_fragment(None);
    address.set_path(&tidy(&format!("{}/{path}", site.path())));
    Some(address)
}

/// An absolute `http` or `https` address.
#[must_use]
pub fn web_address(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// One slash where there are several, and one at the end of what is no file.
fn tidy(path: &str) -> String {
    let mut tidy = String::with_capacity(path.len() + 2);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        tidy.push('/');
        tidy.push_str(segment);
    }
    let last = tidy.rsplit('/').next().unwrap_or_default();
    if path.ends_with('/') || !last.contains('.') {
        tidy.push('/');
    }
    tidy
}

/// A pattern with its tokens replaced.
fn expand(pattern: &str, parts: &Parts<'_>) -> Option<String> {
    let mut path = String::with_capacity(pattern.len() + 64);
    for piece in pieces(pattern) {
        match piece {
            Piece::Text(text) => path.push_str(text),
            Piece::Token { name, range } => path.push_str(&value(name, range, parts)?),
        }
    }
    Some(path)
}

/// What a token stands for; itself, if it is unknown (see [`check`]). Where nothing of a slug or
/// title can stand in an address, it is the name, so that the address is not that of the folder.
fn value(token: &str, range: &str, parts: &Parts<'_>) -> Option<String> {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let slug = || parts.slug.and_then(|slug| filled(urlize(slug).trim_matches('-').to_owned()));
    let name = || urlize(parts.place.name);
    let title = || filled(urlize(parts.title)).unwrap_or_else(name);
    Some(match token {
        "year" => format!("{:04}", parts.day?.year()),
        "month" => format!("{:02}", parts.day?.month()),
        "monthname" => parts.day?.format("%B").to_string().to_lowercase(),
        "day" => format!("{:02}", parts.day?.day()),
        "weekday" => parts.day?.weekday().num_days_from_sunday().to_string(),
        "weekdayname" => parts.day?.format("%A").to_string().to_lowercase(),
        "yearday" => parts.day?.ordinal().to_string(),
        "section" | "sectionslug" => urlize(parts.place.section()),
        "sections" | "sectionslugs" => sections(parts.place.folders, range),
        "title" => title(),
        "slug" => slug().unwrap_or_else(title),
        "filename" => urlize(parts.place.file_name),
        "slugorfilename" => slug().unwrap_or_else(|| urlize(parts.place.file_name)),
        "contentbasename" => name(),
        "slugorcontentbasename" => slug().unwrap_or_else(name),
        unknown => format!(":{unknown}{range}"),
    })
}

/// Some of the folders: all of them, `[1]`, `[1:]`, `[:2]`, `[:last]`, `[last]`; as in Hugo, `last`
/// is the last one's index and what is out of range is nothing.
fn sections(folders: &str, range: &str) -> String {
    let all: Vec<String> = folders.split('/').map(urlize).collect();
    let last = all.len() - 1;
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
enum Piece<'a> {
    Text(&'a str),
    Token { name: &'a str, range: &'a str },
}

/// A pattern's parts, in order.
fn pieces(pattern: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix(':') {
            let end = after.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
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

/// Text as a part of an address, as Hugo's `urlize` makes it (`common/paths/path.go`): in lower
/// case, letters, digits, their marks and some signs stay, blanks become one `-`, the rest goes.
#[must_use]
pub fn urlize(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut blank = false;
    for grapheme in text.graphemes(true) {
        let Some(first) = grapheme.chars().next() else { continue };
        if first.is_alphanumeric() || ".\\_#+~-@".contains(first) {
            if blank && first != '-' && !slug.ends_with('-') {
                slug.push('-');
            }
            blank = false;
            slug.extend(grapheme.chars().flat_map(char::to_lowercase));
        } else if first.is_whitespace() {
            blank = !slug.is_empty();
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pattern: &str, path: &str) -> Option<String> {
        let parts = Parts {
            place: Place::of(path),
            title: "Straße & Brücke",
            slug: path.contains("slug").then_some("-My Slug-"),
            day: NaiveDate::from_ymd_opt(2026, 1, 3),
        };
        let site = Url::parse("https://example.org/news").unwrap();
        address(&site, pattern, None, &parts).map(|url| url.to_string())
    }

    #[test]
    fn patterns_are_filled_as_hugo_fills_them() {
        for (pattern, path, expected) in [
            ("/:section/:slug/", "a/b/slug.md", "/a/my-slug/"),
            // The title, where there is no slug.
            ("/:slug/", "a/x.md", "/stra%C3%9Fe-br%C3%BCcke/"),
            ("/:title/", "a/slug.md", "/stra%C3%9Fe-br%C3%BCcke/"),
            ("/:sections/:slugorcontentbasename/", "a/b/X y.md", "/a/b/x-y/"),
            ("/:sections/:slugorcontentbasename/", "x.md", "/x/"),
            // A page bundle has the name of its folder.
            ("/:sections/:contentbasename/", "blog/2019/trip/index.md", "/blog/2019/trip/"),
            ("/:sections/:filename/", "blog/trip/index.md", "/blog/index/"),
            ("/:section/:contentbasename/", "trip/index.md", "/trip/"),
            // The language is no part of a name, and a version is.
            ("/:contentbasename/", "a.ar.md", "/a/"),
            ("/:contentbasename/", "a.pt-br.md", "/a/"),
            ("/:contentbasename/", "node.js.md", "/node.js/"),
            ("/:contentbasename/", "v1.2.md", "/v1.2/"),
            ("/:sections/:contentbasename/", "a/trip/index.de.md", "/a/trip/"),
            // Dates.
            ("/:year/:month/:day/:yearday", "x.md", "/2026/01/03/3/"),
            ("/:monthname/:weekdayname/:weekday/", "x.md", "/january/saturday/6/"),
            // Some of the sections.
            ("/:sections[1:]/x/", "a/b/c/x.md", "/b/c/x/"),
            ("/:sections[:last]/x/", "a/b/c/x.md", "/a/b/x/"),
            ("/:sections[last]/x/", "a/b/c/x.md", "/c/x/"),
            ("/:sections[0]/x/", "a/b/c/x.md", "/a/x/"),
            ("/:sections[7:]/x/", "a/b/c/x.md", "/x/"),
            // A file keeps its name.
            ("/:contentbasename.html", "x.md", "/x.html"),
        ] {
            let expected = format!("https://example.org/news{expected}");
            assert_eq!(at(pattern, path).as_deref(), Some(expected.as_str()), "{pattern} {path}");
        }
    }

    #[test]
    fn front_matter_may_name_the_address_itself() {
        let parts = Parts { place: Place::of("a/b.md"), title: "T", slug: None, day: None };
        let site = Url::parse("https://example.org/").unwrap();
        let at = |url| address(&site, "/:slug/", Some(url), &parts).unwrap().to_string();
        assert_eq!(at("/z/:slug/"), "https://example.org/z/t/");
        assert_eq!(at("z/what?.html"), "https://example.org/z/what%3F.html");
        assert_eq!(at("https://elsewhere.example/x"), "https://elsewhere.example/x");
        assert_eq!(address(&site, "/:year/:slug/", None, &parts), None, "it needs a date");
        let parts = Parts { title: "?!", slug: Some("--"), ..parts };
        assert_eq!(address(&site, "/:slug/", None, &parts).unwrap().path(), "/b/", "nothing else is left");
    }

    #[test]
    fn slugs_are_hugos() {
        for (text, expected) in [
            ("Homan says ‘he’s not’ — really", "homan-says-hes-not-really"),
            ("C# & F+", "c#-f+"),
            ("a - b", "a-b"),
            ("  a\tb  ", "a-b"),
            ("naïve Ünïcode", "naïve-ünïcode"),
            ("हिन्दी में", "हिन्दी-में"),
            ("مرحبا بالعالم", "مرحبا-بالعالم"),
            ("?!", ""),
        ] {
            assert_eq!(urlize(text), expected, "{text:?}");
        }
    }

    #[test]
    fn unknown_tokens_are_told() {
        assert_eq!(check("/:year/:sections[1:]/:slug/"), Ok(()));
        let error = check("/:yaer/").unwrap_err();
        assert!(error.to_string().ends_with("did you mean :year?"), "{error}");
    }
}
