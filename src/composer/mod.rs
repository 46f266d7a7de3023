//! Composing: a selection becomes an issue, its subject, HTML and text.
//!
//! Pure and deterministic: no files, no network, no clock; the same input makes the same bytes.
//! What differs by recipient is one link in each part, in which [`Token::PLACEHOLDER`] stands. What
//! articles say is made harmless on the way, and a placeholder in an article is taken out, for
//! whoever wrote it would be sent every reader's token.

#[cfg(test)]
mod samples;

mod accent;
mod line;
mod tag;
mod tail;
mod links;
mod known;
mod embed;
mod nesting;
mod tree;
mod content_model;
mod table;
mod wrapping;
mod plain;
mod mdx;
mod shortcode;
mod markdown;
mod allowed;
mod contents;
mod fitted;

mod error;
mod input;

mod prose;
mod subject;
mod summary;

mod story;
mod budget;

mod page;

mod render;

pub use accent::Accent;
pub use budget::{CLIP, Trimmed};
pub use error::Error;
pub use input::Input;
pub use nesting::Unfit;
pub(crate) use nesting::check_page as check_nesting;
pub use prose::check as check_body;

use unicode_width::UnicodeWidthStr;

use crate::issue::{CarriedArticle, Issue};
use crate::selection::Picked;
use crate::subscriber::Token;
use page::{Lines, Notes, Page};
use story::Story;

/// How much of a preheader inboxes show, in columns: phones the one, desktops the other.
const NARROW_PREHEADER: usize = 40;
const WIDE_PREHEADER: usize = 110;

/// Composes the issue that `input` makes.
///
/// A body that is too much for a mail (see [`check_body`]) is shown as its summary, with a link.
///
/// # Errors
/// When nothing was picked, the digest's templates or colours are wrong, or a part would not hold
/// exactly one link to unsubscribe.
pub fn compose(input: &Input<'_>) -> Result<Issue, Error> {
    compose_withholding(input).map(|(issue, _)| issue)
}

/// What an issue does not show of its articles, though its layout would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// What was shortened so that no inbox cuts the HTML off.
    pub trimmed: Trimmed,
    /// The paths of those whose bodies are shown as summaries, and why.
    pub unfit: Vec<(String, Unfit)>,
}

/// As [`compose`], with what it does not show.
///
/// # Errors
/// As [`compose`].
pub fn compose_withholding(input: &Input<'_>) -> Result<(Issue, Withheld), Error> {
    let picked = &input.selection.picked;
    if picked.len() != input.bodies.len() {
        return Err(Error::Bodies { bodies: input.bodies.len(), articles: picked.len() });
    }
    let mut stories = picked.iter().zip(input.bodies).enumerate().map(|(at, (picked, body))| {
        let level = if at == 0 { 1 } else { page::level_of(picked) };
        Story::of(input, picked, body, level)
    });
    let lead = stories.next().ok_or(Error::Empty)??;
    let others = stories.collect::<Result<Vec<_>, _>>()?;
    let headlines = input.selection.headlines.iter().map(|picked| Story::headline(input, picked));
    let headlines = headlines.collect::<Result<Vec<_>, _>>()?;
    let subject = without_placeholder(&subject(input, &lead.title)?);
    let preheader = without_placeholder(&preheader(input, &subject, &lead, &others));
    let unfit = picked
        .iter()
        .zip(std::iter::once(&lead).chain(&others))
        .filter_map(|(picked, story)| Some((picked.article.path.clone(), story.unfit?)));
    let unfit = unfit.collect();
    let stories = std::iter::once(&lead).chain(&others).chain(&headlines);
    let articles = carried(input.selection.carried(), stories);

    let notes = Notes::of(input)?;
    let mark = budget::mark(std::iter::once(&lead).chain(&others).map(Story::body));
    let page = |trimmed| {
        let (lead, mut others) = trimmed_stories(&lead, &others, trimmed);
        let mut more = others.split_off(others.len() - trimmed.headlines.min(others.len()));
        more.extend(headlines.iter().cloned());
        let lines = Lines { subject: &subject, preheader: &preheader, mark: &mark };
        Page::of(input, &notes, lines, lead, others, more)
    };
    let bodies: Vec<usize> = std::iter::once(&lead).chain(&others).map(|story| story.body().len()).collect();
    let (trimmed, html) = budget::fitting(&mark, &bodies, |trimmed| render::html(&page(trimmed)?))?;
    let text = render::text(&page(trimmed)?)?;
    let issue = Issue {
        key: input.key.clone(),
        language: input.digest.language.clone(),
        composed: input.now,
        articles,
        cut: input.selection.cut.clone(),
        dropped: input.selection.dropped.clone(),
        html: with_one_placeholder(&html, "HTML")?,
        text: with_one_placeholder(&text, "text")?,
        subject,
        preheader,
    };
    Ok((issue, Withheld { trimmed, unfit }))
}

/// The stories, the last of them shortened.
fn trimmed_stories<'a>(
    lead: &Story<'a>,
    others: &[Story<'a>],
    trimmed: Trimmed,
) -> (Story<'a>, Vec<Story<'a>>) {
    let count = others.len() + 1;
    let shown = |at: usize, story: &Story<'a>| {
        let mut story = story.clone();
        let from_end = count - at;
        if from_end <= trimmed.summaries {
            story.prose = None;
        }
        if from_end <= trimmed.headlines {
            story.brief = None;
        }
        story
    };
    (shown(0, lead), others.iter().enumerate().map(|(at, story)| shown(at + 1, story)).collect())
}

/// The subject: the digest's template, else its title and the date.
fn subject(input: &Input<'_>, lead_title: &str) -> Result<String, Error> {
    let Input { site, digest, key, selection, .. } = *input;
    let lead = &selection.picked[0].article;
    let values = subject::Values {
        site_title: &line::plain(&site.title),
        digest_title: &line::plain(&digest.title),
        digest_name: &digest.name,
        date: &digest.words.date(key.date),
        number: input.number,
        count: selection.picked.len(),
        lead_title,
        lead_source: &lead.publisher().map(line::plain).unwrap_or_default(),
        lead_section: &line::plain(&lead.section),
        lead_tags: &lead.tags.iter().map(|tag| line::plain(tag)).collect::<Vec<_>>(),
    };
    let rendered = subject::render(&digest.subject, &values)
        .map_err(|source| Error::Subject { digest: digest.name.clone(), source })?;
    if !rendered.is_empty() {
        return Ok(rendered);
    }
    render::plain_subject(values.digest_title, values.date, &digest.words.comma)
}

/// What is in the issue, for the inbox: what the subject does not say already, as far as it fits,
/// and the digest and its date where that is too little.
fn preheader(input: &Input<'_>, subject: &str, lead: &Story<'_>, others: &[Story<'_>]) -> String {
    let lead_says = if subject.contains(&lead.title) { lead.summary() } else { Some(&*lead.title) };
    let titles = others.iter().map(|story| &*story.title);
    let mut says = lead_says.into_iter().chain(titles).collect::<Vec<_>>();
    let (title, date) = (line::plain(&input.digest.title), input.digest.words.long_date(input.key.date));
    let site = line::plain(&input.site.title);
    for more in [&*title, &*date, &*site] {
        if says.join(" · ").width() < NARROW_PREHEADER {
            says.push(more);
        }
    }
    line::cut(&says.join(" · "), WIDE_PREHEADER)
}

/// What the issue carries, as its record says.
fn carried<'a>(
    picked: impl Iterator<Item = &'a Picked>,
    stories: impl Iterator<Item = &'a Story<'a>>,
) -> Vec<CarriedArticle> {
    picked
        .zip(stories)
        .map(|(picked, story)| {
            let identity = picked.article.identity();
            CarriedArticle {
                path: identity.path,
                link: identity.link,
                // Not the headline: it is compared with the titles of later articles.
                title: line::plain(&picked.article.title),
                url: story.url.to_owned(),
                also: picked.also.iter().map(|also| also.identity.clone()).collect(),
            }
        })
        .collect()
}

/// Text in which nothing stands that would become a reader's token.
fn without_placeholder(text: &str) -> String {
    // The ellipsis is not in the placeholder, so that no new one can come together around it.
    text.replace(Token::PLACEHOLDER, "…")
}

/// A finished part in which the placeholder stands once: in the footer's link, the last that was
/// written; any before it came from an article.
fn with_one_placeholder(part: &str, name: &'static str) -> Result<String, Error> {
    let wrong = |found| Error::Unsubscribe { part: name, found };
    let at = part.rfind(Token::PLACEHOLDER).ok_or(wrong(0))?;
    let (before, link) = part.split_at(at);
    let part = without_placeholder(before) + link;
    match part.matches(Token::PLACEHOLDER).count() {
        1 => Ok(part),
        found => Err(wrong(found)),
    }
}

#[cfg(test)]
mod tests;
