//! The command line: what it takes, and which file answers. A command is a thin caller of the
//! library: stdout is data, stderr is narrative, the exit code is the verdict.

mod report;
mod issue;
mod table;
mod pager;
mod words;
mod progress;
mod init;
mod row;
mod story;
mod select;
mod compose;
mod what;
mod preview;
mod lint;
mod send;
mod status;
mod retry;
mod abandon;
mod pause;
mod list;
mod store;
mod dkim;
mod completions;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset};
use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use crate::clock::Clock;
use crate::config::{Config, StoreAt};
use crate::pipeline::Project;
use crate::store::sqlite::{Mode, Sqlite};
use report::narrate;
pub use report::{Failure, Verdict};

/// Turns a folder of articles into a newsletter.
#[derive(Debug, Parser)]
#[command(name = "tidings", version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
struct Global {
    /// The configuration; paths in it are relative to it
    #[arg(long, global = true, value_name = "FILE", default_value = "config.toml")]
    config: PathBuf,
    /// Select and compose as if it were this instant
    #[arg(long, global = true, value_name = "RFC3339", env = "TIDINGS_NOW", value_parser = DateTime::parse_from_rfc3339, hide_env_values = true)]
    now: Option<DateTime<FixedOffset>>,
    /// How data is written
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more; twice says most
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

/// How data is written to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns, for people.
    Table,
    /// JSON Lines: one object a line.
    Json,
    /// Comma-separated values under their names, for spreadsheets: what has one row a thing.
    Csv,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new newsletter: configuration, sample articles, a list with one subscriber
    Init(init::Args),
    /// Show what the next issue would carry, or search all articles
    Select(select::Args),
    /// Write the draft of the next issue under digests/ and print its path
    Compose(compose::Args),
    /// Show an issue, or any message, as its readers will see it: live in the browser, or as an option says
    Preview(preview::Args),
    /// Show what would hurt an issue, or any message, in an inbox
    Lint(lint::Args),
    /// Deliver the next issue to its list, or go on with the one that was interrupted
    Send(send::Args),
    /// Show who got what
    Status(status::Args),
    /// Deliver an issue again to those it was not delivered to
    Retry(retry::Args),
    /// Let an issue that is being sent wait; the run lets what is on the wire end, and stays
    Pause(pause::Args),
    /// Let a paused issue go on
    Resume(pause::Args),
    /// Stop an issue for good, also while a run is at work on it
    Abandon(abandon::Args),
    /// Look after mailing lists
    #[command(subcommand)]
    List(list::Command),
    /// Look after the store of subscribers and deliveries
    #[command(subcommand)]
    Store(store::Command),
    /// Look after the keys that messages are signed with
    #[command(subcommand)]
    Dkim(dkim::Command),
    /// Print a completion script
    Completions(completions::Args),
    /// Print the manual page
    Man,
}

/// Runs the command of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Verdict::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    match cli.global.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    match cli.run() {
        Ok(verdict) => verdict.into(),
        Err(failure) => {
            failure.print();
            failure.verdict().into()
        }
    }
}

impl Command {
    /// Whether it answers in rows that are alike.
    fn has_csv(&self) -> bool {
        match self {
            Self::Status(args) => args.has_rows(),
            Self::List(list::Command::Show { .. } | list::Command::Lists | list::Command::Suppressed) => true,
            _ => false,
        }
    }
}

impl Cli {
    fn run(self) -> Result<Verdict, Failure> {
        let Self { global, command } = self;
        if global.format == Format::Csv && !command.has_csv() {
            let message = "CSV is for rows: `status`, `status ISSUE --recipients`, `list show`, `list lists` and `list suppressed` have them; \
                           --format json is for the rest";
            return Err(Failure::plain(Verdict::Usage, message));
        }
        // Two are enough: the work is waiting, and the store has threads of its own.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Failure::plain(Verdict::Failed, format!("cannot start: {error}")))?;
        runtime.block_on(async move {
            match command {
                Command::Init(args) => init::run(&global, &args).await,
                Command::Select(args) => select::run(&global, &args).await,
                Command::Compose(args) => compose::run(&global, &args).await,
                Command::Preview(args) => preview::run(&global, &args).await,
                Command::Lint(args) => lint::run(&global, &args).await,
                Command::Send(args) => send::run(&global, &args).await,
                Command::Status(args) => status::run(&global, &args).await,
                Command::Retry(args) => retry::run(&global, &args).await,
                Command::Pause(args) => pause::run(&global, &args, true).await,
                Command::Resume(args) => pause::run(&global, &args, false).await,
                Command::Abandon(args) => abandon::run(&global, &args).await,
                Command::List(command) => list::run(&global, command).await,
                Command::Store(command) => store::run(&global, command).await,
                Command::Dkim(command) => dkim::run(&global, &command),
                Command::Completions(args) => completions::run(&args),
                Command::Man => completions::man(),
            }
        })
    }
}

impl Global {
    /// The newsletter that config.toml describes.
    fn project(&self) -> Result<Project, Failure> {
        let clock = self.now.map_or(Clock::Wall, |now| Clock::Held(now.to_utc()));
        Ok(Project::new(Config::load(&self.config)?, clock))
    }

    /// Its store, opened for a command that changes it, or for one that only looks.
    fn store(project: &Project, mode: Mode) -> Result<Sqlite, Failure> {
        let StoreAt::Sqlite(path) = &project.config.store;
        Ok(Sqlite::open(path, mode)?)
    }

    /// Tells the operator something, unless told to be quiet.
    fn say(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            narrate(text);
        }
    }
}
