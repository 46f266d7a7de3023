//! Whole libraries: what is read, what is passed over, and what is a problem.

use std::os::unix::fs::symlink;

use super::*;
use crate::article::Markup;

const ARTICLE: &str = "---\ntitle: T\ndate: 2026-01-13\n---\nBody\n";

/// A folder with these files in it.
pub(super) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        files::make_folder(path.parent().unwrap()).unwrap();
        files::write(&path, bytes).unwrap();
    }
    folder
}

/// How articles are read, where nothing is said.
pub(super) fn reading<'a>(folders: &'a [PathBuf], names: &'a FieldNames) -> Reading<'a> {
    Reading {
        folders,
        zone: Tz::UTC,
        zone_is_stated: false,
        site: None,
        language: "en",
        permalink: None,
        dialect: None,
        names,
        settle: None,
        whole: false,
    }
}

fn read_all(folders: &[PathBuf]) -> Library {
    read(&reading(folders, &FieldNames::default()), |_| None)
}

fn read_files(files: &[(&str, &[u8])]) -> Library {
    let folder = folder(files);
    read_all(&[folder.path().to_owned()])
}

pub(super) fn paths(library: &Library) -> Vec<&str> {
    library.articles.iter().map(|article| article.path.as_str()).collect()
}

pub(super) fn problems(library: &Library) -> Vec<String> {
    library.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn articles_are_files_of_known_kinds_by_path() {
    let article = ARTICLE.as_bytes();
    let library = read_files(&[
        ("b/c.markdown", article),
        ("b/a.md", article),
        ("a.HTML", article),
        ("b.mdx", article),
        ("_posts/d.htm", article),
        // None of these is one.
        ("_index.md", article),
        ("b/_index.de.md", article),
        ("b/note.txt", article),
        ("md", article),
        (".hidden.md", article),
        (".git/x.md", article),
        ("draft.md~", article),
        ("#draft.md", article),
    ]);
    assert_eq!(paths(&library), ["_posts/d.htm", "a.HTML", "b.mdx", "b/a.md", "b/c.markdown"]);
    assert_eq!(problems(&library), [""; 0]);
}

#[test]
fn a_bad_article_is_a_problem_and_stops_no_other() {
    let library = read_files(&[
        ("bad.md", b"---\ntitle: a: b\n---\n"),
        ("good.md", ARTICLE.as_bytes()),
        ("open.md", b"---\ntitle: T\n"),
        ("wide.md", b"\xFF\xFE-\0-\0-\0"),
    ]);
    assert_eq!(paths(&library), ["good.md"]);
    let [bad, open, wide] = &problems(&library)[..] else { panic!("{library:?}") };
    assert!(bad.starts_with("bad.md:2: YAML front matter: "), "{bad}");
    assert_eq!(open, "open.md:1: the YAML front matter is not closed: close it with a line `---`");
    assert_eq!(wide, "wide.md: the file is UTF-16: save it as UTF-8");
}

#[test]
fn a_file_without_front_matter_is_an_article_without_date() {
    let library = read_files(&[("about/our-team_today.md", b"# Us\n"), ("empty.md", b"")]);
    let titles: Vec<_> = library.articles.iter().map(|article| (&*article.title, article.date)).collect();
    assert_eq!(titles, [("Our team today", None), ("Empty", None)]);
}

#[test]
fn long_front_matter_is_read_to_its_end() {
    let pad = format!("---\nx: {}\ntitle: T\n---\nBody", "y".repeat(20_000));
    let library = read_files(&[("long.md", pad.as_bytes())]);
    assert_eq!(library.articles[0].title, "T");
    assert_eq!(library.articles[0].body_start, pad.len() - "Body".len());
}

#[test]
fn a_missing_folder_is_named() {
    let library = read_all(&[PathBuf::from("no/such")]);
    assert_eq!(library.missing, [PathBuf::from("no/such")]);
    assert!(problems(&library)[0].starts_with("no/such: there is no such folder"));
}

#[test]
fn of_two_folders_with_the_same_path_the_first_counts() {
    let second = folder(&[("a.md", b"---\ntitle: second\n---\n"), ("b.md", b"")]);
    let first = folder(&[("a.md", b"---\ntitle: first\n---\n")]);
    let library = read_all(&[first.path().to_owned(), second.path().to_owned()]);
    assert_eq!(paths(&library), ["a.md", "b.md"]);
    assert_eq!(library.articles[0].title, "first");
    let [problem] = &library.problems[..] else { panic!("{library:?}") };
    assert_eq!(problem.path, "a.md");
    assert!(problem.message.starts_with(&second.path().join("a.md").display().to_string()), "{problem}");
}

#[test]
fn links_are_followed_and_loops_are_problems() {
    let elsewhere = folder(&[("x.md", ARTICLE.as_bytes())]);
    let folder = folder(&[("a/b.md", ARTICLE.as_bytes())]);
    symlink(elsewhere.path(), folder.path().join("linked")).unwrap();
    symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    symlink("nowhere", folder.path().join("gone.md")).unwrap();
    symlink("nowhere", folder.path().join("gone.png")).unwrap();
    let library = read_all(&[folder.path().to_owned()]);
    assert_eq!(paths(&library), ["a/b.md", "linked/x.md"]);
    let [looped, gone] = &problems(&library)[..] else { panic!("{library:?}") };
    assert!(looped.starts_with("a/loop: it is a link to "), "{looped}");
    assert!(gone.starts_with("gone.md: it cannot be read: "), "{gone}");
}

#[test]
fn a_file_that_is_met_twice_is_one_article_by_its_own_path() {
    let elsewhere = folder(&[("x.md", ARTICLE.as_bytes())]);
    let folder = folder(&[("news/b.md", ARTICLE.as_bytes())]);
    symlink(folder.path().join("news/b.md"), folder.path().join("a.md")).unwrap();
    symlink(folder.path().join("news"), folder.path().join("old")).unwrap();
    symlink(elsewhere.path(), folder.path().join("one")).unwrap();
    symlink(elsewhere.path(), folder.path().join("two")).unwrap();
    let library = read_all(&[folder.path().to_owned()]);
    assert_eq!(paths(&library), ["news/b.md", "one/x.md"]);
    assert_eq!(problems(&library), [""; 0]);
}

#[test]
fn a_body_is_read_without_its_front_matter() {
    let folder = folder(&[
        ("a.md", ARTICLE.as_bytes()),
        ("b.html", b"\xEF\xBB\xBF<p>Text</p>"),
        ("c.md", b"---\ntitle: T\n---\nfine\ncaf\xE9\n"),
    ]);
    let library = read_all(&[folder.path().to_owned()]);
    let [markdown, html, latin1] = &library.articles[..] else { panic!("{library:?}") };
    assert_eq!(body(markdown), Ok(Body { markup: Markup::Markdown, source: "Body\n".to_owned() }));
    assert_eq!(body(html), Ok(Body { markup: Markup::Html, source: "<p>Text</p>".to_owned() }));
    let error = body(latin1).unwrap_err();
    assert_eq!(error.line, Some(5));
    assert!(error.message.contains("save the file as UTF-8"), "{error}");
    files::remove_folder(folder.path()).unwrap();
    assert!(body(markdown).unwrap_err().message.starts_with("cannot read "));
}

#[test]
fn a_body_has_a_size() {
    let large = vec![b'x'; BODY_LIMIT];
    let folder = folder(&[("fits.md", &large), ("large.md", &[&large[..], b"x"].concat())]);
    let library = read_all(&[folder.path().to_owned()]);
    let [fits, large] = &library.articles[..] else { panic!("{library:?}") };
    assert_eq!(body(fits).unwrap().source.len(), BODY_LIMIT);
    assert!(body(large).unwrap_err().message.contains("larger than 1 MB"));
}

#[test]
fn files_of_any_size_cost_no_more_than_their_heads() {
    let mut line = b"---\ntitle: ".to_vec();
    line.resize(32 * 1024 * 1024, b'x');
    let large_body = [ARTICLE.as_bytes(), &line].concat();
    let folder = folder(&[("line.md", &line), ("large.md", &large_body), ("empty.md", b"")]);
    let started = std::time::Instant::now();
    let library = read_all(&[folder.path().to_owned()]);
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    assert_eq!(paths(&library), ["empty.md", "large.md"]);
    assert_eq!(
        problems(&library),
        ["line.md:1: the YAML front matter does not end within 64 KB: close it with a line `---`"]
    );
}

#[test]
fn a_content_folder_that_is_a_file_is_told() {
    let folder = folder(&[("a.md", b"")]);
    let library = read_all(&[folder.path().join("a.md")]);
    assert_eq!(library.missing.len(), 1);
    assert!(
        problems(&library)[0].ends_with("a.md: it is a file: name its folder under `content` in config.toml")
    );
}
