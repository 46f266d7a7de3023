//! How a run goes on: a bar on a terminal, a line now and then without one.

use std::collections::VecDeque;
use std::fmt::Write;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tokio::task::AbortHandle;

use super::report::narrate;
use super::words::{count, per_minute, span};
use crate::delivery::State;
use crate::sender::{Event, Wait};
use crate::store::Counts;

/// Between two lines where there is no bar.
const PAUSE: Duration = Duration::from_secs(30);
/// The rate is that of this time.
const RECENT: Duration = Duration::from_secs(10);
/// With fewer columns there is no room for a bar beside the words.
const NARROW: u16 = 64;

/// What is shown of a run.
#[derive(Clone)]
pub(super) struct Progress(Arc<Inner>);

struct Inner {
    bar: ProgressBar,
    plain: bool,
    quiet: bool,
    seen: Arc<Mutex<Seen>>,
    lines: OnceLock<AbortHandle>,
}

/// What was seen of a run.
#[derive(Debug, Default)]
struct Seen {
    began: Option<Instant>,
    done: u64,
    done_before: u64,
    total: u64,
    /// Replies that say not now, and outcomes that are not accepted.
    deferred: u64,
    rejected: u64,
    uncertain: u64,
    expired: u64,
    /// How many were done when, the earliest first; no more than a few a second.
    recent: VecDeque<(Instant, u64)>,
    /// What keeps it.
    waiting: Option<String>,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self(Arc::new(Inner { bar, plain, quiet, seen: Arc::default(), lines: OnceLock::new() }))
    }

    /// The run begins with these deliveries.
    pub(super) fn begin(&self, counts: &Counts) {
        let (total, done) = (counts.total(), counts.total() - counts.open());
        *self.seen() =
            Seen { began: Some(Instant::now()), total, done, done_before: done, ..Seen::default() };
        let Inner { bar, plain, quiet, seen, lines } = &*self.0;
        if *quiet {
            return;
        }
        if *plain {
            let progress = self.clone();
            let _ = lines.set(tokio::spawn(async move { progress.tell_lines().await }).abort_handle());
            return;
        }
        bar.set_length(total);
        bar.set_position(done);
        bar.set_style(style(Arc::clone(seen)));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(500));
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
                self.wait(format!("waiting until {} to try deferred ones again", until.format("%T UTC")));
            }
            Event::Waiting { until, why: Wait::Hours } => {
                self.wait(format!("waiting for mail.hours, until {}", until.format("%F %R UTC")));
            }
            Event::Paused => self.wait("paused: `tidings resume` lets it go on".to_owned()),
            Event::Resumed => {
                self.seen().waiting = None;
                self.tell("going on");
            }
            Event::Disconnected { why } => self.tell(&why),
            _ => {}
        }
    }

    fn wait(&self, why: String) {
        self.tell(&why);
        self.seen().waiting = Some(why);
    }

    fn settle(&self, address: &str, state: State, reply: &str) {
        if matches!(state, State::Rejected | State::Expired | State::Uncertain) {
            self.tell(&format!("{address} {}: {reply}", state.name()));
        }
        let done = {
            let mut seen = self.seen();
            seen.settle(state, Instant::now());
            seen.done
        };
        // Not while it is held: what the bar draws looks at it.
        self.0.bar.set_position(done);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line each while the run goes on.
    async fn tell_lines(&self) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let line = {
                let seen = self.seen();
                format!("{} of {} done, {}", count(seen.done), count(seen.total), seen.words(Instant::now()))
            };
            self.tell(&line);
        }
    }

    /// Says something above the bar.
    fn tell(&self, line: &str) {
        if !self.0.quiet {
            self.warn(line);
        }
    }

    /// Says something that is to be said in any case.
    pub(super) fn warn(&self, line: &str) {
        if self.0.bar.is_hidden() {
            narrate(line);
        } else {
            self.0.bar.println(line);
        }
    }

    /// The end: how long it took, and how fast it was, if anything was done.
    pub(super) fn finish(&self) -> Option<String> {
        self.0.bar.finish_and_clear();
        if let Some(lines) = self.0.lines.get() {
            lines.abort();
        }
        let seen = self.seen();
        // Nobody sends for less than a second: what came of a few would look like a rate that nothing keeps up.
        let took = seen.began?.elapsed().max(Duration::from_secs(1));
        let rate = rate(seen.done.saturating_sub(seen.done_before), took)?;
        Some(format!("in {}, {}", span(took), per_minute(rate)))
    }
}

impl Seen {
    fn settle(&mut self, state: State, now: Instant) {
        self.waiting = None;
        match state {
            State::Deferred => self.deferred += 1,
            State::Rejected => self.rejected += 1,
            State::Uncertain => self.uncertain += 1,
            State::Expired => self.expired += 1,
            _ => {}
        }
        if self.recent.back().is_none_or(|(at, _)| now - *at >= RECENT / 40) {
            self.recent.push_back((now, self.done));
        }
        while self.recent.len() > 1 && self.recent.front().is_some_and(|(at, _)| now - *at > RECENT) {
            self.recent.pop_front();
        }
        self.done += u64::from(!state.is_open());
    }

    /// How many a minute ended in the last seconds.
    fn rate(&self, now: Instant) -> Option<f64> {
        let (since, done) = self.recent.iter().find(|(at, _)| now - *at <= RECENT)?;
        rate(self.done - done, now - *since)
    }

    /// How it goes.
    fn words(&self, now: Instant) -> String {
        let mut parts = Vec::new();
        if let Some(why) = &self.waiting {
            parts.push(why.clone());
        } else if let Some(rate) = self.rate(now) {
            parts.push(per_minute(rate));
            #[expect(clippy::cast_precision_loss, reason = "it is shown to people")]
            let left = (self.total - self.done.min(self.total)) as f64 / rate * 60.0;
            parts.extend(Duration::try_from_secs_f64(left).ok().map(|left| format!("{} left", span(left))));
        }
        for (count, what) in [
            (self.deferred, "deferred so far"),
            (self.rejected, "rejected"),
            (self.uncertain, "uncertain"),
            (self.expired, "expired"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.join(", ")
    }
}

/// So many in that time, a minute; `None` for none, or in no time.
fn rate(done: u64, time: Duration) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "it is shown to people")]
    let done = done as f64;
    (done > 0.0 && !time.is_zero()).then(|| done / time.as_secs_f64() * 60.0)
}

fn style(seen: Arc<Mutex<Seen>>) -> ProgressStyle {
    let is_narrow =
        terminal_size::terminal_size_of(std::io::stderr()).is_some_and(|(width, _)| width.0 < NARROW);
    let template = if is_narrow { "{pos}/{len}  {words}" } else { "{wide_bar} {pos}/{len}  {words}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("words", move |_: &ProgressState, out: &mut dyn Write| {
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_str(&seen.words(Instant::now()));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is seen when one delivery ends in every tenth of a second, from `start` on.
    fn steady(start: Instant, seconds: u32, states: &[State]) -> Seen {
        let mut seen = Seen { total: 1000, ..Seen::default() };
        for (tick, state) in (0..seconds * 10).zip(states.iter().cycle()) {
            seen.settle(*state, start + Duration::from_millis(100) * tick);
        }
        seen
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds_and_the_time_left_follows_from_it() {
        let start = Instant::now();
        let seen = steady(start, 30, &[State::Accepted]);
        let words = seen.words(start + Duration::from_secs(30));
        assert!(words.starts_with("60"), "about 600 a minute: {words}");
        assert!(words.contains("/min, 1 min 10 s left") || words.contains("/min, 1 min 9 s left"), "{words}");
        assert_eq!(seen.words(start + Duration::from_mins(2)), "", "a rate of long ago is none");
    }

    #[test]
    fn what_is_not_accepted_is_counted_and_a_wait_is_told_until_the_next_outcome() {
        let start = Instant::now();
        let mut seen =
            steady(start, 1, &[State::Deferred, State::Rejected, State::Uncertain, State::Accepted]);
        seen.waiting = Some("paused".to_owned());
        assert_eq!(seen.words(start), "paused, 3 deferred so far, 3 rejected, 2 uncertain");
        seen.settle(State::Expired, start + Duration::from_secs(1));
        let words = seen.words(start + Duration::from_secs(2));
        assert!(!words.contains("paused") && words.contains("1 expired"), "{words}");
    }
}
