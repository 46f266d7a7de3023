use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use url::Url;

use super::*;

const UNDER: Under<'static> = Under { level: 1, headline: "The headline" };

fn english() -> Words {
    Words::built_in("en").unwrap()
}

fn html(source: &str) -> Body {
    Body { markup: Markup::Html, source: source.to_owned() }
}

/// Under a first headline, in an article at `https://example.org/news/a/`.
fn on_page(body: &Body) -> Prose {
    let base = Url::parse("https://example.org/news/a/").unwrap();
    render(body, &Links::on(Some(&base)), UNDER, &english()).unwrap()
}

fn nowhere(body: &Body) -> Result<Prose, Unfit> {
    render(body, &Links::default(), UNDER, &english())
}

fn rendered(source: &str) -> String {
    on_page(&html(source)).html
}

#[test]
fn nothing_that_runs_loads_or_asks_comes_through() {
    for source in [
        "<script>alert(1)</script>",
        "<style>p{display:none}</style>",
        "<iframe src='https://example.org'></iframe>",
        "<img src='x' onerror='alert(1)'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<p onclick='x()' style='color:red' class='ink' id='i'>p</p>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "<form action='https://example.org'><input name=q><button>b</button></form>",
        "<svg onload='alert(1)'></svg>",
        "<link rel=stylesheet href='https://example.org/x.css'><base href='https://evil.example/'>",
        "<!--[if mso]><p>x</p><![endif]-->",
        "<video src='https://example.org/v'></video><object data=x></object><embed src=x>",
        "<a href='https://example.org/\"><script>x</script>'>a</a>",
    ] {
        let shown = rendered(source);
        for bad in [
            "<script",
            "<style",
            "<iframe",
            "onerror=",
            "onclick=",
            "style=",
            "class=",
            "id=",
            "javascript:",
            "data:",
            "<form",
            "<input",
            "<button",
            "<svg",
            "<link",
            "<base",
            "<!--",
            "<video",
            "<object",
            "<embed",
        ] {
            assert!(!shown.contains(bad), "{source} left {bad}: {shown}");
        }
    }
}

#[test]
fn players_and_frames_are_links_that_say_what_is_there() {
    for (source, shown) in [
        (
            "<iframe src='https://www.youtube.com/embed/abc?rel=0' title='A &lt;film'></iframe>",
            r#"<p><a href="https://www.youtube.com/watch?v=abc">Video: A &lt;film</a></p>"#,
        ),
        (
            "<p>See <iframe data-src=//maps.example/m></iframe> it</p>",
            r#"<p>See  <a href="https://maps.example/m">Open</a>  it</p>"#,
        ),
        (
            "<video controls><source src=v.mp4 type=video/mp4>No <b>video</b>.</video>",
            r#"<p><a href="https://example.org/news/a/v.mp4">Video: example.org</a></p>"#,
        ),
        (
            "<audio src='https://e.org/a.mp3'></audio>",
            r#"<p><a href="https://e.org/a.mp3">Audio: e.org</a></p>"#,
        ),
        ("<object><p>Instead</p></object>", "<p>Instead</p>"),
        (
            "<object data='https://e.org/f.pdf'>x</object>",
            r#"<p><a href="https://e.org/f.pdf">Open: e.org</a></p>"#,
        ),
        ("a<iframe src='https://track.example/' width=0 height=0></iframe>", "a"),
        ("a<iframe src='javascript:alert(1)'><script>alert(1)</script></iframe>b", "ab"),
        ("<embed src='data:text/html,x'>a", "a"),
    ] {
        assert_eq!(rendered(source), shown, "{source}");
    }
}

#[test]
fn footnotes_and_tasks_keep_their_words_and_lead_nowhere() {
    let source = "A claim[^1].\n\n- [x] done\n- [ ] open\n\n[^1]: Its *source*.\n";
    let prose = on_page(&Body { markup: Markup::Markdown, source: source.into() });
    assert!(!prose.html.contains("href"), "{}", prose.html);
    assert!(prose.html.contains("A claim<sup>1</sup>.") && prose.html.contains("☑ done"), "{}", prose.html);
    assert!(prose.html.ends_with("<p><sup>1</sup> Its <em>source</em>.</p>"), "{}", prose.html);
}

#[test]
fn links_that_lead_nowhere_are_their_words_and_those_of_pages_are_out() {
    for (source, shown) in [
        ("<a href='javascript:x'>a</a> <a>b</a>", "a b"),
        ("<a href='tel:+123'>call</a>", r#"<a href="tel:+123">call</a>"#),
        ("a<a href='#fn1'>1</a>", "a1"),
        ("a <a href='#fnref1'>↩</a>b", "a b"),
        ("<h2>A <a class=anchor href='#a'>#</a></h2>", "<h2>A </h2>"),
        ("a<a href='/x'> </a>b", "ab"),
        ("<a href='/x'><img src='/p.gif' width=1></a>", ""),
        ("a<a href='https://law.example/12'>§</a>", r#"a<a href="https://law.example/12">§</a>"#),
        ("a<a href='/news/b/#c'>#</a>", r#"a<a href="https://example.org/news/b/#c">#</a>"#),
        ("a<a href='/news/a/#c'>↑</a>", "a"),
    ] {
        assert_eq!(rendered(source), shown, "{source}");
    }
}

#[test]
fn tails_of_feeds_are_taken_off_bodies_but_no_link_elsewhere() {
    for (source, shown) in [
        ("<p>It opens [&#8230;]</p>", "<p>It opens…</p>"),
        ("<p>It <b>opens</b>. [...]</p>", "<p>It <b>opens</b>.</p>"),
        ("<p>It opens.</p>\n<p>Read more</p>\n", "<p>It opens.</p>"),
        (
            "<p>It opens.</p><p>The post <a href='/news/a/'>A</a> appeared first on <a href='/'>B</a>.</p>",
            "<p>It opens.</p>",
        ),
        (
            "<p>It opens. <a href='/news/a/#more'>Continue reading <span>A</span> →</a></p>",
            "<p>It opens.</p>",
        ),
        (
            "<p>It opens.</p><p><a href='/b/'>Read more</a></p>",
            r#"<p>It opens.</p><p><a href="https://example.org/b/">Read more</a></p>"#,
        ),
        ("<p>And then…</p>", "<p>And then…</p>"),
        ("<p>It opens.</p><p><a href='/news/a/'>Read more on The Harbour</a></p>", "<p>It opens.</p>"),
        (
            "<p>The article first appeared on <a href='https://theconversation.com/x'>The Conversation</a>.</p>",
            r#"<p>The article first appeared on <a href="https://theconversation.com/x">The Conversation</a>.</p>"#,
        ),
        (
            "<p>The post A first appeared on <a href='https://b.example/'>B</a>.</p>",
            r#"<p>The post A first appeared on <a href="https://b.example/">B</a>.</p>"#,
        ),
    ] {
        assert_eq!(rendered(source), shown, "{source}");
    }
}

#[test]
fn pictures_that_scripts_load_are_shown_and_drawings_are_not() {
    for (source, shown) in [
        ("<img src='data:image/gif;base64,R0' data-src='/a.jpg' alt=A>", "https://example.org/a.jpg"),
        ("<img src='/placeholder.png' data-lazy-src='https://e.org/a?b&amp;c'>", "https://e.org/a?b&amp;c"),
        ("<img srcset='/s.jpg 300w, /l.jpg 900w, /m.jpg 600w'>", "https://example.org/l.jpg"),
        ("<picture><source srcset='/a.webp'><img src='/a.jpg'></picture>", "https://example.org/a.jpg"),
        ("<figure><img src='/a.jpg'><figcaption>C</figcaption></figure>", "https://example.org/a.jpg"),
    ] {
        let html = rendered(source);
        assert!(
            html.contains(&format!("<img src=\"{shown}\"")) && html.matches("<img").count() == 1,
            "{source}: {html}"
        );
        assert!(!html.contains("srcset") && !html.contains("data-"), "{html}");
    }
    for source in [
        "<svg><text>Drawn</text></svg>",
        "<img src='/a.gif' style='display: none'>",
        "<img src='/a.gif' style='width:1px; height: 1px'>",
        "<img src='https://pixel.wp.com/b.gif?x'>",
        "<img src='data:image/png;base64,AA'>",
        "<img data-src='javascript:alert(1)'>",
    ] {
        assert_eq!(rendered(source), "", "{source}");
    }
}

#[test]
fn what_the_headline_says_is_not_said_again_below_it() {
    assert_eq!(
        rendered("<h1>The <i>headline</i>!</h1><p>a</p><h2>The headline</h2>"),
        "<p>a</p><h2>The headline</h2>"
    );
    assert_eq!(rendered("<h2> </h2><p>a</p>"), "<p>a</p>");
    let under = Under { level: 1, headline: "Fish & chips" };
    let body = Body { markup: Markup::Markdown, source: "# Fish & chips\n\na".to_owned() };
    assert_eq!(render(&body, &Links::default(), under, &english()).unwrap().html, "\n<p>a</p>");
}

#[test]
fn code_runs_from_left_to_right_in_every_language() {
    assert_eq!(
        rendered("<pre><code>a</code></pre><p><code>b</code></p>"),
        "<pre dir=\"ltr\">a</pre><p><code dir=\"ltr\">b</code></p>"
    );
}

#[test]
fn addresses_are_absolute() {
    assert_eq!(
        rendered(r##"<a href="../b">b</a> <a href="#c">c</a> <a href="//x.example/d">d</a>"##),
        r#"<a href="https://example.org/news/b">b</a> <a href="https://example.org/news/a/#c">c</a> <a href="https://x.example/d">d</a>"#
    );
    assert!(rendered("<img src=i.png alt=I>").contains(r#"src="https://example.org/news/a/i.png" alt="I""#));
}

#[test]
fn an_address_is_one_line_without_blanks_in_both_parts() {
    let source = "<a href='https://e.example/a\n\nUnsubscribe: b\"c'>a</a> <a href='mailto:a b'>b</a>";
    let prose = nowhere(&html(source)).unwrap();
    assert_eq!(prose.text, "a [1] b [2]\n\n[1] https://e.example/aUnsubscribe:%20b%22c\n[2] mailto:a%20b");
    assert!(prose.html.contains(r#"href="https://e.example/aUnsubscribe:%20b%22c""#), "{}", prose.html);
}

#[test]
fn headings_begin_below_the_headline_and_skip_no_level() {
    for (source, levels) in [
        ("<h1>a</h1><h2>b</h2><h2>c</h2><h1>d</h1>", "2332"),
        ("<h2>a</h2><h5>b</h5><h3>c</h3>", "233"),
        ("<h4>a</h4><h2>b</h2><h3>c</h3>", "223"),
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>", "234566"),
    ] {
        let shown = rendered(source);
        let found: String = shown.match_indices("<h").map(|(at, _)| &shown[at + 2..at + 3]).collect();
        assert_eq!(found, levels, "{source}");
        let ends: String = shown.match_indices("</h").map(|(at, _)| &shown[at + 3..at + 4]).collect();
        assert_eq!(ends, levels, "{source}");
    }
    for (level, first) in [
        (2, "<h3>a</h3><ul><li><h4>b</h4>"),
        (3, "<h4>a</h4><ul><li><h5>b</h5>"),
        (0, "<p><strong>a</strong></p><ul><li><p><strong>b"),
    ] {
        let source = "<h2>a</h2><ul><li><h3>b</h3></li></ul><h4>c</h4><h5>d</h5><h6>e</h6>";
        let under = Under { level, headline: "" };
        let shown = render(&html(source), &Links::default(), under, &english()).unwrap().html;
        assert!(shown.starts_with(first), "{shown}");
        assert_eq!(shown.contains("<h6>e</h6>"), level > 0, "{shown}");
    }
}

#[test]
fn pictures_keep_to_the_measure_and_pixels_that_count_are_dropped() {
    for (source, shown) in [
        (
            r#"<img src="https://e.org/a" width=1200 height=800 alt="a > b">"#,
            r#"<img src="https://e.org/a" alt="a &gt; b" width="536">"#,
        ),
        (r#"<img src="https://e.org/a" width=20>"#, r#"<img src="https://e.org/a" alt="" width="20">"#),
        (
            r#"<a href="https://e.org/"><img src="https://e.org/a"></a>"#,
            r#"<a href="https://e.org/"><img src="https://e.org/a" alt="Picture" width="536"></a>"#,
        ),
        (r#"a<img src="https://e.org/p" width=1 height=1>b"#, "ab"),
        (r#"a<img alt="no source">b"#, "ab"),
        (r#"a<img src="https://www.facebook.com/tr?id=1">b"#, "ab"),
        (r#"a<img src="http://feeds.feedburner.com/~r/x/~4/y">b"#, "ab"),
        (r#"a<img src="https://ad.doubleclick.net/x">b"#, "ab"),
        (r#"a<img src="https://e.org/1x1.gif">b"#, "ab"),
        (
            r#"<img src="https://www.facebook.com/travel/pier.jpg">"#,
            r#"<img src="https://www.facebook.com/travel/pier.jpg" alt="" width="536">"#,
        ),
        (
            r#"<img src="https://e.org/1x1.5-format/pic.jpg">"#,
            r#"<img src="https://e.org/1x1.5-format/pic.jpg" alt="" width="536">"#,
        ),
    ] {
        assert_eq!(rendered(source).replace("a > b", "a &gt; b"), shown, "{source}");
    }
}

#[test]
fn tables_without_a_head_are_layout_and_claim_no_room() {
    assert_eq!(
        rendered("<table><tr><td colspan=4000000 rowspan=2>a</td></tr></table>"),
        r#"<table role="presentation" class="fits"><tbody><tr><td rowspan="2">a</td></tr></tbody></table>"#
    );
    assert!(rendered("<table><tr><th>a</th></tr></table>").starts_with("<table class"));
}

#[test]
fn cells_of_any_span_keep_their_place_in_the_text() {
    for (source, text) in [
        ("<table><tr><td>a</td><td colspan=2 rowspan=2>b</td></tr></table>", "a | b"),
        ("<table><tr><td colspan=0>a</td><td>b</td></tr></table>", "a | b"),
        ("<table><tr><td rowspan=9>a rowspan=\"2\"</td><td>b</td></tr></table>", "a rowspan=\"2\" | b"),
    ] {
        let prose = nowhere(&html(source)).unwrap();
        assert!(prose.text.contains(text), "{source}:\n{}", prose.text);
    }
}

#[test]
fn headings_of_any_level_in_cells_leave_no_mark_in_the_text() {
    for level in 1..=6 {
        let source = format!("<table><tr><td>one</td><td><h{level}>two</h{level}>three</td></tr></table>");
        let under = Under { level: 3, headline: "" };
        let text = render(&html(&source), &Links::default(), under, &english()).unwrap().text;
        assert!(!text.contains(|c| ('\u{f0000}'..='\u{fffff}').contains(&c)), "{source}:\n{text}");
        assert!(["one", "two", "three"].iter().all(|word| text.contains(word)), "{source}:\n{text}");
    }
}

#[test]
fn a_list_is_counted_from_any_number_that_there_is() {
    for (start, text) in [("7", "7. a\n8. b"), ("-1", "-1. a"), ("9223372036854775807", "1. a\n2. b")] {
        let source = format!("<ol start={start}><li>a</li><li>b</li></ol>");
        let prose = nowhere(&html(&source)).unwrap();
        assert!(prose.text.contains(text), "{start}:\n{}", prose.text);
    }
}

#[test]
fn a_word_of_the_user_does_not_leave_the_attribute_that_it_stands_in() {
    let mut words = Words::built_in("en").unwrap();
    words.picture = "\"><b> & c".to_owned();
    let body = html("<a href='https://example.org/'><img src='https://example.org/p.png'></a>");
    let under = Under { level: 1, headline: "" };
    let prose = render(&body, &Links::default(), under, &words).unwrap();
    assert!(prose.html.contains(r#"alt="&quot;>&lt;b> &amp; c" "#), "{}", prose.html);
}

#[test]
fn markdown_is_rendered_and_what_is_too_deep_is_refused() {
    let markdown = |source: &str| Body { markup: Markup::Markdown, source: source.to_owned() };
    assert_eq!(
        on_page(&markdown("# A {#a .b}\n\nSee [b](/b) ~~c~~.\n")).html,
        "<h2>A</h2>\n<p>See <a href=\"https://example.org/b\">b</a> <del>c</del>.</p>"
    );
    assert_eq!(nowhere(&markdown(&"> ".repeat(5_000))), Err(Unfit::TooDeep));
    assert_eq!(nowhere(&html(&"<div>".repeat(100_000))), Err(Unfit::TooDeep));
    assert_eq!(
        words(&markdown("Some *words*.\n\n```\ncode\n```\n\n![alt](/i.png) More.")).unwrap(),
        "Some words. More."
    );
}

/// HTML of an article: blocks of words and links, nested as people nest them.
fn article_html() -> impl Strategy<Value = String> {
    let word = "[a-zé漢字ا-ي]{1,9}";
    let linked = (word, 0..9_u8).prop_map(|(word, at)| format!("<a href=\"/to/{at}\">{word}</a>"));
    let styled = (word, 0..5_usize)
        .prop_map(|(word, at)| format!("<{0}>{word}</{0}>", ["b", "em", "code", "del", "span"][at]));
    let line =
        prop::collection::vec(prop_oneof![4 => word.prop_map(String::from), 1 => linked, 1 => styled], 1..30)
            .prop_map(|words| words.join(" "));
    let text = (line.clone(), 0..4_usize)
        .prop_map(|(line, at)| format!("<{0}>{line}</{0}>", ["p", "h2", "div", "figcaption"][at]));
    let block = prop_oneof![4 => text, 1 => line.clone().prop_map(|line| format!("{line}<br>"))];
    block.prop_recursive(3, 24, 4, move |inner| {
        let cell = prop_oneof![4 => line.clone(), 1 => inner.clone()];
        let rows = prop::collection::vec((cell, 1..4_u8, 1..4_u8), 1..8).prop_map(|cells| {
            let cells = cells.into_iter().enumerate().map(|(at, (cell, columns, rows))| {
                let between = if at % 3 == 2 { "</tr><tr>" } else { "" };
                format!("<td colspan={columns} rowspan={rows}>{cell}</td>{between}")
            });
            format!("<table><tr>{}</tr></table>", cells.collect::<String>())
        });
        let nested = (prop::collection::vec(inner, 1..4), 0..3_usize).prop_map(|(items, at)| {
            let (before, between, after) = [
                ("<ul><li>", "</li><li>", "</li></ul>"),
                ("<ol start=8><li>", "</li><li>", "</li></ol>"),
                ("<blockquote>", "", "</blockquote>"),
            ][at];
            format!("{before}{}{after}", items.join(between))
        });
        prop_oneof![2 => nested, 1 => rows]
    })
}

proptest! {
    #[test]
    fn a_text_without_markup_is_read_without_the_parsers_and_as_they_would(source in "[A-Za-zé(“][a-zA-Zé .,;?!%()–—‘’“”…'\"/-]{0,80}") {
        let parsed = words(&html(&format!("{source}<!-- -->"))).unwrap();
        let markdown = |source: &str| Body { markup: Markup::Markdown, source: source.to_owned() };
        prop_assert_eq!(&words(&html(&source)).unwrap(), &parsed);
        prop_assert_eq!(words(&markdown(&source)).unwrap(), parsed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn words_and_links_of_html_are_in_the_text(source in article_html()) {
        let prose = on_page(&html(&source));
        let said: String = super::super::tag::words_in(&prose.html).chars().filter(|c| c.is_alphabetic()).collect();
        let (text, links) = prose.text.split_once("\n\n[1] ").unwrap_or((&prose.text, ""));
        let written: String = text.chars().filter(|c| c.is_alphabetic()).collect();
        prop_assert_eq!(written, said, "{}", &prose.text);
        for link in prose.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            prop_assert!(links.split(['\n', ' ']).any(|found| found == link), "{}: {}", link, &prose.text);
        }
        for line in prose.text.lines() {
            prop_assert!(UnicodeWidthStr::width(line) <= 72, "{}", line);
        }
    }
}
