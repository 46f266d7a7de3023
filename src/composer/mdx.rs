//! MDX (<https://mdxjs.com/docs/what-is-mdx/>): what of it is JavaScript, which only its site runs.
//!
//! Components are removed like shortcodes, and what stands between their tags is kept; an expression that is
//! a plain string is that string, and any other is nothing.

use std::ops::Range;

/// The longest statement or expression in bytes.
const LONGEST: usize = 32_000;

/// How many that are not closed are read to their end in a body, or one of openings would take the square of
/// its length.
const UNCLOSED: usize = 64;

/// Where imports and exports stand: lines that begin with them, up to where their brackets are closed and a
/// line ends. One that is never closed ends with its paragraph, and one that begins within `code` is an
/// example.
pub(super) fn imports(markdown: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut code = code.iter().peekable();
    let (mut at, mut unclosed) = (0, 0);
    while at < markdown.len() {
        let rest = &markdown[at..];
        let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
        while code.next_if(|code| code.end <= at).is_some() {}
        let is_example = code.peek().is_some_and(|code| code.start <= at);
        let length = if !is_example && begins_statement(line.trim_end()) {
            let length = statement(rest, &mut unclosed);
            found.push(at..at + length);
            length
        } else {
            line.len()
        };
        at += length;
    }
    found
}

fn begins_statement(line: &str) -> bool {
    if let Some(imported) = line.strip_prefix("import ") {
        let goes_on = imported.starts_with('{') && !imported.contains('}') && line.ends_with(['{', ',']);
        return goes_on || line.trim_end_matches(';').ends_with(['"', '\'']);
    }
    let exported = line.strip_prefix("export ");
    let begins = |rest: &str| {
        ["const ", "default ", "function ", "async ", "let ", "{"].iter().any(|what| rest.starts_with(what))
    };
    exported.is_some_and(begins)
}

/// The length of the import or export that `text` begins with, with the end of its last line.
fn statement(text: &str, unclosed: &mut usize) -> usize {
    let within = if *unclosed < UNCLOSED { &text[..text.floor_char_boundary(LONGEST)] } else { "" };
    let mut depth = 0_i64;
    for (at, byte) in outside_strings(within) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            b'\n' if depth <= 0 => {
                let said = text[..at].trim_end_matches([' ', '\t', '\r']);
                if said.ends_with([';', '}', ')', ']', '\'', '"', '`', '\n']) {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    if within.len() == text.len() && depth <= 0 {
        return text.len();
    }
    *unclosed += 1;
    let mut paragraph = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at, line))
    });
    paragraph.find(|(_, line)| line.trim().is_empty()).map_or(text.len(), |(end, _)| end)
}

/// The bytes of JavaScript that stand in none of its strings, with their places.
///
/// A quote behind a letter is an apostrophe, as in the text of elements, and so is one that nothing closes on
/// its line.
fn outside_strings(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, byte) = (at, *bytes.get(at)?);
        let is_apostrophe = matches!(byte, b'"' | b'\'') && text[..start].ends_with(char::is_alphanumeric);
        at += match byte {
            b'\\' => 2, // What a search for an end passes too: else each quote would be searched from.
            b'"' | b'\'' | b'`' if !is_apostrophe => string(&bytes[start..]).unwrap_or(1),
            _ => 1,
        };
        Some((start, byte))
    })
}

/// The length of the string that `bytes` begin with, if it is closed, which only a template is on another
/// line.
fn string(bytes: &[u8]) -> Option<usize> {
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return Some(at + 1),
            b'\n' if quote != b'`' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The expression that `text` begins with: its length, and what it shows. `None` where it is not closed, and
/// after `UNCLOSED` that are not.
pub(super) fn expression(text: &str, unclosed: &mut usize) -> Option<(usize, String)> {
    let end = if *unclosed < UNCLOSED { closing(text) } else { None };
    *unclosed += usize::from(end.is_none());
    let end = end?;
    let inside = text[1..end].trim();
    let quoted =
        ['"', '\'', '`'].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
    let string = quoted.filter(|string| !string.contains(['"', '\'', '`', '$', '\\']));
    Some((end + 1, string.unwrap_or_default().to_owned()))
}

/// The tag of HTML that `text` begins with, where it has expressions for attributes, or no name: its length,
/// and the tag without them. `unclosed` is as for [`expression`].
pub(super) fn tag(text: &str, unclosed: &mut usize) -> Option<(usize, String)> {
    if let Some(empty) = ["<>", "</>"].into_iter().find(|empty| text.starts_with(empty)) {
        return Some((empty.len(), String::new()));
    }
    let first = text[1..].chars().next()?;
    if !first.is_ascii_lowercase() {
        return None;
    }
    let within = &text[..text.floor_char_boundary(LONGEST)];
    let (mut shown, mut at, mut quote) = (String::new(), 0, None);
    while let Some(byte) = within.as_bytes().get(at) {
        match (quote, byte) {
            (None, b'{') => {
                let (length, _) = expression(&within[at..], unclosed)?;
                let name = shown
                    .trim_end_matches('=')
                    .trim_end_matches(|c: char| c.is_alphanumeric() || "-_:".contains(c))
                    .len();
                shown.truncate(name);
                at += length;
                continue;
            }
            (None, b'>') => {
                shown.push('>');
                let had_any = shown.len() < at + 1;
                return had_any.then_some((at + 1, shown));
            }
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'<') if at > 0 => return None,
            _ => {}
        }
        let next = within[at..].chars().next()?;
        shown.push(next);
        at += next.len_utf8();
    }
    None
}

/// Where the brace is closed that `text` begins with; where its quotes are none, by its braces alone.
fn closing(text: &str) -> Option<usize> {
    let within = &text[..text.floor_char_boundary(LONGEST)];
    let closes = |depth: &mut usize, byte: u8| {
        match byte {
            b'{' => *depth += 1,
            b'}' => *depth -= 1,
            _ => {}
        }
        *depth == 0
    };
    let (mut depth, mut bare_depth) = (0, 0);
    let found = outside_strings(within).find(|(_, byte)| closes(&mut depth, *byte)).map(|(at, _)| at);
    found.or_else(|| within.bytes().position(|byte| closes(&mut bare_depth, byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_and_exports_end_where_their_braces_do() {
        for (source, shown) in [
            ("import A from '../A.astro'\nimport 'x.css';\nText", "Text"),
            ("import {\n  A,\n  B,\n} from './x'\n\nText", "\nText"),
            ("export const meta = {\n  title: 'A',\n\n  b: [1],\n}\n\nText", "\nText"),
            ("export function F() {\n  return <p>x</p>\n\n}\nText", "Text"),
            ("export default A\n\nText", "Text"),
            ("import taxes rose.\nexport of fish fell.", "import taxes rose.\nexport of fish fell."),
            ("export const mood = \"sad :(\";\n\nText", "\nText"),
            ("export const t = `a {\n\nb`\nText", "Text"),
            ("export function F() { return <p>don't</p> }\nText", "Text"),
            ("export const a = {\n  b,\n\nText\n\nMore", "Text\n\nMore"),
            ("import { a, b and c of the library.\nText", "import { a, b and c of the library.\nText"),
        ] {
            let mut kept = source.to_owned();
            imports(source, &[]).into_iter().rev().for_each(|range| kept.replace_range(range, ""));
            assert_eq!(kept, shown, "{source}");
        }
    }

    #[test]
    fn an_expression_is_its_string_or_nothing() {
        for (source, shown) in [
            ("{props.x} a", Some((9, ""))),
            ("{' '}", Some((5, " "))),
            ("{\"It’s\"}", Some((10, "It’s"))),
            ("{`a ${b}`}", Some((10, ""))),
            ("{list.map((i) => <li key={i}>{'}'}</li>)}", Some((41, ""))),
            ("{open", None),
            ("{a && <p>don't</p>} b", Some((19, ""))),
            ("{a && <p>the dogs' 'til {b}</p>} it's", Some((32, ""))),
            ("{a && <p>é 'tis</p>} b's", Some((21, ""))),
        ] {
            assert_eq!(
                expression(source, &mut 0),
                shown.map(|(length, shown): (usize, &str)| (length, shown.to_owned())),
                "{source}"
            );
        }
    }

    #[test]
    fn a_tag_loses_the_attributes_that_are_expressions() {
        for (source, shown) in [
            ("<div style={{ a: '>' }} id=\"x\">t", Some((31, "<div  id=\"x\">"))),
            ("<a href=\"/{x}\">", None),
            ("<p>{x}", None),
            ("<>t", Some((2, ""))),
            ("</>", Some((3, ""))),
        ] {
            assert_eq!(
                tag(source, &mut 0),
                shown.map(|(length, shown): (usize, &str)| (length, shown.to_owned())),
                "{source}"
            );
        }
    }
}
