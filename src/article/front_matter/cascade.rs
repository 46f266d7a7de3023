//! What the front matter of a section gives to the articles below it
//! (<https://gohugo.io/content-management/front-matter/#cascade-1>).

use super::fields::{Fields, Value};
use super::names::FieldNames;
use super::{Error, Found, find};
use crate::article::dialect::Dialect;

/// Fields that articles below a folder have where they do not say otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    pub(super) fields: Fields,
    /// The patterns of paths that it is for; empty for all.
    paths: Vec<String>,
    /// The pattern of languages that it is for; `None` for all.
    language: Option<String>,
}

/// What a section says of the articles below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    /// What it gives to them.
    pub cascades: Vec<Cascade>,
    /// Whether its front matter is Zola's.
    pub is_zola: bool,
}

impl Section {
    /// Reads the head of an `_index` file. What that of a language gives is for that language.
    ///
    /// # Errors
    /// When the front matter cannot be read.
    pub fn read(
        head: &[u8],
        dialect: Option<Dialect>,
        language: Option<&str>,
        names: &FieldNames,
    ) -> Result<Self, Error> {
        super::refuse_utf16(head)?;
        let mut fields = match find(head, false) {
            Found::Nothing(_) => return Ok(Self::default()),
            Found::Block(block) => super::fields_of(&block, names)?,
            Found::Unclosed(format, line) => return Err(Error::endless(format, line, head.len())),
        };
        let tables = match fields.take("cascade") {
            Some(Value::List(tables)) => tables,
            Some(table) => vec![table],
            None => Vec::new(),
        };
        let tables = tables.into_iter().filter_map(Value::into_entries);
        let mut cascades: Vec<Cascade> =
            tables.filter_map(|entries| Cascade::of_entries(entries, names)).collect();
        let is_zola = dialect.map_or_else(|| fields.look_like_zola(), |dialect| dialect == Dialect::Zola);
        // In Zola, what is below a draft is one too.
        if is_zola && fields.get("draft") == Some(&Value::Bool(true)) {
            let fields = Fields::of("draft", Value::Bool(true));
            cascades.push(Cascade { fields, paths: Vec::new(), language: None });
        }
        for cascade in &mut cascades {
            cascade.language = cascade.language.take().or_else(|| language.map(str::to_owned));
        }
        Ok(Self { cascades, is_zola })
    }
}

impl Cascade {
    /// One of the tables of a `cascade`; `None` where it gives nothing that means something to us,
    /// or nothing to articles.
    pub(in crate::article) fn of_entries(entries: Vec<(String, Value)>, names: &FieldNames) -> Option<Self> {
        let (targets, entries): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| matches!(key.as_str(), "target" | "_target"));
        let fields = Fields::of_entries(entries, names);
        let target = targets.into_iter().filter_map(|(_, value)| value.into_entries()).flatten();
        let mut cascade = Self { fields, paths: Vec::new(), language: None };
        for (key, value) in target {
            match (key.to_ascii_lowercase().as_str(), value) {
                ("path", Value::Text(path)) => cascade.paths.push(path.to_lowercase()),
                ("path", Value::List(paths)) => {
                    let texts = paths.into_iter().filter_map(|path| path.into_text().ok());
                    cascade.paths.extend(texts.map(|path| path.to_lowercase()));
                }
                ("lang", Value::Text(language)) => cascade.language = Some(language),
                ("kind", Value::Text(kind)) if !fast_glob::glob_match(&kind, "page") => return None,
                // What readers see is what the site is in production.
                ("environment", Value::Text(glob)) if !fast_glob::glob_match(&glob, "production") => {
                    return None;
                }
                _ => {}
            }
        }
        (!cascade.fields.is_empty()).then_some(cascade)
    }

    /// Whether it is for the article of this path, without extension and with `/` in front, and in
    /// this language.
    #[must_use]
    pub fn is_for(&self, path: &str, language: &str) -> bool {
        let fits = |pattern: &String| fast_glob::glob_match(pattern, path);
        (self.paths.is_empty() || self.paths.iter().any(fits))
            && self.language.as_ref().is_none_or(|pattern| fast_glob::glob_match(pattern, language))
    }
}
