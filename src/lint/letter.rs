//! The letter: a message taken apart.

use std::collections::{HashMap, HashSet};
use std::panic::catch_unwind;

use mail_parser::{Addr, Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::finding::Place;

/// The most multiparts of a message that is read.
const MOST_MULTIPARTS: usize = 1000;

/// A message, as its bytes and as a parser reads it.
pub(crate) struct Letter<'a> {
    /// All of it.
    pub(super) raw: &'a [u8],
    /// Its headers, in order.
    pub(super) fields: Vec<Field>,
    /// Where its lines end.
    ends: Vec<usize>,
    closings: Closings<'a>,
    message: Option<Message<'a>>,
}

/// The boundaries that a line closes (`--boundary--`), each with where its last one begins.
type Closings<'a> = HashMap<&'a [u8], usize>;

/// A header as it is written.
pub(super) struct Field {
    pub(super) name: String,
    /// Unfolded, and otherwise as written; bytes that are not UTF-8 are replaced.
    pub(super) value: String,
    /// The lines it is written in, without their ends.
    pub(super) lines: Vec<String>,
    /// Its first line in the message, from 1.
    pub(super) line: usize,
}

impl Field {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(super) fn place(&self) -> Place {
        Place::Header { name: self.name.clone(), line: Some(self.line) }
    }
}

impl<'a> Letter<'a> {
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', raw).collect();
        let closings = closings(raw);
        let message = parsed(raw, &closings);
        Self { raw, fields: fields(raw), ends, closings, message }
    }

    /// Whether a parser makes sense of it.
    pub(super) fn is_read(&self) -> bool {
        self.message.is_some()
    }

    /// Whether a multipart with a boundary ends after an octet.
    pub(super) fn is_closed(&self, boundary: &str, from: usize) -> bool {
        self.closings.get(boundary.as_bytes()).is_some_and(|at| *at >= from)
    }

    /// The headers of a name.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Field> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The first header of a name.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// The subject, decoded.
    pub(super) fn subject(&self) -> Option<&str> {
        self.message.as_ref()?.subject()
    }

    /// Whom it is from.
    pub(super) fn from(&self) -> Option<&Addr<'_>> {
        self.message.as_ref()?.from()?.first()
    }

    /// The domain of From, in lower case.
    pub(super) fn domain(&self) -> Option<String> {
        let (_, domain) = self.from()?.address.as_deref()?.rsplit_once('@')?;
        Some(domain.to_ascii_lowercase())
    }

    /// The addresses in To.
    pub(super) fn recipients(&self) -> Vec<&str> {
        let to: Option<&Address<'_>> = self.message.as_ref().and_then(|message| message.to());
        to.into_iter().flat_map(Address::iter).filter_map(|one| one.address.as_deref()).collect()
    }

    /// Every address that may be the reader's: also those that a Bcc, or the server that took it in, left there.
    pub(super) fn readers(&self) -> HashSet<String> {
        let named = ["To", "Cc", "Bcc", "Delivered-To", "X-Original-To", "Envelope-To"];
        let values = named.iter().flat_map(|name| self.all(name)).map(|field| field.value.as_str());
        let words = values.flat_map(|value| value.split(|c: char| c.is_whitespace() || "<>,;\"".contains(c)));
        words.filter(|word| word.contains('@') && word.contains('.')).map(str::to_owned).collect()
    }

    /// The place of a part: the header that says what it is, of the message itself.
    pub(super) fn place_of(&self, part: &MessagePart<'_>) -> Place {
        match self.field("Content-Type") {
            Some(field) if part.offset_header == 0 => field.place(),
            _ => Place::Message(Some(self.line_at(part.offset_header as usize))),
        }
    }

    /// All parts, the message's own first.
    pub(crate) fn parts(&self) -> &[MessagePart<'a>] {
        self.message.as_ref().map_or(&[], |message| &message.parts)
    }

    /// The place of its HTML among the parts.
    pub(super) fn html_part(&self) -> Option<usize> {
        self.parts().iter().position(|part| is_shown(part) && kind(part) == "text/html")
    }

    /// The place of its plaintext among the parts.
    pub(super) fn text_part(&self) -> Option<usize> {
        self.parts().iter().position(|part| is_shown(part) && kind(part) == "text/plain")
    }

    /// The HTML, decoded.
    pub(crate) fn html(&self) -> Option<&str> {
        self.decoded(self.html_part()?)
    }

    /// The plaintext, decoded.
    pub(super) fn text(&self) -> Option<&str> {
        self.decoded(self.text_part()?)
    }

    fn decoded(&self, part: usize) -> Option<&str> {
        let part = self.parts().get(part).filter(|part| !is_undecoded(part))?;
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => Some(text),
            _ => None,
        }
    }

    /// The body of a part as it is encoded.
    pub(super) fn encoded(&self, part: &MessagePart<'_>) -> &'a [u8] {
        // The end of one that is cut off lies beyond what is there.
        let end = (part.offset_end as usize).min(self.raw.len());
        self.raw.get(part.offset_body as usize..end).unwrap_or_default()
    }

    /// The line of the message that an octet is in, from 1.
    pub(super) fn line_at(&self, octet: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < octet)
    }
}

/// Finds what ends multiparts, in one pass, for a message may have many.
fn closings(raw: &[u8]) -> Closings<'_> {
    let (mut found, mut at) = (HashMap::new(), 0);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let boundary = line.trim_ascii_end().strip_prefix(b"--").and_then(|rest| rest.strip_suffix(b"--"));
        if let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) {
            found.insert(boundary, at);
        }
        at += line.len();
    }
    found
}

/// Parses a message. One that is cut off is given the ends of its multiparts, without which the parser would not
/// decode the last part.
fn parsed<'a>(raw: &'a [u8], closings: &Closings<'_>) -> Option<Message<'a>> {
    let message = read(raw)?;
    let boundaries = message.parts.iter().filter_map(|part| part.content_type()?.attribute("boundary"));
    let open: HashSet<&str> = boundaries.filter(|one| !closings.contains_key(one.as_bytes())).collect();
    if open.is_empty() {
        return Some(message);
    }
    // The innermost ends first.
    let order = message.parts.iter().rev().filter_map(|part| part.content_type()?.attribute("boundary"));
    let (mut closed, mut told) = (raw.to_vec(), HashSet::new());
    for boundary in order.filter(|one| open.contains(one)) {
        if told.insert(boundary) {
            closed.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        }
    }
    Some(read(&closed)?.into_owned())
}

/// What the parser reads. Its time grows with the square of the depth of multiparts; and it asserts what broken
/// messages do not keep to, and may panic: none is worth the process.
fn read(raw: &[u8]) -> Option<Message<'_>> {
    if memchr::memmem::find_iter(raw, b"multipart/").nth(MOST_MULTIPARTS).is_some() {
        return None;
    }
    catch_unwind(|| MessageParser::default().parse(raw)).ok()?
}

/// Whether a part is not encoded as it says, and stands there as it is written.
pub(super) fn is_undecoded(part: &MessagePart<'_>) -> bool {
    let is_encoded = |encoding: &str| ["quoted-printable", "base64"].contains(&encoding.trim());
    part.is_encoding_problem
        && part.content_transfer_encoding().is_some_and(|one| is_encoded(&one.to_ascii_lowercase()))
}

/// The type of a part, `text/plain` where it says none (RFC 2045 §5.2).
pub(crate) fn kind(part: &MessagePart<'_>) -> String {
    part.content_type().map_or("text/plain".to_owned(), |kind| {
        format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("plain")).to_ascii_lowercase()
    })
}

fn is_shown(part: &MessagePart<'_>) -> bool {
    !part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment)
}

/// The headers up to the first blank line. A line that is none is taken with the header before it.
fn fields(raw: &[u8]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (number, line) in raw.split(|byte| *byte == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        if line.is_empty() {
            break;
        }
        let header = line.split_once(':').filter(|(name, _)| !name.is_empty() && !name.contains([' ', '\t']));
        match (header, fields.last_mut()) {
            (Some((name, value)), _) => fields.push(Field {
                name: name.to_owned(),
                value: value.trim().to_owned(),
                lines: vec![line.clone()],
                line: number + 1,
            }),
            (None, Some(field)) => {
                field.value.push(' ');
                field.value.push_str(line.trim());
                field.lines.push(line);
            }
            (None, None) => {}
        }
    }
    fields
}
