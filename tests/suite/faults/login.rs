//! AUTH, and each of its steps.

use super::row::{Row, on, row};
use crate::harness::{Script, Server, Stage};

const LOGIN: &str = "AUTH LOGIN";
const PLAIN: &str = "AUTH PLAIN LOGIN";

pub(super) fn rows() -> Vec<Row> {
    let offering = |offer| Script::polite().offering([offer]);
    let never = |name, script| row(name, script).login().starts_nothing().exits(78);
    let later = |name, script| row(name, script).login().starts_nothing().exits(75);
    let in_the_run = || offering(PLAIN).on(Stage::Auth).since_connection(2);
    vec![
        row("AUTH PLAIN", offering(PLAIN)).login().sees(logged_in),
        row("AUTH LOGIN", offering(LOGIN)).login().sees(logged_in),
        row(
            "AUTH LOGIN in the server's own words",
            offering(LOGIN).on(Stage::Auth).say("334 Who are you?").on(Stage::AuthStep(1)).say("334"),
        )
        .login()
        .sees(logged_in),
        row("AUTH as old servers offer it", offering("AUTH=LOGIN PLAIN")).login().sees(logged_in),
        row("AUTH only under TLS", Script::polite().offering(["STARTTLS"]).under_tls([PLAIN]))
            .starttls()
            .login()
            .sees(logged_in),
        never("no AUTH", Script::polite()).says("no login"),
        never("AUTH of other kinds only", offering("AUTH CRAM-MD5 XOAUTH2")).says("PLAIN, LOGIN"),
        never("a wrong password", offering(PLAIN).on(Stage::Auth).say("535 5.7.8 Authentication failed"))
            .says("535 5.7.8")
            .says("mail.password_env"),
        never(
            "a wrong password at the last step",
            offering(LOGIN).on(Stage::AuthStep(2)).say("535 5.7.8 No"),
        )
        .says("535 5.7.8"),
        never("a wrong user at the first step", offering(LOGIN).on(Stage::AuthStep(1)).say("535 5.7.8 Who?"))
            .says("535 5.7.8"),
        never("a login that is too weak", offering(PLAIN).on(Stage::Auth).say("534 5.7.9 Too weak"))
            .says("534 5.7.9"),
        never(
            "a login that wants TLS",
            offering(PLAIN).on(Stage::Auth).say("538 5.7.11 Encryption required"),
        )
        .says("538 5.7.11"),
        never(
            "a login that is asked for again and again",
            (1..10).fold(offering(LOGIN), |script, step| {
                script.on(Stage::AuthStep(step)).say("334 UGFzc3dvcmQ6")
            }),
        )
        .says("login"),
        never(
            "a password that the server repeats",
            offering(PLAIN).on(Stage::Auth).say("500 5.5.1 What is AUTH PLAIN AG5ld3MAb3Blbi1zZXNhbWUtNDI=?"),
        )
        .says("What is AUTH PLAIN …?"),
        later("a login not now", offering(PLAIN).on(Stage::Auth).say("454 4.7.0 Later")).says("454 4.7.0"),
        later("421 at the login", offering(PLAIN).on(Stage::Auth).say("421 4.7.0 Too many").close())
            .says("421"),
        later("closed at the login", offering(PLAIN).on(Stage::Auth).close()),
        later("closed before the password", offering(LOGIN).on(Stage::AuthStep(1)).close()),
        later("no answer to the login", offering(PLAIN).on(Stage::Auth).stall()).says("within 1s"),
        later("no answer to the user", offering(LOGIN).on(Stage::AuthStep(1)).stall()).says("within 1s"),
        row("the password is changed amid a run", in_the_run().say("535 5.7.8 Authentication failed"))
            .login()
            .tally([("queued", 3)])
            .exits(78)
            .says("535 5.7.8"),
        row("a login not now, amid a run", in_the_run().times(2).say("454 4.7.0 Later")).login().attempts(1),
        row("a password that would travel in the clear", on(Stage::Quit).politely())
            .login()
            .set("mail.smtp", "smtp://news@mail.example.org:587?tls=none")
            .starts_nothing()
            .exits(78),
    ]
}

fn logged_in(server: &Server) -> Result<(), String> {
    let commands = server.commands();
    let secret = |line: &String| line.ends_with("b3Blbi1zZXNhbWUtNDI=");
    if commands.iter().any(secret) { Ok(()) } else { Err(format!("no login: {commands:?}")) }
}
