//! Every pane shows what it says, in a real browser.

use super::{MAIL, TABS, newsletter, opened};
use crate::harness::{Project, Site, Tab};

/// A newsletter whose lead story has a picture, at a site of somebody else's.
fn pictured(site: &Site) -> Project {
    let project = newsletter();
    let picture = site.address("127.0.0.1", "/picture.png");
    project.file(
        "content/news/bridge.md",
        &format!(
            "---\ntitle: The bridge opens\ndate: 2026-01-13\ntags: [immigration]\nimage: '{picture}'\n\
             link: https://www.example.com/bridge\nsummary: What bridge is about.\n---\n"
        ),
    );
    project
}

#[test]
fn the_inbox_shows_sender_subject_and_preheader_as_three_programs_cut_them() {
    let project = newsletter();
    let title = "The bridge opens to the families who waited for it at the gate all winter long";
    project.story("bridge", title, "2026-01-13").set("digests.weekly.subject", "{{ lead.title }}");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    let rows = tab.tell("[...document.querySelectorAll('.inbox li')].map(row => row.innerText)");
    let rows: Vec<String> = serde_json::from_value(rows).unwrap();
    assert_eq!(rows.len(), 3);
    for (row, (program, shown, cut)) in rows.iter().zip([
        ("Gmail", &title[..60], "70 of 78"),
        ("Apple Mail", &title[..38], "41 of 78"),
        ("Outlook", &title[..50], "60 of 78"),
    ]) {
        for words in [program, "The Border Post", shown, cut, "What bridge is about."] {
            assert!(program == "Gmail" && words.starts_with("What") || row.contains(words), "{words}: {row}");
        }
        assert!(row.contains('…') && !row.contains(title), "{row}");
    }
    assert_eq!(tab.told(), [""; 0], "nothing is complained of in the console");
}

#[test]
fn the_mail_is_shown_at_each_width_and_in_each_theme_and_what_is_simulated_says_so() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    for (words, widths) in [
        ("Phone", vec![375]),
        ("Tablet", vec![768]),
        ("Desktop", vec![1024]),
        ("Phone and desktop", vec![375, 720]),
    ] {
        choose(&tab, words);
        let script =
            "[...document.querySelectorAll('.frame iframe')].map(one => one.contentWindow.innerWidth)";
        tab.until(&format!("JSON.stringify({script}) === '{}'", serde_json::json!(widths)));
        tab.until(&format!("{MAIL}?.body?.innerText.includes('The bridge opens')"));
    }
    let ground = format!("getComputedStyle({MAIL}.body).backgroundColor");
    let filter = format!("getComputedStyle({MAIL}.documentElement).filter");
    let light = tab.tell(&ground);
    choose(&tab, "Dark");
    tab.until(&format!("{ground} !== {light}")).as_bool().unwrap();
    assert_eq!(tab.tell(&filter), "none");
    choose(&tab, "Forced dark");
    tab.until(&format!("{filter}.startsWith('invert(1)') && {ground} === {light}"));
    tab.shows(".table", "simulated");
    choose(&tab, "Light");
    tab.until(&format!("{filter} === 'none' && {ground} === {light}"));
    choose(&tab, "No styles");
    tab.shows(".table", "No <style>, simulated");
    // Without the mail's sheets, of which the narrow layout is one, only what stands at elements is left.
    tab.until(&format!(
        "[...{MAIL}.styleSheets].every(sheet => sheet.ownerNode.previousElementSibling?.localName === 'base')"
    ));
    // The theme of the reader's own system changes nothing in a frame.
    let dark = opened(&preview, "/weekly", 1440, "dark");
    assert_eq!(dark.tell(&ground), light);
}

/// Clicks a control of the frames, and waits until it is the one chosen, or where it was, is not.
fn choose(tab: &Tab, words: &str) {
    let control = format!(
        "[...document.querySelectorAll('.bar li a')].find(one => one.innerText.trim() === {words:?})"
    );
    let was_chosen = tab.tell(&format!("{control}.hasAttribute('aria-current')"));
    tab.tell(&format!("{control}.click()"));
    tab.until(&format!("{control}.hasAttribute('aria-current') !== {was_chosen}"));
}

#[test]
fn pictures_are_asked_for_by_the_frame_and_none_is_with_images_off() {
    let site = Site::start();
    let project = pictured(&site);
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly?images=off", 1440, "light");
    tab.until(&format!("{MAIL}.images.length > 0"));
    tab.shows(".table", "No images, simulated");
    for view in ["phone", "text"] {
        opened(&preview, &format!("/weekly?images=off&view={view}"), 1440, "light");
    }
    assert_eq!(site.asked(), [""; 0]);
    choose(&tab, "No images");
    tab.until(&format!("[...{MAIL}.images].every(image => image.naturalWidth === 40)"));
    assert!(site.asked().iter().all(|asked| asked == "GET /picture.png") && !site.asked().is_empty());
}

#[test]
fn the_plaintext_is_what_is_mailed_at_72_columns() {
    let project = newsletter();
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    choose(&tab, "Text");
    let text = tab.text("figure.text pre");
    let told = project.run("preview weekly --text").exits(0);
    for line in text.lines().filter(|line| !line.contains("mailto:")) {
        assert!(line.chars().count() <= 72 || line.contains("http"), "{line}");
        assert!(told.stdout().contains(line.trim_end()), "{line}");
    }
    assert!(text.contains("The bridge opens") && text.contains("https://www.example.com/bridge"));
    assert_eq!(tab.tell("document.querySelectorAll('iframe').length"), 0);
}

#[test]
fn the_inspector_shows_findings_links_headers_source_and_structure() {
    let project = newsletter();
    project.unset("mail", "postal_address");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    let panel = |name: &str| {
        let number = TABS.iter().position(|tab| *tab == name).unwrap() + 1;
        tab.click(&format!(".tabs a:nth-of-type({number})"))
            .until(&format!("document.body.classList.contains('on-{name}')"));
        tab.text("#panel")
    };
    let lint = panel("lint");
    assert!(lint.contains("rules hold") && lint.contains("Warning"), "{lint}");
    let links = panel("links");
    for slug in ["bridge", "harbor", "census"] {
        assert!(links.contains(&format!("https://www.example.com/{slug}")), "{links}");
    }
    assert!(links.contains("leads out of the list") && links.contains("The bridge opens"), "{links}");
    assert_eq!(
        tab.tell("[...document.querySelectorAll('#panel a[href^=http]')].every(one => one.target === '_blank' && one.relList.contains('noopener'))"),
        true
    );
    let headers = panel("headers");
    for words in [
        "Subject",
        "The week in immigration: The bridge opens",
        "List-Unsubscribe",
        "The Border Post <news@example.org>",
    ] {
        assert!(headers.contains(words), "no {words}: {headers}");
    }
    let source = panel("source");
    for words in ["MIME-Version: 1.0", "Content-Type: multipart/alternative", "<!doctype html>", "</html>"] {
        assert!(source.to_lowercase().contains(&words.to_lowercase()), "no {words}: {source}");
    }
    let structure = panel("structure");
    for words in ["multipart/alternative", "text/plain", "text/html", "utf-8", "on the wire"] {
        assert!(structure.contains(words), "no {words}: {structure}");
    }
    let octets = preview.get("/-/html/weekly").body.len();
    let size = tab.tell("Number(document.querySelector('.size [role=meter]').ariaValueNow)");
    assert_eq!(size.as_u64(), Some(octets as u64), "the meter shows the size of the HTML");
    tab.shows(".size", "Gmail shows all of it");
    assert_eq!(tab.told(), [""; 0]);
}

#[test]
fn a_finding_leads_to_its_line_of_the_source_where_it_is_told_again() {
    let project = newsletter();
    project.story("bridge", "Act now!!! FREE money", "2026-01-13");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    let place = "#panel .find a.place[href*='#']";
    let words = tab.text(place);
    tab.click(place).until("document.querySelector('.aimed .at')");
    let line = tab.tell("document.querySelector('.aimed').id");
    assert!(tab.tell("location.href").as_str().unwrap().ends_with(&format!("#{}", line.as_str().unwrap())));
    assert!(tab.tell("{ const { top, bottom } = document.querySelector('.aimed').getBoundingClientRect(); bottom > 0 && top < innerHeight }").as_bool().unwrap(), "{words}");
    tab.back().until("document.body.classList.contains('on-lint')");
}

#[test]
fn the_selection_shows_what_is_in_and_why_the_rest_was_passed_over() {
    let project = newsletter();
    project.story("old", "Old news", "2025-06-01").file("content/bad.md", "---\ntitle: [\n---\n");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly?tab=selection", 1440, "light");
    let carried = tab.tell("[...document.querySelectorAll('.stories .title')].map(one => one.innerText)");
    assert_eq!(
        carried,
        serde_json::json!(["The bridge opens", "Harbor hearing is moved", "A census of shelters"])
    );
    let passed = tab.text(".passed");
    assert!(passed.contains("news/old.md") && passed.contains("bad.md"), "{passed}");
    assert!(tab.text(".reasons").contains("too-old") && tab.text(".reasons").contains("problem"));
    tab.write("#find", "old.md")
        .press("Enter")
        .until("!document.querySelector('.passed').innerText.includes('bad.md')");
    assert_eq!(tab.tell("document.querySelectorAll('.passed li').length"), 1);
    assert_eq!(tab.tell("new URLSearchParams(location.search).get('find')"), "old.md");
}

#[test]
fn the_rail_leads_to_digests_and_to_issues_of_the_past() {
    let project = newsletter();
    project.subscribers(3).set("digests.daily.title", "Every day").run("send weekly").exits(0);
    project.story("fresh", "Fresh news", "2026-01-14");
    let preview = project.preview("weekly");
    let tab = opened(&preview, "/weekly", 1440, "light");
    tab.shows(".rail", "14 Jan 2026").shows(".rail", "daily");
    tab.click(".rail a[href='/weekly/2026-01-14']")
        .shows("h1", "weekly, 14 January 2026")
        .shows(".state", "as it was mailed");
    tab.until(&format!("{MAIL}?.body?.innerText.includes('The bridge opens')"));
    assert_eq!(tab.tell("location.pathname"), "/weekly/2026-01-14");
    tab.click(".rail a[href='/daily']").until("location.pathname === '/daily'");
    tab.until(&format!("{MAIL}?.body?.innerText.includes('Fresh news')"));
    tab.back()
        .back()
        .until(&format!("location.pathname === '/weekly' && {MAIL}?.body?.innerText.includes('Fresh news')"));
    tab.until("document.getElementById('at') !== null");
    tab.tell("document.getElementById('at').value = '2026-01-20'");
    tab.click(".as-of button").until("location.search.includes('at=2026-01-20')");
    tab.shows(".state", "As of 20 January 2026");
    assert_eq!(tab.told(), [""; 0]);
}
