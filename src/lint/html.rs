//! Rules about the HTML, but for its pictures and links.

use super::colour::Colour;
use super::finding::{Findings, Place};
use super::page::{Node, Page, short};
use super::rules;

/// Where Gmail cuts, in octets of the decoded part.
const CLIP: usize = 102 * 1024;
/// The most of `<style>`, in octets.
const STYLE: usize = 8 * 1024;
/// What no mail program runs, or what makes filters suspicious.
const ACTIVE: [&str; 14] = [
    "script", "form", "input", "button", "select", "textarea", "iframe", "frame", "frameset", "object",
    "embed", "applet", "base", "audio",
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

fn kilobytes(size: usize) -> String {
    format!("{}.{} KB", size / 1024, size % 1024 * 10 / 1024)
}

pub(super) fn check(page: &Page, findings: &mut Findings) {
    for (number, node) in page.nodes() {
        if ACTIVE.contains(&node.name.as_str()) {
            findings.add(rules::ACTIVE, node.place(), format!("there is a <{}>", node.name));
        }
        for handler in node.attributes().filter(|name| name.starts_with("on")) {
            findings.add(rules::HANDLER, node.place(), format!("it has {handler}"));
        }
        layout(page, number, node, findings);
    }
    styles(page, findings);
    language(page, findings);
    if page.all("title").all(|(number, _)| page.text_of(number).trim().is_empty()) {
        findings.add(rules::TITLE, Place::html(1), "there is no <title>");
    }
    headings(page, findings);
    for (number, node) in page.nodes() {
        if !node.text.trim().is_empty() && page.is_shown(number) {
            legible(page, number, node, findings);
        }
    }
    preheader(page, findings);
}

/// What Outlook for Windows cannot lay out, and tables that a screen reader would read as data.
fn layout(page: &Page, number: usize, node: &Node, findings: &mut Findings) {
    let display = node.style("display").unwrap_or_default();
    let faults = [
        ("display", ["flex", "inline-flex", "grid", "inline-grid"].contains(&display.as_str())),
        ("position", node.style("position").is_some_and(|value| value != "static")),
        ("background-image", node.style("background-image").is_some_and(|value| value != "none")),
    ];
    for (property, _) in faults.into_iter().filter(|(_, is_fault)| *is_fault) {
        let value = node.style(property).unwrap_or_default();
        findings.add(rules::OUTLOOK, node.place(), format!("it has {property}: {}", short(&value)));
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
        if css.len() > STYLE && css.len() - text.len() <= STYLE {
            findings.add(rules::STYLE_SIZE, node.place(), format!("<style> has {}", kilobytes(css.len())));
        }
    }
    if !css.contains("prefers-color-scheme") {
        findings.add(rules::DARK, Place::html(1), "there are no colours for a dark theme");
    }
    let has_mso = page.nodes().any(|(_, node)| {
        node.comment.as_deref().is_some_and(|text| text.contains("[if mso") || text.contains("[if (gte mso"))
    });
    let is_bounded = page.nodes().find(|(_, node)| node.name == "table" && node.style("max-width").is_some());
    if let (false, Some((_, node))) = (has_mso, is_bounded) {
        findings.add(rules::OUTLOOK_WIDTH, node.place(), "its width is bounded by max-width alone");
    }
}

/// `lang` and `dir`, on `<html>` and again within, for mail programs strip `<html>` and `<body>`.
fn language(page: &Page, findings: &mut Findings) {
    let has_both = |node: &Node| {
        node.attribute("lang").is_some_and(|lang| !lang.trim().is_empty()) && node.attribute("dir").is_some()
    };
    if let Some((_, html)) = page.all("html").find(|(_, node)| !has_both(node)) {
        findings.add(rules::LANGUAGE, html.place(), "<html> does not have both lang and dir");
    } else if !page.nodes().any(|(_, node)| !["html", "body"].contains(&node.name.as_str()) && has_both(node))
    {
        let what = "nothing within <body> has lang and dir, and mail programs strip <html>";
        findings.add(rules::LANGUAGE, Place::html(1), what);
    }
}

fn headings(page: &Page, findings: &mut Findings) {
    let level = |node: &Node| match node.name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    };
    let levels: Vec<(u8, &Node)> =
        page.nodes().filter_map(|(_, node)| level(node).map(|level| (level, node))).collect();
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

/// Size and contrast of a text, by the inline styles around it.
fn legible(page: &Page, number: usize, text: &Node, findings: &mut Findings) {
    let inherited = |property: &str| page.around(number).find_map(|node| node.style(property));
    let pixels = inherited("font-size").and_then(|size| size.strip_suffix("px")?.trim().parse::<f64>().ok());
    let place = page.around(number).next().map_or(Place::html(text.line), Node::place);
    let shown = short(text.text.trim());
    if let Some(size) = pixels.filter(|size| *size < 13.0) {
        findings.add(rules::FONT_SIZE, place.clone(), format!("“{shown}” is {size} px high"));
    }
    let ground = page.around(number).find_map(|node| {
        node.style("background-color")
            .or_else(|| node.style("background"))
            .or_else(|| node.attribute("bgcolor").map(str::to_owned))
    });
    let colour = inherited("color").map_or(Some(Colour::BLACK), |name| Colour::parse(&name));
    let ground = ground.map_or(Some(Colour::WHITE), |name| Colour::parse(&name));
    let (Some(colour), Some(ground)) = (colour, ground) else { return };
    let is_bold = inherited("font-weight").is_some_and(|weight| weight == "bold" || weight.as_str() >= "700");
    let is_large = pixels.is_some_and(|size| size >= 24.0 || (is_bold && size >= 18.66));
    let contrast = colour.contrast(ground);
    if contrast < if is_large { 3.0 } else { 4.5 } {
        findings.add(rules::CONTRAST, place, format!("“{shown}” has a contrast of {contrast:.1} to 1"));
    }
}

/// The first text of the body, hidden or not: what an inbox shows beside the subject.
fn preheader(page: &Page, findings: &mut Findings) {
    let in_body = |number: usize| {
        page.around(number).any(|node| node.name == "body")
            && !page.around(number).any(|node| node.name == "style")
    };
    let first = page.nodes().find(|(number, node)| !node.text.trim().is_empty() && in_body(*number));
    let Some((_, node)) = first else { return };
    let length = node.text.trim().chars().count();
    if !(40..=110).contains(&length) {
        let what = format!("the first text has {length} characters: “{}”", short(node.text.trim()));
        findings.add(rules::PREHEADER, Place::html(node.line), what);
    }
}
