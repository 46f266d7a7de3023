//! Receipts: what a store does not know of, or knows no more.

use super::*;

#[test]
fn a_maildir_trial_is_no_draft_of_what_was_mailed_since_even_when_the_store_is_lost() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("send weekly").exits(0);
    project.through(sink.port()).run("send weekly").exits(0);
    lose_the_store(&project);
    project.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn a_trial_that_only_git_remembers_is_not_mailed() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("send weekly").exits(0);
    fs::remove_dir_all(project.path("outbox")).unwrap();
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.subscribers(1).through(sink.port()).at("2026-03-14T14:00:00Z");
    project.run("send weekly").exits(0).says("nothing");
}

#[test]
fn a_store_restored_from_before_the_end_mails_nobody_again() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    project.run("store backup before.db").exits(0);
    project.run("send weekly");
    let sent = sink.recipients().len();
    for file in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    fs::rename(project.path("before.db"), project.path("tidings.db")).unwrap();
    project.run("send weekly").exits(78).says("store adopt");
    project.run("store adopt").exits(0).prints(ISSUE);
    project.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), sent);
}

#[test]
fn one_name_given_by_two_machines_is_two_issues() {
    let sink = Sink::start();
    let here = Project::new();
    here.stories(3).subscribers(1).run("send weekly").exits(0);
    let there = mailing(&sink, 1);
    there.run("send weekly").exits(0);
    for file in ["issue.json", "digest.html", "digest.txt", "receipt.json"] {
        here.file(&format!("{FOLDER}/{file}"), &there.read(&format!("{FOLDER}/{file}")));
    }
    here.through(sink.port()).run("send weekly").exits(78).says("store adopt");
    here.run("store adopt").exits(0).prints(ISSUE);
    here.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn a_receipt_that_the_store_does_not_know_stops_the_next_send_until_it_is_adopted() {
    let sink = Sink::start();
    let project = mailing(&sink, 2);
    project.run("send weekly").exits(0);
    let receipt = project.read(&format!("{FOLDER}/receipt.json")).replace("weekly@", "");
    assert!(!receipt.contains('@'), "no address in a receipt");
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.subscribers(2).story("fresh", "A fresh one", "2026-01-14");
    project.run("send weekly").exits(78).says("store adopt");
    assert_eq!(sink.recipients().len(), 2);
    project.run("store adopt").exits(0);
    project.run("send weekly").exits(0);
    let mails = sink.mails();
    let second = mails.iter().filter(|mail| mail.text.contains("A fresh one")).collect::<Vec<_>>();
    assert_eq!((mails.len(), second.len()), (4, 2));
    assert!(second.iter().all(|mail| !mail.text.contains("Story number 1")), "they were carried before");
}

#[test]
fn a_receipt_whose_issue_file_is_gone_is_named_by_every_command_that_needs_it() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        fs::remove_file(project.path(&format!("{FOLDER}/{file}"))).unwrap();
    }
    project.run("send weekly").exits(0).says("nothing");
    fs::remove_file(project.path(&format!("{FOLDER}/issue.json"))).unwrap();
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.run("send weekly").exits(78).says("store adopt");
    for command in ["store adopt", "select weekly"] {
        project.run(command).exits(65).says(ISSUE).says("issue.json is gone");
    }
    fs::remove_file(project.path(&format!("{FOLDER}/receipt.json"))).unwrap();
    project.run("select weekly").exits(0).prints("Story number 1");
}

#[test]
fn a_site_that_moves_here_marks_its_past_as_carried() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project
        .story("ancient", "Ancient", "2019-03-01")
        .run("compose weekly --mark-only")
        .exits(0)
        .says("4 articles");
    assert!(sink.recipients().is_empty());
    project.run("send weekly").exits(0).says("nothing");
    project.set("digests.weekly.window", "3650 days").run("send weekly").exits(0).says("nothing");
    project.story("fresh", "A fresh one", "2026-01-14").run("send weekly").exits(0);
    let text = &sink.mails()[0].text;
    assert!(text.contains("A fresh one") && !text.contains("Story number"), "{text}");
    // Another machine hears of it by the receipt.
    lose_the_store(&project);
    project.run("send weekly").exits(0).says("nothing");
    project.run("compose weekly --mark-only").exits(0).says("nothing that was not carried");
}

#[test]
fn a_retry_of_nothing_leaves_the_receipt_as_it_is() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    let receipt = || project.read(&format!("{FOLDER}/receipt.json"));
    let ended = receipt();
    assert!(ended.contains("\"ended\": \"20"), "{ended}");
    project.run(&format!("retry {ISSUE} --rejected")).exits(0);
    assert_eq!(receipt(), ended);
}
