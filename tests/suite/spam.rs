//! Benign mail, as Debian's `spamassassin` sees it by its own rules (no network, none that learn).

use std::collections::HashMap;
use std::fs::{self, File};
use std::process::Command;

use tempfile::TempDir;

use crate::samples::{Sample, benign};

/// What every filter of its kind takes for spam, so that we know that it judges.
const GTUBE: &str = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

/// Points in all, and each rule with its points.
type Verdict = (f64, Vec<(String, f64)>);

/// Judges messages by name, all in one run, for it takes seconds to start.
fn judge(messages: &[(&str, String)]) -> HashMap<String, Verdict> {
    let folder = TempDir::new().unwrap();
    let mbox = folder.path().join("mbox");
    let letters = messages.iter().map(|(name, message)| {
        let body = message.replace("\r\n", "\n").replace("\nFrom ", "\n>From ");
        format!("From news@example.org Wed Jan 14 14:00:00 2026\nX-Sample: {name}\n{body}\n\n")
    });
    fs::write(&mbox, letters.collect::<String>()).unwrap();
    let output = Command::new("spamassassin")
        .args(["--mbox", "--local", "--siteconfigpath", "/etc/spamassassin", "--cf", "use_bayes 0"])
        .args(["--cf=report_safe 0", "--cf=add_header all Points _TESTSSCORES(;)_"])
        .stdin(File::open(&mbox).unwrap())
        .env("HOME", folder.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("spamassassin is installed: scripts/test does it");
    verdicts(&String::from_utf8_lossy(&output.stdout))
}

/// What was added to the headers of each message; they come back in an order of their own.
fn verdicts(told: &str) -> HashMap<String, Verdict> {
    let unfolded = told.replace("\n\t", "");
    let mut points = None;
    let mut verdicts = HashMap::new();
    for line in unfolded.lines() {
        if let Some(found) = line.strip_prefix("X-Spam-Points: ") {
            points = Some(verdict(found));
        } else if let Some(name) = line.strip_prefix("X-Sample: ") {
            verdicts.insert(name.to_owned(), points.take().expect("the points stand above it"));
        }
    }
    verdicts
}

fn verdict(line: &str) -> Verdict {
    let rules = line.split(';').filter_map(|rule| rule.trim().rsplit_once('='));
    let rules: Vec<(String, f64)> =
        rules.map(|(name, points)| (name.to_owned(), points.parse().unwrap())).collect();
    (rules.iter().map(|(_, points)| points).sum(), rules)
}

#[test]
fn benign_mail_has_no_points_for_spam_and_no_rule_of_half_a_point() {
    let samples = benign();
    let mut messages: Vec<(&str, String)> = samples
        .iter()
        .map(|sample| {
            sample.project.run("preview weekly --eml issue.eml").exits(0);
            (sample.name, sample.project.read("issue.eml"))
        })
        .collect();
    messages.push(("spam", format!("Subject: Not benign\n\n{GTUBE}\n")));
    let verdicts = judge(&messages);
    assert!(verdicts["spam"].0 > 100.0, "{:?}", verdicts["spam"]);
    for Sample { name, .. } in &samples {
        let (points, rules) = &verdicts[*name];
        assert!(*points <= 0.0, "{name}: {points} points: {rules:?}");
        assert!(rules.iter().all(|(_, points)| *points < 0.5), "{name}: {rules:?}");
        assert!(rules.iter().any(|(rule, _)| rule == "HTML_MESSAGE"), "{name} was judged: {rules:?}");
    }
}
