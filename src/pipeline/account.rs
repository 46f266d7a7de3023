//! Accounts: how far a started issue is, how fast it goes, and who has it in hand.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::causes::{Cause, causes};
use super::{Error, Project};
use crate::clock::wall;
use crate::delivery::{Delivery, State};
use crate::files;
use crate::issue::IssueKey;
use crate::message;
use crate::store::{Counts, Stage, Started, Store};
use crate::subscriber::SubscriberId;

/// How far a started issue is.
#[derive(Debug, Clone)]
pub struct Account {
    /// The issue.
    pub started: Started,
    /// Its deliveries.
    pub counts: Counts,
    /// How fast they are made.
    pub pace: Pace,
    /// When the next deferred delivery is due.
    pub due: Option<DateTime<Utc>>,
    /// The run that has it in hand, as the run's lock tells it; where that is another lock's, that lock.
    pub run: Option<String>,
}

/// How fast an issue is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// Messages a minute, now; none of an issue that has ended.
    pub now: Option<f64>,
    /// Messages a minute, over the time in which any went out.
    pub whole: Option<f64>,
    /// How long the queued ones will take, the deferred apart.
    pub left: Option<Duration>,
}

impl Account {
    /// Whether anything that is shown of it differs, but for the pace.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        self.counts == other.counts
            && self.run == other.run
            && (self.started.stage, self.started.paused) == (other.started.stage, other.started.paused)
    }
}

impl Pace {
    /// The pace of an issue of which so many messages went out in each of these minutes.
    fn of(sent: &[(DateTime<Utc>, u64)], started: &Started, waiting: u64, now: DateTime<Utc>) -> Self {
        let minute = TimeDelta::minutes(1);
        let end = started.ended.unwrap_or(now);
        let per_minute = |messages: u64, time: TimeDelta| {
            #[expect(clippy::cast_precision_loss, reason = "it is shown to people")]
            let messages = messages as f64;
            messages / time.as_seconds_f64().max(1.0) * 60.0
        };
        let messages = |from: DateTime<Utc>| {
            sent.iter().filter(|(at, _)| *at >= from).map(|(_, messages)| messages).sum::<u64>()
        };
        // The last minute is all of it where it has begun long ago, and hardly anything where it has not.
        let this = now - TimeDelta::milliseconds(now.timestamp_millis().rem_euclid(60_000));
        let from = if messages(this - minute) > messages(this) { this - minute } else { this };
        let is_sending = started.stage == Stage::Sending;
        let pace = is_sending.then(|| per_minute(messages(from), now - from.max(started.started)));

        let active = sent.iter().map(|(at, _)| (*at + minute).min(end) - (*at).max(started.started));
        let active = active.fold(TimeDelta::zero(), |sum, one| sum + one.max(TimeDelta::zero()));
        let whole = (!sent.is_empty()).then(|| per_minute(messages(DateTime::<Utc>::MIN_UTC), active));

        let is_moving = started.paused.is_none() && waiting > 0;
        let left = pace.filter(|pace| is_moving && *pace > 0.0).and_then(|pace| {
            #[expect(clippy::cast_precision_loss, reason = "it is shown to people")]
            Duration::try_from_secs_f64(waiting as f64 / pace * 60.0).ok()
        });
        Self { now: pace, whole, left }
    }
}

impl Project {
    /// How far an issue is; `None` where it was not started.
    ///
    /// # Errors
    /// When the store or the digest's lock cannot be read.
    pub async fn account<S: Store>(&self, store: &S, key: &IssueKey) -> Result<Option<Account>, Error> {
        let Some(started) = store.issue(key).await? else { return Ok(None) };
        let counts = store.counts(key).await?;
        let sent = store.sent(Some(key), DateTime::UNIX_EPOCH).await?;
        let waiting = counts.of(State::Queued) + counts.of(State::Attempting);
        let pace = Pace::of(&sent, &started, waiting, wall());
        let due = if counts.of(State::Deferred) > 0 { store.next_due(key).await? } else { None };
        let run = self.run_of(&started)?;
        Ok(Some(Account { started, counts, pace, due, run }))
    }

    /// Why deliveries of an issue were not made, the most frequent causes first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn causes<S: Store>(&self, store: &S, key: &IssueKey) -> Result<Vec<Cause>, Error> {
        let mut deliveries: Vec<Delivery> = Vec::new();
        for state in [State::Deferred, State::Rejected, State::Uncertain, State::Expired] {
            deliveries.extend(store.deliveries(key, Some(state)).await?);
        }
        Ok(causes(&deliveries))
    }

    /// The run that has an issue in hand, if there is one.
    ///
    /// # Errors
    /// When the digest's lock cannot be read.
    pub fn run_of(&self, started: &Started) -> Result<Option<String>, Error> {
        let is_live = |until| started.stage == Stage::Sending && until > wall();
        let Some(lease) = started.run.as_ref().filter(|lease| is_live(lease.until)) else { return Ok(None) };
        if lease.holder != self.holder(&started.key.digest) {
            return Ok(Some(lease.holder.clone()));
        }
        match files::read_text(&self.lock_path(&started.key.digest)) {
            Err(error) if error.is_not_found() => Ok(None),
            owner => Ok(Some(owner?.trim().to_owned())),
        }
    }

    /// The Message-ID of a started issue to a subscriber, without angle brackets.
    #[must_use]
    pub fn message_id(&self, started: &Started, subscriber: SubscriberId) -> String {
        let domain = started.domain.as_deref().unwrap_or_else(|| self.config.mail.from.email.domain());
        message::message_id(&started.hash, subscriber, domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Channel;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-01-14T{text}Z").parse().unwrap()
    }

    fn started(from: &str, ended: Option<&str>) -> Started {
        Started {
            key: "weekly@2026-01-14".parse().unwrap(),
            list: "main".to_owned(),
            channel: Channel::Smtp,
            stage: if ended.is_some() { Stage::Finished } else { Stage::Sending },
            hash: String::new(),
            subject: String::new(),
            articles: 1,
            composed: at(from),
            started: at(from),
            ended: ended.map(at),
            paused: None,
            run: None,
            domain: None,
        }
    }

    fn whole(pace: Option<f64>) -> Option<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "they are small")]
        pace.map(|pace| pace.round() as i64)
    }

    #[test]
    fn the_pace_now_is_that_of_the_last_one_to_two_minutes_in_which_it_was_sent() {
        for (sent, from, now, expected) in [
            (&[("09:00:00", 100), ("09:01:00", 50)][..], "09:00:00", "09:01:30", 100),
            (&[("09:00:00", 10)][..], "09:00:40", "09:00:50", 60),
            (&[("08:00:00", 999), ("09:01:00", 30)][..], "07:00:00", "09:01:30", 60),
            (&[("08:00:00", 999)][..], "08:00:00", "09:01:30", 0),
        ] {
            let sent: Vec<_> = sent.iter().map(|(minute, count)| (at(minute), *count)).collect();
            let pace = Pace::of(&sent, &started(from, None), 0, at(now));
            assert_eq!(whole(pace.now), Some(expected), "{sent:?} at {now}");
        }
    }

    #[test]
    fn the_pace_over_all_counts_only_minutes_in_which_messages_went_out() {
        let sent = [(at("09:00:00"), 100), (at("11:00:00"), 100), (at("11:01:00"), 50)];
        let pace = Pace::of(&sent, &started("09:00:00", Some("11:01:30")), 0, at("12:00:00"));
        assert_eq!((pace.now, whole(pace.whole)), (None, Some(100)));
        assert_eq!(Pace::of(&[], &started("09:00:00", None), 5, at("09:00:01")).whole, None);
    }

    #[test]
    fn the_time_left_is_told_while_it_goes_on_and_not_while_it_is_paused() {
        let sent = [(at("09:00:00"), 100)];
        let mut issue = started("09:00:00", None);
        let left = |issue: &Started| Pace::of(&sent, issue, 50, at("09:01:00")).left;
        assert_eq!(left(&issue), Some(Duration::from_secs(30)));
        issue.paused = Some(at("09:01:00"));
        assert_eq!(left(&issue), None);
    }
}
