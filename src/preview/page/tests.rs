use super::*;
use crate::issue::CarriedArticle;
use crate::selection::{Passed, Reason, Selection, Window};

const MAIL: &str = concat!(
    "From: Post <a@example.org>\r\n",
    "Subject: One & <two>\r\n",
    "MIME-Version: 1.0\r\n",
    "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n",
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
    "<p>Hello <a href=\"https://example.org/1\">First</a>\r\n<script>alert('<x>')</script></p>\r\n",
    "--b--\r\n",
);

fn issue() -> Issue {
    let article = CarriedArticle {
        path: "news/a.md".to_owned(),
        link: None,
        title: "A story".to_owned(),
        url: "https://example.org/a/".to_owned(),
        also: Vec::new(),
    };
    Issue {
        key: "weekly@2026-01-14".parse().unwrap(),
        subject: "One".to_owned(),
        preheader: String::new(),
        language: "en".to_owned(),
        composed: "2026-01-14T09:00:00Z".parse().unwrap(),
        articles: vec![article],
        cut: Vec::new(),
        dropped: Vec::new(),
        html: String::new(),
        text: String::new(),
    }
}

fn mail(standing: Standing, issue: Option<Issue>) -> Shown {
    let message = MAIL.as_bytes().to_vec();
    let findings = lint::lint(&message, None);
    Shown::Mail(Box::new(Mail { standing, message, findings, issue, basis: None }))
}

fn nothing() -> Shown {
    let passed = vec![Passed { path: "old.md".to_owned(), article: None, reason: Reason::TooOld }.into()];
    let selection = Selection {
        window: Window { since: None, until: None },
        picked: Vec::new(),
        headlines: Vec::new(),
        cut: Vec::new(),
        dropped: Vec::new(),
        passed,
    };
    Shown::Nothing(Nothing { digest: "weekly".to_owned(), found: 0, needed: 1, selection })
}

fn page(address: &str, shown: &Shown, faults: &[Fault]) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let asked = Asked::read(path, query).unwrap();
    let listed = |what: &str, name: &str| Listed {
        what: What::of_path(what).unwrap(),
        name: name.to_owned(),
        note: "draft".to_owned(),
    };
    let nearby = Nearby {
        digests: vec![listed("/weekly", "weekly"), listed("/daily", "daily")],
        issues: vec![listed("/weekly/next", "Next"), listed("/weekly/2026-01-14", "14 Jan 2026")],
    };
    let page = Page { asked: &asked, nearby: &nearby, shown, faults, token: "t0k3n", version: 7 };
    page.render().unwrap()
}

#[test]
fn each_tab_shows_what_it_says() {
    let shown = mail(Standing::Draft, Some(issue()));
    for (tab, says) in [
        ("lint", "rules hold"),
        ("selection", "A story"),
        ("links", "https://example.org/1"),
        ("headers", "One &#38; &#60;two&#62;"),
        ("source", "id=\"html-2\""),
        ("structure", "multipart/alternative"),
    ] {
        let html = page(&format!("/weekly?tab={tab}"), &shown, &[]);
        assert!(html.contains(says), "{tab}: {html}");
    }
}

#[test]
fn what_a_mail_says_is_text_in_the_page() {
    let shown = mail(Standing::Draft, Some(issue()));
    for (name, _) in Tab::NAMED {
        let html = page(&format!("/weekly?tab={name}&find=<b>&view=text"), &shown, &[]);
        assert_eq!(html.matches("<script").count(), 1, "{name}");
        assert!(!html.contains("<two>") && !html.contains("<x>") && !html.contains("<b>&"), "{name}");
    }
}

#[test]
fn nothing_in_the_page_is_refused_by_its_policy() {
    let shown = mail(Standing::Next, Some(issue()));
    for (name, _) in Tab::NAMED {
        let html = page(&format!("/weekly?tab={name}"), &shown, &[]);
        let is_handler = |rest: &str| rest.trim_start_matches(char::is_alphabetic).starts_with("=\"");
        assert!(!html.contains(" style=\"") && !html.contains("<style"), "{name}");
        assert!(!html.split(" on").skip(1).any(is_handler), "{name}");
    }
}

#[test]
fn a_finding_leads_to_its_line_in_the_source_where_it_is_told_again() {
    let shown = mail(Standing::File("a.eml".to_owned()), None);
    let lint = page("/-/file", &shown, &[]);
    assert!(lint.contains("href=\"/-/file?tab=source#html-2\""), "{lint}");
    let source = page("/-/file?tab=source", &shown, &[]);
    let there = &source[source.find("id=\"html-2\"").unwrap()..];
    assert!(there[..there.find("</li>").unwrap()].contains("error: "), "{source}");
}

#[test]
fn the_frame_lets_nothing_run() {
    let html = page("/weekly?view=phone", &mail(Standing::Draft, Some(issue())), &[]);
    let frame = &html[html.find("<iframe").unwrap()..];
    let frame = &frame[..frame.find('>').unwrap()];
    assert!(
        frame.contains("sandbox=\"allow-same-origin allow-popups allow-popups-to-escape-sandbox\""),
        "{frame}"
    );
    assert!(frame.contains("src=\"/-/mail/weekly?v=") && frame.contains("width=\"375\""), "{frame}");
}

#[test]
fn a_button_holds_the_token_the_page_and_the_issue() {
    let shown = mail(Standing::Draft, Some(issue()));
    let html = page("/weekly?tab=links", &shown, &[]);
    for held in [
        "value=\"t0k3n\"",
        "name=\"of\" value=\"/weekly?tab=links\"",
        &format!("value=\"{}\"", issue().hash()),
    ] {
        assert!(html.contains(held), "{held}: {html}");
    }
    assert!(!html.contains("action=\"/-/draft\""), "a draft is not written again");
    let file = page("/-/file", &mail(Standing::File("a.eml".to_owned()), None), &[]);
    assert!(!file.contains("action=\"/-/"), "a file's message has no commands");
    assert!(file.contains("href=\"/-/eml/-/file\""));
}

#[test]
fn a_draft_says_that_it_is_one_and_leads_to_what_would_be_composed() {
    let html = page("/weekly?tab=selection", &mail(Standing::Draft, Some(issue())), &[]);
    assert!(
        html.contains("as its files say") && html.contains("href=\"/weekly/next?tab=selection\""),
        "{html}"
    );
    // The rail says which issue that is.
    assert!(html.contains("href=\"/weekly/2026-01-14?tab=selection\" aria-current=\"page\""), "{html}");
}

#[test]
fn where_there_is_nothing_to_carry_the_page_says_so_and_what_was_passed_over() {
    let html = page("/weekly?tab=selection", &nothing(), &[]);
    assert!(html.contains("nothing to carry") && html.contains("old.md"), "{html}");
    assert!(!html.contains("<iframe") && !html.contains("action=\"/-/test\""), "{html}");
}

#[test]
fn a_fault_stands_above_the_last_version_that_was_good() {
    let fault = Fault {
        file: "content/a.md".to_owned(),
        line: Some(3),
        message: "the date is <wrong>".to_owned(),
        help: Some("write it as 2026-01-14".to_owned()),
        excerpt: vec![(2, "title: A".to_owned()), (3, "date: x".to_owned())],
    };
    let html = page("/weekly", &mail(Standing::Next, Some(issue())), std::slice::from_ref(&fault));
    for said in [
        "role=\"alert\"",
        "content/a.md:3",
        "&#60;wrong&#62;",
        "<mark><b>3</b> date: x\n</mark>",
        "last version that was good",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(html.contains("<iframe"));
    let broken = page("/weekly", &Shown::Broken, &[fault]);
    assert!(broken.contains("content/a.md:3") && !broken.contains("last version that was good"));
}

#[test]
fn sizes_are_told_against_what_gmail_shows() {
    for (octets, told, words) in [
        (312, "312 B", "Gmail shows all of it"),
        (17_420, "17.4 KB", "Gmail shows all of it"),
        (90_000, "90.0 KB", "little room left"),
        (102_401, "102.4 KB", "cuts the end off"),
    ] {
        let size = Size::of(&Anatomy { html: Some("x".repeat(octets)), ..Anatomy::default() });
        assert_eq!(kilobytes(&size.octets), told);
        assert!(size.words.contains(words), "{octets}: {}", size.words);
    }
}

#[test]
fn a_page_that_says_one_thing_leads_back() {
    let asked = Asked::read("/weekly", "tab=links").unwrap();
    let html = said("Not done", "the token is <old>", Some(&asked)).unwrap();
    assert!(html.contains("&#60;old&#62;") && html.contains("href=\"/weekly?tab=links\""), "{html}");
    assert!(said("Done", "", None).unwrap().contains("href=\"/\""));
}
