//! The finished message, as a parser that is not ours reads it.

use crate::harness::{Mail, Project, Sink};

const TITLE: &str = "“It’s clear” – Zoë’s naïve café … 東京";

/// One issue to one reader, over real SMTP.
fn mailed(pages: bool) -> Mail {
    let sink = Sink::start();
    let project = Project::new();
    if pages {
        project.set("pages.url", "https://news.example.org/mail/").set("pages.secret_env", "TIDINGS_SECRET");
        project.env("TIDINGS_SECRET", "a secret of a decent length");
    }
    project.through(sink.port()).story("clear", TITLE, "2026-01-13");
    project.subscriber("ann@example.net").run("send weekly").exits(0);
    let mut mails = sink.mails();
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}

#[test]
fn a_message_has_no_defect_and_two_parts_the_plain_one_first() {
    let mail = mailed(true);
    assert!(mail.defects.is_empty(), "{:#?}", mail.defects);
    assert_eq!(mail.parts, ["multipart/alternative", "text/plain", "text/html"]);
}

#[test]
fn quotes_and_dashes_are_intact_in_subject_html_and_text() {
    let mail = mailed(true);
    assert_eq!(mail.header("Subject"), format!("The week in immigration: {TITLE}"));
    assert!(mail.html.contains(TITLE), "{}", mail.html);
    assert!(mail.text.contains(TITLE), "{}", mail.text);
}

#[test]
fn each_header_stands_once_and_names_one_recipient() {
    let mail = mailed(true);
    for name in ["Date", "From", "To", "Reply-To", "Subject", "MIME-Version", "List-Id", "Content-Type"] {
        assert!(!mail.header(name).is_empty(), "{name}");
    }
    assert_eq!(mail.header("To"), "ann@example.net");
    assert_eq!(mail.header("From"), "The Border Post <news@example.org>");
    assert!(mail.header("List-Id").ends_with("<main.news.example.org>"), "{}", mail.header("List-Id"));
    let id = mail.header("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.org>"), "{id}");
    assert!(mail.all("Bcc").is_empty());
}

#[test]
fn readers_leave_by_one_click_where_there_are_pages() {
    let mail = mailed(true);
    let leave = mail.header("List-Unsubscribe");
    assert_eq!(leave.matches("https://news.example.org/mail/unsubscribe/").count(), 1, "{leave}");
    assert_eq!(leave.matches("mailto:").count(), 1, "{leave}");
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let (_, rest) = leave.split_once("unsubscribe/").unwrap();
    let token = rest.split('>').next().unwrap();
    assert!(mail.html.contains(token) && mail.text.contains(token), "the link stands in both parts");
}

#[test]
fn readers_leave_by_mail_where_there_are_no_pages() {
    let mail = mailed(false);
    assert!(mail.header("List-Unsubscribe").starts_with("<mailto:editor@example.org?subject=unsubscribe"));
    assert!(mail.all("List-Unsubscribe-Post").is_empty());
}

#[test]
fn both_parts_say_why_they_come_and_from_where() {
    let mail = mailed(true);
    for part in [&mail.html, &mail.text] {
        assert!(part.contains("You subscribed at news.example.org."), "{part}");
        assert!(part.contains("1 Main St, Springfield"), "{part}");
    }
}

#[test]
fn nothing_in_the_mail_tracks_the_reader() {
    let mail = mailed(true);
    assert!(!mail.html.contains("<img"), "the article has no picture, so the mail has none");
    assert!(!mail.html.contains("utm_") && !mail.html.contains("ann@"), "{}", mail.html);
    assert!(mail.html.contains("href=\"https://www.example.com/clear\""), "links are the articles' own");
}

#[test]
fn a_hostile_title_adds_no_header_and_no_script() {
    let sink = Sink::start();
    let project = Project::new();
    let title = "Hi\\r\\nBcc: eve@example.com\\r\\n\\r\\n<script>alert(1)</script>";
    project.through(sink.port()).story("hostile", title, "2026-01-13").subscriber("ann@example.net");
    project.run("send weekly").exits(0);
    let mail = &sink.mails()[0];
    assert!(mail.all("Bcc").is_empty() && mail.defects.is_empty(), "{mail:#?}");
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    assert_eq!(sink.recipients(), ["ann@example.net"]);
}

#[test]
fn an_issue_that_is_on_the_web_says_where_in_both_parts_and_its_headers() {
    let project = Project::new();
    project.set("digests.weekly.web", "https://news.example.org/weekly/{issue}/");
    project.set("lists.main.archive", "https://news.example.org/weekly/");
    project.stories(1).subscriber("ann@example.net").run("send weekly").exits(0);
    let mail = &project.outbox()[0];
    let address = "https://news.example.org/weekly/2026-01-14/";
    assert_eq!(mail.header("Archived-At"), format!("<{address}>"));
    assert_eq!(mail.header("List-Archive"), "<https://news.example.org/weekly/>");
    assert!(mail.html.contains(&format!("href=\"{address}\"")), "{}", mail.html);
    assert!(mail.text.contains(&format!("\nRead on the web:\n{address}\n")), "{}", mail.text);
}
