//! Players and frames, which no mail can hold, as links to what they show.

use super::known::{called, watched_at};
use super::tag::{attribute, split_tag};
use crate::config::Words;

/// The elements that show what is elsewhere. A sanitizer must let through what of them names that.
pub(super) const NAMES: [&str; 6] = ["iframe", "video", "audio", "object", "embed", "source"];

/// Whether any of them may be in `html`.
pub(super) fn may_be_in(html: &str) -> bool {
    let html = html.as_bytes();
    memchr::memchr_iter(b'<', html).any(|at| {
        let rest = &html[at + 1..];
        NAMES.iter().any(|name| {
            rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        })
    })
}

/// `clean`, as a sanitizer wrote it, with a link in the place of each of them, or with what stands in it for
/// those who cannot see it, where it has no address. The result needs the sanitizer again, for a
/// frame's content was no HTML to it.
pub(super) fn into_links(clean: &str, words: &Words) -> String {
    let mut linked = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some(start) = rest.find('<') {
        linked.push_str(&rest[..start]);
        let (tag, after) = split_tag(&rest[start..]);
        let name = NAMES
            .into_iter()
            .find(|name| tag[1..].strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '>'])));
        rest = after;
        let Some(name) = name else {
            linked.push_str(tag);
            continue;
        };
        let end = if matches!(name, "embed" | "source") { None } else { after.find(&format!("</{name}>")) };
        let within = end.map_or("", |end| &after[..end]);
        let link = link(name, tag, within, words);
        if link.is_some() || name == "iframe" {
            rest = end.map_or(after, |end| &after[end + name.len() + "</>".len()..]);
        }
        if let Some(link) = link {
            // Between blocks it is one, and within a line it is none.
            let between = linked.trim_end().is_empty()
                || ["</p>", "</div>", "<div>", "<figure>", "</ul>", "</ol>"]
                    .iter()
                    .any(|tag| linked.trim_end().ends_with(tag));
            let (before, after) = if between { ("<p>", "</p>") } else { (" ", " ") };
            linked.extend([before, &link, after]);
        }
    }
    linked.push_str(rest);
    linked
}

/// The link to what an element shows, unless that is a pixel that counts readers.
fn link(name: &str, tag: &str, within: &str, words: &Words) -> Option<String> {
    let tiny =
        |key| attribute(tag, key).and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size <= 1);
    if name == "source" || tiny("width") || tiny("height") {
        return None;
    }
    let url = ["src", "data-src", "data"].into_iter().find_map(|key| attribute(tag, key)).or_else(|| {
        let inner = ["<source ", "<embed ", "<iframe "].iter().find_map(|tag| within.find(tag))?;
        attribute(split_tag(&within[inner..]).0, "src")
    })?;
    let url = watched_at(url);
    let kind = match name {
        "video" => &words.video,
        "audio" => &words.audio,
        _ if ["youtube.com/watch", "vimeo.com/", "youtu.be/"].iter().any(|at| url.contains(at)) => {
            &words.video
        }
        _ => &words.embedded,
    };
    let title = attribute(tag, "title").map(str::to_owned);
    Some(format!(r#"<a href="{url}">{}</a>"#, called(kind, title, &url).replace('<', "&lt;")))
}
