//! Choices: controls that are words, each a link to the page that it leads to.

use super::asked::{Asked, Tab};
use super::dress::{Frames, Scheme};

/// A control.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What it says.
    pub(super) words: String,
    /// What is to be known of it: how many there are, where that is counted.
    pub(super) note: String,
    /// Where it leads.
    pub(super) address: String,
    /// Whether that is what is shown.
    pub(super) is_current: bool,
}

impl Choice {
    fn to(words: &str, asked: &Asked, change: impl FnOnce(&mut Asked)) -> Self {
        let other = asked.with(change);
        let is_current = other == *asked;
        Self { words: words.to_owned(), note: String::new(), address: other.to_string(), is_current }
    }

    /// With something to know of it.
    pub(super) fn noted(self, note: String) -> Self {
        Self { note, ..self }
    }
}

/// The controls of the frames, in groups.
pub(super) fn bar(asked: &Asked) -> Vec<(&'static str, Vec<Choice>)> {
    let frames = [
        ("Phone and desktop", Frames::Both),
        ("Phone", Frames::Phone),
        ("Tablet", Frames::Tablet),
        ("Desktop", Frames::Desktop),
        ("Text", Frames::Text),
    ];
    let schemes = [("Light", Scheme::Light), ("Dark", Scheme::Dark), ("Forced dark", Scheme::Forced)];
    let frames = frames.map(|(words, frames)| Choice::to(words, asked, |other| other.frames = frames));
    let schemes =
        schemes.map(|(words, scheme)| Choice::to(words, asked, |other| other.dress.scheme = scheme));
    // What is left out is said by a control that is set; the same control takes it back.
    let images = asked.dress.images;
    let styles = asked.dress.styles;
    let left_out = [
        Choice {
            is_current: !images,
            ..Choice::to("No images", asked, |other| other.dress.images = !images)
        },
        Choice {
            is_current: !styles,
            ..Choice::to("No styles", asked, |other| other.dress.styles = !styles)
        },
    ];
    vec![("Frames", frames.into()), ("Left out", left_out.into()), ("Theme", schemes.into())]
}

/// The tabs of the inspector; `counts` are in their order.
pub(super) fn tabs(asked: &Asked, counts: [Option<usize>; 6]) -> Vec<Choice> {
    let words = ["Lint", "Selection", "Links", "Headers", "Source", "Parts"];
    let named = Tab::NAMED.iter().zip(words).zip(counts);
    named
        .map(|(((_, tab), words), count)| {
            let choice = Choice::to(words, asked, |other| other.tab = *tab);
            choice.noted(count.map(|count| count.to_string()).unwrap_or_default())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(address: &str) -> Asked {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Asked::read(path, query).unwrap()
    }

    #[test]
    fn a_control_changes_one_thing_and_says_what_is_shown() {
        let asked = asked("/weekly?view=phone&scheme=dark&tab=links&drop=a.md");
        for (_, choices) in bar(&asked) {
            assert!(choices.iter().filter(|choice| choice.is_current).count() <= 1);
        }
        let bar = bar(&asked);
        let current: Vec<_> = bar.iter().flat_map(|(_, group)| group).filter(|one| one.is_current).collect();
        assert_eq!(current.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["Phone", "Dark"]);
        assert_eq!(current[0].address, asked.to_string());
        assert_eq!(bar[0].1[4].address, "/weekly?view=text&scheme=dark&tab=links&drop=a.md");
    }

    #[test]
    fn what_is_left_out_comes_back_by_the_same_control() {
        let off = asked("/weekly?images=off");
        let images = |asked: &Asked| bar(asked).remove(1).1.remove(0);
        assert!(images(&off).is_current);
        assert_eq!(images(&off).address, "/weekly");
        assert_eq!(images(&asked("/weekly")).address, "/weekly?images=off");
    }

    #[test]
    fn a_tab_tells_how_many_there_are_where_that_is_counted() {
        let tabs = tabs(&asked("/weekly?tab=source"), [Some(0), Some(6), None, None, None, None]);
        assert_eq!((tabs[0].note.as_str(), tabs[1].note.as_str(), tabs[2].note.as_str()), ("0", "6", ""));
        assert!(tabs[4].is_current && !tabs[0].is_current);
        assert_eq!(tabs[0].address, "/weekly");
    }
}
