//! What an article says of newsletters: `newsletter` in its front matter.

/// What an article says of newsletters.
///
/// In front matter `newsletter: false` keeps an article out of every issue; a table says how it is to
/// look there: `newsletter: {title: Shorter, summary: In one sentence., order: 1}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newsletter {
    /// It does not want to be in one.
    pub opted_out: bool,
    /// What it is called there, in the place of its title.
    pub title: Option<String>,
    /// What it says there, in the place of its summary.
    pub summary: Option<String>,
    /// Where it stands there: those with a number go before all others, the lowest first.
    pub order: Option<i64>,
}
