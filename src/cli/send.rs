//! `tidings send`

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::compose::{tell_discarded, tell_nothing};
use super::issue::Named;
use super::progress::Progress;
use super::report::{Failure, Verdict, narrate};
use super::select::tell_basis;
use super::table::counted;
use super::{Global, table};
use crate::delivery::State;
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::message::Recipient;
use crate::pipeline::{Begun, Error, Go, Plan, Project, Sent, Target, Which};
use crate::sender::{Left, Stop};
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Channel, Counts, Stage, Store as _};
use crate::subscriber::{Token, parse_mailbox};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A digest, whose next issue is sent, or an issue: weekly@2026-01-14, or its folder
    #[arg(value_name = "DIGEST|ISSUE")]
    target: String,
    /// Compose anew, even where a draft stands
    #[arg(long)]
    compose: bool,
    /// Only go on with an issue that was started; start none
    #[arg(long, conflicts_with_all = ["compose", "dry_run", "to"])]
    resume: bool,
    /// Send it even where lint finds errors
    #[arg(long, conflicts_with = "to")]
    force: bool,
    /// Attempt at most so many deliveries in this run; the next one goes on (exit code 75)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), conflicts_with_all = ["dry_run", "to"])]
    limit: Option<u64>,
    /// Say what would be sent and to how many, and change nothing
    #[arg(long, conflicts_with = "to")]
    dry_run: bool,
    /// With --dry-run, write each message into this folder
    #[arg(long, requires = "dry_run", value_name = "DIR")]
    out: Option<PathBuf>,
    /// Mail a test copy to this address only; it counts for nothing
    #[arg(long, value_name = "ADDRESS")]
    to: Vec<String>,
}

impl Args {
    fn target(&self, project: &Project) -> Result<Target, Failure> {
        match self.target.parse::<Named>().ok().map(|named| named.of(project).cloned()).transpose()? {
            Some(key) if self.compose => Err(Failure::plain(
                Verdict::Usage,
                format!(
                    "{key} is composed: leave out --compose, or name the digest, {}, for a new issue",
                    key.digest
                ),
            )),
            Some(key) => Ok(Target::Issue(key)),
            None => {
                let which = match (self.compose, self.resume) {
                    (true, _) => Which::Anew,
                    (_, true) => Which::Unfinished,
                    _ => Which::Due,
                };
                Ok(Target::Next { digest: self.target.clone(), which })
            }
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let target = args.target(&project)?;
    project.digest(target.digest())?;
    if args.dry_run || !args.to.is_empty() {
        let store = Global::store(&project, Mode::ReadOnly)?;
        let plan = project.plan(&store, &target).await?;
        tell(global, target.digest(), &plan);
        let Some(issue) = plan.issue() else { return Ok(Verdict::Done) };
        if args.dry_run {
            refuse_unsound(&project, &plan, args.force)?;
            return rehearse(global, &project, &store, &plan, issue, args.out.as_deref()).await;
        }
        return copies(global, &project, issue, &args.to).await;
    }
    let _lock = project.lock(target.digest())?;
    let store = Global::store(&project, Mode::ReadWrite)?;
    warn_of_strays(&project, &store).await?;
    deliver(global, &project, &store, &target, (args.force, args.limit)).await
}

/// Warns of issues that are easily forgotten: those of digests that config.toml does not have, for one
/// under a new name knows nothing of what it carried under the old one; and mail that is unfinished
/// while config.toml names a Maildir.
async fn warn_of_strays(project: &Project, store: &Sqlite) -> Result<(), Failure> {
    let mut issues = store.issues(None).await?;
    issues.retain(|one| one.channel == Channel::Smtp);
    let gone: BTreeSet<&str> = issues
        .iter()
        .map(|one| one.key.digest.as_str())
        .filter(|digest| !project.config.digests.contains_key(*digest))
        .collect();
    for digest in gone {
        narrate(format_args!(
            "the store has issues of {digest}, which config.toml does not: if [digests.{digest}] was renamed, name it so \
             again, or what it carried may be sent again under the new name"
        ));
    }
    if project.channel() == Channel::Maildir {
        for one in issues.iter().filter(|one| one.stage == Stage::Sending) {
            narrate(format_args!(
                "{} is unfinished mail; config.toml names a Maildir now, and it waits",
                one.key
            ));
        }
    }
    Ok(())
}

/// Delivers what `target` is. The caller holds the digest's lock.
pub(super) async fn deliver(
    global: &Global,
    project: &Project,
    store: &Sqlite,
    target: &Target,
    (force, limit): (bool, Option<u64>),
) -> Result<Verdict, Failure> {
    let plan = project.plan(store, target).await?;
    tell(global, target.digest(), &plan);
    refuse_unsound(project, &plan, force)?;
    if let (Plan::Nothing(_), Target::Next { digest, which: Which::Anew }) = (&plan, target) {
        tell_discarded(global, project.discard_draft(store, digest).await?);
    }
    let go = Go { stop: Stop::new(), limit };
    let progress = Progress::new(global.quiet);
    listen(go.stop.clone(), progress.clone(), store.clone(), plan.issue().map(|issue| issue.key.clone()));
    let sent =
        project.deliver(store, &plan, go, |begun| begin(global, &progress, begun), progress.watch()).await;
    let pace = progress.finish();
    match sent {
        Ok(Some(sent)) => Ok(conclude(global, project, &sent, pace)),
        Ok(None) => Ok(Verdict::Done),
        Err(error @ Error::Paused(_)) => Err(error.into()),
        Err(error) => {
            tell_open(project, store, &plan).await;
            Err(error.into())
        }
    }
}

/// Refuses to start an issue with lint errors. One that was started is gone on with: half a list that got
/// it is no better.
fn refuse_unsound(project: &Project, plan: &Plan, force: bool) -> Result<(), Failure> {
    match plan {
        Plan::Draft(issue) | Plan::Compose(issue, _) if !force => Ok(project.check_sound(issue)?),
        _ => Ok(()),
    }
}

/// After a failure: whether the issue is open, and how to go on.
async fn tell_open(project: &Project, store: &Sqlite, plan: &Plan) {
    let Some(key) = plan.issue().map(|issue| &issue.key) else { return };
    let Ok(Some(started)) = store.issue(key).await else { return };
    if started.stage == Stage::Sending && started.channel == project.channel() {
        let counts = store.counts(key).await.unwrap_or_default();
        narrate(format_args!(
            "{key} is started, and not finished: {}; `tidings send {}` goes on with it",
            outcome(&counts),
            key.digest
        ));
    }
}

/// Says what the plan is, where it is not to deliver an issue, and what was wrong with articles.
fn tell(global: &Global, digest: &str, plan: &Plan) {
    match plan {
        Plan::Nothing(nothing) => {
            tell_nothing(global, digest, nothing);
            global.say("nothing is sent");
        }
        Plan::Finished(started) => global.say(format_args!("{} is finished; nothing is sent", started.key)),
        Plan::Compose(_, basis) => tell_basis(global, basis),
        Plan::NoneUnfinished => global.say(format_args!("{digest}: no issue is unfinished; nothing is sent")),
        Plan::Resume(_) | Plan::Draft(_) => {}
    }
}

/// Says what begins.
fn begin(global: &Global, progress: &Progress, begun: &Begun<'_>) {
    let Begun { issue, resumed, counts, to } = begun;
    let verb = if *resumed { "going on with" } else { "sending" };
    let (open, total) = (counts.open(), counts.total());
    let open = if *resumed {
        format!("{open} of {}", counted(total, "recipient"))
    } else {
        counted(open, "recipient")
    };
    let articles = counted(issue.articles.len() as u64, "article");
    global.say(format_args!("{verb} {}, “{}”: {articles} to {open} by {to}", issue.key, issue.subject));
    progress.begin(counts);
}

/// The first Ctrl-C, SIGTERM, or hangup of the terminal lets what is on the wire end; the second ends the process, with the
/// same exit code: either way the next run goes on.
fn listen(stop: Stop, progress: Progress, store: Sqlite, key: Option<IssueKey>) {
    tokio::spawn(async move {
        let mut interrupts = Interrupts::new();
        interrupts.first().await;
        stop.stop();
        let in_flight = in_flight(&store, key.as_ref()).await;
        progress.warn(&format!("stopping: {in_flight} in flight; press Ctrl-C again to stop at once"));
        interrupts.second().await;
        let digest = key.as_ref().map_or("DIGEST", |key| &key.digest);
        progress.warn(&format!(
            "stopped at once: what was in flight may have arrived, and is uncertain when `tidings send {digest}` goes on"
        ));
        std::process::exit(75);
    });
}

/// How many deliveries are between their attempt and its outcome.
async fn in_flight(store: &Sqlite, key: Option<&IssueKey>) -> u64 {
    let Some(key) = key else { return 0 };
    // Before the start there is no such issue.
    store.counts(key).await.map_or(0, |counts| counts.of(State::Attempting))
}

/// SIGINT, SIGTERM and SIGHUP, each of which is heard, also one that comes while nobody waits for it.
struct Interrupts {
    asked: Vec<Signal>,
    hangup: Option<Signal>,
}

impl Interrupts {
    fn new() -> Self {
        let asked = [SignalKind::interrupt(), SignalKind::terminate()];
        let asked = asked.into_iter().filter_map(|kind| signal(kind).ok()).collect();
        // Whoever began this with nohup(1) wants no hangup to be heard.
        let hangup = if outlives_hangups() { None } else { signal(SignalKind::hangup()).ok() };
        Self { asked, hangup }
    }

    async fn first(&mut self) {
        poll_fn(|context| any(self.asked.iter_mut().chain(&mut self.hangup), context)).await;
    }

    /// Not a hangup, of which one may follow another: the terminal's, and the shell's.
    async fn second(&mut self) {
        poll_fn(|context| any(self.asked.iter_mut(), context)).await;
    }
}

fn any<'a>(signals: impl Iterator<Item = &'a mut Signal>, context: &mut Context<'_>) -> Poll<()> {
    let mut came = false;
    for one in signals {
        // Each is asked, for each has to wake who waits.
        came |= one.poll_recv(context).is_ready();
    }
    if came { Poll::Ready(()) } else { Poll::Pending }
}

/// Whether the process is to ignore SIGHUP, as far as the system tells (proc(5), `SigIgn`): where it does not, nothing is
/// changed.
fn outlives_hangups() -> bool {
    let status = files::read_text(Path::new("/proc/self/status")).unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signal 1 is the lowest bit.
    ignored.is_none_or(|mask| mask & 1 == 1)
}

/// Says how it ended, and judges it.
fn conclude(global: &Global, project: &Project, sent: &Sent, pace: Option<String>) -> Verdict {
    let Sent { key, is_abandoned, report } = sent;
    let counts = &report.counts;
    let pace = pace.map(|pace| format!(" ({pace})")).unwrap_or_default();
    global.say(format_args!("{key}: {}{pace}", outcome(counts)));
    if let (crate::config::Transport::Maildir(folder), true) =
        (&project.config.mail.transport, counts.of(State::Accepted) > 0)
    {
        global.say(format_args!("look into {}", folder.join("new").display()));
    }
    let rejected = counts.of(State::Rejected);
    if rejected > 0 {
        narrate(format_args!(
            "{rejected} rejected: see why with `tidings status {key} --recipients --state rejected`"
        ));
    }
    let uncertain = counts.of(State::Uncertain);
    if uncertain > 0 {
        narrate(format_args!(
            "{uncertain} uncertain: the connection ended before the server's answer, so they may have arrived. They are \
             held, and not sent again; see `tidings status {key} --recipients --state uncertain`"
        ));
    }
    if *is_abandoned {
        narrate(format_args!("{key} was abandoned meanwhile; {} deliveries are not made", counts.open()));
        return Verdict::Failed;
    }
    if report.left.is_some() || counts.open() > 0 {
        let why = match report.left {
            Some(Left::Limit) => "stopped at --limit",
            Some(Left::Quota) => "stopped at mail.daily_limit, which 24 hours make room under",
            Some(Left::Over) => "another run has taken it over",
            _ => "interrupted",
        };
        narrate(format_args!("{why}; `tidings send {}` goes on with it", key.digest));
        return Verdict::Later;
    }
    let expired = counts.of(State::Expired);
    if expired > 0 {
        narrate(format_args!(
            "{expired} expired: the server put them off for longer than mail.retry_for. See why with `tidings status {key} \
             --recipients --state expired`, and send them again with `tidings retry {key} --expired`"
        ));
    }
    if uncertain + expired > 0 { Verdict::Failed } else { Verdict::Done }
}

/// The counts that are not zero, in words.
fn outcome(counts: &Counts) -> String {
    let states = State::ALL.into_iter().filter(|state| counts.of(*state) > 0 || *state == State::Accepted);
    let parts: Vec<String> = states.map(|state| format!("{} {}", counts.of(state), state.name())).collect();
    format!("{} of {}", parts.join(", "), counts.total())
}

/// What would be sent, and the messages themselves if they are wanted.
async fn rehearse(
    global: &Global,
    project: &Project,
    store: &Sqlite,
    plan: &Plan,
    issue: &Issue,
    out: Option<&std::path::Path>,
) -> Result<Verdict, Failure> {
    let list = &match store.issue(&issue.key).await? {
        Some(started) => started.list,
        None => project.digest(&issue.key.digest)?.list.clone(),
    };
    let what = match plan {
        Plan::Resume(_) => "would go on with",
        Plan::Draft(_) => "would send the draft",
        _ => "would compose and send",
    };
    let recipients = project.rehearse(store, plan, issue).await?;
    let (to, key, subject) = (&project.config.mail.transport, &issue.key, &issue.subject);
    let (articles, recipients) =
        (counted(issue.articles.len() as u64, "article"), counted(recipients, "recipient"));
    global.say(format_args!(
        "{what} {key}, “{subject}”: {articles} to {recipients} of {list} by {to}; nothing is changed"
    ));
    for article in &issue.articles {
        table::data(format_args!("{}  {}", article.title, article.url))?;
    }
    if let Some(folder) = out {
        let written = project.write_messages(store, issue, folder).await?;
        global.say(format_args!("{written} messages are in {}", folder.display()));
    }
    Ok(Verdict::Done)
}

/// Mails test copies.
async fn copies(
    global: &Global,
    project: &Project,
    issue: &Issue,
    to: &[String],
) -> Result<Verdict, Failure> {
    let parsed: Result<Vec<_>, _> = to.iter().map(|text| parse_mailbox(text)).collect();
    for (address, name) in parsed.map_err(|error| Failure::plain(Verdict::Usage, error.to_string()))? {
        let recipient = Recipient { address: &address, name: name.as_deref(), token: &Token::inert() };
        let reply = project.send_copy(issue, &recipient).await?;
        global.say(format_args!("a test copy of {} went to {address}: {}", issue.key, reply.text));
    }
    Ok(Verdict::Done)
}
