//! Hugo's configuration (<https://gohugo.io/configuration/>).

use super::{Group, Settings, Ugly, text, texts};
use crate::article::front_matter::{Cascade, FieldNames, NoSource, Value};
use crate::article::permalink::Permalink;
use crate::article::place::Languages;

/// Files of a configuration folder that hold one table of it, named as the table is
/// (<https://gohugo.io/configuration/introduction/#configuration-directory>).
const TABLES: [&str; 6] = ["permalinks", "languages", "frontmatter", "cascade", "module", "uglyurls"];

/// Reads a file of the configuration: the whole, or one of its [`TABLES`].
pub(super) fn read(settings: &mut Settings, name: &str, entries: Vec<(String, Value)>) {
    let name = name.to_ascii_lowercase();
    if TABLES.contains(&name.as_str()) {
        read_entry(settings, &name, Value::Map(entries));
        return;
    }
    if !matches!(name.as_str(), "hugo" | "config") {
        return;
    }
    // Its language is English unless it says another.
    languages(settings);
    for (key, value) in entries {
        read_entry(settings, &key.to_ascii_lowercase(), value);
    }
}

fn read_entry(settings: &mut Settings, key: &str, value: Value) {
    match (key, value) {
        ("permalinks", Value::Map(sections)) => read_permalinks(settings, sections),
        ("disablepathtolower", Value::Bool(cased)) => settings.slugs.cased = cased,
        ("removepathaccents", Value::Bool(unaccented)) => settings.slugs.unaccented = unaccented,
        ("uglyurls", Value::Bool(true)) => settings.ugly = Ugly::All,
        ("uglyurls", Value::Map(sections)) => {
            let ugly = sections.into_iter().filter(|(_, is_ugly)| *is_ugly == Value::Bool(true));
            settings.ugly = Ugly::Sections(ugly.map(|(section, _)| section).collect());
        }
        ("defaultcontentlanguage", Value::Text(code)) => languages(settings).main = code,
        ("defaultcontentlanguageinsubdir", Value::Bool(is_in)) => {
            languages(settings).main_in_folder = is_in;
        }
        ("contentdir", Value::Text(folder)) => add_folder(settings, &folder, None),
        ("languages", Value::Map(all)) => read_languages(settings, all),
        ("module", Value::Map(entries)) => read_mounts(settings, entries),
        ("timezone", Value::Text(zone)) => settings.zone = zone.parse().ok(),
        ("frontmatter", Value::Map(dates)) => read_dates(settings, dates),
        ("cascade", Value::List(tables)) => {
            for table in tables {
                add_cascade(settings, table);
            }
        }
        ("cascade", table) => add_cascade(settings, table),
        _ => {}
    }
}

/// `permalinks`: patterns by section, or those of `page` where kinds are told apart.
fn read_permalinks(settings: &mut Settings, sections: Vec<(String, Value)>) {
    for (section, value) in sections {
        match value {
            Value::Text(pattern) => {
                if let Ok(permalink) = Permalink::parse(&format!("/{}", pattern.trim_start_matches('/'))) {
                    let section = section.trim_matches('/').to_lowercase();
                    settings.permalinks.push((Group::Section(section), permalink));
                }
            }
            Value::Map(pages) if section.eq_ignore_ascii_case("page") => read_permalinks(settings, pages),
            _ => {}
        }
    }
}

/// `languages`: each with its folder, if it has one of its own.
fn read_languages(settings: &mut Settings, all: Vec<(String, Value)>) {
    for (code, value) in all {
        for (key, value) in value.into_entries().unwrap_or_default() {
            if let (true, Value::Text(folder)) = (key.eq_ignore_ascii_case("contentdir"), value) {
                add_folder(settings, &folder, Some(&code));
            }
        }
        languages(settings).codes.push(code);
    }
}

/// `module.mounts`: folders that stand for `content`, or for that of a language.
fn read_mounts(settings: &mut Settings, entries: Vec<(String, Value)>) {
    let mounts = entries.into_iter().filter(|(key, _)| key.eq_ignore_ascii_case("mounts"));
    for (_, mounts) in mounts {
        let Value::List(mounts) = mounts else { continue };
        for mount in mounts {
            let mut entries = mount.into_entries().unwrap_or_default();
            let mut take = |wanted: &str| {
                let at = entries.iter().position(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
                text(entries.swap_remove(at).1)
            };
            if let (Some(folder), Some("content")) = (take("source"), take("target").as_deref()) {
                let language = take("lang");
                add_folder(settings, &folder, language.as_deref());
            }
        }
    }
}

/// `frontmatter`: where dates stand.
fn read_dates(settings: &mut Settings, dates: Vec<(String, Value)>) {
    for (date, sources) in dates {
        let sources = texts(sources);
        let passed_over = settings.dates.set(&date, sources.iter().map(String::as_str));
        // Where an article is not dated, it is no loss not to know when its file changed.
        let matters = |(source, why): &(&str, NoSource)| {
            *why == NoSource::OwnKey || sources.first().is_some_and(|first| first == source)
        };
        let remarks = passed_over
            .into_iter()
            .filter(matters)
            .map(|(source, why)| format!("`frontmatter.{date}` asks for `{source}`, which {why}"));
        settings.remarks.extend(remarks);
    }
}

fn add_cascade(settings: &mut Settings, table: Value) {
    let entries = table.into_entries().unwrap_or_default();
    settings.cascades.extend(Cascade::of_entries(entries, &FieldNames::default()));
}

/// A folder that lies in the site.
fn add_folder(settings: &mut Settings, folder: &str, language: Option<&str>) {
    let folder = folder.trim_start_matches("./").trim_matches('/');
    if !folder.is_empty() && !folder.starts_with("..") {
        settings.folders.push((folder.to_owned(), language.map(str::to_owned)));
    }
}

fn languages(settings: &mut Settings) -> &mut Languages {
    settings.languages.get_or_insert_with(|| Languages { main: "en".to_owned(), ..Languages::default() })
}
