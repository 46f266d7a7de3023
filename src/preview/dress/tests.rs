use super::*;

const LIGHT: Dress = Dress { scheme: Scheme::Light, images: true, styles: true };
const DARK: Dress = Dress { scheme: Scheme::Dark, images: true, styles: true };
const FORCED_DARK: Dress = Dress { scheme: Scheme::Forced, images: true, styles: true };

/// The HTML in a dress, without what is put into it.
fn bare(html: &str, dress: Dress) -> String {
    let dressed = dressed(html, dress);
    let (before, rest) = dressed.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    before.to_owned() + rest.split_once("</style>").unwrap().1
}

/// Whether default colours are dark.
fn is_dark(html: &str, dress: Dress) -> bool {
    dressed(html, dress).contains("{color-scheme:dark!important}")
}

#[test]
fn what_is_said_for_a_theme_holds_in_it_and_never_in_the_other() {
    for written in ["(prefers-color-scheme:dark)", "( Prefers-Color-Scheme :\n DARK )"] {
        let html = format!(
            "<style media='screen and {written}'>@media screen and {written} {{ a {{}} }}</style><source media=\"{written}\">"
        );
        let with = |condition| html.replace(written, condition);
        assert_eq!(bare(&html, LIGHT), with(NEVER));
        assert_eq!(bare(&html, DARK), with(ALWAYS));
        assert_eq!(bare(&html, FORCED_DARK), with(NEVER), "who forces a dark knows none of ours");
    }
    let light = "<style>@media not (prefers-color-scheme: light), (prefers-color-scheme: dark) {}</style>";
    assert_eq!(bare(light, LIGHT), format!("<style>@media not {ALWAYS}, {NEVER} {{}}</style>"));
    assert_eq!(bare(light, DARK), format!("<style>@media not {NEVER}, {ALWAYS} {{}}</style>"));
}

#[test]
fn all_else_stays_as_it_is_written() {
    for html in [
        "",
        "a < b",
        "<p title='(prefers-color-scheme: dark)'>Write <code>@media (prefers-color-scheme: dark)</code>",
        "<!-- <style>@media (prefers-color-scheme: dark) {}</style> -->",
        "<style>@media (prefers-color-scheme) {} @media (prefers-color-scheme: sepia) {} prefers-color-scheme: dark</style>",
        "<style>@media (prefers-color-scheme: dark",
        "<a href='https://example.org/#a' rel='nofollow'>é</a>",
        "<p a='never closed é",
    ] {
        for dress in [LIGHT, DARK, FORCED_DARK] {
            assert_eq!(bare(html, dress), html);
        }
    }
}

#[test]
fn default_colours_are_dark_where_the_mail_can_be_and_the_theme_is() {
    for (html, light, dark) in [
        ("<p>", false, false),
        ("<style>@media (prefers-color-scheme: dark) {}</style>", false, false),
        ("<meta name='color-scheme' content='light dark'>", false, true),
        ("<META NAME=Supported-Color-Schemes CONTENT='Light Dark'>", false, true),
        ("<meta name='description' content='dark'>", false, false),
        ("<meta content='dark' name=color-scheme>", true, true),
        ("<meta name='color-scheme' content='only light'>", false, false),
        ("<style>:root { Color-Scheme : light Dark; color: #000 }</style>", false, true),
        ("<style>:root{supported-color-schemes:light dark}</style>", false, true),
        ("<style>:root{color-scheme:light} .dark{}</style>", false, false),
        ("<body style='color-scheme: dark light'>", false, true),
    ] {
        assert_eq!((is_dark(html, LIGHT), is_dark(html, DARK)), (light, dark), "{html}");
        assert!(!is_dark(html, FORCED_DARK), "{html}");
    }
}

#[test]
fn the_document_keeps_its_type_and_what_is_ours_comes_first() {
    let dressed = dressed("<!doctype html><html lang=\"en\"><head><base href=x>", LIGHT);
    assert!(dressed.starts_with("<!doctype html><meta http-equiv=\"Content-Security-Policy\""), "{dressed}");
    assert!(dressed.ends_with("</style><html lang=\"en\"><head><base href=x>"), "{dressed}");
}

#[test]
fn links_open_in_a_window_that_knows_nothing_of_this_one_and_those_within_the_mail_stay_in_it() {
    for (written, expected) in [
        ("<a target=_top href='/x'>", "<a data-target=_top href='/x'>"),
        ("<area TARGET='_self' Rel='OPENER'>", "<area data-TARGET='_self' data-Rel='OPENER'>"),
        ("<a href=\"#part\" target=x>", "<a target=\"_self\" href=\"#part\" data-target=x>"),
    ] {
        assert_eq!(bare(written, LIGHT), expected);
    }
}

#[test]
fn no_link_is_left_that_could_fetch_ahead() {
    for (written, expected) in [
        ("<link rel=pre&#102;etch href=x>", "<meta rel=pre&#102;etch href=x>"),
        ("<svg><style><p><LINK\nrel=preconnect>", "<svg><style><p><meta\nrel=preconnect>"),
        ("<!-- <link/>--><title><link>", "<!-- <meta/>--><title><meta>"),
        ("<links> <a link> &lt;link> </link>", "<links> <a link> &lt;link> </link>"),
        ("<link", "<meta"),
    ] {
        assert_eq!(bare(written, LIGHT), expected);
    }
}

#[test]
fn a_policy_lets_nothing_run_and_takes_away_what_the_program_does() {
    for (images, styles) in [(true, true), (true, false), (false, true), (false, false)] {
        let policy = policy(Dress { scheme: Scheme::Dark, images, styles });
        let directives: Vec<&str> = policy.split("; ").collect();
        assert!(directives.contains(&"default-src 'none'") && !policy.contains("script"), "{policy}");
        assert_eq!(directives.contains(&"img-src 'none'"), !images, "{policy}");
        assert_eq!(directives.contains(&"style-src-elem 'unsafe-inline'"), styles, "{policy}");
    }
}

#[test]
fn without_styles_only_our_own_sheet_is_let_through() {
    for scheme in [Scheme::Light, Scheme::Dark, Scheme::Forced] {
        let dress = Dress { scheme, images: true, styles: false };
        for html in ["<p>", "<meta name=color-scheme content='light dark'>"] {
            let dressed = dressed(html, dress);
            let own = dressed.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
            let hash = BASE64_STANDARD.encode(digest(&SHA256, own.as_bytes()));
            assert!(policy(dress).contains(&format!("'sha256-{hash}'")), "{own}");
        }
    }
}
