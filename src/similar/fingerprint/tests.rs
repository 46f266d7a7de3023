//! Pairs of titles, in the shapes that feeds have.

use super::*;

fn article<'a>(title: &'a str, summary: &'a str, link: &'a str) -> Text<'a> {
    Text {
        title,
        summary: (!summary.is_empty()).then_some(summary),
        link: Some(link),
        source: None,
        day: None,
    }
}

/// How similar two articles of different publishers are by their titles.
fn of_titles(one: &str, other: &str) -> Option<f64> {
    let one = Fingerprint::of(&article(one, "", "https://one.example/1"));
    let other = Fingerprint::of(&article(other, "", "https://other.example/2"));
    assert_eq!(one.similarity(&other), other.similarity(&one), "it does not matter which one comes first");
    one.similarity(&other)
}

#[test]
fn a_title_with_a_few_words_added_is_of_the_same_article() {
    for (one, other, least) in [
        ("Ferry strike strands thousands at the port", "Ferry strike strands thousands at the port", 1.0),
        ("Ferry Strike Strands Thousands at the Port", "Ferry strike strands thousands at the port", 1.0),
        (
            "‘Off the rails.’ Mayor’s tram plan stalls in court",
            "'Off the rails': Mayor's tram plan stalls in court",
            1.0,
        ),
        ("Mayor drops the tram plan, citing costs", "Mayor drops tram plan, citing costs", 0.85),
        (
            "U.S. port strike enters its second week",
            "US port strike enters its second week, unions say",
            0.75,
        ),
        ("Tom &amp; Ada win the chess open in Lund", "Tom & Ada win the chess open in Lund", 1.0),
        ("Fährstreik legt den Hafen von Kiel lahm", "Fährstreik legt den Hafen von Kiel erneut lahm", 0.85),
        ("إضراب العبارات يعطل حركة الميناء الرئيسي", "إضراب العبارات يعطل حركة الميناء الرئيسي اليوم", 0.8),
    ] {
        let similarity = of_titles(one, other);
        assert!(similarity.is_some_and(|found| found >= least), "{one} | {other}: {similarity:?}");
    }
}

#[test]
fn two_articles_on_one_topic_stay_two() {
    for (one, other) in [
        // Another place, another person, another word for what happened.
        (
            "Fire in Lund kills a family of five, police say",
            "Fire in Kiel kills a family of five, police say",
        ),
        (
            "Rovers vs United: cup semifinal – team news and line-ups",
            "City vs Albion: cup semifinal – team news and line-ups",
        ),
        ("Minister says she knew of the tram plan", "Minister denies she knew of the tram plan"),
        ("Brand in Lund: Familie aus Haus gerettet", "Brand in Kiel: Familie aus Haus gerettet"),
        ("港湾労組がフェリーの全面ストライキに突入", "港湾労組がバスの全面ストライキに突入"),
        ("إضراب العبارات يعطل حركة الميناء الرئيسي", "إضراب الحافلات يعطل حركة الميناء الرئيسي"),
        // The same words the other way round.
        ("Lund sues Kiel over the ferry strike", "Kiel sues Lund over the ferry strike"),
        // The contrary.
        ("Mayor says the tram will run by summer", "Mayor says the tram will not run by summer"),
        ("Die Tram fährt im Sommer durch die Stadt", "Die Tram fährt im Sommer nicht durch die Stadt"),
    ] {
        assert_eq!(of_titles(one, other), None, "{one} | {other}");
    }
}

#[test]
fn numbers_tell_a_series_apart() {
    for (one, other) in [
        ("The port strike: list of key events, day 1,419", "The port strike: list of key events, day 1,418"),
        ("The port strike: list of key events", "The port strike: list of key events, day 2"),
        ("Weekly digest of the tram news #41", "Weekly digest of the tram news #42"),
        ("Live updates on the strike, 12 January", "Live updates on the strike, 13 January"),
        ("Landslide near Lund kills at least 4 people", "Landslide near Lund kills at least 6 people"),
        ("フェリー全面ストライキ、12日目の動き", "フェリー全面ストライキ、13日目の動き"),
        ("آخر أخبار إضراب العبارات في الميناء: اليوم ١٢", "آخر أخبار إضراب العبارات في الميناء: اليوم ١٣"),
    ] {
        assert_eq!(of_titles(one, other), None, "{one} | {other}");
    }
}

#[test]
fn a_title_that_may_come_every_week_says_too_little() {
    for title in ["Letters from readers", "Week in pictures", "Corrections", "読者からの手紙", ""] {
        assert_eq!(of_titles(title, title), None, "{title}");
    }
}

#[test]
fn a_publishers_name_at_the_end_of_a_title_is_not_part_of_it() {
    let title = "Ferry strike strands thousands at the port";
    let with = |name: &str| format!("{title}{name}");
    for (name, summary, link, source, publisher) in [
        (" - The Daily Wire", "", "https://a.example/1", Some("The Daily Wire"), Some("The Daily Wire")),
        (" | Wire News", "", "https://www.wire.example/1", None, Some("Wire News")),
        (" – wire.example", "", "https://www.wire.example/1", None, Some("wire.example")),
        // A feed of feeds: its own host tells nothing, and its summary is the title and the publisher.
        (
            " - Daily Wire",
            "<a href=\"x\">Ferry strike strands thousands at the port</a>&nbsp;&nbsp;<font>Daily Wire</font>More on this story",
            "https://feeds.example/x",
            None,
            Some("Daily Wire"),
        ),
        (" - what to know", "", "https://wire.example/1", Some("Wire"), None),
    ] {
        let title = with(name);
        let text = Text { source, ..article(&title, summary, link) };
        let (found, words) = (Fingerprint::of(&text), 7 + 3 * usize::from(publisher.is_none()));
        assert_eq!((found.publisher(), found.title.len()), (publisher, words), "{title}");
    }
}

#[test]
fn one_publishers_column_is_told_apart_by_its_summaries() {
    let title = "This week at the harbour: what we saw";
    let first = "The cranes were still, the gulls were loud, and a ferry came in with nobody aboard.";
    let again = "The cranes stood still, gulls were loud, and a ferry came in with nobody aboard.";
    let second = "A new dredger arrives from Lund, and the council walks out of its own meeting.";
    let same =
        |one: &Text<'_>, other: &Text<'_>| Fingerprint::of(one).similarity(&Fingerprint::of(other)).is_some();
    let of = |summary: &'static str, link: &'static str| article(title, summary, link);
    assert!(!same(&of(first, "https://wire.example/1"), &of(second, "https://wire.example/2")));
    assert!(same(&of(first, "https://wire.example/1"), &of(again, "https://wire.example/2")));
    assert!(same(&of(first, "https://wire.example/1"), &of(second, "https://other.example/2")));
    assert!(same(&of(first, "https://wire.example/1"), &of("Read more…", "https://wire.example/2")));
}

#[test]
fn a_summary_alone_makes_no_two_articles_one() {
    let summary = "All the news that you need to know from the harbour, in your inbox each morning.";
    let one = Fingerprint::of(&article(
        "Ferry strike strands thousands at the port",
        summary,
        "https://a.example/1",
    ));
    let other = Fingerprint::of(&article(
        "Tram plan stalls as the court asks for costs",
        summary,
        "https://a.example/2",
    ));
    assert_eq!(one.similarity(&other), None);
}
