//! What pages say of an issue, at each point of its life.

use super::{mail_of, newsletter};
use crate::harness::{Project, Sink, until};

#[test]
fn a_digest_shows_what_sending_it_would_send() {
    let project = newsletter();
    let preview = project.subscriber("ann@example.net").preview("weekly");
    preview.get("/weekly").is(200).says("The next issue, composed as you look").says("Write the draft");
    project.run("compose weekly").exits(0);
    preview.wait_for("/weekly", "A draft, as its files say").says_nothing_of("Write the draft");
    project.story("fresh", "Fresh news", "2026-01-14");
    preview.wait_for("/weekly/next", "Fresh news").says("A draft stands, and would be sent instead");
    assert!(!mail_of(&preview, "/weekly").contains("Fresh news"), "a draft is what its files say");
    preview.get("/weekly/2026-01-14").is(200).says("A draft, as its files say");
    let edited =
        project.read("digests/weekly/2026-01-14/digest.html").replace("The bridge opens", "Edited by hand");
    project.file("digests/weekly/2026-01-14/digest.html", &edited);
    until("the draft is read again", || {
        mail_of(&preview, "/weekly").contains("Edited by hand").then_some(())
    });
}

#[test]
fn an_issue_that_was_sent_is_shown_as_it_was_mailed_and_listed() {
    let project = newsletter();
    project.subscribers(3).run("send weekly").exits(0);
    project.story("fresh", "Fresh news", "2026-01-14").story("bridge", "The bridge is renamed", "2026-01-13");
    let preview = project.preview("weekly");
    preview
        .get("/weekly")
        .is(200)
        .says("The next issue")
        .says("href=\"/weekly/2026-01-14\"")
        .says("14 Jan 2026");
    let next = mail_of(&preview, "/weekly");
    assert!(
        next.contains("Fresh news") && !next.contains("The bridge"),
        "what was carried is not carried again"
    );
    preview.get("/weekly/2026-01-14").is(200).says("as it was mailed").says_nothing_of("Write the draft");
    let past = mail_of(&preview, "/weekly/2026-01-14");
    assert!(past.contains("The bridge opens") && !past.contains("Fresh news") && !past.contains("renamed"));
    preview.get("/weekly/2026-01-14?tab=selection").is(200).says("news/harbor.md");
}

#[test]
fn an_issue_that_is_being_sent_says_so() {
    let sink = Sink::with(&["-p", "-W", ".:60"]);
    let project = newsletter();
    project.through(sink.port()).subscribers(2);
    let run = project.start("send weekly");
    until("it is being sent", || project.status("weekly@2026-01-14"));
    let preview = project.preview("weekly");
    for address in ["/weekly", "/weekly/2026-01-14"] {
        preview
            .get(address)
            .is(200)
            .says("Being sent")
            .says("<span>sending</span>")
            .says_nothing_of("Write the draft");
    }
    run.kill();
}

#[test]
fn the_issue_of_another_day_is_shown_as_of_its_end() {
    let project = newsletter();
    project.story("coming", "What comes next week", "2026-01-20");
    let preview = project.preview("weekly");
    assert!(!mail_of(&preview, "/weekly").contains("What comes next week"));
    let then = mail_of(&preview, "/weekly?at=2026-01-20");
    assert!(
        then.contains("What comes next week") && !then.contains("A census of shelters"),
        "its window ends there"
    );
    let before = mail_of(&preview, "/weekly?at=2026-01-11");
    assert!(before.contains("A census of shelters") && !before.contains("The bridge opens"));
    preview
        .get("/weekly?at=2026-01-20")
        .is(200)
        .says("As of 20 January 2026")
        .says("weekly, 20 January 2026");
    preview.get("/weekly?at=2026-02-30").is(404).says("2026-01-14");
}

#[test]
fn where_there_is_nothing_to_carry_the_page_says_so_and_why() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for address in ["/weekly?at=2020-01-01", "/weekly?at=2020-01-01&tab=selection"] {
        preview
            .get(address)
            .is(200)
            .says("There is nothing to carry")
            .says_nothing_of("Write the draft")
            .says_nothing_of("<iframe");
    }
    preview.get("/weekly?at=2020-01-01&tab=selection").says("news/bridge.md").says("after the present");
    for file in ["mail", "eml", "html"] {
        preview.get(&format!("/-/{file}/weekly?at=2020-01-01")).is(404).says("no mail");
    }
    preview.press("draft", "/weekly?at=2020-01-01", &[]).is(409);
    project.set("digests.weekly.min_articles", 9);
    preview.wait_for("/weekly", "min_articles asks for 9");
}

#[test]
fn a_preview_starts_where_there_is_nothing_to_carry_yet_and_shows_what_comes() {
    let project = Project::new();
    let preview = project.preview("weekly");
    preview.get("/weekly").is(200).says("There is nothing to carry");
    project.story("first", "The first story", "2026-01-14");
    preview.wait_for("/weekly", "The first story");
}

#[test]
fn each_digest_has_a_page_and_a_new_one_comes_with_the_config() {
    let project = newsletter();
    let preview = project.preview("weekly");
    preview.get("/daily").is(404);
    project.set("digests.daily.title", "Every day").set("digests.daily.window", "2 days");
    preview.wait_for("/weekly", "href=\"/daily\"");
    preview.get("/daily").is(200).says("The bridge opens").says_nothing_of("A census of shelters");
}

#[test]
fn a_config_that_is_broken_at_the_start_is_an_error_and_serves_nothing() {
    let project = newsletter();
    project.set("digests.weekly.widnow", "7 days");
    project.run("preview weekly").exits(78).says("widnow").says("window").prints_nothing();
    Project::bare().run("preview").exits(78).says("config.toml");
    let project = newsletter();
    project.run("preview no-such-digest").exits(2).says("weekly").prints_nothing();
}

#[test]
fn the_message_in_a_file_is_shown_and_has_nothing_to_write() {
    let written = newsletter();
    written.run("preview weekly --eml issue.eml").exits(0);
    let eml = written.read("issue.eml");
    // A message is what it is, whatever newsletter stands beside it.
    for (project, status) in [(newsletter(), 200), (Project::bare(), 404)] {
        project.file("mine.eml", &eml);
        let preview = project.preview("mine.eml");
        assert_eq!(preview.first(), "/-/file");
        preview.get("/").is(303);
        preview.get("/-/file").is(200).says("The message in mine.eml").says_nothing_of("Write the draft");
        preview.get("/-/mail/-/file").is(200).says("The bridge opens");
        for tab in ["lint", "selection", "links", "headers", "source", "structure"] {
            preview.get(&format!("/-/file?tab={tab}")).is(200);
        }
        assert_eq!(preview.get("/-/eml/-/file").is(200).text(), eml);
        let disposition = preview.get("/-/html/-/file").is(200);
        assert_eq!(disposition.header("content-disposition"), "attachment; filename=\"message.html\"");
        preview.get("/weekly").is(status);
        preview.get("/-/file").says("Save .eml").says_nothing_of("Send me a test");
        project.file("mine.eml", &eml.replace("Subject: ", "Subject: Edited "));
        preview.wait_for("/-/file?tab=headers", "Edited");
    }
}
