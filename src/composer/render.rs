//! The templates of `templates/digest/`, and what they are given.

use askama::Template;
use css_inline::{CSSInliner, InlineOptions};

use super::accent::Accent;
use super::error::Error;
use super::page::Page;
use super::plain;

#[derive(Template)]
#[template(path = "digest/body.html")]
struct HtmlBody<'a> {
    view: &'a Page<'a>,
}

/// What is put into the elements of the HTML.
#[derive(Template)]
#[template(path = "digest/style.css", escape = "none")]
struct Style<'a> {
    accent: &'a Accent,
    headline_font: &'a str,
    font: &'a str,
    /// The side where lines begin, and the other one.
    side: &'static str,
    other: &'static str,
    rtl: bool,
    /// Whether letters may be set apart, which would tear Arabic words and loosen Chinese and Japanese lines.
    tracked: bool,
}

#[derive(Template)]
#[template(path = "digest/body.txt")]
struct TextBody<'a> {
    view: &'a Page<'a>,
}

impl TextBody<'_> {
    /// The line under the masthead.
    fn dateline(&self) -> String {
        let Page { digest, number, date, count, .. } = self.view;
        let parts = [Some(digest), Some(date), number.as_ref(), Some(count)];
        plain::joined(parts.into_iter().flatten().map(String::as_str), " · ")
    }
}

#[derive(Template)]
#[template(path = "digest/subject.txt")]
struct PlainSubject<'a> {
    digest: &'a str,
    date: &'a str,
    comma: &'a str,
}

/// The subject of an issue whose own template left it empty.
///
/// # Errors
/// When the template fails.
pub(super) fn plain_subject(digest: &str, date: &str, comma: &str) -> Result<String, Error> {
    PlainSubject { digest, date, comma }.render().map_err(failed("subject"))
}

/// The HTML part. Its styles are put into the elements, for clients that keep no stylesheet; only
/// what depends on the screen stays in one.
///
/// # Errors
/// When the template fails, or its styles are wrong.
pub(super) fn html(page: &Page<'_>) -> Result<String, Error> {
    let html = HtmlBody { view: page }.render().map_err(failed("HTML"))?;
    let rtl = page.direction == "rtl";
    let (side, other) = if rtl { ("right", "left") } else { ("left", "right") };
    let tracked = !rtl && !["ja", "ko", "zh"].iter().any(|code| page.language.starts_with(code));
    let style = Style {
        accent: &page.accent,
        headline_font: page.headline_font,
        font: page.font,
        side,
        other,
        rtl,
        tracked,
    }
    .render()
    .map_err(failed("style"))?;
    let options = InlineOptions {
        inline_style_tags: false,
        keep_style_tags: true,
        load_remote_stylesheets: false,
        minify_css: true,
        extra_css: Some(style.into()),
        ..InlineOptions::default()
    };
    Ok(CSSInliner::new(options).inline(&html)?)
}

/// The text part.
///
/// # Errors
/// When the template fails.
pub(super) fn text(page: &Page<'_>) -> Result<String, Error> {
    let text = TextBody { view: page }.render().map_err(failed("text"))?;
    Ok(plain::guard_lines(&text))
}

/// The error of a template that failed.
fn failed(part: &'static str) -> impl FnOnce(askama::Error) -> Error {
    move |source| Error::Template { part, source }
}
