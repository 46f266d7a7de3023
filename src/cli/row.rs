//! Articles as lines of JSON.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::article::Article;
use crate::pipeline::{Explained, Outcome};
use crate::selection::{Passed, Reason, Sameness};

/// An article as a line of JSON.
#[derive(Debug, Default, Serialize)]
pub(super) struct Row<'a> {
    path: &'a str,
    #[serde(flatten)]
    article: Option<Fields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    included: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<Story>,
}

/// What is told of one article only.
#[derive(Debug, Serialize)]
struct Story {
    since: Option<String>,
    until: Option<String>,
    objections: Vec<&'static str>,
    place: Option<usize>,
    group: Option<String>,
    carried_in: Option<String>,
}

#[derive(Debug, Serialize)]
struct Fields<'a> {
    title: &'a str,
    date: Option<String>,
    tags: &'a [String],
    categories: &'a [String],
    source: Option<&'a str>,
    section: &'a str,
    url: Option<&'a str>,
    summary: Option<&'a str>,
    image: Option<&'a str>,
    draft: bool,
}

impl<'a> Row<'a> {
    pub(super) fn of(article: &'a Article, zone: Tz) -> Self {
        let fields = Fields {
            title: &article.title,
            date: article.date.map(|date| date.start(zone).to_rfc3339()),
            tags: &article.tags,
            categories: &article.categories,
            source: article.source.as_deref(),
            section: &article.section,
            url: article.url.as_ref().map(url::Url::as_str),
            summary: article.summary.as_deref().or(article.description.as_deref()),
            image: article.image.as_deref(),
            draft: article.draft,
        };
        Self { path: &article.path, article: Some(fields), ..Self::default() }
    }

    /// All about one article.
    pub(super) fn of_story(explained: &'a Explained, zone: Tz) -> Self {
        let local = |instant: DateTime<Utc>| instant.with_timezone(&zone).to_rfc3339();
        let (place, group) = match &explained.outcome {
            Outcome::Picked { place, group, .. } => (Some(*place), group.clone()),
            Outcome::Headline { place, .. } => (Some(*place), None),
            Outcome::Passed(_) => (None, None),
        };
        let row = explained.article.as_ref().map_or_else(Row::default, |article| Row::of(article, zone));
        let story = Story {
            since: explained.window.since.map(local),
            until: explained.window.until.map(local),
            objections: explained.objections.iter().map(Reason::name).collect(),
            place,
            group,
            carried_in: explained.carried_in.as_ref().map(ToString::to_string),
        };
        let row = Row { path: &explained.path, story: Some(story), ..row }.included(Some(place.is_some()));
        match &explained.outcome {
            Outcome::Picked { .. } => row,
            Outcome::Headline { .. } => row.headline(),
            Outcome::Passed(reason) => row.because(reason),
        }
    }

    /// One that is passed over, with the reason.
    pub(super) fn of_passed(passed: &'a Passed, zone: Tz) -> Self {
        let row = passed.article.as_ref().map_or_else(Self::default, |article| Self::of(article, zone));
        Self { path: &passed.path, ..row }.included(Some(false)).because(&passed.reason)
    }

    /// With whether it is in.
    pub(super) fn included(self, included: Option<bool>) -> Self {
        Self { included, ..self }
    }

    /// One that is in as a headline only.
    pub(super) fn headline(self) -> Self {
        Self { headline: Some(true), ..self }
    }

    fn because(self, reason: &'a Reason) -> Self {
        let reasoned = Self { reason: Some(reason.name()), ..self };
        match reason {
            Reason::Problem { line, message } => Self { line: *line, message: Some(message), ..reasoned },
            Reason::Duplicate { of, by: Sameness::Link } => Self { of: Some(of), ..reasoned },
            Reason::Duplicate { of, by: Sameness::Title { percent, issue } } => Self {
                of: Some(of),
                similarity: Some(f64::from(*percent) / 100.0),
                issue: issue.as_deref(),
                ..reasoned
            },
            _ => reasoned,
        }
    }
}

/// What shows that an article is the same as that at `of`.
pub(super) fn sameness(of: &str, by: &Sameness) -> String {
    match by {
        Sameness::Link => format!("the same link as {of}"),
        Sameness::Title { percent, issue: None } => format!("{percent} % the title of {of}"),
        Sameness::Title { percent, issue: Some(issue) } => {
            format!("{percent} % the title of {of}, carried in {issue}")
        }
    }
}
