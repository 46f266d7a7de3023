//! `[digests.NAME]`: recurring publications.

use std::time::Duration;

use chrono::TimeDelta;

use super::address::WebAddress;
use super::duration::{duration, positive};
use super::filter;
use super::problem::Wrong;
use super::reader::{Table, Value, listed};
use super::words::Words;
use super::{site, subject};
use crate::selection::{Caps, Filter, Grouping, Order};
use crate::term;

/// `[digests.NAME]`: a recurring publication.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Its name in config.toml.
    pub name: String,
    /// What readers know it by.
    pub title: String,
    /// The template of its subject; see [`subject`].
    pub subject: String,
    /// A note above the lead story, in Markdown.
    pub intro: String,
    /// The language of its issues, as in BCP 47: the site's, if config.toml says no other.
    pub language: String,
    /// The fixed words of its issues.
    pub words: Words,
    /// The list it goes to: a name in `[lists]`.
    pub list: String,
    /// How far it looks back.
    pub window: TimeDelta,
    /// How long before the last issue's start an article may be dated and still be carried: what
    /// was late.
    pub grace: TimeDelta,
    /// Fewer articles than this make no issue; at least 1.
    pub min_articles: usize,
    /// The most articles of an issue.
    pub caps: Caps,
    /// Which articles it is about.
    pub filter: Filter,
    /// How they are ordered.
    pub order: Order,
    /// How they are grouped.
    pub grouping: Grouping,
    /// How much of each is shown.
    pub layout: Layout,
    /// How many articles that the limits cut are carried as headlines at the end.
    pub more_headlines: usize,
    /// The number of the first issue, where issues are numbered.
    pub number_from: Option<u64>,
    /// Where its issues are on the web.
    pub web: Option<WebAddress>,
    /// Whether what the limit cuts may come in a later issue.
    pub leftovers: bool,
    /// How similar two titles must be, from 0 to 1, to be of one article; `None` is never.
    pub similar: Option<f64>,
    /// How far apart two such articles may be, and how far back those are compared that were
    /// carried.
    pub similar_window: TimeDelta,
}

/// The similarity from which two articles are the same, where config.toml says none.
const SIMILAR: f64 = 0.8;

/// How much of each article is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// Title and source.
    Headlines,
    /// Title, summary and source.
    #[default]
    Summaries,
    /// The whole body.
    Full,
}

const DAY: Duration = Duration::from_hours(24);

const ORDERS: [(&str, Order); 5] = [
    ("newest", Order::Newest),
    ("oldest", Order::Oldest),
    ("weight", Order::Weight),
    ("title", Order::Title),
    ("coverage", Order::Coverage),
];

const GROUPINGS: [(&str, Grouping); 5] = [
    ("none", Grouping::None),
    ("tag", Grouping::Tag),
    ("category", Grouping::Category),
    ("source", Grouping::Source),
    ("section", Grouping::Section),
];

const LAYOUTS: [(&str, Layout); 3] =
    [("headlines", Layout::Headlines), ("summaries", Layout::Summaries), ("full", Layout::Full)];

impl Digest {
    /// Reads a digest that goes to one of these lists, of a site in this language.
    pub(super) fn read(mut table: Table<'_>, lists: &[String], language: &str) -> Option<Self> {
        let name = table.key().to_owned();
        let title = table.need("title", r#"title = "The week in immigration""#, Value::line);
        let subject = table.or(
            "subject",
            r#"subject = "{{ digest.title }}: {{ lead.title }}""#,
            subject::DEFAULT.to_owned(),
            |value| value.parse(subject::check),
        );
        let intro = table.or("intro", r#"intro = "Welcome!""#, String::new(), Value::text);
        let language = table
            .or("language", r#"language = "en""#, language.to_owned(), |value| value.parse(site::language));
        let list = list(&mut table, lists);
        let window = table.or("window", r#"window = "7 days""#, DAY * 7, |value| value.parse(positive));
        let grace = table.or("grace", r#"grace = "2 days""#, DAY * 2, |value| value.parse(duration));
        let (min_articles, limit) = bounds(&mut table);
        let per_source = table.may("max_per_source", "max_per_source = 3", |value| value.whole(1..=i64::MAX));
        let per_tag = table.may("max_per_tag", "max_per_tag = 4", |value| value.whole(1..=i64::MAX));
        let content = filter::of_digest(&mut table);
        let order = table.or("order", r#"order = "newest""#, Order::default(), |value| value.choice(&ORDERS));
        let has_groups = content.as_ref().is_some_and(|(_, groups)| !groups.is_empty());
        let group_by = table.or("group_by", r#"group_by = "tag""#, Grouping::default(), |value| {
            if has_groups {
                let why = "[[sections]] say already how to group";
                value.wrong(Wrong::with_help(why, "remove one of the two"));
                return None;
            }
            value.choice(&GROUPINGS)
        });
        let layout =
            table.or("layout", r#"layout = "summaries""#, Layout::default(), |value| value.choice(&LAYOUTS));
        let (more_headlines, number_from, web) = presentation(&mut table);
        let leftovers = table.or("leftovers", "leftovers = true", false, Value::flag);
        let similar = table.or("similar", "similar = 0.8", Some(SIMILAR), |value| similar(&value));
        // No shorter than the digest looks back, or what was passed over would come when the other is forgotten.
        let shortest = (DAY * 14).max(window.unwrap_or_default());
        let similar_window = table
            .or("similar_window", r#"similar_window = "14 days""#, shortest, |value| value.parse(duration));
        let (filter, groups) = content?;
        let group_by = group_by?;
        Some(Self {
            name,
            title: title?,
            subject: subject?,
            intro: intro?,
            words: Words::built_in(language.as_deref()?).ok()?,
            language: language?,
            list: list?,
            // Times here are at most ten years, which a `TimeDelta` holds.
            window: TimeDelta::from_std(window?).ok()?,
            grace: TimeDelta::from_std(grace?).ok()?,
            min_articles: min_articles?,
            caps: Caps { total: limit?, per_source: per_source?, per_tag: per_tag? },
            filter,
            order: order?,
            grouping: if has_groups { Grouping::Explicit(groups) } else { group_by },
            layout: layout?,
            more_headlines: more_headlines?,
            number_from: number_from?,
            web: web?,
            leftovers: leftovers?,
            similar: similar?,
            similar_window: TimeDelta::from_std(similar_window?).ok()?,
        })
    }
}

/// What an issue shows beside its stories: how many more headlines, the number of the first one, and the web version.
#[expect(clippy::option_option, reason = "`None` is a problem, `Some(None)` is not said")]
fn presentation(table: &mut Table<'_>) -> (Option<usize>, Option<Option<u64>>, Option<Option<WebAddress>>) {
    let more_headlines =
        table.or("more_headlines", "more_headlines = 10", 0, |value| value.whole(0..=i64::MAX));
    let number_from = table.may("number_from", "number_from = 1", |value| value.whole(0..=i64::MAX));
    let web = table.may("web", r#"web = "https://news.example.org/weekly/{issue}/""#, |value| {
        value.parse(WebAddress::read)
    });
    (more_headlines, number_from, web)
}

/// A similarity, or `false` for none. Below a half, most words would be other ones.
#[expect(clippy::option_option, reason = "`None` is a problem, `Some(None)` is never")]
fn similar(value: &Value<'_>) -> Option<Option<f64>> {
    if value.is_false() { Some(None) } else { value.fraction(0.5..=1.0).map(Some) }
}

/// The list it goes to, which need not be named where there is only one.
fn list(table: &mut Table<'_>, lists: &[String]) -> Option<String> {
    const EXAMPLE: &str = r#"list = "main""#;
    let known = |value: Value<'_>| value.parse(|text| known_list(text, lists));
    match lists {
        [only] => table.or("list", EXAMPLE, only.clone(), known),
        [] if !table.has("list") => {
            table.report("there is no list that it could go to", "add [lists.main] with `id` and `reason`");
            None
        }
        _ => table.need("list", EXAMPLE, known),
    }
}

fn known_list(text: &str, lists: &[String]) -> Result<String, Wrong> {
    if lists.iter().any(|list| list == text) {
        return Ok(text.to_owned());
    }
    let why = format!("there is no list {text:?}");
    Err(match (term::nearest(text, lists.iter().map(String::as_str)), lists) {
        (None, []) => Wrong::with_help(why, format!("add [lists.{text}] with `id` and `reason`")),
        (None, _) => Wrong::with_help(why, format!("the lists are {}", listed(lists))),
        (nearest, _) => Wrong::with_nearest(why, nearest),
    })
}

/// The fewest and the most articles of an issue.
#[expect(clippy::option_option, reason = "`None` is a problem, `Some(None)` is no limit")]
fn bounds(table: &mut Table<'_>) -> (Option<usize>, Option<Option<usize>>) {
    let least = table.or("min_articles", "min_articles = 1", 1, |value| value.whole(1..=i64::MAX));
    let limit = table.may("limit", "limit = 12", |value| {
        let limit = value.whole(1..=i64::MAX)?;
        if least.is_some_and(|least| least > limit) {
            let why = "it is less than `min_articles`, so that no issue would ever be sent";
            value.wrong(Wrong::with_help(why, "raise it, or lower `min_articles`"));
            return None;
        }
        Some(limit)
    });
    (least, limit)
}
