//! A real mail server: STARTTLS, a certificate of our own making, and a login.

use crate::harness::{Outcome, Postfix, Project, Security};

/// A project that sends to this server, as configured well.
fn project_for(server: &Postfix) -> Project {
    let project = Project::new();
    let url = format!("smtp://{}@localhost:{}?tls=required", Postfix::USER, server.port());
    project.stories(2).subscribers(3).set("mail.smtp", url).set("mail.password_env", "MAIL_PASSWORD");
    project.set("mail.ca_file", server.authority().to_str().unwrap()).env("MAIL_PASSWORD", Postfix::PASSWORD);
    project
}

/// Refused, in one line that says this, with nothing started.
#[track_caller]
fn refuses(project: &Project, words: &str) -> Outcome {
    let run = project.run("send weekly").says(words).prints_nothing();
    let errors = run.stderr().lines().filter(|line| line.contains(words)).count();
    assert_eq!(errors, 1, "{run:#?}");
    assert!(!run.stderr().contains(Postfix::PASSWORD), "{run:#?}");
    assert!(project.run("status --format json").exits(0).rows().is_empty(), "no issue was started");
    assert!(!project.path("digests/weekly/2026-01-14/receipt.json").exists(), "there is no receipt");
    run
}

#[test]
fn a_digest_is_delivered_over_starttls_after_a_login() {
    let server = Postfix::start(Security::StartTls);
    let project = project_for(&server);
    project.run("send weekly").exits(0);
    let mut to: Vec<String> = server.mails(3).iter().map(|mail| mail.header("To").to_owned()).collect();
    to.sort();
    assert_eq!(to.len(), 3, "{to:?}");
    assert!(to[0].contains("reader0@example.net"), "{to:?}");
    assert_eq!(project.count("weekly@2026-01-14", "accepted"), 3);
    assert!(server.log().contains("sasl_username=news"), "{}", server.log());
}

#[test]
fn an_untrusted_certificate_is_refused_before_anything_starts() {
    let server = Postfix::start(Security::StartTls);
    let project = project_for(&server);
    project.unset("mail", "ca_file");
    refuses(&project, "certificate");
    assert!(!server.log().contains("sasl_username"), "no password was shown to it");
}

#[test]
fn a_wrong_password_is_refused_before_anything_starts() {
    let server = Postfix::start(Security::StartTls);
    let project = project_for(&server);
    project.env("MAIL_PASSWORD", "wrong");
    refuses(&project, "535");
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_required() {
    let server = Postfix::start(Security::None);
    let project = project_for(&server);
    refuses(&project, "STARTTLS");
}

#[test]
fn a_missing_password_names_its_variable() {
    let server = Postfix::start(Security::StartTls);
    let project = project_for(&server);
    project.set("mail.password_env", "NO_SUCH_VARIABLE");
    refuses(&project, "NO_SUCH_VARIABLE");
}
