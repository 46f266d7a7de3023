//! Messages outside the ledger: test copies, and what a dry run writes.

use std::collections::HashSet;
use std::path::Path;

use super::{Error, Plan, Project};
use crate::clock::wall;
use crate::config::List;
use crate::delivery::Reply;
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::lint::{self, Finding, Known};
use crate::message::{self, Mailing, Recipient};
use crate::sender;
use crate::store::Store;
use crate::subscriber::{Status, Subscriber, Token, address_key};

impl Project {
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
        self.rendered(issue, to, &message::random_message_id(&self.config.mail.from.email)?)
    }

    fn rendered(&self, issue: &Issue, to: &Recipient<'_>, message_id: &str) -> Result<Vec<u8>, Error> {
        let list = self.list(self.digest(&issue.key.digest)?)?;
        Ok(self.mailing(issue, list)?.render(to, message_id, wall(), wall())?)
    }

    /// What would hurt an issue in an inbox: the findings on the message that its sender would get.
    ///
    /// # Errors
    /// When the message cannot be made.
    pub fn lint(&self, issue: &Issue) -> Result<Vec<Finding>, Error> {
        Ok(self.looked_over(issue)?.1)
    }

    /// The message that an issue's sender would get, unsigned where the keys are not on this machine, and what lint
    /// finds in it.
    ///
    /// # Errors
    /// When the message cannot be made.
    pub fn looked_over(&self, issue: &Issue) -> Result<(Vec<u8>, Vec<Finding>), Error> {
        let from = &self.config.mail.from;
        let to = Recipient { address: &from.email, name: from.name.as_deref(), token: &Token::inert() };
        let list = self.list(self.digest(&issue.key.digest)?)?;
        let known = Known {
            postal_address: self.config.mail.postal_address.as_deref(),
            reason: &list.reason,
            accent: self.config.brand.accent.as_deref(),
        };
        let message_id = message::random_message_id(&from.email)?;
        let mailing = self.unsigned(issue, list)?.signed_by(self.signer_if_here()?);
        let message = mailing.render(&to, &message_id, wall(), wall())?;
        let findings = lint::lint(&message, Some(&known));
        Ok((message, findings))
    }

    /// Refuses an issue that lint finds errors in.
    ///
    /// # Errors
    /// When it finds any, or the message cannot be made.
    pub fn check_sound(&self, issue: &Issue) -> Result<(), Error> {
        let findings = self.lint(issue)?;
        if lint::has_errors(&findings) {
            return Err(Error::Unsound { key: issue.key.clone(), findings });
        }
        Ok(())
    }

    /// Mails such a copy.
    ///
    /// # Errors
    /// When the message cannot be made, or is refused.
    pub async fn send_copy(&self, issue: &Issue, to: &Recipient<'_>) -> Result<Reply, Error> {
        let from = &self.config.mail.from.email;
        let message_id = &message::random_message_id(from)?;
        let message = &self.rendered(issue, to, message_id)?;
        let transport = sender::Transport::open(&self.config.mail)?;
        Ok(sender::send_copy(&transport, (from, to.address), message_id, message).await?)
    }

    /// Writes the message of each recipient that an issue has open, or would have if it were started
    /// now, into a folder: one file each, as it would be mailed but for its date. The number written.
    ///
    /// # Errors
    /// When the folder holds anything, for what an earlier one left there would look like these; when a message cannot be made or written.
    pub async fn write_messages<S: Store>(
        &self,
        store: &S,
        issue: &Issue,
        folder: &Path,
    ) -> Result<usize, Error> {
        if !files::names_in(folder)?.is_empty() {
            return Err(Error::NotEmpty(folder.to_owned()));
        }
        let list = self.list_of(store, &issue.key).await?;
        let (mailing, tokens) = (self.mailing_of(store, issue, list).await?, self.token_key(store).await?);
        let from = &self.config.mail.from.email;
        let transport = sender::Transport::Folder(folder.to_owned());
        let recipients = open_recipients(store, &issue.key, &list.name).await?;
        for one in &recipients {
            let token = Token::of(one.id, &tokens);
            let to = Recipient { address: &one.address, name: one.name.as_deref(), token: &token };
            let message_id = &mailing.message_id(one.id);
            let message = &mailing.render(&to, message_id, wall(), wall())?;
            sender::send_copy(&transport, (from, to.address), message_id, message).await?;
        }
        Ok(recipients.len())
    }

    /// An issue ready for mailing, with the Message-IDs that it was started with if it was.
    pub(super) async fn mailing_of<S: Store>(
        &self,
        store: &S,
        issue: &Issue,
        list: &List,
    ) -> Result<Mailing, Error> {
        let domain = store.issue(&issue.key).await?.and_then(|started| started.domain);
        let mailing = self.mailing(issue, list)?;
        Ok(domain.into_iter().fold(mailing, |mailing, domain| mailing.named_in(&domain)))
    }

    pub(super) fn mailing(&self, issue: &Issue, list: &List) -> Result<Mailing, Error> {
        Ok(self.unsigned(issue, list)?.signed_by(self.signer()?))
    }

    fn unsigned(&self, issue: &Issue, list: &List) -> Result<Mailing, Error> {
        let web =
            self.config.digests.get(&issue.key.digest).and_then(|digest| digest.web.as_ref()?.of(&issue.key));
        Ok(Mailing::new(issue, &self.config.mail, list, self.config.pages.as_ref(), web.as_ref())?)
    }

    /// The list that an issue was started for, else the one that its digest goes to now.
    pub(super) async fn list_of<S: Store>(&self, store: &S, key: &IssueKey) -> Result<&List, Error> {
        match store.issue(key).await? {
            Some(started) => match self.config.list(&started.list) {
                Ok(list) => Ok(list),
                Err(_) => Err(Error::NoList { list: started.list, issue: key.clone() }),
            },
            None => self.list(self.digest(&key.digest)?),
        }
    }
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
