use std::process::Command;
use std::time::{Duration, Instant};

use super::Outcome;

/// What a run of the program cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// How long it ran.
    pub(crate) time: Duration,
    /// The most memory that it held, in MB, as the kernel counted it.
    pub(crate) memory: u64,
}

/// Runs a program, kills it after three minutes, and prints its peak memory (`ru_maxrss`, in KB).
const METER: &str = "
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], timeout=180).returncode
with open(sys.argv[1], 'w') as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
";

/// Runs a program by a meter; `prepare` adds its arguments.
pub(super) fn measured(
    told: &str,
    program: &str,
    prepare: impl FnOnce(&mut Command) -> &mut Command,
) -> (Outcome, Cost) {
    let reading = tempfile::NamedTempFile::new().unwrap();
    let mut meter = Command::new("python3");
    let begun = Instant::now();
    let output = prepare(meter.args(["-c", METER]).arg(reading.path()).arg(program))
        .output()
        .expect("python3 is installed: scripts/test does it");
    let time = begun.elapsed();
    let outcome = Outcome::new(told, &output);
    let kilobytes = std::fs::read_to_string(reading.path()).unwrap();
    let kilobytes: u64 = kilobytes.parse().unwrap_or_else(|error| panic!("{error}: {outcome:#?}"));
    (outcome, Cost { time, memory: kilobytes / 1024 })
}
