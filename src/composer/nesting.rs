//! The pre-scan: whether a body can be given to the HTML libraries at all.
//!
//! Each of them needs time that grows with the square of the nesting, and one of them overflows
//! the stack. Only a parser knows how deep a parser nests (unclosed tags, comments, foster parents),
//! so this is html5ever's own tree builder over a tree that keeps nothing but names and places. It
//! is fed in small pieces, and left as soon as it is too deep.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, ns, parse_fragment};

/// The most bytes of a body.
const MOST_BYTES: usize = 1 << 20;
/// The deepest nesting of its elements.
const DEEPEST: usize = 256;
/// How much deeper a page may be than the bodies in it.
const AROUND: usize = 32;
/// The most elements: unclosed formatting is repeated in each paragraph, so that a small body can
/// become a huge tree.
const MOST_ELEMENTS: usize = 200_000;
/// The most pieces of one text (an entity is one): one library copies the text for each of them.
const MOST_PIECES: usize = 10_000;
/// The most pieces and elements that stand in a table and not in a cell: each is put before its table, and
/// the libraries look through all that was put there before to find the place.
const MOST_MISPLACED: usize = 5_000;
/// The most blanks after a tag's beginning: the tokenizer compares each attribute of a tag with
/// each other one, and where a tag ends only the tokenizer knows.
const MOST_BLANKS: usize = 20_000;
/// How much of it is parsed before its tree is looked at, in bytes.
const PIECE: usize = 512;

/// Why a body cannot be shown in full: the message is about "it", the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is too long.
    #[error("it is larger than 1 MB")]
    TooLong,
    /// It is nested too deeply.
    #[error("its HTML is nested more than 256 elements deep")]
    TooDeep,
    /// It makes too many elements, or one of its texts or tags is too long.
    #[error("its HTML has too many elements, or too long a text without any")]
    TooMany,
}

/// Whether `source` is short enough to be parsed.
pub(super) fn check_length(source: &str) -> Result<(), Unfit> {
    if source.len() > MOST_BYTES { Err(Unfit::TooLong) } else { Ok(()) }
}

/// Whether the libraries can be trusted with `html`; the time it takes grows with its length only.
pub(crate) fn check(html: &str) -> Result<(), Unfit> {
    check_within(html, DEEPEST)
}

/// The same of a finished page, in which bodies stand some elements deep.
pub(crate) fn check_page(html: &str) -> Result<(), Unfit> {
    check_within(html, DEEPEST + AROUND)
}

fn check_within(html: &str, deepest: usize) -> Result<(), Unfit> {
    check_length(html)?;
    check_blanks(html)?;
    let context = QualName::new(None, ns!(html), LocalName::from("div"));
    let mut parser = parse_fragment(Outline::new(deepest), ParseOpts::default(), context, Vec::new(), false);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        parser.tokenizer.sink.sink.check()?;
        rest = after;
    }
    parser.finish().check_all()
}

/// Whether no tag can have so many attributes that the tokenizer needs too long.
fn check_blanks(html: &str) -> Result<(), Unfit> {
    let (mut blanks, mut after_bracket) = (0, false);
    for byte in html.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' if after_bracket => blanks = 0,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'"' | b'\'' => blanks += 1,
            _ => {}
        }
        if blanks > MOST_BLANKS {
            return Err(Unfit::TooMany);
        }
        after_bracket = byte == b'<';
    }
    Ok(())
}

/// A tree of places: each element's parent and children, by number. The document is number 0.
struct Outline {
    /// How deep it may grow.
    limit: usize,
    places: RefCell<Vec<Place>>,
    deepest: Cell<usize>,
    most_pieces: Cell<usize>,
    misplaced: Cell<usize>,
}

#[derive(Default)]
struct Place {
    parent: Option<usize>,
    children: Vec<usize>,
    /// The pieces of text since its last child.
    pieces: usize,
}

/// An element of an [`Outline`].
#[derive(Clone)]
struct Element {
    number: usize,
    name: Rc<QualName>,
}

impl Outline {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            places: RefCell::new(vec![Place::default()]),
            deepest: Cell::new(0),
            most_pieces: Cell::new(0),
            misplaced: Cell::new(0),
        }
    }

    fn add(&self, name: QualName) -> Element {
        let mut places = self.places.borrow_mut();
        places.push(Place::default());
        Element { number: places.len() - 1, name: Rc::new(name) }
    }

    /// Puts `child` under `parent`, and measures how deep that is.
    fn put(&self, parent: usize, child: usize) {
        self.take_out(child);
        let mut places = self.places.borrow_mut();
        places[child].parent = Some(parent);
        places[parent].children.push(child);
        places[parent].pieces = 0;
        let depth = std::iter::successors(Some(child), |at| places[*at].parent).count();
        self.deepest.set(self.deepest.get().max(depth));
    }

    /// Counts a piece of text under `parent`.
    fn write(&self, parent: usize) {
        let pieces = &mut self.places.borrow_mut()[parent].pieces;
        *pieces += 1;
        self.most_pieces.set(self.most_pieces.get().max(*pieces));
    }

    fn take_out(&self, child: usize) {
        let mut places = self.places.borrow_mut();
        if let Some(parent) = places[child].parent.take() {
            let siblings = &mut places[parent].children;
            // What moves was mostly added last.
            if let Some(at) = siblings.iter().rposition(|sibling| *sibling == child) {
                siblings.remove(at);
            }
        }
    }

    fn parent(&self, child: usize) -> Option<usize> {
        self.places.borrow()[child].parent
    }

    /// Whether it grew too deep or too large so far.
    fn check(&self) -> Result<(), Unfit> {
        if self.deepest.get() > self.limit {
            return Err(Unfit::TooDeep);
        }
        let is_too_much = self.places.borrow().len() > MOST_ELEMENTS
            || self.most_pieces.get() > MOST_PIECES
            || self.misplaced.get() > MOST_MISPLACED;
        if is_too_much { Err(Unfit::TooMany) } else { Ok(()) }
    }

    /// Whether it is too deep where whole branches were moved, too.
    fn check_all(&self) -> Result<(), Unfit> {
        let places = self.places.borrow();
        let mut branch: Vec<(usize, usize)> = vec![(0, 0)];
        while let Some((at, depth)) = branch.pop() {
            if depth > self.limit {
                return Err(Unfit::TooDeep);
            }
            branch.extend(places[at].children.iter().map(|child| (*child, depth + 1)));
        }
        Ok(())
    }
}

impl TreeSink for Outline {
    type Handle = Element;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn get_document(&self) -> Element {
        Element { number: 0, name: Rc::new(nameless()) }
    }

    fn elem_name<'a>(&'a self, target: &'a Element) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Element {
        self.add(name)
    }

    fn create_comment(&self, _: StrTendril) -> Element {
        self.add(nameless())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Element {
        self.add(nameless())
    }

    fn append(&self, parent: &Element, child: NodeOrText<Element>) {
        match child {
            NodeOrText::AppendNode(child) => self.put(parent.number, child.number),
            NodeOrText::AppendText(_) => self.write(parent.number),
        }
    }

    fn append_before_sibling(&self, sibling: &Element, child: NodeOrText<Element>) {
        self.misplaced.set(self.misplaced.get() + 1);
        match (child, self.parent(sibling.number)) {
            (NodeOrText::AppendNode(child), Some(parent)) => self.put(parent, child.number),
            (NodeOrText::AppendText(_), Some(parent)) => self.write(parent),
            (_, None) => {}
        }
    }

    fn append_based_on_parent_node(&self, element: &Element, previous: &Element, child: NodeOrText<Element>) {
        match self.parent(element.number) {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn get_template_contents(&self, target: &Element) -> Element {
        target.clone() // For depth, a template's contents may as well be its children.
    }

    fn same_node(&self, one: &Element, other: &Element) -> bool {
        one.number == other.number
    }

    fn remove_from_parent(&self, target: &Element) {
        self.take_out(target.number);
    }

    fn reparent_children(&self, node: &Element, new_parent: &Element) {
        let children = std::mem::take(&mut self.places.borrow_mut()[node.number].children);
        for child in children {
            self.places.borrow_mut()[child].parent = None;
            self.put(new_parent.number, child);
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn add_attrs_if_missing(&self, _: &Element, _: Vec<Attribute>) {}
}

/// The name of what has none: the document, and comments.
fn nameless() -> QualName {
    QualName::new(None, ns!(), LocalName::from(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_fits() {
        for html in
            ["", "text", "<p>a<p>b<br>c", "<ul><li>a<li>b</ul>", "</div></p>", "<table><td>x<td>y</table>"]
        {
            assert_eq!(check(html), Ok(()), "{html}");
        }
        assert_eq!(check(&"<p>A paragraph.</p>\n".repeat(20_000)), Ok(()));
        assert_eq!(check(&format!("{}{}", "<div>".repeat(250), "</div>".repeat(250))), Ok(()));
    }

    #[test]
    fn what_nests_too_deeply_is_refused_however_it_is_written() {
        for nest in [
            "<div>",
            "<blockquote><p>",
            "<div><style></div></style>",
            "<div><!-- </div> -->",
            "<div title='</div>'>",
            "<div><table><tr><td></div>",
            "<svg><g>",
            "<ul><li>",
            "<b></i>",
        ] {
            let unfit = check(&nest.repeat(100_000.min(MOST_BYTES / nest.len()))).unwrap_err();
            assert_eq!(unfit, Unfit::TooDeep, "{nest}");
        }
    }

    #[test]
    fn a_small_body_that_grows_into_a_huge_tree_is_refused() {
        let formatting: String = (0..200).fold(String::new(), |html, n| format!("{html}<b id={n}>"));
        assert_eq!(check(&format!("<p>{formatting}{}", "<p>x".repeat(10_000))), Err(Unfit::TooMany));
    }

    #[test]
    fn a_text_of_countless_pieces_is_refused() {
        for text in ["&amp;", "&amp;</x>", "&amp;<"] {
            assert_eq!(check(&text.repeat(50_000)), Err(Unfit::TooMany), "{text}");
        }
        assert_eq!(check(&"&amp;<br>".repeat(50_000)), Ok(()));
    }

    #[test]
    fn a_table_with_countless_things_outside_of_cells_is_refused() {
        assert_eq!(check(&format!("<table>{}", "<p>x".repeat(10_000))), Err(Unfit::TooMany));
        assert_eq!(check(&format!("<table>{}", "<tr><td><p>x".repeat(10_000))), Ok(()));
    }

    #[test]
    fn a_tag_of_countless_attributes_is_refused_before_it_is_parsed() {
        for separator in [" ", "/", "=\"\""] {
            let attributes: String =
                (0..100_000).fold(String::new(), |tag, n| tag + &format!("a{n}{separator}"));
            assert_eq!(check(&format!("<x =\"><p a=\">\" {attributes}>")), Err(Unfit::TooMany));
        }
    }

    #[test]
    fn a_body_larger_than_a_megabyte_is_refused_unread() {
        assert_eq!(check(&"x".repeat(MOST_BYTES + 1)), Err(Unfit::TooLong));
    }
}
