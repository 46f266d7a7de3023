//! The sites that content folders belong to: where their roots are, and what they are made with.
//!
//! Nobody has to say so: a generator's own files tell, in the folders above a content folder and,
//! where it holds whole sites, in it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::DirEntry;

use super::configuration::{CONFIGS, dialect_of, dialect_of_config, settings_of};
use crate::article::Dialect;
use crate::article::settings::Settings;
use crate::files;

/// How many folders above a content folder are looked at: from `src/content/blog` to its site.
const ABOVE: usize = 3;

/// Folders of Jekyll's and Eleventy's that hold what sites are made with, or the made site.
const WORKINGS: [&str; 6] = ["_includes", "_layouts", "_data", "_sass", "_plugins", "_site"];

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
    /// What is said where there is no site.
    nothing: Settings,
    /// What configurations ask for that is passed over, each with the root of its site.
    pub(super) remarks: Vec<(PathBuf, String)>,
}

/// The root of a site.
#[derive(Debug)]
struct Root {
    path: String,
    dialect: Dialect,
    /// The language of what is in it, where the configuration says.
    language: Option<String>,
    settings: Arc<Settings>,
}

/// Where a file stands in its site.
#[derive(Debug)]
pub(super) struct Spot<'p, 's> {
    /// Its path below the root.
    pub(super) path: Cow<'p, str>,
    /// The dialect, where it is known.
    pub(super) dialect: Option<Dialect>,
    /// The language of its folder, where the site's own configuration says.
    pub(super) language: Option<&'s str>,
    /// What that configuration says.
    pub(super) settings: &'s Settings,
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
                let settings = sites.settings_of(dialect, root, &names);
                sites.stand_in(dialect, &below, language, &settings);
                return sites;
            }
            if names.iter().any(|name| name == ".git") {
                break;
            }
        }
        // Only Jekyll has these, which say so without a site around them.
        if let Some(name @ ("_posts" | "_drafts")) = folder.file_name().and_then(OsStr::to_str) {
            sites.around = Some(Root {
                path: name.to_owned(),
                dialect: Dialect::Jekyll,
                language: None,
                settings: Arc::default(),
            });
        }
        sites
    }

    /// What the configuration of a site says.
    fn settings_of(&mut self, dialect: Dialect, root: &Path, names: &[String]) -> Arc<Settings> {
        let settings = settings_of(dialect, root, names);
        self.remarks.extend(settings.remarks.iter().map(|remark| (root.to_owned(), remark.clone())));
        Arc::new(settings)
    }

    /// Notes that the content folder stands in a site, `below` its root.
    fn stand_in(&mut self, dialect: Dialect, below: &str, language: &str, settings: &Arc<Settings>) {
        let root = |path: &str, language: Option<String>| Root {
            path: path.to_owned(),
            dialect,
            language,
            settings: Arc::clone(settings),
        };
        let folders = content_folders(dialect, settings);
        for (content, language) in &folders {
            // Articles stand deeper than the content folder: in src/content of src.
            let deeper = if below.is_empty() { Some(&**content) } else { rest_below(content, below) };
            if let Some(rest) = deeper.filter(|rest| !rest.is_empty()) {
                self.inside.push(root(&format!("{rest}/"), language.clone()));
            }
        }
        let around = folders.iter().filter_map(|(content, of)| Some((rest_below(below, content)?, of)));
        let (below, of) = match around.min_by_key(|(rest, _)| rest.len()) {
            Some((rest, of)) => (rest, of.clone()),
            None if matches!(dialect, Dialect::Jekyll | Dialect::Eleventy) => (below, None),
            // It keeps them somewhere else, which is then their root.
            None => ("", None),
        };
        let is_told = settings.languages.is_some();
        let in_language = rest_below(below, language).filter(|_| !is_told);
        self.around = Some(root(in_language.unwrap_or(below), of));
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
        if let (Some(dialect), Some(root)) = (dialect, entry.path().parent()) {
            self.note_root(dialect, root, folder);
        }
    }

    /// Notes a site in the content folder, once.
    fn note_root(&mut self, dialect: Dialect, root: &Path, folder: &Path) {
        let above = relative(root, folder).unwrap_or_default();
        let path = |below: &str| {
            let parts = [above.as_str(), below].into_iter().filter(|part| !part.is_empty());
            parts.fold(String::new(), |path, part| path + part + "/")
        };
        let whole = path("");
        if self.inside.iter().any(|known| known.path == whole && known.dialect == dialect) {
            return;
        }
        let settings = self.settings_of(dialect, root, &files::names_in(root).unwrap_or_default());
        let folders = content_folders(dialect, &settings);
        for (below, language) in std::iter::once((String::new(), None)).chain(folders) {
            let settings = Arc::clone(&settings);
            self.inside.push(Root { path: path(&below), dialect, language, settings });
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
                return Spot { path: Cow::Borrowed(path), dialect, language: None, settings: &self.nothing };
            }
        };
        let Root { dialect, language, settings, .. } = root;
        Spot { path, dialect: Some(*dialect), language: language.as_deref(), settings }
    }

    /// Whether a folder is the root of a site.
    pub(super) fn is_root(&self, folder: &str) -> bool {
        self.inside.iter().any(|root| root.path.strip_suffix('/') == Some(folder))
    }

    /// Whether a file is one of those that sites are made with, and no article. Of Jekyll's folders
    /// that begin with `_`, those of posts, drafts and collections hold articles.
    pub(super) fn hides(&self, path: &str) -> bool {
        // Most paths have no such name, which takes less time to see.
        let may_be_working = path.starts_with('_') || path.contains("/_");
        let may_be_excluded =
            self.inside.iter().chain(&self.around).any(|root| !root.settings.excluded.is_empty());
        if !may_be_working && !may_be_excluded {
            return false;
        }
        let Spot { path, dialect, settings, .. } = self.place(path);
        if settings.excludes(&path) {
            return true;
        }
        let mut parts = path.split('/').rev();
        let file = parts.next().unwrap_or_default();
        let mut folders = parts.rev();
        let is_working = |folder: &str| WORKINGS.contains(&folder);
        match dialect {
            Some(Dialect::Hugo | Dialect::Zola) => false,
            Some(Dialect::Astro) => file.starts_with('_') || folders.any(|folder| folder.starts_with('_')),
            Some(Dialect::Jekyll) => {
                let hidden = |(depth, folder): (usize, &str)| {
                    let is_collection = depth == 0 && !is_working(folder) && settings.is_collection(folder);
                    folder.starts_with('_') && !is_collection && !matches!(folder, "_posts" | "_drafts")
                };
                file.starts_with('_') || folders.enumerate().any(hidden)
            }
            Some(Dialect::Eleventy) | None => folders.any(is_working),
        }
    }
}

/// Where a site keeps its articles, below its root, with the language of what is there.
fn content_folders(dialect: Dialect, settings: &Settings) -> Vec<(String, Option<String>)> {
    let usual: &[&str] = match dialect {
        // Some languages may have folders of their own, and others not.
        _ if settings.folders.iter().any(|(_, language)| language.is_none()) => &[],
        Dialect::Hugo | Dialect::Zola => &["content"],
        Dialect::Astro => &["src/content", "src/pages", "src/data"],
        Dialect::Eleventy => &["src", "content"],
        Dialect::Jekyll => &[],
    };
    let usual = usual.iter().map(|folder| ((*folder).to_owned(), None));
    settings.folders.iter().cloned().chain(usual).collect()
}

/// The part of a path that lies below a folder; empty for the folder itself.
fn rest_below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// A path relative to its content folder, with `/`; `None` where it is not UTF-8.
pub(super) fn relative(path: &Path, folder: &Path) -> Option<String> {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
