//! The tree: HTML parsed into elements that know their lines.
//!
//! It is ours because no tree of html5ever's family keeps the lines.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, ns, parse_document};

use super::finding::Place;
use crate::composer::{Unfit, check_nesting};

/// A parsed HTML document.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The numbers of the nodes, in the order of the document.
    order: Vec<usize>,
}

/// A node of the tree: an element, or a text or comment, which have no name.
#[derive(Default)]
pub(super) struct Node {
    /// The name of its tag; empty where it is no element.
    pub(super) name: String,
    /// The text, if it is one.
    pub(super) text: String,
    /// The comment, if it is one.
    pub(super) comment: Option<String>,
    /// The line of its beginning, from 1.
    pub(super) line: usize,
    attributes: Vec<(String, String)>,
    parent: Option<usize>,
    children: Vec<usize>,
}

impl Tree {
    /// Parses a document.
    ///
    /// # Errors
    /// When it is so large or so deep that parsing it would take for ever.
    pub(super) fn parse(html: &str) -> Result<Self, Unfit> {
        check_nesting(html)?;
        Ok(parse_document(Sink::new(), ParseOpts::default()).one(html))
    }

    /// How many nodes there are: their numbers are below it.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many classes the nodes have.
    pub(super) fn classes(&self) -> usize {
        self.nodes.iter().map(|node| node.classes().count()).sum()
    }

    /// What a node stands in, by its number.
    pub(super) fn parent(&self, number: usize) -> Option<usize> {
        self.nodes.get(number)?.parent
    }

    /// All nodes, in the order of the document, with their numbers.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.order.iter().map(|number| (*number, &self.nodes[*number]))
    }

    /// All elements of a name.
    pub(super) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = (usize, &'p Node)> {
        self.nodes().filter(move |(_, node)| node.name == name)
    }

    /// Whether a comment holds a text: what only Outlook reads stands in comments.
    pub(super) fn has_comment(&self, text: &str) -> bool {
        self.nodes.iter().filter_map(|node| node.comment.as_deref()).any(|comment| comment.contains(text))
    }

    /// What a node stands in, the nearest first; itself not among them.
    pub(super) fn around(&self, number: usize) -> impl Iterator<Item = &Node> + Clone {
        self.numbers_around(number).map(|at| &self.nodes[at])
    }

    /// The nearest element of a name that a node stands in.
    pub(super) fn nearest(&self, number: usize, name: &str) -> Option<usize> {
        self.numbers_around(number).find(|at| self.nodes[*at].name == name)
    }

    /// The numbers of what a node stands in, the nearest first.
    pub(super) fn numbers_around(&self, number: usize) -> impl Iterator<Item = usize> + Clone {
        let parent = |at: usize| self.nodes.get(at).and_then(|node| node.parent);
        std::iter::successors(parent(number), move |at| parent(*at))
    }

    /// The nodes below one, in the order of the document.
    pub(super) fn below(&self, number: usize) -> Vec<usize> {
        let mut order = Vec::new();
        let mut open: Vec<usize> = self.nodes[number].children.iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.nodes[at].children.iter().rev());
        }
        order
    }

    /// The node of a number.
    pub(super) fn node(&self, number: usize) -> &Node {
        &self.nodes[number]
    }

    /// The text in a node, blanks as they are.
    pub(super) fn text_of(&self, number: usize) -> String {
        self.below(number).into_iter().map(|at| self.nodes[at].text.as_str()).collect()
    }
}

impl Node {
    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Its classes.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_whitespace()
    }

    /// The names of its attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(key, _)| key.as_str())
    }

    /// Its place, with its tag as far as that tells it from others.
    pub(super) fn place(&self) -> Place {
        let telling = ["src", "href", "class"].into_iter().find_map(|key| Some((key, self.attribute(key)?)));
        let element = match telling {
            Some((key, value)) => format!("<{} {key}=\"{}\">", self.name, short(value)),
            None => format!("<{}>", self.name),
        };
        Place::Html { element: Some(element), line: self.line }
    }
}

/// The first 60 characters.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What html5ever builds the tree in.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    line: Cell<usize>,
}

/// A node of a [`Sink`], by its number.
#[derive(Clone)]
struct Handle {
    number: usize,
    name: Rc<QualName>,
}

impl Sink {
    fn new() -> Self {
        Self { nodes: RefCell::new(vec![Node::default()]), line: Cell::new(1) }
    }

    fn add(&self, name: QualName, mut node: Node) -> Handle {
        node.line = self.line.get();
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(node);
        Handle { number: nodes.len() - 1, name: Rc::new(name) }
    }

    fn node(&self, number: usize) -> Ref<'_, Node> {
        Ref::map(self.nodes.borrow(), |nodes| &nodes[number])
    }

    /// Puts a child under a parent, before one of its children or at the end.
    fn put(&self, parent: usize, before: Option<usize>, child: NodeOrText<Handle>) {
        let child = match child {
            NodeOrText::AppendNode(child) => child.number,
            NodeOrText::AppendText(text) => {
                // A text comes in pieces, one for each entity.
                if before.is_none() && self.lengthen(parent, &text) {
                    return;
                }
                let text = text.to_string();
                self.add(nameless(), Node { text, ..Node::default() }).number
            }
        };
        self.take_out(child);
        let mut nodes = self.nodes.borrow_mut();
        nodes[child].parent = Some(parent);
        let children = &mut nodes[parent].children;
        let at = before.and_then(|before| children.iter().rposition(|one| *one == before));
        children.insert(at.unwrap_or(children.len()), child);
    }

    /// Adds to the text that a parent ends with, if it does.
    fn lengthen(&self, parent: usize, text: &str) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let Some(last) = nodes[parent].children.last().copied() else { return false };
        let is_text = !nodes[last].text.is_empty();
        if is_text {
            nodes[last].text.push_str(text);
        }
        is_text
    }

    fn take_out(&self, child: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[child].parent.take() {
            let children = &mut nodes[parent].children;
            // What moves was mostly added last.
            if let Some(at) = children.iter().rposition(|one| *one == child) {
                children.remove(at);
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree {
        let mut tree = Tree { nodes: self.nodes.into_inner(), order: Vec::new() };
        tree.order = tree.below(0);
        tree
    }

    fn get_document(&self) -> Handle {
        Handle { number: 0, name: Rc::new(nameless()) }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let attributes =
            attributes.into_iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
        let node = Node { name: name.local.to_string(), attributes, ..Node::default() };
        self.add(name, node)
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.add(nameless(), Node { comment: Some(text.to_string()), ..Node::default() })
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.add(nameless(), Node::default())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.put(parent.number, None, child);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.node(sibling.number).parent;
        if let Some(parent) = parent {
            self.put(parent, Some(sibling.number), child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = self.node(element.number).parent.is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.number == other.number
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.take_out(target.number);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[node.number].children);
        for child in &children {
            nodes[*child].parent = Some(new_parent.number);
        }
        nodes[new_parent.number].children.extend(children);
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(usize::try_from(line).unwrap_or(usize::MAX));
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let node = &mut self.nodes.borrow_mut()[target.number];
        for one in attributes {
            let name = one.name.local.to_string();
            if node.attribute(&name).is_none() {
                node.attributes.push((name, one.value.to_string()));
            }
        }
    }
}

/// The name of what has none: the document, texts and comments.
fn nameless() -> QualName {
    QualName::new(None, ns!(), LocalName::from(""))
}
