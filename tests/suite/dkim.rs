//! Signatures, as verifiers that are not ours see them; and keys, as openssl makes them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::harness::{Project, Sink, Verdict, Verifier, messages_in};

/// The headers of a message that others could want to change.
const SIGNED: [&str; 16] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Post",
    "Feedback-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

/// Headers that are not there and that nobody may add.
const KEPT_OUT: [&str; 8] = [
    "Sender: mallory@example.com",
    "Cc: mallory@example.com",
    "In-Reply-To: <1@example.com>",
    "References: <1@example.com>",
    "Content-Transfer-Encoding: base64",
    "Content-Disposition: attachment",
    "Disposition-Notification-To: mallory@example.com",
    "Autocrypt: addr=news@example.org; keydata=AAAA",
];

/// A project whose messages are signed by both keys.
fn signing() -> Project {
    let project = Project::new();
    project.stories(2);
    project.run("dkim generate --selector news").exits(0);
    project
        .set("mail.dkim.domain", "example.org")
        .set("mail.dkim.selector", "news")
        .set("mail.dkim.key_file", "dkim-news.pem")
        .set("mail.dkim.ed25519_selector", "news-ed25519")
        .set("mail.dkim.ed25519_key_file", "dkim-news-ed25519.pem")
        .set("pages.url", "https://news.example.org/mail/")
        .set("pages.secret_env", "TIDINGS_SECRET")
        .env("TIDINGS_SECRET", "secret");
    project
}

fn records(project: &Project) -> String {
    project.run("dkim show --format json").exits(0).stdout().to_owned()
}

/// The messages of an issue as a server was given them, with CRLF line ends.
fn mailed(project: &Project) -> Vec<String> {
    let sink = Sink::start();
    project.through(sink.port()).subscribers(2).run("send weekly").exits(0);
    sink.wait_for(2);
    sink.messages()
}

/// A message with each header as `change` makes it of its name and its lines.
fn with_headers(message: &str, mut change: impl FnMut(&str, &str) -> String) -> String {
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let mut fields: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match fields.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(field) => field.extend(["\r\n", line]),
            None => fields.push(line.to_owned()),
        }
    }
    let head: String = fields.iter().map(|field| change(field.split(':').next().unwrap(), field)).collect();
    format!("{head}\r\n{body}")
}

fn kept(field: &str) -> String {
    format!("{field}\r\n")
}

/// What happens to mail on its way, which no signature minds.
fn harmless(message: &str) -> Vec<(String, String)> {
    let unfolded = with_headers(message, |_, field| kept(&field.replace("\r\n ", " ")));
    let folded = with_headers(message, |name, field| {
        let field = field.replace("\r\n ", " ");
        let is_signature = name == "DKIM-Signature";
        kept(&if is_signature { field.replace(' ', "\r\n\t") } else { field.replacen(' ', "\r\n  ", 1) })
    });
    let names = with_headers(message, |name, field| kept(&field.replacen(name, &name.to_uppercase(), 1)));
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let blanks = format!("{head}\r\n\r\n{}", body.replace("\r\n--=_", " \t\r\n--=_"));
    let received = "Received: from a by b; Wed, 14 Jan 2026 09:00:00 -0500\r\nX-Spam: no\r\n";
    [
        ("as it was sent", message.to_owned()),
        ("with its headers unfolded", unfolded),
        ("with its headers folded elsewhere", folded),
        ("with its headers in capitals", names),
        ("with Received added", format!("{received}{message}")),
        ("with blank lines at its end", format!("{message}\r\n\r\n\r\n")),
        ("with blanks at the ends of lines", blanks),
    ]
    .map(|(how, message)| (how.to_owned(), message))
    .to_vec()
}

/// What would make another message of it.
fn tampered(message: &str) -> Vec<(String, String)> {
    let mut all = vec![
        ("body".to_owned(), message.replacen("Story", "Glory", 3)),
        ("end of the body".to_owned(), format!("{message}Buy now\r\n")),
    ];
    for header in SIGNED {
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        let there = head.matches(&format!("\r\n{header}: ")).count();
        assert_eq!(there, 1, "{header}");
        let changed = with_headers(message, |name, field| {
            kept(&if name == header { format!("{field}x") } else { field.to_owned() })
        });
        let removed =
            with_headers(message, |name, field| if name == header { String::new() } else { kept(field) });
        all.push((format!("{header} changed"), changed));
        all.push((format!("{header} removed"), removed));
    }
    let others = SIGNED.map(|header| format!("{header}: mallory@example.com"));
    for added in others.iter().map(String::as_str).chain(KEPT_OUT) {
        all.push((format!("{added} added above"), format!("{added}\r\n{message}")));
        let below = message.replacen("\r\n\r\n", &format!("\r\n{added}\r\n\r\n"), 1);
        all.push((format!("{added} added below"), below));
    }
    all
}

/// Each variant as a file.
fn files(project: &Project, variants: &[(String, String)]) -> Vec<PathBuf> {
    let write = |(index, (_, message)): (usize, &(String, String))| {
        let name = format!("variant-{index}.eml");
        project.file(&name, message);
        project.path(&name)
    };
    variants.iter().enumerate().map(write).collect()
}

#[track_caller]
fn holds(verdict: &Verdict, verifier: Verifier, how: &str) {
    assert!(verdict.rsa && verdict.ed25519 != Some(false), "{verifier}, {how}: {verdict:?}");
    assert!(verdict.ed25519.is_some() || verifier == Verifier::MailDkim, "{verifier} knows both algorithms");
}

#[test]
fn three_verifiers_accept_both_signatures_of_what_was_mailed_also_refolded_and_relayed() {
    let project = signing();
    let records = records(&project);
    let variants: Vec<_> = mailed(&project).iter().flat_map(|message| harmless(message)).collect();
    let files = files(&project, &variants);
    for verifier in Verifier::ALL {
        for (verdict, (how, _)) in verifier.judge(&records, &files).iter().zip(&variants) {
            holds(verdict, verifier, how);
        }
    }
}

#[test]
fn three_verifiers_refuse_both_signatures_of_what_was_changed_added_to_or_taken_from() {
    let project = signing();
    let records = records(&project);
    let variants = tampered(&mailed(&project)[0]);
    let files = files(&project, &variants);
    for verifier in Verifier::ALL {
        for (verdict, (how, _)) in verifier.judge(&records, &files).iter().zip(&variants) {
            assert!(!verdict.rsa && verdict.ed25519 != Some(true), "{verifier}, {how}: {verdict:?}");
        }
    }
}

#[test]
fn previews_dry_runs_and_test_copies_are_signed_too_and_lint_finds_nothing_in_it() {
    let project = signing();
    project.subscribers(1);
    project.run("preview weekly --eml preview.eml").exits(0);
    project.run("send weekly --dry-run --out dry").exits(0);
    project.run("send weekly --to me@example.net").exits(0);
    let mut written = vec![project.path("preview.eml")];
    written.extend(fs::read_dir(project.path("dry")).unwrap().map(|entry| entry.unwrap().path()));
    written.extend(messages_in(&project.path("outbox")));
    assert_eq!(written.len(), 3, "{written:?}");
    // A Maildir has the line ends of this machine.
    let text = |file: &PathBuf| fs::read_to_string(file).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
    let variants: Vec<_> = written.iter().map(|file| (file.display().to_string(), text(file))).collect();
    let files = files(&project, &variants);
    let records = records(&project);
    for verifier in Verifier::ALL {
        for (verdict, (file, _)) in verifier.judge(&records, &files).iter().zip(&variants) {
            holds(verdict, verifier, file);
        }
    }
    let found = project.run("lint weekly --format json").exits(0);
    assert!(found.rows().iter().all(|row| !row["rule"].as_str().unwrap().starts_with("dkim")), "{found:?}");
}

#[test]
fn keys_that_openssl_makes_in_each_format_sign_what_others_accept() {
    for (name, rsa) in [
        ("PKCS#1", "genrsa -traditional 2048"),
        ("PKCS#8", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ("3072 bits", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072"),
    ] {
        let project = signing();
        openssl(&project, rsa, "dkim-news.pem");
        openssl(&project, "genpkey -algorithm ED25519", "dkim-news-ed25519.pem");
        project.run("preview weekly --eml issue.eml").exits(0);
        let records = records(&project);
        for verifier in Verifier::ALL {
            holds(&verifier.judge(&records, &[project.path("issue.eml")])[0], verifier, name);
        }
    }
}

/// Makes a key that its owner alone may read.
fn openssl(project: &Project, arguments: &str, file: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    project.file(file, &String::from_utf8(output.stdout).unwrap());
    fs::set_permissions(project.path(file), fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn openssl_reads_the_keys_that_tidings_makes() {
    let project = signing();
    for file in ["dkim-news.pem", "dkim-news-ed25519.pem"] {
        let output = Command::new("openssl")
            .args(["pkey", "-check", "-noout", "-in"])
            .arg(project.path(file))
            .output()
            .unwrap();
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn new_keys_are_private_and_never_take_the_place_of_others() {
    let project = Project::new();
    let told =
        project.run("dkim generate --selector news").exits(0).prints("news._domainkey.example.org. IN TXT");
    let told = told.prints("v=DKIM1; h=sha256; k=ed25519; p=").prints("key_file = \"dkim-news.pem\"");
    told.prints("_dmarc.example.org").says("SPF");
    let files = ["dkim-news.pem", "dkim-news-ed25519.pem"];
    let before = files.map(|file| project.read(file));
    for file in files {
        let mode = fs::metadata(project.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    project.run("dkim generate --selector news").exits(1).says("never overwritten").prints_nothing();
    assert_eq!(files.map(|file| project.read(file)), before);
    fs::remove_file(project.path("dkim-news.pem")).unwrap();
    project.run("dkim generate --selector news").exits(1);
    assert!(!project.path("dkim-news.pem").exists(), "none of the two, where one is there");
}

#[test]
fn the_printed_lines_can_be_put_into_config_toml() {
    let project = Project::new();
    project.stories(1);
    let told = project.run("dkim generate --dir keys --bits 3072").exits(0);
    let (_, lines) = told.stdout().split_once("[mail.dkim]").unwrap();
    let config = project.read("config.toml");
    project.file("config.toml", &format!("{config}\n[mail.dkim]{lines}"));
    project.run("preview weekly --eml issue.eml").exits(0);
    assert!(project.read("issue.eml").starts_with("DKIM-Signature: v=1; a=rsa-sha256"));
    let shown = project.run("dkim show").exits(0);
    assert!(told.stdout().starts_with(shown.stdout()), "the same records");
}

#[test]
fn a_key_that_cannot_sign_stops_an_issue_before_its_start_with_a_remedy() {
    let project = signing();
    project.subscribers(1);
    let key = project.path("dkim-news.pem");
    let whole = project.read("dkim-news.pem");
    let encrypted = "genpkey -algorithm RSA -aes128 -pass pass:hunter2";
    let refused = |why: &str| {
        let told = project.run("send weekly").exits(78).says(why).says("dkim-news.pem");
        assert!(!told.stderr().contains("-----BEGIN PRIVATE KEY-----\nMII"), "{told:?}");
        assert!(project.status("weekly@2026-01-14").is_none(), "{why}");
    };
    openssl(&project, encrypted, "dkim-news.pem");
    refused("openssl pkey");
    openssl(&project, "genrsa 1024", "dkim-news.pem");
    refused("2048");
    openssl(&project, "genpkey -algorithm ED25519", "dkim-news.pem");
    refused("ed25519_key_file");
    project.file("dkim-news.pem", "not a key\n");
    refused("tidings dkim generate");
    project.file("dkim-news.pem", &whole);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    refused("chmod o-rwx");
    fs::remove_file(&key).unwrap();
    refused("cannot read");
    // Where issues are only reviewed, the key need not be.
    project.run("lint weekly").exits(0).prints("dkim-missing");
}
