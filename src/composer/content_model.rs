//! Bodies in which each element stands where HTML lets it stand (HTML Living Standard, 3.2.5 and "Content model" of each
//! element), and in which no element is empty that a screen reader would announce.
//!
//! Parsers read anything, and people write anything: items without a list, headings of nothing, quotes in quotes in
//! quotes. Words and pictures stay; what cannot hold them goes.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use super::tag::attribute;
use super::tree::{self, Element, Node};

/// How deep quotes and lists are indented: more has no room on a phone.
const DEEPEST_INDENT: u8 = 6;
/// How deep tables are nested.
const DEEPEST_TABLE: u8 = 3;

/// The room for a table on the narrowest phone, where no stylesheet narrows what is beside it, what a quote or a list
/// takes of it, the blank beside a cell, and what a letter takes, in pixels.
const NARROWEST: usize = 256;
const INDENT: usize = 24;
const BESIDE_CELL: usize = 8;
const LETTER: usize = 9;
/// The most columns that take the room they need where their words have to be broken; more share it evenly.
const MOST_UNEVEN: usize = 3;
/// What HTML has for the parts of a page, which in a mail are parts of an article.
pub(super) const PARTS: [&str; 12] = [
    "section", "article", "aside", "main", "header", "footer", "nav", "address", "center", "details",
    "summary", "hgroup",
];

/// Where a node stands.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// What it stands in.
    parent: &'a str,
    /// Whether only what belongs to a line may stand there, and what parts the blocks that do.
    line: Option<&'static str>,
    /// Whether headings may stand there.
    headings: bool,
    /// How many quotes and lists are around it.
    indents: u8,
    /// How many tables are around it.
    tables: u8,
}

impl<'a> Place<'a> {
    fn within(self, parent: &'a str) -> Self {
        Self { parent, ..self }
    }

    fn line(self) -> Self {
        Self { line: self.line.or(Some(" ")), ..self }
    }
}

/// `clean`, as the sanitizer wrote it, with each element where it may stand. Data tables say which way their heads
/// look, and other tables that they are layout.
pub(super) fn mended(clean: &str) -> String {
    let place = Place { parent: "div", line: None, headings: true, indents: 0, tables: 0 };
    tree::write(&all(tree::parse(clean), place))
}

fn all<'a>(nodes: Vec<Node<'a>>, place: Place<'_>) -> Vec<Node<'a>> {
    let mut mended = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Text(text) => mended.push(Node::Text(without_trailing_blanks(text))),
            Node::Element(element) => mended.extend(one(element, place)),
        }
    }
    mended
}

/// What stands in the place of an element.
fn one<'a>(element: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    if is_for_nothing(&element) {
        return Vec::new();
    }
    if let Some(between) = place.line
        && is_block(element.name)
    {
        // A paragraph in a heading, a list in code: their words are parted, that is all.
        let mut nodes = all(element.children, place);
        nodes.insert(0, Node::Text(between.into()));
        nodes.push(Node::Text(between.into()));
        return nodes;
    }
    match element.name {
        name if PARTS.contains(&name) => one(Element::new("div", element.children), place),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => heading(element, place),
        "ul" | "ol" => list(element, place),
        "dl" => descriptions(element, place),
        "table" => table(element, place),
        "blockquote" if place.indents >= DEEPEST_INDENT => all(element.children, place),
        "blockquote" => within(element, Place { indents: place.indents + 1, ..place }),
        "li" if !matches!(place.parent, "ul" | "ol") => renamed(element, "div", place),
        "dt" | "dd" if place.parent != "dl" => renamed(element, "div", place),
        "figcaption" if place.parent != "figure" => renamed(element, "div", place),
        "thead" | "tbody" | "tfoot" | "tr" | "colgroup" | "col" | "caption" if place.tables == 0 => {
            all(element.children, place)
        }
        "th" | "dt" => within(element, Place { headings: false, ..place }),
        "p" => within(element, place.line()),
        "pre" => within(element, Place { line: Some("\n"), ..place }),
        // What holds anything, and what holds what its own place holds.
        "div" | "li" | "dd" | "td" | "figure" | "figcaption" | "thead" | "tbody" | "tfoot" | "tr"
        | "colgroup" | "a" | "ins" | "del" => within(element, place),
        _ if holds_block(&element) => all(element.children, place),
        _ => within(element, place.line()),
    }
}

/// The element with its content mended.
fn within<'a>(element: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    let Element { name, attributes, children } = element;
    let mut element = Element { name, attributes, children: all(children, place.within(name)) };
    hush_pictures(&mut element);
    vec![Node::Element(element)]
}

fn renamed<'a>(element: Element<'a>, name: &'static str, place: Place<'_>) -> Vec<Node<'a>> {
    vec![Node::Element(Element::new(name, all(element.children, place.within(name))))]
}

/// Whether an element that a reader would hear of shows nothing.
fn is_for_nothing(element: &Element<'_>) -> bool {
    let heard = ["p", "a", "ul", "ol", "dl", "blockquote", "figure", "figcaption", "caption", "pre", "table"];
    (heard.contains(&element.name) && !element.shows()) || (is_heading(element.name) && !element.shows())
}

/// A heading: words in a line. A picture alone is none, and where none may stand it is bold.
fn heading<'a>(heading: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    let says = !heading.text().trim().is_empty() || has_words_in_a_picture(&heading);
    let children = all(heading.children, place.line().within(heading.name));
    match (says, place.headings) {
        (false, _) => children,
        (true, true) => {
            vec![Node::Element(Element { name: heading.name, attributes: heading.attributes, children })]
        }
        (true, false) => vec![Node::Element(Element::new("strong", children))],
    }
}

/// A list: what is no item belongs to the item before it, as browsers show it.
fn list<'a>(list: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    if place.indents >= DEEPEST_INDENT {
        return all(list.children, place.within("div"));
    }
    let inner = Place { indents: place.indents + 1, ..place };
    let mut items: Vec<Element<'a>> = Vec::new();
    for node in list.children {
        match node {
            Node::Element(item) if item.name == "li" => items.push(item),
            node if node.shows() => match items.last_mut() {
                Some(item) => item.children.push(node),
                None => items.push(Element::new("li", vec![node])),
            },
            _ => {}
        }
    }
    let items = items.into_iter().map(Node::Element).collect();
    vec![Node::Element(Element {
        name: list.name,
        attributes: list.attributes,
        children: all(items, inner.within(list.name)),
    })]
}

/// Terms and their words: groups of `dt` before `dd`, else they are blocks like others.
fn descriptions<'a>(list: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    let mut parts = Vec::new();
    for node in list.children {
        match node {
            // Groups may stand in a div each, which html2text does not know.
            Node::Element(group) if group.name == "div" => parts.extend(group.children),
            node => parts.push(node),
        }
    }
    parts.retain(Node::shows);
    let is_sound = parts.first().is_some_and(|part| part.is("dt"))
        && parts.last().is_some_and(|part| part.is("dd"))
        && parts.iter().all(|part| part.is("dt") || part.is("dd"));
    if is_sound {
        return vec![Node::Element(Element::new("dl", all(parts, place.within("dl"))))];
    }
    all(parts, place.within("div"))
}

/// A table: of data where a cell is a head, of layout where none is.
fn table<'a>(mut table: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    if place.tables >= DEEPEST_TABLE {
        return cells(table).into_iter().flat_map(|cell| renamed(cell, "div", place)).collect();
    }
    let caption =
        table.children.iter().position(|child| child.is("caption")).map(|at| table.children.remove(at));
    let is_data = mark_heads(&mut table.children, false);
    let role = if is_data { "" } else { r#" role="presentation""# };
    table.attributes = (role.to_owned() + class_of(&table, place.indents)).into();
    let inner = Place { tables: place.tables + 1, ..place };
    let mut shown = within(table, inner);
    if let Some(Node::Element(caption)) = caption.filter(Node::shows) {
        // As the caption of a figure it is in the text part too.
        let name = if place.parent == "figure" { "div" } else { "figcaption" };
        shown.splice(0..0, renamed(caption, name, place));
        if place.parent != "figure" {
            shown = vec![Node::Element(Element::new("figure", shown))];
        }
    }
    shown
}

/// How a table finds its room: with whole words where it `fits` on a phone, else `even` where it has many columns, or
/// what cannot be broken. The stylesheet knows these names.
fn class_of(table: &Element<'_>, indents: u8) -> &'static str {
    let room = NARROWEST.saturating_sub(INDENT * usize::from(indents));
    let columns = columns(table);
    if columns.iter().sum::<usize>() <= room && !holds_more_than_words(table) {
        r#" class="fits""#
    } else if columns.len() > MOST_UNEVEN || holds_more_than_words(table) {
        r#" class="even""#
    } else {
        ""
    }
}

/// The least width of each column without a word broken, in pixels.
fn columns(part: &Element<'_>) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    let mut at = 0;
    for child in &part.children {
        let Node::Element(child) = child else { continue };
        match child.name {
            "thead" | "tbody" | "tfoot" | "tr" => widen(&mut columns, 0, &self::columns(child)),
            "td" | "th" => {
                let span =
                    attribute(&child.attributes, "colspan").and_then(|span| span.parse().ok()).unwrap_or(1);
                let least = BESIDE_CELL + LETTER * widest_word(child) / span;
                widen(&mut columns, at, &vec![least; span]);
                at += span;
                if at > NARROWEST {
                    break; // Each takes a pixel at least: there is no room, however many there are.
                }
            }
            _ => {}
        }
    }
    columns
}

/// Makes columns from `at` on at least as wide as `least`.
fn widen(columns: &mut Vec<usize>, at: usize, least: &[usize]) {
    columns.resize(columns.len().max(at + least.len()), 0);
    for (column, least) in columns[at..].iter_mut().zip(least) {
        *column = (*column).max(*least);
    }
}

/// How wide the widest word of an element is, in columns of text; Chinese and Japanese may be broken anywhere.
fn widest_word(element: &Element<'_>) -> usize {
    let is_wide = |c: char| c.width() == Some(2);
    let text = element.text();
    text.split(|c: char| c.is_whitespace() || is_wide(c)).map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Whether a table has pictures in it, or tables.
fn holds_more_than_words(table: &Element<'_>) -> bool {
    table.children.iter().any(|child| match child {
        Node::Element(element) => matches!(element.name, "img" | "table") || holds_more_than_words(element),
        Node::Text(_) => false,
    })
}

/// The cells of a table that is too deep, and its caption.
fn cells<'a>(part: Element<'a>) -> Vec<Element<'a>> {
    let mut found = Vec::new();
    for child in part.children {
        match child {
            Node::Element(cell) if matches!(cell.name, "td" | "th" | "caption") => found.push(cell),
            Node::Element(part) => found.extend(cells(part)),
            Node::Text(_) => {}
        }
    }
    found.retain(Element::shows);
    found
}

/// Says of each head in a table's rows which way it looks, and makes an empty one a cell; whether any is left.
fn mark_heads(rows: &mut [Node<'_>], in_head: bool) -> bool {
    let mut found = false;
    for part in rows {
        let Node::Element(part) = part else { continue };
        match part.name {
            "tr" => found |= mark_row(&mut part.children, in_head),
            name => found |= mark_heads(&mut part.children, name == "thead"),
        }
    }
    found
}

fn mark_row(row: &mut [Node<'_>], in_head: bool) -> bool {
    let has_data = row.iter().any(|cell| cell.is("td") && cell.shows());
    let scope = if has_data && !in_head { r#" scope="row""# } else { r#" scope="col""# };
    let mut found = false;
    for cell in row {
        let Node::Element(cell) = cell else { continue };
        if cell.name == "th" && !cell.shows() {
            cell.name = "td";
            cell.attributes = without(&cell.attributes, "scope").into();
        } else if cell.name == "th" {
            found = true;
            let said = attribute(&cell.attributes, "scope").unwrap_or_default();
            if !matches!(said, "row" | "col" | "rowgroup" | "colgroup") {
                cell.attributes = (without(&cell.attributes, "scope") + scope).into();
            }
        }
    }
    found
}

/// Takes the words from a picture in a line that says nothing else, which would be heard twice.
fn hush_pictures(element: &mut Element<'_>) {
    if !matches!(element.name, "p" | "li" | "td" | "th" | "a") || !has_words_in_a_picture(element) {
        return;
    }
    let text = element.text().trim().to_lowercase();
    if !text.is_empty() {
        hush(&mut element.children, &text);
    }
}

fn hush(nodes: &mut [Node<'_>], text: &str) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        let alt = attribute(&element.attributes, "alt").map(|alt| alt.trim().to_lowercase());
        if element.name == "img" && alt.as_deref() == Some(text) {
            element.attributes = (without(&element.attributes, "alt") + r#" alt="""#).into();
        }
        hush(&mut element.children, text);
    }
}

/// The attributes but for one.
fn without(attributes: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    match attributes.split_once(&start).and_then(|(before, value)| Some((before, value.split_once('"')?.1))) {
        Some((before, after)) => before.to_owned() + after,
        None => attributes.to_owned(),
    }
}

fn has_words_in_a_picture(element: &Element<'_>) -> bool {
    element.children.iter().any(|child| match child {
        Node::Element(image) if image.name == "img" => {
            attribute(&image.attributes, "alt").is_some_and(|alt| !alt.trim().is_empty())
        }
        Node::Element(element) => has_words_in_a_picture(element),
        Node::Text(_) => false,
    })
}

fn holds_block(element: &Element<'_>) -> bool {
    element.children.iter().any(|child| match child {
        Node::Element(element) => is_block(element.name) || holds_block(element),
        Node::Text(_) => false,
    })
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element is more than a part of a line.
fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 22] = [
        "blockquote",
        "caption",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ];
    is_heading(name) || name == "ul" || BLOCKS.contains(&name) || PARTS.contains(&name)
}

/// Blanks at the ends of lines, which nobody sees.
fn without_trailing_blanks(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(" \n") && !text.contains("\t\n") {
        return text;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.len() - 1;
    let trimmed = lines
        .iter()
        .enumerate()
        .map(|(at, line)| if at < last { line.trim_end_matches([' ', '\t']) } else { line });
    trimmed.collect::<Vec<_>>().join("\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_stands_where_it_may_and_no_word_is_lost() {
        for (source, shown) in [
            ("<li>a</li>", "<div>a</div>"),
            ("<dt>a</dt><dd>b</dd>", "<div>a</div><div>b</div>"),
            ("<figcaption>a</figcaption>", "<div>a</div>"),
            ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
            ("<ul>a<p>b</p><li>c</li> </ul>", "<ul><li>a<p>b</p></li><li>c</li></ul>"),
            ("<dl><div><dt>a</dt><dd>b</dd></div></dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
            ("<dl><dd>a</dd></dl>", "<div>a</div>"),
            ("<h2><div>a</div><p>b</p></h2>", "<h2> a  b </h2>"),
            ("<pre><div>a</div><div>b</div></pre>", "<pre>\na\n\nb\n</pre>"),
            ("<span><p>a</p></span>", "<p>a</p>"),
            (
                "<section>a</section><details><summary>b</summary>c</details>",
                "<div>a</div><div><div>b</div>c</div>",
            ),
            ("<a href=\"x\"><h2>a</h2></a>", "<a href=\"x\"><h2>a</h2></a>"),
        ] {
            assert_eq!(mended(source), shown, "{source}");
        }
    }

    #[test]
    fn what_shows_nothing_is_not_announced() {
        for (source, shown) in [
            ("<h2></h2><h3> <b></b></h3>a", "a"),
            ("<h2><img alt=\"\"></h2>", "<img alt=\"\">"),
            ("<h2><img alt=\"b\"></h2>", "<h2><img alt=\"b\"></h2>"),
            ("<p>&nbsp;</p><p>a</p>", "<p>a</p>"),
            ("a<a href=\"x\"></a>", "a"),
            ("<ul><li></li></ul><blockquote> </blockquote>a", "a"),
            ("<p><img alt=\"A press\"> a press</p>", "<p><img alt=\"\"> a press</p>"),
            ("<p><img alt=\"A press\"> from 1890</p>", "<p><img alt=\"A press\"> from 1890</p>"),
        ] {
            assert_eq!(mended(source), shown, "{source}");
        }
    }

    #[test]
    fn heads_of_tables_say_which_way_they_look_and_tables_without_are_layout() {
        let cell = |cell: &str| format!("<table><tbody><tr>{cell}</tr></tbody></table>");
        let whole = |row: &str| cell(row).replace("<table", "<table class=\"fits\"");
        for (source, shown) in [
            ("<th>a</th><td>b</td>", "<th scope=\"row\">a</th><td>b</td>"),
            ("<th>a</th><th></th>", "<th scope=\"col\">a</th><td></td>"),
            ("<th scope=\"x\" align=\"right\">a</th>", "<th align=\"right\" scope=\"col\">a</th>"),
            ("<th><h2>a</h2></th>", "<th scope=\"col\"><strong>a</strong></th>"),
        ] {
            assert_eq!(mended(&cell(source)), whole(shown), "{source}");
        }
        let layout = cell(&format!("<td>{}</td>", cell("<th>a</th>")));
        assert_eq!(mended(&layout).matches("<table role=\"presentation\"").count(), 1);
        assert_eq!(
            mended("<table><caption>a</caption><tbody><tr><th>b</th></tr></tbody></table>"),
            "<figure><figcaption>a</figcaption><table class=\"fits\"><tbody><tr><th scope=\"col\">b</th></tr></tbody></table></figure>"
        );
    }

    #[test]
    fn words_in_tables_are_whole_where_they_fit_a_phone() {
        for (row, class) in [
            ("<td>Monday</td>".repeat(4), " class=\"fits\""),
            ("<td>Monday</td>".repeat(5), " class=\"even\""),
            ("<td>Donaudampfschiff</td>".repeat(2), ""),
            ("<td>漢字漢字漢字漢字漢字漢字漢字</td>".repeat(4), " class=\"fits\""),
            ("<td><img src=\"x\"></td>".to_owned(), " class=\"even\""),
            ("<td colspan=\"40\">a</td>".to_owned(), " class=\"even\""),
        ] {
            let shown = mended(&format!("<table><tbody><tr>{row}</tr></tbody></table>"));
            assert!(shown.starts_with(&format!("<table role=\"presentation\"{class}>")), "{shown}");
        }
    }

    #[test]
    fn what_is_deeper_than_a_phone_has_room_for_is_not_indented() {
        for (name, item, most) in [
            ("blockquote", "div", DEEPEST_INDENT),
            ("ul", "li", DEEPEST_INDENT),
            ("table", "td", DEEPEST_TABLE),
        ] {
            let start = if name == "table" {
                "<table><tbody><tr><td>".to_owned()
            } else {
                format!("<{name}><{item}>")
            };
            let end = if name == "table" {
                "</td></tr></tbody></table>".to_owned()
            } else {
                format!("</{item}></{name}>")
            };
            let shown = mended(&format!("{}deep{}", start.repeat(60), end.repeat(60)));
            assert_eq!(shown.matches(&format!("<{name}")).count(), usize::from(most), "{shown}");
            assert!(shown.contains(">deep<"), "{shown}");
        }
    }
}
