//! Terms: `tags = ["a", "b"]`, `tags.all = […]`, and groups of them written out.

use std::collections::HashSet;

use super::problem::Wrong;
use super::reader::{Table, Value};
use crate::selection::{Filter, Group, Terms};
use crate::term::Term;

/// What `sections` of a digest says: which sections it is about, or which groups it has.
pub(super) enum Sections {
    /// Articles of these sections.
    Terms(Terms),
    /// Articles of any section, in these groups.
    Groups(Vec<Group>),
}

/// Reads the terms of a digest.
pub(super) fn of_digest(table: &mut Table<'_>) -> Option<(Filter, Vec<Group>)> {
    let none = Sections::Terms(Terms::default());
    let sections = table.or("sections", r#"sections.any = ["world"]"#, none, sections);
    let filter = by_labels(table);
    match sections? {
        Sections::Terms(sections) => Some((Filter { sections, ..filter? }, Vec::new())),
        Sections::Groups(groups) => Some((filter?, groups)),
    }
}

fn sections(value: Value<'_>) -> Option<Sections> {
    if value.is_array_of_tables() {
        groups(value).map(Sections::Groups)
    } else {
        terms(value).map(Sections::Terms)
    }
}

/// Reads `[[digests.NAME.sections]]`. A group without terms takes what is left, so it comes last.
fn groups(value: Value<'_>) -> Option<Vec<Group>> {
    let values = value.elements()?;
    let count = values.len();
    let mut titles = HashSet::new();
    let read =
        |(index, value): (usize, Value<'_>)| group(value.into_table()?, index + 1 == count, &mut titles);
    let groups: Vec<Option<Group>> = values.into_iter().enumerate().map(read).collect();
    groups.into_iter().collect()
}

fn group(mut table: Table<'_>, is_last: bool, titles: &mut HashSet<Term>) -> Option<Group> {
    let title = table.need("title", r#"title = "In the courts""#, Value::line);
    let sections = table.or("sections", r#"sections.any = ["world"]"#, Terms::default(), terms);
    let filter = by_labels(&mut table);
    let paths = table.or("paths", r#"paths = ["opinion/**"]"#, Vec::new(), |value| value.array(Value::line));
    let group = Group { title: title?, filter: Filter { sections: sections?, ..filter? }, paths: paths? };
    if !titles.insert(Term::new(&group.title)) {
        let message = format!("two groups are called {:?}, and readers would see one", group.title);
        table.report(message, "give each a title of its own, or bring their terms together in one");
        return None;
    }
    if group.filter == Filter::default() && group.paths.is_empty() && !is_last {
        let message = format!("the group {:?} takes every article, and those after it get none", group.title);
        table.report(message, "add `tags.any = [\"courts\"]`, or move it to the end");
        return None;
    }
    Some(group)
}

/// Tags, categories and sources.
fn by_labels(table: &mut Table<'_>) -> Option<Filter> {
    let tags = table.or("tags", r#"tags.any = ["immigration", "border"]"#, Terms::default(), terms);
    let categories = table.or("categories", r#"categories.any = ["news"]"#, Terms::default(), terms);
    let sources = table.or("sources", r#"sources.none = ["example.com"]"#, Terms::default(), terms);
    Some(Filter { tags: tags?, categories: categories?, sources: sources?, sections: Terms::default() })
}

/// Reads `["a"]`, which is `any`, or a table of `any`, `all` and `none`.
fn terms(value: Value<'_>) -> Option<Terms> {
    if !value.is_table() {
        return Some(Terms { any: words(value)?, ..Terms::default() });
    }
    let mut table = value.into_table()?;
    let any = table.or("any", r#"any = ["immigration", "border"]"#, Vec::new(), words);
    let all = table.or("all", r#"all = ["immigration"]"#, Vec::new(), words);
    let none = table.or("none", r#"none = ["sports"]"#, Vec::new(), words);
    Some(Terms { any: any?, all: all?, none: none? })
}

fn words(value: Value<'_>) -> Option<Vec<Term>> {
    value.array(|word| {
        word.parse(|text| match Term::new(text) {
            term if term.as_str().is_empty() => Err(Wrong::from(format!("{text:?} is no word"))),
            term => Ok(term),
        })
    })
}
