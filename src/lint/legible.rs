//! Rules about texts that are too small, or too like their ground.

use super::finding::{Findings, Place};
use super::look::Look;
use super::page::Page;
use super::rules::{self, Rule};
use super::sheet::Theme;
use super::tree::{Node, short};

/// The least height of text, in pixels.
const SMALLEST: f64 = 13.0;
/// From which height text is large, and from which if it is bold, in pixels (WCAG 2.2, "large scale").
const LARGE: (f64, f64) = (24.0, 18.66);

pub(super) fn check(page: &Page, findings: &mut Findings) {
    let read = page.nodes().filter(|(number, node)| says_something(&node.text) && page.is_shown(*number));
    for (number, text) in read {
        let place = || page.around(number).next().map_or(Place::html(text.line), Node::place);
        let shown = short(text.text.trim());
        let look = page.look(number, Theme::Light);
        if look.size < SMALLEST - 0.01 {
            let size = (look.size * 10.0).round() / 10.0;
            findings.add(rules::FONT_SIZE, place(), format!("“{shown}” is {size} px high"));
        }
        contrast(rules::CONTRAST, look, &shown, place, findings);
        let dark = page.look(number, Theme::Dark);
        if page.sheet.is_dark() && (dark.colour, dark.ground) != (look.colour, look.ground) {
            contrast(rules::CONTRAST_DARK, dark, &shown, place, findings);
        }
    }
}

/// Whether a text is there to be read: not blanks, and not the characters without width that pad a preheader.
fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn contrast(rule: Rule, look: &Look, shown: &str, place: impl Fn() -> Place, findings: &mut Findings) {
    let (Some(colour), Some(ground)) = (look.colour, look.ground) else { return };
    let is_large = look.size >= LARGE.0 || (look.is_bold && look.size >= LARGE.1);
    let contrast = colour.contrast(ground);
    if contrast < if is_large { 3.0 } else { 4.5 } {
        // Cut and not rounded: 4.48 is not 4.5.
        let contrast = (contrast * 10.0).floor() / 10.0;
        findings.add(rule, place(), format!("“{shown}” has a contrast of {contrast:.1} to 1"));
    }
}
