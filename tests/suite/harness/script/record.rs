use std::fmt;
use std::time::Instant;

/// How a message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It came whole, and was accepted.
    Accepted,
    /// It came whole, and was refused with this code.
    Refused(u16),
    /// It came whole, and nobody was told.
    Unanswered,
    /// The connection ended before its last line.
    Cut,
}

/// A message, or what came of it.
#[derive(Clone)]
pub(crate) struct Message {
    /// The connection that it came over, from 1.
    pub(crate) connection: usize,
    /// Whether that was encrypted.
    pub(crate) tls: bool,
    /// The reverse-path.
    pub(crate) from: String,
    /// The recipients that were accepted.
    pub(crate) to: Vec<String>,
    /// Its octets, without the dots that were put in for the journey.
    pub(crate) octets: Vec<u8>,
    /// How it ended.
    pub(crate) ending: Ending,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, from, to, octets, ending, .. } = self;
        write!(f, "{ending:?} on connection {connection}: {} octets from {from} to {to:?}", octets.len())
    }
}

impl Message {
    /// Its octets as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.octets).into_owned()
    }

    /// The value of a field of its head, unfolded.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let text = self.text().replace("\r\n ", " ").replace("\r\n\t", " ");
        let head = text.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

/// A line that a client has sent.
#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(super) connection: usize,
    pub(super) tls: bool,
    pub(super) line: String,
    pub(super) at: Instant,
}

/// All that the server was told.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) connections: usize,
    pub(super) commands: Vec<Command>,
    pub(super) messages: Vec<Message>,
    pub(super) breaches: Vec<String>,
}
