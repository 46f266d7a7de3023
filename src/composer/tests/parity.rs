//! Whatever a body is made of, its text says what its HTML says.

use std::collections::HashMap;

use proptest::prelude::*;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use super::super::fitted::Under;
use super::super::links::Links;
use super::super::prose;
use crate::article::{Body, Markup};
use crate::config::Words;

/// Elements as people nest them, and as they should not.
const ELEMENTS: [&str; 43] = [
    "p",
    "div",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "code",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "figure",
    "figcaption",
    "a",
    "b",
    "em",
    "span",
    "small",
    "sup",
    "q",
    "del",
    "mark",
    "br",
    "hr",
    "img",
    "details",
    "summary",
    "center",
    "font",
    "thead",
    "abbr",
];
const WORDS: [&str; 8] = [
    "river",
    "Überschwemmung",
    "1204",
    "市長が最初の船を迎えた。",
    "المكتبة",
    "état",
    "rock-n-roll",
    "a_snake_case",
];

/// A body: elements in each other, with words between blanks.
fn bodies() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]).prop_map(|word| format!(" {word} "));
    word.prop_recursive(6, 60, 5, |inner| {
        (prop::sample::select(&ELEMENTS[..]), prop::collection::vec(inner, 0..5), 0..9).prop_map(
            |(name, inner, number)| {
                let attributes = match name {
                    "a" => format!(" href=\"https://www.example.com/{number}\""),
                    "img" => format!(" src=\"https://img.example.com/{number}.png\" alt=\"Picture{number}\""),
                    _ => String::new(),
                };
                format!("<{name}{attributes}>{}</{name}>", inner.concat())
            },
        )
    })
}

/// The words of HTML, which has no entities, with those of its pictures.
fn words_of_html(html: &str) -> String {
    let mut words = String::new();
    for part in html.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        let alt =
            tag.split_once("alt=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(alt, _)| alt);
        words.extend([" ", alt, " ", text]);
    }
    words
}

/// How often each word stands in a text, whatever marks it; of Chinese and Japanese each sign is one.
fn counted(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let is_wide = word.chars().all(|c| c.width() == Some(2));
        let parts =
            if is_wide { word.chars().map(String::from).collect() } else { vec![word.to_lowercase()] };
        for part in parts {
            *counts.entry(part).or_default() += 1;
        }
    }
    counts
}

/// `text` without the breaks of lines that are full, for code is broken anywhere.
fn joined(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines() {
        joined.push_str(line.trim_start_matches([' ', '>']));
        if line.width() < 69 {
            joined.push('\n');
        }
    }
    joined
}

proptest! {
    #[test]
    fn the_text_of_any_body_has_every_word_and_every_link_of_its_html_in_72_columns(source in bodies()) {
        let body = Body { markup: Markup::Html, source };
        let base = "https://www.example.com/story/".parse().ok();
        let under = Under { level: 2, headline: "" };
        let shown = prose::render(&body, &Links::on(base.as_ref()), under, &Words::built_in("en").unwrap()).unwrap();
        let (text, joined) = (counted(&shown.text), counted(&joined(&shown.text)));
        for (word, count) in counted(&words_of_html(&shown.html)) {
            let found = text.get(&word).max(joined.get(&word)).copied().unwrap_or_default();
            prop_assert!(found >= count, "{word}: {found} of {count}\n{}\n{}", shown.html, shown.text);
        }
        for link in shown.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let there = shown.text.lines().any(|line| line.ends_with(&format!("] {link}")));
            prop_assert!(there, "{link}\n{}\n{}", shown.html, shown.text);
        }
        prop_assert!(!shown.text.contains(|c| ('\u{f0000}'..='\u{fffff}').contains(&c)), "{:?}", shown.text);
        let widest = shown.text.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
        prop_assert!(widest <= 72, "{widest}\n{}", shown.text);
        for word in WORDS {
            let (given, kept) = (counted(&words_of_html(&body.source)), counted(&words_of_html(&shown.html)));
            let word = word.to_lowercase();
            prop_assert!(given.get(&word) <= kept.get(&word), "{word} is lost\n{}\n{}", body.source, shown.html);
        }
    }
}
