//! Rules about pictures.

use std::collections::HashSet;

use super::finding::Findings;
use super::page::Page;
use super::rules;
use super::tracking::is_pixel;
use super::tree::short;

/// The narrowest screen, in pixels: what is wider must shrink.
const NARROWEST: u32 = 320;

pub(super) fn check(page: &Page, findings: &mut Findings) {
    let wordless = wordless_links(page);
    let is_whole_link = |number| page.nearest(number, "a").is_some_and(|link| wordless.contains(&link));
    for (number, node) in page.all("img") {
        if is_pixel(page, number, node) {
            findings.add(
                rules::PIXEL,
                node.place(),
                "nobody sees it, and fetching it tells that somebody reads",
            );
            continue;
        }
        match node.attribute("alt") {
            None => findings.add(rules::IMG_ALT, node.place(), "it has no alt"),
            Some(alt) if alt.trim().is_empty() && is_whole_link(number) => {
                findings.add(rules::IMG_ALT, node.place(), "it is a link, and its alt is empty");
            }
            Some(alt) if is_file_name(alt) => {
                findings.add(rules::IMG_ALT, node.place(), format!("its alt is a file's name, {alt:?}"));
            }
            Some(_) => {}
        }
        let declared = page.declared(number);
        let width = node.attribute("width");
        if width.is_none() {
            findings.add(rules::IMG_WIDTH, node.place(), "it has no width");
        }
        // Where `<style>` is stripped, only a share of what is around it lets it shrink.
        let is_share = |name| declared.get(name).is_some_and(|value| value.ends_with('%'));
        let is_bounded = is_share("max-width") || is_share("width");
        if !is_bounded && width.is_none_or(|width| width.parse().is_ok_and(|pixels: u32| pixels > NARROWEST))
        {
            findings.add(rules::IMG_OVERFLOW, node.place(), "it may be wider than a telephone");
        }
        let source = node.attribute("src").unwrap_or_default();
        let is_reachable = source.starts_with("https:") || source.starts_with("cid:");
        if !is_reachable && super::merge::tag(source).is_none() {
            findings.add(rules::IMG_SOURCE, node.place(), format!("its address is {:?}", short(source)));
        }
    }
}

fn is_file_name(alt: &str) -> bool {
    let alt = alt.trim().to_ascii_lowercase();
    !alt.contains(' ') && [".jpg", ".jpeg", ".png", ".gif", ".webp"].iter().any(|end| alt.ends_with(end))
}

/// The links that show pictures and nothing else.
fn wordless_links(page: &Page) -> HashSet<usize> {
    let links = page.all("a").map(|(number, _)| number);
    links.filter(|number| page.text_of(*number).trim().is_empty()).collect()
}
