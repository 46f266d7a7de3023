//! The layers hold: a module imports only modules listed above it, the stages never meet but in
//! `pipeline`, and each large dependency stays behind the modules that own it.
//!
//! The order is read from `src/lib.rs`, and from each `mod.rs` for the modules of its folder. Paths
//! are found among Rust's own tokens, so that they count wherever code can stand (in macros and
//! attributes too), and never in comments or strings.

#![expect(clippy::disallowed_methods, reason = "tests read the sources from the outside")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Stages that know nothing of each other.
const APART: [&str; 3] = ["selector", "composer", "sender"];

/// Crates, and the only modules at the top that may use them.
const DOORS: [(&[&str], &[&str]); 13] = [
    (&["clap", "clap_complete", "clap_mangen", "miette"], &["cli", "main"]),
    (&["lettre"], &["message", "sender"]),
    (&["tokio_rustls", "rustls_native_certs"], &["sender"]),
    (&["rusqlite"], &["store"]),
    (&["askama"], &["composer", "preview", "pages"]),
    (&["minijinja"], &["config", "composer"]),
    (&["axum"], &["preview", "pages"]),
    (&["notify", "tokio_stream"], &["preview"]),
    (&["serde_yaml"], &["article"]),
    (&["ammonia", "css_inline", "html2text"], &["composer"]),
    (&["cssparser", "md5"], &["lint"]),
    (&["mail_parser"], &["lint", "preview"]),
    (&["tokio"], &["store", "sender", "pipeline", "preview", "pages", "cli", "main"]),
];

#[test]
fn no_module_climbs_and_every_dependency_stays_behind_its_door() {
    let sources = sources_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.len() > 10, "the sources were not found");
    let faults = faults(&sources);
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_path_that_climbs_is_caught_wherever_it_stands() {
    for (module, code) in [
        ("files", "use crate::selector::Window;"),
        ("files", "use crate::{clock::wall, selector::{limit as most}};"),
        ("files", "fn f() -> crate::selector::Window { todo!() }"),
        ("files", "fn f() { println!(\"{}\", crate::selector::limit()); }"),
        ("files", "#[cfg(test)] mod tests { use super::super::selector::Window; }"),
        ("store/claims", "use super::ledger::Row;"),
        ("store/claims", "use super::Row;"), // Re-exported by the folder from below.
        ("store/claims", "use super::super::selector::Window;"),
        ("sender", "use crate::selector::Window;"),
        ("selector", "use clap::Parser;"),
        ("sender", "use mail_parser::MessageParser;"),
        ("selector", "#[derive(clap::Parser)] struct Arguments;"),
        ("selector", "fn f(_: &::rusqlite::Connection) {}"),
        ("files", "use lettre::{Address, transport::smtp::commands::Mail};"),
    ] {
        let faults = faults(&sample(module, code));
        assert_eq!(faults.len(), 1, "{module}: {code}\n{faults:#?}");
        assert!(faults[0].starts_with(&format!("src/{module}.rs:1: ")), "{}", faults[0]);
    }
}

#[test]
fn a_path_that_keeps_to_its_floor_passes() {
    for (module, code) in [
        ("selector", "use crate::{clock, files::read, store::Row};"),
        (
            "selector",
            "// use crate::sender;\n/// [`crate::sender`]\nconst A: &str = \"crate::sender::send\";",
        ),
        ("selector", "mod tests { use super::*; use super::inner::A; }"),
        ("store/ledger", "use super::claims::Claim; use super::Store; use self::row::Cell;"),
        ("files", "use lettre::{Address, message::Mailbox};"),
        ("sender", "use lettre::transport::smtp::commands::Mail;"),
        ("store/claims", "use rusqlite::Connection; use crate::store::Store;"),
    ] {
        let faults = faults(&sample(module, code));
        assert!(faults.is_empty(), "{module}: {code}\n{faults:#?}");
    }
}

/// A small crate with one file of our choice.
fn sample(module: &str, code: &str) -> Vec<Source> {
    let mut sources = vec![
        Source::new("src/lib.rs", "mod clock; mod files; mod store; mod selector; mod sender;"),
        Source::new("src/store/mod.rs", "mod claims; mod ledger; pub use ledger::Row; pub trait Store {}"),
    ];
    sources.push(Source::new(&format!("src/{module}.rs"), code));
    sources
}

/// A file of the crate.
struct Source {
    /// Its path from the root of the repository.
    path: String,
    /// The module it holds: `["store", "sqlite"]`; empty for `lib.rs`.
    module: Vec<String>,
    /// The paths in it.
    paths: Vec<CodePath>,
    /// The modules it declares in files of their own, in order.
    children: Vec<String>,
}

/// A path as it is written in code.
struct CodePath {
    /// The module in which it is written: inline modules count.
    module: Vec<String>,
    segments: Vec<String>,
    /// The name it gets, where it is an import.
    name: Option<String>,
    line: usize,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let stem = path.trim_start_matches("src/").trim_end_matches(".rs");
        let module: Vec<String> = match stem.strip_suffix("/mod").unwrap_or(stem) {
            "lib" => Vec::new(),
            stem => stem.split('/').map(str::to_owned).collect(),
        };
        let mut source =
            Self { path: path.to_owned(), module: module.clone(), paths: vec![], children: vec![] };
        source.walk(tokens, &module);
        source
    }

    fn walk(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match &tokens[at] {
                TokenTree::Ident(word) if word == "mod" => self.declaration(&tokens[at..], module),
                TokenTree::Ident(word) if word == "use" => self.import(&tokens[at..], module),
                TokenTree::Ident(_) => self.path(&tokens[at..], module),
                TokenTree::Group(group) => {
                    self.walk(group.stream(), module);
                    1
                }
                _ => 1,
            };
        }
    }

    /// `mod name;` or `mod name { … }`. Like its siblings, tells how many tokens it took.
    fn declaration(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        let Some(TokenTree::Ident(name)) = tokens.get(1) else { return 1 };
        match tokens.get(2) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner = [module, &[name.to_string()]].concat();
                self.walk(group.stream(), &inner);
            }
            _ if module == self.module => self.children.push(name.to_string()),
            _ => {}
        }
        3
    }

    /// `use …;`
    fn import(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        let end = tokens.iter().position(|token| is_punct(token, ';')).unwrap_or(tokens.len());
        self.branch(&tokens[1..end], &[], module);
        end + 1
    }

    /// One branch of an import, after the segments that lead to it.
    fn branch(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        let mut segments = prefix.to_vec();
        let mut name = None;
        let Some(first) = tokens.first() else { return };
        let line = first.span().start().line;
        let mut tokens = tokens.iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(|token| is_punct(token, ',')) {
                        self.branch(branch, &segments, module);
                    }
                    return;
                }
                TokenTree::Ident(word) if word == "as" => name = tokens.next().map(ToString::to_string),
                TokenTree::Ident(word) => segments.push(word.to_string()),
                _ => {}
            }
        }
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let name = name.or_else(|| segments.last().cloned());
        self.paths.push(CodePath { module: module.to_vec(), segments, name, line });
    }

    /// `first::second::…`; a lone word is no path.
    fn path(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        let mut segments = vec![tokens[0].to_string()];
        let mut taken = 1;
        while let [a, b, TokenTree::Ident(word), ..] = &tokens[taken..] {
            if !is_punct(a, ':') || !is_punct(b, ':') {
                break;
            }
            segments.push(word.to_string());
            taken += 3;
        }
        if segments.len() > 1 {
            let line = tokens[0].span().start().line;
            self.paths.push(CodePath { module: module.to_vec(), segments, name: None, line });
        }
        taken
    }
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// What breaks a rule, each with file, line, path and rule.
fn faults(sources: &[Source]) -> Vec<String> {
    let layers = Layers::of(sources);
    let mut faults = Vec::new();
    for source in sources {
        for path in &source.paths {
            if let Some(rule) = layers.broken_by(path) {
                faults.push(format!("{}:{}: {}: {rule}", source.path, path.line, path.segments.join("::")));
            }
        }
    }
    faults
}

/// The modules of the crate, by folder.
struct Layers<'a> {
    /// The modules in each module, in order.
    children: HashMap<&'a [String], &'a [String]>,
    /// The names that each module takes from its children, with the child.
    exports: HashMap<(&'a [String], &'a str), &'a str>,
}

impl<'a> Layers<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let children: HashMap<&[String], &[String]> =
            sources.iter().map(|source| (&*source.module, &*source.children)).collect();
        let mut exports = HashMap::new();
        for source in sources {
            for path in source.paths.iter().filter(|path| path.module == source.module) {
                let child = path.segments.iter().find(|segment| *segment != "self").map_or("", |s| s);
                if let Some(name) =
                    path.name.as_deref().filter(|_| source.children.iter().any(|c| c == child))
                {
                    exports.insert((&*source.module, name), child);
                }
            }
        }
        Self { children, exports }
    }

    /// The rule that a path breaks.
    fn broken_by(&self, path: &CodePath) -> Option<String> {
        let floor = path.module.first().map_or("lib", String::as_str);
        let Some(target) = resolve(path) else {
            return stays_outside(&path.segments, floor);
        };
        if floor == "main" {
            return None;
        }
        let other = target.first().map_or("", String::as_str);
        if floor != other && APART.contains(&floor) && APART.contains(&other) {
            return Some(format!("`{floor}` and `{other}` meet only in `pipeline`"));
        }
        self.climbs(&path.module, &target)
    }

    /// Where two modules part, the one that imports must stand below the one imported.
    fn climbs(&self, from: &[String], to: &[String]) -> Option<String> {
        let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let (mine, name) = (from.get(common)?, to.get(common)?);
        let parent = &from[..common];
        let theirs = self.exports.get(&(parent, name.as_str())).copied().unwrap_or(name);
        let order = self.children.get(parent)?;
        let place = |name: &str| order.iter().position(|module| module == name);
        (place(theirs)? > place(mine)?).then(|| {
            let list = match parent {
                [] => "src/lib.rs".to_owned(),
                parent => format!("src/{}/mod.rs", parent.join("/")),
            };
            format!("`{mine}` may import only what stands above it in {list}, and `{theirs}` stands below")
        })
    }
}

/// The path from the crate's root, if it begins with `crate`, `self` or `super`.
fn resolve(path: &CodePath) -> Option<Vec<String>> {
    let mut base = path.module.clone();
    let mut segments = path.segments.iter().peekable();
    match segments.next()?.as_str() {
        "crate" => base.clear(),
        "self" => {}
        "super" => {
            base.pop();
        }
        _ => return None,
    }
    while segments.next_if(|segment| *segment == "super").is_some() {
        base.pop();
    }
    base.extend(segments.cloned());
    Some(base)
}

/// The rule that a path into another crate breaks.
fn stays_outside(segments: &[String], floor: &str) -> Option<String> {
    let (_, owners) = DOORS.iter().find(|(crates, _)| crates.contains(&segments[0].as_str()))?;
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    // Addresses are nouns of ours too.
    let noun = matches!(words[..], ["lettre", "Address", ..] | ["lettre", "message", "Mailbox", ..]);
    (!noun && !owners.contains(&floor)).then(|| format!("only in {}", owners.join(", ")))
}

fn sources_under(folder: &Path) -> Vec<Source> {
    let mut folders = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let root = folder.parent().unwrap();
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| Source::new(&name(path), &fs::read_to_string(path).unwrap())).collect()
}
