//! The wire: commands out, replies in, each with a deadline. lettre's commands and replies over a
//! stream of ours, for its own has neither deadlines per reply nor `TCP_NODELAY`, takes a bare
//! `250` for an error, and does not tell how far a conversation was when it failed.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time;

use super::reply::{Failure, Phase, Why, is_yes, reply_of};

/// The most octets of a reply's line. RFC 5321 §4.5.3.1.5 allows 512; servers send more.
const LINE: u64 = 4096;
/// The most octets of a reply.
const REPLY: usize = 64 * 1024;
/// How much of a message is written under one deadline.
const BLOCK: usize = 64 * 1024;

/// How long each reply may take: as RFC 5321 §4.5.3.2 says, unless config.toml says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadlines(pub(super) Option<Duration>);

impl Deadlines {
    pub(super) fn reply(self, phase: Phase) -> Duration {
        self.0.unwrap_or(match phase {
            // No RFC says; systems themselves give up after about two minutes.
            Phase::Connect => Duration::from_mins(1),
            Phase::Data => Duration::from_mins(2),
            Phase::Message => Duration::from_mins(10),
            _ => Duration::from_mins(5),
        })
    }

    fn block(self) -> Duration {
        self.0.unwrap_or(Duration::from_mins(3))
    }
}

/// One side of an SMTP conversation.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: BufReader<S>,
    deadlines: Deadlines,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, deadlines: Deadlines) -> Self {
        Self { stream: BufReader::new(stream), deadlines }
    }

    /// The stream, and whether the server had already sent more than its last reply.
    pub(super) fn into_stream(self) -> (S, bool) {
        let early = !self.stream.buffer().is_empty();
        (self.stream.into_inner(), early)
    }

    /// Sends one of lettre's commands and waits for consent.
    pub(super) async fn command(&mut self, phase: Phase, command: impl Display) -> Result<Response, Failure> {
        self.expect_nothing(phase)?;
        self.write(phase, command.to_string().as_bytes()).await?;
        self.consent(phase).await
    }

    /// Fails where the server has said more than it was asked: what follows would be taken for the answer
    /// to what is asked next.
    pub(super) fn expect_nothing(&self, phase: Phase) -> Result<(), Failure> {
        match self.stream.buffer() {
            [] => Ok(()),
            more => Err(lost(
                phase,
                format!(
                    "the server answered before it was asked: {:?}",
                    shown(&String::from_utf8_lossy(more))
                ),
            )),
        }
    }

    /// Writes, a block at a time, so that a slow line is given time and a dead one is not.
    pub(super) async fn write(&mut self, phase: Phase, octets: &[u8]) -> Result<(), Failure> {
        for block in octets.chunks(BLOCK) {
            self.within(phase, self.deadlines.block(), async |stream| {
                stream.write_all(block).await?;
                stream.flush().await
            })
            .await?;
        }
        Ok(())
    }

    /// Reads a reply that must be a yes.
    pub(super) async fn consent(&mut self, phase: Phase) -> Result<Response, Failure> {
        let response = self.reply(phase).await?;
        if is_yes(&response, phase) {
            return Ok(response);
        }
        if !matches!(u16::from(response.code()) / 100, 4 | 5) {
            let reply = Why::Refused(reply_of(&response));
            return Err(lost(
                phase,
                format!("the server answered {phase} with {reply}, which is no answer to it"),
            ));
        }
        Err(Failure { phase, why: Why::Refused(reply_of(&response)) })
    }

    /// Reads a reply.
    pub(super) async fn reply(&mut self, phase: Phase) -> Result<Response, Failure> {
        self.reply_within(phase, self.deadlines.reply(phase)).await
    }

    /// Reads a reply that may take no longer than `deadline`.
    pub(super) async fn reply_within(
        &mut self,
        phase: Phase,
        deadline: Duration,
    ) -> Result<Response, Failure> {
        let text = self.within(phase, deadline, read_reply).await?;
        text.parse().map_err(|_| {
            lost(phase, format!("the server answered {phase} with what is no SMTP reply: {:?}", shown(&text)))
        })
    }

    async fn within<T>(
        &mut self,
        phase: Phase,
        deadline: Duration,
        action: impl AsyncFnOnce(&mut BufReader<S>) -> io::Result<T>,
    ) -> Result<T, Failure> {
        match time::timeout(deadline, action(&mut self.stream)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(lost(phase, broken(phase, &error))),
            Err(_) => Err(lost(phase, format!("no answer to {phase} within {deadline:?}"))),
        }
    }
}

/// Reads the lines of one reply, as lettre's parser wants them: UTF-8, a blank after the code of the
/// last line also where it has no text, CRLF.
async fn read_reply<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = Vec::new();
        (&mut *stream).take(LINE).read_until(b'\n', &mut line).await?;
        match line.last() {
            Some(b'\n') if text.len() <= REPLY => {}
            Some(_) if line.len() as u64 == LINE || text.len() > REPLY => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the reply is too long"));
            }
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        text.push_str(line);
        if line.len() == 3 {
            text.push(' ');
        }
        text.push_str("\r\n");
        let is_reply = line.bytes().take(3).filter(u8::is_ascii_digit).count() == 3;
        if !is_reply || line.as_bytes().get(3) != Some(&b'-') {
            return Ok(text);
        }
    }
}

pub(super) fn lost(phase: Phase, why: String) -> Failure {
    Failure { phase, why: Why::Lost(why) }
}

fn broken(phase: Phase, error: &io::Error) -> String {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error.kind() {
        UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe => {
            format!("the server closed the connection at {phase}")
        }
        _ => format!("the connection failed at {phase}: {error}"),
    }
}

fn shown(text: &str) -> String {
    text.trim_end().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(octets: &[u8]) -> Result<Response, Failure> {
        let stream = tokio::io::join(octets, tokio::io::sink());
        Wire::new(stream, Deadlines(None)).reply(Phase::Message).await
    }

    #[tokio::test]
    async fn sloppy_but_clear_replies_are_understood() {
        for (octets, code, lines) in [
            (&b"250 2.0.0 Ok\r\n"[..], 250, vec!["2.0.0 Ok"]),
            (b"250\r\n", 250, vec![""]),
            (b"250 Ok\n", 250, vec!["Ok"]),
            (b"250-a\r\n250-\r\n250 b\r\n", 250, vec!["a", "", "b"]),
            (b"550 n\xe3o\r\n", 550, vec!["n\u{fffd}o"]),
        ] {
            let response = read(octets).await.unwrap();
            assert!(response.has_code(code), "{octets:?}");
            assert_eq!(response.message().collect::<Vec<_>>(), lines, "{octets:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_reply_is_lost_and_never_a_yes() {
        let long = [b"250 ".as_slice(), &[b'a'; 5000], b"\r\n"].concat();
        let endless = b"250-a\r\n".repeat(20_000);
        for octets in
            [&b""[..], b"250 Ok", b"hello\r\n", b"199 Ok\r\n", b"250-a\r\n550 b\r\n", &long, &endless]
        {
            let failure = read(octets).await.unwrap_err();
            assert!(matches!(failure.why, Why::Lost(_)), "{failure}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_server_is_waited_for_as_long_as_the_standard_says() {
        for (phase, minutes) in [(Phase::Greeting, 5), (Phase::Data, 2), (Phase::Message, 10)] {
            let (near, _far) = tokio::io::duplex(64);
            let start = time::Instant::now();
            let failure = Wire::new(near, Deadlines(None)).reply(phase).await.unwrap_err();
            assert_eq!(start.elapsed(), Duration::from_mins(minutes));
            assert!(failure.to_string().starts_with("no answer to "), "{failure}");
        }
    }
}
