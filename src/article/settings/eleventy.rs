//! What Eleventy reads beside its articles.

use crate::article::front_matter::{Cascade, FieldNames, Format, Value, value};

/// The front matter that a data file gives to the articles it is for
/// (<https://www.11ty.dev/docs/data-template-dir/>): one of JSON, or one of JavaScript that exports
/// nothing but literals. `None` where it gives nothing, or is a program.
#[must_use]
pub fn data(text: &str, is_json: bool) -> Option<Cascade> {
    let literal = if is_json { text } else { exported(text)? };
    // YAML's flow style is JSON, and takes keys without quotes and commas at the end as JavaScript does.
    let entries = value(literal, Format::Yaml).and_then(Value::into_entries)?;
    Cascade::of_entries(entries, &FieldNames::default())
}

/// The object that a module of JavaScript exports, if it is made of literals alone.
fn exported(text: &str) -> Option<&str> {
    let starts = ["export default", "module.exports ="];
    let (_, object) = starts.iter().find_map(|start| text.split_once(start))?;
    let object = object.trim().trim_end_matches(';');
    let is_program = ["=>", "(", "`", "//", "/*", "..."].iter().any(|sign| object.contains(sign));
    (object.starts_with('{') && !is_program).then_some(object)
}

/// The folder of articles that a configuration of JavaScript names: `dir: { input: "src" }` or
/// `setInputDirectory("src")` (<https://www.11ty.dev/docs/config/#input-directory>).
#[must_use]
pub fn input_folder(text: &str) -> Option<&str> {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or(line));
    let named = lines.filter_map(|line| {
        let after = |start: &str| line.split_once(start).map(|(_, rest)| rest.trim_start());
        let rest = after("setInputDirectory(").or_else(|| after("input:"))?;
        let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
        rest[1..].split(quote).next()
    });
    named
        .map(|folder| folder.trim_start_matches("./").trim_matches('/'))
        .find(|folder| !folder.is_empty() && *folder != "." && !folder.starts_with(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_folder_is_read_from_the_configuration() {
        for (text, expected) in [
            ("return {\n  dir: {\n    input: \"./src\",\n", Some("src")),
            ("eleventyConfig.setInputDirectory('content');", Some("content")),
            ("dir: { input: '.', output: 'x' }", None),
            ("// input: 'old'\n", None),
            ("input: folder", None),
            ("", None),
        ] {
            assert_eq!(input_folder(text), expected, "{text}");
        }
    }

    #[test]
    fn data_is_literals_and_no_program() {
        for (text, is_json, is_read) in [
            (r#"{"tags": ["posts"], "layout": "post.njk"}"#, true, true),
            ("export default {\n  tags: [\"posts\"],\n  \"layout\": \"post.njk\",\n};\n", false, true),
            ("module.exports = { tags: 'posts' }", false, true),
            ("module.exports = { tags: 'posts', eleventyComputed: { a: (data) => data.b } }", false, false),
            ("module.exports = async function () { return {tags: 'a'}; }", false, false),
            (r#"{"layout": "post.njk"}"#, true, false),
            ("{", true, false),
        ] {
            assert_eq!(data(text, is_json).is_some(), is_read, "{text}");
        }
    }
}
