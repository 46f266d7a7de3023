//! `tidings completions` and `tidings man`

use std::io::Write as _;

use clap::CommandFactory;
use clap_complete::Shell;

use super::report::{Failure, Verdict};
use super::{Cli, table};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tidings", &mut script);
    table::data(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Verdict::Done)
}

/// Prints the manual page: the program's, then each command's.
pub(super) fn man() -> Result<Verdict, Failure> {
    let mut page = Vec::new();
    let command = Cli::command();
    let render = |page: &mut Vec<u8>| -> std::io::Result<()> {
        let man = clap_mangen::Man::new(command.clone());
        man.render(page)?;
        for command in command.get_subcommands() {
            writeln!(page, ".SH \"TIDINGS {}\"", command.get_name().to_uppercase())?;
            let man = clap_mangen::Man::new(command.clone());
            man.render_description_section(page)?;
            man.render_options_section(page)?;
        }
        Ok(())
    };
    render(&mut page)
        .map_err(|error| Failure::plain(Verdict::Failed, format!("cannot write the page: {error}")))?;
    table::data(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Verdict::Done)
}
