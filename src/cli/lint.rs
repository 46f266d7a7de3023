//! `tidings lint`

use std::path::Path;

use serde::Serialize;

use super::compose::tell_nothing;
use super::issue::Named;
use super::preview::only_digest;
use super::report::{Failure, Verdict};
use super::table::{self, counted};
use super::{Format, Global};
use crate::files;
use crate::issue::Issue;
use crate::lint::{self, Finding, Severity};
use crate::pipeline::{Error, Plan, Project, Target, Which};
use crate::store::Store as _;
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A digest, whose next issue is looked at; an issue: weekly@2026-01-14, or its folder; or any message
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

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let what = args.what.as_deref();
    if let Some(file) = what.map(Path::new).filter(|path| is_eml(path)) {
        return tell(global, &file.display().to_string(), &lint::lint(&files::read(file)?, None));
    }
    let project = global.project()?;
    match issue(global, &project, what).await? {
        Some(issue) => tell(global, &issue.key.to_string(), &project.lint(&issue)?),
        None => Ok(Verdict::Done),
    }
}

fn is_eml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"))
}

/// The issue asked for: one of `digests/` or the store, also a finished one; or a digest's next.
async fn issue(global: &Global, project: &Project, what: Option<&str>) -> Result<Option<Issue>, Failure> {
    let store = Global::store(project, Mode::ReadOnly)?;
    if let Some(named) = what.and_then(|what| what.parse::<Named>().ok()) {
        let key = named.of(project)?;
        project.digest(&key.digest)?;
        return match store.frozen(key).await? {
            Some(issue) => Ok(Some(issue)),
            None => match project.digests().read(key)? {
                Some(issue) => Ok(Some(issue)),
                None => Err(Error::UnknownIssue(key.clone()).into()),
            },
        };
    }
    let digest = only_digest(project, what)?;
    let plan = project.plan(&store, &Target::Next { digest: digest.clone(), which: Which::Due }).await?;
    if let Plan::Nothing(nothing) = &plan {
        tell_nothing(global, &digest, nothing);
    }
    Ok(plan.issue().cloned())
}

fn tell(global: &Global, what: &str, findings: &[Finding]) -> Result<Verdict, Failure> {
    for finding in findings {
        let Finding { rule, place, what } = finding;
        if global.format == Format::Json {
            table::json(&Row {
                severity: rule.severity.name(),
                rule: rule.id,
                part: place.part(),
                name: place.name(),
                line: place.line(),
                what,
                remedy: rule.remedy,
                source: rule.source,
            })?;
        } else {
            print(finding)?;
        }
    }
    let count = |severity| findings.iter().filter(|one| one.rule.severity == severity).count() as u64;
    let counts = [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| counted(count(severity), severity.name()));
    global.say(format_args!("{what}: {}", counts.join(", ")));
    Ok(if lint::has_errors(findings) { Verdict::Content } else { Verdict::Done })
}

/// One finding, for people: what and where, and below it what to do and who asks for it.
fn print(finding: &Finding) -> Result<(), Failure> {
    let Finding { rule, place, what } = finding;
    let colour = match rule.severity {
        Severity::Error => anstyle::AnsiColor::Red,
        Severity::Warning => anstyle::AnsiColor::Yellow,
        Severity::Note => anstyle::AnsiColor::Cyan,
    };
    let (style, dim) = (colour.on_default().bold(), anstyle::Style::new().dimmed());
    // A message may hold what a terminal would obey.
    let plain =
        |text: &str| -> String { text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
    table::data(format_args!(
        "{style}{}:{style:#} {} {dim}[{}]{dim:#}\n  {}\n  {}\n  {dim}{}{dim:#}",
        rule.severity.name(),
        plain(what),
        rule.id,
        plain(&place.to_string()),
        rule.remedy,
        rule.source,
    ))
}
