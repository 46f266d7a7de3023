//! Where the file of an article stands, and what its path says.

use chrono::NaiveDate;

use super::dialect::Dialect;

/// The codes of languages (ISO 639-1), of two letters each.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie \
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk \
    ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se \
    sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo \
    xh yi yo za zh zu";

/// What the path of an article says, by the rules of its dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The folders above it, with `/`; those of a page bundle (`trip/index.md`) are the folders
    /// above the bundle's own. Jekyll's `_posts` and `_drafts` are none, nor what is below them.
    pub folders: &'a str,
    /// All of the path, without the extension.
    pub whole: &'a str,
    /// The file's name without its extension and language: `trip` of `trip.de.md`.
    pub file_name: &'a str,
    /// The same, but for a page bundle the name of its folder.
    pub name: &'a str,
    /// The language in its name: `de` of `trip.de.md`.
    pub language: Option<&'a str>,
    /// The day at the head of its name, and what follows: `trip` of `2026-01-13-trip`.
    pub dated: Option<(NaiveDate, &'a str)>,
    /// What Jekyll takes it for.
    pub kind: Kind<'a>,
}

/// What Jekyll takes a file for; in other dialects all are pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A file outside of folders that begin with `_`.
    Page,
    /// A file in `_posts`.
    Post,
    /// A file in `_drafts`: a post without a date in its name.
    Draft,
    /// A document of the collection of this name.
    Document(&'a str),
}

/// The languages of a site, as its configuration tells them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Languages {
    /// The codes of all of them; only these stand in file names.
    pub codes: Vec<String>,
    /// The one whose articles have no folder of their own in addresses.
    pub main: String,
    /// Whether they have one all the same: Hugo's `defaultContentLanguageInSubdir`.
    pub main_in_folder: bool,
}

impl Languages {
    /// Whether this is one of them.
    fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known.eq_ignore_ascii_case(code))
    }

    /// The folder of a language in addresses, if it has one.
    #[must_use]
    pub fn folder(&self, code: Option<&str>) -> Option<String> {
        let code = code.unwrap_or(&self.main);
        (self.main_in_folder || !code.eq_ignore_ascii_case(&self.main)).then(|| code.to_ascii_lowercase())
    }
}

impl<'a> Place<'a> {
    /// Takes apart a path below the root of its site, whose languages are not known.
    #[must_use]
    pub fn of(path: &'a str, dialect: Option<Dialect>) -> Self {
        Self::among(path, dialect, None)
    }

    /// Takes apart a path below the root of a site with these languages.
    #[must_use]
    pub fn among(path: &'a str, dialect: Option<Dialect>, languages: Option<&Languages>) -> Self {
        let (above, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let whole = &path[..path.len() - file.len() + stem.len()];
        let (file_name, language) = match stem.rsplit_once('.') {
            Some((name, suffix))
                if Dialect::has_languages(dialect)
                    && languages.map_or_else(|| is_language(suffix), |known| known.has(suffix)) =>
            {
                (name, Some(suffix))
            }
            _ => (stem, None),
        };
        let kind = if dialect == Some(Dialect::Jekyll) { kind_of(above) } else { Kind::Page };
        let (folders, name) = match kind {
            Kind::Post | Kind::Draft => (before_posts(above), file_name),
            Kind::Document(name) => (above[name.len() + 1..].trim_start_matches('/'), file_name),
            Kind::Page if file_name == "index" => above.rsplit_once('/').unwrap_or(("", above)),
            Kind::Page => (above, file_name),
        };
        let dated = match kind {
            Kind::Page if dialect == Some(Dialect::Jekyll) => None,
            _ if dialect == Some(Dialect::Eleventy) => dated_anywhere(whole, name),
            _ => dated(name, dialect == Some(Dialect::Jekyll)),
        };
        Self { folders, whole, file_name, name, language, dated, kind }
    }

    /// The first of its folders, or the collection it is in; empty at the top.
    #[must_use]
    pub fn section(&self) -> &'a str {
        match self.kind {
            Kind::Document(collection) => collection,
            _ => self.folders.split('/').next().unwrap_or_default(),
        }
    }

    /// Its name without the day at its head.
    #[must_use]
    pub fn undated_name(&self) -> &'a str {
        self.dated.map_or(self.name, |(_, rest)| rest)
    }
}

/// What a file in these folders is to Jekyll.
fn kind_of(folders: &str) -> Kind<'_> {
    let special = folders.split('/').find_map(|folder| match folder {
        "_posts" => Some(Kind::Post),
        "_drafts" => Some(Kind::Draft),
        _ => None,
    });
    let first = folders.split('/').next().unwrap_or_default();
    special.or_else(|| first.strip_prefix('_').map(Kind::Document)).unwrap_or(Kind::Page)
}

/// The folders above `_posts` or `_drafts`: the categories of its posts.
fn before_posts(folders: &str) -> &str {
    let mut start = 0;
    for folder in folders.split('/') {
        if matches!(folder, "_posts" | "_drafts") {
            break;
        }
        start += folder.len() + 1;
    }
    folders.get(..start.saturating_sub(1)).unwrap_or_default()
}

/// The day at the head of a name, and what follows it after `-`, `_` or a blank. Jekyll also takes
/// days and months of one digit, and years of two (`DATE_FILENAME_MATCHER`), and only a `-`.
fn dated(name: &str, jekyll: bool) -> Option<(NaiveDate, &str)> {
    let (year, rest) = name.split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (day, rest) = rest.split_at(end);
    let rest = rest.strip_prefix(if jekyll { &['-'][..] } else { &['-', '_', ' '] })?;
    let fits = if jekyll {
        (2..=4).contains(&year.len()) && month.len() <= 2 && day.len() <= 2
    } else {
        year.len() == 4 && month.len() == 2 && day.len() == 2
    };
    if !fits || rest.is_empty() || ![year, month].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let century = if year.len() == 2 { 2000 } else { 0 };
    let day =
        NaiveDate::from_ymd_opt(century + year.parse::<i32>().ok()?, month.parse().ok()?, day.parse().ok()?);
    Some((day?, rest))
}

/// Eleventy takes the first day that stands anywhere in a path (`Template#getMappedDate`), and the
/// one at the head of the name out of that.
fn dated_anywhere<'a>(path: &str, name: &'a str) -> Option<(NaiveDate, &'a str)> {
    let at = path.match_indices('-').map(|(at, _)| at).filter_map(|at| at.checked_sub(4));
    let day = at.filter_map(|at| path.get(at..at + 10)).find_map(|text| {
        let parts_fit =
            text.bytes().enumerate().all(|(at, byte)| byte.is_ascii_digit() || matches!(at, 4 | 7));
        if parts_fit { text.parse().ok() } else { None }
    })?;
    Some((day, dated(name, false).map_or(name, |(_, rest)| rest)))
}

/// Whether this is a language as it stands in file names: `de`, `pt-br`.
fn is_language(suffix: &str) -> bool {
    let (language, region) = suffix.split_once(['-', '_']).unwrap_or((suffix, ""));
    language.len() == 2
        && LANGUAGES.split(' ').any(|code| code.eq_ignore_ascii_case(language))
        && region.len() <= 4
        && region.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_section_name_and_language() {
        for (path, folders, section, name, language) in [
            ("a.md", "", "", "a", None),
            ("a/b/c.md", "a/b", "a", "c", None),
            ("a/b/index.md", "a", "a", "b", None),
            ("a/index.md", "", "", "a", None),
            ("a/b.de.md", "a", "a", "b", Some("de")),
            ("a/b.pt-br.md", "a", "a", "b", Some("pt-br")),
            ("a/trip/index.de.md", "a", "a", "trip", Some("de")),
            ("node.js.md", "", "", "node.js", None),
            ("v1.2.md", "", "", "v1.2", None),
        ] {
            let place = Place::of(path, None);
            let told = (place.folders, place.section(), place.name, place.language);
            assert_eq!(told, (folders, section, name, language), "{path}");
        }
        assert_eq!(Place::of("a.de.md", Some(Dialect::Jekyll)).name, "a.de", "Jekyll knows no languages");
    }

    #[test]
    fn jekyll_has_posts_drafts_and_collections() {
        for (path, kind, folders, section) in [
            ("_posts/2026-01-13-a.md", Kind::Post, "", ""),
            ("city/news/_posts/2026/2026-01-13-a.md", Kind::Post, "city/news", "city"),
            ("_drafts/a.md", Kind::Draft, "", ""),
            ("_recipes/soup/a.md", Kind::Document("recipes"), "soup", "recipes"),
            ("about/us.md", Kind::Page, "about", "about"),
        ] {
            let place = Place::of(path, Some(Dialect::Jekyll));
            assert_eq!((place.kind, place.folders, place.section()), (kind, folders, section), "{path}");
        }
    }

    #[test]
    fn a_name_may_begin_with_a_day() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (path, dialect, expected) in [
            ("2026-01-13-trip.md", None, Some((day(2026, 1, 13), "trip"))),
            ("2026-01-13_trip.md", Some(Dialect::Zola), Some((day(2026, 1, 13), "trip"))),
            ("2026-01-13 trip.md", Some(Dialect::Zola), Some((day(2026, 1, 13), "trip"))),
            ("2026-01-13-trip/index.md", None, Some((day(2026, 1, 13), "trip"))),
            ("_posts/2026-1-3-trip.md", Some(Dialect::Jekyll), Some((day(2026, 1, 3), "trip"))),
            ("_posts/26-1-3-trip.md", Some(Dialect::Jekyll), Some((day(2026, 1, 3), "trip"))),
            ("2026-1-3-trip.md", None, None),
            ("2026-02-30-trip.md", None, None),
            ("2026-01-13.md", None, None),
            ("2026-01-130-trip.md", None, None),
            ("2026-01-13-trip/2026-01-14-a.md", Some(Dialect::Eleventy), Some((day(2026, 1, 13), "a"))),
            ("old/2026-01-13/a.md", Some(Dialect::Eleventy), Some((day(2026, 1, 13), "a"))),
            ("2026-02-30-a.md", Some(Dialect::Eleventy), None),
            ("2026-01-13-trip.md", Some(Dialect::Jekyll), None), // A page, and no post.
            ("covid-19-cases.md", None, None),
        ] {
            assert_eq!(Place::of(path, dialect).dated, expected, "{path}");
        }
    }
}
