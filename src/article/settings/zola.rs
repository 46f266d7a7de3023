//! Zola's configuration (<https://www.getzola.org/documentation/getting-started/configuration/>).

use super::Settings;
use crate::article::front_matter::Value;
use crate::article::place::Languages;
use crate::article::slug::Strategy;

pub(super) fn read(settings: &mut Settings, entries: Vec<(String, Value)>) {
    let mut languages = Languages { main: "en".to_owned(), ..Languages::default() };
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("default_language", Value::Text(code)) => languages.main = code,
            ("languages", Value::Map(others)) => {
                languages.codes.extend(others.into_iter().map(|(code, _)| code));
            }
            ("slugify", Value::Map(slugify)) => read_slugify(settings, slugify),
            // Before 0.11.
            ("slugify_paths", Value::Bool(false)) => settings.slugs.strategy = Strategy::Safe,
            _ => {}
        }
    }
    // A name in the site's own language is one only where there are others.
    if !languages.codes.is_empty() {
        languages.codes.push(languages.main.clone());
    }
    settings.languages = Some(languages);
}

fn read_slugify(settings: &mut Settings, entries: Vec<(String, Value)>) {
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("paths", Value::Text(strategy)) => {
                settings.slugs.strategy = match strategy.as_str() {
                    "off" => Strategy::Off,
                    "safe" => Strategy::Safe,
                    _ => Strategy::On,
                };
            }
            ("paths_keep_dates", Value::Bool(keep)) => settings.slugs.dated = keep,
            _ => {}
        }
    }
}
