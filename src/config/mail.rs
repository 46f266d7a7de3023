//! `[mail]`: who sends, and how.

use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;

use super::dkim::Dkim;
use super::duration::{Rate, duration, positive, rate};
use super::hours::{Hours, hours};
use super::problem::Wrong;
use super::reader::{Table, Value};
use super::transport::Transport;
use crate::subscriber::{Token, parse_mailbox};

/// `[mail]`: who sends, and how.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The sender.
    pub from: Mailbox,
    /// Where replies go, and requests to unsubscribe by mail.
    pub reply_to: Option<Mailbox>,
    /// Where messages are delivered to.
    pub transport: Transport,
    /// How messages are signed; without it, that is left to the mail server.
    pub dkim: Option<Dkim>,
    /// Connections open at a time.
    pub connections: usize,
    /// The most messages in a time: `600/min`.
    pub rate: Option<Rate>,
    /// The most messages in any 24 hours, over all digests.
    pub daily_limit: Option<u64>,
    /// The hours of the day, where the site is, in which messages go out.
    pub hours: Option<Hours>,
    /// How long a deferred delivery is tried again.
    pub retry_for: Duration,
    /// How long a reply of the server may take, where RFC 5321 §4.5.3.2 is not to be followed.
    pub reply_timeout: Option<Duration>,
    /// Messages on one connection before it is replaced.
    pub messages_per_connection: u32,
    /// The sender's postal address, in the footer.
    pub postal_address: Option<String>,
}

impl Mail {
    /// Where a reader writes to leave a list (RFC 2369 §3.2): the token tells who writes.
    #[must_use]
    pub fn unsubscribe_by_mail(&self, token: &Token) -> String {
        format!("mailto:{}?subject=unsubscribe%20{}", self.owner(), token.as_str())
    }

    /// Who reads what readers write.
    #[must_use]
    pub fn owner(&self) -> &Address {
        &self.reply_to.as_ref().unwrap_or(&self.from).email
    }

    pub(super) fn read(table: Option<Table<'_>>) -> Option<Self> {
        let mut table = table?;
        let has_reply_to = table.has("reply_to");
        let from = table.need("from", r#"from = "The Border Post <news@example.org>""#, |value| {
            value.parse(|text| sender(text, has_reply_to))
        });
        let reply_to = table.may("reply_to", r#"reply_to = "editor@example.org""#, |value| {
            value.parse(|text| answering(mailbox(text)?, "remove it, or name an address that is read"))
        });
        let transport = Transport::read(&mut table);
        let domain = from.as_ref().map(|from| from.email.domain());
        let dkim = table.may("dkim", "", |value| Dkim::read(value.into_table()?, domain));
        let connections = table.or("connections", "connections = 4", 4, |value| value.whole(1..=1000));
        let rate = table.may("rate", r#"rate = "600/min""#, |value| value.parse(rate));
        let daily_limit =
            table.may("daily_limit", "daily_limit = 2000", |value| value.whole(1..=i64::from(u32::MAX)));
        let hours = table.may("hours", r#"hours = "08:00-20:00""#, |value| value.parse(hours));
        let retry_for = table.or("retry_for", r#"retry_for = "4 hours""#, Duration::from_hours(4), |value| {
            value.parse(duration)
        });
        let reply_timeout =
            table.may("reply_timeout", r#"reply_timeout = "2 min""#, |value| value.parse(positive));
        let messages_per_connection =
            table.or("messages_per_connection", "messages_per_connection = 100", 100, |value| {
                value.whole(1..=i64::from(u32::MAX))
            });
        let postal_address =
            table.may("postal_address", r#"postal_address = "1 Main St, Springfield""#, Value::line);
        Some(Self {
            from: from?,
            reply_to: reply_to?,
            transport: transport?,
            dkim: dkim?,
            connections: connections?,
            rate: rate?,
            daily_limit: daily_limit?.map(|most: u32| most.into()),
            hours: hours?,
            retry_for: retry_for?,
            reply_timeout: reply_timeout?,
            messages_per_connection: messages_per_connection?,
            postal_address: postal_address?,
        })
    }
}

fn mailbox(text: &str) -> Result<Mailbox, Wrong> {
    let (address, name) = parse_mailbox(text).map_err(|error| error.to_string())?;
    Ok(Mailbox::new(name, address))
}

/// A sender has a name, and can be answered.
fn sender(text: &str, has_reply_to: bool) -> Result<Mailbox, Wrong> {
    let from = mailbox(text)?;
    if from.name.is_none() {
        let help = format!("write a name before it: `from = \"The Border Post <{}>\"`", from.email);
        return Err(Wrong::with_help("readers would see no name", help));
    }
    if has_reply_to {
        return Ok(from);
    }
    answering(from, "add `reply_to`, or send from an address that is read")
}

/// A mailbox that is read by somebody, as far as its name tells.
fn answering(mailbox: Mailbox, help: &str) -> Result<Mailbox, Wrong> {
    let user: String = mailbox.email.user().chars().filter(|c| c.is_alphanumeric()).collect();
    match user.to_lowercase().as_str() {
        "noreply" | "donotreply" | "dontreply" => {
            Err(Wrong::with_help("replies would go to an address that nobody reads", help))
        }
        _ => Ok(mailbox),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_a_name_and_takes_replies() {
        assert!(sender("The Post <news@example.org>", false).is_ok());
        assert!(sender("The Post <no-reply@example.org>", true).is_ok());
        for text in
            ["news@example.org", "The Post <no-reply@example.org>", "The Post <NoReply@example.org>", "x"]
        {
            assert!(sender(text, false).is_err(), "{text}");
        }
    }
}
