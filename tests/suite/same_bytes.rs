//! The same articles and config.toml make the same bytes, wherever, by whomever, and however often they are composed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::harness::{Project, messages_in};

const DRAFT: &str = "digests/weekly/2026-01-14";

/// Who composes, and where: name and value of variables.
type Surroundings = [(&'static str, &'static str); 6];

const HERE: Surroundings = [
    ("TZ", "UTC"),
    ("LANG", "C"),
    ("LC_ALL", "C"),
    ("RAYON_NUM_THREADS", "1"),
    ("USER", "ann"),
    ("COLUMNS", "40"),
];

const THERE: Surroundings = [
    ("TZ", "Pacific/Kiritimati"),
    ("LANG", "tr_TR.UTF-8"),
    ("LC_ALL", "ar_EG.UTF-8"),
    ("RAYON_NUM_THREADS", "16"),
    ("USER", "bob"),
    ("COLUMNS", "200"),
];

/// Articles that a careless program would order, date or spell by its surroundings: of one day and one title, of
/// instants on both sides of midnight, with tags that differ in case, and each told by two.
fn articles() -> Vec<(String, String)> {
    let article = |number: usize, title: &str, date: &str, tag: &str| {
        let text = format!(
            "---\ntitle: \"{title}\"\ndate: {date}\nlink: https://www.example.com/{number}\nsource: https://s{}.example.com/\n\
             tags: [immigration, {tag}]\n---\n*Body* of {number}.\n",
            number % 5
        );
        (format!("content/s{}/{number}.md", number % 3), text)
    };
    let tags = ["Istanbul", "istanbul", "ISTANBUL", "İstanbul", "fire"];
    (0..40)
        .map(|number| match number % 4 {
            0 => article(number, "Letters", "2026-01-13", tags[number % 5]),
            1 => article(
                number,
                &format!("Ferry {number} runs again from the island"),
                "2026-01-13T23:59:59-05:00",
                tags[number % 5],
            ),
            2 => article(
                number,
                "The council hears the mayor on money for roads",
                "2026-01-12",
                tags[number % 5],
            ),
            _ => article(number, &format!("Story {number}"), "2026-01-11 23:30", tags[number % 5]),
        })
        .collect()
}

/// A project of them, their files made in this order.
fn project(articles: impl Iterator<Item = (String, String)>, surroundings: &Surroundings) -> Project {
    // In memory, a folder lists its files in the order in which they were made; on a disk, by what their names hash to.
    let project = Project::new_in(Path::new("/dev/shm"));
    project
        .set("pages.url", "https://news.example.org/mail/")
        .set("pages.secret_env", "TIDINGS_SECRET")
        .env("TIDINGS_SECRET", "a secret of a decent length")
        .set("digests.weekly.group_by", "tag")
        .set("digests.weekly.limit", 30);
    for (path, text) in articles {
        project.file(&path, &text);
    }
    for (name, value) in surroundings {
        project.env(name, value);
    }
    project
}

/// Two of them, which have nothing in common but what they say.
fn two() -> [Project; 2] {
    let there = project(articles().into_iter().rev(), &THERE);
    there.env("HOME", "/nonexistent");
    let here = project(articles().into_iter(), &HERE);
    assert_ne!(
        names_in(&here.path("content/s0")),
        names_in(&there.path("content/s0")),
        "the system lists them otherwise"
    );
    [here, there]
}

/// The names of a folder's files, as the system lists them.
fn names_in(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
}

/// Runs a command from another working folder.
fn run(project: &Project, folder: &Path, command: &str) {
    let config = project.path("config.toml");
    project.run_in(folder, &format!("{command} --config {}", config.display())).exits(0);
}

#[test]
fn a_draft_has_the_same_bytes_wherever_it_is_composed() {
    let [here, there] = two();
    run(&here, here.folder(), "compose weekly");
    run(&there, Path::new("/"), "compose weekly");
    for file in ["digest.html", "digest.txt", "issue.json"] {
        let (one, other) = (here.read(&format!("{DRAFT}/{file}")), there.read(&format!("{DRAFT}/{file}")));
        assert!(one.len() > 1000, "{file}: {one}");
        assert_eq!(one, other, "{file}");
    }
    let files = || {
        let mut files = here.tree();
        files.retain(|path, _| path.extension().is_none_or(|extension| extension != "lock"));
        files
    };
    let before = files();
    here.run("compose weekly").exits(0);
    assert!(files() == before, "composed again, it is what it was");
}

#[test]
fn explanations_are_the_same_wherever_they_are_given() {
    let [here, there] = two();
    for command in ["select weekly --explain --format json", "select weekly", "preview weekly --text"] {
        let config = there.path("config.toml");
        let there =
            there.run_in(Path::new("/"), &format!("{command} --config {}", config.display())).exits(0);
        assert_eq!(here.run(command).exits(0).stdout(), there.stdout(), "{command}");
    }
}

/// A message without what differs from one to the next: the date, the Message-ID, and the reader's token, which is made
/// of the random name that the store gives to a subscriber.
fn without_its_own(message: &[u8]) -> String {
    let whole = String::from_utf8(message.to_vec()).unwrap().replace("=\n", "");
    let start = whole.find("/unsubscribe/").expect("there is a link") + "/unsubscribe/".len();
    let token = whole[start..start + 64].to_owned();
    let (head, body) = whole.split_once("\n\n").unwrap();
    let own = |line: &&str| !line.starts_with("Date: ") && !line.starts_with("Message-ID: ");
    let head: Vec<&str> = head.lines().filter(own).collect();
    format!("{}\n\n{body}", head.join("\n")).replace(&token, "TOKEN")
}

#[test]
fn a_message_differs_in_date_message_id_and_token_only() {
    let [here, there] = two();
    for (project, folder) in [(&here, here.folder()), (&there, Path::new("/"))] {
        project.subscriber("ann@example.net");
        run(project, folder, "send weekly");
    }
    let message = |project: &Project| {
        let messages = messages_in(&project.path("outbox"));
        assert_eq!(messages.len(), 1);
        fs::read(&messages[0]).unwrap()
    };
    let (one, other) = (message(&here), message(&there));
    assert_ne!(one, other, "they have their own tokens");
    assert_eq!(without_its_own(&one), without_its_own(&other));
}
