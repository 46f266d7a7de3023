//! A newcomer: `init`, `send`, and look.

use crate::harness::{Project, messages_in};

#[test]
fn a_newcomer_sends_the_first_digest_to_a_maildir_with_two_commands() {
    let project = Project::bare();
    project.run("init demo").exits(0);
    let demo = project.path("demo");
    let sent = project.run_in(&demo, "send weekly").exits(0);
    assert!(
        (sent.stdout().to_owned() + sent.stderr()).contains("outbox"),
        "it says where to look: {sent:#?}"
    );
    let mails = messages_in(&demo.join("outbox"));
    assert_eq!(mails.len(), 1);
    project.run_in(&demo, "send weekly").exits(0).says("nothing");
    assert_eq!(messages_in(&demo.join("outbox")), mails);
}

#[test]
fn the_first_digest_is_there_whatever_the_day() {
    for now in ["2024-02-29T23:59:59Z", "2026-11-24T04:00:00Z", "2031-07-01T12:00:00Z"] {
        let project = Project::bare();
        project.at(now).run("init demo").exits(0);
        project.run_in(&project.path("demo"), "send weekly").exits(0);
        assert_eq!(messages_in(&project.path("demo/outbox")).len(), 1, "{now}");
    }
}

#[test]
fn init_never_overwrites() {
    let project = Project::bare();
    project.file("demo/config.toml", "# mine\n").run("init demo").says("config.toml");
    assert_eq!(project.read("demo/config.toml"), "# mine\n");
}

#[test]
fn init_keeps_the_state_out_of_git_and_the_issues_in() {
    let project = Project::bare();
    project.run("init demo").exits(0);
    let ignored = project.read("demo/.gitignore");
    for state in ["tidings.db", ".tidings"] {
        assert!(ignored.contains(state), "{ignored}");
    }
    assert!(!ignored.contains("digests"), "{ignored}");
}

#[test]
fn another_working_folder_makes_no_difference() {
    let project = Project::new();
    project.stories(1).subscriber("ann@example.net");
    let root = std::path::Path::new("/");
    let config = project.path("config.toml");
    project.run_in(root, &format!("send weekly --config {}", config.display())).exits(0);
    assert_eq!(project.outbox().len(), 1);
}
