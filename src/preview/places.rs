//! Places in a message: the lines of its source, what is found at them, and what leads there.

use super::asked::{Asked, Tab};
use crate::lint::{Anatomy, Finding, Place};

/// The most lines of a part that are shown.
const MOST_LINES: usize = 3000;
/// The most characters of a line that are shown.
const LONGEST: usize = 4000;
/// How much of a line is shown with a finding, in characters.
const EXCERPT: usize = 160;

/// A part of the source, with its lines.
#[derive(Debug)]
pub(super) struct Listing {
    /// What it is, as anchors name it: `html`, `text` or `message`.
    pub(super) part: &'static str,
    /// The same in words.
    pub(super) words: &'static str,
    /// Its lines, from the first.
    pub(super) lines: Vec<Line>,
    /// How many lines are left out.
    pub(super) left: usize,
}

/// A line of the source.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: usize,
    /// It, without its end.
    pub(super) text: String,
    /// What lint finds at it: how much it weighs, and what it is.
    pub(super) notes: Vec<(&'static str, String)>,
}

/// All that the source is shown as.
pub(super) fn listings(message: &[u8], anatomy: &Anatomy, findings: &[Finding]) -> Vec<Listing> {
    let whole = String::from_utf8_lossy(message);
    let parts = [
        ("html", "HTML, decoded", anatomy.html.as_deref()),
        ("text", "Plaintext, decoded", anatomy.text.as_deref()),
        ("message", "The message, as it goes over the wire", Some(&*whole)),
    ];
    let shown = parts.into_iter().filter_map(|(part, words, text)| Some((part, words, text?)));
    shown.map(|(part, words, text)| listing(part, words, text, findings)).collect()
}

fn listing(part: &'static str, words: &'static str, text: &str, findings: &[Finding]) -> Listing {
    let line = |(at, line): (usize, &str)| Line { number: at + 1, text: shortened(line), notes: Vec::new() };
    let mut lines: Vec<Line> = text.lines().take(MOST_LINES).enumerate().map(line).collect();
    for finding in findings.iter().filter(|finding| listed_in(&finding.place) == part) {
        let at = finding.place.line().and_then(|number| lines.get_mut(number.checked_sub(1)?));
        if let Some(line) = at {
            line.notes.push((finding.rule.severity.name(), finding.what.clone()));
        }
    }
    Listing { part, words, lines, left: text.lines().skip(MOST_LINES).count() }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… and {} more characters", &line[..end], line[end..].chars().count()),
        None => line.to_owned(),
    }
}

/// The part of the source that shows a place: headers stand in the message.
fn listed_in(place: &Place) -> &'static str {
    match place {
        Place::Message(_) | Place::Header { .. } => "message",
        Place::Html { .. } => "html",
        Place::Text(_) => "text",
    }
}

/// A place, for a finding.
#[derive(Debug)]
pub(super) struct Spot {
    /// Where it is, in words.
    pub(super) words: String,
    /// The element or header.
    pub(super) name: Option<String>,
    /// What leads to its line in the source, where it has one.
    pub(super) address: Option<String>,
    /// The line, or what of it is around the place.
    pub(super) excerpt: Option<String>,
}

impl Spot {
    /// Where a place is, and what is there.
    pub(super) fn of(place: &Place, sources: &Sources<'_>, asked: &Asked) -> Self {
        let part = match place {
            Place::Message(_) => "message",
            Place::Header { .. } => "header",
            Place::Html { .. } => "HTML",
            Place::Text(_) => "plaintext",
        };
        let words = match (place.line(), place) {
            (Some(line), _) => format!("{part}, line {line}"),
            (None, Place::Header { .. }) => "missing header".to_owned(),
            (None, _) => format!("the {part}"),
        };
        let address = place.line().filter(|line| *line <= MOST_LINES).map(|line| {
            let source = asked.with(|other| other.tab = Tab::Source);
            format!("{source}#{}-{line}", listed_in(place))
        });
        let line = place.line().and_then(|number| sources.line(listed_in(place), number));
        let excerpt = line.map(|line| around(&line, place.name())).filter(|excerpt| !excerpt.is_empty());
        Self { words, name: place.name().map(str::to_owned), address, excerpt }
    }
}

/// The lines of a message and its parts, to be looked up.
pub(super) struct Sources<'a> {
    html: Vec<&'a str>,
    text: Vec<&'a str>,
    message: Vec<&'a [u8]>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(message: &'a [u8], anatomy: &'a Anatomy) -> Self {
        let lines = |text: &'a Option<String>| text.as_deref().unwrap_or_default().lines().collect();
        Self {
            html: lines(&anatomy.html),
            text: lines(&anatomy.text),
            message: message.split(|byte| *byte == b'\n').collect(),
        }
    }

    /// A line, by its number from 1.
    fn line(&self, part: &str, number: usize) -> Option<String> {
        let at = number.checked_sub(1)?;
        match part {
            "html" => self.html.get(at).map(|line| (*line).to_owned()),
            "text" => self.text.get(at).map(|line| (*line).to_owned()),
            _ => self.message.get(at).map(|line| String::from_utf8_lossy(line).trim_end().to_owned()),
        }
    }
}

/// What of a line is around an element: HTML may stand on one line.
fn around(line: &str, name: Option<&str>) -> String {
    let line = line.trim();
    if line.chars().nth(EXCERPT).is_none() {
        return line.to_owned();
    }
    // An element is told by its tag and one attribute: other attributes may stand between them.
    let telling =
        name.and_then(|name| name.split_once(' ')).map(|(_, attribute)| attribute.trim_end_matches('>'));
    let telling = telling.map(|attribute| attribute.trim_end_matches(['"', '…']));
    // What is an entity in the source is none in the attribute.
    let telling = telling.and_then(|attribute| attribute.split('&').next());
    let start = telling.and_then(|telling| line.find(telling)).unwrap_or(0);
    let start = line[..start].rfind('<').unwrap_or(start);
    let end = line[start..].char_indices().nth(EXCERPT).map_or(line.len(), |(end, _)| start + end);
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    format!("{before}{}{after}", &line[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint;

    const MAIL: &[u8] = b"Subject: Hi\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n<p><script>1</script></p>\r\n";

    fn listed() -> Vec<Listing> {
        listings(MAIL, &Anatomy::of(MAIL), &lint::lint(MAIL, None))
    }

    #[test]
    fn each_finding_stands_at_its_line_in_the_source() {
        let listed = listed();
        assert_eq!(listed.iter().map(|one| one.part).collect::<Vec<_>>(), ["html", "message"]);
        let told: Vec<_> = listed[0].lines[1].notes.iter().map(|(_, what)| what.as_str()).collect();
        assert!(told.iter().any(|what| what.contains("script")), "{told:?}");
        assert_eq!(listed[1].lines[1].text, "Content-Type: text/html; charset=utf-8");
    }

    #[test]
    fn a_place_leads_to_its_line_and_shows_it() {
        let anatomy = Anatomy::of(MAIL);
        let asked = Asked::read("/-/file", "scheme=dark").unwrap();
        let spot = |place: &Place| Spot::of(place, &Sources::of(MAIL, &anatomy), &asked);
        let script = spot(&Place::Html { element: Some("<script>".to_owned()), line: 2 });
        assert_eq!(script.address.as_deref(), Some("/-/file?scheme=dark&tab=source#html-2"));
        assert_eq!(script.excerpt.as_deref(), Some("<p><script>1</script></p>"));
        let missing = spot(&Place::Header { name: "From".to_owned(), line: None });
        assert_eq!((missing.words.as_str(), missing.address), ("missing header", None));
        let subject = spot(&Place::Header { name: "Subject".to_owned(), line: Some(1) });
        assert_eq!(subject.address.as_deref(), Some("/-/file?scheme=dark&tab=source#message-1"));
        assert_eq!(spot(&Place::Text(Some(900))).excerpt, None);
    }

    #[test]
    fn of_a_long_line_the_surroundings_of_the_element_are_shown() {
        let line = format!(
            "{}<img width=\"3\" src=\"https://a.example/1.png\">{}",
            "é".repeat(200),
            "b".repeat(200)
        );
        let excerpt = around(&line, Some("<img src=\"https://a.example/1.png\">"));
        assert!(excerpt.starts_with("…<img width") && excerpt.ends_with("b…"), "{excerpt}");
    }

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        let long = format!("Subject: {}\n\n{}", "é".repeat(LONGEST), "x\n".repeat(MOST_LINES));
        let listing = listing("message", "", &long, &[]);
        assert_eq!((listing.lines.len(), listing.left), (MOST_LINES, 2));
        assert!(listing.lines[0].text.ends_with("… and 9 more characters"));
    }
}
