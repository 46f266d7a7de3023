//! `tidings lint`

use serde::Serialize;

use super::compose::tell_nothing;
use super::report::{Failure, Verdict};
use super::table::{self, counted};
use super::what;
use super::{Format, Global};
use crate::files;
use crate::lint::{self, Finding, Group, Severity};
use crate::pipeline::Plan;

/// Of findings alike, how many are shown without `-v`.
const FEW: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A digest, whose next issue is looked at; an issue: weekly@2026-01-14, or its folder; or the file of any message
    #[arg(value_name = "DIGEST|ISSUE|FILE.eml")]
    what: Option<String>,
}

/// A finding as a line of JSON.
#[derive(Serialize)]
struct Row<'a> {
    severity: &'static str,
    rule: &'static str,
    /// `message`, `header`, `html` or `text`.
    part: &'static str,
    /// The header's name, or the element's tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    what: &'a str,
    remedy: &'static str,
    source: &'static str,
}

impl<'a> Row<'a> {
    fn of(finding: &'a Finding) -> Self {
        let Finding { rule, place, what } = finding;
        Self {
            severity: rule.severity.name(),
            rule: rule.id,
            part: place.part(),
            name: place.name(),
            line: place.line(),
            what,
            remedy: rule.remedy,
            source: rule.source,
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let what = args.what.as_deref();
    if let Some(file) = what::message(what) {
        return tell(global, &file.display().to_string(), &lint::lint(&files::read(file)?, None));
    }
    let project = global.project()?;
    let found = what::find(&project, what).await?;
    if let Some((digest, Plan::Nothing(nothing))) = found.plan() {
        tell_nothing(global, digest, nothing);
    }
    match found.issue() {
        Some(issue) => tell(global, &issue.key.to_string(), &project.lint(issue)?),
        None => Ok(Verdict::Done),
    }
}

fn tell(global: &Global, what: &str, findings: &[Finding]) -> Result<Verdict, Failure> {
    if global.format == Format::Json {
        for finding in findings {
            table::json(&Row::of(finding))?;
        }
    } else {
        for group in lint::grouped(findings) {
            print(&group, global.verbose > 0)?;
        }
    }
    let count = |severity| findings.iter().filter(|one| one.rule.severity == severity).count() as u64;
    let counts = [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| counted(count(severity), severity.name()));
    global.say(format_args!("{what}: {}", counts.join(", ")));
    Ok(if lint::has_errors(findings) { Verdict::Content } else { Verdict::Done })
}

/// What one rule found, for people: what, where, what to do and who asks for it. Of much alike the first few are
/// shown, or all.
fn print(group: &Group<'_>, all: bool) -> Result<(), Failure> {
    let Group { rule, findings } = group;
    let colour = match rule.severity {
        Severity::Error => anstyle::AnsiColor::Red,
        Severity::Warning => anstyle::AnsiColor::Yellow,
        Severity::Note => anstyle::AnsiColor::Cyan,
    };
    let (style, dim) = (colour.on_default().bold(), anstyle::Style::new().dimmed());
    let (what, count) = match findings.as_slice() {
        [one] => (one.what.as_str(), String::new()),
        many => (rule.what, format!(" {} times", many.len())),
    };
    let severity = rule.severity.name();
    table::data(format_args!(
        "{style}{severity}:{style:#} {} {dim}[{}]{dim:#}{count}",
        plain(what),
        rule.id
    ))?;
    let shown = if all { findings.len() } else { FEW.min(findings.len()) };
    for finding in &findings[..shown] {
        let place = plain(&finding.place.to_string());
        if findings.len() == 1 {
            table::data(format_args!("  {place}"))?;
        } else {
            table::data(format_args!("  {place}: {}", plain(&finding.what)))?;
        }
    }
    if shown < findings.len() {
        table::data(format_args!("  and {} more, which -v shows", findings.len() - shown))?;
    }
    table::data(format_args!("  {}\n  {dim}{}{dim:#}", rule.remedy, rule.source))
}

/// A text without what a terminal would obey, for a message may hold it.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
