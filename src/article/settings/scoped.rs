//! Front matter for some of a site's articles.

use crate::article::front_matter::Cascade;
use crate::article::place::Kind;

/// Front matter for the articles of a scope: one entry of Jekyll's `defaults`
/// (<https://jekyllrb.com/docs/configuration/front-matter-defaults/>).
#[derive(Debug, Clone, PartialEq)]
pub struct Scoped {
    /// What the path below the root of the site begins with, or a pattern for it.
    pub(super) path: String,
    /// `posts`, `pages`, or the name of a collection; `None` is all.
    pub(super) kind: Option<String>,
    /// The front matter.
    pub(super) given: Cascade,
}

impl Scoped {
    /// Of these entries, what they give to an article, the most special first: as in Jekyll a longer path
    /// goes before a shorter one, then one with a type before one without, then a later one
    /// before an earlier one (`FrontmatterDefaults#has_precedence?`).
    pub fn of<'s>(all: &'s [Self], path: &str, kind: Kind<'_>) -> Vec<&'s Cascade> {
        let mut given = std::collections::VecDeque::new();
        let mut last: Option<&Self> = None;
        for scoped in all.iter().filter(|scoped| scoped.is_for(path, kind)) {
            if last.is_none_or(|last| scoped.goes_before(last)) {
                given.push_front(&scoped.given);
                last = Some(scoped);
            } else {
                given.push_back(&scoped.given);
            }
        }
        given.into()
    }

    fn goes_before(&self, other: &Self) -> bool {
        if self.path.len() == other.path.len() {
            self.kind.is_some() || other.kind.is_none()
        } else {
            self.path.len() > other.path.len()
        }
    }

    fn is_for(&self, path: &str, kind: Kind<'_>) -> bool {
        let name = match kind {
            Kind::Page => "pages",
            // In Jekyll 4 drafts are posts here too, whatever its documentation says.
            Kind::Post | Kind::Draft => "posts",
            Kind::Document(collection) => collection,
        };
        // A pattern names files or folders, and is for what is in these.
        let is_matched = || {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            ends.map(|end| &path[..end]).any(|folder| fast_glob::glob_match(&self.path, folder))
        };
        let fits = if self.path.contains('*') { is_matched() } else { path.starts_with(&self.path) };
        fits && self.kind.as_ref().is_none_or(|kind| kind == name)
    }
}
