use std::time::Duration;

use super::Certificate;

/// Where a conversation is: what the server has just heard, and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Somebody has connected. Politely, nothing is said.
    Connect,
    /// The greeting is due.
    Greeting,
    /// EHLO.
    Ehlo,
    /// HELO, from before there were extensions.
    Helo,
    /// STARTTLS.
    StartTls,
    /// The TLS handshake is due. Acts stand in its place.
    Handshake,
    /// AUTH.
    Auth,
    /// What answers the server's so-manieth question of a login, from 1.
    AuthStep(usize),
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// So many octets of the message have come.
    Body(usize),
    /// The dot after the message.
    Dot,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}

/// What the server does.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Says these octets in one write.
    Say(Vec<u8>),
    /// Says these octets, one in each of these times.
    Drip(Vec<u8>, Duration),
    /// Says them again and again.
    Repeat(Vec<u8>),
    /// Answers politely.
    Politely,
    /// Neither speaks nor listens for this time.
    Wait(Duration),
    /// Neither speaks nor listens any more.
    Stall,
    /// Closes the connection; what still comes is read and ignored.
    Close,
    /// Ends the connection at once, and what was on the way is lost (RST).
    Reset,
    /// Ends its own half of the connection, and listens on.
    HalfClose,
    /// Ends the connection, and lets nobody connect for this time.
    Leave(Duration),
}

/// What the server does at a stage, for whom, and how often.
#[derive(Debug, Clone)]
struct Rule {
    stage: Stage,
    to: Option<String>,
    first: usize,
    last: usize,
    skip: usize,
    times: usize,
    acts: Vec<Act>,
    /// How often it was asked.
    met: usize,
}

/// How the server behaves: politely, but for its rules. Of several that fit, the first one counts.
///
/// ```ignore
/// Script::polite()
///     .offering(["PIPELINING"])
///     .on(Stage::Rcpt).to("ann@").times(1).say("450 4.2.0 greylisted")
///     .on(Stage::Dot).connection(2).say("421 4.3.2 Going down").close()
/// ```
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(super) offers: Vec<String>,
    pub(super) offers_under_tls: Option<Vec<String>>,
    pub(super) implicit_tls: bool,
    pub(super) certificate: Certificate,
    pub(super) receive_buffer: Option<u32>,
    rules: Vec<Rule>,
}

impl Script {
    /// Takes everything, and offers 8BITMIME and ENHANCEDSTATUSCODES.
    pub(crate) fn polite() -> Self {
        Self {
            offers: vec!["8BITMIME".to_owned(), "ENHANCEDSTATUSCODES".to_owned()],
            offers_under_tls: None,
            implicit_tls: false,
            certificate: Certificate::Good,
            receive_buffer: None,
            rules: Vec::new(),
        }
    }

    /// Offers these too.
    pub(crate) fn offering<const N: usize>(mut self, keywords: [&str; N]) -> Self {
        self.offers.extend(keywords.map(str::to_owned));
        self
    }

    /// Offers nothing but these.
    pub(crate) fn offering_only<const N: usize>(mut self, keywords: [&str; N]) -> Self {
        self.offers = keywords.map(str::to_owned).to_vec();
        self
    }

    /// Offers nothing but these once the connection is encrypted; else it offers the same.
    pub(crate) fn under_tls<const N: usize>(mut self, keywords: [&str; N]) -> Self {
        self.offers_under_tls = Some(keywords.map(str::to_owned).to_vec());
        self
    }

    /// Speaks TLS from the first octet.
    pub(crate) fn implicit_tls(mut self) -> Self {
        self.implicit_tls = true;
        self
    }

    /// Shows this certificate.
    pub(crate) fn certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = certificate;
        self
    }

    /// Has room for so few octets that came and were not read, so that the client's window is tiny.
    pub(crate) fn receive_buffer(mut self, octets: u32) -> Self {
        self.receive_buffer = Some(octets);
        self
    }

    /// Begins a rule; what follows says when it applies, and what is done.
    pub(crate) fn on(mut self, stage: Stage) -> Self {
        let rule = Rule {
            stage,
            to: None,
            first: 1,
            last: usize::MAX,
            skip: 0,
            times: usize::MAX,
            acts: Vec::new(),
            met: 0,
        };
        self.rules.push(rule);
        self
    }

    /// Only for a recipient whose address begins so.
    pub(crate) fn to(self, beginning: &str) -> Self {
        self.rule(|rule| rule.to = Some(beginning.to_lowercase()))
    }

    /// Only on this connection, from 1.
    pub(crate) fn connection(self, number: usize) -> Self {
        self.rule(|rule| (rule.first, rule.last) = (number, number))
    }

    /// Only on this connection and later ones.
    pub(crate) fn since_connection(self, number: usize) -> Self {
        self.rule(|rule| rule.first = number)
    }

    /// Not the first so many times.
    pub(crate) fn after(self, count: usize) -> Self {
        self.rule(|rule| rule.skip = count)
    }

    /// Only so many times.
    pub(crate) fn times(self, count: usize) -> Self {
        self.rule(|rule| rule.times = count)
    }

    /// Says this, each line ended by CRLF.
    pub(crate) fn say(self, lines: &str) -> Self {
        let octets = lines.lines().flat_map(|line| [line, "\r\n"]).collect::<String>();
        self.act(Act::Say(octets.into_bytes()))
    }

    /// Says these octets and nothing else.
    pub(crate) fn octets(self, octets: impl AsRef<[u8]>) -> Self {
        self.act(Act::Say(octets.as_ref().to_vec()))
    }

    /// Says this one octet at a time.
    pub(crate) fn drip(self, line: &str, every: Duration) -> Self {
        self.act(Act::Drip(format!("{line}\r\n").into_bytes(), every))
    }

    /// Says this line again and again, until nobody listens.
    pub(crate) fn endless(self, line: &str) -> Self {
        self.act(Act::Repeat(format!("{line}\r\n").into_bytes()))
    }

    /// Says nothing, and goes on as if it had.
    pub(crate) fn nothing(self) -> Self {
        self.act(Act::Say(Vec::new()))
    }

    /// Answers as it would without a rule.
    pub(crate) fn politely(self) -> Self {
        self.act(Act::Politely)
    }

    /// Neither speaks nor reads for a time.
    pub(crate) fn wait(self, time: Duration) -> Self {
        self.act(Act::Wait(time))
    }

    /// Neither speaks nor reads any more.
    pub(crate) fn stall(self) -> Self {
        self.act(Act::Stall)
    }

    /// Closes the connection.
    pub(crate) fn close(self) -> Self {
        self.act(Act::Close)
    }

    /// Resets the connection.
    pub(crate) fn reset(self) -> Self {
        self.act(Act::Reset)
    }

    /// Closes its half of the connection, and reads on.
    pub(crate) fn half_close(self) -> Self {
        self.act(Act::HalfClose)
    }

    /// Ends the connection, and cannot be reached for a time.
    pub(crate) fn leave(self, time: Duration) -> Self {
        self.act(Act::Leave(time))
    }

    fn act(self, act: Act) -> Self {
        self.rule(|rule| rule.acts.push(act))
    }

    fn rule(mut self, change: impl FnOnce(&mut Rule)) -> Self {
        change(self.rules.last_mut().expect("say first on which stage"));
        self
    }

    /// What is to be done now, if a rule says so.
    pub(super) fn acts(&mut self, stage: Stage, connection: usize, to: Option<&str>) -> Option<Vec<Act>> {
        self.rules.iter_mut().find_map(|rule| rule.meet(stage, connection, to))
    }

    /// After how many octets of the message a rule may want to act, from so many on.
    pub(super) fn next_in_body(&self, from: usize) -> Option<usize> {
        let marks = self.rules.iter().filter_map(|rule| match rule.stage {
            Stage::Body(octets) if octets >= from => Some(octets),
            _ => None,
        });
        marks.min()
    }

    /// What the server offers.
    pub(super) fn offers(&self, tls: bool) -> Vec<String> {
        match &self.offers_under_tls {
            Some(offers) if tls => offers.clone(),
            _ => self.offers.iter().filter(|offer| !tls || *offer != "STARTTLS").cloned().collect(),
        }
    }
}

impl Rule {
    fn meet(&mut self, stage: Stage, connection: usize, to: Option<&str>) -> Option<Vec<Act>> {
        let fits = self.stage == stage
            && (self.first..=self.last).contains(&connection)
            && self
                .to
                .as_ref()
                .is_none_or(|wanted| to.is_some_and(|to| to.to_lowercase().starts_with(wanted)));
        if !fits {
            return None;
        }
        let met = self.met;
        self.met += 1;
        (met >= self.skip && met - self.skip < self.times).then(|| self.acts.clone())
    }
}
