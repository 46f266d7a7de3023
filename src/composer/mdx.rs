//! MDX (<https://mdxjs.com/docs/what-is-mdx/>): what of it is JavaScript, which only its site runs.
//!
//! Components are removed like shortcodes, and what stands between their tags is kept; an expression that is a plain string
//! is that string, and any other is nothing.

use std::ops::Range;

/// The longest expression in bytes.
const LONGEST: usize = 32_000;

/// Where imports and exports stand: lines that begin with them, an export up to where its braces are closed and a line ends.
pub(super) fn imports(markdown: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut at, mut is_within, mut depth) = (0, false, 0_i64);
    for line in markdown.split_inclusive('\n') {
        let text = line.trim_end();
        let import = text.starts_with("import ") && text.trim_end_matches(';').ends_with(['"', '\'']);
        let opens = !is_within && text.starts_with("import {") && !text.contains('}');
        let export = ["const ", "default ", "function ", "async ", "let ", "{"]
            .iter()
            .any(|what| text.strip_prefix("export ").is_some_and(|rest| rest.starts_with(what)));
        if import || export || opens || is_within {
            found.push(at..at + line.len());
            depth += text
                .bytes()
                .map(|byte| i64::from(b"{([".contains(&byte)) - i64::from(b"})]".contains(&byte)))
                .sum::<i64>();
            let ends = if depth > 0 {
                false
            } else {
                import || text.is_empty() || text.ends_with([';', '}', ')', ']', '\'', '"'])
            };
            is_within = !ends;
            depth = if ends { 0 } else { depth };
        }
        at += line.len();
    }
    found
}

/// The expression that `text` begins with: its length, and what it shows. `None` where it is not closed, and after one
/// that is `unclosed`, or a body of openings would take the square of its length.
pub(super) fn expression(text: &str, unclosed: &mut bool) -> Option<(usize, String)> {
    let end = if *unclosed { None } else { closing(text) };
    *unclosed |= end.is_none();
    let end = end?;
    let inside = text[1..end].trim();
    let quoted =
        ['"', '\'', '`'].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
    let string = quoted.filter(|string| !string.contains(['"', '\'', '`', '$', '\\']));
    Some((end + 1, string.unwrap_or_default().to_owned()))
}

/// The tag of HTML that `text` begins with, where it has expressions for attributes, or no name: its length, and the
/// tag without them. `unclosed` is as for [`expression`].
pub(super) fn tag(text: &str, unclosed: &mut bool) -> Option<(usize, String)> {
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

/// Where the brace is closed that `text` begins with.
fn closing(text: &str) -> Option<usize> {
    let within = &text.as_bytes()[..text.len().min(LONGEST)];
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    within.iter().position(|byte| {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(*byte),
            (None, b'{') => depth += 1,
            (None, b'}') => depth -= 1,
            _ => {}
        }
        depth == 0
    })
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
        ] {
            let mut kept = source.to_owned();
            imports(source).into_iter().rev().for_each(|range| kept.replace_range(range, ""));
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
        ] {
            assert_eq!(
                expression(source, &mut false),
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
                tag(source, &mut false),
                shown.map(|(length, shown): (usize, &str)| (length, shown.to_owned())),
                "{source}"
            );
        }
    }
}
