//! Whole sites of each dialect: what is an article, and what becomes of it.

mod configurations;

use super::tests::{folder, paths, problems, reading};
use super::*;
use crate::article::{Moment, date};

/// What config.toml says.
#[derive(Default)]
struct Said<'a> {
    language: Option<&'a str>,
    permalink: Option<&'a Permalink>,
    dialect: Option<Dialect>,
    names: FieldNames,
    settle: Option<Settle>,
}

/// Reads the folder `below` of a site with these files.
fn site(below: &str, said: &Said<'_>, files: &[(&str, &str)]) -> Library {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let folder = folder(&files);
    let folders = [folder.path().join(below)];
    let url = Url::parse("https://example.org/").unwrap();
    let reading = Reading {
        site: Some(&url),
        language: said.language.unwrap_or("en"),
        permalink: said.permalink,
        dialect: said.dialect,
        settle: said.settle,
        ..reading(&folders, &said.names)
    };
    read(&reading, |_| None)
}

/// Each article's path and address, the latter without the site's.
fn addresses(library: &Library) -> Vec<(&str, &str)> {
    library
        .articles
        .iter()
        .map(|article| {
            let address = article.url.as_ref().map_or("", |url| &url[url::Position::BeforePath..]);
            (article.path.as_str(), address)
        })
        .collect()
}

/// A date to the day.
fn day(text: &str) -> Option<Moment> {
    date::parse(text, Tz::UTC, None)
}

#[test]
fn a_bundle_is_one_article_where_the_dialect_has_bundles() {
    for (marker, expected) in [
        ("hugo.toml", &["blog/trip/index.md", "x.md"][..]),
        // Where nothing tells, what is dated is an article; and in Eleventy, each file is.
        ("nothing", &["blog/trip/dated.md", "blog/trip/index.md", "x.md"]),
        (
            "eleventy.config.js",
            &["blog/trip/dated.md", "blog/trip/index.md", "blog/trip/maps/index.md", "x.md"],
        ),
    ] {
        let files = [
            (marker, ""),
            ("content/_index.md", ""),
            ("content/x.md", ""),
            ("content/blog/trip/index.md", ""),
            ("content/blog/trip/dated.md", "---\ndate: 2026-01-13\n---\n"),
            ("content/blog/trip/maps/index.md", ""),
        ];
        let library = site("content", &Said::default(), &files);
        assert_eq!(paths(&library), expected, "{marker}");
        assert_eq!(problems(&library), [""; 0]);
    }
}

#[test]
fn a_cascade_gives_what_the_article_does_not_say() {
    let library = site(
        "",
        &Said::default(),
        &[
            ("_index.md", "---\ncascade:\n  tags: [top]\n  categories: [all]\n---\n"),
            (
                "news/_index.md",
                "+++\n[[cascade]]\ntags = ['near']\n[cascade.target]\npath = '/news/**'\nkind = 'page'\n\
                 [[cascade]]\ndraft = true\n[cascade._target]\npath = '{/news/secret/**,/x}'\n\
                 [[cascade]]\ndraft = true\n[cascade._target]\nkind = 'section'\n+++\n",
            ),
            ("news/_index.de.md", "---\ncascade: {tags: [deutsch], params: {source: Amt}}\n---\n"),
            ("news/a.md", "---\ntitle: A\n---\n"),
            ("news/a.de.md", "---\ncategories: [eigene]\n---\n"),
            ("news/own.md", "---\ntags: [own]\n---\n"),
            ("news/secret/b.md", ""),
            ("other/c.md", ""),
        ],
    );
    let told: Vec<_> = library
        .articles
        .iter()
        .map(|article| (&*article.path, article.tags.join(" "), article.categories.join(" "), article.draft))
        .collect();
    let expected = [
        ("news/a.de.md", "near", "eigene", false),
        ("news/a.md", "near", "all", false),
        ("news/own.md", "own", "all", false),
        ("news/secret/b.md", "near", "all", true),
        ("other/c.md", "top", "all", false),
    ];
    let expected =
        expected.map(|(path, tags, categories, draft)| (path, tags.to_owned(), categories.to_owned(), draft));
    assert_eq!(told, expected);
    assert_eq!(library.articles[0].source.as_deref(), Some("Amt"), "a language's own section");
    assert_eq!(library.articles[1].source, None);
}

#[test]
fn a_section_that_cannot_be_read_is_a_problem_and_so_is_what_it_would_give_something_to() {
    let files = [
        ("news/_index.md", "---\ncascade: a: b\n---\n"),
        ("news/a/b.md", ""),
        ("sport/_index.md", "---\ntitle: a: b\n---\n"),
        ("sport/a.md", ""),
        ("zola/_index.md", "+++\nDraft = true\ntitle = a: b\n+++\n"),
        ("zola/a.md", ""),
    ];
    let library = site("", &Said::default(), &files);
    assert_eq!(paths(&library), ["sport/a.md"]);
    let problems = problems(&library);
    assert!(problems[0].starts_with("news/_index.md:2: YAML front matter: "));
    assert_eq!(
        problems[1],
        "news/a/b.md: what news/_index.md gives to it, `draft` perhaps, cannot be read: mend that file"
    );
    assert!(problems[2].starts_with("sport/_index.md:2: YAML front matter: "));
}

#[test]
fn what_hugo_does_not_list_or_render_is_not_carried() {
    let library = site(
        "",
        &Said::default(),
        &[
            ("a.md", "---\nbuild: {list: never}\n---\n"),
            ("b.md", "---\n_build: {list: false}\n---\n"),
            ("c.md", "+++\nheadless = true\n+++\n"),
            ("d.md", "---\nbuild: {render: never}\n---\n"),
            ("e.md", "---\nbuild: {list: local}\n---\n"),
        ],
    );
    assert_eq!(
        addresses(&library),
        [("d.md", ""), ("e.md", "/e/")],
        "d has no page, the others no place in lists"
    );
}

#[test]
fn zola_dates_by_names_and_hides_what_is_below_a_draft() {
    let library = site(
        "content",
        &Said::default(),
        &[
            ("config.toml", "base_url = \"https://example.org\"\n"),
            ("content/blog/2026-01-13_first_post.md", "+++\n+++\n"),
            (
                "content/blog/2026-01-14-trip/index.md",
                "+++\ndate = 2026-02-01\n[taxonomies]\ntags = ['a b']\n+++\n",
            ),
            ("content/blog/2026-01-14-trip/notes.md", "+++\n+++\n"),
            (
                "content/blog/over.md",
                "+++\npath = 'elsewhere'\n[extra]\nlink = 'no address'\nimage = 'x.png'\n+++\n",
            ),
            ("content/blog/still.md", "+++\nrender = false\n+++\n"),
            ("content/later/_index.md", "+++\ndraft = true\n+++\n"),
            ("content/later/deep/x.md", "+++\n+++\n"),
        ],
    );
    assert_eq!(
        addresses(&library),
        [
            ("blog/2026-01-13_first_post.md", "/blog/first-post/"),
            ("blog/2026-01-14-trip/index.md", "/blog/trip/"),
            ("blog/over.md", "/elsewhere/"),
            ("blog/still.md", ""),
            ("later/deep/x.md", "/later/deep/x/"),
        ]
    );
    let [first, trip, over, _, later] = &library.articles[..] else { panic!("{library:?}") };
    assert_eq!((first.date, &*first.title), (day("2026-01-13"), "First post"));
    assert_eq!((trip.date, &trip.tags[..]), (day("2026-02-01"), &["a b".to_owned()][..]));
    assert_eq!(over.image.as_deref(), Some("x.png"));
    assert!(later.draft && !first.draft);
}

#[test]
fn jekyll_has_posts_drafts_and_collections_and_workings() {
    let library = site(
        "",
        &Said::default(),
        &[
            ("_config.yml", "title: x\ncollections: [recipes]\n"),
            ("_notes/no-collection.md", ""),
            ("_posts/2026-01-13-First-post.md", "---\ntags: city hall\ncategory: Old Town\n...\n"),
            ("_posts/2026-1-3-short.markdown", "---\ndate: 2026-01-03 10:20\n---\n"),
            ("_posts/no-date.md", "---\ntitle: T\ndate: 2026-01-13\n---\n"),
            ("news/city/_posts/2026-01-13-a.md", "---\npublished: false\ncategories: news town\n---\n"),
            ("_drafts/idea.md", "---\ndate: 2026-01-13\n---\n"),
            ("_recipes/soup.md", "---\npermalink: /eat/:name\n---\n"),
            ("about.md", "---\npermalink: /about/\n---\n"),
            ("_layouts/post.html", "---\nlayout: x\n---\n"),
            ("_includes/sig.md", "---\nT. Author\n---\n"),
            ("news/_private/x.md", ""),
            ("_hidden.md", ""),
        ],
    );
    assert_eq!(
        addresses(&library),
        [
            ("_drafts/idea.md", "/2026/01/13/idea.html"),
            ("_posts/2026-01-13-First-post.md", "/old%20town/2026/01/13/First-post.html"),
            ("_posts/2026-1-3-short.markdown", "/2026/01/03/short.html"),
            ("_posts/no-date.md", ""),
            ("_recipes/soup.md", "/eat/soup"),
            ("about.md", "/about/"),
            ("news/city/_posts/2026-01-13-a.md", "/news/city/town/2026/01/13/a.html"),
        ]
    );
    assert_eq!(problems(&library), [""; 0]);
    let [idea, first, _, _, soup, _, town] = &library.articles[..] else { panic!("{library:?}") };
    assert!(idea.draft && town.draft && !first.draft);
    assert_eq!((&*first.title, &first.tags[..]), ("First Post", &["city".to_owned(), "hall".to_owned()][..]));
    assert_eq!(town.categories, ["news", "city", "town"]);
    assert_eq!((&*soup.section, &*town.section, &*first.section), ("recipes", "news", ""));
}

#[test]
fn a_content_folder_inside_a_site_is_where_it_is() {
    for (marker, below, path, expected) in [
        ("_config.yml", "_posts", "2026-01-13-a.md", "/2026/01/13/a.html"),
        ("_config.yml", "news/_posts", "2026-01-13-a.md", "/news/2026/01/13/a.html"),
        ("hugo.toml", "content/blog", "x/a.md", "/blog/x/a/"),
        ("hugo.toml", "content/en", "x/a.md", "/en/x/a/"),
        ("hugo.toml", "articles", "x/a.md", "/x/a/"),
        ("zola.toml", "content/blog", "2026-01-13-a.md", "/blog/a/"),
        ("astro.config.mjs", "src/content/blog", "a.mdx", "/blog/a/"),
        ("eleventy.config.js", "src/posts", "2026-01-13-a.md", "/posts/2026-01-13-a/"),
        ("config/_default/params.toml", "content/blog", "x/a.md", "/blog/x/a/"),
        // Nothing tells.
        ("nothing", "content/blog", "x/a.md", "/x/a/"),
    ] {
        let file = format!("{below}/{path}");
        let library = site(below, &Said::default(), &[(marker, ""), (&file, "")]);
        assert_eq!(addresses(&library), [(path, expected)], "{marker} {below}");
    }
}

#[test]
fn what_may_be_one_of_jekylls_drafts_is_a_draft() {
    for (marker, is_draft) in [("nothing", true), ("_config.yml", true), ("hugo.toml", false)] {
        let library = site("", &Said::default(), &[(marker, ""), ("blog/_drafts/a.md", "")]);
        assert_eq!(library.articles[0].draft, is_draft, "{marker}");
    }
}

#[test]
fn a_folder_may_hold_several_sites() {
    let library = site(
        "",
        &Said::default(),
        &[
            ("docs/_config.yml", ""),
            ("docs/_posts/2026-01-13-a.md", ""),
            ("blog/hugo.toml", ""),
            ("blog/content/news/a.md", ""),
            ("blog/content/index.md", ""),
            ("app/node_modules/x/README.md", ""),
        ],
    );
    assert_eq!(
        addresses(&library),
        [
            ("blog/content/index.md", "/"),
            ("blog/content/news/a.md", "/news/a/"),
            ("docs/_posts/2026-01-13-a.md", "/2026/01/13/a.html")
        ]
    );
}

#[test]
fn astro_and_eleventy_are_read_as_their_sites_write() {
    let library = site(
        "src",
        &Said::default(),
        &[
            ("astro.config.ts", ""),
            ("src/content/blog/a.md", "---\ntitle: A\npubDate: Jul 08 2022\ntags: one, two words\n---\n"),
            ("src/content/blog/b.mdx", "---\npubDatetime: 2026-01-13T10:20:30Z\nslug: c\n---\n"),
            ("src/content/blog/_draft.md", ""),
        ],
    );
    assert_eq!(addresses(&library), [("content/blog/a.md", "/blog/a/"), ("content/blog/b.mdx", "/blog/c/")]);
    assert_eq!(library.articles[0].tags, ["one", "two words"]);
    assert_eq!(library.articles[0].date, day("2022-07-08"));
    let library = site(
        "",
        &Said::default(),
        &[
            ("eleventy.config.js", ""),
            ("posts/2026-01-13-a.md", "---\ndate: Last Modified\ntags: posts\n---\n"),
            ("posts/b.md", "---\npermalink: false\n---\n"),
            ("posts/c.md", "---\npermalink: \"/{{ page.date }}/\"\n---\n"),
            ("404.md", "---\neleventyExcludeFromCollections: true\n---\n"),
            ("_includes/x.html", ""),
        ],
    );
    assert_eq!(
        addresses(&library),
        [("posts/2026-01-13-a.md", "/posts/2026-01-13-a/"), ("posts/b.md", ""), ("posts/c.md", "")]
    );
    assert_eq!(library.articles[0].date, day("2026-01-13"));
}

#[test]
fn languages_are_folders_of_the_address() {
    let library = site(
        "",
        &Said { language: Some("en-US"), ..Said::default() },
        &[
            ("a.fr.md", ""),
            ("a.en.md", ""),
            ("en/blog/b.md", ""),
            ("ar/blog/b.ar.md", ""),
            ("fr/blog/b.md", ""),
        ],
    );
    assert_eq!(
        addresses(&library),
        [
            ("a.en.md", "/a/"),
            ("a.fr.md", "/fr/a/"),
            ("ar/blog/b.ar.md", "/ar/blog/b/"),
            ("en/blog/b.md", "/blog/b/"),
            ("fr/blog/b.md", "/fr/blog/b/"),
        ]
    );
    assert_eq!(library.articles[3].section, "blog");
}

#[test]
fn a_file_that_was_changed_just_now_is_left_for_the_next_run() {
    let now = crate::clock::wall();
    let settled = |now, time| {
        let settle = Settle { now, time: Duration::from_secs(time) };
        let library = site("", &Said { settle: Some(settle), ..Said::default() }, &[("a.md", "")]);
        (library.articles.len(), problems(&library))
    };
    let later = now + TimeDelta::seconds(3 * 60 + 30);
    let (articles, problems) = settled(later, 600);
    assert_eq!(articles, 0);
    assert_eq!(problems, ["a.md: changed 3 min ago; taken once it has been still for 10 min (settle)"]);
    assert_eq!(settled(later, 120), (1, vec![]));
    // By a clock that is an hour slow, the file is of the future, and will be for long.
    assert_eq!(settled(now - TimeDelta::hours(1), 600).0, 1);
}
