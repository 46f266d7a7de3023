//! The promise, stated without windows.
//!
//! An article *came in time* if its file came, or came to say what it says, no later than the grace
//! after the date that it appeared at (a day lasts to its end). What was there already when the digest
//! was begun came in time if it appeared within the digest's window before that; and nothing that
//! appeared earlier than that is promised.
//!
//! **The first issue composed after an article came in time and appeared, while it is still there,
//! still says the same and is not expired, carries it, if no issue before it did. And no two issues carry
//! the same article.**

use super::calendar::Instant;
use super::model::{Composed, is_same};
use super::site::Version;

/// What came of one digest.
pub(super) struct Kept<'a> {
    /// When it was begun.
    pub(super) begun: Instant,
    pub(super) window: Instant,
    pub(super) grace: Instant,
    /// The issues that were started, as the program has them.
    pub(super) issues: &'a [Composed],
}

impl Kept<'_> {
    /// How many articles were promised, or which one was missed or repeated.
    pub(super) fn hold(&self, versions: &[Version]) -> Result<usize, String> {
        self.repeats_none()?;
        let mut promised = 0;
        for version in versions.iter().filter(|version| self.came_in_time(version)) {
            let Some(due) = self.issues.iter().position(|issue| is_due(version, issue.at)) else { continue };
            promised += 1;
            let mut earlier =
                self.issues[..=due].iter().flat_map(|issue| issue.articles.iter().chain(&issue.cut));
            if !earlier.any(|carried| is_same(carried, version)) {
                return Err(format!("missed by the issue of {}: {version:?}", self.issues[due].at));
            }
        }
        Ok(promised)
    }

    fn repeats_none(&self) -> Result<(), String> {
        let carried: Vec<&Version> = self.issues.iter().flat_map(|issue| &issue.articles).collect();
        for (index, one) in carried.iter().enumerate() {
            if let Some(again) = carried[..index].iter().find(|other| is_same(one, other)) {
                return Err(format!("carried twice: {again:?} and {one:?}"));
            }
        }
        Ok(())
    }

    fn came_in_time(&self, version: &Version) -> bool {
        let end = version.says.appeared().end;
        let is_recent = end > self.begun - self.window;
        is_recent && (version.from <= self.begun || end > version.from - self.grace)
    }
}

/// Whether an issue composed at this instant finds the article there, and to be seen.
fn is_due(version: &Version, at: Instant) -> bool {
    version.is_there(at) && version.says.matches(at) && version.says.appeared().start <= at
}
