//! Bodies and notes as HTML that is fit for a mail: allow-listed, absolute, under one headline.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use url::Url;

use super::nesting::{self, Unfit};
use super::tag::{attribute, split_tag};
use super::{content_model, embed, plain, shortcode};
use crate::article::{Body, Markup};
use crate::config::Words;

/// The width of the text in the mail's layout, in pixels: no picture is wider.
const MEASURE: u32 = 536;

/// The most columns or rows that a cell may take.
const MOST_SPANNED: u8 = 50;

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
}

/// Renders `body`, whose relative addresses are relative to `base`, to stand under a headline of
/// level `under`: its own headings begin one level below, and none is skipped. Above the first
/// headline (0) they become bold lines.
///
/// # Errors
/// When it is too much for a mail, or for the HTML libraries.
pub(super) fn render(body: &Body, base: Option<&Url>, under: u8, words: &Words) -> Result<Prose, Unfit> {
    let mut html = to_html(body, Some(words))?;
    if embed::may_be_in(&html) {
        let linked = with_embeds(with_parts(base)).clean(&html).to_string();
        html = embed::into_links(&linked, words);
    }
    let clean = with_parts(base).clean(&html).to_string();
    let html = fit(&content_model::mended(&clean), under, words);
    Ok(Prose { text: plain::document(&without_rowspans(&html)), html })
}

/// The words of `body` on one line, without headings, pictures, code blocks, tables and captions.
///
/// # Errors
/// As [`render`].
pub(super) fn words(body: &Body) -> Result<String, Unfit> {
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
    let html = to_html(body, None)?;
    let mut builder = allow_list(None);
    builder.rm_tags(OUT).rm_tags(["img"]).add_clean_content_tags(OUT);
    Ok(plain::flat(&builder.clean(&html).to_string()))
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
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_TASKLISTS;
    nesting::check_length(&body.source)?;
    let source = shortcode::without(&body.source, body.markup, options, words);
    let html = match body.markup {
        Markup::Html => source,
        Markup::Markdown => {
            let mut written = String::with_capacity(source.len() * 3 / 2);
            html::push_html(&mut written, Parser::new_ext(&source, options).map(without_anchor));
            written
        }
    };
    nesting::check(&html)?;
    Ok(html)
}

/// `event` without what only works in a browser: the link from a number to its footnote, for a mail has no places to
/// jump to, and the box of a task.
fn without_anchor(event: Event<'_>) -> Event<'_> {
    match event {
        Event::FootnoteReference(name) => {
            Event::InlineHtml(format!("<sup>[{}]</sup>", escaped(&name)).into())
        }
        Event::Start(Tag::FootnoteDefinition(name)) => {
            Event::Html(format!("<div><sup>[{}]</sup> ", escaped(&name)).into())
        }
        Event::End(TagEnd::FootnoteDefinition) => Event::Html("</div>\n".into()),
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        event => event,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// An allow-list that lets through, for [`content_model::mended`], what would leave the words of two blocks in one line.
fn with_parts(base: Option<&Url>) -> Builder<'static> {
    let mut builder = allow_list(base);
    builder.add_tags(content_model::PARTS);
    builder
}

/// An allow-list that lets through, for [`embed::into_links`], what no mail can show.
fn with_embeds(mut builder: Builder<'static>) -> Builder<'static> {
    builder.add_tags(embed::NAMES);
    for name in embed::NAMES {
        builder.add_tag_attributes(name, ["src", "data-src", "data", "width", "height"]);
    }
    builder
}

/// What may stand in a mail. Styles, classes and identifiers are the template's; everything that
/// runs, loads or asks is out.
fn allow_list(base: Option<&Url>) -> Builder<'static> {
    const TAGS: &str = "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em \
        figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub sup \
        table tbody td tfoot th thead tr u ul var";
    const OUT_WITH_CONTENT: &str = "script style title textarea noscript template";
    let attributes = [
        ("a", vec!["href", "hreflang"]),
        ("img", vec!["src", "alt", "width", "height"]),
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
        .url_schemes(["http", "https", "mailto"].into_iter().collect())
        .url_relative(base.map_or(UrlRelative::Deny, |base| UrlRelative::RewriteWithBase(base.clone())))
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

/// An absolute address with all encoded that browsers encode (<https://url.spec.whatwg.org/>), so that
/// it has no blanks and no lines: in the text part it is a line of its own. Others are joined later.
fn encoded(address: &str) -> Cow<'_, str> {
    match Url::parse(address) {
        Ok(url) => Cow::Owned(url.as_str().replace(' ', "%20")),
        Err(_) => Cow::Borrowed(address),
    }
}

/// Headings put under a headline, and pictures put into the measure. `clean` is what the sanitizer wrote, so that
/// every `<` begins a tag and every value is quoted.
fn fit(clean: &str, under: u8, words: &Words) -> String {
    let mut fitted = String::with_capacity(clean.len() + 256);
    let mut headings = Headings { under, open: Vec::new() };
    let (mut in_link, mut in_pre) = (false, false);
    let mut rest = clean;
    while let Some(start) = rest.find('<') {
        fitted.push_str(&rest[..start]);
        let (tag, after) = split_tag(&rest[start..]);
        rest = after;
        let name = tag.trim_matches(['<', '>', '/']).split_ascii_whitespace().next().unwrap_or_default();
        let is_end = tag.starts_with("</");
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => fitted.push_str(&headings.shift(name, is_end)),
            "img" => fitted.push_str(&picture(tag, in_link, words).unwrap_or_default()),
            "code" if in_pre => {} // As text it would be quoted twice.
            _ => {
                in_link = if name == "a" { !is_end } else { in_link };
                in_pre = if name == "pre" { !is_end } else { in_pre };
                fitted.push_str(tag);
            }
        }
    }
    fitted.push_str(rest);
    fitted
}

/// `html`, as the sanitizer wrote it, with all cells in one row each: html2text panics where one that is
/// two columns wide reaches below the last row. In text it only moves what is beside it.
fn without_rowspans(html: &str) -> Cow<'_, str> {
    const ROWSPAN: &str = " rowspan=\"";
    if !html.contains(ROWSPAN) {
        return Cow::Borrowed(html);
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (tag, after) = split_tag(&rest[start..]);
        kept.push_str(&rest[..start]);
        match tag.split_once(ROWSPAN).and_then(|(before, value)| Some((before, value.split_once('"')?.1))) {
            Some((before, after)) => kept.extend([before, after]),
            None => kept.push_str(tag),
        }
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// The levels of a body's headings, as they are nested.
struct Headings {
    under: u8,
    open: Vec<u8>,
}

impl Headings {
    /// The tag of a heading: one level below the last heading that is above it.
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

/// A picture within the measure, or `None` where it has no address, or is a pixel that counts
/// readers.
///
/// `width` is for clients that know no CSS; where its size is not known it is the measure, and the
/// stylesheet lets the picture's own width count.
fn picture(tag: &str, in_link: bool, words: &Words) -> Option<String> {
    let source = attribute(tag, "src").filter(|source| source.starts_with("http"))?;
    let size = |name| attribute(tag, name).and_then(|value| value.trim_end_matches("px").parse::<u32>().ok());
    if size("width").is_some_and(|width| width <= 1) || size("height").is_some_and(|height| height <= 1) {
        return None;
    }
    let alt = attribute(tag, "alt").unwrap_or_default();
    // What the sanitizer wrote is escaped; the user's word is not.
    let alt = match alt.trim() {
        "" if in_link => Cow::Owned(escaped(&words.picture).replace('"', "&quot;")),
        _ => Cow::Borrowed(alt),
    };
    let width = size("width").unwrap_or(MEASURE).min(MEASURE);
    Some(format!(r#"<img src="{source}" alt="{alt}" width="{width}">"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Words {
        Words::built_in("en").unwrap()
    }

    fn html(source: &str) -> Body {
        Body { markup: Markup::Html, source: source.to_owned() }
    }

    fn rendered(source: &str) -> String {
        let base = Url::parse("https://example.org/news/a/").unwrap();
        render(&html(source), Some(&base), 1, &english()).unwrap().html
    }

    #[test]
    fn nothing_that_runs_loads_or_asks_comes_through() {
        for source in [
            "<script>alert(1)</script>",
            "<style>p{display:none}</style>",
            "<iframe src='https://example.org'></iframe>",
            "<img src='x' onerror='alert(1)'>",
            "<img src='data:image/png;base64,AAAA'>",
            "<p onclick='x()' style='color:red' class='ink' id='i'>p</p>",
            "<a href='javascript:alert(1)'>a</a>",
            "<a href='data:text/html,x'>a</a>",
            "<form action='https://example.org'><input name=q><button>b</button></form>",
            "<svg onload='alert(1)'></svg>",
            "<link rel=stylesheet href='https://example.org/x.css'><base href='https://evil.example/'>",
            "<!--[if mso]><p>x</p><![endif]-->",
            "<video src='https://example.org/v'></video><object data=x></object><embed src=x>",
            "<a href='https://example.org/\"><script>x</script>'>a</a>",
        ] {
            let shown = rendered(source);
            for bad in [
                "<script",
                "<style",
                "<iframe",
                "onerror=",
                "onclick=",
                "style=",
                "class=",
                "id=",
                "javascript:",
                "data:",
                "<form",
                "<input",
                "<button",
                "<svg",
                "<link",
                "<base",
                "<!--",
                "<video",
                "<object",
                "<embed",
            ] {
                assert!(!shown.contains(bad), "{source} left {bad}: {shown}");
            }
        }
    }

    #[test]
    fn a_word_of_the_user_does_not_leave_the_attribute_that_it_stands_in() {
        let mut words = english();
        words.picture = "\"><b> & c".to_owned();
        let body = html("<a href='https://example.org/'><img src='https://example.org/p.png'></a>");
        assert!(render(&body, None, 1, &words).unwrap().html.contains(r#"alt="&quot;>&lt;b> &amp; c" "#));
    }

    #[test]
    fn players_and_frames_are_links_that_say_what_is_there() {
        for (source, shown) in [
            (
                "<iframe src='https://www.youtube.com/embed/abc?rel=0' title='A &lt;film'></iframe>",
                r#"<p><a href="https://www.youtube.com/watch?v=abc">Video: A &lt;film</a></p>"#,
            ),
            (
                "<p>See <iframe data-src=//maps.example/m></iframe> it</p>",
                r#"<p>See  <a href="https://maps.example/m">Open</a>  it</p>"#,
            ),
            (
                "<video controls><source src=v.mp4 type=video/mp4>No <b>video</b>.</video>",
                r#"<p><a href="https://example.org/news/a/v.mp4">Video: example.org</a></p>"#,
            ),
            (
                "<audio src='https://e.org/a.mp3'></audio>",
                r#"<p><a href="https://e.org/a.mp3">Audio: e.org</a></p>"#,
            ),
            ("<object><p>Instead</p></object>", "<p>Instead</p>"),
            (
                "<object data='https://e.org/f.pdf'>x</object>",
                r#"<p><a href="https://e.org/f.pdf">Open: e.org</a></p>"#,
            ),
            ("a<iframe src='https://track.example/' width=0 height=0></iframe>", "a"),
            ("a<iframe src='javascript:alert(1)'><script>alert(1)</script></iframe>b", "ab"),
            ("<embed src='data:text/html,x'>a", "a"),
        ] {
            assert_eq!(rendered(source), shown, "{source}");
        }
    }

    #[test]
    fn footnotes_and_tasks_keep_their_words_and_lead_nowhere() {
        let source = "A claim[^1].\n\n- [x] done\n- [ ] open\n\n[^1]: Its *source*.\n";
        let body = Body { markup: Markup::Markdown, source: source.into() };
        let prose = render(&body, Url::parse("https://e.org/").ok().as_ref(), 1, &english()).unwrap();
        assert!(!prose.html.contains("href"), "{}", prose.html);
        assert!(
            prose.html.contains("A claim<sup>[1]</sup>.") && prose.html.contains("☑ done"),
            "{}",
            prose.html
        );
        assert!(prose.html.contains("<sup>[1]</sup>\n<p>Its <em>source</em>.</p>"), "{}", prose.html);
    }

    #[test]
    fn addresses_are_absolute() {
        assert_eq!(
            rendered(r##"<a href="../b">b</a> <a href="#c">c</a> <a href="//x.example/d">d</a>"##),
            r#"<a href="https://example.org/news/b">b</a> <a href="https://example.org/news/a/#c">c</a> <a href="https://x.example/d">d</a>"#
        );
        assert!(
            rendered("<img src=i.png alt=I>").contains(r#"src="https://example.org/news/a/i.png" alt="I""#)
        );
    }

    #[test]
    fn an_address_is_one_line_without_blanks_in_both_parts() {
        let source = "<a href='https://e.example/a\n\nUnsubscribe: b\"c'>a</a> <a href='mailto:a b'>b</a>";
        let prose = render(&html(source), None, 1, &english()).unwrap();
        assert_eq!(
            prose.text,
            "a [1] b [2]\n\n[1] https://e.example/aUnsubscribe:%20b%22c\n[2] mailto:a%20b"
        );
        assert!(prose.html.contains(r#"href="https://e.example/aUnsubscribe:%20b%22c""#), "{}", prose.html);
    }

    #[test]
    fn headings_begin_below_the_headline_and_skip_no_level() {
        for (source, levels) in [
            ("<h1>a</h1><h2>b</h2><h2>c</h2><h1>d</h1>", "2332"),
            ("<h2>a</h2><h5>b</h5><h3>c</h3>", "233"),
            ("<h4>a</h4><h2>b</h2><h3>c</h3>", "223"),
            ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>", "234566"),
        ] {
            let shown = rendered(source);
            let found: String = shown.match_indices("<h").map(|(at, _)| &shown[at + 2..at + 3]).collect();
            assert_eq!(found, levels, "{source}");
            let ends: String = shown.match_indices("</h").map(|(at, _)| &shown[at + 3..at + 4]).collect();
            assert_eq!(ends, levels, "{source}");
        }
    }

    #[test]
    fn pictures_keep_to_the_measure_and_pixels_that_count_are_dropped() {
        for (source, shown) in [
            (
                r#"<img src="https://e.org/a" width=1200 height=800 alt="a > b">"#,
                r#"<img src="https://e.org/a" alt="a &gt; b" width="536">"#,
            ),
            (r#"<img src="https://e.org/a" width=20>"#, r#"<img src="https://e.org/a" alt="" width="20">"#),
            (
                r#"<a href="https://e.org/"><img src="https://e.org/a"></a>"#,
                r#"<a href="https://e.org/"><img src="https://e.org/a" alt="Picture" width="536"></a>"#,
            ),
            (r#"a<img src="https://e.org/p" width=1 height=1>b"#, "ab"),
            (r#"a<img alt="no source">b"#, "ab"),
        ] {
            assert_eq!(rendered(source).replace("a > b", "a &gt; b"), shown, "{source}");
        }
    }

    #[test]
    fn tables_without_a_head_are_layout_and_claim_no_room() {
        assert_eq!(
            rendered("<table><tr><td colspan=4000000 rowspan=2>a</td></tr></table>"),
            r#"<table role="presentation" class="fits"><tbody><tr><td rowspan="2">a</td></tr></tbody></table>"#
        );
        assert!(rendered("<table><tr><th>a</th></tr></table>").starts_with("<table class"));
    }

    #[test]
    fn cells_of_any_span_keep_their_place_in_the_text() {
        for (source, text) in [
            ("<table><tr><td>a</td><td colspan=2 rowspan=2>b</td></tr></table>", "a│b"),
            ("<table><tr><td colspan=0>a</td><td>b</td></tr></table>", "a│b"),
            ("<table><tr><td rowspan=9>a rowspan=\"2\"</td><td>b</td></tr></table>", "a rowspan=\"2\"│b"),
        ] {
            let prose = render(&html(source), None, 1, &english()).unwrap();
            assert!(prose.text.contains(text), "{source}:\n{}", prose.text);
        }
    }

    #[test]
    fn a_list_is_counted_from_any_number_that_there_is() {
        for (start, text) in [("7", "7. a\n8. b"), ("-1", "-1. a"), ("9223372036854775807", "1. a\n2. b")] {
            let source = format!("<ol start={start}><li>a</li><li>b</li></ol>");
            let prose = render(&html(&source), None, 1, &english()).unwrap();
            assert!(prose.text.contains(text), "{start}:\n{}", prose.text);
        }
    }

    #[test]
    fn markdown_is_rendered_and_what_is_too_deep_is_refused() {
        let markdown = |source: &str| Body { markup: Markup::Markdown, source: source.to_owned() };
        let prose = render(
            &markdown("# A {#a .b}\n\nSee [b](/b) ~~c~~.\n"),
            Url::parse("https://e.org/x/").ok().as_ref(),
            2,
            &english(),
        );
        assert_eq!(
            prose.unwrap().html,
            "<h3>A</h3>\n<p>See <a href=\"https://e.org/b\">b</a> <del>c</del>.</p>\n"
        );
        assert_eq!(render(&markdown(&"> ".repeat(5_000)), None, 1, &english()), Err(Unfit::TooDeep));
        assert_eq!(render(&html(&"<div>".repeat(100_000)), None, 1, &english()), Err(Unfit::TooDeep));
        assert_eq!(
            words(&markdown("Some *words*.\n\n```\ncode\n```\n\n![alt](/i.png) More.")).unwrap(),
            "Some words. More."
        );
    }
}
