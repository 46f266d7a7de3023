//! What the configurations of generators, and ours, decide.

use super::*;

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
