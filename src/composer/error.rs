//! Why an issue could not be composed.

use super::nesting::Unfit;

/// Why there is no issue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was picked.
    #[error("there is nothing to compose: no article was picked")]
    Empty,
    /// The bodies are not those of the picked articles.
    #[error("{bodies} bodies were read for {articles} articles")]
    Bodies {
        /// How many bodies there are.
        bodies: usize,
        /// How many articles were picked.
        articles: usize,
    },
    /// An article has no address for its headline.
    #[error("{path}: the article has no address; give it a `link`, or set site.url in config.toml")]
    NoAddress {
        /// The article's path.
        path: String,
    },
    /// The subject's template is wrong.
    #[error(
        "config.toml: digests.{digest}.subject: {source}; a subject can name site.title, digest.title, \
         digest.name, issue.date, issue.number, issue.count, lead.title, lead.source, lead.section and lead.tags"
    )]
    Subject {
        /// The digest's name.
        digest: String,
        /// What is wrong.
        source: minijinja::Error,
    },
    /// The accent is no colour.
    #[error("config.toml: brand.accent: {colour:?} is no colour; write it as #rrggbb")]
    Accent {
        /// What it is.
        colour: String,
    },
    /// A text of config.toml is too much.
    #[error("config.toml: {key}: {source}; make it shorter")]
    Note {
        /// Its key.
        key: String,
        /// In which way.
        source: Unfit,
    },
    /// A template of this program failed.
    #[error("the template of the {part} failed: {source}")]
    Template {
        /// The part of the message.
        part: &'static str,
        /// How.
        source: askama::Error,
    },
    /// The styles could not be put into the elements of the HTML.
    #[error("the styles of the HTML could not be inlined: {0}")]
    Styles(#[from] css_inline::InlineError),
    /// A part does not say, once, how to leave the list: it must not be mailed.
    #[error("the {part} has {found} links to unsubscribe, and must have one; mend templates/digest/")]
    Unsubscribe {
        /// The part of the message.
        part: &'static str,
        /// How many there are.
        found: usize,
    },
}

impl Error {
    /// Whether config.toml is to be mended.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Subject { .. } | Self::Accent { .. } | Self::Note { .. })
    }
}
