//! `tidings list`

use std::io::Read;
use std::path::PathBuf;

use serde::Serialize;

use super::report::{Failure, Verdict};
use super::table::{self, Table};
use super::{Format, Global};
use crate::clock::wall;
use crate::files;
use crate::pipeline::Project;
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Added, Entry, Store as _};
use crate::subscriber::csv::{CsvImport, read_csv};
use crate::subscriber::{Status, Subscriber, parse_mailbox};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Subscribe an address: ann@example.org, or "Ann <ann@example.org>"
    Add {
        /// The list
        list: String,
        /// The address
        address: String,
    },
    /// Unsubscribe an address; it is kept, so that no import brings it back
    Remove {
        /// The list
        list: String,
        /// The address
        address: String,
    },
    /// Subscribe the addresses of a CSV file, or of one address a line
    Import {
        /// The list
        list: String,
        /// The file; - is stdin
        file: PathBuf,
        /// Say what it would do, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all subscribers of a list as CSV
    Export {
        /// The list
        list: String,
    },
    /// Show the subscribers of a list
    Show {
        /// The list
        list: String,
    },
    /// Show all lists
    Lists,
    /// Show the addresses that no list mails to, and why
    Suppressed,
    /// Let lists mail to a suppressed address again
    Lift {
        /// The address
        address: String,
    },
}

pub(super) async fn run(global: &Global, command: Command) -> Result<Verdict, Failure> {
    let project = global.project()?;
    let open = |mode| Global::store(&project, mode);
    match command {
        Command::Add { list, address } => {
            add(global, &open(Mode::ReadWrite)?, known(&project, &list)?, &address).await
        }
        Command::Remove { list, address } => {
            remove(global, &open(Mode::ReadWrite)?, known(&project, &list)?, &address).await
        }
        Command::Import { list, file, dry_run } => {
            let import = read(&file)?;
            let list = known(&project, &list)?;
            let mode = if dry_run { Mode::ReadOnly } else { Mode::ReadWrite };
            take(global, &open(mode)?, list, import, dry_run).await
        }
        Command::Export { list } => {
            export(&open(Mode::ReadOnly)?.subscribers(known(&project, &list)?, None).await?)
        }
        Command::Show { list } => {
            show(global, &open(Mode::ReadOnly)?.subscribers(known(&project, &list)?, None).await?)
        }
        Command::Suppressed => suppressed(global, &open(Mode::ReadOnly)?).await,
        Command::Lift { address } => lift(global, &open(Mode::ReadWrite)?, &address).await,
        Command::Lists => lists(global, &project, &open(Mode::ReadOnly)?).await,
    }
}

/// The list's name, if config.toml has it.
fn known<'a>(project: &Project, list: &'a str) -> Result<&'a str, Failure> {
    if project.config.lists.contains_key(list) {
        return Ok(list);
    }
    let nearest = crate::term::nearest(list, project.config.lists.keys().map(String::as_str));
    let nearest = nearest.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
    Err(Failure::plain(Verdict::Usage, format!("there is no list {list:?} in config.toml{nearest}")))
}

async fn add(global: &Global, store: &Sqlite, list: &str, text: &str) -> Result<Verdict, Failure> {
    let (address, name) =
        parse_mailbox(text).map_err(|error| Failure::plain(Verdict::Usage, error.to_string()))?;
    let entry = Entry { address: address.clone(), name, status: Status::Confirmed };
    match store.add(list, entry, wall()).await? {
        Added::New => global.say(format_args!("{address} is on {list}")),
        Added::Changed(from) => global.say(format_args!("{address} is on {list}; it was {}", from.name())),
        Added::Already => global.say(format_args!("{address} is on {list} already")),
        Added::Suppressed => {
            let message = format!(
                "{address} is suppressed: mail to it bounced or was complained about. `tidings list suppressed` tells why, \
                 `tidings list lift {address}` lets mail go there again"
            );
            return Err(Failure::plain(Verdict::Failed, message));
        }
    }
    Ok(Verdict::Done)
}

async fn remove(global: &Global, store: &Sqlite, list: &str, text: &str) -> Result<Verdict, Failure> {
    let (address, _) =
        parse_mailbox(text).map_err(|error| Failure::plain(Verdict::Usage, error.to_string()))?;
    if !store.unsubscribe(list, &address, wall()).await? {
        return Err(Failure::plain(Verdict::Failed, format!("{address} is not on {list}")));
    }
    global.say(format_args!("{address} gets {list} no more"));
    Ok(Verdict::Done)
}

fn read(file: &std::path::Path) -> Result<CsvImport, Failure> {
    let mut bytes = Vec::new();
    if file == std::path::Path::new("-") {
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::plain(Verdict::Failed, format!("cannot read stdin: {error}")))?;
    } else {
        bytes = files::read(file)?;
    }
    read_csv(&bytes, Status::Confirmed)
        .map_err(|error| Failure::plain(Verdict::Content, format!("{}: {error}", file.display())))
}

/// Imports what could be read, and reports each row that could not.
async fn take(
    global: &Global,
    store: &Sqlite,
    list: &str,
    import: CsvImport,
    dry_run: bool,
) -> Result<Verdict, Failure> {
    let mut table = Table::new(&["line", "refused"], 1);
    for refused in &import.refused {
        if global.format == Format::Json {
            table::json(&Refusal { line: refused.line, why: &refused.why })?;
        } else {
            table.row([refused.line.to_string(), refused.why.clone()]);
        }
    }
    table.print()?;
    let (refused, duplicates) = (import.refused.len(), import.duplicates);
    if dry_run {
        let rows = import.entries.len();
        global.say(format_args!(
            "{rows} addresses could be imported; {duplicates} rows twice, {refused} refused"
        ));
        return Ok(Verdict::Done);
    }
    let done = store.import(list, import.entries, wall()).await?;
    let mut parts = vec![format!("{} added to {list}", done.added)];
    for (count, what) in [
        (done.changed, "changed"),
        (done.already, "there already"),
        (duplicates, "twice in the file"),
        (done.unsubscribed, "had unsubscribed and stay so"),
        (done.suppressed, "suppressed and not added"),
        (refused as u64, "refused"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    global.say(parts.join(", "));
    Ok(Verdict::Done)
}

#[derive(Debug, Serialize)]
struct Refusal<'a> {
    line: usize,
    why: &'a str,
}

fn export(subscribers: &[Subscriber]) -> Result<Verdict, Failure> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let written = subscribers.iter().try_fold((), |(), one| {
        let name = one.name.as_deref().unwrap_or_default();
        csv.write_record([one.address.to_string().as_str(), name, one.status.name()])
    });
    let text = written
        .map_err(|error| error.to_string())
        .and_then(|()| csv.into_inner().map_err(|error| error.to_string()));
    let text = text.map_err(|error| Failure::plain(Verdict::Failed, format!("cannot write CSV: {error}")))?;
    table::data(format_args!("email,name,status\n{}", String::from_utf8_lossy(&text).trim_end()))?;
    Ok(Verdict::Done)
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    address: String,
    name: Option<&'a str>,
    status: &'static str,
}

fn show(global: &Global, subscribers: &[Subscriber]) -> Result<Verdict, Failure> {
    let confirmed = subscribers.iter().filter(|one| one.status == Status::Confirmed).count();
    let total = subscribers.len();
    let rows = subscribers.iter().map(|one| Row {
        address: one.address.to_string(),
        name: one.name.as_deref(),
        status: one.status.name(),
    });
    match global.format {
        Format::Json => rows.into_iter().try_for_each(|row| table::json(&row))?,
        Format::Csv => table::csv(rows)?,
        Format::Table => {
            let mut table = Table::new(&["address", "name", "status"], 1);
            for Row { address, name, status } in rows {
                table.row([address, name.unwrap_or_default().to_owned(), status.to_owned()]);
            }
            table.print()?;
        }
    }
    global.say(format_args!("{confirmed} confirmed of {total}"));
    Ok(Verdict::Done)
}

#[derive(Debug, Serialize)]
struct ListRow<'a> {
    list: &'a str,
    title: &'a str,
    confirmed: u64,
    pending: u64,
    unsubscribed: u64,
}

async fn lists(global: &Global, project: &Project, store: &Sqlite) -> Result<Verdict, Failure> {
    let counts = store.lists().await?;
    let rows = project.config.lists.values().map(|list| {
        let count = counts.iter().find(|count| count.list == list.name).cloned().unwrap_or_default();
        let (confirmed, pending, unsubscribed) = (count.confirmed, count.pending, count.unsubscribed);
        ListRow { list: &list.name, title: &list.title, confirmed, pending, unsubscribed }
    });
    match global.format {
        Format::Json => rows.into_iter().try_for_each(|row| table::json(&row))?,
        Format::Csv => table::csv(rows)?,
        Format::Table => {
            let mut table = Table::new(&["list", "confirmed", "pending", "unsubscribed", "title"], 4);
            for row in rows {
                let numbers = [row.confirmed, row.pending, row.unsubscribed].map(|count| count.to_string());
                let [confirmed, pending, unsubscribed] = numbers;
                table.row([row.list.to_owned(), confirmed, pending, unsubscribed, row.title.to_owned()]);
            }
            table.print()?;
        }
    }
    Ok(Verdict::Done)
}

#[derive(Debug, Serialize)]
struct SuppressionRow<'a> {
    address: String,
    since: chrono::DateTime<chrono::Utc>,
    reason: &'a str,
}

async fn suppressed(global: &Global, store: &Sqlite) -> Result<Verdict, Failure> {
    let all = store.suppressions().await?;
    let rows = all.iter().map(|one| SuppressionRow {
        address: one.address.to_string(),
        since: one.at,
        reason: &one.reason,
    });
    match global.format {
        Format::Json => rows.into_iter().try_for_each(|row| table::json(&row))?,
        Format::Csv => table::csv(rows)?,
        Format::Table => {
            let mut table = Table::new(&["address", "since", "reason"], 2);
            for row in rows {
                table.row([row.address, row.since.format("%F %R UTC").to_string(), row.reason.to_owned()]);
            }
            table.print()?;
        }
    }
    if all.is_empty() {
        global.say("no address is suppressed");
    }
    Ok(Verdict::Done)
}

async fn lift(global: &Global, store: &Sqlite, text: &str) -> Result<Verdict, Failure> {
    let (address, _) =
        parse_mailbox(text).map_err(|error| Failure::plain(Verdict::Usage, error.to_string()))?;
    if !store.lift(&address).await? {
        return Err(Failure::plain(Verdict::Failed, format!("{address} is not suppressed")));
    }
    global.say(format_args!("{address} is not suppressed any more: lists it is on mail to it again"));
    Ok(Verdict::Done)
}
