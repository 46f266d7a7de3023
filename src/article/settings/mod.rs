//! Settings: what a generator's own configuration says of articles. Each is read as narrowly as it
//! can be: what decides whether something is an article, what it is called, when it is dated, and
//! where a reader finds it.

mod scoped;
mod hugo;
mod jekyll;
mod zola;
mod eleventy;

pub use eleventy::{data, input_folder};
pub use scoped::Scoped;

use chrono_tz::Tz;

use super::dialect::Dialect;
use super::front_matter::{Cascade, Dates, Format, Value, value};
use super::permalink::Permalink;
use super::place::{Kind, Languages, Place};
use super::slug::Slugs;

/// What the configuration of a site says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// How addresses are made, for each group of articles that has a rule of its own.
    pub permalinks: Vec<(Group, Permalink)>,
    /// How names are written in addresses.
    pub slugs: Slugs,
    /// Which articles are files of their own in addresses, and no folders: Hugo's `uglyURLs`.
    pub ugly: Ugly,
    /// The languages; `None` where no configuration tells.
    pub languages: Option<Languages>,
    /// The folders of articles below the root of the site, where they are not the usual ones, with
    /// the language of what is in them.
    pub folders: Vec<(String, Option<String>)>,
    /// The zone of times without an offset.
    pub zone: Option<Tz>,
    /// Where dates are looked for.
    pub dates: Dates,
    /// Front matter for all articles: Hugo's `cascade`.
    pub cascades: Vec<Cascade>,
    /// Front matter for some articles: Jekyll's `defaults`, in their order.
    pub defaults: Vec<Scoped>,
    /// The collections of Jekyll's, but posts; `None` where no configuration tells.
    pub collections: Option<Vec<String>>,
    /// What is no article: Jekyll's `exclude`.
    pub excluded: Vec<String>,
    /// What it asks for and is passed over, with the remedy.
    pub remarks: Vec<String>,
}

/// Which articles a permalink is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// Jekyll's posts.
    Posts,
    /// Jekyll's documents, but those of collections that have their own.
    Documents,
    /// Jekyll's pages.
    Pages,
    /// Those of a section of Hugo's, or a collection of Jekyll's.
    Section(String),
}

/// Which articles are files of their own in addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ugly {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// Those of these sections.
    Sections(Vec<String>),
}

impl Settings {
    /// Reads the files of a site's configuration: of each, what it is called without its extension,
    /// its format, and its text. One that cannot be read says nothing: the site itself cannot be
    /// made from it.
    #[must_use]
    pub fn read(dialect: Dialect, files: &[(&str, Format, &str)]) -> Self {
        let mut settings = Self::default();
        for (name, format, text) in files {
            let Some(entries) = value(text, *format).and_then(Value::into_entries) else { continue };
            match dialect {
                Dialect::Hugo => hugo::read(&mut settings, name, entries),
                Dialect::Jekyll => jekyll::read(&mut settings, entries),
                Dialect::Zola => zola::read(&mut settings, entries),
                Dialect::Astro | Dialect::Eleventy => {}
            }
        }
        settings
    }

    /// How the address of an article is made, where the configuration says.
    #[must_use]
    pub fn permalink(&self, place: &Place<'_>, is_jekyll: bool) -> Option<&Permalink> {
        // Hugo knows sections by their paths, in lower case and without blanks, and all keys by small letters.
        let section = || place.section().to_lowercase().replace(' ', "-");
        let of = |wanted: Group| self.permalinks.iter().find(|(group, _)| *group == wanted);
        let found = match place.kind {
            Kind::Post | Kind::Draft => of(Group::Posts),
            Kind::Document(name) => of(Group::Section(name.to_owned())).or_else(|| of(Group::Documents)),
            Kind::Page if is_jekyll => of(Group::Pages),
            Kind::Page => of(Group::Section(section())),
        };
        found.map(|(_, permalink)| permalink)
    }

    /// Whether an article is a file of its own in its address.
    #[must_use]
    pub fn is_ugly(&self, section: &str) -> bool {
        match &self.ugly {
            Ugly::None => false,
            Ugly::All => true,
            Ugly::Sections(sections) => sections.iter().any(|ugly| ugly == section),
        }
    }

    /// Whether a folder at the root, whose name begins with `_`, holds documents of Jekyll's.
    #[must_use]
    pub fn is_collection(&self, folder: &str) -> bool {
        let has = |known: &Vec<String>| known.iter().any(|known| folder.strip_prefix('_') == Some(known));
        self.collections.as_ref().is_none_or(has)
    }

    /// Whether a path below the root is none of an article: an entry of Jekyll's `exclude` that is
    /// the path, a pattern for it, or a folder above it (`EntryFilter#glob_include?`).
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        self.excluded.iter().any(|entry| {
            let entry = entry.trim_matches('/');
            let below = path.strip_prefix(entry);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                || fast_glob::glob_match(entry, path)
        })
    }
}

/// A text, where a value is one.
fn text(value: Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// The texts of a list, or the one text.
fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text],
        Value::List(values) => values.into_iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
