//! What shortcodes, components and embeds show that a mail can show too: a link or a picture.

use crate::config::Words;

/// What stands in a mail in the place of a player or a figure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A link that says what is there: `Video: youtube.com`.
    Link { words: String, url: String },
    /// A picture, with what is written under it.
    Picture { url: String, alt: String, caption: String },
}

impl Known {
    /// What the shortcode `name` shows, if that can be told from what it is given: Hugo's, Zola's and
    /// Jekyll's own, and those that many sites wrote alike.
    pub(super) fn of(name: &str, given: &[(String, String)], words: &Words) -> Option<Self> {
        let named = |keys: &[&str]| {
            let found = given.iter().find(|(key, value)| keys.contains(&&**key) && !value.is_empty());
            found.map(|(_, value)| value.clone())
        };
        let or_first = |keys: &[&str]| named(keys).or_else(|| named(&[""]));
        let id = || or_first(&["id", "url", "src", "video", "videoid"]);
        let link = |kind: &str, id: String, prefix: &str| {
            let url = if is_absolute(&id) { id } else { format!("{prefix}{}", id.trim_start_matches('@')) };
            Some(Self::Link { words: called(kind, named(&["title", "label"]), &url), url })
        };
        match name.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "youtube" | "yt" | "youtubelite" | "liteyoutube" | "youtubeembed" | "youtubeplayer" => {
                link(&words.video, id()?, "https://www.youtube.com/watch?v=")
            }
            "vimeo" | "vimeosimple" => link(&words.video, id()?, "https://vimeo.com/"),
            "tweet" | "twitter" | "twittersimple" | "x" => {
                let status = named(&["id"])
                    .or_else(|| given.iter().rfind(|(key, _)| key.is_empty()).map(|(_, id)| id.clone()))?;
                link(&words.post, status, "https://x.com/i/status/")
            }
            "instagram" => link(&words.post, id()?, "https://www.instagram.com/p/"),
            "gist" => {
                let mut parts = given.iter().filter(|(key, _)| key.is_empty()).map(|(_, value)| &**value);
                let gist = parts.by_ref().take(2).collect::<Vec<_>>().join("/");
                let gist = named(&["url"]).or(Some(gist).filter(|gist| !gist.is_empty()))?;
                link(&words.code, gist, "https://gist.github.com/")
            }
            "figure" | "image" | "img" | "picture" | "imgproc" => Some(Self::Picture {
                url: or_first(&["src", "image_path", "url", "link", "path"])?,
                alt: named(&["alt", "title"]).unwrap_or_default(),
                caption: named(&["caption"]).unwrap_or_default(),
            }),
            "video" | "html5video" => link(&words.video, id()?, ""),
            "audio" => link(&words.audio, id()?, ""),
            "iframe" | "embed" => link(&words.embedded, id()?, ""),
            _ => None,
        }
    }

    /// As Markdown, in which nothing that was given is a mark, but for a caption, which may be Markdown.
    pub(super) fn to_markdown(&self) -> String {
        let quoted = |text: &str| {
            let mut quoted = String::new();
            for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
                quoted.extend(c.is_ascii_punctuation().then_some('\\').into_iter().chain([c]));
            }
            quoted
        };
        let address = |url: &str| url.replace(['<', '>', '\\', '\n', '\r'], "");
        match self {
            Self::Link { words, url } => format!("[{}](<{}>)", quoted(words), address(url)),
            Self::Picture { url, alt, caption } => {
                let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
                let under = if caption.is_empty() { String::new() } else { format!("\\\n{caption}") };
                format!("![{}](<{}>){under}", quoted(alt), address(url))
            }
        }
    }

    /// As HTML, the caption too.
    pub(super) fn to_html(&self) -> String {
        let quoted = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        match self {
            Self::Link { words, url } => format!(r#"<a href="{}">{}</a>"#, quoted(url), quoted(words)),
            Self::Picture { url, alt, caption } => {
                let under = if caption.is_empty() { String::new() } else { format!("<br>{caption}") };
                format!(r#"<img src="{}" alt="{}">{under}"#, quoted(url), quoted(alt))
            }
        }
    }
}

/// What a link to `url` is called: its kind, and its title, else its host.
pub(super) fn called(kind: &str, title: Option<String>, url: &str) -> String {
    let host = || {
        let url = url::Url::parse(url).ok()?;
        Some(url.host_str()?.trim_start_matches("www.").to_owned())
    };
    match title.filter(|title| !title.trim().is_empty()).or_else(host) {
        Some(title) => format!("{kind}: {title}"),
        None => kind.to_owned(),
    }
}

/// The page for readers of an address that only players ask for.
pub(super) fn watched_at(embedded: &str) -> String {
    const PLAYERS: [(&str, &str); 3] = [
        ("youtube.com/embed/", "https://www.youtube.com/watch?v="),
        ("youtube-nocookie.com/embed/", "https://www.youtube.com/watch?v="),
        ("player.vimeo.com/video/", "https://vimeo.com/"),
    ];
    let page = PLAYERS.iter().find_map(|(player, page)| {
        let (before, id) = embedded.split_once(player)?;
        let id = id.split(['?', '/', '&', '#']).next().filter(|id| !id.is_empty() && *id != "videoseries")?;
        (before.len() <= "https://www.".len()).then(|| format!("{page}{id}"))
    });
    page.unwrap_or_else(|| embedded.to_owned())
}

fn is_absolute(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
