//! `tidings pause` and `tidings resume`

use super::Global;
use super::issue::Named;
use super::report::{Failure, Verdict};
use crate::clock::wall;
use crate::store::Store as _;
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder
    issue: Named,
}

pub(super) async fn run(global: &Global, args: &Args, pause: bool) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let store = Global::store(&project, Mode::ReadWrite)?;
    let started = args.issue.started(&project, &store).await?;
    let key = &started.key;
    let is_news = store.pause(key, pause, wall()).await?;
    // Asked after the word is given: a run that begins meanwhile heeds it.
    let run = project.run_of(&started)?;
    match (pause, is_news, run) {
        (true, true, Some(run)) => global.say(format_args!(
            "{key} is paused: the run ({run}) lets what is on the wire end and waits; `tidings resume {key}` lets it go on"
        )),
        (true, true, None) => {
            global.say(format_args!("{key} is paused: no run sends any of it before `tidings resume {key}`"));
        }
        (true, false, _) => global.say(format_args!("{key} was paused before")),
        (false, true, Some(run)) => global.say(format_args!("{key} is resumed: the run ({run}) goes on")),
        (false, true, None) => global.say(format_args!(
            "{key} is resumed, and no run is at work on it: `tidings send {key}` goes on with it"
        )),
        (false, false, _) => global.say(format_args!("{key} is not paused")),
    }
    Ok(Verdict::Done)
}
