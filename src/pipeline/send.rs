//! Issue → deliveries.

use super::{Error, Plan, Project, claimant};
use crate::clock::wall;
use crate::config::List;
use crate::issue::{Issue, IssueKey};
use crate::message::Recipient;
use crate::sender::{self, Event, Report, Run, Stop};
use crate::store::{Channel, Counts, Stage, Store};
use crate::subscriber::Token;

/// What a run begins with, for those who watch it.
#[derive(Debug)]
pub struct Begun<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// Whether it was started by an earlier run.
    pub resumed: bool,
    /// Its deliveries.
    pub counts: Counts,
    /// What it goes to: the server's name and port, or the folder.
    pub to: String,
}

/// How a run ended.
#[derive(Debug)]
pub struct Sent {
    /// The issue.
    pub key: IssueKey,
    /// Whether it was abandoned meanwhile.
    pub is_abandoned: bool,
    /// What the sender reports.
    pub report: Report,
}

/// How far a run goes.
#[derive(Debug, Clone, Default)]
pub struct Go {
    /// Stops it from outside.
    pub stop: Stop,
    /// The most deliveries to attempt.
    pub limit: Option<u64>,
}

impl Project {
    /// Carries out a plan that has an issue: all that can be checked is checked, the issue is
    /// started (unless it was), and its deliveries are made.
    ///
    /// The caller holds the digest's lock, and has made the plan under it.
    ///
    /// # Errors
    /// Before the start: when the draft cannot be written, the messages cannot be made, the list is
    /// empty, or the server cannot be used; nothing is started then. After it: when the run had to
    /// stop; the next one goes on.
    pub async fn deliver<S: Store>(
        &self,
        store: &S,
        plan: &Plan,
        Go { stop, limit }: Go,
        began: impl FnOnce(&Begun<'_>),
        watch: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Option<Sent>, Error> {
        let Some(issue) = plan.issue() else {
            if let Plan::Nothing(nothing) = plan
                && nothing.found > 0
            {
                self.note_run(store, &nothing.digest).await?;
            }
            return Ok(None);
        };
        let key = &issue.key;
        // Test copies and dry runs of a paused issue are welcome: only the mail waits.
        if store.issue(key).await?.is_some_and(|started| started.paused.is_some()) {
            return Err(Error::Paused(key.clone()));
        }
        let list = self.list_of(store, key).await?;
        let mail = &self.config.mail;
        let mailing = self.mailing_of(store, issue, list).await?;
        let tokens = self.token_key(store).await?;
        let transport = sender::Transport::open(mail)?;

        let resumed = matches!(plan, Plan::Resume(_));
        if !resumed {
            if !store.has_recipients(&list.name).await? {
                return Err(Error::NoRecipients(list.name.clone()));
            }
            // What cannot be rendered for one recipient can for none.
            let to = Recipient { address: &mail.from.email, name: None, token: &Token::inert() };
            let size = self.copy(issue, &to)?.len();
            self.check(store, key, &transport, (size, &stop)).await?;
            self.start(store, plan, issue, list).await?;
        }
        self.write_receipt(store, issue).await?;
        began(&Begun { issue, resumed, counts: store.counts(key).await?, to: transport.name() });

        let report = sender::deliver(Run {
            store: store.clone(),
            key: key.clone(),
            claimant: claimant(),
            holder: self.holder(&key.digest),
            mailing,
            tokens,
            transport,
            connections: mail.connections,
            rate: mail.rate,
            daily_limit: if self.channel() == Channel::Smtp { mail.daily_limit } else { None },
            hours: mail.hours.map(|hours| (hours, self.config.site.timezone)),
            limit,
            retry_for: mail.retry_for,
            stop,
            watch: Box::new(watch),
        })
        .await?;
        let stage = store.issue(key).await?.map(|one| one.stage);
        if report.counts.open() == 0 && stage == Some(Stage::Sending) {
            self.end(store, key, Stage::Finished).await?;
        }
        Ok(Some(Sent { key: key.clone(), is_abandoned: stage == Some(Stage::Abandoned), report }))
    }

    /// Finds out whether mail can go out. Asked to stop meanwhile, nothing is started.
    async fn check<S: Store>(
        &self,
        store: &S,
        key: &IssueKey,
        transport: &sender::Transport,
        (size, stop): (usize, &Stop),
    ) -> Result<(), Error> {
        let checked = tokio::select! {
            biased;
            () = stop.stopped() => return Err(Error::Interrupted),
            checked = sender::check(transport, &self.config.mail.from.email, size) => checked,
        };
        if checked.is_err() {
            self.note_run(store, &key.digest).await?;
        }
        Ok(checked?)
    }

    /// Notes that a digest was run, and that what it would have carried is still to come.
    async fn note_run<S: Store>(&self, store: &S, digest: &str) -> Result<(), Error> {
        Ok(store.note_run(digest, self.channel(), self.clock.now()).await?)
    }

    /// Starts an issue. One that was composed for this run gets its folder now, and not before all was
    /// checked: a draft left by a run that failed would be sent as it is next time.
    async fn start<S: Store>(&self, store: &S, plan: &Plan, issue: &Issue, list: &List) -> Result<(), Error> {
        let is_new = matches!(plan, Plan::Compose(..));
        // A trial leaves no new folder, which in git would look like a draft that somebody wants mailed;
        // but it takes the place of a draft.
        let is_mail = self.channel() == Channel::Smtp;
        let is_new = is_new && (is_mail || self.draft(store, &issue.key.digest).await?.is_some());
        if is_new {
            self.write_draft(store, issue).await?;
        }
        let started = store
            .start(issue, &list.name, self.channel(), self.config.mail.from.email.domain(), wall())
            .await;
        if started.is_err() && is_new {
            self.digests().remove(&issue.key)?;
        }
        started?;
        Ok(())
    }
}
