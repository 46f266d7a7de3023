//! Rules about signatures (RFC 6376), by their form: no key is fetched, and nothing verified.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::finding::{Findings, Place};
use super::letter::{Field, Letter};
use super::rules;
use crate::config::is_aligned;

/// What a signature of bulk mail must cover, where it is there: what RFC 6376 §5.4.1 names, and RFC 8058 §4, and what
/// Google and RFC 9477 ask for beside it.
const COVERED: [&str; 19] = [
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "list-id",
    "list-help",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-subscribe",
    "list-post",
    "list-owner",
    "list-archive",
    "feedback-id",
    "cfbl-address",
];
/// What nobody should be able to add a second one of.
const OVERSIGNED: [&str; 4] = ["from", "to", "subject", "date"];
/// The shortest RSA key, in octets.
const SHORTEST_KEY: usize = 2048 / 8;
/// How long a server may try to deliver, in seconds (RFC 5321 §4.5.4.1: 4 to 5 days).
const DELIVERY: u64 = 5 * 24 * 3600;

pub(super) fn check(letter: &Letter<'_>, findings: &mut Findings) {
    let signatures: Vec<&Field> = letter.all("DKIM-Signature").collect();
    if signatures.is_empty() {
        let what = "the message is not signed; your mail server may yet do it";
        findings.add(rules::DKIM_MISSING, Place::missing("DKIM-Signature"), what);
    }
    for field in &signatures {
        key(field, findings);
        time(field, findings);
        let algorithm = tag(field, "a").unwrap_or_default();
        if !["rsa-sha256", "ed25519-sha256"].contains(&algorithm.as_str()) {
            findings.add(rules::DKIM_ALGORITHM, field.place(), format!("it is signed with {algorithm:?}"));
        }
        if tag(field, "l").is_some() {
            findings.add(rules::DKIM_LENGTH, field.place(), "it covers only the beginning of the body (l=)");
        }
    }
    let (Some(from), Some(first)) = (letter.domain(), signatures.first()) else { return };
    let aligned = signatures.iter().find(|field| tag(field, "d").is_some_and(|d| is_aligned(&d, &from)));
    if aligned.is_none() {
        let what = format!("no signature is of {from}, the domain of From");
        findings.add(rules::DKIM_DOMAIN, first.place(), what);
    }
    let field = aligned.unwrap_or(first);
    let covered = tag(field, "h").unwrap_or_default().to_ascii_lowercase();
    let covers = |name: &str| covered.split(':').any(|one| one == name);
    let open: Vec<&str> =
        COVERED.into_iter().filter(|name| letter.field(name).is_some() && !covers(name)).collect();
    if !open.is_empty() {
        findings.add(rules::DKIM_HEADERS, field.place(), format!("it does not cover {}", open.join(", ")));
    }
    let count = |name: &str| covered.split(':').filter(|one| *one == name).count();
    let once: Vec<&str> = OVERSIGNED
        .into_iter()
        .filter(|name| covers(name) && count(name) <= letter.all(name).count())
        .collect();
    if !once.is_empty() {
        let what = format!("another one could be added of {}", once.join(", "));
        findings.add(rules::DKIM_OVERSIGN, field.place(), what);
    }
}

/// An RSA signature is as long as its key.
fn key(field: &Field, findings: &mut Findings) {
    let is_rsa = tag(field, "a").is_some_and(|algorithm| algorithm.starts_with("rsa-"));
    let length = tag(field, "b").and_then(|text| STANDARD.decode(text).ok()).map_or(0, |octets| octets.len());
    if is_rsa && (1..SHORTEST_KEY).contains(&length) {
        findings.add(rules::DKIM_KEY, field.place(), format!("the key has {} bits", length * 8));
    }
}

/// When it was made, and until when it holds.
fn time(field: &Field, findings: &mut Findings) {
    let seconds = |name| tag(field, name).and_then(|text| text.parse::<u64>().ok());
    match (seconds("t"), seconds("x")) {
        (Some(made), Some(end)) if end < made.saturating_add(DELIVERY) => {
            let hours = end.saturating_sub(made) / 3600;
            findings.add(
                rules::DKIM_EXPIRY,
                field.place(),
                format!("it expires {hours} hours after it was made"),
            );
        }
        (Some(_), Some(_)) => {}
        (None, _) => findings.add(rules::DKIM_TIME, field.place(), "it has no t="),
        (_, None) => findings.add(rules::DKIM_TIME, field.place(), "it has no x="),
    }
}

/// A tag of a signature, without blanks.
fn tag(field: &Field, name: &str) -> Option<String> {
    let tags = field.value.split(';').filter_map(|tag| tag.split_once('='));
    let (_, value) = tags.into_iter().find(|(key, _)| key.trim() == name)?;
    Some(value.split_whitespace().collect())
}
