//! Lint: what would hurt a message in an inbox. Each rule of [`RULES`] names its source and a remedy;
//! [`lint`] holds a finished message to all of them. Pure: any message will do, also one that another
//! program made.

mod rules;
mod finding;
mod letter;
mod colour;
mod tree;
mod sheet;
mod look;
mod page;
mod headers;
mod words;
mod dkim;
mod mime;
mod merge;
mod html;
mod legible;
mod preheader;
mod tracking;
mod pictures;
mod leaving;
mod links;
mod text;
mod known;
mod anatomy;

pub use anatomy::{Anatomy, Header, Link, Part};
pub use finding::{Finding, Group, Place, grouped};
pub use known::Known;
pub(crate) use letter::{Letter, kind};
pub use rules::{RULES, Rule, Severity};

use finding::Findings;
use page::Page;

/// What is wrong with a message (RFC 5322, as it goes over the wire or lies in an `.eml` file): errors first,
/// then warnings, then notes, each group in the order of the message. `known` is what is known beside it, of a
/// message that tidings made.
#[must_use]
pub fn lint(message: &[u8], known: Option<&Known<'_>>) -> Vec<Finding> {
    let mut findings = Findings::default();
    let letter = Letter::new(message);
    // A page of HTML has lines that look like headers.
    if letter.fields.is_empty() || message.trim_ascii_start().starts_with(b"<") {
        let what = if message.is_empty() { "it is empty" } else { "it does not begin with a header" };
        findings.add(rules::NO_MESSAGE, Place::Message(Some(1)), what);
        return findings.sorted();
    }
    headers::check(&letter, &mut findings);
    words::check(&letter, &mut findings);
    dkim::check(&letter, &mut findings);
    mime::check(&letter, &mut findings);
    let page = letter.html().and_then(|source| parse(source, &mut findings));
    merge::check(&letter, page.as_ref(), &mut findings);
    if let Some(page) = &page {
        html::check(page, &mut findings);
        legible::check(page, &mut findings);
        preheader::check(&letter, page, &mut findings);
        pictures::check(page, &mut findings);
        links::check(&letter, page, &mut findings);
        tracking::check(&letter, page, &mut findings);
    }
    text::check(&letter, page.as_ref(), &mut findings);
    if let Some(known) = known {
        known::check(known, &letter, page.as_ref(), &mut findings);
    }
    findings.sorted()
}

/// The page, if it can be read.
fn parse(source: &str, findings: &mut Findings) -> Option<Page> {
    html::check_source(source, findings);
    let page = Page::parse(source).ok();
    if page.is_none() {
        let what = "the HTML is too large, or nested too deeply, to be read";
        findings.add(rules::HTML_UNFIT, Place::html(1), what);
    }
    page
}

/// Whether a message with these findings should not be sent.
#[must_use]
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.rule.severity == Severity::Error)
}

#[cfg(test)]
mod tests;
