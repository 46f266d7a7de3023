//! Plain text in lines.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The longest line of a text part, in columns, but for the lines of addresses: 72, less one for
/// the blank of [`guard_lines`].
pub(super) const COLUMNS: usize = 71;

/// One line of text in lines of at most 72 columns of display width. Chinese and Japanese are broken where their
/// rules allow it (UAX 14); what is too long alone is broken between graphemes, but for addresses, which would lead nowhere.
pub(super) fn wrap(text: &str) -> String {
    wrapped(text, COLUMNS).join("\n")
}

/// What stands above an address: its name, and what ends that line.
pub(super) fn label(name: &str, colon: &str) -> String {
    wrap(&format!("{name}{colon}"))
}

/// As [`wrap`], in lines of `room` columns.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for word in text.split_whitespace() {
        for (at, piece) in pieces(&word).iter().enumerate() {
            let blank = usize::from(width > 0 && at == 0);
            let columns = piece.width();
            let is_long = columns > room && !piece.contains("://");
            let fits = width + blank + columns <= room;
            if blank > 0 && (fits || is_long) {
                push(&mut lines, &mut width, (" ", 1), room);
            } else if width > 0 && !fits && !is_long {
                lines.push(String::new());
                width = 0;
            }
            if is_long {
                let mut put =
                    |grapheme: &str| push(&mut lines, &mut width, (grapheme, grapheme.width()), room);
                piece.graphemes(true).for_each(&mut put);
            } else {
                push(&mut lines, &mut width, (piece, columns), room);
            }
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// A line of code in lines of `room` columns: broken after a blank, but for those of its indent, where there is one, else
/// between graphemes.
pub(super) fn broken(line: &str, room: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = line;
    while rest.width() > room {
        let mut width = 0;
        let fits = |grapheme: &&str| {
            width += grapheme.width();
            width <= room
        };
        let end = rest.graphemes(true).take_while(fits).map(str::len).sum::<usize>();
        let end = if end == 0 { rest.graphemes(true).next().map_or(rest.len(), str::len) } else { end };
        let blank = rest[..end].rfind(' ').filter(|at| !rest[..*at].trim().is_empty());
        let (line, after) = rest.split_at(blank.map_or(end, |at| at + 1));
        lines.push(line.trim_end());
        rest = after;
    }
    lines.push(rest);
    lines
}

/// Parts with a mark between them, in lines of at most 72 columns that break at marks, where a part is not too
/// long alone.
pub(super) fn joined<'a>(parts: impl Iterator<Item = &'a str>, mark: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.width() + mark.width() + part.width() <= COLUMNS => {
                line.push_str(mark);
                line.push_str(part);
            }
            _ => lines.push(part.to_owned()),
        }
    }
    lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n")
}

/// What a word may be broken into: wide signs from what is beside them. Other scripts keep their words whole.
fn pieces<'a>(word: &'a &'a str) -> Cow<'a, [&'a str]> {
    let is_wide = |c: Option<char>| c.is_some_and(|c| c.width() == Some(2));
    if word.is_ascii() || word.contains("://") || !word.chars().any(|c| is_wide(Some(c))) {
        return Cow::Borrowed(std::slice::from_ref(word));
    }
    let mut start = 0;
    let mut pieces = Vec::new();
    for (at, _) in unicode_linebreak::linebreaks(word) {
        let (before, after) = (word[..at].chars().next_back(), word[at..].chars().next());
        if at == word.len() || is_wide(before) || is_wide(after) {
            pieces.push(&word[start..at]);
            start = at;
        }
    }
    Cow::Owned(pieces)
}

/// Adds `piece` to the last line, or to a new one where it does not fit.
fn push(lines: &mut Vec<String>, width: &mut usize, (piece, columns): (&str, usize), room: usize) {
    if *width > 0 && *width + columns > room {
        lines.push(String::new());
        *width = 0;
    }
    *width += columns;
    if let Some(last) = lines.last_mut() {
        last.push_str(piece);
    }
}

/// `text` with a blank before each line that mail software could take for something else: the
/// `From ` that starts a message in an mbox file (RFC 4155), and what looks like a header.
pub(super) fn guard_lines(text: &str) -> String {
    const HEADERS: [&str; 9] =
        ["from", "to", "cc", "bcc", "subject", "date", "reply-to", "return-path", "received"];
    let looks_like_header = |line: &str| {
        line.split_once(':').is_some_and(|(name, _)| {
            let name = name.to_ascii_lowercase();
            HEADERS.contains(&name.as_str())
                || ["content-", "mime-", "x-"].iter().any(|start| name.starts_with(start))
                    && !name.contains(' ')
        })
    };
    let mut guarded = String::with_capacity(text.len());
    for line in text.lines() {
        if line.starts_with("From ") || looks_like_header(line) {
            guarded.push(' ');
        }
        guarded.push_str(line);
        guarded.push('\n');
    }
    guarded
}
