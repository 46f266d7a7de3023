//! `tidings store`

use std::path::PathBuf;

use super::report::{Failure, Verdict, narrate};
use super::{Global, table};
use crate::pipeline::Adoption;
use crate::store::Store as _;
use crate::store::sqlite::Mode;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Count issues as sent that digests/ holds a receipt of and the store does not know
    Adopt,
    /// Look for damage and contradictions
    Check,
    /// Copy the store, as it is now, to a new file
    Backup {
        /// The new file
        file: PathBuf,
    },
}

pub(super) async fn run(global: &Global, command: Command) -> Result<Verdict, Failure> {
    let project = global.project()?;
    match command {
        Command::Adopt => {
            let store = Global::store(&project, Mode::ReadWrite)?;
            let Adoption { adopted, failed } = project.adopt(&store).await?;
            for key in &adopted {
                table::data(key)?;
            }
            for error in &failed {
                narrate(format_args!("error: {error}"));
            }
            match (adopted.len(), failed.is_empty()) {
                (0, true) => global.say("the store knows every receipt in digests/"),
                (0, false) => {}
                (count, _) => global.say(format_args!("{count} counted as sent")),
            }
            Ok(if failed.is_empty() { Verdict::Done } else { Verdict::Content })
        }
        Command::Check => {
            let problems = Global::store(&project, Mode::ReadOnly)?.check().await?;
            for problem in &problems {
                table::data(problem)?;
            }
            if problems.is_empty() {
                global.say("the store is sound");
                return Ok(Verdict::Done);
            }
            Ok(Verdict::Failed)
        }
        Command::Backup { file } => {
            Global::store(&project, Mode::ReadOnly)?.backup(&file).await?;
            global.say(format_args!("the store is copied to {}", file.display()));
            Ok(Verdict::Done)
        }
    }
}
