//! `tidings status`

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::issue::Named;
use super::report::{Failure, Verdict};
use super::table::{self, Table};
use super::{Format, Global};
use crate::delivery::{Delivery, State};
use crate::issue::IssueKey;
use crate::pipeline::{Error, Project};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Counts, Stage, Started, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder; without one, all that were started
    issue: Option<Named>,
    /// List each recipient
    #[arg(long, requires = "issue")]
    recipients: bool,
    /// List only recipients in this state
    #[arg(long, requires = "recipients", value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// Show the counts again each second until nothing is open
    #[arg(long, requires = "issue", conflicts_with = "recipients")]
    watch: bool,
}

fn state(name: &str) -> Result<State, String> {
    State::named(name).ok_or_else(|| {
        let names: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        format!("write one of {}", names.join(", "))
    })
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let store = Global::store(&project, Mode::ReadOnly)?;
    let Some(issue) = &args.issue else {
        return overview(global, &store).await;
    };
    let key = issue.of(&project)?;
    let Some(mut started) = store.issue(key).await? else {
        return never_started(global, &project, key);
    };
    if args.recipients {
        return recipients(global, store.deliveries(key, args.state).await?);
    }
    loop {
        let counts = store.counts(key).await?;
        one(global, &started, &counts)?;
        if !args.watch || started.stage != Stage::Sending {
            return Ok(Verdict::Done);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        started = store.issue(key).await?.unwrap_or(started);
    }
}

fn never_started(global: &Global, project: &Project, key: &IssueKey) -> Result<Verdict, Failure> {
    match project.digests().read(key)? {
        Some(_) => global.say(format_args!("{key} is a draft: nobody got it yet")),
        None => return Err(Error::UnknownIssue(key.clone()).into()),
    }
    Ok(Verdict::Done)
}

/// All started issues, the latest first.
async fn overview(global: &Global, store: &Sqlite) -> Result<Verdict, Failure> {
    let mut table =
        Table::new(&["issue", "stage", "started", "accepted", "of", "open", "not delivered", "subject"], 7);
    let issues = store.issues(None).await?;
    for started in &issues {
        let counts = store.counts(&started.key).await?;
        if global.format == Format::Json {
            table::json(&Line::of(started, &counts))?;
            continue;
        }
        let failed = failed(&counts);
        table.row([
            started.key.to_string(),
            stage(started),
            started.started.format("%F %R UTC").to_string(),
            counts.of(State::Accepted).to_string(),
            counts.total().to_string(),
            counts.open().to_string(),
            failed.to_string(),
            started.subject.clone(),
        ]);
    }
    table.print()?;
    if issues.is_empty() {
        global.say("no issue was started yet");
    }
    Ok(Verdict::Done)
}

/// How many deliveries ended otherwise than accepted.
fn failed(counts: &Counts) -> u64 {
    counts.total() - counts.of(State::Accepted) - counts.open()
}

fn stage(started: &Started) -> String {
    let channel = if started.channel.is_maildir() { " (Maildir)" } else { "" };
    format!("{}{channel}", started.stage.name())
}

/// One issue.
fn one(global: &Global, started: &Started, counts: &Counts) -> Result<(), Failure> {
    if global.format == Format::Json {
        return table::json(&Line::of(started, counts));
    }
    let mut table = Table::new(&["issue", "stage", "started", "subject"], 3);
    table.row([
        started.key.to_string(),
        stage(started),
        started.started.format("%F %R UTC").to_string(),
        started.subject.clone(),
    ]);
    table.print()?;
    table::data("")?;
    let mut table = Table::new(&["deliveries", ""], 1);
    for state in State::ALL.into_iter().filter(|state| counts.of(*state) > 0 || *state == State::Accepted) {
        table.row([state.name().to_owned(), counts.of(state).to_string()]);
    }
    table.row(["in all".to_owned(), counts.total().to_string()]);
    table.print()
}

/// Each recipient and how it went.
fn recipients(global: &Global, deliveries: Vec<Delivery>) -> Result<Verdict, Failure> {
    let mut table = Table::new(&["address", "state", "attempts", "changed", "reply"], 4);
    for delivery in deliveries {
        if global.format == Format::Json {
            table::json(&Row::of(&delivery))?;
            continue;
        }
        table.row([
            delivery.address.to_string(),
            delivery.state.name().to_owned(),
            delivery.attempts.to_string(),
            delivery.changed.map_or_else(String::new, |at| at.format("%F %T UTC").to_string()),
            delivery.reply.map_or_else(String::new, |reply| reply.to_string()),
        ]);
    }
    table.print()?;
    Ok(Verdict::Done)
}

/// An issue as a line of JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    issue: String,
    digest: &'a str,
    stage: &'static str,
    channel: &'static str,
    list: &'a str,
    hash: &'a str,
    subject: &'a str,
    articles: u64,
    started: String,
    ended: Option<String>,
    counts: BTreeMap<&'static str, u64>,
}

impl<'a> Line<'a> {
    fn of(started: &'a Started, counts: &Counts) -> Self {
        Self {
            issue: started.key.to_string(),
            digest: &started.key.digest,
            stage: started.stage.name(),
            channel: started.channel.name(),
            list: &started.list,
            hash: &started.hash,
            subject: &started.subject,
            articles: started.articles,
            started: started.started.to_rfc3339(),
            ended: started.ended.map(|at| at.to_rfc3339()),
            counts: counts.0.iter().map(|(state, count)| (state.name(), *count)).collect(),
        }
    }
}

/// A delivery as a line of JSON.
#[derive(Debug, Serialize)]
struct Row {
    address: String,
    state: &'static str,
    attempts: u32,
    changed: Option<String>,
    due: Option<String>,
    reply: Option<String>,
}

impl Row {
    fn of(delivery: &Delivery) -> Self {
        Self {
            address: delivery.address.to_string(),
            state: delivery.state.name(),
            attempts: delivery.attempts,
            changed: delivery.changed.map(|at| at.to_rfc3339()),
            due: delivery.due.map(|at| at.to_rfc3339()),
            reply: delivery.reply.as_ref().map(ToString::to_string),
        }
    }
}
