//! A digest, an issue or a message as one argument.

use std::path::Path;

use super::Global;
use super::issue::Named;
use super::report::{Failure, Verdict};
use crate::issue::Issue;
use crate::pipeline::{Error, Plan, Project, Target, Which};
use crate::store::Store as _;
use crate::store::sqlite::Mode;

/// What an argument leads to.
pub(super) enum Found {
    /// An issue of `digests/` or the store, also a finished one.
    Issue(Box<Issue>),
    /// What sending this digest would send.
    Due(String, Box<Plan>),
}

impl Found {
    /// What is planned, and for which digest.
    pub(super) fn plan(&self) -> Option<(&str, &Plan)> {
        match self {
            Self::Issue(_) => None,
            Self::Due(digest, plan) => Some((digest, plan)),
        }
    }

    /// The issue; `None` where there is too little to carry.
    pub(super) fn issue(&self) -> Option<&Issue> {
        match self {
            Self::Issue(issue) => Some(issue),
            Self::Due(_, plan) => plan.issue(),
        }
    }
}

/// The message that an argument names: by its end, or, as those of a Maildir have none, because it leads to a file. A
/// digest's name is no path.
pub(super) fn message(what: Option<&str>) -> Option<&Path> {
    let path = Path::new(what?);
    let is_eml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
    (is_eml || (path.components().count() > 1 && path.is_file())).then_some(path)
}

/// The issue that an argument names, or the next one of the digest that it names.
///
/// # Errors
/// When there is none of this name.
pub(super) async fn find(project: &Project, what: Option<&str>) -> Result<Found, Failure> {
    let store = Global::store(project, Mode::ReadOnly)?;
    let Some(named) = named(what) else {
        let digest = only_digest(project, what)?;
        let target = Target::Next { digest: digest.clone(), which: Which::Due };
        return Ok(Found::Due(digest, Box::new(project.plan(&store, &target).await?)));
    };
    let key = named.of(project)?;
    project.digest(&key.digest)?;
    let issue = match store.frozen(key).await? {
        Some(issue) => Some(issue),
        None => project.digests().read(key)?,
    };
    Ok(Found::Issue(Box::new(issue.ok_or_else(|| Error::UnknownIssue(key.clone()))?)))
}

/// The issue that an argument names, unless it names a digest.
pub(super) fn named(what: Option<&str>) -> Option<Named> {
    what.and_then(|what| what.parse().ok())
}

/// The digest asked for, or the only one there is.
pub(super) fn only_digest(project: &Project, name: Option<&str>) -> Result<String, Failure> {
    let mut digests = project.config.digests.keys();
    match (name, digests.next(), digests.next()) {
        (Some(name), ..) => Ok(project.digest(name)?.name.clone()),
        (None, Some(only), None) => Ok(only.clone()),
        (None, None, _) => {
            let message = "config.toml has no digest: add one, [digests.weekly] with its title and list";
            Err(Failure::plain(Verdict::Config, message))
        }
        _ => {
            let names: Vec<&str> = project.config.digests.keys().map(String::as_str).collect();
            Err(Failure::plain(Verdict::Usage, format!("which digest? There are {}", names.join(", "))))
        }
    }
}
