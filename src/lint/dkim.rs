//! Rules about signatures (RFC 6376), by their form: no key is fetched, and nothing verified.

use super::finding::{Findings, Place};
use super::headers::is_aligned;
use super::letter::{Field, Letter};
use super::rules;

/// What a signature of bulk mail must cover, where it is there.
const COVERED: [&str; 10] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

pub(super) fn check(letter: &Letter<'_>, findings: &mut Findings) {
    let signatures: Vec<&Field> = letter.all("DKIM-Signature").collect();
    if signatures.is_empty() {
        let what = "the message is not signed; your mail server may yet do it";
        findings.add(rules::DKIM_MISSING, Place::missing("DKIM-Signature"), what);
    }
    for field in &signatures {
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
    let Some(field) = aligned else {
        let what = format!("no signature is of {from}, the domain of From");
        return findings.add(rules::DKIM_DOMAIN, first.place(), what);
    };
    let covered = tag(field, "h").unwrap_or_default().to_ascii_lowercase();
    let covers = |name: &str| covered.split(':').any(|one| one == name);
    let open: Vec<&str> =
        COVERED.into_iter().filter(|name| letter.field(name).is_some() && !covers(name)).collect();
    if !open.is_empty() {
        findings.add(rules::DKIM_HEADERS, field.place(), format!("it does not cover {}", open.join(", ")));
    }
}

/// A tag of a signature, without blanks.
fn tag(field: &Field, name: &str) -> Option<String> {
    let tags = field.value.split(';').filter_map(|tag| tag.split_once('='));
    let (_, value) = tags.into_iter().find(|(key, _)| key.trim() == name)?;
    Some(value.split_whitespace().collect())
}
