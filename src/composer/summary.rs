//! Summaries: what an article says, in three lines.

use super::line;
use super::prose;
use crate::article::{Article, Body, Markup};

/// The longest summary: three lines of 65 columns.
const COLUMNS: usize = 195;

/// How much of a body is read for its first sentences, in bytes.
const BEGINNING: usize = 16 * 1024;

/// What `article` says in short: what it says for newsletters, else its front matter's `summary`, else `description`, else the body
/// up to `<!--more-->`, else the body's first sentences. `None` where there is nothing but the
/// headline again, as in feeds of feeds.
pub(super) fn of(article: &Article, body: &Body, headline: &str) -> Option<String> {
    let summary = article.newsletter.summary.as_deref().or(article.summary.as_deref());
    let summary = summary.map(|text| Body { markup: Markup::Markdown, source: text.trim().into() });
    let description =
        article.description.as_deref().map(|text| Body { markup: Markup::Html, source: text.into() });
    [summary, description, Some(before_more(body))]
        .into_iter()
        .flatten()
        .filter_map(|written| prose::words(&written).ok())
        .find(|words| !words.is_empty() && !only_repeats(words, headline))
        .map(|words| line::shorten(&words, COLUMNS))
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

/// Whether a summary begins with the headline (without the ` - Source` that aggregators put behind
/// it), and so tells a reader nothing that the line above has not told.
fn only_repeats(summary: &str, headline: &str) -> bool {
    let core = headline.rsplit_once(" - ").map_or(headline, |(core, _)| core).to_lowercase();
    let summary = summary.to_lowercase();
    summary == core || core.len() >= 20 && summary.starts_with(&core)
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
            (Some("The headline of the story today"), None, "", None),
            (
                Some("The headline of the story today&nbsp;&nbsp;BBCMore"),
                None,
                "But this.",
                Some("But this."),
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
    fn the_time_to_find_the_mark_grows_with_the_length_only() {
        for end in ["", "-->", "<!--more-->"] {
            // Each comment searched to its end would be a minute.
            let source = format!("{}{end}", "<!--".repeat(250_000));
            assert_eq!(more_at(&source).is_some(), end.contains("more"), "{end}");
        }
    }
}
