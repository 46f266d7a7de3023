//! config.toml: typed, validated in one pass, every problem with its place and its remedy.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use lettre::message::Mailbox;
use url::Url;

use crate::selection::{Filter, Grouping, Order};
use crate::subscriber::Token;

/// All of config.toml. Paths in it are already joined to the folder it stands in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder config.toml stands in.
    pub folder: PathBuf,
    /// `[site]`
    pub site: Site,
    /// `[mail]`
    pub mail: Mail,
    /// `[store]`
    pub store: StoreAt,
    /// `[lists.NAME]`
    pub lists: BTreeMap<String, List>,
    /// `[pages]`
    pub pages: Option<Pages>,
    /// `[brand]`
    pub brand: Brand,
    /// `[digests.NAME]`
    pub digests: BTreeMap<String, Digest>,
}

/// `[site]`: the site the articles belong to.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its title: the masthead of the mail.
    pub title: String,
    /// Its address; needed where articles have no link of their own.
    pub url: Option<Url>,
    /// The folders of its articles.
    pub content: Vec<PathBuf>,
    /// Its time zone: of dates without offset, of windows, of the dates of issues.
    pub timezone: Tz,
    /// Its language, as in BCP 47.
    pub language: String,
    /// Its addresses, as a pattern of Hugo's tokens: `/:section/:slug/`.
    pub permalink: String,
}

/// `[mail]`: who sends, and how.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The sender.
    pub from: Mailbox,
    /// Where replies go, and requests to unsubscribe by mail.
    pub reply_to: Option<Mailbox>,
    /// Where messages are delivered to.
    pub transport: Transport,
    /// Connections open at a time.
    pub connections: usize,
    /// The most messages in a time: `600/min`.
    pub rate: Option<Rate>,
    /// How long a deferred delivery is tried again.
    pub retry_for: Duration,
    /// How long a reply of the server may take, where RFC 5321 §4.5.3.2 is not to be followed.
    pub reply_timeout: Option<Duration>,
    /// Messages on one connection before it is replaced.
    pub messages_per_connection: u32,
    /// The sender's postal address, in the footer.
    pub postal_address: Option<String>,
}

impl Mail {
    /// Where a reader writes to leave a list (RFC 2369 §3.2): the token tells who writes.
    #[must_use]
    pub fn unsubscribe_by_mail(&self, token: &Token) -> String {
        let to = &self.reply_to.as_ref().unwrap_or(&self.from).email;
        format!("mailto:{to}?subject=unsubscribe%20{}", token.as_str())
    }
}

/// At most `messages` in each `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub messages: u32,
    /// In which time.
    pub per: Duration,
}

/// Where messages are delivered to.
#[derive(Debug, Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(Smtp),
    /// A Maildir, for trying things out.
    Maildir(PathBuf),
}

impl Transport {
    /// Whether it is a Maildir, whose issues count only for it.
    #[must_use]
    pub fn is_maildir(&self) -> bool {
        matches!(self, Self::Maildir(_))
    }
}

/// A mail server to submit to (RFC 6409).
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name, or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is made private.
    pub tls: Tls,
    /// A file of certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Who logs in, and where the password is.
    pub login: Option<(String, Secret)>,
    /// The name to greet with, where it is not this host's.
    pub helo: Option<String>,
}

/// How a connection is made private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first octet (RFC 8314): `smtps://`.
    Implicit,
    /// STARTTLS (RFC 3207), and no mail without it: `smtp://` and `?tls=required`.
    Required,
    /// STARTTLS where the server offers it: `?tls=opportunistic`.
    Opportunistic,
    /// Never: `?tls=none`.
    None,
}

/// Where a secret is; its value is read when it is needed, and never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// In an environment variable.
    Env(String),
    /// In a file, whose last line break does not count.
    File(PathBuf),
}

/// `[store]`: where subscribers and deliveries are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAt {
    /// In an SQLite file.
    Sqlite(PathBuf),
}

/// `[lists.NAME]`: a mailing list.
#[derive(Debug, Clone)]
pub struct List {
    /// Its name in config.toml.
    pub name: String,
    /// What readers know it by.
    pub title: String,
    /// Its List-Id (RFC 2919), never to be changed: `main.news.example.org`.
    pub id: String,
    /// Why they get it: a sentence in the footer.
    pub reason: String,
}

/// `[pages]`: the public pages, where readers leave a list or change what they get.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Their address, with a slash at the end.
    pub url: Url,
    /// The secret that links are made with.
    pub secret: Secret,
}

impl Pages {
    /// The page where a reader leaves a list with one click (RFC 8058).
    #[must_use]
    pub fn unsubscribe(&self, token: &Token) -> String {
        format!("{}unsubscribe/{}", self.url, token.as_str())
    }
}

/// `[brand]`: what makes the mail look like the site.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// The colour of links, `#rrggbb`.
    pub accent: Option<String>,
    /// A picture in the place of the site's title.
    pub logo: Option<Url>,
}

/// `[digests.NAME]`: a recurring publication.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Its name in config.toml.
    pub name: String,
    /// What readers know it by.
    pub title: String,
    /// The template of its subject.
    pub subject: String,
    /// A note above the lead story, in Markdown.
    pub intro: String,
    /// The list it goes to: a name in `[lists]`.
    pub list: String,
    /// How far it looks back.
    pub window: TimeDelta,
    /// How long before the last issue's start an article may be dated and still be carried: what
    /// was late.
    pub grace: TimeDelta,
    /// Fewer articles than this make no issue.
    pub min_articles: usize,
    /// The most articles of an issue.
    pub limit: Option<usize>,
    /// Which articles it is about.
    pub filter: Filter,
    /// How they are ordered.
    pub order: Order,
    /// How they are grouped.
    pub grouping: Grouping,
    /// How much of each is shown.
    pub layout: Layout,
    /// Whether what the limit cuts may come in a later issue.
    pub leftovers: bool,
}

/// How much of each article is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// Title and source.
    Headlines,
    /// Title, summary and source.
    #[default]
    Summaries,
    /// The whole body.
    Full,
}
