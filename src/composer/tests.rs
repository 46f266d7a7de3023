mod extent;
mod hostile;
mod looks;
mod parity;

use super::samples::{article, dated};
use super::*;
use crate::article::{Article, Body, Identity};
use crate::config::{Brand, Digest, Layout, List, Mail, Pages, Site, Social, Words};
use crate::issue::IssueKey;
use crate::selection::{AlsoAt, Selection, Window};

/// All that an issue is made of, to be changed by each test.
struct Desk {
    key: IssueKey,
    number: Option<u64>,
    site: Site,
    mail: Mail,
    list: List,
    pages: Option<Pages>,
    brand: Brand,
    digest: Digest,
    selection: Selection,
    bodies: Vec<Body>,
}

impl Desk {
    fn new() -> Self {
        let window = Window { since: None, until: None };
        Self {
            key: "weekly@2026-01-13".parse().unwrap(),
            number: None,
            site: samples::site(),
            mail: samples::mail(),
            list: samples::list(),
            pages: Some(samples::pages()),
            brand: Brand::default(),
            digest: samples::digest(),
            selection: Selection {
                window,
                picked: Vec::new(),
                headlines: Vec::new(),
                cut: Vec::new(),
                dropped: Vec::new(),
                passed: Vec::new(),
            },
            bodies: Vec::new(),
        }
    }

    /// Adds an article with its body (Markdown), after `change`.
    fn with(mut self, article: Article, group: Option<&str>, body: &str) -> Self {
        self.bodies.push(Body { markup: article.markup, source: body.into() });
        self.selection.picked.push(Picked { article, group: group.map(str::to_owned), also: Vec::new() });
        self
    }

    fn layout(mut self, layout: Layout) -> Self {
        self.digest.layout = layout;
        self
    }

    /// Has the digest speak a language.
    fn speak(&mut self, language: &str) {
        self.digest.language = language.to_owned();
        self.digest.words = Words::built_in(language).unwrap();
    }

    fn try_compose(&self) -> Result<Issue, Error> {
        compose(&self.input())
    }

    fn input(&self) -> Input<'_> {
        Input {
            key: &self.key,
            number: self.number,
            now: "2026-01-13T12:00:00Z".parse().unwrap(),
            site: &self.site,
            mail: &self.mail,
            list: &self.list,
            pages: self.pages.as_ref(),
            brand: &self.brand,
            digest: &self.digest,
            selection: &self.selection,
            bodies: &self.bodies,
        }
    }

    fn compose(&self) -> Issue {
        self.try_compose().unwrap()
    }
}

/// A whole week: five articles in two groups.
fn week() -> Desk {
    let lead = Article {
        tags: vec!["ferries".into()],
        image: Some("/i/quay.jpg".into()),
        ..dated(
            "quay",
            "Ferry crews say the new quay &#8216;was built for a smaller sea&#8217;",
            "2026-01-13",
            "https://www.harbour.example/feed",
            "Two captains refuse to dock at high water, and the port authority has until *Friday* to answer.",
        )
    };
    let arabic = dated("khan", "افتتاح السوق القديم بعد ثلاث سنوات", "2025-12-30", "الميناء", "");
    Desk::new()
        .with(lead, Some("Sea"), "The body of the lead.\n")
        .with(
            dated("tide", "Tide tables go to print for the last time", "2026-01-12", "The Almanac", ""),
            Some("Sea"),
            "After 140 years the office prints no more. The data stay free.\n\n<!--more-->\n\nThe rest.\n",
        )
        .with(
            dated(
                "net",
                "Net & rope: what the ban means",
                "2026-01-11",
                "",
                "Fishers have a month to change.",
            ),
            Some("Sea"),
            "",
        )
        .with(
            dated("toll", "Bridge toll doubles", "2026-01-05", "City Desk", "Lorries pay £40 from March."),
            Some("Town"),
            "",
        )
        .with(arabic, Some("Town"), "")
}

#[test]
fn a_week_as_html() {
    insta::assert_snapshot!(week().compose().html);
}

#[test]
fn a_week_as_text() {
    let issue = week().compose();
    insta::assert_snapshot!(format!(
        "Subject: {}\nPreheader: {}\n\n{}",
        issue.subject, issue.preheader, issue.text
    ));
}

/// An issue of two articles in another language.
fn abroad(language: &str, title: &str, stories: [(&str, &str, &str); 2]) -> Desk {
    let mut desk = Desk::new();
    desk.digest.title = title.to_owned();
    desk.speak(language);
    for (at, (headline, source, summary)) in stories.into_iter().enumerate() {
        let day = ["2026-01-12", "2026-01-01"][at];
        desk = desk.with(dated(&format!("story-{at}"), headline, day, source, summary), None, "");
    }
    desk
}

#[test]
fn an_issue_in_arabic_as_text() {
    let stories = [
        (
            "افتتاح السوق القديم بعد ثلاث سنوات",
            "الميناء",
            "عاد التجار إلى محالهم صباح اليوم، وقال أحدهم إن الناس كانوا ينتظرون منذ الفجر أمام البوابة الشرقية.",
        ),
        ("Ferry timetable for 2026", "Reuters", ""),
    ];
    insta::assert_snapshot!(abroad("ar", "أسبوع الميناء", stories).compose().text);
}

#[test]
fn an_issue_in_japanese_as_text() {
    let stories = [
        (
            "港の新しい桟橋、「小さな海のために造られた」と船員ら",
            "港新聞",
            "船長二人が満潮時の着岸を拒んでおり、港湾局は金曜日までに回答しなければならない。組合は、桟橋の高さが足りないと話している。",
        ),
        ("潮見表、最後の印刷へ", "暦社", ""),
    ];
    insta::assert_snapshot!(abroad("ja", "港の一週間", stories).compose().text);
}

#[test]
fn whole_articles_as_text() {
    let mut desk = week().layout(Layout::Full);
    desk.digest.intro = "This week **we** moved.\n\n- [Why](/why/)\n- How".into();
    desk.bodies[0].source = "# Quay\n\nSee [the plan](plan.pdf) and [the letter](../letter/).\n\n> Not in my name,\n> said one.\n\n![Map](map.png)\n".into();
    insta::assert_snapshot!(desk.compose().text);
}

/// Another place of a story.
fn also(source: &str, url: &str) -> AlsoAt {
    AlsoAt {
        identity: Identity { path: url.to_owned(), link: None },
        source: (!source.is_empty()).then(|| source.to_owned()),
        url: url.parse().unwrap(),
    }
}

#[test]
fn others_that_tell_the_same_are_named_once_each_with_a_link() {
    let mut desk = week();
    desk.selection.picked[0].also = vec![
        also("Wire &amp; <Co>", "https://wire.example/1?a=1&b=2"),
        also("Daily", "https://daily.example/1"),
        also("Daily", "https://daily.example/2"),
        also("", "https://harbour.example/2"),
    ];
    desk.selection.picked[3].also = vec![also("Wire", "https://wire.example/2")];
    let issue = desk.compose();
    for line in [
        "<p class=\"meta lead-by\"",
        "harbour.example · Tuesday · Also at <a class=\"quiet\" href=\"https://wire.example/1?a=1&amp;b=2\"",
    ] {
        assert!(issue.html.contains(line), "{line}: {}", issue.html);
    }
    assert!(
        !issue.html.contains("https://daily.example/2") && !issue.text.contains("https://daily.example/2")
    );
    let text =
        "Also at Wire & <Co>:\nhttps://wire.example/1?a=1&b=2\nAlso at Daily:\nhttps://daily.example/1\n";
    assert!(issue.text.contains(text), "{}", issue.text);
    assert!(issue.text.contains("\nAlso at Wire:\nhttps://wire.example/2\n"), "{}", issue.text);
    let copies: Vec<usize> = issue.articles.iter().map(|article| article.also.len()).collect();
    assert_eq!(copies, [4, 0, 0, 1, 0], "all of them are carried, named or not");
}

#[test]
fn headlines_show_no_summary() {
    let issue = week().layout(Layout::Headlines).compose();
    assert!(issue.html.contains("Bridge toll doubles") && !issue.html.contains("Lorries"), "{}", issue.html);
    assert!(issue.text.contains("Bridge toll doubles") && !issue.text.contains("Lorries"), "{}", issue.text);
    assert!(!issue.html.contains("Read on"));
}

#[test]
fn the_same_input_makes_the_same_bytes() {
    let (one, two) = (week().layout(Layout::Full).compose(), week().layout(Layout::Full).compose());
    assert_eq!(one, two);
    assert_eq!(one.hash(), two.hash());
}

#[test]
fn an_issue_records_what_it_carries_in_order() {
    let mut desk = week();
    desk.selection.picked[1].article.link = Some("https://Almanac.example/tide/?utm_source=feed".into());
    let issue = desk.compose();
    let paths: Vec<&str> = issue.articles.iter().map(|article| &*article.path).collect();
    assert_eq!(paths, ["news/quay.md", "news/tide.md", "news/net.md", "news/toll.md", "news/khan.md"]);
    assert_eq!(issue.articles[1].link.as_deref(), Some("https://almanac.example/tide"));
    assert_eq!(issue.articles[1].url, "https://example.org/tide/");
    assert_eq!(issue.articles[0].title, "Ferry crews say the new quay ‘was built for a smaller sea’");
    assert_eq!(issue.composed, "2026-01-13T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

#[test]
fn every_link_and_nearly_every_word_of_the_html_is_in_the_text() {
    let issue = week().compose();
    let links = issue.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links {
        assert!(issue.text.contains(link), "{link}");
    }
    let words = plain::flat(issue.html.split_once("<body").unwrap().1);
    let (all, found) = words
        .split(' ')
        .fold((0, 0), |(all, found), word| (all + 1, found + usize::from(issue.text.contains(word))));
    assert!(found * 100 >= all * 95, "{found} of {all}");
}

#[test]
fn text_lines_are_narrow_but_for_addresses() {
    let mut desk = week().layout(Layout::Full);
    desk.list.reason =
        "A reason that is rather long, so that it has to be wrapped somewhere in the middle of it.".into();
    desk.bodies[2].source = "漢字".repeat(100);
    let issue = desk.compose();
    for line in issue.text.lines().filter(|line| !line.contains("://")) {
        assert!(line.width() <= 72, "{line}");
    }
    assert!(!issue.text.contains("&amp;") && !issue.text.contains("\n\n\n"), "{}", issue.text);
}

#[test]
fn a_preheader_says_what_the_subject_does_not() {
    let mut desk = week();
    assert!(desk.compose().preheader.starts_with("Two captains refuse"));
    desk.digest.subject = "{{ digest.title }}".into();
    let preheader = desk.compose().preheader;
    assert!(preheader.starts_with("Ferry crews say") && preheader.ends_with('…'), "{preheader}");
    assert!((40..=110).contains(&preheader.width()), "{preheader}");
    let small = Desk::new().with(article("a", "A"), None, "").compose();
    assert!(small.preheader.width() >= 40, "{}", small.preheader);
}

#[test]
fn an_empty_subject_is_the_digest_and_its_date() {
    let mut desk = week();
    desk.digest.subject = "{# nothing #}".into();
    assert_eq!(desk.compose().subject, "The week at the border, 13 January 2026");
}

#[test]
fn what_cannot_be_composed_says_why() {
    assert!(matches!(Desk::new().try_compose(), Err(Error::Empty)));
    let mut desk = week();
    desk.bodies.pop();
    assert!(matches!(desk.try_compose(), Err(Error::Bodies { bodies: 4, articles: 5 })));
    let mut desk = week();
    desk.selection.picked[1].article.url = None;
    assert!(desk.try_compose().unwrap_err().to_string().starts_with("news/tide.md: "));
    let mut desk = week();
    desk.digest.subject = "{{ lead.titel }}".into();
    let error = desk.try_compose().unwrap_err().to_string();
    assert!(error.starts_with("config.toml: digests.weekly.subject: "), "{error}");
    assert!(error.contains("`lead.titel` is undefined (in subject:1)"), "{error}");
}

#[test]
fn an_issue_with_a_number_says_it_in_the_words_of_its_language() {
    let mut desk = week();
    assert!(!desk.compose().text.contains("No."));
    desk.number = Some(12);
    desk.digest.subject = "{{ digest.title }} {{ issue.number }}".into();
    let issue = desk.compose();
    assert_eq!(issue.subject, "The week at the border 12");
    assert!(
        issue.text.contains("The week at the border · Tuesday, 13 January 2026 · No. 12 · "),
        "{}",
        issue.text
    );
    assert!(issue.html.contains(">No. 12</span>"), "{}", issue.html);
    desk.speak("ja");
    assert!(desk.compose().text.contains(" · 第12号 · "));
}
