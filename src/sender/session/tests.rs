use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::config::Tls;
use crate::sender::script::{Act, Server};

const MESSAGE: &[u8] = b"Subject: a\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n";
const PIPELINING: &str = "250-localhost\r\n250 PIPELINING\r\n";
const STARTTLS: &str = "250-localhost\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n";

fn to(address: &str) -> Envelope {
    Envelope::new("news@example.org".parse().ok(), vec![address.parse().unwrap()]).unwrap()
}

/// A polite server that answers one command as told.
async fn but(on: &'static str, act: impl Fn() -> Act + Send + Sync + 'static) -> Server {
    Server::start(false, move |_, command| command.starts_with(on).then(&act)).await
}

/// As `but`, for a server that takes commands together.
async fn but_pipelining(on: &'static str, act: impl Fn() -> Act + Send + Sync + 'static) -> Server {
    Server::start(false, move |_, command| match command {
        _ if !on.is_empty() && command.starts_with(on) => Some(act()),
        _ if command.starts_with("EHLO") => Some(Act::Say(PIPELINING)),
        _ => None,
    })
    .await
}

impl Session {
    /// Hands one message over, from its offer to its answer.
    async fn transfer(&mut self, envelope: &Envelope, message: &[u8]) -> Result<Reply, Failure> {
        self.offer(envelope, message.len()).await?;
        self.consent().await?;
        self.send(message, None).await?;
        self.answer().await
    }
}

async fn open(server: &Server, tls: Tls, login: bool) -> Result<Session, Failure> {
    Session::open(&server.relay(tls, login)).await
}

async fn transfer(server: &Server) -> (Result<Reply, Failure>, Session) {
    let mut session = open(server, Tls::None, false).await.unwrap();
    let outcome = session.transfer(&to("ann@example.org"), MESSAGE).await;
    (outcome, session)
}

#[tokio::test]
async fn messages_arrive_as_they_are_and_share_a_connection() {
    for server in [but("nothing", || Act::Stall).await, but_pipelining("nothing", || Act::Stall).await] {
        let (outcome, mut session) = transfer(&server).await;
        assert_eq!(outcome.unwrap(), Reply { code: Some(250), text: "2.0.0 Queued".to_owned() });
        session.transfer(&to("bob@example.org"), b"Subject: b\r\n\r\nno line end").await.unwrap();
        session.quit().await;
        assert_eq!(
            server.messages(),
            [std::str::from_utf8(MESSAGE).unwrap(), "Subject: b\r\n\r\nno line end\r\n"]
        );
        assert_eq!(server.connections(), 1);
        assert_eq!(
            server.commands(),
            [
                "EHLO client.example.org",
                "MAIL FROM:<news@example.org>",
                "RCPT TO:<ann@example.org>",
                "DATA",
                "MAIL FROM:<news@example.org>",
                "RCPT TO:<bob@example.org>",
                "DATA",
                "QUIT",
            ]
        );
    }
}

#[tokio::test]
async fn a_refusal_tells_its_phase_and_leaves_the_connection_ready() {
    for (on, say, phase) in [
        ("MAIL", "550 5.7.1 Not you\r\n", Phase::Sender),
        ("RCPT", "550 5.1.1 No such user\r\n", Phase::Recipient),
        ("DATA", "451 4.3.0 Later\r\n", Phase::Data),
        (".", "552 5.2.2 Full\r\n", Phase::Message),
    ] {
        let (outcome, mut session) = transfer(&but(on, move || Act::Say(say)).await).await;
        let failure = outcome.unwrap_err();
        assert_eq!(failure.phase, phase);
        assert_eq!(failure.to_string(), say.trim_end());
        assert!(session.is_ready());
        assert!(session.wire.command(Phase::Sender, Rset).await.is_ok(), "{on}: replies are out of step");
    }
}

#[tokio::test]
async fn a_pipelined_refusal_leaves_replies_in_step_or_ends_the_connection() {
    let server = Server::start(false, |_, command| match &command[..command.len().min(4)] {
        "EHLO" => Some(Act::Say(PIPELINING)),
        "RCPT" if command.contains("ann") => Some(Act::Say("550 5.1.1 No such user\r\n")),
        "DATA" => Some(Act::Say("554 5.5.1 No valid recipients\r\n")),
        _ => None,
    })
    .await;
    let (outcome, session) = transfer(&server).await;
    assert_eq!(outcome.unwrap_err().phase, Phase::Recipient);
    assert!(session.is_ready());

    let (outcome, session) = transfer(&but_pipelining("RCPT", || Act::Say("550 5.1.1 No\r\n")).await).await;
    assert_eq!(outcome.unwrap_err().phase, Phase::Recipient);
    assert!(!session.is_alive(), "the server waits for a message: {:?}", session.offers);
}

#[tokio::test]
async fn a_connection_that_ends_tells_whether_the_message_had_begun() {
    for (on, phase) in
        [("MAIL", Phase::Sender), ("RCPT", Phase::Recipient), ("DATA", Phase::Data), (".", Phase::Message)]
    {
        for server in [
            but(on, || Act::Close("")).await,
            but(on, || Act::Stall).await,
            but(on, || Act::Say("?\r\n")).await,
        ] {
            let (outcome, session) = transfer(&server).await;
            let failure = outcome.unwrap_err();
            assert_eq!(failure.phase, phase);
            assert!(matches!(failure.why, Why::Lost(_)), "{failure}");
            assert!(!session.is_alive());
        }
    }
}

#[tokio::test]
async fn a_421_is_a_refusal_that_ends_the_connection() {
    for on in ["MAIL", "RCPT", "DATA", "."] {
        let (outcome, session) = transfer(&but(on, || Act::Close("421 4.3.2 Going down\r\n")).await).await;
        assert!(matches!(outcome.unwrap_err().why, Why::Refused(Reply { code: Some(421), .. })));
        assert!(!session.is_alive());
    }
}

#[tokio::test]
async fn a_bare_250_is_a_yes() {
    assert!(transfer(&but(".", || Act::Say("250\r\n")).await).await.0.is_ok());
}

#[tokio::test]
async fn a_session_carries_as_many_messages_as_it_may() {
    let server = but("nothing", || Act::Stall).await;
    let relay = Relay { messages_per_connection: 2, ..server.relay(Tls::None, false) };
    let mut session = Session::open(&relay).await.unwrap();
    for ready in [true, false] {
        session.transfer(&to("ann@example.org"), MESSAGE).await.unwrap();
        assert_eq!(session.is_ready(), ready);
    }
}

#[tokio::test]
async fn an_address_that_needs_smtputf8_is_refused_where_the_server_has_none() {
    let server = but("nothing", || Act::Stall).await;
    let mut session = open(&server, Tls::None, false).await.unwrap();
    let failure = session.transfer(&to("änn@example.org"), MESSAGE).await.unwrap_err();
    assert!(failure.to_string().contains("SMTPUTF8"), "{failure}");
    assert_eq!(failure.phase, Phase::Recipient);
    assert!(session.is_ready());

    let server =
        but("EHLO", || Act::Say("250-localhost\r\n250-SIZE 1000\r\n250-8bitmime\r\n250 smtputf8\r\n")).await;
    let mut session = open(&server, Tls::None, false).await.unwrap();
    session.transfer(&to("änn@example.org"), b"\r\n").await.unwrap();
    assert_eq!(server.commands()[1], "MAIL FROM:<news@example.org> SIZE=2 BODY=8BITMIME SMTPUTF8");
}

#[tokio::test]
async fn starttls_greets_again_and_logs_in_under_cover() {
    let server = but("EHLO", || Act::Say(STARTTLS)).await;
    let mut session = open(&server, Tls::Required, true).await.unwrap();
    session.transfer(&to("ann@example.org"), MESSAGE).await.unwrap();
    let commands = server.commands();
    assert_eq!(
        commands[..4],
        [
            "EHLO client.example.org",
            "STARTTLS",
            "EHLO client.example.org",
            "AUTH PLAIN AG5ld3MAd29uZGVybGFuZA=="
        ]
    );
}

#[tokio::test]
async fn opportunistic_tls_is_used_where_it_is_offered_and_done_without_elsewhere() {
    for (ehlo, commands) in [(STARTTLS, 3), (PIPELINING, 1)] {
        let server = but("EHLO", move || Act::Say(ehlo)).await;
        let mut session = open(&server, Tls::Opportunistic, false).await.unwrap();
        assert_eq!(server.commands().len(), commands);
        session.quit().await;
    }
}

#[tokio::test]
async fn implicit_tls_encrypts_from_the_first_octet() {
    let server = Server::start(true, |_, _| None).await;
    let mut session = open(&server, Tls::Implicit, false).await.unwrap();
    session.transfer(&to("ann@example.org"), MESSAGE).await.unwrap();
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn login_asks_for_user_and_password() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(true, move |_, command| match command {
        "EHLO client.example.org" => Some(Act::Say("250-localhost\r\n250 AUTH=LOGIN\r\n")),
        "AUTH LOGIN" => Some(Act::Say("334 VXNlcm5hbWU6\r\n")),
        "bmV3cw==" if asked.fetch_add(1, Ordering::Relaxed) == 0 => Some(Act::Say("334 UGFzc3dvcmQ6\r\n")),
        "d29uZGVybGFuZA==" => Some(Act::Say("235 2.7.0 Welcome\r\n")),
        "" => None,
        _ => Some(Act::Say("535 5.7.8 No\r\n")),
    })
    .await;
    assert!(open(&server, Tls::Implicit, true).await.is_ok());
}

#[tokio::test]
async fn what_is_not_private_or_not_agreed_is_refused_with_the_remedy() {
    let refused = async |server: Server, tls, login| {
        let failure = open(&server, tls, login).await.err().unwrap();
        assert!(server.commands().iter().all(|command| !command.starts_with("MAIL")));
        (failure.phase, failure.is_temporary(), failure.to_string())
    };
    for (server, tls, phase, temporary, words) in [
        (but("nothing", || Act::Stall).await, Tls::Required, Phase::Tls, false, "does not offer STARTTLS"),
        (but("EHLO", || Act::Say(PIPELINING)).await, Tls::None, Phase::Login, false, "offers no login"),
        (
            but("", || Act::Say("220 localhost\r\n")).await,
            Tls::Implicit,
            Phase::Tls,
            false,
            "does not speak TLS",
        ),
        (
            but("", || Act::Close("554 5.7.1 Blocked\r\n")).await,
            Tls::None,
            Phase::Greeting,
            false,
            "554 5.7.1",
        ),
        (but("", || Act::Close("421 4.7.0 Busy\r\n")).await, Tls::None, Phase::Greeting, true, "421 4.7.0"),
        (
            but("", || Act::Stall).await,
            Tls::None,
            Phase::Greeting,
            true,
            "no answer to the greeting within 1s",
        ),
    ] {
        let (at, later, why) = refused(server, tls, true).await;
        assert_eq!((at, later), (phase, temporary), "{why}");
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_without_the_password() {
    let server = Server::start(true, |_, command| match command {
        "EHLO client.example.org" => Some(Act::Say("250-localhost\r\n250 AUTH PLAIN\r\n")),
        _ if command.starts_with("AUTH") => Some(Act::Say("535 5.7.8 Authentication failed\r\n")),
        _ => None,
    })
    .await;
    let failure = open(&server, Tls::Implicit, true).await.err().unwrap();
    assert_eq!(failure.phase, Phase::Login);
    assert_eq!(failure.to_string(), "535 5.7.8 Authentication failed");
    assert!(!format!("{failure:?} {:?}", server.relay(Tls::Implicit, true)).contains("wonderland"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (server, other) = (Server::start(true, |_, _| None).await, Server::start(true, |_, _| None).await);
    let mail = server.mail(Tls::Implicit, false);
    let crate::config::Transport::Smtp(mut smtp) = mail.transport.clone() else { unreachable!() };
    smtp.ca_file = Some(other.ca_file());
    let failure = Session::open(&Relay::new(&smtp, &mail).unwrap()).await.err().unwrap();
    assert!(failure.to_string().contains("certificate is not good"), "{failure}");
    assert!(!failure.is_temporary());

    smtp.ca_file = Some(server.ca_file());
    smtp.host = "127.0.0.1".to_owned();
    let failure = Session::open(&Relay::new(&smtp, &mail).unwrap()).await.err().unwrap();
    assert!(failure.to_string().contains("certificate is not good"), "{failure}");
}

#[tokio::test]
async fn what_comes_before_tls_never_counts_as_encrypted() {
    let server = Server::start(false, |_, command| match command {
        "STARTTLS" => Some(Act::Say("220 Go on\r\n250-localhost\r\n250 AUTH PLAIN\r\n")),
        _ if command.starts_with("EHLO") => Some(Act::Say(STARTTLS)),
        _ => None,
    })
    .await;
    let failure = open(&server, Tls::Required, true).await.err().unwrap();
    assert!(failure.to_string().contains("before TLS began"), "{failure}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_temporary() {
    let server = but("nothing", || Act::Stall).await;
    let relay = server.relay(Tls::None, false);
    drop(server);
    tokio::task::yield_now().await;
    let failure = Session::open(&relay).await.err().unwrap();
    assert_eq!(failure.phase, Phase::Connect);
    assert!(failure.is_temporary() && failure.to_string().starts_with("it cannot be reached"), "{failure}");
}
