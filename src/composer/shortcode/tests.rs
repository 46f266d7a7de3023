use super::*;

#[test]
fn shortcodes_are_removed_but_what_they_enclose_and_what_is_code_stays() {
    for (markdown, shown) in [
        ("a {{< youtube x >}} b", "a  b"),
        ("{{<youtube x>}}", ""),
        ("{{% notice %}}\nMind *this*.\n{{% /notice %}}", "\nMind *this*.\n"),
        ("{{% figure\n  src=\"a.png\"\n%}}after", "after"),
        ("{% include sig.md %}{{ site.title }} é", " é"),
        ("Head\n{: .no_toc}\n", "Head\n\n"),
        ("Write `{{< x >}}` or {{< y >}}.", "Write `{{< x >}}` or ."),
        ("```\n{% raw %}\n```\n{% raw %}\n", "```\n{% raw %}\n```\n\n"),
        ("    {{ indented }}\n", "    {{ indented }}\n"),
        ("`{% raw %}{% raw %}{% endraw %}` and `{{</* x */>}}`", "`{% raw %}` and `{{< x >}}`"),
        ("a { b } and {{ unclosed", "a { b } and {{ unclosed"),
        ("none", "none"),
    ] {
        assert_eq!(without(markdown, Markup::Markdown, Options::empty(), None), shown, "{markdown:?}");
    }
}

#[test]
fn what_is_known_is_a_link_or_a_picture_in_either_markup() {
    for (source, markdown, html) in [
        (
            "{{< youtube w7Ft2ymGmfc >}}",
            r"[Video\: youtube\.com](<https://www.youtube.com/watch?v=w7Ft2ymGmfc>)",
            r#"<a href="https://www.youtube.com/watch?v=w7Ft2ymGmfc">Video: youtube.com</a>"#,
        ),
        (
            "{{ vimeo(id=\"1\", title=\"A *film*\") }}",
            r"[Video\: A \*film\*](<https://vimeo.com/1>)",
            r#"<a href="https://vimeo.com/1">Video: A *film*</a>"#,
        ),
        (
            "{% include video/youtube.html id='x' %}",
            r"[Video\: youtube\.com](<https://www.youtube.com/watch?v=x>)",
            r#"<a href="https://www.youtube.com/watch?v=x">Video: youtube.com</a>"#,
        ),
        (
            "{{< figure src=\"/a.png\" alt=\"A <map>\" caption=\"By *me*\" >}}",
            "![A \\<map\\>](</a.png>)\\\nBy *me*",
            r#"<img src="/a.png" alt="A &lt;map>"><br>By *me*"#,
        ),
        (
            "{{< tweet user=\"Zoo\" id=\"145\" >}}",
            r"[Post\: x\.com](<https://x.com/i/status/145>)",
            r#"<a href="https://x.com/i/status/145">Post: x.com</a>"#,
        ),
        ("{{ '/i.png' | relative_url }}{{ site.title }}", "/i.png", "/i.png"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}", "{{ x }}"),
        ("{{ video | escape }}{{ image | relative_url }}", "", ""),
        (
            r#"<img src="{{ image | relative_url }}" alt="Pier">"#,
            r#"<img src="" alt="Pier">"#,
            r#"<img src="" alt="Pier">"#,
        ),
        (r#"<a href="{{< embed "x" >}}">a</a>"#, r#"<a href="">a</a>"#, r#"<a href="">a</a>"#),
        (r#"<a href="{{ '/x' | url }}">a</a>"#, r#"<a href="/x">a</a>"#, r#"<a href="/x">a</a>"#),
        (
            "{{ vimeo(id=\"1\", title=\"A | b\") }}",
            r"[Video\: A \| b](<https://vimeo.com/1>)",
            r#"<a href="https://vimeo.com/1">Video: A | b</a>"#,
        ),
        ("a{% comment %} b {{ c }} {% endcomment %}d", "ad", "ad"),
        (
            "{{< highlight go >}}\na {{ b }}\n{{< /highlight >}}",
            "\n~~~~\na {{ b }}\n~~~~\n",
            "<pre>\na {{ b }}\n</pre>",
        ),
    ] {
        let shown = |markup| without(source, markup, Options::empty(), Some(&Words::built_in("en").unwrap()));
        assert_eq!(shown(Markup::Markdown), markdown, "{source}");
        assert_eq!(shown(Markup::Html), html, "{source}");
    }
}

#[test]
fn imports_and_components_of_mdx_are_not_shown() {
    for (source, shown) in [
        ("import A from '../A.astro'\nimport 'x.css';\n\nText", "\nText"),
        ("export const meta = {\n  title: 'A'\n}\n\nText", "\nText"),
        ("<Callout type=\"tip\" style={{ a: '>' }}>Mind.</Callout>", "Mind."),
        ("<Card.Grid n={1} />{/* note */}After", "After"),
        ("```js\nimport a from 'b'\n<Callout/>\n```\n", "```js\nimport a from 'b'\n<Callout/>\n```\n"),
        ("<B>bold</B> <https://e.org> 1 <2", "<B>bold</B> <https://e.org> 1 <2"),
        ("Of {props.x} {'years'} and \\{y}", "Of  years and \\{y}"),
        ("<p className={a ? 'b' : '>'}>Text</p>", "<p >Text</p>"),
        ("`{x}` {/* it's */}{x}", "`{x}` "),
        ("```js\nexport default {\n  // …\n```\n\nText }", "```js\nexport default {\n  // …\n```\n\nText }"),
        ("{a && <p>don't</p>}\n\nOf {b}.", "\n\nOf ."),
        ("An { open one.\n\nOf {b}.", "An { open one.\n\nOf ."),
        ("export const mood = \"sad :(\";\n\nText", "\nText"),
    ] {
        assert_eq!(without(source, Markup::Mdx, Options::empty(), None), shown, "{source:?}");
    }
}

#[test]
fn braces_and_imports_in_markdown_that_is_not_mdx_are_its_authors() {
    for source in [
        "A set {x} and <p class={y}>z</p>",
        "You may\nimport { a, b and c of the library.\n\nThen call it.",
        "export default value of the port\nand more. {{x",
        "import a from 'b'\n\nText",
    ] {
        assert_eq!(without(source, Markup::Markdown, Options::empty(), None), source);
    }
}

#[test]
fn links_to_files_keep_their_paths() {
    for (source, shown) in [
        ("[a]({{< ref \"/blog/b.md#c\" >}})", "[a](/blog/b.md#c)"),
        ("[a]({{% relref \"b\" %}})", "[a](b.md)"),
        ("[a]({{< ref path=\"b/\" lang=\"fr\" >}})", "[a](b.md)"),
        ("[a]({{< ref \"#c\" >}})", "[a](#c)"),
        ("[a]({% link _posts/2026-01-13-b.md %})", "[a](_posts/2026-01-13-b.md)"),
        ("[a]({% post_url 2026-01-13-b %})", "[a](_posts/2026-01-13-b.md)"),
        ("{{< link \"https://example.com/page\" >}}", ""),
        ("{{< link \"page\" >}}", ""),
        ("{% link https://example.com/page %}", ""),
        ("* TOC\n{:toc}\nText", "\nText"),
    ] {
        assert_eq!(without(source, Markup::Markdown, Options::empty(), None), shown, "{source}");
    }
}

#[test]
fn shortcodes_in_html_are_removed_but_for_code() {
    let source = "<p>{{ a }}b</p><PRE>{{ c }}</PRE><code>{% d %}</code>{% e %}";
    let shown = "<p>b</p><PRE>{{ c }}</PRE><code>{% d %}</code>";
    assert_eq!(without(source, Markup::Html, Options::empty(), None), shown);
}

#[test]
fn the_time_it_takes_grows_with_the_length_only() {
    for mark in [
        "{",
        "{{<",
        "{%`",
        "{{`{{",
        "{% raw %}",
        "{{< highlight >}}{",
        "<A",
        "<Ab {",
        "import '",
        "export let (\n\n",
        "export let `\\'\\\"",
        "{\\'",
        "{c && <p>'tis\n\n",
        "{{:",
        "<a {",
        "<a b",
        "{'",
    ] {
        let markdown = mark.repeat(50_000);
        for markup in [Markup::Markdown, Markup::Mdx] {
            assert!(without(&markdown, markup, Options::empty(), None).len() <= markdown.len());
        }
    }
}
