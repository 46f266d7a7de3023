//! What may stand in a mail of what an author wrote. Styles, classes and identifiers are the template's; everything that
//! runs, loads or asks is out.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::links::encoded;
use super::{content_model, embed};

/// The elements whose content may be shown.
const TAGS: &str = "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em \
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub sup \
    table tbody td tfoot th thead tr u ul var";

/// The elements whose content is not for readers of a mail: what runs, what asks, and what leads around a page. Of a
/// picture that is drawn (`svg`) the words would be left.
const OUT_WITH_CONTENT: &str = "script style title textarea noscript template svg button select datalist dialog nav \
    annotation annotation-xml";

/// The most columns or rows that a cell may take.
const MOST_SPANNED: u8 = 50;

/// Lets through what a mail can show, and for [`content_model::mended`] what would leave the words of two blocks in one
/// line. Relative addresses are for [`super::links::Links`]. Lists take long to make, so that each is made once.
pub(super) static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(with_parts);

/// The same, and for [`embed::into_links`] what no mail can show.
pub(super) static WITH_EMBEDS: LazyLock<Builder<'static>> = LazyLock::new(with_embeds);

/// Lets through what belongs to lines of text, without headings, pictures, code blocks, tables and captions.
pub(super) static WORDS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    const OUT: [&str; 14] = [
        "iframe",
        "video",
        "audio",
        "object",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "sup",
        "pre",
        "figcaption",
        "table",
    ];
    let mut builder = allow_list();
    builder.rm_tags(OUT).rm_tags(["img"]).add_clean_content_tags(OUT);
    builder
});

fn allow_list() -> Builder<'static> {
    let attributes = [
        ("a", vec!["href", "hreflang"]),
        // What is not the template's is for `fitted` to choose from, and goes no further.
        (
            "img",
            vec![
                "src",
                "alt",
                "width",
                "height",
                "style",
                "srcset",
                "data-src",
                "data-lazy-src",
                "data-original",
                "data-srcset",
            ],
        ),
        ("ol", vec!["start", "reversed", "type"]),
        ("td", vec!["colspan", "rowspan", "align"]),
        ("th", vec!["colspan", "rowspan", "align", "scope"]),
        ("bdo", vec!["dir"]),
    ];
    let attributes: HashMap<_, HashSet<_>> =
        attributes.into_iter().map(|(tag, names)| (tag, names.into_iter().collect())).collect();
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.split_ascii_whitespace().collect())
        .clean_content_tags(OUT_WITH_CONTENT.split_ascii_whitespace().collect())
        .tag_attributes(attributes)
        .generic_attributes(["lang", "dir", "title"].into_iter().collect())
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(|_, name, value| match name {
            "href" | "src" => Some(encoded(value)),
            // A table that claims a million columns would get them, and html2text panics at none.
            "colspan" | "rowspan" => {
                let few = value.parse().is_ok_and(|span| (1..=MOST_SPANNED).contains(&span));
                few.then_some(value.into())
            }
            // And it cannot count further than this.
            "start" => value.parse::<i32>().is_ok().then_some(value.into()),
            _ => Some(value.into()),
        })
        .link_rel(None);
    builder
}

fn with_parts() -> Builder<'static> {
    let mut builder = allow_list();
    builder.add_tags(content_model::PARTS);
    builder
}

fn with_embeds() -> Builder<'static> {
    let mut builder = with_parts();
    builder.add_tags(embed::NAMES);
    for name in embed::NAMES {
        builder.add_tag_attributes(name, ["src", "data-src", "data", "width", "height"]);
    }
    builder
}
