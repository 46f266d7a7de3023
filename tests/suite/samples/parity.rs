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
    let mut left: HashMap<String, usize> = HashMap::new();
    for word in words(text) {
        *left.entry(word).or_default() += 1;
    }
    // A word that is wider than a line stands on several.
    let joined = words(&text.replace(char::is_whitespace, "")).collect::<Vec<_>>().concat();
    let is_there = |word: &String| match left.get_mut(word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => word.width() > COLUMNS / 4 && joined.contains(word),
    };
    let mut is_there = is_there;
    html.flat_map(|text| words(text)).filter(|word| !is_there(word)).collect()
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
    text.lines().any(|line| line.strip_suffix(address).is_some_and(|before| before.is_empty() || before.ends_with("] ")))
}

/// Whether a line is nothing but an address, or its number and it.
fn is_address(line: &str) -> bool {
    let address = line.rsplit_once("] ").map_or(line, |(_, address)| address);
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme)) && !address.contains(' ')
}
