//! README's first command, as a reader would copy it, in a copy of the repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Project, messages_in};

/// The arguments after each `cargo run … --` of the first such line in README.md.
fn first_command() -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let line =
        readme.lines().find(|line| line.trim_start().starts_with("cargo run")).expect("a `cargo run` line");
    let arguments =
        |command: &str| command.split_once(" -- ").expect("arguments after ` -- `").1.trim().to_owned();
    line.split("&&").map(arguments).collect()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    // The owner of the files may be another than who runs the tests.
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "safe.directory=*"]).args(arguments);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The files that are in git, in a repository of their own.
fn copy_of_the_repository() -> Project {
    let (root, copy) = (Path::new(env!("CARGO_MANIFEST_DIR")), Project::bare());
    for path in git(root, &["ls-files", "-z"]).split_terminator('\0').filter(|path| root.join(path).is_file())
    {
        fs::create_dir_all(copy.path(path).parent().unwrap()).unwrap();
        fs::copy(root.join(path), copy.path(path)).unwrap();
    }
    git(copy.folder(), &["init", "-q"]);
    git(copy.folder(), &["add", "-A"]);
    copy
}

#[test]
fn the_first_command_of_the_readme_delivers_the_demo_on_any_day_and_leaves_git_clean() {
    let commands = first_command();
    let (last, first) = commands.split_last().unwrap();
    // README's line pins the time itself, so that this must not matter.
    for now in ["2026-01-14T14:00:00Z", "2026-11-24T04:00:00Z", "2040-02-29T12:00:00Z"] {
        let copy = copy_of_the_repository();
        let copy = copy.at(now);
        for command in first {
            copy.run(command).exits(0);
        }
        let sent = copy.run(last).exits(0);
        assert!(
            (sent.stdout().to_owned() + sent.stderr()).contains("outbox"),
            "it says where to look: {sent:#?}"
        );
        let mails = messages_in(&copy.path("outbox"));
        assert!(!mails.is_empty());
        for command in first {
            copy.run(command).exits(0);
        }
        copy.run(last).exits(0).says("nothing");
        assert_eq!(messages_in(&copy.path("outbox")), mails, "nothing more was sent");
        // All that the repository has is staged in the copy.
        assert_eq!(git(copy.folder(), &["diff"]), "");
        assert_eq!(git(copy.folder(), &["ls-files", "--others", "--exclude-standard"]), "");
    }
}

#[test]
fn the_demo_says_why_each_article_is_passed_over() {
    let copy = copy_of_the_repository();
    let rows = copy.run("select weekly --explain --format json").exits(0).rows();
    let reason = |path: &str| {
        let row = rows.iter().find(|row| row["path"].as_str().is_some_and(|p| p.ends_with(path)));
        row.unwrap_or_else(|| panic!("{path} is not listed"))["reason"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(reason("hearing-calendar-for-february.md"), "draft");
    assert_eq!(reason("about-this-paper.md"), "undated");
    assert_eq!(reason("harbor-city-wins-in-extra-time.md"), "terms");
    assert_eq!(reason("council-votes-on-shelter-rules.md"), "");
}
