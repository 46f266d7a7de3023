//! Rules about encoded words (RFC 2047).

use base64::Engine as _;

use super::finding::Findings;
use super::letter::{Field, Letter};
use super::rules::ENCODED_WORD;

/// Where none may stand.
const STRUCTURED: [&str; 4] = ["Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Archived-At"];

pub(super) fn check(letter: &Letter<'_>, findings: &mut Findings) {
    for field in &letter.fields {
        if let Some(what) = fault(field) {
            findings.add(ENCODED_WORD, field.place(), what);
        }
    }
}

fn fault(field: &Field) -> Option<String> {
    let words: Vec<&str> = field.value.split(' ').filter(|word| word.contains("=?")).collect();
    if words.iter().any(|word| word.ends_with("?=")) && STRUCTURED.iter().any(|name| field.is(name)) {
        return Some("an encoded word stands where none may".into());
    }
    for word in words {
        let quoted = word.starts_with('"') && word.contains("?=");
        if quoted {
            return Some(format!("{word} stands within quotes, where it is not decoded"));
        }
        let Some((charset, encoding, text)) = parts(word) else { continue };
        if word.len() > 75 {
            return Some(format!("an encoded word has {} octets", word.len()));
        }
        let is_utf8 = charset.eq_ignore_ascii_case("utf-8");
        if is_utf8 && decoded(encoding, text).is_none_or(|bytes| std::str::from_utf8(&bytes).is_err()) {
            return Some(format!("{word} does not decode to whole characters"));
        }
    }
    None
}

/// Charset, encoding and text of an encoded word.
fn parts(word: &str) -> Option<(&str, &str, &str)> {
    let mut parts = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

fn decoded(encoding: &str, text: &str) -> Option<Vec<u8>> {
    if encoding.eq_ignore_ascii_case("b") {
        return base64::engine::general_purpose::STANDARD.decode(text).ok();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' => {
                let (digits, after) = rest.split_at_checked(2)?;
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                rest = after;
            }
            b'_' => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    Some(bytes)
}
