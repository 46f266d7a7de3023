//! Transports: a closed set, so that tests and dry runs walk the way of real mail.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lettre::Address;
use lettre::address::Envelope;
use tokio::task;

use super::relay::{Relay, Unusable};
use super::reply::{Failure, Phase, Why};
use super::session::Session;
use crate::config;
use crate::delivery::Reply;
use crate::files;

/// What messages are delivered to.
#[derive(Debug, Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(Arc<Relay>),
    /// A Maildir. Its messages have the line ends of files (LF), as every local delivery agent
    /// writes them; they are named after the Message-ID, so that none appears twice.
    Maildir(PathBuf),
    /// A folder of `.eml` files, each octet as it would be mailed.
    Folder(PathBuf),
    /// A list in memory.
    Memory(Memory),
}

/// Messages kept in memory.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<Kept>>>);

/// A message in memory, with its envelope.
pub type Kept = (Envelope, Vec<u8>);

impl Memory {
    /// What was delivered so far.
    #[must_use]
    pub fn messages(&self) -> Vec<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A finished message with its envelope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outgoing<'a> {
    /// Its Message-ID without angle brackets: what its file is named after.
    pub(super) message_id: &'a str,
    /// Its reverse-path and its one recipient.
    pub(super) envelope: &'a Envelope,
    /// The message, CRLF.
    pub(super) message: &'a [u8],
    /// Whether an earlier attempt may have delivered it.
    pub(super) again: bool,
}

impl Transport {
    /// Prepares the transport of `[mail]`. Nothing is connected or made yet.
    ///
    /// # Errors
    /// When the settings cannot be used as they are.
    pub fn open(mail: &config::Mail) -> Result<Self, Unusable> {
        Ok(match &mail.transport {
            config::Transport::Smtp(smtp) => Self::Smtp(Arc::new(Relay::new(smtp, mail)?)),
            config::Transport::Maildir(path) => Self::Maildir(path.clone()),
        })
    }

    /// Its name in messages to people.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Smtp(relay) => relay.to_string(),
            Self::Maildir(path) | Self::Folder(path) => path.display().to_string(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }

    /// Opens a line over which messages can go, one at a time.
    pub(super) async fn connect(&self) -> Result<Line, Failure> {
        Ok(match self {
            Self::Smtp(relay) => Line::Smtp(Box::new(Session::open(relay).await?)),
            Self::Maildir(path) => {
                for folder in ["tmp", "new", "cur"] {
                    files::make_folder(&path.join(folder)).map_err(|error| no_file(&error))?;
                }
                Line::Maildir(path.clone())
            }
            Self::Folder(path) => {
                files::make_folder(path).map_err(|error| no_file(&error))?;
                Line::Folder(path.clone())
            }
            Self::Memory(memory) => Line::Memory(memory.clone()),
        })
    }
}

/// A transport in use.
pub(super) enum Line {
    Smtp(Box<Session>),
    Maildir(PathBuf),
    Folder(PathBuf),
    Memory(Memory),
}

impl Line {
    /// Whether it can carry another message.
    pub(super) fn is_ready(&self) -> bool {
        if let Self::Smtp(session) = self { session.is_ready() } else { true }
    }

    /// Whether the next message can be offered behind one that is sent.
    pub(super) fn takes_more(&self) -> bool {
        matches!(self, Self::Smtp(session) if session.takes_more())
    }

    /// Whether the other end is still there.
    pub(super) fn is_alive(&self) -> bool {
        if let Self::Smtp(session) = self { session.is_alive() } else { true }
    }

    /// Asks whether the other end takes a message of so many octets; [`Self::consent`] tells.
    pub(super) async fn offer(&mut self, envelope: &Envelope, size: usize) -> Result<(), Failure> {
        if let Self::Smtp(session) = self { session.offer(envelope, size).await } else { Ok(()) }
    }

    /// Ends when the other end waits for the message that was offered.
    pub(super) async fn consent(&mut self) -> Result<(), Failure> {
        if let Self::Smtp(session) = self { session.consent().await } else { Ok(()) }
    }

    /// Sends the message that the other end waits for, and behind it the offer of the next one where it can;
    /// whether that was sent.
    pub(super) async fn send(
        &mut self,
        outgoing: Outgoing<'_>,
        next: Option<(&Envelope, usize)>,
    ) -> Result<bool, Failure> {
        match self {
            Self::Smtp(session) => session.send(outgoing.message, next).await,
            _ => Ok(false),
        }
    }

    /// What the other end says to the message that was sent.
    pub(super) async fn answer(&mut self, outgoing: Outgoing<'_>) -> Result<Reply, Failure> {
        match self {
            Self::Smtp(session) => session.answer().await,
            Self::Maildir(path) => {
                let name = file_name(outgoing.message_id);
                if outgoing.again
                    && let Some(there) = find(path, &name).map_err(|error| no_file(&error))?
                {
                    return Ok(Reply { code: None, text: shown(&there) });
                }
                store(path.join("tmp").join(&name), path.join("new").join(&name), unix(outgoing.message))
                    .await
            }
            Self::Folder(path) => {
                let name = file_name(outgoing.message_id) + ".eml";
                store(path.join(format!(".{name}")), path.join(&name), outgoing.message.to_vec()).await
            }
            Self::Memory(Memory(messages)) => {
                let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
                messages.push((outgoing.envelope.clone(), outgoing.message.to_vec()));
                Ok(Reply { code: None, text: "kept in memory".to_owned() })
            }
        }
    }

    /// Hands one message over, from its offer to its answer.
    pub(super) async fn transfer(&mut self, outgoing: Outgoing<'_>) -> Result<Reply, Failure> {
        self.offer(outgoing.envelope, outgoing.message.len()).await?;
        self.consent().await?;
        self.send(outgoing, None).await?;
        self.answer(outgoing).await
    }

    /// Leaves the other end, which waits for a message that is not to be sent.
    pub(super) fn break_off(&mut self) {
        if let Self::Smtp(session) = self {
            session.break_off();
        }
    }

    /// Whether the other end's texts begin with enhanced status codes (RFC 2034).
    pub(super) fn has_statuses(&self) -> bool {
        matches!(self, Self::Smtp(session) if session.has_statuses())
    }

    /// Asks whether the other end takes mail from this sender, and leaves nothing behind.
    pub(super) async fn try_sender(&mut self, sender: &Address, size: usize) -> Result<(), Failure> {
        match self {
            Self::Smtp(session) => session.try_sender(sender, size).await,
            Self::Maildir(path) => {
                let trial = path.join("tmp").join(".tidings-trial");
                let tried = files::write(&trial, b"").and_then(|()| files::remove(&trial));
                tried.map_err(|error| no_file(&error))
            }
            Self::Folder(_) | Self::Memory(_) => Ok(()),
        }
    }

    /// Ends it politely.
    pub(super) async fn quit(mut self) {
        if let Self::Smtp(session) = &mut self {
            session.quit().await;
        }
    }
}

/// Writes a message off the threads that wait for the network.
async fn store(staging: PathBuf, path: PathBuf, message: Vec<u8>) -> Result<Reply, Failure> {
    let text = shown(&path);
    match task::spawn_blocking(move || files::deliver(&staging, &path, &message)).await {
        Ok(Ok(())) => Ok(Reply { code: None, text }),
        Ok(Err(error)) => Err(no_file(&error)),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// A message that is in a Maildir already. One that was looked at is in `cur`, and its name may have
/// flags after a colon.
fn find(maildir: &Path, name: &str) -> Result<Option<PathBuf>, files::Error> {
    for folder in ["new", "cur"].map(|folder| maildir.join(folder)) {
        let mut names = files::names_in(&folder)?.into_iter();
        let there = names.find(|other| other.split(':').next() == Some(name));
        if let Some(there) = there {
            return Ok(Some(folder.join(there)));
        }
    }
    Ok(None)
}

fn shown(path: &Path) -> String {
    format!("written to {}", path.display())
}

/// What cannot be written for one recipient cannot for the next.
fn no_file(error: &files::Error) -> Failure {
    Failure { phase: Phase::Connect, why: Why::Unfit(error.to_string()) }
}

/// A Message-ID as a file's name: without what means something to file systems or to Maildir.
fn file_name(message_id: &str) -> String {
    message_id.chars().map(|c| if matches!(c, '/' | '\\' | ':' | '\0') { '_' } else { c }).collect()
}

fn unix(message: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                lines.extend_from_slice(line);
                lines.push(b'\n');
            }
            None => lines.extend_from_slice(line),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope {
        Envelope::new("news@example.org".parse().ok(), vec!["ann@example.org".parse().unwrap()]).unwrap()
    }

    async fn deliver(transport: &Transport, message: &[u8]) {
        let envelope = envelope();
        let outgoing = Outgoing { message_id: "1@example.org", envelope: &envelope, message, again: true };
        transport.connect().await.unwrap().transfer(outgoing).await.unwrap();
    }

    #[tokio::test]
    async fn a_maildir_gets_each_message_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox");
        for _ in 0..2 {
            deliver(&Transport::Maildir(path.clone()), b"Subject: a\r\n\r\nb\r\n").await;
        }
        assert_eq!(files::names_in(&path.join("new")).unwrap(), ["1@example.org"]);
        assert_eq!(files::names_in(&path.join("tmp")).unwrap(), [""; 0]);
        assert_eq!(files::read(&path.join("new/1@example.org")).unwrap(), b"Subject: a\n\nb\n");
        assert!(path.join("cur").is_dir());
    }

    #[tokio::test]
    async fn a_message_that_was_looked_at_does_not_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        files::make_folder(&path.join("cur")).unwrap();
        files::write(&path.join("cur/1@example.org:2,S"), b"seen").unwrap();
        deliver(&Transport::Maildir(path.clone()), b"Subject: a\r\n\r\nb\r\n").await;
        assert_eq!(files::names_in(&path.join("new")).unwrap(), [""; 0]);
    }

    #[tokio::test]
    async fn a_folder_gets_each_octet_as_mailed() {
        let folder = tempfile::tempdir().unwrap();
        deliver(&Transport::Folder(folder.path().into()), b"Subject: a\r\n\r\nb\r\n").await;
        assert_eq!(files::names_in(folder.path()).unwrap(), ["1@example.org.eml"]);
        let path = folder.path().join("1@example.org.eml");
        assert_eq!(files::read(&path).unwrap(), b"Subject: a\r\n\r\nb\r\n");
    }

    #[tokio::test]
    async fn a_maildir_that_cannot_be_made_is_told_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("file"), b"").unwrap();
        let failure = Transport::Maildir(folder.path().join("file")).connect().await.err().unwrap();
        assert!(failure.to_string().contains("file/tmp"), "{failure}");
        assert!(!failure.is_temporary());
    }
}
