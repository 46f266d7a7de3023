//! Issues as arguments.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::report::{Failure, Verdict};
use crate::files;
use crate::issue::{IssueKey, NotAKey};
use crate::pipeline::{Error, Project};
use crate::store::{Started, Store};

/// An issue named on the command line: `weekly@2026-01-14`, or the path of its folder.
#[derive(Debug, Clone)]
pub(super) struct Named {
    key: IssueKey,
    path: Option<PathBuf>,
}

impl FromStr for Named {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Ok(Self { key: text.parse()?, path: (!text.contains('@')).then(|| PathBuf::from(text)) })
    }
}

impl Named {
    /// The issue, of this project.
    ///
    /// # Errors
    /// When the path is that of another project's folder.
    pub(super) fn of(&self, project: &Project) -> Result<&IssueKey, Failure> {
        let Some(path) = &self.path else { return Ok(&self.key) };
        let short = Path::new(&self.key.digest).join(self.key.folder());
        let written = [Path::new("digests").join(&short), short];
        if written.contains(path) || files::is_same(path, &project.digests().path(&self.key)) {
            return Ok(&self.key);
        }
        Err(Failure::plain(
            Verdict::Usage,
            format!(
                "{} is no issue of this project, whose issues are in {}: name it {}, or give the config of its own",
                path.display(),
                project.config.folder.join("digests").display(),
                self.key
            ),
        ))
    }

    /// The record of the issue, which was started.
    ///
    /// # Errors
    /// When it was not: a draft, or nothing at all.
    pub(super) async fn started(&self, project: &Project, store: &impl Store) -> Result<Started, Failure> {
        let key = self.of(project)?;
        if let Some(started) = store.issue(key).await? {
            return Ok(started);
        }
        if project.digests().read(key)?.is_some() {
            let folder = project.digests().path(key);
            return Err(Failure::plain(
                Verdict::Usage,
                format!("{key} was never started: delete {} to discard the draft", folder.display()),
            ));
        }
        Err(Error::UnknownIssue(key.clone()).into())
    }
}
