//! Rules about the plaintext.

use std::collections::{HashMap, HashSet};

use mail_parser::MimeHeaders as _;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::finding::{Findings, Place};
use super::leaving::{Exits, says_so};
use super::letter::Letter;
use super::links::outward;
use super::page::Page;
use super::tree::short;
use super::{merge, rules};

/// The widest line, in columns.
const COLUMNS: usize = 78;
/// The widest link that is a label, in columns.
const LABEL: usize = 24;
/// The most different things that are looked for in a text: a newsletter has a tenth of it.
const MOST_SOUGHT: usize = 1_000;
/// What tells that text was made from HTML, or carries what nobody sees.
const MARKUP: &[&str] = &[
    "&nbsp;", "&amp;", "&quot;", "&lt;", "&gt;", "&apos;", "&#", "<p>", "<p ", "<br", "<a ", "<div", "<span",
    "<td", "<img", "</", "\u{200b}", "\u{2060}", "\u{feff}", "\u{34f}", "\u{ad}",
];

pub(super) fn check(letter: &Letter<'_>, page: Option<&Page>, findings: &mut Findings) {
    let Some(text) = letter.text() else { return };
    if text.trim().is_empty() {
        return findings.add(rules::TEXT_EMPTY, Place::Text(None), "the plaintext is empty");
    }
    // What the HTML shows, in an article about HTML, is no markup.
    let mut html = Text::new(page.map(Page::shown_text).unwrap_or_default());
    for (number, line) in text.lines().enumerate() {
        let place = || Place::Text(Some(number + 1));
        // An address may be longer, and have a number before it.
        let is_number = |word: &&str| word.starts_with('[') && word.ends_with(']');
        let words = line.split_whitespace().skip_while(is_number);
        let is_address = words.count() == 1 && line.contains(':');
        if line.width() > COLUMNS && !is_address {
            findings.add(rules::TEXT_COLUMNS, place(), format!("the line has {} columns", line.width()));
        }
        let mark = MARKUP.iter().copied().find(|mark| line.contains(mark)).or_else(|| merge::tag(line));
        if let Some(mark) = mark.filter(|mark| !html.holds(mark)) {
            findings.add(rules::TEXT_MARKUP, place(), format!("it holds {}", visible(mark)));
        }
    }
    flowed(letter, text, findings);
    if let Some(page) = page {
        let mut squeezed = Text::new(squeezed(text));
        same_words(page, text, &mut squeezed, findings);
        same_links(page, &mut squeezed, findings);
    }
    if !has_way_out(letter, text) {
        let what = "no address in the text leads out of the list";
        findings.add(rules::UNSUBSCRIBE_TEXT, Place::Text(None), what);
    }
}

/// A text in which much is looked for, each thing once. Beyond [`MOST_SOUGHT`] all is taken to be there:
/// searching takes as long as the text is.
struct Text<'a> {
    text: String,
    found: HashMap<&'a str, bool>,
}

impl<'a> Text<'a> {
    fn new(text: String) -> Self {
        Self { text, found: HashMap::new() }
    }

    fn holds(&mut self, what: &'a str) -> bool {
        let is_too_much = self.found.len() >= MOST_SOUGHT;
        *self.found.entry(what).or_insert_with(|| is_too_much || self.text.contains(what))
    }
}

/// A mark, or its number where it has no shape.
fn visible(mark: &str) -> String {
    if mark.is_ascii() { mark.to_owned() } else { mark.escape_default().to_string() }
}

/// Whether an address leads out of the list: by itself, or by what its line or the two above it say.
fn has_way_out(letter: &Letter<'_>, text: &str) -> bool {
    let exits = Exits::of(letter);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.iter().enumerate().any(|(number, line)| {
        let words = line.split(|c: char| c.is_whitespace() || "<>()[]".contains(c));
        let mut addresses =
            words.filter(|word| word.contains("://") || word.starts_with("mailto:")).peekable();
        let is_named = || lines[number.saturating_sub(2)..=number].iter().any(|line| says_so(line));
        addresses.peek().is_some() && (is_named() || addresses.any(|word| exits.leads_out(word)))
    })
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

/// At least 95 of 100 different words that the HTML shows stand in the text. A short link, “Read on”, is said by
/// its address, where that stands there.
fn same_words<'p>(page: &'p Page, text: &str, squeezed: &mut Text<'p>, findings: &mut Findings) {
    let text = without_marks(text);
    let there: HashSet<&str> = text.unicode_words().collect();
    let said = page.all("a").filter(|(number, node)| {
        let href = node.attribute("href").unwrap_or_default();
        page.text_of(*number).trim().width() <= LABEL && squeezed.holds(bare(href))
    });
    let said: HashSet<usize> = said.map(|(number, _)| number).collect();
    let is_said = |number: usize| page.nearest(number, "a").is_some_and(|link| said.contains(&link));
    let shown = page.nodes().filter(|(number, node)| !node.text.is_empty() && page.is_shown(*number));
    let shown: Vec<String> =
        shown.filter(|(number, _)| !is_said(*number)).map(|(_, node)| without_marks(&node.text)).collect();
    let words: HashSet<&str> = shown.iter().flat_map(|text| text.unicode_words()).collect();
    let missing = words.iter().filter(|word| !there.contains(**word)).count();
    if missing * 20 > words.len() {
        let what = format!("{missing} of the {} words of the HTML are not in the text", words.len());
        findings.add(rules::TEXT_WORDS, Place::Text(None), what);
    }
}

/// A text in small letters, without the marks that stand for emphasis and without what has no shape.
fn without_marks(text: &str) -> String {
    let seen =
        text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    seen.map(|c| if "_*~`^".contains(c) { ' ' } else { c }).collect::<String>().to_lowercase()
}

fn same_links<'p>(page: &'p Page, squeezed: &mut Text<'p>, findings: &mut Findings) {
    let mut told = HashSet::new();
    for (number, href) in outward(page).filter(|(number, _)| page.is_shown(*number)) {
        if !squeezed.holds(bare(href)) && told.insert(href) {
            let what = format!("{} is not in the text", short(href));
            findings.add(rules::TEXT_LINKS, page.node(number).place(), what);
        }
    }
}

/// A text without blanks: addresses may be broken where a text has no room for them.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// An address as a text may have it: a mailbox without the subject of its link.
fn bare(href: &str) -> &str {
    let href = href.trim();
    match href.strip_prefix("mailto:") {
        Some(mailbox) => mailbox.split('?').next().unwrap_or(mailbox),
        None => href.trim_end_matches('/'),
    }
}
