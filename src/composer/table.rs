//! Tables as text: columns where they have room, else a line for each cell.
//!
//! html2text would break the words within columns, and cannot break Chinese or Japanese. It is therefore
//! given rows as lines, with marks between the cells, and what it makes of a row is laid out here.

use unicode_width::UnicodeWidthStr;

use super::tag::{attribute, split_tag};

/// The marks, for private use (Unicode 23.5); those of articles are taken out.
const TABLE: char = '\u{f0000}';
const ROW: char = '\u{f0001}';
const CELL: char = '\u{f0002}';
const HEAD: char = '\u{f0003}';
/// The mark of a rule between parts of a text.
pub(super) const RULE: char = '\u{f0004}';

/// What keeps two columns apart.
const BETWEEN: &str = " | ";

/// What a cell holds that must be shown as more than a line of words.
const BLOCKS: [&str; 14] = [
    "<table",
    "<ul",
    "<ol",
    "<pre",
    "<blockquote",
    "<dl",
    "<h1",
    "<h2",
    "<h3",
    "<h4",
    "<h5",
    "<h6",
    "<hr",
    "</p><p",
];

/// `html`, as the sanitizer wrote it, with its tables as lines of marked cells, or as blocks where cells hold
/// more than a line, and with captions and rules as paragraphs.
pub(super) fn as_rows(html: &str) -> String {
    let mut rows = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rows.extend(rest[..start].chars().filter(|c| !is_mark(*c)));
        let (tag, after) = split_tag(&rest[start..]);
        rest = after;
        match name_of(tag) {
            "table" => {
                let whole = end_of_table(after).map(|end| after.split_at(end));
                match whole.filter(|(inside, _)| !BLOCKS.iter().any(|block| inside.contains(block))) {
                    Some((inside, after)) => {
                        write_rows(inside, &mut rows);
                        rest = after;
                    }
                    None => rows.push_str("<div>"),
                }
            }
            "/table" | "/tr" | "/td" | "/th" | "/figure" => rows.push_str("</div>"),
            "tr" | "td" | "th" | "figure" => rows.push_str("<div>"),
            "thead" | "tbody" | "tfoot" | "/thead" | "/tbody" | "/tfoot" | "colgroup" | "/colgroup"
            | "col" => {}
            "caption" | "figcaption" => rows.push_str("<p>"),
            "/caption" | "/figcaption" => rows.push_str("</p>"),
            "hr" => rows.extend(["<p>", RULE.encode_utf8(&mut [0; 4]), "</p>"]),
            _ => rows.extend(tag.chars().filter(|c| !is_mark(*c))),
        }
    }
    rows.extend(rest.chars().filter(|c| !is_mark(*c)));
    rows
}

/// The name of a tag, with the slash of one that ends something.
fn name_of(tag: &str) -> &str {
    tag.trim_matches(['<', '>']).split_ascii_whitespace().next().unwrap_or_default()
}

fn is_mark(c: char) -> bool {
    (TABLE..=RULE).contains(&c)
}

/// Where a table that holds no other ends; `None` where it holds one.
fn end_of_table(inside: &str) -> Option<usize> {
    let end = inside.find("</table>")?;
    (!inside[..end].contains("<table")).then_some(end)
}

/// Writes the rows of a table as lines.
fn write_rows(inside: &str, rows: &mut String) {
    let mut cells = Cells::default();
    let mut mark = TABLE;
    let (mut rest, mut is_open) = (inside, false);
    while let Some(start) = rest.find('<') {
        let text = rest[..start].chars().filter(|c| !is_mark(*c));
        if is_open {
            rows.extend(text);
        }
        let (tag, after) = split_tag(&rest[start..]);
        rest = after;
        match name_of(tag) {
            "tr" => {
                rows.push_str("<div>");
                rows.push(std::mem::replace(&mut mark, ROW));
                cells.start_row();
            }
            "/tr" => {
                (0..cells.skipped()).for_each(|_| rows.push(CELL));
                rows.push_str("</div>");
            }
            name @ ("td" | "th") => {
                let span = |name| attribute(tag, name).and_then(|span| span.parse().ok()).unwrap_or(1);
                (0..cells.skipped()).for_each(|_| rows.push(CELL));
                rows.push(if name == "th" { HEAD } else { CELL });
                cells.place(span("colspan"), span("rowspan"));
                is_open = true;
            }
            name @ ("/td" | "/th") => {
                is_open = false;
                let empty = if name == "/th" { HEAD } else { CELL };
                (1..cells.last_span).for_each(|_| rows.push(empty));
            }
            "caption" => {
                rows.push_str("<p>");
                is_open = true;
            }
            "/caption" => {
                rows.push_str("</p>");
                is_open = false;
            }
            "p" | "/p" | "div" | "/div" | "br" | "figure" | "/figure" | "figcaption" | "/figcaption" => {
                rows.push(' ');
            }
            _ if is_open => rows.push_str(tag),
            _ => {}
        }
    }
}

/// Where the next cell of a row goes: cells of the rows above may reach into it.
#[derive(Default)]
struct Cells {
    /// For each column, how many more rows the cell in it reaches down.
    below: Vec<usize>,
    column: usize,
    last_span: usize,
}

impl Cells {
    fn start_row(&mut self) {
        self.column = 0;
    }

    /// How many columns from here on are taken from above, and are passed.
    fn skipped(&mut self) -> usize {
        let taken = self.below.iter_mut().skip(self.column).take_while(|rows| **rows > 0);
        let count = taken.map(|rows| *rows -= 1).count();
        self.column += count;
        count
    }

    fn place(&mut self, columns: usize, rows: usize) {
        let end = self.column + columns;
        if self.below.len() < end {
            self.below.resize(end, 0);
        }
        self.below[self.column..end].fill(rows.saturating_sub(1));
        (self.column, self.last_span) = (end, columns);
    }
}

/// A row of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Whether it is its table's first.
    pub(super) is_first: bool,
    is_head: bool,
    cells: Vec<String>,
}

impl Row {
    /// The row that a line of html2text's is, if it is one.
    pub(super) fn of(line: &str) -> Option<Self> {
        let inside = line.strip_prefix([TABLE, ROW])?;
        let cells = inside.split([CELL, HEAD]).skip(1).map(|cell| cell.trim().to_owned()).collect();
        Some(Self { is_first: line.starts_with(TABLE), is_head: !inside.contains(CELL), cells })
    }
}

/// `rows` as lines of at most `room` columns, but for a cell that is wider alone.
pub(super) fn lines(rows: &[Row], room: usize) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let whole = widths.iter().sum::<usize>() + BETWEEN.len() * columns.saturating_sub(1);
    if whole <= room { in_columns(rows, &widths) } else { one_by_one(rows) }
}

fn in_columns(rows: &[Row], widths: &[usize]) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row
            .cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| cell.clone() + &" ".repeat(width - cell.width()));
        lines.push(cells.collect::<Vec<_>>().join(BETWEEN).trim_end().to_owned());
        if at == 0 && row.is_head && rows.len() > 1 {
            lines.push(widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("-|-"));
        }
    }
    lines
}

/// Each cell on a line, after what stands at the head of its column, and a blank line between rows.
fn one_by_one(rows: &[Row]) -> Vec<String> {
    let (head, rows) = match rows {
        [head, rest @ ..] if head.is_head && !rest.is_empty() => (Some(head), rest),
        rows => (None, rows),
    };
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for (column, cell) in row.cells.iter().enumerate() {
            let name = head.and_then(|head| head.cells.get(column)).filter(|name| !name.is_empty());
            match name {
                Some(name) => lines.push(format!("{name}: {cell}")),
                None if cell.is_empty() => {}
                None => lines.push(cell.clone()),
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(html: &str, room: usize) -> String {
        let rows: Vec<Row> = as_rows(html)
            .split("<div>")
            .filter_map(|line| Row::of(line.trim_end_matches("</div>")))
            .collect();
        lines(&rows, room).join("\n")
    }

    const FERRIES: &str = "<table><thead><tr><th>Ferry</th><th>Seats</th></tr></thead><tbody><tr><td>Anna</td><td>12</td></tr>\
                           <tr><td>新しい船</td><td>140</td></tr></tbody></table>";

    #[test]
    fn a_table_that_has_room_stands_in_columns() {
        assert_eq!(laid(FERRIES, 71), "Ferry    | Seats\n---------|------\nAnna     | 12\n新しい船 | 140");
    }

    #[test]
    fn a_table_that_has_none_is_a_line_for_each_cell() {
        assert_eq!(laid(FERRIES, 15), "Ferry: Anna\nSeats: 12\n\nFerry: 新しい船\nSeats: 140");
    }

    #[test]
    fn cells_of_any_span_keep_what_follows_in_its_column() {
        for (html, text) in [
            ("<table><tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\n  | c"),
            (
                "<table><tr><td colspan=\"2\">a</td><td>b</td></tr><tr><td>c</td><td>d</td><td>e</td></tr></table>",
                "a |   | b\nc | d | e",
            ),
            ("<table><tr><td>a</td><td rowspan=\"9\">b</td></tr></table>", "a | b"),
        ] {
            assert_eq!(laid(html, 71), text, "{html}");
        }
    }

    #[test]
    fn cells_of_more_than_a_line_are_blocks_and_marks_of_articles_are_no_marks() {
        let html = "<table><tr><td><ul><li>\u{f0001}a</li></ul></td></tr></table>";
        assert_eq!(as_rows(html), "<div><div><div><ul><li>a</li></ul></div></div></div>");
        for level in 1..=6 {
            let heading = format!("<h{level}>a</h{level}>");
            let html = format!("<table><tr><td>{heading}</td></tr></table>");
            assert_eq!(as_rows(&html), format!("<div><div><div>{heading}</div></div></div>"));
        }
    }
}
