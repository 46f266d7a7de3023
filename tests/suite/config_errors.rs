//! A bad config.toml: every mistake at once, with its place and its remedy, and nothing done.

use crate::harness::Project;

#[test]
fn all_mistakes_are_told_at_once_with_their_lines_and_the_nearest_key() {
    let project = Project::new();
    let config =
        project.read("config.toml").replace("title = \"The Border Post\"\nurl", "titel = \"T\"\nurl");
    let config = config.replace("America/New_York", "America/New_Yrok").replace("\"7 days\"", "\"7 dayz\"");
    project.file("config.toml", &config);
    for command in ["send weekly", "select", "status", "compose weekly"] {
        let run = project.run(command).exits(78).prints_nothing();
        let run =
            run.says("titel").says("title").says("America/New_Yrok").says("America/New_York").says("7 dayz");
        for line in [":3", ":6"] {
            assert!(run.stderr().contains(line), "no line {line} in {run:#?}");
        }
    }
}

#[test]
fn a_missing_config_says_what_to_do() {
    Project::bare().run("send weekly").exits(78).prints_nothing().says("config.toml").says("init");
}

#[test]
fn an_unknown_digest_names_the_nearest() {
    let run = Project::new().run("send weekyl").prints_nothing().says("weekly");
    assert!(run.stderr().contains("weekyl"), "{run:#?}");
}

#[test]
fn a_password_in_the_url_is_refused_and_not_printed() {
    let project = Project::new();
    let url = "smtp://news:hunter2@mail.example.org:587?tls=required";
    let run = project.set("mail.smtp", url).run("send weekly").exits(78).says("password_env");
    assert!(!run.stderr().contains("hunter2"), "{run:#?}");
}

#[test]
fn bad_usage_exits_2() {
    Project::new().run("send").exits(2).prints_nothing();
    Project::new().run("send weekly --no-such-flag").exits(2).prints_nothing();
}
