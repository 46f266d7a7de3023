//! The accent colour: the brand's, made readable on the light and on the dark ground.

/// The grounds that the accent stands on.
const LIGHT_GROUND: Rgb = Rgb([0xff, 0xff, 0xff]);
const DARK_GROUND: Rgb = Rgb([0x16, 0x18, 0x1c]);

/// The least contrast of the accent against its ground: a little over what WCAG 2.2 (1.4.3) asks.
const CONTRAST: f64 = 4.6;

/// The colour of links and kickers, as CSS writes it (`#rrggbb`), for each ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accent {
    /// On white.
    pub light: String,
    /// On the dark ground.
    pub dark: String,
    /// Whether `light` is not what was asked for, because that would be hard to read.
    pub adjusted: bool,
}

impl Default for Accent {
    fn default() -> Self {
        Self { light: "#9a1b1b".to_owned(), dark: "#ff9a8a".to_owned(), adjusted: false }
    }
}

impl Accent {
    /// The accent for a colour written `#rgb` or `#rrggbb`: its lightness is changed, hue and
    /// saturation kept, until it has a contrast of 4.6 against each ground. `None` if it is no colour.
    #[must_use]
    pub fn of(colour: &str) -> Option<Self> {
        let asked = Rgb::parse(colour)?;
        let light = asked.readable_on(LIGHT_GROUND);
        let dark = asked.readable_on(DARK_GROUND);
        Some(Self { light: light.to_css(), dark: dark.to_css(), adjusted: light != asked })
    }
}

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb([u8; 3]);

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let pair = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let single = |at: usize| u8::from_str_radix(&digits[at..=at], 16).ok().map(|digit| digit * 17);
        match digits.len() {
            3 => Some(Self([single(0)?, single(1)?, single(2)?])),
            6 => Some(Self([pair(0)?, pair(2)?, pair(4)?])),
            _ => None,
        }
    }

    fn to_css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio (WCAG 2.2), from 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour, mixed with as little black (on a light ground) or white (on a dark one) as
    /// makes it readable there; mixing keeps the hue.
    fn readable_on(self, ground: Self) -> Self {
        let towards = if ground.luminance() > 0.5 { 0.0 } else { 255.0 };
        (0..=100_u8)
            .map(|percent| self.mixed(towards, f64::from(percent) / 100.0))
            .find(|colour| colour.contrast(ground) >= CONTRAST)
            .unwrap_or(self) // Black and white themselves are readable, so there always is one.
    }

    fn mixed(self, towards: f64, share: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between two channels is within a channel"
        )]
        Self(self.0.map(|channel| {
            let channel = f64::from(channel);
            (channel + (towards - channel) * share).round() as u8
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_can_be_read_on_both_grounds() {
        for colour in ["#000", "#ffffff", "#9a1b1b", "#ffee00", "#00ff00", "#0000ff", "#16181c", "#777777"] {
            let accent = Accent::of(colour).unwrap();
            for (shown, ground) in [(&accent.light, LIGHT_GROUND), (&accent.dark, DARK_GROUND)] {
                let contrast = Rgb::parse(shown).unwrap().contrast(ground);
                assert!(contrast >= CONTRAST, "{colour} as {shown} has {contrast}");
            }
        }
    }

    #[test]
    fn an_accent_that_can_be_read_stays_as_it_is() {
        let accent = Accent::of("#9A1B1B").unwrap();
        assert_eq!((accent.light.as_str(), accent.adjusted), ("#9a1b1b", false));
        assert!(Accent::of("#ffee00").unwrap().adjusted);
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "red", "#12", "#12345g", "#1234567", "#éé", "9a1b1b"] {
            assert_eq!(Accent::of(text), None, "{text:?}");
        }
    }
}
