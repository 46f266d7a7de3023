//! Rules about the bytes of a message, and its headers.

use chrono::DateTime;

use super::finding::{Findings, Place};
use super::letter::{Field, Letter};
use super::rules;
use crate::config::is_aligned;

/// What a message must have.
const NEEDED: [&str; 5] = ["Date", "From", "To", "Subject", "Message-ID"];

/// What it must not have twice (RFC 5322 §3.6; the others by their own standards).
const SINGLE: [&str; 19] = [
    "Date",
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Feedback-ID",
];

/// What others add on the way, and fold as they like.
const TRACES: [&str; 6] =
    ["received", "return-path", "delivered-to", "authentication-results", "dkim-signature", "received-spf"];

/// What names URIs, where it is there.
const WITH_URIS: [&str; 6] =
    ["List-Help", "List-Subscribe", "List-Post", "List-Owner", "List-Archive", "Archived-At"];

pub(super) fn check(letter: &Letter<'_>, findings: &mut Findings) {
    bytes(letter, findings);
    for name in NEEDED {
        if letter.field(name).is_none() {
            findings.add(rules::HEADER_MISSING, Place::missing(name), format!("there is no {name}"));
        }
    }
    for name in SINGLE {
        if let Some(second) = letter.all(name).nth(1) {
            findings.add(rules::HEADER_TWICE, second.place(), format!("{name} stands twice"));
        }
    }
    for field in &letter.fields {
        form(field, findings);
    }
    date(letter, findings);
    message_id(letter, findings);
    people(letter, findings);
    if letter.field("Subject").is_some_and(|_| letter.subject().is_none_or(|text| text.trim().is_empty())) {
        let place = letter.field("Subject").map_or(Place::missing("Subject"), Field::place);
        findings.add(rules::SUBJECT_EMPTY, place, "the subject is empty");
    }
    list(letter, findings);
    extras(letter, findings);
}

/// Line ends, NUL, and lines that are too long.
fn bytes(letter: &Letter<'_>, findings: &mut Findings) {
    let raw = letter.raw;
    let is_crlf = |at: usize| at > 0 && raw[at - 1] == b'\r';
    let lone_cr = memchr::memchr_iter(b'\r', raw).find(|at| raw.get(at + 1) != Some(&b'\n'));
    let lone_lf = memchr::memchr_iter(b'\n', raw).find(|at| !is_crlf(*at));
    let is_unix = lone_cr.is_none() && memchr::memchr(b'\r', raw).is_none();
    if let (true, Some(_)) = (is_unix, lone_lf) {
        findings.add(rules::UNIX_FILE, Place::Message(None), "the lines end with LF, as files on Unix do");
    } else if let Some(at) = lone_cr.into_iter().chain(lone_lf).min() {
        let name = if lone_cr == Some(at) { "CR" } else { "LF" };
        let place = Place::Message(Some(letter.line_at(at)));
        findings.add(rules::LINE_BREAK, place, format!("there is a {name} alone"));
    }
    if let Some(at) = memchr::memchr(0, raw) {
        findings.add(rules::NUL, Place::Message(Some(letter.line_at(at))), "there is a NUL");
    }
    let lines = raw.split(|byte| *byte == b'\n').enumerate();
    if let Some((number, line)) = lines.into_iter().find(|(_, line)| line.trim_ascii_end().len() > 998) {
        let what = format!("the line has {} octets", line.trim_ascii_end().len());
        findings.add(rules::LINE_LENGTH, Place::Message(Some(number + 1)), what);
    }
}

/// Folding and ASCII, of any header that the sender wrote.
fn form(field: &Field, findings: &mut Findings) {
    let name = field.name.to_ascii_lowercase();
    if TRACES.contains(&name.as_str()) || name.starts_with("arc-") || name.starts_with("x-") {
        return;
    }
    // What has no blank behind its first word cannot be folded.
    let foldable = |line: &&String| {
        line.len() > 78
            && line.trim_start().split_once(' ').is_some_and(|(_, rest)| rest.trim().contains(' '))
    };
    if let Some(line) = field.lines.iter().find(foldable) {
        findings.add(rules::HEADER_FOLDING, field.place(), format!("a line has {} columns", line.len()));
    }
    let is_address = ["from", "to", "cc", "reply-to", "sender"].contains(&name.as_str());
    // An address may be written in UTF-8, where the server takes it (RFC 6532).
    if field.value.split(' ').any(|word| !(word.is_ascii() || is_address && word.contains('@'))) {
        findings.add(rules::HEADER_ASCII, field.place(), "it holds characters that are not ASCII");
    }
}

fn date(letter: &Letter<'_>, findings: &mut Findings) {
    let Some(field) = letter.field("Date") else { return };
    let zone = field.value.split_whitespace().nth(5).or_else(|| field.value.split_whitespace().nth(4));
    let is_numeric = zone.is_some_and(|zone| zone.len() == 5 && zone.starts_with(['+', '-']));
    let value = field.value.split('(').next().unwrap_or_default().trim();
    match DateTime::parse_from_rfc2822(value) {
        Ok(_) if is_numeric => {}
        Ok(_) => findings.add(rules::DATE, field.place(), "its time zone is no number, as +0000 is"),
        Err(error) => {
            // Most of them are only wrong about the day of the week.
            let bare = value.split_once(',').map(|(_, rest)| DateTime::parse_from_rfc2822(rest.trim()));
            let what = match bare {
                Some(Ok(date)) => format!("that day is a {}", date.format("%A")),
                _ => format!("it cannot be read: {error}"),
            };
            findings.add(rules::DATE, field.place(), what);
        }
    }
}

fn message_id(letter: &Letter<'_>, findings: &mut Findings) {
    let Some(field) = letter.field("Message-ID") else { return };
    let id = field.value.strip_prefix('<').and_then(|value| value.strip_suffix('>'));
    let parts = id.filter(|id| !id.contains([' ', '<', '>'])).and_then(|id| id.rsplit_once('@'));
    match parts {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            if let Some(from) = letter.domain().filter(|from| !is_aligned(right, from)) {
                let what = format!("it ends in {right}, and From in {from}");
                findings.add(rules::MESSAGE_ID_DOMAIN, field.place(), what);
            }
        }
        _ => findings.add(rules::MESSAGE_ID, field.place(), format!("{:?} is none", field.value)),
    }
}

/// From, To, and who answers.
fn people(letter: &Letter<'_>, findings: &mut Findings) {
    for field in ["Bcc", "Cc"].into_iter().filter_map(|name| letter.field(name)) {
        findings.add(rules::ONE_RECIPIENT, field.place(), format!("there is a {}", field.name));
    }
    if let Some(field) = letter.field("To") {
        let count = letter.recipients().len();
        if count != 1 {
            findings.add(rules::ONE_RECIPIENT, field.place(), format!("it has {count} addresses"));
        }
    }
    let (Some(field), Some(from)) = (letter.field("From"), letter.from()) else { return };
    if from.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
        findings.add(rules::FROM_NAME, field.place(), "it has an address and no name");
    }
    let answers = letter.field("Reply-To").unwrap_or(field);
    let bare = answers.value.to_ascii_lowercase().replace(['-', '_', '.'], "");
    if bare.contains("noreply") || bare.contains("donotreply") {
        findings.add(rules::NO_REPLY, answers.place(), "it takes no replies, as it says");
    }
}

/// List-Unsubscribe and List-Id.
fn list(letter: &Letter<'_>, findings: &mut Findings) {
    let uris = unsubscribe_uris(letter);
    let field = letter.field("List-Unsubscribe");
    let place = field.map_or(Place::missing("List-Unsubscribe"), Field::place);
    let post = letter.field("List-Unsubscribe-Post");
    let https = uris.iter().filter(|uri| uri.starts_with("https:")).count();
    if uris.is_empty() {
        findings.add(rules::UNSUBSCRIBE_HEADER, place, "it names no way to leave");
    } else if https != 1 {
        let what = if https == 0 {
            "it has no https URI".to_owned()
        } else {
            format!("it has {https} https URIs, and not one")
        };
        findings.add(rules::ONE_CLICK, place, what);
    } else if post.is_none_or(|post| post.value != "List-Unsubscribe=One-Click") {
        let place = post.map_or(Place::missing("List-Unsubscribe-Post"), Field::place);
        findings.add(rules::ONE_CLICK, place, "it does not say List-Unsubscribe=One-Click");
    }
    if !uris.is_empty() && !uris.iter().any(|uri| uri.to_ascii_lowercase().starts_with("mailto:")) {
        let place = field.map_or(Place::missing("List-Unsubscribe"), Field::place);
        findings.add(rules::UNSUBSCRIBE_MAIL, place, "it has no mailto: URI");
    }
    let id = letter.field("List-Id");
    let label = id.and_then(|id| id.value.rsplit_once('<')?.1.strip_suffix('>'));
    if label.is_none_or(|label| !label.contains('.') || label.contains(' ')) {
        let what =
            if id.is_some() { "it has no identifier in angle brackets" } else { "there is no List-Id" };
        findings.add(rules::LIST_ID, id.map_or(Place::missing("List-Id"), Field::place), what);
    }
    for field in WITH_URIS.iter().filter_map(|name| letter.field(name)) {
        // RFC 2369 §3.4: a list that nobody posts to.
        let is_closed = field.is("List-Post") && field.value.trim().starts_with("NO");
        if !is_closed && !uris_of(field).iter().any(|uri| uri.contains(':')) {
            findings.add(
                rules::LIST_URI,
                field.place(),
                format!("{:?} has no URI in angle brackets", field.value),
            );
        }
    }
}

/// The URIs of List-Unsubscribe, without their brackets.
pub(super) fn unsubscribe_uris(letter: &Letter<'_>) -> Vec<String> {
    letter.field("List-Unsubscribe").map(uris_of).unwrap_or_default()
}

fn uris_of(field: &Field) -> Vec<String> {
    let uris = field.value.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    uris.map(|(uri, _)| uri.split_whitespace().collect()).collect()
}

/// What helps, and few have.
fn extras(letter: &Letter<'_>, findings: &mut Findings) {
    for (name, rule) in [
        ("List-Help", rules::LIST_HELP),
        ("Auto-Submitted", rules::AUTO_SUBMITTED),
        ("Content-Language", rules::CONTENT_LANGUAGE),
    ] {
        if letter.field(name).is_none() {
            findings.add(rule, Place::missing(name), format!("there is no {name}"));
        }
    }
    if let Some(field) = letter.field("Feedback-ID") {
        let fields: Vec<&str> = field.value.split(':').map(str::trim).collect();
        if fields.len() != 4 || !(5..=15).contains(&fields[3].len()) {
            findings.add(rules::FEEDBACK_ID, field.place(), format!("{:?} has another form", field.value));
        }
    }
}
