use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::harness::Project;

/// Where an issue stands in its project.
const DRAFT: &str = "digests/weekly/2026-01-14";

/// A project made to show something, and what it is called.
pub(crate) struct Sample {
    /// Its name.
    pub(crate) name: &'static str,
    /// The project.
    pub(crate) project: Project,
}

impl Sample {
    /// A project without articles, of a digest that lets everything in.
    pub(super) fn new(name: &'static str) -> Self {
        let project = Project::new();
        project.unset("digests.weekly", "tags").set("digests.weekly.limit", 100);
        Self { name, project }
    }

    /// With a key of config.toml.
    pub(super) fn set(self, key: &str, value: impl Into<toml::Value>) -> Self {
        self.project.set(key, value);
        self
    }

    /// With an article.
    pub(super) fn with(self, article: &Article<'_>) -> Self {
        self.project.file(&article.path(), &article.to_file());
        self
    }

    /// With articles.
    pub(super) fn with_all<'a>(self, articles: impl IntoIterator<Item = Article<'a>>) -> Self {
        articles.into_iter().fold(self, |sample, article| sample.with(&article))
    }

    /// Composes its issue.
    #[track_caller]
    pub(super) fn composed(self) -> Self {
        self.project.run("compose weekly").exits(0);
        self
    }

    /// The HTML part.
    pub(super) fn page(&self) -> PathBuf {
        self.project.path(&format!("{DRAFT}/digest.html"))
    }

    /// The HTML part.
    pub(super) fn html(&self) -> String {
        self.project.read(&format!("{DRAFT}/digest.html"))
    }

    /// The text part.
    pub(super) fn text(&self) -> String {
        self.project.read(&format!("{DRAFT}/digest.txt"))
    }
}

/// An article, as an aggregator writes it.
#[derive(Debug, Clone)]
pub(super) struct Article<'a> {
    slug: String,
    title: String,
    day: u32,
    summary: String,
    image: String,
    source: &'a str,
    tags: Vec<&'a str>,
    extension: &'a str,
    body: String,
}

impl<'a> Article<'a> {
    /// One of the day before now.
    pub(super) fn new(slug: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            slug: slug.into(),
            title: title.into(),
            day: 13,
            summary: String::new(),
            image: String::new(),
            source: "https://feeds.example.com/latest",
            tags: Vec::new(),
            extension: "md",
            body: String::new(),
        }
    }

    /// Of a day of January 2026.
    pub(super) fn day(self, day: u32) -> Self {
        Self { day, ..self }
    }

    /// With a summary.
    pub(super) fn summary(self, summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..self }
    }

    /// With a picture.
    pub(super) fn image(self, image: impl Into<String>) -> Self {
        Self { image: image.into(), ..self }
    }

    /// From a feed.
    pub(super) fn source(self, source: &'a str) -> Self {
        Self { source, ..self }
    }

    /// With tags.
    pub(super) fn tags(self, tags: &[&'a str]) -> Self {
        Self { tags: tags.to_vec(), ..self }
    }

    /// With a body in Markdown.
    pub(super) fn markdown(self, body: impl Into<String>) -> Self {
        Self { extension: "md", body: body.into(), ..self }
    }

    /// With a body in HTML.
    pub(super) fn html(self, body: impl Into<String>) -> Self {
        Self { extension: "html", body: body.into(), ..self }
    }

    /// With the body that a file of `tests/fixtures/bodies` holds.
    pub(super) fn body(self, file: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bodies");
        let body =
            std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let is_html = Path::new(file).extension().is_some_and(|extension| extension == "html");
        if is_html { self.html(body) } else { self.markdown(body) }
    }

    fn path(&self) -> String {
        format!("content/news/{}.{}", self.slug, self.extension)
    }

    fn to_file(&self) -> String {
        let Self { slug, title, day, summary, image, source, tags, body, .. } = self;
        let quoted = |text: &str| serde_json::to_string(text).unwrap(); // JSON is YAML.
        let mut file = String::from("---\n");
        writeln!(file, "title: {}\ndate: 2026-01-{day:02}\nslug: '{slug}'", quoted(title)).unwrap();
        if !summary.is_empty() {
            writeln!(file, "description: {0}\nsummary: {0}", quoted(summary)).unwrap();
        }
        writeln!(file, "image: '{image}'\nlink: 'https://www.example.com/news/{slug}'\nsource: '{source}'")
            .unwrap();
        writeln!(file, "tags: {}\n\ndraft: false\n---\n{body}", serde_json::to_string(tags).unwrap())
            .unwrap();
        file
    }
}
