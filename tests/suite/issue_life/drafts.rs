//! Drafts: what an editor makes of an issue before it is sent.

use super::*;

#[test]
fn composing_again_replaces_the_draft() {
    let project = Project::new();
    project.stories(1).run("compose weekly").exits(0).prints(FOLDER);
    project.story("late", "Late", "2026-01-14").run("compose weekly").exits(0);
    assert!(project.read(&format!("{FOLDER}/digest.txt")).contains("Late"));
    assert_eq!(fs::read_dir(project.path("digests/weekly")).unwrap().count(), 1, "there is one draft");
    project.at("2026-01-15T14:00:00Z").run("compose weekly").exits(0);
    assert_eq!(fs::read_dir(project.path("digests/weekly")).unwrap().count(), 1, "and the next day too");
}

#[test]
fn a_draft_is_sent_as_reviewed() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("compose weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        let path = format!("{FOLDER}/{file}");
        let edited = project.read(&path).replace("Story number 1", "Reviewed story");
        project.file(&path, &edited);
    }
    project.run("send weekly").exits(0);
    let mail = &sink.mails()[0];
    assert!(mail.html.contains("Reviewed story") && mail.text.contains("Reviewed story"), "{}", mail.text);
}

#[test]
fn a_draft_of_what_was_mailed_since_is_refused_and_composing_again_finds_nothing() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    lose_the_store(&project);
    // A draft made elsewhere, before that machine heard of the issue.
    let draft = "digests/weekly/2026-01-15";
    for file in ["issue.json", "digest.html", "digest.txt"] {
        let text = project.read(&format!("{FOLDER}/{file}")).replace(ISSUE, "weekly@2026-01-15");
        project.file(&format!("{draft}/{file}"), &text);
    }
    for command in ["send weekly", "send weekly@2026-01-15", "send weekly --dry-run"] {
        project.run(command).exits(65).says("--compose");
    }
    project.run("send weekly --compose").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn a_reviewed_draft_that_was_tried_in_a_maildir_is_mailed_as_reviewed() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("compose weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        let path = format!("{FOLDER}/{file}");
        project.file(&path, &project.read(&path).replace("Story number 1", "Reviewed story"));
    }
    project.run("send weekly").exits(0);
    assert!(project.outbox()[0].text.contains("Reviewed story"));
    project.through(sink.port()).run("send weekly").exits(0);
    assert!(sink.mails()[0].text.contains("Reviewed story"));
}

#[test]
fn composing_when_nothing_is_left_to_carry_discards_the_draft() {
    let project = Project::new();
    project.stories(1).subscribers(1).run("compose weekly").exits(0);
    fs::remove_dir_all(project.path("content/news")).unwrap();
    project.run("compose weekly").exits(0).says("discarded");
    assert!(!project.path(FOLDER).exists());
}

#[test]
fn deleting_a_draft_loses_nothing() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("compose weekly").exits(0);
    fs::remove_dir_all(project.path(FOLDER)).unwrap();
    project.run("send weekly").exits(0);
    let text = &sink.mails()[0].text;
    assert!((1..=3).all(|number| text.contains(&format!("Story number {number}"))), "{text}");
}

#[test]
fn an_issue_is_not_composed_again_by_name() {
    let project = Project::new();
    project.stories(1).run("send weekly@2026-01-14 --compose").exits(2).says("leave out --compose");
}

#[test]
fn an_editor_pins_and_drops_and_what_is_dropped_comes_in_no_later_issue() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.story("old", "An old one", "2025-03-01");
    project.run("compose weekly --pin content/news/old.md --drop news/story-2.md").exits(0);
    let text = project.read(&format!("{FOLDER}/digest.txt"));
    assert!(text.contains("An old one") && !text.contains("Story number 2"), "{text}");
    let lead = text.find("An old one").unwrap();
    assert!(lead < text.find("Story number 1").unwrap(), "what is pinned leads: {text}");
    project.run("send weekly").exits(0);
    project.at("2026-01-15T14:00:00Z").run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.mails().len(), 1);
    let told = project.run("select weekly --explain news/story-2.md").exits(0);
    assert!(told.stdout().contains("an editor dropped it"), "{}", told.stdout());
}

#[test]
fn what_cannot_be_pinned_is_named_with_the_reason() {
    let project = Project::new();
    project.stories(1).file("content/a.md", "---\ntitle: A\ndate: 2026-01-13\ndraft: true\n---\n");
    project.run("compose weekly --pin a.md").exits(65).says("draft");
    project.run("compose weekly --pin b.md").exits(2).says("no article b.md");
    project.run("compose weekly --drop b.md").exits(2).says("no article b.md");
    assert!(!project.path("digests").exists());
}

#[test]
fn an_article_says_how_it_looks_in_a_newsletter_or_stays_out() {
    let project = Project::new();
    project.stories(1).subscribers(1);
    let article = |newsletter: &str| {
        format!(
            "---\ntitle: A long title for the site\ndate: 2026-01-12\nsummary: For the site.\ntags: [border]\n\
             newsletter: {newsletter}\n---\n"
        )
    };
    project.file("content/a.md", &article("{title: Short, summary: For readers., order: 1}"));
    project.file("content/b.md", &article("false").replace("long", "quiet"));
    project.run("send weekly").exits(0);
    let mail = &project.outbox()[0];
    assert!(mail.header("Subject").contains("Short"), "it leads: {}", mail.header("Subject"));
    assert!(mail.text.contains("For readers.") && !mail.text.contains("For the site."), "{}", mail.text);
    assert!(!mail.text.contains("quiet"), "{}", mail.text);
}

#[test]
fn an_unreadable_body_gives_its_place_to_another_article() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.limit", 1).story("broken", "Broken", "2026-01-14");
    let path = project.path("content/news/broken.md");
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"caf\xe9");
    fs::write(&path, bytes).unwrap();
    project.run("select weekly").exits(0).prints("Story number 1");
    project.run("send weekly").exits(0).says("broken.md");
    assert!(sink.mails()[0].text.contains("Story number 1"));
}
