//! Whether the text part says what the HTML part says.

use std::collections::HashMap;

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::harness::Look;

/// The widest line of a text part, in columns, but for the lines of addresses.
const COLUMNS: usize = 72;

/// What `text` lacks of a page that was read, and which of its lines are too long.
pub(super) fn complaints(page: &Look, text: &str) -> Vec<String> {
    let missing = missing_words(page.texts.iter().chain(&page.alts), text);
    let missing = missing.into_iter().map(|word| format!("the text has no {word:?}"));
    let links = page.links.iter().filter(|link| !has_address(text, link));
    let links = links.map(|link| format!("the text has no {link}"));
    let long = text.lines().filter(|line| line.width() > COLUMNS && !is_address(line));
    missing.chain(links).chain(long.map(|line| format!("longer than {COLUMNS} columns: {line}"))).collect()
}

/// The words of `html` that do not stand in `text` as often.
fn missing_words<'a>(html: impl Iterator<Item = &'a String>, text: &str) -> Vec<String> {
    let (mut left, mut joined) = (counted(text), counted(&with_long_words_joined(text)));
    let mut is_there = |word: &String| {
        [&mut left, &mut joined].into_iter().any(|words| match words.get_mut(word) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
    };
    html.flat_map(|text| words(text)).filter(|word| !is_there(word)).collect()
}

fn counted(text: &str) -> HashMap<String, usize> {
    words(text).fold(HashMap::new(), |mut counts, word| {
        *counts.entry(word).or_default() += 1;
        counts
    })
}

/// `text` without the line breaks in words that are wider than a line.
fn with_long_words_joined(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines() {
        // A line that ends in the last columns may have been broken there.
        joined.push_str(line.trim_start_matches([' ', '>']));
        if line.width() < COLUMNS - 3 {
            joined.push('\n');
        }
    }
    joined
}

/// The words of a text, whatever marks them; of Chinese and Japanese each sign is one.
fn words(text: &str) -> impl Iterator<Item = String> {
    // As text, m² is what <sup> makes of m2.
    let text = ComposingNormalizerBorrowed::new_nfkc().normalize(text).to_lowercase();
    let mut words = vec![String::new()];
    for c in text.chars() {
        let is_wide = c.width() == Some(2);
        if (!c.is_alphanumeric() || is_wide) && !words.last().unwrap().is_empty() {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().unwrap().push(c);
        }
        if is_wide && c.is_alphanumeric() {
            words.push(String::new());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

fn has_address(text: &str, address: &str) -> bool {
    text.lines().any(|line| {
        line.strip_suffix(address).is_some_and(|before| before.is_empty() || before.ends_with("] "))
    })
}

/// Whether a line is nothing but an address, or its number and it.
fn is_address(line: &str) -> bool {
    let address = line.rsplit_once("] ").map_or(line, |(_, address)| address);
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
        && !address.contains(' ')
}
