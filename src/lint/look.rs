//! Looks: how an element's text is shown, by all that is declared for it and around it.

use super::colour::Colour;
use super::sheet::{Declared, Theme};
use super::tree::Node;

/// How the text of an element is shown. A colour is none where it cannot be told: over a picture, or half
/// transparent.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) colour: Option<Colour>,
    pub(super) ground: Option<Colour>,
    /// The height of the text, in pixels.
    pub(super) size: f64,
    pub(super) is_bold: bool,
    is_hidden: bool,
    /// Whether Outlook for Windows hides it too, which knows `display` and `mso-hide` and no other way.
    is_hidden_in_outlook: bool,
}

impl Look {
    /// That of an empty page.
    pub(super) fn canvas(theme: Theme, knows_dark: bool) -> Self {
        let is_dark = theme == Theme::Dark && knows_dark;
        let (colour, ground) =
            if is_dark { (Colour::WHITE, Colour::BLACK) } else { (Colour::BLACK, Colour::WHITE) };
        Self {
            colour: Some(colour),
            ground: Some(ground),
            size: 16.0,
            is_bold: false,
            is_hidden: false,
            is_hidden_in_outlook: false,
        }
    }

    /// That of an element within this one.
    pub(super) fn within(&self, node: &Node, declared: &Declared, theme: Theme) -> Self {
        let hides = hides(node, declared);
        let mso = declared.get("display") == Some("none") && declared.get("mso-hide") == Some("all");
        let is_of_head = matches!(node.name.as_str(), "head" | "style" | "title" | "script" | "template");
        Self {
            colour: self.colour_of(node, declared, theme),
            ground: self.ground_of(node, declared),
            size: self.size_of(node, declared),
            is_bold: is_bold(node, declared).unwrap_or(self.is_bold),
            is_hidden: self.is_hidden || hides || is_of_head,
            is_hidden_in_outlook: self.is_hidden_in_outlook || mso || is_of_head,
        }
    }

    /// Whether readers see it. Text of one pixel is hidden, but what stands in it may be larger.
    pub(super) fn is_shown(&self) -> bool {
        !self.is_hidden && self.size > 1.0
    }

    /// Whether Outlook for Windows does not show it either.
    pub(super) fn is_hidden_everywhere(&self) -> bool {
        self.is_hidden_in_outlook
    }

    fn colour_of(&self, node: &Node, declared: &Declared, theme: Theme) -> Option<Colour> {
        let attribute = || node.attribute(if node.name == "body" { "text" } else { "color" });
        match declared.get("color").or_else(attribute) {
            Some("inherit" | "currentcolor" | "unset") => self.colour,
            Some(name) => Colour::parse(name),
            // What a link without a colour has in the dark is each mail program's own.
            None if node.name == "a" && node.attribute("href").is_some() => {
                (theme == Theme::Light).then_some(Colour::LINK)
            }
            None => self.colour,
        }
    }

    fn ground_of(&self, node: &Node, declared: &Declared) -> Option<Colour> {
        let picture = declared.get("background-image").is_some_and(|value| value != "none");
        if picture || node.attribute("background").is_some() {
            return None;
        }
        match declared.last(&["background-color", "background"]).map(|(_, value)| value) {
            Some("transparent" | "none" | "inherit" | "initial" | "unset" | "0 0" | "") => self.ground,
            Some(value) if value.contains("url(") || value.contains("gradient") => None,
            // The shorthand says other things as well.
            Some(value) => Colour::parse(value).or_else(|| value.split_whitespace().find_map(Colour::parse)),
            None => node.attribute("bgcolor").map_or(self.ground, Colour::parse),
        }
    }

    /// The height of its text, by its tag where nothing declares it (HTML, "Rendering").
    fn size_of(&self, node: &Node, declared: &Declared) -> f64 {
        let written = match declared.last(&["font-size", "font"]) {
            Some(("font", value)) => value.split_whitespace().find_map(|word| {
                let word = word.split('/').next().unwrap_or(word);
                word.starts_with(|c: char| c.is_ascii_digit()).then(|| self.pixels(word))?
            }),
            Some((_, value)) => self.pixels(value),
            None => None,
        };
        let by_tag = || match (node.name.as_str(), node.attribute("size")) {
            ("h1", _) => self.size * 2.0,
            ("h2", _) => self.size * 1.5,
            ("h3", _) => self.size * 1.17,
            ("h5", _) => self.size * 0.83,
            ("h6", _) => self.size * 0.67,
            ("small" | "sub" | "sup", _) => self.size / 1.2,
            ("font", Some("1")) => 10.0,
            ("font", Some("2")) => 13.0,
            ("font", Some("3")) => 16.0,
            _ => self.size,
        };
        written.unwrap_or_else(by_tag)
    }

    fn pixels(&self, value: &str) -> Option<f64> {
        let keyword = match value {
            "xx-small" => Some(9.0),
            "x-small" => Some(10.0),
            "small" => Some(13.0),
            "medium" => Some(16.0),
            "large" => Some(18.0),
            "x-large" => Some(24.0),
            "xx-large" => Some(32.0),
            "smaller" => Some(self.size / 1.2),
            "larger" => Some(self.size * 1.2),
            "0" => Some(0.0),
            _ => None,
        };
        let units =
            [("px", 1.0), ("pt", 4.0 / 3.0), ("rem", 16.0), ("em", self.size), ("%", self.size / 100.0)];
        keyword.or_else(|| {
            units.into_iter().find_map(|(unit, factor)| {
                Some(value.strip_suffix(unit)?.trim().parse::<f64>().ok()? * factor)
            })
        })
    }
}

/// Whether an element is hidden, by any of the ways in which mail hides a preheader.
fn hides(node: &Node, declared: &Declared) -> bool {
    let is = |name, value| declared.get(name) == Some(value);
    let is_zero = |name| declared.get(name).is_some_and(|value| matches!(value, "0" | "0px" | "0.0" | "0%"));
    let is_clipped = is("overflow", "hidden") && (is_zero("max-height") || is_zero("height"));
    is("display", "none")
        || is("visibility", "hidden")
        || is_zero("opacity")
        || is_clipped
        || node.attribute("hidden").is_some()
}

fn is_bold(node: &Node, declared: &Declared) -> Option<bool> {
    match declared.get("font-weight") {
        Some("bold" | "bolder") => Some(true),
        Some("inherit") => None,
        Some(weight) => Some(weight.parse::<u32>().is_ok_and(|weight| weight >= 700)),
        None => matches!(node.name.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "b" | "strong" | "th")
            .then_some(true),
    }
}
