//! Bodies: what follows the front matter.

use super::Markup;

/// The text of an article, as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// How it is written.
    pub markup: Markup,
    /// The text.
    pub source: String,
}

impl Markup {
    /// How a file with this extension is written, if it can be an article.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        const EXTENSIONS: [(&str, Markup); 5] = [
            ("md", Markup::Markdown),
            ("markdown", Markup::Markdown),
            ("mdx", Markup::Mdx),
            ("html", Markup::Html),
            ("htm", Markup::Html),
        ];
        EXTENSIONS
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(extension))
            .map(|(_, markup)| markup)
    }
}
