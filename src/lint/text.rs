//! Rules about the plaintext.

use std::collections::HashSet;

use mail_parser::MimeHeaders as _;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::finding::{Findings, Place};
use super::letter::Letter;
use super::links::{leaves, outward};
use super::page::{Page, short};
use super::rules;

/// The widest line, in columns.
const COLUMNS: usize = 78;
/// What tells that text was made from HTML, or that a program's fields were not filled in.
const MARKUP: [&str; 12] =
    ["&nbsp;", "&amp;", "&quot;", "&lt;", "&gt;", "&#", "<p>", "<br", "</", "{{", "*|", "\u{200b}"];

pub(super) fn check(letter: &Letter<'_>, page: Option<&Page>, findings: &mut Findings) {
    let Some(text) = letter.text() else { return };
    if text.trim().is_empty() {
        return findings.add(rules::TEXT_EMPTY, Place::Text(None), "the plaintext is empty");
    }
    for (number, line) in text.lines().enumerate() {
        let place = || Place::Text(Some(number + 1));
        let is_address = line.split_whitespace().count() == 1 && line.contains(':');
        if line.width() > COLUMNS && !is_address {
            findings.add(rules::TEXT_COLUMNS, place(), format!("the line has {} columns", line.width()));
        }
        if let Some(mark) = MARKUP.iter().find(|mark| line.contains(**mark)) {
            findings.add(rules::TEXT_MARKUP, place(), format!("it holds {}", mark.escape_default()));
        }
    }
    flowed(letter, text, findings);
    if let Some(page) = page {
        same_words(page, text, findings);
        same_links(page, text, findings);
    }
    let addresses = text.split(|c: char| c.is_whitespace() || "<>()[]".contains(c));
    if !addresses
        .into_iter()
        .any(|word| (word.contains("://") || word.starts_with("mailto:")) && leaves(letter, word))
    {
        findings.add(
            rules::UNSUBSCRIBE_TEXT,
            Place::Text(None),
            "no address in the text leads out of the list",
        );
    }
}

/// A text that says it is flowed must be so.
fn flowed(letter: &Letter<'_>, text: &str, findings: &mut Findings) {
    let format = letter
        .text_part()
        .and_then(|part| letter.parts()[part].content_type()?.attribute("format").map(str::to_owned));
    if format.is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
        && let Some(number) = text.lines().position(|line| line.starts_with("From "))
    {
        findings.add(rules::TEXT_FLOWED, Place::Text(Some(number + 1)), "the line begins with “From ”");
    }
}

/// At least 95 of 100 different words that the HTML shows stand in the text.
fn same_words(page: &Page, text: &str, findings: &mut Findings) {
    let text = text.to_lowercase();
    let there: HashSet<&str> = text.unicode_words().collect();
    let shown = page.nodes().filter(|(number, node)| !node.text.is_empty() && page.is_shown(*number));
    let shown: Vec<String> = shown.map(|(_, node)| node.text.to_lowercase()).collect();
    let words: HashSet<&str> = shown.iter().flat_map(|text| text.unicode_words()).collect();
    let missing = words.iter().filter(|word| !there.contains(**word)).count();
    if missing * 20 > words.len() {
        let what = format!("{missing} of the {} words of the HTML are not in the text", words.len());
        findings.add(rules::TEXT_WORDS, Place::Text(None), what);
    }
}

fn same_links(page: &Page, text: &str, findings: &mut Findings) {
    // Addresses may be broken where a text has no room for them.
    let text: String = text.split_whitespace().collect();
    let mut told = HashSet::new();
    for (number, href) in outward(page) {
        let is_there = text.contains(href) || text.contains(href.trim_start_matches("mailto:"));
        if !is_there && told.insert(href) {
            let what = format!("{} is not in the text", short(href));
            findings.add(rules::TEXT_LINKS, page.node(number).place(), what);
        }
    }
}
