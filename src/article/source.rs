//! Who tells an article, and what it is called in an issue.

use super::Article;

/// What Google News calls itself. Its feeds carry what others publish, and put the publisher's name behind
/// the title: `Ferry runs again - Reuters`.
const GOOGLE_NEWS: &str = "news.google.com";

impl Article {
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

    /// Who publishes it: its source, or where that is Google News, the publisher named behind the title.
    #[must_use]
    pub fn publisher(&self) -> Option<&str> {
        self.signed().map(|(_, publisher)| publisher).or_else(|| self.source_name())
    }

    /// What it is called in an issue: as its front matter says for newsletters, else its title, without a
    /// publisher's name behind it.
    #[must_use]
    pub fn headline(&self) -> &str {
        let title = || self.signed().map_or(&*self.title, |(title, _)| title);
        self.newsletter.title.as_deref().unwrap_or_else(title)
    }

    /// The title and the publisher behind it.
    fn signed(&self) -> Option<(&str, &str)> {
        if self.source_name() != Some(GOOGLE_NEWS) {
            return None;
        }
        let (title, publisher) = self.title.rsplit_once(" - ")?;
        let (title, publisher) = (title.trim(), publisher.trim());
        (!title.is_empty() && !publisher.is_empty()).then_some((title, publisher))
    }
}
