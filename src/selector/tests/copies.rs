//! What is the same as another article.

use super::*;

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

#[test]
fn a_story_whose_first_teller_has_no_room_is_carried_by_another() {
    let caps = Caps { per_source: Some(1), ..Caps::default() };
    let ask = Ask { similar: Some(0.8), caps, ..Ask::default() };
    let alike = vec![
        from_elsewhere("a.md", "Parliament votes on the harbor tunnel", "2026-01-13", "a.example"),
        from_elsewhere("b.md", STRIKE, "2026-01-12", "b.example"),
        from_elsewhere("c.md", STRIKE, "2026-01-11", "c.example"),
        from_elsewhere("d.md", STRIKE, "2026-01-10", "a.example"),
    ];
    let selection = ask.of(alike);
    let picks: Vec<&str> = selection.picked.iter().map(|picked| picked.article.path.as_str()).collect();
    // d.md, the earliest, would carry it; c.md is the next, and stands where its date puts it.
    assert_eq!(picks, ["a.md", "c.md"]);
    let also: Vec<&str> = selection.picked[1].also.iter().map(|also| also.identity.path.as_str()).collect();
    assert_eq!(also, ["d.md", "b.md"]);
    let reasons: Vec<&str> = selection.passed.iter().skip(1).map(|passed| passed.reason.name()).collect();
    assert_eq!((&*reasons, selection.cut.len()), (&["duplicate", "over-source"][..], 0));
}

#[test]
fn a_copy_with_no_tags_does_not_make_the_digests_own_tag_count() {
    let border = |number: usize, link: &str| Article {
        link: Some(link.to_owned()),
        ..tagged(&format!("{number}.md"), &["border"])
    };
    let mut articles: Vec<Article> =
        (1..5).map(|number| border(number, &format!("https://x.example/{number}"))).collect();
    articles.push(Article { tags: Vec::new(), ..border(5, "https://x.example/1") });
    let caps = Caps { per_tag: Some(1), ..Caps::default() };
    assert_eq!(Ask { caps, ..Ask::default() }.picks(articles).len(), 4);
}

#[test]
fn of_one_link_the_teller_with_room_carries_it_and_all_are_known_with_the_issue() {
    let linked = |path: &str, date, source: &str, link: &str| Article {
        source: Some(source.to_owned()),
        link: Some(link.to_owned()),
        ..article(path, date)
    };
    let caps = Caps { per_source: Some(1), ..Caps::default() };
    let selection = Ask { caps, ..Ask::default() }.of(vec![
        linked("a.md", "2026-01-13", "One", "https://example.org/1"),
        linked("b.md", "2026-01-12", "One", "https://example.org/2"),
        linked("c.md", "2026-01-11", "Two", "https://example.org/2"),
        linked("d.md", "2026-01-10", "One", "https://example.org/3"),
        linked("e.md", "2026-01-09", "Two", "https://example.org/3"),
    ]);
    let picks: Vec<&str> = selection.picked.iter().map(|picked| picked.article.path.as_str()).collect();
    assert_eq!(picks, ["a.md", "c.md"]);
    let [also] = &selection.picked[1].also[..] else { panic!("b.md is known with the issue") };
    assert_eq!((also.identity.path.as_str(), also.source.as_deref()), ("b.md", None), "but not shown");
    // Neither has room: the story is cut, by all who tell it.
    let cut: Vec<&str> = selection.cut.iter().map(|identity| identity.path.as_str()).collect();
    assert_eq!(cut, ["d.md", "e.md"]);
    let reasons: Vec<&str> = selection.passed.iter().skip(1).map(|passed| passed.reason.name()).collect();
    assert_eq!(reasons, ["over-source", "over-source", "duplicate"]);
}
