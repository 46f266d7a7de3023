//! Tags as the sanitizer writes them: every `<` begins one, and every value is quoted.

/// Splits text that begins with a tag after it; a `>` within quotes does not end it.
pub(super) fn split_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    });
    text.split_at(end.map_or(text.len(), |end| end + 1))
}

/// The value of an attribute of a tag, as it is written there.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag.split_once(' ')?.1;
    loop {
        let (found, value) = rest.split_once("=\"")?;
        let (value, after) = value.split_once('"')?;
        if found.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}
