//! Jekyll's configuration (<https://jekyllrb.com/docs/configuration/options/>).

use super::{Group, Scoped, Settings, text, texts};
use crate::article::front_matter::{Cascade, FieldNames, Value};
use crate::article::permalink::Permalink;

pub(super) fn read(settings: &mut Settings, entries: Vec<(String, Value)>) {
    settings.collections = Some(Vec::new());
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("permalink", Value::Text(style)) => read_permalink(settings, &style),
            ("collections", Value::Map(collections)) => read_collections(settings, collections),
            ("collections", names) => settings.collections = Some(texts(names)),
            ("defaults", Value::List(all)) => {
                settings.defaults = all.into_iter().filter_map(scoped).collect();
            }
            ("timezone", Value::Text(zone)) => settings.zone = zone.parse().ok(),
            ("exclude", value) => settings.excluded = texts(value),
            ("source", Value::Text(folder)) => {
                let folder = folder.trim_start_matches("./").trim_matches('/');
                if !folder.is_empty() && folder != "." && !folder.starts_with("..") {
                    settings.folders.push((folder.to_owned(), None));
                }
            }
            _ => {}
        }
    }
}

/// `permalink`: how addresses of posts are made; and how those of pages and documents end
/// (`Utils.add_permalink_suffix`).
fn read_permalink(settings: &mut Settings, style: &str) {
    let pattern = |pattern: String| Permalink::parse(&pattern).ok();
    let posts = Permalink::parse(style).ok().or_else(|| pattern(format!("/{style}")));
    let end = match style {
        "pretty" => "/",
        "date" | "ordinal" | "none" => ":output_ext",
        style if style.ends_with('/') => "/",
        style if style.ends_with(":output_ext") => ":output_ext",
        _ => "",
    };
    let all = [
        (Group::Posts, posts),
        (Group::Documents, pattern(format!("/:collection/:path{end}"))),
        (Group::Pages, pattern(format!("/:path{end}"))),
    ];
    let known = all.into_iter().filter_map(|(group, permalink)| Some((group, permalink?)));
    settings.permalinks.extend(known);
}

/// `collections`: each may have a pattern of its own.
fn read_collections(settings: &mut Settings, collections: Vec<(String, Value)>) {
    for (collection, value) in collections {
        settings.collections.get_or_insert_default().push(collection.clone());
        let permalink = value.into_entries().unwrap_or_default().into_iter();
        let permalink = permalink.filter(|(key, _)| key == "permalink").find_map(|(_, value)| text(value));
        let Some(permalink) = permalink.and_then(|pattern| {
            Permalink::parse(&pattern).or_else(|_| Permalink::parse(&format!("/{pattern}"))).ok()
        }) else {
            continue;
        };
        // Posts are a collection too.
        let group = if collection == "posts" { Group::Posts } else { Group::Section(collection) };
        settings.permalinks.retain(|(known, _)| *known != group);
        settings.permalinks.insert(0, (group, permalink));
    }
}

/// An entry of `defaults`.
fn scoped(entry: Value) -> Option<Scoped> {
    let (mut path, mut kind, mut values) = (String::new(), None, None);
    for (key, value) in entry.into_entries()? {
        match (key.as_str(), value) {
            ("values", Value::Map(entries)) => values = Some(entries),
            ("scope", Value::Map(scope)) => {
                for (key, value) in scope {
                    match (key.as_str(), value) {
                        ("path", Value::Text(text)) => text.trim_matches('/').clone_into(&mut path),
                        ("type", Value::Text(text)) => kind = Some(plural(text)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let given = Cascade::of_entries(values?, &FieldNames::default())?;
    Some(Scoped { path, kind, given })
}

/// The types of Jekyll 2 were in the singular.
fn plural(kind: String) -> String {
    if matches!(kind.as_str(), "post" | "page" | "draft") { kind + "s" } else { kind }
}
