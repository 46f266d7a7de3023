//! What a message is made of, read as lint reads it: for people to look at.

use mail_parser::{MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::leaving::{Exits, says_so};
use super::letter::{Field, Letter, kind};
use super::page::Page;
use super::{links, preheader};

/// The most multiparts in each other that are told.
const DEEPEST: usize = 32;

/// A message, taken apart.
#[derive(Debug, Default)]
pub struct Anatomy {
    /// Whom it is from: a name, else an address; empty where it does not say.
    pub from: String,
    /// The subject, decoded.
    pub subject: String,
    /// What an inbox shows after the subject: the first text of the body, shown or hidden, and what follows on it
    /// unless padding keeps that away.
    pub opening: String,
    /// Its headers, in order.
    pub headers: Vec<Header>,
    /// Its parts, each after what it stands in.
    pub parts: Vec<Part>,
    /// The HTML, decoded.
    pub html: Option<String>,
    /// The plaintext, decoded.
    pub text: Option<String>,
    /// The links of the HTML, in order.
    pub links: Vec<Link>,
}

/// A header.
#[derive(Debug)]
pub struct Header {
    /// Its name, as written.
    pub name: String,
    /// Its value: unfolded, its encoded words decoded.
    pub value: String,
    /// As it is written, without the ends of lines.
    pub lines: Vec<String>,
    /// Its first line in the message, from 1.
    pub line: usize,
}

/// A MIME part.
#[derive(Debug)]
pub struct Part {
    /// In how many multiparts it stands.
    pub depth: usize,
    /// Its type, as `text/html`.
    pub kind: String,
    /// Its charset, as written.
    pub charset: Option<String>,
    /// How it is encoded, as written.
    pub encoding: Option<String>,
    /// Its disposition, as `attachment`.
    pub disposition: Option<String>,
    /// The name of its file.
    pub file: Option<String>,
    /// Its size when it is decoded, in octets; none of what holds others.
    pub decoded: Option<usize>,
    /// Its size as it is transferred, in octets.
    pub transferred: usize,
}

/// A link of the HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The line it begins at.
    pub line: usize,
    /// Where it leads, as written but for blanks around it.
    pub href: String,
    /// What it says: its text, else the words for its pictures.
    pub text: String,
    /// Whether it leads out of the list, by its address or its text.
    pub leaves: bool,
}

impl Anatomy {
    /// Takes a message apart (RFC 5322, as it goes over the wire or lies in an `.eml` file). What cannot be read is
    /// left out.
    #[must_use]
    pub fn of(message: &[u8]) -> Self {
        let letter = Letter::new(message);
        let page = letter.html().and_then(|html| Page::parse(html).ok());
        let from = letter.from().and_then(|one| one.name.as_deref().or(one.address.as_deref()));
        let opening = match &page {
            Some(page) => preheader::opening(page),
            None => letter.text().map(preheader::words).unwrap_or_default(),
        };
        let mut parts = Vec::new();
        if !letter.parts().is_empty() {
            gather(&letter, 0, 0, &mut parts);
        }
        Self {
            from: from.unwrap_or_default().to_owned(),
            subject: letter.subject().unwrap_or_default().to_owned(),
            opening,
            headers: letter.fields.iter().map(Header::of).collect(),
            parts,
            html: letter.html().map(str::to_owned),
            text: letter.text().map(str::to_owned),
            links: page.map(|page| led_to(&letter, &page)).unwrap_or_default(),
        }
    }

    /// The size of its HTML, in octets.
    #[must_use]
    pub fn html_size(&self) -> usize {
        self.html.as_deref().map_or(0, str::len)
    }
}

impl Header {
    fn of(field: &Field) -> Self {
        let Field { name, value, lines, line } = field;
        Self { name: name.clone(), value: decoded(value), lines: lines.clone(), line: *line }
    }
}

/// A value with its encoded words decoded, wherever they stand.
fn decoded(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let subject = format!("Subject: {value}\r\n\r\n");
    let parsed = MessageParser::new().with_minimal_headers().parse(subject.as_bytes());
    parsed.and_then(|message| message.subject().map(str::to_owned)).unwrap_or_else(|| value.to_owned())
}

/// A part and those in it.
fn gather(letter: &Letter<'_>, number: usize, depth: usize, parts: &mut Vec<Part>) {
    let Some(part) = letter.parts().get(number) else { return };
    parts.push(Part::of(letter, part, depth));
    if let PartType::Multipart(children) = &part.body
        && depth < DEEPEST
    {
        // A part's number is higher than that of what holds it.
        for child in children.iter().map(|child| *child as usize).filter(|child| *child > number) {
            gather(letter, child, depth + 1, parts);
        }
    }
}

impl Part {
    fn of(letter: &Letter<'_>, part: &MessagePart<'_>, depth: usize) -> Self {
        let is_leaf = !matches!(part.body, PartType::Multipart(_) | PartType::Message(_));
        Self {
            depth,
            kind: kind(part),
            charset: part.content_type().and_then(|kind| kind.attribute("charset")).map(str::to_owned),
            encoding: part.content_transfer_encoding().map(|one| one.trim().to_owned()),
            disposition: part.content_disposition().map(|one| one.ctype().to_owned()),
            file: part.attachment_name().map(str::to_owned),
            decoded: is_leaf.then(|| part.contents().len()),
            transferred: letter.encoded(part).len(),
        }
    }
}

fn led_to(letter: &Letter<'_>, page: &Page) -> Vec<Link> {
    let exits = Exits::of(letter);
    let link = |(number, href): (usize, &str)| {
        let text = preheader::words(&page.text_of(number));
        let text = if text.is_empty() { alternatives(page, number) } else { text };
        let leaves = exits.leads_out(href) || says_so(&text);
        Link { line: page.node(number).line, href: href.to_owned(), text, leaves }
    };
    links::outward(page).map(link).collect()
}

/// The words for the pictures in a node.
fn alternatives(page: &Page, number: usize) -> String {
    let below = page.below(number);
    let alts = below.iter().filter_map(|at| page.node(*at).attribute("alt"));
    preheader::words(&alts.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = concat!(
        "From: =?utf-8?q?Caf=C3=A9?= <a@example.org>\r\n",
        "Subject: One\r\n two\r\n",
        "List-Unsubscribe: <https://example.org/l/9>\r\n",
        "X-Note: =?utf-8?q?a?=\r\n =?utf-8?q?_b?= c\r\n",
        "MIME-Version: 1.0\r\n",
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n",
        "--b\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        "<html><head><title>T</title></head><body><div style=3D\"display:none\">In it &shy;&shy;&shy;</div>\r\n",
        "<p><a href=3D\"https://example.org/1\">First</a> <a href=3D\"#top\">Up</a></p>\r\n",
        "<a href=3D\"https://example.org/l/9?u=3D2\"><img src=3D\"x\" alt=3D\"Out\"></a></body></html>\r\n",
        "--b--\r\n",
    );

    #[test]
    fn a_message_is_taken_apart_into_what_an_inbox_and_an_editor_look_at() {
        let anatomy = Anatomy::of(MAIL.as_bytes());
        assert_eq!((anatomy.from.as_str(), anatomy.subject.as_str()), ("Café", "One two"));
        let kinds: Vec<_> = anatomy.parts.iter().map(|part| (part.depth, part.kind.as_str())).collect();
        assert_eq!(kinds, [(0, "multipart/alternative"), (1, "text/plain"), (1, "text/html")]);
        let html = &anatomy.parts[2];
        assert_eq!(html.charset.as_deref(), Some("UTF-8"));
        assert!(html.decoded.unwrap() < html.transferred, "{html:?}");
        assert_eq!(anatomy.parts[0].decoded, None);
        assert_eq!(anatomy.text.as_deref().map(str::trim), Some("Hello"));
        let note = anatomy.headers.iter().find(|header| header.name == "X-Note").unwrap();
        assert_eq!((note.value.as_str(), note.lines.len(), note.line), ("a b c", 2, 5));
    }

    #[test]
    fn links_are_told_with_their_words_and_the_way_out_is_known() {
        let links = Anatomy::of(MAIL.as_bytes()).links;
        let told: Vec<_> = links.iter().map(|link| (link.line, link.text.as_str(), link.leaves)).collect();
        assert_eq!(told, [(2, "First", false), (3, "Out", true)]);
    }

    #[test]
    fn an_inbox_shows_the_first_text_and_what_follows_unless_padding_keeps_it_away() {
        let opening = |body: &str| {
            let mail = format!("Content-Type: text/html; charset=utf-8\r\n\r\n<body>{body}</body>");
            Anatomy::of(mail.as_bytes()).opening
        };
        let padding = "&zwnj;&nbsp;".repeat(60);
        for (body, expected) in [
            ("<p>Hello <b>you</b></p><p>Second", "Hello you Second"),
            ("<div style='display:none'>In it</div><p>Hello", "In it Hello"),
            (&format!("<div style='display:none'>In it{padding}</div><p>Hello"), "In it"),
            (&format!("<div style='display:none'>In it</div><div>{padding}</div><p>Hello"), "In it"),
            ("<style>p{}</style><p>Hello", "Hello"),
        ] {
            assert_eq!(opening(body), expected, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for message in [&b""[..], b"\0\xff", b"Subject: =?x?b?~~?=\n\n", b"Content-Type: multipart/mixed\n\n"]
        {
            assert!(Anatomy::of(message).links.is_empty());
        }
    }
}
