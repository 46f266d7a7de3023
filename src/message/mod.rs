//! Messages: an issue becomes the mail of one recipient (RFC 5322, MIME). Pure: the same input
//! gives the same bytes.

mod header;
mod template;

pub mod dkim;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use ring::digest;
use url::Url;

use self::dkim::{NotSigned, Signer, Signing};
use self::template::Template;
use crate::config::{List, Mail, Pages};
use crate::issue::{Issue, IssueKey};
use crate::subscriber::{NoRandomness, SubscriberId, Token};

/// An issue made ready for mailing: all that does not differ by recipient, encoded once.
#[derive(Debug, Clone)]
pub struct Mailing {
    hash: String,
    /// The domain of its Message-IDs.
    domain: String,
    from: Mailbox,
    /// The headers above the recipient's, between it and the date, and all else.
    head: String,
    middle: String,
    rest: Template,
    signing: Option<Signing>,
}

/// Whom a message is for.
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    /// Where it goes.
    pub address: &'a Address,
    /// What the person is called.
    pub name: Option<&'a str>,
    /// What stands in the person's links.
    pub token: &'a Token,
}

impl Mailing {
    /// Prepares an issue of `list` for mailing; `web` is where it is on the web.
    ///
    /// # Errors
    /// When its HTML or its text has no unsubscribe link.
    pub fn new(
        issue: &Issue,
        mail: &Mail,
        list: &List,
        pages: Option<&Pages>,
        web: Option<&Url>,
    ) -> Result<Self, Error> {
        for (file, body) in [("digest.html", &issue.html), ("digest.txt", &issue.text)] {
            // Another one would hand the reader's token to whoever owns that address.
            if body.matches(Token::PLACEHOLDER).count() != 1 {
                return Err(Error::NoWayOut { issue: issue.key.clone(), file });
            }
        }
        let hash = issue.hash();
        let head = header::header("From", &header::mailbox(mail.from.name.as_deref(), &mail.from.email));
        let reply_to = mail.reply_to.as_ref();
        let reply_to = reply_to.map(|one| header::mailbox(one.name.as_deref(), &one.email));
        let middle = reply_to.map(|value| header::header("Reply-To", &value)).unwrap_or_default()
            + &header::header("Subject", &header::unstructured(&issue.subject));
        // No quoted-printable line can hold `=_`, so no body can hold the boundary (RFC 2045 §6.7).
        let parts = MultiPart::alternative()
            .boundary(format!("=_tidings_{}", &hash[..24]))
            .singlepart(part(ContentType::TEXT_PLAIN, tidy(&issue.text)))
            .singlepart(part(ContentType::TEXT_HTML, tidy(&issue.html)));
        let mut rest = list_headers(issue, mail, list, pages, web);
        rest.push_str("MIME-Version: 1.0\r\n");
        let rest = Template::new([rest.into_bytes(), parts.formatted()].concat());
        let domain = mail.from.email.domain().to_owned();
        Ok(Self { hash, domain, from: mail.from.clone(), head, middle, rest, signing: None })
    }

    /// The same with Message-IDs of another domain: the one that the issue was started with.
    #[must_use]
    pub fn named_in(self, domain: &str) -> Self {
        Self { domain: domain.to_owned(), ..self }
    }

    /// The same, with its messages signed.
    #[must_use]
    pub fn signed_by(self, signer: Option<Signer>) -> Self {
        let signing = signer.map(|signer| {
            let rest = self.rest.bytes();
            let end = memchr::memmem::find(rest, b"\r\n\r\n").map_or(rest.len(), |end| end + 2);
            let (headers, body) = rest.split_at(end);
            let head = format!("{}{}{}", self.head, self.middle, String::from_utf8_lossy(headers));
            Signing::new(signer, &head, body.get(2..).unwrap_or_default())
        });
        Self { signing, ..self }
    }

    /// Whether its messages are signed, which takes a thousand times as long as all else in rendering.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signing.is_some()
    }

    /// The address that the mail comes from: also its reverse-path.
    #[must_use]
    pub fn from(&self) -> &Address {
        &self.from.email
    }

    /// The Message-ID of this issue to a subscriber, see [`message_id`].
    #[must_use]
    pub fn message_id(&self, subscriber: SubscriberId) -> String {
        message_id(&self.hash, subscriber, &self.domain)
    }

    /// The finished message for one recipient: CRLF line ends, and 7-bit but for an address whose
    /// local part is not ASCII. `message_id` is without its angle brackets; `date` is that of the first
    /// attempt, `signed_at` that of this one.
    ///
    /// # Errors
    /// When it is to be signed, and the processor miscalculates.
    pub fn render(
        &self,
        recipient: &Recipient<'_>,
        message_id: &str,
        date: DateTime<Utc>,
        signed_at: DateTime<Utc>,
    ) -> Result<Vec<u8>, NotSigned> {
        let to = header::header("To", &header::mailbox(recipient.name, recipient.address));
        let own = header::header("Date", &date.to_rfc2822())
            + &header::header("Message-ID", &format!("<{message_id}>"));
        let signatures = match &self.signing {
            Some(signing) => signing.sign(&format!("{to}{own}"), recipient.token, signed_at)?,
            None => String::new(),
        };
        let above = [&signatures, &self.head, &to, &self.middle, &own];
        let length = above.iter().map(|lines| lines.len()).sum::<usize>() + self.rest.len();
        let mut message = Vec::with_capacity(length);
        for lines in above {
            message.extend_from_slice(lines.as_bytes());
        }
        self.rest.fill(&mut message, recipient.token);
        Ok(message)
    }
}

/// What tells machines about the list, and that a machine wrote this.
fn list_headers(issue: &Issue, mail: &Mail, list: &List, pages: Option<&Pages>, web: Option<&Url>) -> String {
    let token = Token::inert();
    let leave = pages.map(|pages| pages.unsubscribe(&token)).into_iter();
    let leave = leave.chain([mail.unsubscribe_by_mail(&token)]).map(|uri| header::uri(&uri));
    let owner = mail.owner();
    let mut headers = vec![
        ("List-Id", format!("{} <{}>", header::phrase(&list.title), list.id)),
        ("List-Unsubscribe", leave.collect::<Vec<_>>().join(", ")),
    ];
    if pages.is_some() {
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    headers.extend([
        // RFC 2369: where a reader asks for help, that nobody but the owner posts, and who that is.
        ("List-Help", header::uri(&format!("mailto:{owner}?subject=help"))),
        ("List-Post", "NO".to_owned()),
        ("List-Owner", header::uri(&format!("mailto:{owner}"))),
    ]);
    let on_the_web = [
        ("List-Subscribe", &list.subscribe.as_ref()),
        ("List-Archive", &list.archive.as_ref()),
        // RFC 5064: where this very message is.
        ("Archived-At", &web),
    ];
    headers.extend(
        on_the_web.iter().filter_map(|(name, url)| Some((*name, header::uri(url.as_ref()?.as_str())))),
    );
    headers.extend([
        ("Content-Language", issue.language.clone()),
        ("Feedback-ID", feedback_id(issue, list, mail.from.email.domain())),
        // RFC 3834 §5: no answering machine is to answer.
        ("Auto-Submitted", "auto-generated".to_owned()),
    ]);
    headers.iter().map(|(name, value)| header::header(name, value)).collect()
}

/// What Gmail groups complaints by: issue, digest, list, and the sender in 5 to 15 characters
/// (<https://support.google.com/a/answer/6254652>).
fn feedback_id(issue: &Issue, list: &List, domain: &str) -> String {
    let word = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let key = &issue.key;
    let sender: String = (word(domain) + "mail").chars().take(15).collect();
    let issue = key.folder().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
    format!("{issue}:{}:{}:{sender}", word(&key.digest), word(&list.name))
}

/// The Message-ID of an issue to a subscriber, the same at every attempt, so that readers can fold
/// what arrives twice. Without angle brackets.
#[must_use]
pub fn message_id(issue_hash: &str, subscriber: SubscriberId, domain: &str) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(issue_hash.as_bytes());
    context.update(&subscriber.0);
    let mut id = [0; 16];
    id.copy_from_slice(&context.finish().as_ref()[..16]);
    format!("{}@{domain}", SubscriberId(id))
}

/// A Message-ID that no other message has, for test copies. Without angle brackets.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_message_id(from: &Address) -> Result<String, NoRandomness> {
    Ok(format!("{}@{}", SubscriberId::random()?, from.domain()))
}

/// Quoted-printable always, so that the message is 7-bit and no relay recodes it.
fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body)
}

/// Without NUL and lone carriage returns, which no message may hold (RFC 5322 §2.3, §4).
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\0', '\r'], "")
}

/// Why an issue cannot be mailed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part has no unsubscribe link.
    #[error(
        "{issue} does not have one unsubscribe link in its {file}, but none or several: let \"{}\" stand once, in that \
         link, or compose it again",
        Token::PLACEHOLDER
    )]
    NoWayOut {
        /// The issue.
        issue: IssueKey,
        /// The part's file.
        file: &'static str,
    },
}

#[cfg(test)]
mod tests;
