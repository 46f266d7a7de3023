//! `tidings select`: the seed's shape, in any zone, in any format, with reasons.

use crate::harness::Project;

const TITLE: &str = "Mayor says ‘it’s clear’ – the city won’t help at the border";

fn project_in(zone: &str) -> Project {
    let project = Project::new();
    project.set("site.timezone", zone).story("mayor-says-it-s-clear", TITLE, "2026-01-13");
    project.story("the-day-before", "The day before", "2026-01-12");
    project.story("the-day-after", "The day after", "2026-01-14");
    project
}

#[test]
fn an_article_dated_to_the_day_is_selected_by_that_day_in_every_zone() {
    for zone in ["America/New_York", "UTC", "Pacific/Auckland"] {
        let query = "select --tag immigration --since 2026-01-13 --until 2026-01-13 --format json";
        let rows = project_in(zone).run(query).exits(0).rows();
        assert_eq!(rows.len(), 1, "{zone}: {rows:#?}");
        assert_eq!(rows[0]["title"], TITLE);
        assert!(rows[0]["date"].as_str().unwrap().starts_with("2026-01-13T00:00:00"), "{}", rows[0]);
        assert_eq!(rows[0]["path"], "news/mayor-says-it-s-clear.md");
        assert_eq!(rows[0]["url"], "https://www.example.com/mayor-says-it-s-clear");
        assert_eq!(rows[0]["section"], "news");
        assert_eq!(rows[0]["draft"], false);
        assert_eq!(rows[0]["tags"], serde_json::json!(["immigration"]));
    }
}

#[test]
fn the_selected_article_is_in_the_mail_whole() {
    for zone in ["America/New_York", "UTC", "Pacific/Auckland"] {
        let project = project_in(zone);
        project
            .set("digests.weekly.window", "1 day")
            .at("2026-01-13T23:00:00Z")
            .subscriber("ann@example.net");
        project.set("digests.weekly.order", "title").run("send weekly").exits(0);
        let mail = &project.outbox()[0];
        for what in
            [TITLE, "What mayor-says-it-s-clear is about.", "https://www.example.com/mayor-says-it-s-clear"]
        {
            let plain = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(plain.contains(what), "{zone}: no {what:?} in the text:\n{}", mail.text);
            assert!(mail.html.contains(what), "{zone}: no {what:?} in the HTML:\n{}", mail.html);
        }
        assert!(mail.text.contains("feeds.example.com") && mail.html.contains("feeds.example.com"));
    }
}

#[test]
fn the_table_is_data_and_what_is_told_beside_it_is_not() {
    let run = project_in("UTC").run("select --tag immigration").exits(0);
    assert_eq!(
        run.stdout().matches("mayor").count() + run.stdout().matches(TITLE).count(),
        1 + 1,
        "{run:#?}"
    );
}

#[test]
fn terms_are_compared_without_regard_to_case_blanks_and_dashes() {
    let project = Project::new();
    project.file("content/a.md", "---\ntitle: A\ndate: 2026-01-13\ntags: [Climate Change]\n---\n");
    for tag in ["climate-change", "CLIMATE_CHANGE"] {
        assert_eq!(
            project.run(&format!("select --tag {tag} --format json")).exits(0).rows().len(),
            1,
            "{tag}"
        );
    }
}

#[test]
fn every_file_is_explained_and_a_broken_one_costs_only_itself() {
    let project = Project::new();
    project.story("good", "Good", "2026-01-13").story("early", "Early", "2025-12-01");
    project.story("late", "Late", "2026-01-20");
    project.file("content/news/broken.md", "---\ntitle: \"Open\ndate: 2026-01-13\n---\n");
    project.file("content/news/undated.md", "---\ntitle: Undated\ntags: [border]\n---\n");
    project
        .file("content/news/draft.md", "---\ntitle: D\ndate: 2026-01-13\ntags: [border]\ndraft: true\n---\n");
    project.file(
        "content/news/old.md",
        "---\ntitle: O\ndate: 2026-01-12\nexpiryDate: 2026-01-13\ntags: [border]\n---\n",
    );
    project.file("content/news/cricket.md", "---\ntitle: C\ndate: 2026-01-13\ntags: [border, Sports]\n---\n");
    let rows = project.run("select weekly --explain --format json").rows();
    let mut reasons: Vec<(String, String)> = rows
        .iter()
        .map(|row| {
            (row["path"].as_str().unwrap().to_owned(), row["reason"].as_str().unwrap_or("in").to_owned())
        })
        .collect();
    reasons.sort();
    let expected = [
        ("broken", "problem"),
        ("cricket", "terms"),
        ("draft", "draft"),
        ("early", "too-old"),
        ("good", "in"),
        ("late", "future"),
        ("old", "expired"),
        ("undated", "undated"),
    ];
    let expected = expected.map(|(name, reason)| (format!("news/{name}.md"), reason.to_owned()));
    assert_eq!(reasons, expected);
    let broken = rows.iter().find(|row| row["reason"] == "problem").unwrap();
    assert!(broken["line"].is_u64() && broken["message"].is_string(), "{broken}");
    assert_eq!(broken["included"], false);
}

#[test]
fn the_whole_story_of_one_article_is_told() {
    let project = Project::new();
    project.stories(2).subscribers(1);
    project.file(
        "content/news/old.md",
        "---\ntitle: Old\ndate: 2025-06-01\ndraft: true\ntags: [sports]\n---\nText\n",
    );
    let story = project.run("select weekly --explain news/old.md").exits(0);
    for said in ["“Old”", "2025-06-01, the whole day in America/New_York", "draft", "too-old", "terms"] {
        assert!(story.stdout().contains(said), "{said}: {}", story.stdout());
    }
    // By its file's path, and without the name of the only digest.
    let row = &project.run("select --explain content/news/old.md --format json").exits(0).rows()[0];
    assert_eq!((&row["included"], &row["reason"]), (&false.into(), &"draft".into()));
    assert_eq!(row["story"]["objections"], serde_json::json!(["draft", "too-old", "terms"]));
    project.run("select weekly --explain news/story-1.md").exits(0).prints("1 of 2");
    project.run("send weekly").exits(0);
    project.run("select weekly --explain news/story-1.md").exits(0).prints("weekly@2026-01-14 carried it");
    project.run("select weekly --explain news/nowhere.md").exits(2).says("no article");
}

#[test]
fn the_digest_may_follow_the_question() {
    let project = Project::new();
    project.stories(1);
    project.run("select --explain weekly").exits(0).prints("Story number 1");
}
