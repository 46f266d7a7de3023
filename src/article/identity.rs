//! Identities: what makes two articles the same one.

use serde::{Deserialize, Serialize};
use url::Url;

/// What makes two articles the same one: either part in common is enough.
///
/// Never the permalink, for a change of domain would make every article a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Path relative to the content folder.
    pub path: String,
    /// The link, normalised by [`normalise_link`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A link in the form in which links are compared: without tracking parameters, fragment (but for
/// one that is a path), default port and trailing slash, and with the host in lower case. What is no URL stays as it is.
#[must_use]
pub fn normalise_link(link: &str) -> String {
    let link = link.trim();
    let Ok(mut url) = Url::parse(link) else {
        return link.to_owned();
    };
    // A fragment that is a path names another page, of those that a browser makes.
    if !url.fragment().is_some_and(|fragment| fragment.starts_with(['/', '!'])) {
        url.set_fragment(None);
    }
    if let Some(query) = url.query() {
        // As it is written: reading and writing it again would change how it is encoded.
        let is_kept = |pair: &&str| !is_tracking(pair.split_once('=').map_or(*pair, |(name, _)| name));
        let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
        let kept = kept.join("&");
        url.set_query(Some(&*kept).filter(|query| !query.is_empty()));
    }
    let trimmed = url.path().trim_end_matches('/').to_owned();
    url.set_path(&trimmed);
    url.as_str().trim_end_matches('/').to_owned()
}

/// Query parameters that say how a reader came, not what is read.
pub(crate) fn is_tracking(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "oly_enc_id",
    ];
    name.starts_with("utm_") || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_differ_in_nothing_a_reader_sees_are_the_same() {
        for link in [
            "https://Example.org:443/a/?utm_source=x&fbclid=1#top",
            "https://example.org/a/",
            " https://example.org/a ",
        ] {
            assert_eq!(normalise_link(link), "https://example.org/a", "{link:?}");
        }
        assert_eq!(normalise_link("https://example.org/?id=7&utm_medium=m"), "https://example.org/?id=7");
        assert_eq!(normalise_link("https://example.org/"), "https://example.org");
        assert_eq!(normalise_link("not a link"), "not a link");
        for query in ["12345", "q=a%20b", "q=a+b", "flag"] {
            let (plain, tracked) = (
                format!("https://example.org/?{query}"),
                format!("https://example.org/?{query}&utm_source=rss"),
            );
            assert_eq!((normalise_link(&plain), normalise_link(&tracked)), (plain.clone(), plain));
        }
        let pages =
            ["https://app.example/#/post/1", "https://app.example/#/post/2", "https://app.example/#!a"];
        assert_eq!(pages.map(normalise_link), pages);
    }
}
