//! Whatever people, feeds and files write: a message has the headers, the recipient and the parts that it is meant
//! to have, and no other.

mod pieces;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mail_parser::{Address as Addresses, HeaderValue, MessageParser, MimeHeaders as _};
use pieces::PIECES;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config as Cases, TestRunner};
use serde_json::json;
use tidings::article::settings::Settings;
use tidings::article::{Article, Body, Site, Standing};
use tidings::composer::{self, Input};
use tidings::config::{Config, Layout};
use tidings::issue::Issue;
use tidings::message::{Mailing, Recipient, message_id};
use tidings::selection::{AlsoAt, Picked, Selection, Window};
use tidings::subscriber::{SubscriberId, Token, TokenKey, parse_mailbox};

use crate::harness::{LIST, Mail, Project, parse};

const CONFIG: &str = r#"
[site]
title = "The Border Post"
url = "https://news.example.org/"

[mail]
from = "The Border Post <news@example.org>"
reply_to = "The Editor <editor@example.org>"

[pages]
url = "https://news.example.org/mail/"
secret_env = "TIDINGS_SECRET"

[lists.main]
id = "main.news.example.org"
reason = "You subscribed at news.example.org."

[digests.weekly]
title = "The week"
layout = "full"
"#;

/// The headers of every message, in their order.
const HEADERS: [&str; 17] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Post",
    "List-Owner",
    "Content-Language",
    "Feedback-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
];

/// Text of any kind.
fn text() -> impl Strategy<Value = String> {
    let piece = || {
        prop_oneof![
            8 => select(PIECES).prop_map(str::to_owned),
            2 => any::<String>(),
            1 => (select(&["x", "é", "東", "=", "a "][..]), 60_usize..1200).prop_map(|(text, times)| text.repeat(times)),
        ]
    };
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

/// All that a message says, by whoever said it.
#[derive(Debug, Clone)]
struct Said {
    /// In config.toml: the titles of site, digest and list, the subject's template, reason, postal address, intro, and
    /// the names of sender and editor.
    config: [String; 9],
    /// In an article: title, source, tag, section, link, summary, group, and the source of another that tells the same.
    article: [String; 8],
    body: String,
    /// The recipient's name.
    name: String,
    /// The recipient's address, as the list has it.
    address: String,
}

fn said() -> impl Strategy<Value = Said> {
    let config: [_; 9] = std::array::from_fn(|_| text());
    let article: [_; 8] = std::array::from_fn(|_| text());
    (config, article, text(), text(), address()).prop_map(|(config, article, body, name, address)| Said {
        config,
        article,
        body,
        name,
        address,
    })
}

/// An address that is taken for one, however odd it is.
fn address() -> impl Strategy<Value = String> {
    let local = prop_oneof![
        Just("ann".to_owned()),
        Just("\"a,b\"".to_owned()),
        Just("\"eve@evil.example,ann\"".to_owned()),
        Just("\"a>b<c\"".to_owned()),
        Just("o'neil+x=y".to_owned()),
        "[a-z!#$%&'*+/=?^_`{|}~-]{1,64}",
        text().prop_map(|text| format!("\"{text}\"")),
        text(),
    ];
    let domain = prop_oneof![Just("example.net".to_owned()), Just("bücher.example".to_owned()), text()];
    (local, domain).prop_filter_map("it is refused", |(local, domain)| {
        parse_mailbox(&format!("{local}@{domain}")).ok().map(|(address, _)| address.to_string())
    })
}

/// The config that says this, past the checks of config.toml: the message has to hold by itself.
fn config(said: &Said) -> Config {
    let mut config = Config::parse(CONFIG, Path::new("config.toml")).unwrap();
    let [site, digest, list, subject, reason, postal, intro, from, reply_to] = said.config.clone();
    config.site.title = site;
    config.mail.postal_address = Some(postal);
    config.mail.from.name = Some(from);
    config.mail.reply_to.as_mut().unwrap().name = Some(reply_to);
    let main = config.lists.get_mut("main").unwrap();
    (main.title, main.reason) = (list, reason);
    let weekly = config.digests.get_mut("weekly").unwrap();
    let template = format!(
        "{{{{ digest.title }}}} {{{{ lead.title }}}} {{{{ lead.tags | join }}}} {{{{ {} }}}}",
        json!(subject)
    );
    (weekly.title, weekly.subject, weekly.intro) = (digest, template, intro);
    config
}

/// An article that says this, as it is read from a file.
fn picked(said: &Said, config: &Config) -> Picked {
    let [title, source, tag, section, link, summary, group, also] = said.article.clone();
    let front = json!({"title": title, "source": source, "tags": [tag], "link": link, "summary": summary});
    let site = Site {
        zone: config.site.timezone,
        zone_is_stated: true,
        url: config.site.url.as_ref(),
        language: &config.site.language,
        permalink: None,
        names: &config.site.fields,
    };
    let settings = Settings::default();
    let path = format!("{}/a.md", section.replace('/', " "));
    let standing = Standing {
        path: &path,
        dialect: None,
        cascades: &[],
        sections: None,
        language: None,
        settings: &settings,
    };
    let head = format!("{front:#}\n");
    let article =
        Article::read(head.as_bytes(), path.clone(), PathBuf::from(&path), standing, site, |_| true);
    let mut article = article.unwrap().unwrap();
    article.url.get_or_insert("https://news.example.org/a/".parse().unwrap());
    let also = AlsoAt {
        identity: article.identity(),
        source: Some(also),
        url: "https://www.example.com/also".parse().unwrap(),
    };
    Picked { article, group: Some(group), also: vec![also] }
}

/// The issue, and the message that it becomes.
fn mailed(said: &Said, layout: Layout) -> (Issue, Vec<u8>, Token) {
    let mut config = config(said);
    config.digests.get_mut("weekly").unwrap().layout = layout;
    let picked = picked(said, &config);
    let body = Body { markup: picked.article.markup, source: said.body.clone() };
    let window = Window { since: None, until: None };
    let selection = Selection {
        window,
        headlines: Vec::new(),
        picked: vec![picked.clone(), picked],
        cut: Vec::new(),
        dropped: Vec::new(),
        passed: Vec::new(),
    };
    let list = config.list("main").unwrap();
    let issue = composer::compose(&Input {
        key: &"weekly@2026-01-14".parse().unwrap(),
        number: None,
        now: "2026-01-14T14:00:00Z".parse().unwrap(),
        site: &config.site,
        mail: &config.mail,
        list,
        pages: config.pages.as_ref(),
        brand: &config.brand,
        digest: config.digest("weekly").unwrap(),
        selection: &selection,
        bodies: &[body.clone(), body],
    })
    .unwrap();
    let mailing = Mailing::new(&issue, &config.mail, list, config.pages.as_ref(), None).unwrap();
    let id = SubscriberId([7; 16]);
    let token = Token::of(id, &TokenKey::new(b"secret"));
    let (address, _) = parse_mailbox(&said.address).unwrap();
    let to = Recipient { address: &address, name: Some(&said.name), token: &token };
    let message_id = message_id(&issue.hash(), id, config.mail.from.email.domain());
    let date = "2026-01-14T14:00:00Z".parse().unwrap();
    let message = mailing.render(&to, &message_id, date, date).unwrap();
    (issue, message, token)
}

/// Text on one line with single blanks: how a reader has a name.
fn squeezed(text: &str) -> String {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The octets themselves: CRLF and no other line end, and no line longer than RFC 5322 §2.1.1 allows.
fn has_good_lines(message: &[u8]) -> Result<(), TestCaseError> {
    prop_assert!(!message.contains(&0));
    for line in message.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        prop_assert!(!line.contains(&b'\r') && line.len() <= 998, "{:?}", String::from_utf8_lossy(line));
    }
    let feeds = message.windows(2).filter(|pair| pair[1] == b'\n');
    prop_assert!(feeds.into_iter().all(|pair| pair[0] == b'\r'));
    let head = String::from_utf8_lossy(message);
    let head = head.split("\r\n\r\n").next().unwrap_or_default();
    for line in head.split("\r\n") {
        let words = line.split_once(": ").map_or(line, |(_, words)| words);
        let is_one_word = !words.trim_start().trim_end_matches(',').contains(' ');
        prop_assert!(line.len() <= 78 || is_one_word, "{line:?}");
    }
    Ok(())
}

/// Exactly one mailbox, this one.
fn is_one(addresses: Option<&Addresses<'_>>, name: &str, address: &str) -> Result<(), TestCaseError> {
    let all: Vec<_> = addresses.into_iter().flat_map(|addresses| addresses.clone().into_list()).collect();
    prop_assert_eq!(all.len(), 1, "{:?}", all);
    prop_assert_eq!(all[0].address(), Some(address));
    prop_assert_eq!(squeezed(all[0].name().unwrap_or_default()), squeezed(name));
    Ok(())
}

/// The same of an address with a quoted part, which the parser does not know: it ends the header, and outside of quotes
/// there is no other.
fn is_one_quoted(header: &str, address: &str) -> Result<(), TestCaseError> {
    let header = header.replace("\r\n", "");
    let name = header.trim().trim_end_matches('>').strip_suffix(address);
    prop_assert!(name.is_some_and(|name| name.is_empty() || name.ends_with('<')), "{header}");
    let (mut quoted, mut escaped, mut outside) = (false, false, String::new());
    for c in name.unwrap_or_default().chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if !quoted => outside.push(c),
            _ => {}
        }
    }
    prop_assert!(!quoted && !outside.contains(['@', ',', ';', ':', '>']), "{header}");
    Ok(())
}

/// A parser that is not ours reads what was meant, and nothing else.
fn says_what_was_meant(said: &Said, layout: Layout) -> Result<(), TestCaseError> {
    let (issue, octets, token) = mailed(said, layout);
    has_good_lines(&octets)?;
    let message = MessageParser::default().parse(&octets).unwrap();
    let names: Vec<&str> = message.headers_raw().map(|(name, _)| name).collect();
    prop_assert_eq!(names, HEADERS);
    let [.., from, reply_to] = &said.config;
    is_one(message.from(), from, "news@example.org")?;
    is_one(message.reply_to(), reply_to, "editor@example.org")?;
    if said.address.starts_with('"') {
        is_one_quoted(message.header_raw("To").unwrap_or_default(), &said.address)?;
    } else {
        is_one(message.to(), &said.name, &said.address)?;
    }
    prop_assert_eq!(message.subject().unwrap_or_default(), issue.subject.as_str());
    prop_assert!(!issue.subject.contains(char::is_control), "{:?}", issue.subject);
    for name in ["List-Help", "List-Owner", "List-Unsubscribe"] {
        let value = message.header_raw(name).unwrap_or_default();
        prop_assert!(!value.contains("evil") && !value.contains("ann"), "{name}: {value}");
    }
    let kinds: Vec<String> = message
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
        })
        .collect();
    prop_assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"]);
    let own = |text: &str| text.replace(Token::PLACEHOLDER, token.as_str()).replace('\n', "\r\n");
    for (number, written) in [(1, &issue.text), (2, &issue.html)] {
        prop_assert_eq!(message.parts[number].text_contents(), Some(&*own(written)));
        prop_assert_eq!(
            own(written).matches(token.as_str()).count(),
            1,
            "the reader's token is theirs alone"
        );
    }
    prop_assert!(matches!(message.header("Content-Type"), Some(HeaderValue::ContentType(_))));
    Ok(())
}

#[test]
fn no_text_of_anybody_adds_a_header_a_recipient_or_a_part() {
    const LAYOUTS: &[Layout] = &[Layout::Full, Layout::Summaries, Layout::Headlines];
    let mut runner = TestRunner::new(Cases { failure_persistence: None, ..Cases::default() });
    runner.run(&(said(), select(LAYOUTS)), |(said, layout)| says_what_was_meant(&said, layout)).unwrap();
}

/// A project whose article and config.toml say `piece` wherever they say something.
fn project(piece: &str) -> Project {
    let project = Project::new();
    // A line of config.toml with a control character is refused.
    let line = format!("a {} b", piece.replace(char::is_control, " "));
    for key in
        ["site.title", "digests.weekly.title", "lists.main.title", "lists.main.reason", "mail.postal_address"]
    {
        project.set(key, line.as_str());
    }
    project
        .set("digests.weekly.intro", piece)
        .set("digests.weekly.subject", format!("{{{{ lead.title }}}} {{{{ {} }}}}", json!(piece)))
        .set("digests.weekly.layout", "full")
        .set("mail.from", format!("{line} <news@example.org>"));
    let front = json!({
        "title": format!("a{piece}b"), "date": "2026-01-13", "tags": ["border", piece], "source": piece, "summary": piece,
        "link": format!("https://www.example.com/{piece}"), "author": piece, "image": piece,
        "newsletter": {"title": format!("a{piece}b"), "summary": piece},
    });
    project.file("content/news/a.md", &format!("{front:#}\na{piece}b\n"));
    project
}

/// It is a message of ours to this address, as Python reads it.
#[track_caller]
fn is_as_meant(mail: &Mail, to: &str, piece: &str) {
    let names: Vec<String> = mail.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    let meant: Vec<String> = HEADERS.iter().map(|name| name.to_lowercase()).collect();
    let meant: Vec<&String> = meant.iter().filter(|name| *name != "list-unsubscribe-post").collect();
    assert_eq!(names.iter().collect::<Vec<_>>(), meant, "{piece:?}");
    assert_eq!(mail.defects, [""; 0], "{piece:?}");
    assert_eq!(mail.parts, ["multipart/alternative", "text/plain", "text/html"], "{piece:?}");
    assert_eq!(mail.recipients, [to], "{piece:?}");
    assert!(mail.headers.iter().all(|(_, value)| !value.contains(['\r', '\n', '\0'])), "{:?}", mail.headers);
}

#[test]
fn a_preview_of_hostile_texts_has_its_own_headers_and_parts_only() {
    let projects: Vec<(&str, Project)> = PIECES.iter().map(|piece| (*piece, project(piece))).collect();
    let files: Vec<PathBuf> = projects
        .iter()
        .map(|(_, project)| {
            project.run("preview weekly --eml issue.eml").exits(0);
            project.path("issue.eml")
        })
        .collect();
    for (mail, (piece, _)) in parse(&files).iter().zip(&projects) {
        is_as_meant(mail, "news@example.org", piece);
    }
}

#[test]
fn names_in_an_import_add_nobody_to_a_message() {
    let project = project(&PIECES.concat());
    let mut csv = String::from("email,name\n");
    // A name that goes on with a line that has an address is taken for a quote that was not closed.
    let swallows = |piece: &&&str| piece.split(['\r', '\n']).skip(1).any(|line| line.contains('@'));
    let pieces: Vec<&&str> = PIECES.iter().filter(|piece| !swallows(piece)).collect();
    for (number, piece) in pieces.iter().enumerate() {
        writeln!(csv, "reader{number}@example.net,\"Ann{}Ex\"", piece.replace('"', "\"\"")).unwrap();
    }
    project.file("subscribers.csv", &csv).run(&format!("list import {LIST} subscribers.csv")).exits(0);
    project.run("send weekly").exits(0);
    let mails = project.outbox();
    assert_eq!(mails.len(), pieces.len());
    let mut reached: Vec<&str> = mails.iter().flat_map(|mail| &mail.recipients).map(String::as_str).collect();
    let mut meant: Vec<String> =
        (0..pieces.len()).map(|number| format!("reader{number}@example.net")).collect();
    reached.sort_unstable();
    meant.sort_unstable();
    assert_eq!(reached, meant);
    for mail in &mails {
        is_as_meant(mail, &mail.recipients[0], "a name");
    }
}

#[test]
fn a_terminal_is_shown_hostile_names_and_titles_as_text() {
    let project = project(&PIECES.concat());
    project.file("subscribers.csv", "email,name\nann@example.net,\"Ann\u{1b}[2J\u{7}\u{9b}31m\r\nEve\"\n");
    for command in [
        "list import main subscribers.csv",
        "list show main",
        "select weekly",
        "select weekly --explain",
        "select --format json",
        "preview weekly --text",
        "compose weekly",
        "lint weekly",
        "send weekly --dry-run",
        "send weekly",
        "status",
        "status weekly@2026-01-14 --recipients",
    ] {
        let run = project.run(command);
        for text in [run.stdout(), run.stderr()] {
            let bad = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(bad, None, "tidings {command}: {text:?}");
        }
    }
}
