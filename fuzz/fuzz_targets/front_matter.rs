//! Any bytes as an article's file, and as a section's above it: in each dialect.
#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use tidings::article::front_matter::{Cascade, Error, FieldNames, Format, Section};
use tidings::article::settings::Settings;
use tidings::article::{Article, Dialect, Site, Standing};
use url::Url;

/// One of a section, and one whose name says as much as a name can.
const PATHS: [&str; 2] = ["news/a.md", "de/rules/_posts/2026-01-13-a.b.de.html"];

fuzz_target!(|file: &[u8]| {
    let mut cascades = Vec::new();
    // Others read a section as Hugo does.
    for dialect in [None, Some(Dialect::Zola)] {
        match Section::read(file, dialect, Some("de"), &FieldNames::default()) {
            Ok(section) => cascades.extend(section.cascades),
            Err(error) => check(&error, file),
        }
    }
    let cascades: Vec<&Cascade> = cascades.iter().filter(|cascade| cascade.is_for("/news/a", "de")).collect();
    let dialects = Dialect::NAMES.map(|(_, dialect)| Some(dialect));
    for dialect in [None].into_iter().chain(dialects) {
        for path in PATHS {
            read(file, path, dialect, &[]);
            if !cascades.is_empty() {
                read(b"---\ntitle: Below\n---\n", path, dialect, &cascades);
            }
        }
    }
    if let Ok(text) = str::from_utf8(file) {
        for format in [Format::Yaml, Format::Toml, Format::Json] {
            for (_, dialect) in Dialect::NAMES {
                let _ = Settings::read(dialect, &[("config", format, text)]);
            }
        }
    }
});

fn read(file: &[u8], path: &str, dialect: Option<Dialect>, cascades: &[&Cascade]) {
    let url = Url::parse("https://example.org/").ok();
    let site = Site {
        zone: chrono_tz::America::New_York,
        zone_is_stated: true,
        url: url.as_ref(),
        language: "en",
        permalink: None,
        names: &FieldNames::default(),
    };
    let settings = Settings::default();
    let standing = Standing { path, dialect, cascades, sections: None, language: None, settings: &settings };
    match Article::read(file, path.to_owned(), PathBuf::from(path), standing, site, |_| true) {
        Err(error) => check(&error, file),
        Ok(None) => {}
        Ok(Some(article)) => {
            assert!(article.body_start <= file.len(), "the body starts behind the file");
            assert!(!article.title.trim().is_empty(), "there is no title");
            assert!(!article.title.contains(['\n', '\r']), "the title is two lines");
            let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
            assert!(article.url.as_ref().is_none_or(is_web), "it is found at {:?}", article.url);
        }
    }
}

/// A problem says what is wrong in one line, and names a line that is there.
fn check(error: &Error, file: &[u8]) {
    let lines = 1 + file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    assert!(!error.message.is_empty() && !error.message.contains('\n'), "{:?}", error.message);
    assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error:?} of {lines} lines");
}
