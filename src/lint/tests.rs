//! One message that keeps all rules, and for each rule a change that breaks it and no other.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;

const HTML: &str = r#"<!doctype html>
<html lang="en" dir="ltr"><head><meta name="color-scheme" content="light dark"><title>News</title><style>
@media (prefers-color-scheme: dark) { body { background: #111 !important } p, h1, h2 { color: #fff !important } a { color: #9cf !important } }
</style></head>
<body><div lang="en" dir="ltr">
<div style="display:none;mso-hide:all">The council votes to keep the shelters open, and more of it.</div>
<table role="presentation"><tr><td><h1>Council</h1>
<h2>Shelters</h2><p style="font-size:16px;color:#111111">Read <a href="https://example.org/a">the story of the shelters</a>.</p>
<p>After a debate of nine hours seven members were for it and four against, while people waited before the town hall with
blankets and soup; none of them had thought that winter would come so early, or that so few beds were left.</p>
<img src="https://example.org/a.png" alt="" width="200">
<p>You subscribed. Springfield <a href="https://example.org/unsubscribe/t">Unsubscribe</a></p></td></tr></table></div></body></html>
"#;
const TEXT: &str = "Council

Shelters
Read the story of the shelters.
https://example.org/a

After a debate of nine hours seven members were for it and four against,
while people waited before the town hall with blankets and soup; none of
them had thought that winter would come so early, or that so few beds
were left.

You subscribed.
Springfield
Unsubscribe:
https://example.org/unsubscribe/t
";
const HEAD: &str = "Date: Wed, 14 Jan 2026 09:00:00 +0000
From: The Post <news@example.org>
To: Ann <ann@example.net>
Subject: News
Message-ID: <1@example.org>
List-Id: The Post <main.example.org>
List-Unsubscribe: <https://example.org/unsubscribe/t>, <mailto:u@example.org>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Help: <mailto:news@example.org>
Auto-Submitted: auto-generated
Content-Language: en
DKIM-Signature: v=1; a=rsa-sha256; d=example.org; t=1768381200; x=1768986000; h=from:from:to:to:subject:subject:date:date:message-id:mime-version:content-type:list-id:list-help:list-unsubscribe:list-unsubscribe-post; b=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"b\"
";
const KNOWN: Known<'_> =
    Known { postal_address: Some("Springfield"), reason: "You subscribed.", accent: Some("#9a1b1b") };

/// What breaks a rule.
enum Change {
    /// Replaces a text in the headers, the HTML, the plaintext.
    Head(&'static str, String),
    Html(&'static str, String),
    Text(&'static str, String),
    /// Changes the finished message.
    Whole(fn(String) -> String),
    /// What is known beside it.
    Known(Known<'static>),
}

use Change::{Head, Html, Known as Knows, Text, Whole};

/// The message with some changes made, and what lint finds in it.
fn findings(changes: &[Change]) -> Vec<Finding> {
    let (mut head, mut text, mut html) = (HEAD.to_owned(), TEXT.to_owned(), HTML.to_owned());
    for change in changes {
        let (part, from, to) = match change {
            Head(from, to) => (&mut head, from, to),
            Html(from, to) => (&mut html, from, to),
            Text(from, to) => (&mut text, from, to),
            Whole(_) | Knows(_) => continue,
        };
        assert!(part.contains(from), "{from}");
        *part = part.replacen(from, to, 1);
    }
    let part = |kind, body| format!("--b\nContent-Type: {kind}; charset=utf-8\n\n{body}\n");
    let parts = part("text/plain", text) + &part("text/html", html);
    let mut message = format!("{head}\n{parts}--b--\n").replace('\n', "\r\n");
    let mut known = KNOWN;
    for change in changes {
        match change {
            Whole(change) => message = change(message),
            Knows(other) => known = *other,
            _ => {}
        }
    }
    lint(message.as_bytes(), Some(&known))
}

fn ids(changes: &[Change]) -> BTreeSet<&'static str> {
    findings(changes).iter().map(|finding| finding.rule.id).collect()
}

fn head(from: &'static str, to: &str) -> Vec<Change> {
    vec![Head(from, to.into())]
}

fn html(from: &'static str, to: &str) -> Vec<Change> {
    vec![Html(from, to.into())]
}

fn text(from: &'static str, to: &str) -> Vec<Change> {
    vec![Text(from, to.into())]
}

/// A link to an address in the HTML, and the address in the text.
fn link(address: &str) -> Vec<Change> {
    vec![
        Html("<h2>", format!("<p><a href=\"{address}\">Shelters</a></p><h2>")),
        Text("Shelters\n", format!("Shelters\n{address}\n")),
    ]
}

/// A picture in the HTML.
fn picture(attributes: &str) -> Vec<Change> {
    vec![Html("<h2>", format!("<img {attributes}><h2>"))]
}

fn octets(count: usize) -> String {
    format!("{}\n", "x".repeat(63)).repeat(count / 64)
}

/// The text in quoted-printable.
fn quoted(message: &str) -> String {
    let plain = "text/plain; charset=utf-8\r\n";
    message.replacen(plain, &format!("{plain}Content-Transfer-Encoding: quoted-printable\r\n"), 1)
}

/// The message with one part only.
fn alone(message: &str, kind: &str, body: &str) -> String {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    let head = head.replace("multipart/alternative; boundary=\"b\"", &format!("{kind}; charset=utf-8"));
    format!("{head}\r\n\r\n{}", body.replace('\n', "\r\n"))
}

/// For each rule, what breaks it and no other.
fn breaks() -> Vec<(&'static str, Vec<Change>)> {
    let mut rows = bytes_and_headers();
    rows.extend(signatures_and_parts());
    rows.extend(documents());
    rows.extend(pictures_and_links());
    rows.extend(texts());
    rows
}

fn bytes_and_headers() -> Vec<(&'static str, Vec<Change>)> {
    vec![
        ("line-break", vec![Whole(|message| message.replacen("Council\r\n", "Council\n", 1))]),
        ("line-break", vec![Whole(|message| message.replacen("Council\r\n", "Council\r\r\n", 1))]),
        ("unix-file", vec![Whole(|message| message.replace("\r\n", "\n"))]),
        ("nul", text("Council", "Council \0")),
        ("line-length", text("Shelters\n", &format!("Shelters\nhttps://example.org/{}\n", "a".repeat(999)))),
        ("no-message", vec![Whole(|_| String::new())]),
        ("no-message", vec![Whole(|_| "\r\nHello\r\n".into())]),
        ("no-message", vec![Whole(|_| "<html>\r\n<style>p{margin:0}</style>\r\n".into())]),
        ("header-missing", head("Date: Wed, 14 Jan 2026 09:00:00 +0000\n", "")),
        ("header-twice", head("Auto-Submitted", "Auto-Submitted: no\nAuto-Submitted")),
        ("header-folding", head("Subject: News", &format!("Subject: {}", "News of it ".repeat(8)))),
        ("header-ascii", head("Subject: News", "Subject: N\u{e9}ws")),
        ("encoded-word", head("Subject: News", "Subject: News =?utf-8?B?w6?=")),
        ("encoded-word", head("Subject: News", &format!("Subject: =?utf-8?Q?{}?=", "a".repeat(70)))),
        ("encoded-word", head("The Post <news", "\"=?utf-8?Q?Post?=\" <news")),
        ("date", head("Wed, 14", "Tue, 14")),
        ("date", head("+0000", "GMT")),
        ("message-id", head("<1@example.org>", "1")),
        ("message-id-domain", head("<1@example.org>", "<1@other.example>")),
        ("one-recipient", head("Ann <ann@example.net>", "ann@example.net, bob@example.net")),
        ("one-recipient", head("Ann <ann@example.net>", "undisclosed-recipients:;")),
        ("one-recipient", head("Subject: News", "Bcc: bob@example.net\nSubject: News")),
        ("subject-empty", head("Subject: News", "Subject: ")),
        ("merge-tag", head("Subject: News", "Subject: News for *|FNAME|*")),
        ("merge-tag", html("Council</h1>", "Council {{ first_name }}</h1>")),
        ("from-name", head("The Post <news@example.org>", "news@example.org")),
        ("no-reply", head("news@", "no-reply@")),
        (
            "unsubscribe-header",
            head("List-Unsubscribe: <https://example.org/unsubscribe/t>, <mailto:u@example.org>\n", ""),
        ),
        ("one-click", head("List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", "")),
        ("one-click", head("<https://example.org/unsubscribe/t>, ", "")),
        ("unsubscribe-mail", head(", <mailto:u@example.org>", "")),
        ("list-id", head("<main.example.org>", "")),
        ("list-help", head("List-Help: <mailto:news@example.org>\n", "")),
        ("list-uri", head("Subject: News", "Archived-At: https://example.org/1\nSubject: News")),
        (
            "feedback-id",
            head("Subject: News", "Feedback-ID: a:b\nSubject: News")
                .into_iter()
                .chain(head("h=from", "h=feedback-id:from"))
                .collect(),
        ),
        ("auto-submitted", head("Auto-Submitted: auto-generated\n", "")),
        ("content-language", head("Content-Language: en\n", "")),
    ]
}

fn signatures_and_parts() -> Vec<(&'static str, Vec<Change>)> {
    vec![
        ("dkim-missing", vec![Head("DKIM-Signature", "X-Signature".into())]),
        ("dkim-algorithm", head("rsa-sha256", "rsa-sha1")),
        ("dkim-length", head("v=1;", "v=1; l=9;")),
        ("dkim-domain", head("d=example.org", "d=esp.example")),
        ("dkim-headers", head(":list-unsubscribe-post", "")),
        ("dkim-oversign", head("from:from", "from")),
        ("dkim-key", head("; b=", &format!("; b={}==", "A".repeat(170)))), // 127 octets
        ("dkim-time", head(" t=1768381200;", "")),
        ("dkim-time", head(" x=1768986000;", "")),
        ("dkim-expiry", head("x=1768986000", "x=1768384800")),
        ("mime-version", head("MIME-Version: 1.0\n", "")),
        ("mime-broken", vec![Whole(|message| message.replace("--b--\r\n", ""))]),
        ("mime-broken", vec![Whole(|message| quoted(&message).replace("quoted-printable", "base64"))]),
        ("mime-broken", vec![Whole(|message| quoted(&message).replace("quoted-printable", "x-uuencode"))]),
        ("alternative", head("multipart/alternative", "multipart/mixed")),
        ("text-missing", vec![Whole(|message| alone(&message, "text/html", HTML))]),
        ("html-missing", vec![Whole(|message| alone(&message, "text/plain", TEXT))]),
        (
            "charset",
            vec![Whole(|message| message.replace("html; charset=utf-8", "html; charset=iso-8859-1"))],
        ),
        ("charset-false", vec![Text("Council", "Council=FF".into()), Whole(|message| quoted(&message))]),
        ("eight-bit", text("Council", "Council \u{e9}")),
        (
            "encoded-line",
            vec![Text("Council", format!("Council {}", "a".repeat(70))), Whole(|message| quoted(&message))],
        ),
    ]
}

fn documents() -> Vec<(&'static str, Vec<Change>)> {
    let css = |count| Html("<style>", format!("<style>/*{}*/", octets(count)));
    vec![
        ("html-unfit", vec![Html("<h2>", "<div>\n".repeat(300) + "<h2>")]),
        ("clip", vec![Html("<h2>", format!("<!-- {} --><h2>", octets(103 * 1024)))]),
        ("clip-near", vec![Html("<h2>", format!("<!-- {} --><h2>", octets(90 * 1024)))]),
        ("active", html("<h2>", "<script></script><h2>")),
        ("active", html("<title>", "<meta http-equiv=refresh content=1><title>")),
        ("handler", html("<h2>", "<h2 onclick=\"x\">")),
        ("element", html("<h2>", "<svg></svg><h2>")),
        (
            "external-css",
            html("<title>", "<link rel=\"stylesheet\" href=\"https://example.org/a.css\"><title>"),
        ),
        ("external-css", html("<style>", "<style>@import url(https://example.org/a.css);")),
        ("style-size", vec![css(9 * 1024)]),
        ("style-dropped", vec![css(17 * 1024)]),
        ("style-place", html("<h2>", "<style>p{}</style><h2>")),
        ("language", html("<div lang=\"en\" dir=\"ltr\">", "<div>")),
        ("language", html("<html lang=\"en\" dir=\"ltr\">", "<html lang=\"en\">")),
        (
            "language",
            vec![
                Html("<div lang=\"en\" dir=\"ltr\">", "<div>".into()),
                Html("<h2>Shelters", "<h2 lang=\"en\" dir=\"ltr\">Shelters".into()),
            ],
        ),
        ("title", html("<title>News</title>", "")),
        ("headings", html("<h2>Shelters</h2>", "<h3>Shelters</h3>")),
        ("headings", html("<h2>Shelters</h2>", "<h1>Shelters</h1>")),
        ("table-role", html(" role=\"presentation\"", "")),
        ("font-size", html("16px", "11px")),
        ("contrast", html("#111111", "#aaaaaa")),
        (
            "contrast",
            html("<style>", "<style>.x { color: #bbb !important }</style><style>")
                .into_iter()
                .chain(html("<h2>", "<h2 class=x>"))
                .collect(),
        ),
        ("contrast-dark", html("color: #fff", "color: #333")),
        ("accent", vec![Knows(Known { accent: Some("#ffee00"), ..KNOWN })]),
        ("outlook", html("<h2>", "<h2 style=\"display:flex\">")),
        ("outlook", html("<h2>", "<h2 style=\"background: url(https://example.org/a.png)\">")),
        ("outlook-width", html("<table ", "<table style=\"max-width:600px\" ")),
        ("dark", html("prefers-color-scheme", "x")),
        ("dark", html("<meta name=\"color-scheme\" content=\"light dark\">", "")),
        ("preheader", html(" to keep the shelters open, and more of it", "")),
        (
            "preheader",
            html(
                "<div style=\"display:none;mso-hide:all\">The council votes to keep the shelters open, and more of it.</div>",
                "",
            ),
        ),
        ("preheader-hidden", html(";mso-hide:all", "")),
        ("preheader-subject", html("The council", "News: the council")),
        ("postal-address", vec![Knows(Known { postal_address: None, ..KNOWN })]),
        ("postal-address", text("Springfield", "")),
        ("reason", html("You subscribed.", "You were subscribed")),
    ]
}

fn pictures_and_links() -> Vec<(&'static str, Vec<Change>)> {
    vec![
        ("img-alt", html(" alt=\"\"", "")),
        ("img-alt", html(" alt=\"\"", " alt=\"a.png\"")),
        (
            "img-alt",
            vec![
                Html("<img", "<a href=\"https://example.org/a\"><img".into()),
                Html("width=\"200\">", "width=\"200\"></a>".into()),
            ],
        ),
        ("img-width", html(" width=\"200\"", " style=\"max-width:100%\"")),
        ("img-overflow", html("200", "900")),
        ("img-source", html("src=\"https:", "src=\"http:")),
        ("img-source", picture("alt=\"\" width=10 src=\"data:image/png;base64,AA\"")),
        ("pixel", picture("src=\"https://example.org/o.gif\" width=1 height=1")),
        ("pixel", picture("src=\"https://example.org/o.gif\" style=\"display:none\"")),
        ("pixel", picture("src=\"https://x.list-manage.com/track/open.php?u=1\"")),
        ("link-scheme", link("javascript:x")),
        ("link-relative", link("/a/b")),
        ("link-text", html(">the story of the shelters<", ">Click here!<")),
        ("link-text", html(">the story of the shelters<", ">hier<")),
        ("link-tracking", link("https://example.org/b?utm_source=a")),
        ("link-redirector", link("https://example.us1.list-manage.com/track/click?u=1")),
        ("link-address", link("https://example.org/b?e=ann%40example.net")),
        (
            "unsubscribe-html",
            vec![
                Html(">Unsubscribe<", ">Home<".into()),
                Html("https://example.org/unsubscribe/t", "https://example.org/a".into()),
            ],
        ),
    ]
}

fn texts() -> Vec<(&'static str, Vec<Change>)> {
    vec![
        (
            "unsubscribe-text",
            vec![
                Text("Unsubscribe:\nhttps://example.org/unsubscribe/t\n", String::new()),
                Html("https://example.org/unsubscribe/t", "https://example.org/a".into()),
            ],
        ),
        (
            "text-empty",
            vec![Text(TEXT, "\n".into()), Knows(Known { reason: "", postal_address: Some(""), ..KNOWN })],
        ),
        ("text-words", text("blankets and soup; none of", "")),
        ("text-links", text("https://example.org/a\n", "")),
        ("text-columns", text("Council", &"Council ".repeat(12))),
        ("text-markup", text("Council", "Council &amp; more")),
        ("text-markup", text("Council", "Council <br> more")),
        ("text-markup", text("Council", "Council *|NAME|*")),
        ("text-markup", text("Council", "Council &nbsp;")),
        (
            "text-flowed",
            vec![
                Text("Council", "From the council".into()),
                Whole(|message| message.replacen("plain; ", "plain; format=flowed; ", 1)),
            ],
        ),
    ]
}

#[test]
fn a_long_address_with_its_number_and_a_word_between_marks_are_what_they_should_be() {
    let address = format!("https://example.org/{}", "long/".repeat(20));
    let changes = [Text("Shelters\n", format!("*Shelters* [1]\n[1] {address}\n"))];
    assert_eq!(findings(&changes), []);
}

#[test]
fn a_message_that_keeps_all_rules_has_no_finding() {
    assert_eq!(findings(&[]), []);
}

#[test]
fn what_breaks_a_rule_is_found_by_it_and_by_no_other() {
    let mut wrong = String::new();
    for (number, (rule, changes)) in breaks().into_iter().enumerate() {
        let found = ids(&changes);
        if found != BTreeSet::from([rule]) {
            let found: Vec<_> = findings(&changes).into_iter().map(|one| (one.rule.id, one.what)).collect();
            writeln!(wrong, "row {number}, {rule}: {found:#?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_rule_has_a_row_and_a_name_of_its_own() {
    let rows: BTreeSet<_> = breaks().into_iter().map(|(rule, _)| rule).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rows, rules);
    assert_eq!(rules.len(), RULES.len());
}

#[test]
fn findings_of_one_rule_are_one_group_with_all_their_places() {
    let findings = findings(&[
        Html("<h2>", "<p style=\"font-size:9px\">a</p><p style=\"font-size:9px\">b</p><h2>".into()),
        Html("<title>News</title>", String::new()),
        Text("Council", "Council a b".into()),
    ]);
    let groups = grouped(&findings);
    let counts: Vec<_> = groups.iter().map(|group| (group.rule.id, group.findings.len())).collect();
    assert_eq!(counts, [("title", 1), ("font-size", 2)]);
}

proptest::proptest! {
    #[test]
    fn a_message_in_which_anything_was_put_anywhere_is_judged(
        at in 0_usize..3000,
        what in r"[\x00-\x7f]{0,9}|--b(--)?|=\?utf-8\?[qb]\?|<(table|style|a|img|p)|[{}()@#.;:!]{1,40}|\PC{0,9}",
    ) {
        let good = format!("{HEAD}\n--b\nContent-Type: text/html; charset=utf-8\n\n{HTML}\n--b--\n");
        let at = at.min(good.len());
        let _ = lint(format!("{}{what}{}", &good[..at], &good[at..]).as_bytes(), Some(&KNOWN));
    }
}

#[test]
fn a_style_sheet_without_end_takes_no_time() {
    for css in ["{", "(", "@media screen{", "p ", "p>", "a{b:c;", "/*", "\"", "}"] {
        let style = format!("<style>{}", css.repeat(50_000));
        assert!(!findings(&[Html("<style>", style)]).is_empty());
    }
}

/// The time that lint takes for a page with one thing many times.
fn time_for(count: usize, before: &str, one: &str) -> Duration {
    let many: String = (0..count).map(|number| one.replace('#', &number.to_string())).collect();
    let changes = [Html("<h2>", format!("{before}{many}</a></div><h2>"))];
    let start = Instant::now();
    assert!(!findings(&changes).is_empty());
    start.elapsed()
}

/// Four times as much takes four times as long, and sixteen times where each one looks at all others. The bound
/// lies between, and far above what a busy machine adds.
#[test]
fn what_stands_in_a_page_many_times_is_not_read_again_for_each() {
    for (before, one) in [
        ("<div>", "<a href='https://example.org/#'>Story</a> "),
        ("<div><a href='https://example.org/a'>", "<img src='https://example.org/#.png' alt='' width=9>"),
        ("<div><a href='https://example.org/a'>", "<b>x</b> "),
        ("<div>", "<!-- # --><p style='background: url(https://example.org/a.png)'>x</p>"),
    ] {
        let (few, many) = (time_for(1_000, before, one), time_for(4_000, before, one));
        let most = few.max(Duration::from_millis(100)) * 10;
        assert!(many < most, "{one}: {few:?}, and {many:?} for four times as much");
    }
}

#[test]
fn whatever_the_message_lint_comes_to_an_end() {
    for bytes in
        [&b""[..], b"\r\n", b"\xff\xfe", b":\r\n", b"Content-Type: text/html\r\n\r\n<p", b"From: <<<\r\n"]
    {
        assert!(!lint(bytes, None).is_empty());
    }
}
