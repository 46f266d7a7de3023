//! A mail server for tests that does as its script says, and remembers what it was told.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::relay::Relay;
use crate::config::{Mail, Secret, Smtp, Tls, Transport};
use crate::files;

/// What the server does instead of a polite answer.
pub(super) enum Act {
    /// Says this, line ends included.
    Say(&'static str),
    /// Says this, and closes the connection.
    Close(&'static str),
    /// Says nothing more.
    Stall,
}

/// Decides by the number of the connection and the command: `""` for the greeting, `"."` for the end
/// of a message. `None` is a polite answer.
type Script = dyn Fn(usize, &str) -> Option<Act> + Send + Sync;

#[derive(Default)]
struct Heard {
    connections: usize,
    commands: Vec<String>,
    messages: Vec<String>,
}

/// The server, until it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
    ca_file: tempfile::NamedTempFile,
    password_file: tempfile::NamedTempFile,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts on a free port. It offers STARTTLS where its script says so, and has a certificate
    /// for `localhost`.
    pub(super) async fn start(
        implicit_tls: bool,
        script: impl Fn(usize, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let ca_file = tempfile::NamedTempFile::new().unwrap();
        files::write(ca_file.path(), certificate.cert.pem().as_bytes()).unwrap();
        let password_file = tempfile::NamedTempFile::new().unwrap();
        files::write(password_file.path(), b"wonderland\n").unwrap();
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (script, noted): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&heard));
        let task = tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let (acceptor, script, heard) = (acceptor.clone(), Arc::clone(&script), Arc::clone(&noted));
                heard.lock().unwrap().connections += 1;
                let number = heard.lock().unwrap().connections;
                tokio::spawn(async move {
                    let talk = Talk { number, script, heard };
                    // Clients may leave when they like.
                    let _ = talk.with(tcp, acceptor, implicit_tls).await;
                });
            }
        });
        Self { address, heard, ca_file, password_file, task }
    }

    /// `[mail]` as it would be for this server.
    pub(super) fn mail(&self, tls: Tls, login: bool) -> Mail {
        Mail {
            from: "The Border Post <news@example.org>".parse().unwrap(),
            reply_to: None,
            transport: Transport::Smtp(Smtp {
                host: "localhost".to_owned(),
                port: self.address.port(),
                tls,
                ca_file: Some(self.ca_file()),
                login: login.then(|| ("news".to_owned(), Secret::File(self.password_file.path().to_owned()))),
                helo: Some("client.example.org".to_owned()),
            }),
            dkim: None,
            connections: 1,
            rate: None,
            daily_limit: None,
            hours: None,
            retry_for: Duration::from_secs(2),
            reply_timeout: Some(Duration::from_secs(1)),
            messages_per_connection: 100,
            postal_address: None,
        }
    }

    /// The relay of that.
    pub(super) fn relay(&self, tls: Tls, login: bool) -> Relay {
        let mail = self.mail(tls, login);
        let Transport::Smtp(smtp) = &mail.transport else { unreachable!() };
        Relay::new(smtp, &mail).unwrap()
    }

    pub(super) fn ca_file(&self) -> PathBuf {
        self.ca_file.path().to_owned()
    }

    pub(super) fn connections(&self) -> usize {
        self.heard.lock().unwrap().connections
    }

    pub(super) fn commands(&self) -> Vec<String> {
        self.heard.lock().unwrap().commands.clone()
    }

    pub(super) fn messages(&self) -> Vec<String> {
        self.heard.lock().unwrap().messages.clone()
    }
}

/// One connection.
struct Talk {
    number: usize,
    script: Arc<Script>,
    heard: Arc<Mutex<Heard>>,
}

impl Talk {
    async fn with(&self, tcp: TcpStream, acceptor: TlsAcceptor, implicit: bool) -> std::io::Result<()> {
        if implicit {
            self.converse(BufReader::new(acceptor.accept(tcp).await?), true).await?;
            return Ok(());
        }
        if let Some(stream) = self.converse(BufReader::new(tcp), true).await? {
            self.converse(BufReader::new(acceptor.accept(stream.into_inner()).await?), false).await?;
        }
        Ok(())
    }

    /// Talks until the end, or until STARTTLS is agreed, and then returns the stream.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: BufReader<S>,
        greet: bool,
    ) -> std::io::Result<Option<BufReader<S>>> {
        if greet && !self.answer(&mut stream, "").await? {
            return Ok(None);
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let command = line.trim_end().to_owned();
            self.heard.lock().unwrap().commands.push(command.clone());
            if !self.answer(&mut stream, &command).await? {
                return Ok(None);
            }
            match command.as_str() {
                "STARTTLS" if (self.script)(self.number, "STARTTLS").is_none() => return Ok(Some(stream)),
                "DATA" if (self.script)(self.number, "DATA").is_none() => {
                    let message = read_message(&mut stream).await?;
                    self.heard.lock().unwrap().messages.push(message);
                    if !self.answer(&mut stream, ".").await? {
                        return Ok(None);
                    }
                }
                "QUIT" => return Ok(None),
                _ => {}
            }
        }
    }

    /// Answers; `false` where the connection ends.
    async fn answer<S: AsyncWrite + Unpin>(&self, stream: &mut S, command: &str) -> std::io::Result<bool> {
        let (text, stays) = match (self.script)(self.number, command) {
            Some(Act::Say(text)) => (text, true),
            Some(Act::Close(text)) => (text, false),
            Some(Act::Stall) => {
                tokio::time::sleep(Duration::from_hours(1)).await;
                ("", false)
            }
            None => (polite(command), true),
        };
        stream.write_all(text.as_bytes()).await?;
        stream.flush().await?;
        Ok(stays)
    }
}

fn polite(command: &str) -> &'static str {
    match command.split([' ', ':']).next().unwrap_or("") {
        "" => "220 localhost ESMTP\r\n",
        "EHLO" => "250-localhost\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n",
        "STARTTLS" => "220 2.0.0 Go on\r\n",
        "AUTH" => "235 2.7.0 Welcome\r\n",
        "DATA" => "354 Go on\r\n",
        "." => "250 2.0.0 Queued\r\n",
        "QUIT" => "221 2.0.0 Bye\r\n",
        _ => "250 2.1.0 Ok\r\n",
    }
}

/// Reads to the lone dot, and takes the stuffed dots away.
async fn read_message<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
