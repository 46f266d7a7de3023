//! Markdown as HTML, without what only works on a page: links between footnotes, boxes to tick, tables of contents.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// What is read beyond CommonMark: what Hugo, Zola, Jekyll and GitHub have in common.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM);

/// Paragraphs that a generator would have replaced with a table of contents. `_TOC_` is read as emphasis.
const CONTENTS: [&str; 4] = ["[TOC]", "[[toc]]", "[[TOC]]", "[[ TOC ]]"];

/// `source` as HTML, not yet safe, with its footnotes at the end.
pub(super) fn to_html(source: &str) -> String {
    let mut page = Page::default();
    let mut options = OPTIONS;
    // To the parser any colon at the beginning of a line defines the line above: `:tada:`, `:::note`.
    let is_other =
        |line: &str| line.trim_start().strip_prefix(':').is_some_and(|rest| !rest.starts_with([' ', '\t']));
    options.set(Options::ENABLE_DEFINITION_LIST, !source.lines().any(is_other));
    let mut in_mark = false;
    let mut begins = true;
    for event in Parser::new_ext(source, options) {
        // The marks around a note in Starlight, Docusaurus and VitePress: `:::tip[Title]`, `:::`.
        in_mark |= begins && matches!(&event, Event::Text(text) if text.starts_with(":::"));
        begins = matches!(event, Event::Start(Tag::Paragraph) | Event::SoftBreak | Event::HardBreak);
        let is_border = begins || matches!(event, Event::End(TagEnd::Paragraph));
        in_mark &= !is_border;
        if !in_mark {
            page.add(event);
        }
    }
    let mut written = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut written, page.events.into_iter());
    let mut notes = page.notes.definitions;
    notes.sort_by_key(|(number, _)| *number);
    if !notes.is_empty() {
        written.push_str("<hr>\n");
    }
    html::push_html(&mut written, notes.into_iter().flat_map(|(_, events)| events));
    written
}

/// What is written so far.
#[derive(Default)]
struct Page<'a> {
    events: Vec<Event<'a>>,
    /// Where the paragraph began that is open.
    paragraph: Option<usize>,
    notes: Notes<'a>,
}

/// Footnotes, numbered in the order in which they are met.
#[derive(Default)]
struct Notes<'a> {
    numbers: HashMap<CowStr<'a>, usize>,
    definitions: Vec<(usize, Vec<Event<'a>>)>,
    /// The number of the one that is being read; none holds another.
    open: Option<usize>,
}

impl<'a> Notes<'a> {
    fn number(&mut self, name: CowStr<'a>) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(name).or_insert(next)
    }
}

impl<'a> Page<'a> {
    fn add(&mut self, event: Event<'a>) {
        let event = match event {
            Event::FootnoteReference(name) => mark(self.notes.number(name)),
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let number = self.notes.number(name);
                self.notes.open = Some(number);
                self.notes.definitions.push((number, Vec::new()));
                return;
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.notes.open = None;
                return;
            }
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            event => event,
        };
        match (self.notes.open, self.notes.definitions.last_mut()) {
            (Some(number), Some((_, note))) => {
                let is_paragraph = matches!(event, Event::Start(Tag::Paragraph));
                match (note.is_empty(), is_paragraph) {
                    (true, true) => note.extend([event, mark(number), Event::Text(" ".into())]),
                    (true, false) => note.extend([mark(number), event]),
                    _ => note.push(event),
                }
            }
            _ => self.put(event),
        }
    }

    /// Adds what is in no footnote, and takes back a paragraph that asks for a table of contents.
    fn put(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Paragraph) => self.paragraph = Some(self.events.len()),
            Event::End(TagEnd::Paragraph) => {
                let start = self.paragraph.take().unwrap_or(self.events.len());
                let text = |event: &Event<'a>| {
                    if let Event::Text(text) = event { text.to_string() } else { " ".into() }
                };
                let is_short = self.events.len() - start < 10;
                let says: String = self
                    .events
                    .get(start + 1..)
                    .filter(|_| is_short)
                    .unwrap_or_default()
                    .iter()
                    .map(text)
                    .collect();
                if CONTENTS.contains(&says.trim()) {
                    self.events.truncate(start);
                    return;
                }
            }
            _ => {}
        }
        self.events.push(event);
    }
}

/// The mark of a footnote.
fn mark<'a>(number: usize) -> Event<'a> {
    Event::InlineHtml(format!("<sup>{number}</sup>").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_numbered_as_they_are_met_and_stand_at_the_end() {
        let source = "A[^z] and b[^y].\n\n[^y]: Of *b*.\n\nMore[^z].\n\n[^z]: Of a.\n\n    And more.\n\n[^x]: Of none.\n";
        assert_eq!(
            to_html(source),
            "<p>A<sup>1</sup> and b<sup>2</sup>.</p>\n<p>More<sup>1</sup>.</p>\n<hr>\n<p><sup>1</sup> Of a.</p>\n\
             <p>And more.</p>\n<p><sup>2</sup> Of <em>b</em>.</p>\n<p><sup>3</sup> Of none.</p>\n"
        );
    }

    #[test]
    fn what_works_on_a_page_only_is_left_out() {
        for (source, shown) in [
            ("[TOC]\n\nText", "<p>Text</p>\n"),
            ("[[_TOC_]]\n", ""),
            ("News to tell.\n\n:tada: We did it!", "<p>News to tell.</p>\n<p>:tada: We did it!</p>\n"),
            ("Term\n: What it means", "<dl>\n<dt>Term</dt>\n<dd>What it means</dd>\n</dl>\n"),
            (":::note[Title]\nInside.\n:::", "<p>\nInside.\n</p>\n"),
            ("::: tip\n\nInside :::.\n\n:::", "<p></p>\n<p>Inside :::.</p>\n<p></p>\n"),
            ("See [TOC].", "<p>See [TOC].</p>\n"),
            ("    [TOC]\n", "<pre><code>[TOC]\n</code></pre>\n"),
            ("- [x] done", "<ul>\n<li>☑ done</li>\n</ul>\n"),
            (
                "> [!NOTE]\n> Mind.",
                "<blockquote class=\"markdown-alert-note\">\n<p>Mind.</p>\n</blockquote>\n",
            ),
        ] {
            assert_eq!(to_html(source), shown, "{source}");
        }
    }
}
