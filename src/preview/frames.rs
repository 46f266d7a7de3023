//! The frames that a mail is shown in.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::asked::{Asked, Tab};
use super::dress::{Dress, Frames, Scheme};
use crate::lint::Anatomy;

/// The columns that plaintext is set in.
const COLUMNS: usize = 72;

/// What stands on the light table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The mail, in the width of each device.
    pub(super) frames: Vec<Frame>,
    /// The plaintext, where that is shown.
    pub(super) text: Option<Text>,
    /// What is to be known of what is shown: what is simulated, what is missing.
    pub(super) notes: Vec<&'static str>,
    /// How it is dressed, as classes of CSS.
    pub(super) class: &'static str,
}

/// The mail as a device shows it.
#[derive(Debug)]
pub(super) struct Frame {
    /// The device.
    pub(super) device: &'static str,
    /// How wide, in CSS pixels.
    pub(super) width: u16,
    /// Where the mail is: another address where it would look another way.
    pub(super) source: String,
}

/// The plaintext.
#[derive(Debug)]
pub(super) struct Text {
    /// It.
    pub(super) text: String,
    /// How many lines are wider than [`COLUMNS`].
    pub(super) wide: usize,
}

impl Table {
    /// The light table with a mail.
    pub(super) fn of(asked: &Asked, anatomy: &Anatomy) -> Self {
        let mut notes = Vec::new();
        let class = match asked.dress.scheme {
            Scheme::Light => "light",
            Scheme::Dark | Scheme::Forced => "dark",
        };
        let Some(html) = anatomy.html.as_deref().filter(|_| asked.frames != Frames::Text) else {
            if asked.frames != Frames::Text {
                notes.push("The message has no HTML: this is its plaintext.");
            }
            if anatomy.text.is_none() {
                notes.push("The message has no plaintext: programs that show no HTML make their own of it.");
            }
            let text = anatomy.text.as_deref().map(Text::of);
            return Self { frames: Vec::new(), text, notes, class };
        };
        notes.extend(dressed(asked.dress));
        let devices: &[(&str, u16)] = match asked.frames {
            // A reading pane beside a list of mails: a whole window would be too small to read here.
            Frames::Both | Frames::Text => &[("Phone", 375), ("Desktop, reading pane", 720)],
            Frames::Phone => &[("Phone", 375)],
            Frames::Tablet => &[("Tablet", 768)],
            Frames::Desktop => &[("Desktop", 1024)],
        };
        let source = source(asked, html);
        let frame =
            |(device, width): &(&'static str, u16)| Frame { device, width: *width, source: source.clone() };
        Self { frames: devices.iter().map(frame).collect(), text: None, notes, class }
    }
}

impl Text {
    fn of(text: &str) -> Self {
        use unicode_width::UnicodeWidthStr as _;
        let wide = text.lines().filter(|line| line.width() > COLUMNS).count();
        Self { text: text.trim_end().to_owned(), wide }
    }
}

/// What is simulated, in words.
fn dressed(dress: Dress) -> impl Iterator<Item = &'static str> {
    let scheme = match dress.scheme {
        Scheme::Light => None,
        Scheme::Dark => Some("Dark, by the mail’s own dark colours, as Apple Mail shows it."),
        Scheme::Forced => Some(
            "Forced dark, simulated: colours inverted as Gmail on iPhones and Outlook on Windows do. Each does it a little differently.",
        ),
    };
    let images = (!dress.images)
        .then_some("No images, simulated: as Outlook shows a mail until its reader asks for them.");
    let styles = (!dress.styles).then_some(
        "No <style>, simulated: as Gmail shows a mail that it does not trust, or whose styles are too large. Dark colours and narrow screens are styles too.",
    );
    [scheme, images, styles].into_iter().flatten()
}

/// Where the frame finds the mail. The address changes when the mail does, and only then, so that the page knows
/// whether to load it anew.
fn source(asked: &Asked, html: &str) -> String {
    let plain = asked.with(|other| {
        other.frames = Frames::default();
        other.tab = Tab::default();
        other.find.clear();
    });
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    let query = plain.query();
    let and = if query.is_empty() { "" } else { "&" };
    format!("/-/mail{}?{query}{and}v={:016x}", plain.what, hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(address: &str, html: Option<&str>, text: Option<&str>) -> Table {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let (html, text) = (html.map(str::to_owned), text.map(str::to_owned));
        Table::of(&Asked::read(path, query).unwrap(), &Anatomy { html, text, ..Anatomy::default() })
    }

    fn source_of(address: &str, html: &str) -> String {
        table(address, Some(html), None).frames.remove(0).source
    }

    #[test]
    fn a_frame_is_loaded_anew_when_the_mail_looks_another_way_and_only_then() {
        let usual = source_of("/weekly", "<p>One");
        assert_eq!(usual, source_of("/weekly?tab=links&view=phone&find=x", "<p>One"));
        for (address, html) in [
            ("/weekly", "<p>Two"),
            ("/weekly?scheme=dark", "<p>One"),
            ("/weekly?images=off", "<p>One"),
            ("/weekly?pin=a.md", "<p>One"),
            ("/weekly/next", "<p>One"),
        ] {
            assert_ne!(usual, source_of(address, html), "{address} {html}");
        }
        assert!(source_of("/weekly?scheme=dark", "x").starts_with("/-/mail/weekly?scheme=dark&v="));
    }

    #[test]
    fn what_is_simulated_says_so() {
        for address in ["/weekly?scheme=forced", "/weekly?images=off", "/weekly?styles=off"] {
            let notes = table(address, Some("<p>One"), None).notes;
            assert!(notes.len() == 1 && notes[0].contains("simulated"), "{address}: {notes:?}");
        }
        assert!(table("/weekly", Some("<p>One"), None).notes.is_empty());
    }

    #[test]
    fn a_message_without_html_shows_its_plaintext_and_says_so() {
        let shown = table("/-/file", None, Some("Hello\n"));
        assert!(shown.frames.is_empty() && shown.notes[0].contains("no HTML"));
        assert_eq!(shown.text.unwrap().text, "Hello");
        let shown = table("/-/file?view=text", Some("<p>One"), None);
        assert!(shown.text.is_none() && shown.notes[0].contains("no plaintext"));
    }

    #[test]
    fn lines_of_plaintext_that_are_too_wide_are_counted() {
        let text = format!("{}\n{}\n{}", "a".repeat(72), "a".repeat(73), "日".repeat(37));
        assert_eq!(table("/weekly?view=text", None, Some(&text)).text.unwrap().wide, 2);
    }
}
