//! Rules about links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::finding::{Findings, Place};
use super::headers::unsubscribe_uris;
use super::letter::Letter;
use super::page::{Page, short};
use super::rules;

/// What a link may lead to.
const SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];
/// What says nothing without the words around it.
const EMPTY_WORDS: [&str; 6] = ["click here", "here", "this link", "link", "hier", "ici"];
/// Parameters that tell who came from where.
const TRACKING: [&str; 5] = ["utm_source=", "utm_medium=", "utm_campaign=", "mc_eid=", "fbclid="];
/// How addresses of pages for leaving are named, in the languages of the newsletters that we know.
const LEAVING: [&str; 7] = ["unsub", "opt-out", "optout", "abmeld", "abbestell", "desabonn", "desinscri"];

/// The links of a page that a plaintext can hold: those that lead out of it.
pub(super) fn outward(page: &Page) -> impl Iterator<Item = (usize, &str)> {
    let links = page.all("a").filter_map(|(number, node)| Some((number, node.attribute("href")?.trim())));
    links.filter(|(_, href)| !href.starts_with('#'))
}

/// Whether an address is one to leave at: one of List-Unsubscribe, or one that says so.
pub(super) fn leaves(letter: &Letter<'_>, address: &str) -> bool {
    let folded = address.to_ascii_lowercase();
    unsubscribe_uris(letter).iter().any(|uri| uri == address)
        || LEAVING.iter().any(|word| folded.contains(word))
}

pub(super) fn check(letter: &Letter<'_>, page: &Page, findings: &mut Findings) {
    let recipients = letter.recipients();
    for (number, href) in outward(page) {
        let place = || page.node(number).place();
        scheme(href, place(), findings);
        let text = page.text_of(number).trim().to_lowercase();
        if EMPTY_WORDS.contains(&text.as_str()) {
            findings.add(rules::LINK_TEXT, place(), format!("it says “{text}”"));
        }
        if let Some(parameter) = TRACKING.iter().find(|parameter| href.contains(**parameter)) {
            findings.add(
                rules::LINK_TRACKING,
                place(),
                format!("it has {}", parameter.trim_end_matches('=')),
            );
        }
        if recipients.iter().any(|address| names(href, address)) {
            findings.add(rules::LINK_ADDRESS, place(), "it holds the reader's address");
        }
    }
    // What readers know as the way out may be in any language; the address tells.
    if !outward(page).any(|(number, href)| leaves(letter, href) && page.is_shown(number)) {
        findings.add(rules::UNSUBSCRIBE_HTML, Place::html(1), "no link in the HTML leads out of the list");
    }
}

fn scheme(href: &str, place: Place, findings: &mut Findings) {
    match href.split_once(':') {
        Some((scheme, _)) if SCHEMES.iter().any(|one| scheme.eq_ignore_ascii_case(one)) => {}
        Some((scheme, _))
            if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            findings.add(rules::LINK_SCHEME, place, format!("it leads to {scheme}:"));
        }
        _ => findings.add(rules::LINK_RELATIVE, place, format!("{:?} is no whole address", short(href))),
    }
}

/// Whether a web address holds a mail address, plain, escaped or in base64.
fn names(href: &str, address: &str) -> bool {
    let (href, address) = (href.to_ascii_lowercase(), address.to_ascii_lowercase());
    let encoded = URL_SAFE_NO_PAD.encode(&address).to_ascii_lowercase();
    href.starts_with("http")
        && [address.clone(), address.replace('@', "%40"), encoded].iter().any(|form| href.contains(form))
}
