//! Header values: one line of anybody's text becomes what RFC 5322 and RFC 2047 allow, and nothing
//! in it can end the header.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;

/// The most octets of a line, where it has a blank to fold at: RFC 5322 §2.1.1 allows 78, RFC 2047
/// §2 one with encoded words 76.
const FOLD: usize = 76;
/// The bytes of one encoded word: 64 octets with its fences, which still fit after `Reply-To: `.
const WORD: usize = 39;
/// A longer word is encoded, for an encoded one can be folded.
const LONG: usize = 60;

/// A header with its line end, folded at its blanks. `value` holds what the functions below made; whatever else it holds,
/// it is one line.
pub(super) fn header(name: &str, value: &str) -> String {
    format!("{name}: {}\r\n", fold(name.len() + 2, &one_line(value)))
}

/// A mailbox: a name, if there is one, and an address (RFC 5322 §3.4).
pub(super) fn mailbox(display: Option<&str>, address: &Address) -> String {
    match display.map(one_line).filter(|display| !display.is_empty()) {
        Some(display) => format!("{} <{address}>", phrase(&display)),
        None => address.to_string(),
    }
}

/// Text for a header such as Subject (`unstructured`, RFC 5322 §3.2.5).
pub(super) fn unstructured(text: &str) -> String {
    let text = one_line(text);
    if is_plain(&text) { text } else { encoded_words(&text) }
}

/// A display name (`phrase`, RFC 5322 §3.2.5): atoms, a quoted string, or encoded words.
pub(super) fn phrase(text: &str) -> String {
    let text = one_line(text);
    let quoted = || format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    if !text.is_empty() && text.bytes().all(|byte| byte == b' ' || is_atext(byte)) && is_plain(&text) {
        text
    } else if is_plain(&text) && is_plain(&quoted()) {
        quoted()
    } else {
        encoded_words(&text)
    }
}

/// An address in angle brackets (RFC 2369 §2), which only printable ASCII may stand in.
pub(super) fn uri(uri: &str) -> String {
    let mut escaped = String::with_capacity(uri.len() + 2);
    escaped.push('<');
    for byte in uri.bytes() {
        if byte.is_ascii_graphic() && !b"<>,\"".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped + ">"
}

/// The text with blanks for its control characters and line breaks, and none at its ends.
pub(super) fn one_line(text: &str) -> String {
    let blank = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if blank(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Whether the text can stand as it is. What looks like an encoded word would be decoded, and runs
/// of blanks shrink in many readers' hands.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !text.contains("=?")
        && !text.contains("  ")
        && text.split(' ').all(|word| word.len() <= LONG)
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Encoded words (RFC 2047), each of whole characters so that it decodes alone (§5).
fn encoded_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(WORD));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = after;
    }
    words.join(" ")
}

/// Breaks a line before a blank wherever the next word would reach beyond its end.
fn fold(indent: usize, value: &str) -> String {
    let mut folded = String::with_capacity(value.len() + 16);
    let mut column = indent;
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 {
            if column + 1 + word.len() > FOLD && column > indent {
                folded.push_str("\r\n");
                column = 0;
            }
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += word.len();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_atoms_quoted_or_encoded_as_they_need() {
        for (name, expected) in [
            ("Ann Example", "Ann Example"),
            ("O'Neil", "O'Neil"),
            ("Example, Ann", "\"Example, Ann\""),
            ("The \"Post\"", "\"The \\\"Post\\\"\""),
            ("Änn", "=?utf-8?B?w4Rubg==?="),
            ("=?utf-8?B?w4Rubg==?=", "=?utf-8?B?PT91dGYtOD9CP3c0UnViZz09Pz0=?="),
            ("Ann\nBcc: b@example.org", "\"Ann Bcc: b@example.org\""),
            ("Ann\0", "Ann"),
            ("", "\"\""),
        ] {
            assert_eq!(phrase(name), expected);
        }
    }

    #[test]
    fn encoded_words_hold_whole_characters() {
        let text = "ё".repeat(100);
        for word in encoded_words(&text).split(' ') {
            assert!(word.len() <= 75);
            let inner = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
            assert!(String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap().chars().all(|c| c == 'ё'));
        }
    }

    #[test]
    fn long_headers_fold_at_their_blanks() {
        let folded = fold(9, &"word ".repeat(40));
        assert!(folded.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(folded.replace("\r\n", ""), "word ".repeat(40));
    }

    #[test]
    fn addresses_in_brackets_cannot_leave_them() {
        assert_eq!(uri("mailto:a@b.org?subject=x>, <y"), "<mailto:a@b.org?subject=x%3E%2C%20%3Cy>");
    }
}
