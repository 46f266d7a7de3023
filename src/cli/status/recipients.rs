//! `tidings status ISSUE --recipients`

use serde::Serialize;

use super::super::report::{Failure, Verdict};
use super::super::table::{self, Table};
use super::super::{Format, Global};
use crate::delivery::{Delivery, State};
use crate::pipeline::Project;
use crate::store::sqlite::Sqlite;
use crate::store::{Started, Store as _};

/// Which recipients are listed: those that all of these are true of.
#[derive(Debug, clap::Args)]
pub(super) struct Filter {
    /// List only recipients in this state; several, parted by commas or one each time, list those in any
    #[arg(long, requires = "recipients", value_name = "STATE", value_parser = state, value_delimiter = ',')]
    state: Vec<State>,
    /// List only recipients whose address has this in it
    #[arg(long, requires = "recipients", value_name = "PART")]
    address: Option<String>,
    /// List only recipients whose last reply has this code: 550, or 5.1.1
    #[arg(long, requires = "recipients", value_name = "CODE", value_delimiter = ',')]
    code: Vec<String>,
    /// List only recipients whose last reply has these words in it
    #[arg(long, requires = "recipients", value_name = "TEXT")]
    reply: Option<String>,
    /// List at most so many
    #[arg(long, requires = "recipients", value_name = "N")]
    limit: Option<usize>,
}

fn state(name: &str) -> Result<State, String> {
    State::named(name).ok_or_else(|| {
        let names: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        format!("write one of {}", names.join(", "))
    })
}

impl Filter {
    fn lets(&self, delivery: &Delivery) -> bool {
        let holds = |whole: &str, part: &Option<String>| {
            part.as_ref().is_none_or(|part| whole.to_lowercase().contains(&part.to_lowercase()))
        };
        let reply = delivery.reply.as_ref();
        let has_code = |code: &String| {
            reply.is_some_and(|reply| {
                reply.status() == Some(code) || reply.code.is_some_and(|own| own.to_string() == *code)
            })
        };
        (self.state.is_empty() || self.state.contains(&delivery.state))
            && (self.code.is_empty() || self.code.iter().any(has_code))
            && holds(delivery.address.as_ref(), &self.address)
            && holds(&reply.map(ToString::to_string).unwrap_or_default(), &self.reply)
    }
}

/// Each recipient and how it went.
pub(super) async fn list(
    global: &Global,
    project: &Project,
    store: &Sqlite,
    started: &Started,
    filter: &Filter,
) -> Result<Verdict, Failure> {
    // The store looks for one state only; for several, all are looked through.
    let state = if let [state] = *filter.state { Some(state) } else { None };
    let deliveries = store.deliveries(&started.key, state).await?;
    let found = deliveries.iter().filter(|one| filter.lets(one)).take(filter.limit.unwrap_or(usize::MAX));
    let rows = found.map(|one| Row::of(one, project.message_id(started, one.subscriber)));
    match global.format {
        Format::Json => rows.into_iter().try_for_each(|row| table::json(&row))?,
        Format::Csv => table::csv(rows)?,
        Format::Table => print(rows)?,
    }
    Ok(Verdict::Done)
}

fn print(rows: impl Iterator<Item = Row>) -> Result<(), Failure> {
    let mut table =
        Table::new(&["address", "state", "attempts", "changed", "next try", "waited", "reply"], 6);
    let second = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(String::new, |at| at.format("%F %T UTC").to_string())
    };
    for row in rows {
        table.row([
            row.address,
            row.state.to_owned(),
            row.attempts.to_string(),
            second(row.changed),
            second(row.due),
            row.waited.map_or_else(String::new, |seconds| format!("{seconds:.1} s")),
            row.reply.unwrap_or_default(),
        ]);
    }
    table.print()
}

/// A delivery as a line of JSON, or of CSV.
#[derive(Debug, Serialize)]
struct Row {
    address: String,
    state: &'static str,
    attempts: u32,
    first_attempt: Option<chrono::DateTime<chrono::Utc>>,
    changed: Option<chrono::DateTime<chrono::Utc>>,
    due: Option<chrono::DateTime<chrono::Utc>>,
    code: Option<u16>,
    status: Option<String>,
    reply: Option<String>,
    /// Seconds.
    waited: Option<f64>,
    message_id: String,
}

impl Row {
    fn of(delivery: &Delivery, message_id: String) -> Self {
        let reply = delivery.reply.as_ref();
        Self {
            address: delivery.address.to_string(),
            state: delivery.state.name(),
            attempts: delivery.attempts,
            first_attempt: delivery.first_attempt,
            changed: delivery.changed,
            due: delivery.due,
            code: reply.and_then(|reply| reply.code),
            status: reply.and_then(|reply| reply.status()).map(str::to_owned),
            reply: reply.map(ToString::to_string),
            waited: delivery.waited.map(|time| time.as_secs_f64()),
            message_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Reply;
    use crate::subscriber::SubscriberId;

    fn filter() -> Filter {
        Filter { state: Vec::new(), address: None, code: Vec::new(), reply: None, limit: None }
    }

    #[test]
    fn a_recipient_is_listed_that_every_filter_lets_through() {
        let delivery = Delivery {
            subscriber: SubscriberId([0; 16]),
            address: "Ann@example.net".parse().unwrap(),
            state: State::Rejected,
            attempts: 1,
            first_attempt: None,
            changed: None,
            due: None,
            reply: Some(Reply { code: Some(550), text: "5.1.1 No such user".to_owned() }),
            waited: None,
        };
        let text = |text: &str| Some(text.to_owned());
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        for (filter, lets) in [
            (filter(), true),
            (Filter { state: vec![State::Deferred, State::Rejected], ..filter() }, true),
            (Filter { state: vec![State::Deferred], ..filter() }, false),
            (Filter { address: text("ann@EXAMPLE"), ..filter() }, true),
            (Filter { address: text("bo@"), ..filter() }, false),
            (Filter { code: codes(&["450", "550"]), ..filter() }, true),
            (Filter { code: codes(&["5.1.1"]), ..filter() }, true),
            (Filter { code: codes(&["5.1"]), ..filter() }, false),
            (Filter { reply: text("no such"), ..filter() }, true),
            (Filter { reply: text("no such"), code: codes(&["450"]), ..filter() }, false),
        ] {
            assert_eq!(filter.lets(&delivery), lets, "{filter:?}");
        }
    }
}
