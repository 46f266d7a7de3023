//! The buttons of the page, which are commands: a test copy, and the draft.

use url::form_urlencoded;

use super::asked::Asked;
use super::desk::{Desk, Seen};
use super::view::Standing;
use crate::config::StoreAt;
use crate::issue::Issue;
use crate::message::Recipient;
use crate::pipeline::{Error, Project};
use crate::store::sqlite::{Mode, Sqlite};
use crate::subscriber::{Token, parse_mailbox};

/// A button that was pressed.
#[derive(Debug, Default)]
pub(super) struct Pressed {
    /// The token that its page holds.
    pub(super) token: String,
    /// The page's address.
    of: String,
    /// Where a test copy goes.
    address: String,
    /// The hash of the issue that was looked at.
    hash: String,
}

/// Which button.
#[derive(Debug, Clone, Copy)]
pub(super) enum Button {
    /// "Send me a test".
    Test,
    /// "Write the draft".
    Draft,
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// What the page is of cannot be sent or written.
    #[error("{0}")]
    Unfit(String),
    /// It was tried.
    #[error(transparent)]
    Failed(#[from] Error),
}

fn unfit(why: impl Into<String>) -> Refused {
    Refused::Unfit(why.into())
}

impl Pressed {
    /// Reads the form of a button (`application/x-www-form-urlencoded`).
    pub(super) fn read(form: &[u8]) -> Self {
        let mut pressed = Self::default();
        for (name, value) in form_urlencoded::parse(form) {
            match &*name {
                "token" => pressed.token = value.into_owned(),
                "of" => pressed.of = value.into_owned(),
                "address" => pressed.address = value.into_owned(),
                "hash" => pressed.hash = value.into_owned(),
                _ => {}
            }
        }
        pressed
    }

    /// The page that it was pressed on.
    pub(super) fn asked(&self) -> Result<Asked, String> {
        let (path, query) = self.of.split_once('?').unwrap_or((&self.of, ""));
        Asked::read(path, query)
    }

    /// Does what the button says.
    pub(super) async fn act(&self, button: Button, desk: &Desk) -> Result<String, Refused> {
        match button {
            Button::Test => self.test(desk).await,
            Button::Draft => self.draft(desk).await,
        }
    }

    /// Mails a test copy, which counts for nothing.
    async fn test(&self, desk: &Desk) -> Result<String, Refused> {
        let asked = self.asked().map_err(unfit)?;
        let (to, name) = parse_mailbox(self.address.trim()).map_err(|error| {
            unfit(format!("{}: {error}; write an address as me@example.org", self.address))
        })?;
        let (project, seen) = self.looked_at(desk, &asked).await?;
        let issue = self.issue(&seen)?;
        let recipient = Recipient { address: &to, name: name.as_deref(), token: &Token::inert() };
        let reply = project.send_copy(issue, &recipient).await?;
        Ok(format!("A test copy went to {to}: {reply}"))
    }

    /// Writes the draft of an issue that was composed for the page.
    async fn draft(&self, desk: &Desk) -> Result<String, Refused> {
        let asked = self.asked().map_err(unfit)?;
        if asked.selecting.at.is_some() {
            return Err(unfit(
                "an issue of another day is to be looked at only: its draft would be sent today, with what is not to \
                 appear yet",
            ));
        }
        // Before it is looked at, so that no run starts what is written here.
        let _lock = match (desk.project(&asked.selecting).await, asked.what.digest()) {
            (Some(project), Some(digest)) => {
                let digest = project.digest(digest).map_err(|error| unfit(error.to_string()))?;
                Some(project.lock(&digest.name)?)
            }
            _ => None,
        };
        let (project, seen) = self.looked_at(desk, &asked).await?;
        let issue = self.issue(&seen)?;
        let standing = seen.shown.mail().map(|mail| &mail.standing);
        if !matches!(standing, Some(Standing::Next | Standing::Beside(_))) {
            return Err(unfit(format!(
                "{} is composed already: look at the next issue to write its draft",
                issue.key
            )));
        }
        let StoreAt::Sqlite(path) = &project.config.store;
        let store = Sqlite::open(path, Mode::ReadOnly).map_err(Error::from)?;
        let folder = project.write_draft(&store, issue).await?;
        Ok(format!("The draft {} is written to {}", issue.key, folder.display()))
    }

    /// The newsletter, and what its page shows now.
    async fn looked_at(&self, desk: &Desk, asked: &Asked) -> Result<(Project, Seen), Refused> {
        // As the files are now, also those that nobody watches: what links lead to, say.
        desk.forget().await;
        let project = desk.project(&asked.selecting).await;
        let project =
            project.ok_or_else(|| unfit("there is no newsletter here: only the message of a file"))?;
        let seen = desk.see(asked).await.map_err(|error| unfit(error.to_string()))?;
        match seen.faults.first() {
            Some(fault) => Err(unfit(format!(
                "what is shown is an older version; mend this first: {} {}",
                fault.file, fault.message
            ))),
            None => Ok((project, seen)),
        }
    }

    /// The issue, which is the one that was looked at.
    fn issue<'s>(&self, seen: &'s Seen) -> Result<&'s Issue, Refused> {
        let issue = seen.shown.mail().and_then(|mail| mail.issue.as_ref());
        let issue = issue.ok_or_else(|| unfit("there is no issue to take"))?;
        if self.hash != issue.hash() {
            return Err(unfit("the issue has changed since it was shown: look at it again"));
        }
        Ok(issue)
    }
}
