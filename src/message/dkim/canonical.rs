//! The relaxed form of headers and bodies (RFC 6376 §3.4.2, §3.4.4): what is signed, so that a server may fold a
//! line elsewhere, or add blank lines at the end, and the signature still holds.

/// The headers of a head, in order: names, and values with their folds. Each line ends in CRLF.
pub(super) fn fields(head: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = head;
    std::iter::from_fn(move || {
        let ends = rest.match_indices("\r\n").map(|(at, _)| at);
        let end = ends.into_iter().find(|at| !rest[at + 2..].starts_with([' ', '\t']))?;
        let field = &rest[..end];
        rest = &rest[end + 2..];
        field.split_once(':')
    })
}

/// Appends a header in its relaxed form, with its line end.
pub(super) fn header(name: &str, value: &str, into: &mut String) {
    into.push_str(&name.trim_end().to_ascii_lowercase());
    into.push(':');
    let words = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            into.push(' ');
        }
        into.push_str(word);
    }
    into.push_str("\r\n");
}

/// A body in its relaxed form. Its lines end in CRLF.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memmem::find(rest, b"\r\n").unwrap_or(rest.len());
        line(&rest[..end], &mut relaxed);
        relaxed.extend_from_slice(b"\r\n");
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    while relaxed.ends_with(b"\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == b"\r\n" { Vec::new() } else { relaxed }
}

/// Appends a line without blanks at its end, and with one for each run of them.
fn line(line: &[u8], relaxed: &mut Vec<u8>) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let length = line.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
    let mut after_blank = false;
    for byte in &line[..length] {
        if is_blank(byte) {
            if !after_blank {
                relaxed.push(b' ');
            }
            after_blank = true;
        } else {
            relaxed.push(*byte);
            after_blank = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6376 §3.4.5 and §3.4.6.
    #[test]
    fn headers_and_bodies_become_what_rfc_6376_shows() {
        let mut head = String::new();
        for (name, value) in fields("A: X\r\nB : Y\t\r\n\tZ  \r\n") {
            header(name, value, &mut head);
        }
        assert_eq!(head, "a:X\r\nb:Y Z\r\n");
        assert_eq!(body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
    }

    #[test]
    fn bodies_end_in_one_line_end_or_are_empty() {
        for (text, relaxed) in [
            ("", ""),
            ("\r\n", ""),
            (" \t\r\n\r\n", ""),
            ("a", "a\r\n"),
            ("a\r\n \r\n", "a\r\n"),
            ("\r\n\r\na\r\n", "\r\n\r\na\r\n"),
            ("a\r\r\nb\n", "a\r\r\nb\n\r\n"),
        ] {
            assert_eq!(String::from_utf8(body(text.as_bytes())).unwrap(), relaxed, "{text:?}");
        }
    }
}
