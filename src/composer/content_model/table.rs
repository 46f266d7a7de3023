//! Tables: of data or of layout, in the room that a phone has.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use super::super::tag::attribute;
use super::super::tree::{Element, Node};
use super::{Place, renamed, within, without};

/// How deep tables are nested.
pub(super) const DEEPEST_TABLE: u8 = 3;

/// The room for a table on the narrowest phone, where no stylesheet narrows what is beside it, what a quote or a list
/// takes of it, the blank beside a cell, and what a letter takes, in pixels.
const NARROWEST: usize = 256;
const INDENT: usize = 24;
const BESIDE_CELL: usize = 8;
const LETTER: usize = 9;
/// The most columns that take the room they need where their words have to be broken; more share it evenly.
const MOST_UNEVEN: usize = 3;
/// A table: of data where a cell is a head, of layout where none is.
pub(super) fn mended<'a>(mut table: Element<'a>, place: Place<'_>) -> Vec<Node<'a>> {
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
    let mut widths: Vec<usize> = Vec::new();
    let mut at = 0;
    for child in &part.children {
        let Node::Element(child) = child else { continue };
        match child.name {
            "thead" | "tbody" | "tfoot" | "tr" => widen(&mut widths, 0, &columns(child)),
            "td" | "th" => {
                let span =
                    attribute(&child.attributes, "colspan").and_then(|span| span.parse().ok()).unwrap_or(1);
                let least = BESIDE_CELL + LETTER * widest_word(child) / span;
                widen(&mut widths, at, &vec![least; span]);
                at += span;
                if at > NARROWEST {
                    break; // Each takes a pixel at least: there is no room, however many there are.
                }
            }
            _ => {}
        }
    }
    widths
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
fn cells(part: Element<'_>) -> Vec<Element<'_>> {
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
