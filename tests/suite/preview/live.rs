//! What is edited appears, what is broken is told, and where the reader was stays.

use super::{MAIL, newsletter, opened};
use crate::harness::{Preview, Tab};

/// Where a reader is: how far down the page and the panel, where the focus is and what was typed, and in which page.
const PLACE: &str = "JSON.stringify([scrollY, document.getElementById('panel').scrollTop, document.body.className,
    document.activeElement.id, document.activeElement.value, document.activeElement.selectionStart, window.kept])";

fn mail_says(tab: &Tab, words: &str) {
    tab.until(&format!("{MAIL}?.body?.innerText.includes({words:?})"));
}

/// A tab on the mail, low enough that it scrolls.
fn watching(preview: &Preview) -> Tab {
    let tab = opened(preview, "/weekly", 1440, "light");
    mail_says(&tab, "The bridge opens");
    tab
}

#[test]
fn an_edit_appears_and_scroll_position_tab_focus_and_typed_words_stay() {
    let project = newsletter();
    project.stories(9).story("old", "Old news", "2025-06-01");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly?tab=selection", 1000, "light");
    mail_says(&tab, "The bridge opens");
    tab.click("#find").write("#find", "stor").press("ArrowLeft");
    tab.tell(
        "window.kept = 'the same page'; scrollTo(0, 300); document.getElementById('panel').scrollTop = 40",
    );
    let place = tab.tell(PLACE);
    assert!(place.as_str().unwrap().contains("\"find\",\"stor\",3"), "{place}");
    assert!(place.as_str().unwrap().starts_with("[300,"), "{place}");
    for title in ["The bridge is shut", "The bridge is open again"] {
        project.story("bridge", title, "2026-01-13");
        mail_says(&tab, title);
        tab.shows("#panel", title).shows(".inbox", title);
        tab.until("document.querySelectorAll('iframe').length === 2");
        assert_eq!(tab.tell(PLACE), place, "{title}");
    }
    assert_eq!(tab.told(), [""; 0]);
}

#[test]
fn files_that_come_and_go_come_and_go_in_the_mail() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = watching(&preview);
    project.file(
        "content/new/folder/fresh.md",
        "---\ntitle: Fresh news\ndate: 2026-01-14\ntags: [border]\nlink: https://www.example.com/fresh\n---\n",
    );
    mail_says(&tab, "Fresh news");
    std::fs::remove_dir_all(project.path("content/new")).unwrap();
    tab.until(&format!("!{MAIL}?.body?.innerText.includes('Fresh news')"));
    for slug in ["bridge", "harbor", "census"] {
        std::fs::remove_file(project.path(&format!("content/news/{slug}.md"))).unwrap();
    }
    tab.shows("main", "There is nothing to carry").until("!document.querySelector('iframe')");
    project.story("first", "It begins again", "2026-01-14");
    mail_says(&tab, "It begins again");
    // As editors do it: written beside, and renamed over it.
    let text = project.read("content/news/first.md").replace("It begins again", "It was renamed");
    project.file("content/news/.first.md.swp", &text);
    std::fs::rename(project.path("content/news/.first.md.swp"), project.path("content/news/first.md"))
        .unwrap();
    mail_says(&tab, "It was renamed");
    assert_eq!(tab.told(), [""; 0]);
}

#[test]
fn what_is_broken_is_told_with_file_line_and_excerpt_over_the_last_good_mail_and_mended() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = watching(&preview);
    let story = project.read("content/news/bridge.md");
    let config = project.read("config.toml");
    let line_of = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    let rows = [
        ("content/news/bridge.md", story.replace("title: \"The bridge opens\"", "title: [The bridge"), None),
        ("content/news/bridge.md", story.replace("date: 2026-01-13", "date: someday"), Some("date: someday")),
        ("config.toml", config.replace("window = ", "widnow = "), Some("widnow = ")),
        ("config.toml", config.replace("[lists.main]", "[lists.main"), Some("[lists.main")),
        ("config.toml", config.replace("{{ lead.title }}", "{{ lead.titel }"), Some("{{ lead.titel }")),
    ];
    for (file, broken, marked) in rows {
        let good = project.read(file);
        project.file(file, &broken);
        tab.until("document.querySelector('[role=alert] .fault')");
        let told = tab.text("[role=alert]");
        let name = file.rsplit('/').next().unwrap();
        assert!(told.contains(name), "{name}: {told}");
        assert!(told.contains("the last version that was good"), "{told}");
        if let Some(marked) = marked {
            let line = line_of(&broken, marked);
            assert!(told.contains(&format!("{name}:{line}")), "{name}:{line}: {told}");
            let mark = tab.text("[role=alert] mark");
            assert!(mark.contains(marked) && mark.starts_with(&line.to_string()), "{marked}: {mark}");
        }
        mail_says(&tab, "The bridge opens");
        project.file(file, &good);
        tab.until("!document.querySelector('[role=alert]')");
        mail_says(&tab, "The bridge opens");
    }
    project.set("digests.weekly.subject", "As of now: {{ lead.title }}");
    tab.shows(".inbox", "As of now: The bridge opens");
    assert_eq!(tab.told(), [""; 0]);
}

#[test]
fn what_cannot_be_made_any_more_is_told_over_the_last_good_mail() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = watching(&preview);
    let [content, away] = ["content", "away"].map(|name| project.path(name));
    std::fs::rename(&content, &away).unwrap();
    tab.shows("[role=alert]", "content").shows("[role=alert]", "the last version that was good");
    mail_says(&tab, "The bridge opens");
    std::fs::rename(&away, &content).unwrap();
    tab.until("!document.querySelector('[role=alert]')");
    project.run("compose weekly").exits(0);
    tab.shows(".state", "A draft, as its files say");
    let issue = project.read("digests/weekly/2026-01-14/issue.json");
    project.file("digests/weekly/2026-01-14/issue.json", &issue.replace("\"version\": 1", "\"version\": "));
    tab.shows("[role=alert]", "issue.json");
    mail_says(&tab, "The bridge opens");
    project.file("digests/weekly/2026-01-14/issue.json", &issue);
    tab.until("!document.querySelector('[role=alert]')");
}

#[test]
fn a_page_that_never_was_good_says_what_is_wrong_and_shows_the_mail_once_it_is_mended() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let config = project.read("config.toml");
    project.file("config.toml", &config.replace("window = ", "widnow = "));
    preview.wait_for("/weekly", "widnow");
    let tab = Tab::open(1440, "light");
    assert_eq!(tab.go(&preview.address("/weekly?at=2026-01-14")), 200);
    tab.shows("[role=alert]", "widnow");
    project.file("config.toml", &config);
    tab.until("!document.querySelector('[role=alert]')");
    mail_says(&tab, "The bridge opens");
}

#[test]
fn a_page_whose_preview_has_ended_says_so() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = watching(&preview);
    preview.end();
    tab.shows("#gone", "tidings is not running any more");
    mail_says(&tab, "The bridge opens");
}
