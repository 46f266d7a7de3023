//! `tidings init`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::report::{Failure, Verdict};
use super::{Global, table};
use crate::clock::{Clock, wall};
use crate::config::Config;
use crate::files;
use crate::pipeline::Project;
use crate::store::sqlite::Mode;
use crate::store::{Entry, Store as _};
use crate::subscriber::{Status, parse_mailbox};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder; made if it is not there
    #[arg(default_value = ".")]
    folder: PathBuf,
}

const CONFIG: &str = "config.toml";

/// What is written, by path. `DATE` becomes the day, `ZONE` the machine's time zone.
const FILES: [(&str, &str); 5] = [
    (CONFIG, include_str!("config.toml")),
    (".gitignore", include_str!("gitignore")),
    ("content/news/welcome.md", include_str!("welcome.md")),
    ("content/news/what-goes-in.md", include_str!("what-goes-in.md")),
    ("content/notes/send-it-every-week.md", include_str!("send-it-every-week.md")),
];

pub(super) async fn run(global: &Global, args: &Args) -> Result<Verdict, Failure> {
    let clock = global.now.map_or(Clock::Wall, |now| Clock::Held(now.to_utc()));
    let zone = local_zone();
    let today = clock.now().with_timezone(&zone).date_naive();
    for (name, text) in FILES {
        let path = args.folder.join(name);
        if write(&path, text, today, zone)? {
            table::data(path.display())?;
            continue;
        }
        global.say(format_args!("{} is there already, and stays as it is", path.display()));
        if name == CONFIG {
            // A newsletter that is at work gets no samples: its readers would.
            return Ok(Verdict::Done);
        }
    }
    let project = Project::new(Config::load(&args.folder.join("config.toml"))?, clock);
    let (address, name) = parse_mailbox("Sample Reader <reader@example.org>")
        .map_err(|error| Failure::plain(Verdict::Failed, error.to_string()))?;
    let entry = Entry { address, name, status: Status::Confirmed };
    Global::store(&project, Mode::ReadWrite)?.add("main", entry, wall()).await?;
    let folder = args.folder.display();
    let enter = if args.folder == Path::new(".") { String::new() } else { format!("cd {folder} && ") };
    global.say(format_args!(
        "\nA newsletter with three sample articles and one sample subscriber. Now:\n\n  \
         {enter}tidings preview           see the next issue in the browser, live while you edit\n  \
         {enter}tidings send weekly       put it into the Maildir outbox/\n"
    ));
    Ok(Verdict::Done)
}

/// Writes a file unless it is there; whether it was written.
fn write(path: &Path, text: &str, today: NaiveDate, zone: Tz) -> Result<bool, Failure> {
    if let Some(folder) = path.parent() {
        files::make_folder(folder)?;
    }
    let text = text.replace("DATE", &today.to_string()).replace("ZONE", zone.name());
    match files::write_new(path, text.as_bytes()) {
        Ok(()) => Ok(true),
        Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The machine's time zone, or UTC where it has none that is known.
fn local_zone() -> Tz {
    iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}
