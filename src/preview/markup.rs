//! Markup: where style sheets and attributes stand in a document's HTML, so that it can be changed there and
//! stay as it is everywhere else.
//!
//! It splits tags as browsers do (HTML Standard §13.2.5), but builds no tree: who writes odd HTML gets a document in which
//! less is changed than should be. Nothing rests on it for safety; that is what the frame's policy is for.

use std::ops::Range;

/// Elements whose content is text up to their end tag.
const RAW: [&str; 8] = ["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// Something that stands in a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The content of a `<style>`.
    Sheet(Range<usize>),
    /// A tag with its attributes.
    Tag(Tag),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name, in lower case.
    pub(super) name: String,
    /// Its attributes, in order.
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute: where its name stands, and its value without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Tag {
    /// The value of an attribute, as it is written.
    pub(super) fn get<'h>(&self, html: &'h str, name: &str) -> Option<&'h str> {
        let is = |one: &&Attribute| html[one.name.clone()].eq_ignore_ascii_case(name);
        self.attributes.iter().find(is).map(|one| &html[one.value.clone()])
    }
}

/// All parts, in order.
pub(super) fn parts(html: &str) -> Vec<Part> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while let Some(start) = find(html, at, "<") {
        let rest = &html[start + 1..];
        if rest.starts_with("!--") {
            at = comment_end(html, start);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, end) = tag(html, start + 1);
            at = end;
            if RAW.contains(&tag.name.as_str()) {
                at = raw_end(html, end, &tag.name);
                if tag.name == "style" {
                    parts.push(Part::Sheet(end..at));
                }
            }
            parts.push(Part::Tag(tag));
        } else {
            at = start + 1;
        }
    }
    parts
}

/// Where the head may begin: after the document type, or after what stands before the first tag and is none.
/// Whatever is put there, the document stays in the mode that its type asks for.
pub(super) fn opening(html: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = html[at..].trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r', '\u{c}']);
        let start = html.len() - rest.len();
        let is_doctype = rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"));
        if rest.starts_with("<!--") {
            at = comment_end(html, start);
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            // A comment to browsers, unless it is the type.
            at = find(html, start, ">").map_or(html.len(), |end| end + 1);
            if is_doctype {
                return at;
            }
        } else {
            return at;
        }
    }
}

fn find(html: &str, from: usize, text: &str) -> Option<usize> {
    html.get(from..)?.find(text).map(|at| from + at)
}

/// The end of the comment that starts with the `<!--` at `start`: `<!-->` and `<!--->` are whole ones.
fn comment_end(html: &str, start: usize) -> usize {
    let inner = start + 4;
    let rest = &html[inner..];
    if let Some(short) = [">", "->"].into_iter().find(|short| rest.starts_with(short)) {
        return inner + short.len();
    }
    let mut at = inner;
    while let Some(dashes) = find(html, at, "--") {
        let after = &html[dashes + 2..];
        if let Some(end) = [">", "!>"].into_iter().find(|end| after.starts_with(end)) {
            return dashes + 2 + end.len();
        }
        at = dashes + 1;
    }
    html.len()
}

/// Where the content of a raw element ends: before its end tag, or with the document.
fn raw_end(html: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(start) = find(html, at, "</") {
        let after = &html.as_bytes()[start + 2..];
        let is_name = after.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
        if is_name && after.get(name.len()).is_some_and(|byte| is_blank(*byte) || b"/>".contains(byte)) {
            return start;
        }
        at = start + 2;
    }
    html.len()
}

/// Reads the tag whose name begins at `start`, and where it ends.
fn tag(html: &str, start: usize) -> (Tag, usize) {
    let bytes = html.as_bytes();
    let until = |from: usize, is_end: &dyn Fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |at| from + at)
    };
    let is_name_end = |byte: u8| is_blank(byte) || b"/>".contains(&byte);
    let mut at = until(start, &is_name_end);
    let name = html[start..at].to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        at = until(at, &|byte| !is_blank(byte) && byte != b'/');
        match bytes.get(at) {
            None => return (Tag { name, attributes }, at),
            Some(b'>') => return (Tag { name, attributes }, at + 1),
            Some(_) => {}
        }
        // A `=` in front is the beginning of a name.
        let end = until(at + 1, &|byte| is_name_end(byte) || byte == b'=');
        let written = at..end;
        at = until(end, &|byte| !is_blank(byte));
        if bytes.get(at) != Some(&b'=') {
            attributes.push(Attribute { name: written, value: end..end });
            continue;
        }
        at = until(at + 1, &|byte| !is_blank(byte));
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => at + 1..until(at + 1, &|byte| byte == *quote),
            _ => at..until(at, &|byte| is_blank(byte) || byte == b'>'),
        };
        let is_quoted = value.start > at;
        at = (value.end + usize::from(is_quoted)).min(bytes.len());
        attributes.push(Attribute { name: written, value });
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each part as `tag name=value`, or `{the sheet}`.
    fn told(html: &str) -> String {
        let one = |part: Part| match part {
            Part::Sheet(sheet) => format!("{{{}}}", &html[sheet]),
            Part::Tag(tag) => {
                let attributes = tag.attributes.iter();
                let written = attributes
                    .map(|one| format!(" {}={}", &html[one.name.clone()], &html[one.value.clone()]));
                tag.name + &written.collect::<String>()
            }
        };
        parts(html).into_iter().map(one).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn tags_attributes_and_sheets_are_found_where_a_browser_finds_them() {
        for (html, expected) in [
            ("<a href='x'>b</a>", "a href=x"),
            ("<A HREF=x/y>b", "a HREF=x/y"),
            ("<a title=\"b > c\" d e = f/>", "a title=b > c d= e=f/"),
            ("<a b='c'd=\"e\" =f>", "a b=c d=e =f="),
            ("<style>a{b:'<p c>'}</style >", "{a{b:'<p c>'}}|style"),
            ("<style>a</styles></STYLE><p>", "{a</styles>}|style|p"),
            ("<style>never closed", "{never closed}|style"),
            ("<!-- <style>a</style> --><p>", "p"),
            ("<!--><p><!---><i><!-- a --!><b>", "p|i|b"),
            ("<title><style>a</style></title><p>", "title|p"),
            ("a < b <1> <é> </p x>", ""),
            ("<", ""),
            ("<p", "p"),
            ("<p a", "p a="),
            ("<p a='", "p a="),
            ("<p a='é", "p a=é"),
            ("<p\u{a0}é=ü>", "p\u{a0}é=ü"),
        ] {
            assert_eq!(told(html), expected, "{html}");
        }
    }

    #[test]
    fn the_head_opens_after_the_document_type_and_before_anything_else() {
        for (before, after) in [
            ("", "<p>"),
            ("", "text <!doctype html>"),
            ("<!doctype html>", "<html>"),
            ("\u{feff}\n<!-- a --><?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD'>", "\n<html>"),
            ("<!-- a -->", "\n<html>"),
            ("<!-- never closed", ""),
            ("", "é"),
        ] {
            assert_eq!(opening(&format!("{before}{after}")), before.len(), "{before}");
        }
    }
}
