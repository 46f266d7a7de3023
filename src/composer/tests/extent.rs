//! How much an issue holds, and what it does with more.

use super::*;

#[test]
fn an_issue_near_the_clip_is_shortened_from_its_end_and_keeps_its_footer() {
    let long = "A sentence of the story that goes on for quite a while. ".repeat(100);
    let issue_of = |count: usize, layout| {
        let desk = (0..count).fold(Desk::new(), |desk, at| {
            let summary = format!("Summary {at}, {}", "and what there is to say of it ".repeat(5));
            let story = dated(&format!("a{at}"), &format!("Title {at}."), "2026-01-12", "Wire", &summary);
            let picture = "![<!--story--> <!--0123456789abcdef0123456789abcdef--> pier](pier.png)";
            desk.with(story, Some("Sea"), &format!("Body {at}. {long}\n\n{picture}"))
        });
        let desk = desk.layout(layout);
        let (issue, withheld) = compose_withholding(&desk.input()).unwrap();
        (issue, withheld.trimmed)
    };
    let (_, few) = issue_of(5, Layout::Full);
    assert!(few.is_none());
    for (count, layout) in [(30, Layout::Full), (100, Layout::Full), (100, Layout::Summaries)] {
        let (issue, trimmed) = issue_of(count, layout);
        assert!(!trimmed.is_none() && issue.html.len() <= 81_920, "{count}: {}", issue.html.len());
        assert!(issue.html.contains(Token::PLACEHOLDER) && issue.text.contains(Token::PLACEHOLDER));
        assert_eq!(issue.html.contains("More headlines"), trimmed.headlines > 0, "{trimmed:?}");
        for at in 0..count {
            let from_end = count - at;
            let has = |what: &str| issue.html.contains(what) && issue.text.contains(what);
            assert_eq!(issue.html.matches(&format!(">Title {at}.<")).count(), 1, "{at}");
            assert!(has(&format!("Title {at}.")), "{at}");
            let body = layout == Layout::Full && from_end > trimmed.summaries;
            assert_eq!(has(&format!("Body {at}.")), body, "{at}");
            assert_eq!(has(&format!("Summary {at},")), !body && from_end > trimmed.headlines, "{at}");
        }
    }
}

#[test]
fn an_issue_that_is_too_large_even_as_headlines_is_told_with_how_many_have_room() {
    let issue_of = |count: usize| {
        let desk = (0..count).fold(Desk::new(), |desk, at| {
            desk.with(article(&format!("a{at}"), &format!("The title of story {at}.")), None, "Body.")
        });
        let (issue, withheld) = compose_withholding(&desk.input()).unwrap();
        (issue, withheld.trimmed)
    };
    let (issue, trimmed) = issue_of(900);
    assert_eq!(trimmed.over, issue.html.len() - CLIP);
    assert!(issue.html.contains("story 899.") && issue.html.contains(Token::PLACEHOLDER));
    let (issue, trimmed) = issue_of(trimmed.room(900));
    assert!(trimmed.over == 0 && issue.html.len() <= CLIP, "{}", issue.html.len());
}

#[test]
fn what_a_limit_cut_stands_at_the_end_as_a_list_of_links_and_is_carried() {
    let mut desk = week();
    let article = dated("late", "Late ferry &amp; early bus", "2026-01-12", "City Desk", "Not shown.");
    desk.selection.headlines =
        vec![Picked { article, group: None, also: vec![also("Wire", "https://wire.example/late")] }];
    let issue = desk.compose();
    assert_eq!(issue.articles.last().unwrap().path, "news/late.md");
    assert_eq!(issue.articles.len(), 6);
    assert!(issue.text.contains("5 stories"), "a headline is no story: {}", issue.text);
    let (_, list) = issue.html.split_once("More headlines</h2>").unwrap();
    assert!(list.contains(">Late ferry &amp; early bus</a>") && list.contains(">Wire</a>"), "{list}");
    let (_, list) = issue.text.split_once("More headlines\n").unwrap();
    assert!(
        list.contains("\nLate ferry & early bus\nCity Desk · Monday\nhttps://example.org/late/\n"),
        "{list}"
    );
    assert!(!issue.html.contains("Not shown."));
}
