use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::{Cost, Mail, Outcome, Running, measure, messages_in, parse};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_tidings");

/// The list of every project.
pub(crate) const LIST: &str = "main";

/// What the program takes for now, if a test does not say otherwise: a Wednesday, 9 in New York.
const NOW: &str = "2026-01-14T14:00:00Z";

const CONFIG: &str = r#"
[site]
title = "The Border Post"
url = "https://news.example.org/"
content = ["content"]
timezone = "America/New_York"

[mail]
from = "The Border Post <news@example.org>"
reply_to = "editor@example.org"
smtp = "file:outbox"
postal_address = "1 Main St, Springfield"

[lists.main]
title = "The Border Post"
id = "main.news.example.org"
reason = "You subscribed at news.example.org."

[digests.weekly]
title = "The week in immigration"
subject = "{{ digest.title }}: {{ lead.title }}"
window = "7 days"
tags.any = ["immigration", "border"]
tags.none = ["sports"]
"#;

/// A project in a folder of its own, which goes when the test ends.
pub(crate) struct Project {
    root: TempDir,
    folder: PathBuf,
    environment: RefCell<BTreeMap<String, String>>,
}

impl Project {
    /// An empty folder.
    pub(crate) fn bare() -> Self {
        Self::bare_in(&std::env::temp_dir())
    }

    fn bare_in(parent: &Path) -> Self {
        let root = tempfile::tempdir_in(parent).unwrap();
        let folder = root.path().join("site");
        fs::create_dir(&folder).unwrap();
        let environment = BTreeMap::from([("TIDINGS_NOW".to_owned(), NOW.to_owned())]);
        Self { root, folder, environment: RefCell::new(environment) }
    }

    /// A project with the digest `weekly`, the list `main`, a Maildir for a mail server, and no
    /// article and no subscriber.
    pub(crate) fn new() -> Self {
        Self::new_in(&std::env::temp_dir())
    }

    /// The same, in a folder of that one.
    pub(crate) fn new_in(parent: &Path) -> Self {
        let project = Self::bare_in(parent);
        project.file("config.toml", CONFIG).file("content/.gitkeep", "");
        project
    }

    /// A project like this one, with what it has sent so far.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::bare();
        for (path, octets) in self.tree() {
            let path = copy.folder.join(path.strip_prefix(&self.folder).unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, octets).unwrap();
        }
        copy.environment.borrow_mut().clone_from(&self.environment.borrow());
        copy
    }

    /// The folder of config.toml.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path in the project's folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes a file.
    pub(crate) fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes a file that ends in one line of `megabytes` MB, never held in memory.
    pub(crate) fn file_with_a_long_line(&self, path: &str, head: &str, megabytes: u64) -> &Self {
        self.file(path, head);
        let mut file = fs::File::options().append(true).open(self.path(path)).unwrap();
        io::copy(&mut io::repeat(b'x').take(megabytes << 20), &mut file).unwrap();
        self
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Sets a key of config.toml: `mail.smtp`.
    pub(crate) fn set(&self, key: &str, value: impl Into<toml::Value>) -> &Self {
        let mut config: toml::Table = self.read("config.toml").parse().unwrap();
        let (tables, key) = key.rsplit_once('.').expect("a table and a key");
        let table = tables.split('.').fold(&mut config, |table, name| {
            table.entry(name).or_insert_with(|| toml::Table::new().into()).as_table_mut().unwrap()
        });
        table.insert(key.to_owned(), value.into());
        self.file("config.toml", &config.to_string())
    }

    /// Removes a key of a table of config.toml.
    pub(crate) fn unset(&self, table: &str, key: &str) -> &Self {
        let mut config: toml::Table = self.read("config.toml").parse().unwrap();
        let table = table.split('.').fold(&mut config, |table, name| table[name].as_table_mut().unwrap());
        table.remove(key);
        self.file("config.toml", &config.to_string())
    }

    /// Sets a variable of the program's environment.
    pub(crate) fn env(&self, name: &str, value: &str) -> &Self {
        self.environment.borrow_mut().insert(name.to_owned(), value.to_owned());
        self
    }

    /// Holds the clock of selection and composition at an instant.
    pub(crate) fn at(&self, now: &str) -> &Self {
        self.env("TIDINGS_NOW", now)
    }

    /// Writes an article about immigration, in the shape that aggregators write.
    pub(crate) fn story(&self, slug: &str, title: &str, date: &str) -> &Self {
        self.file(
            &format!("content/news/{slug}.md"),
            &format!(
                "---\ntitle: \"{title}\"\ndate: {date}\nsummary: \"What {slug} is about.\"\nslug: \"{slug}\"\n\
                 image: ''\nlink: 'https://www.example.com/{slug}'\nsource: 'https://feeds.example.com/latest'\n\
                 tags:\n- 'immigration'\n\ndraft: false\n---\n<p>The body of {slug}.</p>\n"
            ),
        )
    }

    /// Writes `count` articles, each dated to the day before now.
    pub(crate) fn stories(&self, count: usize) -> &Self {
        for number in 1..=count {
            self.story(&format!("story-{number}"), &format!("Story number {number}"), "2026-01-13");
        }
        self
    }

    /// Puts a person on the list.
    #[track_caller]
    pub(crate) fn subscriber(&self, address: &str) -> &Self {
        self.run(&format!("list add {LIST} {address}")).exits(0);
        self
    }

    /// Imports `count` people: `reader0@example.net`, `reader1@example.net`, …
    #[track_caller]
    pub(crate) fn subscribers(&self, count: usize) -> &Self {
        let mut csv = String::from("email,name\n");
        for number in 0..count {
            writeln!(csv, "reader{number}@example.net,Reader {number}").unwrap();
        }
        self.file("subscribers.csv", &csv);
        self.run(&format!("list import {LIST} subscribers.csv")).exits(0);
        self
    }

    /// Delivers to a server on loopback, without TLS.
    pub(crate) fn through(&self, port: u16) -> &Self {
        self.set("mail.smtp", format!("smtp://127.0.0.1:{port}?tls=none"))
    }

    /// Runs the program to its end, or for three minutes, with arguments parted by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        self.run_in(&self.folder, arguments)
    }

    /// The same, from another working folder.
    pub(crate) fn run_in(&self, folder: &Path, arguments: &str) -> Outcome {
        let mut limited = Command::new("timeout");
        limited.args(["--signal=KILL", "180"]).arg(PROGRAM).current_dir(folder);
        let output = self.with_arguments(&mut limited, arguments).output().unwrap();
        Outcome::new(arguments, &output)
    }

    /// The same as [`Self::run`], and what it cost.
    pub(crate) fn measure(&self, arguments: &str) -> (Outcome, Cost) {
        measure::measured(arguments, PROGRAM, |command| {
            self.with_arguments(command.current_dir(&self.folder), arguments)
        })
    }

    /// Starts the program and does not wait.
    pub(crate) fn start(&self, arguments: &str) -> Running {
        self.start_saying_to(Stdio::piped(), Command::new(PROGRAM), arguments)
    }

    /// The same, where what it says goes into a file on a disk that is full.
    pub(crate) fn start_unheard(&self, arguments: &str) -> Running {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        self.start_saying_to(full.into(), Command::new(PROGRAM), arguments)
    }

    /// The same, heedless of hangups.
    pub(crate) fn start_with_nohup(&self, arguments: &str) -> Running {
        let mut command = Command::new("nohup");
        command.arg(PROGRAM);
        self.start_saying_to(Stdio::piped(), command, arguments)
    }

    fn start_saying_to(&self, stderr: Stdio, mut command: Command, arguments: &str) -> Running {
        self.with_arguments(&mut command, arguments).current_dir(&self.folder);
        let child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        Running { command: arguments.to_owned(), child: Some(child) }
    }

    fn with_arguments<'a>(&self, command: &'a mut Command, arguments: &str) -> &'a mut Command {
        command
            .args(arguments.split_whitespace())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root.path())
            .env("NO_COLOR", "1")
            .envs(&*self.environment.borrow())
            .stdin(Stdio::null())
    }

    /// The messages in the Maildir, parsed.
    pub(crate) fn outbox(&self) -> Vec<Mail> {
        parse(&messages_in(&self.path("outbox")))
    }

    /// What `status` says of an issue, if it was started.
    pub(crate) fn status(&self, issue: &str) -> Option<Value> {
        let rows = self.run("status --format json").exits(0).rows();
        rows.into_iter().find(|row| row["issue"] == issue)
    }

    /// How many deliveries of an issue are in a state.
    #[track_caller]
    pub(crate) fn count(&self, issue: &str, state: &str) -> u64 {
        let status = self.status(issue).unwrap_or_else(|| panic!("{issue} was not started"));
        status["counts"][state].as_u64().unwrap_or(0)
    }

    /// The addresses of an issue's deliveries, with their states.
    pub(crate) fn recipients(&self, issue: &str) -> BTreeMap<String, String> {
        let rows = self.run(&format!("status {issue} --recipients --format json")).exits(0).rows();
        let text =
            |row: &Value, key: &str| row[key].as_str().unwrap_or_else(|| panic!("{key}: {row}")).to_owned();
        rows.iter().map(|row| (text(row, "address"), text(row, "state"))).collect()
    }

    /// Every file with its content, but for what only coordinates processes.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = walkdir::WalkDir::new(&self.folder).into_iter().map(Result::unwrap);
        files
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    }
}
