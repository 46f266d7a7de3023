//! What is served, where, and with what headers.

use std::io::{BufRead as _, BufReader};
use std::thread::sleep;
use std::time::Duration;

use super::{ADDRESSES, mail_of, newsletter};
use crate::harness::{Preview, Project, parse};

#[test]
fn it_prints_where_it_listens_and_each_preview_has_a_port_of_its_own() {
    let project = newsletter();
    let start = || project.preview_where_it_likes("weekly");
    let (one, other) = (start(), start());
    assert_ne!(one.port(), other.port());
    assert!(one.port() >= 4884, "{} is no port that one could remember", one.port());
    project.run(&format!("preview weekly --port {}", one.port())).exits(1).says("--port").prints_nothing();
    for preview in [&one, &other] {
        assert_eq!(preview.first(), "/weekly");
        preview.get(preview.first()).is(200).says("The bridge opens");
    }
}

#[test]
fn the_root_leads_to_what_was_asked_for() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let answer = preview.get("/").is(303);
    assert_eq!(answer.header("location"), "/weekly");
}

#[test]
fn every_answer_forbids_what_browsers_would_otherwise_allow() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for address in ADDRESSES {
        let answer = preview.get(address);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("access-control-allow-origin", ""),
        ] {
            assert_eq!(answer.header(name), value, "{address} {name}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{address}: {policy}");
        assert!(policy.contains("form-action") && policy.contains("base-uri 'none'"), "{address}: {policy}");
        if address == "/-/mail/weekly" {
            // The page's own frames show it, and no script runs in them.
            assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
            assert!(policy.contains("frame-ancestors 'self'") && policy.contains("sandbox"), "{policy}");
            assert!(!policy.contains("script") && !policy.contains("connect-src"), "{policy}");
        } else {
            assert_eq!(answer.header("x-frame-options"), "DENY", "{address}");
            assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
            assert!(!policy.contains("unsafe"), "{address}: {policy}");
        }
    }
}

#[test]
fn files_are_saved_under_the_name_of_the_issue_and_hold_what_the_page_shows() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let eml = preview.get("/-/eml/weekly").is(200);
    assert_eq!(eml.header("content-type"), "message/rfc822");
    assert_eq!(eml.header("content-disposition"), "attachment; filename=\"weekly.eml\"");
    std::fs::write(project.path("saved.eml"), &eml.body).unwrap();
    let mail = &parse(&[project.path("saved.eml")])[0];
    assert_eq!(mail.defects, [""; 0]);
    assert_eq!(mail.header("Subject"), "The week in immigration: The bridge opens");
    let html = preview.get("/-/html/weekly").is(200);
    assert_eq!(html.header("content-disposition"), "attachment; filename=\"weekly.html\"");
    assert_eq!(mail_of(&preview, "/weekly").trim_end(), mail.html.trim_end());
    let name = preview.get("/-/eml/weekly/next").is(200);
    assert_eq!(name.header("content-disposition"), "attachment; filename=\"weekly-next.eml\"");
}

#[test]
fn a_frame_shows_the_mail_in_the_dress_that_its_address_names() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let frame = |query: &str| preview.get(&format!("/-/mail/weekly{query}")).is(200);
    let usual = frame("").says("The bridge opens");
    assert_eq!(usual.header("content-type"), "text/html; charset=utf-8");
    for (query, directive) in [
        ("", "img-src http: https: data:;"),
        ("?images=off", "img-src 'none';"),
        ("?styles=off", "style-src-elem 'sha256-"),
    ] {
        let answer = frame(query);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains(directive), "{query}: {policy}");
    }
    assert_ne!(frame("?scheme=dark").text(), usual.text());
    assert_ne!(frame("?scheme=forced").text(), frame("?scheme=dark").text());
}

#[test]
fn what_is_not_there_is_not_found() {
    let project = newsletter();
    project.file("secret.txt", "not for the web");
    let preview = project.preview("weekly");
    for address in [
        "/no-such-digest",
        "/weekly/2020-01-01",
        "/weekly/yesterday",
        "/weekly/2026-01-14/digest.html",
        "/-/eml/no-such-digest",
        "/-/mail/weekly/2020-01-01",
        "/-/html/-/file",
        "/-/file",
        "/-/",
        "/-/mail/",
        "/favicon.ico",
        "/..",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/weekly/../../secret.txt",
        "/-/eml/../secret.txt",
        "/-/eml/%2e%2e%2fsecret.txt",
        "/-/mail/weekly%00",
        "/weekly%0d%0aX-Header:%20set",
        "//news.example.org",
        "/weekly\\..\\..\\secret.txt",
        "/%ff%fe",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/weekly?at=yesterday",
    ] {
        let answer =
            preview.get(address).is(404).says_nothing_of("not for the web").says_nothing_of("<script>");
        assert_eq!(answer.header("location"), "", "{address}");
        assert_eq!(answer.header("x-header"), "", "{address}");
    }
    preview.get("/weekly").is(200);
}

#[test]
fn an_address_is_asked_only_as_it_is_meant_to_be() {
    let project = newsletter();
    let preview = project.preview("weekly");
    for (method, address) in [
        ("GET", "/-/test"),
        ("GET", "/-/draft"),
        ("PUT", "/-/draft"),
        ("POST", "/-/style.css"),
        ("POST", "/weekly"),
        ("DELETE", "/weekly"),
        ("OPTIONS", "/-/test"),
    ] {
        let answer = preview.request(method, address).send().is(405);
        assert_eq!(answer.header("access-control-allow-methods"), "", "{method} {address}");
    }
}

/// Each version, as it is told; fails where none is for half a minute.
fn versions(preview: &Preview) -> impl Iterator<Item = u64> {
    let mut quiet = 0;
    BufReader::new(preview.request("GET", "/-/events").open()).lines().filter_map(move |line| {
        let line = line.unwrap();
        // Every 15 seconds a comment says that the server is there.
        quiet += i32::from(line.starts_with(':'));
        assert!(quiet < 3, "no version is told");
        let version = line.strip_prefix("data: ")?.parse().unwrap();
        quiet = 0;
        Some(version)
    })
}

#[test]
fn events_tell_each_version_of_articles_drafts_words_and_config() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let mut versions = versions(&preview);
    let mut told_of = |words: &str| {
        let version = versions.find(|_| preview.get("/weekly").text().contains(words)).unwrap();
        preview.get("/weekly").says(words);
        version
    };
    let first = told_of("The bridge opens");
    project.story("fresh", "Fresh news", "2026-01-14");
    assert!(told_of("Fresh news") > first);
    project.set("digests.weekly.subject", "Renamed");
    told_of("Renamed");
    project.run("compose weekly").exits(0);
    told_of("A draft, as its files say");
    let issue = project.read("digests/weekly/2026-01-14/issue.json");
    project.file("digests/weekly/2026-01-14/issue.json", &issue.replace("Renamed", "Edited by hand"));
    told_of("Edited by hand");
    project.file("languages/en.toml", "nonsense = ");
    told_of("en.toml");
}

#[test]
fn what_no_page_is_made_of_makes_no_version() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let version = versions(&preview).next().unwrap();
    project.file("README", "For people.").file("outbox/new/1", "Mail.").file("drafts/a.md", "Not content.");
    project.subscriber("ann@example.net");
    sleep(Duration::from_millis(300));
    preview.get("/weekly").says(&format!("data-version=\"{version}\""));
}

#[test]
fn what_articles_say_is_text_in_the_page() {
    let project = Project::new();
    let title = "<img src=x onerror=alert(1)> & \"quotes\" </title><script>alert(2)</script>";
    project.story("hostile", &title.replace('"', "\\\""), "2026-01-13");
    project.file("content/<b>bad<b>.md", "---\ntitle: [\n---\n");
    let preview = project.preview("weekly");
    for tab in ["lint", "selection", "links", "headers", "source", "structure"] {
        let path =
            format!("/weekly?tab={tab}&find=%22%3E%3Cscript%3E&view=text&pin=%3Cscript%3E&drop=%22%3E%3Cimg");
        let page = preview.get(&path).is(200).text();
        assert_eq!(page.matches("<script").count(), 1, "only the page's own: {page}");
        for markup in ["<img", "<b>bad", "\"><"] {
            assert!(!page.contains(markup), "{markup} on {tab}: {page}");
        }
    }
    assert!(!mail_of(&preview, "/weekly").contains("<script"));
}

#[test]
fn a_folder_that_takes_the_place_of_another_is_watched_too() {
    let project = newsletter();
    let preview = project.preview("weekly");
    preview.get("/weekly").says("The bridge opens");
    for round in 1..=2 {
        std::fs::rename(project.path("content"), project.path(&format!("content-{round}"))).unwrap();
        std::fs::create_dir(project.path("content")).unwrap();
        preview.wait_for("/weekly", "There is nothing to carry");
        project.story("fresh", &format!("Fresh news {round}"), "2026-01-14");
        preview.wait_for("/weekly", &format!("Fresh news {round}"));
    }
}
