//! Bodies: what follows the front matter.

use super::Markup;

/// The body of an article, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// How it is written.
    pub markup: Markup,
    /// What is written.
    pub source: String,
}
