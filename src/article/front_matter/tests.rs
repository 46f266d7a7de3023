use super::*;

fn parse_as(dialect: Option<Dialect>, text: &[u8]) -> Result<FrontMatter, Error> {
    let rules = Rules {
        zone: Tz::UTC,
        dialect,
        names: &FieldNames::default(),
        cascades: &[],
        dates: &Dates::default(),
        named: None,
    };
    match find_in(text, dialect) {
        Found::Block(block) => FrontMatter::parse(Some(&block), &rules),
        Found::Nothing(_) => FrontMatter::parse(None, &rules),
        Found::Unclosed(format, line) => Err(Error::endless(format, line, text.len())),
    }
}

/// Reads by Hugo's rules.
fn parse(text: &str) -> Result<FrontMatter, Error> {
    parse_as(Some(Dialect::Hugo), text.as_bytes()).map(|front| FrontMatter { dialect: None, ..front })
}

/// Reads YAML lines.
fn yaml(lines: &str) -> FrontMatter {
    parse(&format!("---\n{lines}\n---\n")).unwrap_or_else(|error| panic!("{lines}: {error}"))
}

fn day(text: &str) -> Option<Moment> {
    date::parse(text, Tz::UTC, None)
}

use crate::article::date;

#[test]
fn an_aggregated_article_is_read_whole() {
    let front = yaml(
        r#"title: "Mayor ‘won’t sign’ the bill — it's 'dead', aides say"
date: 2026-01-13
description: "A dispute over the bill: \"nobody\" moves."
summary: "A dispute over the bill."
slug: "mayor-won-t-sign-the-bill"
image: ''
link: 'https://www.example.com/news/mayor?id=1'
source: 'https://feeds.example.com/latest'
categories:
- 'feeds.example.com'
tags:
- 'mayor'
- 'city hall'

draft: false"#,
    );
    let expected = FrontMatter {
        title: Some("Mayor ‘won’t sign’ the bill — it's 'dead', aides say".to_owned()),
        date: day("2026-01-13"),
        description: Some("A dispute over the bill: \"nobody\" moves.".to_owned()),
        summary: Some("A dispute over the bill.".to_owned()),
        slug: Some("mayor-won-t-sign-the-bill".to_owned()),
        image: None,
        link: Some("https://www.example.com/news/mayor?id=1".to_owned()),
        source: Some("https://feeds.example.com/latest".to_owned()),
        categories: vec!["feeds.example.com".to_owned()],
        tags: vec!["mayor".to_owned(), "city hall".to_owned()],
        ..FrontMatter::default()
    };
    assert_eq!(front, expected);
}

#[test]
fn the_three_formats_say_the_same() {
    let expected = FrontMatter {
        title: Some("T".to_owned()),
        date: day("2026-01-13T10:20:30+02:00"),
        expiry_date: day("2026-02-01"),
        tags: vec!["a".to_owned(), "2".to_owned()],
        weight: 3,
        ..FrontMatter::default()
    };
    for text in [
        "---\ntitle: T\ndate: 2026-01-13T10:20:30+02:00\nexpiryDate: 2026-02-01\ntags: [a, 2]\nweight: 3\n---\n",
        "+++\ntitle = 'T'\ndate = 2026-01-13T10:20:30+02:00\nexpiryDate = 2026-02-01\ntags = ['a', 2]\nweight = 3\n+++\n",
        r#"{"title": "T", "date": "2026-01-13T10:20:30+02:00", "expiryDate": "2026-02-01", "tags": ["a", 2], "weight": 3}"#,
    ] {
        assert_eq!(parse(text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn toml_dates_need_no_quotes() {
    for (written, expected) in [
        ("2026-01-13", "2026-01-13"),
        ("2026-01-13T10:20:30Z", "2026-01-13T10:20:30Z"),
        ("2026-01-13 10:20:30", "2026-01-13T10:20:30"),
        ("2026-01-13T10:20:30.5-05:00", "2026-01-13T10:20:30.5-05:00"),
        ("1768262400", "2026-01-13T00:00:00Z"), // Unix seconds.
    ] {
        let front = parse(&format!("+++\ndate = {written}\n+++\n")).unwrap();
        assert_eq!(front.date, day(expected), "{written}");
    }
    assert!(parse("+++\ndate = 10:20:30\n+++\n").unwrap_err().message.contains("no date"));
}

#[test]
fn titles_are_what_hugo_prints() {
    for (written, expected) in [
        ("T", Some("T")),
        ("2024", Some("2024")),
        ("1.10", Some("1.1")),
        ("true", Some("true")),
        ("Yes", Some("Yes")),
        ("2026-01-13", Some("2026-01-13")),
        ("12:30", Some("12:30")),
        ("C# and F #x", Some("C# and F")),
        ("!foo bar", Some("bar")),
        ("&foo bar", Some("bar")),
        (">-\n  a\n  b", Some("a b")),
        ("\"\\u00e9 \\U0001F600\"", Some("é 😀")),
        ("\"a &amp; b\"", Some("a &amp; b")),
        ("'a\u{7}b'", Some("a b")), // Control characters are blanks.
        ("''", None),
        ("~", None),
        ("", None),
    ] {
        assert_eq!(yaml(&format!("title: {written}")).title.as_deref(), expected, "{written:?}");
    }
}

#[test]
fn keys_are_compared_without_regard_to_case() {
    let front = yaml("Title: T\nDATE: 2026-01-13\nTags: [a]\nDRAFT: true\npublishdate: 2026-01-14");
    assert_eq!((front.title.as_deref(), front.date, front.draft), (Some("T"), day("2026-01-13"), true));
    assert_eq!((front.tags, front.publish_date), (vec!["a".to_owned()], day("2026-01-14")));
    assert_eq!(yaml("title: A\nTitle: B").title.as_deref(), Some("B"), "the last one counts");
}

#[test]
fn dates_fall_back_as_in_hugo() {
    for (lines, date, publish) in [
        ("publishDate: 2026-01-14", "2026-01-14", "2026-01-14"),
        ("pubDate: 2026-01-14", "2026-01-14", "2026-01-14"),
        ("published: 2026-01-14", "2026-01-14", "2026-01-14"),
        ("date: 2026-01-13\npublishDate: 2026-01-14", "2026-01-13", "2026-01-14"),
        ("lastmod: 2026-01-15\nmodified: 2026-01-16", "2026-01-15", ""),
        ("modified: 2026-01-16", "2026-01-16", ""),
        ("updated: 2026-01-16", "", ""), // Not one of Hugo's.
        ("date:\nlastmod: 2026-01-15", "2026-01-15", ""),
        ("date: ''\nlastmod: 2026-01-15", "2026-01-15", ""),
        // Go's zero time is no date.
        ("date: 0001-01-01T00:00:00Z\nlastmod: 2026-01-15", "2026-01-15", ""),
        ("date: 0", "1970-01-01T00:00:00Z", ""),
        ("published: true", "", ""),
        // What is not needed is not looked at.
        ("date: 2026-01-13\nlastmod: 13.01.2026", "2026-01-13", ""),
    ] {
        let front = yaml(lines);
        assert_eq!((front.date, front.publish_date), (day(date), day(publish)), "{lines}");
    }
    assert_eq!(yaml("unpublishdate: 2026-01-14").expiry_date, day("2026-01-14"));
}

#[test]
fn drafts_are_what_authors_mean() {
    for (lines, expected) in [
        ("draft: true", true),
        ("draft: TRUE", true),
        ("draft: \"true\"", true),
        ("draft: 1", true),
        ("draft: yes", true), // Hugo's newest no longer heeds it; its author means it.
        ("draft: false", false),
        ("draft: \"false\"", false),
        ("draft: fals", false), // As in Hugo, which has it on the site.
        ("draft:", false),
        ("published: false", true),
        ("published: true", false),
        ("published: 2026-01-13", false),
        ("draft: true\npublished: true", true),
        ("draft: false\npublished: false", false),
    ] {
        assert_eq!(yaml(lines).draft, expected, "{lines}");
    }
}

#[test]
fn terms_are_taken_as_written() {
    for (lines, expected) in [
        ("tags: [a, \"b c\", 'd']", &["a", "b c", "d"][..]),
        ("tags:\n- a\n- b c", &["a", "b c"]),
        ("tags: foo bar", &["foo bar"]), // One term, as in Hugo; Jekyll would split it.
        ("tags: foo, bar", &["foo, bar"]),
        ("tags: [2024, 1.5, true, yes]", &["2024", "1.5", "true", "yes"]),
        ("tags: [[a, b], c]", &["a", "b", "c"]),
        ("tags:\n-\n- a\n- ''", &["a"]),
        ("tags:", &[]),
        ("tags: []", &[]),
        ("tag: foo bar", &["foo bar"]),
        ("tags: [a]\ntag: b", &["a"]),
        ("taxonomies:\n  tags: [a]", &["a"]),
        ("x: &x [p, q]\ntags: *x", &["p", "q"]),
    ] {
        assert_eq!(yaml(lines).tags, expected, "{lines}");
    }
    assert_eq!(yaml("category: a b").categories, ["a b"]);
    let zola = parse("+++\n[taxonomies]\ntags = ['a']\ncategories = ['b']\n+++\n").unwrap();
    assert_eq!((zola.tags, zola.categories), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn pictures_and_links_are_taken_where_they_fit() {
    for (lines, image) in [
        ("image: a.png", Some("a.png")),
        ("image: ''", None),
        ("images: [b.png, c.png]\nimage: a.png", Some("b.png")),
        ("images: []\nimage: a.png", Some("a.png")),
        ("image:\n  src: d.png\n  alt: D", Some("d.png")),
        ("image:\n  alt: D", None),
        ("params:\n  image: e.png", Some("e.png")),
    ] {
        assert_eq!(yaml(lines).image.as_deref(), image, "{lines}");
    }
    // Themes give these other meanings: no problem, and no link.
    let front = yaml("link:\n- name: x\nsource: {name: y}");
    assert_eq!((front.link, front.source), (None, None));
    let front = yaml("params:\n  link: https://a.example\n  title: U\ntitle: T");
    assert_eq!((front.link.as_deref(), front.title.as_deref()), (Some("https://a.example"), Some("T")));
}

#[test]
fn yaml_merges_fill_what_is_not_written_out() {
    let front = yaml("base: &base {title: A, tags: [x]}\n<<: *base\ntitle: B");
    assert_eq!((front.title.as_deref(), front.tags), (Some("B"), vec!["x".to_owned()]));
}

#[test]
fn json_takes_the_last_of_two_and_yaml_refuses_them() {
    assert_eq!(parse(r#"{"title": "A", "title": "B"}"#).unwrap().title.as_deref(), Some("B"));
    let error = parse("---\ntitle: A\ntags: []\ntitle: B\n---\n").unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (Some(4), "`title` stands twice: keep one of them"));
}

#[test]
fn jekyll_takes_terms_and_doubles_as_ruby_does() {
    for (lines, tags, categories) in [
        ("tags: a b\ncategories: c d", &["a", "b"][..], &["c", "d"][..]),
        ("tags: [a b]\ncategories: [c d]", &["a b"], &["c d"]),
        ("tag: a b\ntags: c\ncategory: d e\ncategories: f", &["a b"], &["f", "d e"]),
        ("tags: a\ntags: b", &["b"], &[]),
    ] {
        let front = parse_as(Some(Dialect::Jekyll), format!("---\n{lines}\n---\n").as_bytes()).unwrap();
        assert_eq!(
            (&front.tags[..], &front.categories[..]),
            (&owned(tags)[..], &owned(categories)[..]),
            "{lines}"
        );
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn errors_tell_the_line_of_the_file_and_what_to_do() {
    for (text, line, words) in [
        ("---\ntitle: [a]\n---\n", Some(2), "`title` must be a text, and is a list"),
        ("---\ntitle: T\ntags: {a: 1}\n---\n", Some(3), "`tags` must be a text or a list of texts"),
        ("---\ntitle: T\nDate: 15.05.2023\n---\n", Some(3), "write 2026-01-13"),
        ("---\nx:\n  date: 1\ndate: soon\ny:\n  date: 2\n---\n", Some(4), "\"soon\""),
        ("---\ndate: [2026-01-13]\n---\n", Some(2), "must be a date like 2026-01-13, and is a list"),
        ("---\ndraft: [a]\n---\n", Some(2), "`draft` must be true or false"),
        ("---\nweight: heavy\n---\n", Some(2), "`weight` is \"heavy\", which is no number"),
        ("\n\n---\ntitle: a: b\n---\n", Some(4), "YAML front matter: mapping values are not allowed"),
        ("---\r\nok: 1\r\ntitle: a: b\r\n---\r\n", Some(3), "YAML"),
        ("---\n\nJust text\n\n---\n", Some(3), "write lines like `title: A title`"),
        ("+++\na = 1\ntitle = T\n+++\n", Some(3), "TOML front matter: "),
        ("+++\ntitle = 'A'\ntitle = 'B'\n+++\n", Some(3), "TOML front matter: duplicate key"),
        ("{\n\"title\": \"T\",\n}\n", Some(3), "JSON front matter: trailing comma"),
        ("{\n\"title\": \"T\",\n\"date\": true}\n", Some(3), "`date` must be a date"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.line, line, "{text:?}: {error}");
        assert!(error.message.contains(words), "{text:?}: {error}");
        assert!(!error.message.contains('\n'), "{text:?}: {error}");
    }
}

#[test]
fn front_matter_that_is_not_utf8_tells_the_line() {
    let error = parse_as(None, b"---\na: b\ntitle: caf\xE9\n---\n").unwrap_err();
    assert_eq!(error.line, Some(3));
    assert!(error.message.contains("save the file as UTF-8"));
}

#[test]
fn front_matter_has_a_size() {
    let long = format!("---\ntitle: T\nx: {}\n---\n", "y".repeat(LIMIT));
    assert!(parse(&long).unwrap_err().message.contains("within 64 KB"));
}

#[test]
fn nesting_beyond_reason_is_refused_in_each_format() {
    let brackets = |depth| "[".repeat(depth) + &"]".repeat(depth);
    for text in [
        format!("---\ntags: {}\n---\n", brackets(1000)),
        format!("---\n{}\n---\n", "- ".repeat(1000)),
        format!("---\n{}---\n", (0..300).map(|depth| " ".repeat(depth) + "tags:\n").collect::<String>()),
        format!("+++\ntags = {}\n+++\n", brackets(1000)),
        format!("+++\n{}a = 1\n+++\n", "a.".repeat(1000)),
        format!("{{\"tags\": {}}}", brackets(1000)),
        format!("{}1{}", "{\"params\":".repeat(1000), "}".repeat(1000)),
    ] {
        for dialect in [None, Some(Dialect::Hugo)] {
            let error = parse_as(dialect, text.as_bytes()).unwrap_err();
            assert!(error.message.contains("front matter: "), "{error}: {}", &text[..60]);
        }
    }
}

#[test]
fn what_is_as_large_as_may_be_is_read_in_no_time() {
    let started = std::time::Instant::now();
    for line in [
        "title: a\n",
        "x: {a: b}\n",
        "tags: [a]\n",
        "? a\n: b\n",
        "- a\n",
        "x: &x y\n",
        "\"\"\n",
        "!a b: c\n",
    ] {
        let _ = parse(&format!("---\n{}---\n", line.repeat((LIMIT - 1) / line.len())));
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(fence in "(---|\\+\\+\\+|\\{|\u{feff}---)?", bytes: Vec<u8>, text in "[-+{}\\[\\]\"':,=#&*!|>\\\\\n\r \ta-f0-9tdé]{0,80}") {
        for tail in [&bytes[..], text.as_bytes(), format!("\ndate: {text}\n---\n").as_bytes()] {
            for dialect in [None, Some(Dialect::Hugo), Some(Dialect::Jekyll)] {
                let _ = parse_as(dialect, &[fence.as_bytes(), tail].concat());
            }
        }
        let _ = date::parse(&text, Tz::UTC, None);
    }
}
