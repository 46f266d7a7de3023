//! `tidings compose`

use super::report::{Failure, Verdict};
use super::select::warn_of_problems;
use super::{Global, table};
use crate::pipeline::{Composed, Nothing};
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The digest whose next issue is composed
    digest: String,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let digest = project.digest(&args.digest)?;
    let _lock = project.lock(&digest.name)?;
    let store = Global::store(&project, Mode::ReadOnly)?;
    match project.compose(&store, digest).await? {
        Composed::Nothing(nothing) => tell_nothing(global, &digest.name, &nothing),
        Composed::Issue(issue, selection) => {
            warn_of_problems(global, &selection);
            let folder = project.write_draft(&store, &issue).await?;
            global.say(format_args!("{}: {} articles, “{}”", issue.key, issue.articles.len(), issue.subject));
            table::data(folder.display())?;
        }
    }
    Ok(Verdict::Done)
}

/// Says why there is no issue.
pub(super) fn tell_nothing(global: &Global, digest: &str, nothing: &Nothing) {
    warn_of_problems(global, &nothing.selection);
    match nothing.found {
        0 => global.say(format_args!("{digest}: nothing new to carry; nothing is sent")),
        found => global.say(format_args!(
            "{digest}: {found} new to carry, fewer than min_articles = {}; nothing is sent",
            nothing.needed
        )),
    }
}
