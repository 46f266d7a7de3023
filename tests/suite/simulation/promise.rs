//! The promise, stated without windows.
//!
//! An article *came in time* if its file came, or came to say what it says, no later than the grace
//! after the date at which it appeared (a day lasts to its end). What was there already when the digest
//! was begun came in time if it appeared within the digest's window before that; and nothing that
//! appeared earlier than that is promised.
//!
//! Such an article is *due* in each issue that is composed after it came and appeared, while it is
//! there, says the same, and is to be seen.
//!
//! **The first issue that an article is due in carries it, if no issue before did; and no two issues
//! carry the same article.** What limit and caps cut then never comes; or, with `leftovers`, it comes
//! in the first issue with room for it, its teller and its topic that it is due in.

use super::calendar::Instant;
use super::model::{Composed, is_same};
use super::site::Version;
use super::timeline::Bounds;

/// What came of one digest.
pub(super) struct Kept<'a> {
    /// When it was begun.
    pub(super) begun: Instant,
    pub(super) window: Instant,
    pub(super) grace: Instant,
    pub(super) bounds: Bounds,
    /// The issues that were started, in order.
    pub(super) issues: &'a [Composed],
}

impl Kept<'_> {
    /// How many articles were promised, or which one was missed or repeated.
    pub(super) fn hold(&self, versions: &[Version]) -> Result<usize, String> {
        self.repeats_none()?;
        let promised = versions.iter().filter(|version| self.came_in_time(version));
        promised.map(|version| self.misses(version)).sum()
    }

    /// No article is carried twice, nor is one carried that was cut for good.
    fn repeats_none(&self) -> Result<(), String> {
        let mut before: Vec<&Version> = Vec::new();
        for issue in self.issues {
            for version in &issue.articles {
                if let Some(other) = before.iter().find(|other| is_same(version, other)) {
                    return Err(format!("{other:?} is carried again, or was cut: {version:?}"));
                }
                before.push(version);
            }
            before.extend(&issue.told);
            if !self.bounds.leftovers {
                before.extend(&issue.cut);
            }
        }
        Ok(())
    }

    /// An article that came in time is carried when it is due. 1 if it ever was.
    fn misses(&self, version: &Version) -> Result<usize, String> {
        let mut due = self.issues.iter().enumerate().filter(|(_, issue)| is_due(version, issue.at));
        let Some((first, _)) = due.clone().next() else { return Ok(0) };
        let is_in = |articles: &[Version]| articles.iter().any(|other| is_same(other, version));
        let is_carried = |upto: usize| self.issues[..=upto].iter().any(|issue| is_in(&issue.told));
        let is_cut = self.issues[..=first].iter().any(|issue| is_in(&issue.cut));
        if !is_carried(first) && !is_cut {
            return Err(format!("missed by the issue of minute {}: {version:?}", self.issues[first].at));
        }
        let with_room = due.find(|(_, issue)| self.has_room(issue, version));
        match with_room {
            Some((index, issue)) if self.bounds.leftovers && !is_carried(index) => {
                Err(format!("left over by the issue of minute {}, which has room: {version:?}", issue.at))
            }
            _ => Ok(1),
        }
    }

    /// Whether an issue could hold the article too.
    fn has_room(&self, issue: &Composed, version: &Version) -> bool {
        let Bounds { limit, per_source, per_tag, .. } = self.bounds;
        let is_free = |most: Option<usize>, is_alike: &dyn Fn(&Version) -> bool| {
            most.is_none_or(|most| issue.articles.iter().filter(|other| is_alike(other)).count() < most)
        };
        is_free(limit, &|_| true)
            && is_free(per_source, &|other| other.says.teller() == version.says.teller())
            && is_free(per_tag, &|other| other.says.topic == version.says.topic)
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
