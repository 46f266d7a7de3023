use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::record::Record;
use super::talk::Talk;
use super::{Ending, Message, Script, tls};

/// What all connections share.
pub(super) struct Shared {
    pub(super) script: Mutex<Script>,
    pub(super) record: Mutex<Record>,
    pub(super) acceptor: TlsAcceptor,
    /// For how long nobody can connect, once it is told.
    pub(super) away: Mutex<Duration>,
    pub(super) leave: Notify,
    receive_buffer: Option<u32>,
}

/// The server, until it is dropped. It runs on a thread of its own, whatever the test runs on.
pub(crate) struct Server {
    port: u16,
    authority: String,
    shared: Arc<Shared>,
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts on a free port of loopback.
    pub(crate) fn start(script: Script) -> Self {
        let (acceptor, authority) = tls::acceptor(script.certificate);
        let receive_buffer = script.receive_buffer;
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            record: Mutex::default(),
            acceptor,
            away: Mutex::default(),
            leave: Notify::new(),
            receive_buffer,
        });
        let stop = Arc::new(Notify::new());
        let (tell, told) = mpsc::channel();
        let (serving, stopped) = (Arc::clone(&shared), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = listen(0, serving.receive_buffer).unwrap();
                tell.send(listener.local_addr().unwrap().port()).unwrap();
                tokio::select! {
                    () = serve(listener, serving) => {}
                    () = stopped.notified() => {}
                }
            });
        });
        let port = told.recv().unwrap();
        Self { port, authority, shared, stop, thread: Some(thread) }
    }

    /// Where it listens, on 127.0.0.1; its certificate is for `localhost`.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust (PEM).
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.record(|record| record.connections)
    }

    /// All lines that clients have sent, but for messages.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.record(|record| record.commands.iter().map(|command| command.line.clone()).collect())
    }

    /// Those of one connection.
    pub(crate) fn commands_on(&self, connection: usize) -> Vec<String> {
        self.record(|record| {
            let commands = record.commands.iter().filter(|command| command.connection == connection);
            commands.map(|command| command.line.clone()).collect()
        })
    }

    /// Those that came in the clear.
    pub(crate) fn commands_in_the_clear(&self) -> Vec<String> {
        self.record(|record| {
            let commands = record.commands.iter().filter(|command| !command.tls);
            commands.map(|command| command.line.clone()).collect()
        })
    }

    /// When it heard the commands that begin so.
    pub(crate) fn times_of(&self, beginning: &str) -> Vec<Instant> {
        self.record(|record| {
            let commands = record.commands.iter().filter(|command| command.line.starts_with(beginning));
            commands.map(|command| command.at).collect()
        })
    }

    /// All messages, also those that were cut or refused, in the order in which they came.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.record(|record| record.messages.clone())
    }

    /// How many messages an address may have got: they came whole, and were not refused.
    pub(crate) fn copies(&self, to: &str) -> usize {
        let arrived = |ending| matches!(ending, Ending::Accepted | Ending::Unanswered);
        let messages = self.messages();
        let copies = messages.iter().filter(|message| arrived(message.ending));
        copies.filter(|message| message.to.iter().any(|one| one.starts_with(to))).count()
    }

    /// What clients have done that no client may.
    pub(crate) fn breaches(&self) -> Vec<String> {
        self.record(|record| record.breaches.clone())
    }

    fn record<T>(&self, read: impl FnOnce(&Record) -> T) -> T {
        read(&self.shared.record.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of the server's has failed the test already, or is of no interest.
            let _ = thread.join();
        }
    }
}

fn listen(port: u16, receive_buffer: Option<u32>) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    if let Some(octets) = receive_buffer {
        // Before anybody connects: later the window is agreed upon.
        socket.set_recv_buffer_size(octets)?;
    }
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(128)
}

async fn serve(mut listener: TcpListener, shared: Arc<Shared>) {
    let port = listener.local_addr().unwrap().port();
    loop {
        tokio::select! {
            biased;
            () = shared.leave.notified() => {
                drop(listener);
                let away = *shared.away.lock().unwrap();
                tokio::time::sleep(away).await;
                listener = listen(port, shared.receive_buffer).unwrap();
            }
            accepted = listener.accept() => {
                let Ok((tcp, _)) = accepted else { continue };
                tcp.set_nodelay(true).unwrap();
                let number = {
                    let mut record = shared.record.lock().unwrap();
                    record.connections += 1;
                    record.connections
                };
                let talk = Talk::new(number, Arc::clone(&shared), tcp);
                // Clients may leave when they like.
                tokio::spawn(async move { talk.run().await });
            }
        }
    }
}
