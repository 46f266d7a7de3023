mod signed;

use std::time::Duration;

use base64::Engine as _;
use proptest::prelude::*;

use super::*;
use crate::config::{Secret, Transport};
use crate::subscriber::TokenKey;

fn mail() -> Mail {
    Mail {
        from: "The Border Post <news@example.org>".parse().unwrap(),
        reply_to: Some("editor@example.org".parse().unwrap()),
        transport: Transport::Maildir("outbox".into()),
        dkim: None,
        connections: 1,
        rate: None,
        daily_limit: None,
        hours: None,
        retry_for: Duration::from_mins(1),
        reply_timeout: None,
        messages_per_connection: 100,
        postal_address: None,
    }
}

fn list(title: &str) -> List {
    List {
        name: "main".into(),
        title: title.into(),
        id: "main.news.example.org".into(),
        reason: "You subscribed.".into(),
        archive: None,
        subscribe: None,
    }
}

fn pages() -> Pages {
    Pages { url: "https://news.example.org/mail/".parse().unwrap(), secret: Secret::Env("S".into()) }
}

fn issue(subject: &str, html: &str, text: &str) -> Issue {
    Issue {
        key: "weekly@2026-01-14".parse().unwrap(),
        subject: subject.into(),
        preheader: String::new(),
        language: "en".into(),
        composed: date(),
        articles: Vec::new(),
        cut: Vec::new(),
        dropped: Vec::new(),
        html: format!("{html}<a href=\"https://x.example/{0}\">leave</a>", Token::PLACEHOLDER),
        text: format!("{text}\nhttps://x.example/{}\n", Token::PLACEHOLDER),
    }
}

fn date() -> DateTime<Utc> {
    "2026-01-14T09:00:00Z".parse().unwrap()
}

fn rendered(issue: &Issue, title: &str, name: Option<&str>, pages: Option<&Pages>) -> String {
    let mailing = Mailing::new(issue, &mail(), &list(title), pages, None).unwrap();
    let id = SubscriberId([7; 16]);
    let token = Token::of(id, &TokenKey::new(b"secret"));
    let address = "ann@example.org".parse().unwrap();
    let to = Recipient { address: &address, name, token: &token };
    let message_id = message_id(&issue.hash(), id, mail().from.email.domain());
    String::from_utf8(mailing.render(&to, &message_id, date(), date()).unwrap()).unwrap()
}

/// A parser of our own, so that lettre is not judged by lettre: headers unfolded, and the body.
fn parsed(part: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = head.split("\r\n").map(|line| line.split_once(": ").unwrap());
    (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body)
}

fn quoted_printable(body: &str) -> String {
    let mut bytes = Vec::new();
    let body = body.replace("=\r\n", "");
    let mut rest = body.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn decoded_words(value: &str) -> String {
    let decode = |word: &str| {
        let inner = word.strip_prefix("=?utf-8?B?")?.strip_suffix("?=")?;
        base64::engine::general_purpose::STANDARD.decode(inner).ok()
    };
    match value.split(' ').map(decode).collect::<Option<Vec<_>>>() {
        Some(words) => String::from_utf8(words.concat()).unwrap(),
        None => value.to_owned(),
    }
}

fn parts(message: &str) -> (Vec<(String, String)>, String, String) {
    let (headers, body) = parsed(message);
    let kind = &headers.iter().find(|(name, _)| name == "Content-Type").unwrap().1;
    let boundary = kind.split_once("boundary=\"").unwrap().1.trim_end_matches('"').to_owned();
    let body = body.strip_suffix(&format!("\r\n--{boundary}--\r\n")).unwrap();
    let parts: Vec<&str> =
        format!("\r\n{body}").leak().split(&format!("\r\n--{boundary}\r\n")).skip(1).collect();
    assert_eq!(parts.len(), 2, "{message}");
    (headers, quoted_printable(parsed(parts[0]).1), quoted_printable(parsed(parts[1]).1))
}

#[test]
fn a_message_has_each_header_of_the_standard_once() {
    let message = rendered(&issue("News", "<p>Hi</p>", "Hi"), "The Post", Some("Ann"), Some(&pages()));
    let names: Vec<String> = parsed(&message).0.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "From",
            "To",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "List-Id",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "List-Help",
            "List-Post",
            "List-Owner",
            "Content-Language",
            "Feedback-ID",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
        ]
    );
    assert!(message.contains("\r\nDate: Wed, 14 Jan 2026 09:00:00 +0000\r\n"), "{message}");
    assert!(message.contains("\r\nTo: Ann <ann@example.org>\r\n"), "{message}");
    assert!(message.contains("\r\nList-Id: The Post <main.news.example.org>\r\n"), "{message}");
    assert!(message.contains("\r\nFeedback-ID: 2026-01-14:weekly:main:exampleorgmail\r\n"), "{message}");
}

#[test]
fn without_pages_a_reader_leaves_by_mail_and_no_click_is_promised() {
    let (headers, ..) = parts(&rendered(&issue("News", "", ""), "The Post", None, None));
    let leave = &headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap().1;
    assert!(leave.starts_with("<mailto:editor@example.org?subject=unsubscribe%20"), "{leave}");
    assert!(headers.iter().all(|(name, _)| name != "List-Unsubscribe-Post"));
}

#[test]
fn each_recipient_has_links_of_their_own_and_nothing_else_differs() {
    let issue = issue("News", "<p>Hi</p>", "Hi");
    let message = rendered(&issue, "The Post", None, Some(&pages()));
    let token = Token::of(SubscriberId([7; 16]), &TokenKey::new(b"secret"));
    let (headers, text, html) = parts(&message);
    assert_eq!(text, issue.text.replace(Token::PLACEHOLDER, token.as_str()).replace('\n', "\r\n"));
    assert_eq!(html, issue.html.replace(Token::PLACEHOLDER, token.as_str()));
    let leave = &headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap().1;
    assert!(leave.contains(token.as_str()) && !message.contains(Token::PLACEHOLDER));
}

#[test]
fn an_issue_without_an_unsubscribe_link_is_refused() {
    let mut issue = issue("News", "", "");
    issue.text = "Hi".into();
    let error = Mailing::new(&issue, &mail(), &list("The Post"), None, None).unwrap_err();
    assert!(error.to_string().contains("digest.txt"), "{error}");
}

#[test]
fn a_message_id_is_the_same_at_every_attempt_and_differs_by_issue_and_subscriber() {
    let from = "news@example.org".parse().unwrap();
    let id = |hash: &str, subscriber| message_id(hash, SubscriberId([subscriber; 16]), "example.org");
    assert_eq!(id("a", 1), id("a", 1));
    assert!(id("a", 1) != id("a", 2) && id("a", 1) != id("b", 1));
    assert_ne!(random_message_id(&from).unwrap(), random_message_id(&from).unwrap());
    assert!(id("a", 1).ends_with("@example.org"));
}

proptest! {
    #[test]
    fn no_text_adds_a_header_a_recipient_or_a_part(
        subject in any::<String>(), title in any::<String>(), name in any::<String>(),
        html in "(?s).{0,2000}", text in "(?s).{0,2000}",
    ) {
        let issue = issue(&subject, &html, &text);
        let message = rendered(&issue, &title, Some(&name), Some(&pages()));
        let lines: Vec<&str> = message.split("\r\n").collect();
        prop_assert!(lines.iter().all(|line| !line.contains(['\r', '\n', '\0']) && line.len() <= 998));
        prop_assert!(message.is_ascii());
        let (headers, got_text, got_html) = parts(&message);
        prop_assert_eq!(headers.len(), 17);
        prop_assert_eq!(decoded_words(&headers[3].1), header::one_line(&subject));
        prop_assert_eq!(headers[1].1.matches('@').count() - phrase_ats(&headers[1].1), 1);
        let token = Token::of(SubscriberId([7; 16]), &TokenKey::new(b"secret"));
        let own = |text: &str| tidy(text).replace(Token::PLACEHOLDER, token.as_str()).replace('\n', "\r\n");
        prop_assert_eq!(got_text, own(&issue.text));
        prop_assert_eq!(got_html, own(&issue.html));
        // Only an address that has no blank may be longer than a folded line.
        let head = message.split("\r\n\r\n").next().unwrap();
        prop_assert!(head.split("\r\n").all(|line| line.len() <= 78 || line.contains("://") || line.contains("mailto:")));
    }
}

/// How many `@` stand in the display name of a mailbox.
fn phrase_ats(mailbox: &str) -> usize {
    mailbox.rsplit_once(" <").map_or(0, |(name, _)| name.matches('@').count())
}

#[test]
fn bodies_lose_their_nul_and_lone_carriage_returns() {
    let (_, text, html) = parts(&rendered(&issue("News", "a\rb\0c\r\nd\ne", "a\r\r\nb"), "", None, None));
    assert!(html.starts_with("abc\r\nd\r\ne<a"), "{html:?}");
    assert!(text.starts_with("a\r\nb\r\n"), "{text:?}");
}

#[test]
fn long_subjects_are_folded() {
    let message = rendered(&issue(&"The week: ".repeat(30), "", ""), "The Post", None, None);
    let head = message.split("List-Unsubscribe").next().unwrap();
    assert!(head.split("\r\n").all(|line| line.len() <= 78), "{head}");
}

#[test]
fn what_is_on_the_web_is_named_where_it_is() {
    let (pages, issue) = (pages(), issue("News", "", ""));
    let mut list = list("The Post");
    list.archive = "https://news.example.org/weekly/".parse().ok();
    list.subscribe = "https://news.example.org/join/".parse().ok();
    let web = "https://news.example.org/weekly/2026-01-14/".parse().ok();
    let mailing = Mailing::new(&issue, &mail(), &list, Some(&pages), web.as_ref()).unwrap();
    let to = "ann@example.org".parse().unwrap();
    let to = Recipient { address: &to, name: None, token: &Token::inert() };
    let message = String::from_utf8(mailing.render(&to, "a@b", date(), date()).unwrap()).unwrap();
    for line in [
        "List-Subscribe: <https://news.example.org/join/>",
        "List-Archive: <https://news.example.org/weekly/>",
        "Archived-At: <https://news.example.org/weekly/2026-01-14/>",
    ] {
        assert!(message.contains(&format!("\r\n{line}\r\n")), "{line}: {message}");
    }
}
