//! Letting a row happen, and holding what comes of it against what it expects.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{ISSUE, PASSWORD, PEOPLE, Row, Way};
use crate::harness::{Ending, Outcome, Project, Running, Server};

impl Row {
    /// Lets it happen; what is not as it should be.
    pub(in crate::faults) fn complaints(self, template: &Project) -> Vec<String> {
        let server = Server::start(self.script.clone());
        let project = self.project(template, &server);
        let began = Instant::now();
        let run = project.start("send weekly");
        if self.stop_once_deferred {
            self.wait_until_deferred(&project);
            run.interrupt();
        }
        let outcome = ended(run, self.within * 4);
        let took = began.elapsed();
        let mut complaints = Complaints::default();
        let Some(outcome) = outcome else {
            complaints.add(format!("it hangs: it was killed after {took:?}"));
            return complaints.0;
        };
        complaints.unless(took <= self.within, || format!("it took {took:?}, longer than {:?}", self.within));
        complaints.unless(outcome.code() == Some(self.exit), || {
            format!("it exits with {:?} and not {}", outcome.code(), self.exit)
        });
        self.hold_words(&outcome, &mut complaints);
        self.hold_ledger(&project, &server, &mut complaints);
        self.hold_suppressions(&project, &mut complaints);
        hold_conversation(&server, &mut complaints);
        for sees in &self.sees {
            complaints.0.extend(sees(&server).err());
        }
        if !complaints.0.is_empty() {
            complaints.add(outcome.told());
            complaints.add(format!("the server heard {:#?}", server.commands()));
        }
        complaints.0
    }

    fn project(&self, template: &Project, server: &Server) -> Project {
        let project = template.copy();
        let (port, user) = (server.port(), if self.login { "news@" } else { "" });
        let smtp = match self.way {
            Way::Clear => format!("smtp://{user}127.0.0.1:{port}?tls=none"),
            Way::StartTls => format!("smtp://{user}localhost:{port}?tls=required"),
            Way::Opportunistic => format!("smtp://{user}localhost:{port}?tls=opportunistic"),
            Way::Implicit => format!("smtps://{user}localhost:{port}"),
        };
        project.set("mail.smtp", smtp).set("mail.connections", 1);
        project.set("mail.reply_timeout", "1 second").set("mail.retry_for", "3 seconds");
        project.file("ca.pem", server.authority()).set("mail.ca_file", "ca.pem");
        if self.login {
            project.set("mail.password_env", "SMTP_PASSWORD").env("SMTP_PASSWORD", PASSWORD);
        }
        for (key, value) in &self.settings {
            project.set(key, value.clone());
        }
        if !self.more.is_empty() {
            project.file("more.csv", &format!("email\n{}\n", self.more.join("\n")));
            project.run("list import main more.csv").exits(0);
        }
        project
    }

    fn wait_until_deferred(&self, project: &Project) {
        let deadline = Instant::now() + self.within;
        while Instant::now() < deadline {
            let states: Vec<String> = deliveries(project).iter().map(|row| text(row, "state")).collect();
            let is_open = states.iter().any(|state| state == "queued" || state == "attempting");
            if !is_open && states.iter().any(|state| state == "deferred") {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn hold_words(&self, outcome: &Outcome, complaints: &mut Complaints) {
        let stderr = outcome.stderr().to_lowercase();
        for words in &self.says {
            complaints
                .unless(stderr.contains(&words.to_lowercase()), || format!("it does not say {words:?}"));
        }
        for address in PEOPLE.into_iter().chain(self.more.iter().map(String::as_str)) {
            complaints.unless(!stderr.contains(address), || format!("it tells the address {address}"));
        }
        let base64 = ["b3Blbi1zZXNhbWUtNDI=", "AG5ld3MAb3Blbi1zZXNhbWUtNDI="];
        for secret in [PASSWORD].into_iter().chain(base64) {
            complaints.unless(!outcome.stderr().contains(secret), || "it tells the password".to_owned());
        }
    }

    fn hold_ledger(&self, project: &Project, server: &Server, complaints: &mut Complaints) {
        let rows = deliveries(project);
        if !self.starts {
            complaints.unless(rows.is_empty(), || format!("it started an issue: {rows:#?}"));
            let messages = server.messages();
            complaints.unless(messages.is_empty(), || format!("it mailed: {messages:#?}"));
            return;
        }
        let people = PEOPLE.len() + self.more.len();
        complaints.unless(rows.len() == people, || format!("{} deliveries of {people}", rows.len()));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            let (address, state) = (text(row, "address"), text(row, "state"));
            let copies = server.copies(&address);
            *counts.entry(state.clone()).or_default() += 1;
            self.hold_fate(&address, &state, copies, complaints);
            if let Some(attempts) = self.attempts {
                complaints.unless(row["attempts"] == attempts, || {
                    format!("{address} was attempted {} times, and not {attempts}", row["attempts"])
                });
            }
            if let Some((_, range)) = self.due.as_ref().filter(|(who, _)| address.starts_with(who)) {
                let seconds = seconds_to_due(row);
                complaints.unless(seconds.is_some_and(|seconds| range.contains(&seconds)), || {
                    format!("{address} is due in {seconds:?} s, and not in {range:?}")
                });
            }
        }
        if let Some(tally) = &self.tally {
            let wanted: BTreeMap<String, usize> =
                tally.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect();
            complaints.unless(counts == wanted, || format!("the states are {counts:?}, and not {wanted:?}"));
        }
        if let Some((state, most)) = self.most {
            let count = counts.get(state).copied().unwrap_or(0);
            complaints
                .unless((1..=most).contains(&count), || format!("{count} are {state}, at most {most} may"));
        }
        if counts.contains_key("uncertain") {
            hold_held(project, server, complaints);
        }
    }

    /// Holds one against what is expected; where nobody in particular is expected, against what the state means.
    fn hold_fate(&self, address: &str, state: &str, copies: usize, complaints: &mut Complaints) {
        let named = self.fates.iter().find(|(who, _)| address.starts_with(*who));
        let (wanted, wanted_copies) = match (named, state) {
            (Some((_, fate)), _) => *fate,
            (None, "queued") if self.most.is_some() => ("queued", 0),
            (None, _) if self.tally.is_none() && self.most.is_none() => ("accepted", 1),
            (None, "accepted") => ("accepted", 1),
            (None, "uncertain") if copies <= 1 => ("uncertain", copies),
            (None, "uncertain") => ("uncertain", 1),
            (None, "rejected") => ("rejected", 0),
            (None, "deferred") => ("deferred", 0),
            (None, "expired") => ("expired", 0),
            (None, "queued") => ("queued", 0),
            (None, other) => return complaints.add(format!("{address} is left {other}")),
        };
        complaints.unless(state == wanted, || format!("{address} is {state}, and not {wanted}"));
        complaints.unless(copies == wanted_copies, || {
            format!("{address} ({state}) got it {copies} times, and not {wanted_copies}")
        });
    }

    fn hold_suppressions(&self, project: &Project, complaints: &mut Complaints) {
        let mut hold = |address: &str, wanted: bool| {
            let told = project.run(&format!("list add main {address}")).stderr().to_owned();
            complaints.unless(told.contains("is suppressed") == wanted, || {
                format!("{address} suppressed: should be {wanted}: {told}")
            });
        };
        self.suppressed.iter().for_each(|address| hold(address, true));
        self.kept.iter().for_each(|address| hold(address, false));
    }
}

/// What is uncertain is never sent again unasked.
fn hold_held(project: &Project, server: &Server, complaints: &mut Complaints) {
    let uncertain = |project: &Project| {
        deliveries(project)
            .iter()
            .filter(|row| text(row, "state") == "uncertain")
            .map(|row| text(row, "address"))
            .collect::<Vec<_>>()
    };
    let held = uncertain(project);
    let copies = |server: &Server| held.iter().map(|address| server.copies(address)).collect::<Vec<_>>();
    let before = copies(server);
    project.run("send weekly --resume");
    complaints.unless(copies(server) == before, || "what is uncertain was sent again".to_owned());
    let still = uncertain(project);
    complaints.unless(held.iter().all(|address| still.contains(address)), || {
        format!("{held:?} were uncertain, and now only {still:?}")
    });
}

/// What holds of every conversation, whatever the server does.
fn hold_conversation(server: &Server, complaints: &mut Complaints) {
    let breaches = server.breaches();
    complaints.unless(breaches.is_empty(), || format!("the client breaks rules: {breaches:#?}"));
    let mut seen = BTreeMap::new();
    for message in server.messages().iter().filter(|message| message.ending != Ending::Cut) {
        let [to] = message.to.as_slice() else {
            // RFC 2920 §3.1: an empty one takes an unwanted consent back.
            let is_empty = message.to.is_empty() && message.octets.is_empty();
            complaints.unless(is_empty, || format!("a message to {:?}", message.to));
            continue;
        };
        let field = message.field("To").unwrap_or_default();
        complaints.unless(field.contains(to.as_str()), || format!("{to} got the message of {field}"));
        let identity = (message.field("Message-ID"), message.field("Date"));
        let first = seen.entry(to.clone()).or_insert_with(|| identity.clone());
        complaints
            .unless(*first == identity, || format!("{to} got it as {first:?}, and again as {identity:?}"));
    }
}

/// What is not as it should be.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn unless(&mut self, holds: bool, complaint: impl FnOnce() -> String) {
        if !holds {
            self.add(complaint());
        }
    }

    fn add(&mut self, complaint: String) {
        self.0.push(complaint);
    }
}

/// The end of a run; none where it had to be killed.
fn ended(mut run: Running, within: Duration) -> Option<Outcome> {
    let deadline = Instant::now() + within;
    while !run.is_over() {
        if Instant::now() > deadline {
            run.kill();
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Some(run.wait())
}

fn deliveries(project: &Project) -> Vec<Value> {
    let outcome = project.run(&format!("status {ISSUE} --recipients --format json"));
    if outcome.code() == Some(0) { outcome.rows() } else { Vec::new() }
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn seconds_to_due(row: &Value) -> Option<i64> {
    let at = |key: &str| chrono::DateTime::parse_from_rfc3339(row[key].as_str()?).ok();
    Some((at("due")? - at("changed")?).num_seconds())
}
