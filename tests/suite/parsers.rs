//! Four parsers that are not ours see the same message, and it is the draft.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Project, Reading, readings};

const DRAFT: &str = "digests/weekly/2026-01-14";

/// A project with pages, so that a message has every header that there is.
fn project() -> Project {
    let project = Project::new();
    project
        .set("pages.url", "https://news.example.org/mail/")
        .set("pages.secret_env", "TIDINGS_SECRET")
        .env("TIDINGS_SECRET", "a secret of a decent length");
    project
}

/// An issue of these titles.
fn titled(titles: &[&str]) -> Project {
    let project = project();
    for (number, title) in titles.iter().enumerate() {
        let front = json!({
            "title": title, "date": "2026-01-13", "tags": ["border"], "source": title, "summary": format!("{title}. {title}."),
            "link": format!("https://www.example.com/{number}"),
        });
        project.file(
            &format!("content/{number}.md"),
            &format!("{front:#}\n**{title}** and [more](https://www.example.com/).\n"),
        );
    }
    project
}

/// The same, in another language.
fn speaking(language: &str, site: &str, titles: &[&str]) -> Project {
    let project = titled(titles);
    for key in
        ["site.title", "digests.weekly.title", "lists.main.title", "lists.main.reason", "mail.postal_address"]
    {
        project.set(key, site);
    }
    project.set("site.language", language).set("mail.from", format!("{site} <news@example.org>"));
    project
}

/// Messages of every kind, each with its name.
fn projects() -> Vec<(&'static str, Project)> {
    let long = "A council that meets on every second Monday of the month and hears whoever comes ".repeat(4);
    let fifty: Vec<String> = (1..=50).map(|number| format!("Öffentliche Anhörung Nummer {number}")).collect();
    let fifty: Vec<&str> = fifty.iter().map(String::as_str).collect();
    let body = "# Was *nun*?\n\nGrüße = <b>fett</b> é\n\n> Zitat\n\n- a\n- b\n\n| a | b |\n|---|---|\n| ü | = |\n\n```\n.\n..\nFrom here\n```\n".repeat(20);
    let named = project();
    named
        .stories(2)
        .set("mail.from", "\"Zoë, \\\"Editor\\\" <at> The Post\" <news@bücher.example>")
        .set("mail.reply_to", "編集部 <editor@例え.example>");
    let whole = project();
    whole.set("digests.weekly.layout", "full");
    for number in 0..4 {
        let front = json!({"title": format!("Teil {number}"), "date": "2026-01-13", "tags": ["border"]});
        whole.file(&format!("content/news/{number}.md"), &format!("{front:#}\n{body}"));
    }
    let many = titled(&fifty);
    many.set("digests.weekly.limit", 50).set("digests.weekly.similar", false);
    vec![
        ("ASCII", titled(&["Council hears mayor", "Ferry runs again"])),
        (
            "quotes and dashes",
            titled(&["“It’s clear” – Zoë’s naïve café … 東京", "a = b; c=20 =?utf-8?Q?=41?= d"]),
        ),
        ("a long subject", titled(&[&long])),
        ("a long subject in Japanese", titled(&[&"東京で新しい図書館が開館しました。".repeat(12)])),
        ("one long word", titled(&[&"x".repeat(280)])),
        ("Arabic", speaking("ar", "بريد الحدود", &["يفتح الميناء من جديد", "المجلس يستمع إلى العمدة 12"])),
        ("Japanese", speaking("ja", "国境新聞", &["東京で新しい図書館が開館", "市議会、予算案を可決"])),
        ("emoji", titled(&["Rain 🌧 and sun ☀️ 👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "e\u{301}\u{301} decomposed"])),
        ("fifty articles", many),
        ("whole bodies", whole),
        ("names and domains of other scripts", named),
    ]
}

/// The message has to be what the draft says.
#[track_caller]
fn is_the_draft(reading: &Reading, project: &Project, name: &str) {
    let Reading { parser, .. } = reading;
    let record: Value = project.read(&format!("{DRAFT}/issue.json")).parse().unwrap();
    assert_eq!(reading.subject, record["subject"].as_str().unwrap(), "{name}, {parser}");
    for (part, file) in [(&reading.text, "digest.txt"), (&reading.html, "digest.html")] {
        assert_eq!(
            part.replace("\r\n", "\n").trim_end(),
            project.read(&format!("{DRAFT}/{file}")).trim_end(),
            "{name}, {parser}"
        );
    }
}

#[test]
fn four_parsers_find_no_defect_and_see_the_draft() {
    let projects = projects();
    let files: Vec<PathBuf> = projects
        .iter()
        .map(|(_, project)| {
            project.run("compose weekly").exits(0);
            project.run("preview weekly --eml issue.eml").exits(0);
            project.path("issue.eml")
        })
        .collect();
    for (readings, (name, project)) in readings(&files).iter().zip(&projects) {
        let [python, others @ ..] = readings;
        for reading in readings {
            assert_eq!(reading.defects, [""; 0], "{name}, {}", reading.parser);
            is_the_draft(reading, project, name);
        }
        assert_eq!((python.from.len(), python.to.len()), (1, 1), "{name}");
        assert!(python.headers.iter().any(|(header, _)| header == "list-unsubscribe-post"), "{name}");
        for other in others {
            let Reading { parser, .. } = other;
            assert_eq!(other.headers, python.headers, "{name}, {parser}");
            assert_eq!(other.from, python.from, "{name}, {parser}");
            assert_eq!(other.to, python.to, "{name}, {parser}");
        }
    }
}
