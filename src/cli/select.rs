//! `tidings select`

use chrono::{DateTime, NaiveDate, Utc};

use super::report::{Failure, Verdict};
use super::row::{Row, sameness};
use super::table::{self, Table};
use super::{Format, Global, story};
use crate::article::Moment;
use crate::composer::Trimmed;
use crate::pipeline::{Basis, Project};
use crate::selection::{Caps, Filter, Grouping, Order, Reason, Selection, Terms, Window};
use crate::selector::{self, Edits, History, Query};
use crate::store::sqlite::Mode;
use crate::term::Term;

/// Without DIGEST, the options search all articles.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The digest whose next issue is asked about
    digest: Option<String>,
    /// List every article passed over, and why; with ARTICLE, tell all about that one
    #[arg(long, value_name = "ARTICLE", num_args = 0..=1, default_missing_value = "")]
    explain: Option<String>,
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
    Coverage,
}

impl From<OrderArg> for Order {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Newest => Self::Newest,
            OrderArg::Oldest => Self::Oldest,
            OrderArg::Weight => Self::Weight,
            OrderArg::Title => Self::Title,
            OrderArg::Coverage => Self::Coverage,
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
    let (digest, article) = args.asked(&project);
    let is_explained = args.explain.is_some();
    let selection = match (digest, article) {
        (Some(name), article) => {
            let digest = project.digest(name)?;
            let store = Global::store(&project, Mode::ReadOnly)?;
            if let Some(article) = article {
                story::tell(global, &project, &project.explain(&store, digest, article).await?)?;
                return Ok(Verdict::Done);
            }
            project.next(&store, digest, is_explained).await?
        }
        (None, Some(_)) => {
            let why = "name the digest too: tidings select DIGEST --explain ARTICLE";
            return Err(Failure::plain(Verdict::Usage, why.to_owned()));
        }
        (None, None) => args.search.of(&project, is_explained)?,
    };
    print(global, &project, &selection, is_explained)?;
    Ok(Verdict::Done)
}

impl Args {
    /// The digest and the article that are asked about. `select --explain weekly` means the digest, and
    /// one that is the only one need not be named.
    fn asked<'a>(&'a self, project: &'a Project) -> (Option<&'a str>, Option<&'a str>) {
        let article = self.explain.as_deref().filter(|article| !article.is_empty());
        let mut names = project.config.digests.keys().map(String::as_str);
        match (self.digest.as_deref(), article) {
            (None, Some(name)) if project.config.digests.contains_key(name) => (Some(name), None),
            (None, Some(article)) if names.len() == 1 => (names.next(), Some(article)),
            asked => asked,
        }
    }
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
            mailed: false,
            history: &History::default(),
            duplicates: None,
            order: self.order.into(),
            caps: Caps { total: self.limit, ..Caps::default() },
            headlines: 0,
            edits: &Edits::default(),
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
        for picked in &selection.headlines {
            table::json(&Row::of(&picked.article, zone).headline().included(explain.then_some(true)))?;
        }
        for passed in selection.passed.iter().filter(|_| explain) {
            table::json(&Row::of_passed(passed, zone))?;
        }
        return Ok(());
    }
    let mut table = Table::new(&["date", "title", "source", "path"], 1);
    for picked in selection.carried() {
        let article = &picked.article;
        table.row([
            article.date.map_or_else(String::new, |date| date.day(zone).to_string()),
            article.title.clone(),
            article.publisher().unwrap_or_default().to_owned(),
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
    passed.sort_by_key(|passed| passed.reason.rank());
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

/// How many are picked and passed over; problems are told even where nothing is explained.
fn summarise(global: &Global, selection: &Selection, explained: bool) {
    let (picked, headlines) = (selection.picked.len(), selection.headlines.len());
    let passed = selection.passed.len();
    let mut counts: Vec<(usize, &str)> = Vec::new();
    let mut reasons: Vec<&Reason> = selection.passed.iter().map(|passed| &passed.reason).collect();
    reasons.sort_by_key(|reason| reason.rank());
    for reason in reasons {
        match counts.last_mut() {
            Some((count, name)) if *name == reason.name() => *count += 1,
            _ => counts.push((1, reason.name())),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(count, name)| format!("{count} {name}")).collect();
    let tail = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let all = picked + headlines + passed;
    let more = if headlines == 0 { String::new() } else { format!(", {headlines} more as headlines") };
    global.say(format_args!("{picked} of {all} articles{more}; {passed} passed over{tail}"));
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

/// Says what was wrong with articles, and what the mail had no room for.
pub(super) fn tell_basis(global: &Global, Basis { selection, withheld }: &Basis) {
    warn_of_problems(global, selection);
    let yellow = anstyle::AnsiColor::Yellow.on_default();
    for (path, why) in &withheld.unfit {
        global.say(format_args!("{yellow}problem:{yellow:#} {path}: {why}, so that its summary is shown"));
    }
    let trimmed = &withheld.trimmed;
    let (last, shown) = match trimmed {
        Trimmed { headlines: 0, summaries, .. } => (*summaries, "without its body"),
        Trimmed { headlines, .. } => (*headlines, "as a headline"),
    };
    if !trimmed.is_none() {
        let which = if last == 1 {
            "the last story is".to_owned()
        } else {
            format!("each of the last {last} stories is")
        };
        global.say(format_args!("shortened, for Gmail hides what is beyond 102 KB: {which} shown {shown}"));
    }
    if trimmed.over > 0 {
        let stories = selection.picked.len() + selection.headlines.len();
        let remedy = match trimmed.room(stories) {
            room if stories > 20 && room > 1 => format!(
                "there is room for about {room} stories of these {stories}: set the digest's `limit`, or choose by tags"
            ),
            _ => {
                "what config.toml puts around the stories is too much: shorten the digest's `intro`, or the \
                  `header` or `footer` of [brand]"
                    .to_owned()
            }
        };
        global.say(format_args!(
            "too large even so, and `send` refuses it: Gmail hides the last {} KB, with the link to unsubscribe; {remedy}",
            trimmed.over.div_ceil(1000),
        ));
    }
}
