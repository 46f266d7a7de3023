//! Keys. What they sign is looked at in `message/tests/signed.rs`, and verified by others in `tests/suite/dkim.rs`.

use secrecy::{ExposeSecret as _, SecretString};

use super::*;

fn keys() -> Vec<(String, Key)> {
    let rsa = Key::rsa(&new_rsa(2048).unwrap()).unwrap();
    let ed25519 = Key::ed25519(&new_ed25519().unwrap()).unwrap();
    vec![("news".to_owned(), rsa), ("news-ed25519".to_owned(), ed25519)]
}

pub(crate) fn signer() -> Signer {
    Signer::new("example.org", keys())
}

#[test]
fn keys_show_nothing_of_themselves_when_they_are_printed_for_debugging() {
    let shown = format!("{:?}", signer());
    assert_eq!(
        shown,
        r#"Signer { domain: "example.org", keys: [("news", Key("rsa-sha256")), ("news-ed25519", Key("ed25519-sha256"))] }"#
    );
}

#[test]
fn what_is_no_key_to_sign_with_is_refused_with_the_reason() {
    let rsa = new_rsa(2048).unwrap();
    let ed25519 = new_ed25519().unwrap();
    let short = rsa::PrivateKey::new(&mut generate::System::default(), 1024).unwrap();
    let short = {
        use rsa::pkcs8::EncodePrivateKey as _;
        short.to_pkcs8_pem(rsa::pkcs8::LineEnding::LF).unwrap().to_string()
    };
    let damaged = rsa.expose_secret().replacen("MII", "MIA", 1);
    let other = |wanted, found| BadKey::OtherKind { wanted, found };
    for (text, expected) in [
        ("", BadKey::None),
        ("a secret", BadKey::None),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", BadKey::None),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", BadKey::Public),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            BadKey::Encrypted,
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            BadKey::Encrypted,
        ),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", BadKey::Damaged),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n", BadKey::Damaged),
        (&damaged, BadKey::Damaged),
        (&short, BadKey::Short),
        (ed25519.expose_secret(), other("RSA", "Ed25519")),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", other("RSA", "EC")),
    ] {
        assert_eq!(Key::rsa(&SecretString::from(text)).unwrap_err(), expected, "{text}");
    }
    assert_eq!(Key::ed25519(&rsa).unwrap_err(), other("Ed25519", "other"));
}

#[test]
fn an_ed25519_key_may_hold_its_public_half_too() {
    let random = ring::rand::SystemRandom::new();
    let der = ring::signature::Ed25519KeyPair::generate_pkcs8(&random).unwrap();
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    for end in ["\n", "\r\n"] {
        let pem = format!("-----BEGIN PRIVATE KEY-----{end}{text}{end}-----END PRIVATE KEY-----{end}");
        assert_eq!(Key::ed25519(&SecretString::from(pem)).unwrap().algorithm(), "ed25519-sha256");
    }
}
