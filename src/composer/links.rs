//! Links: where the addresses in a body lead a reader of the mail.

use std::borrow::Cow;

use url::Url;

use super::tag::{attribute, escaped, split_tag};
use crate::article::Article;
use crate::selection::Picked;

/// How the fragments of footnotes begin, in what generators and word processors write.
const NOTES: [&str; 10] = [
    "fn:",
    "fn-",
    "fn_",
    "fnref",
    "user-content-fn",
    "_ftn",
    "_edn",
    "cite_note",
    "cite_ref",
    "easy-footnote",
];

/// How they begin where a number follows; before a word it is a heading.
const NUMBERED: [&str; 5] = ["fn", "note", "footnote", "footnotes", "footnote-ref"];

/// What the addresses of a body are relative to.
#[derive(Clone, Copy, Default)]
pub(super) struct Links<'a> {
    /// The address of its article, or of the site.
    pub(super) base: Option<&'a Url>,
    /// Its article, where its files are those of the site.
    own: Option<&'a Article>,
    /// The articles whose addresses are known by their files.
    known: &'a [Picked],
}

impl<'a> Links<'a> {
    /// Those of `article`, in an issue of `known` ones.
    pub(super) fn of(article: &'a Article, known: &'a [Picked]) -> Self {
        let own = article.web_link().is_none().then_some(article);
        Self { base: article.url.as_ref(), own, known }
    }

    /// Those of what stands in no article.
    pub(super) fn on(base: Option<&'a Url>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Where a relative address leads: a fragment to its place on the article's page, for a mail has no
    /// places to jump to, a file of the site to the article made from it, and what else there is to where it
    /// is on the web. `None` where that is not known, and for footnotes, which are in the mail.
    pub(super) fn absolute(&self, written: &str) -> Option<String> {
        let written = written.trim();
        if written.strip_prefix('#').is_some_and(is_note) {
            return None;
        }
        let path_end = written.find(['?', '#']).unwrap_or(written.len());
        let (path, after) = written.split_at(path_end);
        match (self.own, file_in(path)) {
            (Some(own), Some(file)) => self.known_at(own, file).map(|url| format!("{url}{after}")),
            _ => Some(self.base?.join(written).ok()?.to_string()),
        }
    }

    /// `clean`, as the sanitizer wrote it, with all addresses absolute; those that lead nowhere are left out.
    pub(super) fn resolved(&self, clean: &str) -> String {
        let mut resolved = String::with_capacity(clean.len() + clean.len() / 8);
        let mut rest = clean;
        while let Some(start) = rest.find('<') {
            resolved.push_str(&rest[..start]);
            let (tag, after) = split_tag(&rest[start..]);
            resolved.push_str(&self.resolved_tag(tag));
            rest = after;
        }
        resolved.push_str(rest);
        resolved
    }

    fn resolved_tag<'t>(&self, tag: &'t str) -> Cow<'t, str> {
        let mut resolved = Cow::Borrowed(tag);
        for name in ["href", "src", "data"] {
            let Some(written) = attribute(tag, name) else { continue };
            let address = written.replace("&nbsp;", "\u{a0}").replace("&lt;", "<").replace("&gt;", ">");
            let address = address.replace("&quot;", "\"").replace("&amp;", "&");
            if Url::parse(&address).is_ok() {
                continue;
            }
            let leads = self.absolute(&address).filter(|url| Url::parse(url).is_ok());
            let value = leads.map(|url| format!(" {name}=\"{}\"", escaped(&encoded(&url))));
            let written = format!(" {name}=\"{written}\"");
            resolved = Cow::Owned(resolved.replacen(&written, value.as_deref().unwrap_or_default(), 1));
        }
        resolved
    }

    /// The address of the article made from `file`: one from the root of the content, beside `own`, or of
    /// this name anywhere, if there is only one such.
    fn known_at(&self, own: &Article, file: &str) -> Option<&'a Url> {
        let folder = own.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = if file.starts_with('/') { None } else { joined(folder, file) };
        let end = file.trim_start_matches(['/', '.']);
        let stem = end.rsplit_once('.').map_or(end, |(stem, _)| stem);
        let bundle = format!("{stem}/index");
        let named = |article: &Article| {
            let path = article.path.rsplit_once('.').map_or(&*article.path, |(path, _)| path);
            [stem, &bundle].iter().any(|stem| {
                path.strip_suffix(stem).is_some_and(|above| above.is_empty() || above.ends_with('/'))
            })
        };
        let articles = || self.known.iter().map(|picked| &picked.article);
        let exact =
            articles().find(|article| beside.as_deref() == Some(&*article.path) || article.path == end);
        let found = exact.or_else(|| {
            let mut found = articles().filter(|article| named(article));
            found.next().filter(|_| found.next().is_none())
        });
        found?.url.as_ref()
    }
}

/// The file of an article that a path names (Zola's `@/` is the root of the content), if it names one.
fn file_in(path: &str) -> Option<&str> {
    let is_file = [".md", ".mdx", ".markdown"].iter().any(|end| path.ends_with(end)) && !path.contains("//");
    is_file.then(|| path.strip_prefix('@').unwrap_or(path))
}

/// `file` as seen from `folder`, below the root of the content; `None` where it is above it.
fn joined(folder: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a fragment is that of a footnote, or of its mark.
fn is_note(fragment: &str) -> bool {
    let fragment = fragment.to_ascii_lowercase();
    NOTES.iter().any(|note| fragment.starts_with(note))
        || NUMBERED.iter().any(|note| {
            let number = fragment.strip_prefix(note).map(|rest| rest.trim_start_matches(['-', '_', ':']));
            number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
        })
}

/// An absolute address with all encoded that browsers encode (<https://url.spec.whatwg.org/>), so that
/// it has no blanks and no lines: in the text part it is a line of its own. Others are joined later.
pub(super) fn encoded(address: &str) -> Cow<'_, str> {
    match Url::parse(address) {
        Ok(url) => Cow::Owned(url.as_str().replace(' ', "%20")),
        Err(_) => Cow::Borrowed(address),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::article;
    use super::*;

    #[test]
    fn a_relative_address_leads_to_where_it_is_on_the_web() {
        let picked = |name: &str, path: &str| Picked {
            article: Article { path: path.into(), ..article(name, "T") },
            group: None,
            also: Vec::new(),
        };
        let known = [
            picked("a", "news/a.md"),
            picked("b", "news/b/index.md"),
            picked("c", "2026/c.md"),
            picked("d", "x/c.md"),
        ];
        let links = Links::of(&known[0].article, &known);
        for (written, absolute) in [
            ("#section", Some("https://example.org/a/#section")),
            ("#fn1", None),
            ("#fn:1", None),
            ("#fnref1", None),
            ("#user-content-fn-1", None),
            ("#_ftn1", None),
            ("#note-1", None),
            ("#footnote2", None),
            ("#footnote-ref-3", None),
            ("#note-on-methods", Some("https://example.org/a/#note-on-methods")),
            ("#footnotes", Some("https://example.org/a/#footnotes")),
            ("#fnord", Some("https://example.org/a/#fnord")),
            ("../x", Some("https://example.org/x")),
            ("x/", Some("https://example.org/a/x/")),
            ("/x?y#z", Some("https://example.org/x?y#z")),
            ("//e.org/x.md", Some("https://e.org/x.md")),
            ("b/index.md#s", Some("https://example.org/b/#s")),
            ("./b.md", Some("https://example.org/b/")),
            ("../2026/c.md", Some("https://example.org/c/")),
            ("@/2026/c.md", Some("https://example.org/c/")),
            ("/x/c.md", Some("https://example.org/d/")),
            ("c.md", None), // There are two.
            ("unknown.md", None),
            ("../../../b.md", Some("https://example.org/b/")),
        ] {
            assert_eq!(links.absolute(written).as_deref(), absolute, "{written}");
        }
    }

    #[test]
    fn a_file_on_another_site_stays_one() {
        let elsewhere = Article {
            link: Some("https://code.example/readme/".into()),
            url: Url::parse("https://code.example/readme/").ok(),
            ..article("a", "T")
        };
        let links = Links::of(&elsewhere, &[]);
        assert_eq!(links.absolute("guide.md").as_deref(), Some("https://code.example/readme/guide.md"));
        assert_eq!(Links::default().absolute("x"), None);
    }
}
