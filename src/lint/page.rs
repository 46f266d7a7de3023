//! The page: a tree with what its style sheets make of it.

use std::ops::Deref;

use super::look::Look;
use super::sheet::{Declared, Sheet, Theme};
use super::tree::{Node, Tree};
use crate::composer::Unfit;

/// The most selectors and declarations times nodes and their classes: a newsletter has a tenth of it, and
/// beyond it matching them would take long. The style sheets of such a document are not read.
const MOST_MATCHES: usize = 10_000_000;

/// A document as it is shown.
pub(super) struct Page {
    tree: Tree,
    /// Its style sheets.
    pub(super) sheet: Sheet,
    /// What its own style and the style sheets declare for each node in the light theme.
    declared: Vec<Declared>,
    /// How each node is shown in the light theme, and in the dark one where the document has one.
    looks: (Vec<Look>, Vec<Look>),
}

impl Deref for Page {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl Page {
    /// Parses a document.
    ///
    /// # Errors
    /// When it is so large or so deep that parsing it would take for ever.
    pub(super) fn parse(html: &str) -> Result<Self, Unfit> {
        let tree = Tree::parse(html)?;
        let mut sheet = Sheet::default();
        for (number, _) in tree.all("style") {
            sheet.read(&tree.text_of(number));
        }
        if sheet.size().saturating_mul(tree.len() + tree.classes()) > MOST_MATCHES {
            sheet = Sheet::default();
        }
        let mut page = Self { tree, sheet, declared: Vec::new(), looks: (Vec::new(), Vec::new()) };
        page.declared = page.declared_in(Theme::Light);
        page.looks.0 = page.look_at(Theme::Light, &page.declared);
        if page.sheet.is_dark() {
            page.looks.1 = page.look_at(Theme::Dark, &page.declared_in(Theme::Dark));
        }
        Ok(page)
    }

    /// What is declared for each node.
    fn declared_in(&self, theme: Theme) -> Vec<Declared> {
        let of = |number| self.sheet.declared(self.node(number), &self.around(number), theme);
        (0..self.len()).map(of).collect()
    }

    /// How each node is shown.
    fn look_at(&self, theme: Theme, declared: &[Declared]) -> Vec<Look> {
        let mut looks = vec![Look::canvas(theme, self.knows_dark()); self.len()];
        // What a node stands in comes before it.
        for (number, node) in self.nodes() {
            let Some(above) = self.parent(number).map(|parent| &looks[parent]) else { continue };
            looks[number] = if node.name.is_empty() {
                above.clone()
            } else {
                above.within(node, &declared[number], theme)
            };
        }
        looks
    }

    /// How a node is shown in a theme: in the light one where there is no dark one.
    pub(super) fn look(&self, number: usize, theme: Theme) -> &Look {
        let dark = if theme == Theme::Dark { self.looks.1.get(number) } else { None };
        dark.unwrap_or(&self.looks.0[number])
    }

    /// What its own style and the style sheets declare for an element, in the light theme.
    pub(super) fn declared(&self, number: usize) -> &Declared {
        &self.declared[number]
    }

    /// Whether it says that it has colours for a dark theme, without which Apple Mail makes its own.
    pub(super) fn knows_dark(&self) -> bool {
        let is_meta = |node: &Node| {
            node.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("color-scheme"))
                && node.attribute("content").is_some_and(|value| value.contains("dark"))
        };
        let by_style =
            |number| self.declared(number).get("color-scheme").is_some_and(|value| value.contains("dark"));
        self.all("meta").any(|(_, node)| is_meta(node))
            || self.all("html").any(|(number, _)| by_style(number))
    }

    /// Whether a node is there for readers: not in `<head>`, `<style>` or `<title>`, nor hidden.
    pub(super) fn is_shown(&self, number: usize) -> bool {
        self.look(number, Theme::Light).is_shown()
    }

    /// Whether a node is hidden in Outlook for Windows too.
    pub(super) fn is_hidden_everywhere(&self, number: usize) -> bool {
        self.look(number, Theme::Light).is_hidden_everywhere()
    }

    /// All that readers see, one text a line.
    pub(super) fn shown_text(&self) -> String {
        let shown = self.nodes().filter(|(number, node)| !node.text.is_empty() && self.is_shown(*number));
        shown.map(|(_, node)| node.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::Colour;
    use super::*;

    /// The look of the text `x`.
    fn look(body: &str, theme: Theme) -> Look {
        let page = Page::parse(body).unwrap();
        let (number, _) = page.nodes().find(|(_, node)| node.text.trim() == "x").unwrap();
        page.look(number, theme).clone()
    }

    #[test]
    fn a_text_is_as_high_as_its_elements_say() {
        for (body, size) in [
            ("<p>x", 16.0),
            ("<p style='font-size:12px'>x", 12.0),
            ("<p style='font-size:9pt'>x", 12.0),
            ("<div style='font-size:20px'><p style='font-size:.5em'>x", 10.0),
            ("<div style='font-size:20px'><p style='font-size:75%'>x", 15.0),
            ("<p style='font:italic 11px/18px Arial'>x", 11.0),
            ("<h1>x", 32.0),
            ("<font size=1>x", 10.0),
            ("<style>p{font-size:small}</style><p>x", 13.0),
        ] {
            assert!((look(body, Theme::Light).size - size).abs() < 0.01, "{body}");
        }
    }

    #[test]
    fn what_mail_hides_is_not_shown() {
        for style in [
            "display:none",
            "display: NONE !important",
            "visibility:hidden",
            "opacity:0",
            "font-size:0",
            "font-size:1px",
            "max-height:0;overflow:hidden",
            "height:0px;overflow:hidden",
        ] {
            assert!(!look(&format!("<div style='{style}'>x"), Theme::Light).is_shown(), "{style}");
        }
        assert!(!look("<style>.p{display:none}</style><p class=p>x", Theme::Light).is_shown());
        assert!(look("<td style='font-size:0'><p style='font-size:14px'>x", Theme::Light).is_shown());
        assert!(look("<div style='max-height:0'>x", Theme::Light).is_shown());
    }

    #[test]
    fn the_ground_is_that_of_the_nearest_that_has_one() {
        let black = Some(Colour::BLACK);
        for body in [
            "<div style='background:#000'><p>x",
            "<div style='background:none no-repeat black'><p style='background-color:transparent'>x",
            "<table bgcolor=black><tr><td>x",
            "<style>td{background-color:#000}</style><table><tr><td>x",
        ] {
            assert_eq!(look(body, Theme::Light).ground, black, "{body}");
        }
        for body in ["<div style='background:#000 url(a.png)'>x", "<td background=a.png><p>x"] {
            assert_eq!(look(&format!("<table><tr>{body}"), Theme::Light).ground, None, "{body}");
        }
    }

    #[test]
    fn the_dark_theme_has_its_own_colours() {
        let css = "p{color:#fff!important;background:#000!important}";
        let css = format!("<style>@media (prefers-color-scheme:dark){{{css}}}</style>");
        let body = format!("{css}<p style='color:#000;background:#fff'>x");
        let (light, dark) = (look(&body, Theme::Light), look(&body, Theme::Dark));
        assert_eq!((light.colour, light.ground), (Some(Colour::BLACK), Some(Colour::WHITE)));
        assert_eq!((dark.colour, dark.ground), (Some(Colour::WHITE), Some(Colour::BLACK)));
        let meta = format!("<meta name=color-scheme content='light dark'>{css}<div>x");
        assert_eq!(look(&meta, Theme::Dark).ground, Some(Colour::BLACK));
        assert_eq!(look(&format!("{css}<div>x"), Theme::Dark).ground, Some(Colour::WHITE));
    }

    #[test]
    fn style_sheets_too_large_to_match_are_not_read_however_they_are_written() {
        let is_read = |css: String, body: &str| {
            let page = Page::parse(&format!("<style>{css}</style>{}", body.repeat(2_000))).unwrap();
            page.sheet.size() > 0
        };
        let selectors = |count: usize| format!("{}i{{color:red}}", "i,".repeat(count));
        let declarations = |count: usize| format!("i{{{}}}", "color:red;".repeat(count));
        assert!(is_read(selectors(500), "<p>x"));
        assert!(is_read(declarations(500), "<p>x"));
        assert!(!is_read(selectors(8_000), "<p>x"));
        assert!(!is_read(declarations(8_000), "<p>x"));
        assert!(!is_read(selectors(500), "<p class='a b c d e f g h i j k'>x"));
    }
}
