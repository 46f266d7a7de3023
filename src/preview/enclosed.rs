//! Pictures that a message brings with it (RFC 2392): its HTML names them by `cid:`, which only mail programs know.

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mail_parser::MimeHeaders as _;
use percent_encoding::percent_decode_str;

use crate::lint::{Letter, kind};

/// How large the pictures may make the HTML, in octets: one that is named a thousand times is written a thousand times.
const MOST: usize = 64 * 1024 * 1024;

/// The HTML with the pictures in it that its message encloses. What it does not find, it leaves.
pub(super) fn with_pictures<'h>(html: &'h str, message: &[u8]) -> Cow<'h, str> {
    if next(html, 0).is_none() {
        return html.into();
    }
    let letter = Letter::new(message);
    let enclosed: HashMap<&str, String> = letter
        .parts()
        .iter()
        .filter_map(|part| Some((part.content_id()?, address(&kind(part), part.contents())?)))
        .collect();
    let (mut shown, mut at, mut from) = (String::with_capacity(html.len()), 0, 0);
    while let Some(start) = next(html, from) {
        let id = &html[start + SCHEME.len()..];
        let id = &id[..id.find(is_end).unwrap_or(id.len())];
        from = start + SCHEME.len();
        let known = enclosed.get(percent_decode_str(id).decode_utf8_lossy().as_ref());
        if let Some(address) = known.filter(|address| shown.len() + address.len() < MOST) {
            shown.push_str(&html[at..start]);
            shown.push_str(address);
            (at, from) = (from + id.len(), from + id.len());
        }
    }
    shown.push_str(&html[at..]);
    shown.into()
}

const SCHEME: &str = "cid:";

/// Where the next address begins.
fn next(html: &str, from: usize) -> Option<usize> {
    let found = html.as_bytes()[from..].windows(SCHEME.len());
    Some(from + found.into_iter().position(|word| word.eq_ignore_ascii_case(SCHEME.as_bytes()))?)
}

/// Whether an address ends before a character, in an attribute or a style.
fn is_end(c: char) -> bool {
    c.is_whitespace() || "\"'()<>&;,".contains(c)
}

/// The `data:` address of a picture (RFC 2397); `None` where it is none.
fn address(kind: &str, octets: &[u8]) -> Option<String> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let subtype = kind.strip_prefix("image/")?;
    let is_plain = !subtype.is_empty() && subtype.chars().all(is_token);
    is_plain.then(|| format!("data:image/{subtype};base64,{}", BASE64_STANDARD.encode(octets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &[(&str, &str)]) -> String {
        let part = |(kind, id): &(&str, &str)| {
            format!(
                "--b\r\nContent-Type: {kind}\r\nContent-ID: <{id}>\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n"
            )
        };
        let parts: String = parts.iter().map(part).collect();
        format!(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n{parts}--b--\r\n"
        )
    }

    #[test]
    fn a_picture_that_the_message_encloses_stands_in_its_html() {
        let message = message(&[
            ("image/png", "a@b"),
            ("text/html", "page@b"),
            ("image/svg+xml", "c%d"),
            ("image/p&ng", "e"),
        ]);
        for (html, expected) in [
            ("<img src=\"cid:a@b\">", "<img src=\"data:image/png;base64,QUJD\">"),
            ("<img src=CID:a%40b>", "<img src=data:image/png;base64,QUJD>"),
            ("<p style='background:url(cid:a@b)'>", "<p style='background:url(data:image/png;base64,QUJD)'>"),
            ("<img src='cid:c%25d'>é", "<img src='data:image/svg+xml;base64,QUJD'>é"),
            ("<img src='cid:page@b'>", "<img src='cid:page@b'>"),
            ("<img src='cid:e'>", "<img src='cid:e'>"),
            ("the acid: a cid:unknown, and cid:", "the acid: a cid:unknown, and cid:"),
            ("cid:cid:a@b", "cid:data:image/png;base64,QUJD"),
            ("é", "é"),
        ] {
            assert_eq!(with_pictures(html, message.as_bytes()), expected);
        }
    }

    #[test]
    fn a_picture_that_is_named_without_end_fills_no_memory() {
        let large = "A".repeat(1024 * 1024);
        let message = message(&[("image/png", "a")]).replace("QUJD", &large);
        let html = "<img src='cid:a'>".repeat(10_000);
        assert!(with_pictures(&html, message.as_bytes()).len() < MOST + html.len());
    }
}
