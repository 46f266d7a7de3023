//! Rules about the preheader: the first text of the body, which an inbox shows beside the subject.

use unicode_width::UnicodeWidthStr;

use super::finding::{Findings, Place};
use super::letter::Letter;
use super::page::Page;
use super::rules;
use super::tree::{Node, short};

/// From how many characters of padding on a text keeps what follows out of inboxes.
const PADDED: usize = 10;
/// More than any inbox shows, in columns.
const WIDEST: usize = 240;

pub(super) fn check(letter: &Letter<'_>, page: &Page, findings: &mut Findings) {
    let Some((number, first)) = texts(page).next() else { return };
    if page.is_shown(number) {
        let what = format!("there is none: an inbox shows “{}”", short(&words(&first.text)));
        return findings.add(rules::PREHEADER, Place::html(first.line), what);
    }
    let root = page.numbers_around(number).take_while(|at| !page.is_shown(*at)).last();
    let (place, text) = root.map_or((Place::html(first.line), words(&first.text)), |root| {
        (page.node(root).place(), words(&page.text_of(root)))
    });
    let length = text.width();
    if !(40..=110).contains(&length) {
        let what = format!("it has {length} characters: “{}”", short(&text));
        findings.add(rules::PREHEADER, place.clone(), what);
    }
    if !page.is_hidden_everywhere(number) {
        let what = format!("“{}” is hidden in a way that Outlook does not know", short(&text));
        findings.add(rules::PREHEADER_HIDDEN, place.clone(), what);
    }
    let (subject, text) = (letter.subject().unwrap_or_default().trim().to_lowercase(), text.to_lowercase());
    if !subject.is_empty() && (text.starts_with(&subject) || subject.starts_with(&text)) {
        findings.add(
            rules::PREHEADER_SUBJECT,
            place,
            format!("it begins as the subject does: “{}”", short(&text)),
        );
    }
}

/// What an inbox shows after the subject: the texts of the body up to one that is padded, as far as any shows.
pub(super) fn opening(page: &Page) -> String {
    let mut opening = String::new();
    for (_, node) in in_body(page) {
        opening.push_str(&node.text);
        opening.push(' ');
        let is_padded = node.text.chars().filter(|c| is_padding(*c)).nth(PADDED - 1).is_some();
        if is_padded || opening.width() > WIDEST {
            break;
        }
    }
    words(&opening)
}

/// The texts of the body that say something, those too that are hidden.
fn texts(page: &Page) -> impl Iterator<Item = (usize, &Node)> {
    in_body(page).filter(|(_, node)| !words(&node.text).is_empty())
}

/// The texts of the body, padding among them.
fn in_body(page: &Page) -> impl Iterator<Item = (usize, &Node)> {
    let is_text = |number: usize| {
        page.around(number).any(|node| node.name == "body")
            && !page.around(number).any(|node| ["style", "script"].contains(&node.name.as_str()))
    };
    page.nodes().filter(move |(number, node)| !node.text.is_empty() && is_text(*number))
}

/// The words of a text: without what pads a preheader, so that nothing else of the body shows behind it.
pub(super) fn words(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_padding(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_padding(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2007}' | '\u{2060}' | '\u{feff}'
    )
}
