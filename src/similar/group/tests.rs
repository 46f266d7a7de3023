use super::super::Text;
use super::*;

fn fingerprints(titles: &[impl AsRef<str>]) -> Vec<Fingerprint> {
    titles
        .iter()
        .map(|title| {
            Fingerprint::of(&Text {
                title: title.as_ref(),
                summary: None,
                link: None,
                source: None,
                day: None,
            })
        })
        .collect()
}

fn from(threshold: f64) -> Limits {
    Limits { threshold, within: TimeDelta::days(14) }
}

fn groups(titles: &[&str], kept: usize, threshold: f64) -> Vec<Option<usize>> {
    let found = group(&fingerprints(titles), kept, from(threshold));
    found.into_iter().map(|found| found.map(|found| found.of)).collect()
}

#[test]
fn each_article_is_grouped_with_the_most_similar_one_that_stands_for_itself() {
    let titles = [
        "Ferry strike strands thousands at the old port of Lund",
        "Tram plan stalls as the court asks for costs",
        "Ferry strike strands thousands at the port of Lund",
        "Ferry strike strands thousands at the port of Lund today",
        "Tram plan stalls as the court asks for all costs",
    ];
    // The fourth has a word more and a word less than the first, so that it is a third article, though similar to
    // the third.
    assert_eq!(groups(&titles, 0, 0.8), [None, None, Some(0), None, Some(1)]);
    assert_eq!(groups(&titles[1..], 0, 0.8), [None, None, Some(1), Some(0)]);
}

#[test]
fn what_one_publisher_carried_before_is_not_what_it_says_now() {
    // Of an earlier issue only titles are known, and this one may be a column's.
    let of = |link| {
        Fingerprint::of(&Text {
            title: "This week at the harbour: what we saw",
            summary: None,
            link: Some(link),
            source: None,
            day: None,
        })
    };
    let articles =
        [of("https://wire.example/1"), of("https://wire.example/2"), of("https://other.example/2")];
    let found = |kept| {
        group(&articles, kept, from(0.8))
            .into_iter()
            .map(|found| found.map(|found| found.of))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(1), [None, None, Some(0)]);
    assert_eq!(found(0), [None, Some(0), Some(0)]);
}

#[test]
fn what_is_kept_matches_nothing_and_is_matched() {
    let title = "Ferry strike strands thousands at the port";
    assert_eq!(groups(&[title; 4], 2, 0.8), [None, None, Some(0), Some(0)]);
}

#[test]
fn the_threshold_is_the_share_of_words_that_both_titles_have() {
    // Four of five, eight of ten: just enough for 0.8.
    let titles = [
        "Ferry strike strands thousands at the northern port",
        "Ferry strike strands thousands at the northern port on Sunday",
    ];
    assert_eq!(groups(&titles, 0, 0.8), [None, Some(0)]);
    assert_eq!(groups(&titles, 0, 0.81), [None, None]);
    assert_eq!(group(&fingerprints(&titles), 0, from(0.5))[1], Some(Match { of: 0, similarity: 0.8 }));
}

/// Titles of few different words, so that they have much in common, in pairs of which the second one
/// has a word more.
fn pairs(count: usize, words: usize) -> Vec<Fingerprint> {
    // A linear congruential generator (Knuth's MMIX).
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut titles: Vec<String> = Vec::new();
    for _ in 0..count {
        let mut word = || char::from(b'a' + u8::try_from(next(words)).unwrap()).to_string().repeat(3);
        let mut title: Vec<String> = (0..8).map(|_| word()).collect();
        titles.push(title.join(" "));
        title.insert(4, word());
        titles.push(title.join(" "));
    }
    fingerprints(&titles)
}

#[test]
fn a_title_of_long_ago_may_be_used_again() {
    let of = |day: &str| {
        let title = "Port council opens nominations for its yearly election";
        Fingerprint::of(&Text { title, summary: None, link: None, source: None, day: day.parse().ok() })
    };
    let articles = [of("2026-01-01"), of("2026-01-15"), of("2026-01-16"), of("any day")];
    let found = group(&articles, 0, from(0.8));
    let found: Vec<_> = found.into_iter().map(|found| found.map(|found| found.of)).collect();
    assert_eq!(found, [None, Some(0), None, Some(0)]);
}

#[test]
fn looking_up_by_rare_words_misses_nothing_that_comparing_all_with_all_finds() {
    let articles = pairs(50, 20);
    let found = group(&articles, 0, from(0.75));
    assert!(found.iter().flatten().count() >= 50);
    for at in 0..articles.len() {
        let all = (0..at).filter(|of| found[*of].is_none());
        let best = all
            .filter_map(|of| Some(Match { of, similarity: articles[at].similarity(&articles[of])? }))
            .filter(|found| found.similarity >= 0.75)
            .reduce(|best, found| if found.similarity > best.similarity { found } else { best });
        assert_eq!(found[at], best, "{at}");
    }
}

#[test]
fn comparisons_grow_with_the_number_of_articles_and_not_with_its_square() {
    let compared = |count: usize| {
        let articles = pairs(count, 20);
        let mut grouper = Grouper::new(&articles, from(0.8));
        grouper.group(0);
        grouper.comparisons
    };
    let (few, many) = (compared(1_000), compared(4_000));
    assert!(few > 100_000, "{few}: this is not the worst that titles can do");
    assert!(many < 5 * few, "{few}, {many}"); // The square would be 16 times as many.
}
