//! `tidings select`

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::report::{Failure, Verdict};
use super::table::{self, Table};
use super::{Format, Global};
use crate::article::{Article, Moment};
use crate::pipeline::Project;
use crate::selection::{Filter, Grouping, Order, Reason, Sameness, Selection, Terms, Window};
use crate::selector::{self, History, Query};
use crate::store::sqlite::Mode;
use crate::term::Term;

/// Without DIGEST, the options search all articles.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The digest whose next issue is asked about
    digest: Option<String>,
    /// List every article passed over, and why
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    search: Search,
}

/// A search of all articles.
#[derive(Debug, clap::Args)]
#[group(multiple = true, conflicts_with = "digest")]
#[command(next_help_heading = "Searching all articles")]
struct Search {
    /// Dated on this day, or at this instant, or later
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Moment>,
    /// Dated on this day or earlier, or before this instant
    #[arg(long, value_name = "DATE", value_parser = moment)]
    until: Option<Moment>,
    /// Having this tag, or another one given so
    #[arg(long, value_name = "T")]
    tag: Vec<String>,
    /// Having this tag, and every other one given so
    #[arg(long, value_name = "T")]
    all_tag: Vec<String>,
    /// Not having this tag
    #[arg(long, value_name = "T")]
    not_tag: Vec<String>,
    /// In this category, or another one given so
    #[arg(long, value_name = "C")]
    category: Vec<String>,
    /// From this source, or another one given so
    #[arg(long, value_name = "S")]
    source: Vec<String>,
    /// In this section, or another one given so
    #[arg(long, value_name = "S")]
    section: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// In which order
    #[arg(long, value_enum, default_value_t = OrderArg::Newest)]
    order: OrderArg,
    /// Drafts too
    #[arg(long)]
    drafts: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum OrderArg {
    Newest,
    Oldest,
    Weight,
    Title,
}

impl From<OrderArg> for Order {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Newest => Self::Newest,
            OrderArg::Oldest => Self::Oldest,
            OrderArg::Weight => Self::Weight,
            OrderArg::Title => Self::Title,
        }
    }
}

/// A day, or an instant.
fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(Moment::Day(day));
    }
    DateTime::parse_from_rfc3339(text)
        .map(Moment::Instant)
        .map_err(|_| "write a day, 2026-01-13, or an instant, 2026-01-13T09:00:00Z".to_owned())
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let selection = match &args.digest {
        Some(name) => {
            let digest = project.digest(name)?;
            let store = Global::store(&project, Mode::ReadOnly)?;
            project.readable(&store, digest, args.explain).await?.0
        }
        None => args.search.of(&project, args.explain)?,
    };
    print(global, &project, &selection, args.explain)?;
    Ok(Verdict::Done)
}

impl Search {
    fn of(&self, project: &Project, explain: bool) -> Result<Selection, Failure> {
        let zone = project.config.site.timezone;
        let terms = |texts: &[String]| texts.iter().map(|text| Term::new(text)).collect::<Vec<_>>();
        let any = |texts: &[String]| Terms { any: terms(texts), ..Terms::default() };
        let filter = Filter {
            tags: Terms { any: terms(&self.tag), all: terms(&self.all_tag), none: terms(&self.not_tag) },
            categories: any(&self.category),
            sources: any(&self.source),
            sections: any(&self.section),
        };
        let utc = |instant: DateTime<chrono::FixedOffset>| -> DateTime<Utc> { instant.to_utc() };
        let query = Query {
            now: project.clock.now(),
            zone,
            window: Window {
                since: self.since.map(|moment| utc(moment.start(zone))),
                until: self.until.map(|moment| utc(moment.end(zone))),
            },
            filter: &filter,
            drafts: self.drafts,
            addressed: false,
            history: &History::default(),
            duplicates: None,
            order: self.order.into(),
            limit: self.limit,
            grouping: &Grouping::None,
        };
        Ok(selector::select(project.library(&query, explain)?, &query))
    }
}

/// Writes a selection: what is picked, and with `explain` what is passed over and why.
fn print(global: &Global, project: &Project, selection: &Selection, explain: bool) -> Result<(), Failure> {
    let zone = project.config.site.timezone;
    if global.format == Format::Json {
        for picked in &selection.picked {
            table::json(&Row::of(&picked.article, zone).included(explain.then_some(true)))?;
        }
        for passed in selection.passed.iter().filter(|_| explain) {
            let line = passed.article.as_ref().map_or_else(Row::default, |article| Row::of(article, zone));
            table::json(&Row { path: &passed.path, ..line }.included(Some(false)).because(&passed.reason))?;
        }
        return Ok(());
    }
    let mut table = Table::new(&["date", "title", "source", "path"], 1);
    for picked in &selection.picked {
        let article = &picked.article;
        table.row([
            article.date.map_or_else(String::new, |date| date.day(zone).to_string()),
            article.title.clone(),
            article.source_name().unwrap_or_default().to_owned(),
            article.path.clone(),
        ]);
    }
    table.print()?;
    if explain {
        table::data("")?;
        explain_passed(selection)?;
    }
    summarise(global, selection, explain);
    Ok(())
}

/// Every article passed over, those with the same reason together.
fn explain_passed(selection: &Selection) -> Result<(), Failure> {
    let mut passed: Vec<_> = selection.passed.iter().collect();
    passed.sort_by_key(|passed| rank(&passed.reason));
    let mut table = Table::new(&["reason", "path", "title"], 2);
    for passed in passed {
        let (path, what) = match &passed.reason {
            Reason::Problem { line, message } => {
                let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                (format!("{}{line}", passed.path), message.clone())
            }
            Reason::Duplicate { of, by } => (passed.path.clone(), sameness(of, by)),
            _ => (passed.path.clone(), passed.article.as_ref().map_or_else(String::new, |a| a.title.clone())),
        };
        table.row([passed.reason.name().to_owned(), path, what]);
    }
    table.print()
}

/// What shows that an article is the same as that at `of`.
fn sameness(of: &str, by: &Sameness) -> String {
    match by {
        Sameness::Link => format!("the same link as {of}"),
        Sameness::Title { percent, issue: None } => format!("{percent} % the title of {of}"),
        Sameness::Title { percent, issue: Some(issue) } => {
            format!("{percent} % the title of {of}, carried in {issue}")
        }
    }
}

/// How many are picked and passed over; problems are told even where nothing is explained.
fn summarise(global: &Global, selection: &Selection, explained: bool) {
    let (picked, passed) = (selection.picked.len(), selection.passed.len());
    let mut counts: Vec<(usize, &str)> = Vec::new();
    let mut reasons: Vec<&Reason> = selection.passed.iter().map(|passed| &passed.reason).collect();
    reasons.sort_by_key(|reason| rank(reason));
    for reason in reasons {
        match counts.last_mut() {
            Some((count, name)) if *name == reason.name() => *count += 1,
            _ => counts.push((1, reason.name())),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(count, name)| format!("{count} {name}")).collect();
    let tail = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    global.say(format_args!("{picked} of {} articles; {passed} passed over{tail}", picked + passed));
    if !explained {
        warn_of_problems(global, selection);
    }
}

/// Lists the files that could not be read as articles on stderr.
pub(super) fn warn_of_problems(global: &Global, selection: &Selection) {
    let yellow = anstyle::AnsiColor::Yellow.on_default();
    for passed in &selection.passed {
        if let Reason::Problem { line, message } = &passed.reason {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            global.say(format_args!("{yellow}problem:{yellow:#} {}{line}: {message}", passed.path));
        }
    }
}

/// The place of a reason in the order in which they are looked for.
fn rank(reason: &Reason) -> u8 {
    match reason {
        Reason::Problem { .. } => 0,
        Reason::Undated => 1,
        Reason::Draft => 2,
        Reason::Future => 3,
        Reason::Expired => 4,
        Reason::OptedOut => 5,
        Reason::TooOld => 6,
        Reason::TooNew => 7,
        Reason::Terms => 8,
        Reason::Carried => 9,
        Reason::Duplicate { .. } => 10,
        Reason::NoAddress => 11,
        Reason::OverSource => 12,
        Reason::OverTag => 13,
        Reason::OverLimit => 14,
    }
}

/// An article as a line of JSON.
#[derive(Debug, Default, Serialize)]
struct Row<'a> {
    path: &'a str,
    #[serde(flatten)]
    article: Option<Fields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    included: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Fields<'a> {
    title: &'a str,
    date: Option<String>,
    tags: &'a [String],
    categories: &'a [String],
    source: Option<&'a str>,
    section: &'a str,
    url: Option<&'a str>,
    summary: Option<&'a str>,
    image: Option<&'a str>,
    draft: bool,
}

impl<'a> Row<'a> {
    fn of(article: &'a Article, zone: Tz) -> Self {
        let fields = Fields {
            title: &article.title,
            date: article.date.map(|date| date.start(zone).to_rfc3339()),
            tags: &article.tags,
            categories: &article.categories,
            source: article.source.as_deref(),
            section: &article.section,
            url: article.url.as_ref().map(url::Url::as_str),
            summary: article.summary.as_deref().or(article.description.as_deref()),
            image: article.image.as_deref(),
            draft: article.draft,
        };
        Self { path: &article.path, article: Some(fields), ..Self::default() }
    }

    fn included(self, included: Option<bool>) -> Self {
        Self { included, ..self }
    }

    fn because(self, reason: &'a Reason) -> Self {
        let reasoned = Self { reason: Some(reason.name()), ..self };
        match reason {
            Reason::Problem { line, message } => Self { line: *line, message: Some(message), ..reasoned },
            Reason::Duplicate { of, by: Sameness::Link } => Self { of: Some(of), ..reasoned },
            Reason::Duplicate { of, by: Sameness::Title { percent, issue } } => Self {
                of: Some(of),
                similarity: Some(f64::from(*percent) / 100.0),
                issue: issue.as_deref(),
                ..reasoned
            },
            _ => reasoned,
        }
    }
}
