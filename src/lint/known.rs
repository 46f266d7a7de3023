//! Rules about what a message of ours must say, by the configuration that it was made from.

use super::finding::{Findings, Place};
use super::letter::Letter;
use super::page::Page;
use super::rules::{self, Rule};
use crate::composer::Accent;

/// What is known of a message beside the message itself: of one that tidings made, what config.toml says.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// `mail.postal_address`.
    pub postal_address: Option<&'a str>,
    /// `reason` of the list.
    pub reason: &'a str,
    /// `brand.accent`.
    pub accent: Option<&'a str>,
}

pub(super) fn check(known: &Known<'_>, letter: &Letter<'_>, page: Option<&Page>, findings: &mut Findings) {
    let (html, text) = (page.map(Page::shown_text), letter.text());
    let parts = [(html.as_deref(), Place::html(1)), (text, Place::Text(None))];
    let mut says = |rule: Rule, name: &str, what: &str| {
        // What a mail shows has its entities decoded.
        let what = &Page::parse(&what.replace('<', "&lt;")).map_or(what.to_owned(), |page| page.shown_text());
        let parts = parts.iter().filter_map(|(shown, place)| Some(((*shown)?, place)));
        for (_, place) in parts.filter(|(shown, _)| !squeezed(shown).contains(&squeezed(what))) {
            findings.add(rule, place.clone(), format!("{name} does not stand in it: “{what}”"));
        }
    };
    says(rules::REASON, "the reason", known.reason);
    match known.postal_address {
        Some(address) => says(rules::POSTAL_ADDRESS, "the postal address", address),
        None => {
            findings.add(
                rules::POSTAL_ADDRESS,
                Place::Message(None),
                "config.toml has no mail.postal_address",
            );
        }
    }
    if let Some(colour) = known.accent
        && let Some(accent) = Accent::of(colour).filter(|accent| accent.adjusted)
    {
        let what = format!("{colour} is hard to read on white, and became {}", accent.light);
        findings.add(rules::ACCENT, Place::Message(None), what);
    }
}

/// A text without blanks and marks of direction, for lines break where they will.
fn squeezed(text: &str) -> String {
    let is_mark =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{ad}');
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !is_mark(*c)).collect()
}
