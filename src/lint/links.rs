//! Rules about links: where they lead, and what they say.

use super::finding::{Findings, Place};
use super::leaving::Exits;
use super::letter::Letter;
use super::page::Page;
use super::rules;
use super::tree::short;

/// What a link may lead to: what mail programs open.
const SCHEMES: [&str; 7] = ["https", "http", "mailto", "tel", "sms", "webcal", "xmpp"];

/// What says nothing without the words around it, in the languages of the fixed words.
const EMPTY_WORDS: &[&str] = &[
    "click here",
    "click",
    "here",
    "this link",
    "this",
    "link",
    "tap here", // English.
    "hier",
    "hier klicken",
    "klicken sie hier",
    "klick hier",
    "klicke hier",
    "klicken",
    "dieser link", // German.
    "ici",
    "cliquez ici",
    "clique ici",
    "cliquer ici",
    "ce lien",
    "lien", // French.
    "aquí",
    "aqui",
    "haz clic aquí",
    "haga clic aquí",
    "pulse aquí",
    "pulsa aquí",
    "clic aquí",
    "este enlace", // Spanish.
    "هنا",
    "اضغط هنا",
    "انقر هنا",
    "هذا الرابط", // Arabic.
    "こちら",
    "こちらをクリック",
    "ここをクリック",
    "ここ",
    "クリック",
    "リンク", // Japanese.
];

/// The links of a page that a plaintext can hold: those that lead out of it.
pub(super) fn outward(page: &Page) -> impl Iterator<Item = (usize, &str)> {
    let links = page.all("a").filter_map(|(number, node)| Some((number, node.attribute("href")?.trim())));
    links.filter(|(_, href)| !href.starts_with('#'))
}

pub(super) fn check(letter: &Letter<'_>, page: &Page, findings: &mut Findings) {
    for (number, href) in outward(page) {
        let place = || page.node(number).place();
        scheme(href, place(), findings);
        let text = page.text_of(number).to_lowercase();
        let text = text.trim_matches(|c: char| !c.is_alphanumeric());
        if EMPTY_WORDS.contains(&text.split_whitespace().collect::<Vec<_>>().join(" ").as_str()) {
            findings.add(rules::LINK_TEXT, place(), format!("it says “{text}”"));
        }
    }
    let shown = outward(page).filter(|(number, _)| page.is_shown(*number));
    if !Exits::of(letter).has_way_out(page, shown) {
        findings.add(rules::UNSUBSCRIBE_HTML, Place::html(1), "no link in the HTML leads out of the list");
    }
}

fn scheme(href: &str, place: Place, findings: &mut Findings) {
    match href.split_once(':') {
        // What a merge tag would have been is told as that.
        _ if super::merge::tag(href).is_some() => {}
        Some((scheme, _)) if SCHEMES.iter().any(|one| scheme.eq_ignore_ascii_case(one)) => {}
        Some((scheme, _))
            if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            findings.add(rules::LINK_SCHEME, place, format!("it leads to {scheme}:"));
        }
        _ => findings.add(rules::LINK_RELATIVE, place, format!("{:?} is no whole address", short(href))),
    }
}
