//! `tidings lint`, and what `send` does with what it finds.

use crate::harness::{Project, Sink};

#[test]
fn the_demo_has_no_error_as_issue_as_draft_and_as_a_file() {
    let project = Project::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    project.set("site.content", vec![demo]);
    project.run("lint weekly").exits(0).says("0 errors");
    project.run("compose weekly").exits(0);
    project.run("lint weekly@2026-01-14").exits(0).says("0 errors");
    project.run("preview weekly --eml issue.eml").exits(0);
    project.run("lint issue.eml").exits(0).says("0 errors");
}

#[test]
fn what_a_message_breaks_is_told_with_place_source_and_remedy_in_text_and_json() {
    let project = Project::bare();
    project.file(
        "bad.eml",
        "Subject: Hi\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<script>1</script><p>Hi\r\n",
    );
    let told = project.run("lint bad.eml").exits(65);
    assert!(told.stdout().contains("From") && told.stdout().contains("5322"), "{}", told.stdout());
    let rows = project.run("lint bad.eml --format json").exits(65).rows();
    for key in ["rule", "severity", "part", "source", "remedy"] {
        assert!(rows.iter().all(|row| row.get(key).is_some()), "{key}: {rows:#?}");
    }
    project.run("lint none.eml").exits(1).says("none.eml");
}

#[test]
fn an_issue_that_no_inbox_shows_whole_is_told_and_not_sent() {
    let project = Project::new();
    project.stories(600).set("digests.weekly.layout", "headlines").subscriber("ann@example.net");
    project.run("compose weekly").exits(0).says("too large even so").says("there is room for about");
    project.run("send weekly").exits(65).says("of the 102 KB that Gmail shows");
}

#[test]
fn an_issue_with_an_error_is_not_started_unless_it_is_forced() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(1).subscriber("ann@example.net").run("compose weekly").exits(0);
    let html = project.read("digests/weekly/2026-01-14/digest.html");
    project.file(
        "digests/weekly/2026-01-14/digest.html",
        &html.replace("</body>", "<script>alert(1)</script></body>"),
    );
    project.run("send weekly").exits(65).says("script").says("--force");
    assert!(sink.mails().is_empty() && project.status("weekly@2026-01-14").is_none(), "nothing was started");
    project.run("send weekly --force").exits(0);
    assert_eq!(sink.mails().len(), 1);
}
