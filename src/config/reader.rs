//! Reading tables key by key. What is wrong is collected, so that all of it is told at once; and a
//! key that nobody asked for is wrong, with the nearest one that somebody did.
//!
//! A reading function returns `None` where it has reported a problem, and nowhere else. It asks for
//! all its keys before it gives up, which is why `?` comes last in each of them.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Wrong};
use crate::{files, term};

/// What all tables of one config.toml share: its text, its folder, and the problems so far.
pub(super) struct Reader<'a> {
    text: &'a str,
    folder: &'a Path,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, whose paths are relative to `folder`.
    pub(super) fn new(text: &'a str, folder: &'a Path) -> Self {
        Self { text, folder, problems: RefCell::default() }
    }

    /// The table at the root, or `None` where the text is not TOML.
    pub(super) fn root(&'a self) -> Option<Table<'a>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let help = match error.message() {
                "duplicate key" => "remove one of the two",
                _ => "text stands in quotes, as in `title = \"News\"`; https://toml.io shows the rest",
            };
            self.report(error.span(), format!("this is not TOML: {}", error.message()), help);
        }
        errors.is_empty().then(|| Table::new(self, String::new(), None, root.into_inner()))
    }

    /// The problems found, by place; those without one come last.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.as_ref().map_or(usize::MAX, |place| place.span.start));
        problems
    }

    fn report(&self, span: Option<Range<usize>>, message: impl Into<String>, help: impl Into<String>) {
        let place = span.map(|span| Place::of(span, self.text));
        self.problems.borrow_mut().push(Problem { place, message: message.into(), help: help.into() });
    }
}

/// A table of which keys are asked for, one by one. When it is dropped, what is missing and what
/// was never asked for is reported.
pub(super) struct Table<'a> {
    reader: &'a Reader<'a>,
    /// Its dotted name, empty at the root.
    name: String,
    /// Its header; `None` where config.toml has no such table.
    span: Option<Range<usize>>,
    entries: DeTable<'a>,
    known: Vec<&'static str>,
    missing: Vec<Missing>,
}

struct Missing {
    key: &'static str,
    example: &'static str,
}

impl<'a> Table<'a> {
    fn new(reader: &'a Reader<'a>, name: String, span: Option<Range<usize>>, entries: DeTable<'a>) -> Self {
        Self { reader, name, span, entries, known: Vec::new(), missing: Vec::new() }
    }

    /// The last part of its name: `weekly` of `digests.weekly`.
    pub(super) fn key(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// The folder of config.toml.
    pub(super) fn folder(&self) -> &'a Path {
        self.reader.folder
    }

    /// Whether it has a value of this name that was not asked for yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A value that must be there. The example is a line to paste.
    pub(super) fn need<T>(
        &mut self,
        key: &'static str,
        example: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(key, example);
        if value.is_none() {
            self.miss(key, example);
        }
        read(value?)
    }

    /// Reports, when all keys are known, that this one is missing.
    pub(super) fn miss(&mut self, key: &'static str, example: &'static str) {
        self.missing.push(Missing { key, example });
    }

    /// A value that may be there.
    #[expect(clippy::option_option, reason = "`None` is a problem, `Some(None)` is no value")]
    pub(super) fn may<T>(
        &mut self,
        key: &'static str,
        example: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.or(key, example, None, |value| read(value).map(Some))
    }

    /// A value that has a default.
    pub(super) fn or<T>(
        &mut self,
        key: &'static str,
        example: &'static str,
        default: T,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        self.take(key, example).map_or(Some(default), read)
    }

    /// A key that is known, and that may not be there.
    pub(super) fn refuse(&mut self, key: &'static str, why: &str, help: &str) {
        if let Some((key, _)) = self.entries.remove_entry(key) {
            self.reader.report(Some(key.span()), format!("`{}` {why}", self.name_of(key.get_ref())), help);
        }
    }

    /// Keys that are not there, and may be: a misspelt one is held against them too.
    pub(super) fn knows<const N: usize>(&mut self, keys: [&'static str; N]) {
        self.known.extend(keys);
    }

    /// A table in it, which is empty where there is none.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Table<'a>> {
        let reader = self.reader;
        let empty = Table::new(reader, self.name_of(key), None, DeTable::new());
        self.take(key, "").map_or(Some(empty), Value::into_table)
    }

    /// The tables in a table of names: `[lists.main]`, `[lists.friends]`.
    pub(super) fn named_tables(&mut self, key: &'static str) -> Vec<Table<'a>> {
        let Some(mut outer) = self.table(key) else { return Vec::new() };
        let reader = self.reader;
        let entries = std::mem::take(&mut outer.entries);
        entries
            .into_iter()
            .filter_map(|(key, value)| {
                let name = outer.name_of(key.get_ref());
                if !files::is_name(key.get_ref()) {
                    let why = format!("`{name}` becomes the name of a folder, which it cannot be");
                    reader.report(Some(key.span()), why, "use letters and digits, and - or _ between them");
                }
                Value { reader, name, example: "", span: value.span(), toml: value.into_inner() }.into_table()
            })
            .collect()
    }

    /// Reports what concerns the table as a whole.
    pub(super) fn report(&self, message: impl Into<String>, help: impl Into<String>) {
        self.reader.report(self.span.clone(), message, help);
    }

    fn take(&mut self, key: &'static str, example: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let (_, value) = self.entries.remove_entry(key)?;
        let (span, name) = (value.span(), self.name_of(key));
        Some(Value { reader: self.reader, name, example, span, toml: value.into_inner() })
    }

    fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
        for key in self.entries.keys() {
            let message = format!("unknown key `{}`{place}", key.get_ref());
            let nearest = term::nearest(key.get_ref(), self.known.iter().copied());
            let help = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("remove it; known here are {}", listed(&self.known)),
            };
            self.reader.report(Some(key.span()), message, help);
            // A misspelt key is one mistake, not also a missing one.
            self.missing.retain(|missing| Some(missing.key) != nearest);
        }
        for Missing { key, example } in &self.missing {
            let message = format!("`{key}` is missing{place}");
            let help = match &self.span {
                Some(_) => format!("add `{example}`"),
                None => format!("add [{}] and below it `{example}`", self.name),
            };
            self.reader.report(self.span.clone(), message, help);
        }
    }
}

/// `a`, `b` and `c`, each in backquotes.
pub(super) fn listed<T: Display>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A value, with what is needed to say what is wrong with it.
pub(super) struct Value<'a> {
    reader: &'a Reader<'a>,
    name: String,
    example: &'static str,
    span: Range<usize>,
    toml: DeValue<'a>,
}

impl<'a> Value<'a> {
    /// A string, as `parse` reads it.
    pub(super) fn parse<T, E: Into<Wrong>>(self, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let DeValue::String(text) = &self.toml else {
            return self.wrong_type("a string");
        };
        parse(text).map_err(|wrong| self.wrong(wrong.into())).ok()
    }

    /// A line of text: not empty, and without control characters, for it may become a header.
    pub(super) fn line(self) -> Option<String> {
        self.parse(line)
    }

    /// Text of any number of lines.
    pub(super) fn text(self) -> Option<String> {
        self.parse(|text| Ok::<_, Wrong>(text.to_owned()))
    }

    /// A path, relative to the folder of config.toml.
    pub(super) fn path(self) -> Option<PathBuf> {
        self.path_that(|_| Ok(()))
    }

    /// A path that passes a check.
    pub(super) fn path_that(self, check: impl FnOnce(&Path) -> Result<(), Wrong>) -> Option<PathBuf> {
        let folder = self.reader.folder;
        self.parse(|text| {
            let path = folder.join(line(text)?);
            check(&path).map(|()| path)
        })
    }

    /// A whole number within `range`.
    pub(super) fn whole<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> Option<T> {
        let DeValue::Integer(number) = &self.toml else {
            return self.wrong_type("a whole number");
        };
        let number = i64::from_str_radix(number.as_str(), number.radix());
        let number = number.ok().filter(|number| range.contains(number)).and_then(|n| T::try_from(n).ok());
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            let bounds = match *most {
                i64::MAX => format!("it is no number from {least} up"),
                _ => format!("it is no number from {least} to {most}"),
            };
            self.wrong(bounds.into());
        }
        number
    }

    /// A number within `range`, with or without a fraction.
    pub(super) fn fraction(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let written = match &self.toml {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) => number.as_str(),
            _ => return self.wrong_type("a number"),
        };
        let number = written.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(format!("it is no number from {} to {}", range.start(), range.end()).into());
        }
        number
    }

    /// Whether it is `false`.
    pub(super) fn is_false(&self) -> bool {
        self.toml.as_bool() == Some(false)
    }

    /// `true` or `false`.
    pub(super) fn flag(self) -> Option<bool> {
        self.toml.as_bool().or_else(|| self.wrong_type("`true` or `false`"))
    }

    /// One of these words.
    pub(super) fn choice<T: Clone>(self, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        self.parse(|text| {
            let chosen = choices.iter().find(|(word, _)| *word == text);
            chosen.map(|(_, choice)| choice.clone()).ok_or_else(|| {
                let why = format!("{text:?} is none of {}", listed(&words));
                Wrong::with_nearest(why, term::nearest(text, words.iter().copied()))
            })
        })
    }

    /// An array, each of its values read by `read`.
    pub(super) fn array<T>(self, read: impl Fn(Value<'a>) -> Option<T>) -> Option<Vec<T>> {
        let values = self.elements()?;
        // All are read before any is missed, so that all problems are found.
        let read: Vec<Option<T>> = values.into_iter().map(read).collect();
        read.into_iter().collect()
    }

    /// A table.
    pub(super) fn into_table(self) -> Option<Table<'a>> {
        match self.toml {
            DeValue::Table(entries) => Some(Table::new(self.reader, self.name, Some(self.span), entries)),
            _ => self.wrong_type("a table"),
        }
    }

    /// Whether it is an array without values.
    pub(super) fn is_empty_array(&self) -> bool {
        self.toml.as_array().is_some_and(|values| values.is_empty())
    }

    /// How many values it has, if it is an array.
    pub(super) fn length(&self) -> Option<usize> {
        self.toml.as_array().map(|values| values.len())
    }

    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        self.toml.is_table()
    }

    /// Whether it is an array that holds tables.
    pub(super) fn is_array_of_tables(&self) -> bool {
        self.toml.as_array().is_some_and(|values| values.iter().any(|value| value.get_ref().is_table()))
    }

    /// Reports what is wrong with it.
    pub(super) fn wrong(&self, wrong: Wrong) {
        let Wrong { why, help, at } = wrong;
        let help = help.unwrap_or_else(|| format!("for example `{}`", self.example));
        self.reader.report(Some(self.locate(at)), format!("`{}`: {why}", self.name), help);
    }

    /// The values of an array.
    pub(super) fn elements(self) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(values) = self.toml else {
            return self.wrong_type("an array");
        };
        let element = |value: Spanned<DeValue<'a>>| Value {
            reader: self.reader,
            name: self.name.clone(),
            example: self.example,
            span: value.span(),
            toml: value.into_inner(),
        };
        Some(values.into_iter().map(element).collect())
    }

    fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        let found = match &self.toml {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let help = match self.example {
            "" => format!("write `[{}]` and its keys below it", self.name),
            example => format!("for example `{example}`"),
        };
        self.reader.report(
            Some(self.span.clone()),
            format!("`{}` is {found} where {wanted} is expected", self.name),
            help,
        );
        None
    }

    /// Where these bytes of a string stand in config.toml; all of it where escapes hide that.
    fn locate(&self, at: Option<Range<usize>>) -> Range<usize> {
        let inner = at.zip(self.toml.as_str()).and_then(|(at, text)| {
            let start = self.span.start + self.reader.text.get(self.span.clone())?.find(text)?;
            Some(start + at.start..start + at.end)
        });
        // A template's error may point into the middle of a character.
        let inner = inner.filter(|span| self.reader.text.get(span.clone()).is_some());
        inner.unwrap_or_else(|| self.span.clone())
    }
}

/// `text` as a line: not empty, and without control characters.
pub(super) fn line(text: &str) -> Result<String, Wrong> {
    match text.trim() {
        "" => Err("it is empty".into()),
        text if text.contains(char::is_control) => Err("it has a line break or a control character".into()),
        text => Ok(text.to_owned()),
    }
}
