//! Subscribers: people on a mailing list, and the token that lets each leave it.

pub mod csv;

pub use self::csv::read_csv;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lettre::Address;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use url::Host;

/// A subscriber's random name within the store: it says nothing of who it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriberId(pub [u8; 16]);

impl SubscriberId {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 16];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for SubscriberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SubscriberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubscriberId({self})")
    }
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// Where a subscriber stands with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Asked to join, and has not confirmed: gets nothing yet.
    Pending,
    /// Gets every issue.
    Confirmed,
    /// Left: gets nothing, and no import brings it back.
    Unsubscribed,
}

impl Status {
    /// Its name in the store and in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Unsubscribed => "unsubscribed",
        }
    }

    /// The status with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pending, Self::Confirmed, Self::Unsubscribed].into_iter().find(|status| status.name() == name)
    }
}

/// A person on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Its name in the store.
    pub id: SubscriberId,
    /// The list's name in config.toml.
    pub list: String,
    /// Where mail goes, as it was written.
    pub address: Address,
    /// What the person is called.
    pub name: Option<String>,
    /// Where it stands.
    pub status: Status,
}

/// An address to put on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where mail goes.
    pub address: Address,
    /// What the person is called.
    pub name: Option<String>,
    /// Where it stands; an import may bring people who left elsewhere.
    pub status: Status,
}

/// Reads an address and its optional display name: `a@example.org` or `Ann <a@example.org>`.
///
/// A domain that is not ASCII becomes its A-label form (RFC 5891), as it has to travel.
///
/// # Errors
/// When the text is not one address that mail can be sent to.
pub fn parse_mailbox(text: &str) -> Result<(Address, Option<String>), BadAddress> {
    let text = text.trim();
    let bad = |why: &str| BadAddress { text: shorten(text), why: why.to_owned() };
    if text.chars().any(char::is_control) {
        return Err(bad("it holds a control character"));
    }
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (unquoted(name), address.trim()),
        None => (String::new(), text),
    };
    let Some((user, domain)) = address.rsplit_once('@') else {
        return Err(bad("it has no @"));
    };
    if user.len() > 64 || domain.len() > 255 {
        return Err(bad("it is longer than RFC 5321 allows (64 octets before the @, 255 after it)"));
    }
    if address.contains(char::is_whitespace) {
        return Err(bad("it holds a blank"));
    }
    // Programs that decode them all the same would see another address, or none.
    if user.contains("=?") {
        return Err(bad("it holds an encoded word, which RFC 2047 §5 allows in no address"));
    }
    let domain = match Host::parse(domain) {
        Ok(Host::Domain(domain)) if domain.contains('.') || domain == "localhost" => domain,
        Ok(Host::Domain(_)) => return Err(bad("its domain has no dot")),
        Ok(_) => return Err(bad("its domain is an IP address")),
        Err(_) => return Err(bad("its domain is not valid")),
    };
    // A domain written in ASCII stays as it was written.
    let domain =
        if address.is_ascii() { address.rsplit_once('@').map_or("", |(_, domain)| domain) } else { &domain };
    let address = Address::new(user, domain).map_err(|error| bad(&error.to_string().to_lowercase()))?;
    Ok((address, (!name.is_empty()).then_some(name)))
}

/// A display name without its quotes, and without the backslashes that keep others in them (RFC 5322 §3.2.4).
fn unquoted(name: &str) -> String {
    let name = name.trim();
    let Some(quoted) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return name.trim_matches('"').trim().to_owned();
    };
    let mut chars = quoted.chars();
    let mut plain = String::with_capacity(quoted.len());
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain.trim().to_owned()
}

/// The form in which addresses are unique: all of it in lower case.
#[must_use]
pub fn address_key(address: &Address) -> String {
    AsRef::<str>::as_ref(address).to_lowercase()
}

/// An address for logs and terminals: `a…@example.org`.
#[must_use]
pub fn masked(address: &Address) -> String {
    let first = address.user().chars().next().unwrap_or('…');
    format!("{first}…@{}", address.domain())
}

fn shorten(text: &str) -> String {
    let cut: String = text.chars().take(80).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

/// A text that is no address for mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no mail address: {why}")]
pub struct BadAddress {
    /// The text, cut to 80 characters.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// What stands in a subscriber's links instead of the address: the subscriber's id and a MAC, so
/// that it cannot be guessed, and nothing about a person can be read from it.
///
/// Always [`Token::LENGTH`] characters of URL-safe base64, so that it can be put in the place of
/// [`Token::PLACEHOLDER`] without moving anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Its length in characters, each of one byte.
    pub const LENGTH: usize = 64;

    /// What stands in a composed issue where each subscriber's token will be.
    pub const PLACEHOLDER: &'static str = "------------your-own-link-appears-here-when-this-is-mailed------";

    /// The token of a subscriber.
    #[must_use]
    pub fn of(id: SubscriberId, key: &TokenKey) -> Self {
        Self(URL_SAFE_NO_PAD.encode([&id.0, hmac::sign(&key.0, &id.0).as_ref()].concat()))
    }

    /// A token that belongs to nobody, for test copies.
    #[must_use]
    pub fn inert() -> Self {
        Self(Self::PLACEHOLDER.to_owned())
    }

    /// The subscriber whose token this is, if `key` made it.
    #[must_use]
    pub fn open(text: &str, key: &TokenKey) -> Option<SubscriberId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, mac) = bytes.split_first_chunk::<16>()?;
        hmac::verify(&key.0, id, mac).ok()?;
        Some(SubscriberId(*id))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key that tokens are made with.
pub struct TokenKey(hmac::Key);

impl TokenKey {
    /// A key from a secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // The purpose is part of the key, so that one secret can serve other purposes later.
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derived = hmac::sign(&root, b"tidings unsubscribe v1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_with_its_key_and_only_whole() {
        let (key, other) = (TokenKey::new(b"secret"), TokenKey::new(b"other"));
        let id = SubscriberId::random().unwrap();
        let token = Token::of(id, &key);
        assert_eq!(token.as_str().len(), Token::LENGTH);
        assert_eq!(Token::open(token.as_str(), &key), Some(id));
        assert_eq!(Token::open(token.as_str(), &other), None);
        assert_eq!(Token::open(&token.as_str()[1..], &key), None);
        assert_eq!(Token::open(Token::inert().as_str(), &key), None);
        assert_eq!(Token::PLACEHOLDER.len(), Token::LENGTH);
    }

    #[test]
    fn addresses_are_read_as_written_and_bad_ones_say_why() {
        let (address, name) = parse_mailbox(" \"Ann Example\" <Ann@Example.org> ").unwrap();
        assert_eq!(address.to_string(), "Ann@Example.org");
        assert_eq!(name.as_deref(), Some("Ann Example"));
        assert_eq!(address_key(&address), "ann@example.org");
        let (_, name) = parse_mailbox(r#""Ann \"Nan\" O\\E, <x>" <ann@example.org>"#).unwrap();
        assert_eq!(name.as_deref(), Some(r#"Ann "Nan" O\E, <x>"#));
        assert_eq!(parse_mailbox("a@münchen.example").unwrap().0.to_string(), "a@xn--mnchen-3ya.example");
        for text in [
            "",
            "a",
            "a@",
            "@example.org",
            "a@b@c.org",
            "a b@example.org",
            "a@example",
            "a@[127.0.0.1]",
            "a@example.org\r\nBcc: b@example.org",
            "=?utf-8?Q?b=40example.com?=@example.org",
        ] {
            assert!(parse_mailbox(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn masked_addresses_name_the_domain_only() {
        assert_eq!(masked(&"ann@example.org".parse().unwrap()), "a…@example.org");
    }
}
