//! What tests stand on: a project in a temporary folder, and servers and readers that are not ours.

mod browser;
mod maildir;
mod measure;
mod node;
mod opened;
mod outcome;
mod postfix;
mod project;
mod python;
mod readers;
mod script;
mod sink;
mod validator;
mod verifiers;
mod wait;

pub(crate) use browser::{Job, Look, Scheme, View, look, look_at};
pub(crate) use maildir::messages_in;
pub(crate) use measure::Cost;
pub(crate) use opened::{Opened, open};
pub(crate) use outcome::{Outcome, Running};
pub(crate) use postfix::{Postfix, Security};
pub(crate) use project::{LIST, Project};
pub(crate) use python::{Mail, parse};
pub(crate) use readers::{Reading, readings};
pub(crate) use script::{Certificate, Ending, Message, Script, Server, Stage};
pub(crate) use sink::Sink;
pub(crate) use validator::validate;
pub(crate) use verifiers::{Verdict, Verifier};
pub(crate) use wait::until;
