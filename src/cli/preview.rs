//! `tidings preview`

use std::path::PathBuf;

use super::compose::tell_nothing;
use super::report::{Failure, Verdict, narrate};
use super::select::tell_basis;
use super::{Global, table};
use crate::files;
use crate::issue::Issue;
use crate::message::Recipient;
use crate::pipeline::{Plan, Project, Target, Which};
use crate::preview::{Asked, Preview, Server, What};
use crate::store::sqlite::Mode;
use crate::subscriber::Token;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("form").multiple(true))]
pub(super) struct Args {
    /// The digest; may be left out where there is only one
    digest: Option<String>,
    /// Show the text in the terminal
    #[arg(long, group = "form")]
    text: bool,
    /// Write the message, as a mail program opens it
    #[arg(long, group = "form", value_name = "FILE")]
    eml: Option<PathBuf>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let digest = only_digest(&project, args.digest.as_deref())?;
    let store = Global::store(&project, Mode::ReadOnly)?;
    let plan = project.plan(&store, &Target::Next { digest: digest.clone(), which: Which::Due }).await?;
    if let Plan::Nothing(nothing) = &plan {
        tell_nothing(global, &digest, nothing);
    }
    if let Plan::Compose(_, basis) = &plan {
        tell_basis(global, basis);
    }
    let Some(issue) = plan.issue() else { return Ok(Verdict::Done) };
    if !args.text && args.eml.is_none() {
        return serve(global, project, &digest).await;
    }
    if args.text {
        table::data(format_args!("Subject: {}\n\n{}", issue.subject, issue.text.trim_end()))?;
    }
    if let Some(file) = &args.eml {
        files::write(file, &sample(&project, issue)?)?;
        global.say(format_args!("{} is written to {}", issue.key, file.display()));
    }
    Ok(Verdict::Done)
}

/// Serves pages until it is interrupted.
async fn serve(global: &Global, project: Project, digest: &str) -> Result<Verdict, Failure> {
    let first = Asked::of(What::Due(digest.to_owned()));
    let preview = Preview { project: Some((global.config.clone(), project)), file: None };
    let failed = |error: std::io::Error| Failure::plain(Verdict::Failed, format!("no preview: {error}"));
    let server = Server::bind(preview, &first, None).await.map_err(failed)?;
    table::data(server.address())?;
    server.run(narrate).await.map_err(failed)?;
    Ok(Verdict::Done)
}

/// The message as the sender itself would get it.
fn sample(project: &Project, issue: &Issue) -> Result<Vec<u8>, Failure> {
    let from = &project.config.mail.from;
    let to = Recipient { address: &from.email, name: from.name.as_deref(), token: &Token::inert() };
    Ok(project.copy(issue, &to)?)
}

/// The digest asked for, or the only one there is.
pub(super) fn only_digest(project: &Project, name: Option<&str>) -> Result<String, Failure> {
    let mut digests = project.config.digests.keys();
    match (name, digests.next(), digests.next()) {
        (Some(name), ..) => Ok(project.digest(name)?.name.clone()),
        (None, Some(only), None) => Ok(only.clone()),
        _ => {
            let names: Vec<&str> = project.config.digests.keys().map(String::as_str).collect();
            Err(Failure::plain(Verdict::Usage, format!("which digest? There are {}", names.join(", "))))
        }
    }
}
