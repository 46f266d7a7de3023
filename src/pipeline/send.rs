//! Issue → deliveries.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::select::history;
use super::{Composed, Error, Nothing, Project};
use crate::clock::wall;
use crate::config::{Digest, List};
use crate::delivery::{Reply, State};
use crate::digests::Receipt;
use crate::issue::{Issue, IssueKey};
use crate::message::{self, Mailing, Recipient};
use crate::selection::Selection;
use crate::selector::Edits;
use crate::sender::{self, Event, Report, Run, Stop};
use crate::store::{Channel, Counts, Stage, Started, Store};
use crate::subscriber::{Status, Subscriber, Token, address_key};

/// What is to be sent.
#[derive(Debug, Clone)]
pub enum Target {
    /// The next issue of a digest, by name.
    Next {
        /// The digest.
        digest: String,
        /// Which one that is.
        which: Which,
    },
    /// One issue.
    Issue(IssueKey),
}

/// Which issue of a digest is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The unfinished one, else the draft, else one composed now.
    Due,
    /// The unfinished one, else one composed now, in the draft's place.
    Anew,
    /// The unfinished one, and no other.
    Unfinished,
}

impl Target {
    /// The digest it belongs to.
    #[must_use]
    pub fn digest(&self) -> &str {
        match self {
            Self::Next { digest, .. } => digest,
            Self::Issue(key) => &key.digest,
        }
    }
}

/// What sending would do. Making a plan changes nothing.
#[derive(Debug)]
pub enum Plan {
    /// Go on with an issue that was started.
    Resume(Box<Issue>),
    /// Start the draft.
    Draft(Box<Issue>),
    /// Compose an issue, and start it.
    Compose(Box<Issue>, Selection),
    /// There is nothing to carry.
    Nothing(Nothing),
    /// The issue asked for is finished.
    Finished(Box<Started>),
    /// There is no unfinished issue, and no other was asked for.
    NoneUnfinished,
}

impl Plan {
    /// The issue that would go out.
    #[must_use]
    pub fn issue(&self) -> Option<&Issue> {
        match self {
            Self::Resume(issue) | Self::Draft(issue) | Self::Compose(issue, _) => Some(issue),
            Self::Nothing(_) | Self::Finished(_) | Self::NoneUnfinished => None,
        }
    }
}

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

impl Project {
    /// Decides what sending would do: go on with what was started, else send the draft, else
    /// compose.
    ///
    /// # Errors
    /// When `digests/` holds a receipt that the store does not know, the issue asked for is
    /// unknown or abandoned, or composing fails.
    pub async fn plan<S: Store>(&self, store: &S, target: &Target) -> Result<Plan, Error> {
        let digest = self.digest(target.digest())?;
        let started = store.issues(Some(&digest.name)).await?;
        if let Some(receipt) = self.unknown_receipts(&digest.name, &started)?.into_iter().next() {
            return Err(Error::UnknownReceipt(receipt.issue));
        }
        if let Some(receipt) = self.ended_elsewhere(&started)?.into_iter().next() {
            return Err(Error::EndedElsewhere(receipt.issue));
        }
        match target {
            Target::Issue(key) => self.plan_issue(store, digest, key, started).await,
            Target::Next { which, .. } => {
                let open =
                    started.iter().rfind(|one| one.stage == Stage::Sending && one.channel == self.channel());
                if let Some(open) = open {
                    return Ok(Plan::Resume(self.frozen(store, &open.key).await?));
                }
                if *which == Which::Unfinished {
                    return Ok(Plan::NoneUnfinished);
                }
                if *which == Which::Due
                    && let Some(draft) = self.draft(store, &digest.name).await?
                {
                    return self.plan_draft(store, digest, draft).await;
                }
                Ok(match self.compose(store, digest, &Edits::default()).await? {
                    Composed::Issue(issue, selection) => Plan::Compose(issue, selection),
                    Composed::Nothing(nothing) => Plan::Nothing(nothing),
                })
            }
        }
    }

    async fn plan_issue<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        key: &IssueKey,
        started: Vec<Started>,
    ) -> Result<Plan, Error> {
        if !self.has_started(key, &started)
            && let Some(draft) = self.digests().read(key)?
        {
            return self.plan_draft(store, digest, draft).await;
        }
        match started.into_iter().find(|one| one.key == *key) {
            Some(one) if one.channel != self.channel() => Err(Error::OtherChannel(key.clone())),
            Some(one) if one.stage == Stage::Abandoned => Err(Error::Abandoned(key.clone())),
            Some(one) if one.stage == Stage::Finished => Ok(Plan::Finished(Box::new(one))),
            Some(_) => Ok(Plan::Resume(self.frozen(store, key).await?)),
            None => Err(Error::UnknownIssue(key.clone())),
        }
    }

    /// Takes a draft, unless an issue started after it was composed carries an article of it: one
    /// adopted from another machine, say.
    async fn plan_draft<S: Store>(&self, store: &S, digest: &Digest, draft: Issue) -> Result<Plan, Error> {
        let history = history(digest, self.past(store, digest).await?);
        match draft.articles.iter().find(|article| history.carries(&article.identity())) {
            Some(stale) => Err(Error::StaleDraft { title: stale.title.clone(), key: draft.key }),
            None => Ok(Plan::Draft(Box::new(draft))),
        }
    }

    async fn frozen<S: Store>(&self, store: &S, key: &IssueKey) -> Result<Box<Issue>, Error> {
        let issue = store.frozen(key).await?;
        issue.map(Box::new).ok_or_else(|| Error::UnknownIssue(key.clone()))
    }

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
        stop: Stop,
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
        let list = self.list_of(store, key).await?;
        let mail = &self.config.mail;
        let mailing = self.mailing(issue, list)?;
        let tokens = self.token_key(store).await?;
        let transport = sender::Transport::open(mail)?;

        let resumed = matches!(plan, Plan::Resume(_));
        if !resumed {
            if store.recipients(&list.name).await? == 0 {
                return Err(Error::NoRecipients(list.name.clone()));
            }
            // What cannot be rendered for one recipient can for none.
            self.copy(issue, &Recipient { address: &mail.from.email, name: None, token: &Token::inert() })?;
            self.check(store, key, &transport, &stop).await?;
            self.start(store, plan, issue, list).await?;
        }
        self.write_receipt(store, issue).await?;
        began(&Begun { issue, resumed, counts: store.counts(key).await?, to: transport.name() });

        let report = sender::deliver(Run {
            store: store.clone(),
            key: key.clone(),
            mailing,
            tokens,
            transport,
            connections: mail.connections,
            rate: mail.rate,
            retry_for: mail.retry_for,
            stop,
            watch: Box::new(watch),
        })
        .await?;
        let is_sending = store.issue(key).await?.is_some_and(|one| one.stage == Stage::Sending);
        if report.counts.open() == 0 && is_sending {
            self.end(store, key, Stage::Finished).await?;
        }
        Ok(Some(Sent { key: key.clone(), is_abandoned: !is_sending, report }))
    }

    /// Finds out whether mail can go out. Asked to stop meanwhile, nothing is started.
    async fn check<S: Store>(
        &self,
        store: &S,
        key: &IssueKey,
        transport: &sender::Transport,
        stop: &Stop,
    ) -> Result<(), Error> {
        let checked = tokio::select! {
            biased;
            () = stop.stopped() => return Err(Error::Interrupted),
            checked = sender::check(transport, &self.config.mail.from.email) => checked,
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
        let started = store.start(issue, &list.name, self.channel(), wall()).await;
        if started.is_err() && is_new {
            self.digests().remove(&issue.key)?;
        }
        started?;
        Ok(())
    }

    /// Says beside the issue that it was started, so that no other store starts it again. What goes
    /// into a Maildir is no sending.
    async fn write_receipt<S: Store>(&self, store: &S, issue: &Issue) -> Result<(), Error> {
        let digests = self.digests();
        if self.channel() == Channel::Maildir || digests.receipt(&issue.key)?.is_some() {
            return Ok(());
        }
        let Some(started) = store.issue(&issue.key).await? else { return Ok(()) };
        if !digests
            .read(&issue.key)
            .is_ok_and(|files| files.is_some_and(|files| files.hash() == started.hash))
        {
            digests.write(issue)?;
        }
        let recipients = store.counts(&issue.key).await?.total();
        let receipt = Receipt {
            issue: issue.key.clone(),
            hash: started.hash,
            started: started.started,
            list: started.list,
            recipients,
            ended: None,
        };
        Ok(digests.write_receipt(&receipt)?)
    }

    /// Ends a started issue, and says so in its receipt: a store that was restored from a backup made
    /// meanwhile holds deliveries as open that are not.
    ///
    /// # Errors
    /// When it has ended otherwise, or deliveries are open that it is to have finished; when store or
    /// receipt cannot be written.
    pub async fn end<S: Store>(&self, store: &S, key: &IssueKey, stage: Stage) -> Result<(), Error> {
        let at = wall();
        store.close(key, stage, at).await?;
        self.note_end(key, Some(at))
    }

    /// Queues again what ended as `states`. The number.
    ///
    /// # Errors
    /// When the issue was abandoned; when store or receipt cannot be written.
    pub async fn requeue<S: Store>(&self, store: &S, key: &IssueKey, states: &[State]) -> Result<u64, Error> {
        // First, for a receipt that says ended stops the sending.
        self.note_end(key, None)?;
        Ok(store.requeue(key, states, wall()).await?)
    }

    fn note_end(&self, key: &IssueKey, ended: Option<DateTime<Utc>>) -> Result<(), Error> {
        match self.digests().receipt(key)? {
            Some(receipt) if receipt.ended != ended => {
                Ok(self.digests().write_receipt(&Receipt { ended, ..receipt })?)
            }
            _ => Ok(()),
        }
    }

    /// The receipts of issues that have ended, and that the store, restored from a backup perhaps, holds
    /// as being sent.
    fn ended_elsewhere(&self, started: &[Started]) -> Result<Vec<Receipt>, Error> {
        let mut ended = Vec::new();
        for one in started.iter().filter(|one| one.stage == Stage::Sending && one.channel == Channel::Smtp) {
            let receipt = self.digests().receipt(&one.key)?;
            ended.extend(receipt.filter(|receipt| receipt.started == one.started && receipt.ended.is_some()));
        }
        Ok(ended)
    }

    /// What can be checked of a plan without connecting: the number of recipients.
    ///
    /// # Errors
    /// When nobody would get the issue, a secret is missing, or the messages cannot be made.
    pub async fn rehearse<S: Store>(&self, store: &S, plan: &Plan, issue: &Issue) -> Result<u64, Error> {
        let list = self.list_of(store, &issue.key).await?;
        self.token_key(store).await?;
        sender::Transport::open(&self.config.mail)?;
        self.mailing(issue, list)?;
        if matches!(plan, Plan::Resume(_)) {
            return Ok(store.counts(&issue.key).await?.open());
        }
        match store.recipients(&list.name).await? {
            0 => Err(Error::NoRecipients(list.name.clone())),
            recipients => Ok(recipients),
        }
    }

    /// The finished message of an issue for one address that need not be on any list: with a random
    /// Message-ID, and links that do nothing.
    ///
    /// # Errors
    /// When the message cannot be made.
    pub fn copy(&self, issue: &Issue, to: &Recipient<'_>) -> Result<Vec<u8>, Error> {
        let id = message::random_message_id(&self.config.mail.from.email)?;
        let list = self.list(self.digest(&issue.key.digest)?)?;
        Ok(self.mailing(issue, list)?.render(to, &id, wall())?)
    }

    /// Mails such a copy.
    ///
    /// # Errors
    /// When the message cannot be made, or is refused.
    pub async fn send_copy(&self, issue: &Issue, to: &Recipient<'_>) -> Result<Reply, Error> {
        let from = &self.config.mail.from.email;
        let message_id = &message::random_message_id(from)?;
        let list = self.list(self.digest(&issue.key.digest)?)?;
        let message = &self.mailing(issue, list)?.render(to, message_id, wall())?;
        let transport = sender::Transport::open(&self.config.mail)?;
        Ok(sender::send_copy(&transport, (from, to.address), message_id, message).await?)
    }

    /// Writes the message of each recipient that an issue has open, or would have if it were started
    /// now, into a folder: one file each, as it would be mailed but for its date. The number written.
    ///
    /// # Errors
    /// When a message cannot be made or written.
    pub async fn write_messages<S: Store>(
        &self,
        store: &S,
        issue: &Issue,
        folder: &Path,
    ) -> Result<usize, Error> {
        let list = self.list_of(store, &issue.key).await?;
        let (mailing, tokens) = (self.mailing(issue, list)?, self.token_key(store).await?);
        let from = &self.config.mail.from.email;
        let transport = sender::Transport::Folder(folder.to_owned());
        let recipients = open_recipients(store, &issue.key, &list.name).await?;
        for one in &recipients {
            let token = Token::of(one.id, &tokens);
            let to = Recipient { address: &one.address, name: one.name.as_deref(), token: &token };
            let message_id = &mailing.message_id(one.id);
            let message = &mailing.render(&to, message_id, wall())?;
            sender::send_copy(&transport, (from, to.address), message_id, message).await?;
        }
        Ok(recipients.len())
    }

    fn mailing(&self, issue: &Issue, list: &List) -> Result<Mailing, Error> {
        Ok(Mailing::new(issue, &self.config.mail, list, self.config.pages.as_ref())?)
    }

    /// The list that an issue was started for, else the one that its digest goes to now.
    async fn list_of<S: Store>(&self, store: &S, key: &IssueKey) -> Result<&List, Error> {
        match store.issue(key).await? {
            Some(started) => match self.config.list(&started.list) {
                Ok(list) => Ok(list),
                Err(_) => Err(Error::NoList { list: started.list, issue: key.clone() }),
            },
            None => self.list(self.digest(&key.digest)?),
        }
    }

    /// Counts issues with a receipt that the store does not know as sent.
    ///
    /// # Errors
    /// When a receipt cannot be read, or the store fails.
    pub async fn adopt<S: Store>(&self, store: &S) -> Result<Adoption, Error> {
        let mut adoption = Adoption::default();
        for digest in self.config.digests.values() {
            let started = store.issues(Some(&digest.name)).await?;
            for receipt in self.unknown_receipts(&digest.name, &started)? {
                match self.adopt_one(store, receipt).await {
                    Ok(key) => adoption.adopted.push(key),
                    Err(error) => adoption.failed.push(error),
                }
            }
            for receipt in self.ended_elsewhere(&started)? {
                store.recover(&receipt.issue, wall()).await?;
                store.close(&receipt.issue, Stage::Abandoned, wall()).await?;
                adoption.adopted.push(receipt.issue);
            }
        }
        Ok(adoption)
    }

    /// Counts one issue as sent, under its own name, or the next free one where this store has started
    /// another of that name, into a Maildir perhaps.
    async fn adopt_one<S: Store>(&self, store: &S, receipt: Receipt) -> Result<IssueKey, Error> {
        let Some(mut issue) = self.digests().read(&receipt.issue)? else {
            return Err(Error::NoIssueFile(receipt.issue));
        };
        while store.issue(&issue.key).await?.is_some() {
            issue.key.number += 1;
        }
        store.adopt(&issue, &receipt.list, Channel::Smtp, receipt.started).await?;
        Ok(issue.key)
    }
}

/// What became of receipts that the store did not know.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The issues that count as sent now.
    pub adopted: Vec<IssueKey>,
    /// Why the others do not.
    pub failed: Vec<Error>,
}

/// Who gets an issue, or would if it were started now: of a started one, those still open.
async fn open_recipients<S: Store>(store: &S, key: &IssueKey, list: &str) -> Result<Vec<Subscriber>, Error> {
    let mut subscribers = store.subscribers(list, Some(Status::Confirmed)).await?;
    let suppressed: HashSet<_> =
        store.suppressions().await?.iter().map(|one| address_key(&one.address)).collect();
    subscribers.retain(|one| !suppressed.contains(&address_key(&one.address)));
    if store.issue(key).await?.is_some() {
        let deliveries = store.deliveries(key, None).await?;
        let open: HashSet<_> = deliveries
            .iter()
            .filter(|delivery| delivery.state.is_open())
            .map(|delivery| address_key(&delivery.address))
            .collect();
        subscribers.retain(|one| open.contains(&address_key(&one.address)));
    }
    Ok(subscribers)
}
