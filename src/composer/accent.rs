//! The accent colour: the brand's, made readable on the light and on the dark ground.

/// The grounds that the accent stands on.
const LIGHT_GROUND: Rgb = Rgb([0xff, 0xff, 0xff]);
const DARK_GROUND: Rgb = Rgb([0x16, 0x18, 0x1c]);

/// The least contrast of the accent against its ground: a little over what WCAG 2.2 (1.4.3) asks.
const CONTRAST: f64 = 4.6;
/// And where Outlook made its own dark of the light page: what WCAG asks.
const FORCED_CONTRAST: f64 = 4.5;

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
    /// saturation kept, until it has a contrast of 4.6 against each ground, and of 4.5 where Outlook darkens the
    /// light one. `None` if it is no colour.
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
        let [red, green, blue] = self.0.map(linear);
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
            .find(|colour| colour.is_readable_on(ground))
            .unwrap_or(self) // Black and white themselves are readable, so there always is one.
    }

    fn is_readable_on(self, ground: Self) -> bool {
        let is_forced = ground == LIGHT_GROUND; // The dark one is ours already.
        self.contrast(ground) >= CONTRAST
            && (!is_forced || self.darkened().contrast(ground.darkened()) >= FORCED_CONTRAST)
    }

    /// What Outlook on the web makes of this colour in dark mode: its lightness in CIELAB is turned over, with `#333333`
    /// for the darkest (`getDarkColor` of microsoft/roosterjs).
    fn darkened(self) -> Self {
        const DARKEST: f64 = 21.247;
        let Lab { light, a, b } = self.to_lab();
        let light = (100.0 - light) * (100.0 - DARKEST) / 100.0 + DARKEST;
        Self::from_lab(Lab { light, a, b })
    }

    /// In CIELAB, D65.
    fn to_lab(self) -> Lab {
        let [red, green, blue] = self.0.map(linear);
        let [x, y, z] = [
            0.412_456 * red + 0.357_576 * green + 0.180_438 * blue,
            0.212_673 * red + 0.715_152 * green + 0.072_175 * blue,
            0.019_334 * red + 0.119_192 * green + 0.950_304 * blue,
        ];
        let root =
            |t: f64| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 };
        let [x, y, z] = [root(x / WHITE[0]), root(y / WHITE[1]), root(z / WHITE[2])];
        Lab { light: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }

    /// The nearest colour of sRGB by channel.
    fn from_lab(Lab { light, a, b }: Lab) -> Self {
        let y = (light + 16.0) / 116.0;
        let cube = |t: f64| {
            if t.powi(3) > 216.0 / 24_389.0 { t.powi(3) } else { (116.0 * t - 16.0) * 27.0 / 24_389.0 }
        };
        let [x, y, z] = [cube(y + a / 500.0) * WHITE[0], cube(y) * WHITE[1], cube(y - b / 200.0) * WHITE[2]];
        Self([
            channel(3.240_454 * x - 1.537_138 * y - 0.498_531 * z),
            channel(-0.969_266 * x + 1.876_011 * y + 0.041_556 * z),
            channel(0.055_643 * x - 0.204_026 * y + 1.057_225 * z),
        ])
    }

    fn mixed(self, towards: f64, share: f64) -> Self {
        Self(self.0.map(|channel| {
            let channel = f64::from(channel);
            rounded(channel + (towards - channel) * share)
        }))
    }
}

/// A colour in CIELAB.
#[derive(Debug, Clone, Copy)]
struct Lab {
    light: f64,
    a: f64,
    b: f64,
}

/// White in XYZ, as screens have it (D65).
const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

/// How much light a channel of sRGB gives, from 0 to 1.
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// The channel of sRGB that gives that much light.
fn channel(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    rounded(value * 255.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to a channel")]
fn rounded(channel: f64) -> u8 {
    channel.round().clamp(0.0, 255.0) as u8
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
    fn every_accent_can_be_read_where_outlook_makes_its_own_dark() {
        assert_eq!(LIGHT_GROUND.darkened().to_css(), "#333333");
        for colour in ["#ff0000", "#7fd1ff", "#ffee00", "#1a73e8", "#00ff00", "#808080"] {
            let light = Rgb::parse(&Accent::of(colour).unwrap().light).unwrap();
            let contrast = light.darkened().contrast(LIGHT_GROUND.darkened());
            assert!(contrast >= FORCED_CONTRAST, "{colour} as {light:?} has {contrast}");
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
