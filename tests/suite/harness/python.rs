use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

/// A message as Python's `email` reads it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mail {
    /// What is wrong with it, in any part and any header.
    pub(crate) defects: Vec<String>,
    /// Names and decoded values of its headers, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The addresses in To, Cc and Bcc.
    pub(crate) recipients: Vec<String>,
    /// Name and address of each mailbox in From, and of each in To.
    pub(crate) from: Vec<(String, String)>,
    pub(crate) to: Vec<(String, String)>,
    /// Names in lower case and unfolded values of its headers, not decoded.
    pub(crate) raw: Vec<(String, String)>,
    /// The types of its parts, the outermost first.
    pub(crate) parts: Vec<String>,
    /// The decoded plaintext.
    pub(crate) text: String,
    /// The decoded HTML.
    pub(crate) html: String,
}

impl Mail {
    /// The values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a header that stands there exactly once.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let values = self.all(name);
        assert_eq!(values.len(), 1, "{name}: {values:?}");
        values[0]
    }
}

const PARSER: &str = r#"
import email, email.policy, json, re, sys
for path in sys.stdin.read().split("\0"):
    if not path: continue
    with open(path, "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    defects = [repr(d) for part in mail.walk() for d in part.defects]
    defects += [f"{n}: {d!r}" for part in mail.walk() for n, v in part.items() for d in v.defects]
    body = lambda kind: (mail.get_body((kind,)) and mail.get_body((kind,)).get_content()) or ""
    print(json.dumps({"defects": defects, "headers": [(n, str(v)) for n, v in mail.items()],
        "recipients": [a.addr_spec for n in ("to", "cc", "bcc") for v in mail.get_all(n, []) for a in v.addresses],
        **{n: [(a.display_name, a.addr_spec) for a in mail[n].addresses] for n in ("from", "to")},
        "raw": [(n.lower(), re.sub(r"\r?\n(?=[ \t])", "", v).strip()) for n, v in mail.raw_items()],
        "parts": [part.get_content_type() for part in mail.walk()], "text": body("plain"), "html": body("html")}))
"#;

/// Reads messages from files, all in one run of Python.
pub(crate) fn parse(files: &[PathBuf]) -> Vec<Mail> {
    let mut python = Command::new("python3")
        .args(["-c", PARSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed: scripts/test does it");
    let mut stdin = python.stdin.take().unwrap();
    for file in files {
        stdin.write_all(file.as_os_str().as_encoded_bytes()).unwrap();
        stdin.write_all(b"\0").unwrap();
    }
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "Python could not read the messages");
    let mails: Vec<Mail> =
        serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect();
    assert_eq!(mails.len(), files.len());
    mails
}
