//! MAIL, RCPT and DATA, amid a run: the message has not begun, and nothing is uncertain.

use std::time::Duration;

use super::row::{Row, on, row};
use crate::harness::{Ending, Script, Server, Stage};

const ANN: &str = "ann@example.net";

pub(super) fn rows() -> Vec<Row> {
    [senders(), recipients(), lost_at_recipients(), addresses(), consents(), second_ones()].concat()
}

fn ann(stage: Stage) -> Script {
    on(stage).to("ann@")
}

fn senders() -> Vec<Row> {
    // The first connection only asks whether mail can go out.
    let mail = || on(Stage::Mail).since_connection(2);
    vec![
        row("MAIL not now, once", mail().times(1).say("451 4.3.0 Later")).attempts(1),
        row("MAIL not now, at the second message", mail().after(1).times(1).say("452 4.3.1 Disk full"))
            .attempts(1),
        row("MAIL 421, once", mail().times(1).say("421 4.3.2 Going down").close()).attempts(1),
        row("MAIL 421 behind each message", mail().after(1).say("421 4.7.0 One at a time").close())
            .at_most("accepted", 3)
            .exits(75),
        row("closed at MAIL, once", mail().times(1).close()).attempts(1),
        row("reset at MAIL, once", mail().times(1).reset()).attempts(1),
        row("closed at the second MAIL", mail().after(1).times(1).close()).attempts(1),
        row("no answer to MAIL, once", mail().times(1).stall()).attempts(1),
        row("no answer to the second MAIL", mail().after(1).times(1).stall()).attempts(1),
        row("garbage at MAIL, once", mail().times(1).octets([7, 7, 7, 10])).attempts(1),
        row("354 at MAIL, once", mail().times(1).say("354 Go on")).attempts(1),
        row("the sender is refused amid the run", mail().after(1).say("550 5.7.1 Not your address"))
            .tally([("accepted", 1), ("queued", 2)])
            .exits(78)
            .says("mail.from"),
        row("the sender has no domain", mail().say("553 5.1.8 Sender's domain not found"))
            .tally([("queued", 3)])
            .exits(78)
            .keeps(ANN),
        row("MAIL never now", mail().say("451 4.3.0 Later"))
            .tally([("queued", 3)])
            .attempts(0)
            .exits(75)
            .says("451 4.3.0"),
    ]
}

fn recipients() -> Vec<Row> {
    let rcpt = || ann(Stage::Rcpt);
    let all = || on(Stage::Rcpt);
    vec![
        row("greylisted once", rcpt().times(1).say("450 4.2.0 Greylisted")),
        row("greylisted for good", rcpt().say("450 4.2.0 Greylisted"))
            .one("ann@", "expired", 0)
            .exits(1)
            .says("expired")
            .sees(tried_until_the_end),
        row("greylisted, and due", rcpt().say("450 4.2.0 Greylisted"))
            .set("mail.retry_for", "4 hours")
            .stopped_once_deferred()
            .one("ann@", "deferred", 0)
            .due("ann@", 46..=73),
        row("no answer to the last one left, for good", on(Stage::Rcpt).to("cyd@").stall())
            .one("cyd@", "expired", 0)
            .exits(1)
            .says("1 expired: the server"),
        row("too many recipients, once", rcpt().times(1).say("452 4.5.3 Too many")),
        row("a mailbox that is full for now", rcpt().times(2).say("452 4.2.2 Full")),
        row("no such user", rcpt().say("550 5.1.1 No such user"))
            .one("ann@", "rejected", 0)
            .says("1 rejected")
            .suppresses(ANN)
            .keeps("bob@example.net"),
        row("no such domain", rcpt().say("550 5.1.2 No such domain"))
            .one("ann@", "rejected", 0)
            .suppresses(ANN),
        row("a domain that takes no mail", rcpt().say("556 5.1.10 Null MX"))
            .one("ann@", "rejected", 0)
            .suppresses(ANN),
        row(
            "no such user, in several lines",
            rcpt().say("550-5.1.1 No such user\n550-5.1.1 here\n550 5.1.1 at all"),
        )
        .one("ann@", "rejected", 0)
        .suppresses(ANN),
        row("a mailbox that is full for good", rcpt().say("552 5.2.2 Full"))
            .one("ann@", "rejected", 0)
            .keeps(ANN),
        row("a mailbox that is switched off", rcpt().say("550 5.2.1 Disabled"))
            .one("ann@", "rejected", 0)
            .keeps(ANN),
        row("refused without a reason", rcpt().say("550 No")).one("ann@", "rejected", 0).keeps(ANN),
        row("refused bare", rcpt().octets("550\r\n")).one("ann@", "rejected", 0).keeps(ANN),
        row(
            "what looks like a status and is none",
            Script::polite().offering_only([]).on(Stage::Rcpt).to("ann@").say("550 5.1.1 No"),
        )
        .one("ann@", "rejected", 0)
        .keeps(ANN),
        row("refused for policy", rcpt().say("554 5.7.1 Not for this one"))
            .one("ann@", "rejected", 0)
            .keeps(ANN),
        row("refused, with the address told", rcpt().say("550 5.1.1 <Ann@Example.net>: unknown"))
            .one("ann@", "rejected", 0)
            .suppresses(ANN),
        row("everybody refused for policy", all().say("554 5.7.1 Relay access denied"))
            .and_more(20)
            .tally([("queued", 23)])
            .exits(1)
            .says("in a row")
            .keeps(ANN),
        row("everybody of a short list unknown", all().say("550 5.1.1 No such user"))
            .and_more(2)
            .tally([("queued", 5)])
            .exits(1)
            .says("refused all 5 recipients")
            .keeps(ANN),
        row("the sender refused at RCPT", all().say("550 5.1.8 Sender address rejected: domain not found"))
            .tally([("queued", 3)])
            .exits(78)
            .keeps(ANN),
        row(
            "the sender refused for one, by a server that took another",
            on(Stage::Rcpt).to("bob@").say("553 5.1.8 Odd"),
        )
        .one("bob@", "rejected", 0)
        .keeps("bob@example.net"),
        row("a login wanted at RCPT", all().say("530 5.7.0 Authentication required"))
            .tally([("queued", 3)])
            .exits(78)
            .keeps(ANN),
        row("will be forwarded", rcpt().say("251 2.1.5 Will forward")),
        row("cannot be verified", rcpt().say("252 2.1.5 Will try")),
    ]
}

fn lost_at_recipients() -> Vec<Row> {
    let rcpt = || ann(Stage::Rcpt).times(1);
    vec![
        row("421 at RCPT", rcpt().say("421 4.3.2 Going down").close()),
        row("421 at RCPT, and not closed", rcpt().say("421 4.3.2 Going down").stall()),
        row("421 at RCPT, and due", ann(Stage::Rcpt).say("421 4.7.28 Too fast").close())
            .set("mail.retry_for", "40 minutes")
            .stopped_once_deferred()
            .one("ann@", "deferred", 0)
            .due("ann@", 7..=13),
        row("closed at RCPT", rcpt().close()),
        row("reset at RCPT", rcpt().reset()),
        row("half closed at RCPT", rcpt().half_close()),
        row("no answer to RCPT", rcpt().stall()),
        row("garbage at RCPT", rcpt().octets(b"\xff\xfe\x00\r\n")),
        row("an endless answer to RCPT", rcpt().endless("250-yes")),
        row("an endless line at RCPT", rcpt().octets("2".repeat(50_000)).stall()),
        row("354 at RCPT", rcpt().say("354 Go on")),
        row("two codes in one reply to RCPT", rcpt().say("250-yes\n550 no")),
        row("no such user, and closed", ann(Stage::Rcpt).say("550 5.1.1 No such user").close())
            .one("ann@", "rejected", 0)
            .suppresses(ANN),
        row(
            "RSET refused",
            ann(Stage::Rcpt).say("550 5.1.1 No").on(Stage::Rset).since_connection(2).say("502 5.5.1 What?"),
        )
        .one("ann@", "rejected", 0),
        row(
            "closed at RSET",
            ann(Stage::Rcpt).say("550 5.1.1 No").on(Stage::Rset).since_connection(2).close(),
        )
        .one("ann@", "rejected", 0),
        row(
            "no answer to RSET",
            ann(Stage::Rcpt).say("550 5.1.1 No").on(Stage::Rset).since_connection(2).stall(),
        )
        .one("ann@", "rejected", 0),
        row(
            "421 at RSET",
            ann(Stage::Rcpt).say("550 5.1.1 No").on(Stage::Rset).since_connection(2).say("421 Bye").close(),
        )
        .one("ann@", "rejected", 0),
    ]
}

fn addresses() -> Vec<Row> {
    vec![
        row("an address that needs SMTPUTF8, and none", Script::polite())
            .and("jörg@example.net")
            .one("jörg@", "rejected", 0)
            .says("SMTPUTF8"),
        row("an address that needs SMTPUTF8", Script::polite().offering(["SMTPUTF8"]))
            .and("jörg@example.net"),
        // Against RFC 6531 §3.1, but the body has seven bits all the same.
        row("SMTPUTF8 without 8BITMIME", Script::polite().offering_only(["SMTPUTF8"]))
            .and("jörg@example.net"),
        row(
            "SMTPUTF8 that ends at this recipient",
            Script::polite()
                .offering(["SMTPUTF8"])
                .on(Stage::Rcpt)
                .to("jörg@")
                .say("553 5.6.7 Not beyond here"),
        )
        .and("jörg@example.net")
        .one("jörg@", "rejected", 0)
        .keeps("jörg@example.net"),
    ]
}

fn consents() -> Vec<Row> {
    let data = || ann(Stage::Data);
    vec![
        row("DATA not now, once", data().times(1).say("451 4.3.0 Later")),
        row("DATA refused", data().say("554 5.6.0 No")).one("ann@", "rejected", 0).keeps(ANN),
        row("421 at DATA", data().times(1).say("421 4.3.2 Going down").close()),
        row("closed at DATA", data().times(1).close()),
        row("reset at DATA", data().times(1).reset()),
        row("no answer to DATA", data().times(1).stall()),
        row("garbage at DATA", data().times(1).octets("\u{7}?\r\n")),
        row("250 at DATA", data().times(1).say("250 2.0.0 Ok")),
        row(
            "354 and the answer before the message",
            data().times(1).octets("354 Go on\r\n250 2.0.0 Taken\r\n"),
        )
        .sees(nothing_counts_that_was_not_sent),
        row("354 dripping", data().drip("354 Go on", Duration::from_millis(30))),
        row(
            "RCPT refused and DATA welcome",
            ann(Stage::Rcpt).say("550 5.1.1 No").on(Stage::Data).to("ann@").say("354 Go on"),
        )
        .one("ann@", "rejected", 0),
    ]
}

/// What goes wrong at the second message, whose envelope may have travelled behind the first one's last line.
fn second_ones() -> Vec<Row> {
    let bob = |stage| on(stage).to("bob@").times(1);
    vec![
        row("the second recipient not now", bob(Stage::Rcpt).say("450 4.2.0 Greylisted")),
        row("the second recipient unknown", bob(Stage::Rcpt).say("550 5.1.1 Who?"))
            .one("bob@", "rejected", 0),
        row("the second and the third unknown", on(Stage::Rcpt).after(1).say("550 5.1.1 Who?"))
            .one("bob@", "rejected", 0)
            .one("cyd@", "rejected", 0),
        row("421 at the second recipient", bob(Stage::Rcpt).say("421 4.7.0 Enough").close()),
        row("closed at the second recipient", bob(Stage::Rcpt).close()),
        row("reset at the second recipient", bob(Stage::Rcpt).reset()),
        row("no answer to the second recipient", bob(Stage::Rcpt).stall()),
        row("the second DATA not now", bob(Stage::Data).say("451 4.3.0 Later")),
        row("the second DATA refused", bob(Stage::Data).say("554 5.6.0 No")).one("bob@", "rejected", 0),
        row("closed at the second DATA", bob(Stage::Data).close()),
        row("no answer to the second DATA", bob(Stage::Data).stall()),
        row("closed in the second message", bob(Stage::Body(200)).close())
            .one("bob@", "uncertain", 0)
            .exits(1),
        row("closed after the second message", bob(Stage::Dot).close()).one("bob@", "uncertain", 1).exits(1),
        row("closed after the last message", on(Stage::Dot).to("cyd@").close())
            .one("cyd@", "uncertain", 1)
            .exits(1),
        row(
            "the first message refused, and the second recipient",
            bob(Stage::Rcpt).say("550 5.1.1 Who?").on(Stage::Dot).to("ann@").say("554 5.6.0 No"),
        )
        .one("ann@", "rejected", 0)
        .one("bob@", "rejected", 0),
        row(
            "the first message not now, and the second DATA",
            bob(Stage::Data).say("451 4.3.0 Later").on(Stage::Dot).to("ann@").times(1).say("451 4.3.0 Later"),
        ),
        row(
            "the first message not now, and closed at the second recipient",
            bob(Stage::Rcpt).close().on(Stage::Dot).to("ann@").times(1).say("451 4.3.0 Later"),
        ),
    ]
}

/// From the first try to the last there is most of the time that retries have, and the pauses grow.
fn tried_until_the_end(server: &Server) -> Result<(), String> {
    let times = server.times_of("RCPT TO:<ann@");
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Err("no try".to_owned()) };
    let whole = last.duration_since(*first);
    let fits = whole > Duration::from_millis(2500) && (4..60).contains(&times.len());
    if fits { Ok(()) } else { Err(format!("{} tries in {whole:?}", times.len())) }
}

fn nothing_counts_that_was_not_sent(server: &Server) -> Result<(), String> {
    let empty = server
        .messages()
        .iter()
        .any(|message| message.octets.is_empty() && message.ending == Ending::Accepted);
    if empty { Err("an empty message".to_owned()) } else { Ok(()) }
}
