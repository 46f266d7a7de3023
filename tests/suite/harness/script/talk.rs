use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time;

use super::record::{Command, Ending, Message};
use super::rules::{Act, Stage};
use super::server::Shared;
use super::stream::Stream;

/// One conversation.
pub(super) struct Talk {
    number: usize,
    shared: Arc<Shared>,
    stream: Stream,
    /// What came and was not looked at.
    buffer: Vec<u8>,
    /// What was said at this stage.
    said: Vec<u8>,
    /// The keywords that were offered last, upper case.
    offers: Vec<String>,
    /// The transaction: the reverse-path and its parameters, and who was accepted.
    from: Option<(String, Vec<String>)>,
    to: Vec<String>,
    /// Who was named last.
    named: Option<String>,
    /// Which of the messages waits for its answer.
    open: Option<usize>,
}

impl Talk {
    pub(super) fn new(number: usize, shared: Arc<Shared>, tcp: TcpStream) -> Self {
        Self {
            number,
            shared,
            stream: Stream::Plain(tcp),
            buffer: Vec::new(),
            said: Vec::new(),
            offers: Vec::new(),
            from: None,
            to: Vec::new(),
            named: None,
            open: None,
        }
    }

    pub(super) async fn run(mut self) -> io::Result<()> {
        self.at(Stage::Connect, "").await?;
        if self.shared.script.lock().unwrap().implicit_tls {
            self.shake_hands().await?;
        }
        self.at(Stage::Greeting, "220 localhost ESMTP").await?;
        while let Some(line) = self.line().await? {
            self.note_haste(&line);
            self.hear(&line);
            self.answer(&line).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, line: &str) -> io::Result<()> {
        let verb = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" => self.ehlo(&verb).await,
            "STARTTLS" => {
                self.at(Stage::StartTls, "220 2.0.0 Go on").await?;
                if self.code() == Some(220) { self.shake_hands().await } else { Ok(()) }
            }
            "AUTH" => self.auth(line).await,
            "MAIL" => self.mail(line).await,
            "RCPT" => self.rcpt(line).await,
            "DATA" => {
                let polite = if self.to.is_empty() { "554 5.5.1 No valid recipients" } else { "354 Go on" };
                self.at(Stage::Data, polite).await?;
                if self.code() == Some(354) { self.message().await } else { Ok(()) }
            }
            "RSET" => {
                self.forget();
                self.at(Stage::Rset, "250 2.0.0 Ok").await
            }
            "QUIT" => {
                self.at(Stage::Quit, "221 2.0.0 Bye").await?;
                self.act(Act::Close, "").await
            }
            _ => self.say(b"500 5.5.2 What?\r\n").await,
        }
    }

    async fn ehlo(&mut self, verb: &str) -> io::Result<()> {
        self.forget();
        let offers = match verb {
            "EHLO" => self.shared.script.lock().unwrap().offers(self.stream.is_tls()),
            _ => Vec::new(),
        };
        let mut lines = vec!["localhost".to_owned()];
        lines.extend(offers);
        let last = lines.len() - 1;
        let reply = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }));
        let stage = if verb == "EHLO" { Stage::Ehlo } else { Stage::Helo };
        self.at(stage, &reply.collect::<Vec<_>>().join("\r\n")).await?;
        let said = String::from_utf8_lossy(&self.said).to_ascii_uppercase();
        self.offers = said.lines().skip(1).filter_map(|line| line.get(4..).map(str::to_owned)).collect();
        Ok(())
    }

    async fn auth(&mut self, line: &str) -> io::Result<()> {
        let words: Vec<String> = line.to_ascii_uppercase().split(' ').map(str::to_owned).collect();
        let questions: &[&str] = match (words.get(1).map_or("", String::as_str), words.len()) {
            ("LOGIN", 2) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            ("LOGIN", _) => &["334 UGFzc3dvcmQ6"],
            ("PLAIN", 2) => &["334 "],
            _ => &[],
        };
        let polite = |step: usize| questions.get(step).copied().unwrap_or("235 2.7.0 Welcome");
        self.at(Stage::Auth, polite(0)).await?;
        let mut step = 0;
        while self.code() == Some(334) {
            step += 1;
            let Some(line) = self.line().await? else { return Err(ErrorKind::UnexpectedEof.into()) };
            self.hear(&line);
            if line == "*" {
                return self.say(b"501 5.7.0 As you like\r\n").await;
            }
            self.at(Stage::AuthStep(step), polite(step)).await?;
        }
        Ok(())
    }

    async fn mail(&mut self, line: &str) -> io::Result<()> {
        let (path, parameters) = path_and_parameters(line);
        for parameter in &parameters {
            let keyword = match parameter.split('=').next().unwrap_or("") {
                "BODY" => "8BITMIME",
                keyword => keyword,
            };
            self.breach_if(!self.does_offer(keyword), || format!("{keyword} is not offered: {line}"));
        }
        let is_wide = !line.is_ascii() && !parameters.iter().any(|parameter| parameter == "SMTPUTF8");
        self.breach_if(is_wide, || format!("not ASCII, and without SMTPUTF8: {line}"));
        self.named = None;
        let polite = if self.from.is_some() { "503 5.5.1 One at a time" } else { "250 2.1.0 Ok" };
        self.at(Stage::Mail, polite).await?;
        if self.is_yes() {
            self.from = Some((path, parameters));
        }
        Ok(())
    }

    async fn rcpt(&mut self, line: &str) -> io::Result<()> {
        let (path, _) = path_and_parameters(line);
        let is_utf8 =
            self.from.as_ref().is_some_and(|(_, parameters)| parameters.iter().any(|one| one == "SMTPUTF8"));
        self.breach_if(!line.is_ascii() && !is_utf8 && self.from.is_some(), || {
            format!("not ASCII, and without SMTPUTF8: {line}")
        });
        self.named = Some(path.clone());
        let polite = if self.from.is_some() { "250 2.1.5 Ok" } else { "503 5.5.1 MAIL first" };
        self.at(Stage::Rcpt, polite).await?;
        if self.is_yes() {
            self.to.push(path);
        }
        Ok(())
    }

    /// Reads a message, and answers it.
    async fn message(&mut self) -> io::Result<()> {
        let (from, parameters) = self.from.take().unwrap_or_default();
        let message = Message {
            connection: self.number,
            tls: self.stream.is_tls(),
            from,
            to: std::mem::take(&mut self.to),
            octets: Vec::new(),
            ending: Ending::Cut,
        };
        let at = {
            let mut record = self.shared.record.lock().unwrap();
            record.messages.push(message);
            record.messages.len() - 1
        };
        let mut octets = Vec::new();
        let read = self.body(&mut octets).await;
        let length = octets.len();
        let head = octets.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(length);
        let has = |parameter: &str| parameters.iter().any(|one| one == parameter);
        let is_wide = !octets[head..].is_ascii() && !has("BODY=8BITMIME")
            || !octets[..head].is_ascii() && !has("SMTPUTF8");
        self.set(at, |message| message.octets = octets);
        read?;
        self.breach_if(is_wide, || "eight bits, and they were not announced".to_owned());
        let declared = parameters.iter().find_map(|one| one.strip_prefix("SIZE=")?.parse::<usize>().ok());
        self.breach_if(declared.is_some_and(|size| size < length), || {
            format!("{length} octets, and declared were {declared:?}")
        });
        // Who hears nothing may look at once.
        self.set(at, |message| message.ending = Ending::Unanswered);
        self.open = Some(at);
        let answered = self.at(Stage::Dot, "250 2.0.0 Queued").await;
        self.open = None;
        answered
    }

    /// Reads to the lone dot.
    async fn body(&mut self, octets: &mut Vec<u8>) -> io::Result<()> {
        let (mut came, mut mark) = (0, 0);
        loop {
            while let Some(next) = self.next_in_body(mark, came) {
                mark = next + 1;
                self.at(Stage::Body(next), "").await?;
            }
            let Some(line) = self.raw_line().await? else { return Err(ErrorKind::UnexpectedEof.into()) };
            came += line.len();
            if line == b".\r\n" {
                return Ok(());
            }
            let bare = !line.ends_with(b"\r\n") || line[..line.len() - 2].contains(&b'\r');
            self.breach_if(bare, || "a bare CR or LF in the message".to_owned());
            octets.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn next_in_body(&self, mark: usize, came: usize) -> Option<usize> {
        self.shared.script.lock().unwrap().next_in_body(mark).filter(|next| *next <= came)
    }

    async fn shake_hands(&mut self) -> io::Result<()> {
        let acts = self.acts(Stage::Handshake);
        let goes_on = acts.as_ref().is_none_or(|acts| acts.iter().any(|act| matches!(act, Act::Politely)));
        if let (Some(_), Some(tcp)) = (&acts, self.stream.tcp()) {
            // What came before the client's first word would be no handshake, but put in before it.
            tcp.readable().await?;
        }
        for act in acts.into_iter().flatten() {
            self.act(act, "").await?;
        }
        if !goes_on {
            return self.act(Act::Close, "").await;
        }
        let early = self.buffer.len();
        self.breach_if(early > 0, || format!("{early} octets before the handshake"));
        let Stream::Plain(tcp) = std::mem::replace(&mut self.stream, Stream::None) else {
            return Err(ErrorKind::InvalidInput.into());
        };
        let tls = self.shared.acceptor.clone().accept(tcp).await?;
        self.stream = Stream::Tls(Box::new(tls));
        self.forget();
        self.offers.clear();
        Ok(())
    }

    /// Does what the script says, or answers politely.
    async fn at(&mut self, stage: Stage, polite: &str) -> io::Result<()> {
        self.said.clear();
        for act in self.acts(stage).unwrap_or_else(|| vec![Act::Politely]) {
            self.act(act, polite).await?;
        }
        Ok(())
    }

    fn acts(&self, stage: Stage) -> Option<Vec<Act>> {
        self.shared.script.lock().unwrap().acts(stage, self.number, self.named.as_deref())
    }

    async fn act(&mut self, act: Act, polite: &str) -> io::Result<()> {
        match act {
            Act::Say(octets) => self.say(&octets).await,
            Act::Politely if polite.is_empty() => Ok(()),
            Act::Politely => self.say(format!("{polite}\r\n").as_bytes()).await,
            Act::Drip(octets, every) => {
                for octet in octets {
                    time::sleep(every).await;
                    self.say(&[octet]).await?;
                }
                Ok(())
            }
            Act::Repeat(octets) => loop {
                self.stream.write_all(&octets).await?;
            },
            Act::Wait(time) => {
                time::sleep(time).await;
                Ok(())
            }
            Act::Stall => std::future::pending().await,
            Act::HalfClose => self.stream.shutdown().await,
            Act::Close => {
                self.stream.shutdown().await?;
                // What is not read would make a reset of it.
                tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await?;
                Err(ErrorKind::ConnectionAborted.into())
            }
            Act::Reset => {
                if let Some(tcp) = self.stream.tcp() {
                    tcp.set_zero_linger()?;
                }
                Err(ErrorKind::ConnectionReset.into())
            }
            Act::Leave(away) => {
                *self.shared.away.lock().unwrap() = away;
                self.shared.leave.notify_one();
                Err(ErrorKind::ConnectionAborted.into())
            }
        }
    }

    async fn say(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets).await?;
        self.stream.flush().await?;
        self.said.extend_from_slice(octets);
        let ending = match (self.code().map_or(0, |code| code / 100), self.code()) {
            (2, _) => Ending::Accepted,
            (4 | 5, Some(code)) => Ending::Refused(code),
            _ => Ending::Unanswered,
        };
        if let Some(open) = self.open {
            self.set(open, |message| message.ending = ending);
        }
        Ok(())
    }

    /// The code of the first whole reply that was said.
    fn code(&self) -> Option<u16> {
        let end = self.said.iter().rposition(|octet| *octet == b'\n')?;
        let mut lines = self.said[..end].split(|octet| *octet == b'\n');
        let line = lines.find(|line| line.get(3) != Some(&b'-'))?;
        std::str::from_utf8(line.get(..3)?).ok()?.parse().ok()
    }

    fn is_yes(&self) -> bool {
        self.code().is_some_and(|code| code / 100 == 2)
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let line = self.raw_line().await?;
        Ok(line.map(|line| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The next line with its end; none where the client has left.
    async fn raw_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut looked = 0;
        loop {
            if let Some(end) = self.buffer[looked..].iter().position(|octet| *octet == b'\n') {
                let rest = self.buffer.split_off(looked + end + 1);
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            looked = self.buffer.len();
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
        self.named = None;
    }

    fn does_offer(&self, keyword: &str) -> bool {
        self.offers.iter().any(|offer| offer.split([' ', '=']).next() == Some(keyword))
    }

    fn hear(&self, line: &str) {
        let (connection, tls) = (self.number, self.stream.is_tls());
        let command = Command { connection, tls, line: line.to_owned(), at: Instant::now() };
        self.shared.record.lock().unwrap().commands.push(command);
    }

    /// Notes where more has come than may come before an answer (RFC 2920 §3.1).
    fn note_haste(&self, line: &str) {
        let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
        if !["EHLO", "HELO", "STAR", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"].contains(&verb.as_str())
        {
            // Another protocol.
            return;
        }
        let may_go_on = self.does_offer("PIPELINING") && matches!(verb.as_str(), "MAIL" | "RCPT" | "RSET");
        self.breach_if(!self.buffer.is_empty() && !may_go_on, || format!("more before the answer to {line}"));
    }

    fn breach_if(&self, is_breach: bool, what: impl FnOnce() -> String) {
        if is_breach {
            let breach = format!("connection {}: {}", self.number, what());
            self.shared.record.lock().unwrap().breaches.push(breach);
        }
    }

    fn set(&self, at: usize, change: impl FnOnce(&mut Message)) {
        change(&mut self.shared.record.lock().unwrap().messages[at]);
    }
}

/// The path between `<` and `>`, and the parameters behind it, upper case.
fn path_and_parameters(line: &str) -> (String, Vec<String>) {
    let (before, after) = line.rsplit_once('>').unwrap_or((line, ""));
    let path = before.split_once('<').map_or(before, |(_, path)| path);
    (path.to_owned(), after.split_whitespace().map(str::to_ascii_uppercase).collect())
}
