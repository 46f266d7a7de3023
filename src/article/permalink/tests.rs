//! Addresses as each dialect makes them.

use chrono::NaiveDate;

use super::*;

const TITLE: &str = "Straße & Brücke";

/// The path of an article's address below `https://example.org/news`.
fn at(dialect: Option<Dialect>, pattern: Option<&str>, stated: Option<&str>, path: &str) -> Option<String> {
    let place = Place::of(path, dialect);
    let parts = Parts {
        dialect,
        place,
        title: TITLE,
        slug: path.contains("slug").then_some("-My Slug-"),
        name: place.undated_name(),
        categories: &["City Hall".to_owned(), "news".to_owned()],
        time: NaiveDate::from_ymd_opt(2026, 1, 3).and_then(|day| day.and_hms_opt(9, 5, 7)),
        language: place.language.filter(|language| *language != "en"),
        slugs: Slugs::default(),
        sections: None,
        ugly: false,
    };
    let site = Url::parse("https://example.org/news").unwrap();
    let permalink = pattern.map(|pattern| Permalink::parse(pattern).unwrap());
    let url = address(&site, permalink.as_ref(), stated, &parts)?;
    Some(url.as_str().strip_prefix("https://example.org/news").unwrap_or(url.as_str()).to_owned())
}

#[test]
fn patterns_are_filled_as_hugo_fills_them() {
    for (pattern, path, expected) in [
        ("/:section/:slug/", "a/b/slug.md", "/a/my-slug/"),
        // The title, where there is no slug.
        ("/:slug/", "a/x.md", "/stra%C3%9Fe-br%C3%BCcke/"),
        ("/:title/", "a/slug.md", "/stra%C3%9Fe-br%C3%BCcke/"),
        ("/:sections/:slugorcontentbasename/", "a/b/X y.md", "/a/b/x-y/"),
        ("/:sections/:slugorcontentbasename/", "x.md", "/x/"),
        // A page bundle has the name of its folder.
        ("/:sections/:contentbasename/", "blog/2019/trip/index.md", "/blog/2019/trip/"),
        ("/:sections/:filename/", "blog/trip/index.md", "/blog/trip/"),
        ("/:section/:contentbasename/", "trip/index.md", "/trip/"),
        // A language is a folder, and no part of a name; a version is.
        ("/:contentbasename/", "a.ar.md", "/ar/a/"),
        ("/:contentbasename/", "a.pt-br.md", "/pt-br/a/"),
        ("/:contentbasename/", "a.en.md", "/a/"),
        ("/:sections/:contentbasename/", "ar/a.ar.md", "/ar/a/"),
        ("/:contentbasename/", "node.js.md", "/node.js/"),
        ("/:contentbasename/", "v1.2.md", "/v1.2/"),
        // Dates.
        ("/:year/:month/:day/:yearday", "x.md", "/2026/01/03/3/"),
        ("/:monthname/:weekdayname/:weekday/", "x.md", "/january/saturday/6/"),
        ("/:year_:month/", "x.md", "/2026_01/"),
        // Some of the sections.
        ("/:sections[1:]/x/", "a/b/c/x.md", "/b/c/x/"),
        ("/:sections[:last]/x/", "a/b/c/x.md", "/a/b/x/"),
        ("/:sections[last]/x/", "a/b/c/x.md", "/c/x/"),
        ("/:sections[0]/x/", "a/b/c/x.md", "/a/x/"),
        ("/:sections[7:]/x/", "a/b/c/x.md", "/x/"),
        // A file keeps its name.
        ("/:contentbasename.html", "x.md", "/x.html"),
    ] {
        assert_eq!(at(None, Some(pattern), None, path).as_deref(), Some(expected), "{pattern} {path}");
    }
}

#[test]
fn each_dialect_has_its_own_rule() {
    use Dialect::{Astro, Eleventy, Hugo, Jekyll, Zola};
    for (dialect, path, expected) in [
        (None, "a/b/My Post.md", "/a/b/my-post/"),
        (Some(Hugo), "a/b/my_post.md", "/a/b/my_post/"),
        (Some(Hugo), "a/b/slug.md", "/a/b/my-slug/"),
        (Some(Hugo), "a/b.fr.md", "/fr/a/b/"),
        (Some(Zola), "a/2026-01-13_my_post.md", "/a/my-post/"),
        (Some(Zola), "a/2026-01-13-trip/index.md", "/a/trip/"),
        (Some(Zola), "a/Über.md", "/a/uber/"),
        (Some(Zola), "a/slug.md", "/a/my-slug/"),
        (Some(Zola), "a/b.fr.md", "/fr/a/b/"),
        (Some(Jekyll), "_posts/2026-01-13-My_post.md", "/city%20hall/news/2026/01/03/My_post.html"),
        (Some(Jekyll), "_recipes/soup/pea.md", "/recipes/soup/pea.html"),
        (Some(Jekyll), "about/us.md", "/about/us.html"),
        (Some(Jekyll), "about/index.md", "/about/"),
        (Some(Eleventy), "posts/2026-01-13-My post.md", "/posts/My%20post/"),
        (Some(Eleventy), "posts/trip/index.md", "/posts/trip/"),
        (Some(Astro), "blog/2026/My Post.mdx", "/blog/2026/my-post/"),
        (Some(Astro), "blog/2026/slug.md", "/blog/-My%20Slug-/"),
    ] {
        assert_eq!(at(dialect, None, None, path).as_deref(), Some(expected), "{dialect:?} {path}");
    }
}

#[test]
fn jekylls_styles_and_tokens_are_filled_as_jekyll_fills_them() {
    for (pattern, expected) in [
        ("pretty", "/city%20hall/news/2026/01/03/A-b/"),
        ("date", "/city%20hall/news/2026/01/03/A-b.html"),
        ("ordinal", "/city%20hall/news/2026/003/A-b.html"),
        ("weekdate", "/city%20hall/news/2026/W01/Sat/A-b.html"),
        ("none", "/city%20hall/news/A-b.html"),
        ("/:slugified_categories/:slug/", "/city-hall/news/a-b/"),
        ("/:short_year/:i_month/:i_day/:y_day/:title", "/26/1/3/003/A-b"),
        ("/:long_month/:short_month/:long_day/:w_day/", "/January/Jan/Saturday/6/"),
        ("/:year/:month/:day/:hour:minute:second.html", "/2026/01/03/090507.html"),
    ] {
        let path = at(Some(Dialect::Jekyll), Some(pattern), None, "_posts/2026-01-13-A-b.md");
        assert_eq!(path.as_deref(), Some(expected), "{pattern}");
    }
}

#[test]
fn front_matter_may_state_the_address_itself() {
    use Dialect::{Eleventy, Hugo, Jekyll, Zola};
    for (dialect, stated, path, expected) in [
        (Some(Hugo), "/z/:slug/", "a/b.md", Some("/z/stra%C3%9Fe-br%C3%BCcke/")),
        (Some(Hugo), "z/what?.html", "a/b.md", Some("/z/what%3F.html")),
        (Some(Hugo), "/z", "a/b.md", Some("/z/")),
        (Some(Hugo), "/z/", "a/b.fr.md", Some("/z/")),
        (Some(Hugo), "z/", "a/b.fr.md", Some("/fr/z/")),
        (None, "https://elsewhere.example/x", "a/b.md", Some("https://elsewhere.example/x")),
        (Some(Zola), "2026/z", "a/b.md", Some("/2026/z/")),
        (Some(Jekyll), "/z", "_posts/2026-01-13-b.md", Some("/z")),
        (Some(Jekyll), "/:year/:title.html", "_posts/2026-01-13-b.md", Some("/2026/b.html")),
        // A name of a pattern is none here, and pages have no dates.
        (Some(Jekyll), "none", "_posts/2026-01-13-b.md", Some("/none")),
        (Some(Jekyll), "/:year/b", "a/b.md", Some("/:year/b")),
        (Some(Eleventy), "/z/index.html", "b.md", Some("/z/")),
        (Some(Eleventy), "/feed/z.html", "b.md", Some("/feed/z.html")),
        (Some(Eleventy), "/x/{{ page.fileSlug }}/", "a/2026-01-13-b.md", Some("/x/b/")),
        (Some(Eleventy), "{{ page.filePathStem }}.html", "a/b.md", Some("/a/b.html")),
        // What only the generator can fill is not guessed at.
        (Some(Eleventy), "/{{ title | slugify }}/", "b.md", None),
        (None, "/{{ title | slugify }}/", "b.md", None),
    ] {
        assert_eq!(at(dialect, None, Some(stated), path).as_deref(), expected, "{dialect:?} {stated}");
    }
}

#[test]
fn an_address_that_needs_a_date_is_none_without_one() {
    let place = Place::of("a/b.md", None);
    let parts = Parts {
        dialect: None,
        place,
        title: "?!",
        slug: Some("--"),
        name: place.name,
        categories: &[],
        time: None,
        language: None,
        slugs: Slugs::default(),
        sections: None,
        ugly: false,
    };
    let site = Url::parse("https://example.org/").unwrap();
    let at = |pattern| address(&site, Some(&Permalink::parse(pattern).unwrap()), None, &parts);
    assert_eq!(at("/:year/:slug/"), None);
    assert_eq!(at("/:slug/").unwrap().path(), "/b/", "nothing else is left");
}

#[test]
fn mistakes_in_permalinks_are_told() {
    assert!(Permalink::parse("/:year/:sections[1:]/:slug/").is_ok());
    assert_eq!(Permalink::parse("zola"), Ok(Permalink::Of(Dialect::Zola)));
    let error = Permalink::parse("/:yaer/").unwrap_err();
    assert!(error.to_string().ends_with("did you mean :year?"), "{error}");
    let error = Permalink::parse("preety").unwrap_err();
    assert!(
        error.to_string().contains("one of hugo, zola, jekyll, astro, eleventy, date, pretty"),
        "{error}"
    );
}
