//! Dialects: the site generators whose articles are read.

/// The generator that a site is made with. It decides what a file name says, how terms in one text
/// are told apart, which spellings of a date are taken, and where an article is found.
///
/// A file whose dialect is not known is read by Hugo's rules, and with more patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// <https://gohugo.io>
    Hugo,
    /// <https://www.getzola.org>
    Zola,
    /// <https://jekyllrb.com>
    Jekyll,
    /// <https://astro.build>
    Astro,
    /// <https://www.11ty.dev>
    Eleventy,
}

impl Dialect {
    /// All of them, by the names that config.toml knows them by.
    pub const NAMES: [(&str, Self); 5] = [
        ("hugo", Self::Hugo),
        ("zola", Self::Zola),
        ("jekyll", Self::Jekyll),
        ("astro", Self::Astro),
        ("eleventy", Self::Eleventy),
    ];

    /// The dialect of a site that has a file or folder of this name at its root.
    #[must_use]
    pub fn of_marker(name: &str) -> Option<Self> {
        Some(match name {
            "hugo.toml" | "hugo.yaml" | "hugo.yml" | "hugo.json" => Self::Hugo,
            "zola.toml" => Self::Zola,
            "_config.yml" | "_config.yaml" | "_config.toml" | "_layouts" | "_sass" => Self::Jekyll,
            "astro.config.mjs" | "astro.config.ts" | "astro.config.js" | "astro.config.mts" => Self::Astro,
            ".eleventy.js"
            | "eleventy.config.js"
            | "eleventy.config.mjs"
            | "eleventy.config.cjs"
            | "eleventy.config.ts" => Self::Eleventy,
            _ => return None,
        })
    }

    /// Whether `index.md` makes its folder one article, and the files beside it parts of that
    /// (<https://gohugo.io/content-management/page-bundles/>; Zola's colocated assets).
    #[must_use]
    pub fn has_bundles(self) -> bool {
        matches!(self, Self::Hugo | Self::Zola)
    }

    /// Whether `name.de.md` is the German `name.md`.
    pub(super) fn has_languages(dialect: Option<Self>) -> bool {
        matches!(dialect, None | Some(Self::Hugo | Self::Zola))
    }
}
