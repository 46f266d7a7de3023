//! Shortcodes: what site generators would have replaced in a Markdown body.
//!
//! Hugo's `{{< figure >}}` and `{{% notice %}}`, Jekyll's and Zola's `{% include %}` and `{{ x }}`,
//! kramdown's `{: .class}`: only their generator knows what they mean, so that a reader of the mail
//! is shown nothing in their place, and what stands between an opening and a closing one as it is.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// How they begin and end, the longer beginnings first.
const MARKS: [(&str, &str); 5] = [("{{<", ">}}"), ("{{%", "%}}"), ("{%", "%}"), ("{{", "}}"), ("{:", "}")];

/// The longest of them in bytes; two braces further apart have nothing to do with each other.
const LONGEST: usize = 2_000;

/// `markdown` without shortcodes, but for those in code, which are examples.
pub(super) fn without(markdown: &str, options: Options) -> String {
    let mut kept = String::with_capacity(markdown.len());
    if !MARKS.iter().any(|(begin, _)| markdown.contains(begin)) {
        kept.push_str(markdown);
        return kept;
    }
    let mut code = code_in(markdown, options).into_iter().peekable();
    let mut at = 0;
    while let Some(found) = markdown[at..].find('{') {
        let start = at + found;
        kept.push_str(&markdown[at..start]);
        while code.next_if(|code| code.end <= start).is_some() {}
        let in_code = code.peek().filter(|code| code.start <= start).map(|code| code.end);
        let length = shortcode_length(&markdown[start..]);
        let end = in_code.or(length.map(|length| start + length)).unwrap_or(start + 1);
        if in_code.is_some() || length.is_none() {
            kept.push_str(&markdown[start..end]);
        }
        at = end;
    }
    kept.push_str(&markdown[at..]);
    kept
}

/// The length of the shortcode that `text` begins with, if it does.
fn shortcode_length(text: &str) -> Option<usize> {
    let (begin, end) = MARKS.iter().find(|(begin, _)| text.starts_with(begin))?;
    let within = &text[..text.floor_char_boundary(LONGEST)];
    within[begin.len()..].find(end).map(|at| begin.len() + at + end.len())
}

/// Where code stands, in order.
fn code_in(markdown: &str, options: Options) -> Vec<Range<usize>> {
    Parser::new_ext(markdown, options)
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| range)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_are_removed_but_what_they_enclose_and_what_is_code_stays() {
        for (markdown, shown) in [
            ("a {{< youtube x >}} b", "a  b"),
            ("{{<youtube x>}}", ""),
            ("{{% notice %}}\nMind *this*.\n{{% /notice %}}", "\nMind *this*.\n"),
            ("{{% figure\n  src=\"a.png\"\n%}}after", "after"),
            ("{% include sig.md %}{{ site.title }} é", " é"),
            ("Head\n{: .no_toc}\n", "Head\n\n"),
            ("Write `{{< x >}}` or {{< y >}}.", "Write `{{< x >}}` or ."),
            ("```\n{% raw %}\n```\n{% raw %}\n", "```\n{% raw %}\n```\n\n"),
            ("    {{ indented }}\n", "    {{ indented }}\n"),
            ("a { b } and {{ unclosed", "a { b } and {{ unclosed"),
            ("none", "none"),
        ] {
            assert_eq!(without(markdown, Options::empty()), shown, "{markdown:?}");
        }
    }

    #[test]
    fn the_time_it_takes_grows_with_the_length_only() {
        for mark in ["{", "{{<", "{%`", "{{`{{"] {
            let markdown = mark.repeat(50_000);
            assert!(without(&markdown, Options::empty()).len() <= markdown.len());
        }
    }
}
