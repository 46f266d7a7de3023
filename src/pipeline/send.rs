//! Issue → deliveries.

use std::collections::HashSet;
use std::path::Path;

use super::select::history;
use super::{Composed, Error, Nothing, Project};
use crate::clock::wall;
use crate::config::{Digest, List};
use crate::delivery::Reply;
use crate::digests::Receipt;
use crate::issue::{Issue, IssueKey};
use crate::message::{self, Mailing, Recipient};
use crate::selection::Selection;
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
        /// Whether it is composed anew even where a draft stands.
        anew: bool,
    },
    /// One issue.
    Issue(IssueKey),
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
}

impl Plan {
    /// The issue that would go out.
    #[must_use]
    pub fn issue(&self) -> Option<&Issue> {
        match self {
            Self::Resume(issue) | Self::Draft(issue) | Self::Compose(issue, _) => Some(issue),
            Self::Nothing(_) | Self::Finished(_) => None,
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
    /// Notes that a digest is run in earnest, so that what the first runs could not send is not lost.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_run<S: Store>(&self, store: &S, digest: &str) -> Result<(), Error> {
        Ok(store.note_run(digest, self.channel(), self.clock.now()).await?)
    }

    /// Decides what sending would do: go on with what was started, else send the draft, else
    /// compose.
    ///
    /// # Errors
    /// When `digests/` holds a receipt that the store does not know, the issue asked for is
    /// unknown or abandoned, or composing fails.
    pub async fn plan<S: Store>(&self, store: &S, target: &Target) -> Result<Plan, Error> {
        let digest = self.digest(target.digest())?;
        let started = store.issues(Some(&digest.name)).await?;
        self.refuse_unknown_receipts(&digest.name, &started)?;
        match target {
            Target::Issue(key) => self.plan_issue(store, digest, key, started).await,
            Target::Next { anew, .. } => {
                let open =
                    started.iter().rfind(|one| one.stage == Stage::Sending && one.channel == self.channel());
                if let Some(open) = open {
                    return Ok(Plan::Resume(self.frozen(store, &open.key).await?));
                }
                if !anew && let Some(draft) = self.draft(store, &digest.name).await? {
                    return self.plan_draft(store, digest, draft).await;
                }
                Ok(match self.compose(store, digest).await? {
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
        match started.into_iter().find(|one| one.key == *key) {
            Some(one) if one.stage == Stage::Abandoned => Err(Error::Abandoned(key.clone())),
            Some(one) if one.stage == Stage::Finished => Ok(Plan::Finished(Box::new(one))),
            Some(one) if one.channel != self.channel() => Err(Error::OtherChannel(key.clone())),
            Some(_) => Ok(Plan::Resume(self.frozen(store, key).await?)),
            None => match self.digests().read(key)? {
                Some(draft) => self.plan_draft(store, digest, draft).await,
                None => Err(Error::UnknownIssue(key.clone())),
            },
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

    fn refuse_unknown_receipts(&self, digest: &str, started: &[Started]) -> Result<(), Error> {
        let mut receipts = self.digests().receipts(digest)?.into_iter();
        match receipts.find(|receipt| !started.iter().any(|one| one.key == receipt.issue)) {
            Some(receipt) => Err(Error::UnknownReceipt(receipt.issue)),
            None => Ok(()),
        }
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
        let Some(issue) = plan.issue() else { return Ok(None) };
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
            sender::check(&transport, &mail.from.email).await?;
            // Not before the checks: a draft left by a run that failed would be sent as it is next time.
            if matches!(plan, Plan::Compose(..)) {
                self.write_draft(store, issue).await?;
            }
            store.start(issue, &list.name, self.channel(), wall()).await?;
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
            store.close(key, Stage::Finished, wall()).await?;
        }
        Ok(Some(Sent { key: key.clone(), is_abandoned: !is_sending, report }))
    }

    /// Says beside the issue that it was started, so that no other store starts it again. What goes
    /// into a Maildir is no sending.
    async fn write_receipt<S: Store>(&self, store: &S, issue: &Issue) -> Result<(), Error> {
        let digests = self.digests();
        if self.channel() == Channel::Maildir || digests.receipt(&issue.key)?.is_some() {
            return Ok(());
        }
        let Some(started) = store.issue(&issue.key).await? else { return Ok(()) };
        if digests.read(&issue.key)?.is_none() {
            digests.write(issue)?;
        }
        let recipients = store.counts(&issue.key).await?.total();
        let receipt = Receipt {
            issue: issue.key.clone(),
            hash: started.hash,
            started: started.started,
            list: started.list,
            recipients,
        };
        Ok(digests.write_receipt(&receipt)?)
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
            Some(started) => Ok(self.config.list(&started.list)?),
            None => self.list(self.digest(&key.digest)?),
        }
    }

    /// Counts issues with a receipt that the store does not know as sent.
    ///
    /// # Errors
    /// When a receipt cannot be read, or the store fails.
    pub async fn adopt<S: Store>(&self, store: &S) -> Result<Adoption, Error> {
        let digests = self.digests();
        let mut adoption = Adoption::default();
        for digest in self.config.digests.values() {
            for receipt in digests.receipts(&digest.name)? {
                if store.issue(&receipt.issue).await?.is_some() {
                    continue;
                }
                let issue = digests.read(&receipt.issue).map_err(Error::from);
                match issue.and_then(|issue| issue.ok_or(Error::NoIssueFile(receipt.issue.clone()))) {
                    Ok(issue) => {
                        store.adopt(&issue, &receipt.list, Channel::Smtp, receipt.started).await?;
                        adoption.adopted.push(receipt.issue);
                    }
                    Err(error) => adoption.failed.push(error),
                }
            }
        }
        Ok(adoption)
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
