//! How a page is set: levels, styles, pictures, the brand, and the way that it runs.

use super::*;

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
