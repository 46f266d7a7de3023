//! The page is for everybody: axe finds nothing, and it fits a phone.

use super::{TABS, newsletter};
use crate::harness::{Preview, Project, Tab};

/// How high a screen is that shows all of a page, in CSS pixels.
const HEIGHT: u32 = 16_000;

/// What pages there are, each with every kind of thing in it.
fn addresses() -> Vec<String> {
    let tabs = TABS.iter().map(|tab| format!("/weekly?tab={tab}"));
    let others = [
        "/weekly?view=text",
        "/weekly?scheme=forced&images=off&styles=off",
        "/weekly?tab=selection&pin=news/census.md&drop=news/bridge.md&at=2026-01-14",
        "/weekly?at=2020-01-01",
        "/weekly/2026-01-07",
        "/no-such-digest",
    ];
    tabs.chain(others.map(str::to_owned)).collect()
}

/// A newsletter with an issue of the past, with long words, and with a file that is broken while it is looked at.
fn lived_in() -> (Project, Preview) {
    let project = newsletter();
    project.at("2026-01-07T14:00:00Z").story("first", "It began", "2026-01-06").subscribers(2);
    project.run("send weekly").exits(0);
    project.at("2026-01-14T14:00:00Z").file(
        "content/Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenverzeichnis.md",
        "---\ntitle: Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenverzeichnis\n\
         date: 2026-01-13\ntags: [border]\n\
         link: https://www.example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n---\n",
    );
    let preview = project.preview("weekly");
    preview.get("/weekly").is(200);
    project.file("content/news/harbor.md", "---\ntitle: [\n---\n");
    preview.wait_for("/weekly", "role=\"alert\"");
    (project, preview)
}

/// A tab so high that nothing is hidden below: axe cannot tell the contrast of what it does not see.
fn opened(width: u32, scheme: &str) -> Tab {
    Tab::with(serde_json::json!({ "width": width, "height": HEIGHT, "scheme": scheme }))
}

#[test]
fn axe_finds_nothing_on_any_page_in_either_scheme() {
    let (_project, preview) = lived_in();
    for scheme in ["light", "dark"] {
        let tab = opened(1440, scheme);
        for address in addresses() {
            tab.go(&preview.address(&address));
            let found = tab.audited();
            assert!(found.is_empty(), "{scheme} {address}: {found:#?}");
        }
    }
}

#[test]
fn no_page_scrolls_sideways_on_a_phone_and_axe_finds_nothing_there() {
    let (_project, preview) = lived_in();
    let tab = opened(375, "light");
    for address in addresses() {
        tab.go(&preview.address(&address));
        let found = tab.audited();
        assert!(found.is_empty(), "{address}: {found:#?}");
        for width in [375, 320] {
            tab.resize(width, HEIGHT);
            let wide = tab.tell("document.documentElement.scrollWidth");
            assert_eq!(wide, width, "{address}");
        }
        tab.resize(375, HEIGHT);
    }
}
