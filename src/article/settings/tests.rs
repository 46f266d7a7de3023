//! What configurations say.

use super::*;

fn read(dialect: Dialect, name: &str, text: &str) -> Settings {
    let format = if dialect == Dialect::Jekyll { Format::Yaml } else { Format::Toml };
    Settings::read(dialect, &[(name, format, text)])
}

#[test]
fn generators_say_how_they_make_addresses() {
    use Dialect::{Hugo, Jekyll};
    for (dialect, name, text, path, expected) in [
        (Jekyll, "_config", "permalink: pretty", "_posts/2026-01-13-a.md", Some("pretty")),
        (Jekyll, "_config", "permalink: pretty", "a.md", Some("/:path/")),
        (Jekyll, "_config", "permalink: weekdate", "a.md", Some("/:path")),
        (
            Jekyll,
            "_config",
            "permalink: /:title:output_ext",
            "_eat/a.md",
            Some("/:collection/:path:output_ext"),
        ),
        (Jekyll, "_config", "permalink: :title/", "_posts/2026-01-13-a.md", Some("/:title/")),
        (
            Jekyll,
            "_config",
            "collections: {eat: {permalink: /:name/}}\npermalink: date",
            "_eat/a.md",
            Some("/:name/"),
        ),
        (
            Jekyll,
            "_config",
            "permalink: date\ncollections: {posts: {permalink: /x/}}",
            "_posts/2026-01-13-a.md",
            Some("/x/"),
        ),
        (Jekyll, "_config", "- a", "a.md", None),
        (Hugo, "hugo", "permalinks.posts = '/:year/:slug/'", "posts/a.md", Some("/:year/:slug/")),
        (Hugo, "hugo", "permalinks.posts = '/:year/:slug/'", "other/a.md", None),
        (Hugo, "hugo", "Permalinks.'/' = ':slug'", "a.md", Some("/:slug")),
        (
            Hugo,
            "hugo",
            "[permalinks.page]\na = '/x/'\n[permalinks.section]\na = '/y/'",
            "a/b.md",
            Some("/x/"),
        ),
        (Hugo, "permalinks", "a = '/x/'", "a/b.md", Some("/x/")),
        (Hugo, "params", "permalinks.a = '/x/'", "a/b.md", None),
        (Hugo, "hugo", "no toml", "a/b.md", None),
    ] {
        let settings = read(dialect, name, text);
        let found = settings.permalink(&Place::of(path, Some(dialect)), dialect == Jekyll);
        let expected = expected.map(|pattern| Permalink::parse(pattern).unwrap());
        assert_eq!(found, expected.as_ref(), "{text} {path}");
    }
}

#[test]
fn hugos_configuration_may_be_in_parts() {
    let settings = Settings::read(
        Dialect::Hugo,
        &[
            (
                "hugo",
                Format::Toml,
                "defaultContentLanguage = 'de'\ntimeZone = 'Europe/Berlin'\n[uglyURLs]\na = true",
            ),
            ("languages", Format::Yaml, "de: {contentDir: content/german}\nfr: {title: x}\n"),
            (
                "module",
                Format::Json,
                r#"{"mounts": [{"source": "texts", "target": "content", "lang": "fr"}]}"#,
            ),
            ("markup", Format::Toml, "removePathAccents = true"),
        ],
    );
    let languages = settings.languages.as_ref().unwrap();
    assert_eq!((&*languages.main, languages.codes.join(" ")), ("de", "de fr".to_owned()));
    assert_eq!((languages.folder(None), languages.folder(Some("FR"))), (None, Some("fr".to_owned())));
    let of = |folder: &str, language: &str| (folder.to_owned(), Some(language.to_owned()));
    assert_eq!(settings.folders, [of("content/german", "de"), of("texts", "fr")]);
    assert_eq!(settings.zone, Some(chrono_tz::Europe::Berlin));
    assert!(settings.is_ugly("a") && !settings.is_ugly("b") && !settings.slugs.unaccented);
}

#[test]
fn dates_that_hugo_would_ask_the_file_system_for_are_told() {
    for (dates, expected) in [
        ("date = [':fileModTime', 'date']", "`frontmatter.date` asks for `:fileModTime`, which tells when"),
        (
            "date = ['written', 'date']",
            "`frontmatter.date` asks for `written`, which is a key of the site's own",
        ),
        ("date = ['date', ':git']", ""),
        ("lastmod = [':git', 'lastmod']", ""),
    ] {
        let told = read(Dialect::Hugo, "hugo", &format!("[frontmatter]\n{dates}")).remarks.join("\n");
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{dates}: {told}");
    }
}

#[test]
fn zola_says_its_languages_and_how_names_are_written() {
    use crate::article::slug::Strategy;
    let settings = read(
        Dialect::Zola,
        "config",
        "default_language = 'de'\n[languages.fr]\n[slugify]\npaths = 'safe'\npaths_keep_dates = true",
    );
    assert_eq!((settings.slugs.strategy, settings.slugs.dated), (Strategy::Safe, true));
    assert_eq!(settings.languages.unwrap().codes, ["fr", "de"]);
    assert_eq!(read(Dialect::Zola, "config", "title = 'x'").languages.unwrap().codes, [""; 0]);
}

#[test]
fn jekyll_excludes_files_folders_and_patterns() {
    let settings = read(Dialect::Jekyll, "_config", "exclude: [/old/, README.md, 'drafts/*.md']");
    for (path, is_excluded) in [
        ("old/a.md", true),
        ("older/a.md", false),
        ("README.md", true),
        ("docs/README.md", false),
        ("drafts/a.md", true),
    ] {
        assert_eq!(settings.excludes(path), is_excluded, "{path}");
    }
}
