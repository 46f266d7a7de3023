//! How nouns stand in columns.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::types::{FromSql, Type};
use rusqlite::{Error, Result, Row};

use crate::delivery::State;
use crate::issue::IssueKey;
use crate::store::{Channel, Lease, Stage};
use crate::subscriber::{Status, Subscriber, SubscriberId};

/// The states by their code in `deliveries.state`; the open ones come first.
const STATES: [State; 8] = [
    State::Queued,
    State::Deferred,
    State::Attempting,
    State::Accepted,
    State::Rejected,
    State::Uncertain,
    State::Withdrawn,
    State::Expired,
];

pub(super) fn code(state: State) -> i64 {
    // Every state is in the list, as a test proves.
    (0..).zip(STATES).find(|(_, other)| *other == state).map_or(-1, |(code, _)| code)
}

pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// Reads columns as nouns; a value that is none names its column.
pub(super) trait Columns {
    fn instant(&self, column: &str) -> Result<DateTime<Utc>>;
    fn instant_if_any(&self, column: &str) -> Result<Option<DateTime<Utc>>>;
    fn state(&self, column: &str) -> Result<State>;
    fn count(&self, column: &str) -> Result<u64>;
    fn stage(&self) -> Result<Stage>;
    fn channel(&self) -> Result<Channel>;
    fn status(&self) -> Result<Status>;
    fn key(&self) -> Result<IssueKey>;
    fn subscriber(&self) -> Result<Subscriber>;
    fn lease(&self) -> Result<Option<Lease>>;
    fn parsed<T: FromStr>(&self, column: &str) -> Result<T>;
}

impl Columns for Row<'_> {
    fn instant(&self, column: &str) -> Result<DateTime<Utc>> {
        read(self, column, DateTime::from_timestamp_millis)
    }

    fn instant_if_any(&self, column: &str) -> Result<Option<DateTime<Utc>>> {
        match self.get::<_, Option<i64>>(column)? {
            Some(_) => self.instant(column).map(Some),
            None => Ok(None),
        }
    }

    fn state(&self, column: &str) -> Result<State> {
        read(self, column, |code: u8| STATES.get(usize::from(code)).copied())
    }

    fn count(&self, column: &str) -> Result<u64> {
        read(self, column, |count: i64| u64::try_from(count).ok())
    }

    fn stage(&self) -> Result<Stage> {
        read(self, "stage", |name: String| Stage::named(&name))
    }

    fn channel(&self) -> Result<Channel> {
        read(self, "channel", |name: String| Channel::named(&name))
    }

    fn status(&self) -> Result<Status> {
        read(self, "status", |name: String| Status::named(&name))
    }

    fn key(&self) -> Result<IssueKey> {
        let date = self.parsed::<NaiveDate>("date")?;
        Ok(IssueKey { digest: self.get("digest")?, date, number: self.get("number")? })
    }

    fn subscriber(&self) -> Result<Subscriber> {
        Ok(Subscriber {
            id: SubscriberId(self.get("id")?),
            list: self.get("list")?,
            address: self.parsed("address")?,
            name: self.get("name")?,
            status: self.status()?,
        })
    }

    fn lease(&self) -> Result<Option<Lease>> {
        let Some(claimant) = self.get::<_, Option<i64>>("claimant")? else { return Ok(None) };
        Ok(Some(Lease {
            claimant: claimant.cast_unsigned(),
            holder: self.get("holder")?,
            until: self.instant("leased")?,
        }))
    }

    fn parsed<T: FromStr>(&self, column: &str) -> Result<T> {
        read(self, column, |text: String| text.parse().ok())
    }
}

fn read<V: FromSql, T>(row: &Row<'_>, column: &str, noun: impl FnOnce(V) -> Option<T>) -> Result<T> {
    noun(row.get(column)?).ok_or_else(|| {
        let index = row.as_ref().column_index(column).unwrap_or_default();
        Error::FromSqlConversionFailure(
            index,
            Type::Null,
            format!("{column} has no meaning; `tidings store check` tells more").into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_code_and_the_open_ones_come_first() {
        for state in State::ALL {
            assert_eq!(STATES[usize::try_from(code(state)).unwrap()], state);
            assert_eq!(code(state) < 3, state.is_open(), "{state:?}");
        }
    }
}
