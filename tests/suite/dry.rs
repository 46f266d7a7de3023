//! A dry run changes nothing: not a file, not a row.

use std::fs;

use crate::harness::Project;

/// A project with everything a dry run could touch: a draft, a started issue, and a list.
fn lived_in() -> Project {
    let project = Project::new();
    project.stories(2).subscribers(3).run("send weekly").exits(0);
    project.story("fresh", "Fresh", "2026-01-14").at("2026-01-15T14:00:00Z").run("compose weekly").exits(0);
    assert_eq!(project.outbox().len(), 3, "there is something to change");
    assert!(project.path("digests/weekly/2026-01-15/issue.json").exists());
    project
}

#[test]
fn dry_runs_leave_every_file_and_row_as_it_was() {
    let project = lived_in();
    let before = project.tree();
    for command in [
        "select",
        "select weekly --explain",
        "send weekly --dry-run",
        "preview weekly --text",
        "status",
        "status weekly@2026-01-14 --recipients",
    ] {
        project.run(command).exits(0);
        assert!(project.tree() == before, "`{command}` has changed the project");
    }
}

#[test]
fn dry_runs_make_no_store_where_there_is_none() {
    let project = Project::new();
    project.stories(1);
    let before = project.tree();
    project.run("select weekly").exits(0).prints("Story number 1");
    for command in ["select weekly", "preview weekly --text", "status"] {
        project.run(command).exits(0);
        assert!(project.tree() == before, "`{command}` has changed the project");
    }
    project.run("send weekly --dry-run");
    assert!(project.tree() == before, "`send --dry-run` has changed the project");
}

#[test]
fn a_dry_run_writes_the_messages_where_told_and_nowhere_else() {
    let project = lived_in();
    let before = project.tree();
    project.run("send weekly --dry-run --out messages").exits(0);
    let messages = walkdir::WalkDir::new(project.path("messages")).into_iter().map(Result::unwrap);
    assert_eq!(messages.filter(|entry| entry.file_type().is_file()).count(), 3);
    fs::remove_dir_all(project.path("messages")).unwrap();
    assert!(project.tree() == before);
}

#[test]
fn what_is_previewed_is_what_is_sent() {
    let project = Project::new();
    project.stories(3).subscriber("ann@example.net");
    let preview = project.run("preview weekly --text").exits(0);
    project.run("send weekly").exits(0);
    let mail = &project.outbox()[0];
    let leaving = |text: &str| text.lines().filter(|line| !line.contains("unsubscribe")).collect::<String>();
    assert!(
        leaving(preview.stdout()).contains(&leaving(&mail.text)),
        "{}\n---\n{}",
        preview.stdout(),
        mail.text
    );
}
