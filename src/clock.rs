//! The only place that reads the time.
//!
//! Selection, composition and due dates follow a [`Clock`], which `--now` can hold still; the
//! dates of messages, claims and retries follow [`wall`], which nothing can move.

use chrono::{DateTime, Utc};

/// What "now" means to selection and composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's time.
    Wall,
    /// One instant, given by `--now` or `TIDINGS_NOW`.
    Held(DateTime<Utc>),
}

impl Clock {
    /// The instant that selection and composition take for the present.
    #[must_use]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::Wall => wall(),
            Self::Held(instant) => instant,
        }
    }
}

/// The machine's time, in UTC.
#[must_use]
pub fn wall() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the machine's clock")]
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_does_not_move() {
        let instant = "2026-01-14T09:00:00Z".parse().unwrap();
        assert_eq!(Clock::Held(instant).now(), instant);
    }
}
