//! Single lines of plain text: titles, names, summaries, as they are shown.

use ammonia::Builder;
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `text` with its HTML entities decoded once (feeds leave `&amp;` and `&#8217;` in titles), and
/// tidied. Tags stay as the text that they are.
pub(super) fn plain(text: &str) -> String {
    if !text.contains('&') {
        return tidy(text);
    }
    // The parser knows every entity; without a `<` it sees no tags. It writes back only these four.
    let parsed = Builder::empty().clean(&text.replace('<', "&lt;")).to_string();
    let decoded =
        parsed.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&");
    tidy(&decoded)
}

/// `text` on one line: runs of blanks and controls as one blank, none at the ends, and nothing
/// that is not seen (see [`is_unseen`]).
pub(super) fn tidy(text: &str) -> String {
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && !(text.starts_with(' ') || text.ends_with(' ') || text.contains("  "))
    {
        return text.to_owned();
    }
    let seen = visible(text);
    let blank = |c: char| c.is_whitespace() || c.is_control();
    seen.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `text` without what is not seen.
pub(super) fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // Joiners belong to the writing of some scripts, and to emoji; elsewhere they are padding.
        let is_joiner = matches!(c, '\u{200c}' | '\u{200d}');
        let joins = |c: &char| !c.is_ascii() && !c.is_whitespace() && !is_unseen(*c);
        if is_joiner {
            let between =
                kept.chars().next_back().is_some_and(|c| joins(&c)) && rest.peek().is_some_and(joins);
            if between {
                kept.push(c);
            }
        } else if !is_unseen(c) {
            kept.push(c);
        }
    }
    kept
}

/// Characters without a shape: of no width, or those that turn the direction of what follows and
/// so can make a link look like another (Unicode Technical Report 36 §2.6).
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e001f}'
    )
}

/// The direction in which a language is written.
pub(super) fn direction(language: &str) -> &'static str {
    const RIGHT_TO_LEFT: [&str; 11] = ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&&*primary) { "rtl" } else { "ltr" }
}

/// `text`, to stand before other text in a line that runs in `direction`: where it ends in the other one, with a
/// mark behind it, or numbers that follow would be taken into it (UAX 9, W7 and N1: `الميناء · 5 January`).
pub(super) fn set_apart(text: String, direction: &str) -> String {
    match runs(text.chars().rev()) {
        Some(strong) if strong != direction => {
            text + if direction == "rtl" { "\u{200f}" } else { "\u{200e}" }
        }
        _ => text,
    }
}

/// The direction that the first letter of a text tells, if it has any.
pub(super) fn runs(mut text: impl Iterator<Item = char>) -> Option<&'static str> {
    let classes = CodePointMapData::<BidiClass>::new();
    text.find_map(|c| match classes.get(c) {
        BidiClass::LeftToRight => Some("ltr"),
        BidiClass::RightToLeft | BidiClass::ArabicLetter => Some("rtl"),
        _ => None,
    })
}

/// `text` cut to `columns` of display width: on a sentence's end where that keeps most of it, else
/// after a word with `…`. A word that is too long alone is cut between graphemes.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    match sentences_within(text, columns) {
        "" => cut(text, columns),
        whole => whole.to_owned(),
    }
}

/// The whole sentences at the start of a text that was cut; empty where they are less than half of it.
pub(super) fn sentences(text: &str) -> &str {
    // One column less, for the last of them has no end.
    sentences_within(text, text.width().saturating_sub(1))
}

/// `text` cut to `columns` of display width, on a word's border, with `…`.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1); // The ellipsis takes a column.
    let fitting = end_within(text.grapheme_indices(true), room);
    let words = end_within(text.split_word_bound_indices(), room);
    let end = if words * 2 > fitting { words } else { fitting };
    format!("{}…", without_loose_end(&text[..end]))
}

/// `text` without what cannot stand before an ellipsis.
pub(super) fn without_loose_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || ",;:、，；：،؛–—-([“‘«\"'&".contains(c))
}

/// The end of the last piece that is wholly within `columns`.
fn end_within<'a>(pieces: impl Iterator<Item = (usize, &'a str)>, columns: usize) -> usize {
    let mut width = 0;
    pieces
        .take_while(|(_, piece)| {
            width += piece.width();
            width <= columns
        })
        .last()
        .map_or(0, |(start, piece)| start + piece.len())
}

/// The whole sentences at the start of `text` within `columns`; empty where they fill less than
/// half of it.
fn sentences_within(text: &str, columns: usize) -> &str {
    let mut end = 0;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let until = start + sentence.trim_end().len();
        if text[..until].width() > columns {
            break;
        }
        if !ends_in_abbreviation(sentence) {
            end = until;
        }
    }
    if text[..end].width() * 2 < columns { "" } else { &text[..end] }
}

/// Whether the full stop belongs to a short word, as in `Mr.` or `U.S.`, and ends no sentence.
fn ends_in_abbreviation(sentence: &str) -> bool {
    let last = sentence.trim_end().rsplit(' ').next().unwrap_or_default();
    last.ends_with('.') && last.len() <= 5 && last.starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once_and_tags_stay_text() {
        for (text, shown) in [
            ("Fish &amp; chips", "Fish & chips"),
            ("It&#8217;s&nbsp;&nbsp;here&hellip;", "It’s here…"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("How <script> works &amp; why", "How <script> works & why"),
            ("AT&T, R&D", "AT&T, R&D"),
            ("a\r\nBcc:\tb\u{0}c", "a Bcc: b c"),
        ] {
            assert_eq!(plain(text), shown, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_seen_is_removed_but_joiners_that_write_a_word_stay() {
        assert_eq!(tidy("pay\u{202e}lap.exe \u{200b}\u{feff}now"), "paylap.exe now");
        assert_eq!(tidy("a\u{200c} \u{200d}b"), "a b");
        assert_eq!(tidy("می\u{200c}خواهم 👩\u{200d}👧"), "می\u{200c}خواهم 👩\u{200d}👧");
    }

    #[test]
    fn what_runs_the_other_way_is_kept_apart_from_what_follows() {
        for (text, direction, set) in [
            ("الميناء", "ltr", "الميناء\u{200e}"),
            ("Reuters (2)", "rtl", "Reuters (2)\u{200f}"),
            ("Reuters", "ltr", "Reuters"),
            ("الميناء", "rtl", "الميناء"),
            ("24", "rtl", "24"),
        ] {
            assert_eq!(set_apart(text.to_owned(), direction), set);
        }
    }

    #[test]
    fn a_cut_ends_on_a_word_and_never_inside_a_grapheme() {
        assert_eq!(cut("one two three", 13), "one two three");
        assert_eq!(cut("one two, three", 10), "one two…");
        assert_eq!(cut("Donaudampfschifffahrt", 10), "Donaudamp…");
        assert_eq!(cut("👩\u{200d}👧👩\u{200d}👧👩\u{200d}👧", 5), "👩\u{200d}👧👩\u{200d}👧…");
        assert!(cut("漢字漢字漢字漢字", 9).width() <= 9);
    }

    #[test]
    fn a_summary_ends_with_its_sentence_where_that_keeps_most_of_it() {
        let text = "The court sits on Monday. Mr. Smith is expected to speak at some length about it.";
        assert_eq!(shorten(text, 40), "The court sits on Monday.");
        assert_eq!(shorten(text, 70), "The court sits on Monday. Mr. Smith is expected to speak at some…");
        assert_eq!(shorten(text, 200), text);
    }
}
