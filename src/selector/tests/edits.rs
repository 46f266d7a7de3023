//! What an editor pins and drops.

use super::*;

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
