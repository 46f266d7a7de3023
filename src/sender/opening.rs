//! Openings: from a server's name to a conversation that is as private as told, and what the server offers in it.

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time;
use tokio_rustls::rustls::{self, CertificateError};

use super::relay::Relay;
use super::reply::{Failure, Phase, Why, unfit};
use super::wire::{Wire, lost};
use crate::config::Tls;
use crate::delivery::Reply;

/// A stream that may be encrypted.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// Reaches the server at the first of its addresses that answers.
pub(super) async fn dial(relay: &Relay) -> Result<TcpStream, Failure> {
    let deadline = relay.deadlines.reply(Phase::Connect);
    let failed = |why: &dyn std::fmt::Display| lost(Phase::Connect, format!("it cannot be reached: {why}"));
    let resolved = time::timeout(deadline, lookup_host((relay.host.as_str(), relay.port))).await;
    let addresses = match resolved {
        Ok(found) => found.map_err(|error| failed(&error))?,
        Err(_) => return Err(failed(&format!("no answer from the DNS within {deadline:?}"))),
    };
    let mut failure = failed(&"its name has no address");
    for address in addresses {
        match time::timeout(deadline, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Without it, each message waits some 40 ms for an acknowledgement.
                tcp.set_nodelay(true).map_err(|error| failed(&error))?;
                return Ok(tcp);
            }
            Ok(Err(error)) => failure = failed(&error),
            Err(_) => failure = failed(&format!("no answer within {deadline:?}")),
        }
    }
    Err(failure)
}

/// Greeting, EHLO and TLS: the conversation, what the server offers, and whether it is private.
pub(super) async fn greet(
    relay: &Relay,
    tcp: TcpStream,
    helo: &ClientId,
) -> Result<(Wire<Box<dyn Stream>>, Offers, bool), Failure> {
    if relay.tls == Tls::Implicit {
        let mut wire = Wire::new(shake_hands(relay, Box::new(tcp)).await?, relay.deadlines);
        wire.consent(Phase::Greeting).await?;
        let offers = hello(&mut wire, helo).await?;
        return Ok((wire, offers, true));
    }
    let stream: Box<dyn Stream> = Box::new(tcp);
    let mut wire = Wire::new(stream, relay.deadlines);
    wire.consent(Phase::Greeting).await?;
    let offers = hello(&mut wire, helo).await?;
    match relay.tls {
        Tls::Required if !offers.starttls => Err(unfit(
            Phase::Tls,
            "the server does not offer STARTTLS, and mail.smtp asks for tls=required: ask the server's owner, \
             or use smtps:// if it has that"
                .to_owned(),
        )),
        Tls::Required | Tls::Opportunistic if offers.starttls => {
            wire.command(Phase::Tls, Starttls).await?;
            let (tcp, early) = wire.into_stream();
            if early {
                // It would be taken for the encrypted part (RFC 3207 §6, CVE-2011-0411).
                return Err(unfit(Phase::Tls, "something was put into the connection before TLS began".to_owned()));
            }
            let mut wire = Wire::new(shake_hands(relay, tcp).await?, relay.deadlines);
            // What was offered before does not count (RFC 3207 §4.2).
            let offers = hello(&mut wire, helo).await?;
            Ok((wire, offers, true))
        }
        _ => Ok((wire, offers, false)),
    }
}

/// Greets the server: EHLO, or HELO where it does not know that (RFC 5321 §3.2).
async fn hello(wire: &mut Wire<Box<dyn Stream>>, helo: &ClientId) -> Result<Offers, Failure> {
    match wire.command(Phase::Greeting, Ehlo::new(helo.clone())).await {
        Ok(offered) => Ok(Offers::read(&offered)),
        Err(Failure { why: Why::Refused(Reply { code: Some(500 | 502 | 504), .. }), .. }) => {
            wire.command(Phase::Greeting, format!("HELO {helo}\r\n")).await?;
            Ok(Offers::default())
        }
        Err(failure) => Err(failure),
    }
}

async fn shake_hands(relay: &Relay, tcp: Box<dyn Stream>) -> Result<Box<dyn Stream>, Failure> {
    let Some((connector, name)) = &relay.connector else {
        return Err(unfit(Phase::Tls, "TLS was not prepared".to_owned()));
    };
    let deadline = relay.deadlines.reply(Phase::Tls);
    match time::timeout(deadline, connector.connect(name.clone(), tcp)).await {
        Ok(Ok(tls)) => Ok(Box::new(tls)),
        Ok(Err(error)) => match error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) {
            Some(error) => Err(unfit(Phase::Tls, why_no_tls(error))),
            None => Err(lost(Phase::Tls, format!("the connection failed at TLS: {error}"))),
        },
        Err(_) => Err(lost(Phase::Tls, format!("no answer to the TLS handshake within {deadline:?}"))),
    }
}

fn why_no_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(why) => {
            format!("the server's certificate is not good: {}", why_not_good(why))
        }
        rustls::Error::InvalidMessage(_) => {
            "the server does not speak TLS on this port: use smtp:// for port 587, smtps:// for 465"
                .to_owned()
        }
        other => format!("TLS failed: {other}"),
    }
}

fn why_not_good(why: &CertificateError) -> String {
    use CertificateError::{BadSignature, Expired, ExpiredContext, UnknownIssuer};
    use CertificateError::{NotValidForName, NotValidForNameContext};
    match why {
        // A bad signature: somebody trusted has the same name as who signed it.
        UnknownIssuer | BadSignature => {
            "nobody that this machine trusts has signed it; set mail.ca_file to the certificate of \
                          who has"
                .to_owned()
        }
        NotValidForName | NotValidForNameContext { .. } => {
            format!("{why}; write the name that is on it in mail.smtp")
        }
        Expired | ExpiredContext { .. } => format!("{why}; the server's owner has to renew it"),
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "it is an authority's own; give the server one of its own that says CA:FALSE, signed by that"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// What the server offers of what tidings can use (RFC 5321 §4.1.1.1; keywords in any case).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) starttls: bool,
    pub(super) pipelining: bool,
    pub(super) smtputf8: bool,
    pub(super) eight_bit: bool,
    pub(super) statuses: bool,
    /// The most octets of a message; 0 where it does not say.
    pub(super) size: Option<u64>,
    pub(super) mechanism: Option<Mechanism>,
}

impl Offers {
    fn read(ehlo: &Response) -> Self {
        let mut offers = Self::default();
        for line in ehlo.message().skip(1) {
            // Old servers write `AUTH=PLAIN`.
            let line = line.to_ascii_uppercase().replace('=', " ");
            let mut words = line.split_whitespace();
            match words.next() {
                Some("STARTTLS") => offers.starttls = true,
                Some("PIPELINING") => offers.pipelining = true,
                Some("SMTPUTF8") => offers.smtputf8 = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("ENHANCEDSTATUSCODES") => offers.statuses = true,
                Some("SIZE") => {
                    offers.size = Some(words.next().and_then(|most| most.parse().ok()).unwrap_or(0));
                }
                Some("AUTH") => words.for_each(|word| match word {
                    "PLAIN" => offers.mechanism = Some(Mechanism::Plain),
                    "LOGIN" => offers.mechanism = offers.mechanism.or(Some(Mechanism::Login)),
                    _ => {}
                }),
                _ => {}
            }
        }
        offers
    }
}
