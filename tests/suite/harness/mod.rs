//! What tests stand on: a project in a temporary folder, and servers and readers that are not ours.

mod browser;
mod chromium;
mod maildir;
mod measure;
mod outcome;
mod postfix;
mod project;
mod python;
mod readers;
mod sink;
mod wait;

pub(crate) use browser::{Opened, open};
pub(crate) use chromium::{Look, Scheme, look};
pub(crate) use maildir::messages_in;
pub(crate) use measure::Cost;
pub(crate) use outcome::{Outcome, Running};
pub(crate) use postfix::{Postfix, Security};
pub(crate) use project::{LIST, Project};
pub(crate) use python::{Mail, parse};
pub(crate) use readers::{Reading, readings};
pub(crate) use sink::Sink;
pub(crate) use wait::until;
