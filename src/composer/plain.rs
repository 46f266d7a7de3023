//! HTML as plain text, and plain text in lines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use ammonia::Builder;
use html2text::config;
use html2text::render::{TextDecorator, TrivialDecorator};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::line;
use super::tag::split_tag;

/// The longest line of a text part, in columns, but for the lines of addresses: 72, less one for
/// the blank of [`guard_lines`].
const COLUMNS: usize = 71;

/// HTML that passed the pre-scan, as text in lines of at most 72 columns, with a number after each
/// link and the addresses at the end, each once, whole, on a line of its own.
pub(super) fn document(html: &str) -> String {
    let urls = Rc::new(RefCell::new(Urls::default()));
    let decorator = Prose { urls: Rc::clone(&urls), current: 0 };
    let rendered = guarded(|| {
        config::with_decorator(decorator)
            .no_link_wrapping()
            .allow_width_overflow()
            .unicode_strikeout(false)
            .min_wrap_width(widest_word_in_tables(html))
            .string_from_read(html.as_bytes(), COLUMNS)
    });
    let Some(rendered) = rendered else {
        return wrap(&flat(html));
    };
    let lines = rendered.lines().filter(|line| !is_between_cells(line));
    let mut lines = parted(lines.map(|line| narrow(line::visible(line).trim_end())));
    lines.push(String::new());
    lines.extend(urls.borrow().ordered.iter().enumerate().map(|(at, url)| format!("[{}] {url}", at + 1)));
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Whether a line is what html2text draws between cells that stand below each other, all across the page.
fn is_between_cells(line: &str) -> bool {
    let drawn = line.trim_start_matches(['>', '*', ' ']);
    line.width() == COLUMNS && drawn.len() > 1 && drawn.bytes().all(|byte| byte == b'/')
}

/// How wide the widest word in a table is: html2text puts cells below each other where a column would be narrower than
/// that, and would break words in columns otherwise.
fn widest_word_in_tables(html: &str) -> usize {
    /// What html2text takes by itself.
    const LEAST: usize = 3;
    let (mut tables, mut widest) = (0_usize, LEAST);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        if tables > 0 {
            let words = rest[..start].split_whitespace().flat_map(pieces);
            widest = words.map(UnicodeWidthStr::width).fold(widest, usize::max);
        }
        let (tag, after) = split_tag(&rest[start..]);
        tables = match tag {
            "</table>" => tables.saturating_sub(1),
            _ if tag.starts_with("<table") => tables + 1,
            _ => tables,
        };
        rest = after;
    }
    widest.min(COLUMNS)
}

/// `line` in 72 columns, where html2text found no room: of quotes and lists nested across the page it
/// has the innermost marks only.
fn narrow(line: &str) -> String {
    let over = line.width().saturating_sub(COLUMNS);
    if over == 0 {
        return line.to_owned();
    }
    let marks = line.len() - line.trim_start_matches(['>', '*', ' ']).len();
    wrap(&line[marks.min(over)..])
}

/// `lines` with a blank one between paragraphs, lists and quotes, where html2text puts none.
fn parted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut parted: Vec<String> = Vec::new();
    let mut last = Kind::Blank;
    for line in lines {
        let kind = Kind::of(&line, last);
        if kind != last && kind != Kind::Blank && last != Kind::Blank {
            parted.push(String::new());
        }
        parted.push(line);
        last = kind;
    }
    parted
}

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Text,
    Quote,
    List,
}

impl Kind {
    /// What `line` is part of, where the one before it is part of `last`. A list begins with a mark
    /// or with its first number, and goes on while lines have a mark, a number or an indent.
    fn of(line: &str, last: Self) -> Self {
        let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ");
        match line.chars().next() {
            None => Self::Blank,
            Some('>') => Self::Quote,
            Some(' ' | '0'..='9') if last == Self::List && (numbered || line.starts_with(' ')) => Self::List,
            _ if line.starts_with("* ") || line.starts_with("1. ") => Self::List,
            _ => Self::Text,
        }
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
fn guarded(render: impl FnOnce() -> Result<String, html2text::Error>) -> Option<String> {
    catch_unwind(AssertUnwindSafe(render)).ok()?.ok()
}

/// One line of text in lines of at most 72 columns of display width. Chinese and Japanese are broken where their
/// rules allow it (UAX 14); what is too long alone is broken between graphemes.
pub(super) fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for word in text.split_whitespace() {
        for (at, piece) in pieces(word).into_iter().enumerate() {
            let blank = usize::from(width > 0 && at == 0);
            let is_long = piece.width() > COLUMNS;
            let fits = width + blank + piece.width() <= COLUMNS;
            if blank > 0 && (fits || is_long) {
                push(&mut lines, &mut width, " ");
            } else if width > 0 && !fits && !is_long {
                lines.push(String::new());
                width = 0;
            }
            if is_long {
                piece.graphemes(true).for_each(|grapheme| push(&mut lines, &mut width, grapheme));
            } else {
                push(&mut lines, &mut width, piece);
            }
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
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
fn pieces(word: &str) -> Vec<&str> {
    if word.is_ascii() {
        return vec![word];
    }
    let is_wide = |c: Option<char>| c.is_some_and(|c| c.width() == Some(2));
    let mut start = 0;
    let mut pieces = Vec::new();
    for (at, _) in unicode_linebreak::linebreaks(word) {
        let (before, after) = (word[..at].chars().next_back(), word[at..].chars().next());
        if at == word.len() || is_wide(before) || is_wide(after) {
            pieces.push(&word[start..at]);
            start = at;
        }
    }
    pieces
}

/// Adds `piece` to the last line, or to a new one where it does not fit.
fn push(lines: &mut Vec<String>, width: &mut usize, piece: &str) {
    if *width + piece.width() > COLUMNS {
        lines.push(String::new());
        *width = 0;
    }
    *width += piece.width();
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
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        self.current = self.urls.borrow_mut().number(url);
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        format!(" [{}]", self.current)
    }

    fn decorate_em_start(&self) -> (String, ()) {
        ("_".to_owned(), ())
    }

    fn decorate_em_end(&self) -> String {
        "_".to_owned()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        ("*".to_owned(), ())
    }

    fn decorate_strong_end(&self) -> String {
        "*".to_owned()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        ("~".to_owned(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        "~".to_owned()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        ("`".to_owned(), ())
    }

    fn decorate_code_end(&self) -> String {
        "`".to_owned()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _: &str, description: &str) -> (String, ()) {
        (if description.is_empty() { String::new() } else { format!("[{description}]") }, ())
    }

    fn header_prefix(&self, _: usize) -> String {
        "## ".to_owned()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "* ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        ("^".to_owned(), ())
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_numbered_once_each_and_their_addresses_stand_whole_on_their_own_lines() {
        let url = format!("https://example.org/{}", "long/".repeat(30));
        let html = format!(
            "<p>See <a href='{url}'>this</a>, <a href='https://example.org/b'>that</a> and <a href='{url}'>this</a>.</p>"
        );
        let text = document(&html);
        assert_eq!(
            text,
            format!("See this [1], that [2] and this [1].\n\n[1] {url}\n[2] https://example.org/b")
        );
    }

    #[test]
    fn structure_survives_as_text() {
        let html = "<h3>Head</h3><p>An <em>old</em> <strong>tale</strong> &amp; more</p>\
                    <blockquote><p>said <a href='https://example.org/q'>he</a></p></blockquote>\
                    <ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul><ol><li>first</li><li>second</li></ol>\
                    <p>In<br>1990. nothing</p><p><img src='https://example.org/i.png' alt='A map'></p>";
        insta::assert_snapshot!(document(html), @r"
        ## Head

        An _old_ *tale* & more

        > said he [1]

        * one
          * inner
        * two
        1. first
        2. second

        In
        1990. nothing

        [A map]

        [1] https://example.org/q
        ");
    }

    #[test]
    fn no_line_is_wider_than_72_columns_and_chinese_counts_double() {
        let text = format!("{} {} {}", "words of one line ".repeat(10), "漢字".repeat(60), "x".repeat(100));
        let html = format!(
            "<p>{text}</p><ul><li><ul><li>{text}</li></ul></li></ul><table><tr><td>{text}</td><td>b</td></tr></table>"
        );
        let deep = format!("{}{text}", "<blockquote>".repeat(60));
        for wrapped in [wrap(&text), document(&html), document(&deep)] {
            let widest = wrapped.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!((60..=COLUMNS).contains(&widest), "{widest}:\n{wrapped}");
        }
        assert_eq!(wrap(&text).replace(['\n', ' '], ""), text.replace(' ', ""));
        assert_eq!(document(&deep).replace(['\n', ' ', '>'], ""), text.replace(' ', ""));
    }

    #[test]
    fn no_word_of_a_table_is_broken_that_fits_a_line() {
        let cells =
            ["Monday", "measured", "Wednesday", "Donaudampfschifffahrtsgesellschaft", "between", "morning"];
        let text = document(&format!("<table><tr><td>{}</td></tr></table>", cells.join("</td><td>")));
        for cell in cells {
            assert!(text.contains(cell), "{text}");
        }
        assert!(text.contains("Monday\nmeasured\n"), "{text}");
        let narrow = document("<table><tr><th>Day</th><td>Monday</td></tr></table>");
        assert!(narrow.contains("Day│Monday"), "{narrow}");
    }

    #[test]
    fn parts_stay_whole_where_they_fit() {
        let (short, long) = ("a part of it", "one that is far too long ".repeat(4));
        assert_eq!(joined([short, short].into_iter(), " · "), "a part of it · a part of it");
        assert_eq!(joined([short; 6].into_iter(), " · ").lines().count(), 2);
        assert!(joined([short; 6].into_iter(), " · ").lines().all(|line| line.ends_with("of it")));
        assert_eq!(
            joined([short, &long, short].into_iter(), " · "),
            format!("{short}\n{}\n{short}", wrap(&long))
        );
    }

    #[test]
    fn a_japanese_line_neither_begins_with_a_stop_nor_ends_with_an_opening_bracket() {
        let wrapped = wrap(&"港の新しい桟橋が開き、「小さな海」のために。".repeat(9));
        for line in wrapped.lines() {
            assert!(!line.starts_with(['、', '。', '」', 'っ']) && !line.ends_with('「'), "{wrapped}");
            assert!(line.width() <= COLUMNS, "{line}");
        }
        assert_eq!(wrap("漢字 漢字"), "漢字 漢字");
    }

    #[test]
    fn a_panic_of_the_renderer_is_a_failure_like_another() {
        assert_eq!(guarded(|| panic!("as it did before")), None);
    }

    #[test]
    fn the_words_of_blocks_do_not_run_together() {
        assert_eq!(
            flat("<p>one</p><p>two <b>three</b><br>four</p><ul><li>five</li></ul>"),
            "one two three four five"
        );
    }

    #[test]
    fn no_line_looks_like_the_start_of_a_message_or_a_header() {
        let guarded = guard_lines("From here on\nSubject: x\nX-Spam: y\nNote: z\nfrom a: b\n");
        assert_eq!(guarded, " From here on\n Subject: x\n X-Spam: y\nNote: z\nfrom a: b\n");
    }
}
