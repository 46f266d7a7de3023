//! HTML that the sanitizer wrote, fitted into the mail: headings under the headline, pictures within the
//! measure, and no furniture of pages.

use std::borrow::Cow;

use url::Url;

use super::line;
use super::links::{Links, encoded};
use super::tag::{attribute, escaped, inner, split_tag, words_in};
use crate::config::Words;

/// The width of the text in the mail's layout, in pixels: no picture is wider.
const MEASURE: u32 = 536;

/// What a link says that leads from a heading to itself, or from a footnote to its mark.
const FURNITURE: [&str; 11] = ["#", "¶", "§", "🔗", "↩", "↩︎", "\u{21a9}\u{fe0f}", "^", "↑", "⤴", "\u{2693}"];

/// Where pictures are counters of readers: hosts, and how their paths begin there.
const COUNTERS: [(&str, &str); 11] = [
    ("feeds.feedburner.com", "/~"),
    ("pixel.wp.com", ""),
    ("stats.wordpress.com", ""),
    ("feedsportal.com", ""),
    ("doubleclick.net", ""),
    ("facebook.com", "/tr"),
    ("google-analytics.com", ""),
    ("scorecardresearch.com", ""),
    ("quantserve.com", ""),
    ("medium.com", "/_/stat"),
    ("blogger.googleusercontent.com", "/tracker"),
];

/// What counters are called on any host.
const COUNTING: [&str; 5] = ["pixel.gif", "pixel.png", "1x1.gif", "1x1.png", "1x1.jpg"];

/// What stands in an address in the place of a picture that a script loads later.
const PLACEHOLDERS: [&str; 8] =
    ["placeholder", "blank.gif", "spacer.gif", "transparent.", "lazyload", "lazy-load", "/1x1", "trans.gif"];

/// What a body is fitted under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Under<'a> {
    /// The level of the headline; at 0, above the first one, headings become bold lines.
    pub(super) level: u8,
    /// What it says: a body that says it again at its beginning need not.
    pub(super) headline: &'a str,
}

/// `clean`, which is what the sanitizer wrote, so that every `<` begins a tag and every value is quoted:
/// headings put under a headline, pictures put into the measure, and code running from the left in any
/// language. Links without an address are their words; those that only work on a page are out.
pub(super) fn fitted(clean: &str, under: Under<'_>, links: &Links<'_>, words: &Words) -> String {
    let mut fitted = String::with_capacity(clean.len() + 256);
    let mut headings = Headings { under: under.level, open: Vec::new() };
    let (mut in_link, mut in_pre, mut is_unlinked) = (false, false, false);
    let mut rest = clean;
    while let Some(start) = rest.find('<') {
        fitted.push_str(&rest[..start]);
        let (tag, after) = split_tag(&rest[start..]);
        rest = after;
        let name = tag.trim_matches(['<', '>', '/']).split_ascii_whitespace().next().unwrap_or_default();
        let is_end = tag.starts_with("</");
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => match inner(rest, name).filter(|_| !is_end) {
                Some((inside, after)) if is_needless(inside, &fitted, under) => rest = after,
                _ => fitted.push_str(&headings.shift(name, is_end)),
            },
            "img" => fitted.push_str(&picture(tag, in_link, links, words).unwrap_or_default()),
            "code" if in_pre => {} // As text it would be quoted twice.
            "code" | "pre" if !is_end && attribute(tag, "dir").is_none() => {
                in_pre |= name == "pre";
                fitted.push_str(&tag.replacen(name, &format!("{name} dir=\"ltr\""), 1));
            }
            "a" if is_end => {
                in_link = false;
                fitted.push_str(if std::mem::take(&mut is_unlinked) { "" } else { tag });
            }
            "a" => match inner(rest, "a") {
                Some((inside, after)) if is_furniture(tag, inside, links, words) => rest = after,
                _ => {
                    is_unlinked = attribute(tag, "href").is_none();
                    in_link = !is_unlinked;
                    fitted.push_str(if is_unlinked { "" } else { tag });
                }
            },
            _ => {
                in_pre = if name == "pre" { !is_end } else { in_pre };
                fitted.push_str(tag);
            }
        }
    }
    fitted.push_str(rest);
    fitted
}

/// Whether a heading says nothing, or at the very beginning what the headline says.
fn is_needless(inside: &str, before: &str, under: Under<'_>) -> bool {
    let says = words_in(inside);
    let repeats = || before.trim().is_empty() && letters(&line::plain(&says)) == letters(under.headline);
    !inside.contains("<img") && (says.trim().is_empty() || repeats())
}

/// The letters and digits of a text, by which it is compared with a headline.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a link shows nothing, or nothing but a sign that leads to a place on its own page.
fn is_furniture(tag: &str, inside: &str, links: &Links<'_>, words: &Words) -> bool {
    let has_picture = inside
        .match_indices("<img")
        .any(|(at, _)| picture(split_tag(&inside[at..]).0, true, links, words).is_some());
    let says = words_in(inside);
    let leads_on_page = || {
        let Some((page, _)) = attribute(tag, "href")?.split_once('#') else { return Some(false) };
        let base = links.base?.as_str();
        Some(page == escaped(base.split('#').next().unwrap_or(base)))
    };
    let is_sign = || FURNITURE.contains(&says.trim()) && leads_on_page().unwrap_or(true);
    !has_picture && (says.trim().is_empty() || is_sign())
}

/// The levels of a body's headings, as they are nested.
struct Headings {
    under: u8,
    open: Vec<u8>,
}

impl Headings {
    /// The tag of a heading: one level below the last heading that is above it, and none below the sixth.
    fn shift(&mut self, name: &str, is_end: bool) -> String {
        if self.under == 0 {
            return if is_end { "</strong></p>" } else { "<p><strong>" }.to_owned();
        }
        let own = name.as_bytes()[1] - b'0';
        if !is_end {
            while self.open.last().is_some_and(|open| *open >= own) {
                self.open.pop();
            }
            self.open.push(own);
        }
        let depth = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        let level = self.under.saturating_add(depth).min(6);
        format!("<{}h{level}>", if is_end { "/" } else { "" })
    }
}

/// A picture within the measure, or `None` where it has no address, or counts readers.
///
/// `width` is for clients that know no CSS; where its size is not known it is the measure, and the
/// stylesheet lets the picture's own width count.
fn picture(tag: &str, in_link: bool, links: &Links<'_>, words: &Words) -> Option<String> {
    let source = source(tag, links)?;
    let pixels = |value: &str| value.trim().trim_end_matches("px").parse::<u32>().ok();
    let width = attribute(tag, "width").and_then(pixels);
    let style = attribute(tag, "style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    let styled = |name| style.split(';').find_map(|rule| pixels(rule.strip_prefix(name)?.strip_prefix(':')?));
    let sizes = [width, attribute(tag, "height").and_then(pixels), styled("width"), styled("height")];
    let is_hidden = style.contains("display:none") || style.contains("visibility:hidden");
    if is_hidden || counts(&source) || sizes.into_iter().flatten().any(|size| size <= 1) {
        return None;
    }
    let alt = attribute(tag, "alt").unwrap_or_default();
    // What the sanitizer wrote is escaped; the user's word is not.
    let alt = match alt.trim() {
        "" if in_link => Cow::Owned(escaped(&words.picture)),
        _ => Cow::Borrowed(alt),
    };
    let width = width.unwrap_or(MEASURE).min(MEASURE);
    Some(format!(r#"<img src="{source}" alt="{alt}" width="{width}">"#))
}

/// Whether a picture at `source` is a counter.
fn counts(source: &str) -> bool {
    let Ok(url) = Url::parse(source) else { return false };
    let (host, path) = (url.host_str().unwrap_or_default(), url.path());
    let is_on = |site: &str| host.strip_suffix(site).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    let begins = |begin: &str| {
        let rest = path.strip_prefix(begin);
        rest.is_some_and(|rest| begin.ends_with('~') || rest.is_empty() || rest.starts_with('/'))
    };
    COUNTERS.iter().any(|(site, begin)| is_on(site) && begins(begin))
        || path.rsplit('/').next().is_some_and(|name| COUNTING.contains(&name))
}

/// The address of a picture: where a script would have put another in its place, that one.
fn source(tag: &str, links: &Links<'_>) -> Option<String> {
    let written = attribute(tag, "src").filter(|source| source.starts_with("http"));
    let is_placeholder = |source: &str| PLACEHOLDERS.iter().any(|placeholder| source.contains(placeholder));
    if let Some(source) = written.filter(|source| !is_placeholder(source)) {
        return Some(source.to_owned());
    }
    let later = ["data-src", "data-lazy-src", "data-original"].iter().find_map(|name| attribute(tag, name));
    let set = || ["srcset", "data-srcset"].iter().find_map(|name| widest(attribute(tag, name)?));
    let absolute = |found: &str| {
        let found = found.replace("&amp;", "&");
        let url = Url::parse(&found).ok().or_else(|| Url::parse(&links.absolute(&found)?).ok())?;
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web.then(|| encoded(url.as_str()).replace('&', "&amp;").replace('"', "%22"))
    };
    later.or_else(set).and_then(absolute).or_else(|| written.map(str::to_owned))
}

/// Of a `srcset`, what is widest: its parts are an address, mostly with a width or a density, and a comma.
fn widest(set: &str) -> Option<&str> {
    let mut tokens = set.split_ascii_whitespace();
    let mut widest: Option<(&str, f32)> = None;
    while let Some(url) = tokens.next() {
        let size = if url.ends_with(',') { None } else { tokens.next() };
        let size = size.and_then(|size| size.trim_end_matches([',', 'w', 'x']).parse().ok()).unwrap_or(1.0);
        if widest.is_none_or(|(_, most)| size > most) {
            widest = Some((url.trim_end_matches(','), size));
        }
    }
    widest.map(|(url, _)| url)
}
