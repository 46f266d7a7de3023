//! The guard: only the pages of this server, on this machine, may ask it for anything.
//!
//! Any site that is open in the same browser can send requests here. A `Host` that is not this server's own is a name
//! of somebody else's that was made to lead here (DNS rebinding); an `Origin` that is not tells who asks; and commands
//! need the token of this run, which only its own pages hold.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Who may ask.
pub(super) struct Guard {
    /// The names that it is reached by: `127.0.0.1:4884`, and so on.
    hosts: Vec<String>,
    token: String,
}

impl Guard {
    /// A guard of the server at this port, with a new token.
    pub(super) fn new(port: u16) -> Result<Self, String> {
        let mut random = [0; 24];
        SystemRandom::new().fill(&mut random).map_err(|_| "the system gives no random numbers".to_owned())?;
        let token = URL_SAFE_NO_PAD.encode(random);
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let mut hosts = names.map(|name| format!("{name}:{port}")).to_vec();
        if port == 80 {
            // The usual port is not said.
            hosts.extend(names.map(str::to_owned));
        }
        Ok(Self { hosts, token })
    }

    /// The token of this run.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether this is the token of this run. How long it takes says nothing about where they differ.
    pub(super) fn knows(&self, token: &str) -> bool {
        let differ = self.token.bytes().zip(token.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        differ == 0 && token.len() == self.token.len()
    }

    /// Why a request is refused, if it is.
    pub(super) fn objection(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let is_own = |host: &str| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host));
        if !header(HOST).is_some_and(is_own) {
            return Some("this name is not the preview's: open the address that `tidings preview` printed");
        }
        if header(ORIGIN).is_some_and(|origin| !origin.strip_prefix("http://").is_some_and(is_own)) {
            return Some("another site asks, and is told nothing");
        }
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let goes_there = headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
            && headers.get("sec-fetch-dest").is_some_and(|dest| dest == "document");
        match site {
            None | Some(b"same-origin" | b"none") => None,
            // A link on another site may lead here; nothing else may.
            Some(_) if method == Method::GET && goes_there => None,
            Some(_) => Some("another site asks, and is told nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_pages_may_ask() {
        let guard = Guard::new(4884).unwrap();
        let rows: [(&[(&str, &str)], bool); 12] = [
            (&[("host", "127.0.0.1:4884")], true),
            (&[("host", "LOCALHOST:4884"), ("origin", "http://localhost:4884")], true),
            (&[("host", "[::1]:4884"), ("sec-fetch-site", "none")], true),
            (&[("host", "127.0.0.1:4884"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "127.0.0.1")], false),
            (&[("host", "127.0.0.1:4885")], false),
            (&[("host", "evil.example:4884")], false),
            (&[("host", "127.0.0.1:4884.evil.example")], false),
            (&[], false),
            (&[("host", "127.0.0.1:4884"), ("origin", "null")], false),
            (&[("host", "127.0.0.1:4884"), ("origin", "https://127.0.0.1:4884")], false),
            (&[("host", "127.0.0.1:4884"), ("sec-fetch-site", "cross-site")], false),
        ];
        for (headers, allowed) in rows {
            let map: HeaderMap =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            for method in [Method::GET, Method::POST] {
                assert_eq!(guard.objection(&method, &map).is_none(), allowed, "{method} {headers:?}");
            }
        }
    }

    #[test]
    fn a_link_elsewhere_may_lead_here_and_may_not_command() {
        let guard = Guard::new(4884).unwrap();
        let headers = [
            ("host", "127.0.0.1:4884"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        let mut map: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(guard.objection(&Method::GET, &map), None);
        assert!(guard.objection(&Method::POST, &map).is_some());
        map.insert("sec-fetch-dest", "iframe".parse().unwrap());
        assert!(guard.objection(&Method::GET, &map).is_some());
    }

    #[test]
    fn the_usual_port_need_not_be_said() {
        let headers: HeaderMap =
            [("host".parse().unwrap(), "127.0.0.1".parse().unwrap())].into_iter().collect();
        assert_eq!(Guard::new(80).unwrap().objection(&Method::GET, &headers), None);
    }

    #[test]
    fn each_run_has_a_token_of_its_own() {
        let (one, other) = (Guard::new(1).unwrap(), Guard::new(1).unwrap());
        assert!(one.knows(one.token()));
        for token in ["", &one.token()[1..], &format!("{}0", one.token()), other.token()] {
            assert!(!one.knows(token), "{token}");
        }
    }
}
