//! A server that comes and goes: the run waits for it, and goes on.

use std::time::Duration;

use super::row::{Row, on, row};
use crate::harness::{Script, Server, Stage};

pub(super) fn rows() -> Vec<Row> {
    let second = Duration::from_secs(1);
    let dot = || on(Stage::Dot).times(1);
    vec![
        row(
            "away for a second after the first message",
            dot().politely().wait(Duration::from_millis(50)).leave(second),
        )
        .attempts(1),
        row(
            "away for good after the first message",
            dot().politely().wait(Duration::from_millis(50)).leave(second * 60),
        )
        .tally([("accepted", 1), ("queued", 2)])
        .exits(75)
        .says("goes on with it"),
        row("away for a second before the first RCPT", on(Stage::Rcpt).times(1).leave(second)),
        row("away in the middle of a message", on(Stage::Body(300)).times(1).leave(second))
            .tally([("accepted", 2), ("uncertain", 1)])
            .exits(1),
        row(
            "three connections that are closed at once",
            on(Stage::Connect).since_connection(2).times(3).close(),
        )
        .attempts(1),
        row(
            "three greetings of 421",
            on(Stage::Greeting).since_connection(2).times(3).say("421 4.7.0 Busy").close(),
        )
        .attempts(1),
        row(
            "blocked after the first connection",
            on(Stage::Greeting).since_connection(2).say("554 5.7.1 Blocked").close(),
        )
        .tally([("queued", 3)])
        .exits(78)
        .says("554 5.7.1"),
        row(
            "greetings of 421 for good",
            on(Stage::Greeting).since_connection(2).say("421 4.7.0 Busy").close(),
        )
        .tally([("queued", 3)])
        .attempts(0)
        .exits(75)
        .says("421 4.7.0"),
        row("silent for good", on(Stage::Greeting).since_connection(2).stall())
            .tally([("queued", 3)])
            .exits(75),
        row(
            "fewer connections than wanted",
            on(Stage::Greeting).since_connection(3).times(6).say("421 4.7.0 Too many").close(),
        )
        .set("mail.connections", 4)
        .and_more(10),
        row("each message on a connection of its own", Script::polite())
            .set("mail.messages_per_connection", 1)
            .sees(one_message_a_connection),
        row("closed after each message", on(Stage::Dot).politely().close()).within(15),
        row("many connections, and each of them polite", Script::polite())
            .set("mail.connections", 4)
            .and_more(30),
        row("a slow reader with a tiny window", Script::polite().receive_buffer(2048)),
    ]
}

fn one_message_a_connection(server: &Server) -> Result<(), String> {
    let mut connections: Vec<usize> = server.messages().iter().map(|message| message.connection).collect();
    let count = connections.len();
    connections.dedup();
    if connections.len() == count { Ok(()) } else { Err(format!("messages on connections {connections:?}")) }
}
