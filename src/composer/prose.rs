//! Bodies and notes as HTML that is fit for a mail: allow-listed, absolute, under one headline.

use super::allowed::{ALLOWED, WITH_EMBEDS, WORDS};
use super::fitted::{Under, fitted};
use super::links::Links;
use super::nesting::{self, Unfit};
use super::{content_model, contents, embed, line, markdown, plain, shortcode, tail};
use crate::article::{Body, Markup};
use crate::config::Words;

/// What an author wrote, ready for both parts of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prose {
    /// As an HTML fragment.
    pub(super) html: String,
    /// As text in lines.
    pub(super) text: String,
}

impl Prose {
    /// Whether it says nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.html.contains("<img")
    }

    /// Whether it runs the other way than the mail around it, as its first letter tells, so that its lists and
    /// quotes begin at the other side.
    pub(super) fn runs_against(&self, direction: &str) -> bool {
        line::runs(self.text.chars()).is_some_and(|own| own != direction)
    }
}

/// Renders `body` to stand under a headline: its own headings begin one level below, and none is skipped.
///
/// # Errors
/// When it is too much for a mail, or for the HTML libraries.
pub(super) fn render(
    body: &Body,
    links: &Links<'_>,
    under: Under<'_>,
    words: &Words,
) -> Result<Prose, Unfit> {
    let mut html = to_html(body, Some(words))?;
    if embed::may_be_in(&html) {
        let linked = links.resolved(&WITH_EMBEDS.clean(&html).to_string());
        html = embed::into_links(&linked, words);
    }
    let clean = links.resolved(&ALLOWED.clean(&html).to_string());
    let mended = content_model::mended(&contents::without(&clean, links.base));
    let mut html = fitted(&mended, under, links, words);
    tail::take_off(&mut html, links.base);
    Ok(Prose { text: plain::document(&html), html })
}

/// The words of `body` on one line, without headings, pictures, code blocks, tables and captions.
///
/// # Errors
/// As [`render`].
pub(super) fn words(body: &Body) -> Result<String, Unfit> {
    if is_bare(&body.source) {
        return Ok(line::tidy(&body.source));
    }
    let html = to_html(body, None)?;
    Ok(plain::flat(&WORDS.clean(&html).to_string()))
}

/// Whether a text is what it looks like in Markdown and HTML: words and stops on one line, as most summaries are.
fn is_bare(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && !text.starts_with("www")
        && text.chars().all(|c| c.is_alphanumeric() || " .,;?!%()–—‘’“”…'\"/-".contains(c))
}

/// Whether `body` can be shown in full; where it cannot, an issue shows its summary and a link.
///
/// # Errors
/// When it is too much for a mail, or for the HTML libraries.
pub fn check(body: &Body) -> Result<(), Unfit> {
    to_html(body, None).map(drop)
}

/// `body` as HTML that passed the pre-scan, not yet safe. With `words` the shortcodes that are known are replaced.
fn to_html(body: &Body, words: Option<&Words>) -> Result<String, Unfit> {
    nesting::check_length(&body.source)?;
    let source = shortcode::without(&body.source, body.markup, markdown::OPTIONS, words);
    let html = match body.markup {
        Markup::Html => source,
        Markup::Markdown | Markup::Mdx => markdown::to_html(&source),
    };
    nesting::check(&html)?;
    Ok(html)
}

#[cfg(test)]
mod tests;
