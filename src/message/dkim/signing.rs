//! The signatures of one issue: what is the same in all its messages is put into its relaxed form once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};

use super::{NotSigned, Signer, canonical};
use crate::message::header;
use crate::message::template::Template;
use crate::subscriber::Token;

/// The headers that a recipient's message has of its own.
const OWN: [&str; 3] = ["to", "date", "message-id"];

/// What is not there and must not be added: it would be shown, or change how the message is shown or answered.
///
/// Left out are trace headers (Received, Authentication-Results, ARC), those of whoever resends a message
/// (Resent-*), and what no mail program acts on.
const KEPT_OUT: [&str; 16] = [
    "sender",                    // shown as "on behalf of"
    "reply-to",                  // answers would go elsewhere
    "cc",                        // shown, and answered to
    "in-reply-to",               // put into another conversation
    "references",                // the same
    "content-transfer-encoding", // the body would be decoded into something else
    "content-disposition",       // the body would be an attachment
    "content-id",                // the body would be a picture of another part
    "list-unsubscribe-post",     // a way out that is none of ours
    "list-subscribe",
    "list-archive",
    "archived-at",
    "disposition-notification-to", // asks readers for receipts
    "return-receipt-to",           // the same
    "autocrypt",                   // answers would be encrypted for somebody else
    "openpgp",                     // the same
];

/// How long a signature holds, in seconds: a week. Longer than servers try to deliver (RFC 5321 §4.5.4.1), and
/// not so long that old mail could be sent again to others for ever.
const HOLDS: i64 = 7 * 24 * 3600;

/// The longest piece of a list of names, and of a signature, on one line.
const PIECE: usize = 68;

/// What the signatures of an issue's messages have in common.
#[derive(Debug, Clone)]
pub(in crate::message) struct Signing {
    signer: Signer,
    /// The names of all that is signed, in the order of what is signed.
    names: String,
    /// The relaxed headers that are the same for all, and those that hold a token.
    common: String,
    tokens: Template,
    /// The hash of the body as far as it is the same for all, and the relaxed body after that.
    begun: Begun,
    body: Template,
}

/// The state of a hash. It tells nothing when it is printed.
#[derive(Clone)]
struct Begun(Context);

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

impl Signing {
    /// Prepares the signatures of messages with these headers beside the recipient's own ([`OWN`]), and this body,
    /// both with tokens as placeholders.
    pub(in crate::message) fn new(signer: Signer, head: &str, body: &[u8]) -> Self {
        let (mut names, mut common, mut tokens) = (Vec::new(), String::new(), String::new());
        let mut with_token = Vec::new();
        for (name, value) in canonical::fields(head) {
            let has_token = value.contains(Token::PLACEHOLDER);
            canonical::header(name, value, if has_token { &mut tokens } else { &mut common });
            if has_token { &mut with_token } else { &mut names }.push(name.to_ascii_lowercase());
        }
        names.append(&mut with_token);
        names.extend(OWN.map(str::to_owned));
        // RFC 6376 §5.4.2: a header named once more than it is there must not be added.
        let absent = KEPT_OUT.iter().filter(|name| !names.iter().any(|there| there == *name));
        let absent: Vec<String> = absent.map(|name| (*name).to_owned()).collect();
        let names = [names.clone(), names, absent].concat();
        let (same, body) = Template::new(canonical::body(body)).split();
        let mut begun = Context::new(&SHA256);
        begun.update(&same);
        Self {
            signer,
            names: pieces(&names),
            common,
            tokens: Template::new(tokens.into_bytes()),
            begun: Begun(begun),
            body,
        }
    }

    /// The signatures of one message, as headers: `own` are the recipient's ([`OWN`]).
    pub(in crate::message) fn sign(
        &self,
        own: &str,
        token: &Token,
        at: DateTime<Utc>,
    ) -> Result<String, NotSigned> {
        let mut signed = self.common.clone().into_bytes();
        self.tokens.fill(&mut signed, token);
        let mut relaxed = String::with_capacity(own.len());
        for (name, value) in canonical::fields(own) {
            canonical::header(name, value, &mut relaxed);
        }
        signed.extend_from_slice(relaxed.as_bytes());
        let body = STANDARD.encode(self.body_hash(token));
        let (from, until) = (at.timestamp(), at.timestamp() + HOLDS);

        let (length, mut lines) = (signed.len(), String::new());
        let domain = &self.signer.0.domain;
        for (selector, key) in &self.signer.0.keys {
            let (algorithm, names) = (key.algorithm(), &self.names);
            // One blank wherever a line may end: this is its relaxed form.
            let value = format!(
                "v=1; a={algorithm}; c=relaxed/relaxed; d={domain}; s={selector}; t={from}; x={until}; h={names}; \
                 bh={body}; b="
            );
            signed.truncate(length);
            signed.extend_from_slice(b"dkim-signature:");
            signed.extend_from_slice(value.as_bytes());
            let signature = STANDARD.encode(key.sign(&signed)?);
            lines.push_str(&header::header("DKIM-Signature", &(value + &in_pieces(&signature))));
        }
        Ok(lines)
    }

    fn body_hash(&self, token: &Token) -> impl AsRef<[u8]> + use<> {
        let mut rest = Vec::with_capacity(self.body.len());
        self.body.fill(&mut rest, token);
        let mut hash = self.begun.0.clone();
        hash.update(&rest);
        hash.finish()
    }
}

/// Names with colons between them, and a blank wherever the line may end.
fn pieces(names: &[String]) -> String {
    let (mut text, mut length) = (String::new(), 0);
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text.push(':');
            if length + name.len() > PIECE {
                text.push(' ');
                length = 0;
            }
        }
        text.push_str(name);
        length += name.len() + 1;
    }
    text
}

/// A text of ASCII with a blank wherever the line may end.
fn in_pieces(text: &str) -> String {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        pieces.push(piece);
        rest = after;
    }
    pieces.join(" ")
}
