//! The whole program, from the outside: each module is a feature, each test a requirement, all over
//! one harness. The mail servers are Debian's own, and for what those never do a scripted one, on loopback,
//! started and stopped by the test.

#![expect(clippy::disallowed_methods, reason = "tests look at files from the outside")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod harness;

mod clients;
mod config_errors;
mod delivery;
mod demo;
mod dkim;
mod drills;
mod dry;
mod duplicates;
mod faults;
mod first_run;
mod headers;
mod hostile;
mod issue_life;
mod lint;
mod looks;
mod mail;
mod operator;
mod parsers;
mod postfix;
mod preview;
mod samples;
mod scripts;
mod same_bytes;
mod selecting;
mod simulation;
mod spam;
