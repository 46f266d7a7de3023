//! Signatures by their form; `tests/suite/dkim.rs` has them verified by others.

use super::*;
use crate::lint;
use crate::message::dkim::tests::signer;

/// A message to subscriber number `id`, signed an hour after its date.
fn signed(signer: Signer, id: u8) -> String {
    let issue = issue("News  of  the day", "<p>Grüße  und   mehr</p>", "Text  \n\n\n");
    let mailing = Mailing::new(&issue, &mail(), &list("The Post"), Some(&pages()), None).unwrap();
    let id = SubscriberId([id; 16]);
    let token = Token::of(id, &TokenKey::new(b"secret"));
    let address = "ann@example.org".parse().unwrap();
    let to = Recipient { address: &address, name: Some("Ann"), token: &token };
    let mailing = mailing.signed_by(Some(signer));
    let at = date() + chrono::TimeDelta::hours(1);
    String::from_utf8(mailing.render(&to, &mailing.message_id(id), date(), at).unwrap()).unwrap()
}

/// The tags of a signature, unfolded.
fn tags(signature: &str) -> Vec<(&str, String)> {
    let (_, value) = signature.split_once(':').unwrap();
    let tags = value.split(';').map(|tag| tag.trim().split_once('=').unwrap());
    tags.map(|(name, value)| (name, value.split_whitespace().collect())).collect()
}

/// The fields of a message's head.
fn head(message: &str) -> Vec<String> {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    head.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn a_message_bears_a_signature_of_each_key_that_holds_for_a_week_from_the_attempt() {
    let message = signed(signer(), 7);
    let head = head(&message);
    let all: Vec<_> = head[..2].iter().map(|field| tags(field)).collect();
    for (tags, (algorithm, selector)) in
        all.iter().zip([("rsa-sha256", "news"), ("ed25519-sha256", "news-ed25519")])
    {
        let tag = |name| tags.iter().find(|(tag, _)| *tag == name).map(|(_, value)| value.as_str());
        assert_eq!((tag("v"), tag("a"), tag("s")), (Some("1"), Some(algorithm), Some(selector)));
        assert_eq!((tag("d"), tag("c"), tag("l")), (Some("example.org"), Some("relaxed/relaxed"), None));
        let at = date().timestamp() + 3600;
        assert_eq!(tag("t"), Some(at.to_string().as_str()));
        assert_eq!(tag("x"), Some((at + 7 * 86_400).to_string().as_str()));
    }
    assert!(!head[2].starts_with("DKIM-Signature"), "{head:?}");
}

#[test]
fn every_header_of_a_message_is_signed_and_named_once_more_than_it_is_there() {
    let message = signed(signer(), 7);
    let head = head(&message);
    for signature in &head[..2] {
        let tags = tags(signature);
        let names = &tags.iter().find(|(tag, _)| *tag == "h").unwrap().1;
        let count = |name: &str| names.split(':').filter(|one| *one == name).count();
        for field in &head[2..] {
            let name = field.split_once(':').unwrap().0.to_lowercase();
            assert_eq!(count(&name), 2, "{name} in {names}");
        }
        for name in ["sender", "cc", "in-reply-to", "references", "content-transfer-encoding"] {
            assert_eq!(count(name), 1, "{name} in {names}");
        }
    }
}

#[test]
fn the_lines_of_a_signature_can_be_folded_and_are_short() {
    let message = signed(signer(), 7);
    let (signatures, _) = message.split_once("\r\nFrom:").unwrap();
    assert!(signatures.split("\r\n").all(|line| line.len() <= 76), "{signatures}");
}

#[test]
fn lint_finds_nothing_in_the_signatures() {
    let findings = lint::lint(signed(signer(), 7).as_bytes(), None);
    let dkim: Vec<_> = findings.iter().filter(|one| one.rule.id.starts_with("dkim")).collect();
    assert!(dkim.is_empty(), "{dkim:?}");
}

#[test]
fn a_signature_covers_what_differs_by_recipient() {
    let signer = signer();
    let (one, other) = (signed(signer.clone(), 7), signed(signer, 8));
    let hash = |message: &str| tags(&head(message)[0]).into_iter().find(|(tag, _)| *tag == "bh").unwrap().1;
    assert_ne!(hash(&one), hash(&other), "the token is in the body");
}
