//! How a mail program shows a mail: its width, its theme, and what it leaves out.
//!
//! The HTML is changed as little as can be, so that any browser shows it so, whatever theme its system has. What it may do
//! is said by [`policy`], which is to be sent with it, stands also in its head, and which no HTML gets around.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{SHA256, digest};

use super::markup::{Part, Tag, opening, parts};

/// The frames that the mail is shown in, beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Frames {
    /// A phone's and a desktop's.
    #[default]
    Both,
    /// 375 pixels wide.
    Phone,
    /// 768 pixels wide.
    Tablet,
    /// 1024 pixels wide.
    Desktop,
    /// None: the plaintext, at 72 columns.
    Text,
}

impl Frames {
    /// Each with its name in addresses.
    pub const NAMED: [(&str, Self); 5] = [
        ("both", Self::Both),
        ("phone", Self::Phone),
        ("tablet", Self::Tablet),
        ("desktop", Self::Desktop),
        ("text", Self::Text),
    ];
}

/// The theme that a mail is read in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Light.
    #[default]
    Light,
    /// Dark, in programs that let a mail say how: Apple Mail's.
    Dark,
    /// Dark, in programs that change its colours by themselves, as some of Gmail's and Outlook's do: simulated.
    Forced,
}

impl Scheme {
    /// Each with its name in addresses.
    pub const NAMED: [(&str, Self); 3] =
        [("light", Self::Light), ("dark", Self::Dark), ("forced", Self::Forced)];
}

/// What a mail program makes of a mail's HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dress {
    /// The theme.
    pub scheme: Scheme,
    /// Whether it loads pictures.
    pub images: bool,
    /// Whether it keeps `<style>` elements.
    pub styles: bool,
}

impl Default for Dress {
    fn default() -> Self {
        Self { scheme: Scheme::Light, images: true, styles: true }
    }
}

/// A condition of a style sheet that always holds, and one that never does.
const ALWAYS: &str = "(min-width:0px)";
const NEVER: &str = "(max-width:-1px)";

/// The media feature that tells the reader's theme (Media Queries 5).
const FEATURE: &str = "prefers-color-scheme";

/// Turns colours round, and turns pictures back: what some programs do to a mail that they think is light. Each does it a
/// little differently, and some spare what is dark already.
const FORCED: &str = "html{background-color:#fff!important;filter:invert(1) hue-rotate(180deg)!important}\
    img,svg,video{filter:invert(1) hue-rotate(180deg)!important}";

/// The HTML of a mail as a program of this dress shows it: for a frame without scripts that is served with [`policy`].
///
/// - What a mail says for the other theme never holds, and what it says for this one always does, in style sheets and in
///   `media`. A dark that is [`Scheme::Forced`] is of programs that know no theme but the light one.
/// - Default colours are those of the theme, where the mail says that it has both (`color-scheme`).
/// - Links open in a new tab, and no `<link>` is left.
///
/// Where a mail says no colour of its own, its frame may be transparent: the frame's own background is to be `Canvas`, and
/// its `color-scheme` that of the dress.
#[must_use]
pub(super) fn dressed(html: &str, dress: Dress) -> String {
    let parts = parts(html);
    let mut edits = unlinked(html);
    for part in &parts {
        match part {
            Part::Sheet(sheet) => edits.extend(themed(html, sheet.clone(), dress.scheme)),
            Part::Tag(tag) => edits.extend(retagged(html, tag, dress.scheme)),
        }
    }
    let own = sheet(is_dark(html, &parts, dress.scheme), dress);
    let start = opening(html);
    let policy = loading(dress);
    let head = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"><base target=\"_blank\"><style>{own}</style>"
    );
    edits.push((start..start, head));
    edits.sort_by_key(|(range, _)| range.start);
    replaced(html, &edits)
}

/// What a program of this dress lets a mail do, as a Content-Security-Policy: show its styles and pictures, unless it takes
/// them away, and follow links into other windows. Nothing runs, nothing else is loaded or sent, and no other
/// site may frame it.
#[must_use]
pub(super) fn policy(dress: Dress) -> String {
    format!(
        "{}; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        loading(dress)
    )
}

/// The part of the policy that a document can have in itself.
fn loading(dress: Dress) -> String {
    let images = if dress.images { "http: https: data:" } else { "'none'" };
    let sheets = if dress.styles { "'unsafe-inline'".to_owned() } else { own_sheets(dress) };
    format!(
        "default-src 'none'; img-src {images}; style-src-elem {sheets}; style-src-attr 'unsafe-inline'; \
         form-action 'none'; base-uri 'none'"
    )
}

/// Our own style sheets, by their hashes: one that a mail brings is none of them.
fn own_sheets(dress: Dress) -> String {
    let hashed = |is_dark| {
        let hash = digest(&SHA256, sheet(is_dark, dress).as_bytes());
        format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
    };
    [false, true].map(hashed).join(" ")
}

/// What the mail is shown by. It is in a layer, for what is important there weighs more than what is outside of any
/// (CSS Cascade 5 §6.4.4), whatever the mail says.
fn sheet(is_dark: bool, dress: Dress) -> String {
    let scheme = if is_dark { "dark" } else { "light" };
    let forced = if dress.scheme == Scheme::Forced { FORCED } else { "" };
    format!("@layer{{*{{color-scheme:{scheme}!important}}{forced}}}")
}

/// Whether a mail's default colours are dark: only where it says that it can be, and the reader's theme is, or where it
/// can be nothing else (CSS Color Adjustment 1 §2.1).
fn is_dark(html: &str, parts: &[Part], scheme: Scheme) -> bool {
    let mut told = String::new();
    for part in parts {
        match part {
            Part::Sheet(sheet) => declared(&html[sheet.clone()], &mut told),
            Part::Tag(tag) => {
                if let Some(style) = tag.get(html, "style") {
                    declared(style, &mut told);
                }
                let is_scheme = |name: &str| name.to_ascii_lowercase().contains("color-scheme");
                if tag.name == "meta" && tag.get(html, "name").is_some_and(is_scheme) {
                    told.push_str(&tag.get(html, "content").unwrap_or_default().to_ascii_lowercase());
                }
            }
        }
    }
    let (can_be_light, can_be_dark) = (told.contains("light"), told.contains("dark"));
    can_be_dark && (scheme == Scheme::Dark || (scheme == Scheme::Light && !can_be_light))
}

/// As much is read of a value of `color-scheme`.
const LONGEST: usize = 64;

/// Adds the values of what a sheet declares as `color-scheme`.
fn declared(css: &str, told: &mut String) {
    let css = css.to_ascii_lowercase();
    let declarations = css.match_indices("color-scheme").filter(|(at, _)| !css[..*at].ends_with("prefers-"));
    for (at, name) in declarations {
        if let Some(value) = css[at + name.len()..].trim_start_matches('s').trim_start().strip_prefix(':') {
            told.extend(value.chars().take(LONGEST).take_while(|c| !";}".contains(*c)));
        }
    }
}

/// A change: what stands there, and what is put in its place.
type Edit = (Range<usize>, String);

/// What takes away all `<link>`s, wherever a browser might see one. No mail program loads what they link; a policy that lets
/// pictures in keeps browsers from sheets, but neither from connecting nor from fetching what is for later. A `<meta>` is
/// as empty, and asks for nothing.
fn unlinked(html: &str) -> Vec<Edit> {
    let octets = html.as_bytes();
    let is_link = |at: &usize| {
        let name = octets.get(at + 1..at + 5).is_some_and(|name| name.eq_ignore_ascii_case(b"link"));
        name && octets.get(at + 5).is_none_or(|next| next.is_ascii_whitespace() || b"/>".contains(next))
    };
    let found = memchr::memchr_iter(b'<', octets).filter(is_link);
    found.map(|at| (at + 1..at + 5, "meta".to_owned())).collect()
}

/// What changes in a tag: its media, and where its link opens.
fn retagged(html: &str, tag: &Tag, scheme: Scheme) -> Vec<Edit> {
    let mut edits = Vec::new();
    for attribute in &tag.attributes {
        let (name, value) = (&html[attribute.name.clone()], &html[attribute.value.clone()]);
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("media") {
            edits.extend(themed(html, attribute.value.clone(), scheme));
        } else if is("target") || (is("rel") && value.to_ascii_lowercase().contains("opener")) {
            // Not in the frame itself, nor in a window that could turn this one elsewhere.
            let start = attribute.name.start;
            edits.push((start..start, "data-".to_owned()));
        } else if is("href") && value.starts_with('#') {
            let start = attribute.name.start;
            edits.push((start..start, "target=\"_self\" ".to_owned()));
        }
    }
    edits
}

/// What changes in media conditions: `(prefers-color-scheme: dark)` says whether it is.
fn themed(html: &str, range: Range<usize>, scheme: Scheme) -> Vec<Edit> {
    let css = html[range.clone()].to_ascii_lowercase();
    let theme = if scheme == Scheme::Dark { "dark" } else { "light" };
    let condition = |at: usize| {
        let start = css[..at].trim_end().strip_suffix('(')?.len();
        let value = css[at + FEATURE.len()..].trim_start().strip_prefix(':')?;
        let value = value.trim_start();
        let name = ["light", "dark"].into_iter().find(|name| value.starts_with(name))?;
        let rest = value[name.len()..].trim_start().strip_prefix(')')?;
        let holds = if name == theme { ALWAYS } else { NEVER };
        Some((range.start + start..range.start + css.len() - rest.len(), holds.to_owned()))
    };
    css.match_indices(FEATURE).filter_map(|(at, _)| condition(at)).collect()
}

/// A text with its changes, which stand in order.
fn replaced(text: &str, edits: &[Edit]) -> String {
    let mut changed = String::with_capacity(text.len() + 1024);
    let mut at = 0;
    for (range, new) in edits {
        changed.push_str(&text[at..range.start]);
        changed.push_str(new);
        at = range.end;
    }
    changed.push_str(&text[at..]);
    changed
}

#[cfg(test)]
mod tests;
