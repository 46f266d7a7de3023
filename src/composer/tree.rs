//! A body as a tree, from what the sanitizer wrote: every element that has an end has its end tag.

use std::borrow::Cow;

use super::tag::split_tag;

/// The elements of the allow-list that have no end tag.
const VOID: [&str; 4] = ["img", "br", "hr", "col"];

/// A piece of a body.
#[derive(Debug, Clone)]
pub(super) enum Node<'a> {
    /// Text, as it is escaped in HTML.
    Text(Cow<'a, str>),
    /// An element.
    Element(Element<'a>),
}

/// An element and what stands in it.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its start tag after the name: attributes, each with a blank before it.
    pub(super) attributes: Cow<'a, str>,
    /// What stands in it.
    pub(super) children: Vec<Node<'a>>,
}

impl<'a> Element<'a> {
    /// An element without attributes.
    pub(super) fn new(name: &'a str, children: Vec<Node<'a>>) -> Self {
        Self { name, attributes: Cow::Borrowed(""), children }
    }

    /// Whether a reader meets anything in it: words, or a picture.
    pub(super) fn shows(&self) -> bool {
        self.name == "img" || self.children.iter().any(Node::shows)
    }

    /// The words in it, without those of pictures.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.children.iter().for_each(|child| child.add_text(&mut text));
        text
    }
}

impl Node<'_> {
    /// Whether it is an element of that name.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Element(element) if element.name == name)
    }

    /// Whether a reader meets anything in it: words, or a picture.
    pub(super) fn shows(&self) -> bool {
        match self {
            Self::Text(text) => text.replace("&nbsp;", " ").chars().any(|c| !c.is_whitespace()),
            Self::Element(element) => element.shows(),
        }
    }

    fn add_text(&self, text: &mut String) {
        match self {
            Self::Text(more) => text.push_str(more),
            Self::Element(element) => element.children.iter().for_each(|child| child.add_text(text)),
        }
    }

    fn write(&self, html: &mut String) {
        match self {
            Self::Text(text) => html.push_str(text),
            Self::Element(Element { name, attributes, children }) => {
                html.extend(["<", name, attributes, ">"]);
                for child in children {
                    child.write(html);
                }
                if !VOID.contains(name) {
                    html.extend(["</", name, ">"]);
                }
            }
        }
    }
}

/// The tree of `clean`, as the sanitizer wrote it. Its depth is what the pre-scan lets through.
pub(super) fn parse(clean: &str) -> Vec<Node<'_>> {
    let mut open = vec![Element::new("", Vec::new())];
    let mut rest = clean;
    while let Some(start) = rest.find('<') {
        add_text(&mut open, &rest[..start]);
        let (tag, after) = split_tag(&rest[start..]);
        rest = after;
        if tag.starts_with("</") {
            close(&mut open);
            continue;
        }
        let inner = tag[1..].trim_end_matches('>');
        let (name, attributes) = inner.split_at(inner.find(' ').unwrap_or(inner.len()));
        open.push(Element { name, attributes: attributes.into(), children: Vec::new() });
        if VOID.contains(&name) {
            close(&mut open);
        }
    }
    add_text(&mut open, rest);
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().map(|root| root.children).unwrap_or_default()
}

/// `nodes` as HTML.
pub(super) fn write(nodes: &[Node<'_>]) -> String {
    let mut html = String::new();
    for node in nodes {
        node.write(&mut html);
    }
    html
}

fn add_text<'a>(open: &mut [Element<'a>], text: &'a str) {
    if let (Some(parent), false) = (open.last_mut(), text.is_empty()) {
        parent.children.push(Node::Text(text.into()));
    }
}

fn close(open: &mut Vec<Element<'_>>) {
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(Node::Element(element));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_parsed_is_written_as_it_was() {
        for html in [
            "",
            "text",
            "<p>a<br>b <img src=\"x\" alt=\"a > b\"></p>\n<ul><li>c</li></ul>",
            "<table><colgroup><col></colgroup><tbody><tr><td colspan=\"2\">d</td></tr></tbody></table>",
        ] {
            assert_eq!(write(&parse(html)), html);
        }
    }

    #[test]
    fn words_and_pictures_are_met_and_blanks_are_not() {
        for (html, shows) in
            [("<p> \n&nbsp;\u{a0}<b></b></p>", false), ("<p><b>x</b></p>", true), ("<img>", true)]
        {
            assert_eq!(parse(html)[0].shows(), shows, "{html}");
        }
    }
}
