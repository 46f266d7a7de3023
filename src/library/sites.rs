//! The sites that content folders belong to: where their roots are, and what they are made with.
//!
//! Nobody has to say so: a generator's own files tell, in the folders above a content folder and,
//! where it holds whole sites, in it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;

use walkdir::DirEntry;

use crate::article::Dialect;
use crate::article::front_matter::{self, Format};
use crate::article::permalink::Permalink;
use crate::files;

/// How many folders above a content folder are looked at: from `src/content/blog` to its site.
const ABOVE: usize = 3;

/// Folders of Jekyll's and Eleventy's that hold what sites are made with, or the made site.
const WORKINGS: [&str; 6] = ["_includes", "_layouts", "_data", "_sass", "_plugins", "_site"];

/// The configuration of Hugo, before 0.110, and of Zola; and ours.
const CONFIGS: [&str; 3] = ["config.toml", "config.yaml", "config.yml"];

/// The sites of one content folder.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// What config.toml says.
    declared: Option<Dialect>,
    /// The site around the folder, with the folder's path below the root of its articles.
    around: Option<Root>,
    /// The sites in the folder, with their roots' paths and `/` at the end; empty for the folder itself.
    inside: Vec<Root>,
    /// What other files in the folder make one think: Jekyll, where there are folders `_posts`.
    supposed: Option<Dialect>,
}

/// The root of a site.
#[derive(Debug)]
struct Root {
    path: String,
    dialect: Dialect,
    /// How its own configuration has addresses made, by section.
    permalinks: Vec<(String, Permalink)>,
}

/// Where a file stands in its site.
#[derive(Debug)]
pub(super) struct Spot<'p, 's> {
    /// Its path below the root.
    pub(super) path: Cow<'p, str>,
    /// The dialect, where it is known.
    pub(super) dialect: Option<Dialect>,
    /// How the site's own configuration has addresses made, by section.
    pub(super) permalinks: &'s [(String, Permalink)],
}

impl Sites {
    /// Looks for the site around a content folder. Below its root, a folder of the site's own
    /// language is no part of addresses.
    pub(super) fn around(folder: &Path, declared: Option<Dialect>, language: &str) -> Self {
        let mut sites = Self { declared, ..Self::default() };
        let Ok(folder) = std::path::absolute(folder) else { return sites };
        for root in folder.ancestors().skip(1).take(ABOVE) {
            // A folder that cannot be listed tells nothing.
            let names = files::names_in(root).unwrap_or_default();
            if let Some(dialect) = dialect_of(root, &names) {
                let below = relative(&folder, root).unwrap_or_default();
                let mut permalinks = Vec::new();
                for name in &names {
                    permalinks.extend(permalinks_of(dialect, &root.join(name), name));
                }
                sites.stand_in(dialect, &below, language, &permalinks);
                return sites;
            }
            if names.iter().any(|name| name == ".git") {
                break;
            }
        }
        // Only Jekyll has these, which say so without a site around them.
        if let Some(name @ ("_posts" | "_drafts")) = folder.file_name().and_then(OsStr::to_str) {
            sites.around =
                Some(Root { path: name.to_owned(), dialect: Dialect::Jekyll, permalinks: Vec::new() });
        }
        sites
    }

    /// Notes that the content folder stands in a site, `below` its root.
    fn stand_in(
        &mut self,
        dialect: Dialect,
        below: &str,
        language: &str,
        permalinks: &[(String, Permalink)],
    ) {
        let root = |path: String| Root { path, dialect, permalinks: permalinks.to_vec() };
        for content in content_folders(dialect) {
            // Articles stand deeper than the content folder: in src/content of src.
            if let Some(rest) = content.strip_prefix(below).and_then(|rest| rest.strip_prefix('/')) {
                self.inside.push(root(format!("{rest}/")));
            }
        }
        let below = below_content(dialect, below);
        let in_language = below.strip_prefix(language);
        let in_language = in_language.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let below = in_language.map_or(below, |rest| rest.trim_start_matches('/'));
        self.around = Some(root(below.to_owned()));
    }

    /// Looks at a file or folder of the walk for the root of a site.
    pub(super) fn note(&mut self, entry: &DirEntry, folder: &Path) {
        if entry.depth() == 0 {
            return;
        }
        let Some(name) = entry.file_name().to_str() else { return };
        let dialect = match name {
            "_posts" => {
                self.suppose(Dialect::Jekyll);
                return;
            }
            name if CONFIGS.contains(&name) => dialect_of_config(entry.path()),
            name => Dialect::of_marker(name),
        };
        let Some(dialect) = dialect else { return };
        let above = entry.path().parent().and_then(|above| relative(above, folder)).unwrap_or_default();
        for below in [&[""], content_folders(dialect)].concat() {
            let mut root = String::new();
            for part in [above.as_str(), below].into_iter().filter(|part| !part.is_empty()) {
                root.extend([part, "/"]);
            }
            let permalinks = permalinks_of(dialect, entry.path(), name);
            match self.inside.iter_mut().find(|known| known.path == root && known.dialect == dialect) {
                Some(known) => known.permalinks.extend(permalinks),
                None => self.inside.push(Root { path: root, dialect, permalinks }),
            }
        }
    }

    /// Takes what nothing else tells to be in this dialect, unless it was taken for another's before.
    pub(super) fn suppose(&mut self, dialect: Dialect) {
        self.supposed.get_or_insert(dialect);
    }

    /// Where an article stands in its site.
    pub(super) fn place<'p>(&self, path: &'p str) -> Spot<'p, '_> {
        let wanted = |root: &&Root| self.declared.is_none_or(|declared| declared == root.dialect);
        let inside = self.inside.iter().filter(wanted).filter(|root| path.starts_with(root.path.as_str()));
        // What is left of Jekyll lies about in sites that were moved to another generator.
        let nearest = inside.max_by_key(|root| (root.path.len(), root.dialect != Dialect::Jekyll));
        let around = self.around.as_ref().filter(wanted);
        let (path, root) = match (nearest, around) {
            (Some(root), _) => (Cow::Borrowed(&path[root.path.len()..]), root),
            (None, Some(root)) if root.path.is_empty() => (Cow::Borrowed(path), root),
            (None, Some(root)) => (Cow::Owned(format!("{}/{path}", root.path)), root),
            (None, None) => {
                let dialect = self.declared.or(self.supposed);
                return Spot { path: Cow::Borrowed(path), dialect, permalinks: &[] };
            }
        };
        Spot { path, dialect: Some(root.dialect), permalinks: &root.permalinks }
    }

    /// Whether a folder is the root of a site.
    pub(super) fn is_root(&self, folder: &str) -> bool {
        self.inside.iter().any(|root| root.path.strip_suffix('/') == Some(folder))
    }

    /// Whether a file is one of those that sites are made with, and no article. Of Jekyll's folders
    /// that begin with `_`, those of posts, drafts and collections hold articles.
    pub(super) fn hides(&self, path: &str) -> bool {
        // Most paths have no such name, which takes less time to see.
        if !path.starts_with('_') && !path.contains("/_") {
            return false;
        }
        let Spot { path, dialect, .. } = self.place(path);
        let mut parts = path.split('/').rev();
        let file = parts.next().unwrap_or_default();
        let mut folders = parts.rev();
        let is_working = |folder: &str| WORKINGS.contains(&folder);
        match dialect {
            Some(Dialect::Hugo | Dialect::Zola) => false,
            Some(Dialect::Astro) => file.starts_with('_') || folders.any(|folder| folder.starts_with('_')),
            Some(Dialect::Jekyll) => {
                let hidden = |(depth, folder): (usize, &str)| {
                    let is_collection = depth == 0 && !is_working(folder);
                    folder.starts_with('_') && !is_collection && !matches!(folder, "_posts" | "_drafts")
                };
                file.starts_with('_') || folders.enumerate().any(hidden)
            }
            Some(Dialect::Eleventy) | None => folders.any(is_working),
        }
    }
}

/// What the site with these files and folders at its root is made with.
fn dialect_of(root: &Path, names: &[String]) -> Option<Dialect> {
    let marked = names.iter().filter_map(|name| Dialect::of_marker(name));
    // What is left of Jekyll lies about in sites that were moved to another generator.
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    marked
        .min_by_key(|dialect| *dialect == Dialect::Jekyll)
        .or_else(|| {
            CONFIGS.iter().filter(|name| has(name)).find_map(|name| dialect_of_config(&root.join(name)))
        })
        .or_else(|| {
            let is_hugo = has("config") && files::exists(&root.join("config/_default")).unwrap_or_default();
            is_hugo.then_some(Dialect::Hugo)
        })
}

/// Whose configuration this is: Hugo and Zola both call theirs so, and write the site's address in a
/// way of their own. Ours has neither.
fn dialect_of_config(file: &Path) -> Option<Dialect> {
    head(file).lines().find_map(|line| {
        let key = line.split(['=', ':']).next().unwrap_or_default().trim().to_ascii_lowercase();
        match key.as_str() {
            "baseurl" => Some(Dialect::Hugo),
            "base_url" => Some(Dialect::Zola),
            _ => None,
        }
    })
}

/// As much of a configuration as is looked at; nothing where it cannot be read.
fn head(file: &Path) -> String {
    let mut bytes = Vec::new();
    let read = files::read_head(file, front_matter::LIMIT as u64, &mut bytes);
    read.map(|()| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// How a site's configuration has addresses made, if this file is its configuration.
fn permalinks_of(dialect: Dialect, file: &Path, name: &str) -> Vec<(String, Permalink)> {
    let format = match (dialect, name) {
        (Dialect::Jekyll, "_config.yml" | "_config.yaml")
        | (Dialect::Hugo, "hugo.yaml" | "hugo.yml" | "config.yaml" | "config.yml") => Format::Yaml,
        (Dialect::Jekyll, "_config.toml") | (Dialect::Hugo, "hugo.toml" | "config.toml") => Format::Toml,
        (Dialect::Hugo, "hugo.json") => Format::Json,
        _ => return Vec::new(),
    };
    let patterns = front_matter::permalinks(&head(file), format).into_iter();
    patterns.filter_map(|(section, pattern)| Some((section, Permalink::parse(&pattern).ok()?))).collect()
}

/// Where a site keeps its articles, below its root.
fn content_folders(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Hugo | Dialect::Zola => &["content"],
        Dialect::Astro => &["src/content", "src/pages", "src/data"],
        Dialect::Eleventy => &["src", "content"],
        Dialect::Jekyll => &[],
    }
}

/// The part of a path that lies below the folder in which a site keeps its articles.
fn below_content(dialect: Dialect, path: &str) -> &str {
    let below = content_folders(dialect).iter().find_map(|folder| {
        let rest = path.strip_prefix(folder)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    });
    match (below, dialect) {
        (Some(below), _) => below,
        (None, Dialect::Jekyll | Dialect::Eleventy) => path,
        // It keeps them somewhere else, which is then their root.
        (None, Dialect::Hugo | Dialect::Zola | Dialect::Astro) => "",
    }
}

/// A path relative to its content folder, with `/`; `None` where it is not UTF-8.
pub(super) fn relative(path: &Path, folder: &Path) -> Option<String> {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
