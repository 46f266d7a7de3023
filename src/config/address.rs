//! Addresses of pages, and of things beside config.toml.

use std::path::{Path, PathBuf};

use url::{Host, ParseError, Url};

use super::problem::Wrong;
use super::reader::line;
use crate::issue::IssueKey;

/// An address that begins with one of these schemes, which `wanted` names. It may hold a password
/// against the rules, so that it is never quoted.
pub(super) fn address(text: &str, schemes: &[&str], wanted: &str) -> Result<Url, Wrong> {
    match Url::parse(text.trim()) {
        Ok(url) if schemes.contains(&url.scheme()) => Ok(url),
        Ok(_) | Err(ParseError::RelativeUrlWithoutBase) => {
            Err(format!("it does not begin with {wanted}").into())
        }
        Err(error) => Err(format!("it is no address: {error}").into()),
    }
}

/// An address of the web.
pub(super) fn web(text: &str) -> Result<Url, Wrong> {
    address(text, &["https", "http"], "`https://` or `http://`")
}

/// The longest address that stands on a line of a header, which has at most 998 octets, with a token behind it
/// (RFC 5322 §2.1.1).
pub(super) const LONGEST: usize = 500;

/// An address that a header has room for.
pub(super) fn short(url: Url) -> Result<Url, Wrong> {
    if url.as_str().len() > LONGEST {
        return Err(format!("it is longer than the {LONGEST} characters that a header has room for").into());
    }
    Ok(url)
}

/// An address of the web that others are below: without query and fragment, with a slash at the
/// end.
pub(super) fn base(text: &str) -> Result<Url, Wrong> {
    let mut url = web(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("others are made from it, so nothing may follow its path".into());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// Where issues are on the web: an address with the name of each one's folder in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// What stands for the name of an issue's folder: `2026-01-14`.
    const ISSUE: &str = "{issue}";

    /// The address of one issue.
    #[must_use]
    pub fn of(&self, issue: &IssueKey) -> Option<Url> {
        Url::parse(&self.0.replace(Self::ISSUE, &issue.folder())).ok()
    }

    /// Reads an address with `{issue}` in it, behind its host.
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        let text = line(text)?;
        let sample = short(web(&text.replace(Self::ISSUE, "2026-01-14"))?)?;
        let is_told_apart =
            text.contains(Self::ISSUE) && sample.origin() == web(&text.replace(Self::ISSUE, "x"))?.origin();
        if !is_told_apart {
            return Err("it is the same for every issue: `{issue}` stands for 2026-01-14 and the like".into());
        }
        Ok(Self(text))
    }
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &Host<impl AsRef<str>>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The path in `file:outbox` or `sqlite:tidings.db`, relative to `folder`; `None` when `text`
/// begins with another word.
pub(super) fn path_after(scheme: &str, text: &str, folder: &Path) -> Option<Result<PathBuf, Wrong>> {
    let path = text.trim().strip_prefix(scheme)?.strip_prefix(':')?;
    let path = match path.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            let help = format!("write `{scheme}:` and a path, relative to config.toml or from `/` on");
            return Some(Err(Wrong::with_help("it names a host", help)));
        }
        None => path,
    };
    Some(line(path).map(|path| folder.join(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_ends_with_a_slash_and_has_nothing_after_its_path() {
        assert_eq!(base("https://example.org").unwrap().as_str(), "https://example.org/");
        assert_eq!(base("https://example.org/a").unwrap().as_str(), "https://example.org/a/");
        for text in ["example.org", "ftp://example.org", "https://example.org/?a", "https://example.org/#a"] {
            assert!(base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_after_a_scheme_are_relative_to_the_folder() {
        let path =
            |text| path_after("file", text, Path::new("/site")).map(|path| path.map_err(|wrong| wrong.why));
        assert_eq!(path("file:outbox"), Some(Ok("/site/outbox".into())));
        assert_eq!(path("file:/var/outbox"), Some(Ok("/var/outbox".into())));
        assert_eq!(path("file:///var/outbox"), Some(Ok("/var/outbox".into())));
        assert!(path("file://host/outbox").is_some_and(|path| path.is_err()));
        assert!(path("file:").is_some_and(|path| path.is_err()));
        assert_eq!(path("outbox"), None);
    }

    #[test]
    fn each_issue_has_an_address_of_its_own_on_the_web() {
        let issue = "weekly@2026-01-14-2".parse().unwrap();
        for (written, address) in [
            ("https://example.org/{issue}/", "https://example.org/2026-01-14-2/"),
            ("http://example.org/mail?of={issue}", "http://example.org/mail?of=2026-01-14-2"),
        ] {
            assert_eq!(WebAddress::read(written).unwrap().of(&issue).unwrap().as_str(), address);
        }
        for written in [
            "https://example.org/",
            "{issue}",
            "ftp://x/{issue}",
            "https://{issue}.example.org/",
            "https:///{issue}",
        ] {
            assert!(WebAddress::read(written).is_err(), "{written}");
        }
    }
}
