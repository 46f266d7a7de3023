//! What articles may say, and what becomes of it.

use super::*;

#[test]
fn the_placeholder_stands_once_in_each_part_with_and_without_pages() {
    let mut desk = week();
    let by_page = desk.compose();
    desk.pages = None;
    let by_mail = desk.compose();
    for (issue, link) in [
        (&by_page, "https://news.example.org/mail/unsubscribe/"),
        (&by_mail, "mailto:news@example.org?subject=unsubscribe%20"),
    ] {
        let link = format!("{link}{}", Token::PLACEHOLDER);
        assert_eq!(issue.html.matches(Token::PLACEHOLDER).count(), 1);
        assert!(issue.html.contains(&format!("href=\"{link}\"")), "{link}");
        assert!(issue.text.lines().any(|line| line == link), "{link}");
        assert!(!issue.subject.contains(Token::PLACEHOLDER) && !issue.preheader.contains(Token::PLACEHOLDER));
    }
}

#[test]
fn an_article_cannot_steal_readers_tokens() {
    let token = Token::PLACEHOLDER;
    let coded = token.replace('-', "&#45;");
    let steal = |text: &str| Article {
        title: format!("Title {text}"),
        summary: Some(format!("Summary {text}")),
        source: Some(format!("Source {text}")),
        tags: vec![text.to_owned()],
        image: Some(format!("https://evil.example/{text}.png")),
        url: format!("https://evil.example/{token}").parse().ok(),
        ..article("evil", "")
    };
    for text in [token, &coded, &format!("{token}{token}"), &format!("------------your{token}-own")] {
        for layout in [Layout::Headlines, Layout::Summaries, Layout::Full] {
            let body = format!(
                "<a href='https://evil.example/?{token}'>{text}</a>\n\n[x](https://evil.example/{text})"
            );
            let desk = Desk::new().with(steal(text), Some(text), &body).with(steal(text), Some(text), &body);
            let issue = desk.layout(layout).compose();
            for part in [&issue.html, &issue.text] {
                let at = part.find(token).unwrap();
                assert_eq!(part.matches(token).count(), 1, "{text} {layout:?}");
                assert!(
                    part[..at].ends_with("https://news.example.org/mail/unsubscribe/"),
                    "{text} {layout:?}"
                );
            }
            assert!(!issue.subject.contains(token) && !issue.preheader.contains(token));
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    let evil = Article {
        title: "</title><script>alert(1)</script>\r\nBcc: a@b.example \u{202e}txt.\"onload='x'".into(),
        summary: Some("<img src=x onerror=alert(1)> &lt;script&gt;alert(2)&lt;/script&gt;".into()),
        source: Some("<b onclick=x>Source</b>".into()),
        image: Some("javascript:alert(1)".into()),
        ..article("evil", "")
    };
    for layout in [Layout::Summaries, Layout::Full] {
        let desk = Desk::new().with(evil.clone(), None, "<script>alert(3)</script> fine").layout(layout);
        let issue = desk.compose();
        for bad in ["<script", "<img", "<b onclick", "javascript:", "\u{202e}"] {
            assert!(!issue.html.contains(bad), "{bad} in {}", issue.html);
        }
        assert!(!issue.subject.contains(['\r', '\n', '\u{202e}']), "{}", issue.subject);
        assert_eq!(issue.html.matches("<title>").count(), 1);
    }
}

#[test]
fn a_body_that_is_too_much_becomes_its_summary_with_a_link() {
    let deep = Article { summary: Some("In short.".into()), ..article("deep", "Deep") };
    let shallow = article("shallow", "Shallow");
    let desk = Desk::new().with(shallow, None, "All of it.").with(deep, None, &"<div>".repeat(10_000));
    let issue = desk.layout(Layout::Full).compose();
    assert!(issue.html.contains("All of it.") && issue.html.contains("In short."));
    assert_eq!(issue.html.matches(">Read on</a>").count(), 1);
}
