//! What the composer is given.

use chrono::{DateTime, Utc};

use crate::article::Body;
use crate::config;
use crate::issue::IssueKey;
use crate::selection::Selection;

/// What an issue is made of.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The issue's name; its date is the masthead's.
    pub key: &'a IssueKey,
    /// Its number, where the digest's issues are numbered.
    pub number: Option<u64>,
    /// When it is composed.
    pub now: DateTime<Utc>,
    /// `[site]`
    pub site: &'a config::Site,
    /// `[mail]`
    pub mail: &'a config::Mail,
    /// The list it goes to.
    pub list: &'a config::List,
    /// `[pages]`; without them readers leave by mail.
    pub pages: Option<&'a config::Pages>,
    /// `[brand]`
    pub brand: &'a config::Brand,
    /// Its digest.
    pub digest: &'a config::Digest,
    /// The articles it carries.
    pub selection: &'a Selection,
    /// Their bodies: one for each picked article, in the same order. Headlines need none.
    pub bodies: &'a [Body],
}
