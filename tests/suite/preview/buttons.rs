//! The buttons: each is a command, done as it would be from a terminal, and only for what its page shows.

use super::{drafted, mail_of, newsletter};
use crate::harness::{Preview, Script, Server, Sink, Stage};

const DRAFT: &str = "digests/weekly/2026-01-14";
const ME: [(&str, &str); 1] = [("address", "me@example.org")];

/// The page's own form holds the hash of what it shows.
fn hash(preview: &Preview, path: &str) -> String {
    preview.field(path, "hash")
}

#[test]
fn a_test_copy_reaches_a_mail_server_and_is_what_the_page_shows() {
    let sink = Sink::start();
    let project = newsletter();
    project.through(sink.port()).subscribers(2);
    let preview = project.preview("weekly");
    let shown = mail_of(&preview, "/weekly");
    let before = project.tree();
    preview
        .press("test", "/weekly", &[("address", " Me Myself <me@example.org> ")])
        .is(200)
        .says("A test copy went to me@example.org: 250");
    sink.wait_for(1);
    let mail = &sink.mails()[0];
    assert_eq!(mail.to, [("Me Myself".to_owned(), "me@example.org".to_owned())]);
    assert_eq!(mail.html.trim_end(), shown.trim_end());
    assert!(project.tree() == before, "a test copy counts for nothing");
    let plain = preview.request("POST", "/-/test").with("Accept", "text/plain");
    let token = preview.token();
    let told = plain
        .form(&[("token", &token), ("of", "/weekly"), ("hash", &preview.field("/weekly", "hash")), ME[0]])
        .send()
        .is(200);
    assert!(told.text().starts_with("A test copy went to me@example.org"), "{}", told.text());
    sink.wait_for(2);
    assert_eq!(sink.recipients(), ["me@example.org"; 2], "and no subscriber gets one");
}

#[test]
fn an_address_that_is_none_is_told_and_gets_nothing() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    for address in [
        "",
        "me",
        "me@",
        "a@example.org, b@example.org",
        "me@example.org\r\nBcc: you@example.org",
        "<script>",
    ] {
        preview
            .press("test", "/weekly", &[("address", address)])
            .is(409)
            .says("write an address as")
            .says_nothing_of("<script>");
    }
    preview.press("test", "/weekly", &ME).is(200);
    sink.wait_for(1);
    assert_eq!(sink.recipients(), ["me@example.org"]);
}

#[test]
fn a_mail_server_that_refuses_or_is_not_there_is_told_in_its_words() {
    let server = Server::start(Script::polite().on(Stage::Rcpt).say("550 5.7.1 Not you"));
    let project = newsletter();
    let preview = project.through(server.port()).preview("weekly");
    preview.press("test", "/weekly", &ME).is(502).says("550 5.7.1 Not you");
    drop(server);
    preview.press("test", "/weekly", &ME).is(502).says("127.0.0.1");
}

#[test]
fn a_test_copy_of_an_issue_that_was_sent_is_that_issue() {
    let project = newsletter();
    project.subscriber("ann@example.net").run("send weekly").exits(0);
    let sink = Sink::start();
    project.through(sink.port()).story("late", "Late news", "2026-01-14");
    let preview = project.preview("weekly");
    preview.press("test", "/weekly/2026-01-14", &ME).is(200);
    preview.press("test", "/weekly/2020-01-01", &ME).is(409);
    sink.wait_for(1);
    let mail = &sink.mails()[0];
    assert!(mail.html.contains("The bridge opens") && !mail.html.contains("Late news"));
}

#[test]
fn the_draft_is_written_as_the_page_shows_it_and_as_it_will_be_sent() {
    let project = newsletter();
    let preview = project.subscriber("ann@example.net").preview("weekly");
    let shown = mail_of(&preview, "/weekly");
    preview
        .press("draft", "/weekly", &[("hash", &hash(&preview, "/weekly"))])
        .is(200)
        .says("weekly@2026-01-14")
        .says(DRAFT);
    assert_eq!(
        drafted(&project, DRAFT),
        ["The bridge opens", "Harbor hearing is moved", "A census of shelters"]
    );
    assert_eq!(mail_of(&preview, "/weekly"), shown);
    preview.wait_for("/weekly", "A draft, as its files say");
    preview.press("draft", "/weekly", &[]).is(409).says("composed already");
    project.run("send weekly").exits(0);
    assert!(project.outbox()[0].html.contains("The bridge opens"));
}

#[test]
fn stories_are_pinned_and_dropped_by_the_address_and_the_draft_is_written_so() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let address = "/weekly?pin=news/census.md&drop=news/harbor.md";
    let shown = mail_of(&preview, address);
    assert!(shown.find("A census of shelters") < shown.find("The bridge opens"));
    assert!(!shown.contains("Harbor hearing"));
    assert!(mail_of(&preview, "/weekly").contains("Harbor hearing"), "other pages are as they were");
    preview.get(&address.replace('?', "?tab=selection&")).is(200).says("pinned");
    assert!(!project.path("digests").exists(), "an address writes nothing");
    preview.press("draft", address, &[("hash", &hash(&preview, address))]).is(200);
    assert_eq!(drafted(&project, DRAFT), ["A census of shelters", "The bridge opens"]);
}

#[test]
fn what_has_changed_since_it_was_looked_at_is_neither_mailed_nor_written() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    let old = hash(&preview, "/weekly");
    project.story("bridge", "The bridge stays shut", "2026-01-13");
    preview.wait_for("/weekly", "The bridge stays shut");
    for (button, hash) in
        [("test", old.as_str()), ("draft", &old), ("draft", "0"), ("test", &old.to_uppercase())]
    {
        preview.press(button, "/weekly", &[ME[0], ("hash", hash)]).is(409).says("look at it again");
    }
    assert!(!project.path("digests").exists());
    preview.press("draft", "/weekly", &[("hash", &hash(&preview, "/weekly"))]).is(200);
    assert_eq!(drafted(&project, DRAFT)[0], "The bridge stays shut");
    assert_eq!(sink.recipients(), [""; 0]);
}

#[test]
fn while_a_file_is_broken_nothing_is_mailed_or_written() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    let config = project.read("config.toml");
    preview.get("/weekly").is(200);
    let breaks: [(&str, String); 3] = [
        ("content/news/bridge.md", "---\ntitle: [\n---\n".to_owned()),
        ("config.toml", config.replace("window", "widnow")),
        ("config.toml", config.replace("{{ lead.title }}", "{{ lead.title")),
    ];
    for (file, broken) in breaks {
        let good = project.read(file);
        project.file(file, &broken);
        preview.wait_for("/weekly", "role=\"alert\"").says("The bridge opens");
        for button in ["test", "draft"] {
            preview.press(button, "/weekly", &ME).is(409).says("mend").says(file.rsplit('/').next().unwrap());
        }
        project.file(file, &good);
        preview.wait_for("/weekly", "The bridge opens");
        crate::harness::until("it is mended", || {
            (!preview.get("/weekly").text().contains("role=\"alert\"")).then_some(())
        });
    }
    assert!(!project.path("digests").exists());
    assert_eq!(sink.recipients(), [""; 0]);
    preview.press("draft", "/weekly", &[]).is(200);
}

#[test]
fn while_the_digest_is_being_sent_its_draft_is_not_written() {
    let sink = Sink::with(&["-p", "-W", ".:60"]);
    let project = newsletter();
    project.through(sink.port()).subscribers(2);
    let run = project.start("send weekly");
    crate::harness::until("it is being sent", || project.status("weekly@2026-01-14"));
    project.story("late", "Late news", "2026-01-14");
    let preview = project.preview("weekly");
    preview.press("draft", "/weekly", &[]).is(423);
    preview.press("draft", "/weekly/next", &[]).is(423).says(&format!("process {}", run.pid()));
    assert!(!project.path("digests/weekly/2026-01-14-2").exists());
    run.kill();
}

#[test]
fn a_form_of_no_page_and_a_form_without_end_are_refused() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for of in ["", "/", "/../secret", "http://news.example.org/", "/no-such-digest", "/-/file"] {
        for button in ["test", "draft"] {
            preview.press(button, of, &ME).is(409);
        }
    }
    let long = "x".repeat(1 << 20);
    preview.press("test", "/weekly", &[("address", &long)]).is(413);
    let json = preview.request("POST", "/-/draft").with("Content-Type", "application/json");
    json.send().is(403);
    assert!(!project.path("digests").exists() && !project.path("outbox").exists());
}

#[test]
fn an_issue_of_another_day_is_looked_at_and_not_drafted() {
    let project = newsletter();
    project.story("embargo", "Under embargo", "2026-01-20");
    let preview = project.preview("weekly");
    let page = preview.get("/weekly?at=2026-01-20&tab=selection").is(200).says("Under embargo");
    page.says_nothing_of("Write the draft");
    preview.press("draft", "/weekly?at=2026-01-20", &[]).is(409).says("another day");
    assert!(!project.path("digests").exists());
}

#[test]
fn a_button_without_the_hash_of_what_was_seen_does_nothing() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for hash in ["", "0"] {
        for button in ["test", "draft"] {
            preview.press(button, "/weekly", &[ME[0], ("hash", hash)]).is(409).says("has changed");
        }
    }
    assert!(!project.path("digests").exists() && !project.path("outbox").exists());
}

#[test]
fn a_command_looks_at_what_links_lead_to_and_nobody_watches() {
    let project = newsletter();
    project.file(
        "elsewhere/linked.md",
        "---\ntitle: First words\ndate: 2026-01-13\ntags: [immigration]\n---\nBody\n",
    );
    std::os::unix::fs::symlink(project.path("elsewhere/linked.md"), project.path("content/linked.md"))
        .unwrap();
    let preview = project.preview("weekly");
    preview.get("/weekly?tab=selection").is(200).says("First words");
    project.file(
        "elsewhere/linked.md",
        "---\ntitle: Second words\ndate: 2026-01-13\ntags: [immigration]\n---\nBody\n",
    );
    preview.press("draft", "/weekly", &[]).is(409).says("has changed");
    preview.get("/weekly?tab=selection").says("Second words");
}
