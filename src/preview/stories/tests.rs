use std::path::PathBuf;

use super::*;
use crate::article::{Markup, Moment, Newsletter};
use crate::selection::{AlsoAt, Window};

fn article(path: &str) -> Article {
    Article {
        path: path.to_owned(),
        file: PathBuf::from(path),
        body_start: 0,
        markup: Markup::Markdown,
        title: format!("About {path}"),
        date: Some(Moment::Day("2026-01-12".parse().unwrap())),
        publish_date: None,
        expiry_date: None,
        draft: false,
        description: None,
        summary: None,
        slug: None,
        image: None,
        link: None,
        source: Some("The City".to_owned()),
        categories: Vec::new(),
        tags: Vec::new(),
        weight: 0,
        featured: false,
        newsletter: Newsletter::default(),
        section: String::new(),
        url: "https://example.org/a/".parse().ok(),
    }
}

fn picked(path: &str) -> Picked {
    let identity = article("other.md").identity();
    let also = AlsoAt {
        identity,
        source: Some("Politico".to_owned()),
        url: "https://politico.example/".parse().unwrap(),
    };
    Picked { article: article(path), group: Some("Courts".to_owned()), also: vec![also] }
}

fn selection(picked: Vec<Picked>, passed: Vec<(&str, Reason)>) -> Selection {
    let passed = passed
        .into_iter()
        .map(|(path, reason)| Passed { path: path.to_owned(), article: None, reason }.into());
    Selection {
        window: Window { since: None, until: None },
        picked,
        headlines: Vec::new(),
        cut: Vec::new(),
        dropped: Vec::new(),
        passed: passed.collect(),
    }
}

fn stories(selection: &Selection, address: &str) -> Stories {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Stories::of(selection, None, &Asked::read(path, query).unwrap())
}

fn told(acts: &[Act]) -> Vec<(&str, &str)> {
    acts.iter().map(|act| (act.words, act.address.as_str())).collect()
}

#[test]
fn a_story_is_told_with_group_publisher_date_and_where_others_tell_it() {
    let selection = selection(vec![picked("a.md")], vec![]);
    let shown = stories(&selection, "/weekly");
    let story = &shown.carried[0];
    assert_eq!(
        (story.title.as_str(), story.meta.as_str()),
        ("About a.md", "Courts · The City · 12 Jan 2026")
    );
    assert_eq!(story.also, [("Politico".to_owned(), "https://politico.example/".to_owned())]);
}

#[test]
fn pinning_and_dropping_change_the_address_and_nothing_else() {
    let selection = selection(vec![picked("a.md"), picked("b.md")], vec![("c.md", Reason::Dropped)]);
    let shown = stories(&selection, "/weekly?scheme=dark&pin=a.md&drop=c.md");
    assert_eq!(
        told(&shown.carried[0].acts),
        [
            ("Unpin", "/weekly?scheme=dark&tab=selection&drop=c.md"),
            ("Drop", "/weekly?scheme=dark&tab=selection&drop=c.md&drop=a.md"),
        ]
    );
    assert_eq!(
        told(&shown.carried[1].acts)[0],
        ("Pin", "/weekly?scheme=dark&tab=selection&pin=a.md&pin=b.md&drop=c.md")
    );
    let back = shown.passed[0].act.as_ref().unwrap();
    assert_eq!(
        (back.words, back.address.as_str()),
        ("Take back", "/weekly?scheme=dark&tab=selection&pin=a.md")
    );
    assert_eq!(
        (shown.edited.as_str(), shown.unedited.as_str()),
        ("1 pinned, 1 dropped", "/weekly?scheme=dark")
    );
}

#[test]
fn only_what_a_pin_outweighs_can_be_pinned() {
    let reasons = [
        (Reason::TooOld, true),
        (Reason::Terms, true),
        (Reason::OverLimit, true),
        (Reason::Draft, false),
        (Reason::Expired, false),
        (Reason::Carried, false),
        (Reason::NoAddress, false),
    ];
    for (reason, can) in reasons {
        let selection = selection(vec![], vec![("a.md", reason.clone())]);
        assert_eq!(stories(&selection, "/weekly").passed[0].act.is_some(), can, "{reason:?}");
    }
}

#[test]
fn what_was_passed_over_is_counted_by_reason_and_found_by_path_and_reason() {
    let problem = Reason::Problem { line: Some(3), message: "the date is wrong".to_owned() };
    let passed = vec![("news/a.md", Reason::TooOld), ("news/b.md", Reason::TooOld), ("old/c.md", problem)];
    let selection = selection(vec![], passed);
    let shown = stories(&selection, "/weekly");
    let reasons: Vec<_> = shown.reasons.iter().map(|(name, count, _)| (*name, *count)).collect();
    assert_eq!(reasons, [("problem", 1), ("too-old", 2)]);
    assert_eq!(shown.reasons[1].2, "/weekly?find=too-old");
    for (find, count) in [("NEWS", 2), ("too-old", 2), ("c.md", 1), ("date+is", 1), ("nowhere", 0)] {
        let shown = stories(&selection, &format!("/weekly?find={find}"));
        assert_eq!((shown.found, shown.passed.len(), shown.total), (count, count, 3), "{find}");
    }
    assert_eq!(shown.passed[2].why, "line 3: the date is wrong");
}

#[test]
fn of_many_files_the_first_are_shown_and_all_are_counted() {
    let paths: Vec<String> = (0..500).map(|number| format!("{number:03}.md")).collect();
    let selection = selection(vec![], paths.iter().map(|path| (path.as_str(), Reason::Undated)).collect());
    let shown = stories(&selection, "/weekly");
    assert_eq!((shown.passed.len(), shown.found, shown.total), (MOST, 500, 500));
}

#[test]
fn what_is_not_shown_of_an_article_is_told() {
    let withheld = Withheld {
        trimmed: Trimmed { summaries: 4, headlines: 2, over: 1200 },
        unfit: vec![("a.md".to_owned(), crate::composer::Unfit::TooLong)],
    };
    let told = told_of(&withheld);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("a.md") && told[1].contains("last 2") && told[2].contains("2 KB"), "{told:?}");
}

fn told_of(withheld: &Withheld) -> Vec<String> {
    super::told(withheld)
}
