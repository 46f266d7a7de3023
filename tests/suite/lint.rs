//! `tidings lint`, and what `send` does with what it finds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tidings::lint::{RULES, lint};

use crate::harness::{Project, Sink};

/// What lint finds in the newsletters of `fixtures/mail`, checked by hand: made as services and people make them, with
/// their faults.
const NEWSLETTERS: [(&str, &str); 6] = [
    (
        "hubspot",
        "auto-submitted 1, content-language 1, contrast 2, dark 1, dkim-domain 1, dkim-headers 1, dkim-oversign 1, dkim-time 1, feedback-id 1, font-size 2, language 1, link-redirector 2, link-tracking 2, list-help 1, list-id 1, message-id-domain 1, no-reply 1, outlook-width 1, pixel 1, preheader-hidden 1, text-links 1, unsubscribe-mail 1",
    ),
    (
        "klaviyo",
        "auto-submitted 1, contrast-dark 7, date 1, dkim-missing 1, element 1, external-css 1, font-size 2, headings 1, link-address 2, link-redirector 3, list-uri 1, merge-tag 1, one-click 1, outlook 2, pixel 1, preheader 1, preheader-subject 1, style-size 1, text-columns 2, text-flowed 1, text-markup 1",
    ),
    (
        "mailchimp",
        "auto-submitted 1, content-language 1, contrast 3, dark 1, dkim-oversign 1, dkim-time 1, font-size 5, header-folding 1, img-alt 1, img-overflow 1, language 1, link-redirector 2, list-help 1, message-id-domain 1, pixel 1, table-role 3, text-columns 3, text-links 2",
    ),
    (
        "poor",
        "active 3, auto-submitted 1, content-language 1, contrast 1, dark 1, date 1, dkim-missing 1, external-css 1, from-name 1, handler 1, header-ascii 1, headings 1, img-alt 1, img-overflow 1, img-source 1, img-width 1, language 1, link-address 1, link-redirector 1, link-relative 1, link-text 1, list-help 1, list-id 1, message-id 1, mime-version 1, one-recipient 2, outlook 1, preheader 1, text-missing 1, title 1, unsubscribe-header 1, unsubscribe-html 1",
    ),
    (
        "substack",
        "auto-submitted 1, content-language 1, contrast 5, dark 1, dkim-expiry 1, dkim-headers 1, dkim-key 1, dkim-oversign 1, font-size 7, headings 1, img-alt 1, language 1, link-redirector 4, link-text 1, list-help 1, pixel 1, preheader-hidden 1, text-columns 2, text-links 5, text-words 1, unsubscribe-mail 1",
    ),
    (
        "swedish",
        "auto-submitted 1, charset 1, content-language 1, dark 1, dkim-missing 1, font-size 2, headings 1, img-alt 1, img-overflow 1, img-source 1, language 1, list-help 1, list-id 1, preheader 1, table-role 1, text-missing 1, unsubscribe-header 1",
    ),
];

#[test]
fn the_demo_has_no_error_as_issue_as_draft_and_as_a_file() {
    let project = Project::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    project.set("site.content", vec![demo]);
    project.run("lint weekly").exits(0).says("0 errors");
    project.run("compose weekly").exits(0);
    project.run("lint weekly@2026-01-14").exits(0).says("0 errors");
    project.run("preview weekly --eml issue.eml").exits(0);
    project.run("lint issue.eml").exits(0).says("0 errors");
}

#[test]
fn what_a_message_breaks_is_told_with_place_source_and_remedy_in_text_and_json() {
    let project = Project::bare();
    project.file(
        "bad.eml",
        "Subject: Hi\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<script>1</script><p>Hi\r\n",
    );
    let told = project.run("lint bad.eml").exits(65);
    assert!(told.stdout().contains("From") && told.stdout().contains("5322"), "{}", told.stdout());
    let rows = project.run("lint bad.eml --format json").exits(65).rows();
    for key in ["rule", "severity", "part", "source", "remedy"] {
        assert!(rows.iter().all(|row| row.get(key).is_some()), "{key}: {rows:#?}");
    }
    project.run("lint none.eml").exits(1).says("none.eml");
}

#[test]
fn an_issue_that_no_inbox_shows_whole_is_told_and_not_sent() {
    let project = Project::new();
    project.stories(600).set("digests.weekly.layout", "headlines").subscriber("ann@example.net");
    project.run("compose weekly").exits(0).says("too large even so").says("there is room for about");
    project.run("send weekly").exits(65).says("of the 102 KB that Gmail shows");
}

#[test]
fn an_issue_with_an_error_is_not_started_unless_it_is_forced() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(1).subscriber("ann@example.net").run("compose weekly").exits(0);
    let html = project.read("digests/weekly/2026-01-14/digest.html");
    project.file(
        "digests/weekly/2026-01-14/digest.html",
        &html.replace("</body>", "<script>alert(1)</script></body>"),
    );
    project.run("send weekly").exits(65).says("script").says("--force");
    assert!(sink.mails().is_empty() && project.status("weekly@2026-01-14").is_none(), "nothing was started");
    project.run("send weekly --force").exits(0);
    assert_eq!(sink.mails().len(), 1);
}

#[test]
fn an_issue_of_any_layout_and_language_has_nothing_but_its_missing_signature() {
    let project = Project::new();
    project.set("pages.url", "https://news.example.org/mail/").set("pages.secret_env", "TIDINGS_SECRET");
    project.env("TIDINGS_SECRET", "a secret of a decent length").stories(5);
    for layout in ["headlines", "summaries", "full"] {
        for language in ["en", "de", "fr", "es", "ar", "ja", "sv"] {
            project.set("digests.weekly.layout", layout).set("site.language", language);
            let rows = project.run("lint weekly --format json").exits(0).rows();
            let rules: Vec<_> = rows.iter().map(|row| row["rule"].as_str().unwrap()).collect();
            assert_eq!(rules, ["dkim-missing"], "{layout}, {language}: {rows:#?}");
        }
    }
}

#[test]
fn the_findings_in_old_newsletters_are_those_that_a_reader_finds_by_hand() {
    for (name, expected) in NEWSLETTERS {
        let path = format!("{}/tests/fixtures/mail/{name}.eml", env!("CARGO_MANIFEST_DIR"));
        // They lie here as files of Unix do.
        let message = fs::read_to_string(path).unwrap().replace('\n', "\r\n");
        let mut counts = BTreeMap::new();
        for finding in lint(message.as_bytes(), None) {
            *counts.entry(finding.rule.id).or_insert(0) += 1;
        }
        let found: Vec<_> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        assert_eq!(found.join(", "), expected, "{name}");
    }
}

#[test]
fn findings_of_one_rule_are_told_once_with_the_first_places_and_all_with_v_and_in_json() {
    let project = Project::bare();
    let pictures = "<img src=\"https://example.org/a.png\" width=\"9\">\r\n".repeat(9);
    project.file("a.eml", &format!("Subject: Hi\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>{pictures}"));
    let few = project.run("lint a.eml").exits(65);
    assert!(few.stdout().contains("[img-alt] 9 times"), "{}", few.stdout());
    assert!(few.stdout().contains("and 6 more, which -v shows"), "{}", few.stdout());
    let places = |text: &str| text.lines().filter(|line| line.contains("it has no alt")).count();
    assert_eq!(places(few.stdout()), 3);
    assert_eq!(places(project.run("lint a.eml -v").exits(65).stdout()), 9);
    let rows = project.run("lint a.eml --format json").exits(65).rows();
    assert_eq!(rows.iter().filter(|row| row["rule"] == "img-alt").count(), 9);
}

#[test]
fn whatever_lies_in_a_file_is_judged_or_refused() {
    let project = Project::bare();
    let head = "From: A <a@example.org>\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n";
    let nested = "--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n\
                  Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n--b--\r\n--a--\r\n";
    for (name, message, rule) in [
        ("empty.eml", String::new(), "no-message"),
        ("text.eml", format!("{head}\r\nHi\r\n"), "html-missing"),
        (
            "latin.eml",
            format!(
                "{head}Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+6Q==\r\n"
            ),
            "charset",
        ),
        ("broken.eml", format!("{head}Content-Type: multipart/mixed\r\n\r\nHi\r\n"), "mime-broken"),
        (
            "nested.eml",
            format!("{head}Content-Type: multipart/mixed; boundary=a\r\n\r\n{nested}"),
            "preheader",
        ),
        (
            "deep.eml",
            format!(
                "{head}Content-Type: multipart/mixed; boundary=a\r\n\r\n{}",
                "--a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n".repeat(9999)
            ),
            "mime-broken",
        ),
    ] {
        project.file(name, &message);
        let rows = project.run(&format!("lint {name} --format json")).exits(65).rows();
        assert!(rows.iter().any(|row| row["rule"] == rule), "{name}: {rows:#?}");
    }
    let nested = project.run("lint nested.eml --format json").exits(65).rows();
    assert!(
        !nested.iter().any(|row| row["rule"] == "alternative" || row["rule"] == "text-missing"),
        "{nested:#?}"
    );
    project.file("folder.eml/a", "");
    project.run("lint folder.eml").exits(1).says("folder.eml");
    // Those of a Maildir have no ending.
    project
        .file("outbox/new/1.a:2,", "Subject: Hi\n\nHi\n")
        .run("lint outbox/new/1.a:2,")
        .exits(65)
        .says("error");
}

#[test]
fn what_config_toml_lacks_for_a_mail_is_told() {
    let project = Project::new();
    project.stories(1).unset("mail", "postal_address").set("brand.accent", "#ffee00");
    let rows = project.run("lint weekly --format json").exits(0).rows();
    for rule in ["postal-address", "accent"] {
        assert!(rows.iter().any(|row| row["rule"] == rule), "{rule}: {rows:#?}");
    }
}

/// `TIDINGS_WRITE_DOCS=1 cargo test --test suite rules` writes it.
#[test]
fn the_page_of_rules_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md");
    let mut page = "# The rules of `tidings lint`

An error is what a standard forbids, or what takes content or the way out from readers: `send` starts no issue that has
one, unless told to by `--force`. A warning is what costs some readers, or the sender's reputation; a note is what could
be better. This page is written from `src/lint/rules.rs`.

| rule | weighs | what it finds | what to do | source |
| --- | --- | --- | --- | --- |
"
    .to_owned();
    for rule in RULES {
        let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
        let (what, remedy, source) = (cell(rule.what), code(rule.remedy), cell(rule.source));
        writeln!(page, "| `{}` | {} | {what} | {remedy} | {source} |", rule.id, rule.severity.name())
            .unwrap();
    }
    if std::env::var_os("TIDINGS_WRITE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == page, "docs/lint.md is not what the rules say");
}

/// A text with code in it as a cell of a table: outside of code, `<` would begin a tag.
fn code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts =
        parts.map(|(number, part)| if number % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("`").replace('|', "\\|")
}
