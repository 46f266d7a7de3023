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
fn the_placeholder_stands_once_in_each_part_with_and_without_pages() {
    let mut desk = week();
    let by_page = desk.compose();
    desk.pages = None;
    let by_mail = desk.compose();
    for (issue, link) in [
        (&by_page, "https://news.example.org/mail/unsubscribe/"),
        (&by_mail, "mailto:news@example.org?subject=unsubscribe%20"),
    ] {
        let link = format!("{link}{}", Token::PLACEHOLDER);
        assert_eq!(issue.html.matches(Token::PLACEHOLDER).count(), 1);
        assert!(issue.html.contains(&format!("href=\"{link}\"")), "{link}");
        assert!(issue.text.lines().any(|line| line == link), "{link}");
        assert!(!issue.subject.contains(Token::PLACEHOLDER) && !issue.preheader.contains(Token::PLACEHOLDER));
    }
}

#[test]
fn an_article_cannot_steal_readers_tokens() {
    let token = Token::PLACEHOLDER;
    let coded = token.replace('-', "&#45;");
    let steal = |text: &str| Article {
        title: format!("Title {text}"),
        summary: Some(format!("Summary {text}")),
        source: Some(format!("Source {text}")),
        tags: vec![text.to_owned()],
        image: Some(format!("https://evil.example/{text}.png")),
        url: format!("https://evil.example/{token}").parse().ok(),
        ..article("evil", "")
    };
    for text in [token, &coded, &format!("{token}{token}"), &format!("------------your{token}-own")] {
        for layout in [Layout::Headlines, Layout::Summaries, Layout::Full] {
            let body = format!(
                "<a href='https://evil.example/?{token}'>{text}</a>\n\n[x](https://evil.example/{text})"
            );
            let desk = Desk::new().with(steal(text), Some(text), &body).with(steal(text), Some(text), &body);
            let issue = desk.layout(layout).compose();
            for part in [&issue.html, &issue.text] {
                let at = part.find(token).unwrap();
                assert_eq!(part.matches(token).count(), 1, "{text} {layout:?}");
                assert!(
                    part[..at].ends_with("https://news.example.org/mail/unsubscribe/"),
                    "{text} {layout:?}"
                );
            }
            assert!(!issue.subject.contains(token) && !issue.preheader.contains(token));
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    let evil = Article {
        title: "</title><script>alert(1)</script>\r\nBcc: a@b.example \u{202e}txt.\"onload='x'".into(),
        summary: Some("<img src=x onerror=alert(1)> &lt;script&gt;alert(2)&lt;/script&gt;".into()),
        source: Some("<b onclick=x>Source</b>".into()),
        image: Some("javascript:alert(1)".into()),
        ..article("evil", "")
    };
    for layout in [Layout::Summaries, Layout::Full] {
        let desk = Desk::new().with(evil.clone(), None, "<script>alert(3)</script> fine").layout(layout);
        let issue = desk.compose();
        for bad in ["<script", "<img", "<b onclick", "javascript:", "\u{202e}"] {
            assert!(!issue.html.contains(bad), "{bad} in {}", issue.html);
        }
        assert!(!issue.subject.contains(['\r', '\n', '\u{202e}']), "{}", issue.subject);
        assert_eq!(issue.html.matches("<title>").count(), 1);
    }
}

#[test]
fn a_body_that_is_too_much_becomes_its_summary_with_a_link() {
    let deep = Article { summary: Some("In short.".into()), ..article("deep", "Deep") };
    let shallow = article("shallow", "Shallow");
    let desk = Desk::new().with(shallow, None, "All of it.").with(deep, None, &"<div>".repeat(10_000));
    let issue = desk.layout(Layout::Full).compose();
    assert!(issue.html.contains("All of it.") && issue.html.contains("In short."));
    assert_eq!(issue.html.matches(">Read on</a>").count(), 1);
}

#[test]
fn there_is_one_first_headline_and_no_level_is_skipped() {
    let body = "## One\n\n#### Two\n\n# Three\n";
    for group in [None, Some("Group")] {
        let mut desk = Desk::new()
            .with(article("a", "A"), None, body)
            .with(article("b", "B"), group, body)
            .layout(Layout::Full);
        desk.digest.intro = "# Note\n\nHello.".into();
        let html = desk.compose().html;
        let levels: Vec<u8> =
            html.match_indices("<h").filter_map(|(at, _)| html[at + 2..at + 3].parse().ok()).collect();
        assert!(levels[1..].iter().all(|level| *level > 1), "{levels:?}");
        assert_eq!(levels[0], 1, "{levels:?}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn styles_are_in_the_elements_and_only_what_depends_on_the_screen_in_the_head() {
    let mut desk = week().layout(Layout::Full);
    desk.bodies[1].source = "A [link](/x), `code`.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n".into();
    let html = desk.compose().html;
    let (_, style) = html.split_once("<style>").unwrap();
    let (style, rest) = style.split_once("</style>").unwrap();
    assert!(!rest.contains("<style"));
    let mut depth = 0;
    for line in style.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(depth > 0 || line.starts_with("@media"), "outside a media query: {line}");
        depth += line.matches('{').count();
        depth -= line.matches('}').count();
    }
    let (_, body) = html.split_once("<body").unwrap();
    for tag in
        body.split('<').filter(|tag| ["h1", "h2", "p ", "p>", "a "].iter().any(|name| tag.starts_with(name)))
    {
        assert!(tag.contains("style=\""), "<{tag}");
    }
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
fn pictures_are_the_leads_and_on_the_web() {
    let with_image = |image: &str| {
        let mut desk = week();
        desk.selection.picked[0].article.image = Some(image.to_owned());
        desk.selection.picked[1].article.image = Some("https://example.org/second.png".into());
        desk.compose().html
    };
    assert!(with_image("/i/quay.jpg").contains("src=\"https://example.org/i/quay.jpg\""));
    assert!(with_image("https://img.example/a.png").contains("src=\"https://img.example/a.png\""));
    for image in ["", " ", "data:image/png;base64,AAAA", "file:///etc/passwd", "https://"] {
        assert!(!with_image(image).contains("<img"), "{image:?}");
    }
}

#[test]
fn the_brand_gives_colour_and_logo() {
    let mut desk = week();
    desk.brand = Brand {
        accent: Some("#00ff00".into()),
        logo: "https://news.example.org/logo.png".parse().ok(),
        ..Brand::default()
    };
    let html = desk.compose().html;
    let accent = Accent::of("#00ff00").unwrap();
    assert!(html.contains(&accent.light) && html.contains(&accent.dark) && !html.contains("#9a1b1b"));
    let logo = html.split("<img").find(|tag| tag.contains("class=\"logo\"")).unwrap();
    assert!(logo.contains("alt=\"The Border Post\"") && logo.contains("height=\"32\""), "{logo}");
    desk.brand.accent = Some("green".into());
    assert!(desk.try_compose().unwrap_err().to_string().contains("brand.accent: \"green\""));
}

#[test]
fn an_issue_in_arabic_runs_from_right_to_left() {
    let mut desk = week();
    desk.speak("ar-EG");
    let html = desk.compose().html;
    assert!(html.contains("<html lang=\"ar-EG\" dir=\"rtl\""));
    assert!(!html.contains("letter-spacing"), "it would tear the letters of a word apart");
    assert!(html.contains("text-align:right") && !html.contains("text-align:left"));
}

#[test]
fn words_that_nobody_wrote_in_the_language_of_the_page_are_marked_as_english() {
    for (language, lang, dir) in
        [("nb", true, false), ("he", true, true), ("de-AT", false, false), ("en", false, false)]
    {
        let mut desk = week();
        desk.speak(language);
        let html = desk.compose().html;
        let unsubscribe = html.split("<a ").last().unwrap();
        let tag = unsubscribe.split_once('>').unwrap().0;
        let marks = |tag: &str| (tag.contains("lang=\"en\""), tag.contains("dir=\"ltr\""));
        assert_eq!(marks(tag), (lang, dir), "{language}: {tag}");
        let date = html.split("<span class=\"whole\"").nth(1).unwrap().split_once('>').unwrap().0;
        assert_eq!(marks(date), (lang, dir), "{language}: {date}");
    }
}

#[test]
fn a_body_that_runs_the_other_way_has_its_lists_and_quotes_at_its_own_side() {
    let body = "Hello.\n\n- One\n\n> Two\n\n    code\n";
    let html = |language: &str| {
        let mut desk = Desk::new().with(article("a", "A"), None, body).layout(Layout::Full);
        desk.speak(language);
        desk.compose().html
    };
    let (english, arabic) = (html("en"), html("ar"));
    assert!(
        english.contains("padding:0 0 0 24px") && english.contains("border-left:2px solid #dedbd3"),
        "{english}"
    );
    assert!(
        arabic.contains("padding:0 0 0 24px") && arabic.contains("border-left:2px solid #dedbd3"),
        "{arabic}"
    );
    assert!(!arabic.contains("padding:0 24px 0 0"), "{arabic}");
    assert!(arabic.contains("<pre dir=\"ltr\""), "{arabic}");
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
fn an_issue_near_the_clip_is_shortened_from_its_end_and_keeps_its_footer() {
    let long = "A sentence of the story that goes on for quite a while. ".repeat(100);
    let issue_of = |count: usize, layout| {
        let desk = (0..count).fold(Desk::new(), |desk, at| {
            let summary = format!("Summary {at}, {}", "and what there is to say of it ".repeat(5));
            let story = dated(&format!("a{at}"), &format!("Title {at}."), "2026-01-12", "Wire", &summary);
            let picture = "![<!--story--> <!--0123456789abcdef0123456789abcdef--> pier](pier.png)";
            desk.with(story, Some("Sea"), &format!("Body {at}. {long}\n\n{picture}"))
        });
        let desk = desk.layout(layout);
        let (issue, withheld) = compose_withholding(&desk.input()).unwrap();
        (issue, withheld.trimmed)
    };
    let (_, few) = issue_of(5, Layout::Full);
    assert!(few.is_none());
    for (count, layout) in [(30, Layout::Full), (100, Layout::Full), (100, Layout::Summaries)] {
        let (issue, trimmed) = issue_of(count, layout);
        assert!(!trimmed.is_none() && issue.html.len() <= 81_920, "{count}: {}", issue.html.len());
        assert!(issue.html.contains(Token::PLACEHOLDER) && issue.text.contains(Token::PLACEHOLDER));
        assert_eq!(issue.html.contains("More headlines"), trimmed.headlines > 0, "{trimmed:?}");
        for at in 0..count {
            let from_end = count - at;
            let has = |what: &str| issue.html.contains(what) && issue.text.contains(what);
            assert_eq!(issue.html.matches(&format!(">Title {at}.<")).count(), 1, "{at}");
            assert!(has(&format!("Title {at}.")), "{at}");
            let body = layout == Layout::Full && from_end > trimmed.summaries;
            assert_eq!(has(&format!("Body {at}.")), body, "{at}");
            assert_eq!(has(&format!("Summary {at},")), !body && from_end > trimmed.headlines, "{at}");
        }
    }
}

#[test]
fn an_issue_that_is_too_large_even_as_headlines_is_told_with_how_many_have_room() {
    let issue_of = |count: usize| {
        let desk = (0..count).fold(Desk::new(), |desk, at| {
            desk.with(article(&format!("a{at}"), &format!("The title of story {at}.")), None, "Body.")
        });
        let (issue, withheld) = compose_withholding(&desk.input()).unwrap();
        (issue, withheld.trimmed)
    };
    let (issue, trimmed) = issue_of(900);
    assert_eq!(trimmed.over, issue.html.len() - CLIP);
    assert!(issue.html.contains("story 899.") && issue.html.contains(Token::PLACEHOLDER));
    let (issue, trimmed) = issue_of(trimmed.room(900));
    assert!(trimmed.over == 0 && issue.html.len() <= CLIP, "{}", issue.html.len());
}

#[test]
fn the_brand_has_its_words_its_typefaces_and_its_other_places() {
    let mut desk = week();
    desk.brand = Brand {
        font: "Verdana, sans-serif".parse().ok(),
        headline_font: "'Avenir Next', serif".parse().ok(),
        header: "News from *both* banks of the [river](/river/)".into(),
        footer: "Set in Harbour City.\n\nWrite to [us](mailto:us@example.org).".into(),
        social: vec![
            Social { title: "Mastodon".into(), url: "https://social.example/@post".parse().unwrap() },
            Social { title: "R&D <b>".into(), url: "https://rd.example/".parse().unwrap() },
        ],
        ..Brand::default()
    };
    let Issue { html, text, .. } = desk.compose();
    assert!(html.contains("font-family:'Avenir Next', serif") && !html.contains("Charter"), "{html}");
    assert!(html.contains("font-family:Verdana, sans-serif") && !html.contains("system-ui"), "{html}");
    for part in [
        "<em>both</em>",
        "https://news.example.org/river/",
        "mailto:us@example.org",
        ">Mastodon</a>",
        "R&amp;D &lt;b&gt;",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle}: {text}"));
    let order = [
        "The Border Post\nNews from _both_ banks of the river [1]",
        "[1] https://news.example.org/river/\n",
        "====",
        "Set in Harbour City.",
        "Mastodon:\nhttps://social.example/@post\n",
        "R&D <b>:\nhttps://rd.example/\n",
        "You get this because",
    ];
    assert!(order.map(at).is_sorted(), "{text}");
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

#[test]
fn what_a_limit_cut_stands_at_the_end_as_a_list_of_links_and_is_carried() {
    let mut desk = week();
    let article = dated("late", "Late ferry &amp; early bus", "2026-01-12", "City Desk", "Not shown.");
    desk.selection.headlines =
        vec![Picked { article, group: None, also: vec![also("Wire", "https://wire.example/late")] }];
    let issue = desk.compose();
    assert_eq!(issue.articles.last().unwrap().path, "news/late.md");
    assert_eq!(issue.articles.len(), 6);
    assert!(issue.text.contains("5 stories"), "a headline is no story: {}", issue.text);
    let (_, list) = issue.html.split_once("More headlines</h2>").unwrap();
    assert!(list.contains(">Late ferry &amp; early bus</a>") && list.contains(">Wire</a>"), "{list}");
    let (_, list) = issue.text.split_once("More headlines\n").unwrap();
    assert!(
        list.contains("\nLate ferry & early bus\nCity Desk · Monday\nhttps://example.org/late/\n"),
        "{list}"
    );
    assert!(!issue.html.contains("Not shown."));
}
