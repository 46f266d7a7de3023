//! HTML as plain text.
//!
//! html2text reads the HTML, and is given room without end: where its lines are broken is decided here, by
//! the rules of the text's script, and what it marks as a quote or an item keeps its mark or its indent on
//! each line.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use ammonia::Builder;
use html2text::config;
use html2text::render::{TaggedLine, TextDecorator, TrivialDecorator};
use unicode_width::UnicodeWidthStr;

use super::line;
use super::table::{self, Row};
use super::wrapping::{COLUMNS, broken, wrapped};
pub(super) use super::wrapping::{guard_lines, joined, label, wrap};

/// The most columns that the marks of quotes and lists take, where they are nested across the page: the
/// innermost are kept.
const MARKS: usize = 40;

/// A width that html2text never reaches.
const ENDLESS: usize = 1 << 30;

/// The marks that html2text puts before a line to tell its place, each as wide as what stands for it. It lets
/// no control character through from a text.
const QUOTE: &str = "\u{2} ";
const ITEM: &str = "\u{3} ";
const NUMBER: char = '\u{4}';
const HEADING: &str = "##\u{5}";

/// HTML that passed the pre-scan, as text in lines of at most 72 columns, with a number after each
/// link and the addresses at the end, each once, whole, on a line of its own.
///
/// Code keeps its lines and blanks; a line that is too long is broken after a blank.
pub(super) fn document(html: &str) -> String {
    let urls = Rc::new(RefCell::new(Urls::default()));
    let decorator = Prose { urls: Rc::clone(&urls), current: 0 };
    let prepared = table::as_rows(&in_one_piece(html));
    let rendered = guarded(|| {
        config::with_decorator(decorator)
            .no_link_wrapping()
            .allow_width_overflow()
            .unicode_strikeout(false)
            .lines_from_read(prepared.as_bytes(), ENDLESS)
    });
    let Some(rendered) = rendered else {
        return wrap(&flat(html));
    };
    let mut page = Page::default();
    for line in &rendered {
        page.add(line);
    }
    let mut lines = page.finish();
    lines.push(String::new());
    lines.extend(urls.borrow().ordered.iter().enumerate().map(|(at, url)| format!("[{}] {url}", at + 1)));
    lines.join("\n").trim_matches('\n').to_owned()
}

/// `html`, as the sanitizer wrote it, with emphasis in one piece that editors left in several, or around
/// nothing: its marks would stand between the words.
fn in_one_piece(html: &str) -> Cow<'_, str> {
    let mut joined = Cow::Borrowed(html);
    for name in ["em", "i", "strong", "b", "u"] {
        for (written, meant) in
            [("</{}><{}>", ""), ("</{}> <{}>", " "), ("<{}></{}>", ""), ("<{}> </{}>", " ")]
        {
            let written = written.replace("{}", name);
            if joined.contains(&written) {
                joined = Cow::Owned(joined.replace(&written, meant));
            }
        }
    }
    joined
}

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Blank,
    Text,
    Quote,
    List,
    Numbered,
    /// What goes on with the list above it.
    Indented,
    Table,
}

/// What stands before the text of a line, and before the further lines that it is broken into.
#[derive(Debug, Default, PartialEq, Eq)]
struct Margin {
    first: String,
    rest: String,
}

impl Margin {
    /// The margin of a line of html2text's, what the line is part of, and its text: of code, whose lines
    /// differ by their blanks, with those that the margin has no room for.
    fn of(line: &str, is_code: bool) -> (Self, Kind, &str) {
        let (mut margin, mut kind, mut rest) = (Self::default(), Kind::Text, line);
        loop {
            let (found, first, next, after) = if let Some(after) = rest.strip_prefix(QUOTE) {
                (Kind::Quote, "> ".to_owned(), "> ".to_owned(), after)
            } else if let Some(after) = rest.strip_prefix(ITEM) {
                (Kind::List, "* ".to_owned(), "  ".to_owned(), after)
            } else if let Some(after) = rest.strip_prefix(HEADING) {
                (Kind::Text, "## ".to_owned(), "   ".to_owned(), after)
            } else if let Some((number, after)) = numbered(rest) {
                // All numbers of a list are as wide as its widest.
                let text = after.trim_start_matches(' ');
                let first = format!("{number} {}", " ".repeat(after.len() - text.len()));
                (Kind::Numbered, first.clone(), " ".repeat(first.len()), text)
            } else if rest.starts_with(' ') {
                let blanks = rest.len() - rest.trim_start_matches(' ').len();
                let room = if is_code { MARKS.saturating_sub(margin.first.len()) } else { blanks };
                let (indent, text) = rest.split_at(blanks.min(room));
                if indent.is_empty() {
                    break;
                }
                (Kind::Indented, indent.to_owned(), indent.to_owned(), text)
            } else {
                break;
            };
            kind = if margin.first.is_empty() { found } else { kind };
            margin.first.push_str(&first);
            margin.rest.push_str(&next);
            rest = after;
        }
        let innermost = |text: &str| text[text.len().saturating_sub(MARKS)..].to_owned();
        (Self { first: innermost(&margin.first), rest: innermost(&margin.rest) }, kind, rest)
    }
}

/// The number that an item of a list begins with, with its full stop.
fn numbered(line: &str) -> Option<(&str, &str)> {
    let (number, after) = line.split_once(NUMBER)?;
    number
        .strip_suffix('.')?
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_digit())
        .then_some((number, after))
}

/// The lines of a text part.
#[derive(Default)]
struct Page {
    lines: Vec<String>,
    last: Kind,
    /// Whether what is being read is code, whose blank lines stay.
    is_code: bool,
    /// The table that is not finished, and what stands before it.
    table: Option<(Margin, Vec<Row>)>,
}

impl Page {
    fn add(&mut self, tagged: &TaggedLine<Vec<Place>>) {
        let whole: String = tagged.tagged_strings().map(|part| &*part.s).collect();
        let is_code = tagged.tagged_strings().any(|part| part.tag.contains(&Place::Code));
        let (margin, kind, text) = Margin::of(&whole, is_code);
        let row = Row::of(text);
        if row.as_ref().is_none_or(|row| row.is_first) {
            self.end_table();
        }
        if let Some(row) = row {
            self.table.get_or_insert_with(|| (margin, Vec::new())).1.push(row);
            return;
        }
        let text = line::visible(text);
        let is_blank = text.trim().is_empty() && kind != Kind::Quote;
        if is_blank && !self.is_code && self.last == Kind::Blank {
            return; // What was between had no words, as a picture that nothing describes.
        }
        self.is_code = is_code || is_blank && self.is_code;
        if is_code {
            let kind = if self.last == Kind::Blank { Kind::Text } else { self.last };
            for line in broken(text.trim_end(), COLUMNS - margin.first.width()) {
                self.put(kind, format!("{}{line}", margin.first).trim_end().to_owned());
            }
        } else if text.trim().is_empty() {
            let kind = if kind == Kind::Quote { kind } else { Kind::Blank };
            self.put(kind, margin.first.trim_end().to_owned());
        } else if text.trim().starts_with(table::RULE) {
            self.put(kind, format!("{}* * *", margin.first));
        } else {
            let lines = wrapped(&text, COLUMNS - margin.first.width());
            self.put_all(kind, &margin, &lines);
        }
    }

    fn put_all(&mut self, kind: Kind, margin: &Margin, lines: &[String]) {
        for (at, line) in lines.iter().enumerate() {
            let before = if at == 0 { &margin.first } else { &margin.rest };
            self.put(kind, format!("{before}{line}").trim_end().to_owned());
        }
    }

    /// Adds a line, after a blank one where paragraphs, lists, quotes and tables meet and html2text puts
    /// none.
    fn put(&mut self, kind: Kind, line: String) {
        let kind = if kind == Kind::Indented && self.last != Kind::Blank { self.last } else { kind };
        if kind != self.last && kind != Kind::Blank && self.last != Kind::Blank {
            self.lines.push(String::new());
        }
        self.lines.push(line);
        self.last = kind;
    }

    fn end_table(&mut self) {
        let Some((margin, rows)) = self.table.take() else { return };
        let room = COLUMNS - margin.first.width();
        let lines = table::lines(&rows, room).into_iter();
        let lines: Vec<String> = lines
            .flat_map(|line| if line.width() > room { wrapped(&line, room) } else { vec![line] })
            .collect();
        self.put_all(Kind::Table, &margin, &lines);
    }

    fn finish(mut self) -> Vec<String> {
        self.end_table();
        self.lines
    }
}

/// HTML that passed the pre-scan, as one line of its words.
pub(super) fn flat(html: &str) -> String {
    let rendered = guarded(|| {
        config::with_decorator(TrivialDecorator::new())
            .no_table_borders()
            .unicode_strikeout(false)
            .allow_width_overflow()
            .string_from_read(html.as_bytes(), 1000)
    });
    rendered.map_or_else(|| line::plain(&Builder::empty().clean(html).to_string()), |text| line::tidy(&text))
}

/// What html2text makes of its input; `None` where it fails, or panics, as it did before on input
/// that nobody had thought of.
fn guarded<T>(render: impl FnOnce() -> Result<T, html2text::Error>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(render)).ok()?.ok()
}

/// Where a piece of text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Line,
    Code,
}

/// How a body looks as text.
#[derive(Clone)]
struct Prose {
    /// The addresses linked to so far; shared with the decorators of tables and quotes.
    urls: Rc<RefCell<Urls>>,
    /// The number of the link that is being written.
    current: usize,
}

/// Addresses, each of them once.
#[derive(Default)]
struct Urls {
    ordered: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Urls {
    /// The number of an address, counted from 1.
    fn number(&mut self, url: &str) -> usize {
        if let Some(number) = self.numbers.get(url) {
            return *number;
        }
        self.ordered.push(url.to_owned());
        self.numbers.insert(url.to_owned(), self.ordered.len());
        self.ordered.len()
    }
}

impl TextDecorator for Prose {
    type Annotation = Place;

    fn decorate_link_start(&mut self, url: &str) -> (String, Place) {
        self.current = self.urls.borrow_mut().number(url);
        (String::new(), Place::Line)
    }

    fn decorate_link_end(&mut self) -> String {
        format!(" [{}]", self.current)
    }

    fn decorate_em_start(&self) -> (String, Place) {
        ("_".to_owned(), Place::Line)
    }

    fn decorate_em_end(&self) -> String {
        "_".to_owned()
    }

    fn decorate_strong_start(&self) -> (String, Place) {
        ("*".to_owned(), Place::Line)
    }

    fn decorate_strong_end(&self) -> String {
        "*".to_owned()
    }

    fn decorate_strikeout_start(&self) -> (String, Place) {
        ("~".to_owned(), Place::Line)
    }

    fn decorate_strikeout_end(&self) -> String {
        "~".to_owned()
    }

    fn decorate_code_start(&self) -> (String, Place) {
        ("`".to_owned(), Place::Line)
    }

    fn decorate_code_end(&self) -> String {
        "`".to_owned()
    }

    fn decorate_preformat_first(&self) -> Place {
        Place::Code
    }

    fn decorate_preformat_cont(&self) -> Place {
        Place::Code
    }

    fn decorate_image(&mut self, _: &str, description: &str) -> (String, Place) {
        (if description.is_empty() { String::new() } else { format!("[{description}]") }, Place::Line)
    }

    fn header_prefix(&self, _: usize) -> String {
        HEADING.to_owned()
    }

    fn quote_prefix(&self) -> String {
        QUOTE.to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        ITEM.to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}.{NUMBER}")
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }

    fn decorate_superscript_start(&self) -> (String, Place) {
        ("^".to_owned(), Place::Line)
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests;
