//! Sessions: one SMTP conversation (RFC 5321), from the greeting to QUIT.

use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::commands::{Auth, Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};

use super::opening::{Offers, Stream, dial, greet};
use super::relay::Relay;
use super::reply::{Failure, Phase, Why, is_yes, reply_of, unfit};
use super::wire::{Wire, lost};
use crate::delivery::Reply;
use crate::subscriber::masked;

/// How long a server may take over politenesses: the answer to QUIT, and the reply that explains
/// why it hung up.
const COURTESY: Duration = Duration::from_secs(5);

/// A conversation that is ready for messages.
pub(super) struct Session {
    wire: Wire<Box<dyn Stream>>,
    offers: Offers,
    /// Whether the next command would find the server listening.
    alive: bool,
    /// How many more messages it may carry.
    left: u32,
    /// The offer that the server has not answered.
    offered: Option<Offer>,
    /// Whether the server takes what comes for a message.
    in_data: bool,
    /// How long to wait for politenesses.
    courtesy: Duration,
}

impl Session {
    /// Connects, makes the connection private as told, and logs in.
    pub(super) async fn open(relay: &Relay) -> Result<Self, Failure> {
        let tcp = dial(relay).await?;
        let loopback = tcp.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        let helo = relay.helo(tcp.local_addr().ok().map(|local| local.ip()));
        let (wire, offers, private) = greet(relay, tcp, &helo).await?;
        let left = relay.messages_per_connection;
        let courtesy = relay.deadlines.reply(Phase::Sender).min(COURTESY);
        let mut session = Self { wire, offers, alive: true, left, offered: None, in_data: false, courtesy };
        if let Err(failure) = session.log_in(relay, private || loopback).await {
            session.alive = !matches!(failure.why, Why::Lost(_));
            session.quit().await;
            return Err(failure);
        }
        Ok(session)
    }

    /// Whether it can carry another message.
    pub(super) fn is_ready(&self) -> bool {
        self.alive && self.left > 0
    }

    /// Whether it can carry one more message after the one that is offered.
    pub(super) fn takes_more(&self) -> bool {
        self.alive && self.left > 0 && self.offers.pipelining
    }

    /// Whether the server is still there.
    pub(super) fn is_alive(&self) -> bool {
        self.alive
    }

    /// Asks whether the server takes a message of so many octets: MAIL, RCPT and DATA. Where it takes
    /// commands together (RFC 2920), they are sent at once, and [`Self::consent`] reads the replies.
    pub(super) async fn offer(&mut self, envelope: &Envelope, size: usize) -> Result<(), Failure> {
        let commands = self.commands(envelope, size)?;
        self.left = self.left.saturating_sub(1);
        if self.offers.pipelining {
            let sent = self.write_offer(&commands).await;
            self.alive &= sent.is_ok();
            sent?;
        }
        self.offered = Some(commands);
        Ok(())
    }

    /// Ends when the server waits for the message that was offered. A refusal leaves the session ready for the
    /// next one, where the server stays.
    pub(super) async fn consent(&mut self) -> Result<(), Failure> {
        let Some(commands) = self.offered.take() else { return Ok(()) };
        if !self.alive {
            // What came now could be the answer to the message before.
            return Err(lost(Phase::Connect, "the connection was lost".to_owned()));
        }
        let outcome = self.request(&commands).await;
        match &outcome {
            Ok(()) => self.in_data = true,
            Err(Failure { why: Why::Refused(reply), .. }) if reply.code != Some(421) && self.alive => {
                self.alive = self.wire.command(Phase::Sender, Rset).await.is_ok();
            }
            Err(_) => self.alive = false,
        }
        outcome
    }

    /// Sends the message that the server waits for, and right behind its final dot the offer of the next one, where
    /// there is one and the server takes commands together. Whether that was sent; if so, its consent is to be had
    /// after this message's [`Self::answer`].
    pub(super) async fn send(
        &mut self,
        message: &[u8],
        next: Option<(&Envelope, usize)>,
    ) -> Result<bool, Failure> {
        if let Err(failure) = self.wire.expect_nothing(Phase::Data) {
            self.alive = false;
            return Err(failure);
        }
        let next = next.filter(|_| self.takes_more());
        // What the server cannot be offered is told when its turn comes.
        let next = next.and_then(|(envelope, size)| self.commands(envelope, size).ok());
        let mut octets = dot_stuffed(message);
        for (_, command) in next.iter().flatten() {
            octets.extend_from_slice(command.as_bytes());
        }
        if let Err(failure) = self.wire.write(Phase::Message, &octets).await {
            // A server that hangs up amid a message may have said why.
            self.alive = false;
            return match self.wire.reply_within(Phase::Message, self.courtesy).await {
                Ok(response) if !response.is_positive() => {
                    Err(Failure { phase: Phase::Message, why: Why::Refused(reply_of(&response)) })
                }
                _ => Err(failure),
            };
        }
        self.in_data = false;
        self.left -= u32::from(next.is_some());
        self.offered = next;
        Ok(self.offered.is_some())
    }

    /// What the server says to the message that was sent.
    pub(super) async fn answer(&mut self) -> Result<Reply, Failure> {
        let answer = self.wire.consent(Phase::Message).await;
        match &answer {
            Err(Failure { why: Why::Refused(reply), .. }) => self.alive &= reply.code != Some(421),
            Err(_) => self.alive = false,
            Ok(_) => {}
        }
        answer.map(|response| reply_of(&response))
    }

    /// Leaves a server that waits for a message which is not to be sent: it can only be left without a word, for
    /// whatever came now would be the message.
    pub(super) fn break_off(&mut self) {
        self.alive = false;
    }

    /// Whether the server's texts begin with enhanced status codes (RFC 2034).
    pub(super) fn has_statuses(&self) -> bool {
        self.offers.statuses
    }

    /// Asks whether the server takes a message of so many octets from this sender, and takes it back.
    pub(super) async fn try_sender(&mut self, sender: &Address, size: usize) -> Result<(), Failure> {
        self.fits(size)?;
        let parameters = self.offers.size.map(|_| MailParameter::Size(size)).into_iter().collect();
        self.wire.command(Phase::Sender, Mail::new(Some(sender.clone()), parameters)).await?;
        self.wire.command(Phase::Sender, Rset).await?;
        Ok(())
    }

    /// Whether a message is within what the server says it takes (RFC 1870 §4; 0 is no limit).
    fn fits(&self, size: usize) -> Result<(), Failure> {
        match self.offers.size {
            Some(most) if most > 0 && size as u64 > most => Err(unfit(
                Phase::Sender,
                format!(
                    "the message has {size} octets, and the server takes at most {most}: use layout = \"summaries\", or a \
                     lower limit, or ask the server's owner for more"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Says goodbye, where the server still listens.
    pub(super) async fn quit(&mut self) {
        if std::mem::take(&mut self.alive)
            && self.offered.is_none()
            && !self.in_data
            && self.wire.write(Phase::Sender, Quit.to_string().as_bytes()).await.is_ok()
        {
            // Nothing depends on the answer.
            let _ = self.wire.reply_within(Phase::Sender, self.courtesy).await;
        }
    }

    async fn log_in(&mut self, relay: &Relay, private: bool) -> Result<(), Failure> {
        let Some(credentials) = &relay.credentials else { return Ok(()) };
        if !private {
            return Err(unfit(
                Phase::Login,
                "the password would travel in the clear: use ?tls=required or smtps:// in mail.smtp"
                    .to_owned(),
            ));
        }
        let Some(mechanism) = self.offers.mechanism else {
            return Err(unfit(
                Phase::Login,
                "the server offers no login that tidings knows (PLAIN, LOGIN)".to_owned(),
            ));
        };
        // LOGIN asks for the user and then for the password, and each server in its own words; lettre knows these.
        let asks: &[&str] = if mechanism == Mechanism::Login { &["Username:", "Password:"] } else { &[] };
        let answers = std::iter::once(None).chain(asks.iter().map(|ask| Some((*ask).to_owned())));
        for answer in answers {
            let auth = Auth::new(mechanism, credentials.clone(), answer)
                .map_err(|error| unfit(Phase::Login, error.to_string()))?
                .to_string();
            self.wire.write(Phase::Login, auth.as_bytes()).await?;
            let response = self.wire.reply(Phase::Login).await?;
            if is_yes(&response, Phase::Login) {
                return Ok(());
            }
            if !response.has_code(334) {
                let reply = without_secret(reply_of(&response), &auth);
                return Err(Failure { phase: Phase::Login, why: Why::Refused(reply) });
            }
        }
        Err(unfit(Phase::Login, "the server asks for the login again and again".to_owned()))
    }

    /// The commands before a message, in order.
    fn commands(&self, envelope: &Envelope, size: usize) -> Result<Offer, Failure> {
        self.fits(size)?;
        let mut parameters: Vec<_> =
            self.offers.size.map(|_| MailParameter::Size(size)).into_iter().collect();
        let is_wide = |address: &&Address| !address.to_string().is_ascii();
        let from = envelope.from().filter(is_wide).map(|address| (Phase::Sender, address));
        let to = envelope.to().iter().find(is_wide).map(|address| (Phase::Recipient, address));
        if let Some((phase, address)) = from.or(to) {
            if !self.offers.smtputf8 {
                return Err(unfit(
                    phase,
                    format!("the server does not offer SMTPUTF8 (RFC 6531), which {} needs", masked(address)),
                ));
            }
            if self.offers.eight_bit {
                parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let recipients: String =
            envelope.to().iter().map(|to| Rcpt::new(to.clone(), Vec::new()).to_string()).collect();
        Ok([
            (Phase::Sender, Mail::new(envelope.from().cloned(), parameters).to_string()),
            (Phase::Recipient, recipients),
            (Phase::Data, Data.to_string()),
        ])
    }

    async fn write_offer(&mut self, commands: &Offer) -> Result<(), Failure> {
        self.wire.expect_nothing(Phase::Sender)?;
        let together: String = commands.iter().map(|(_, command)| command.as_str()).collect();
        self.wire.write(Phase::Sender, together.as_bytes()).await
    }

    /// The replies to MAIL, RCPT and DATA, each of which is sent only now where the server does not take them
    /// together.
    async fn request(&mut self, commands: &Offer) -> Result<(), Failure> {
        if !self.offers.pipelining {
            for (phase, command) in commands {
                self.wire.command(*phase, command).await?;
            }
            return Ok(());
        }
        let mut outcome = Ok(());
        for (phase, _) in commands {
            let reply = self.wire.consent(*phase).await;
            if outcome.is_err() {
                // After a refusal the rest must be refused too. A server that wants the message all
                // the same gets none (RFC 2920 §3.1 would have it empty), for the connection ends.
                self.alive &= matches!(reply, Err(Failure { why: Why::Refused(_), .. }));
            } else {
                outcome = reply.map(|_| ());
            }
            if !self.alive || matches!(outcome, Err(Failure { why: Why::Lost(_), .. })) {
                break;
            }
        }
        outcome
    }
}

/// MAIL, RCPT and DATA for one message.
type Offer = [(Phase, String); 3];

/// A reply to a step of AUTH without what was said in it, which some servers repeat where they refuse a command.
fn without_secret(reply: Reply, auth: &str) -> Reply {
    match auth.trim_end().rsplit(' ').next() {
        Some(secret) if !secret.is_empty() && secret != "LOGIN" => {
            Reply { text: reply.text.replace(secret, "…"), ..reply }
        }
        _ => reply,
    }
}

/// A message as it travels (RFC 5321 §4.5.2): a line's first dot doubled, and a lone dot at the end.
fn dot_stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + 512);
    let mut from = 0;
    if message.starts_with(b".") {
        stuffed.push(b'.');
    }
    for at in memchr::memmem::find_iter(message, b"\n.") {
        stuffed.extend_from_slice(&message[from..=at]);
        stuffed.push(b'.');
        from = at + 1;
    }
    stuffed.extend_from_slice(&message[from..]);
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}

#[cfg(test)]
mod tests;
