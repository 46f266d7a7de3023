//! `tidings abandon`

use super::Global;
use super::issue::Named;
use super::report::{Failure, Verdict};
use crate::pipeline::{Error, Project};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{self, Stage, Started, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder
    issue: Named,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let store = Global::store(&project, Mode::ReadWrite)?;
    let started = args.issue.started(&project, &store).await?;
    match started.stage {
        Stage::Sending => stop(global, &project, &store, &started).await,
        Stage::Abandoned => {
            global.say(format_args!("{} was abandoned before", started.key));
            let _lock = project.lock(&started.key.digest)?;
            tell_uncertain(global, project.take_over(&store, &started.key).await?);
            Ok(Verdict::Done)
        }
        Stage::Finished => Err(Failure::plain(
            Verdict::Failed,
            format!("{} is finished; there is nothing to stop", started.key),
        )),
    }
}

/// Ends it. A run that has it in hand begins nothing more, and records how what is on the wire ends.
async fn stop(
    global: &Global,
    project: &Project,
    store: &Sqlite,
    started: &Started,
) -> Result<Verdict, Failure> {
    let key = &started.key;
    // Held to the end, so that no run begins meanwhile; one that is at work holds it itself.
    let lock = match project.lock(&key.digest) {
        Ok(lock) => Some(lock),
        Err(Error::Locked { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let uncertain = match &lock {
        // What a run that died left half done has an end too.
        Some(_) => match project.take_over(store, key).await {
            Err(Error::Store(store::Error::Held { .. })) => 0,
            taken => taken?,
        },
        None => 0,
    };
    project.end(store, key, Stage::Abandoned).await?;
    let open = store.counts(key).await?.open();
    global.say(format_args!(
        "{key} is abandoned: {open} deliveries are not made. Its articles count as carried"
    ));
    if let Some(run) = project.run_of(started)?.filter(|_| lock.is_none()) {
        global.say(format_args!("the run ({run}) lets what is on the wire end, and ends"));
    }
    tell_uncertain(global, uncertain);
    Ok(Verdict::Done)
}

fn tell_uncertain(global: &Global, uncertain: u64) {
    if uncertain > 0 {
        global.say(format_args!(
            "{uncertain} were being attempted when an earlier run ended, and are uncertain"
        ));
    }
}
