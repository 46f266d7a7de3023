use super::*;

#[test]
fn links_are_numbered_once_each_and_their_addresses_stand_whole_on_their_own_lines() {
    let url = format!("https://example.org/{}", "long/".repeat(30));
    let html = format!(
        "<p>See <a href='{url}'>this</a>, <a href='https://example.org/b'>that</a> and <a href='{url}'>this</a>.</p>"
    );
    let text = document(&html);
    assert_eq!(text, format!("See this [1], that [2] and this [1].\n\n[1] {url}\n[2] https://example.org/b"));
}

#[test]
fn structure_survives_as_text() {
    let html = "<h3>Head</h3><p>An <em>old</em> <strong>tale</strong> &amp; more</p>\
                <blockquote><p>said <a href='https://example.org/q'>he</a></p></blockquote>\
                <ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul><ol><li>first</li><li>second</li></ol>\
                <p>In<br>1990. nothing</p><p><img src='https://example.org/i.png' alt='A map'></p>";
    insta::assert_snapshot!(document(html), @r"
    ## Head

    An _old_ *tale* & more

    > said he [1]

    * one
      * inner
    * two

    1. first
    2. second

    In
    1990. nothing

    [A map]

    [1] https://example.org/q
    ");
}

#[test]
fn no_line_is_wider_than_72_columns_and_chinese_counts_double() {
    let text = format!("{} {} {}", "words of one line ".repeat(10), "漢字".repeat(60), "x".repeat(100));
    let html = format!(
        "<p>{text}</p><ul><li><ul><li>{text}</li></ul></li></ul><table><tr><td>{text}</td><td>b</td></tr></table>"
    );
    let deep = format!("{}{text}", "<blockquote>".repeat(60));
    for wrapped in [wrap(&text), document(&html), document(&deep)] {
        let widest = wrapped.lines().map(UnicodeWidthStr::width).max().unwrap();
        assert!((60..=COLUMNS).contains(&widest), "{widest}:\n{wrapped}");
    }
    assert_eq!(wrap(&text).replace(['\n', ' '], ""), text.replace(' ', ""));
    assert_eq!(document(&deep).replace(['\n', ' ', '>'], ""), text.replace(' ', ""));
}

#[test]
fn quotes_and_lists_keep_their_marks_on_every_line_and_break_by_their_script() {
    let text = "港の新しい桟橋が開き、「小さな海」のために。".repeat(3);
    let html = format!(
        "<blockquote><p>{text}</p></blockquote><ul><li><p>{text}</p><p>Two</p></li></ul><ol start=9><li>{text}</li><li>b</li></ol>"
    );
    insta::assert_snapshot!(document(&html), @r"
> 港の新しい桟橋が開き、「小さな海」のために。港の新しい桟橋が開き、
> 「小さな海」のために。港の新しい桟橋が開き、「小さな海」のために。

* 港の新しい桟橋が開き、「小さな海」のために。港の新しい桟橋が開き、
  「小さな海」のために。港の新しい桟橋が開き、「小さな海」のために。

  Two

9.  港の新しい桟橋が開き、「小さな海」のために。港の新しい桟橋が開き、
    「小さな海」のために。港の新しい桟橋が開き、「小さな海」のために。
10. b
");
}

#[test]
fn code_keeps_its_lines_but_for_those_too_long_and_a_bare_address_is_whole() {
    let long = document(&format!("<pre>    run --all   {}</pre>", "-x ".repeat(40)));
    assert_eq!(long.lines().count(), 2, "{long}");
    assert!(long.lines().all(|line| line.width() <= COLUMNS && line.ends_with("-x")), "{long}");
    assert!(long.starts_with("    run --all   -x -x"), "{long}");
    let deep = format!("{}a\n{}b", " ".repeat(45), " ".repeat(50));
    assert!(document(&format!("<p>a</p><pre>{deep}</pre>")).ends_with(&deep));
    let code = format!("  run --{}\n\n\tend  1", "x".repeat(50));
    assert_eq!(
        document(&format!("<p>a</p><pre>{code}</pre><p>b</p>")),
        format!("a\n\n{}\n\nb", code.replace('\t', "        "))
    );
    let address = format!("https://example.org/{}", "long/".repeat(30));
    assert_eq!(document(&format!("<p>See {address} there.</p>")), format!("See\n{address}\nthere."));
}

#[test]
fn figures_tables_and_rules_stand_apart_from_the_text() {
    let html = "<p>a</p><figure><img src='https://e.org/i' alt='Map'><figcaption>By me</figcaption></figure><hr>\
                <table><tr><th>b</th></tr><tr><td>c</td></tr></table><p>d</p>";
    assert_eq!(document(html), "a\n\n[Map]\n\nBy me\n\n* * *\n\nb\n-\nc\n\nd");
}

#[test]
fn emphasis_that_an_editor_left_in_pieces_is_one() {
    let html = "<p>The<i> </i>Act <i>S</i><i>ettings</i> <b>may</b> <b>vary</b><em></em></p>";
    assert_eq!(document(html), "The Act _Settings_ *may vary*");
}

#[test]
fn parts_stay_whole_where_they_fit() {
    let (short, long) = ("a part of it", "one that is far too long ".repeat(4));
    assert_eq!(joined([short, short].into_iter(), " · "), "a part of it · a part of it");
    assert_eq!(joined([short; 6].into_iter(), " · ").lines().count(), 2);
    assert!(joined([short; 6].into_iter(), " · ").lines().all(|line| line.ends_with("of it")));
    assert_eq!(
        joined([short, &long, short].into_iter(), " · "),
        format!("{short}\n{}\n{short}", wrap(&long))
    );
}

#[test]
fn a_japanese_line_neither_begins_with_a_stop_nor_ends_with_an_opening_bracket() {
    let wrapped = wrap(&"港の新しい桟橋が開き、「小さな海」のために。".repeat(9));
    for line in wrapped.lines() {
        assert!(!line.starts_with(['、', '。', '」', 'っ']) && !line.ends_with('「'), "{wrapped}");
        assert!(line.width() <= COLUMNS, "{line}");
    }
    assert_eq!(wrap("漢字 漢字"), "漢字 漢字");
}

#[test]
fn a_panic_of_the_renderer_is_a_failure_like_another() {
    assert_eq!(guarded::<String>(|| panic!("as it did before")), None);
}

#[test]
fn the_words_of_blocks_do_not_run_together() {
    assert_eq!(
        flat("<p>one</p><p>two <b>three</b><br>four</p><ul><li>five</li></ul>"),
        "one two three four five"
    );
}

#[test]
fn no_line_looks_like_the_start_of_a_message_or_a_header() {
    let guarded = guard_lines("From here on\nSubject: x\nX-Spam: y\nNote: z\nfrom a: b\n");
    assert_eq!(guarded, " From here on\n Subject: x\n X-Spam: y\nNote: z\nfrom a: b\n");
}
