//! STARTTLS and the handshake: what must be private is never said in the clear.

use super::row::{Row, row};
use crate::harness::{Certificate, Script, Server, Stage};

pub(super) fn rows() -> Vec<Row> {
    let offering = || Script::polite().offering(["STARTTLS"]);
    let at = |stage| offering().on(stage);
    let private = |row: Row| row.starttls().sees(nothing_of_the_mail_in_the_clear);
    let never = |name, script| private(row(name, script)).starts_nothing().exits(78);
    let later = |name, script| private(row(name, script)).starts_nothing().exits(75);
    vec![
        private(row("STARTTLS", offering())),
        private(row(
            "other offers under TLS",
            offering().offering(["PIPELINING", "SIZE 10", "SMTPUTF8"]).under_tls([]),
        )),
        private(row("more offers under TLS", offering().under_tls(["PIPELINING", "SIZE 10000000"]))),
        row("TLS from the first octet", Script::polite().implicit_tls()).implicit_tls(),
        row("opportunistic TLS where it is offered", offering())
            .opportunistic()
            .sees(nothing_of_the_mail_in_the_clear),
        row("opportunistic TLS where it is not", Script::polite()).opportunistic(),
        never("STARTTLS stripped from the offers", Script::polite()).says("STARTTLS"),
        never("STARTTLS refused for good", at(Stage::StartTls).say("502 5.5.1 Not here")).says("502 5.5.1"),
        later("STARTTLS not now", at(Stage::StartTls).say("454 4.7.0 TLS not available")).says("454 4.7.0"),
        later("closed at STARTTLS", at(Stage::StartTls).close()),
        later("no answer to STARTTLS", at(Stage::StartTls).stall()).says("within 1s"),
        never(
            "a reply put in before TLS",
            at(Stage::StartTls).octets("220 Go on\r\n250-localhost\r\n250 AUTH PLAIN\r\n"),
        )
        .says("before TLS"),
        never("plain text instead of a handshake", at(Stage::Handshake).say("250 Ok").stall())
            .says("does not speak TLS"),
        never(
            "an alert instead of a handshake",
            at(Stage::Handshake).octets([21, 3, 3, 0, 2, 2, 40]).close(),
        )
        .says("TLS"),
        later("closed in the handshake", at(Stage::Handshake).close()).says("TLS"),
        later("reset in the handshake", at(Stage::Handshake).reset()).says("TLS"),
        later("no answer to the handshake", at(Stage::Handshake).stall()).says("within 1s"),
        later("the handshake cut off", at(Stage::Handshake).octets([22, 3, 3, 0, 80, 2]).close()).says("TLS"),
        never("a certificate for another name", offering().certificate(Certificate::OtherName))
            .says("certificate"),
        never("a certificate that has expired", offering().certificate(Certificate::Expired)).says("expired"),
        never("a certificate of a stranger", offering().certificate(Certificate::Stranger))
            .says("mail.ca_file"),
        row("TLS at a port that greets in the clear", Script::polite())
            .implicit_tls()
            .starts_nothing()
            .exits(78)
            .says("does not speak TLS"),
        row("a certificate of a stranger, opportunistic", offering().certificate(Certificate::Stranger))
            .opportunistic()
            .login_is_refused_by_config(),
    ]
}

impl Row {
    /// With a login, opportunistic TLS could be stripped, and the password be read.
    fn login_is_refused_by_config(self) -> Self {
        self.login()
            .set("mail.smtp", "smtp://news@mail.example.org:587?tls=opportunistic")
            .starts_nothing()
            .exits(78)
            .says("tls=required")
    }
}

/// Only EHLO, STARTTLS and QUIT are said before TLS.
fn nothing_of_the_mail_in_the_clear(server: &Server) -> Result<(), String> {
    let said = server.commands_in_the_clear();
    let is_harmless = |line: &String| ["EHLO", "STARTTLS", "QUIT"].iter().any(|verb| line.starts_with(verb));
    if said.iter().all(is_harmless) { Ok(()) } else { Err(format!("said in the clear: {said:?}")) }
}
