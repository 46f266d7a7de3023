//! From the message's first octet to the answer to its last: what has no clear answer is uncertain.

use std::time::Duration;

use super::row::{Row, on, row};
use crate::harness::{Ending, Message, Script, Server, Stage};

pub(super) fn rows() -> Vec<Row> {
    [in_the_body(), without_an_answer(), odd_answers(), refusals(), farewells()].concat()
}

fn ann(stage: Stage) -> Script {
    on(stage).to("ann@")
}

/// Ann may have it, and is held.
fn uncertain(name: &str, script: Script, copies: usize) -> Row {
    row(name, script).one("ann@", "uncertain", copies).exits(1).says("1 uncertain")
}

fn in_the_body() -> Vec<Row> {
    let body = |octets| ann(Stage::Body(octets)).times(1);
    let large = |row: Row| row.set("digests.weekly.intro", "All of it matters. ".repeat(2000));
    vec![
        uncertain("closed before the first octet of the message", body(0).close(), 0),
        uncertain("closed in the message", body(500).close(), 0),
        uncertain("reset in the message", body(500).reset(), 0),
        uncertain("no more read in the message", body(500).stall(), 0),
        large(uncertain("a tiny window that fills", body(500).stall(), 0).also_with_a_tiny_window()),
        large(
            row("a tiny window, and a slow reader", ann(Stage::Body(500)).wait(Duration::from_millis(300)))
                .also_with_a_tiny_window(),
        ),
        uncertain("half closed in the message", body(500).half_close(), 1),
        row(
            "no said in the message",
            body(500).say("552 5.2.2 Full").on(Stage::Dot).to("ann@").nothing().close(),
        )
        .one("ann@", "rejected", 1),
        row(
            "421 said in the message",
            body(500).say("421 4.3.2 Going down").on(Stage::Dot).to("ann@").times(1).close(),
        )
        .one("ann@", "accepted", 2),
    ]
}

fn without_an_answer() -> Vec<Row> {
    let dot = || ann(Stage::Dot).times(1);
    vec![
        uncertain("closed after the message", dot().close(), 1),
        uncertain("reset after the message", dot().reset(), 1),
        uncertain("half closed after the message", dot().half_close().stall(), 1),
        uncertain("no answer to the message", dot().stall(), 1),
        uncertain("half an answer to the message", dot().octets("25").close(), 1),
        uncertain("an answer that is cut off", dot().octets("250 2.0.0 Queu").close(), 1),
        uncertain("an answer of which lines are missing", dot().octets("250-2.0.0 Queued\r\n").close(), 1),
        uncertain(
            "an answer that takes too long",
            dot().drip("250 2.0.0 Queued as 12345", Duration::from_millis(100)),
            1,
        ),
        uncertain("garbage after the message", dot().octets(b"\x00\xff\xfe\r\n"), 1),
        uncertain("354 after the message", dot().say("354 Go on"), 1),
        uncertain("two codes in one answer", dot().say("250-2.0.0 Queued\n550 5.0.0 No"), 1).copies_aside(),
        uncertain("an endless answer", dot().endless("250-2.0.0 Queued"), 1),
        uncertain(
            "an endless line for an answer",
            dot().octets("250 ".to_owned() + &"a".repeat(100_000)).stall(),
            1,
        ),
        // All are lost at once, and nobody is left for whom to stop.
        row("no answer to anybody, to the last", on(Stage::Dot).close())
            .and_more(7)
            .set("mail.retry_for", "30 seconds")
            .within(20)
            .tally([("uncertain", 10)])
            .exits(1)
            .says("10 uncertain: the connection"),
        row("no answer to anybody", on(Stage::Dot).close())
            .and_more(20)
            .at_most("uncertain", 12)
            .exits(1)
            .says("in a row"),
    ]
}

fn odd_answers() -> Vec<Row> {
    let dot = || ann(Stage::Dot);
    vec![
        row("a bare 250", dot().octets("250\r\n")),
        row("a bare 250 without CR", dot().octets("250\n")),
        row("250 without CR", dot().octets("250 Ok\n")),
        row("250 that is not UTF-8", dot().octets(b"250 Accept\xe9e\r\n")),
        row("250 in several lines", dot().say("250-2.0.0 Queued\n250-as\n250 12345")),
        row("250 in a long line", dot().say(&("250 2.0.0 ".to_owned() + &"a".repeat(1500)))),
        row("251 for an answer", dot().say("251 2.0.0 Forwarded")),
        row("250 dripping", dot().drip("250 Ok", Duration::from_millis(50))),
        row("250 after a while", dot().wait(Duration::from_millis(500)).politely()),
        row("250, and closed", dot().politely().close()),
        row("250, and reset a moment later", dot().politely().wait(Duration::from_millis(50)).reset()),
        row("250, and half closed", dot().politely().half_close()),
        row("250, and 421", dot().octets("250 2.0.0 Queued\r\n421 4.4.2 Idle for too long\r\n").close()),
        row("250 twice", dot().octets("250 2.0.0 Queued\r\n250 2.0.0 Queued\r\n"))
            .sees(answers_are_not_mixed_up),
        row("250 three times", dot().octets("250 Ok\r\n250 Ok\r\n250 Ok\r\n")).sees(answers_are_not_mixed_up),
        row("250, 250, 250 and 354", dot().octets("250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go on\r\n"))
            .sees(answers_are_not_mixed_up),
    ]
}

fn refusals() -> Vec<Row> {
    let dot = || ann(Stage::Dot);
    vec![
        row("the message not now, once", dot().times(1).say("451 4.3.0 Later")),
        row("the message never now", dot().say("451 4.3.0 Later"))
            .one("ann@", "expired", 0)
            .exits(1)
            .says("expired"),
        row("the message not now, and due", dot().say("451 4.3.0 Later"))
            .set("mail.retry_for", "4 hours")
            .stopped_once_deferred()
            .one("ann@", "deferred", 0)
            .due("ann@", 46..=73),
        row("421 after the message", dot().times(1).say("421 4.3.2 Going down").close()),
        row("421 after the message, and not closed", dot().times(1).say("421 4.3.2 Going down").stall()),
        row("the message refused", dot().say("554 5.6.0 No"))
            .one("ann@", "rejected", 0)
            .keeps("ann@example.net"),
        row("the message refused, and closed", dot().say("554 5.6.0 No").close()).one("ann@", "rejected", 0),
        row("the mailbox full after the message", dot().say("552 5.2.2 Full")).one("ann@", "rejected", 0),
        row("the message refused bare", dot().octets("550\r\n")).one("ann@", "rejected", 0),
        row("the message refused, not UTF-8", dot().octets(b"550 Refus\xe9\r\n")).one("ann@", "rejected", 0),
        row("everybody's message refused as spam", on(Stage::Dot).say("550 5.7.1 Spam"))
            .and_more(20)
            .tally([("queued", 23)])
            .exits(1)
            .says("in a row"),
    ]
}

fn farewells() -> Vec<Row> {
    vec![
        row("no answer to QUIT", on(Stage::Quit).stall()).within(6),
        row("closed at QUIT", on(Stage::Quit).close()),
        row("reset at QUIT", on(Stage::Quit).reset()),
        row("QUIT refused", on(Stage::Quit).say("500 5.5.2 What?")),
        row("garbage at QUIT", on(Stage::Quit).octets([0, 1, 2, 10])),
        row("an endless answer to QUIT", on(Stage::Quit).endless("221-bye")).within(6),
    ]
}

impl Row {
    fn also_with_a_tiny_window(self) -> Self {
        self.script(|script| script.receive_buffer(2048))
    }

    /// The server has said both yes and no: nobody can tell.
    fn copies_aside(self) -> Self {
        self.one("ann@", "uncertain", 0)
    }
}

/// Each message that the server has is whole, whatever the program thought an answer to what.
fn answers_are_not_mixed_up(server: &Server) -> Result<(), String> {
    let messages = server.messages();
    let whole = messages.iter().filter(|message| message.ending == Ending::Accepted);
    let bad: Vec<String> =
        whole.filter(|message| !message.text().ends_with("--\r\n")).map(Message::text).collect();
    if bad.is_empty() { Ok(()) } else { Err(format!("messages that are not whole: {bad:?}")) }
}
