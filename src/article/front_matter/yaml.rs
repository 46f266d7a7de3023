//! The only door to the YAML parser, which is no longer maintained: what goes in has a size and a
//! depth that it can bear, and what comes out are fields and errors of ours.

use std::borrow::Cow;

use serde::de::DeserializeSeed as _;

use super::fields::{Fields, FieldsSeed, Value};
use super::names::FieldNames;

/// The deepest nesting that is read. Hugo's own sites need four.
const DEPTH: usize = 64;

/// The most aliases that are read. The parser bounds how often lists are repeated, but not texts: each alias
/// may stand for one of 60 KB.
const ALIASES: usize = 100;

/// Reads a block of YAML.
///
/// # Errors
/// When it is no mapping of keys to values, or nested or repeated beyond reason; with the line
/// within the block, counted from 1.
pub(super) fn fields(text: &str, names: &FieldNames) -> Result<Fields, (Option<usize>, String)> {
    if let Some(line) = too_deep(text) {
        return Err((Some(line), format!("it is nested more than {DEPTH} deep: make it flatter")));
    }
    if repeats_too_much(text) {
        return Err((
            None,
            format!("it has more than {ALIASES} aliases (`*name`): write out what they stand for"),
        ));
    }
    if is_empty(text) {
        return Ok(Fields::default());
    }
    FieldsSeed(names).deserialize(serde_yaml::Deserializer::from_str(&printable(text))).map_err(|error| {
        let place = error.location();
        let line = place.as_ref().map(serde_yaml::Location::line);
        let told = error.to_string();
        // The place is told apart from the message.
        let message = told.split(" at line ").next().unwrap_or(&told);
        (line, format!("{message}{}", remedy(message)))
    })
}

/// Reads a file of YAML; `None` where it cannot be read.
pub(super) fn value(text: &str) -> Option<Value> {
    if too_deep(text).is_some() || repeats_too_much(text) || text.len() > super::LIMIT {
        return None;
    }
    serde_yaml::from_str(text).ok()
}

/// Whether there are anchors, and too many aliases. Stars in texts count as well, which only makes this
/// stricter.
fn repeats_too_much(text: &str) -> bool {
    let marks = |mark: u8| {
        let opens = move |three: &[u8]| {
            matches!(three[0], b' ' | b'\n' | b'[' | b'{' | b',')
                && three[1] == mark
                && three[2].is_ascii_alphanumeric()
        };
        text.as_bytes().windows(3).filter(move |three| opens(three))
    };
    text.contains('&') && marks(b'*').count() > ALIASES && marks(b'&').next().is_some()
}

/// What to do about the mistakes that people make most.
fn remedy(message: &str) -> &'static str {
    const REMEDIES: [(&str, &str); 7] = [
        ("mapping values are not allowed", ": put a value that holds `: ` in quotes"),
        (
            "cannot start any token",
            ": indent with blanks, not tabs, and put a value that starts with @, ` or % in quotes",
        ),
        ("did not find expected", ": put the value in quotes, and write a quote inside single quotes twice"),
        ("unexpected end of stream", ": close the quote"),
        ("unknown escape character", ": use single quotes, or write each backslash twice"),
        ("unknown anchor", ": put a value that starts with * in quotes"),
        ("expected a mapping", ": write lines like `title: A title`"),
    ];
    REMEDIES.iter().find(|(mistake, _)| message.contains(mistake)).map_or("", |(_, remedy)| remedy)
}

/// The text with blanks for control characters, which the parser refuses, and for the line breaks
/// of YAML 1.1, with which it would end a value. Hugo's parser takes all of them for text.
fn printable(text: &str) -> Cow<'_, str> {
    // No byte of these characters is in most texts, and bytes are compared many at a time.
    let may_be_unfit = |byte: u8| {
        (byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n')) || matches!(byte, 0x7F | 0xC2 | 0xE2)
    };
    if !text.bytes().fold(false, |found, byte| found | may_be_unfit(byte)) {
        return Cow::Borrowed(text);
    }
    let unfit = |c: char| (c.is_control() && !"\t\r\n".contains(c)) || "\u{2028}\u{2029}".contains(c);
    if text.contains(unfit) { Cow::Owned(text.replace(unfit, " ")) } else { Cow::Borrowed(text) }
}

/// Whether there is nothing but blank lines and comments, which the parser takes for an error.
fn is_empty(text: &str) -> bool {
    text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with('#'))
}

/// The first line that is nested too deep, by brackets or by `- - -`: the parser's time grows with
/// the square of either. Brackets in quotes count as well, which only makes this stricter.
///
/// Nesting by indentation is bounded by the size of a block, and by the parser.
fn too_deep(text: &str) -> Option<usize> {
    // So few cannot be nested too deep. What is counted in bytes is counted many at a time.
    let count = |chunk: &[u8]| -> u8 {
        chunk.iter().map(|byte| u8::from(matches!(byte, b'[' | b'{' | b'-' | b'?'))).sum()
    };
    if text.as_bytes().chunks(128).map(|chunk| usize::from(count(chunk))).sum::<usize>() <= DEPTH {
        return None;
    }
    let mut depth = 0_usize;
    for (line, number) in text.lines().zip(1..) {
        let markers = line.split(' ').take_while(|word| matches!(*word, "" | "-" | "?"));
        if markers.filter(|word| !word.is_empty()).count() > DEPTH {
            return Some(number);
        }
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEPTH {
                return Some(number);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Fields, (Option<usize>, String)> {
        fields(text, &FieldNames::default())
    }

    fn error(text: &str) -> (Option<usize>, String) {
        read(text).unwrap_err()
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_remedy() {
        for (text, line, words) in [
            ("\ntitle: Foo: bar\n", 2, "put a value that holds `: ` in quotes"),
            ("\ntitle: T\ntags:\n\t- a\n", 4, "not tabs"),
            ("\ntitle: @foo\n", 2, "starts with @"),
            ("\ntitle: 'it's'\n", 2, "write a quote inside single quotes twice"),
            ("\ntitle: \"a \\d b\"\n", 2, "write each backslash twice"),
            ("\ntitle: *foo\n", 2, "starts with * in quotes"),
            ("\njust text\n", 2, "write lines like `title: A title`"),
            ("\n- a\n- b\n", 2, "write lines like `title: A title`"),
        ] {
            let (at, message) = error(text);
            assert_eq!(at, Some(line), "{text:?}: {message}");
            assert!(message.contains(words), "{text:?}: {message}");
            assert!(!message.contains(" at line "), "{text:?}: {message}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let brackets = format!("x: {}", "[".repeat(60_000));
        assert!(error(&brackets).1.contains("nested"));
        let dashes = "- ".repeat(30_000);
        assert!(error(&dashes).1.contains("nested"));
        let indented: Vec<String> = (0..300).map(|depth| " ".repeat(depth) + "tags:").collect();
        assert!(error(&indented.join("\n")).1.contains("recursion limit"));
        let known = aliases().replace("a11:", "tags:");
        assert!(error(&known).1.contains("repetition limit"));
        let texts = format!("l: &l {}\ntags: [{}]", "A".repeat(30_000), vec!["*l"; 8000].join(","));
        assert!(error(&texts).1.contains("100 aliases"));
        let stars = format!("summary: so {}\ntitle: A & B", ["*so*"; 200].join(" "));
        assert_eq!(read(&stars).unwrap().take("title"), Some(Value::Text("A & B".to_owned())));
    }

    #[test]
    fn what_nobody_looks_at_is_not_expanded() {
        assert_eq!(read(&aliases()), Ok(Fields::default()));
    }

    /// Each list holds the one before nine times.
    fn aliases() -> String {
        let list = |n: usize| [format!("*a{}", n - 1).as_str(); 9].join(", ");
        let lists = (1..12).map(|n| format!("a{n}: &a{n} [{}]", list(n)));
        let lines: Vec<String> = ["a0: &a0 [x]".to_owned()].into_iter().chain(lists).collect();
        lines.join("\n")
    }

    #[test]
    fn characters_that_the_parser_refuses_are_blanks() {
        for (text, expected) in [
            ("t: a\u{0}b\u{7f}c", "t: a b c"),
            ("t: a\u{85}b\u{2028}c\u{2029}d", "t: a b c d"),
            ("t: “ü”\t\r\n", "t: “ü”\t\r\n"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
    }

    #[test]
    fn blank_and_commented_blocks_are_empty() {
        for text in ["", "\n\n", "\n# c\n", "\nnull\n", "\n~\n"] {
            assert_eq!(read(text), Ok(Fields::default()), "{text:?}");
        }
    }
}
