//! Rules about the parts of a message (MIME).

use mail_parser::{Encoding, MessagePart, MimeHeaders as _, PartType};

use super::finding::{Findings, Place};
use super::letter::{Letter, is_undecoded, kind};
use super::rules;

pub(super) fn check(letter: &Letter<'_>, findings: &mut Findings) {
    if !letter.is_read() {
        let what = "its parts stand in each other too deeply, or in a way that cannot be read";
        return findings.add(rules::MIME_BROKEN, Place::Message(None), what);
    }
    if letter.field("MIME-Version").is_none_or(|field| !field.value.starts_with("1.0")) {
        findings.add(rules::MIME_VERSION, Place::missing("MIME-Version"), "there is no MIME-Version: 1.0");
    }
    match (letter.text_part(), letter.html_part()) {
        (Some(text), Some(html)) => alternative(letter, text, html, findings),
        (None, Some(_)) => {
            findings.add(rules::TEXT_MISSING, Place::Message(None), "there is no text/plain part");
        }
        (_, None) => findings.add(rules::HTML_MISSING, Place::Message(None), "there is no text/html part"),
    }
    for part in letter.parts() {
        broken(letter, part, findings);
        if let PartType::Text(text) | PartType::Html(text) = &part.body
            && !is_undecoded(part)
        {
            charset(letter, part, text, findings);
        }
        if !matches!(part.body, PartType::Multipart(_) | PartType::Message(_)) {
            encoding(letter, part, findings);
        }
    }
}

/// Multiparts without boundary, parts or end, and encodings that are unknown or false.
fn broken(letter: &Letter<'_>, part: &MessagePart<'_>, findings: &mut Findings) {
    let mut add = |what: String| {
        findings.add(rules::MIME_BROKEN, letter.place_of(part), what);
    };
    let kind = kind(part);
    if let Some(encoding) = part.content_transfer_encoding() {
        let known = ["7bit", "8bit", "binary", "quoted-printable", "base64"];
        if !known.iter().any(|one| encoding.trim().eq_ignore_ascii_case(one)) {
            add(format!("the {kind} has an encoding that nobody knows, {encoding:?}"));
        } else if is_undecoded(part) {
            add(format!("the {kind} is not the {encoding} that it is said to be"));
        }
    }
    if !kind.starts_with("multipart/") {
        return;
    }
    let Some(boundary) = part.content_type().and_then(|kind| kind.attribute("boundary")) else {
        return add(format!("the {kind} has no boundary"));
    };
    if !matches!(&part.body, PartType::Multipart(children) if !children.is_empty()) {
        add(format!("the {kind} holds no part"));
    } else if !letter.is_closed(boundary, part.offset_body as usize) {
        add(format!("the {kind} has no end (--{boundary}--): something may be cut off"));
    }
}

/// Text first, HTML last, both in one multipart/alternative: the HTML perhaps within multipart/related.
fn alternative(letter: &Letter<'_>, text: usize, html: usize, findings: &mut Findings) {
    let parts = letter.parts();
    let holds_both = parts.iter().any(|part| {
        let PartType::Multipart(children) = &part.body else { return false };
        let is_below = |child: usize| children.iter().any(|one| reaches(parts, *one as usize, child));
        kind(part) == "multipart/alternative" && is_below(text) && is_below(html)
    });
    if !holds_both {
        let what = "text and HTML are not in one multipart/alternative";
        findings.add(rules::ALTERNATIVE, Place::Message(None), what);
    } else if text > html {
        let what = "the HTML stands before the text, and readers show the last part that they can";
        findings.add(rules::ALTERNATIVE, letter.place_of(&parts[html]), what);
    }
}

/// Whether a part is another one, or holds it.
fn reaches(parts: &[MessagePart<'_>], from: usize, to: usize) -> bool {
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if let Some(PartType::Multipart(children)) = parts.get(at).map(|part| &part.body) {
            // A part's number is higher than that of what holds it.
            open.extend(children.iter().map(|one| *one as usize).filter(|one| *one > at));
        }
    }
    false
}

fn charset(letter: &Letter<'_>, part: &MessagePart<'_>, text: &str, findings: &mut Findings) {
    let declared =
        part.content_type().and_then(|kind| kind.attribute("charset")).map(str::to_ascii_lowercase);
    let place = letter.place_of(part);
    match declared.as_deref() {
        Some("utf-8" | "us-ascii") if text.contains('\u{fffd}') => {
            findings.add(rules::CHARSET_FALSE, place, format!("the {} holds what is not UTF-8", kind(part)));
        }
        Some("utf-8" | "us-ascii") => {}
        None if text.is_ascii() => {}
        Some(other) => findings.add(rules::CHARSET, place, format!("the {} declares {other}", kind(part))),
        None => findings.add(rules::CHARSET, place, format!("the {} declares no charset", kind(part))),
    }
}

fn encoding(letter: &Letter<'_>, part: &MessagePart<'_>, findings: &mut Findings) {
    let body = letter.encoded(part);
    let place = |at: usize| Place::Message(Some(letter.line_at(part.offset_body as usize + at)));
    if let Some(at) = body.iter().position(|byte| !byte.is_ascii()) {
        findings.add(rules::EIGHT_BIT, place(at), format!("the {} is not 7-bit on the wire", kind(part)));
    }
    if part.encoding == Encoding::None {
        return;
    }
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let length = line.trim_ascii_end().len();
        if length > 76 {
            let what = format!("a line of the {} has {length} columns", kind(part));
            return findings.add(rules::ENCODED_LINE, place(at), what);
        }
        at += line.len();
    }
}
