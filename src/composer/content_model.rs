//! Bodies in which each element stands where HTML lets it stand (HTML Living Standard, 3.2.5 and "Content model" of each
//! element), and in which no element is empty that a screen reader would announce.
//!
//! Parsers read anything, and people write anything: items without a list, headings of nothing, quotes in quotes in
//! quotes. Words and pictures stay; what cannot hold them goes.

mod table;

use std::borrow::Cow;

use super::tag::attribute;
use super::tree::{self, Element, Node};

/// How deep quotes and lists are indented: more has no room on a phone.
const DEEPEST_INDENT: u8 = 6;
/// What HTML has for the parts of a page, which in a mail are parts of an article.
pub(super) const PARTS: [&str; 11] = [
    "section", "article", "aside", "main", "header", "footer", "address", "center", "details", "summary",
    "hgroup",
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
    without_trailing_blanks(tree::write(&all(tree::parse(clean), place)))
}

fn all<'a>(nodes: Vec<Node<'a>>, place: Place<'_>) -> Vec<Node<'a>> {
    let mut mended = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Text(text) => mended.push(Node::Text(text)),
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
        "table" => table::mended(element, place),
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
        "figure" => figure(element, place),
        "a" | "ins" | "del" if holds_block(&element) => shared_out(element, place),
        // What holds anything, and what holds what its own place holds.
        "div" | "li" | "dd" | "td" | "figcaption" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup" | "a"
        | "ins" | "del" => within(element, place),
        _ if holds_block(&element) => shared_out(element, place),
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

/// The lines in an element that is a part of a line and has blocks in it: each in an element of its own, as no mail
/// software has links around blocks. Where that would be too many, a link stays around them, and other things go.
fn shared_out<'a>(element: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    const MOST_BLOCKS: usize = 16;
    const MOST_NODES: usize = 1_000;
    let (blocks, nodes) = size(&element.children);
    let is_much = blocks > MOST_BLOCKS || nodes > MOST_NODES;
    let Element { name, attributes, children } = element;
    match name {
        "a" if is_much => within(Element { name, attributes, children }, place),
        _ if is_much => all(children, place),
        _ => all(wrapped_lines(children, name, &attributes), place),
    }
}

/// `nodes`, with each run of what belongs to a line in an element of its own.
fn wrapped_lines<'a>(nodes: Vec<Node<'a>>, name: &'a str, attributes: &Cow<'a, str>) -> Vec<Node<'a>> {
    let mut wrapped: Vec<Node<'a>> = Vec::new();
    let mut run = Vec::new();
    let end_run = |run: &mut Vec<Node<'a>>, wrapped: &mut Vec<Node<'a>>| {
        let children = std::mem::take(run);
        if children.iter().any(Node::shows) {
            wrapped.push(Node::Element(Element { name, attributes: attributes.clone(), children }));
        } else {
            wrapped.extend(children);
        }
    };
    for node in nodes {
        match node {
            Node::Element(mut block) if is_block(block.name) || holds_block(&block) => {
                end_run(&mut run, &mut wrapped);
                block.children = wrapped_lines(block.children, name, attributes);
                wrapped.push(Node::Element(block));
            }
            node => run.push(node),
        }
    }
    end_run(&mut run, &mut wrapped);
    wrapped
}

/// How many blocks there are, and how many nodes in all.
fn size(nodes: &[Node<'_>]) -> (usize, usize) {
    nodes.iter().fold((0, nodes.len()), |(blocks, total), node| match node {
        Node::Element(element) => {
            let (inner, within) = size(&element.children);
            (blocks + inner + usize::from(is_block(element.name)), total + within)
        }
        Node::Text(_) => (blocks, total),
    })
}

/// A figure: what belongs to a line is a block of its own, so that the caption is parted from it in text too.
fn figure<'a>(figure: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
    let mut children: Vec<Node<'a>> = Vec::new();
    for node in figure.children {
        match (node, children.last_mut()) {
            (Node::Element(block), _) if is_block(block.name) || holds_block(&block) => {
                children.push(Node::Element(block));
            }
            (node, Some(Node::Element(line))) if line.name == "div" => line.children.push(node),
            (node, _) if node.shows() => children.push(Node::Element(Element::new("div", vec![node]))),
            _ => {}
        }
    }
    within(Element { name: figure.name, attributes: figure.attributes, children }, place)
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

/// `html` without blanks at the ends of lines, which nobody sees.
fn without_trailing_blanks(html: String) -> String {
    if !html.contains(" \n") && !html.contains("\t\n") {
        return html;
    }
    let lines = html.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
        Some(line) => line.trim_end_matches([' ', '\t']).to_owned() + "\n",
        None => line.to_owned(),
    });
    lines.collect()
}

#[cfg(test)]
mod tests;
