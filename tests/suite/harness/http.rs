use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use url::form_urlencoded;

/// A request to a server on loopback, which says what it is told to, also where no browser would.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    port: u16,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// What the server's own pages would ask.
    pub(crate) fn to(port: u16, method: &str, target: &str) -> Self {
        let headers = vec![("Host".to_owned(), format!("127.0.0.1:{port}"))];
        Self { port, line: format!("{method} {target} HTTP/1.1"), headers, body: Vec::new() }
    }

    /// With a header in the place of those of its name.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Without a header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
        self
    }

    /// With a form.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.with("Content-Type", "application/x-www-form-urlencoded");
        request.body = form.into_bytes();
        request
    }

    /// Asks, and reads the answer to its end.
    #[track_caller]
    pub(crate) fn send(&self) -> Answer {
        let mut answer = Vec::new();
        // A server that refuses what is still being sent may close while it is.
        let _ = self.open().read_to_end(&mut answer);
        Answer::read(self.line.clone(), &answer)
    }

    /// Asks, and leaves the answer to be read.
    pub(crate) fn open(&self) -> TcpStream {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let length = self.body.len();
        let own = ["Connection: close".to_owned(), format!("Content-Length: {length}")];
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let lines: Vec<String> = std::iter::once(self.line.clone()).chain(headers).chain(own).collect();
        let head = lines.join("\r\n") + "\r\n\r\n";
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&self.body));
        stream
    }
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    to: String,
    /// The code of its status.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// Its content.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    fn read(to: String, octets: &[u8]) -> Self {
        let end = octets.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{to}: no answer: {:?}", String::from_utf8_lossy(octets)));
        let head = String::from_utf8(octets[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let header =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { to, status, headers: lines.filter_map(header).collect(), body: octets[end + 4..].to_vec() }
    }

    /// Its status is this one.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.to, self.text());
        self
    }

    /// Its content holds these words.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "no {words:?} in the answer to {}\n{}", self.to, self.text());
        self
    }

    /// Its content does not hold these words.
    #[track_caller]
    pub(crate) fn says_nothing_of(self, words: &str) -> Self {
        assert!(!self.text().contains(words), "{words:?} in the answer to {}\n{}", self.to, self.text());
        self
    }

    /// The value of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// Its content, as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
