//! Tails: what feeds put at the end of a text that they cut, or behind one that they did not.
//!
//! `[…]`, `(more…)`, “Read more”, “The post X appeared first on Y.” and their like in the languages that are
//! built in, as blogs, planets and the news aggregators write them. They are taken off where they stand at
//! the very end and are set off from what is before, so that a sentence about reading more stays a sentence.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;
use url::Url;

use super::line;
use super::tag::{attribute, split_tag, words_in};

/// How an invitation to read on begins. It has no words before it but whole sentences.
const INVITATIONS: [&str; 53] = [
    "read more",
    "read on",
    "read the rest",
    "read the full",
    "read full",
    "read the article",
    "read the whole",
    "read the original",
    "read article",
    "read story",
    "continue reading",
    "keep reading",
    "click here to read",
    "click to read",
    "see more",
    "view more",
    "view original",
    "view article",
    "view full",
    "full story",
    "full article",
    "more…",
    "more »",
    "more →",
    "learn more",
    "weiterlesen",
    "mehr lesen",
    "lesen sie mehr",
    "lesen sie weiter",
    "hier weiterlesen",
    "zum artikel",
    "den ganzen artikel",
    "den vollständigen artikel",
    "lire la suite",
    "lire plus",
    "lire l’article",
    "lire l'article",
    "continuer la lecture",
    "en savoir plus",
    "leer más",
    "seguir leyendo",
    "continuar leyendo",
    "leer el artículo",
    "sigue leyendo",
    "leer completo",
    "اقرأ المزيد",
    "إقرأ المزيد",
    "قراءة المزيد",
    "تابع القراءة",
    "أكمل القراءة",
    "続きを読む",
    "もっと読む",
    "続きはこちら",
];

/// What an invitation may be to.
const NOUNS: [&str; 3] = ["story", "article", "post"];

/// What may end an invitation.
const HERE: [&str; 3] = ["here", "hier", "aquí"];

/// What leads to a place where more is. Sentences go on with these words too.
const PLACES: [&str; 13] =
    ["at", "on", "in", "from", "via", "of", "bei", "auf", "sur", "de", "en", "على", "من"];

/// Invitations that carry the title of what is to be read.
const TITLED: [&str; 6] = [
    "continue reading",
    "weiterlesen",
    "continuer la lecture",
    "seguir leyendo",
    "continuar leyendo",
    "تابع القراءة",
];

/// What is said of where a post appeared: how it begins, and what stands within it.
const APPEARED: [(&str, &[&str]); 8] = [
    ("The post ", &[" appeared first on ", " first appeared on "]),
    ("The article ", &[" appeared first on ", " first appeared on "]),
    ("Der Beitrag ", &[" erschien zuerst auf "]),
    ("L’article ", &[" est apparu en premier sur "]),
    ("L'article ", &[" est apparu en premier sur "]),
    ("La entrada ", &[" se publicó primero en ", " apareció primero en ", " aparece primero en "]),
    ("ظهرت المقالة ", &[" أولاً على ", " أولا على "]),
    ("投稿 ", &[" に最初に表示されました"]),
];

/// What begins a sentence of its own about where something appeared.
const PRONOUNS: [&str; 6] = ["It", "This", "That", "He", "She", "They"];

/// The longest tail in bytes: a title and a place in it.
const LONGEST: usize = 500;

/// The most tails of one text.
const MOST: usize = 8;

/// The least columns of a text that a bare ellipsis at its end says was cut: in a short one it is its
/// author's.
const CUT: usize = 100;

/// A text without its tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bare<'a> {
    /// What is left.
    pub(super) text: &'a str,
    /// Whether the text went on where it came from.
    pub(super) is_cut: bool,
    /// Whether it may have been cut within its last word.
    is_torn: bool,
}

/// `text`, which is one line, without its tails.
pub(super) fn bare(text: &str) -> Bare<'_> {
    let mut bare = Bare { text: text.trim(), is_cut: false, is_torn: false };
    for _ in 0..MOST {
        let before = bare;
        if let Some(rest) = without_appeared(bare.text).or_else(|| without_invitation(bare.text)) {
            bare.text = rest;
        } else if let Some(rest) = without_bracket(bare.text) {
            bare = Bare { text: rest, is_cut: true, is_torn: bare.is_torn };
        } else if let Some(rest) = without_entity(bare.text) {
            bare = Bare { text: rest, is_cut: true, is_torn: false };
        } else if let Some(rest) = without_dots(bare.text, bare != whole(text)) {
            let is_torn = !rest.ends_with(char::is_whitespace);
            bare = Bare { text: rest.trim_end(), is_cut: true, is_torn };
        }
        if bare.text.len() == before.text.len() || bare.text.is_empty() {
            break;
        }
    }
    bare
}

fn whole(text: &str) -> Bare<'_> {
    Bare { text: text.trim(), is_cut: false, is_torn: false }
}

/// `source` in HTML or Markdown, whose last entity may have been cut, with a mark in its place that says so:
/// as it stands, `&#82` would be read as an `R`.
pub(super) fn untorn(source: &str) -> Cow<'_, str> {
    match without_entity(source.trim_end()) {
        Some(rest) => Cow::Owned(format!("{rest} […]")),
        None => Cow::Borrowed(source),
    }
}

/// `text`, which is one line, without its tails, and where it was cut, with a good end: that of its last
/// sentence, else that of a word, with an ellipsis.
pub(super) fn mended(text: &str) -> String {
    let Bare { text, is_cut, is_torn } = bare(text);
    if !is_cut || text.is_empty() || ends_a_sentence(text) {
        return text.to_owned();
    }
    match line::sentences(text) {
        "" => {}
        sentences => return sentences.to_owned(),
    }
    let kept = match text.rsplit_once(' ') {
        Some((before, _)) if is_torn => before,
        _ => text,
    };
    format!("{}…", line::without_loose_end(kept))
}

/// Whether `text` ends as a sentence does.
pub(super) fn ends_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', '」', '』', ')', ']', '*', '_'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '۔', ':'])
}

/// Whether all of `text` is tail: the last lines of a feed's article.
pub(super) fn is_all(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() <= LONGEST && (bare(text).text.is_empty() || is_invitation(text, false))
}

/// Takes tails off the end of a body in HTML that the sanitizer wrote, of an article at `base`: last
/// paragraphs that are nothing else, and what of the last one is.
///
/// A link that leads elsewhere than to the article is kept, whatever it says.
pub(super) fn take_off(html: &mut String, base: Option<&Url>) {
    for _ in 0..MOST {
        html.truncate(html.trim_end().len());
        let Some(inside) = html.strip_suffix("</p>") else { return };
        let Some(start) = inside.rfind("<p") else { return };
        let paragraph = split_tag(&inside[start..]).1;
        let begin = inside.len() - paragraph.len();
        let is_short = paragraph.len() <= 4 * LONGEST; // With the addresses of its links.
        let words = if is_short { line::plain(&words_in(paragraph)) } else { String::new() };
        let is_empty = is_short && words.is_empty() && !paragraph.contains("<img");
        let is_linked = paragraph.contains("<a ");
        let is_tail = is_all(&words) || is_linked && is_invitation(&words, true);
        if is_empty || is_short && is_tail && leads_home(paragraph, base) {
            html.truncate(start);
            continue;
        }
        let invited = paragraph.strip_suffix("</a>").and_then(|linked| linked.rfind("<a "));
        let invited = invited.filter(|at| {
            let words = line::plain(&words_in(&paragraph[*at..]));
            (is_all(&words) || is_invitation(&words, true)) && leads_home(&paragraph[*at..], base)
        });
        if let Some(at) = invited {
            html.truncate(begin + paragraph[..at].trim_end().len());
            html.push_str("</p>");
            continue;
        }
        let end = begin + paragraph.rfind('>').map_or(0, |at| at + 1);
        let Bare { text, is_cut, .. } = bare(&inside[end..]);
        if is_cut && text.len() < inside[end..].trim().len() {
            let loose = inside[end..].len() - inside[end..].trim_start().len();
            let kept = if ends_a_sentence(text) { text.len() } else { line::without_loose_end(text).len() };
            let ellipsis = if ends_a_sentence(text) { "" } else { "…" };
            html.truncate(end + loose + kept);
            html.extend([ellipsis, "</p>"]);
        }
        return;
    }
}

/// Whether all links in `html` lead to the article at `base`; where it says where the article appeared, also
/// to the home of its site.
fn leads_home(html: &str, base: Option<&Url>) -> bool {
    let says_where = without_appeared(&line::plain(&words_in(html))).is_some();
    let page =
        |url: &Url| url.as_str().split(['?', '#']).next().map(|url| url.trim_end_matches('/').to_owned());
    let is_home = |link: &Url| {
        base.is_some_and(|base| {
            page(link) == page(base) || says_where && link.path() == "/" && host(link) == host(base)
        })
    };
    let mut links =
        html.match_indices("<a ").filter_map(|(at, _)| attribute(split_tag(&html[at..]).0, "href"));
    links.all(|link| Url::parse(&link.replace("&amp;", "&")).is_ok_and(|link| is_home(&link)))
}

fn host(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

/// `text` before “The post … appeared first on ….”
fn without_appeared(text: &str) -> Option<&str> {
    let from = text.floor_char_boundary(text.len().saturating_sub(LONGEST));
    APPEARED.iter().find_map(|(begin, within)| {
        let start = from + text[from..].rfind(begin)?;
        let tail = &text[start + begin.len()..];
        let (title, place) = within.iter().find_map(|within| tail.split_once(within))?;
        let begins_anew = PRONOUNS.contains(&title.rsplit(". ").next().unwrap_or_default());
        let is_title = title.contains(char::is_alphanumeric) && !begins_anew;
        let is_tail = is_title && is_place(place) && stands_alone(&text[..start]);
        is_tail.then(|| text[..start].trim_end())
    })
}

/// Whether `text` may be where something appeared: a name, which is the end of its sentence.
fn is_place(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_whitespace() || ".!。…".contains(c));
    !name.starts_with(char::is_lowercase) && ![". ", "! ", "? ", "。"].iter().any(|end| name.contains(end))
}

/// `text` before an invitation to read on.
fn without_invitation(text: &str) -> Option<&str> {
    // From the end of what is before: a sentence's, an ellipsis' or a bracket's.
    let from = text.floor_char_boundary(text.len().saturating_sub(LONGEST));
    let ends = text[from..].char_indices().filter(|(_, c)| ".!?…。！？؟»”\")]|—–•。".contains(*c));
    let starts = ends.map(|(at, c)| from + at + c.len_utf8());
    let start = starts.filter(|start| is_invitation(&text[*start..], false)).min()?;
    let rest = text[..start].trim_end_matches(|c: char| c.is_whitespace() || "|—–•".contains(c));
    let rest = rest.strip_suffix(['(', '[']).map_or(rest, str::trim_end);
    Some(rest)
}

/// Whether `text`, which may be a link, is an invitation to read on, and nothing else.
fn is_invitation(text: &str, is_linked: bool) -> bool {
    let lower = text.to_lowercase();
    let said = lower.trim_matches(|c: char| c.is_whitespace() || "»«›→>…[]()|—–-•.:\"“”".contains(c));
    let spoken = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if spoken.starts_with(char::is_lowercase) && !text.trim_start().starts_with(['(', '[']) {
        return false; // The middle of a sentence.
    }
    let arrow = text.trim_end().ends_with(['→', '»', '›', '>', '…', ']']) || text.trim_end().ends_with("...");
    INVITATIONS.iter().any(|invitation| {
        let bare = invitation.trim_end_matches(['…', '»', '→', ' ']);
        let Some(rest) = said.strip_prefix(bare) else { return false };
        let object = rest.trim_start();
        if object.is_empty() {
            return bare == *invitation || arrow;
        }
        let is_apart = !rest.starts_with(char::is_alphanumeric) || !bare.is_ascii();
        is_apart
            && bare == *invitation
            && (arrow || is_led(object, is_linked) || TITLED.contains(invitation))
            && !object.contains(". ")
    })
}

/// Whether what follows an invitation says where more is: `story at The Harbour Post`, `at harbour.example`,
/// and behind a link or as one, any place.
fn is_led(object: &str, is_linked: bool) -> bool {
    let (first, rest) = object.split_once(' ').unwrap_or((object, ""));
    let is_host = !rest.contains(' ') && rest.contains('.');
    let is_place = |word: &str| PLACES.contains(&word);
    object.starts_with([':', '「'])
        || HERE.contains(&object)
        || is_place(first) && (is_linked || is_host)
        || NOUNS.contains(&first)
            && (rest.is_empty() || HERE.contains(&rest) || rest.split(' ').next().is_some_and(is_place))
}

/// `text` before `[…]`, `(...)`, `[+1234 chars]`, or `(more…)`.
fn without_bracket(text: &str) -> Option<&str> {
    let (open, closed) = [('[', ']'), ('(', ')')].into_iter().find(|(_, closed)| text.ends_with(*closed))?;
    let start = text.rfind(open)?;
    let within = text[start + 1..].strip_suffix(closed)?.trim();
    let is_dots = within.chars().all(|c| matches!(c, '.' | '…' | ' ')) && within.len() > 1;
    let is_count = within.starts_with('+') && within.ends_with(" chars");
    let words = within.trim_end_matches(['.', '…', '»', '→', ' ']).to_lowercase();
    let is_more = words.len() < within.len()
        && ["more", "mehr", "suite", "la suite", "más", "المزيد", "続き"].contains(&&*words);
    (is_dots || is_count || is_more || is_invitation(&text[start..], false)).then(|| text[..start].trim_end())
}

/// `text` before an entity that was cut, with the dots behind it: `it&#82`, `it&am...`.
fn without_entity(text: &str) -> Option<&str> {
    const NAMES: [&str; 22] = [
        "amp;", "lt;", "gt;", "quot;", "apos;", "nbsp;", "rsquo;", "lsquo;", "rdquo;", "ldquo;", "hellip;",
        "mdash;", "ndash;", "laquo;", "raquo;", "eacute;", "egrave;", "agrave;", "uuml;", "ouml;", "auml;",
        "euro;",
    ];
    let end = text.trim_end_matches(['.', '…', ' ']);
    // No entity is longer.
    let from = end.floor_char_boundary(end.len().saturating_sub(10));
    let start = from + end[from..].rfind('&')?;
    let entity = &end[start + 1..];
    let is_cut = match entity.strip_prefix('#') {
        Some(number) => {
            number.len() < 7 && number.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'x')
        }
        None => {
            !entity.is_empty()
                && NAMES.iter().any(|name| name.len() > entity.len() && name.starts_with(entity))
        }
    };
    is_cut.then(|| end[..start].trim_end())
}

/// `text` before a bare ellipsis that says that it was cut: in a long text, or where another tail was behind
/// it.
fn without_dots(text: &str, had_tail: bool) -> Option<&str> {
    let rest = text.strip_suffix('…').or_else(|| text.strip_suffix("..."))?;
    let rest = rest.trim_end_matches(['.', '…']);
    (had_tail || text.width() >= CUT).then_some(rest)
}

/// Whether what comes after `before` begins a sentence.
fn stands_alone(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || ends_a_sentence(before)
}

#[cfg(test)]
mod tests;
