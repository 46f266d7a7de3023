//! One test a rule.

use std::path::PathBuf;

use chrono::{NaiveDate, TimeDelta};
use url::Url;

use super::*;
use crate::article::{Markup, Newsletter};
use crate::issue::Told;
use crate::library::Problem;
use crate::selection::Group;
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

/// A week up to noon of 14 January 2026 in New York, asking for nothing else.
struct Ask {
    filter: Filter,
    history: History,
    grouping: Grouping,
    order: Order,
    caps: Caps,
    edits: Edits,
    window: Window,
    drafts: bool,
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
            edits: Edits::default(),
            window: Window {
                since: Some(instant("2026-01-07T17:00:00Z")),
                until: Some(instant("2026-01-14T17:00:00Z")),
            },
            drafts: false,
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
            mailed: true,
            history: &self.history,
            duplicates: self.similar.map(|threshold| Duplicates {
                limits: Limits { threshold, within: TimeDelta::days(14) },
                told: &self.told,
            }),
            order: self.order,
            caps: self.caps,
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

#[test]
fn one_link_is_carried_once() {
    let linked = |path: &str| Article {
        link: Some("https://example.org/a".to_owned()),
        ..article(path, "2026-01-13")
    };
    let selection = Ask::default().of(vec![linked("b.md"), linked("a.md")]);
    assert_eq!(selection.picked[0].article.path, "a.md");
    assert_eq!(selection.passed[1].reason, Reason::Duplicate { of: "a.md".to_owned(), by: Sameness::Link });
}

/// An article from elsewhere, with a link of its own.
fn from_elsewhere(path: &str, title: &str, date: &str, host: &str) -> Article {
    let link = format!("https://{host}/{path}");
    Article { title: title.to_owned(), url: Url::parse(&link).ok(), link: Some(link), ..article(path, date) }
}

const STRIKE: &str = "Ferry strike strands thousands at the port";

#[test]
fn of_near_duplicates_the_one_that_tells_most_is_carried_with_the_places_of_the_others() {
    let plain = |path, date, host| from_elsewhere(path, STRIKE, date, host);
    let summary = "Thousands wait at the port while crews and owners talk about pay and hours.";
    let summarised = |article| Article { summary: Some(summary.to_owned()), ..article };
    let pictured = |article| Article { image: Some("a.jpg".to_owned()), ..article };
    let ask = Ask { similar: Some(0.8), ..Ask::default() };
    for (articles, carried, also) in [
        // With a summary, before with a picture, before the earliest, before the first by path.
        (
            vec![
                plain("a.md", "2026-01-10", "a.example"),
                pictured(plain("b.md", "2026-01-11", "www.b.example")),
                summarised(plain("c.md", "2026-01-12", "c.example")),
            ],
            "c.md",
            &["b.example", "a.example"][..],
        ),
        (
            vec![
                plain("a.md", "2026-01-10", "a.example"),
                pictured(plain("b.md", "2026-01-11", "b.example")),
            ],
            "b.md",
            &["a.example"],
        ),
        (
            vec![plain("a.md", "2026-01-11", "a.example"), plain("b.md", "2026-01-10", "b.example")],
            "b.md",
            &["a.example"],
        ),
        (
            vec![plain("b.md", "2026-01-10", "b.example"), plain("a.md", "2026-01-10", "a.example")],
            "a.md",
            &["b.example"],
        ),
    ] {
        let selection = ask.of(articles);
        assert_eq!(selection.picked.len(), 1);
        let picked = &selection.picked[0];
        let sources: Vec<&str> = picked.also.iter().filter_map(|also| also.source.as_deref()).collect();
        assert_eq!((picked.article.path.as_str(), &*sources), (carried, also));
        let by = Sameness::Title { percent: 100, issue: None };
        let reason = Reason::Duplicate { of: carried.to_owned(), by };
        assert!(selection.passed.iter().skip(1).all(|passed| passed.reason == reason));
        assert_eq!(selection.passed.len(), 1 + also.len());
    }
}

#[test]
fn near_duplicates_take_one_place_of_the_limit_and_make_room_for_no_other_topic() {
    let ask = Ask { similar: Some(0.8), caps: up_to(2), ..Ask::default() };
    let articles = vec![
        from_elsewhere("a.md", STRIKE, "2026-01-13", "a.example"),
        from_elsewhere("b.md", &format!("{STRIKE} today"), "2026-01-12", "b.example"),
        from_elsewhere("c.md", "Bus strike strands thousands at the port", "2026-01-11", "c.example"),
    ];
    assert_eq!(ask.picks(articles), ["b.md", "c.md"]);
}

#[test]
fn an_owners_own_articles_are_never_near_duplicates() {
    let own = |path: &str| Article { title: STRIKE.to_owned(), ..article(path, "2026-01-13") };
    let ask = Ask { similar: Some(0.5), ..Ask::default() };
    let articles = vec![own("a.md"), own("b.md"), from_elsewhere("c.md", STRIKE, "2026-01-13", "c.example")];
    assert_eq!(ask.picks(articles), ["a.md", "b.md", "c.md"]);
}

#[test]
fn an_article_is_passed_over_that_an_earlier_issue_carried_from_elsewhere() {
    let told = Told {
        issue: "weekly@2026-01-07".parse().unwrap(),
        path: "old.md".to_owned(),
        link: Some("https://a.example/old".to_owned()),
        title: STRIKE.to_owned(),
    };
    let ask = Ask { similar: Some(0.8), told: vec![told], ..Ask::default() };
    let selection = ask.of(vec![
        from_elsewhere("a.md", STRIKE, "2026-01-13", "a.example"), // Perhaps the column of that publisher.
        from_elsewhere("b.md", &format!("{STRIKE} again"), "2026-01-13", "b.example"),
    ]);
    assert_eq!(selection.picked.len(), 1);
    assert_eq!((selection.picked[0].article.path.as_str(), &*selection.picked[0].also), ("a.md", &[][..]));
    let by = Sameness::Title { percent: 87, issue: Some("weekly@2026-01-07".to_owned()) };
    assert_eq!(selection.passed[1].reason, Reason::Duplicate { of: "old.md".to_owned(), by });
}

#[test]
fn the_publisher_of_what_is_carried_is_not_named_again_by_a_feed_of_feeds() {
    let named = |publisher: &str| Article {
        summary: Some(format!("{STRIKE} {publisher}")),
        source: Some("https://feeds.example/all".to_owned()),
        ..from_elsewhere(publisher, &format!("{STRIKE} - {publisher}"), "2026-01-13", "feeds.example")
    };
    let original = Article {
        image: Some("a.jpg".to_owned()),
        ..from_elsewhere("a.md", STRIKE, "2026-01-13", "www.harbour.example")
    };
    let ask = Ask { similar: Some(0.8), ..Ask::default() };
    let selection = ask.of(vec![original, named("Harbour"), named("Wire")]);
    assert_eq!(selection.picked[0].article.path, "a.md");
    let sources: Vec<_> = selection.picked[0].also.iter().map(|also| also.source.as_deref()).collect();
    assert_eq!(sources, [None, Some("Wire")]);
}

#[test]
fn a_publisher_is_known_at_the_end_of_a_title_that_was_carried() {
    let named = |path: &str, title: &str, publisher: &str| Article {
        summary: Some(format!("{title}&nbsp;&nbsp;{publisher}")),
        ..from_elsewhere(path, &format!("{title} - {publisher}"), "2026-01-13", "feeds.example")
    };
    let told = Told {
        issue: "weekly@2026-01-07".parse().unwrap(),
        path: "old.md".to_owned(),
        link: Some("https://feeds.example/old".to_owned()),
        title: format!("{STRIKE} - The Harbour City Times"),
    };
    let ask = Ask { similar: Some(0.8), told: vec![told], ..Ask::default() };
    let again = || named("a.md", STRIKE, "Wire");
    assert_eq!(ask.picks(vec![again()]), ["a.md"], "four words more are too many");
    let by = named("b.md", "Tram plan stalls as the court asks for costs", "The Harbour City Times");
    assert_eq!(ask.picks(vec![again(), by]), ["b.md"]);
}

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
fn articles_come_in_the_order_asked_for_and_ties_by_path() {
    let make = |path: &str, title: &str, date: &str, weight| Article {
        title: title.to_owned(),
        weight,
        ..article(path, date)
    };
    let articles = vec![
        make("d.md", "beta", "2026-01-10", 0),
        make("c.md", "Alpha", "2026-01-12", 2),
        make("b.md", "gamma", "2026-01-12T08:00:00-05:00", 1),
        make("a.md", "ALPHA", "2026-01-12", 0),
    ];
    for (order, expected) in [
        (Order::Newest, ["b.md", "a.md", "c.md", "d.md"]),
        (Order::Oldest, ["d.md", "a.md", "c.md", "b.md"]),
        (Order::Weight, ["b.md", "c.md", "a.md", "d.md"]),
        (Order::Title, ["a.md", "c.md", "d.md", "b.md"]),
    ] {
        assert_eq!(Ask { order, ..Ask::default() }.picks(articles.clone()), expected, "{order:?}");
    }
}

#[test]
fn groups_are_the_tags_that_tell_articles_apart_and_the_lead_stays_on_top() {
    let ask = Ask { grouping: Grouping::Tag, ..Ask::default() };
    let selection = ask.of(vec![
        tagged("1.md", &["news", "courts"]),
        tagged("2.md", &["news", "city"]),
        tagged("3.md", &["news", "alone"]),
        tagged("4.md", &["news", "Courts"]),
        tagged("5.md", &["news", "city"]),
        tagged("6.md", &["news", "City"]),
    ]);
    let rows: Vec<_> =
        selection.picked.iter().map(|p| (p.article.path.as_str(), p.group.as_deref())).collect();
    assert_eq!(
        rows,
        [
            ("1.md", Some("courts")),
            ("2.md", Some("city")),
            ("5.md", Some("city")),
            ("6.md", Some("city")),
            ("4.md", Some("Courts")),
            ("3.md", None),
        ]
    );
}

#[test]
fn explicit_groups_take_an_article_once_in_their_order() {
    let take = |title: &str, tag: &str| Group {
        title: title.to_owned(),
        filter: Filter { tags: Terms { any: vec![Term::new(tag)], ..Terms::default() }, ..Filter::default() },
        paths: Vec::new(),
    };
    let ask = Ask {
        grouping: Grouping::Explicit(vec![take("Law", "courts"), take("Town", "city")]),
        ..Ask::default()
    };
    let selection =
        ask.of(vec![tagged("1.md", &["x"]), tagged("2.md", &["city", "courts"]), tagged("3.md", &["city"])]);
    let groups: Vec<_> = selection.picked.iter().map(|p| p.group.as_deref()).collect();
    assert_eq!(groups, [None, Some("Law"), Some("Town")]);
}

#[test]
fn explicit_groups_stand_in_the_order_in_which_they_are_written_and_may_name_paths() {
    let named = |title: &str, path: &str| Group {
        title: title.to_owned(),
        filter: Filter::default(),
        paths: vec![path.to_owned()],
    };
    let ask = Ask {
        grouping: Grouping::Explicit(vec![named("Opinion", "opinion/**"), named("News", "news/*.md")]),
        ..Ask::default()
    };
    let articles = ["news/a.md", "news/b.md", "opinion/deep/c.md", "other.md"];
    let selection = ask.of(articles.iter().map(|path| article(path, "2026-01-13")).collect());
    let rows: Vec<_> =
        selection.picked.iter().map(|p| (p.article.path.as_str(), p.group.as_deref())).collect();
    assert_eq!(
        rows,
        [
            ("news/a.md", Some("News")),
            ("opinion/deep/c.md", Some("Opinion")),
            ("news/b.md", Some("News")),
            ("other.md", None)
        ]
    );
}

fn from(source: &str, path: &str) -> Article {
    Article { source: Some(source.to_owned()), ..article(path, "2026-01-13") }
}

#[test]
fn no_source_takes_more_room_than_its_share_and_the_site_itself_is_not_counted() {
    let ask = Ask { caps: Caps { per_source: Some(2), ..Caps::default() }, ..Ask::default() };
    let own = |path: &str| article(path, "2026-01-13");
    let linked = |path: &str| Article {
        link: Some("https://www.wire.example/x".to_owned() + path),
        url: Url::parse("https://www.wire.example/x").unwrap().join(path).ok(),
        ..own(path)
    };
    let selection = ask.of(vec![
        from("Wire", "1.md"),
        from("wire", "2.md"),
        from("WIRE", "3.md"),
        own("4.md"),
        own("5.md"),
        own("6.md"),
        linked("7.md"),
        linked("8.md"),
        linked("9.md"),
    ]);
    let over: Vec<_> = selection.passed[1..].iter().map(|p| (p.path.as_str(), p.reason.name())).collect();
    assert_eq!(over, [("3.md", "over-source"), ("9.md", "over-source")]);
    let cut: Vec<_> = selection.cut.iter().map(|identity| identity.path.as_str()).collect();
    assert_eq!(cut, ["3.md", "9.md"], "they are passed over for good");
}

#[test]
fn no_tag_takes_more_room_than_its_share_but_for_one_that_all_have() {
    let ask = Ask { caps: Caps { per_tag: Some(1), ..Caps::default() }, ..Ask::default() };
    let selection = ask.of(vec![
        tagged("1.md", &["news", "courts"]),
        tagged("2.md", &["news", "City", "city"]),
        tagged("3.md", &["news", "Courts"]),
        tagged("4.md", &["news"]),
    ]);
    let picked: Vec<_> = selection.picked.iter().map(|p| p.article.path.as_str()).collect();
    assert_eq!(picked, ["1.md", "2.md", "4.md"]);
    assert_eq!(selection.passed[1].reason, Reason::OverTag);
}

#[test]
fn what_names_its_place_leads_then_what_is_featured_then_the_rest() {
    let ordered = |path: &str, order| Article {
        newsletter: Newsletter { order: Some(order), ..Newsletter::default() },
        ..article(path, "2026-01-10")
    };
    let featured = Article { featured: true, ..article("old-but-featured.md", "2026-01-09") };
    let picks = Ask::default().picks(vec![
        article("newest.md", "2026-01-14"),
        featured,
        ordered("second.md", 2),
        ordered("first.md", 1),
    ]);
    assert_eq!(picks, ["first.md", "second.md", "old-but-featured.md", "newest.md"]);
}

#[test]
fn an_article_may_opt_out_of_issues_but_not_of_searches() {
    let quiet = || Article {
        newsletter: Newsletter { opted_out: true, ..Newsletter::default() },
        ..article("quiet.md", "2026-01-13")
    };
    assert_eq!(Ask::default().objects(quiet()), "opted-out");
}

#[test]
fn what_an_editor_pins_leads_whatever_speaks_against_it_but_not_what_cannot_be_sent() {
    let pins = |paths: &[&str]| Edits {
        pins: paths.iter().map(|path| (*path).to_owned()).collect(),
        ..Edits::default()
    };
    let filter =
        Filter { tags: Terms { any: vec![Term::new("news")], ..Terms::default() }, ..Filter::default() };
    let ask = |edits| Ask { filter: filter.clone(), caps: up_to(2), edits, ..Ask::default() };
    let articles = || {
        vec![
            tagged("new.md", &["news"]),
            tagged("newer.md", &["news"]),
            Article { date: Some(moment("2025-03-01")), ..tagged("old.md", &["other"]) },
        ]
    };
    assert_eq!(ask(pins(&["old.md"])).picks(articles()), ["old.md", "new.md"]);
    assert_eq!(ask(pins(&["newer.md", "old.md"])).picks(articles()), ["newer.md", "old.md"]);
    let draft = Article { draft: true, ..tagged("draft.md", &["news"]) };
    assert_eq!(ask(pins(&["draft.md"])).objects(draft), "draft");
    let homeless = Article { url: None, ..tagged("homeless.md", &["news"]) };
    assert_eq!(ask(pins(&["homeless.md"])).objects(homeless), "no-address");
}

#[test]
fn what_an_editor_drops_makes_room_for_another_and_is_dropped_for_good() {
    let edits = Edits { drops: vec!["a.md".to_owned()], ..Edits::default() };
    let ask = Ask { caps: up_to(1), edits, ..Ask::default() };
    let selection = ask.of(vec![article("a.md", "2026-01-13"), article("b.md", "2026-01-12")]);
    assert_eq!(selection.picked[0].article.path, "b.md");
    assert_eq!(selection.dropped, [article("a.md", "2026-01-13").identity()]);
    assert_eq!(selection.cut, []);
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
        edits: &edits,
        grouping: &grouping,
    };
    let draft = Article { draft: true, ..article("a.md", "2025-01-13") };
    let names: Vec<_> = objections(&draft, &query).iter().map(Reason::name).collect();
    assert_eq!(names, ["draft", "too-old", "carried"]);
}

#[test]
fn what_google_news_carries_is_its_publishers() {
    let google = |title: &str, path: &str| Article {
        title: title.to_owned(),
        ..from("https://news.google.com/rss/search?q=x", path)
    };
    let ferry = google("Ferry - and bridge - Reuters", "1.md");
    assert_eq!((ferry.publisher(), ferry.headline()), (Some("Reuters"), "Ferry - and bridge"));
    let own = Article { title: "Ferry - Reuters".to_owned(), ..from("Gazette", "2.md") };
    assert_eq!((own.publisher(), own.headline()), (Some("Gazette"), "Ferry - Reuters"));
    let ask = Ask { caps: Caps { per_source: Some(1), ..Caps::default() }, ..Ask::default() };
    let picks =
        ask.picks(vec![google("A - AP", "1.md"), google("B - BBC", "2.md"), google("C - AP", "3.md")]);
    assert_eq!(picks, ["1.md", "2.md"]);
    let sources = Terms { any: vec![Term::new("Reuters")], ..Terms::default() };
    let ask = Ask { filter: Filter { sources, ..Filter::default() }, ..Ask::default() };
    assert_eq!(ask.picks(vec![ferry]), ["1.md"]);
}

#[test]
fn what_most_articles_are_about_leads_where_coverage_is_asked_for() {
    let ask = Ask { order: Order::Coverage, ..Ask::default() };
    let picks = ask.picks(vec![
        tagged("1.md", &["politics"]),
        tagged("2.md", &["politics", "iran"]),
        tagged("3.md", &["Iran", "protests", "politics"]),
        tagged("4.md", &["protests", "iran"]),
        tagged("5.md", &["iran", "Protests", "oil"]),
        tagged("6.md", &["politics", "oil"]),
    ]);
    assert_eq!(picks, ["3.md", "4.md", "5.md", "2.md", "1.md", "6.md"]);
}

/// An article elsewhere.
fn elsewhere(path: &str, title: &str, host: &str) -> Article {
    let link = format!("https://{host}/{path}");
    Article {
        title: title.to_owned(),
        url: Url::parse(&link).ok(),
        link: Some(link),
        ..article(path, "2026-01-13")
    }
}

const TITLE: &str = "Parliament approves the new border law today";

#[test]
fn what_is_the_same_as_what_was_dropped_does_not_come_in_its_place() {
    let drop = |path: &str| Edits { drops: vec![path.to_owned()], ..Edits::default() };
    let twin =
        |path: &str| Article { link: Some("https://x.example/1".to_owned()), ..article(path, "2026-01-13") };
    for dropped in ["a.md", "b.md"] {
        let ask = Ask { edits: drop(dropped), similar: Some(0.8), ..Ask::default() };
        let selection = ask.of(vec![twin("a.md"), twin("b.md"), article("c.md", "2026-01-13")]);
        assert_eq!(selection.picked.len(), 1, "of one link, {dropped}");
        let selection =
            ask.of(vec![elsewhere("a.md", TITLE, "x.example"), elsewhere("b.md", TITLE, "y.example")]);
        assert_eq!(selection.picked.len(), 0, "of one title, {dropped}");
        assert_eq!(selection.dropped.len(), 2, "both for good");
    }
}

#[test]
fn what_is_dropped_before_its_time_is_dropped_for_good() {
    let edits = Edits { drops: vec!["next.md".to_owned()], ..Edits::default() };
    let selection = Ask { edits, ..Ask::default() }.of(vec![article("next.md", "2026-01-20")]);
    assert_eq!(selection.passed[1].reason, Reason::Future);
    assert_eq!(selection.dropped, [article("next.md", "2026-01-20").identity()]);
}

#[test]
fn a_pin_about_something_else_takes_no_room_from_the_digests_own_tag() {
    let edits = Edits { pins: vec!["pin.md".to_owned()], ..Edits::default() };
    let caps = Caps { per_tag: Some(1), ..Caps::default() };
    let own = (1..4).map(|number| tagged(&format!("{number}.md"), &["border"]));
    let articles = own.chain([tagged("pin.md", &["sports"])]).collect();
    assert_eq!(Ask { caps, edits, ..Ask::default() }.picks(articles).len(), 4);
}

#[test]
fn an_editor_who_pins_two_of_one_story_gets_two() {
    let edits = Edits { pins: vec!["a.md".to_owned(), "b.md".to_owned()], ..Edits::default() };
    let ask = Ask { edits, similar: Some(0.8), ..Ask::default() };
    let picks = ask.picks(vec![elsewhere("a.md", TITLE, "x.example"), elsewhere("b.md", TITLE, "y.example")]);
    assert_eq!(picks, ["a.md", "b.md"]);
}

#[test]
fn a_link_that_is_no_address_is_nobodys_identity() {
    for link in ["#", "TBD", "/about/", "n/a"] {
        let own = |path: &str| Article { link: Some(link.to_owned()), ..article(path, "2026-01-13") };
        assert_eq!(Ask::default().picks(vec![own("a.md"), own("b.md")]), ["a.md", "b.md"], "{link}");
    }
}

#[test]
fn what_an_owner_wrote_makes_no_feeds_article_a_duplicate_later() {
    let told = Told {
        issue: "weekly@2026-01-07".parse().unwrap(),
        path: "own.md".to_owned(),
        link: None,
        title: TITLE.to_owned(),
    };
    let ask = Ask { similar: Some(0.8), told: vec![told], ..Ask::default() };
    assert_eq!(ask.picks(vec![elsewhere("a.md", TITLE, "x.example")]), ["a.md"]);
}

#[test]
fn words_that_turn_a_title_make_another_story() {
    for (one, other) in [
        ("Путин подпишет закон о мобилизации", "Путин не подпишет закон о мобилизации"),
        ("Rebels take the city after a long siege", "Rebels fail to take the city after a long siege"),
        (
            "Mayor of Paris resigns over the flood report",
            "Deputy mayor of Paris resigns over the flood report",
        ),
        ("日本首相が国会で新しい法案を説明", "日本前首相が国会で新しい法案を説明"),
    ] {
        let ask = Ask { similar: Some(0.8), ..Ask::default() };
        let picks =
            ask.picks(vec![elsewhere("a.md", one, "x.example"), elsewhere("b.md", other, "y.example")]);
        assert_eq!(picks.len(), 2, "{one} / {other}");
    }
}
