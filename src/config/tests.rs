//! Whole configurations: each kind of mistake with its place and remedy, and config.toml itself.

use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::selection::{Caps, Grouping, Order};
use crate::term::Term;

/// The shortest configuration that sends something.
const SHORTEST: &str = r#"
[site]
title = "The Border Post"
[mail]
from = "The Border Post <news@example.org>"
[lists.main]
id = "main.news.example.org"
reason = "You subscribed."
[digests.weekly]
title = "The week"
"#;

const EXAMPLE: &str = include_str!("../../config.toml");

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(text, Path::new("/site/config.toml"))
}

/// [`SHORTEST`] with lines at the head of a table (the root where it has no name), in the place of a
/// line there with the same key; a table that it does not have comes last.
fn with(table: &str, lines: &str) -> String {
    let header = format!("[{table}]");
    let key = lines.split(' ').next();
    let mut here = table.is_empty();
    let mut text = if here { vec![lines] } else { Vec::new() };
    for old in SHORTEST.trim().lines() {
        let is_header = old.starts_with('[');
        here = if is_header { old == header } else { here };
        if is_header || !here || old.split(' ').next() != key {
            text.push(old);
        }
        if is_header && here {
            text.push(lines);
        }
    }
    if !text.contains(&lines) {
        text.extend([header.as_str(), lines]);
    }
    text.join("\n")
}

#[test]
fn what_is_not_said_has_a_default() {
    let config = parse(SHORTEST).unwrap();
    assert_eq!(config.folder, Path::new("/site"));
    assert_eq!(config.site.url, None);
    assert_eq!(config.site.content, [Path::new("/site/content")]);
    assert_eq!(config.site.timezone, chrono_tz::UTC);
    assert_eq!(config.site.language, "en");
    assert_eq!(config.site.permalink, None);
    assert_eq!(config.site.dialect, None);
    assert_eq!(config.site.settle, Duration::ZERO);
    assert!(matches!(&config.mail.transport, Transport::Maildir(path) if path == "/site/outbox"));
    assert_eq!(config.mail.connections, 4);
    assert_eq!(config.mail.rate, None);
    assert_eq!(config.mail.retry_for, Duration::from_hours(4));
    assert_eq!(config.mail.reply_timeout, None);
    assert_eq!(config.mail.messages_per_connection, 100);
    assert_eq!(config.store, StoreAt::Sqlite("/site/tidings.db".into()));
    assert!(config.pages.is_none());
    assert_eq!(config.lists["main"].title, "The Border Post");
    let weekly = &config.digests["weekly"];
    assert_eq!(weekly.name, "weekly");
    assert_eq!(weekly.subject, subject::DEFAULT);
    assert_eq!(weekly.intro, "");
    assert_eq!(weekly.list, "main");
    assert_eq!(weekly.window, TimeDelta::days(7));
    assert_eq!(weekly.grace, TimeDelta::days(2));
    assert_eq!((weekly.min_articles, weekly.caps), (1, Caps::default()));
    assert_eq!(weekly.filter, crate::selection::Filter::default());
    assert_eq!((weekly.order, weekly.layout, weekly.leftovers), (Order::Newest, Layout::Summaries, false));
    assert_eq!(weekly.grouping, Grouping::None);
    assert_eq!((weekly.similar, weekly.similar_window), (Some(0.8), TimeDelta::days(14)));
}

#[test]
fn what_is_said_is_taken() {
    let mail = with(
        "mail",
        "smtp = \"smtp://a%40b.org@mail.example.org:2525\"\npassword_file = \"pw\"\nca_file = \"/etc/ca.pem\"
helo = \"h.example\"\nrate = \"10/s\"\nretry_for = \"0 min\"\nreply_timeout = \"2 min\"\nconnections = 0x10",
    );
    let mail = parse(&mail).unwrap().mail;
    let Transport::Smtp(smtp) = mail.transport else { panic!("a Maildir") };
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.tls), ("mail.example.org", 2525, Tls::Required));
    assert_eq!(smtp.login, Some(("a@b.org".to_owned(), Secret::File("/site/pw".into()))));
    assert_eq!(smtp.ca_file.as_deref(), Some(Path::new("/etc/ca.pem")));
    assert_eq!(smtp.helo.as_deref(), Some("h.example"));
    assert_eq!(mail.rate, Some(Rate { messages: 10, per: Duration::from_secs(1) }));
    assert_eq!((mail.retry_for, mail.reply_timeout), (Duration::ZERO, Some(Duration::from_mins(2))));
    assert_eq!(mail.connections, 16);

    let digest = |change| parse(&with("digests.weekly", change)).unwrap().digests.remove("weekly").unwrap();
    assert_eq!(digest("order = \"title\"").order, Order::Title);
    assert_eq!(digest("group_by = \"source\"").grouping, Grouping::Source);
    assert_eq!(digest("layout = \"full\"").layout, Layout::Full);
    assert_eq!(digest("intro = \"\"\"\nOne\nTwo\"\"\"").intro, "One\nTwo");
    assert!(digest("leftovers = true").leftovers);
    let caps = digest("max_per_source = 3\nmax_per_tag = 4").caps;
    assert_eq!((caps.total, caps.per_source, caps.per_tag), (None, Some(3), Some(4)));
    assert_eq!(digest("limit = 1_000").caps.total, Some(1000));
    assert_eq!(digest("similar = 0.6_5").similar, Some(0.65));
    assert_eq!(digest("similar = 1").similar, Some(1.0));
    assert_eq!(digest("similar = false").similar, None);
    assert_eq!(digest("similar_window = \"0 days\"").similar_window, TimeDelta::zero());
}

#[test]
fn terms_are_an_array_or_a_table() {
    let filter =
        |change| parse(&with("digests.weekly", change)).unwrap().digests.remove("weekly").unwrap().filter;
    let words = |words: &[&str]| words.iter().map(|word| Term::new(word)).collect::<Vec<_>>();
    assert_eq!(filter("tags = [\"Climate Change\", \"b\"]").tags.any, words(&["climate-change", "b"]));
    assert_eq!(filter("tags.all = [\"a\"]").tags.all, words(&["a"]));
    assert_eq!(filter("categories = { none = [\"a\"] }").categories.none, words(&["a"]));
    assert_eq!(filter("sources.any = [\"a\"]").sources.any, words(&["a"]));
    assert_eq!(filter("sections.any = [\"a\"]").sections.any, words(&["a"]));
    assert_eq!(filter("sections = [\"a\"]").sections.any, words(&["a"]));
}

#[test]
fn tables_of_sections_are_groups_in_their_order() {
    let sections = "[[digests.weekly.sections]]\ntitle = \"World\"\nsections = [\"world\"]\n\
                    [[digests.weekly.sections]]\ntitle = \"More\"";
    let digest = parse(&format!("{SHORTEST}{sections}")).unwrap().digests.remove("weekly").unwrap();
    let Grouping::Explicit(groups) = digest.grouping else { panic!("{:?}", digest.grouping) };
    let titles: Vec<_> = groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["World", "More"]);
    assert_eq!(groups[0].filter.sections.any, [Term::new("world")]);
    assert_eq!(digest.filter, crate::selection::Filter::default());
}

/// A table, and lines in it of which one is a mistake.
const MISTAKES: &[(&str, &str)] = &[
    // Keys.
    ("site", r#"titel = "a""#),
    ("site", "foo = 1"),
    ("", "digest = 1"),
    ("digests.weekly", r#"tags.some = ["a"]"#),
    ("digests.weekly", r#"title = """#),
    ("mail", "from = 1"),
    ("site", r#"title = "a\nb""#),
    // TOML itself.
    ("site", "title = News"),
    ("site", "url = \"https://a.example/\"\nurl = \"https://b.example/\""),
    // Types.
    ("site", r#"content = "content""#),
    ("site", r#"content = ["a", 1]"#),
    ("site", "content = []"),
    ("mail", r#"connections = "4""#),
    ("mail", "connections = 0"),
    ("mail", "connections = 1.5"),
    ("mail", "messages_per_connection = 0"),
    ("digests.weekly", r#"leftovers = "yes""#),
    ("digests.weekly", "intro = 1979-05-27"),
    ("digests.weekly", "limit = -1"),
    ("digests.weekly", "min_articles = 0"),
    ("digests.weekly", "limit = 99999999999999999999"),
    ("brand", "accent = true"),
    ("", r#"store = "sqlite:tidings.db""#),
    ("", r#"lists.friends = "a""#),
    // Site.
    ("site", r#"url = "news.example.org""#),
    ("site", r#"url = "ftp://news.example.org""#),
    ("site", r#"url = "https://news.example.org/?a=b""#),
    ("site", r#"url = "https://""#),
    ("site", r#"timezone = "America/NewYork""#),
    ("site", r#"timezone = "xyzzy""#),
    ("site", r#"language = "en_US""#),
    ("site", r#"language = "english""#),
    ("site", r#"permalink = ":slug/""#),
    ("site", r#"permalink = "/:slgu/""#),
    ("site", r#"dialect = "hogo""#),
    ("site", r#"settle = "a while""#),
    ("site", r#"fields.dated = "published_on""#),
    ("site", r#"fields.date = """#),
    ("brand", r#"accent = "red""#),
    ("brand", r#"logo = "logo.png""#),
    // Mail.
    ("mail", r#"from = "news@example.org""#),
    ("mail", r#"from = "News <news@example>""#),
    ("mail", r#"from = "News <noreply@example.org>""#),
    ("mail", r#"reply_to = "no-reply@example.org""#),
    ("mail", r#"rate = "600""#),
    ("mail", r#"rate = "0/min""#),
    ("mail", r#"retry_for = "1 month""#),
    ("mail", r#"reply_timeout = "0 min""#),
    ("mail", r#"postal_address = """#),
    ("mail", r#"helo = "a b""#),
    ("mail", r#"smtp = "mail.example.org:587""#),
    ("mail", r#"smtp = "file:""#),
    ("mail", r#"smtp = "file://host/outbox""#),
    ("mail", r#"smtp = "smtp://mail.example.org?tls=requird""#),
    ("mail", r#"smtp = "smtps://mail.example.org?tls=none""#),
    ("mail", r#"smtp = "smtp://me@mail.example.org""#),
    ("mail", r#"smtp = "smtp://me:hunter2@mail.example.org""#),
    ("mail", "smtp = \"smtp://me@mail.example.org?tls=none\"\npassword_env = \"A\""),
    ("mail", "smtp = \"smtp://mail.example.org\"\npassword_env = \"A\""),
    ("mail", "smtp = \"smtp://me@mail.example.org\"\npassword = \"hunter2\""),
    ("mail", "password_env = \"A\"\npassword_file = \"a\""),
    ("mail", r#"password_env = "hunter2""#),
    ("mail", r#"dkim = "dkim.pem""#),
    ("mail.dkim", "domain = \"esp.example\"\nselector = \"a\"\nkey_file = \"a\""),
    ("mail.dkim", "domain = \"example\"\nselector = \"a\"\nkey_file = \"a\""),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a b\"\nkey_file = \"a\""),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a\""),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a\"\nkey_file = \"a\"\nkey_env = \"A\""),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a\"\nkey_file = \"a\"\nkey = \"hunter2\""),
    (
        "mail.dkim",
        "domain = \"example.org\"\nselector = \"a\"\nkey_file = \"a\"\ned25519_selector = \"A\"\ned25519_key_file = \"b\"",
    ),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a\"\nkey_file = \"a\"\ned25519_key_file = \"b\""),
    ("mail.dkim", "domain = \"example.org\"\nselector = \"a\"\nkey_file = \"a\"\ned25519_selectr = \"b\""),
    // Store.
    ("store", r#"url = "postgres://localhost/tidings""#),
    ("store", r#"url = "sqlite::memory:""#),
    ("store", r#"url = "sqlite:a.db?mode=ro""#),
    ("store", r#"url = "tidings.db""#),
    // Lists and pages.
    ("lists.main", r#"id = "main""#),
    ("lists.main", r#"id = "<main.example.org>""#),
    (r#"digests."a b""#, r#"title = "b""#),
    ("digests.-a", r#"title = "b""#),
    ("pages", "url = \"http://news.example.org/\"\nsecret_env = \"A\""),
    ("pages", r#"url = "https://news.example.org/""#),
    ("pages", "secret = \"hunter2\"\nurl = \"https://news.example.org/\"\nsecret_env = \"A\""),
    // Digests.
    ("digests.weekly", r#"subject = "{{ lead.titel }}""#),
    ("digests.weekly", r#"subject = "{{ xyzzy }}""#),
    ("digests.weekly", r#"subject = "{{ lead.title""#),
    ("digests.weekly", r#"subject = "\u0041{{ lead.title | shout }}""#),
    ("digests.weekly", "subject = \"\"\"\n{{ lead.title }}\n{{ lead.titel }}\"\"\""),
    ("digests.weekly", r#"list = "mian""#),
    ("digests.weekly", r#"list = "xyzzy""#),
    ("digests.weekly", r#"window = "7""#),
    ("digests.weekly", r#"window = "0 days""#),
    ("digests.weekly", r#"grace = "1000 weeks""#),
    ("digests.weekly", "limit = 3\nmin_articles = 4"),
    ("digests.weekly", r#"tags = "a""#),
    ("digests.weekly", r#"tags.any = ["a", " - "]"#),
    ("digests.weekly", r#"order = "newst""#),
    ("digests.weekly", r#"group_by = "theme""#),
    ("digests.weekly", "layout = 1"),
    ("digests.weekly", "similar = 80"),
    ("digests.weekly", "similar = nan"),
    ("digests.weekly", "similar = true"),
    ("digests.weekly", r#"similar = "0.8""#),
    ("digests.weekly", "similar_windw = 14"),
    ("digests.weekly", r#"similar_window = "14""#),
    ("digests.weekly", "group_by = \"tag\"\nsections = [{ title = \"a\" }]"),
    ("digests.weekly", "sections = [{ title = \"A\", tags = [\"a\"] }, { title = \"a\", tags = [\"b\"] }]"),
    ("digests.weekly", r#"sections = [{ title = "a" }, { title = "b" }]"#),
    ("digests.weekly", r#"sections = [{ tags = ["a"] }]"#),
    ("digests.weekly", r#"sections = ["a", { title = "b" }]"#),
];

#[test]
fn each_mistake_is_told_once_at_its_place_with_its_remedy() {
    let told = MISTAKES.iter().map(|(table, lines)| {
        let problems = parse(&with(table, lines)).expect_err(lines);
        assert_eq!(problems.problems.len(), 1, "[{table}] {lines}: {problems}");
        assert!(!problems.to_string().contains("hunter2"), "{problems}");
        format!("[{table}] {lines}\n  {}\n\n", problems.to_string().replace("/site/config.toml:", ""))
    });
    insta::assert_snapshot!(told.collect::<String>());
}

#[test]
fn all_mistakes_are_told_at_once_by_line() {
    let text = r#"[site]
titel = "The Border Post"
url = "news.example.org"
timezone = "America/NewYork"
[mail]
from = "news@example.org"
smtp = "smtp://me:hunter2@mail.example.org"
connections = "4"
[lists.main]
id = "main.news.example.org"
[digests.weekly]
title = "The week"
subject = "{{ digest.title }}: {{ lead.titel }}"
list = "mian"
window = "1 month"
order = "newst"
[digest.daily]
"#;
    let problems = Config::parse(text, Path::new("config.toml")).unwrap_err();
    insta::assert_snapshot!(problems, @r#"
    config.toml:2:1: unknown key `titel` in [site]; did you mean `title`?
    config.toml:3:7: `site.url`: it does not begin with `https://` or `http://`; for example `url = "https://news.example.org/"`
    config.toml:4:12: `site.timezone`: "America/NewYork" is no time zone of the IANA database; did you mean `America/New_York`?
    config.toml:6:8: `mail.from`: readers would see no name; write a name before it: `from = "The Border Post <news@example.org>"`
    config.toml:7:8: `mail.smtp`: it holds a password, and config.toml is read by many; remove it from the address, and add `password_env = "TIDINGS_SMTP_PASSWORD"`
    config.toml:8:15: `mail.connections` is a string where a whole number is expected; for example `connections = 4`
    config.toml:9:1: `reason` is missing in [lists.main]; add `reason = "You subscribed at news.example.org."`
    config.toml:13:35: `digests.weekly.subject`: nothing is called `lead.titel`; did you mean `lead.title`?
    config.toml:14:8: `digests.weekly.list`: there is no list "mian"; did you mean `main`?
    config.toml:15:10: `digests.weekly.window`: "1 month" is no time: write a number and a unit; for example `window = "7 days"`
    config.toml:16:9: `digests.weekly.order`: "newst" is none of `newest`, `oldest`, `weight`, `title` and `coverage`; did you mean `newest`?
    config.toml:17:2: unknown key `digest`; did you mean `digests`?
    "#);
}

#[test]
fn what_is_shown_of_the_text_hides_secrets_and_fits_the_places() {
    let text = with("mail", "smtp = \"smtp://me:hunter2@mail.example.org\"\npassword = \"hunter2\"");
    let problems = parse(&text).unwrap_err();
    assert!(!format!("{problems:?}").contains("hunter2"), "{problems:?}");
    assert_eq!(problems.text.len(), text.len());
    let shown: Vec<&str> =
        problems.problems.iter().map(|problem| &problems.text[problem.place.clone().unwrap().span]).collect();
    assert_eq!(shown, ["\"smtp://me:*******@mail.example.org\"", "password"]);
}

#[test]
fn an_empty_configuration_is_told_all_that_is_needed() {
    insta::assert_snapshot!(parse("").unwrap_err(), @r#"
    /site/config.toml: `title` is missing in [site]; add [site] and below it `title = "The Border Post"`
    /site/config.toml: `from` is missing in [mail]; add [mail] and below it `from = "The Border Post <news@example.org>"`
    "#);
}

#[test]
fn a_file_that_cannot_be_read_is_told_like_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let told = |path: &Path| {
        let problems = Config::load(path).unwrap_err().to_string();
        problems.replace(&path.display().to_string(), "config.toml")
    };
    insta::assert_snapshot!(told(&folder.path().join("config.toml")), @r#"config.toml: it cannot be read: No such file or directory (os error 2); write one with `tidings init`, or name another with `--config FILE`"#);
    let latin = folder.path().join("latin.toml");
    files::write(&latin, b"[site]\ntitle = \"caf\xe9\"").unwrap();
    insta::assert_snapshot!(told(&latin), @r#"config.toml: it cannot be read: stream did not contain valid UTF-8; it must be a UTF-8 file that you may read"#);
}

#[test]
fn paths_are_relative_to_the_folder_of_the_file_not_to_the_working_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let text = with("pages", "url = \"https://example.org/mail\"\nsecret_file = \"secret\"");
    files::write(&path, text.as_bytes()).unwrap();
    files::write(&folder.path().join("secret"), b"s3cret\n").unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.folder, folder.path());
    assert_eq!(config.site.content, [folder.path().join("content")]);
    assert_eq!(config.store, StoreAt::Sqlite(folder.path().join("tidings.db")));
    let pages = config.pages.unwrap();
    assert_eq!(pages.url.as_str(), "https://example.org/mail/");
    assert!(pages.secret.load().is_ok());
}

#[test]
fn beside_the_working_folder_paths_read_as_they_were_written() {
    let config = Config::parse(SHORTEST, Path::new("config.toml")).unwrap();
    assert_eq!(config.folder.join("digests"), Path::new("digests"));
    assert_eq!(config.site.content, [Path::new("content")]);
}

#[test]
fn a_byte_order_mark_and_line_breaks_of_windows_do_no_harm() {
    let text = format!("\u{feff}{}", SHORTEST.replace('\n', "\r\n"));
    assert!(parse(&text).is_ok(), "{:?}", parse(&text));
}

/// [`EXAMPLE`] with each key that is commented out put to use, but for one that ends like this.
fn example_without(ending: &str) -> String {
    let uncommented = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(code) if code.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => code,
        _ => line,
    });
    let is_left_out = |line: &&str| line.split(' ').next().is_some_and(|key| key.ends_with(ending));
    uncommented.filter(|line| !is_left_out(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_worked_example_is_the_demo() {
    let config = Config::parse(EXAMPLE, Path::new("config.toml")).unwrap();
    assert_eq!(config.site.content, [Path::new("tests/fixtures/demo")]);
    assert!(config.mail.transport.is_maildir());
    let weekly = &config.digests["weekly"];
    assert_eq!((weekly.caps.total, &weekly.grouping), (Some(12), &Grouping::Tag));
    assert_eq!(config.digests.len(), 1);
}

#[test]
fn what_the_worked_example_has_commented_out_can_be_put_to_use() {
    for ending in ["_env", "_file"] {
        let text = example_without(ending);
        let config = parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(config.pages.is_some() && config.brand.logo.is_some() && config.mail.rate.is_some());
        assert!(matches!(config.digests["daily"].grouping, Grouping::Explicit(_)));
    }
}

#[test]
fn the_worked_example_has_every_key_there_is() {
    // The remedy for a key that is like no other names all there are.
    let text: Vec<String> = example_without("_file")
        .lines()
        .map(|line| if line.starts_with('[') { format!("{line}\nqqqq = 0") } else { line.to_owned() })
        .collect();
    let problems = parse(&text.join("\n")).unwrap_err().problems;
    let known: Vec<&str> = problems
        .iter()
        .filter_map(|problem| problem.help.strip_prefix("remove it; known here are "))
        .flat_map(|known| known.split('`').skip(1).step_by(2))
        .collect();
    assert!(known.len() > 40, "{known:?}");
    let is_explained = |key: &&str| {
        EXAMPLE.lines().any(|line| {
            let line = line.trim_start_matches('#');
            let is_header = line.starts_with('[') && line.ends_with(&format!(".{key}]"));
            is_header || line.strip_prefix(*key).is_some_and(|rest| rest.starts_with([' ', '.']))
        })
    };
    let missing: Vec<&str> = known.into_iter().filter(|key| !is_explained(key)).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_name_that_is_not_there_comes_with_one_that_is() {
    let config = parse(SHORTEST).unwrap();
    assert_eq!(config.digest("weekly").unwrap().title, "The week");
    assert_eq!(config.list("main").unwrap().id, "main.news.example.org");
    let told = |name| config.digest(name).unwrap_err().to_string();
    assert_eq!(told("weekyl"), "config.toml has no digest `weekyl`; did you mean `weekly`?");
    assert_eq!(told("xyz"), "config.toml has no digest `xyz`; the only one is `weekly`");
    let told = config.list("xyz").unwrap_err().to_string();
    assert_eq!(told, "config.toml has no list `xyz`; the only one is `main`");
    let empty = parse("[site]\ntitle = \"a\"\n[mail]\nfrom = \"A <a@example.org>\"").unwrap();
    let told = empty.list("a").unwrap_err().to_string();
    assert_eq!(told, "config.toml has no list `a`; add [lists.a]");
}

proptest! {
    #[test]
    fn no_damage_to_a_text_is_worse_than_problems_in_it(at in 0..EXAMPLE.len(), cut in 0..40_usize, put in "\\PC{0,8}|[\\[\\]\"'=.\n{}#%]{0,4}") {
        let text = example_without("_file");
        let boundary = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let (head, tail) = (&text[..boundary(at)], &text[boundary(at + cut)..]);
        if let Err(problems) = parse(&format!("{head}{put}{tail}")) {
            prop_assert!(!problems.problems.is_empty());
            for place in problems.problems.iter().filter_map(|problem| problem.place.as_ref()) {
                prop_assert!(problems.text.get(place.span.clone()).is_some(), "{problems}");
            }
        }
    }
}
