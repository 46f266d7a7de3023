//! Titles: one line each, and one for every article.

use super::dialect::Dialect;
use super::place::Place;

/// A title for an article that has none, made from its name: as Hugo's archetypes make it, or as
/// Jekyll's `titleize_slug`, which writes each word large.
pub(super) fn of_name(place: &Place<'_>, dialect: Option<Dialect>, path: &str) -> String {
    let name = place.undated_name();
    if dialect == Some(Dialect::Jekyll) {
        let words = name.trim_end_matches('.').split('-').filter(|word| !word.is_empty());
        return one_line(&words.map(|word| capitalised(&word.to_lowercase())).collect::<Vec<_>>().join(" "));
    }
    let title = capitalised(&one_line(&name.replace(['-', '_'], " ")));
    if title.is_empty() { path.to_owned() } else { title }
}

/// Text with its first letter large.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text with each run of blanks, line breaks and control characters as one blank.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether anything of a line is seen: some titles are made of characters without a shape.
pub(super) fn shows(line: &str) -> bool {
    let is_unseen = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    !line.chars().all(is_unseen)
}
