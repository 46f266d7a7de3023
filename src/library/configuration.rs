//! What the files at the root of a site tell: what it is made with, and what its configuration says.

use std::path::Path;

use crate::article::Dialect;
use crate::article::front_matter::{self, Format};
use crate::article::settings::{self, Settings};
use crate::files;

/// The configuration of Hugo, before 0.110, and of Zola; and ours.
pub(super) const CONFIGS: [&str; 3] = ["config.toml", "config.yaml", "config.yml"];

/// The folders in which Hugo's configuration may lie in parts, that of sites as they are published
/// last (<https://gohugo.io/configuration/introduction/#configuration-directory>).
const HUGOS: [&str; 2] = ["config/_default", "config/production"];

/// What the site with these files and folders at its root is made with.
pub(super) fn dialect_of(root: &Path, names: &[String]) -> Option<Dialect> {
    let marked = names.iter().filter_map(|name| Dialect::of_marker(name));
    // What is left of Jekyll lies about in sites that were moved to another generator.
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    marked
        .min_by_key(|dialect| *dialect == Dialect::Jekyll)
        .or_else(|| {
            CONFIGS.iter().filter(|name| has(name)).find_map(|name| dialect_of_config(&root.join(name)))
        })
        .or_else(|| {
            let is_hugo = has("config") && files::exists(&root.join(HUGOS[0])).unwrap_or_default();
            is_hugo.then_some(Dialect::Hugo)
        })
}

/// Whose configuration this is: Hugo and Zola both call theirs so, and write the site's address in a
/// way of their own. Ours has neither.
pub(super) fn dialect_of_config(file: &Path) -> Option<Dialect> {
    head(file).lines().find_map(|line| {
        let key = line.split(['=', ':']).next().unwrap_or_default().trim().to_ascii_lowercase();
        match key.as_str() {
            "baseurl" => Some(Dialect::Hugo),
            "base_url" => Some(Dialect::Zola),
            _ => None,
        }
    })
}

/// What the configuration of the site with these files and folders at its root says.
pub(super) fn settings_of(dialect: Dialect, root: &Path, names: &[String]) -> Settings {
    if dialect == Dialect::Eleventy {
        let config = names.iter().find(|name| Dialect::of_marker(name) == Some(dialect));
        let text = config.map(|name| head(&root.join(name))).unwrap_or_default();
        let folders = settings::input_folder(&text).map(|folder| (folder.to_owned(), None));
        return Settings { folders: folders.into_iter().collect(), ..Settings::default() };
    }
    let mut read = Vec::new();
    let mut add = |folder: &Path, name: &str| {
        if let Some((stem, format)) =
            name.rsplit_once('.').and_then(|(stem, extension)| Some((stem, Format::of_extension(extension)?)))
        {
            read.push((stem.to_owned(), format, head(&folder.join(name))));
        }
    };
    for name in names.iter().filter(|name| is_configuration(dialect, name)) {
        add(root, name);
    }
    if dialect == Dialect::Hugo && names.iter().any(|name| name == "config") {
        for folder in HUGOS.map(|folder| root.join(folder)) {
            let names = files::names_in(&folder).unwrap_or_default();
            for name in &names {
                add(&folder, name);
            }
        }
    }
    let files: Vec<_> = read.iter().map(|(stem, format, text)| (&**stem, *format, &**text)).collect();
    Settings::read(dialect, &files)
}

/// Whether a file at the root of a site is its configuration.
fn is_configuration(dialect: Dialect, name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match dialect {
        Dialect::Hugo => matches!(stem, "hugo" | "config"),
        Dialect::Zola => matches!(name, "zola.toml" | "config.toml"),
        Dialect::Jekyll => stem == "_config",
        Dialect::Astro | Dialect::Eleventy => false,
    }
}

/// As much of a configuration as is looked at; nothing where it cannot be read.
pub(super) fn head(file: &Path) -> String {
    if !file.is_file() {
        return String::new(); // A pipe would be waited for.
    }
    let mut bytes = Vec::new();
    let read = files::read_head(file, front_matter::LIMIT as u64, &mut bytes);
    read.map(|()| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
