//! `[mail.dkim]`: the keys that messages are signed with (RFC 6376).

use url::Host;

use super::problem::Wrong;
use super::reader::{Table, Value};
use super::secret::{Key, Secret};

/// `[mail.dkim]`: the keys that messages are signed with.
#[derive(Debug, Clone)]
pub struct Dkim {
    /// Whose signature it is (d=): the domain of From, or one that belongs together with it. In ASCII.
    pub domain: String,
    /// The RSA key, which every server understands.
    pub rsa: DkimKey,
    /// The Ed25519 key (RFC 8463) of a second signature.
    pub ed25519: Option<DkimKey>,
}

/// A key, and the name that its public half is found by.
#[derive(Debug, Clone)]
pub struct DkimKey {
    /// Its selector (s=): the record is at `<selector>._domainkey.<domain>`.
    pub selector: String,
    /// Where the private key is, as PEM.
    pub secret: Secret,
}

/// The names of the three keys in config.toml that tell of one key.
struct Names {
    selector: Key,
    env: Key,
    file: Key,
}

const DOMAIN: &str = r#"domain = "example.org""#;
const RSA: Names = Names {
    selector: Key { name: "selector", example: r#"selector = "news""# },
    env: Key { name: "key_env", example: r#"key_env = "TIDINGS_DKIM_KEY""# },
    file: Key { name: "key_file", example: r#"key_file = "dkim.pem""# },
};
const ED25519: Names = Names {
    selector: Key { name: "ed25519_selector", example: r#"ed25519_selector = "news-ed25519""# },
    env: Key { name: "ed25519_key_env", example: r#"ed25519_key_env = "TIDINGS_DKIM_ED25519_KEY""# },
    file: Key { name: "ed25519_key_file", example: r#"ed25519_key_file = "dkim-ed25519.pem""# },
};

impl Dkim {
    /// Reads it; `from` is the domain of the sender, where that is known.
    pub(super) fn read(mut table: Table<'_>, from: Option<&str>) -> Option<Self> {
        table.refuse(
            "key",
            "is no place for a secret: config.toml is read by many",
            "put the key into a file, or an environment variable, and name that with `key_file` or `key_env`",
        );
        let domain = table.need("domain", DOMAIN, |value| value.parse(|text| domain(text, from)));
        let rsa = RSA.read(&mut table, None);
        let has_second = [ED25519.selector, ED25519.env, ED25519.file].iter().any(|key| table.has(key.name));
        let first = rsa.as_ref().map(|rsa| rsa.selector.clone());
        let ed25519 =
            if has_second { ED25519.read(&mut table, first.as_deref()).map(Some) } else { Some(None) };
        table.knows([ED25519.selector.name, ED25519.env.name, ED25519.file.name]);
        Some(Self { domain: domain?, rsa: rsa?, ed25519: ed25519? })
    }
}

impl Names {
    /// Reads a key whose selector is not `other`.
    fn read(&self, table: &mut Table<'_>, other: Option<&str>) -> Option<DkimKey> {
        let Self { selector: name, env, file } = self;
        let selector = table.need(name.name, name.example, |value: Value<'_>| {
            value.parse(|text| match selector(text)? {
                selector if Some(selector.as_str()) == other => Err(Wrong::with_help(
                    "the RSA key has it already, and a selector has one key",
                    format!("give it another: `{}`", name.example),
                )),
                selector => Ok(selector),
            })
        });
        let secret = Secret::read(table, *env, *file);
        if matches!(secret, Some(None)) {
            table.miss(file.name, file.example);
        }
        Some(DkimKey { selector: selector?, secret: secret?? })
    }
}

/// A domain that signs for From: RFC 9989 wants the two to belong together.
fn domain(text: &str, from: Option<&str>) -> Result<String, Wrong> {
    let ascii = match Host::parse(text) {
        Ok(Host::Domain(domain)) if domain.contains('.') && is_name(&domain) => domain,
        _ => return Err("it is no domain".into()),
    };
    match from {
        Some(from) if !is_aligned(&ascii, from) => Err(Wrong::with_help(
            format!(
                "it does not belong together with {from}, the domain of `from`: DMARC would not count the signature"
            ),
            format!("write `domain = \"{from}\"`, or send from an address at {ascii}"),
        )),
        _ => Ok(ascii),
    }
}

/// A selector (RFC 6376 §3.1): names with dots between them.
fn selector(text: &str) -> Result<String, Wrong> {
    if !is_name(text) {
        return Err("it is no selector, which is made of letters, digits and -".into());
    }
    Ok(text.to_ascii_lowercase())
}

/// Whether it can be a name in the DNS (RFC 5321 §4.1.2: `sub-domain`), labels with dots between them.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let in_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(in_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 - "._domainkey.".len() && text.split('.').all(is_label)
}

/// Whether domains belong together (RFC 9989, relaxed alignment): one is the other or below it, or both are below
/// one domain. Which domains are public suffixes is not known here: `co.uk` and the like are told by their form.
#[must_use]
pub fn is_aligned(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let labels = one.rsplit('.').zip(other.rsplit('.')).take_while(|(one, other)| one == other);
    let shared: Vec<&str> = labels.map(|(label, _)| label).collect();
    let is_public = |top: &str, second: &str| top.len() == 2 && (second.len() <= 3 || second == "gouv");
    one == other
        || match shared.as_slice() {
            [top, second] => !is_public(top, second),
            longer => longer.len() > 2,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_belong_together_below_one_that_is_no_public_suffix() {
        for (one, other) in [
            ("example.org", "example.org"),
            ("news.example.org", "example.org"),
            ("a.example.org", "B.Example.org"),
            ("a.example.co.uk", "b.example.co.uk"),
        ] {
            assert!(is_aligned(one, other) && is_aligned(other, one), "{one} {other}");
        }
        for (one, other) in
            [("example.org", "other.org"), ("one.co.uk", "two.co.uk"), ("example.org", "badexample.org")]
        {
            assert!(!is_aligned(one, other) && !is_aligned(other, one), "{one} {other}");
        }
    }

    #[test]
    fn a_domain_signs_only_for_senders_that_it_belongs_together_with() {
        assert_eq!(domain("Example.org", Some("news.example.org")).as_deref(), Ok("example.org"));
        assert_eq!(
            domain("bücher.example", Some("xn--bcher-kva.example")).as_deref(),
            Ok("xn--bcher-kva.example")
        );
        assert_eq!(domain("example.org", None).as_deref(), Ok("example.org"));
        for text in ["esp.example", "example", "127.0.0.1", "", "example.org; l=0", "a_b.example.org"] {
            assert!(domain(text, Some("example.org")).is_err(), "{text}");
        }
    }

    #[test]
    fn selectors_are_names_of_the_dns() {
        for text in ["news", "2026-01", "a.b", "S1"] {
            assert!(selector(text).is_ok(), "{text}");
        }
        for text in ["", "a b", "a.", "-a", "a;b", "ü", "a_b", &"a".repeat(64)] {
            assert!(selector(text).is_err(), "{text}");
        }
    }
}
