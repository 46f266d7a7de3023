//! config.toml: typed, validated in one pass, every problem with its place and its remedy.

mod duration;
mod problem;
mod hours;
mod redaction;

mod reader;

mod address;
mod filter;
mod secret;
mod store_at;
pub mod subject;
mod words;

mod list;
mod brand;
mod site;
mod digest;
mod transport;
mod dkim;

mod mail;

pub use address::WebAddress;
pub use brand::{Brand, Fonts, Social};
pub use digest::{Digest, Layout};
pub use dkim::{Dkim, DkimKey, is_aligned};
pub use duration::Rate;
pub use hours::Hours;
pub use list::{List, Pages};
pub use mail::Mail;
pub use problem::{Place, Problem, Problems};
pub use secret::{Secret, SecretError};
pub use site::{Site, is_language};
pub use store_at::StoreAt;
pub use transport::{Smtp, Tls, Transport};
pub use words::Words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files;
use crate::term;
use reader::{Reader, Table, listed};
use redaction::without_secrets;

/// All of config.toml. Paths in it are already joined to the folder it stands in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder config.toml stands in; empty where that is the working folder, so that what is
    /// joined to it reads as people write it.
    pub folder: PathBuf,
    /// `[site]`
    pub site: Site,
    /// `[mail]`
    pub mail: Mail,
    /// `[store]`
    pub store: StoreAt,
    /// `[lists.NAME]`
    pub lists: BTreeMap<String, List>,
    /// `[pages]`
    pub pages: Option<Pages>,
    /// `[brand]`
    pub brand: Brand,
    /// `[digests.NAME]`
    pub digests: BTreeMap<String, Digest>,
}

impl Config {
    /// Loads config.toml from `path`, and the catalogues of words in the folder `languages` beside it.
    ///
    /// # Errors
    /// When one of them cannot be read, or with everything that is wrong in it.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let text = files::read_text(path).map_err(|error| {
            let help = if error.is_not_found() {
                "write one with `tidings init`, or name another with `--config FILE`"
            } else {
                "it must be a UTF-8 file that you may read"
            };
            let message = format!("it cannot be read: {}", error.source);
            let problem = Problem { place: None, message, help: help.to_owned() };
            Problems { path: path.to_owned(), text: String::new(), problems: vec![problem] }
        })?;
        let mut config = Self::parse(&text, path)?;
        let languages = config.folder.join("languages");
        for digest in config.digests.values_mut() {
            digest.words = Words::load(&languages, &digest.language)?;
        }
        Ok(config)
    }

    /// Reads the text of the config.toml at `path`. Its digests speak in the words that are built in.
    ///
    /// # Errors
    /// With everything that is wrong in it.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Problems> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let reader = Reader::new(text, folder);
        let config = reader.root().and_then(|root| Self::read(root, folder));
        match (config, reader.into_problems()) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(Problems { path: path.to_owned(), text: without_secrets(text), problems }),
        }
    }

    /// The digest with this name.
    ///
    /// # Errors
    /// When there is none, with the nearest name there is.
    pub fn digest(&self, name: &str) -> Result<&Digest, NoSuchName> {
        self.digests.get(name).ok_or_else(|| NoSuchName::new("digest", name, self.digests.keys()))
    }

    /// The list with this name. A digest's list is always there.
    ///
    /// # Errors
    /// When there is none, with the nearest name there is.
    pub fn list(&self, name: &str) -> Result<&List, NoSuchName> {
        self.lists.get(name).ok_or_else(|| NoSuchName::new("list", name, self.lists.keys()))
    }

    fn read(mut root: Table<'_>, folder: &Path) -> Option<Self> {
        let site = Site::read(root.table("site"));
        let mail = Mail::read(root.table("mail"));
        let store = StoreAt::read(root.table("store"));
        let pages = root.may("pages", "", |value| Pages::read(value.into_table()?));
        let brand = Brand::read(root.table("brand"));
        let title = site.as_ref().map_or("", |site| &site.title);
        let language = site.as_ref().map_or("en", |site| &site.language);
        let lists = root.named_tables("lists");
        let names: Vec<String> = lists.iter().map(|list| list.key().to_owned()).collect();
        let lists: Vec<_> = lists.into_iter().map(|table| List::read(table, title)).collect();
        let digests = root.named_tables("digests");
        let digests: Vec<_> =
            digests.into_iter().map(|table| Digest::read(table, &names, language)).collect();
        let lists: Option<Vec<List>> = lists.into_iter().collect();
        let digests: Option<Vec<Digest>> = digests.into_iter().collect();
        Some(Self {
            folder: folder.to_owned(),
            site: site?,
            mail: mail?,
            store: store?,
            lists: lists?.into_iter().map(|list| (list.name.clone(), list)).collect(),
            pages: pages?,
            brand: brand?,
            digests: digests?.into_iter().map(|digest| (digest.name.clone(), digest)).collect(),
        })
    }
}

/// A name, on the command line or in an old issue, that config.toml does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("config.toml has no {kind} `{name}`; {help}")]
pub struct NoSuchName {
    kind: &'static str,
    name: String,
    help: String,
}

impl NoSuchName {
    fn new<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        let known: Vec<&str> = known.map(String::as_str).collect();
        let help = match (term::nearest(name, known.iter().copied()), known.as_slice()) {
            (Some(nearest), _) => format!("did you mean `{nearest}`?"),
            (None, []) => format!("add [{kind}s.{name}]"),
            (None, [only]) => format!("the only one is `{only}`"),
            (None, known) => format!("there are {}", listed(known)),
        };
        Self { kind, name: name.to_owned(), help }
    }
}
