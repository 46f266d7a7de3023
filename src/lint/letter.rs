//! The letter: a message taken apart.

use mail_parser::{Addr, Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::finding::Place;

/// A message, as its bytes and as a parser reads it.
pub(super) struct Letter<'a> {
    /// All of it.
    pub(super) raw: &'a [u8],
    /// Its headers, in order.
    pub(super) fields: Vec<Field>,
    /// Where its lines end.
    ends: Vec<usize>,
    message: Option<Message<'a>>,
}

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
    pub(super) fn new(raw: &'a [u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', raw).collect();
        Self { raw, fields: fields(raw), ends, message: parsed(raw) }
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

    /// All parts, the message's own first.
    pub(super) fn parts(&self) -> &[MessagePart<'a>] {
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
    pub(super) fn html(&self) -> Option<&str> {
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

/// Parses a message. One that is cut off is given the ends of its multiparts, without which the parser would not
/// decode the last part.
fn parsed(raw: &[u8]) -> Option<Message<'_>> {
    let message = MessageParser::default().parse(raw)?;
    let boundaries = message.parts.iter().filter_map(|part| part.content_type()?.attribute("boundary"));
    let ends = boundaries.map(|boundary| format!("--{boundary}--"));
    let open: Vec<String> = ends.filter(|end| memchr::memmem::find(raw, end.as_bytes()).is_none()).collect();
    if open.is_empty() {
        return Some(message);
    }
    let mut closed = raw.to_vec();
    for end in open.iter().rev() {
        closed.extend_from_slice(format!("\r\n{end}\r\n").as_bytes());
    }
    Some(MessageParser::default().parse(&closed)?.into_owned())
}

/// Whether a part is not encoded as it says, and stands there as it is written.
pub(super) fn is_undecoded(part: &MessagePart<'_>) -> bool {
    let is_encoded = |encoding: &str| ["quoted-printable", "base64"].contains(&encoding.trim());
    part.is_encoding_problem
        && part.content_transfer_encoding().is_some_and(|one| is_encoded(&one.to_ascii_lowercase()))
}

/// The type of a part, `text/plain` where it says none (RFC 2045 §5.2).
pub(super) fn kind(part: &MessagePart<'_>) -> String {
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
