//! What a page is asked to show: all of it stands in the page's address, so that it can be reloaded, bookmarked and sent
//! to a colleague.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use url::form_urlencoded;

use super::dress::{Dress, Frames, Scheme};
use crate::issue::IssueKey;

/// The years of days that may be asked for: of others, windows cannot be reckoned.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// Whose mail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// What sending a digest would send: `/weekly`.
    Due(String),
    /// The next issue of a digest composed anew, though a draft stands: `/weekly/next`.
    Next(String),
    /// An issue, drafted or started: `/weekly/2026-01-14`.
    Issue(IssueKey),
    /// The message in the file that was named on the command line: `/-/file`.
    File,
}

impl What {
    /// Reads the path of an address.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let path = path.trim_matches('/');
        if path == "-/file" {
            return Some(Self::File);
        }
        let is_name = |name: &str| !name.is_empty() && name != "-" && !name.contains('/');
        match path.split_once('/') {
            None => is_name(path).then(|| Self::Due(path.to_owned())),
            Some((digest, "next")) => is_name(digest).then(|| Self::Next(digest.to_owned())),
            Some((digest, folder)) => IssueKey::from_folder(digest, folder).ok().map(Self::Issue),
        }
    }

    /// The digest, unless it is a file's.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Due(digest) | Self::Next(digest) => Some(digest),
            Self::Issue(key) => Some(&key.digest),
            Self::File => None,
        }
    }
}

impl fmt::Display for What {
    /// Writes the path, with `/` in front.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Due(digest) => write!(f, "/{digest}"),
            Self::Next(digest) => write!(f, "/{digest}/next"),
            Self::Issue(key) => write!(f, "/{}/{}", key.digest, key.folder()),
            Self::File => f.write_str("/-/file"),
        }
    }
}

/// What changes the selection of an issue that is composed for the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Selecting {
    /// The day whose end is taken for the present.
    pub at: Option<NaiveDate>,
    /// The articles that lead it.
    pub pins: Vec<String>,
    /// The articles that are left out.
    pub drops: Vec<String>,
}

/// The inspector's tabs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// What lint finds.
    #[default]
    Lint,
    /// What is in, and what was passed over.
    Selection,
    /// All links.
    Links,
    /// The headers.
    Headers,
    /// The message as it goes over the wire.
    Source,
    /// The tree of MIME parts.
    Structure,
}

impl Tab {
    /// Each with its name in addresses.
    pub const NAMED: [(&str, Self); 6] = [
        ("lint", Self::Lint),
        ("selection", Self::Selection),
        ("links", Self::Links),
        ("headers", Self::Headers),
        ("source", Self::Source),
        ("structure", Self::Structure),
    ];
}

/// All that a page is asked to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whose mail.
    pub what: What,
    /// Of what selection.
    pub selecting: Selecting,
    /// In which frames.
    pub frames: Frames,
    /// As which program shows it.
    pub dress: Dress,
    /// The tab that is open.
    pub tab: Tab,
    /// What is looked for among the articles passed over.
    pub find: String,
}

impl Asked {
    /// The plainest page of a mail.
    #[must_use]
    pub fn of(what: What) -> Self {
        Self {
            what,
            selecting: Selecting::default(),
            frames: Frames::default(),
            dress: Dress::default(),
            tab: Tab::default(),
            find: String::new(),
        }
    }

    /// Reads an address's path and query. What it does not know, it leaves.
    ///
    /// # Errors
    /// With what is wrong with it, for the reader.
    pub fn read(path: &str, query: &str) -> Result<Self, String> {
        let what = What::of_path(path).ok_or_else(|| format!("there is no page {path}"))?;
        let mut asked = Self::of(what);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "view" => asked.frames = named(&Frames::NAMED, &value),
                "scheme" => asked.dress.scheme = named(&Scheme::NAMED, &value),
                "images" => asked.dress.images = value != "off",
                "styles" => asked.dress.styles = value != "off",
                "tab" => asked.tab = named(&Tab::NAMED, &value),
                "find" => asked.find = value.into_owned(),
                "pin" => asked.selecting.pins.push(value.into_owned()),
                "drop" => asked.selecting.drops.push(value.into_owned()),
                "at" if !value.is_empty() => {
                    let day = value.parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()));
                    asked.selecting.at = Some(day.ok_or_else(|| {
                        format!("at={value} is no day: write it as 2026-01-14, and the issue is shown as of its end")
                    })?);
                }
                _ => {}
            }
        }
        Ok(asked)
    }

    /// The query of its address, without `?`; empty where it asks for nothing in particular.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let plain = Self::of(self.what.clone());
        if self.frames != plain.frames {
            query.append_pair("view", name_of(&Frames::NAMED, &self.frames));
        }
        if self.dress.scheme != plain.dress.scheme {
            query.append_pair("scheme", name_of(&Scheme::NAMED, &self.dress.scheme));
        }
        for (name, is_on) in [("images", self.dress.images), ("styles", self.dress.styles)] {
            if !is_on {
                query.append_pair(name, "off");
            }
        }
        if self.tab != plain.tab {
            query.append_pair("tab", name_of(&Tab::NAMED, &self.tab));
        }
        if let Some(at) = self.selecting.at {
            query.append_pair("at", &at.to_string());
        }
        query.extend_pairs(self.selecting.pins.iter().map(|path| ("pin", path)));
        query.extend_pairs(self.selecting.drops.iter().map(|path| ("drop", path)));
        if !self.find.is_empty() {
            query.append_pair("find", &self.find);
        }
        query.finish()
    }

    /// The same page but for one thing.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut asked = self.clone();
        change(&mut asked);
        asked
    }
}

impl fmt::Display for Asked {
    /// Writes the address, without scheme and host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "?" };
        write!(f, "{}{mark}{query}", self.what)
    }
}

/// What has this name, else what is usual.
fn named<T: Copy + Default>(names: &[(&str, T)], name: &str) -> T {
    names.iter().find(|(known, _)| *known == name).map(|(_, one)| *one).unwrap_or_default()
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], wanted: &T) -> &'static str {
    names.iter().find(|(_, one)| one == wanted).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for address in [
            "/weekly",
            "/weekly/next",
            "/weekly/2026-01-14-2",
            "/-/file",
            "/weekly?view=phone&scheme=forced&images=off&styles=off&tab=links",
            "/weekly?at=2026-01-14&pin=a%2Fb+c.md&pin=d.md&drop=%C3%A9.md&find=court",
        ] {
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            assert_eq!(Asked::read(path, query).unwrap().to_string(), address);
        }
    }

    #[test]
    fn an_address_that_says_nothing_is_no_page() {
        for path in ["/", "/-", "/-/", "/weekly/yesterday", "/a/b/c", "//"] {
            assert!(Asked::read(path, "").is_err(), "{path}");
        }
        for at in ["-262143-01-01", "%2B262142-12-31", "9999-12-31"] {
            assert!(Asked::read("/weekly", &format!("at={at}")).is_err(), "{at}");
        }
        assert!(Asked::read("/weekly", "at=yesterday").unwrap_err().contains("2026-01-14"));
    }
}
