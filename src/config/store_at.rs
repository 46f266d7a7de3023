//! `[store]`: where subscribers and deliveries are kept.

use std::path::{Path, PathBuf};

use super::address::path_after;
use super::problem::Wrong;
use super::reader::Table;

/// `[store]`: where subscribers and deliveries are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAt {
    /// In an SQLite file.
    Sqlite(PathBuf),
}

impl StoreAt {
    pub(super) fn read(table: Option<Table<'_>>) -> Option<Self> {
        let mut table = table?;
        let folder = table.folder();
        let default = Self::Sqlite(folder.join("tidings.db"));
        table
            .or("url", r#"url = "sqlite:tidings.db""#, default, |value| value.parse(|url| parse(url, folder)))
    }
}

fn parse(url: &str, folder: &Path) -> Result<StoreAt, Wrong> {
    if url.starts_with("postgres") {
        return Err(Wrong::with_help("PostgreSQL is not supported yet", "write `sqlite:tidings.db`"));
    }
    let path = path_after("sqlite", url, folder).ok_or("it does not begin with `sqlite:`")??;
    if path.ends_with(":memory:") {
        let help = "name a file: `sqlite:tidings.db`";
        return Err(Wrong::with_help("a store in memory would forget who got what", help));
    }
    match url.split_once('?') {
        Some(_) => Err("it takes no options".into()),
        None => Ok(StoreAt::Sqlite(path)),
    }
}
