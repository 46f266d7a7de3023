//! Shortcodes: what site generators would have replaced in a body.
//!
//! Hugo's `{{< figure >}}` and `{{% notice %}}`, Jekyll's and Zola's `{% include %}` and `{{ x }}`,
//! kramdown's `{: .class}`, the imports and components of MDX. Those that many sites have are shown as a link
//! or a picture (see [`Known`]); of the others only their generator knows what they mean, so that a reader of
//! the mail is shown nothing in their place, and what stands between an opening and a closing one as it is.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::known::Known;
use super::mdx;
use crate::article::Markup;
use crate::config::Words;

/// How they begin and end, the longer beginnings first.
const MARKS: [(&str, &str); 6] =
    [("{{<", ">}}"), ("{{%", "%}}"), ("{%", "%}"), ("{{", "}}"), ("{:", "}"), ("{/*", "*/}")];

/// The longest of them in bytes; two braces further apart have nothing to do with each other.
const LONGEST: usize = 2_000;

/// Pairs between which nothing is a shortcode: what becomes of their content.
const VERBATIM: [(&str, Content); 4] = [
    ("raw", Content::Kept),
    ("comment", Content::Dropped),
    ("highlight", Content::Code),
    ("schema", Content::Dropped),
];

/// What becomes of the content of a pair.
#[derive(Clone, Copy)]
enum Content {
    Kept,
    Dropped,
    Code,
}

/// `source` without shortcodes, but for those in code, which are examples. With `words` those that are known
/// are replaced, else they are removed as well.
pub(super) fn without(source: &str, markup: Markup, options: Options, words: Option<&Words>) -> String {
    let has_mark = MARKS.iter().any(|(begin, _)| source.contains(begin)) || has_component(source);
    if markup != Markup::Mdx && !has_mark {
        return source.to_owned();
    }
    let mut kept = String::with_capacity(source.len());
    let code = code_in(source, markup, options);
    let imports = if markup == Markup::Mdx { mdx::imports(source, &code) } else { Vec::new() };
    let (mut code, mut imports) = (code.into_iter().peekable(), imports.into_iter().peekable());
    let (mut at, mut unclosed) = (0, Unclosed::default());
    loop {
        let import = imports.peek().map(|range| range.start.max(at));
        let mark = source[at..import.unwrap_or(source.len())].find(['{', '<']).map(|found| at + found);
        let Some(start) = mark.or(import) else { break };
        kept.push_str(&source[at..start]);
        while code.next_if(|code| code.end <= start).is_some() {}
        let import = imports.next_if(|range| range.start <= start);
        if let Some(code) = code.peek().filter(|code| code.start <= start) {
            kept.push_str(&as_example(&source[start..code.end]));
            at = code.end;
        } else if let Some(import) = import {
            at = import.end.max(start);
        } else if markup == Markup::Mdx && kept.ends_with('\\') {
            kept.push_str(&source[start..=start]);
            at = start + 1;
        } else if let Some((length, shown)) =
            replaced(&source[start..], markup, words, is_in_tag(&kept), &mut unclosed)
        {
            if is_contents(&source[start..start + length]) {
                kept.truncate(kept.trim_end().rfind('\n').map_or(0, |end| end + 1));
            }
            kept.push_str(&shown);
            at = start + length;
        } else {
            kept.push_str(&source[start..=start]);
            at = start + 1;
        }
    }
    kept.push_str(&source[at..]);
    kept
}

/// Whether what comes after `kept` stands within a tag of HTML, as in the value of an attribute.
fn is_in_tag(kept: &str) -> bool {
    let near = &kept[kept.floor_char_boundary(kept.len().saturating_sub(LONGEST))..];
    let Some(start) = near.rfind('<').filter(|start| !near[*start..].contains('>')) else { return false };
    // Elsewhere it is a sign for less, or an address between brackets.
    let name = near[start + 1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    near[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) && name.starts_with(char::is_whitespace)
}

/// Code without the marks that keep generators from reading what it shows: Liquid's `raw`, which is read in
/// code too, and Hugo's comments within shortcodes.
fn as_example(code: &str) -> Cow<'_, str> {
    const RAW: (&str, &str) = ("{% raw %}", "{% endraw %}");
    if !code.contains(RAW.0) && !code.contains("/*") {
        return Cow::Borrowed(code);
    }
    let (mut shown, mut rest) = (String::with_capacity(code.len()), code);
    while let Some((before, (inside, after))) =
        rest.split_once(RAW.0).and_then(|(before, after)| Some((before, after.split_once(RAW.1)?)))
    {
        shown.extend([before, inside]);
        rest = after;
    }
    shown.push_str(rest);
    for (written, meant) in [("{{</*", "{{<"), ("*/>}}", ">}}"), ("{{%/*", "{{%"), ("*/%}}", "%}}")] {
        shown = shown.replace(written, meant);
    }
    Cow::Owned(shown)
}

/// What was met that is not closed: a pair, and how many expressions.
#[derive(Default)]
struct Unclosed {
    pair: bool,
    expressions: usize,
}

/// Whether kramdown puts a table of contents in the place of the list before this.
fn is_contents(mark: &str) -> bool {
    mark.strip_prefix("{:").is_some_and(|inside| inside.trim_end_matches('}').trim() == "toc")
}

/// The length of the shortcode or component that `text` begins with, if it does, and what is shown for it:
/// where it `is_in_tag`, an address or nothing. After one that is `unclosed` no other is looked for, or a
/// body of openings would take the square of its length.
fn replaced(
    text: &str,
    markup: Markup,
    words: Option<&Words>,
    is_in_tag: bool,
    unclosed: &mut Unclosed,
) -> Option<(usize, String)> {
    let show = |name: &str, given: &[(String, String)]| {
        let known = words.and_then(|words| Known::of(name, given, words));
        known.map_or_else(String::new, |known| match markup {
            Markup::Markdown | Markup::Mdx => known.to_markdown(),
            Markup::Html => known.to_html(),
        })
    };
    if text.starts_with('<') {
        let Some((length, name, given)) = component(text) else {
            return if markup == Markup::Mdx { mdx::tag(text, &mut unclosed.expressions) } else { None };
        };
        return Some((length, show(name, &given)));
    }
    let Some((begin, end)) = MARKS.iter().find(|(begin, _)| text.starts_with(begin)) else {
        return if markup == Markup::Mdx { mdx::expression(text, &mut unclosed.expressions) } else { None };
    };
    let within = &text[..text.floor_char_boundary(LONGEST)];
    let inner_end = begin.len() + within[begin.len()..].find(end)?;
    let length = inner_end + end.len();
    let inner = text[begin.len()..inner_end].trim_matches(['-', '/', ' ', '\n', '\t']);
    if *begin == "{/*" || *begin == "{:" {
        return Some((length, String::new()));
    }
    let (name, given) = arguments(inner);
    let verbatim = VERBATIM.iter().find(|(verbatim, _)| *verbatim == name && !unclosed.pair);
    if let Some((_, content)) = verbatim {
        let found = pair(text, length, &name);
        unclosed.pair = found.is_none();
        if let Some((whole, inner)) = found {
            let shown = match (content, markup) {
                (Content::Kept, _) => inner.to_owned(),
                (Content::Dropped, _) => String::new(),
                (Content::Code, Markup::Markdown | Markup::Mdx) => {
                    format!("\n~~~~\n{}\n~~~~\n", inner.trim_matches('\n'))
                }
                (Content::Code, Markup::Html) => format!("<pre>{}</pre>", inner.replace('<', "&lt;")),
            };
            return Some((whole, shown));
        }
    }
    let path = inner
        .split_once('|')
        .filter(|(_, filter)| ["relative_url", "absolute_url", "url"].contains(&filter.trim()));
    let path =
        path.map(|(path, _)| path.trim()).filter(|path| path.len() > 1 && path.starts_with(['"', '\'']));
    if let Some(path) = path {
        return Some((length, path.trim_matches(['"', '\'']).to_owned()));
    }
    if let Some(file) = file_of(&name, &given).filter(|_| *begin == "{%" || !LIQUID_ONLY.contains(&&*name)) {
        return Some((length, file));
    }
    // A variable with filters is Liquid's, whatever it is called, and a tag has no room for another.
    let is_variable = *begin == "{{" && is_filtered(inner);
    let shown = if is_variable || is_in_tag { String::new() } else { show(&name, &given) };
    Some((length, shown))
}

/// Shortcodes of Jekyll's that only stand in its tags: others have shortcodes of these names that are none of
/// a file.
const LIQUID_ONLY: [&str; 2] = ["link", "post_url"];

/// Whether what stands in braces is passed through a filter: a `|` outside of its strings.
fn is_filtered(inner: &str) -> bool {
    let mut quote = None;
    inner.chars().any(|c| {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        quote.is_none() && c == '|'
    })
}

/// The file that a shortcode wants the address of, which [`Links`](super::links::Links) knows, if any does:
/// that of Hugo's `ref` and `relref`, below the content or beside the article, and of Jekyll's `link` and
/// `post_url`.
fn file_of(name: &str, given: &[(String, String)]) -> Option<String> {
    let is_file = ["ref", "relref", "link", "post_url"].contains(&name);
    let file =
        given.iter().find(|(key, value)| is_file && (key.is_empty() || key == "path") && !value.is_empty());
    let file = file.filter(|(_, file)| !file.contains("://"));
    let (path, fragment) = file.map(|(_, file)| file.split_once('#').unwrap_or((file, "")))?;
    let folder = if name == "post_url" { "_posts/" } else { "" };
    let end =
        if path.is_empty() || [".md", ".mdx", ".markdown", ".html"].iter().any(|end| path.ends_with(end)) {
            ""
        } else {
            ".md"
        };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    Some(format!("{folder}{}{end}{fragment}", path.trim_end_matches('/')))
}

/// The pair that begins with the shortcode `name` of `length`: its whole length and its content.
fn pair<'a>(text: &'a str, length: usize, name: &str) -> Option<(usize, &'a str)> {
    // No example is longer.
    let within = &text[length..text.floor_char_boundary(length + 16 * LONGEST)];
    let mut at = 0;
    while let Some(found) = within[at..].find('{') {
        let start = at + found;
        let closing = MARKS[..3].iter().find(|(begin, _)| within[start..].starts_with(begin));
        if let Some((begin, end)) = closing {
            let inside = within[start + begin.len()..].trim_start_matches(['-', ' ']);
            let inside = inside.strip_prefix("end").or_else(|| inside.strip_prefix('/'));
            let inside = inside.map(str::trim_start).filter(|inside| inside.starts_with(name));
            if let Some(inside) = inside {
                let end = within.len() - inside.len() + inside.find(end)? + end.len();
                return Some((length + end, &within[..start]));
            }
        }
        at = start + 1;
    }
    None
}

/// What a shortcode is given: values by name.
type Given = Vec<(String, String)>;

/// A shortcode's name and what it is given: values by name, and those without one by `""`. For Jekyll's
/// `include` the name is that of the file.
fn arguments(inner: &str) -> (String, Given) {
    let mut given: Given = Vec::new();
    let mut key = String::new();
    let mut rest = inner;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
        let Some(first) = rest.chars().next() else { break };
        let value = if matches!(first, '"' | '\'' | '`') {
            let (value, after) = rest[1..].split_once(first).unwrap_or((&rest[1..], ""));
            rest = after;
            value
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '='));
            let (value, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            value
        };
        if let Some(after) = rest.trim_start().strip_prefix(['=', ':']).filter(|_| key.is_empty()) {
            value.clone_into(&mut key);
            rest = after;
            continue;
        }
        given.push((std::mem::take(&mut key), value.to_owned()));
    }
    if given.is_empty() {
        return (String::new(), given);
    }
    let (_, mut name) = given.remove(0);
    if name == "include" && !given.is_empty() {
        let (_, file) = given.remove(0);
        file.rsplit('/')
            .next()
            .and_then(|file| file.split('.').next())
            .unwrap_or_default()
            .clone_into(&mut name);
    }
    (name, given)
}

/// Whether a component of MDX may be in `source`: their names begin with a capital, those of HTML do not.
fn has_component(source: &str) -> bool {
    source.as_bytes().windows(2).any(|pair| pair[0] == b'<' && pair[1].is_ascii_uppercase())
}

/// The tag of a component of MDX that `text` begins with: its length, name and attributes. A name all in
/// capitals is HTML's.
fn component(text: &str) -> Option<(usize, &str, Given)> {
    let within = &text[1..text.floor_char_boundary(LONGEST.min(text.len()))];
    let within = within.strip_prefix('/').unwrap_or(within);
    let name = &within[..within.find(|c: char| !c.is_ascii_alphanumeric() && c != '.')?];
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) || !name.contains(|c: char| c.is_ascii_lowercase())
    {
        return None;
    }
    let (mut depth, mut quote) = (0_usize, None);
    let end = within.bytes().position(|byte| {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        quote.is_none() && depth == 0 && byte == b'>'
    })?;
    let inside = within[name.len()..end].trim_end_matches('/').replace(['{', '}'], " ");
    let (_, given) = arguments(&format!("component {inside}"));
    let length = text.len() - text[1..].len() + usize::from(text.starts_with("</")) + end + 1;
    Some((length, name, given))
}

/// Where code stands, in order.
fn code_in(source: &str, markup: Markup, options: Options) -> Vec<Range<usize>> {
    match markup {
        Markup::Markdown | Markup::Mdx => Parser::new_ext(source, options)
            .into_offset_iter()
            .filter(|(event, _)| match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => markup == Markup::Markdown,
                event => matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))),
            })
            .map(|(_, range)| range)
            .collect(),
        Markup::Html => {
            let lower = source.to_ascii_lowercase();
            let (mut found, mut at) = (Vec::new(), 0);
            while let Some(start) = lower[at..].find('<').map(|found| at + found) {
                let begins = |tag: &str| lower[start..].starts_with(tag);
                let close = if begins("<pre") {
                    "</pre"
                } else if begins("<code") {
                    "</code"
                } else {
                    ""
                };
                let end = lower[start + 1..].find(close).map_or(lower.len(), |end| start + 1 + end);
                if !close.is_empty() {
                    found.push(start..end);
                }
                at = end;
            }
            found
        }
    }
}

#[cfg(test)]
mod tests;
