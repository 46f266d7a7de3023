//! `tidings retry`

use std::collections::HashMap;

use lettre::Address;

use super::issue::Named;
use super::report::{Failure, Verdict};
use super::table::counted;
use super::{Global, send};
use crate::delivery::{Delivery, State};
use crate::pipeline::{Error, Target};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Stage, Started, Store as _};
use crate::subscriber::{address_key, parse_mailbox};

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
    /// Only these addresses, whichever of the three they are, or the ones chosen
    #[arg(long, group = "which", value_name = "ADDRESS", num_args = 1..)]
    address: Vec<String>,
    /// Say how many there are, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What ended undelivered, and may be tried again.
const UNDELIVERED: [State; 3] = [State::Rejected, State::Uncertain, State::Expired];

impl Args {
    fn states(&self) -> Vec<State> {
        let chosen = [self.rejected, self.uncertain, self.expired];
        let chosen: Vec<State> = UNDELIVERED
            .into_iter()
            .zip(chosen)
            .filter_map(|(state, chosen)| chosen.then_some(state))
            .collect();
        if chosen.is_empty() { UNDELIVERED.to_vec() } else { chosen }
    }

    fn addresses(&self) -> Result<Vec<Address>, Failure> {
        let parsed = self.address.iter().map(|text| parse_mailbox(text).map(|(address, _)| address));
        parsed.collect::<Result<_, _>>().map_err(|error| Failure::plain(Verdict::Usage, error.to_string()))
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let key = args.issue.of(&project)?;
    let named = args.addresses()?;
    let _lock = if args.dry_run { None } else { Some(project.lock(&key.digest)?) };
    let store = Global::store(&project, if args.dry_run { Mode::ReadOnly } else { Mode::ReadWrite })?;
    let started = args.issue.started(&project, &store).await?;
    if started.channel != project.channel() {
        return Err(Error::OtherChannel(key.clone()).into());
    }
    let found = if named.is_empty() {
        all(global, &store, &started, &args.states()).await?
    } else {
        these(&store, &started, &args.states(), &named).await?
    };
    if found.is_empty() {
        global.say(format_args!("{key} has no such deliveries; nothing is sent"));
        return Ok(Verdict::Done);
    }
    if args.dry_run {
        let many = counted(found.len() as u64, "delivery");
        global.say(format_args!("{many} of {key} would be made again; nothing is changed"));
        return Ok(Verdict::Done);
    }
    project.requeue(&store, key, &args.states(), Some(&found)).await?;
    send::deliver(global, &project, &store, &Target::Issue(key.clone()), (true, None)).await
}

/// Why each suppressed address is so.
async fn suppressed(store: &Sqlite) -> Result<HashMap<String, String>, Failure> {
    let all = store.suppressions().await?;
    Ok(all.into_iter().map(|one| (address_key(&one.address), one.reason)).collect())
}

/// All in these states. Those suppressed are left out: they would be withdrawn, and what the server said forgotten.
async fn all(
    global: &Global,
    store: &Sqlite,
    started: &Started,
    states: &[State],
) -> Result<Vec<Address>, Failure> {
    let mut found = Vec::new();
    for state in states {
        found.extend(store.deliveries(&started.key, Some(*state)).await?.into_iter().map(|one| one.address));
    }
    let suppressed = suppressed(store).await?;
    let before = found.len();
    found.retain(|address| !suppressed.contains_key(&address_key(address)));
    let left_out = before - found.len();
    if left_out > 0 {
        global.say(format_args!(
            "{left_out} suppressed are left out: `tidings list suppressed` shows them, `tidings list lift ADDRESS` lets mail \
             go there again"
        ));
    }
    Ok(found)
}

/// These, if each of them can be tried again.
async fn these(
    store: &Sqlite,
    started: &Started,
    states: &[State],
    named: &[Address],
) -> Result<Vec<Address>, Failure> {
    let suppressed = suppressed(store).await?;
    let deliveries = store.deliveries(&started.key, None).await?;
    let deliveries: HashMap<String, &Delivery> =
        deliveries.iter().map(|one| (address_key(&one.address), one)).collect();
    let refused: Vec<String> = named
        .iter()
        .filter_map(|address| {
            let key = address_key(address);
            let delivery = deliveries.get(&key).copied();
            refusal(started, states, delivery, suppressed.get(&key)).map(|why| format!("{address} {why}"))
        })
        .collect();
    if refused.is_empty() {
        return Ok(named.to_vec());
    }
    Err(Failure::plain(Verdict::Usage, format!("nothing is sent: {}", refused.join("; "))))
}

/// Why a delivery is not made again, if it is not.
fn refusal(
    started: &Started,
    states: &[State],
    delivery: Option<&Delivery>,
    suppressed: Option<&String>,
) -> Option<String> {
    let key = &started.key;
    let Some(delivery) = delivery else {
        return Some(format!(
            "is no recipient of {key}, which went to those on {} when it started",
            started.list
        ));
    };
    match delivery.state {
        State::Accepted => Some("was accepted by the server, and is mailed once".to_owned()),
        State::Withdrawn => Some("left the list before it was tried".to_owned()),
        State::Queued | State::Attempting | State::Deferred if started.stage == Stage::Abandoned => {
            Some(format!("is {}, and {key} was abandoned: it is not sent any more", delivery.state.name()))
        }
        State::Queued | State::Attempting | State::Deferred => {
            Some(format!("is {}: `tidings send {key}` goes on with it", delivery.state.name()))
        }
        state if !states.contains(&state) => {
            Some(format!("is {}, and --{} was not asked for", state.name(), state.name()))
        }
        _ => suppressed.map(|reason| {
            let address = &delivery.address;
            format!("is suppressed ({reason}): `tidings list lift {address}` lets mail go there again")
        }),
    }
}
