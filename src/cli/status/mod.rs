//! `tidings status`

mod shown;
mod recipients;
mod watch;

use serde::Serialize;

use self::recipients::Filter;
use self::shown::{Line, View};
use super::issue::Named;
use super::report::{Failure, Verdict};
use super::table::{self, Table};
use super::{Format, Global};
use crate::delivery::State;
use crate::issue::IssueKey;
use crate::pipeline::{Error, Project};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Counts, Started, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder; without one, all that were started
    issue: Option<Named>,
    /// List each recipient; JSON and CSV also have the first attempt and the Message-ID
    #[arg(long, requires = "issue")]
    recipients: bool,
    #[command(flatten)]
    filter: Filter,
    /// Show it again whenever it changes, until the issue has ended
    #[arg(long, requires = "issue", conflicts_with = "recipients")]
    watch: bool,
}

impl Args {
    /// Whether it answers in rows that are alike.
    pub(super) fn has_rows(&self) -> bool {
        self.issue.is_none() || self.recipients
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let store = Global::store(&project, Mode::ReadOnly)?;
    let Some(issue) = &args.issue else {
        return overview(global, &store).await;
    };
    let key = issue.of(&project)?;
    let Some(view) = View::of(&project, &store, key).await? else {
        return never_started(global, &project, key);
    };
    if args.recipients {
        return recipients::list(global, &project, &store, &view.account.started, &args.filter).await;
    }
    if args.watch {
        return watch::watch(global, &project, &store, view).await;
    }
    if global.format == Format::Json {
        table::json(&view.line())?;
    } else {
        view.lines(table::columns()).iter().try_for_each(table::data)?;
    }
    Ok(Verdict::Done)
}

fn never_started(global: &Global, project: &Project, key: &IssueKey) -> Result<Verdict, Failure> {
    match project.digests().read(key)? {
        Some(_) => global.say(format_args!("{key} is a draft: nobody got it yet")),
        None => return Err(Error::UnknownIssue(key.clone()).into()),
    }
    Ok(Verdict::Done)
}

/// A started issue among others.
#[derive(Debug, Serialize)]
struct Row {
    issue: String,
    stage: String,
    started: String,
    accepted: u64,
    of: u64,
    open: u64,
    not_delivered: u64,
    subject: String,
}

impl Row {
    fn of(started: &Started, counts: &Counts) -> Self {
        Self {
            issue: started.key.to_string(),
            stage: shown::stage(started),
            started: shown::minute(started.started),
            accepted: counts.of(State::Accepted),
            of: counts.total(),
            open: counts.open(),
            not_delivered: counts.total() - counts.of(State::Accepted) - counts.open(),
            subject: started.subject.clone(),
        }
    }
}

/// All started issues, the latest first.
async fn overview(global: &Global, store: &Sqlite) -> Result<Verdict, Failure> {
    let mut rows = Vec::new();
    let issues = store.issues(None).await?;
    for started in &issues {
        let counts = store.counts(&started.key).await?;
        if global.format == Format::Json {
            table::json(&Line::of(started, &counts))?;
        } else {
            rows.push(Row::of(started, &counts));
        }
    }
    if global.format == Format::Csv {
        table::csv(rows)?;
    } else {
        print(rows)?;
    }
    if issues.is_empty() {
        global.say("no issue was started yet");
    }
    Ok(Verdict::Done)
}

fn print(rows: Vec<Row>) -> Result<(), Failure> {
    let mut table =
        Table::new(&["issue", "stage", "started", "accepted", "of", "open", "not delivered", "subject"], 7);
    for row in rows {
        let [accepted, of, open, failed] =
            [row.accepted, row.of, row.open, row.not_delivered].map(|count| count.to_string());
        table.row([row.issue, row.stage, row.started, accepted, of, open, failed, row.subject]);
    }
    table.print()
}
