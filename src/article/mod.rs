//! Articles: one content file each, made of front matter and body.

pub mod body;
pub mod date;
pub mod front_matter;
pub mod permalink;

pub use body::Body;
pub use date::Moment;

use std::path::PathBuf;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use url::Url;

use front_matter::{Error, Found, FrontMatter};
use permalink::{Parts, Place};

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
    /// HTML.
    Html,
}

/// What makes two articles the same one: either part in common is enough.
///
/// Never the permalink, for a change of domain would make every article a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Path relative to the content folder.
    pub path: String,
    /// The link, normalised by [`normalise_link`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What reading an article needs to know of the site it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The zone of times without an offset.
    pub zone: Tz,
    /// The site's address.
    pub url: Option<&'a Url>,
    /// The pattern of its addresses.
    pub permalink: &'a str,
}

impl Article {
    /// Reads an article from the head of its file, which must hold all of the front matter.
    ///
    /// A file without front matter is an article too, as in Hugo: its title is made from its name,
    /// and it has no date.
    ///
    /// # Errors
    /// When there is front matter that cannot be read, or when `path` is not that of an article.
    pub fn read(head: &[u8], path: String, file: PathBuf, site: Site<'_>) -> Result<Self, Error> {
        let Some(markup) = path.rsplit_once('.').and_then(|(_, extension)| Markup::of_extension(extension))
        else {
            return Err(Error {
                line: None,
                message: "it is neither Markdown nor HTML by its name".to_owned(),
            });
        };
        let (front, body_start) = front_matter(head, site.zone)?;
        let place = Place::of(&path);
        let title = front.title.as_deref().map(one_line).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| title_of(place, &path));
        let parts = Parts {
            place,
            title: &title,
            slug: front.slug.as_deref(),
            day: front.date.map(Moment::written_day),
        };
        let url = front
            .link
            .as_deref()
            .and_then(permalink::web_address)
            .or_else(|| permalink::address(site.url?, site.permalink, front.url.as_deref(), &parts));
        Ok(Self {
            section: place.section().to_owned(),
            title,
            path,
            file,
            body_start,
            markup,
            date: front.date,
            publish_date: front.publish_date,
            expiry_date: front.expiry_date,
            draft: front.draft,
            description: front.description,
            summary: front.summary,
            slug: front.slug,
            image: front.image,
            link: front.link,
            source: front.source,
            categories: front.categories,
            tags: front.tags,
            weight: front.weight,
            url,
        })
    }

    /// What makes it the same article as another.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { path: self.path.clone(), link: self.link.as_deref().map(normalise_link) }
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

    /// What its source is called: the text, or the host of an address without `www.`.
    #[must_use]
    pub fn source_name(&self) -> Option<&str> {
        let source = self.source.as_deref()?.trim();
        let host = source
            .strip_prefix("https://")
            .or_else(|| source.strip_prefix("http://"))
            .map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(rest));
        let name = host.map_or(source, |host| host.strip_prefix("www.").unwrap_or(host));
        (!name.is_empty()).then_some(name)
    }
}

/// What the front matter in the head of a file says, and where the body starts.
fn front_matter(head: &[u8], zone: Tz) -> Result<(FrontMatter, usize), Error> {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(Error { line: None, message: "the file is UTF-16: save it as UTF-8".to_owned() });
    }
    match front_matter::find(head) {
        Found::Nothing(body_start) => Ok((FrontMatter::default(), body_start)),
        Found::Block(block) => Ok((FrontMatter::parse(&block, zone)?, block.body_start)),
        Found::Unclosed(format, line) => Err(Error::endless(format, line)),
    }
}

/// A title for an article that has none, made from its name as Hugo's archetypes make it.
fn title_of(place: Place<'_>, path: &str) -> String {
    let name = one_line(&place.name.replace(['-', '_'], " "));
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => path.to_owned(),
    }
}

/// Text with each run of blanks, line breaks and control characters as one blank.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A link in the form in which links are compared: without tracking parameters, fragment, default
/// port and trailing slash, and with the host in lower case. What is no URL stays as it is.
#[must_use]
pub fn normalise_link(link: &str) -> String {
    let link = link.trim();
    let Ok(mut url) = Url::parse(link) else {
        return link.to_owned();
    };
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else if kept.len() < url.query_pairs().count() {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let trimmed = url.path().trim_end_matches('/').to_owned();
    url.set_path(&trimmed);
    url.as_str().trim_end_matches('/').to_owned()
}

/// Query parameters that say how a reader came, not what is read.
fn is_tracking(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "oly_enc_id",
    ];
    name.starts_with("utm_") || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_differ_in_nothing_a_reader_sees_are_the_same() {
        for link in [
            "https://Example.org:443/a/?utm_source=x&fbclid=1#top",
            "https://example.org/a/",
            " https://example.org/a ",
        ] {
            assert_eq!(normalise_link(link), "https://example.org/a", "{link:?}");
        }
        assert_eq!(normalise_link("https://example.org/?id=7&utm_medium=m"), "https://example.org/?id=7");
        assert_eq!(normalise_link("https://example.org/"), "https://example.org");
        assert_eq!(normalise_link("not a link"), "not a link");
    }
    fn read(path: &str, text: &str) -> Article {
        let url = Url::parse("https://example.org/").unwrap();
        let site = Site { zone: Tz::UTC, url: Some(&url), permalink: "/:sections/:slug/" };
        Article::read(text.as_bytes(), path.to_owned(), PathBuf::from(path), site).unwrap()
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
