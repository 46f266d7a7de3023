//! Summaries: what an article says, in three lines.

use unicode_width::UnicodeWidthStr;

use super::fitted::letters;
use super::tag::{attribute, split_tag, words_in};
use super::{line, prose, tail};
use crate::article::{Article, Body, Markup};

/// The longest summary: three lines of 65 columns.
const COLUMNS: usize = 195;

/// The least columns in which two texts begin alike if one is cut from the other.
const STEM: usize = 30;

/// How much of a body is read for its first sentences, in bytes.
const BEGINNING: usize = 16 * 1024;

/// What `article` says in short: what it says for newsletters, else its front matter's `summary`, else
/// `description`, else the body up to `<!--more-->`, else the body's first sentences. `None` where there is
/// nothing but the headline again, as in feeds of feeds.
///
/// What a feed cut is mended, and where the body begins alike, it goes on from there.
pub(super) fn of(article: &Article, body: &Body, headline: &str) -> Option<String> {
    let summary = article.newsletter.summary.as_deref().or(article.summary.as_deref());
    let written = [(summary, Markup::Markdown), (article.description.as_deref(), Markup::Html)];
    let written = written.into_iter().filter_map(|(text, markup)| {
        let source = tail::untorn(text?.trim()).into_owned();
        prose::words(&Body { markup, source }).ok()
    });
    let says =
        |words: &str| !words.is_empty() && !tail::is_all(words) && !only_repeats(words, headline, article);
    let begins = || Some(tail::mended(&prose::words(&before_more(body)).ok()?));
    let words = match written.map(|words| (tail::mended(&words), words)).find(|(mended, _)| says(mended)) {
        Some((mended, _)) if tail::ends_a_sentence(&mended) && !mended.ends_with('…') => mended,
        Some((mended, words)) => begins().filter(|longer| goes_on(&words, longer)).unwrap_or(mended),
        None => begins().filter(|words| says(words))?,
    };
    Some(line::shorten(&words, COLUMNS))
}

/// Whether `longer` is the text that `words` are cut from.
fn goes_on(words: &str, longer: &str) -> bool {
    let words = tail::bare(words).text;
    // The last word may be a part of one.
    let stem = words.rsplit_once(' ').map_or(words, |(stem, _)| stem);
    stem.width() >= STEM && longer.len() > words.len() && longer.starts_with(stem)
}

/// The part of `body` that its author put before the mark, or the beginning of it.
fn before_more(body: &Body) -> Body {
    let part = more_at(&body.source).map_or(&*body.source, |at| &body.source[..at]);
    Body { markup: body.markup, source: part[..part.floor_char_boundary(BEGINNING)].to_owned() }
}

/// Where the mark stands that an author puts behind the part that stands for the whole: a comment
/// `more`, with blanks (Zola) or without (Hugo, Jekyll). A mark with nothing before it is none.
fn more_at(source: &str) -> Option<usize> {
    let mut from = 0;
    // By the ends of comments, so that no part is searched twice.
    let at = source.match_indices("-->").find_map(|(end, mark)| {
        let begin = source[from..end].rfind("<!--").map(|at| from + at);
        from = end + mark.len();
        begin.filter(|at| source[at + 4..end].trim() == "more")
    })?;
    (!source[..at].trim().is_empty()).then_some(at)
}

/// Whether `text` says the headline and, if anything, who published it, and so tells a reader nothing that
/// the line above has not told.
fn only_repeats(text: &str, headline: &str, article: &Article) -> bool {
    let said = letters(text);
    let behind = |title: &'_ str| title.rsplit_once(" - ").map(|(_, name)| letters(name));
    let core = headline.rsplit_once(" - ").map_or(headline, |(core, _)| core);
    let Some(more) = said.strip_prefix(&letters(core)) else { return false };
    let names = [behind(&article.title), behind(headline), article.publisher().map(letters)];
    more.is_empty() || names.into_iter().flatten().any(|name| name == more)
}

/// Whether a body says no more than the headline, with its source behind it, as in feeds of feeds, and links
/// to nothing else.
pub(super) fn is_headline_only(html: &str, headline: &str, article: &Article) -> bool {
    let page = |address: &str| {
        address.split(['?', '#', '&']).next().map(|page| page.trim_end_matches('/').to_owned())
    };
    let home = article.url.as_ref().and_then(|url| page(url.as_str()));
    let mut links =
        html.match_indices("<a ").filter_map(|(at, _)| attribute(split_tag(&html[at..]).0, "href"));
    !html.contains("<img")
        && only_repeats(&line::plain(&words_in(html)), headline, article)
        && links.all(|link| page(link) == home)
}

#[cfg(test)]
mod tests {
    use super::super::samples::article;
    use super::*;

    fn body(source: &str) -> Body {
        Body { markup: Markup::Markdown, source: source.to_owned() }
    }

    #[test]
    fn a_summary_comes_from_the_first_place_that_has_one() {
        let long = "A first sentence of some length that says what there is to say, with a clause or two. "
            .repeat(4);
        for (summary, description, source, shown) in [
            (Some("Its *own*."), Some("D"), "B", Some("Its own.")),
            (None, Some("Told &amp; <b>described</b>."), "B", Some("Told & described.")),
            (Some("  "), None, "Before.\n\n<!--more-->\n\nAfter.", Some("Before.")),
            (None, None, "Before.\n<!-- x --><!-- more -->After.", Some("Before.")),
            (None, None, "Before.\n<!-- x <!--more-->After.", Some("Before.")),
            (None, None, "<!--more-->After.", Some("After.")),
            (None, None, "# The headline of the story today\n\nBody *text*.", Some("Body text.")),
            (None, None, &long, Some(&long[..171])),
            (None, None, "", None),
            (None, Some("Told &amp;amp; described"), "B", Some("Told &amp; described")),
            (None, Some("It&#8217;s told. Read more &raquo;"), "B", Some("It’s told.")),
            (
                None,
                Some("<p>It is told [&#8230;]</p><p>The post <a href='x'>A</a> appeared first on B.</p>"),
                "",
                Some("It is told…"),
            ),
            (None, Some("It&#82"), "", Some("It…")),
            (None, Some("Read more"), "The body.", Some("The body.")),
            (
                Some("A first sentence of some length that sa"),
                None,
                "A first sentence of some length that says it. Read more",
                Some("A first sentence of some length that says it."),
            ),
            (Some("The headline of the story today"), None, "", None),
            (Some("The headline of the story today&nbsp;&nbsp;BBC"), None, "But this.", Some("But this.")),
            (
                None,
                Some("The headline of the story today, and what is behind it."),
                "",
                Some("The headline of the story today, and what is behind it."),
            ),
        ] {
            let mut article = article("a", "The headline of the story today - BBC");
            article.summary = summary.map(str::to_owned);
            article.description = description.map(str::to_owned);
            let found = of(&article, &body(source), &article.title);
            assert_eq!(found.as_deref(), shown, "{summary:?} {description:?} {source:?}");
        }
    }

    #[test]
    fn a_body_that_is_the_headline_again_is_none() {
        for (html, is) in [
            ("<p><a href=\"https://e.org/\">Tom &amp; the quay</a> <b>The Harbour</b></p>", true),
            ("<p>Tom &amp; the quay.</p>", true),
            (
                "<p>Tom &amp; the quay opens on Friday, and no ship will be there before the evening.</p>",
                false,
            ),
            (
                "<p><a href=\"https://e.org/\">Tom &amp; the quay</a></p><p><a href=\"https://e.org/b\">B</a></p>",
                false,
            ),
            ("<p>It opens.</p>", false),
            ("<p>Tom &amp; the quay at noon</p>", false),
            ("<p>Tom &amp; the quay: <a href=\"https://tickets.example/\">The Harbour</a></p>", false),
            ("<p><a href=\"https://e.org/a?b=1&amp;c\">Tom &amp; the quay</a> E.org</p>", true),
        ] {
            let mut article = article("a", "Tom & the quay - The Harbour");
            article.source = Some("https://www.e.org/".into());
            article.url = url::Url::parse("https://e.org/a").ok();
            let html = html.replace("\"https://e.org/\"", "\"https://e.org/a\"");
            assert_eq!(is_headline_only(&html, &article.title, &article), is, "{html}");
        }
    }

    #[test]
    fn the_time_to_find_the_mark_grows_with_the_length_only() {
        for end in ["", "-->", "<!--more-->"] {
            // Each comment searched to its end would be a minute.
            let source = format!("{}{end}", "<!--".repeat(250_000));
            assert_eq!(more_at(&source).is_some(), end.contains("more"), "{end}");
        }
    }
}
