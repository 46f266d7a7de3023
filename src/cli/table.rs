//! Data on stdout: aligned columns without boxes, or JSON Lines.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::report::{Failure, Verdict};

/// Rows under headings. On a terminal that is too narrow, the column named wide is cut.
#[derive(Debug)]
pub(super) struct Table {
    headings: &'static [&'static str],
    wide: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings; `wide` is the column that gives way.
    pub(super) fn new(headings: &'static [&'static str], wide: usize) -> Self {
        Self { headings, wide, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it to stdout; nothing when it has no rows.
    pub(super) fn print(&self) -> Result<(), Failure> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut widths: Vec<usize> = self.headings.iter().map(|heading| heading.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if io::stdout().is_terminal()
            && let Some((terminal_size::Width(columns), _)) = terminal_size::terminal_size()
        {
            let total: usize = widths.iter().map(|width| width + 2).sum::<usize>() - 2;
            let over = total.saturating_sub(usize::from(columns));
            widths[self.wide] = widths[self.wide].saturating_sub(over).max(20);
        }
        let dim = anstyle::Style::new().dimmed();
        let headings: Vec<String> = self.headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mut out = anstream::stdout().lock();
        finish(writeln!(out, "{dim}{}{dim:#}", line(&headings, &widths)))?;
        for row in &self.rows {
            finish(writeln!(out, "{}", line(row, &widths)))?;
        }
        Ok(())
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = cut(cell, *width);
        let gap = width.saturating_sub(cell.width()) + 2;
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', gap));
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text of one line and at most `width` columns, without what a terminal would obey.
fn cut(text: &str, width: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.width() <= width {
        return text;
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + c.to_string().width() + 1 > width {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// A number with its noun: `1 recipient`, `2 recipients`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Writes one object as a line of JSON. The controls that JSON leaves as they are, but a terminal obeys (U+007F to
/// U+009F), are escaped like the others.
pub(super) fn json(object: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(object)
        .map_err(|error| Failure::plain(Verdict::Failed, format!("cannot write JSON: {error}")))?;
    let obeyed = |c: &char| ('\u{7f}'..='\u{9f}').contains(c);
    if !line.chars().any(|c| obeyed(&c)) {
        return data(line);
    }
    let escape = |c: char| if obeyed(&c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    data(line.chars().map(escape).collect::<String>())
}

/// Writes one line of data.
pub(super) fn data(line: impl std::fmt::Display) -> Result<(), Failure> {
    finish(writeln!(anstream::stdout().lock(), "{line}"))
}

/// Whoever reads stdout may stop early (`| head`): that is no failure of ours, but the end.
fn finish(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => {
            other.map_err(|error| Failure::plain(Verdict::Failed, format!("cannot write to stdout: {error}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width_and_cells_hold_no_control_characters() {
        let cells = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        assert_eq!(line(&cells("日本", "x"), &[6, 1]), "日本    x");
        assert_eq!(line(&cells("a\u{1b}[31m\nb", "x"), &[9, 1]), "a [31m b   x");
        assert_eq!(line(&cells("a long title", "x"), &[7, 1]), "a long…  x");
    }
}
