//! The program in the simulation: a project on disk with the real store, run through the library
//! as `cli` runs it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use tempfile::TempDir;
use tidings::clock::{Clock, wall};
use tidings::config::{Config, StoreAt, Transport};
use tidings::issue::Issue;
use tidings::pipeline::{Begun, Composed, Go, Plan, Project, Target, Which};
use tidings::selector::Edits;
use tidings::sender::{Event, Stop};
use tidings::store::sqlite::{Mode, Sqlite};
use tidings::store::{Stage, Store as _};
use tidings::subscriber::{Entry, Status, parse_mailbox};
use tokio::runtime::Runtime;

use super::calendar::{DAY, Instant, instant};
use super::model::Outcome;
use super::site::Version;
use super::timeline::{Bounds, Run};
use crate::harness::messages_in;

const SITE: &str = r#"
[site]
title = "The Border Post"
url = "https://news.example.org/"
content = ["content"]

[mail]
from = "The Border Post <news@example.org>"
smtp = "file:outbox"
postal_address = "1 Main St, Springfield"

[lists.main]
id = "main.news.example.org"
reason = "You subscribed at news.example.org."
"#;

/// A digest of the simulation: its name, and its window in minutes.
pub(super) type Digest = (&'static str, Instant);

pub(super) struct Program {
    folder: TempDir,
    config: Config,
    store: Option<Sqlite>,
    runtime: Runtime,
    /// The files that are there.
    files: BTreeMap<String, String>,
}

impl Program {
    /// A project with these digests and one subscriber.
    pub(super) fn new(zone: chrono_tz::Tz, digests: &[Digest], grace: Instant, bounds: Bounds) -> Self {
        // In memory where that can be: it is about what is carried, and not about what a disk keeps.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        let text = config(zone, digests, grace, bounds);
        let config = Config::parse(&text, &folder.path().join("config.toml")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut program = Self { folder, config, store: None, runtime, files: BTreeMap::new() };
        let (address, name) = parse_mailbox("Ann <ann@example.net>").unwrap();
        let entry = Entry { address, name, status: Status::Confirmed };
        let store = program.store();
        program.runtime.block_on(store.add("main", entry, wall())).unwrap();
        program
    }

    fn store(&mut self) -> Sqlite {
        let StoreAt::Sqlite(path) = &self.config.store;
        self.store.get_or_insert_with(|| Sqlite::open(path, Mode::ReadWrite).unwrap()).clone()
    }

    /// Makes the content folder hold these files and no others.
    pub(super) fn place(&mut self, there: &[&Version]) {
        let content = self.folder.path().join("content");
        let there: BTreeMap<_, _> = there.iter().map(|one| (one.path.clone(), one.text())).collect();
        for gone in self.files.keys().filter(|path| !there.contains_key(*path)) {
            fs::remove_file(content.join(gone)).unwrap();
        }
        for (path, text) in there.iter().filter(|(path, text)| self.files.get(*path) != Some(text)) {
            let path = content.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.files = there;
    }

    /// Runs a digest.
    pub(super) fn run(&mut self, digest: &str, run: Run, now: Instant) -> Outcome {
        let mut config = self.config.clone();
        if run == Run::Unreachable {
            // Where a file is, there can be no folder.
            let file = self.folder.path().join("file");
            fs::write(&file, "").unwrap();
            config.mail.transport = Transport::Maildir(file.join("outbox"));
        }
        let project = Project::new(config, Clock::Held(instant(now)));
        let store = self.store();
        let outcome = self.runtime.block_on(async {
            match run {
                Run::Missed => Outcome::Nothing,
                Run::Discard => discard(&project, &store, digest).await,
                Run::Abandon => abandon(&store, digest).await,
                Run::Compose => compose(&project, &store, digest).await,
                _ => send(&project, &store, digest, run).await,
            }
        });
        if matches!(run, Run::Killed | Run::KilledEarly | Run::KilledAtDraft) {
            self.store = None;
        }
        outcome
    }

    /// How many messages were mailed.
    pub(super) fn mailed(&self) -> usize {
        messages_in(&self.folder.path().join("outbox")).len()
    }
}

fn config(zone: chrono_tz::Tz, digests: &[Digest], grace: Instant, bounds: Bounds) -> String {
    let Bounds { min_articles, limit, per_source, per_tag, leftovers } = bounds;
    let mut text = SITE.replace("[site]", &format!("[site]\ntimezone = \"{zone}\""));
    for (name, window) in digests {
        write!(
            text,
            "[digests.{name}]\ntitle = \"The {name} news\"\ntags.any = [\"borders\"]\nlayout = \"headlines\"\n\
             window = \"{} days\"\ngrace = \"{grace} min\"\nmin_articles = {min_articles}\nleftovers = {leftovers}\n",
            window / DAY
        )
        .unwrap();
        for (key, most) in [("limit", limit), ("max_per_source", per_source), ("max_per_tag", per_tag)] {
            if let Some(most) = most {
                writeln!(text, "{key} = {most}").unwrap();
            }
        }
    }
    text
}

async fn discard(project: &Project, store: &Sqlite, digest: &str) -> Outcome {
    if let Some(draft) = project.draft(store, digest).await.unwrap() {
        fs::remove_dir_all(project.digests().path(&draft.key)).unwrap();
    }
    Outcome::Nothing
}

async fn abandon(store: &Sqlite, digest: &str) -> Outcome {
    let issues = store.issues(Some(digest)).await.unwrap();
    if let Some(open) = issues.iter().find(|issue| issue.stage == Stage::Sending) {
        store.close(&open.key, Stage::Abandoned, wall()).await.unwrap();
    }
    Outcome::Nothing
}

async fn compose(project: &Project, store: &Sqlite, digest: &str) -> Outcome {
    match project.compose(store, project.digest(digest).unwrap(), &Edits::default()).await.unwrap() {
        Composed::Issue(issue, _) => {
            project.write_draft(store, &issue).await.unwrap();
            Outcome::Drafted(paths(&issue))
        }
        Composed::Nothing(_) => Outcome::Nothing,
    }
}

async fn send(project: &Project, store: &Sqlite, digest: &str, run: Run) -> Outcome {
    let which = if run == Run::Anew { Which::Anew } else { Which::Due };
    let target = Target::Next { digest: digest.to_owned(), which };
    let plan = project.plan(store, &target).await.unwrap();
    let Some(issue) = plan.issue() else {
        project.deliver(store, &plan, Go::default(), |_| {}, |_| {}).await.unwrap();
        return Outcome::Nothing;
    };
    match run {
        Run::KilledEarly => return Outcome::Failed,
        Run::KilledAtDraft => {
            if matches!(plan, Plan::Compose(..)) {
                project.write_draft(store, issue).await.unwrap();
            }
            return Outcome::Failed;
        }
        _ => {}
    }
    let stop = Stop::new();
    let kill = stop.clone();
    let began = |_: &Begun<'_>| {
        if run == Run::Killed {
            kill.stop();
        }
    };
    match project.deliver(store, &plan, Go { stop, limit: None }, began, |_: Event| {}).await {
        Ok(sent) => {
            let is_done = sent.unwrap().report.counts.open() == 0;
            assert_eq!(is_done, run != Run::Killed, "a run that is not killed finishes its issue");
            Outcome::Sent(paths(issue))
        }
        Err(error) => {
            assert_eq!(run, Run::Unreachable, "{error}");
            Outcome::Failed
        }
    }
}

fn paths(issue: &Issue) -> super::model::Carried {
    issue.articles.iter().map(|article| article.path.clone()).collect()
}
