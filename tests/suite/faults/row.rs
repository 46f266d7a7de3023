//! Rows: servers by their scripts, and what is expected of them.

mod judging;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::harness::{Script, Server, Stage};

const ISSUE: &str = "weekly@2026-01-14";
pub(super) const PASSWORD: &str = "open-sesame-42";

/// Who is on the list of every row.
pub(super) const PEOPLE: [&str; 3] = ["ann@example.net", "bob@example.net", "cyd@example.net"];

/// How the program is told to reach the server.
#[derive(Clone, Copy)]
enum Way {
    Clear,
    StartTls,
    Opportunistic,
    Implicit,
}

/// Looks for something else at the server.
type Look = fn(&Server) -> Result<(), String>;

/// What becomes of one recipient: the state, and how many messages arrive whole and are not refused.
type Fate = (&'static str, usize);

/// A server that behaves in a certain way, and what is to come of it: if nothing else is said, everybody gets
/// the issue once, and the program ends with 0 within the time.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) name: String,
    script: Script,
    way: Way,
    login: bool,
    settings: Vec<(&'static str, toml::Value)>,
    more: Vec<String>,
    stop_once_deferred: bool,
    exit: i32,
    starts: bool,
    fates: BTreeMap<String, Fate>,
    tally: Option<Vec<Fate>>,
    most: Option<Fate>,
    attempts: Option<u64>,
    due: Option<(String, RangeInclusive<i64>)>,
    says: Vec<&'static str>,
    suppressed: Vec<&'static str>,
    kept: Vec<&'static str>,
    within: Duration,
    sees: Vec<Look>,
}

pub(super) fn row(name: &str, script: Script) -> Row {
    Row {
        name: name.to_owned(),
        script,
        way: Way::Clear,
        login: false,
        settings: Vec::new(),
        more: Vec::new(),
        stop_once_deferred: false,
        exit: 0,
        starts: true,
        fates: BTreeMap::new(),
        tally: None,
        most: None,
        attempts: None,
        due: None,
        says: Vec::new(),
        suppressed: Vec::new(),
        kept: Vec::new(),
        within: Duration::from_secs(10),
        sees: Vec::new(),
    }
}

/// A polite server but for what follows.
pub(super) fn on(stage: Stage) -> Script {
    Script::polite().on(stage)
}

impl Row {
    /// The server offers PIPELINING too.
    pub(super) fn pipelining(mut self) -> Self {
        self.name.push_str(", pipelining");
        self.script = self.script.offering(["PIPELINING"]);
        self
    }

    /// A server that is different still.
    pub(super) fn script(mut self, change: impl FnOnce(Script) -> Script) -> Self {
        self.script = change(self.script);
        self
    }

    pub(super) fn starttls(mut self) -> Self {
        self.way = Way::StartTls;
        self
    }

    pub(super) fn opportunistic(mut self) -> Self {
        self.way = Way::Opportunistic;
        self
    }

    pub(super) fn implicit_tls(mut self) -> Self {
        self.way = Way::Implicit;
        self
    }

    pub(super) fn login(mut self) -> Self {
        self.login = true;
        self
    }

    pub(super) fn set(mut self, key: &'static str, value: impl Into<toml::Value>) -> Self {
        self.settings.push((key, value.into()));
        self
    }

    /// One more is on the list.
    pub(super) fn and(mut self, address: &str) -> Self {
        self.more.push(address.to_owned());
        self
    }

    /// So many more are on the list.
    pub(super) fn and_more(mut self, count: usize) -> Self {
        self.more.extend((0..count).map(|number| format!("reader{number}@example.net")));
        self
    }

    /// The run is stopped once somebody is deferred and nobody else is open.
    pub(super) fn stopped_once_deferred(mut self) -> Self {
        self.stop_once_deferred = true;
        self.exit = 75;
        self
    }

    pub(super) fn exits(mut self, code: i32) -> Self {
        self.exit = code;
        self
    }

    /// No issue is started, and nobody is mailed.
    pub(super) fn starts_nothing(mut self) -> Self {
        self.starts = false;
        self
    }

    /// What becomes of one, who is named by the beginning of the address.
    pub(super) fn one(mut self, who: &str, state: &'static str, copies: usize) -> Self {
        self.fates.insert(who.to_owned(), (state, copies));
        self
    }

    /// How many end in each state, whoever they are.
    pub(super) fn tally<const N: usize>(mut self, tally: [Fate; N]) -> Self {
        self.tally = Some(tally.to_vec());
        self
    }

    /// Everybody ends so or stays queued, and of the first there are at most so many.
    pub(super) fn at_most(mut self, state: &'static str, count: usize) -> Self {
        self.most = Some((state, count));
        self
    }

    /// Each delivery was attempted so many times.
    pub(super) fn attempts(mut self, count: u64) -> Self {
        self.attempts = Some(count);
        self
    }

    /// When one is due, in seconds after it was deferred.
    pub(super) fn due(mut self, who: &str, seconds: RangeInclusive<i64>) -> Self {
        self.due = Some((who.to_owned(), seconds));
        self
    }

    pub(super) fn says(mut self, words: &'static str) -> Self {
        self.says.push(words);
        self
    }

    /// This address gets no mail any more.
    pub(super) fn suppresses(mut self, address: &'static str) -> Self {
        self.suppressed.push(address);
        self
    }

    /// This address is not suppressed.
    pub(super) fn keeps(mut self, address: &'static str) -> Self {
        self.kept.push(address);
        self
    }

    pub(super) fn within(mut self, seconds: u64) -> Self {
        self.within = Duration::from_secs(seconds);
        self
    }

    /// And something else about what the server has seen.
    pub(super) fn sees(mut self, sees: Look) -> Self {
        self.sees.push(sees);
        self
    }
}
