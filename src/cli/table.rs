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
        let mut out = anstream::stdout().lock();
        self.lines(columns()).iter().try_for_each(|line| finish(writeln!(out, "{line}")))
    }

    /// Its lines, the headings first; none when it has no rows. With so many columns the wide one is cut.
    pub(super) fn lines(&self, columns: Option<usize>) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let mut widths: Vec<usize> = self.headings.iter().map(|heading| heading.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if let Some(columns) = columns {
            let total: usize = widths.iter().map(|width| width + 2).sum::<usize>() - 2;
            let over = total.saturating_sub(columns);
            widths[self.wide] = widths[self.wide].saturating_sub(over).max(20);
        }
        let dim = anstyle::Style::new().dimmed();
        let headings: Vec<String> = self.headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mut lines = vec![format!("{dim}{}{dim:#}", line(&headings, &widths))];
        lines.extend(self.rows.iter().map(|row| line(row, &widths)));
        lines
    }
}

/// How many columns stdout has, where it is a terminal.
pub(super) fn columns() -> Option<usize> {
    Some(screen()?.0)
}

/// How many columns and rows stdout has, where it is a terminal.
pub(super) fn screen() -> Option<(usize, usize)> {
    use terminal_size::{Height, Width, terminal_size_of};
    let out = io::stdout();
    let (Width(columns), Height(rows)) = terminal_size_of(&out).filter(|_| out.is_terminal())?;
    Some((columns.into(), rows.into()))
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
pub(super) fn cut(text: &str, width: usize) -> String {
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

/// A number with its noun: `1 recipient`, `2 recipients`, `2 deliveries`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("{count} {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
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

/// Writes rows as CSV (RFC 4180) under their fields' names. What a spreadsheet would take for a formula gets an
/// apostrophe in front, for servers and strangers have written it (OWASP, "CSV Injection").
pub(super) fn csv(rows: impl IntoIterator<Item = impl Serialize>) -> Result<(), Failure> {
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => finish(Err(error)).err(),
        kind => Some(Failure::plain(Verdict::Failed, format!("cannot write CSV: {kind:?}"))),
    };
    let write = || -> Result<(), csv::Error> {
        let mut out = csv::Writer::from_writer(io::stdout().lock());
        for (number, row) in rows.into_iter().enumerate() {
            // Once into memory, for what a row's fields hold is seen only when it is written.
            let mut plain = csv::WriterBuilder::new().has_headers(number == 0).from_writer(Vec::new());
            plain.serialize(row)?;
            let plain = plain.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
            let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(&*plain);
            for record in records.records() {
                out.write_record(record?.iter().map(harmless))?;
            }
        }
        Ok(out.flush()?)
    };
    write().or_else(|error| failed(error).map_or(Ok(()), Err))
}

/// A cell without what a terminal would obey, and that no spreadsheet calculates.
fn harmless(cell: &str) -> String {
    let cell: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell }
}

/// Writes one line of data.
pub(super) fn data(line: impl std::fmt::Display) -> Result<(), Failure> {
    finish(writeln!(anstream::stdout().lock(), "{line}"))
}

/// Writes data as it is.
pub(super) fn octets(octets: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    finish(out.write_all(octets).and_then(|()| out.flush()))
}

/// Goes up so many lines on the terminal, and clears what is below. `NO_COLOR` is about colours, not about this.
pub(super) fn go_up(lines: usize) -> Result<(), Failure> {
    finish(write!(io::stdout().lock(), "\x1b[{lines}A\r\x1b[J"))
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
    fn no_cell_is_a_formula_or_moves_the_cursor() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("-1+1", "'-1+1"),
            ("\t=1", " =1"),
            ("550 5.1.1 a=b", "550 5.1.1 a=b"),
            ("a\u{1b}[2J", "a [2J"),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }

    #[test]
    fn columns_are_aligned_by_display_width_and_cells_hold_no_control_characters() {
        let cells = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        assert_eq!(line(&cells("日本", "x"), &[6, 1]), "日本    x");
        assert_eq!(line(&cells("a\u{1b}[31m\nb", "x"), &[9, 1]), "a [31m b   x");
        assert_eq!(line(&cells("a long title", "x"), &[7, 1]), "a long…  x");
    }
}
