//! Rules about merge tags: what a mailing service would have filled in.

use super::finding::{Findings, Place};
use super::letter::{Field, Letter};
use super::page::Page;
use super::rules::MERGE_TAG;

/// How they begin and end: in Mailchimp; in HubSpot and most others; in templates of theirs; in Salesforce; in
/// SendGrid; in Campaign Monitor.
const FORMS: [(&str, &str); 6] =
    [("*|", "|*"), ("{{", "}}"), ("{%", "%}"), ("%%", "%%"), ("-{", "}-"), ("[%", "%]")];
/// The longest, in characters.
const LONGEST: usize = 80;

/// The first merge tag in a text.
pub(super) fn tag(text: &str) -> Option<&str> {
    FORMS.iter().find_map(|(begin, end)| {
        let start = text.find(begin)?;
        let inner = &text[start + begin.len()..];
        let length = inner.find(end).filter(|length| (1..=LONGEST).contains(length))?;
        let name = &inner[..length];
        let is_name = name.contains(char::is_alphabetic) && !name.contains(['\n', '<', '>']);
        // Two percent signs may stand in any text.
        let is_name = is_name && (*begin != "%%" || name.chars().all(|c| c.is_alphanumeric() || c == '_'));
        is_name.then(|| &text[start..start + begin.len() + length + end.len()])
    })
}

pub(super) fn check(letter: &Letter<'_>, page: Option<&Page>, findings: &mut Findings) {
    if let Some(found) = letter.subject().and_then(tag) {
        let place = letter.field("Subject").map_or(Place::missing("Subject"), Field::place);
        findings.add(MERGE_TAG, place, format!("the subject holds {found}"));
    }
    let Some(page) = page else { return };
    for (number, node) in page.nodes() {
        // What stands in code is an example.
        let is_code = || page.around(number).any(|one| matches!(one.name.as_str(), "code" | "pre" | "style"));
        let found = if node.name.is_empty() {
            tag(&node.text).filter(|_| !is_code())
        } else {
            ["href", "src"].into_iter().find_map(|name| tag(node.attribute(name)?))
        };
        if let Some(found) = found {
            let above = if node.name.is_empty() { page.around(number).next() } else { None };
            let place = above.unwrap_or(node).place();
            findings.add(MERGE_TAG, place, format!("it holds {found}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_tags_of_several_services_are_known_and_other_signs_are_not() {
        for text in
            ["Dear *|FNAME|*,", "Hi {{ first_name }}!", "{% if a %}", "%%FIRST%%", "https://x/*|UNSUB|*"]
        {
            assert!(tag(text).is_some(), "{text}");
        }
        for text in ["100%% of 50%%", "{{}}", "a *|* b", "{ a }", "50 %, 60 %", "{{\nlong }}"] {
            assert_eq!(tag(text), None, "{text}");
        }
    }
}
