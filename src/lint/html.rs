//! Rules about the HTML as a document: its size, elements, styles, language and headings.

use super::finding::{Findings, Place};
use super::page::Page;
use super::rules;
use super::tree::{Node, short};
use crate::composer::CLIP;

/// What is much of `<style>`, and what Gmail drops, in octets.
const STYLE: (usize, usize) = (8 * 1024, 16 * 1024);
/// What no mail program runs, or what makes filters suspicious.
const ACTIVE: [&str; 13] = [
    "script", "form", "input", "button", "select", "textarea", "iframe", "frame", "frameset", "object",
    "embed", "applet", "base",
];
/// What most mail programs leave out.
const LEFT_OUT: [&str; 7] = ["svg", "video", "audio", "canvas", "math", "dialog", "marquee"];
/// What lays out in ways that Outlook for Windows does not know.
const LAYOUT: [&str; 8] = [
    "gap",
    "column-gap",
    "row-gap",
    "grid-template-columns",
    "grid-template-rows",
    "grid-template-areas",
    "grid-template",
    "flex-direction",
];

/// What can be seen without parsing.
pub(super) fn check_source(source: &str, findings: &mut Findings) {
    let size = source.len();
    let what = format!("the HTML has {} of the 102 KB that Gmail shows", kilobytes(size));
    if size > CLIP {
        findings.add(rules::CLIP, Place::html(source.lines().count().max(1)), what);
    } else if size * 5 > CLIP * 4 {
        findings.add(rules::CLIP_NEAR, Place::html(source.lines().count().max(1)), what);
    }
}

/// A size as the limits have it: of 1,000 octets each, cut and not rounded.
fn kilobytes(size: usize) -> String {
    format!("{}.{} KB", size / 1000, size % 1000 / 100)
}

pub(super) fn check(page: &Page, findings: &mut Findings) {
    // A picture that Outlook draws by its own means is no loss.
    let has_vml = page.has_comment("<v:");
    for (number, node) in page.nodes() {
        if ACTIVE.contains(&node.name.as_str()) {
            findings.add(rules::ACTIVE, node.place(), format!("there is a <{}>", node.name));
        } else if LEFT_OUT.contains(&node.name.as_str()) {
            findings.add(rules::ELEMENT, node.place(), format!("there is a <{}>", node.name));
        } else if is_refresh(node) {
            findings.add(rules::ACTIVE, node.place(), "it leads to another page by itself");
        }
        for handler in node.attributes().filter(|name| name.starts_with("on")) {
            findings.add(rules::HANDLER, node.place(), format!("it has {handler}"));
        }
        layout(page, number, has_vml, findings);
    }
    styles(page, findings);
    language(page, findings);
    if page.all("title").all(|(number, _)| page.text_of(number).trim().is_empty()) {
        findings.add(rules::TITLE, Place::html(1), "there is no <title>");
    }
    headings(page, findings);
}

fn is_refresh(node: &Node) -> bool {
    node.name == "meta"
        && node.attribute("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"))
}

/// What Outlook for Windows cannot lay out, and tables that a screen reader would read as data.
fn layout(page: &Page, number: usize, has_vml: bool, findings: &mut Findings) {
    let node = page.node(number);
    if node.name.is_empty() || ["html", "body"].contains(&node.name.as_str()) {
        return;
    }
    let declared = page.declared(number);
    let get = |name| declared.get(name).unwrap_or_default();
    let is_picture = |value: &str| value.contains("url(");
    let faults = [
        ("display", ["flex", "inline-flex", "grid", "inline-grid"].contains(&get("display"))),
        ("position", !["", "static"].contains(&get("position"))),
        ("background-image", is_picture(get("background-image")) && !has_vml),
        ("background", is_picture(get("background")) && !has_vml),
    ];
    let faults = faults.into_iter().filter_map(|(name, is_fault)| is_fault.then_some(name));
    for name in faults.chain(LAYOUT.into_iter().filter(|name| !get(name).is_empty())) {
        findings.add(rules::OUTLOOK, node.place(), format!("it has {name}: {}", short(get(name))));
    }
    let is_data = || page.below(number).iter().any(|at| page.node(*at).name == "th");
    if node.name == "table" && node.attribute("role").is_none() && !is_data() {
        findings.add(rules::TABLE_ROLE, node.place(), "the table has neither a role nor <th>");
    }
}

/// `<style>`, `<link>`, and what they do for dark themes and Outlook.
fn styles(page: &Page, findings: &mut Findings) {
    for (_, node) in page.all("link") {
        if node.attribute("rel").is_some_and(|rel| rel.to_ascii_lowercase().contains("stylesheet")) {
            findings.add(rules::EXTERNAL_CSS, node.place(), "a style sheet is to be fetched");
        }
    }
    let mut css = String::new();
    for (number, node) in page.all("style") {
        let text = page.text_of(number);
        if text.contains("@import") {
            findings.add(rules::EXTERNAL_CSS, node.place(), "a style sheet is to be fetched (@import)");
        }
        if !page.around(number).any(|one| one.name == "head") {
            findings.add(rules::STYLE_PLACE, node.place(), "it stands in the body");
        }
        css.push_str(&text);
    }
    if css.len() > STYLE.0 {
        let rule = if css.len() > STYLE.1 { rules::STYLE_DROPPED } else { rules::STYLE_SIZE };
        let place = page.all("style").next().map_or(Place::html(1), |(_, node)| node.place());
        findings.add(rule, place, format!("<style> has {}", kilobytes(css.len())));
    }
    if !css.contains("prefers-color-scheme") {
        findings.add(rules::DARK, Place::html(1), "there are no colours for a dark theme");
    } else if !page.knows_dark() {
        let what = "neither a <meta name=\"color-scheme\"> nor :root says that there is a dark theme";
        findings.add(rules::DARK, Place::html(1), what);
    }
    let is_bounded = |number: usize, node: &Node| {
        matches!(node.name.as_str(), "table" | "div" | "center")
            && node.attribute("width").is_none_or(|width| width.ends_with('%'))
            && page.is_shown(number)
            && page.declared(number).get("max-width").is_some_and(|value| !value.starts_with('0'))
    };
    let bounded = page.nodes().find(|(number, node)| is_bounded(*number, node));
    if let (false, Some((_, node))) = (page.has_comment("<table"), bounded) {
        findings.add(rules::OUTLOOK_WIDTH, node.place(), "its width is bounded by max-width alone");
    }
}

/// `lang` and `dir`, on `<html>` and again within, for mail programs strip `<html>` and `<body>`.
fn language(page: &Page, findings: &mut Findings) {
    let has_both = |node: &Node| {
        node.attribute("lang").is_some_and(|lang| !lang.trim().is_empty()) && node.attribute("dir").is_some()
    };
    let is_stripped = |node: &Node| ["html", "body"].contains(&node.name.as_str());
    let shown = page.nodes().filter(|(number, node)| !node.text.trim().is_empty() && page.is_shown(*number));
    let mut shown = shown.map(|(number, _)| number).peekable();
    let around_first = shown.peek().and_then(|first| {
        let above = page.numbers_around(*first).filter(|at| has_both(page.node(*at)));
        above.filter(|at| !is_stripped(page.node(*at))).last()
    });
    let is_around = |whole: usize, number: usize| page.numbers_around(number).any(|at| at == whole);
    if let Some((_, html)) = page.all("html").find(|(_, node)| !has_both(node)) {
        findings.add(rules::LANGUAGE, html.place(), "<html> does not have both lang and dir");
    } else if !around_first.is_some_and(|whole| shown.all(|number| is_around(whole, number))) {
        let what =
            "no element within <body> that holds all text has lang and dir, and mail programs strip <html>";
        findings.add(rules::LANGUAGE, Place::html(1), what);
    }
}

fn headings(page: &Page, findings: &mut Findings) {
    let level = |node: &Node| match node.name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    };
    let levels: Vec<(u8, &Node)> = page
        .nodes()
        .filter(|(number, _)| page.is_shown(*number))
        .filter_map(|(_, node)| level(node).map(|level| (level, node)))
        .collect();
    let first = levels.iter().filter(|(level, _)| *level == 1).count();
    if first != 1 {
        findings.add(rules::HEADINGS, Place::html(1), format!("there are {first} <h1>, and not one"));
    }
    for pair in levels.windows(2) {
        let ((one, _), (next, node)) = (&pair[0], &pair[1]);
        if *next > one + 1 {
            findings.add(rules::HEADINGS, node.place(), format!("<h{next}> follows <h{one}>"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_composer_calls_too_large_is_an_error_and_what_has_room_is_none() {
        for (size, rule) in [(CLIP / 5 * 4, None), (CLIP, Some("clip-near")), (CLIP + 1, Some("clip"))] {
            let mut findings = Findings::default();
            check_source(&"x".repeat(size), &mut findings);
            let found = findings.sorted().first().map(|finding| finding.rule.id);
            assert_eq!(found, rule, "{size} octets");
        }
    }
}
