//! Fields as the types that Hugo gives them (`resources/page/pagemeta`, `spf13/cast`).

use chrono_tz::Tz;

use super::super::newsletter::Newsletter;
use super::dates::Source;
use super::fields::{Fields, Value};
use crate::article::date::{self, Moment};
use crate::article::dialect::Dialect;

/// A field that does not have its type.
pub(super) struct Wrong {
    pub(super) key: &'static str,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }

    fn kind(key: &'static str, wanted: &str, value: &Value) -> Self {
        Self::new(key, format!("must be {wanted}, and is {}", value.kind()))
    }
}

/// A text; a blank one is none.
pub(super) fn text(fields: &mut Fields, key: &'static str) -> Result<Option<String>, Wrong> {
    let Some(value) = fields.take(key) else { return Ok(None) };
    let text = value.into_text().map_err(|value| Wrong::kind(key, "a text", &value))?;
    Ok(filled(text))
}

/// A field that sites define for themselves: what is no text there means something else to them.
pub(super) fn own(fields: &mut Fields, key: &str) -> Option<String> {
    fields.take(key)?.into_text().ok().and_then(filled)
}

/// The address of a picture: a text, the first of a list, or the address in a table.
pub(super) fn picture(value: Value) -> Option<String> {
    match value {
        Value::List(values) => values.into_iter().find_map(picture),
        Value::Map(entries) => entries
            .into_iter()
            .find(|(key, _)| ["src", "url", "path", "image"].contains(&key.as_str()))
            .and_then(|(_, value)| picture(value)),
        value => value.into_text().ok().and_then(filled),
    }
}

fn filled(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.len() == text.len() { Some(text) } else { Some(trimmed.to_owned()) }
        .filter(|text| !text.is_empty())
}

/// The first date in these places, and in which. A date that is there and cannot be read is an error, not a
/// reason to look at the next key: Hugo reports it as well, and a wrong date mails a wrong article.
pub(super) fn moment(
    fields: &Fields,
    sources: &[Source],
    named: Option<Moment>,
    zone: Tz,
    dialect: Option<Dialect>,
) -> Result<Option<(Moment, Source)>, Wrong> {
    for source in sources {
        let key = match (source, named) {
            (Source::Key(key), _) => key,
            (Source::Name, Some(named)) => return Ok(Some((named, *source))),
            (Source::Name, None) => continue,
        };
        let moment = match fields.get(key) {
            None => continue,
            Some(Value::Text(text)) if text.trim().is_empty() || is_no_date(text, dialect) => continue,
            Some(Value::Text(text)) => {
                date::parse(text, zone, dialect).ok_or_else(|| unreadable(key, text))?
            }
            Some(Value::Integer(number)) => {
                date::from_number(*number, dialect).ok_or_else(|| unreadable(key, &number.to_string()))?
            }
            // `published` may say whether, instead of when.
            Some(Value::Bool(_)) if *key == "published" => continue,
            Some(value) => return Err(Wrong::kind(key, "a date like 2026-01-13", value)),
        };
        if !moment.is_zero() {
            return Ok(Some((moment, *source)));
        }
    }
    Ok(None)
}

/// Whether a text tells Eleventy to ask the file system or git
/// (<https://www.11ty.dev/docs/dates/>): that says when a file changed, not when an article appeared.
fn is_no_date(text: &str, dialect: Option<Dialect>) -> bool {
    let words = ["last modified", "created", "git last modified", "git created"];
    matches!(dialect, None | Some(Dialect::Eleventy)) && words.contains(&text.trim().to_lowercase().as_str())
}

fn unreadable(key: &'static str, text: &str) -> Wrong {
    let shown: String = text.chars().take(80).collect();
    Wrong::new(
        key,
        format!("is {shown:?}, which is no date: write 2026-01-13, or 2026-01-13T10:20:30+02:00 with a time"),
    )
}

/// What a value says, if yes or no. Words are read as Go's `ParseBool` reads them, and YAML 1.1's `yes` and
/// `on` count too: who writes them means it, and Hugo heeded them for years.
fn yes_or_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Integer(value) => Some(*value != 0),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// What a key says, if yes or no. Other words say neither.
pub(super) fn flag(fields: &mut Fields, key: &'static str) -> Result<Option<bool>, Wrong> {
    match fields.take(key) {
        Some(value @ (Value::List(_) | Value::Map(_))) => Err(Wrong::kind(key, "true or false", &value)),
        Some(value) => Ok(yes_or_no(&value)),
        None => Ok(None),
    }
}

/// Whether it is a draft. Other words are no draft, as in Hugo: the article is on the site.
pub(super) fn draft(fields: &mut Fields) -> Result<bool, Wrong> {
    if fields.get("draft").is_some() {
        return Ok(flag(fields, "draft")?.unwrap_or(false));
    }
    Ok(fields.get("published").and_then(yes_or_no).is_some_and(|published| !published))
}

/// What it says of newsletters: no, or how it is to look in one.
pub(super) fn newsletter(fields: &mut Fields) -> Result<Newsletter, Wrong> {
    let entries = match fields.take("newsletter") {
        Some(Value::Map(entries)) => entries,
        // A word that is neither yes nor no is the site's own, and means nothing to us.
        value => {
            let opted_out = value.as_ref().and_then(yes_or_no) == Some(false);
            return Ok(Newsletter { opted_out, ..Newsletter::default() });
        }
    };
    let mut newsletter = Newsletter::default();
    for (key, value) in entries {
        match (key.to_ascii_lowercase().as_str(), value) {
            ("order", Value::Integer(order)) => newsletter.order = Some(order),
            ("order", value) => {
                return Err(Wrong::kind("newsletter", "a table whose order is a number", &value));
            }
            ("title", value) => newsletter.title = filled(value.into_text().unwrap_or_default()),
            ("summary", value) => newsletter.summary = filled(value.into_text().unwrap_or_default()),
            _ => {}
        }
    }
    Ok(newsletter)
}

/// The address that front matter states, under the key of its dialect.
pub(super) fn stated(fields: &mut Fields, dialect: Option<Dialect>) -> Result<Option<String>, Wrong> {
    let key = match dialect {
        Some(Dialect::Hugo) => "url",
        Some(Dialect::Zola) => "path",
        None | Some(Dialect::Astro) if fields.get("url").is_some() => "url",
        None | Some(Dialect::Astro | Dialect::Jekyll | Dialect::Eleventy) => "permalink",
    };
    // Eleventy takes functions and tables here: templates, which only it can fill.
    if dialect != Some(Dialect::Eleventy) && matches!(fields.get(key), Some(Value::List(_) | Value::Map(_))) {
        return text(fields, key);
    }
    Ok(own(fields, key))
}

/// Whether there is a page of it.
pub(super) fn is_rendered(fields: &Fields) -> bool {
    let denied = |key| fields.get(key) == Some(&Value::Bool(false));
    !denied("render") && !denied("permalink") && !matches!(built(fields, "render"), Some("never" | "false"))
}

/// Whether it stands in lists.
pub(super) fn is_listed(fields: &Fields) -> bool {
    let told = |key| fields.get(key) == Some(&Value::Bool(true));
    !told("headless")
        && !told("eleventyexcludefromcollections")
        && !matches!(built(fields, "list"), Some("never" | "false"))
}

/// A build option of Hugo's (<https://gohugo.io/content-management/build-options/>), which was
/// `_build` before 0.145.
fn built<'f>(fields: &'f Fields, option: &str) -> Option<&'f str> {
    let Some(Value::Map(options)) = fields.get("build").or_else(|| fields.get("_build")) else { return None };
    let (_, value) = options.iter().find(|(name, _)| name.eq_ignore_ascii_case(option))?;
    match value {
        Value::Text(text) => Some(text),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// The terms of a taxonomy. A text is one term in Hugo and is never split; Jekyll splits it at
/// blanks, and what Hugo did not write may hold several between commas.
///
/// In Jekyll the key in the singular goes first, and its text is one term; of categories, both
/// keys count (`Utils.pluralized_array_from_hash`).
pub(super) fn terms(
    fields: &mut Fields,
    key: &'static str,
    singular: &'static str,
    dialect: Option<Dialect>,
) -> Result<Vec<String>, Wrong> {
    let mut terms = Vec::new();
    let mut add = |key, value| {
        gather(value, &mut terms).map_err(|value| Wrong::kind(key, "a text or a list of texts", &value))
    };
    let one = fields.take(singular);
    let many = fields.take(key).map(|value| split(value, dialect));
    match (many, one) {
        (many, Some(one)) if dialect == Some(Dialect::Jekyll) => {
            if let Some(many) = many.filter(|_| key == "categories") {
                add(key, many)?;
            }
            add(singular, one)?;
        }
        (Some(many), _) => add(key, many)?,
        (None, Some(one)) => add(singular, one)?,
        (None, None) => add(key, zola(fields, key))?,
    }
    Ok(terms)
}

/// A text that holds several terms, as a list of them.
pub(super) fn split(value: Value, dialect: Option<Dialect>) -> Value {
    let Value::Text(text) = &value else { return value };
    let parts: Vec<&str> = match dialect {
        Some(Dialect::Hugo | Dialect::Zola) => return value,
        Some(Dialect::Jekyll) => text.split_whitespace().collect(),
        None | Some(Dialect::Astro | Dialect::Eleventy) => text.split(',').collect(),
    };
    Value::List(parts.into_iter().map(|part| Value::Text(part.to_owned())).collect())
}

/// What Zola keeps under `[taxonomies]`.
fn zola(fields: &Fields, key: &str) -> Value {
    match fields.get("taxonomies") {
        Some(Value::Map(entries)) => entries
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map_or(Value::Null, |(_, value)| value.clone()),
        _ => Value::Null,
    }
}

/// Lists in lists are flat, and nothing is no term.
fn gather(value: Value, terms: &mut Vec<String>) -> Result<(), Value> {
    match value {
        Value::List(values) => values.into_iter().try_for_each(|value| gather(value, terms)),
        value => {
            terms.extend(filled(value.into_text()?));
            Ok(())
        }
    }
}

/// How heavy the article is; 0 where it does not say.
pub(super) fn weight(fields: &mut Fields) -> Result<i64, Wrong> {
    match fields.take("weight") {
        None => Ok(0),
        Some(Value::Integer(weight)) => Ok(weight),
        // Hugo's weights are whole, and lose what stands after the point.
        #[expect(clippy::cast_possible_truncation, reason = "this saturates, which is as good as exact")]
        Some(Value::Float(weight)) => Ok(weight as i64),
        Some(Value::Text(text)) if text.trim().is_empty() => Ok(0),
        Some(Value::Text(text)) => text.trim().parse().map_err(|_| {
            Wrong::new("weight", format!("is {text:?}, which is no number: write one without quotes"))
        }),
        Some(value) => Err(Wrong::kind("weight", "a number", &value)),
    }
}
