//! Files made to harm: each costs its own place in the issue, and little time and memory.

use std::iter::repeat_n;
use std::time::Duration;

use crate::harness::{Cost, Project};

/// How deep things are nested, where they are.
const DEEP: usize = 1_000;

/// A debug build on a busy machine needs a fraction of either; a file of 100 MB in memory is over it.
#[track_caller]
fn is_little(cost: Cost) {
    println!("{cost:?}");
    assert!(cost.time < Duration::from_secs(20), "{cost:?}");
    assert!(cost.memory < 64, "{cost:?}");
}

/// A list that holds nine times the one before, and so on: 9¹¹ texts, if all were written out.
fn aliases() -> String {
    let list = |n: usize| repeat_n(format!("*a{}", n - 1), 9).collect::<Vec<_>>().join(", ");
    let lists: Vec<String> = (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", list(n))).collect();
    format!("---\na0: &a0 [x]\n{}tags: *a11\n---\n", lists.concat())
}

#[test]
fn bombs_in_front_matter_are_problems_and_cost_little() {
    let project = Project::new();
    let indented =
        |deep| (0..deep).map(|depth| format!("{}tags:\n", " ".repeat(depth))).collect::<Vec<_>>().concat();
    let bombs = [
        ("aliases", aliases(), "repetition limit"),
        ("yaml-brackets", format!("---\ntags: {}\n---\n", "[".repeat(DEEP)), "nested"),
        ("yaml-braces", format!("---\nx: {}\n---\n", "{a: ".repeat(DEEP)), "nested"),
        ("yaml-dashes", format!("---\ntags:\n  {}x\n---\n", "- ".repeat(DEEP)), "nested"),
        ("yaml-indented", format!("---\n{}---\n", indented(300)), "recursion limit"),
        ("yaml-endless", format!("---\n{}---\n", indented(DEEP)), "does not end within 64 KB"),
        ("toml-arrays", format!("+++\ntags = {}\n+++\n", "[".repeat(DEEP)), "recurse"),
        ("toml-tables", format!("+++\nx = {}\n+++\n", "{a = ".repeat(DEEP)), "recurse"),
        ("toml-dots", format!("+++\n{}x = 1\n+++\n", "a.".repeat(DEEP)), "recursion limit"),
        ("toml-header", format!("+++\n[{}x]\n+++\n", "a.".repeat(DEEP)), "recursion limit"),
        ("json", format!("{{\"tags\": {}{}}}\n", "[".repeat(DEEP), "]".repeat(DEEP)), "recursion limit"),
    ];
    for (name, text, _) in &bombs {
        project.file(&format!("content/{name}.md"), text);
    }
    let (run, cost) = project.measure("select weekly --explain --format json");
    is_little(cost);
    let rows = run.exits(0).rows();
    for (name, _, words) in &bombs {
        let row = &rows.iter().find(|row| row["path"] == format!("{name}.md")).expect(name);
        assert_eq!(row["reason"], "problem", "{row}");
        assert!(row["message"].as_str().unwrap().contains(words), "{row}");
    }
}

#[test]
fn front_matter_of_one_line_of_100_mb_is_a_problem_and_is_not_read() {
    for head in ["---\ntitle: ", "+++\ntitle = \"", "{\"title\": \""] {
        let project = Project::new();
        project.stories(1).file_with_a_long_line("content/long.md", head, 100);
        let (run, cost) = project.measure("select weekly --explain --format json");
        let rows = run.exits(0).rows();
        let row = &rows.iter().find(|row| row["path"] == "long.md").expect("it is explained");
        assert_eq!((&row["reason"], &row["line"]), (&"problem".into(), &1.into()), "{row}");
        assert!(row["message"].as_str().unwrap().contains("does not end within 64 KB"), "{row}");
        is_little(cost);
    }
}

#[test]
fn a_body_of_one_line_of_100_mb_is_a_problem_and_another_article_takes_its_place() {
    let project = Project::new();
    let head =
        "---\ntitle: Endless\ndate: 2026-01-14\ntags: [border]\nlink: https://www.example.com/endless\n---\n";
    project.stories(1).set("digests.weekly.limit", 1).file_with_a_long_line("content/long.md", head, 100);
    let (run, cost) = project.measure("compose weekly");
    run.exits(0).says("long.md").says("its body is larger than 1 MB");
    is_little(cost);
    let html = project.read("digests/weekly/2026-01-14/digest.html");
    assert!(html.contains("Story number 1") && !html.contains("Endless"), "{html}");
}

#[test]
fn a_body_nested_1000_deep_is_shown_as_its_summary() {
    for (name, body) in [
        ("a.html", format!("<p>Hidden{}", "<div>".repeat(DEEP))),
        ("a.md", format!("Hidden\n\n{} x\n", ">".repeat(DEEP))),
        ("b.md", format!("Hidden\n\n{}x\n", "* ".repeat(DEEP))),
    ] {
        let project = Project::new();
        let head = "title: Deep\ndate: 2026-01-14\ntags: [border]\nsummary: What it says.\n";
        project.set("digests.weekly.layout", "full");
        project.file(&format!("content/{name}"), &format!("---\n{head}---\n{body}"));
        let (run, cost) = project.measure("compose weekly");
        run.exits(0);
        is_little(cost);
        for part in ["digest.html", "digest.txt"] {
            let shown = project.read(&format!("digests/weekly/2026-01-14/{part}"));
            assert!(shown.contains("What it says.") && !shown.contains("Hidden"), "{name}: {shown}");
        }
    }
}

#[test]
fn a_body_that_is_nested_too_deep_costs_only_itself_and_is_told() {
    for (depth, is_shown) in [(100, true), (249, true), (260, false)] {
        let project = Project::new();
        let deep = format!("Before.\n\n{}the deep words{}", "<div>".repeat(depth), "</div>".repeat(depth));
        let front = "---\ntitle: Deep\ndate: 2026-01-13\ntags: [immigration]\nlink: https://www.example.com/deep\n---\n";
        project.file("content/deep.md", &format!("{front}{deep}\n")).stories(2);
        project.set("digests.weekly.layout", "full").subscriber("ann@example.net");
        let run = project.run("send weekly").exits(0);
        let told = run.stderr().contains("problem: deep.md: its HTML is nested more than 256 elements deep");
        assert_eq!(told, !is_shown, "{depth}: {run:#?}");
        let mail = &project.outbox()[0];
        assert!(
            mail.html.contains("The body of story-1.") && mail.html.contains("the deep words"),
            "{depth}"
        );
    }
}
