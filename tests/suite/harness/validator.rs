use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::node::node;

/// What is wrong in a page.
#[derive(Debug, Deserialize)]
pub(crate) struct Fault {
    /// The file.
    pub(crate) page: PathBuf,
    /// The rule of html-validate, and what it says.
    pub(crate) told: String,
}

/// What html-validate, with the rules of `tests/tools/htmlvalidate.mjs`, finds in pages.
pub(crate) fn validate<'a>(pages: impl IntoIterator<Item = &'a Path>) -> Vec<Fault> {
    let pages: Vec<_> = pages.into_iter().map(|page| page.to_str().unwrap()).collect();
    node("validate.mjs", &pages.join("\n"))
}
