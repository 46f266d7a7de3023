//! Rules about the preheader: the first text of the body, which an inbox shows beside the subject.

use unicode_width::UnicodeWidthStr;

use super::finding::{Findings, Place};
use super::letter::Letter;
use super::page::Page;
use super::rules;
use super::tree::short;

pub(super) fn check(letter: &Letter<'_>, page: &Page, findings: &mut Findings) {
    let in_body = |number: usize| {
        page.around(number).any(|node| node.name == "body")
            && !page.around(number).any(|node| ["style", "script"].contains(&node.name.as_str()))
    };
    let mut texts = page.nodes().filter(|(number, node)| !words(&node.text).is_empty() && in_body(*number));
    let Some((number, first)) = texts.next() else { return };
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

/// The words of a text: without what pads a preheader, so that nothing else of the body shows behind it.
fn words(text: &str) -> String {
    let is_padding = |c: char| {
        matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2007}' | '\u{2060}' | '\u{feff}'
        )
    };
    let text: String = text.chars().filter(|c| !is_padding(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
