//! What the rail lists: the digests, and the issues of the one that is shown.

use std::collections::HashMap;

use super::asked::What;
use super::view::{Listed, Nearby};
use crate::config::Digest;
use crate::delivery::State;
use crate::pipeline::{Error, Project};
use crate::store::{Stage, Started, Store};

/// How many issues are listed.
const ISSUES: usize = 30;

/// What there is beside what is shown; `counts` tells how many stories the next issues of digests have, of those
/// that were looked at.
pub(super) async fn nearby<S: Store>(
    project: &Project,
    store: &S,
    shown: Option<&str>,
    counts: &HashMap<String, usize>,
) -> Result<Nearby, Error> {
    let started = store.issues(None).await?;
    let mut nearby = Nearby::default();
    for digest in project.config.digests.values() {
        let is_open = started.iter().any(|one| one.key.digest == digest.name && one.stage == Stage::Sending);
        let note = match project.draft(store, &digest.name).await {
            _ if is_open => "sending".to_owned(),
            // Whoever opens it is told why.
            Err(_) => "broken draft".to_owned(),
            Ok(Some(_)) => "draft".to_owned(),
            Ok(None) => counts.get(&digest.name).map(|count| format!("{count} new")).unwrap_or_default(),
        };
        nearby.digests.push(Listed { what: What::Due(digest.name.clone()), name: digest.name.clone(), note });
        if shown == Some(&*digest.name) {
            nearby.issues = issues(project, store, digest, &started).await?;
        }
    }
    Ok(nearby)
}

/// The next issue of a digest, its draft, and those that were started, the latest first.
async fn issues<S: Store>(
    project: &Project,
    store: &S,
    digest: &Digest,
    started: &[Started],
) -> Result<Vec<Listed>, Error> {
    let next = What::Next(digest.name.clone());
    let mut listed = vec![Listed { what: next, name: "Next".to_owned(), note: "composed now".to_owned() }];
    if let Ok(Some(draft)) = project.draft(store, &digest.name).await {
        let name = draft.key.date.format("%-d %b %Y").to_string();
        listed.push(Listed { what: What::Issue(draft.key), name, note: "draft".to_owned() });
    }
    let mut started: Vec<&Started> = started.iter().filter(|one| one.key.digest == digest.name).collect();
    started.sort_by_key(|one| std::cmp::Reverse(one.started));
    for one in started.into_iter().take(ISSUES) {
        let note = match one.stage {
            Stage::Sending => "sending".to_owned(),
            Stage::Abandoned => "abandoned".to_owned(),
            Stage::Finished => grouped(store.counts(&one.key).await?.of(State::Accepted)),
        };
        let number = if one.key.number > 1 { format!(" ({})", one.key.number) } else { String::new() };
        let name = format!("{}{number}", one.key.date.format("%-d %b %Y"));
        listed.push(Listed { what: What::Issue(one.key.clone()), name, note });
    }
    Ok(listed)
}

/// A number with its thousands parted: `1,994`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| str::from_utf8(part).ok()).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
