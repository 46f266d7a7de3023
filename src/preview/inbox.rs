//! The line of a mail in an inbox, cut as mail programs cut it.
//!
//! Each cuts by pixels, so that what shows differs with font, letters and window. The widths here are those that
//! are told and measured most often: Gmail on the web fits subject and preheader into one line, of which a subject
//! has about 70 characters at most; an iPhone held upright 41 of the subject, and two lines of the preheader; Outlook about 60 of each,
//! on a line of their own.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::lint::Anatomy;

/// How a mail program cuts, in columns.
struct Program {
    name: &'static str,
    from: usize,
    subject: usize,
    /// What is after the subject; in Gmail's line, with the subject.
    opening: usize,
    is_one_line: bool,
}

const PROGRAMS: [Program; 3] = [
    Program { name: "Gmail", from: 20, subject: 70, opening: 110, is_one_line: true },
    Program { name: "Apple Mail", from: 28, subject: 41, opening: 84, is_one_line: false },
    Program { name: "Outlook", from: 28, subject: 60, opening: 60, is_one_line: false },
];

/// A line in the inbox of a mail program.
#[derive(Debug)]
pub(super) struct Row {
    /// The mail program.
    pub(super) program: &'static str,
    /// Whom it is from.
    pub(super) from: String,
    /// The subject.
    pub(super) subject: String,
    /// What shows of the preheader.
    pub(super) opening: String,
    /// Whether both stand on one line.
    pub(super) is_one_line: bool,
    /// What of the subject shows, where not all of it does: `41 of 74`.
    pub(super) cut: Option<String>,
}

/// A mail's line in each inbox.
pub(super) fn rows(anatomy: &Anatomy) -> Vec<Row> {
    PROGRAMS.iter().map(|program| program.row(anatomy)).collect()
}

impl Program {
    fn row(&self, anatomy: &Anatomy) -> Row {
        let subject = cut(&anatomy.subject, self.subject);
        let taken = if self.is_one_line { subject.width() + " – ".width() } else { 0 };
        let whole = anatomy.subject.width();
        Row {
            program: self.name,
            from: cut(&anatomy.from, self.from),
            opening: cut(&anatomy.opening, self.opening.saturating_sub(taken)),
            is_one_line: self.is_one_line,
            cut: (whole > self.subject).then(|| format!("{} of {whole}", self.subject)),
            subject,
        }
    }
}

/// A text as far as it has room, with `…` where it has not: mail programs cut within words.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1); // The ellipsis takes a column.
    let mut kept = String::new();
    let mut width = 0;
    for grapheme in text.graphemes(true) {
        width += grapheme.width();
        if width > room {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.truncate(kept.trim_end().len());
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anatomy(subject: &str, opening: &str) -> Anatomy {
        let from = "The Border Post".to_owned();
        Anatomy { from, subject: subject.to_owned(), opening: opening.to_owned(), ..Anatomy::default() }
    }

    #[test]
    fn what_has_room_is_whole() {
        for row in rows(&anatomy("Six stories", "One, two")) {
            assert_eq!((row.subject.as_str(), row.opening.as_str()), ("Six stories", "One, two"));
            assert_eq!((row.from.as_str(), row.cut), ("The Border Post", None));
        }
    }

    #[test]
    fn each_program_cuts_at_its_own_width() {
        let rows = rows(&anatomy(&"s".repeat(100), &"o".repeat(300)));
        let widths: Vec<_> = rows.iter().map(|row| (row.subject.width(), row.opening.width())).collect();
        assert_eq!(widths, [(70, 37), (41, 84), (60, 60)]);
        let cut: Vec<_> = rows.iter().map(|row| row.cut.as_deref().unwrap()).collect();
        assert_eq!(cut, ["70 of 100", "41 of 100", "60 of 100"]);
    }

    #[test]
    fn signs_of_two_columns_and_of_several_characters_are_cut_whole() {
        assert_eq!(cut("日本語の見出し", 8), "日本語…");
        assert_eq!(cut("a👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 4), "a👩‍👩‍👧‍👦…");
        assert_eq!(cut("one two three", 5), "one…");
    }
}
