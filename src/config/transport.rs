//! Where messages are delivered to: `smtp = "smtp://…"`, and what goes with it.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::address::{address, is_loopback, path_after};
use super::problem::Wrong;
use super::reader::{Table, Value};
use super::secret::{Key, Secret};
use crate::term;

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
    /// Its name, or address (an IPv6 one without brackets).
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

/// The ports of submission (RFC 6409 §3.1, RFC 8314 §7.3).
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

/// What an address says: all of a transport but the password and the files.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Maildir(PathBuf),
    Server { host: String, port: u16, tls: Tls, user: Option<String> },
}

const SMTP: &str = r#"smtp = "smtp://news@mail.example.org:587""#;
const ENV: Key = Key { name: "password_env", example: r#"password_env = "TIDINGS_SMTP_PASSWORD""# };
const FILE: Key = Key { name: "password_file", example: r#"password_file = "smtp-password""# };

impl fmt::Display for Transport {
    /// The server's name and port, or the folder; never who logs in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(smtp) => write!(f, "{}:{}", smtp.host, smtp.port),
            Self::Maildir(folder) => write!(f, "the Maildir {}", folder.display()),
        }
    }
}

impl Transport {
    /// Reads the keys of `[mail]` that belong to it.
    pub(super) fn read(mail: &mut Table<'_>) -> Option<Self> {
        // A misplaced password is one mistake, not also a missing one.
        let has_password = mail.has("password") || mail.has(ENV.name) || mail.has(FILE.name);
        mail.refuse(
            "password",
            "is no place for a secret: config.toml is read by many",
            "put it into an environment variable or a file, and name that with `password_env` or `password_file`",
        );
        let folder = mail.folder();
        let default = At::Maildir(folder.join("outbox"));
        let at = mail.or("smtp", SMTP, default, |value| server_or_folder(value, folder, has_password));
        let password = Secret::read(mail, ENV, FILE);
        let ca_file = mail.may("ca_file", r#"ca_file = "ca.pem""#, Value::path);
        let helo = mail.may("helo", r#"helo = "news.example.org""#, |value| value.parse(greeting));
        let (password, ca_file, helo) = (password?, ca_file?, helo?);
        Some(match at? {
            At::Maildir(path) => Self::Maildir(path),
            At::Server { host, port, tls, user } => {
                Self::Smtp(Smtp { host, port, tls, ca_file, login: user.zip(password), helo })
            }
        })
    }
}

/// Reads the address, and holds it against whether there is a password.
fn server_or_folder(value: Value<'_>, folder: &Path, has_password: bool) -> Option<At> {
    value.parse(|text| {
        let at = parse(text, folder)?;
        match &at {
            At::Server { user: Some(_), .. } if !has_password => Err(Wrong::with_help(
                "it names a user who logs in, and there is no password",
                format!("add `{}`", ENV.example),
            )),
            At::Server { user: None, .. } if has_password => Err(Wrong::with_help(
                "there is a password, and it names no user who logs in",
                "write the user before the host, as in `smtp://news@mail.example.org`, or remove the password",
            )),
            _ => Ok(at),
        }
    })
}

/// Reads `smtp://user@host:587?tls=required`, `smtps://host` or `file:outbox`. An address may hold
/// a password against the rules, so that it is never quoted.
fn parse(text: &str, folder: &Path) -> Result<At, Wrong> {
    if let Some(path) = path_after("file", text, folder) {
        return path.map(At::Maildir);
    }
    let url = address(text, &["smtp", "smtps"], "`smtp://`, `smtps://` or `file:`")?;
    let implicit = url.scheme() == "smtps";
    if url.password().is_some() {
        let help = format!("remove it from the address, and add `{}`", ENV.example);
        return Err(Wrong::with_help("it holds a password, and config.toml is read by many", help));
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("something follows the host and port".into());
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
    let host = Host::parse(host).map_err(|error| format!("its host is not valid: {error}"))?;
    let tls = tls(&url, implicit)?;
    let user = user(&url)?;
    if user.is_some() && matches!(tls, Tls::Opportunistic | Tls::None) && !is_loopback(&host) {
        let help = "write `?tls=required`, or `smtps://`";
        return Err(Wrong::with_help("the password could travel where others read along", help));
    }
    let default = if implicit { SUBMISSIONS } else { SUBMISSION };
    let port = url.port().unwrap_or(default);
    if port == 0 {
        return Err("no server has port 0".into());
    }
    let host = match host {
        Host::Ipv6(address) => address.to_string(),
        host => host.to_string(),
    };
    Ok(At::Server { host, port, tls, user })
}

/// Who logs in; `%40` in it is an `@`.
fn user(url: &Url) -> Result<Option<String>, Wrong> {
    let user = percent_decode_str(url.username()).decode_utf8();
    let user = user.map_err(|_| "its user is not UTF-8")?;
    if user.contains(char::is_control) {
        return Err("its user has a control character".into());
    }
    Ok((!user.is_empty()).then(|| user.into_owned()))
}

fn tls(url: &Url, implicit: bool) -> Result<Tls, Wrong> {
    const WAYS: [(&str, Tls); 3] =
        [("required", Tls::Required), ("opportunistic", Tls::Opportunistic), ("none", Tls::None)];
    let mut way = None;
    for (key, value) in url.query_pairs() {
        if key != "tls" {
            return Err(Wrong::with_help(format!("`?{key}` is unknown"), "the only option is `?tls=`"));
        }
        let known = WAYS.into_iter().find(|(name, _)| *name == value);
        let (_, known) = known.ok_or_else(|| {
            let nearest = term::nearest(&value, WAYS.map(|(name, _)| name));
            let help = match nearest {
                Some(nearest) => format!("did you mean `?tls={nearest}`?"),
                None => "write `?tls=required`, `?tls=opportunistic` or `?tls=none`".to_owned(),
            };
            Wrong::with_help(format!("`?tls={value}` is unknown"), help)
        })?;
        way = Some(known);
    }
    match (implicit, way) {
        (true, None | Some(Tls::Required)) => Ok(Tls::Implicit),
        (true, Some(_)) => Err(Wrong::with_help("`smtps` is TLS from the start", "remove `?tls=`")),
        (false, way) => Ok(way.unwrap_or(Tls::Required)),
    }
}

/// A name to greet with (RFC 5321 §4.1.1.1): a domain, or an address in brackets.
fn greeting(text: &str) -> Result<String, Wrong> {
    let in_greeting = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if text.is_empty() || !text.chars().all(in_greeting) {
        return Err(format!("{text:?} is neither a domain nor an address in brackets").into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> (String, u16, Tls, Option<String>) {
        match parse(text, Path::new("")) {
            Ok(At::Server { host, port, tls, user }) => (host, port, tls, user),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn an_address_names_host_port_privacy_and_user() {
        for (text, host, port, tls, user) in [
            ("smtp://mail.example.org", "mail.example.org", 587, Tls::Required, None),
            ("smtps://mail.example.org/", "mail.example.org", 465, Tls::Implicit, None),
            ("smtps://mail.example.org?tls=required", "mail.example.org", 465, Tls::Implicit, None),
            ("smtp://a%40b.org@mail.example.org:25", "mail.example.org", 25, Tls::Required, Some("a@b.org")),
            ("smtp://a+b%2Bc@h.example", "h.example", 587, Tls::Required, Some("a+b+c")),
            ("smtp://relay:25?tls=none", "relay", 25, Tls::None, None),
            ("smtp://relay?tls=opportunistic", "relay", 587, Tls::Opportunistic, None),
            ("smtp://[::1]:2525?tls=none", "::1", 2525, Tls::None, None),
            ("smtp://a@[::1]:2525?tls=none", "::1", 2525, Tls::None, Some("a")),
            ("smtp://a@127.0.0.1:2525?tls=none", "127.0.0.1", 2525, Tls::None, Some("a")),
            ("smtp://a@localhost?tls=opportunistic", "localhost", 587, Tls::Opportunistic, Some("a")),
            ("smtp://münchen.example", "xn--mnchen-3ya.example", 587, Tls::Required, None),
        ] {
            assert_eq!(server(text), (host.to_owned(), port, tls, user.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn an_address_that_could_be_misunderstood_is_refused() {
        for (text, why) in [
            ("mail.example.org:587", "does not begin with"),
            ("https://mail.example.org", "does not begin with"),
            ("mail", "does not begin with"),
            ("smtp://", "no host"),
            ("smtp:mail.example.org", "follows the host"),
            ("smtp://:25", "is no address"),
            ("smtp://me:hunter2@mail.example.org", "holds a password"),
            ("smtp://mail.example.org:99999", "no address"),
            ("smtp://mail.example.org:0", "port 0"),
            ("smtp://mail.example.org/inbox", "follows the host"),
            ("smtp://mail.example.org#a", "follows the host"),
            ("smtp://mail.example.org?tls=requird", "`?tls=requird` is unknown"),
            ("smtp://mail.example.org?ssl=1", "`?ssl` is unknown"),
            ("smtps://mail.example.org?tls=none", "TLS from the start"),
            ("smtp://me@mail.example.org?tls=none", "others read along"),
            ("smtp://me@mail.example.org?tls=opportunistic", "others read along"),
            ("smtp://me@localhost.example.org?tls=none", "others read along"),
        ] {
            let wrong = parse(text, Path::new("")).unwrap_err();
            assert!(wrong.why.contains(why), "{text}: {wrong:?}");
            assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
        }
    }
}
