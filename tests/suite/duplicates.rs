//! The same article from several feeds: carried once, with links to the others.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Project, Sink};

const TITLE: &str = "Judge orders hearings within ten days at the border";

/// Adds `TITLE` and `more` as a feed of `host` has it.
fn copy(project: &Project, host: &str, more: &str, date: &str) {
    project.file(
        &format!("content/wire/{host}.md"),
        &format!(
            "---\ntitle: \"{TITLE}{more}\"\ndate: {date}\nlink: 'https://{host}/judge'\ntags: [border]\n---\n"
        ),
    );
}

/// The same from two feeds, and another article on that topic.
fn project(sink: &Sink) -> Project {
    let project = Project::new();
    project.through(sink.port()).subscribers(1);
    copy(&project, "one.example", "", "2026-01-12");
    copy(&project, "two.example", ", lawyers say", "2026-01-13");
    project.story("other", "Judge orders hearings within ten days at the airport", "2026-01-13");
    project
}

fn explained(project: &Project, file: &str) -> Value {
    let rows = project.run("select weekly --explain --format json").exits(0).rows();
    let mut row = rows.into_iter().find(|row| row["path"] == format!("wire/{file}.md")).unwrap();
    let row = row.as_object_mut().unwrap();
    ["included", "reason", "of", "similarity", "issue"]
        .into_iter()
        .filter_map(|key| row.remove_entry(key))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn what_several_feeds_have_is_carried_once_and_each_grouping_is_explained() {
    let sink = Sink::start();
    let project = project(&sink);
    assert_eq!(explained(&project, "one.example"), json!({ "included": true }));
    let reason = json!({
        "included": false, "reason": "duplicate", "of": "wire/one.example.md", "similarity": 0.81
    });
    assert_eq!(explained(&project, "two.example"), reason);
    project.run("select weekly --explain").exits(0).prints("81 % the title of wire/one.example.md");
    project.run("send weekly").exits(0);
    let mail = &sink.mails()[0];
    for part in [&mail.html, &mail.text] {
        assert!(part.contains(TITLE) && !part.contains("lawyers say"), "one of the two: {part}");
        assert!(part.contains("at the airport") && part.contains("https://two.example/judge"), "{part}");
    }
    assert!(mail.text.contains("Also at two.example:\nhttps://two.example/judge\n"), "{}", mail.text);
}

#[test]
fn what_an_issue_carried_comes_no_second_time_from_another_feed_until_long_after() {
    let sink = Sink::start();
    let project = project(&sink);
    project.run("send weekly").exits(0);
    copy(&project, "three.example", " again", "2026-01-20");
    project.at("2026-01-21T14:00:00Z");
    let reason = json!({
        "included": false, "reason": "duplicate", "of": "wire/one.example.md", "similarity": 0.9,
        "issue": "weekly@2026-01-14"
    });
    assert_eq!(explained(&project, "three.example"), reason);
    project.run("select weekly --explain").prints("carried in weekly@2026-01-14");
    // What was carried with another article was carried, though it is not compared any more.
    project.set("digests.weekly.similar_window", "3 days");
    assert_eq!(explained(&project, "two.example"), json!({ "included": false, "reason": "carried" }));
    assert_eq!(explained(&project, "three.example"), json!({ "included": true }));
    project.set("digests.weekly.similar_window", "14 days").set("digests.weekly.similar", false);
    assert_eq!(explained(&project, "three.example"), json!({ "included": true }));
}

#[test]
fn what_was_carried_is_known_from_receipts_when_the_store_is_lost() {
    let sink = Sink::start();
    let project = project(&sink);
    project.run("send weekly").exits(0);
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    copy(&project, "three.example", " again", "2026-01-14");
    for _ in ["from the receipt", "from the store that adopted it"] {
        assert_eq!(explained(&project, "two.example")["reason"], "carried");
        assert_eq!(explained(&project, "three.example")["issue"], "weekly@2026-01-14");
        project.run("store adopt").exits(0);
        fs::remove_file(project.path("digests/weekly/2026-01-14/receipt.json")).unwrap_or_default();
    }
}
