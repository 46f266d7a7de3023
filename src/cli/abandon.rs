//! `tidings abandon`

use super::Global;
use super::issue::Named;
use super::report::{Failure, Verdict};
use crate::pipeline::Error;
use crate::store::sqlite::Mode;
use crate::store::{Stage, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder
    issue: Named,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let key = args.issue.of(&project)?;
    let _lock = project.lock(&key.digest)?;
    let store = Global::store(&project, Mode::ReadWrite)?;
    let Some(started) = store.issue(key).await? else {
        if project.digests().read(key)?.is_some() {
            let folder = project.digests().path(key);
            return Err(Failure::plain(
                Verdict::Usage,
                format!("{key} was never started: delete {} to discard the draft", folder.display()),
            ));
        }
        return Err(Error::UnknownIssue(key.clone()).into());
    };
    match started.stage {
        Stage::Sending => {
            // What a run that died left half done has an end too.
            let uncertain = project.take_over(&store, key).await?;
            let open = store.counts(key).await?.open();
            project.end(&store, key, Stage::Abandoned).await?;
            global.say(format_args!(
                "{key} is abandoned: {open} deliveries are not made. Its articles count as carried"
            ));
            if uncertain > 0 {
                global.say(format_args!(
                    "{uncertain} were being attempted when an earlier run ended, and are uncertain"
                ));
            }
        }
        Stage::Abandoned => global.say(format_args!("{key} was abandoned before")),
        Stage::Finished => {
            return Err(Failure::plain(
                Verdict::Failed,
                format!("{key} is finished; there is nothing to stop"),
            ));
        }
    }
    Ok(Verdict::Done)
}
