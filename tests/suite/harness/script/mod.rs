//! A mail server that does as its script says, and remembers what it was told.
//!
//! What is said decides: a server that answers DATA with 354 reads a message, one that answers it
//! with 250 does not; STARTTLS is followed by a handshake if it was answered with 220. Where the
//! script says nothing, the server is polite, and strict: it notes what a client must not do.
//!
//! It knows nothing of the program under test, so that tests of its parts can use it too.

#![allow(dead_code, reason = "who includes it need not use all of it")]

mod record;
mod rules;
mod server;
mod stream;
mod talk;
mod tls;

pub(crate) use record::{Ending, Message};
pub(crate) use rules::{Script, Stage};
pub(crate) use server::Server;
pub(crate) use tls::Certificate;
