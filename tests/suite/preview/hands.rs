//! What hands can do with the page: forms, files, keys, and all of it without a script, too.

use serde_json::json;

use super::{MAIL, TABS, drafted, newsletter, opened};
use crate::harness::{Sink, Tab, until};

#[test]
fn a_test_is_mailed_by_the_form_and_the_page_says_so_and_stays() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    let tab = opened(&preview, "/weekly?tab=links", 1440, "light");
    tab.tell("window.kept = 'the same page'");
    tab.write("#address", "me@example.org")
        .press("Enter")
        .shows("#answer", "A test copy went to me@example.org: 250");
    sink.wait_for(1);
    assert_eq!(sink.recipients(), ["me@example.org"]);
    assert!(sink.mails()[0].html.contains("The bridge opens"));
    assert_eq!(
        tab.tell("window.kept + document.querySelector('#address').value"),
        "the same pageme@example.org"
    );
    drop(sink);
    tab.click(".test button").shows("#answer.failed", "127.0.0.1");
}

#[test]
fn a_story_is_pinned_and_another_dropped_and_the_draft_is_written_so() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly?tab=selection", 1440, "light");
    let titles = "[...document.querySelectorAll('.stories .title')].map(one => one.innerText).join()";
    tab.click("a[aria-label='Pin: A census of shelters']");
    tab.until(&format!("{titles} === 'A census of shelters,The bridge opens,Harbor hearing is moved'"));
    tab.click("a[aria-label='Drop: Harbor hearing is moved']");
    tab.until(&format!("{titles} === 'A census of shelters,The bridge opens'"));
    tab.until(&format!("!{MAIL}?.body?.innerText.includes('Harbor')"));
    assert!(!project.path("digests").exists(), "an address writes nothing");
    tab.click("form[action='/-/draft'] button").shows("#answer", "The draft weekly@2026-01-14 is written");
    assert_eq!(drafted(&project, "digests/weekly/2026-01-14"), ["A census of shelters", "The bridge opens"]);
    tab.shows(".state", "A draft stands").shows(".rail", "draft");
    tab.click(".edited a").shows(".state", "A draft, as its files say");
    tab.until(&format!("{titles} === 'A census of shelters,The bridge opens'"));
}

#[test]
fn the_message_is_copied_and_saved_and_so_is_its_html() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let folder = tempfile::tempdir().unwrap();
    let tab = Tab::with(json!({ "width": 1440, "downloads": folder.path() }));
    tab.go(&preview.address("/weekly"));
    tab.allow(&preview.address(""), &["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    tab.click("[data-copy]").shows("#answer", "copied");
    let copied = tab.tell("navigator.clipboard.readText()");
    assert!(copied.as_str().unwrap().contains("Subject: The week in immigration: The bridge opens"));
    for (kind, name) in [("eml", "weekly.eml"), ("html", "weekly.html")] {
        tab.click(&format!("a[download][href^='/-/{kind}/']"));
        let path = folder.path().join(name);
        until(&format!("{name} is saved"), || path.exists().then_some(()));
    }
    assert_eq!(std::fs::read(folder.path().join("weekly.html")).unwrap(), preview.get("/-/html/weekly").body);
    assert_eq!(tab.tell("location.pathname"), "/weekly");
}

#[test]
fn all_of_it_is_reached_and_done_by_keyboard() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    let focused =
        "(one => `${one.localName} ${one.innerText || one.id || one.title}`.trim())(document.activeElement)";
    let both = format!("[{focused}, getComputedStyle(document.activeElement).outlineStyle]");
    tab.press("Tab");
    assert_eq!(tab.tell(focused), "a Skip to the mail");
    assert_eq!(
        tab.tell("document.activeElement.getBoundingClientRect().left >= 0"),
        true,
        "it shows when it has the focus"
    );
    tab.press("Enter").until("document.activeElement.id === 'main'");
    // Each stop shows that it has the focus, and there is none that one cannot leave.
    tab.tell("document.activeElement.blur()");
    let wanted =
        ["a Tablet", "a Dark", "a Parts", "button Send me a test", "button Write the draft", "a Save HTML"];
    let mut stops = Vec::new();
    for _ in 0..80 {
        let told = tab.press("Tab").tell(&both);
        let (stop, outline): (String, String) = serde_json::from_value(told).unwrap();
        // The last stop in a date is the button of its calendar, which the browser draws; the skip link led to main.
        let is_foreign =
            ["iframe", "body", "main"].iter().any(|one| stop.starts_with(one)) || stop == "input at";
        assert!(outline != "none" || is_foreign, "{stop} shows no focus after {stops:#?}");
        stops.push(stop);
    }
    for stop in wanted {
        assert!(stops.iter().any(|one| one.starts_with(stop)), "no {stop} among {stops:#?}");
    }
    for (number, name) in TABS.iter().enumerate() {
        tab.tell("document.activeElement.blur()");
        tab.press(&(number + 1).to_string()).until(&format!("document.body.classList.contains('on-{name}')"));
    }
    tab.press("3").until("document.querySelector('#panel .links')");
    tab.press("j").press("j").press("k");
    assert_eq!(tab.tell("document.querySelector('#panel .links a') === document.activeElement"), true);
    tab.press("t").until("document.activeElement.id === 'address'");
    tab.write("#address", "123?j@example.org").press("Enter").shows("#answer", "A test copy went to");
    assert_eq!(tab.tell("document.body.className"), "on-links", "what is typed is no command");
    tab.tell("document.activeElement.blur()");
    tab.press("?").until("document.querySelector('dialog[open]')");
    tab.press("Escape").until("!document.querySelector('dialog[open]')");
}

#[test]
fn all_of_it_works_without_a_script() {
    let sink = Sink::start();
    let project = newsletter();
    let preview = project.through(sink.port()).preview("weekly");
    let tab = Tab::with(json!({ "width": 1440, "scripts": false }));
    tab.go(&preview.address("/weekly"));
    for name in TABS {
        tab.click(&format!(".tabs a[href*='{}']", if name == "lint" { "/weekly" } else { name }));
        tab.until(&format!("document.body.classList.contains('on-{name}')"));
    }
    tab.click(".bar a[href*='scheme=dark']").until("location.search.includes('scheme=dark')");
    tab.write("#address", "me@example.org")
        .click(".test button")
        .shows("main", "A test copy went to me@example.org");
    sink.wait_for(1);
    tab.click("main a").until("location.search.includes('scheme=dark')");
    tab.click("form[action='/-/draft'] button").shows("main", "The draft weekly@2026-01-14 is written");
    assert!(project.path("digests/weekly/2026-01-14/issue.json").exists());
}
