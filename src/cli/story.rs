//! `tidings select --explain ARTICLE`: the whole story of one article.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::report::Failure;
use super::row::{Row, sameness};
use super::{Format, Global, table};
use crate::article::{Article, Moment};
use crate::pipeline::{Explained, Outcome, Project};
use crate::selection::{Reason, Window};

/// Tells it, as lines of text or as one line of JSON.
pub(super) fn tell(global: &Global, project: &Project, story: &Explained) -> Result<(), Failure> {
    let zone = project.config.site.timezone;
    if global.format == Format::Json {
        return table::json(&Row::of_story(story, zone));
    }
    let title = story.article.as_ref().map(|article| format!("  “{}”", article.title)).unwrap_or_default();
    table::data(format_args!("{}{title}", story.path))?;
    for (name, text) in lines(story, zone) {
        table::data(format_args!("  {name:<11}{text}"))?;
    }
    Ok(())
}

fn lines(story: &Explained, zone: Tz) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(article) = &story.article {
        lines.extend(said(article, zone));
    }
    lines.push(("window", window(story.window, zone)));
    for (at, objection) in story.objections.iter().enumerate() {
        lines.push((if at == 0 { "against it" } else { "" }, against(objection, story)));
    }
    lines.push((
        "so",
        match &story.outcome {
            Outcome::Picked { place, of, group: None } => format!("it is in the issue, {place} of {of}"),
            Outcome::Picked { place, of, group: Some(group) } => {
                format!("it is in the issue, {place} of {of}, under “{group}”")
            }
            Outcome::Headline { place, of } => {
                format!("it is over a limit, and in the issue as a headline, {place} of {of}")
            }
            Outcome::Passed(reason) if story.objections.contains(reason) => {
                format!("it is passed over: {}", reason.name())
            }
            Outcome::Passed(reason) => format!("it is passed over: {}", against(reason, story)),
        },
    ));
    lines
}

/// What the article says of itself.
fn said(article: &Article, zone: Tz) -> Vec<(&'static str, String)> {
    let when = |moment: Moment| match moment {
        Moment::Day(day) => format!("{day}, the whole day in {}", zone.name()),
        Moment::Instant(instant) => instant.to_rfc3339(),
    };
    let list = |terms: &[String]| (!terms.is_empty()).then(|| terms.join(", "));
    [
        ("dated", article.date.map(when)),
        ("published", article.publish_date.map(when)),
        ("expires", article.expiry_date.map(when)),
        ("tags", list(&article.tags)),
        ("categories", list(&article.categories)),
        ("source", article.publisher().map(str::to_owned)),
        ("section", Some(article.section.clone()).filter(|section| !section.is_empty())),
        ("address", article.url.as_ref().map(url::Url::to_string)),
        ("featured", article.featured.then(|| "it goes before others".to_owned())),
        ("order", article.newsletter.order.map(|order| order.to_string())),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name, text?)))
    .collect()
}

fn window(window: Window, zone: Tz) -> String {
    let local = |instant: DateTime<Utc>| instant.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string();
    match (window.since.map(local), window.until.map(local)) {
        (Some(since), Some(until)) => format!("{since} to {until}"),
        (Some(since), None) => format!("from {since} on"),
        (None, Some(until)) => format!("up to {until}"),
        (None, None) => "any time".to_owned(),
    }
}

/// A reason in words.
fn against(reason: &Reason, story: &Explained) -> String {
    let words = match reason {
        Reason::Problem { line: Some(line), message } => format!("line {line}: {message}"),
        Reason::Problem { line: None, message } => message.clone(),
        Reason::Undated => "it has no date that can be read".to_owned(),
        Reason::Draft => "it says that it is a draft".to_owned(),
        Reason::Future => "it is dated, or to be published, after now".to_owned(),
        Reason::Expired => "its expiry date has come".to_owned(),
        Reason::OptedOut => "it says `newsletter: false`".to_owned(),
        Reason::TooOld => "it appeared before the window".to_owned(),
        Reason::TooNew => "it appeared after the window".to_owned(),
        Reason::Terms => {
            "its tags, categories, source or section are not what the digest asks for".to_owned()
        }
        Reason::Carried => match &story.carried_in {
            Some(issue) => format!("{issue} carried it"),
            None => "an earlier issue carried it, or one that tells the same".to_owned(),
        },
        Reason::Dropped => "an editor dropped it".to_owned(),
        Reason::Duplicate { of, by } => sameness(of, by),
        Reason::NoAddress => {
            "it has no address: give it a `link`, or [site] its `url` in config.toml; or its front matter says that it has no page".to_owned()
        }
        Reason::OverSource => "its source has its share (max_per_source)".to_owned(),
        Reason::OverTag => "a tag of it has its share (max_per_tag)".to_owned(),
        Reason::OverLimit => {
            "the issue is full (limit), or an earlier one that it was in time for left it out (limit, max_per_source, max_per_tag)".to_owned()
        }
    };
    format!("{}: {words}", reason.name())
}
