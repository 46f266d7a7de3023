//! The template of a digest's subject: what it may name, and the engine that renders it.

use std::collections::BTreeMap;

use minijinja::{Environment, Error, UndefinedBehavior, Value};

use super::problem::Wrong;
use super::reader::listed;
use crate::term;

/// What a subject may name. Each is always there: text that an article lacks is empty.
///
/// `issue.count` and `issue.number` are numbers and `lead.tags` a list; the others are text, `issue.date` like
/// `13 January 2026`. An issue without a number has an empty one.
pub const VARIABLES: [&str; 10] = [
    "site.title",
    "digest.title",
    "digest.name",
    "issue.date",
    "issue.number",
    "issue.count",
    "lead.title",
    "lead.source",
    "lead.section",
    "lead.tags",
];

/// The subject of a digest that names none.
pub const DEFAULT: &str = "{{ digest.title }}: {{ lead.title }}";

/// The steps a subject may take: plenty for any, and an end to `{% for %}` over a million.
const FUEL: u64 = 50_000;

/// The engine of subjects: what is undefined is an error, and nothing is escaped, for a subject is
/// plain text.
#[must_use]
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment
}

/// Checks a template: that it can be read, that it names only [`VARIABLES`], and that it can be
/// rendered with a sample of them.
pub(super) fn check(template: &str) -> Result<String, Wrong> {
    if template.trim().is_empty() {
        return Err("it is empty".into());
    }
    let environment = environment();
    let compiled = environment.template_from_str(template).map_err(|error| at_fault(&error))?;
    let mut names: Vec<String> = compiled.undeclared_variables(true).into_iter().collect();
    names.sort_unstable();
    let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
    if let Some(name) = names.iter().find(|name| !is_known(name) && !globals.contains(&name.as_str())) {
        return Err(unknown(name, template));
    }
    compiled.render(sample()).map_err(|error| at_fault(&error))?;
    Ok(template.to_owned())
}

/// Whether a template may name it: a variable, or the table that holds some.
fn is_known(name: &str) -> bool {
    VARIABLES.iter().any(|variable| *variable == name || variable.split('.').next() == Some(name))
}

fn unknown(name: &str, template: &str) -> Wrong {
    let help = match term::nearest(name, VARIABLES) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("a subject may name {}", listed(&VARIABLES)),
    };
    let at = template.find(name).map(|start| start..start + name.len());
    Wrong { why: format!("nothing is called `{name}`"), help: Some(help), at }
}

fn at_fault(error: &Error) -> Wrong {
    let why = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    Wrong { at: error.range(), ..Wrong::from(why) }
}

/// What a subject could be rendered with.
fn sample() -> Value {
    let mut tables: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for variable in VARIABLES {
        let value = match variable {
            "issue.count" | "issue.number" => Value::from(12),
            "lead.tags" => Value::from(vec!["one", "two", "three"]),
            "issue.date" => Value::from("13 January 2026"),
            text => Value::from(text),
        };
        if let Some((table, key)) = variable.split_once('.') {
            tables.entry(table).or_default().insert(key, value);
        }
    }
    Value::from_pairs(tables.into_iter().map(|(table, keys)| (table, Value::from_pairs(keys))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_may_name_every_variable_and_use_filters() {
        for template in [
            DEFAULT,
            "{{ site.title }} {{ digest.name }} {{ issue.date }} {{ issue.count }}",
            "{% if issue.number %}No. {{ issue.number }}{% endif %}",
            "{{ lead.source }} {{ lead.section }} {{ lead.tags | join(', ') | upper }}",
            "{% if issue.count > 1 %}{{ issue.count }} stories{% else %}One story{% endif %}",
            "{% for tag in lead.tags %}{{ tag }} {% endfor %}",
            "{% if lead %}{{ lead.tags[0] }}{% endif %}",
            "{% if lead.source == 'Nobody' %}{{ lead.source }}{% endif %}",
            "Plain words",
        ] {
            assert_eq!(check(template), Ok(template.to_owned()));
        }
    }

    #[test]
    fn what_would_fail_at_every_issue_fails_now() {
        for (template, why) in [
            ("{{ lead.titel }}", "nothing is called `lead.titel`"),
            ("{{ title }}", "nothing is called `title`"),
            ("{{ lead.title", "syntax error"),
            ("{{ lead.title | shout }}", "filter"),
            ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", "fuel"),
            (" ", "it is empty"),
        ] {
            let wrong = check(template).unwrap_err();
            assert!(wrong.why.contains(why), "{template}: {wrong:?}");
        }
    }

    #[test]
    fn the_nearest_variable_is_suggested_at_its_place() {
        let wrong = check("{{ digest.title }}: {{ lead.titel }}").unwrap_err();
        assert_eq!(wrong.help.as_deref(), Some("did you mean `lead.title`?"));
        assert_eq!(wrong.at, Some(23..33));
    }
}
