//! Replies: what the server said, and what that means for the delivery.

use std::fmt;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::transport::smtp::response::{Response, Severity};

use super::patience::Patience;
use crate::delivery::{Claim, Outcome, Reply, enhanced};
use crate::subscriber::masked;

/// How much of a reply is kept, in characters.
const KEPT: usize = 500;

/// How far a conversation was when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Reaching the server.
    Connect,
    /// Its greeting, and EHLO.
    Greeting,
    /// STARTTLS and the TLS handshake.
    Tls,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// From the message's first octet to the reply after its last.
    Message,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Greeting => "the greeting",
            Self::Tls => "TLS",
            Self::Login => "the login",
            Self::Sender => "the sender (MAIL FROM)",
            Self::Recipient => "the recipient (RCPT TO)",
            Self::Data => "DATA",
            Self::Message => "the message",
        })
    }
}

/// A bad sender (RFC 3463 §3.2), a wrong or weak login (RFC 4954 §6).
const SETTINGS: [&str; 5] = ["5.1.7", "5.1.8", "5.7.8", "5.7.9", "5.7.11"];
/// A message that is too big for the server itself (RFC 3463 §3.4).
const TOO_BIG: &str = "5.3.4";

/// What went wrong in a conversation, and how far it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Failure {
    /// How far it was.
    pub phase: Phase,
    /// What went wrong.
    pub why: Why,
}

/// What went wrong in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The server said no.
    Refused(Reply),
    /// The connection failed, or a reply did not come in time or was none.
    Lost(String),
    /// The server does not offer what the settings or the address need.
    Unfit(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(Reply { code: Some(code), text }) => write!(f, "{code} {text}"),
            Self::Refused(Reply { code: None, text }) | Self::Lost(text) | Self::Unfit(text) => {
                f.write_str(text)
            }
        }
    }
}

impl Failure {
    /// The same without the recipient's address, for who reads along.
    pub(super) fn masked(self, address: &Address) -> Self {
        let why = match self.why {
            Why::Refused(reply) => Why::Refused(Reply { text: unnamed(&reply.text, address), ..reply }),
            why => why,
        };
        Self { why, ..self }
    }

    /// Whether a later try may go well.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match &self.why {
            Why::Lost(_) => true,
            Why::Refused(reply) => !is_permanent(reply),
            Why::Unfit(_) => false,
        }
    }

    /// Whether the server, at whatever command it says so, wants another login (RFC 4954 §6) or another sender.
    pub(super) fn is_settings(&self) -> bool {
        let Why::Refused(reply) = &self.why else { return false };
        wants_login(reply)
            || reply.status().is_some_and(|status| SETTINGS.contains(&status)) && is_permanent(reply)
    }
}

/// The server does not offer what the settings or the address need.
pub(super) fn unfit(phase: Phase, why: String) -> Failure {
    Failure { phase, why: Why::Unfit(why) }
}

/// What a failure means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The delivery's attempt ended so.
    Settled(Outcome),
    /// It says nothing about this recipient, only about the connection: another one may do.
    Reconnect,
    /// It would go the same way for every recipient: the run stops before more is lost.
    Stop,
}

/// Judges the failed attempt of a delivery, at `now`: the table in `docs/delivery.md`. `has_status` tells whether the
/// server's texts begin with enhanced status codes (RFC 2034); where it has not said so, what looks like one is none.
/// `works` tells whether it has accepted this issue for anybody: then sender, login and size are not the reason.
pub(super) fn judge(
    failure: &Failure,
    claim: &Claim,
    patience: Patience,
    now: DateTime<Utc>,
    (has_status, works): (bool, bool),
) -> Verdict {
    match (&failure.why, failure.phase) {
        (Why::Lost(why), Phase::Message) => Verdict::Settled(Outcome::Uncertain { why: why.clone() }),
        (Why::Lost(why), Phase::Recipient | Phase::Data) => {
            let reply = Reply { code: None, text: why.clone() };
            Verdict::Settled(patience.deferred(claim, reply, now))
        }
        (Why::Unfit(why), Phase::Recipient) => {
            Verdict::Settled(Outcome::Rejected(Reply { code: None, text: why.clone() }))
        }
        (Why::Unfit(_), _) => Verdict::Stop,
        (Why::Refused(reply), _) if wants_login(reply) => Verdict::Stop,
        // Said of one recipient by a server that took others, it would stop each run before the same one.
        (Why::Refused(reply), phase)
            if is_about_us(reply, has_status) && !(works && phase >= Phase::Recipient) =>
        {
            Verdict::Stop
        }
        (Why::Refused(reply), Phase::Recipient | Phase::Data | Phase::Message) if is_permanent(reply) => {
            Verdict::Settled(if is_no_address(reply, has_status) {
                Outcome::Undeliverable(reply.clone())
            } else {
                Outcome::Rejected(reply.clone())
            })
        }
        (Why::Refused(reply), _) if is_permanent(reply) => Verdict::Stop,
        // What is said of the sender is said of no recipient: a full disk, a rate.
        (Why::Refused(_), phase) if phase <= Phase::Sender => Verdict::Reconnect,
        (Why::Lost(_), _) => Verdict::Reconnect,
        (Why::Refused(reply), _) => Verdict::Settled(patience.deferred(claim, reply.clone(), now)),
    }
}

/// 530: log in first; 534, 535, 538: the login is wrong (RFC 4954 §6).
fn wants_login(reply: &Reply) -> bool {
    matches!(reply.code, Some(530 | 534 | 535 | 538))
}

/// Whether a permanent refusal is of the sender, its login or the message, which are the same for every recipient.
fn is_about_us(reply: &Reply, has_status: bool) -> bool {
    let is_about_us = |status| status == TOO_BIG || SETTINGS.contains(&status);
    is_permanent(reply) && has_status && reply.status().is_some_and(is_about_us)
}

/// Whether a permanent refusal says that there is no such address: mailbox, domain, syntax, moved away, null MX
/// (RFC 3463 §3.2, RFC 7505 §4.2). 5.1.0 says nothing of the kind, and servers use it for senders too.
fn is_no_address(reply: &Reply, has_status: bool) -> bool {
    let gone = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];
    has_status && reply.status().is_some_and(|status| gone.contains(&status))
}

/// How many refusals like this one, in a row, say that the server refuses everyone: few where it is
/// about policy (5.7.x, RFC 3463 §3.8) or about us, many where it does not say, and most where it is about an
/// address or a mailbox (5.1.x and 5.2.x), of which a neglected list may have many.
pub(super) fn enough(reply: &Reply, has_status: bool) -> Option<usize> {
    if !is_permanent(reply) {
        return None;
    }
    if is_about_us(reply, has_status) {
        return Some(5);
    }
    match reply.status().filter(|_| has_status).map(|status| &status[..4]) {
        Some("5.1." | "5.2.") => Some(100),
        Some("5.7.") => Some(5),
        _ => Some(50),
    }
}

fn is_permanent(reply: &Reply) -> bool {
    reply.code.is_some_and(|code| code / 100 == 5)
}

/// A reply without control characters, its lines joined by blanks and its enhanced status code,
/// which servers repeat on every line (RFC 2034 §4), only once.
pub(super) fn reply_of(response: &Response) -> Reply {
    let mut text = String::new();
    let mut status = "";
    for line in response.message() {
        let line = line.trim();
        if text.is_empty() {
            status = enhanced(line).unwrap_or("");
            text.push_str(line);
        } else {
            text.push(' ');
            text.push_str(line.strip_prefix(status).unwrap_or(line).trim_start());
        }
    }
    let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(KEPT).collect::<String>();
    Reply { code: Some(response.code().into()), text: text.trim().to_owned() }
}

/// A reply without the recipient's address, which servers like to repeat.
pub(super) fn unnamed(reply: &str, address: &Address) -> String {
    let (lower, name) = (reply.to_ascii_lowercase(), address.to_string().to_ascii_lowercase());
    let (mut unnamed, mut from) = (String::with_capacity(reply.len()), 0);
    for (at, _) in lower.match_indices(&name) {
        unnamed.push_str(&reply[from..at]);
        unnamed.push_str(&masked(address));
        from = at + name.len();
    }
    unnamed.push_str(&reply[from..]);
    unnamed
}

/// Whether the command was accepted: 2yz, or 354 after DATA.
pub(super) fn is_yes(response: &Response, phase: Phase) -> bool {
    match phase {
        Phase::Data => response.code().severity == Severity::PositiveIntermediate,
        _ => response.code().severity == Severity::PositiveCompletion,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::patience::tests::{claim, now};
    use super::*;

    fn judged(phase: Phase, reply: &str) -> Verdict {
        judged_where(false, phase, reply)
    }

    fn judged_where(works: bool, phase: Phase, reply: &str) -> Verdict {
        let why = match reply.parse::<Response>() {
            Ok(response) => Why::Refused(reply_of(&response)),
            Err(_) => Why::Lost(reply.to_owned()),
        };
        judge(
            &Failure { phase, why },
            &claim(),
            Patience::new(Duration::from_hours(4), now()),
            now(),
            (true, works),
        )
    }

    #[test]
    fn a_refusal_of_one_recipient_settles_that_one_only() {
        for (phase, reply) in [
            (Phase::Recipient, "550 5.1.0 No such user\r\n"),
            (Phase::Data, "554 5.6.0 No\r\n"),
            (Phase::Message, "552 5.2.2 Mailbox full\r\n"),
        ] {
            let verdict = judged(phase, reply);
            assert!(matches!(verdict, Verdict::Settled(Outcome::Rejected(_))), "{reply}: {verdict:?}");
        }
    }

    #[test]
    fn not_now_is_deferred_wherever_it_comes() {
        for (phase, reply) in [
            (Phase::Recipient, "450 4.2.0 Greylisted\r\n"),
            (Phase::Recipient, "421 4.7.28 Too fast\r\n"),
            (Phase::Message, "451 4.3.0 Later\r\n"),
            (Phase::Recipient, "the connection was closed"),
            (Phase::Data, "the connection was closed"),
        ] {
            let verdict = judged(phase, reply);
            assert!(matches!(verdict, Verdict::Settled(Outcome::Deferred { .. })), "{reply}: {verdict:?}");
        }
    }

    #[test]
    fn what_would_hit_every_recipient_stops_the_run() {
        for (phase, reply) in [
            (Phase::Greeting, "554 5.7.1 Blocked\r\n"),
            (Phase::Login, "535 5.7.8 Wrong\r\n"),
            (Phase::Sender, "550 5.7.1 Not your address\r\n"),
            (Phase::Sender, "552 5.3.4 Too big\r\n"),
            (Phase::Recipient, "530 5.7.0 Log in first\r\n"),
        ] {
            assert_eq!(judged(phase, reply), Verdict::Stop, "{reply}");
        }
    }

    #[test]
    fn one_recipient_of_a_server_that_takes_others_stops_nothing() {
        for (phase, reply) in [
            (Phase::Recipient, "553 5.1.8 Sender's domain not found\r\n"),
            (Phase::Recipient, "550 5.7.8 Policy\r\n"),
            (Phase::Message, "552 5.3.4 Too big\r\n"),
        ] {
            assert_eq!(judged(phase, reply), Verdict::Stop, "{reply}");
            let verdict = judged_where(true, phase, reply);
            assert!(matches!(verdict, Verdict::Settled(Outcome::Rejected(_))), "{reply}: {verdict:?}");
        }
        for (phase, reply) in
            [(Phase::Recipient, "530 5.7.0 Log in first\r\n"), (Phase::Sender, "552 5.3.4 Too big\r\n")]
        {
            assert_eq!(judged_where(true, phase, reply), Verdict::Stop, "{reply}");
        }
    }

    #[test]
    fn a_lost_connection_is_uncertain_only_once_the_message_has_begun() {
        let lost = "the connection was closed";
        assert_eq!(judged(Phase::Sender, lost), Verdict::Reconnect);
        assert_eq!(judged(Phase::Sender, "421 4.3.2 Going down\r\n"), Verdict::Reconnect);
        assert_eq!(judged(Phase::Sender, "452 4.3.1 Disk full\r\n"), Verdict::Reconnect);
        assert_eq!(
            judged(Phase::Message, lost),
            Verdict::Settled(Outcome::Uncertain { why: lost.to_owned() })
        );
    }

    #[test]
    fn replies_are_one_line_with_one_status_code() {
        for (wire, text) in [
            ("550-5.1.1 No such\r\n550 5.1.1 user\x1b[2J\r\n", "5.1.1 No such user [2J"),
            ("250 \r\n", ""),
            ("250-a\r\n250 5.5 b\r\n", "a 5.5 b"),
        ] {
            assert_eq!(reply_of(&wire.parse().unwrap()).text, text);
        }
        assert_eq!(enhanced("4.7.28 slow"), Some("4.7.28"));
        assert_eq!(enhanced("127.0.0.1 said"), None);
    }
}
