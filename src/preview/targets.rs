//! The links of a mail, with what an editor wants to know of each.

use url::Url;

use crate::lint::Link;

/// A link, to be shown.
#[derive(Debug)]
pub(super) struct Target<'a> {
    /// The link.
    pub(super) link: &'a Link,
    /// Whether it may be opened from the page: a web address, and not one that leads out of a list, for one click
    /// on that may be enough to leave.
    pub(super) opens: bool,
    /// The host that its text names, where it leads to another one.
    pub(super) other_host: Option<String>,
    /// What kind it is, where it is no web page: `mail`, or the scheme.
    pub(super) kind: Option<String>,
}

impl<'a> Target<'a> {
    /// What there is to tell of a link.
    pub(super) fn of(link: &'a Link) -> Self {
        let url = Url::parse(&link.href).ok();
        let scheme = url.as_ref().map(Url::scheme);
        let is_web = matches!(scheme, Some("http" | "https"));
        let host = url.as_ref().and_then(Url::host_str).map(bare);
        let said = host_in(&link.text);
        Self {
            link,
            opens: is_web && !link.leaves,
            other_host: said.filter(|said| is_web && Some(said) != host.as_ref()),
            kind: match scheme {
                Some("http" | "https") => None,
                Some("mailto") => Some("mail".to_owned()),
                Some(other) => Some(other.to_owned()),
                None => Some("no whole address".to_owned()),
            },
        }
    }
}

/// The host in a text that looks like an address: `https://example.org/a`, or `example.org`.
fn host_in(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains(char::is_whitespace) || text.contains('@') {
        return None;
    }
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.unwrap_or(text).split(['/', '?', '#', ':']).next()?;
    let (name, top) = host.rsplit_once('.')?;
    let is_top = top.len() >= 2 && top.chars().all(char::is_alphabetic);
    if name.is_empty() || !is_top || !(rest.is_some() || text.contains('/') || is_written_as_host(host)) {
        return None;
    }
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    url.host_str().map(bare)
}

/// Whether a text without scheme or path is a host, and no word with a dot in it.
fn is_written_as_host(host: &str) -> bool {
    host.starts_with("www.")
        || host.chars().all(|c| c.is_lowercase() || c.is_numeric() || c == '.' || c == '-')
}

fn bare(host: &str) -> String {
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(href: &str, text: &str) -> Link {
        Link { line: 1, href: href.to_owned(), text: text.to_owned(), leaves: false }
    }

    #[test]
    fn a_text_that_names_another_host_is_told() {
        for (text, href, other) in [
            ("https://bank.example/login", "https://evil.example/", Some("bank.example")),
            ("bank.example", "https://bank.example.evil.example/", Some("bank.example")),
            ("www.bank.example/a", "https://bank.example/b", None),
            ("https://BANK.example", "https://bank.example/", None),
            ("Read on", "https://a.example/", None),
            ("Version 2.0", "https://a.example/", None),
            ("Node.js", "https://a.example/", None),
            ("a@b.example", "https://a.example/", None),
            ("bank.example", "mailto:a@other.example", None),
        ] {
            assert_eq!(Target::of(&link(href, text)).other_host.as_deref(), other, "{text} {href}");
        }
    }

    #[test]
    fn only_web_pages_open_and_never_the_way_out() {
        assert!(Target::of(&link("https://a.example/", "A")).opens);
        assert!(!Target::of(&Link { leaves: true, ..link("https://a.example/u", "Unsubscribe") }).opens);
        for (href, kind) in [
            ("mailto:a@b.example", "mail"),
            ("javascript:alert(1)", "javascript"),
            ("/a", "no whole address"),
        ] {
            let link = link(href, "A");
            let target = Target::of(&link);
            assert_eq!((target.opens, target.kind.as_deref()), (false, Some(kind)), "{href}");
        }
    }
}
