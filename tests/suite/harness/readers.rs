use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{Mail, parse};

/// What a parser sees in a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Reading {
    /// Who reads.
    pub(crate) parser: String,
    /// What it finds wrong, attachments among it.
    pub(crate) defects: Vec<String>,
    /// Names in lower case and unfolded values of the headers, not decoded.
    pub(crate) headers: Vec<(String, String)>,
    /// The subject.
    pub(crate) subject: String,
    /// Name and address of each mailbox in From.
    pub(crate) from: Vec<(String, String)>,
    /// The same in To.
    pub(crate) to: Vec<(String, String)>,
    /// The plaintext.
    pub(crate) text: String,
    /// The HTML.
    pub(crate) html: String,
}

/// What Python's `email`, Perl's `MIME::Parser`, `postal-mime` and `mailparser` see in each of these messages.
pub(crate) fn readings(files: &[PathBuf]) -> Vec<[Reading; 4]> {
    let python = parse(files).into_iter().map(Reading::from);
    let mut perl = read_by("perl", "parse.pl", files).into_iter();
    let mut node = read_by("node", "parse.mjs", files).into_iter();
    let readings: Vec<[Reading; 4]> =
        python.map_while(|python| Some([python, perl.next()?, node.next()?, node.next()?])).collect();
    assert_eq!(readings.len(), files.len(), "each parser reads each message");
    readings
}

fn read_by(program: &str, script: &str, files: &[PathBuf]) -> Vec<Reading> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(script);
    let output = Command::new(program).arg(script).args(files).output().expect("scripts/test installs it");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect()
}

impl From<Mail> for Reading {
    fn from(mail: Mail) -> Self {
        Self {
            parser: "email".to_owned(),
            subject: mail.header("Subject").to_owned(),
            defects: mail.defects,
            headers: mail.raw,
            from: mail.from,
            to: mail.to,
            text: mail.text,
            html: mail.html,
        }
    }
}
