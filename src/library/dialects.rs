//! Whole sites of each dialect: what is an article, and what becomes of it.

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

/// Each as Hugo 0.168 itself makes it (`hugo list all`).
#[test]
fn hugos_configuration_decides_its_addresses() {
    let folders =
        "[languages.en]\ncontentDir = 'content/english'\n[languages.fr]\ncontentDir = 'content/french'";
    let in_subdir = "defaultContentLanguageInSubdir = true\n[languages.en]\n[languages.fr]";
    for (config, path, expected) in [
        ("", "posts/2026-01-13-a.md", "/posts/2026-01-13-a/"),
        ("frontmatter.date = [':filename', ':default']", "posts/2026-01-13-a.md", "/posts/a/"),
        ("", "posts/a.fr.md", "/posts/a.fr/"),
        ("", "en/a.md", "/en/a/"),
        (in_subdir, "posts/a.md", "/en/posts/a/"),
        (in_subdir, "posts/a.fr.md", "/fr/posts/a/"),
        (folders, "english/posts/a.md", "/posts/a/"),
        (folders, "french/posts/a.md", "/fr/posts/a/"),
        ("uglyURLs = true", "posts/a.md", "/posts/a.html"),
        ("uglyURLs.posts = true", "other/a.md", "/other/a/"),
        ("disablePathToLower = true", "posts/My Trip.md", "/posts/My-Trip/"),
        ("removePathAccents = true", "posts/naïve.md", "/posts/naive/"),
        ("", "posts/C++ & more.md", "/posts/c++--more/"),
        ("permalinks.posts = '/:slugorfilename'", "posts/C++ & more.md", "/c-more/"),
        ("permalinks.posts = '/:sections/:filename/'", "posts/x/y/a.md", "/posts/a/"),
        ("permalinks.deep = '/:sections/:filename/'", "deep/x/y/a.md", "/deep/x/a/"),
        ("permalinks.my-news = '/:filename/'", "My News/a.md", "/a/"),
        ("permalinks.'/' = '/root/:filename/'", "v1.2.md", "/root/v1.2/"),
    ] {
        let file = format!("content/{path}");
        let files = [("hugo.toml", config), ("content/deep/x/_index.md", ""), (&file, "")];
        let library = site("content", &Said::default(), &files);
        assert_eq!(addresses(&library), [(path, expected)], "{config}");
    }
}

#[test]
fn zolas_configuration_decides_its_addresses() {
    for (config, path, expected) in [
        ("", "blog/2026-01-13-Ä b.md", "/blog/a-b/"),
        ("[slugify]\npaths = 'safe'", "blog/2026-01-13-Ä b?.md", "/blog/%C3%84%20b/"),
        ("[slugify]\npaths_keep_dates = true", "blog/2026-01-13-a.md", "/blog/2026-01-13-a/"),
        ("default_language = 'fr'\n[languages.en]", "blog/a.en.md", "/en/blog/a/"),
        ("default_language = 'fr'\n[languages.en]", "blog/a.fr.md", "/blog/a/"),
    ] {
        let file = format!("content/{path}");
        let library = site("content", &Said::default(), &[("zola.toml", config), (&file, "")]);
        assert_eq!(addresses(&library), [(path, expected)], "{config}");
    }
}

#[test]
fn eleventys_data_files_give_to_what_is_beside_and_below_them() {
    let library = site(
        "src",
        &Said::default(),
        &[
            ("eleventy.config.js", "export default function () { return { dir: { input: 'src' } }; }\n"),
            ("src/posts/posts.json", r#"{"tags": ["posts"], "permalink": "/p/{{ page.fileSlug }}/"}"#),
            ("src/posts/2024/2024.11tydata.js", "export default { tags: 'deep', title: \"Given\" };"),
            ("src/posts/2024/b.11tydata.json", r#"{"title": "Own"}"#),
            ("src/posts/package.json", r#"{"title": "none"}"#),
            ("src/posts/2024/b.md", "---\ntags: single, two\n---\n"),
            ("src/posts/2024/c.md", ""),
            ("src/posts/2026-01-13-a.md", "---\ntitle: A\ntags: [own]\n---\n"),
            ("src/top.md", ""),
        ],
    );
    let told: Vec<_> =
        library.articles.iter().map(|article| (&*article.title, article.tags.join(" "))).collect();
    let expected =
        [("Own", "posts deep single two"), ("Given", "posts deep"), ("A", "posts own"), ("Top", "")];
    assert_eq!(told, expected.map(|(title, tags)| (title, tags.to_owned())));
    let addresses: Vec<_> = addresses(&library).into_iter().map(|(_, address)| address).collect();
    assert_eq!(addresses, ["/p/b/", "/p/c/", "/p/a/", "/top/"]);
}

/// Jekyll's `defaults`, by its own precedence (`FrontmatterDefaults#has_precedence?`).
#[test]
fn jekylls_defaults_are_given_by_path_and_type() {
    let config = "\
permalink: /:categories/:title/
timezone: America/New_York
exclude: [_posts/old]
defaults:
  - scope: {path: '', type: posts}
    values: {categories: all, published: false}
  - scope: {path: ''}
    values: {tags: [any], permalink: /any/:title/}
  - scope: {path: news, type: posts}
    values: {categories: [given], published: true}
  - scope: {path: 'docs/*/deep'}
    values: {tags: [deep], permalink: /deep/}
";
    let library = site(
        "",
        &Said::default(),
        &[
            ("_config.yml", config),
            ("_posts/2026-01-13-a.md", "---\ntags: [own]\npermalink: /own/\n---\n"),
            ("_posts/old/2026-01-13-a.md", ""),
            ("docs/x/deep/y.md", ""),
            ("docs/y.md", ""),
            ("news/_posts/2026-01-13-b.md", "---\ncategories: [mine, given]\ndate: 2026-01-13 23:30\n---\n"),
        ],
    );
    let told: Vec<_> = library
        .articles
        .iter()
        .map(|article| (&*article.path, article.tags.join(" "), article.categories.join(" "), article.draft))
        .collect();
    let expected = [
        ("_posts/2026-01-13-a.md", "own", "all", true),
        ("docs/x/deep/y.md", "deep", "", false),
        ("docs/y.md", "any", "", false),
        ("news/_posts/2026-01-13-b.md", "any", "news given mine", false),
    ];
    let expected =
        expected.map(|(path, tags, categories, draft)| (path, tags.to_owned(), categories.to_owned(), draft));
    assert_eq!(told, expected);
    assert_eq!(
        addresses(&library).into_iter().map(|(_, address)| address).collect::<Vec<_>>(),
        ["/own/", "/deep/", "/any/:title/", "/any/b/"]
    );
    let date = library.articles[3].date.map(|date| date.start(Tz::UTC).to_rfc3339());
    assert_eq!(date.as_deref(), Some("2026-01-13T23:30:00-05:00"), "the site's own zone");
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
fn a_section_that_cannot_be_read_is_a_problem() {
    let library =
        site("", &Said::default(), &[("news/_index.md", "---\ncascade: a: b\n---\n"), ("news/a.md", "")]);
    assert_eq!(paths(&library), ["news/a.md"]);
    assert!(problems(&library)[0].starts_with("news/_index.md:2: YAML front matter: "));
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
fn the_generators_own_rule_makes_the_addresses_unless_config_says_another() {
    for (config, text, below, path, expected) in [
        ("_config.yml", "permalink: pretty", "", "_posts/2026-01-13-a.md", "/2026/01/13/a/"),
        ("_config.yml", "permalink: /:title", "_posts", "2026-01-13-a.md", "/a"),
        ("_config.yml", "permalink: pretty", "", "about.md", "/about/"),
        ("_config.yml", "collections: {eat: {permalink: '/:name/'}}", "", "_eat/soup.md", "/soup/"),
        ("hugo.toml", "[permalinks]\nnews = '/n/:slug/'", "content", "news/a.md", "/n/a/"),
        ("hugo.toml", "[permalinks]\nnews = '/n/:slug/'", "content", "blog/a.md", "/blog/a/"),
        (
            "config.toml",
            "baseURL = 'x'\n[permalinks.page]\nnews = '/n/:slug/'",
            "content/news",
            "a.md",
            "/n/a/",
        ),
    ] {
        let file = [below, path].join("/");
        let files = [(config, text), (file.trim_start_matches('/'), "")];
        assert_eq!(addresses(&site(below, &Said::default(), &files)), [(path, expected)], "{text} {path}");
        let permalink = Permalink::parse("/x/").unwrap();
        let said = Said { permalink: Some(&permalink), ..Said::default() };
        assert_eq!(addresses(&site(below, &said, &files)), [(path, "/x/")], "{text} {path}");
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
fn config_may_say_the_dialect_the_permalink_and_the_fields() {
    let files = [(
        "2026-01-13-a.md",
        "---\ntags: a, b\nextra: {seen: 2026-02-01, cover: c.png}\nHeadline: H\ntitle: T\n---\n",
    )];
    let library = site("", &Said { dialect: Some(Dialect::Hugo), ..Said::default() }, &files);
    assert_eq!(library.articles[0].tags, ["a, b"], "Hugo splits nothing");
    let permalink = Permalink::parse("/:year/:title.html").unwrap();
    let mut names = FieldNames::default();
    for (key, name) in [("title", "headline"), ("date", "extra.seen"), ("image", "extra.cover")] {
        names.rename(key, name.to_owned());
    }
    let library = site("", &Said { permalink: Some(&permalink), names, ..Said::default() }, &files);
    let [article] = &library.articles[..] else { panic!("{library:?}") };
    assert_eq!((&*article.title, article.image.as_deref()), ("H", Some("c.png")));
    assert_eq!(article.url.as_ref().unwrap().path(), "/2026/h.html");
    assert_eq!(article.date, day("2026-02-01"));
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
