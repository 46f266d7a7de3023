//! One issue, as it is shown.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::report::Failure;
use super::super::table::Table;
use super::super::words::{count, per_minute, span};
use crate::delivery::{Delivery, State};
use crate::issue::IssueKey;
use crate::pipeline::{Account, Cause, Project};
use crate::store::sqlite::Sqlite;
use crate::store::{Counts, Stage, Started, Store as _};

/// How many causes people are shown.
const CAUSES: usize = 10;
/// How many are in a line of JSON.
const ALL_CAUSES: usize = 100;
/// How many of the slowest replies are shown.
const SLOWEST: usize = 5;

/// All that is shown of an issue.
pub(super) struct View {
    pub(super) account: Account,
    causes: Vec<Cause>,
    slowest: Vec<Delivery>,
}

impl View {
    /// `None` where the issue was not started.
    pub(super) async fn of(
        project: &Project,
        store: &Sqlite,
        key: &IssueKey,
    ) -> Result<Option<Self>, Failure> {
        let Some(account) = project.account(store, key).await? else { return Ok(None) };
        let causes = project.causes(store, key).await?;
        let slowest = store.slowest(key, SLOWEST).await?;
        Ok(Some(Self { account, causes, slowest }))
    }

    /// For people.
    pub(super) fn lines(&self, columns: Option<usize>) -> Vec<String> {
        let Account { started, counts, .. } = &self.account;
        let mut table = Table::new(&["issue", "stage", "started", "subject"], 3);
        table.row([
            started.key.to_string(),
            stage(started),
            minute(started.started),
            started.subject.clone(),
        ]);
        let mut parts = vec![table.lines(columns)];
        let mut table = Table::new(&["deliveries", ""], 1);
        for state in State::ALL.into_iter().filter(|state| counts.of(*state) > 0 || *state == State::Accepted)
        {
            table.row([state.name().to_owned(), counts.of(state).to_string()]);
        }
        table.row(["in all".to_owned(), counts.total().to_string()]);
        parts.push(table.lines(columns));
        parts.push(facts(&self.account));
        parts.push(self.why(columns));
        parts.push(self.slow(columns));
        parts.retain(|part| !part.is_empty());
        parts.join(&String::new())
    }

    fn why(&self, columns: Option<usize>) -> Vec<String> {
        let mut table = Table::new(&["why", "", "next try", "reply"], 3);
        for cause in self.causes.iter().take(CAUSES) {
            table.row([
                cause.state.name().to_owned(),
                cause.count.to_string(),
                cause.due.map_or_else(String::new, |due| due.format("%T UTC").to_string()),
                said(cause),
            ]);
        }
        let mut lines = table.lines(columns);
        if self.causes.len() > CAUSES {
            lines.push(format!("and {} other replies: --recipients has them", self.causes.len() - CAUSES));
        }
        lines
    }

    fn slow(&self, columns: Option<usize>) -> Vec<String> {
        let mut table = Table::new(&["slowest reply", "address", "state", "reply"], 3);
        for one in &self.slowest {
            table.row([
                one.waited.map_or_else(String::new, |time| format!("{:.1} s", time.as_secs_f64())),
                one.address.to_string(),
                one.state.name().to_owned(),
                one.reply.as_ref().map_or_else(String::new, ToString::to_string),
            ]);
        }
        table.lines(columns)
    }

    /// For programs.
    pub(super) fn line(&self) -> Line<'_> {
        let Account { started, counts, pace, due, run } = &self.account;
        let seconds = |time: Duration| time.as_secs_f64().round();
        Line {
            detail: Some(Detail {
                per_minute: Rates { now: pace.now, whole: pace.whole },
                seconds_left: pace.left.map(seconds),
                due: due.map(|at| at.to_rfc3339()),
                run: run.as_deref(),
                causes: self.causes.iter().take(ALL_CAUSES).map(Reason::of).collect(),
                slowest: self.slowest.iter().map(Slow::of).collect(),
            }),
            ..Line::of(started, counts)
        }
    }
}

/// How fast it goes, how long it will take, and who is at it: what there is to say, a line each.
fn facts(account: &Account) -> Vec<String> {
    let Account { started, counts, pace, due, run } = account;
    let is_sending = started.stage == Stage::Sending;
    let mut facts: Vec<(&str, String)> = Vec::new();
    match (pace.now, pace.whole) {
        (Some(now), Some(whole)) => {
            facts.push(("rate", format!("{} now, {} while it is sent", per_minute(now), per_minute(whole))));
        }
        (None, Some(whole)) => facts.push(("rate", format!("{} while it was sent", per_minute(whole)))),
        _ => {}
    }
    if let Some(left) = pace.left {
        let queued = counts.of(State::Queued) + counts.of(State::Attempting);
        facts.push(("left", format!("{} for the {} not tried yet", span(left), count(queued))));
    }
    if let Some(due) = due.filter(|_| is_sending) {
        facts.push(("deferred", format!("next try at {}", due.format("%F %T UTC"))));
    }
    if let Some(paused) = started.paused {
        let since = paused.format("%F %T UTC");
        facts.push(("paused", format!("since {since}; `tidings resume {}` lets it go on", started.key)));
    }
    match run {
        Some(run) => facts.push(("run", run.clone())),
        None if is_sending && started.paused.is_none() => {
            facts.push(("run", format!("none; `tidings send {}` goes on with it", started.key)));
        }
        None => {}
    }
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    facts.iter().map(|(name, fact)| format!("{name:width$}  {fact}")).collect()
}

fn said(cause: &Cause) -> String {
    let code = cause.code.map(|code| code.to_string());
    let words = [code.as_deref(), cause.status.as_deref(), Some(cause.text.trim())];
    words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn stage(started: &Started) -> String {
    let paused = if started.paused.is_some() { ", paused" } else { "" };
    let channel = if started.channel.is_maildir() { " (Maildir)" } else { "" };
    format!("{}{paused}{channel}", started.stage.name())
}

pub(super) fn minute(at: DateTime<Utc>) -> String {
    at.format("%F %R UTC").to_string()
}

/// An issue as a line of JSON.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
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
    paused: Option<String>,
    counts: BTreeMap<&'static str, u64>,
    #[serde(flatten)]
    detail: Option<Detail<'a>>,
}

/// What is told of one issue, and not of each of many.
#[derive(Debug, Serialize)]
struct Detail<'a> {
    per_minute: Rates,
    seconds_left: Option<f64>,
    due: Option<String>,
    run: Option<&'a str>,
    causes: Vec<Reason<'a>>,
    slowest: Vec<Slow>,
}

#[derive(Debug, Serialize)]
struct Rates {
    now: Option<f64>,
    whole: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Reason<'a> {
    state: &'static str,
    code: Option<u16>,
    status: Option<&'a str>,
    text: &'a str,
    count: u64,
    due: Option<String>,
}

#[derive(Debug, Serialize)]
struct Slow {
    address: String,
    state: &'static str,
    seconds: Option<f64>,
    reply: Option<String>,
}

impl<'a> Line<'a> {
    pub(super) fn of(started: &'a Started, counts: &Counts) -> Self {
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
            paused: started.paused.map(|at| at.to_rfc3339()),
            counts: counts.0.iter().map(|(state, count)| (state.name(), *count)).collect(),
            detail: None,
        }
    }
}

impl<'a> Reason<'a> {
    fn of(cause: &'a Cause) -> Self {
        Self {
            state: cause.state.name(),
            code: cause.code,
            status: cause.status.as_deref(),
            text: cause.text.trim(),
            count: cause.count,
            due: cause.due.map(|at| at.to_rfc3339()),
        }
    }
}

impl Slow {
    fn of(delivery: &Delivery) -> Self {
        Self {
            address: delivery.address.to_string(),
            state: delivery.state.name(),
            seconds: delivery.waited.map(|time| time.as_secs_f64()),
            reply: delivery.reply.as_ref().map(ToString::to_string),
        }
    }
}
