//! `tidings compose`

use super::report::{Failure, Verdict, narrate};
use super::select::{tell_basis, warn_of_problems};
use super::table::counted;
use super::{Global, table};
use crate::config::Digest;
use crate::issue::IssueKey;
use crate::pipeline::{Composed, Marked, Nothing, Project};
use crate::selection::Reason;
use crate::selector::Edits;
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The digest whose next issue is composed
    digest: String,
    /// Have this article in it, in front, whatever window, terms and limits say
    #[arg(long, value_name = "PATH")]
    pin: Vec<String>,
    /// Leave this article out, of this issue and of every later one
    #[arg(long, value_name = "PATH")]
    drop: Vec<String>,
    /// Compose nothing, and count what is on the site already as carried: for a site that moves here
    #[arg(long, conflicts_with_all = ["pin", "drop"])]
    mark_only: bool,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let digest = project.digest(&args.digest)?;
    let _lock = project.lock(&digest.name)?;
    if args.mark_only {
        return mark(global, &project, digest).await;
    }
    let store = Global::store(&project, Mode::ReadOnly)?;
    let edits = Edits { pins: args.pin.clone(), drops: args.drop.clone() };
    match project.compose(&store, digest, &edits).await? {
        Composed::Nothing(nothing) => {
            tell_nothing(global, &digest.name, &nothing);
            tell_discarded(global, project.discard_draft(&store, &digest.name).await?);
        }
        Composed::Issue(issue, basis) => {
            tell_basis(global, &basis);
            let folder = project.write_draft(&store, &issue).await?;
            let articles = counted(issue.articles.len() as u64, "article");
            global.say(format_args!("{}: {articles}, “{}”", issue.key, issue.subject));
            table::data(folder.display())?;
        }
    }
    Ok(Verdict::Done)
}

/// Counts what is there as carried.
async fn mark(global: &Global, project: &Project, digest: &Digest) -> Result<Verdict, Failure> {
    let store = Global::store(project, Mode::ReadWrite)?;
    match project.mark(&store, digest).await? {
        Some(Marked { issue, articles, discarded }) => {
            let articles = counted(articles as u64, "article");
            global.say(format_args!("marked as carried, in {issue}: {articles}; nothing was sent"));
            if project.channel().is_maildir() {
                narrate(format_args!(
                    "this counts for the Maildir in mail.smtp only: when it names a mail server, mark once more"
                ));
            }
            tell_discarded(global, discarded);
        }
        None => global.say(format_args!("{}: there is nothing that was not carried", digest.name)),
    }
    Ok(Verdict::Done)
}

/// Says that a draft is gone, of articles that are not there to carry any more.
pub(super) fn tell_discarded(global: &Global, draft: Option<IssueKey>) {
    if let Some(draft) = draft {
        global.say(format_args!("the draft {draft} is discarded"));
    }
}

/// Says why there is no issue.
pub(super) fn tell_nothing(global: &Global, digest: &str, nothing: &Nothing) {
    warn_of_problems(global, &nothing.selection);
    let passed = nothing.selection.passed.iter();
    let homeless = passed.filter(|passed| passed.reason == Reason::NoAddress).count();
    if homeless > 0 {
        narrate(format_args!(
            "{digest}: {homeless} passed over for want of an address: give [site] its `url`, or the articles a `link`"
        ));
    }
    match nothing.found {
        0 => global.say(format_args!("{digest}: nothing new to carry")),
        found => global.say(format_args!(
            "{digest}: {found} new to carry, fewer than min_articles = {}",
            nothing.needed
        )),
    }
}
