//! Articles: one content file each, made of front matter and body.

pub mod body;
mod identity;
pub mod dialect;
pub mod slug;
pub mod place;
mod title;
mod newsletter;
mod source;
pub mod date;
pub mod front_matter;
pub mod permalink;
pub mod settings;

pub use body::Body;
pub use date::Moment;
pub use dialect::Dialect;
pub(crate) use identity::is_tracking;
pub use identity::{Identity, normalise_link};
pub use newsletter::Newsletter;

use std::path::PathBuf;

use chrono::{NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use url::Url;

use front_matter::{Block, Cascade, Error, FieldNames, Found, FrontMatter, Rules};
use permalink::{Parts, Permalink};
use place::{Kind, Place};
use settings::Settings;
use title::{of_name, one_line, shows};

/// One content file: what its front matter says, and where its body starts.
///
/// Field names and meanings are Hugo's (<https://gohugo.io/content-management/front-matter/>).
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Path relative to its content folder, with `/`. With [`Article::link`], what identifies it.
    pub path: String,
    /// The file itself.
    pub file: PathBuf,
    /// Where the body starts in the file, in bytes.
    pub body_start: usize,
    /// How the body is written.
    pub markup: Markup,
    /// The title, as plain text; never empty.
    pub title: String,
    /// When it is dated.
    pub date: Option<Moment>,
    /// Not visible before this.
    pub publish_date: Option<Moment>,
    /// Not visible from this on.
    pub expiry_date: Option<Moment>,
    /// Not to be published yet.
    pub draft: bool,
    /// What it is about, for search engines.
    pub description: Option<String>,
    /// What it says, in short; may hold HTML entities and Markdown.
    pub summary: Option<String>,
    /// The last part of its address.
    pub slug: Option<String>,
    /// A picture's address, absolute or relative to the site.
    pub image: Option<String>,
    /// The original elsewhere, as written.
    pub link: Option<String>,
    /// Where it comes from, as written: a name or an address.
    pub source: Option<String>,
    /// Categories, as written.
    pub categories: Vec<String>,
    /// Tags, as written.
    pub tags: Vec<String>,
    /// Lighter is earlier, as in Hugo; 0 is no weight.
    pub weight: i64,
    /// Whether it goes before those that are not.
    pub featured: bool,
    /// What it says of newsletters.
    pub newsletter: Newsletter,
    /// The first folder of its path; empty at the top.
    pub section: String,
    /// Where a reader finds it: its link, else the site's permalink. `None` when neither is known.
    pub url: Option<Url>,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// CommonMark, as far as HTML inside it.
    Markdown,
    /// MDX: Markdown with components and expressions of JavaScript in it.
    Mdx,
    /// HTML.
    Html,
}

/// What reading an article needs to know of the site it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The zone of times without an offset.
    pub zone: Tz,
    /// Whether that goes before the one that the generator's own configuration says.
    pub zone_is_stated: bool,
    /// The site's address.
    pub url: Option<&'a Url>,
    /// The site's language: articles in others are below a folder of theirs.
    pub language: &'a str,
    /// How it makes addresses; `None` is as each article's dialect makes them.
    pub permalink: Option<&'a Permalink>,
    /// What it calls its fields.
    pub names: &'a FieldNames,
}

/// Where the file of an article stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its path below the root of its site, with `/`.
    pub path: &'a str,
    /// The dialect, where it is known.
    pub dialect: Option<Dialect>,
    /// What the sections above give to it, the nearest first.
    pub cascades: &'a [&'a Cascade],
    /// How many of the folders above it are sections of Hugo's; `None` where that is not known.
    pub sections: Option<usize>,
    /// The language of its folder, where the generator's own configuration says.
    pub language: Option<&'a str>,
    /// What the generator's own configuration says.
    pub settings: &'a Settings,
}

impl Article {
    /// Reads an article from the head of its file, which must hold all of the front matter.
    ///
    /// A file without front matter is an article too, as in Hugo: its title is made from its name,
    /// and it is dated by its name or not at all. `None` is one that stands in no list.
    ///
    /// Its `url` is found only if the article is `wanted`, which is asked when all else is known: most of
    /// a library is not, and addresses take time.
    ///
    /// # Errors
    /// When there is front matter that cannot be read, or when `path` is not that of an article.
    pub fn read(
        head: &[u8],
        path: String,
        file: PathBuf,
        standing: Standing<'_>,
        site: Site<'_>,
        wanted: impl FnOnce(&Self) -> bool,
    ) -> Result<Option<Self>, Error> {
        let Some(markup) = path.rsplit_once('.').and_then(|(_, extension)| Markup::of_extension(extension))
        else {
            return Err(Error {
                line: None,
                message: "it is neither Markdown nor HTML by its name".to_owned(),
            });
        };
        let Standing { dialect, settings, .. } = standing;
        let (block, body_start) = block(head, dialect)?;
        let languages = settings.languages.as_ref();
        let site = Site { zone: standing.zone(site), ..site };
        let rules = Rules {
            zone: site.zone,
            dialect,
            names: site.names,
            cascades: standing.cascades,
            dates: &settings.dates,
            named: Place::among(standing.path, dialect, languages).dated.map(|(day, _)| Moment::Day(day)),
        };
        let mut front = FrontMatter::parse(block.as_ref(), &rules)?;
        if !front.listed {
            return Ok(None);
        }
        let below = standing.below_language(front.dialect, site.language);
        let place = Place::among(below, front.dialect, languages);
        let title = front.title.as_deref().map(one_line).filter(|title| shows(title));
        let title = title.unwrap_or_else(|| of_name(&place, front.dialect, &path));
        let named = standing.day_of_name(&place, front.dialect);
        let mut article = Self {
            section: place.section().to_owned(),
            title,
            path,
            file,
            body_start,
            markup,
            date: front.date.or(named),
            publish_date: front.publish_date,
            expiry_date: front.expiry_date,
            draft: front.draft || is_in_drafts(standing.path, front.dialect),
            description: front.description.take(),
            summary: front.summary.take(),
            slug: front.slug.take(),
            image: front.image.take(),
            link: front.link.take(),
            source: front.source.take(),
            categories: categories(&place, front.dialect, std::mem::take(&mut front.categories)),
            tags: std::mem::take(&mut front.tags),
            weight: front.weight,
            featured: front.featured,
            newsletter: std::mem::take(&mut front.newsletter),
            url: None,
        };
        if wanted(&article) {
            article.url = url(&article, &front, &place, standing, site);
        }
        Ok(Some(article))
    }

    /// What makes it the same article as another.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { path: self.path.clone(), link: self.web_link().map(normalise_link) }
    }

    /// Its link, where that is an address of the web: `#`, `TBD` or `/about/` name nothing elsewhere.
    #[must_use]
    pub fn web_link(&self) -> Option<&str> {
        self.link.as_deref().filter(|link| permalink::web_address(link).is_some())
    }

    /// When it first could be seen: its date, or its publishing date where that is later.
    ///
    /// A window looks at this, so that an article scheduled for later than its date is not missed.
    #[must_use]
    pub fn appeared(&self, zone: chrono_tz::Tz) -> Option<Moment> {
        match (self.date, self.publish_date) {
            (Some(date), Some(publish)) if publish.start(zone) > date.start(zone) => Some(publish),
            (date, publish) => date.or(publish),
        }
    }
}

/// The front matter in the head of a file, if there is any, and where the body starts.
fn block(head: &[u8], dialect: Option<Dialect>) -> Result<(Option<Block<'_>>, usize), Error> {
    front_matter::refuse_utf16(head)?;
    match front_matter::find_in(head, dialect) {
        Found::Nothing(body_start) => Ok((None, body_start)),
        Found::Block(block) => Ok((Some(block), block.body_start)),
        Found::Unclosed(format, line) => Err(Error::endless(format, line, head.len())),
    }
}

impl<'a> Standing<'a> {
    /// The zone of times without an offset: the generator's, unless config.toml states one.
    fn zone(&self, site: Site<'_>) -> Tz {
        self.settings.zone.filter(|_| !site.zone_is_stated).unwrap_or(site.zone)
    }

    /// The path below the folder of its language, where the generator's configuration is not known:
    /// a site of Hugo's that keeps each language in a folder of its own (`contentDir`) has that folder
    /// in no address of the site's own language, and in those of others once, whatever the file's
    /// name says.
    fn below_language(&self, dialect: Option<Dialect>, site: &str) -> &'a str {
        let Some((folder, rest)) = self.path.split_once('/') else { return self.path };
        let is_repeated = || Place::of(self.path, dialect).language == Some(folder);
        let may_be_one = matches!(dialect, None | Some(Dialect::Hugo)) && self.settings.languages.is_none();
        if may_be_one && (is_of(site, folder) || is_repeated()) { rest } else { self.path }
    }

    /// The day at the head of a name, where that dates what has no other date: in Hugo only where its
    /// configuration says so, which is heeded with the front matter.
    fn day_of_name(&self, place: &Place<'_>, dialect: Option<Dialect>) -> Option<Moment> {
        let is_told = dialect == Some(Dialect::Hugo) && self.settings.languages.is_some();
        place.dated.filter(|_| !is_told).map(|(day, _)| Moment::Day(day))
    }

    /// The folder of an article's language in addresses, if there is one.
    fn language_folder(&self, place: &Place<'_>, site: &str) -> Option<String> {
        match &self.settings.languages {
            Some(languages) => languages.folder(place.language.or(self.language)),
            None => place.language.filter(|language| !is_of(site, language)).map(str::to_owned),
        }
    }
}

/// Whether an article stands among Jekyll's drafts, or may do so.
fn is_in_drafts(path: &str, dialect: Option<Dialect>) -> bool {
    matches!(dialect, None | Some(Dialect::Jekyll))
        && path.split('/').rev().skip(1).any(|folder| folder == "_drafts")
}

/// Where a reader finds an article: its link, else its page on the site, if it has one. `front` is what
/// is left of its front matter.
fn url(
    article: &Article,
    front: &FrontMatter,
    place: &Place<'_>,
    standing: Standing<'_>,
    site: Site<'_>,
) -> Option<Url> {
    if let Some(link) = article.link.as_deref().and_then(permalink::web_address) {
        return Some(link);
    }
    // In `_posts`, Jekyll makes no page of what has no date in its name.
    if !front.rendered || (place.kind == Kind::Post && place.dated.is_none()) {
        return None;
    }
    let settings = standing.settings;
    let language = standing.language_folder(place, site.language);
    let parts = Parts {
        dialect: front.dialect,
        place: *place,
        title: &article.title,
        sections: standing.sections,
        slug: article.slug.as_deref().or_else(|| front.dated_by_name.then(|| place.undated_name())),
        name: name(front, place, settings),
        categories: &article.categories,
        time: article.date.map(|date| time(date, front.dialect, settings.zone.unwrap_or(site.zone))),
        language: language.as_deref(),
        slugs: settings.slugs,
        ugly: site.permalink.is_none() && settings.is_ugly(place.section()),
    };
    let own = || settings.permalink(place, front.dialect == Some(Dialect::Jekyll));
    permalink::address(site.url?, site.permalink.or_else(own), front.address.as_deref(), &parts)
}

/// The name that stands for an article in its address. The day at its head is no part of it where
/// it is what dates the article: in Hugo only where its configuration says so (`:filename`).
fn name<'a>(front: &FrontMatter, place: &Place<'a>, settings: &Settings) -> &'a str {
    let is_undated = match front.dialect {
        Some(Dialect::Jekyll) => return place.undated_name().trim_end_matches('.'),
        Some(Dialect::Zola) => !settings.slugs.dated,
        Some(Dialect::Hugo) if settings.languages.is_some() => false,
        Some(Dialect::Hugo) | None => front.date.is_none(),
        Some(Dialect::Astro | Dialect::Eleventy) => false,
    };
    if is_undated { place.undated_name() } else { place.name }
}

/// The day and time of an article's address: in Jekyll that of the site's zone, else as written.
fn time(date: Moment, dialect: Option<Dialect>, zone: Tz) -> NaiveDateTime {
    match date {
        Moment::Day(day) => day.and_time(NaiveTime::MIN),
        Moment::Instant(instant) if dialect == Some(Dialect::Jekyll) => {
            instant.with_timezone(&zone).naive_local()
        }
        Moment::Instant(instant) => instant.naive_local(),
    }
}

/// Whether a language in a file name is that of the site: `en` is, of a site in `en-US`.
fn is_of(site: &str, language: &str) -> bool {
    site.eq_ignore_ascii_case(language)
        || site.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language))
}

/// The categories of an article. In Jekyll, each counts once, and the folders above `_posts` come
/// first.
fn categories(place: &Place<'_>, dialect: Option<Dialect>, written: Vec<String>) -> Vec<String> {
    if dialect != Some(Dialect::Jekyll) {
        return written;
    }
    let above = if matches!(place.kind, Kind::Post | Kind::Draft) { place.folders } else { "" };
    let folders = above.split('/').filter(|folder| !folder.is_empty()).map(str::to_owned);
    let mut categories: Vec<String> = Vec::new();
    for category in folders.chain(written) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    categories
}

#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(dialect: Option<Dialect>, permalink: Option<&Permalink>, path: &str, text: &str) -> Article {
        let url = Url::parse("https://example.org/").unwrap();
        let site = Site {
            zone: chrono_tz::America::New_York,
            zone_is_stated: true,
            url: Some(&url),
            language: "en-US",
            permalink,
            names: &FieldNames::default(),
        };
        let settings = Settings::default();
        let standing =
            Standing { path, dialect, cascades: &[], sections: None, language: None, settings: &settings };
        Article::read(text.as_bytes(), path.to_owned(), PathBuf::from(path), standing, site, |_| true)
            .unwrap()
            .unwrap()
    }

    fn read(path: &str, text: &str) -> Article {
        read_as(None, Some(&Permalink::parse("/:sections/:slug/").unwrap()), path, text)
    }

    #[test]
    fn an_article_is_found_at_its_link_or_else_on_the_site() {
        for (lines, expected) in [
            ("link: https://a.example/1\nurl: /x/", "https://a.example/1"),
            ("link: /1\nslug: s", "https://example.org/news/s/"), // No address of its own.
            ("link: mailto:a@example.org\nslug: s", "https://example.org/news/s/"),
            ("url: /x/\nslug: s", "https://example.org/x/"),
            ("title: A b", "https://example.org/news/a-b/"),
            // The day is the one written, wherever the site is.
            ("url: /:day/\ndate: 2026-01-13T23:00:00-05:00", "https://example.org/13/"),
        ] {
            let article = read("news/a.md", &format!("---\n{lines}\n---\n"));
            assert_eq!(article.url.unwrap().as_str(), expected, "{lines}");
        }
    }

    #[test]
    fn a_title_is_one_line_and_never_empty() {
        for (path, text, expected) in [
            ("a.md", "---\ntitle: |\n  One\n  \ttwo\u{2028}three\n---\n", "One two three"),
            ("news/some_long-name.de.md", "---\ntitle: ' '\n---\n", "Some long name"),
            ("news/seen.md", "---\ntitle: \"\\u200b\\u2060\\ufeff\"\n---\n", "Seen"),
            ("news/trip/index.md", "", "Trip"),
            ("index.md", "", "index.md"),
            ("-.md", "", "-.md"),
        ] {
            assert_eq!(read(path, text).title, expected, "{path}");
        }
    }

    #[test]
    fn a_section_is_the_first_folder() {
        for (path, section) in [("a.md", ""), ("a/b/c.md", "a"), ("a/b/index.md", "a"), ("a/index.md", "")] {
            assert_eq!(read(path, "").section, section, "{path}");
        }
    }
}
