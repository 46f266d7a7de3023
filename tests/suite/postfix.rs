//! A real mail server: STARTTLS, a certificate of our own making, and a login.

use std::collections::BTreeSet;

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

#[test]
fn an_issue_that_the_server_finds_too_large_is_refused_before_anything_starts() {
    let server = Postfix::with(Security::StartTls, "message_size_limit = 2000");
    let project = project_for(&server);
    refuses(&project, "octets, and the server takes at most 2000");
}

/// What real servers put in the way of a list: so many messages and connections of one client in five
/// seconds, and greylisting.
const OBSTACLES: &str = "message_size_limit = 65536
anvil_rate_time_unit = 5s
smtpd_client_message_rate_limit = 400
smtpd_client_connection_rate_limit = 12
smtpd_client_event_limit_exceptions =";

#[test]
fn a_server_that_limits_and_greylists_gets_two_thousand_messages_each_once() {
    let server = Postfix::greylisting(Security::StartTls, OBSTACLES, 2);
    let project = project_for(&server);
    project.subscribers(2000).set("mail.retry_for", "10 minutes").set("mail.messages_per_connection", 40);
    project.run("send weekly").exits(0);
    assert_eq!(project.count("weekly@2026-01-14", "accepted"), 2000);
    let log = server.log();
    for obstacle in
        ["Message delivery request rate limit exceeded", "Connection rate limit exceeded", "Greylisted"]
    {
        assert!(log.contains(obstacle), "the server did not say {obstacle:?}");
    }
    let mails = server.mails(2000);
    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.header("To")).collect();
    assert_eq!((mails.len(), to.len()), (2000, 2000), "each once");
}
