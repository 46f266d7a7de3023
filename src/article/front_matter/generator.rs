//! What a generator's own configuration says of addresses.

use super::fields::Value;
use super::{Format, yaml};

/// The patterns of addresses in a generator's configuration, each with the section, or the
/// collection of Jekyll's, that it is for; that of Jekyll's posts has no name. None where the text
/// cannot be read: then its site cannot be made either.
///
/// These are Hugo's `permalinks`, of `page` where that is told apart
/// (<https://gohugo.io/configuration/permalinks/>), and Jekyll's `permalink`, its own and those
/// of `collections` (<https://jekyllrb.com/docs/permalinks/>).
#[must_use]
pub fn permalinks(text: &str, format: Format) -> Vec<(String, String)> {
    let value = match format {
        Format::Yaml => yaml::value(text),
        Format::Toml => toml::from_str(text).ok(),
        Format::Json => serde_json::from_str(text).ok(),
    };
    let mut found = Vec::new();
    for (key, value) in value.and_then(Value::into_entries).unwrap_or_default() {
        match (key.to_ascii_lowercase().as_str(), value) {
            ("permalink", Value::Text(pattern)) => found.push((String::new(), pattern)),
            ("permalinks", Value::Map(sections)) => found.extend(of_sections(sections)),
            ("collections", Value::Map(collections)) => found.extend(of_collections(collections)),
            _ => {}
        }
    }
    found
}

fn of_sections(sections: Vec<(String, Value)>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (section, value) in sections {
        match value {
            Value::Text(pattern) => found.push((section, pattern)),
            Value::Map(pages) if section.eq_ignore_ascii_case("page") => found.extend(of_sections(pages)),
            _ => {}
        }
    }
    found
}

fn of_collections(collections: Vec<(String, Value)>) -> impl Iterator<Item = (String, String)> {
    collections.into_iter().filter_map(|(collection, value)| {
        let mut settings = value.into_entries()?.into_iter();
        match settings.find(|(key, _)| key == "permalink")? {
            (_, Value::Text(pattern)) => Some((collection, pattern)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generators_say_how_they_make_addresses() {
        for (format, text, expected) in [
            (Format::Yaml, "title: x\npermalink: pretty\n", &[("", "pretty")][..]),
            (
                Format::Yaml,
                "collections:\n  recipes:\n    permalink: /eat/:name/\n  other:\n    output: true\n",
                &[("recipes", "/eat/:name/")],
            ),
            (Format::Toml, "[permalinks]\nposts = '/:year/:slug/'\n", &[("posts", "/:year/:slug/")]),
            (
                Format::Toml,
                "[permalinks.page]\na = '/x/'\n[permalinks.section]\na = '/y/'\n",
                &[("a", "/x/")],
            ),
            (Format::Json, r#"{"Permalinks": {"a": "/x/"}}"#, &[("a", "/x/")]),
            (Format::Toml, "no toml", &[]),
            (Format::Yaml, "- a\n", &[]),
        ] {
            let read = permalinks(text, format);
            let read: Vec<_> = read.iter().map(|(section, pattern)| (&**section, &**pattern)).collect();
            assert_eq!(read, expected, "{text}");
        }
    }
}
