//! Rules about pictures.

use super::finding::Findings;
use super::page::{Node, Page, short};
use super::rules;

/// The narrowest screen, in pixels: what is wider must shrink.
const NARROWEST: u32 = 320;

pub(super) fn check(page: &Page, findings: &mut Findings) {
    for (number, node) in page.all("img") {
        if is_pixel(node) {
            findings.add(rules::PIXEL, node.place(), "it is too small to be seen");
            continue;
        }
        match node.attribute("alt") {
            None => findings.add(rules::IMG_ALT, node.place(), "it has no alt"),
            Some(alt) if alt.trim().is_empty() && is_whole_link(page, number) => {
                findings.add(rules::IMG_ALT, node.place(), "it is a link, and its alt is empty");
            }
            Some(_) => {}
        }
        let width = node.attribute("width");
        if width.is_none() {
            findings.add(rules::IMG_WIDTH, node.place(), "it has no width");
        }
        let is_bounded = node.style("max-width").is_some() || node.style("width").as_deref() == Some("100%");
        if !is_bounded && width.is_none_or(|width| width.parse().is_ok_and(|pixels: u32| pixels > NARROWEST))
        {
            findings.add(rules::IMG_OVERFLOW, node.place(), "it may be wider than a telephone");
        }
        let source = node.attribute("src").unwrap_or_default();
        if !source.starts_with("https:") && !source.starts_with("cid:") {
            findings.add(rules::IMG_SOURCE, node.place(), format!("its address is {:?}", short(source)));
        }
    }
}

fn is_pixel(node: &Node) -> bool {
    let tiny = |value: &str| matches!(value.trim_end_matches("px").trim(), "0" | "1");
    ["width", "height"].into_iter().any(|side| {
        node.attribute(side).is_some_and(tiny) || node.style(side).is_some_and(|value| tiny(&value))
    })
}

/// Whether a picture is all that its link shows.
fn is_whole_link(page: &Page, number: usize) -> bool {
    page.nearest(number, "a").is_some_and(|link| page.text_of(link).trim().is_empty())
}
