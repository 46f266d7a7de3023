//! Scripts, styles, frames and names in whatever a mail shows: nothing of it runs, loads, or reaches beyond its place.
//!
//! Each vector stands in every place that an article or config.toml has. The real program composes the issue, a real
//! browser opens it, and all of it but the prose has to be, element for element, what harmless texts make.

mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;
use vectors::{ADDRESSES, MARKUP};

use crate::harness::{Opened, Project, open};

/// How many vectors an issue holds: more would be shortened to headlines.
const AN_ISSUE: usize = 12;

const HTML: &str = "digests/weekly/2026-01-14/digest.html";
const TEXT: &str = "digests/weekly/2026-01-14/digest.txt";
const RECORD: &str = "digests/weekly/2026-01-14/issue.json";

/// A project about everything, in which `vectors` stand wherever config.toml has texts for readers.
fn project(vectors: &[&str], layout: &str, group_by: &str) -> Project {
    let project = Project::new();
    // A line of config.toml holds no control characters: it is refused.
    let line = vectors.join(" ").replace(char::is_control, " ");
    let paragraphs: Vec<String> =
        vectors.iter().map(|vector| format!("Told before.\n\n{vector}\n\nTold after.")).collect();
    for key in
        ["site.title", "digests.weekly.title", "lists.main.title", "lists.main.reason", "mail.postal_address"]
    {
        project.set(key, line.as_str());
    }
    let social = toml::Table::from_iter([
        ("title".to_owned(), line.as_str().into()),
        ("url".to_owned(), "https://social.example/".into()),
    ]);
    for key in ["brand.header", "brand.footer", "digests.weekly.intro"] {
        project.set(key, paragraphs.join("\n\n"));
    }
    project
        .set("brand.social", vec![social])
        .set("digests.weekly.tags.any", vec!["everything"])
        .set("digests.weekly.limit", if layout == "headlines" { 1 } else { 200 })
        .set("digests.weekly.more_headlines", 200)
        .set("digests.weekly.layout", layout)
        .set("digests.weekly.group_by", group_by)
        .set("digests.weekly.similar", false);
    project
}

/// Two articles, one in Markdown and one in HTML, with `vector` in all that they say.
fn pair(project: &Project, number: usize, vector: &str) {
    // A folder's name has no slash, and the program leaves out what begins like a hidden file.
    let section = format!("s{number} {}", vector.replace(['/', '\0'], " "));
    let section = &section[..section.floor_char_boundary(100)];
    let body = format!("Told before.\n\n{vector}\n\nTold after.\n");
    let own =
        json!({"title": format!("{vector} {number}"), "summary": format!("Told. {vector}"), "order": number});
    let common = json!({
        "title": format!("{vector} {number}"), "date": "2026-01-13", "source": format!("Source {vector} {number}"),
        "tags": [format!("{vector} {number}"), "everything"], "categories": [format!("{vector} {number}")],
        "image": "https://pictures.example/1.png", "author": vector, "description": vector,
    });
    for (extension, newsletter) in [("md", own), ("html", json!({"order": number}))] {
        let mut front = common.clone();
        front["link"] = json!(format!("https://www.example.com/{number}/{extension}"));
        front["newsletter"] = newsletter;
        project.file(&format!("content/{section}/{number}.{extension}"), &format!("{front:#}\n{body}"));
    }
}

/// What prose may be made of, the template's own styles and classes among it.
const PROSE: &str = "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption \
    figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot \
    th thead tr u ul var";
const ATTRIBUTES: &str = "style lang dir title href hreflang src alt width height start reversed type colspan rowspan \
    align scope role class";
/// The classes that the template's styles ask for.
const CLASSES: [&str; 3] = ["", "fits", "even"];

/// What holds of every page, whatever was written into it.
#[track_caller]
fn is_inert(page: &Opened, name: &str) {
    assert!(page.ran.is_empty(), "{name}: {:?} ran", page.ran);
    assert_eq!(page.frames, 1, "{name}");
    for request in &page.requests {
        let picture = request.strip_prefix("image ").filter(|url| page.pictures.contains(*url));
        assert!(picture.is_some(), "{name}: {request} was asked for, and is no picture");
    }
    for what in page.prose.union(&page.prose_again) {
        let (element, attribute) = what.split_once(' ').unwrap_or((what, "style"));
        let allowed = |all: &str, one| all.split_ascii_whitespace().any(|word| word == one);
        assert!(allowed(PROSE, element) && allowed(ATTRIBUTES, attribute), "{name}: {what} stands in prose");
    }
    assert_eq!(page.comments_in_prose, 0, "{name}");
    for style in &page.styles {
        let bad = ["url", "position", "expression", "behavior", "@", "\\", "animation"];
        assert!(!bad.iter().any(|bad| style.contains(bad)), "{name}: {style}");
    }
    for class in &page.classes {
        assert!(CLASSES.contains(&&**class), "{name}: the class {class} stands in prose");
    }
    for link in &page.links {
        let leads = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| link.starts_with(scheme));
        assert!(leads, "{name}: a link to {link}");
    }
    assert_eq!(page.own, ["location"], "{name}: document was clobbered");
    assert_eq!(page.outline, page.outline_again, "{name}: it is another page when it is parsed again");
}

/// Texts hold nothing that a terminal, or a line of a header, would take for a command.
#[track_caller]
fn is_mere_text(text: &str, name: &str) {
    let bad = |c: &char| {
        c.is_control() && *c != '\n' || "\u{202a}\u{202d}\u{202e}\u{2066}\u{2067}\u{200b}".contains(*c)
    };
    assert_eq!(text.chars().find(bad), None, "{name}: {text:?}");
}

/// Composes an issue, and says where its page is.
fn composed(project: &Project, name: &str) -> PathBuf {
    project.run("compose weekly").exits(0);
    let record: serde_json::Value = project.read(RECORD).parse().unwrap();
    for key in ["subject", "preheader"] {
        let line = record[key].as_str().unwrap();
        assert!(!line.contains('\n'), "{name}: {line:?}");
        is_mere_text(line, name);
    }
    is_mere_text(&project.read(TEXT), name);
    project.path(HTML)
}

/// The pages of the projects that `make` makes of some vectors each, beside those of as many harmless words.
fn try_all(vectors: &[&str], size: usize, make: impl Fn(&[&str]) -> Project) {
    let words: Vec<String> = (1..=size).map(|number| format!("https://harmless.example/{number}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let sizes = BTreeSet::from([size.min(vectors.len()), vectors.chunks(size).last().unwrap().len()]);
    let harmless = sizes.iter().map(|size| (make(&words[..*size]), "harmless"));
    let projects: Vec<(Project, &str)> =
        harmless.chain(vectors.chunks(size).map(|some| (make(some), some[0]))).collect();
    let pages: Vec<PathBuf> = projects.iter().map(|(project, name)| composed(project, name)).collect();
    let opened = open(&pages);
    let (harmless, evil) = opened.split_at(sizes.len());
    let harmless: BTreeMap<usize, &Opened> = sizes.into_iter().zip(harmless).collect();
    for page in harmless.values() {
        is_inert(page, "harmless");
    }
    for (page, some) in evil.iter().zip(vectors.chunks(size)) {
        let name = format!("from {} on", some[0]);
        is_inert(page, &name);
        has_the_elements_of(page, harmless[&some.len()], &name);
    }
}

/// Outside of prose two pages are the same, but for their words.
#[track_caller]
fn has_the_elements_of(page: &Opened, harmless: &Opened, name: &str) {
    let differ = |(one, other): &(&String, &String)| one != other;
    assert_eq!(page.outline.iter().zip(&harmless.outline).find(differ), None, "{name}");
    assert_eq!(page.outline.len(), harmless.outline.len(), "{name}");
}

/// Tries all markup in an issue of this layout and grouping.
fn try_markup(layout: &str, group_by: &str) {
    try_all(MARKUP, AN_ISSUE, |vectors| {
        let project = project(vectors, layout, group_by);
        for (number, vector) in (1..).zip(vectors) {
            pair(&project, number, vector);
        }
        project
    });
}

#[test]
fn markup_in_whole_articles_and_tags_does_nothing_and_stays_in_its_place() {
    try_markup("full", "tag");
}

#[test]
fn markup_in_summaries_and_categories_does_nothing_and_stays_in_its_place() {
    try_markup("summaries", "category");
}

#[test]
fn markup_in_headlines_and_sources_does_nothing_and_stays_in_its_place() {
    try_markup("headlines", "source");
}

#[test]
fn markup_in_names_of_folders_does_nothing_and_stays_in_its_place() {
    try_markup("headlines", "section");
}

#[test]
fn markup_in_the_sources_of_duplicates_does_nothing_and_stays_in_its_place() {
    try_all(MARKUP, AN_ISSUE, |vectors| {
        let project = project(vectors, "headlines", "none");
        project.set("digests.weekly.similar", 0.8);
        for (number, vector) in (1..).zip(vectors) {
            for copy in ["a", "b"] {
                let front = json!({
                    "title": format!("The council hears mayor {number} on money"), "date": "2026-01-13",
                    "source": format!("{vector} {copy}"), "link": format!("https://www.example.com/{number}/{copy}"),
                    "tags": ["everything"],
                });
                project.file(&format!("content/{number}{copy}.md"), &format!("{front:#}\n"));
            }
        }
        project
    });
}

/// An article in which each fixed word is used that stands within prose.
const EMBEDDED: &str = r#"Told before.

<a href="https://www.example.com/"><img src="https://pictures.example/2.png" alt=""></a>
<iframe src="https://www.example.com/map"></iframe> <video src="https://www.example.com/v.mp4"></video>
<audio src="https://www.example.com/a.mp3"></audio>

{{< youtube abc >}} {{< vimeo 12 >}} {{< tweet user="x" id="1" >}} {{< gist user 1 >}} {{< instagram abc >}}
"#;

#[test]
fn markup_in_the_words_of_a_catalogue_does_nothing_and_stays_in_its_place() {
    const WORDS: &str =
        "read_on unsubscribe picture video audio post code embedded more_headlines comma colon";
    try_all(MARKUP, AN_ISSUE, |vectors| {
        // What turns the direction of a line is the user's own to write, and control characters are refused.
        let word = vectors
            .join(" ")
            .replace(char::is_control, " ")
            .replace(['\u{202e}', '\u{202c}', '\u{200b}'], "");
        let project = project(&["Harmless"], "full", "tag");
        let mut catalogue: toml::Table =
            WORDS.split(' ').map(|key| (key.to_owned(), word.as_str().into())).collect();
        let names = |count| toml::Value::from(vec![word.as_str(); count]);
        let dates =
            toml::Table::from_iter([("months".to_owned(), names(12)), ("weekdays".to_owned(), names(7))]);
        catalogue.insert("dates".to_owned(), dates.into());
        project.file("languages/en.toml", &catalogue.to_string());
        for (name, body) in [("lead", EMBEDDED), ("other", EMBEDDED), ("short", "")] {
            let front = json!({
                "title": format!("The {name} of the council"), "date": "2026-01-13", "tags": ["everything"],
                "summary": "Told.", "link": format!("https://www.example.com/{name}"),
            });
            project.file(&format!("content/{name}.md"), &format!("{front:#}\n{body}"));
        }
        project
    });
}

#[test]
fn addresses_lead_to_the_web_or_nowhere() {
    try_all(ADDRESSES, 1, |addresses| {
        let address = addresses[0];
        let project = project(&["Harmless"], "full", "none");
        let escaped = address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        let elements = |value: &str| {
            [
                "a href",
                "img src",
                "iframe src",
                "video src",
                "object data",
                "form action",
                "base href",
                "blockquote cite",
            ]
            .map(|element| format!("<{element}={value}>x</{}>", &element[..element.find(' ').unwrap()]))
            .join("\n")
        };
        let written = format!(
            "Told before.\n\n[a](<{address}>) ![b](<{address}>) <{address}> [c]\n\n[c]: {address}\n\n{}\n{}\n{}",
            elements(&format!("\"{escaped}\"")),
            elements(&format!("'{}'", address.replace('\'', ""))),
            elements(&address.replace([' ', '>', '<', '\n', '\t'], "")),
        );
        let front = json!({
            "title": "Harmless", "date": "2026-01-13", "tags": ["everything"], "link": address, "image": address,
            "url": address, "slug": address, "source": format!("Source {address}"),
        });
        project.file("content/a.md", &format!("{front:#}\n{written}\n"));
        let mut front = front;
        front["link"] = json!("");
        project.file("content/b.html", &format!("{front:#}\n<p>Told before.</p>\n{written}\n"));
        front["url"] = json!("");
        project.file("content/c.md", &format!("{front:#}\n{written}\n"));
        project
    });
}

#[test]
fn addresses_in_config_toml_are_of_the_web_or_refused() {
    let (mut refused, mut pages, mut projects) = (0, Vec::new(), Vec::new());
    for address in ADDRESSES {
        for key in ["site.url", "brand.logo", "pages.url", "digests.weekly.web", "lists.main.subscribe"] {
            let project = Project::new();
            project.stories(1).env("SECRET", "a secret of a decent length").set(key, *address);
            if key.ends_with("web") {
                project.set(key, format!("{address}{{issue}}"));
            }
            if key == "pages.url" {
                project.set("pages.secret_env", "SECRET");
            }
            let run = project.run("select weekly");
            if run.stderr().contains(key.split('.').next_back().unwrap()) {
                run.exits(78);
                refused += 1;
            } else {
                run.exits(0);
                pages.push(composed(&project, address));
                projects.push(project);
            }
        }
    }
    assert!(refused > ADDRESSES.len(), "{refused} were refused");
    for page in open(&pages) {
        is_inert(&page, "config.toml");
    }
}
