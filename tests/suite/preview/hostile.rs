//! A mail made to harm: nothing of it runs, and nothing is asked for but pictures, where they are on.

use std::thread::sleep;
use std::time::Duration;

use super::{MAIL, TABS};
use crate::harness::{Project, Site, Tab};

/// What a mail can try; `CANARY` is a site of somebody else's. Pictures alone are asked for at `/picture…`.
const HOSTILE: &str = r#"<!doctype html><html manifest="CANARY/manifest"><head><title>Mail</title>
<base href="CANARY/base/">
<meta http-equiv="refresh" content="0;url=CANARY/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline' 'unsafe-eval'">
<meta http-equiv="set-cookie" content="a=b">
<link rel="stylesheet" href="CANARY/stylesheet"><link rel="alternate stylesheet" href="CANARY/alternate">
<link rel="prefetch" href="CANARY/prefetch"><link rel="preload" as="script" href="CANARY/preload">
<link rel="preload" as="image" href="CANARY/picture-preloaded"><link rel="modulepreload" href="CANARY/modulepreload">
<link rel="prerender" href="CANARY/prerender"><link rel="icon" href="CANARY/icon"><link rel="import" href="CANARY/import-html">
<script type="speculationrules">{"prefetch":[{"source":"list","urls":["CANARY/speculation"]}],"prerender":[{"source":"list","urls":["CANARY/prerendered"]}]}</script>
<script src="CANARY/script"></script><script>new Image().src = "CANARY/picture-by-script"; canary("inline"); top.canary("top");</script>
<script type="module">import "CANARY/module"; canary("module");</script>
<style>@import "CANARY/import"; @import url(CANARY/import-url) screen;
@font-face { font-family: stolen; src: url(CANARY/font) } body { font-family: stolen; cursor: url(CANARY/picture-cursor), auto }
p::before { content: url(CANARY/picture-content) } .a { background: image-set(url(CANARY/picture-set) 1x) }
.b { filter: url(CANARY/picture-filter#f); clip-path: url(CANARY/picture-clip#c); mask: url(CANARY/picture-mask#m) }
input[value^="a"] { background: url(CANARY/picture-of-a-value) } html { filter: none !important }</style>
</head><body background="CANARY/picture-body" onload="canary('onload')" onpageshow="canary('pageshow')">
<p class="a b" style="background: url(CANARY/picture-style); behavior: url(CANARY/behavior); -moz-binding: url(CANARY/binding)">Words</p>
<img src="CANARY/picture" srcset="CANARY/picture-2x 2x" onload="canary('img load')" onerror="canary('img error')" lowsrc="CANARY/lowsrc" longdesc="CANARY/longdesc">
<img src="x:broken" onerror="canary('broken'); new Image().src='CANARY/picture-by-error'">
<picture><source srcset="CANARY/picture-source"><img src="CANARY/picture-fallback"></picture>
<svg onload="canary('svg')"><script>canary("svg script")</script><script href="CANARY/svg-script"></script>
<image href="CANARY/picture-svg"/><use href="CANARY/use#x"/><animate onbegin="canary('begin')" attributeName="x" dur="1s"/>
<a href="javascript:canary('svg a')"><text y="9">x</text></a><foreignObject><iframe src="CANARY/svg-frame"></iframe></foreignObject></svg>
<math><maction actiontype="statusline" xlink:href="javascript:canary('math')">x</maction></math>
<iframe src="CANARY/iframe"></iframe><iframe src="javascript:parent.canary('frame')"></iframe>
<iframe srcdoc="<script>parent.canary('srcdoc'); top.canary('srcdoc')</script><img src='CANARY/picture-srcdoc' onload='parent.canary(1)'>"></iframe>
<iframe src="data:text/html,<script>parent.canary('data')</script>"></iframe>
<fencedframe src="CANARY/fenced"></fencedframe><portal src="CANARY/portal"></portal>
<object data="CANARY/object"></object><embed src="CANARY/embed"><applet code="CANARY/applet"></applet>
<object type="text/html" data="data:text/html,<script>top.canary('object')</script>"></object>
<video src="CANARY/video" poster="CANARY/picture-poster" autoplay onloadstart="canary('video')"><track default src="CANARY/track"></video>
<audio src="CANARY/audio" autoplay></audio><video autoplay><source src="CANARY/source"></video>
<form action="CANARY/form" method="post" id="f"><input name="x" value="abc" autofocus onfocus="canary('focus')"><button>Go</button></form>
<form action="CANARY/get-form"><input type="image" src="CANARY/picture-input"><input type="submit" formaction="CANARY/formaction"></form>
<button form="f" formaction="javascript:canary('formaction')">Go</button>
<form action="javascript:canary('action')"><button>Go</button></form>
<form action="/-/draft" method="post"><input name="of" value="/weekly"><button>Draft</button></form>
<a id="own" href="javascript:canary('link')">x</a><a href="data:text/html,<script>canary(1)</script>">x</a><a href="vbscript:canary(1)">x</a>
<area href="javascript:canary('area')"><details ontoggle="canary('toggle')" open><summary>x</summary></details>
<marquee onstart="canary('marquee')">x</marquee><dialog open oncancel="canary(1)">x</dialog>
<table background="CANARY/picture-table"><tr><td background="CANARY/picture-cell">x</td></tr></table>
<template><img src="CANARY/template"></template><noscript><img src="CANARY/picture-noscript"></noscript>
<svg><style><p><link rel="prefetch" href="CANARY/prefetch-amid-svg"></p></style></svg>
<style></p><img src=x:y onerror=canary('mutation')></style><textarea></style><img src=x:y onerror=canary('textarea')></textarea>
<!--><img src=x:y onerror=canary('comment')>--><title></title><img src=x:y onerror=canary('title')>
<plaintext><img src="CANARY/plaintext" onerror="canary('plaintext')">"#;

/// What a mail says in its headers and its plaintext.
const MARKUP: &str =
    "</pre></title></textarea><script>canary('text')</script><img src=CANARY/text onerror=canary('text')>";

/// A project with a message in a file whose every part is hostile.
pub(super) fn hostile(site: &Site) -> Project {
    let canary = site.address("127.0.0.1", "");
    let [html, markup] = [HOSTILE, MARKUP].map(|text| text.replace("CANARY", &canary));
    let project = Project::bare();
    project.file(
        "mine.eml",
        &format!(
            "From: {markup} <a@example.org>\r\nTo: {markup} <b@example.org>\r\nSubject: {markup}\r\nX-{markup}: x\r\n\
             List-Unsubscribe: <javascript:canary(1)>, <{canary}/unsubscribe>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n\
             --=_b\r\nContent-Type: multipart/alternative; boundary=\"=_c\"\r\n\r\n\
             --=_c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{markup}\r\n\
             --=_c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--=_c--\r\n\
             --=_b\r\nContent-Type: image/svg+xml; name=\"{name}\"\r\nContent-ID: <a>\r\n\r\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\"><script>canary('attached')</script></svg>\r\n--=_b--\r\n",
            name = markup.replace('"', ""),
        ),
    );
    project
}

/// In the page: all that a hand could set off in the mail, but for links that lead to the web.
const TOUCH: &str = "(mail => {
  for (const element of mail.querySelectorAll('*')) {
    for (const event of ['load', 'error', 'focus', 'mouseover', 'toggle', 'click', 'submit', 'begin'])
      element.dispatchEvent(new Event(event, { cancelable: true }));
    if (!/^https?:/.test(element.href ?? '')) element.click?.();
    element.requestSubmit?.();
  }
  return mail.querySelectorAll('*').length;
})";

/// What runs tells so in the console, by a function that only the tests have.
#[track_caller]
fn nothing_ran(tab: &Tab, place: &str) {
    let ran: Vec<String> =
        tab.told().into_iter().filter(|told| told.contains("ran ") || told.starts_with("opens")).collect();
    assert_eq!(ran, [""; 0], "{place}");
}

#[test]
fn a_hostile_mail_runs_nothing_and_asks_for_nothing_but_pictures() {
    let site = Site::start();
    let project = hostile(&site);
    let preview = project.preview("mine.eml");
    let tab = Tab::open(1440, "light");
    for (scheme, styles) in [("light", "on"), ("dark", "off"), ("forced", "on")] {
        tab.go(&preview.address(&format!("/-/file?scheme={scheme}&styles={styles}")));
        tab.until(&format!("{MAIL}?.body?.innerText.includes('Words') && {MAIL}.readyState === 'complete'"));
        let touched = tab.tell(&format!("{TOUCH}({MAIL})")).as_u64().unwrap();
        assert!(touched > 60, "it was there to be touched: {touched}");
        sleep(Duration::from_millis(300));
        tab.until(&format!("{MAIL}?.body?.innerText.includes('Words')"));
        nothing_ran(&tab, scheme);
    }
    for name in TABS {
        for view in ["both", "text"] {
            tab.go(&preview.address(&format!("/-/file?tab={name}&view={view}")));
            assert_eq!(tab.tell("document.scripts.length"), 1, "{name}");
            assert_eq!(
                tab.tell("document.images.length + document.querySelectorAll('svg:not(.meter svg), object, embed').length"),
                0,
                "{name}"
            );
            assert_eq!(
                tab.tell(
                    "[...document.links].filter(one => !/^(https?|mailto|blob):/.test(one.href)).length"
                ),
                0,
                "{name}"
            );
            nothing_ran(&tab, name);
        }
    }
    let asked = site.asked();
    let other: Vec<&String> = asked.iter().filter(|asked| !asked.starts_with("GET /picture")).collect();
    assert!(other.is_empty(), "{other:?}");
    for picture in ["/picture", "/picture-body", "/picture-style", "/picture-table"] {
        assert!(
            asked.iter().any(|one| *one == format!("GET {picture}") || one.starts_with("GET /picture-2x")),
            "{picture}: {asked:?}"
        );
    }
    assert!(!asked.iter().any(|asked| asked.contains("-by-")), "{asked:?}");
}

#[test]
fn a_hostile_mail_asks_for_nothing_at_all_without_images() {
    let site = Site::start();
    let project = hostile(&site);
    let preview = project.preview("mine.eml");
    let tab = Tab::open(1440, "light");
    tab.go(&preview.address("/-/file?images=off"));
    tab.until(&format!("{MAIL}?.body?.innerText.includes('Words') && {MAIL}.readyState === 'complete'"));
    tab.tell(&format!("{TOUCH}({MAIL})"));
    sleep(Duration::from_millis(500));
    assert_eq!(site.asked(), [""; 0]);
    nothing_ran(&tab, "without images");
    // And the frame by itself, as whoever copies its address would open it.
    tab.go(&preview.address("/-/mail/-/file?images=off"));
    sleep(Duration::from_millis(500));
    assert_eq!(site.asked(), [""; 0]);
    nothing_ran(&tab, "by itself");
}

#[test]
fn the_canaries_of_these_tests_are_alive() {
    let site = Site::start();
    site.page(
        "/mail",
        &HOSTILE.replace("CANARY", &site.address("127.0.0.1", "")).replace("http-equiv=\"refresh\"", ""),
    );
    let tab = Tab::open(1440, "light");
    tab.go(&site.address("127.0.0.1", "/mail"));
    sleep(Duration::from_millis(500));
    let (asked, told) = (site.asked(), tab.told());
    for path in [
        "script",
        "stylesheet",
        "iframe",
        "import",
        "font",
        "object",
        "video",
        "prefetch",
        "picture-by-script",
    ] {
        assert!(asked.iter().any(|asked| asked.ends_with(&format!("/{path}"))), "{path}: {asked:?}");
    }
    assert!(told.iter().any(|told| told.contains("ran canary(inline)")), "{told:?}");
}

#[test]
fn hostile_articles_run_nothing_in_any_pane() {
    let site = Site::start();
    let canary = site.address("127.0.0.1", "");
    let project = Project::new();
    project.set("digests.weekly.layout", "full");
    let [html, markup] = [HOSTILE, MARKUP].map(|text| text.replace("CANARY", &canary));
    let head = serde_json::json!({
        "title": markup, "date": "2026-01-13", "tags": ["immigration", markup], "summary": markup, "source": markup,
        "link": "https://www.example.com/?<script>canary(1)</script>", "author": markup,
    });
    project.file("content/hostile.html", &format!("{head:#}\n{html}\n"));
    project.file("content/hostile.md", &format!("{head:#}\n{html}\n"));
    project.file("content/<img src=x:y onerror=canary('path')>.md", "---\ntitle: [\n---\n");
    let preview = project.preview("weekly");
    preview.get("/weekly").is(200);
    project.file(
        "content/<svg onload=canary('fault')>.md",
        "---\ntitle: [<img src=x:y onerror=canary('excerpt')>\n---\n",
    );
    preview.wait_for("/weekly", "role=\"alert\"");
    let tab = Tab::open(1440, "light");
    for name in TABS {
        tab.go(&preview
            .address(&format!("/weekly?tab={name}&find=%3Cimg%20src%3Dx%3Ay%20onerror%3Dcanary(1)%3E")));
        tab.until(&format!("{MAIL}?.body && {MAIL}.readyState === 'complete'"));
        assert_eq!(tab.tell("document.scripts.length + document.images.length"), 1, "{name}");
        tab.tell(&format!("{TOUCH}({MAIL})"));
        nothing_ran(&tab, name);
    }
    let asked = site.asked();
    assert!(asked.iter().all(|asked| asked.starts_with("GET /picture")), "{asked:?}");
}
