use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::wait::free_port;

/// A site of somebody else's on loopback: it answers with the pages that it was given, and remembers what it was asked.
pub(crate) struct Site {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    pages: BTreeMap<String, String>,
    asked: Vec<String>,
}

impl Site {
    /// Starts one without pages; it ends with the process.
    pub(crate) fn start() -> Self {
        let port = free_port();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = shared.clone();
                thread::spawn(move || answer(stream, &state));
            }
        });
        Self { port, state }
    }

    /// Serves a page of HTML at a path.
    pub(crate) fn page(&self, path: &str, html: &str) -> &Self {
        self.state.lock().unwrap().pages.insert(path.to_owned(), html.to_owned());
        self
    }

    /// The address of a path, by a name of this machine.
    pub(crate) fn address(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// What it was asked for, in order: `GET /picture.png`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

/// Answers a request, a picture where it has no page.
fn answer(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let line = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let mut words = line.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let page = {
        let mut state = state.lock().unwrap();
        state.asked.push(format!("{method} {path}"));
        state.pages.get(path.split('?').next()?).cloned()
    };
    let picture = || "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/>".to_owned();
    let kind = if page.is_some() { "text/html; charset=utf-8" } else { "image/svg+xml" };
    let body = page.unwrap_or_else(picture);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nAccess-Control-Allow-Origin: *\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()
}
