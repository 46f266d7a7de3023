//! Faults: what is wrong with the files that a page is made of, with the lines around it.

use std::path::Path;

use super::view::Fault;
use crate::config;
use crate::files;
use crate::library::Problem;
use crate::pipeline::{Error, Project};

/// How many lines are shown before and after the one that is wrong.
const AROUND: usize = 2;

/// The problems of config.toml, or of a catalogue of words.
pub(super) fn of_config(problems: &config::Problems) -> Vec<Fault> {
    let file = problems.path.display().to_string();
    let of = |problem: &config::Problem| {
        let line = problem.place.as_ref().map(|place| place.line);
        Fault {
            file: file.clone(),
            line,
            message: problem.message.clone(),
            help: Some(problem.help.clone()),
            excerpt: excerpt(&problems.text, line),
        }
    };
    problems.problems.iter().map(of).collect()
}

/// The problem of an article.
pub(super) fn of_article(project: &Project, problem: &Problem) -> Fault {
    let folders = &project.config.site.content;
    let file = folders.iter().map(|folder| folder.join(&problem.path)).find(|file| file.is_file());
    let text = file.as_deref().and_then(|file| files::read_text(file).ok()).unwrap_or_default();
    Fault {
        file: file.map_or_else(|| problem.path.clone(), |file| file.display().to_string()),
        line: problem.line,
        message: problem.message.clone(),
        help: None,
        excerpt: excerpt(&text, problem.line),
    }
}

/// What keeps an issue from being made; `config` is where most of that is mended.
pub(super) fn of_error(error: &Error, config: &Path) -> Fault {
    let file = match error {
        Error::Composer(_) | Error::NoContent(_) | Error::ContentIsFile(_) => config.display().to_string(),
        _ => String::new(),
    };
    Fault { file, line: None, message: error.to_string(), help: None, excerpt: Vec::new() }
}

/// The lines around one, each with its number; none where no line is known.
fn excerpt(text: &str, line: Option<usize>) -> Vec<(usize, String)> {
    let Some(line) = line else { return Vec::new() };
    let first = line.saturating_sub(AROUND).max(1);
    let lines = text.lines().enumerate().skip(first - 1).take(line + AROUND + 1 - first);
    lines.map(|(at, text)| (at + 1, text.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_line_with_two_on_each_side() {
        let numbers =
            |line| excerpt("a\nb\nc\nd\ne\nf\n", line).iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(numbers(Some(1)), [1, 2, 3]);
        assert_eq!(numbers(Some(4)), [2, 3, 4, 5, 6]);
        assert_eq!(numbers(Some(9)), [0; 0]);
        assert_eq!(numbers(None), [0; 0]);
    }
}
