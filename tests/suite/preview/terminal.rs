//! The preview without a browser: as text, as a message, as HTML.

use std::process::Command;

use super::newsletter;
use crate::harness::{Project, parse};

/// A message that another program made, and that wants to be obeyed by a terminal.
const MINE: &str = "From: a@example.org\r\nSubject: =?utf-8?q?=1B[2JMine?=\r\nMIME-Version: 1.0\r\n\
     Content-Type: multipart/alternative; boundary=b\r\n\r\n\
     --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello \u{1b}]0;you\u{7}\u{9b}31m\r\n\
     --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
     <p class=3D\"x\">Hell=\r\no</p>\r\n--b--\r\n";

#[test]
fn a_digest_an_issue_and_any_message_are_shown_as_text() {
    let project = newsletter();
    let next =
        project.run("preview --text").exits(0).prints("Subject: The week in immigration: The bridge opens\n");
    project.run("compose weekly").exits(0);
    for issue in ["weekly", "weekly@2026-01-14", "digests/weekly/2026-01-14"] {
        let shown = project.run(&format!("preview {issue} --text")).exits(0);
        assert_eq!(shown.stdout(), next.stdout(), "{issue}");
    }
    let elsewhere = Project::bare();
    elsewhere.file("mine.eml", MINE);
    elsewhere.run("preview mine.eml --text").exits(0).prints("Hello");
}

#[test]
fn a_message_moves_no_cursor_in_the_terminal() {
    let project = Project::bare();
    project.file("mine.eml", MINE);
    let shown = project.run("preview mine.eml --text").exits(0).prints("Mine").prints("Hello");
    assert!(!shown.stdout().chars().any(|c| c.is_control() && c != '\n'), "{:?}", shown.stdout());
}

#[test]
fn message_and_html_are_written_to_files_or_to_stdout() {
    let project = newsletter();
    project
        .run("preview weekly --eml a.eml --html a.html --text")
        .exits(0)
        .prints("Subject: ")
        .says("a.html");
    let mail = &parse(&[project.path("a.eml")])[0];
    let lines = |html: &str| html.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&mail.html), lines(&project.read("a.html")));
    let html = project.run("preview a.eml --html -").exits(0);
    assert_eq!(html.stdout(), project.read("a.html"));
    assert_eq!(project.run("preview a.eml --eml -").exits(0).stdout(), project.read("a.eml"));
}

#[test]
fn stdout_has_room_for_one() {
    let project = newsletter();
    for forms in ["--eml - --html -", "--eml - --text", "--html - --png shots"] {
        project
            .run(&format!("preview weekly {forms}"))
            .exits(2)
            .prints_nothing()
            .says("stdout has room for one");
    }
    for option in ["--open", "--port 4000"] {
        project.run(&format!("preview weekly --text {option}")).exits(2).says("cannot be used with");
    }
}

#[test]
fn what_is_not_there_is_told() {
    let project = newsletter();
    project.run("preview monthly --text").exits(2).says("monthly");
    project.run("preview weekly@2020-01-01 --text").exits(2).says("there is no issue");
    project.run("preview none.eml --text").exits(1).says("none.eml");
    project.file("plain.eml", "Subject: x\r\n\r\nHello\r\n");
    project.run("preview plain.eml --html -").exits(65).prints_nothing().says("plain.eml has no HTML");
    project.run("preview plain.eml --png shots").exits(65).says("no HTML");
    assert!(!project.path("shots").exists());
}

/// What the program does where stdout is a terminal of three lines, with this pager.
fn on_a_terminal(project: &Project, pager: &str) -> String {
    let command = format!("stty rows 3 cols 80; {} preview mine.eml --text", env!("CARGO_BIN_EXE_tidings"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &command, "/dev/null"]).env("PAGER", pager);
    let output = script.current_dir(project.folder()).output().expect("Debian has it in bsdutils");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_text_that_has_no_room_on_the_terminal_is_paged_and_one_that_is_piped_never() {
    let project = Project::bare();
    project.file("mine.eml", MINE);
    assert_eq!(on_a_terminal(&project, "sed s/Hello/Paged/ > paged"), "");
    assert!(project.read("paged").contains("Paged"));
    for none in ["", "cat", "no-such-pager"] {
        assert!(on_a_terminal(&project, none).contains("Hello"), "{none}");
    }
    project.env("PAGER", "false").run("preview mine.eml --text").exits(0).prints("Hello");
}
