//! Where a site looks for the dates of an article.

/// Where Hugo looks for each date, first to last (`resources/page/pagemeta/page_frontmatter.go`),
/// and `pubDatetime`, which themes of Astro write.
const DATE: [&str; 7] = ["date", "publishdate", "pubdate", "pubdatetime", "published", "lastmod", "modified"];
const PUBLISH_DATE: [&str; 4] = ["publishdate", "pubdate", "pubdatetime", "published"];
const EXPIRY_DATE: [&str; 2] = ["expirydate", "unpublishdate"];

/// The places where a site looks for the dates of its articles, first to last: Hugo's
/// `[frontmatter]` (<https://gohugo.io/configuration/front-matter/#dates>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    pub(super) date: Vec<Source>,
    pub(super) publish_date: Vec<Source>,
    pub(super) expiry_date: Vec<Source>,
}

/// Where one date may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Under this key.
    Key(&'static str),
    /// At the head of the file's name: Hugo's `:filename`.
    Name,
}

impl Default for Dates {
    fn default() -> Self {
        let keys = |keys: &[&'static str]| keys.iter().copied().map(Source::Key).collect();
        Self { date: keys(&DATE), publish_date: keys(&PUBLISH_DATE), expiry_date: keys(&EXPIRY_DATE) }
    }
}

/// A source of dates that is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSource {
    /// The time of a file or of a commit.
    #[error("tells when a file changed, and not when an article appeared: date the articles themselves")]
    OfChange,
    /// A key of the site's own.
    #[error("is a key of the site's own: name it under [site.fields] in config.toml")]
    OwnKey,
}

impl Dates {
    /// Has a date, `date`, `publishdate` or `expirydate`, looked for in other places; returns those
    /// that are passed over, with the reason. Other dates are not looked at.
    pub fn set<'s>(
        &mut self,
        date: &str,
        sources: impl IntoIterator<Item = &'s str>,
    ) -> Vec<(&'s str, NoSource)> {
        let ours = match date.to_ascii_lowercase().as_str() {
            "date" => &mut self.date,
            "publishdate" => &mut self.publish_date,
            "expirydate" => &mut self.expiry_date,
            _ => return Vec::new(),
        };
        let usual = std::mem::take(ours);
        let mut passed_over = Vec::new();
        for source in sources {
            match source.to_ascii_lowercase().as_str() {
                ":default" => ours.extend(&usual),
                ":filename" => ours.push(Source::Name),
                ":git" | ":filemodtime" => passed_over.push((source, NoSource::OfChange)),
                key => match DATE.iter().chain(&EXPIRY_DATE).find(|known| **known == key) {
                    Some(known) => ours.push(Source::Key(known)),
                    None => passed_over.push((source, NoSource::OwnKey)),
                },
            }
        }
        passed_over
    }
}
