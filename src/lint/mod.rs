//! Lint: what would hurt a message in an inbox. Each rule of [`RULES`] names its source and a remedy;
//! [`lint`] holds a finished message to all of them. Pure: any message will do, also one that another
//! program made.

mod rules;
mod finding;
mod letter;
mod page;
mod colour;
mod headers;
mod words;
mod dkim;
mod mime;
mod html;
mod pictures;
mod links;
mod text;

pub use finding::{Finding, Place};
pub use rules::{RULES, Rule, Severity};

use finding::Findings;
use letter::Letter;
use page::Page;

/// What is wrong with a message (RFC 5322, as it goes over the wire or lies in an `.eml` file): errors first,
/// then warnings, then notes, each group in the order of the message.
#[must_use]
pub fn lint(message: &[u8]) -> Vec<Finding> {
    let mut findings = Findings::default();
    let letter = Letter::new(message);
    headers::check(&letter, &mut findings);
    words::check(&letter, &mut findings);
    dkim::check(&letter, &mut findings);
    mime::check(&letter, &mut findings);
    let page = letter.html().and_then(|source| {
        html::check_source(source, &mut findings);
        let page = Page::parse(source).ok();
        if page.is_none() {
            let what = "the HTML is too large, or nested too deeply, to be read";
            findings.add(rules::HTML_UNFIT, Place::html(1), what);
        }
        page
    });
    if let Some(page) = &page {
        html::check(page, &mut findings);
        pictures::check(page, &mut findings);
        links::check(&letter, page, &mut findings);
    }
    text::check(&letter, page.as_ref(), &mut findings);
    findings.sorted()
}

/// Whether a message with these findings should not be sent.
#[must_use]
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.rule.severity == Severity::Error)
}

#[cfg(test)]
mod tests;
