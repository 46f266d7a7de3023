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

/// Text as it is written in HTML, in a value too.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
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

/// What stands before the end of the element `name`, of which `text` is what comes after its tag, and what comes after
/// its end. Of an element that holds no other of its name.
pub(super) fn inner<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(&format!("</{name}>"))
}

/// The words of `html` without its tags, as they are written there.
pub(super) fn words_in(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        rest = split_tag(&rest[start..]).1;
    }
    words.push_str(rest);
    words
}
