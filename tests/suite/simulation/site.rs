//! The content of a site as it changes: which file says what, and from when to when.

use std::fmt::Write as _;

use super::calendar::{Calendar, DAY, Instant, day, instant, written};
use super::timeline::{Change, Dated, Life, Precision};

/// What a file says, for as long as it says it.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) path: String,
    /// From this instant on,
    pub(super) from: Instant,
    /// and up to, but not including, this one.
    pub(super) to: Instant,
    pub(super) says: Says,
}

/// What an article says of itself.
#[derive(Debug, Clone)]
pub(super) struct Says {
    pub(super) dated: Moment,
    pub(super) published: Option<Moment>,
    pub(super) expires: Option<Instant>,
    pub(super) link: Option<u8>,
    /// Who tells it, if not the site itself.
    pub(super) source: Option<&'static str>,
    /// What it is about besides.
    pub(super) topic: &'static str,
    pub(super) is_tagged: bool,
    pub(super) is_draft: bool,
}

/// A date: the first minute of it, and the first after it.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) start: Instant,
    pub(super) end: Instant,
    text: String,
}

impl Moment {
    fn of(dated: Dated, at: Instant, calendar: &Calendar) -> Self {
        let at = at - dated.ago;
        let shown = calendar.shown(at);
        match dated.precision {
            Precision::Day => {
                let number = shown.div_euclid(DAY);
                Self {
                    start: calendar.first_showing(number * DAY),
                    end: calendar.first_showing((number + 1) * DAY),
                    text: day(number).to_string(),
                }
            }
            Precision::Local => Self::minute(calendar.first_showing(shown), written(shown).to_string()),
            Precision::Instant => Self::minute(at, instant(at).to_rfc3339()),
        }
    }

    fn minute(start: Instant, text: String) -> Self {
        Self { start, end: start + 1, text }
    }
}

impl Version {
    /// What a life is, one version after the other.
    pub(super) fn all_of(life: &Life, number: usize, links: u8, calendar: &Calendar) -> Vec<Self> {
        let (day, minute) = life.arrives;
        let mut at = calendar.first_showing(day * DAY + minute);
        let moment = |dated, at| Moment::of(dated, at, calendar);
        let mut says = Says {
            dated: moment(life.dated, at),
            published: life.published.map(|dated| moment(dated, at)),
            expires: life.expires.map(|minutes| at + minutes),
            link: life.link.map(|link| link % links),
            source: [None, Some("Wire"), Some("Agency"), Some("Gazette")][number % 4],
            topic: ["courts", "schools", "harbor"][number % 3],
            is_tagged: true,
            is_draft: false,
        };
        let (mut is_there, mut has_moved) = (true, false);
        let mut versions: Vec<Self> = Vec::new();
        let nothing = [(0, None)].into_iter();
        for (minutes, change) in nothing.chain(life.changes.iter().map(|(gap, change)| (*gap, Some(*change))))
        {
            at += minutes;
            match change {
                None => {}
                Some(Change::Delete) => is_there = false,
                Some(Change::Restore) => is_there = true,
                Some(Change::Untag) => says.is_tagged = false,
                Some(Change::Tag) => says.is_tagged = true,
                Some(Change::Draft) => says.is_draft = true,
                Some(Change::Publish) => says.is_draft = false,
                Some(Change::Redate(dated)) => says.dated = moment(dated, at),
                Some(Change::Relink(link)) => says.link = link.map(|link| link % links),
                Some(Change::Move) => has_moved = !has_moved,
            }
            if let Some(last) = versions.last_mut() {
                last.to = last.to.min(at);
            }
            if is_there {
                let folder = if has_moved { "moved" } else { "news" };
                let path = format!("{folder}/article-{number}.md");
                versions.push(Self { path, from: at, to: Instant::MAX, says: says.clone() });
            }
        }
        versions.retain(|version| version.from < version.to);
        versions
    }

    pub(super) fn is_there(&self, now: Instant) -> bool {
        self.from <= now && now < self.to
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let says = &self.says;
        let tag = if says.is_tagged { "borders" } else { "gardens" };
        let mut text = format!("---\ntitle: About {}\ndate: {}\n", self.path, says.dated.text);
        if let Some(published) = &says.published {
            writeln!(text, "publishDate: {}", published.text).unwrap();
        }
        if let Some(expires) = says.expires {
            writeln!(text, "expiryDate: {}", instant(expires).to_rfc3339()).unwrap();
        }
        if let Some(link) = says.link {
            writeln!(text, "link: {}", address(link)).unwrap();
        }
        if let Some(source) = says.source {
            writeln!(text, "source: {source}").unwrap();
        }
        writeln!(text, "draft: {}\ntags: [{tag}, {}]\n---\nA body.", says.is_draft, says.topic).unwrap();
        text
    }
}

impl Says {
    /// Who tells it: its source, else where its link leads.
    pub(super) fn teller(&self) -> Option<&'static str> {
        self.source.or(self.link.map(|_| "example.com"))
    }
}

/// A link, by number.
pub(super) fn address(link: u8) -> String {
    format!("https://example.com/{link}")
}
