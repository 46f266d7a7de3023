//! The subject: the user's template from config.toml, rendered to one line.

use minijinja::{Value, context};

use super::line;
use crate::config::subject::environment;

/// The longest subject, in columns; inboxes show less than half of it.
const COLUMNS: usize = 150;

/// What a subject's template can name.
pub(super) struct Values<'a> {
    /// `site.title`
    pub(super) site_title: &'a str,
    /// `digest.title`
    pub(super) digest_title: &'a str,
    /// `digest.name`
    pub(super) digest_name: &'a str,
    /// `issue.date`
    pub(super) date: &'a str,
    /// `issue.number`
    pub(super) number: Option<u64>,
    /// `issue.count`
    pub(super) count: usize,
    /// `lead.title`
    pub(super) lead_title: &'a str,
    /// `lead.source`
    pub(super) lead_source: &'a str,
    /// `lead.section`
    pub(super) lead_section: &'a str,
    /// `lead.tags`
    pub(super) lead_tags: &'a [String],
}

/// Renders `template`: one line, which may be empty.
///
/// # Errors
/// When it is no template, names what there is not, or does not end.
pub(super) fn render(template: &str, values: &Values<'_>) -> Result<String, minijinja::Error> {
    let rendered = environment().render_named_str(
        "subject",
        template,
        context! {
            site => context! { title => values.site_title },
            digest => context! { title => values.digest_title, name => values.digest_name },
            issue => context! {
                date => values.date,
                number => values.number.map_or_else(|| Value::from(""), Value::from),
                count => values.count,
            },
            lead => context! {
                title => values.lead_title,
                source => values.lead_source,
                section => values.lead_section,
                tags => Value::from(values.lead_tags.to_vec()),
            },
        },
    )?;
    Ok(line::cut(&line::tidy(&rendered), COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &str) -> Result<String, minijinja::Error> {
        let values = Values {
            site_title: "The Border Post",
            digest_title: "The week",
            digest_name: "weekly",
            date: "13 January 2026",
            number: Some(12),
            count: 6,
            lead_title: "Fish & <chips>\r\nBcc: x@example.org",
            lead_source: "BBC",
            lead_section: "news",
            lead_tags: &["fish".to_owned(), "chips".to_owned()],
        };
        render(template, &values)
    }

    #[test]
    fn a_subject_is_one_line_of_unescaped_text() {
        for (template, subject) in [
            ("{{ digest.title }}: {{ lead.title }}", "The week: Fish & <chips> Bcc: x@example.org"),
            ("{{ site.title }} {{ issue.date }} ({{ issue.count }})", "The Border Post 13 January 2026 (6)"),
            ("{% if lead.section == 'news' %}\n  {{ lead.tags | join(', ') }}\n{% endif %}", "fish, chips"),
            ("{{ digest.name | upper }} {{ lead.source }}", "WEEKLY BBC"),
            (
                "{% if issue.number %}No. {{ issue.number }}: {% endif %}{{ digest.title }}",
                "No. 12: The week",
            ),
            (" \n ", ""),
        ] {
            assert_eq!(rendered(template).unwrap(), subject, "{template:?}");
        }
        assert_eq!(rendered(&"word ".repeat(100)).unwrap().chars().count(), 150);
    }

    #[test]
    fn a_template_that_is_wrong_or_does_not_end_is_an_error() {
        for template in [
            "{{ lead.titel }}",
            "{{ nobody }}",
            "{{ ",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        ] {
            assert!(rendered(template).is_err(), "{template}");
        }
    }
}
