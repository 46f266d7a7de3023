//! Tables of contents, which lead around a page: a mail has no places to jump to, and its reader scrolls.

use std::borrow::Cow;

use url::Url;

use super::tag::{attribute, split_tag, words_in};

/// What stands above one.
const TITLES: [&str; 16] = [
    "contents",
    "table of contents",
    "on this page",
    "in this article",
    "toc",
    "inhalt",
    "inhaltsverzeichnis",
    "sommaire",
    "table des matières",
    "au sommaire",
    "contenido",
    "índice",
    "tabla de contenidos",
    "目次",
    "المحتويات",
    "جدول المحتويات",
];

/// `clean`, which the sanitizer wrote of an article at `base`, without lists that hold nothing but links into the page,
/// and the line above them that calls them contents.
pub(super) fn without<'a>(clean: &'a str, base: Option<&Url>) -> Cow<'a, str> {
    let Some(base) = base else { return Cow::Borrowed(clean) };
    let mut own = base.clone();
    own.set_fragment(None);
    let own = own.as_str().replace('&', "&amp;") + "#";
    if !clean.contains(&own) {
        return Cow::Borrowed(clean);
    }
    let (mut kept, mut rest) = (String::with_capacity(clean.len()), clean);
    while let Some(start) = list_at(rest) {
        kept.push_str(&rest[..start]);
        match list_end(&rest[start..]) {
            Some(end) if is_contents(&rest[start..start + end], &own) => {
                kept.truncate(without_title(&kept).len());
                rest = &rest[start + end..];
            }
            _ => {
                let (tag, after) = split_tag(&rest[start..]);
                kept.push_str(tag);
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Where the next list begins.
fn list_at(html: &str) -> Option<usize> {
    html.match_indices('<')
        .map(|(at, _)| at)
        .find(|at| html[*at..].starts_with("<ul") || html[*at..].starts_with("<ol"))
}

/// Where the list ends that `html` begins with.
fn list_end(html: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        let (tag, _) = split_tag(&html[start..]);
        at = start + tag.len();
        match tag.trim_end_matches('>').split(' ').next()? {
            "<ul" | "<ol" => depth += 1,
            "</ul" | "</ol" if depth == 1 => return Some(at),
            "</ul" | "</ol" => depth -= 1,
            "<a" | "</a" | "<li" | "</li" | "<p" | "</p" | "<span" | "</span" | "<code" | "</code"
            | "<em" | "</em" | "<strong" | "</strong" | "<div" | "</div" | "<br" => {}
            _ => return None, // Contents hold nothing else.
        }
    }
    None
}

/// Whether a list holds links into the page `own`, and nothing else.
fn is_contents(list: &str, own: &str) -> bool {
    let (mut links, mut rest) = (0, list);
    while let Some(start) = rest.find("<a") {
        let (tag, after) = split_tag(&rest[start..]);
        let leads_there = attribute(tag, "href").is_some_and(|href| href.starts_with(own));
        let Some((_, after)) = after.split_once("</a>").filter(|_| leads_there) else { return false };
        if words_in(&rest[..start]).contains(char::is_alphabetic) {
            return false;
        }
        links += 1;
        rest = after;
    }
    links > 0 && !words_in(rest).contains(char::is_alphabetic)
}

/// `html` without its last paragraph or heading, if that is the title of contents.
fn without_title(html: &str) -> &str {
    let end = html.trim_end();
    let title = ["p", "h1", "h2", "h3", "h4", "h5", "h6"].iter().find_map(|name| {
        let inside = end.strip_suffix(&format!("</{name}>"))?;
        let start = inside.rfind(&format!("<{name}"))?;
        let words = words_in(&inside[start..]).to_lowercase();
        TITLES.contains(&words.trim().trim_end_matches(':')).then(|| &end[..start])
    });
    title.unwrap_or(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_links_into_the_page_is_left_out_with_its_title() {
        let base = Url::parse("https://e.org/a/").unwrap();
        let list = r#"<ul><li>1. <a href="https://e.org/a/#x">X</a><ul><li><a href="https://e.org/a/#y">Y</a></li></ul></li></ul>"#;
        for (html, shown) in [
            (
                format!("<p>a</p><h2>Table of <b>Contents</b>:</h2>\n{list}<p>b</p>"),
                "<p>a</p><p>b</p>".to_owned(),
            ),
            (format!("<p>See:</p>{list}"), "<p>See:</p>".to_owned()),
            (list.replace("Y</a>", "Y</a> too"), list.replace("Y</a>", "Y</a> too")),
            (list.replace("a/#y", "b/#y"), list.replace("a/#y", "b/#y")),
            ("<ul><li>a</li></ul>".to_owned(), "<ul><li>a</li></ul>".to_owned()),
        ] {
            assert_eq!(without(&html, Some(&base)), shown, "{html}");
        }
        assert_eq!(without(list, None), list);
    }
}
