//! What must be true of a sample in each view, with all that is not.

use crate::harness::Look;

use super::{Sample, parity};

/// Rules of axe that a mail cannot keep, each with its reason.
const NOT_FOR_MAIL: [(&str, &str); 1] = [(
    "color-contrast-enhanced",
    "AAA asks 7:1, which all text has but dates, footers and links, which have AA",
)];

/// All that is wrong with a benign sample in a view.
pub(super) fn complaints(look: &Look, sample: &Sample) -> Vec<String> {
    let mut told = harm(look);
    told.extend(
        look.findings
            .iter()
            .filter(|finding| !is_excused(&finding.rule))
            .map(|finding| format!("axe, {}: {} {}", finding.rule, finding.at, finding.why)),
    );
    told.extend(look.faint.iter().map(|pair| format!("too little contrast, {pair}")));
    told.extend(look.nameless.iter().map(|element| format!("no words for {element}")));
    told.extend(parity::complaints(look, &sample.text()));
    if look.view.images && look.pictures > 0 && look.widest_image != 1200 {
        told.push(format!("the pictures are {} pixels wide, so that nothing was tried", look.widest_image));
    }
    told
}

/// What is wrong even with a hostile one: it sticks out of the screen, runs, or asks for what is no picture.
pub(super) fn harm(look: &Look) -> Vec<String> {
    let mut told = Vec::new();
    if look.content_width > look.view.width || !look.outside.is_empty() {
        told.push(format!("{} pixels wide: {:?}", look.content_width, look.outside));
    }
    told.extend(look.harm.iter().map(|element| format!("harmful, {element}")));
    told.extend(
        look.asked
            .iter()
            .filter(|asked| !asked.starts_with("image: https://"))
            .map(|asked| format!("asked for {asked}")),
    );
    told
}

fn is_excused(rule: &str) -> bool {
    NOT_FOR_MAIL.iter().any(|(excused, _)| *excused == rule)
}
