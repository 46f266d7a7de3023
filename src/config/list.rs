//! `[lists.NAME]` and `[pages]`: who gets the mail, and where they leave.

use url::Url;

use super::address::{base, is_loopback, short, web};
use super::problem::Wrong;
use super::reader::{Table, Value};
use super::secret::{Key, Secret};
use crate::subscriber::Token;

/// `[lists.NAME]`: a mailing list.
#[derive(Debug, Clone)]
pub struct List {
    /// Its name in config.toml.
    pub name: String,
    /// What readers know it by; the site's title, where the list has none.
    pub title: String,
    /// Its List-Id (RFC 2919), never to be changed: `main.news.example.org`.
    pub id: String,
    /// Why they get it: a sentence in the footer.
    pub reason: String,
    /// Where its issues are on the web (RFC 2369's `List-Archive`).
    pub archive: Option<Url>,
    /// Where others join it (`List-Subscribe`).
    pub subscribe: Option<Url>,
}

impl List {
    /// Reads a list of a site with this title.
    pub(super) fn read(mut table: Table<'_>, site: &str) -> Option<Self> {
        let name = table.key().to_owned();
        let title = table.or("title", r#"title = "The Border Post""#, site.to_owned(), Value::line);
        let id = table.need("id", r#"id = "main.news.example.org""#, |value| value.parse(list_id));
        let reason = table.need("reason", r#"reason = "You subscribed at news.example.org.""#, Value::line);
        let archive = table
            .may("archive", r#"archive = "https://news.example.org/weekly/""#, |value| value.parse(header));
        let subscribe = table
            .may("subscribe", r#"subscribe = "https://news.example.org/join/""#, |value| value.parse(header));
        Some(Self { name, title: title?, id: id?, reason: reason?, archive: archive?, subscribe: subscribe? })
    }
}

/// An identifier of a list: two words or more with dots between them (RFC 2919 §2 and §3).
fn list_id(text: &str) -> Result<String, Wrong> {
    let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let mut words = text.split('.');
    if !words.all(|word| !word.is_empty() && word.chars().all(is_atext)) {
        return Err(format!("{text:?} is no List-Id (RFC 2919): words with dots between them").into());
    }
    if !text.contains('.') {
        return Err(format!("{text:?} is no List-Id (RFC 2919): it has no domain").into());
    }
    if text.len() > 255 {
        return Err("it is longer than the 255 characters of a List-Id (RFC 2919)".into());
    }
    Ok(text.to_owned())
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

    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        table.refuse(
            "secret",
            "is no place for a secret: config.toml is read by many",
            "put it into an environment variable or a file, and name that with `secret_env` or `secret_file`",
        );
        let url =
            table.need("url", r#"url = "https://news.example.org/mail/""#, |value| value.parse(private));
        let env = Key { name: "secret_env", example: r#"secret_env = "TIDINGS_SECRET""# };
        let file = Key { name: "secret_file", example: r#"secret_file = "secret""# };
        let secret = Secret::read(&mut table, env, file)?;
        if secret.is_none() {
            table.miss(env.name, env.example);
        }
        Some(Self { url: url?, secret: secret? })
    }
}

/// An address of the web that stands in a header.
fn header(text: &str) -> Result<Url, Wrong> {
    short(web(text)?)
}

/// An address that nobody reads along with: `https`, or this machine.
fn private(text: &str) -> Result<Url, Wrong> {
    let url = short(base(text)?)?;
    if url.scheme() != "https" && !url.host().is_some_and(|host| is_loopback(&host)) {
        return Err("it does not begin with `https://`".into());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::address::LONGEST;

    #[test]
    fn list_ids_are_words_with_dots_between_them() {
        assert!(list_id("main.news.example.org").is_ok());
        let long = format!("a.{}", "b".repeat(254));
        for text in
            ["", "main", "main..org", ".org", "main.", "a b.org", "<main.example.org>", "ü.org", &long]
        {
            assert!(list_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pages_are_private_but_on_this_machine() {
        for text in ["https://example.org", "http://localhost:8080", "http://127.0.0.1/", "http://[::1]/"] {
            assert!(private(text).is_ok(), "{text}");
        }
        let long = format!("https://example.org/{}", "a".repeat(LONGEST));
        for text in ["http://example.org/", "http://localhost.example.org/", &long] {
            assert!(private(text).is_err(), "{text}");
        }
    }
}
