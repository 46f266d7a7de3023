//! `[brand]`: what makes the mail look like the site.

use std::str::FromStr;

use url::Url;

use super::address::web;
use super::problem::Wrong;
use super::reader::{Table, Value};

/// `[brand]`
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// The colour of links, `#rrggbb` in lower case.
    pub accent: Option<String>,
    /// A picture in the place of the site's title.
    pub logo: Option<Url>,
    /// How wide it is where it is 32 pixels high.
    pub logo_width: Option<u32>,
    /// The typefaces of the running text.
    pub font: Option<Fonts>,
    /// The typefaces of the headlines.
    pub headline_font: Option<Fonts>,
    /// What stands below the site's title, in Markdown.
    pub header: String,
    /// What stands above the reason in the footer, in Markdown.
    pub footer: String,
    /// Where else the site is to be found, in order.
    pub social: Vec<Social>,
}

/// Another place of the site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Social {
    /// What readers know it by: `Mastodon`.
    pub title: String,
    /// Its address.
    pub url: Url,
}

impl Brand {
    pub(super) fn read(table: Option<Table<'_>>) -> Option<Self> {
        let mut table = table?;
        let accent = table.may("accent", r##"accent = "#9a1b1b""##, |value| value.parse(colour));
        let logo =
            table.may("logo", r#"logo = "https://news.example.org/logo.png""#, |value| value.parse(web));
        let logo_width = table.may("logo_width", "logo_width = 160", |value| value.whole(1..=536));
        let font = table.may("font", r#"font = "Verdana, 'DejaVu Sans', sans-serif""#, |value| {
            value.parse(str::parse::<Fonts>)
        });
        let headline_font = table.may("headline_font", r#"headline_font = "Georgia, serif""#, |value| {
            value.parse(str::parse::<Fonts>)
        });
        let header = table.or("header", r#"header = "News from both banks""#, String::new(), Value::text);
        let footer = table.or("footer", r#"footer = "Made in Springfield""#, String::new(), Value::text);
        let social = table.or("social", SOCIAL, Vec::new(), |value| value.array(Social::read));
        Some(Self {
            accent: accent?,
            logo: logo?,
            logo_width: logo_width?,
            font: font?,
            headline_font: headline_font?,
            header: header?,
            footer: footer?,
            social: social?,
        })
    }
}

const SOCIAL: &str = r#"social = [{ title = "Mastodon", url = "https://social.example/@news" }]"#;

impl Social {
    fn read(value: Value<'_>) -> Option<Self> {
        let mut table = value.into_table()?;
        let title = table.need("title", r#"title = "Mastodon""#, Value::line);
        let url = table.need("url", r#"url = "https://social.example/@news""#, |value| value.parse(web));
        Some(Self { title: title?, url: url? })
    }
}

/// Typefaces, the first of them that a reader's device has: the value of CSS's `font-family`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fonts(String);

/// What a device has a typeface for in any case (CSS Fonts 4, "generic font families").
const GENERIC: [&str; 9] = [
    "serif",
    "sans-serif",
    "monospace",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-monospace",
    "ui-rounded",
    "cursive",
];

/// What is no name in any list of CSS (CSS Values 4, "CSS-wide keywords").
const WIDE: [&str; 6] = ["inherit", "initial", "unset", "revert", "revert-layer", "default"];

impl Fonts {
    /// As CSS writes them, with single quotes.
    #[must_use]
    pub fn as_css(&self) -> &str {
        &self.0
    }
}

/// Why a text is not the value of `font-family`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFonts {
    /// It holds what is no name.
    #[error("{0:?} is no name of a typeface")]
    Name(String),
    /// It does not end in a kind of typefaces.
    #[error("no device is sure to have one of these")]
    NoKind,
}

impl From<NotFonts> for Wrong {
    fn from(error: NotFonts) -> Self {
        match error {
            NotFonts::Name(_) => error.to_string().into(),
            NotFonts::NoKind => {
                Self::with_help(error.to_string(), "end it with `serif`, `sans-serif` or `monospace`")
            }
        }
    }
}

impl FromStr for Fonts {
    type Err = NotFonts;

    /// Reads names with commas between them, in quotes or not, the last of them a kind that every device has.
    ///
    /// Nothing else is let through: the value becomes part of `style` attributes.
    fn from_str(text: &str) -> Result<Self, NotFonts> {
        let names: Vec<&str> = text.split(',').map(|name| unquoted(name.trim())).collect();
        // A word that CSS has for something else makes the whole list wrong.
        let is_name = |name: &&str| {
            !WIDE.contains(name)
                && name.starts_with(|c: char| c.is_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        };
        if let Some(name) = names.iter().find(|name| !is_name(name)) {
            return Err(NotFonts::Name((*name).to_owned()));
        }
        if !names.last().is_some_and(|last| GENERIC.contains(last)) {
            return Err(NotFonts::NoKind);
        }
        let written = names.into_iter().map(|name| match name {
            name if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => name.to_owned(),
            name => format!("'{name}'"),
        });
        Ok(Self(written.collect::<Vec<_>>().join(", ")))
    }
}

/// A name without the quotes around it.
fn unquoted(name: &str) -> &str {
    let inner = |quote| name.strip_prefix(quote).and_then(|name| name.strip_suffix(quote));
    inner('\'').or_else(|| inner('"')).unwrap_or(name)
}

/// `#rgb` or `#rrggbb`, as the latter.
fn colour(text: &str) -> Result<String, Wrong> {
    let digits = text.strip_prefix('#').unwrap_or_default().to_ascii_lowercase();
    if !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(format!("{text:?} is no colour").into());
    }
    match digits.len() {
        3 => Ok(digits.chars().fold("#".to_owned(), |colour, digit| colour + &format!("{digit}{digit}"))),
        6 => Ok(format!("#{digits}")),
        _ => Err(format!("{text:?} is no colour").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_three_or_six_digits() {
        assert_eq!(colour("#9a1B1b"), Ok("#9a1b1b".to_owned()));
        assert_eq!(colour("#F0a"), Ok("#ff00aa".to_owned()));
        for text in ["", "#", "red", "9a1b1b", "#9a1b", "#ggg", "#äöü", "##fff"] {
            assert!(colour(text).is_err(), "{text}");
        }
    }

    #[test]
    fn typefaces_are_names_that_end_in_a_kind() {
        for (text, css) in [
            ("Georgia, serif", "Georgia, serif"),
            ("  \"Avenir Next\" ,'Segoe UI',sans-serif", "'Avenir Next', 'Segoe UI', sans-serif"),
            ("Noto Sans, Ünicode Round, system-ui", "'Noto Sans', 'Ünicode Round', system-ui"),
            ("monospace", "monospace"),
        ] {
            assert_eq!(text.parse::<Fonts>().unwrap().as_css(), css);
        }
    }

    #[test]
    fn nothing_but_names_of_typefaces_gets_into_a_style() {
        for text in [
            "",
            "Georgia",
            "Georgia, ",
            "serif; color: red",
            "x\"onload=alert(1), serif",
            "'a'b', serif",
            "url(https://evil.example/), serif",
            "expression(alert(1)), serif",
            "a}b, serif",
            "\\41, serif",
            "1st, serif",
            "<style>, serif",
            "inherit, serif",
        ] {
            assert!(text.parse::<Fonts>().is_err(), "{text}");
        }
    }
}
