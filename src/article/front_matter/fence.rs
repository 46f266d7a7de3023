//! Where the front matter of a file begins and ends, by the rules of Hugo's lexer
//! (`parser/pageparser/pagelexer_intro.go`).

/// How a block of front matter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Between `---` and `---`.
    Yaml,
    /// Between `+++` and `+++`.
    Toml,
    /// From `{` to the brace that closes it.
    Json,
}

impl Format {
    /// The format of a file with this extension.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "yaml" | "yml" => Self::Yaml,
            "toml" => Self::Toml,
            "json" => Self::Json,
            _ => return None,
        })
    }

    /// How it is called, and how it ends.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Yaml => ("YAML", "a line `---`"),
            Self::Toml => ("TOML", "a line `+++`"),
            Self::Json => ("JSON", "the `}` that closes its first `{`"),
        }
    }
}

/// A block of front matter in the head of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<'a> {
    /// How it is written.
    pub format: Format,
    /// What stands between the fences; for JSON, the braces as well.
    pub bytes: &'a [u8],
    /// The line of the file on which it begins, counted from 1.
    pub line: usize,
    /// Where the body starts in the file, in bytes.
    pub body_start: usize,
}

/// What the head of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// No front matter: the body starts at this byte.
    Nothing(usize),
    /// Front matter.
    Block(Block<'a>),
    /// Front matter that begins and does not end here; the line on which it begins.
    Unclosed(Format, usize),
}

/// Finds the front matter. A byte order mark, blanks and blank lines may stand before it, and
/// nothing else. With `dots`, a line `...` closes YAML too, as in Jekyll.
#[must_use]
pub fn find(head: &[u8], dots: bool) -> Found<'_> {
    let bom = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let start = bom + blanks(&head[bom..], b" \t\r\n");
    let line = 1 + line_breaks(&head[..start]);
    let rest = &head[start..];
    if rest.starts_with(b"---") {
        fenced(head, start + 3, line, b"---", Format::Yaml, dots)
    } else if rest.starts_with(b"+++") {
        fenced(head, start + 3, line, b"+++", Format::Toml, false)
    } else if begins_json(rest) {
        json(head, start, line)
    } else {
        Found::Nothing(bom)
    }
}

/// How many lines end in these bytes: at each LF or, where there are only those, CR.
#[must_use]
pub fn line_breaks(bytes: &[u8]) -> usize {
    let mark = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    bytes.split(|byte| *byte == mark).count() - 1
}

/// The block from `from` to the first line that begins with `fence`, whatever follows on it.
///
/// What follows the opening fence on its line belongs to the block, as in Hugo.
fn fenced<'a>(
    head: &'a [u8],
    from: usize,
    line: usize,
    fence: &[u8],
    format: Format,
    dots: bool,
) -> Found<'a> {
    // Blanks there would be an indentation to the parser, and a line break that a robot has
    // escaped once too often (`---\\ntitle: …`) a part of the first key.
    let from = from + blanks(&head[from..], b" \t");
    let from = from + if head[from..].starts_with(b"\\n") { 2 } else { 0 };
    let (format, from) = named(&head[from..]).map_or((format, from), |(named, len)| (named, from + len));
    for line_end in memchr::memchr2_iter(b'\r', b'\n', &head[from..]) {
        let end = from + line_end + 1;
        if head[end..].starts_with(fence) || (dots && is_dots(&head[end..])) {
            let bytes = &head[from..end];
            let mut body_start = end + fence.len();
            // Longer fences and blanks behind one are no text, though Hugo shows them as such.
            body_start += blanks(&head[body_start..], &head[end..=end]);
            body_start = after_blank_line(head, body_start);
            return Found::Block(Block { format, bytes, line, body_start });
        }
    }
    Found::Unclosed(format, line)
}

/// The format that the opening fence names, as gray-matter has it (`---json`), and the name's length.
fn named(bytes: &[u8]) -> Option<(Format, usize)> {
    const NAMES: [(&[u8], Format); 4] =
        [(b"yaml", Format::Yaml), (b"yml", Format::Yaml), (b"toml", Format::Toml), (b"json", Format::Json)];
    let (name, format) = NAMES.iter().find(|(name, _)| bytes.starts_with(name))?;
    let rest = &bytes[name.len()..];
    matches!(rest[blanks(rest, b" \t")..], [b'\r' | b'\n', ..]).then_some((*format, name.len()))
}

/// Whether the line that begins here is `...`.
fn is_dots(bytes: &[u8]) -> bool {
    bytes
        .strip_prefix(b"...")
        .is_some_and(|rest| matches!(rest[blanks(rest, b" \t")..], [] | [b'\r' | b'\n', ..]))
}

/// Whether this is a JSON object and not a template's tag: `{{ … }}`, `{% … %}`, `{: … }`.
fn begins_json(rest: &[u8]) -> bool {
    rest.first() == Some(&b'{') && !matches!(rest.get(1), Some(b'{' | b'%' | b':'))
}

/// The block from the brace at `start` to the one that closes it outside of strings.
fn json(head: &[u8], start: usize, line: usize) -> Found<'_> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in head.iter().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let bytes = &head[start..=at];
            return Found::Block(Block {
                format: Format::Json,
                bytes,
                line,
                body_start: after_blank_line(head, at + 1),
            });
        }
    }
    Found::Unclosed(Format::Json, line)
}

/// The start of the next line if only blanks stand before it, else `from`.
fn after_blank_line(head: &[u8], from: usize) -> usize {
    let end = from + blanks(&head[from..], b" \t");
    match &head[end..] {
        [] => end,
        [b'\r', b'\n', ..] => end + 2,
        [b'\r' | b'\n', ..] => end + 1,
        _ => from,
    }
}

/// How many of the first bytes are among `these`.
fn blanks(bytes: &[u8], these: &[u8]) -> usize {
    bytes.iter().take_while(|byte| these.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The block's text, its line and the body.
    fn split(text: &str) -> Result<(&str, usize, &str), Found<'_>> {
        match find(text.as_bytes(), false) {
            Found::Block(block) => {
                Ok((str::from_utf8(block.bytes).unwrap(), block.line, &text[block.body_start..]))
            }
            other => Err(other),
        }
    }

    #[test]
    fn front_matter_ends_where_hugo_ends_it() {
        for (text, expected) in [
            ("---\na: b\n---\nBody\n", ("\na: b\n", 1, "Body\n")),
            ("---\r\na: b\r\n---\r\nBody\r\n", ("\r\na: b\r\n", 1, "Body\r\n")),
            ("---\ra: b\r---\rBody", ("\ra: b\r", 1, "Body")),
            ("\u{feff}---\na: b\n---\nBody", ("\na: b\n", 1, "Body")),
            ("\n \n---\na: b\n---\nBody", ("\na: b\n", 3, "Body")),
            ("  ---\na: b\n---\nBody", ("\na: b\n", 1, "Body")),
            ("---\t \na: b\n---\nBody", ("\na: b\n", 1, "Body")),
            ("---a: b\n---\nBody", ("a: b\n", 1, "Body")),
            ("---\\na: b\n---\nBody", ("a: b\n", 1, "Body")),
            ("---\n---\nBody", ("\n", 1, "Body")),
            ("---\na: b\n---", ("\na: b\n", 1, "")),
            ("---\na: b\n---\n\nBody", ("\na: b\n", 1, "\nBody")),
            ("---\na: b\n---  \nBody", ("\na: b\n", 1, "Body")),
            ("---\na: b\n-----\nBody", ("\na: b\n", 1, "Body")),
            ("---\na: b\n---Body", ("\na: b\n", 1, "Body")),
            ("---\na: b\n---\n    code\n", ("\na: b\n", 1, "    code\n")),
            // Only at the start of a line.
            ("---\na: \"c --- d\"\n  ---\n---\nBody", ("\na: \"c --- d\"\n  ---\n", 1, "Body")),
            // Once.
            ("---\na: b\n---\nBody\n\n---\n\nMore", ("\na: b\n", 1, "Body\n\n---\n\nMore")),
            ("+++\na = 1\n+++\nBody", ("\na = 1\n", 1, "Body")),
            ("{\"a\": {\"b\": \"}\\\"}\"}}\nBody", ("{\"a\": {\"b\": \"}\\\"}\"}}", 1, "Body")),
            ("{}Body", ("{}", 1, "Body")),
        ] {
            assert_eq!(split(text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn text_is_no_front_matter() {
        for text in [
            "",
            "Text\n---\na: b\n---\n",
            "<!-- c -->\n---\na: b\n---\n",
            "\u{200b}---\na: b\n---\n",
            "- item\n- item\n",
            "+ item\n",
            "# Heading\n",
            "{{ page.title }}\n",
            "{% include x %}\n",
            "{:.center}\n",
            ";;;\n{}\n;;;\n",
        ] {
            assert_eq!(split(text), Err(Found::Nothing(0)), "{text:?}");
        }
        assert_eq!(split("\u{feff}Text"), Err(Found::Nothing(3)));
    }

    #[test]
    fn front_matter_without_an_end_is_told_apart() {
        for (text, format) in [
            ("---\na: b\n ---\n", Format::Yaml),
            ("---\na: b\n...\nBody", Format::Yaml),
            ("---\na = 1\n+++\n", Format::Yaml),
            ("+++\na = 1", Format::Toml),
            ("{\"a\": \"}\"", Format::Json),
        ] {
            assert_eq!(split(text), Err(Found::Unclosed(format, 1)), "{text:?}");
        }
    }
}
