use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::postfix::{is_root, with_sbin};
use super::wait::{free_port, listens};
use super::{Mail, parse, until};

/// Debian's `smtp-sink`, which takes every message and keeps it in a file.
pub(crate) struct Sink {
    process: Child,
    dumps: TempDir,
    port: u16,
}

impl Sink {
    /// Starts one. Servers that refuse one and take another, stall or hang up are [`super::Server`]s.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// One with options of smtp-sink(1): `-f RCPT` rejects all, `-r RCPT` defers all, `-W .:60` is slow.
    pub(crate) fn with(options: &[&str]) -> Self {
        let dumps = tempfile::tempdir().unwrap();
        // Started by root, smtp-sink wants to become somebody else, who must reach the folder.
        fs::set_permissions(dumps.path(), Permissions::from_mode(0o777)).unwrap();
        let port = free_port();
        let process = Command::new("smtp-sink")
            .env("PATH", with_sbin())
            .args(if is_root() { &["-u", "nobody"][..] } else { &[] })
            .args(options)
            .args(["-d", "./mail.", &format!("127.0.0.1:{port}"), "128"])
            .current_dir(dumps.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink is installed (Debian's postfix): scripts/test does it");
        until("smtp-sink listens", || listens(port).then_some(()));
        Self { process, dumps, port }
    }

    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The envelope recipient of each message taken, sorted.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let mut recipients: Vec<String> = self.whole().iter().map(|(_, text)| recipient(text)).collect();
        recipients.sort();
        recipients
    }

    /// The messages taken, parsed.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        parse(&self.whole().into_iter().map(|(path, _)| path).collect::<Vec<_>>())
    }

    /// The messages taken, as they were sent, with CRLF line ends.
    pub(crate) fn messages(&self) -> Vec<String> {
        let sent = |(_, dump): (PathBuf, String)| {
            // Above the message stand the sink's own notes, and its Received.
            let start = dump.find("DKIM-Signature: ").or_else(|| dump.find("From: ")).unwrap_or(0);
            dump[start..].trim_end_matches('\n').replace('\n', "\r\n") + "\r\n"
        };
        self.whole().into_iter().map(sent).collect()
    }

    /// Waits for at least `count` messages.
    pub(crate) fn wait_for(&self, count: usize) {
        until("the messages arrive", || (self.whole().len() >= count).then_some(()));
    }

    /// The dumps that are complete: each ends with the last boundary and an empty line.
    fn whole(&self) -> Vec<(PathBuf, String)> {
        let dumps = fs::read_dir(self.dumps.path()).unwrap().map(|entry| entry.unwrap().path());
        dumps
            .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
            .filter(|(_, text)| text.ends_with("--\n\n"))
            .collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn recipient(dump: &str) -> String {
    let line = dump.lines().find_map(|line| line.strip_prefix("X-Rcpt-Args: <")).expect("a recipient");
    line.split('>').next().unwrap_or(line).to_owned()
}
