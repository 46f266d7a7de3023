//! Colours as mail writes them, and their contrast (WCAG 2.2).

use cssparser::color::{parse_hash_color, parse_named_color};

/// A colour: red, green and blue, all of it seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    pub(super) const BLACK: Self = Self([0; 3]);
    pub(super) const WHITE: Self = Self([255; 3]);
    /// What browsers give links that have no colour of their own.
    pub(super) const LINK: Self = Self([0, 0, 0xee]);

    /// Reads `#abc`, `#aabbcc`, `rgb()`, a name, and `aabbcc` as attributes have it. What is written otherwise, or
    /// lets its ground through, is not judged.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let hash = |digits: &str| match parse_hash_color(digits.as_bytes()) {
            Ok((red, green, blue, alpha)) if alpha >= 1.0 => Some(Self([red, green, blue])),
            _ => None,
        };
        if let Some(digits) = text.strip_prefix('#') {
            return hash(digits);
        }
        if let Ok((red, green, blue)) = parse_named_color(text) {
            return Some(Self([red, green, blue]));
        }
        function(text).or_else(|| if text.len() == 6 { hash(text) } else { None })
    }

    /// The contrast with another one, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// `rgb(1, 2, 3)`, `rgb(1 2 3)` and `rgba(1, 2, 3, 1)`.
fn function(text: &str) -> Option<Colour> {
    let inner = text.strip_prefix("rgba").or_else(|| text.strip_prefix("rgb"))?.trim();
    let inner = inner.strip_prefix('(')?.strip_suffix(')')?;
    let mut parts = inner.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let mut channel = || parts.next()?.parse().ok();
    let colour = Colour([channel()?, channel()?, channel()?]);
    parts.next().is_none_or(|alpha| matches!(alpha, "1" | "1.0" | "100%")).then_some(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_mail_writes_them() {
        let red = Some(Colour([255, 0, 0]));
        for text in ["#f00", "#FF0000", "#ff0000ff", "red", "Red", "rgb(255,0,0)", "rgb(255 0 0)", "ff0000"] {
            assert_eq!(Colour::parse(text), red, "{text}");
        }
        assert_eq!(Colour::parse("rgba(255, 0, 0, 1)"), red);
    }

    #[test]
    fn what_cannot_be_judged_is_no_colour() {
        for text in
            ["", "inherit", "transparent", "rgba(0,0,0,.5)", "#0008", "#12", "var(--ink)", "#éé", "rgb(1)"]
        {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 0.01);
        assert!((Colour([0x77; 3]).contrast(Colour::WHITE) - 4.48).abs() < 0.01);
    }
}
