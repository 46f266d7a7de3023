//! The pipeline: the only place where the stages meet.
//!
//! A [`Project`] is a configuration and a clock. [`Project::next`] asks what an
//! issue would carry, [`Project::compose`] makes it, [`Project::deliver`] delivers it. Selecting and planning change nothing.

mod receipts;
mod select;
mod shelves;
mod compose;
mod mark;
mod explain;
mod plan;
mod signing;
mod copies;
mod send;
mod causes;
mod account;

pub use account::{Account, Pace};
pub use causes::Cause;
pub use compose::{Basis, Composed, Nothing};
pub use explain::{Explained, Outcome};
pub use mark::Marked;
pub use plan::{Plan, Target, Which};
pub use receipts::Adoption;
pub use send::{Begun, Go, Sent};
pub use shelves::Shelves;

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::clock::{self, Clock};
use crate::config::{self, Config};
use crate::digests::{self, Digests};
use crate::issue::IssueKey;
use crate::message::dkim::{NotSigned, Signer};
use crate::store::{self, Channel, Lease};
use crate::subscriber::{NoRandomness, TokenKey};
use crate::{composer, files, lint, message, sender};

/// A newsletter's folder: its configuration, and the present.
#[derive(Debug)]
pub struct Project {
    /// config.toml.
    pub config: Config,
    /// The present, as selection and composition see it.
    pub clock: Clock,
    /// What signs messages, read once.
    signer: OnceLock<Option<Signer>>,
}

impl Project {
    /// A newsletter with this configuration, at this time.
    #[must_use]
    pub fn new(config: Config, clock: Clock) -> Self {
        Self { config, clock, signer: OnceLock::new() }
    }

    /// The digest of this name.
    ///
    /// # Errors
    /// When config.toml has none of this name.
    pub fn digest(&self, name: &str) -> Result<&config::Digest, Error> {
        Ok(self.config.digest(name)?)
    }

    /// The list that a digest goes to.
    fn list(&self, digest: &config::Digest) -> Result<&config::List, Error> {
        Ok(self.config.list(&digest.list)?)
    }

    /// The folder of its issues.
    #[must_use]
    pub fn digests(&self) -> Digests {
        Digests::new(self.config.folder.join("digests"))
    }

    /// What its issues go out by.
    #[must_use]
    pub fn channel(&self) -> Channel {
        if self.config.mail.transport.is_maildir() { Channel::Maildir } else { Channel::Smtp }
    }

    /// Takes the lock of a digest, to be held to the end of the run.
    ///
    /// # Errors
    /// When another run holds it: the error says which.
    pub fn lock(&self, digest: &str) -> Result<files::Lock, Error> {
        let path = self.lock_path(digest);
        let owner =
            format!("process {} since {}", std::process::id(), crate::clock::wall().format("%F %T UTC"));
        files::Lock::try_take(&path, &owner)?
            .map_err(|holder| Error::Locked { digest: digest.to_owned(), holder })
    }

    /// The name of a digest's lock, which no other has: on this machine or another.
    fn holder(&self, digest: &str) -> String {
        let host = hostname::get().unwrap_or_default();
        format!("{}:{}", host.display(), files::real(&self.lock_path(digest)).display())
    }

    fn lock_path(&self, digest: &str) -> PathBuf {
        self.config.folder.join(".tidings").join(format!("{digest}.lock"))
    }

    /// Takes a started issue out of the hands of the run that died with it. The caller holds the digest's lock. The
    /// number of deliveries that became uncertain.
    ///
    /// # Errors
    /// When a run with another lock is at work on it, or the store fails.
    pub async fn take_over<S: store::Store>(&self, store: &S, key: &IssueKey) -> Result<u64, Error> {
        let now = clock::wall();
        let lease = Lease { claimant: claimant(), holder: self.holder(&key.digest), until: now };
        Ok(store.take(key, lease, now).await?)
    }

    /// The key of the tokens in readers' links: from `[pages]`, else the store's own.
    async fn token_key<S: store::Store>(&self, store: &S) -> Result<TokenKey, Error> {
        use secrecy::ExposeSecret;
        Ok(match &self.config.pages {
            Some(pages) => TokenKey::new(pages.secret.load()?.expose_secret().as_bytes()),
            None => TokenKey::new(&store.secret().await?),
        })
    }
}

/// What tells a run from those before it.
fn claimant() -> u64 {
    clock::wall().timestamp_micros().unsigned_abs()
}

/// Why a step of the pipeline could not be taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// config.toml has no digest or list of this name.
    #[error(transparent)]
    NoSuchName(#[from] config::NoSuchName),
    /// Neither the store nor `digests/` knows the issue.
    #[error(
        "there is no issue {0}, neither in the store nor in digests/: `tidings status` lists those there are"
    )]
    UnknownIssue(IssueKey),
    /// The issue was abandoned.
    #[error("{0} was abandoned; it is not sent any more")]
    Abandoned(IssueKey),
    /// The operator paused the issue.
    #[error("{0} is paused: `tidings resume {0}` lets it go on")]
    Paused(IssueKey),
    /// The folder for a dry run's messages is not empty.
    #[error("{} is not empty: name a new folder for the messages, or remove what is in it", .0.display())]
    NotEmpty(PathBuf),
    /// The issue was put into a Maildir, or mailed, and config.toml names the other now.
    #[error(
        "{0} was started by the other transport (mail server or Maildir); put that back into config.toml to go on with it"
    )]
    OtherChannel(IssueKey),
    /// A draft holds what another issue, started since, carried.
    #[error(
        "the draft {key} holds “{title}”, which an issue started since has carried, so that readers would get it twice; \
         compose it again with `tidings compose {digest}`, or `tidings send {digest} --compose`",
        digest = key.digest
    )]
    StaleDraft {
        /// The draft.
        key: IssueKey,
        /// The title of the first such article.
        title: String,
    },
    /// A content folder is not there.
    #[error("there is no content folder {0}: make it, or correct `content` under [site] in config.toml")]
    NoContent(String),
    /// Asked to stop before the start.
    #[error("stopped before anything was sent; nothing is started")]
    Interrupted,
    /// An article cannot be pinned.
    #[error(
        "{path} cannot be pinned: it is passed over as {reason} (see `tidings select DIGEST --explain {path}`)"
    )]
    CannotPin {
        /// The article.
        path: String,
        /// Why it is passed over.
        reason: &'static str,
    },
    /// There is no such article.
    #[error(
        "there is no article {0}: name it by its path in the content folder, as `tidings select --explain` lists it"
    )]
    NoArticle(String),
    /// A content folder is a file.
    #[error(
        "the content folder {0} is a file: name the folder it is in under `content` in [site] of config.toml"
    )]
    ContentIsFile(String),
    /// Another run of the digest is at work.
    #[error("another run of {digest} is at work ({holder}); try again when it is done")]
    Locked {
        /// The digest.
        digest: String,
        /// What its holder wrote into the lock.
        holder: String,
    },
    /// `digests/` holds the receipt of an issue that the store does not know.
    #[error(
        "{0} was sent, says its receipt, but this store does not know of it; if the store was lost or is another \
         machine's, bring it here, or run `tidings store adopt` to count the issue as sent"
    )]
    UnknownReceipt(IssueKey),
    /// A receipt says that an issue has ended, which the store holds as being sent.
    #[error(
        "{0} has ended, says its receipt, but this store holds deliveries of it as still to be made: it is older than \
         the receipt, restored from a backup perhaps, and sending would mail readers twice. Bring the newer store, \
         or run `tidings store adopt` to leave what is open undelivered"
    )]
    EndedElsewhere(IssueKey),
    /// The list that an issue was started for is gone from config.toml.
    #[error(
        "{issue} was started for the list {list}, which config.toml does not have any more: put [lists.{list}] back"
    )]
    NoList {
        /// The list.
        list: String,
        /// The issue.
        issue: IssueKey,
    },
    /// A receipt stands alone: what its issue carried is not known.
    #[error(
        "{0} was sent, says its receipt, but its issue.json is gone, which says what it carried: bring the folder's \
         files back (from git, or a backup), or remove the receipt.json to count it as never sent"
    )]
    NoIssueFile(IssueKey),
    /// Nobody would get the issue.
    #[error("nobody is on the list {0}: add a subscriber with `tidings list add {0} ADDRESS`")]
    NoRecipients(String),
    /// A secret could not be read.
    #[error(transparent)]
    Secret(#[from] config::SecretError),
    /// A file could not be read or written.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// An issue's folder could not be read or written.
    #[error(transparent)]
    Digests(#[from] digests::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The issue could not be composed.
    #[error(transparent)]
    Composer(#[from] composer::Error),
    /// The issue would be hurt in an inbox.
    #[error(
        "{key} is not sent, for lint finds what would hurt it: {}; see `tidings lint {key}`, and send it nevertheless with --force",
        errors(findings)
    )]
    Unsound {
        /// The issue.
        key: IssueKey,
        /// What was found, the errors first.
        findings: Vec<lint::Finding>,
    },
    /// A Message-ID could not be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A message could not be made.
    #[error(transparent)]
    Message(#[from] message::Error),
    /// A key of `[mail.dkim]` cannot sign.
    #[error("{place} {why}")]
    BadKey {
        /// The file or the variable.
        place: config::Secret,
        /// Why not.
        why: message::dkim::BadKey,
    },
    /// A message could not be signed.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// The transport cannot be used as it is configured.
    #[error(transparent)]
    Unusable(#[from] sender::Unusable),
    /// Messages could not be delivered.
    #[error(transparent)]
    Sender(#[from] sender::Error),
}

/// The errors among findings, in one line.
fn errors(findings: &[lint::Finding]) -> String {
    let errors = findings.iter().filter(|one| one.rule.severity == lint::Severity::Error);
    errors.map(|one| format!("{} ({})", one.what, one.place)).collect::<Vec<_>>().join("; ")
}
