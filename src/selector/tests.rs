//! One test a rule.

use std::path::PathBuf;

use chrono::{NaiveDate, TimeDelta};
use url::Url;

mod arrangement;
mod copies;
mod edits;

use super::*;
use crate::article::{Markup, Newsletter};
use crate::issue::Told;
use crate::library::Problem;
use crate::selection::{Group, Sameness};
use crate::similar::Limits;

const NEW_YORK: Tz = chrono_tz::America::New_York;

/// An article dated to a day (`2026-01-13`) or an instant (RFC 3339).
fn article(path: &str, date: &str) -> Article {
    Article {
        path: path.to_owned(),
        file: PathBuf::from(path),
        body_start: 0,
        markup: Markup::Markdown,
        title: path.to_owned(),
        date: Some(moment(date)),
        publish_date: None,
        expiry_date: None,
        draft: false,
        description: None,
        summary: None,
        slug: None,
        image: None,
        link: None,
        source: None,
        categories: Vec::new(),
        tags: Vec::new(),
        weight: 0,
        featured: false,
        newsletter: Newsletter::default(),
        section: String::new(),
        url: Url::parse("https://news.example.org/").unwrap().join(path).ok(),
    }
}

fn tagged(path: &str, tags: &[&str]) -> Article {
    Article { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..article(path, "2026-01-13") }
}

fn moment(text: &str) -> Moment {
    match text.parse::<NaiveDate>() {
        Ok(day) => Moment::Day(day),
        Err(_) => Moment::Instant(DateTime::parse_from_rfc3339(text).unwrap()),
    }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// So many articles in all.
fn up_to(total: usize) -> Caps {
    Caps { total: Some(total), ..Caps::default() }
}

const TITLE: &str = "Parliament approves the new border law today";

/// An article from elsewhere, with a link of its own.
fn from_elsewhere(path: &str, title: &str, date: &str, host: &str) -> Article {
    let link = format!("https://{host}/{path}");
    Article { title: title.to_owned(), url: Url::parse(&link).ok(), link: Some(link), ..article(path, date) }
}

/// An article of 13 January that is elsewhere.
fn elsewhere(path: &str, title: &str, host: &str) -> Article {
    from_elsewhere(path, title, "2026-01-13", host)
}

/// A week up to noon of 14 January 2026 in New York, asking for nothing else.
struct Ask {
    filter: Filter,
    history: History,
    grouping: Grouping,
    order: Order,
    caps: Caps,
    headlines: usize,
    edits: Edits,
    window: Window,
    drafts: bool,
    mailed: bool,
    similar: Option<f64>,
    told: Vec<Told>,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            history: History::default(),
            grouping: Grouping::None,
            order: Order::Newest,
            caps: Caps::default(),
            headlines: 0,
            edits: Edits::default(),
            window: Window {
                since: Some(instant("2026-01-07T17:00:00Z")),
                until: Some(instant("2026-01-14T17:00:00Z")),
            },
            drafts: false,
            mailed: true,
            similar: None,
            told: Vec::new(),
        }
    }
}

impl Ask {
    fn of(&self, articles: Vec<Article>) -> Selection {
        let query = Query {
            now: instant("2026-01-14T17:00:00Z"),
            zone: NEW_YORK,
            window: self.window,
            filter: &self.filter,
            drafts: self.drafts,
            mailed: self.mailed,
            history: &self.history,
            duplicates: self.similar.map(|threshold| Duplicates {
                limits: Limits { threshold, within: TimeDelta::days(14) },
                told: &self.told,
            }),
            order: self.order,
            caps: self.caps,
            headlines: self.headlines,
            edits: &self.edits,
            grouping: &self.grouping,
        };
        let problem = Problem { path: "0.md".to_owned(), line: Some(3), message: "broken".to_owned() };
        select(Library { articles, problems: vec![problem], ..Library::default() }, &query)
    }

    fn picks(&self, articles: Vec<Article>) -> Vec<String> {
        self.of(articles).picked.into_iter().map(|picked| picked.article.path).collect()
    }

    /// The reason against the one article given.
    fn objects(&self, article: Article) -> &'static str {
        self.of(vec![article]).passed.get(1).map_or("", |passed| passed.reason.name())
    }
}

#[test]
fn the_first_reason_against_an_article_is_told() {
    let a = |date: &str| article("a.md", date);
    let ask = Ask {
        filter: Filter {
            tags: Terms { none: vec![Term::new("sports")], ..Terms::default() },
            ..Filter::default()
        },
        history: History::of([a("2026-01-13").identity()]),
        ..Ask::default()
    };
    let rows = [
        (Article { date: None, draft: true, ..a("2026-01-13") }, "undated"),
        (Article { draft: true, ..a("2027-01-01") }, "draft"),
        (a("2026-01-14T12:00:01-05:00"), "future"),
        (a("2026-01-15"), "future"),
        (Article { publish_date: Some(moment("2026-01-15")), ..a("2026-01-13") }, "future"),
        (Article { expiry_date: Some(moment("2026-01-14")), ..a("2020-01-13") }, "expired"),
        (a("2026-01-06"), "too-old"),
        (a("2026-01-07T11:59:59-05:00"), "too-old"),
        (Article { tags: vec!["Sports".to_owned()], ..a("2026-01-13") }, "terms"),
        (Article { url: None, ..a("2026-01-13") }, "carried"),
        (Article { url: None, ..article("b.md", "2026-01-13") }, "no-address"),
        (article("b.md", "2026-01-13"), ""),
    ];
    for (article, reason) in rows {
        let told = format!("{article:?}");
        assert_eq!(ask.objects(article), reason, "{told}");
    }
}

#[test]
fn a_day_belongs_to_every_window_that_it_touches_and_instants_are_half_open() {
    let ask = Ask::default();
    assert_eq!(ask.objects(article("a.md", "2026-01-07")), "", "its afternoon is in the window");
    assert_eq!(ask.objects(article("a.md", "2026-01-14")), "", "its morning is in the window");
    assert_eq!(ask.objects(article("a.md", "2026-01-07T12:00:00-05:00")), "");
    let ask = Ask {
        window: Window { since: None, until: Some(instant("2026-01-13T05:00:00Z")) },
        ..Ask::default()
    };
    assert_eq!(ask.objects(article("a.md", "2026-01-13")), "too-new", "that window ends as the day begins");
    assert_eq!(ask.objects(article("a.md", "2026-01-13T00:00:00-05:00")), "too-new");
    assert_eq!(ask.objects(article("a.md", "2026-01-12T23:59:59-05:00")), "");
}

#[test]
fn an_article_published_later_than_its_date_counts_from_then() {
    let late = Article { publish_date: Some(moment("2026-01-13")), ..article("a.md", "2025-12-01") };
    assert_eq!(Ask::default().objects(late), "");
}

#[test]
fn drafts_come_only_when_asked_for() {
    let draft = Article { draft: true, ..article("a.md", "2026-01-13") };
    assert_eq!(Ask { drafts: true, ..Ask::default() }.picks(vec![draft]), ["a.md"]);
}

#[test]
fn terms_are_any_all_and_none() {
    let terms = |any: &[&str], all: &[&str], none: &[&str]| {
        let terms = |texts: &[&str]| texts.iter().map(|text| Term::new(text)).collect();
        Filter { tags: Terms { any: terms(any), all: terms(all), none: terms(none) }, ..Filter::default() }
    };
    let rows = [
        (terms(&[], &[], &[]), true),
        (terms(&["climate-change", "x"], &[], &[]), true),
        (terms(&["x"], &[], &[]), false),
        (terms(&[], &["CLIMATE_CHANGE", "EU"], &[]), true),
        (terms(&[], &["eu", "x"], &[]), false),
        (terms(&["eu"], &[], &["climate change"]), false),
    ];
    for (filter, taken) in rows {
        let told = format!("{filter:?}");
        let ask = Ask { filter, ..Ask::default() };
        assert_eq!(ask.picks(vec![tagged("a.md", &["Climate Change", "eu"])]).len() == 1, taken, "{told}");
    }
}

#[test]
fn sources_match_by_name_and_as_written() {
    let from =
        Article { source: Some("https://www.Example.org/feed".to_owned()), ..article("a.md", "2026-01-13") };
    for source in ["example.org", "https://www.example.org/feed"] {
        let sources = Terms { any: vec![Term::new(source)], ..Terms::default() };
        let ask = Ask { filter: Filter { sources, ..Filter::default() }, ..Ask::default() };
        assert_eq!(ask.objects(from.clone()), "", "{source}");
    }
}

#[test]
fn an_article_was_carried_if_its_path_or_its_link_was() {
    let linked =
        |path: &str, link: &str| Article { link: Some(link.to_owned()), ..article(path, "2026-01-13") };
    let ask =
        Ask { history: History::of([linked("a.md", "https://example.org/a").identity()]), ..Ask::default() };
    assert_eq!(ask.objects(linked("a.md", "https://example.org/changed")), "carried");
    assert_eq!(ask.objects(linked("renamed.md", "https://example.org/a/?utm_source=x")), "carried");
    assert_eq!(ask.objects(linked("b.md", "https://example.org/b")), "");
}

const STRIKE: &str = "Ferry strike strands thousands at the port";

#[test]
fn what_the_limit_cuts_stays_cut() {
    let ask = Ask { caps: up_to(1), ..Ask::default() };
    let selection = ask.of(vec![article("a.md", "2026-01-13"), article("b.md", "2026-01-12")]);
    assert_eq!(selection.picked.len(), 1);
    let cut = &selection.passed[1];
    assert_eq!((cut.path.as_str(), &cut.reason), ("b.md", &Reason::OverLimit));
    assert_eq!(selection.cut, [article("b.md", "2026-01-12").identity()]);

    let cut = cut.article.as_ref().unwrap().identity();
    let ask = Ask { history: History::default().without([cut]), ..Ask::default() };
    assert_eq!(ask.objects(article("b.md", "2026-01-12")), "over-limit");
}

#[test]
fn what_was_cut_hides_no_article_whose_link_it_takes_later() {
    let linked = |path: &str, date: &str| Article {
        link: Some("https://example.org/a".to_owned()),
        ..article(path, date)
    };
    let cut = article("cut.md", "2026-01-13").identity();
    let ask = Ask { history: History::default().without([cut]), ..Ask::default() };
    let selection = ask.of(vec![linked("cut.md", "2026-01-13"), linked("new.md", "2026-01-12")]);
    assert_eq!(selection.picked[0].article.path, "new.md");
    assert_eq!(selection.passed[1].reason, Reason::OverLimit);
    assert_eq!(selection.cut, [], "an earlier issue did");
}

#[test]
fn what_waits_for_room_is_never_too_old() {
    let old = || article("b.md", "2025-06-01");
    assert_eq!(Ask::default().objects(old()), "too-old");
    let ask = Ask { history: History::default().awaiting([old().identity()]), ..Ask::default() };
    assert_eq!(ask.picks(vec![old(), article("c.md", "2025-06-01")]), ["b.md"]);
}

#[test]
fn an_article_may_opt_out_of_issues_but_not_of_searches() {
    let quiet = || Article {
        newsletter: Newsletter { opted_out: true, ..Newsletter::default() },
        ..article("quiet.md", "2026-01-13")
    };
    assert_eq!(Ask::default().objects(quiet()), "opted-out");
    assert_eq!(Ask { mailed: false, ..Ask::default() }.picks(vec![quiet()]), ["quiet.md"]);
}

#[test]
fn every_reason_against_an_article_is_told_on_demand() {
    let history = History::of([article("a.md", "2025-01-13").identity()]);
    let (grouping, edits, filter) = (Grouping::None, Edits::default(), Filter::default());
    let query = Query {
        now: instant("2026-01-14T17:00:00Z"),
        zone: NEW_YORK,
        window: Window { since: Some(instant("2026-01-07T17:00:00Z")), until: None },
        filter: &filter,
        drafts: false,
        mailed: true,
        history: &history,
        duplicates: None,
        order: Order::Newest,
        caps: Caps::default(),
        headlines: 0,
        edits: &edits,
        grouping: &grouping,
    };
    let draft = Article { draft: true, ..article("a.md", "2025-01-13") };
    let names: Vec<_> = objections(&draft, &query).iter().map(Reason::name).collect();
    assert_eq!(names, ["draft", "too-old", "carried"]);
}
