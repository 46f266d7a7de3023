use super::DEEPEST_INDENT;
use super::mended;
use super::table::DEEPEST_TABLE;

#[test]
fn each_element_stands_where_it_may_and_no_word_is_lost() {
    for (source, shown) in [
        ("<li>a</li>", "<div>a</div>"),
        ("<dt>a</dt><dd>b</dd>", "<div>a</div><div>b</div>"),
        ("<figcaption>a</figcaption>", "<div>a</div>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul>a<p>b</p><li>c</li> </ul>", "<ul><li>a<p>b</p></li><li>c</li></ul>"),
        ("<dl><div><dt>a</dt><dd>b</dd></div></dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<dl><dd>a</dd></dl>", "<div>a</div>"),
        ("<h2><div>a</div><p>b</p></h2>", "<h2> a  b </h2>"),
        ("<pre><div>a</div><div>b</div></pre>", "<pre>\na\n\nb\n</pre>"),
        ("<span><p>a</p></span>", "<p><span>a</span></p>"),
        (
            "<section>a</section><details><summary>b</summary>c</details>",
            "<div>a</div><div><div>b</div>c</div>",
        ),
        ("<a href=\"x\"><h2>a</h2>b</a>", "<h2><a href=\"x\">a</a></h2><a href=\"x\">b</a>"),
        ("<b>a<ul><li>b</li></ul></b>", "<b>a</b><ul><li><b>b</b></li></ul>"),
        (
            "<figure><img>a<figcaption>b</figcaption></figure>",
            "<figure><div><img>a</div><figcaption>b</figcaption></figure>",
        ),
    ] {
        assert_eq!(mended(source), shown, "{source}");
    }
}

#[test]
fn what_shows_nothing_is_not_announced() {
    for (source, shown) in [
        ("<h2></h2><h3> <b></b></h3>a", "a"),
        ("<h2><img alt=\"\"></h2>", "<img alt=\"\">"),
        ("<h2><img alt=\"b\"></h2>", "<h2><img alt=\"b\"></h2>"),
        ("<p>&nbsp;</p><p>a</p>", "<p>a</p>"),
        ("a<a href=\"x\"></a>", "a"),
        ("<ul><li></li></ul><blockquote> </blockquote>a", "a"),
        ("<p><img alt=\"A press\"> a press</p>", "<p><img alt=\"\"> a press</p>"),
        ("<p><img alt=\"A press\"> from 1890</p>", "<p><img alt=\"A press\"> from 1890</p>"),
    ] {
        assert_eq!(mended(source), shown, "{source}");
    }
}

#[test]
fn heads_of_tables_say_which_way_they_look_and_tables_without_are_layout() {
    let cell = |cell: &str| format!("<table><tbody><tr>{cell}</tr></tbody></table>");
    let whole = |row: &str| cell(row).replace("<table", "<table class=\"fits\"");
    for (source, shown) in [
        ("<th>a</th><td>b</td>", "<th scope=\"row\">a</th><td>b</td>"),
        ("<th>a</th><th></th>", "<th scope=\"col\">a</th><td></td>"),
        ("<th scope=\"x\" align=\"right\">a</th>", "<th align=\"right\" scope=\"col\">a</th>"),
        ("<th><h2>a</h2></th>", "<th scope=\"col\"><strong>a</strong></th>"),
    ] {
        assert_eq!(mended(&cell(source)), whole(shown), "{source}");
    }
    let layout = cell(&format!("<td>{}</td>", cell("<th>a</th>")));
    assert_eq!(mended(&layout).matches("<table role=\"presentation\"").count(), 1);
    assert_eq!(
        mended("<table><caption>a</caption><tbody><tr><th>b</th></tr></tbody></table>"),
        "<figure><figcaption>a</figcaption><table class=\"fits\"><tbody><tr><th scope=\"col\">b</th></tr></tbody></table></figure>"
    );
}

#[test]
fn words_in_tables_are_whole_where_they_fit_a_phone() {
    for (row, class) in [
        ("<td>Monday</td>".repeat(4), " class=\"fits\""),
        ("<td>Monday</td>".repeat(5), " class=\"even\""),
        ("<td>Donaudampfschiff</td>".repeat(2), ""),
        ("<td>漢字漢字漢字漢字漢字漢字漢字</td>".repeat(4), " class=\"fits\""),
        ("<td><img src=\"x\"></td>".to_owned(), " class=\"even\""),
        ("<td colspan=\"40\">a</td>".to_owned(), " class=\"even\""),
    ] {
        let shown = mended(&format!("<table><tbody><tr>{row}</tr></tbody></table>"));
        assert!(shown.starts_with(&format!("<table role=\"presentation\"{class}>")), "{shown}");
    }
}

#[test]
fn what_is_deeper_than_a_phone_has_room_for_is_not_indented() {
    for (name, item, most) in
        [("blockquote", "div", DEEPEST_INDENT), ("ul", "li", DEEPEST_INDENT), ("table", "td", DEEPEST_TABLE)]
    {
        let start =
            if name == "table" { "<table><tbody><tr><td>".to_owned() } else { format!("<{name}><{item}>") };
        let end = if name == "table" {
            "</td></tr></tbody></table>".to_owned()
        } else {
            format!("</{item}></{name}>")
        };
        let shown = mended(&format!("{}deep{}", start.repeat(60), end.repeat(60)));
        assert_eq!(shown.matches(&format!("<{name}")).count(), usize::from(most), "{shown}");
        assert!(shown.contains(">deep<"), "{shown}");
    }
}

/// Shared out, each of the elements around would go through all that is in it: the test would run for minutes.
#[test]
fn what_would_be_too_much_to_share_out_is_not() {
    let many = "<i></i>".repeat(20_000) + "<p>a</p>";
    let shown = mended(&format!("{}{many}{}", "<b>".repeat(200), "</b>".repeat(200)));
    assert!(shown.ends_with("<p>a</p>"), "emphasis goes");
    let blocks = "<p>a</p>".repeat(17);
    let link = format!("<a href=\"x\">{blocks}</a>");
    assert_eq!(mended(&link), link, "a link stays");
}
