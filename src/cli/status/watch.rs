//! `tidings status ISSUE --watch`

use std::time::Duration;

use super::super::report::{Failure, Verdict};
use super::super::table::{self, cut};
use super::super::words::{per_minute, span};
use super::super::{Format, Global};
use super::shown::View;
use crate::delivery::State;
use crate::pipeline::{Account, Project};
use crate::store::Stage;
use crate::store::sqlite::Sqlite;

const SECOND: Duration = Duration::from_secs(1);

/// Shows an issue until it has ended: in its place on a terminal, else a line for each change.
pub(super) async fn watch(
    global: &Global,
    project: &Project,
    store: &Sqlite,
    mut view: View,
) -> Result<Verdict, Failure> {
    let in_place = global.format == Format::Table && table::screen().is_some();
    let (mut drawn, mut last) = (0, None::<Account>);
    loop {
        if in_place {
            drawn = draw(&view, drawn)?;
        } else if last.as_ref().is_none_or(|last| !view.account.is_as(last)) {
            match global.format {
                Format::Json => table::json(&view.line())?,
                _ => table::data(summary(&view.account))?,
            }
            last = Some(view.account.clone());
        }
        if view.account.started.stage != Stage::Sending {
            return Ok(Verdict::Done);
        }
        tokio::time::sleep(SECOND).await;
        let key = view.account.started.key.clone();
        let Some(next) = View::of(project, store, &key).await? else { return Ok(Verdict::Done) };
        view = next;
    }
}

/// Draws over the lines of the last time; how many there are now. None is wider or lower than the screen, for
/// those that are would be more, or out of reach.
fn draw(view: &View, last: usize) -> Result<usize, Failure> {
    let (columns, rows) = table::screen().unwrap_or((80, 24));
    let mut lines = vec![cut(&summary(&view.account), columns), String::new()];
    lines.extend(view.lines(Some(columns)));
    lines.truncate(rows.saturating_sub(1).max(1));
    if last > 0 {
        table::go_up(last)?;
    }
    table::data(lines.join("\n"))?;
    Ok(lines.len())
}

/// How far it is, in one line.
fn summary(account: &Account) -> String {
    let Account { started, counts, pace, .. } = account;
    let open = counts.open();
    let mut parts = vec![format!("{} of {} done", counts.total() - open, counts.total())];
    let told = [State::Accepted, State::Deferred, State::Rejected, State::Uncertain, State::Expired];
    parts.extend(
        told.iter()
            .filter(|state| counts.of(**state) > 0)
            .map(|state| format!("{} {}", counts.of(*state), state.name())),
    );
    if started.paused.is_some() {
        parts.push("paused".to_owned());
    } else {
        parts.extend(pace.now.map(per_minute));
        parts.extend(pace.left.map(|left| format!("{} left", span(left))));
    }
    if started.stage != Stage::Sending {
        parts.push(started.stage.name().to_owned());
    }
    format!("{}: {}", started.key, parts.join(", "))
}
