//! Stories: articles as they are shown.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::error::Error;
use super::fitted::Under;
use super::input::Input;
use super::links::Links;
use super::prose::Prose;
use super::{line, plain, prose, summary};
use crate::article::{Article, Body};
use crate::config::{Digest, Layout, Words};
use crate::selection::Picked;

/// The widest headline, in columns: some feeds put a whole article there.
const TITLE: usize = 300;

/// An article as it is shown.
#[derive(Clone)]
pub(super) struct Story<'a> {
    /// The headline.
    pub(super) title: String,
    /// Where it leads.
    pub(super) url: &'a str,
    /// What it says in short; not shown where all of it is.
    pub(super) brief: Option<Rc<Brief<'a>>>,
    /// All that it says.
    pub(super) prose: Option<Rc<Prose>>,
    /// Who tells it, where that is not the site.
    pub(super) source: Option<String>,
    /// Its source and date, where they are known.
    pub(super) by: Option<String>,
    /// Where others tell the same.
    pub(super) also: Vec<Also<'a>>,
}

/// A summary, made when it is asked for: where all of an article is shown, often nobody does.
pub(super) struct Brief<'a> {
    article: &'a Article,
    body: &'a Body,
    text: OnceCell<Option<String>>,
}

/// Where another tells the same.
#[derive(Clone)]
pub(super) struct Also<'a> {
    /// Who it is.
    pub(super) source: String,
    /// Where it leads.
    pub(super) url: &'a str,
}

impl<'a> Story<'a> {
    /// How what was picked is shown under a headline of `level`.
    ///
    /// # Errors
    /// When it has no address.
    pub(super) fn of(
        input: &Input<'a>,
        picked: &'a Picked,
        body: &'a Body,
        level: u8,
    ) -> Result<Self, Error> {
        let (layout, words) = (input.digest.layout, &input.digest.words);
        let story = Self::headline(input, picked)?;
        let links = Links::of(&picked.article, &input.selection.picked);
        let prose = (layout == Layout::Full)
            .then(|| prose::render(body, &links, Under { level, headline: &story.title }, words).ok())
            .flatten()
            .filter(|prose| {
                !prose.is_empty() && !summary::is_headline_only(&prose.html, &story.title, &picked.article)
            })
            .map(Rc::new);
        let brief = Brief { article: &picked.article, body, text: OnceCell::new() };
        let brief = (layout != Layout::Headlines).then(|| Rc::new(brief));
        Ok(Self { brief, prose, ..story })
    }

    /// What is carried by its headline only.
    ///
    /// # Errors
    /// When it has no address.
    pub(super) fn headline(input: &Input<'a>, picked: &'a Picked) -> Result<Self, Error> {
        let article = &picked.article;
        let url = article.url.as_ref().ok_or_else(|| Error::NoAddress { path: article.path.clone() })?;
        Ok(Self {
            title: line::cut(&line::plain(article.headline()), TITLE),
            url: url.as_str(),
            brief: None,
            prose: None,
            by: byline(input, article, &input.digest.words),
            source: source(article, input.digest),
            also: also(picked),
        })
    }

    /// How much HTML its body is, in bytes.
    pub(super) fn body_size(&self) -> usize {
        self.prose.as_ref().map_or(0, |prose| prose.html.len())
    }

    /// What it says in short.
    pub(super) fn summary(&self) -> Option<&str> {
        let Brief { article, body, text } = &**self.brief.as_ref()?;
        text.get_or_init(|| summary::of(article, body, &self.title)).as_deref()
    }

    /// The story in the text part, without the blank line after it, in these fixed words. Its address is what it `leads_on`
    /// by, where the HTML part has a link for that behind the summary.
    pub(super) fn to_text(&self, words: &Words, leads_on: bool) -> String {
        let mut lines = vec![plain::wrap(&self.title)];
        let summary = if self.prose.is_none() { self.summary() } else { None };
        lines.extend(summary.map(plain::wrap));
        lines.extend(self.by.as_deref().map(plain::wrap));
        if leads_on && summary.is_some() {
            lines.push(plain::wrap(&format!("{}{}", words.read_on, words.colon)));
        }
        lines.push(self.url.to_owned());
        for Also { source, url } in &self.also {
            let (before, after) = words.also_at();
            lines
                .extend([plain::wrap(&format!("{before}{source}{after}{}", words.colon)), (*url).to_owned()]);
        }
        if let Some(prose) = &self.prose {
            // It can be long, so that it comes last.
            lines.extend([String::new(), prose.text.clone()]);
        }
        lines.join("\n")
    }
}

/// Where others tell the same, each of them once.
fn also(picked: &Picked) -> Vec<Also<'_>> {
    let mut names = HashSet::new();
    let places = picked
        .also
        .iter()
        .filter_map(|at| Some(Also { source: line::plain(at.source.as_ref()?), url: at.url.as_str() }));
    places.filter(|also| !also.source.is_empty() && names.insert(also.source.clone())).collect()
}

/// Who tells it, to stand before other text.
fn source(article: &Article, digest: &Digest) -> Option<String> {
    let source = article.publisher().map(line::plain).filter(|source| !source.is_empty())?;
    Some(line::set_apart(source, line::direction(&digest.language)))
}

/// Source and date: `Fox News · Tuesday`.
fn byline(input: &Input<'_>, article: &Article, words: &Words) -> Option<String> {
    let source = source(article, input.digest);
    let date = article.date.or(article.publish_date);
    let day = date.map(|date| words.near_date(date.day(input.site.timezone), input.key.date));
    let parts: Vec<String> = source.into_iter().chain(day).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
