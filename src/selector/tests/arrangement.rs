//! Order, groups, and the room that each source and tag has.

use super::*;

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

fn from(source: &str, path: &str) -> Article {
    Article { source: Some(source.to_owned()), ..article(path, "2026-01-13") }
}

#[test]
fn what_the_caps_cut_is_carried_as_headlines_as_far_as_asked() {
    let articles = || {
        ["12", "11", "10", "09"].map(|day| article(&format!("{day}.md"), &format!("2026-01-{day}"))).to_vec()
    };
    let caps = Caps { total: Some(1), ..Caps::default() };
    for (headlines, shown, cut) in [
        (0, &[][..], &["11.md", "10.md", "09.md"][..]),
        (2, &["11.md", "10.md"], &["09.md"]),
        (9, &["11.md", "10.md", "09.md"], &[]),
    ] {
        let selection = Ask { caps, headlines, ..Ask::default() }.of(articles());
        let paths: Vec<_> = selection.headlines.iter().map(|picked| &*picked.article.path).collect();
        assert_eq!(paths, shown);
        assert_eq!(selection.cut.iter().map(|cut| &*cut.path).collect::<Vec<_>>(), cut);
        let over = selection.passed.iter().filter(|passed| passed.reason == Reason::OverLimit);
        assert_eq!(over.count(), cut.len(), "a headline is not passed over");
    }
}
