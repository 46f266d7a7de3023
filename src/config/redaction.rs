//! Keeping secrets out of what is shown of config.toml, wherever somebody has put one.

use std::ops::Range;

/// `text` with what may be a secret overwritten by as many `*`, so that places in it stay right:
/// the value of a key `password`, `secret` or `key`, that of `password_env` and the like where it is no
/// name, the password within an address, and a key in PEM.
///
/// It looks at characters, not at TOML, for a text that is no TOML is shown as well.
pub(super) fn without_secrets(text: &str) -> String {
    let mut shown = text.to_owned();
    for span in values_of_secret_keys(text).chain(passwords_in_addresses(text)).chain(pem(text)) {
        shown.replace_range(span.clone(), &"*".repeat(span.len()));
    }
    shown
}

/// Whether `text` is the name of an environment variable as they are usually written, in capitals,
/// which a password hardly ever is.
pub(super) fn is_variable_name(text: &str) -> bool {
    let in_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.chars().all(in_name) && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

/// The bytes after each `password =`, `secret =` and `key =`: to the end of the line, or of a string that
/// goes on over several.
fn values_of_secret_keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    let keys =
        ["password", "secret", "key", "ed25519_key"].into_iter().flat_map(|key| text.match_indices(key));
    keys.filter_map(|(at, key)| {
        let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let rest = &text[at + key.len()..];
        let (rest, is_name) = rest.strip_prefix("_env").map_or((rest, false), |rest| (rest, true));
        let value = rest.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix('=')?;
        let value = value.trim_start_matches([' ', '\t']);
        let unquoted = value.trim_start_matches(['"', '\'']).split(['"', '\'']).next();
        if text[..at].ends_with(in_word) || is_name && unquoted.is_some_and(is_variable_name) {
            return None;
        }
        let start = text.len() - value.len();
        let length = match value.get(..3) {
            Some(quotes @ ("\"\"\"" | "'''")) => value[3..].find(quotes).map(|end| end + 6),
            _ => value.find(['\r', '\n']),
        };
        Some(start..length.map_or(text.len(), |length| start + length))
    })
}

/// The bytes between `:` and `@` of each `scheme://user:password@host`.
fn passwords_in_addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, mark)| {
        let start = at + mark.len();
        let rest = &text[start..];
        let address = rest.find(['"', '\'', '\r', '\n']).map_or(rest, |end| &rest[..end]);
        let login = &address[..address.rfind('@')?];
        Some(start + login.find(':')? + 1..start + login.len())
    })
}

/// The bytes of each block of PEM (RFC 7468), or, where it does not end, all that follows.
fn pem(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("-----BEGIN ").map(|(start, _)| {
        let end = text[start..].find("-----END ").map_or(text.len(), |end| start + end);
        start..end
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_overwritten_and_nothing_else_moves() {
        for (text, shown) in [
            ("password = \"hunter2\"\nfrom = 1", "password = *********\nfrom = 1"),
            ("[pages]\n\"secret\" = 'ü'", "[pages]\n\"secret\" = ****"),
            ("mail = { password = \"x\" }", "mail = { password = *****"),
            ("secret = \"\"\"\na\n\"\"\"\nb = 1", "secret = *********\nb = 1"),
            ("smtp = \"smtp://me:p/@w@host:25\"", "smtp = \"smtp://me:****@host:25\""),
            ("password_env = \"NAME\" # a", "password_env = \"NAME\" # a"),
            ("password_env = \"hunter2\"", "password_env = *********"),
            ("key = \"a\"\nkey_file = \"a\"", "key = ***\nkey_file = \"a\""),
            ("ed25519_key_env = 'a'", "ed25519_key_env = ***"),
            ("my_password = 'a'", "my_password = 'a'"),
            ("smtp = \"smtp://me@host:25\"", "smtp = \"smtp://me@host:25\""),
            (
                "key_file = '-----BEGIN X-----\nabc\n-----END X-----'",
                "key_file = '**********************-----END X-----'",
            ),
            ("password = \"unfinished", "password = ***********"),
        ] {
            assert_eq!(without_secrets(text), shown);
            assert_eq!(shown.len(), text.len(), "{text}");
        }
    }
}
