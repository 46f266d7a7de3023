//! What an issue carries, what was passed over and why, and the links that change it.

use super::asked::{Asked, Tab};
use crate::article::Article;
use crate::composer::{Trimmed, Withheld};
use crate::selection::{Passed, Picked, Reason, Sameness, Selection};

/// The most files passed over that are shown at once.
const MOST: usize = 200;

/// A selection, to be shown.
#[derive(Debug)]
pub(super) struct Stories {
    /// What it carries at length, then as headlines.
    pub(super) carried: Vec<Story>,
    /// What is pinned and dropped in this page, in words; empty where nothing is.
    pub(super) edited: String,
    /// The page without that.
    pub(super) unedited: String,
    /// What the issue does not show of its articles.
    pub(super) withheld: Vec<String>,
    /// How many were passed over for each reason: in words, how many, and the page that shows them.
    pub(super) reasons: Vec<(&'static str, usize, String)>,
    /// The first of those passed over that hold what is looked for.
    pub(super) passed: Vec<Left>,
    /// How many hold it.
    pub(super) found: usize,
    /// How many were passed over.
    pub(super) total: usize,
}

/// An article that is carried.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) title: String,
    pub(super) path: String,
    pub(super) url: Option<String>,
    /// Its group, publisher and date.
    pub(super) meta: String,
    /// Where others tell the same: who, and the address.
    pub(super) also: Vec<(String, String)>,
    /// Whether it is carried as a headline only.
    pub(super) is_headline: bool,
    pub(super) is_pinned: bool,
    pub(super) acts: Vec<Act>,
}

/// A file passed over.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) path: String,
    pub(super) title: Option<String>,
    pub(super) why: String,
    pub(super) act: Option<Act>,
}

/// A link that changes the selection of the page.
#[derive(Debug)]
pub(super) struct Act {
    /// `Pin`, `Unpin`, `Drop` or `Take back`.
    pub(super) words: &'static str,
    pub(super) address: String,
}

impl Stories {
    /// What there is to tell of a selection.
    pub(super) fn of(selection: &Selection, withheld: Option<&Withheld>, asked: &Asked) -> Self {
        let story = |picked, is_headline| Story::of(picked, is_headline, asked);
        let picked = selection.picked.iter().map(|picked| story(picked, false));
        let carried = picked.chain(selection.headlines.iter().map(|picked| story(picked, true))).collect();
        let wanted = asked.find.trim().to_lowercase();
        let mut found = selection.passed.iter().filter(|passed| holds(passed, &wanted));
        let passed: Vec<Left> = found.by_ref().take(MOST).map(|passed| Left::of(passed, asked)).collect();
        Self {
            carried,
            edited: edited(asked),
            unedited: asked
                .with(|other| (other.selecting.pins, other.selecting.drops) = Default::default())
                .to_string(),
            withheld: withheld.map(told).unwrap_or_default(),
            reasons: reasons(selection, asked),
            found: passed.len() + found.count(),
            passed,
            total: selection.passed.len(),
        }
    }
}

/// What is pinned and dropped.
fn edited(asked: &Asked) -> String {
    let count = |paths: &[String], what| (!paths.is_empty()).then(|| format!("{} {what}", paths.len()));
    let parts = [count(&asked.selecting.pins, "pinned"), count(&asked.selecting.drops, "dropped")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn reasons(selection: &Selection, asked: &Asked) -> Vec<(&'static str, usize, String)> {
    let mut counts = [0; Reason::NAMES.len()];
    for passed in &selection.passed {
        counts[passed.reason.rank()] += 1;
    }
    let counted = Reason::NAMES.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    let address = |name: &str| asked.with(|other| name.clone_into(&mut other.find)).to_string();
    counted.map(|(name, count)| (name, count, address(name))).collect()
}

/// Whether a file's path, title or reason holds a text, which is in lower case.
fn holds(passed: &Passed, wanted: &str) -> bool {
    let title = || passed.article.as_ref().is_some_and(|one| one.title.to_lowercase().contains(wanted));
    wanted.is_empty()
        || passed.reason.name() == wanted
        || passed.path.to_lowercase().contains(wanted)
        || title()
        // What is not told of a reason's name alone.
        || matches!(&passed.reason, Reason::Problem { message, .. } if message.to_lowercase().contains(wanted))
}

/// What is withheld, in words.
fn told(withheld: &Withheld) -> Vec<String> {
    let Trimmed { summaries, headlines, over } = withheld.trimmed;
    let unfit =
        withheld.unfit.iter().map(|(path, why)| format!("{path}: {why}, so that its summary is shown."));
    let mut told: Vec<String> = unfit.collect();
    if headlines > 0 {
        told.push(format!("So that Gmail hides nothing, the last {headlines} are shown as headlines."));
    } else if summaries > 0 {
        told.push(format!(
            "So that Gmail hides nothing, the last {summaries} are shown without their bodies."
        ));
    }
    if over > 0 {
        told.push(format!("It is too large even so: Gmail hides the last {} KB.", over.div_ceil(1000)));
    }
    told
}

impl Story {
    fn of(picked: &Picked, is_headline: bool, asked: &Asked) -> Self {
        let Picked { article, group, also } = picked;
        let named = also.iter().filter_map(|one| Some((one.source.clone()?, one.url.to_string())));
        Self {
            title: article.headline().to_owned(),
            path: article.path.clone(),
            url: article.url.as_ref().map(ToString::to_string),
            meta: meta(article, group.as_deref()),
            also: named.collect(),
            is_headline,
            is_pinned: asked.selecting.pins.contains(&article.path),
            acts: acts(&article.path, asked),
        }
    }
}

fn meta(article: &Article, group: Option<&str>) -> String {
    let date = article.date.map(|date| date.written_day().format("%-d %b %Y").to_string());
    let parts = [group.map(str::to_owned), article.publisher().map(str::to_owned), date];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What can be done about an article that is carried.
fn acts(path: &str, asked: &Asked) -> Vec<Act> {
    let pin = if asked.selecting.pins.iter().any(|pin| pin == path) {
        act("Unpin", asked, |asked| asked.selecting.pins.retain(|pin| pin != path))
    } else {
        act("Pin", asked, |asked| asked.selecting.pins.push(path.to_owned()))
    };
    let drop = act("Drop", asked, |asked| {
        asked.selecting.pins.retain(|pin| pin != path);
        asked.selecting.drops.push(path.to_owned());
    });
    vec![pin, drop]
}

fn act(words: &'static str, asked: &Asked, change: impl FnOnce(&mut Asked)) -> Act {
    let address = asked.with(|other| {
        other.tab = Tab::Selection;
        change(other);
    });
    Act { words, address: address.to_string() }
}

impl Left {
    fn of(passed: &Passed, asked: &Asked) -> Self {
        let Passed { path, article, reason } = passed;
        let is_dropped_here = asked.selecting.drops.contains(path);
        let act = if is_dropped_here {
            Some(act("Take back", asked, |asked| asked.selecting.drops.retain(|drop| drop != path)))
        } else {
            is_pinnable(reason).then(|| act("Pin", asked, |asked| asked.selecting.pins.push(path.clone())))
        };
        let title = article.as_ref().map(|article| article.headline().to_owned());
        Self { path: path.clone(), title, why: why(reason, is_dropped_here), act }
    }
}

/// Whether an editor's pin outweighs a reason.
fn is_pinnable(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::OptedOut
            | Reason::TooOld
            | Reason::Terms
            | Reason::OverSource
            | Reason::OverTag
            | Reason::OverLimit
    )
}

/// A reason, in words.
fn why(reason: &Reason, is_dropped_here: bool) -> String {
    match reason {
        Reason::Problem { line: Some(line), message } => return format!("line {line}: {message}"),
        Reason::Problem { line: None, message } => return message.clone(),
        Reason::Duplicate { of, by: Sameness::Link } => return format!("has the same link as {of}"),
        Reason::Duplicate { of, by: Sameness::Title { percent, issue } } => {
            let issue = issue.as_ref().map(|issue| format!(", which {issue} carried")).unwrap_or_default();
            return format!("has {percent} % of the title of {of}{issue}");
        }
        Reason::Undated => "has no date that can be read",
        Reason::Draft => "says that it is a draft",
        Reason::Future => "is dated, or to be published, after the present",
        Reason::Expired => "has expired",
        Reason::OptedOut => "says newsletter: false",
        Reason::TooOld => "appeared before the window",
        Reason::TooNew => "appeared after the window",
        Reason::Terms => "has tags, categories, source or section that the digest does not ask for",
        Reason::Carried => "was carried by an earlier issue",
        Reason::Dropped if is_dropped_here => "is dropped in this page",
        Reason::Dropped => "was dropped by an editor",
        Reason::NoAddress => "has no address that a reader could open",
        Reason::OverSource => "comes after its source has its share (max_per_source)",
        Reason::OverTag => "comes after its tag has its share (max_per_tag)",
        Reason::OverLimit => "comes after the issue is full (limit)",
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
