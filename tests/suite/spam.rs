//! Benign mail, as Debian's `spamassassin` sees it by its own rules (no network, none that learn).

use std::fs::File;
use std::process::Command;

use crate::harness::Project;

/// Points in all, and each rule with its points.
fn judge(project: &Project) -> (f64, Vec<(String, f64)>) {
    project.run("preview weekly --eml issue.eml").exits(0);
    let output = Command::new("spamassassin")
        .args(["--local", "--test-mode", "--siteconfigpath", "/etc/spamassassin", "--cf", "use_bayes 0"])
        .arg("--cf=add_header all Points _TESTSSCORES(;)_")
        .stdin(File::open(project.path("issue.eml")).unwrap())
        .env("HOME", project.folder())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("spamassassin is installed: scripts/test does it");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let unfolded = told.replace("\n\t", "");
    let line = unfolded.lines().find_map(|line| line.strip_prefix("X-Spam-Points: "));
    let line =
        line.unwrap_or_else(|| panic!("no points: {told}\n{}", String::from_utf8_lossy(&output.stderr)));
    let rules = line.split(';').filter_map(|rule| rule.trim().rsplit_once('='));
    let rules: Vec<(String, f64)> =
        rules.map(|(name, points)| (name.to_owned(), points.parse().unwrap())).collect();
    (rules.iter().map(|(_, points)| points).sum(), rules)
}

fn story(slug: &str, title: &str, body: &str) -> (String, String) {
    let front = format!(
        "---\ntitle: \"{title}\"\ndate: 2026-01-13\nlink: https://www.example.com/{slug}\nsource: https://www.example.com/feed\n\
         tags: [immigration]\n---\n{body}\n"
    );
    (format!("content/news/{slug}.md"), front)
}

#[test]
fn benign_mail_has_no_points_for_spam_and_no_rule_of_half_a_point() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo");
    let of = |count: usize, layout: &str, title: &str, body: &str| {
        let project = Project::new();
        project.set("digests.weekly.layout", layout).set("digests.weekly.limit", 50);
        for number in 0..count {
            let (path, text) = story(&format!("story-{number}"), &format!("{title} {}", number + 1), body);
            project.file(&path, &text);
        }
        project
    };
    let project = Project::new();
    project.set("site.content", vec![demo]);
    let body = "The council met **on Monday** and heard [the mayor](https://www.example.com/mayor).\n\n## What next\n\n\
                A second reading is due in March. Members will then vote on the money, too.";
    for (name, project) in [
        ("the demo", project),
        ("one article", of(1, "summaries", "Council hears the mayor", body)),
        ("fifty articles", of(50, "summaries", "Council hears the mayor, part", body)),
        ("headlines only", of(12, "headlines", "Council hears the mayor, part", "")),
        ("whole bodies", of(5, "full", "Council hears the mayor, part", body)),
        (
            "German",
            of(
                3,
                "summaries",
                "Donaudampfschifffahrtsgesellschaftskapitän zählt Fahrgäste",
                "Grüße aus Köln.",
            ),
        ),
        ("Japanese", of(3, "summaries", "東京で新しい図書館が開館", "図書館は月曜日に開きます。")),
        ("emoji", of(3, "summaries", "Rain 🌧 and sun ☀️", "Bring a coat 🧥.")),
    ] {
        let (points, rules) = judge(&project);
        assert!(points <= 0.0, "{name}: {points} points: {rules:?}");
        assert!(rules.iter().all(|(_, points)| *points < 0.5), "{name}: {rules:?}");
        assert!(rules.iter().any(|(rule, _)| rule == "HTML_MESSAGE"), "{name} was judged: {rules:?}");
    }
}
