//! Articles: one content file each, made of front matter and body.

pub mod body;
pub mod date;

pub use body::Body;
pub use date::Moment;

use std::path::PathBuf;

use url::Url;

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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Path relative to the content folder.
    pub path: String,
    /// The link, normalised by [`normalise_link`].
    pub link: Option<String>,
}

impl Article {
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
}
