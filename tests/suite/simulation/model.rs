//! The reference model: which articles each run carries, written from the rules in docs/design.md
//! and not from the code. It is small, plain and slow.

use std::collections::BTreeSet;

use super::calendar::Instant;
use super::site::{Moment, Says, Version};
use super::timeline::{Bounds, Run};

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There was nothing to do, or too little to carry.
    Nothing,
    /// It failed, and nothing was started or finished.
    Failed,
    /// An issue of these articles was started, or gone on with.
    Sent(Carried),
    /// A draft of these articles was written.
    Drafted(Carried),
}

impl Outcome {
    /// The articles it is about.
    pub(super) fn articles(&self) -> Carried {
        match self {
            Self::Nothing | Self::Failed => Carried::new(),
            Self::Sent(carried) | Self::Drafted(carried) => carried.clone(),
        }
    }
}

/// Articles, by path.
pub(super) type Carried = BTreeSet<String>;

/// One digest, as the rules have it.
#[derive(Debug)]
pub(super) struct Model {
    window: Instant,
    grace: Instant,
    bounds: Bounds,
    /// When a run first found something to carry, and could not start an issue.
    first_run: Option<Instant>,
    /// The issues that were started.
    pub(super) started: Vec<Composed>,
    /// Whether the last of them is not finished.
    is_open: bool,
    draft: Option<Composed>,
}

/// An issue, or the draft of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Composed {
    pub(super) at: Instant,
    pub(super) articles: Vec<Version>,
    /// Those, and what has the same link as one of them.
    pub(super) told: Vec<Version>,
    /// What was over the limit.
    pub(super) cut: Vec<Version>,
}

impl Composed {
    fn paths(&self) -> Carried {
        self.articles.iter().map(|version| version.path.clone()).collect()
    }
}

impl Model {
    pub(super) fn new(window: Instant, grace: Instant, bounds: Bounds) -> Self {
        Self { window, grace, bounds, first_run: None, started: Vec::new(), is_open: false, draft: None }
    }

    /// When it was begun: when its first issue was composed, or when a run first found something to
    /// carry and could not start an issue.
    pub(super) fn begun(&self) -> Option<Instant> {
        let first_issue = self.started.first().map(|issue| issue.at);
        first_issue.into_iter().chain(self.first_run).min()
    }

    pub(super) fn window(&self) -> Instant {
        self.window
    }

    /// What a run comes to, with these files there.
    pub(super) fn run(&mut self, run: Run, now: Instant, there: &[&Version]) -> Outcome {
        match run {
            Run::Missed => Outcome::Nothing,
            Run::Discard => {
                self.draft = None;
                Outcome::Nothing
            }
            Run::Abandon => {
                self.is_open = false;
                Outcome::Nothing
            }
            Run::Compose => match self.compose(now, there) {
                Some(issue) => {
                    let paths = issue.paths();
                    self.draft = Some(issue);
                    Outcome::Drafted(paths)
                }
                None => Outcome::Nothing,
            },
            Run::Send
            | Run::Anew
            | Run::Killed
            | Run::KilledEarly
            | Run::KilledAtDraft
            | Run::Unreachable => self.send(run, now, there),
        }
    }

    fn send(&mut self, run: Run, now: Instant, there: &[&Version]) -> Outcome {
        let draft = self.draft.clone().filter(|_| run != Run::Anew);
        let issue = match self.started.last() {
            Some(open) if self.is_open => open.clone(),
            _ => {
                let Some(issue) = draft.or_else(|| self.compose(now, there)) else {
                    if !self.pick(now, there).articles.is_empty() {
                        self.first_run.get_or_insert(now);
                    }
                    return Outcome::Nothing;
                };
                issue
            }
        };
        match run {
            Run::KilledEarly => return Outcome::Failed,
            Run::Unreachable => {
                self.first_run.get_or_insert(now);
                return Outcome::Failed;
            }
            Run::KilledAtDraft => {
                if !self.is_open {
                    self.draft = Some(issue);
                }
                return Outcome::Failed;
            }
            _ => {}
        }
        let paths = issue.paths();
        if !self.is_open {
            self.started.push(issue);
            self.draft = None;
        }
        self.is_open = run == Run::Killed;
        Outcome::Sent(paths)
    }

    /// The next issue, if there is enough for one.
    fn compose(&self, now: Instant, there: &[&Version]) -> Option<Composed> {
        Some(self.pick(now, there)).filter(|issue| issue.articles.len() >= self.bounds.min_articles.max(1))
    }

    /// What the next issue would carry and cut.
    fn pick(&self, now: Instant, there: &[&Version]) -> Composed {
        let since = self.since(now);
        let mut stories: Vec<Vec<&Version>> = Vec::new();
        for version in in_order(there) {
            let appeared = version.says.appeared();
            let is_within = appeared.end > since;
            let is_owed = is_within || self.bounds.leftovers && self.was_cut(version);
            let is_carried = self.was_carried(version) || !self.bounds.leftovers && self.was_cut(version);
            if version.says.matches(now) && appeared.start <= now && is_owed && !is_carried {
                match stories.iter_mut().find(|story| is_same(version, story[0])) {
                    Some(story) => story.push(version),
                    None => stories.push(vec![version]),
                }
            }
        }
        // A topic that all have in common is no reason to leave one out.
        let is_common =
            |topic| stories.iter().all(|story| story.iter().any(|other| other.says.topic == topic));
        let mut issue = Composed { at: now, ..Composed::default() };
        for story in &stories {
            let has_room = |version: &Version| {
                let alike = |is_alike: &dyn Fn(&Version) -> bool| {
                    issue.articles.iter().filter(|other| is_alike(other)).count()
                };
                let teller = version.says.teller();
                let of_teller = alike(&|other| teller.is_some() && other.says.teller() == teller);
                let of_topic = alike(&|other| other.says.topic == version.says.topic);
                let is_full = |most: Option<usize>, there: usize| most.is_some_and(|most| there >= most);
                !is_full(self.bounds.limit, issue.articles.len())
                    && !is_full(self.bounds.per_source, of_teller)
                    && (!is_full(self.bounds.per_tag, of_topic) || is_common(version.says.topic))
            };
            let all = || story.iter().copied().cloned();
            match story.iter().position(|version| has_room(version)) {
                Some(at) => {
                    issue.articles.push(story[at].clone());
                    issue.told.extend(all());
                }
                None => issue.cut.extend(all()),
            }
        }
        let ordered = in_order(&issue.articles.iter().collect::<Vec<_>>()).into_iter().cloned().collect();
        Composed { articles: ordered, ..issue }
    }

    /// Where the window begins.
    fn since(&self, now: Instant) -> Instant {
        let before = match (self.started.last(), self.first_run) {
            (Some(issue), _) => issue.at - self.grace,
            (None, Some(first)) => first - self.window,
            (None, None) => now,
        };
        before.min(now - self.window)
    }

    fn was_carried(&self, version: &Version) -> bool {
        self.started.iter().flat_map(|issue| &issue.told).any(|other| is_same(version, other))
    }

    fn was_cut(&self, version: &Version) -> bool {
        self.started.iter().flat_map(|issue| &issue.cut).any(|other| is_same(version, other))
    }
}

impl Says {
    /// When it appeared: its date, or its publishing date where that is later.
    pub(super) fn appeared(&self) -> &Moment {
        match &self.published {
            Some(published) if published.start > self.dated.start => published,
            _ => &self.dated,
        }
    }

    /// Whether the digests are about it, and it is to be seen.
    pub(super) fn matches(&self, now: Instant) -> bool {
        self.is_tagged && !self.is_draft && self.expires.is_none_or(|expires| now < expires)
    }
}

/// Whether two files are one article: by path, or by link.
pub(super) fn is_same(one: &Version, other: &Version) -> bool {
    one.path == other.path || one.says.link.is_some() && one.says.link == other.says.link
}

/// The newest first, and those of one instant by path.
fn in_order<'a>(there: &[&'a Version]) -> Vec<&'a Version> {
    let mut ordered = there.to_vec();
    ordered.sort_by_key(|version| (-version.says.appeared().start, version.path.clone()));
    ordered
}
