//! Reaching the server, its greeting and EHLO: what fails here has started nothing.

use std::time::Duration;

use super::row::{Row, on, row};
use crate::harness::{Script, Stage};

pub(super) fn rows() -> Vec<Row> {
    [connecting(), greetings(), offers()].concat()
}

/// What goes wrong before anything is started, and may go well later.
fn later(name: &str, script: Script) -> Row {
    row(name, script).starts_nothing().exits(75)
}

/// The same, where somebody has to do something first.
fn never(name: &str, script: Script) -> Row {
    row(name, script).starts_nothing().exits(78)
}

fn connecting() -> Vec<Row> {
    let polite = Script::polite;
    vec![
        row("a polite server", polite()),
        later("nobody listens", polite()).set("mail.smtp", "smtp://127.0.0.1:1?tls=none").says("127.0.0.1:1"),
        later("a name that has no address", polite())
            .set("mail.smtp", "smtp://mail.example.invalid:25?tls=none")
            .says("mail.example.invalid"),
        later("closed at once", on(Stage::Connect).close()).says("closed the connection at the greeting"),
        later("reset at once", on(Stage::Connect).reset()).says("127.0.0.1"),
    ]
}

fn greetings() -> Vec<Row> {
    let greeting = || on(Stage::Greeting);
    let slow = Duration::from_millis(100);
    vec![
        later("no greeting", greeting().stall()).says("no answer to the greeting within 1s"),
        later("a greeting that takes longer than a reply may", greeting().drip("220 localhost ready", slow))
            .says("no answer to the greeting within 1s"),
        later("a greeting of another protocol", greeting().say("SSH-2.0-OpenSSH_9.9").stall())
            .says("no SMTP reply"),
        later("a greeting that is no text", greeting().octets([0, 159, 255, b'\n']).stall())
            .says("no SMTP reply"),
        later(
            "a greeting in one endless line",
            greeting().octets("220 ".to_owned() + &"a".repeat(100_000)).stall(),
        )
        .says("too long"),
        later("a greeting of endless lines", greeting().endless("220-still greeting")).says("too long"),
        later("a greeting that is cut off", greeting().octets("220 loc").close())
            .says("closed the connection"),
        later("a greeting of 421", greeting().say("421 4.3.2 Too many connections").close())
            .says("421 4.3.2"),
        never("a greeting of 554", greeting().say("554 5.7.1 You are blocked").close())
            .says("554 5.7.1 You are blocked"),
        row("a greeting of three lines", greeting().say("220-one\n220-two\n220 three")),
        row("a greeting that is not UTF-8", greeting().octets(b"220 Serveur fran\xe7ais\r\n")),
        row("a greeting without CR", greeting().octets("220 localhost\n")),
        row("a bare greeting", greeting().octets("220\r\n")),
        row("a greeting that takes its time", greeting().wait(Duration::from_millis(400)).politely()),
    ]
}

fn offers() -> Vec<Row> {
    let ehlo = || on(Stage::Ehlo);
    vec![
        later("closed at EHLO", ehlo().close()).says("closed the connection"),
        later("no answer to EHLO", ehlo().stall()).says("within 1s"),
        later("EHLO answered with 421", ehlo().say("421 4.3.2 Going down").close()).says("421 4.3.2"),
        later("EHLO answered with a reply too many", ehlo().octets("250 localhost\r\n250 2.0.0 Ok\r\n"))
            .says("before it was asked"),
        never("EHLO refused", ehlo().say("550 5.7.1 Go away")).says("550 5.7.1 Go away"),
        // RFC 5321 §2.2.1: clients must support HELO as a fallback.
        row("EHLO not known", ehlo().say("502 5.5.1 What?")),
        row(
            "offers in odd spellings",
            ehlo().octets("250-localhost\r\n250-Size\r\n250-8bitMime\r\n250-\r\n250 x-odd =1\r\n"),
        ),
        row("no offer at all", Script::polite().offering_only([])),
        row("a size without a limit", Script::polite().offering(["SIZE"])),
        row("a size limit of 0, which is none", Script::polite().offering(["SIZE 0"])),
        row("a size limit that is kept", Script::polite().offering(["SIZE 10000000"])),
        never("a size limit that is not", Script::polite().offering(["SIZE 1000"])).says("at most 1000"),
        never(
            "too big, told at MAIL",
            Script::polite().offering(["SIZE"]).on(Stage::Mail).say("552 5.3.4 Too big"),
        )
        .says("552 5.3.4 Too big"),
        never("not our sender", on(Stage::Mail).say("550 5.7.1 Not your address")).says("mail.from"),
        never(
            "a login is wanted, and there is none",
            on(Stage::Mail).say("530 5.7.0 Authentication required"),
        )
        .says("login"),
        later("the sender not now", on(Stage::Mail).say("451 4.3.0 Later")).says("451 4.3.0"),
        later("421 at the first MAIL", on(Stage::Mail).say("421 4.7.0 Too fast").close()).says("421 4.7.0"),
        later("closed at the first MAIL", on(Stage::Mail).close()),
        later("no answer to the first MAIL", on(Stage::Mail).stall()).says("within 1s"),
    ]
}
