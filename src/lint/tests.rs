//! One message that keeps all rules, and for each rule a change that breaks it.

use super::*;

const HTML: &str = r#"<!doctype html>
<html lang="en" dir="ltr"><head><title>News</title><style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style></head>
<body><div lang="en" dir="ltr">
<div style="display:none;mso-hide:all">The council votes to keep the shelters open, and more news.</div>
<table role="presentation"><tr><td><h1>Council</h1>
<h2>Shelters</h2><p style="font-size:16px;color:#111111">Read <a href="https://example.org/a">the story of the shelters</a>.</p>
<img src="https://example.org/a.png" alt="" width="200">
<p><a href="https://example.org/unsubscribe/t">Unsubscribe</a></p></td></tr></table></div></body></html>
"#;
const TEXT: &str = "Council\n\nShelters\nRead the story of the shelters.\nhttps://example.org/a\n\nUnsubscribe:\nhttps://example.org/unsubscribe/t\n";
const HEAD: &str = "Date: Wed, 14 Jan 2026 09:00:00 +0000
From: The Post <news@example.org>
To: Ann <ann@example.net>
Subject: News
Message-ID: <1@example.org>
List-Id: The Post <main.example.org>
List-Unsubscribe: <https://example.org/unsubscribe/t>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Auto-Submitted: auto-generated
Content-Language: en
DKIM-Signature: v=1; a=rsa-sha256; d=example.org; h=from:to:subject:date:message-id:mime-version:content-type:list-unsubscribe:list-unsubscribe-post; b=x
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"b\"
";

fn part(kind: &str, body: &str) -> String {
    format!("--b\nContent-Type: {kind}; charset=utf-8\n\n{body}\n")
}

fn message(head: &str, text: &str, html: &str) -> String {
    let parts = part("text/plain", text) + &part("text/html", html);
    format!("{head}\n{parts}--b--\n").replace('\n', "\r\n")
}

fn ids(message: &str) -> Vec<&'static str> {
    let mut ids: Vec<_> = lint(message.as_bytes()).into_iter().map(|one| one.rule.id).collect();
    ids.dedup();
    ids
}

#[test]
fn a_message_that_keeps_all_rules_has_no_finding() {
    assert_eq!(lint(message(HEAD, TEXT, HTML).as_bytes()), []);
}

#[test]
fn each_rule_of_headers_finds_the_message_that_breaks_it_and_no_other_does() {
    for (from, to, rule) in [
        ("Date: Wed, 14 Jan 2026 09:00:00 +0000\n", "", "header-missing"),
        ("Subject: News\n", "Subject: News\nSubject: More\n", "header-twice"),
        ("Wed, 14", "Tue, 14", "date"),
        ("+0000", "GMT", "date"),
        ("<1@example.org>", "1", "message-id"),
        ("<1@example.org>", "<1@other.example>", "message-id-domain"),
        ("Ann <ann@example.net>", "ann@example.net, bob@example.net", "one-recipient"),
        ("Subject: News", "Bcc: bob@example.net\nSubject: News", "one-recipient"),
        ("Subject: News", "Subject: ", "subject-empty"),
        ("Subject: News", "Subject: N\u{e9}ws", "header-ascii"),
        ("Subject: News", "Subject: News =?utf-8?B?w6?=", "encoded-word"),
        ("The Post <news@example.org>", "news@example.org", "from-name"),
        ("news@", "no-reply@", "no-reply"),
        ("List-Unsubscribe: <https://example.org/unsubscribe/t>\n", "", "unsubscribe-header"),
        ("List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", "", "one-click"),
        ("<main.example.org>", "", "list-id"),
        ("Subject: News", "Feedback-ID: a:b\nSubject: News", "feedback-id"),
        ("Auto-Submitted: auto-generated\n", "", "auto-submitted"),
        ("Content-Language: en\n", "", "content-language"),
        ("rsa-sha256", "rsa-sha1", "dkim-algorithm"),
        ("v=1;", "v=1; l=9;", "dkim-length"),
        ("d=example.org", "d=esp.example", "dkim-domain"),
        (":list-unsubscribe-post", "", "dkim-headers"),
        ("MIME-Version: 1.0\n", "", "mime-version"),
        ("multipart/alternative", "multipart/mixed", "alternative"),
    ] {
        assert!(HEAD.contains(from), "{from}");
        assert_eq!(ids(&message(&HEAD.replacen(from, to, 1), TEXT, HTML)), [rule], "{from:?} → {to:?}");
    }
}

#[test]
fn each_rule_of_html_finds_the_message_that_breaks_it_and_no_other_does() {
    for (from, to, rule) in [
        ("<h2>", "<script></script><h2>", "active"),
        ("<h2>", "<h2 onclick=\"x\">", "handler"),
        ("<title>", "<link rel=\"stylesheet\" href=\"https://example.org/a.css\"><title>", "external-css"),
        ("<h2>", "<style>p{}</style><h2>", "style-place"),
        ("<div lang=\"en\" dir=\"ltr\">", "<div>", "language"),
        ("<title>News</title>", "", "title"),
        ("<h2>Shelters</h2>", "<h3>Shelters</h3>", "headings"),
        (" role=\"presentation\"", "", "table-role"),
        ("16px", "11px", "font-size"),
        ("#111111", "#aaaaaa", "contrast"),
        ("<h2>", "<h2 style=\"display:flex\">", "outlook"),
        ("prefers-color-scheme", "x", "dark"),
        ("The council votes to keep the shelters open, and more news.", "Council", "preheader"),
        (" alt=\"\"", "", "img-alt"),
        (" width=\"200\"", " style=\"max-width:100%\"", "img-width"),
        ("200", "900", "img-overflow"),
        ("src=\"https:", "src=\"http:", "img-source"),
        ("width=\"200\"", "width=\"1\"", "pixel"),
        ("<h2>", "<a href=\"javascript:x\"></a><h2>", "link-scheme"),
    ] {
        assert!(HTML.contains(from), "{from}");
        let found = ids(&message(HEAD, TEXT, &HTML.replacen(from, to, 1)));
        assert!(found.contains(&rule), "{from:?} → {to:?}: {found:?}");
        assert!(found.iter().all(|id| *id == rule || *id == "text-links"), "{found:?}");
    }
}

#[test]
fn html_is_measured_against_the_clip() {
    for (kilobytes, rule) in [(90, "clip-near"), (103, "clip")] {
        let html = HTML.replacen(
            "<h2>",
            &format!("<!-- {} --><h2>", format!("{}\n", "x".repeat(63)).repeat(kilobytes * 16)),
            1,
        );
        assert_eq!(ids(&message(HEAD, TEXT, &html)), [rule]);
    }
}

#[test]
fn each_rule_of_text_finds_the_message_that_breaks_it() {
    for (from, to, rule) in [
        (TEXT, "\n", "text-empty"),
        ("Council", "Council &amp; more", "text-markup"),
        ("Council", &"Council ".repeat(12), "text-columns"),
        ("Read the story of the shelters.", "", "text-words"),
        ("https://example.org/a\n", "", "text-links"),
        ("https://example.org/unsubscribe/t", "", "unsubscribe-text"),
    ] {
        let found = ids(&message(HEAD, &TEXT.replacen(from, to, 1), HTML));
        assert!(found.contains(&rule), "{from:?} → {to:?}: {found:?}");
    }
}

#[test]
fn a_lone_line_break_is_an_error_and_a_file_of_unix_is_none() {
    let good = message(HEAD, TEXT, HTML);
    assert_eq!(ids(&good.replacen("Council\r\n", "Council\n", 1)), ["line-break"]);
    assert_eq!(ids(&good.replace("\r\n", "\n")), ["unix-file"]);
    assert_eq!(ids(&good.replacen("Council", "Council\0", 1))[0], "nul");
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let ids: std::collections::HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
}

#[test]
fn whatever_the_message_lint_comes_to_an_end() {
    for bytes in
        [&b""[..], b"\r\n", b"\xff\xfe", b":\r\n", b"Content-Type: text/html\r\n\r\n<p", b"From: <<<\r\n"]
    {
        assert!(!lint(bytes).is_empty());
    }
}
