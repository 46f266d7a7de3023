//! `tidings retry`

use super::issue::Named;
use super::report::{Failure, Verdict};
use super::{Global, send};
use crate::delivery::State;
use crate::pipeline::{Error, Target};
use crate::store::Store as _;
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
pub(super) struct Args {
    /// The issue: weekly@2026-01-14, or its folder
    issue: Named,
    /// Those that the server rejected
    #[arg(long, group = "which")]
    rejected: bool,
    /// Those that may have arrived; who got it gets it twice, under the same Message-ID
    #[arg(long, group = "which")]
    uncertain: bool,
    /// Those that were deferred for too long
    #[arg(long, group = "which")]
    expired: bool,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let key = args.issue.of(&project)?;
    let _lock = project.lock(&key.digest)?;
    let store = Global::store(&project, Mode::ReadWrite)?;
    let Some(started) = store.issue(key).await? else {
        return Err(Error::UnknownIssue(key.clone()).into());
    };
    if started.channel != project.channel() {
        return Err(Error::OtherChannel(key.clone()).into());
    }
    let states: Vec<State> = [
        (args.rejected, State::Rejected),
        (args.uncertain, State::Uncertain),
        (args.expired, State::Expired),
    ]
    .into_iter()
    .filter_map(|(is_chosen, state)| is_chosen.then_some(state))
    .collect();
    match project.requeue(&store, key, &states, None).await? {
        0 => {
            global.say(format_args!("{key} has no such deliveries; nothing is sent"));
            Ok(Verdict::Done)
        }
        _ => send::deliver(global, &project, &store, &Target::Issue(key.clone()), (true, None)).await,
    }
}
