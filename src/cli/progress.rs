//! How a run goes on: a bar on a terminal, a line now and then without one.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::delivery::State;
use crate::sender::{Event, Wait};
use crate::store::Counts;

/// Between two lines where there is no bar.
const PAUSE: Duration = Duration::from_secs(30);

/// What is shown of a run.
#[derive(Clone)]
pub(super) struct Progress(Arc<Inner>);

struct Inner {
    bar: ProgressBar,
    plain: bool,
    quiet: bool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    done: u64,
    total: u64,
    failed: u64,
    /// How long the run had lasted when a line was last written.
    told: Duration,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if quiet || plain {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {per_sec}  {eta} left  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(Arc::new(Inner { bar, plain, quiet, seen: Mutex::default() }))
    }

    /// The run begins with these deliveries.
    pub(super) fn begin(&self, counts: &Counts) {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.total, seen.done) = (counts.total(), counts.total() - counts.open());
        self.0.bar.set_length(seen.total);
        self.0.bar.set_position(seen.done);
        self.0.bar.reset_eta();
    }

    /// What hears the sender.
    pub(super) fn watch(&self) -> impl Fn(Event) + Send + Sync + 'static {
        let progress = self.clone();
        move |event| progress.hear(event)
    }

    fn hear(&self, event: Event) {
        match event {
            Event::Settled { address, state, reply } => self.settle(&address, state, &reply),
            Event::Waiting { until, why: Wait::Deferred } => {
                self.tell(format!("waiting until {} to try deferred ones again", until.format("%T UTC")));
            }
            Event::Waiting { until, why: Wait::Hours } => {
                self.tell(format!("waiting for mail.hours, until {}", until.format("%F %R UTC")));
            }
            Event::Paused => self.tell("paused: `tidings resume` lets it go on".to_owned()),
            Event::Resumed => self.tell("going on".to_owned()),
            Event::Disconnected { why } => self.tell(why),
            _ => {}
        }
    }

    fn settle(&self, address: &str, state: State, reply: &str) {
        let Inner { bar, plain, seen, .. } = &*self.0;
        if matches!(state, State::Rejected | State::Expired | State::Uncertain) {
            self.tell(format!("{address} {}: {reply}", state.name()));
        }
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.is_open() {
            seen.done += 1;
            bar.set_position(seen.done);
        }
        if matches!(state, State::Rejected | State::Expired | State::Uncertain | State::Deferred) {
            seen.failed += 1;
            bar.set_message(format!("{} not accepted", seen.failed));
        }
        if *plain && bar.elapsed().saturating_sub(seen.told) >= PAUSE {
            seen.told = bar.elapsed();
            let line = format!("{} of {} done", seen.done, seen.total);
            drop(seen);
            self.tell(line);
        }
    }

    /// Says something above the bar.
    fn tell(&self, line: String) {
        let Inner { bar, plain, quiet, .. } = &*self.0;
        if *quiet {
            return;
        }
        if *plain {
            anstream::eprintln!("{line}");
        } else {
            bar.println(line);
        }
    }

    pub(super) fn finish(&self) {
        self.0.bar.finish_and_clear();
    }
}
